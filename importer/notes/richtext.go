package notes

import (
	"sort"
	"strconv"
	"strings"

	"staffelstab/importer/cmark"
)

// textState is what paragraphs need to know about the document around them.
type textState struct {
	pardefs map[string]pardef // of the rich text item being read
	sizes   []float64         // font sizes that are headings, largest first
	body    float64           // usual font size, in points
	nesting int               // depth of sections
	inTable int
}

// pardef is a paragraph definition. Its ids count only within their rich text.
type pardef struct {
	margin float64 // inches from the left edge
	list   string
	hidden bool
}

// bodyMargin is the left margin Notes gives ordinary text, in inches.
const bodyMargin = 1.0

// listKinds tells whether a list counts.
var listKinds = map[string]bool{
	"bullet": false, "circle": false, "square": false, "check": false, "uncheck": false,
	"number": true, "alphaupper": true, "alphalower": true, "romanupper": true, "romanlower": true,
}

func readPardef(n *node) pardef {
	d := pardef{margin: inches(n.get("leftmargin")), list: n.get("list")}
	for _, word := range strings.Fields(n.get("hide")) {
		if word == "notes" || word == "web" || word == "read" {
			d.hidden = true
		}
	}
	for _, code := range n.elements() {
		if code.name == "code" && code.get("event") == "hidewhen" && code.get("enabled") != "false" {
			d.hidden = true // nobody can tell without running the formula
		}
	}
	if _, known := listKinds[d.list]; !known {
		d.list = ""
	}
	return d
}

// inches reads a length: 1.25in, 2cm, 10mm. Percentages and nothing count as
// the margin of ordinary text.
func inches(s string) float64 {
	for unit, factor := range map[string]float64{"in": 1, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1.0 / 72} {
		if digits, ok := strings.CutSuffix(s, unit); ok {
			if v, err := strconv.ParseFloat(digits, 64); err == nil {
				return v * factor
			}
		}
	}
	return bodyMargin
}

// survey finds the usual font size, by letters of paragraphs that are not
// wholly bold, and the larger sizes in which whole bold paragraphs are set:
// those are headings.
func (t *textState) survey(root *node) {
	plain, bold := map[float64]int{}, map[float64]int{}
	headings := map[float64]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		if n.name == "par" {
			f := measure(n)
			letters := plain
			if f.bold {
				letters = bold
				headings[f.smallest] = true
			}
			for size, count := range f.letters {
				letters[size] += count
			}
			return
		}
		for _, c := range n.children {
			walk(c)
		}
	}
	walk(root)
	if len(plain) == 0 {
		plain = bold
	}
	t.body = 10
	best := 0
	for size, count := range plain {
		if count > best || count == best && size < t.body {
			t.body, best = size, count
		}
	}
	for size := range headings {
		if size > t.body {
			t.sizes = append(t.sizes, size)
		}
	}
	sort.Sort(sort.Reverse(sort.Float64Slice(t.sizes)))
}

// measured is how a paragraph looks.
type measured struct {
	letters  map[float64]int
	smallest float64
	bold     bool // all of it, and there is something
}

func measure(par *node) measured {
	m := measured{letters: map[float64]int{}, bold: true}
	var walk func(n *node, f font)
	walk = func(n *node, f font) {
		if n.name == "" {
			if count := len(strings.TrimSpace(n.text)); count > 0 {
				m.letters[f.size] += count
				m.bold = m.bold && f.style&cmark.Bold != 0
				if m.smallest == 0 || f.size < m.smallest {
					m.smallest = f.size
				}
			}
			return
		}
		switch n.name {
		case "picture", "code", "formula", "popuptext":
			return
		case "run":
			f = f.with(n.child("font"))
		}
		for _, c := range n.children {
			walk(c, f)
		}
	}
	walk(par, font{size: 10})
	m.bold = m.bold && len(m.letters) > 0
	return m
}

// headingLevel returns the level of a paragraph that is a heading, else 0. A
// heading is one short line, wholly bold and larger than the text.
func (t *textState) headingLevel(par *node, spans []cmark.Span) int {
	if t.inTable > 0 || len([]rune(cmark.Text(spans))) > 200 {
		return 0
	}
	m := measure(par)
	if !m.bold || m.smallest <= t.body {
		return 0
	}
	for rank, size := range t.sizes {
		if m.smallest == size {
			return min(2+t.nesting+rank, 6)
		}
	}
	return 0
}

// richtext converts one rich text item.
func (c *converter) richtext(n *node) []cmark.Block {
	c.text.pardefs = map[string]pardef{}
	c.seeRichtext(n)
	return c.blocks(n.elements())
}

// blocks converts a sequence of block elements.
func (c *converter) blocks(nodes []*node) []cmark.Block {
	f := &flow{}
	for _, n := range nodes {
		switch n.name {
		case "pardef":
			c.text.pardefs[n.get("id")] = readPardef(n)
		case "par":
			c.paragraph(f, n)
		case "table":
			f.add(c.table(n)...)
		case "section":
			f.add(c.section(n)...)
		case "block":
			f.add(c.block(n)...)
		case "code", "formula", "border", "sectiontitle", "font":
		default:
			if len(n.elements()) > 0 {
				f.add(c.blocks(n.elements())...)
			}
		}
	}
	return f.done()
}

// block is a group of paragraphs; pass-through HTML comes in one.
func (c *converter) block(n *node) []cmark.Block {
	if n.get("html") == "true" {
		return c.htmlBlocks(n.value(), nil)
	}
	return c.blocks(n.elements())
}

// section becomes a heading with its content below.
func (c *converter) section(n *node) []cmark.Block {
	var out []cmark.Block
	if title := n.child("sectiontitle"); title != nil {
		spans := c.inline(title, font{size: c.text.body}, nil)
		for i := range spans {
			spans[i].Style &^= cmark.Bold
		}
		if !cmark.Blank(spans) {
			if c.text.inTable > 0 {
				out = append(out, cmark.Paragraph{Spans: spans})
			} else {
				out = append(out, cmark.Heading{Level: min(2+c.text.nesting, 6), Spans: spans})
			}
		}
	}
	c.text.nesting++
	out = append(out, c.blocks(n.elements())...)
	c.text.nesting--
	return out
}

func (c *converter) paragraph(f *flow, n *node) {
	def, ok := c.text.pardefs[n.get("def")]
	if !ok {
		def = pardef{margin: bodyMargin}
	}
	if def.hidden {
		if text := oneLine(n.value()); text != "" {
			c.doc.Review("importer.hidden-paragraph", "text", shorten(text))
		}
		return
	}
	after := &[]cmark.Block{}
	spans := c.inline(n, font{size: 10}, after)
	level := c.text.headingLevel(n, spans)
	switch {
	case cmark.Blank(spans):
		f.blank()
	case def.list != "":
		if strings.HasPrefix(def.list, "alpha") || strings.HasPrefix(def.list, "roman") {
			c.counts.letters++
		}
		f.item(def, spans)
	case level > 0:
		for i := range spans {
			spans[i].Style &^= cmark.Bold
		}
		f.add(cmark.Heading{Level: level, Spans: spans})
	default:
		f.paragraph(def, spans)
	}
	f.add(*after...)
}
