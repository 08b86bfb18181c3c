package notes

import (
	"strconv"
	"strings"

	"staffelstab/importer/cmark"
)

// pardef is a paragraph definition. Its ids count only within their rich text.
type pardef struct {
	margin  float64 // inches from the left edge
	list    string
	heading int // rank of a style that is called a heading; 0: none
	hidden  bool
}

// bodyMargin is the left margin Notes gives ordinary text, in inches.
const bodyMargin = 1.0

// listKinds tells whether a list counts.
var listKinds = map[string]bool{
	"bullet": false, "circle": false, "square": false, "check": false, "uncheck": false,
	"number": true, "alphaupper": true, "alphalower": true, "romanupper": true, "romanlower": true,
}

func readPardef(n *node) pardef {
	d := pardef{margin: inches(n.get("leftmargin")), list: n.get("list"), heading: styleRank(n.child("parstyle").get("name"))}
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
	for _, unit := range []struct {
		name   string
		factor float64
	}{{"in", 1}, {"cm", 1 / 2.54}, {"mm", 1 / 25.4}, {"pt", 1.0 / 72}} {
		if digits, ok := strings.CutSuffix(s, unit.name); ok {
			if v, err := strconv.ParseFloat(digits, 64); err == nil && v >= 0 && v < 10_000 {
				return v * unit.factor
			}
		}
	}
	return bodyMargin
}

// richtext converts one rich text item. A list goes on in the next part of a
// split one.
func (c *converter) richtext(f *flow, n *node) {
	c.text.pardefs, c.text.regions = map[string]pardef{}, map[string]string{}
	c.seeRichtext(n)
	c.into(f, n.elements())
}

// blocks converts a sequence of block elements.
func (c *converter) blocks(nodes []*node) []cmark.Block {
	f := &flow{}
	c.into(f, nodes)
	return f.done()
}

func (c *converter) into(f *flow, nodes []*node) {
	for i := 0; i < len(nodes); i++ {
		n := nodes[i]
		switch n.name {
		case "pardef":
			c.text.pardefs[n.get("id")] = readPardef(n)
		case "par":
			if source, used := c.htmlParagraphs(nodes[i:]); used > 0 {
				f.add(c.htmlBlocks(source, nil)...)
				i += used - 1
				continue
			}
			c.paragraph(f, n)
		case "table":
			f.add(c.table(n)...)
		case "section":
			f.add(c.section(n)...)
		case "block":
			f.add(c.block(n)...)
		case "code", "formula", "border", "sectiontitle", "font", "compositedata", "layerbackground", "cellbackground":
		default:
			if len(n.elements()) > 0 {
				f.add(c.blocks(n.elements())...)
			}
		}
	}
}

// htmlParagraphs puts paragraphs of nothing but pass-through HTML together:
// people wrote a table over many of them. It returns how many it took.
func (c *converter) htmlParagraphs(nodes []*node) (source string, used int) {
	var b strings.Builder
	for _, n := range nodes {
		if n.name == "pardef" && used > 0 {
			c.text.pardefs[n.get("id")] = readPardef(n)
			used++
			continue
		}
		def := c.text.pardefs[n.get("def")]
		if n.name != "par" || def.hidden || def.list != "" || !onlyHTML(n) {
			break
		}
		b.WriteString(n.value() + "\n")
		used++
	}
	return b.String(), used
}

// onlyHTML reports whether a paragraph is pass-through HTML as a whole.
func onlyHTML(par *node) bool {
	found := false
	for _, n := range par.children {
		switch {
		case n.name == "run" && n.get("html") == "true":
			found = true
		case n.name != "" && n.name != "font" || strings.TrimSpace(n.text) != "":
			return false
		}
	}
	return found
}

// block is a group of paragraphs; pass-through HTML comes in one.
func (c *converter) block(n *node) []cmark.Block {
	if n.get("html") == "true" {
		return c.htmlBlocks(lines(n), nil)
	}
	return c.blocks(n.elements())
}

// lines returns the text below a node with a line end behind each paragraph.
func lines(n *node) string {
	var b strings.Builder
	for _, child := range n.children {
		child.addValue(&b)
		if child.name == "par" {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// section becomes a heading with its content below.
func (c *converter) section(n *node) []cmark.Block {
	var out []cmark.Block
	for _, title := range n.elements() {
		if title.name != "sectiontitle" || len(out) > 0 {
			continue
		}
		if c.text.pardefs[title.get("pardef")].hidden {
			c.hiddenText(title)
			continue
		}
		spans := plainStyle(c.inline(title, font{size: c.text.body}, nil))
		switch {
		case cmark.Blank(spans):
		case c.text.inTable > 0:
			out = append(out, cmark.Paragraph{Spans: spans})
		default:
			out = append(out, cmark.Heading{Level: c.text.level(2 + c.text.nesting), Spans: spans})
		}
	}
	c.text.nesting++
	out = append(out, c.blocks(n.elements())...)
	c.text.nesting--
	return out
}

// plainStyle takes bold off what is a heading anyway.
func plainStyle(spans []cmark.Span) []cmark.Span {
	for i := range spans {
		spans[i].Style &^= cmark.Bold
	}
	return spans
}

// hiddenText tells of words that were not shown and stay out of the text.
func (c *converter) hiddenText(n *node) {
	if text := oneLine(n.value()); text != "" {
		c.review("importer.hidden-paragraph", "text", shorten(text))
	}
}

func (c *converter) paragraph(f *flow, n *node) {
	def, ok := c.text.pardefs[n.get("def")]
	if !ok {
		def = pardef{margin: bodyMargin}
	}
	if def.hidden {
		c.hiddenText(n)
		return
	}
	after := &[]cmark.Block{}
	spans := c.inline(n, font{size: 10}, after)
	switch level := c.text.headingLevel(n, def, spans); {
	case cmark.Blank(spans):
		f.blank()
	case def.list != "":
		if strings.HasPrefix(def.list, "alpha") || strings.HasPrefix(def.list, "roman") {
			c.counts.letters++
		}
		f.item(def, spans)
	case level > 0:
		f.add(cmark.Heading{Level: level, Spans: plainStyle(spans)})
	default:
		f.paragraph(def, spans)
	}
	f.add(*after...)
}
