package notes

import (
	"bytes"
	"strconv"
	"strings"
)

// recordBuilder puts records together as a tree of rich text elements.
type recordBuilder struct {
	c       *converter
	root    *node
	defs    []*node        // paragraph definitions, in their order
	names   map[int]*node  // the one an id means now
	open    []*node        // containers around, the rich text first
	def     string         // of the paragraph being read
	par     *node          // being read, or nil
	large   bool           // paragraphs are pieces of one
	spots   []hotspot      // open ones
	tables  []*recordTable // open ones
	labels  []string       // of the rows of the next table
	byOne   bool           // the next table shows one row at a time
	title   []*node        // of the next section
	html    bool           // between HTMLBEGIN and HTMLEND
	picture *node          // the last one, while its parts come
	image   *spool         // of the picture
	links   []noteLink     // of $Links
	nodes   int
	unknown int
}

// hotspot is a region of text with something behind it.
type hotspot struct {
	element *node // what it becomes; nil leaves no trace
	shown   bool  // is in the tree
	section bool  // holds paragraphs
	depth   int   // containers open when it began
}

func newRecordBuilder(c *converter) *recordBuilder {
	root := &node{name: "richtext"}
	return &recordBuilder{c: c, root: root, open: []*node{root}, names: map[int]*node{}, links: c.linkList()}
}

func (b *recordBuilder) element(name string, attributes ...string) *node {
	b.nodes++
	n := &node{name: name}
	for i := 0; i+1 < len(attributes); i += 2 {
		n.attr = append(n.attr, pair{attributes[i], attributes[i+1]})
	}
	return n
}

func (b *recordBuilder) top() *node { return b.open[len(b.open)-1] }

func addTo(parent, child *node) *node {
	parent.children = append(parent.children, child)
	return child
}

// inline adds something to the paragraph being read, or to the hotspots open
// in it.
func (b *recordBuilder) inline(n *node) {
	if b.par == nil {
		b.par = addTo(b.top(), b.element("par", "def", b.def))
	}
	at := b.par
	for i, s := range b.spots {
		if s.element == nil || s.section {
			continue
		}
		if !s.shown {
			addTo(at, s.element)
			b.spots[i].shown = true
		}
		at = s.element
	}
	addTo(at, n)
}

// endParagraph ends the paragraph. A hotspot that is still open goes on in the
// next one as a region.
func (b *recordBuilder) endParagraph() {
	b.par, b.picture, b.image = nil, nil, nil
	for i, s := range b.spots {
		if s.element == nil || s.section || !s.shown {
			continue
		}
		id := s.element.get("regionid")
		if id == "" {
			id = "r" + strconv.Itoa(b.nodes)
			s.element.attr = append(s.element.attr, pair{"regionid", id})
		}
		b.spots[i].element, b.spots[i].shown = b.element("region", "regionid", id), false
	}
}

// begin opens a hotspot. A section holds paragraphs; anything else stands
// within them.
func (b *recordBuilder) begin(element *node, section bool) {
	s := hotspot{element: element, section: section, depth: len(b.open)}
	if section {
		b.endParagraph()
		addTo(b.top(), element)
		b.open = append(b.open, element)
		if b.title != nil {
			element.children, b.title = b.title, nil
		}
	}
	b.spots = append(b.spots, s)
}

// end closes the hotspot opened last. One without content of its own, such as
// the icon of a link, is shown nevertheless.
func (b *recordBuilder) end() {
	n := len(b.spots)
	if n == 0 {
		return
	}
	s := b.spots[n-1]
	if s.section {
		b.endParagraph()
		b.open = b.open[:min(s.depth, len(b.open))]
	}
	b.spots = b.spots[:n-1]
	if s.element != nil && s.element.name == undecided {
		s.element.name = "doclink" // that leads nowhere, which is told
	}
	if !s.section && s.element != nil && !s.shown && s.element.name != "region" {
		b.inline(s.element)
	}
}

// finish closes what is open and puts the definitions first.
func (b *recordBuilder) finish() *node {
	for len(b.tables) > 0 {
		b.endTable()
	}
	for len(b.spots) > 0 {
		b.end()
	}
	if b.title != nil {
		addTo(b.root, b.element("section")).children = b.title
	}
	b.root.children = append(b.defs, b.root.children...)
	return b.root
}

// text decodes text of a record.
func (b *recordBuilder) text(data []byte) string {
	text, ok := decodeLMBCS(data)
	if !ok {
		b.c.review("importer.lmbcs-unknown")
	}
	return text
}

// untilZero returns the text up to its zero byte and what follows.
func untilZero(data []byte) (text, rest []byte) {
	text, rest, _ = bytes.Cut(data, []byte{0})
	return text, rest
}

// run adds text in a font: its face, attributes, colour and size in points.
func (b *recordBuilder) run(font []byte, data []byte) {
	run := b.element("run")
	if b.html {
		run.attr = []pair{{"html", "true"}}
	}
	addTo(run, b.element("font", "size", fontSize(font[3]), "style", fontStyle(font[1]), "color", fontColor(font[2])))
	for i, line := range strings.Split(b.text(data), "\n") {
		if i > 0 {
			addTo(run, b.element("break"))
		}
		if line != "" {
			addTo(run, b.element("")).text = line
		}
	}
	b.inline(run)
}

func fontSize(points byte) string {
	if points == 0 {
		points = 10
	}
	return strconv.Itoa(int(points)) + "pt"
}

// fontStyle names the attributes of a font (ISBOLD and others). With a special
// effect, the bits of super- and subscript say which one.
func fontStyle(attributes byte) string {
	const effect, super, sub = 0x80, 16, 32
	if attributes&effect != 0 {
		attributes &^= super | sub
	}
	var words []string
	for _, s := range []struct {
		bit  byte
		name string
	}{{1, "bold"}, {2, "italic"}, {4, "underline"}, {8, "strikethrough"}, {super, "superscript"}, {sub, "subscript"}} {
		if attributes&s.bit != 0 {
			words = append(words, s.name)
		}
	}
	return strings.Join(words, " ")
}

// fontColor knows the one colour of NOTES_COLOR_xxx that is of interest.
func fontColor(index byte) string {
	if index == 2 {
		return "red"
	}
	return ""
}

// Flags of a paragraph definition (PABFLAG_xxx, PABFLAG2_xxx).
const (
	pabHideRead  = 0x0010
	pabBullet    = 0x0400
	pabHideIf    = 0x0800
	pabNumbered  = 0x1000
	pabHideNotes = 0x8000

	pab2HideWeb = 0x0001
	pab2Percent = 0x0008
	pab2Lists   = 0x3802
)

// otherLists are the lists Flags2 tells apart by four bits.
var otherLists = map[int]string{
	0x0002: "check", 0x2000: "uncheck", 0x0800: "circle", 0x1000: "square",
	0x0802: "romanupper", 0x1002: "romanlower", 0x1800: "alphaupper", 0x1802: "alphalower",
}

// define reads a paragraph definition (CDPABDEFINITION): its id, the left
// margin in twips, after twenty tabs two words of flags.
func (b *recordBuilder) define(r cdRecord) {
	const leftMargin, flags, flags2, oneInch, widest = 10, 58, 64, 1440, 22 * 1440
	if len(r.body) < leftMargin+2 {
		return
	}
	f, f2 := r.word(flags), r.word(flags2)
	def := b.element("pardef", "id", "d"+strconv.Itoa(len(b.defs)))
	if twips := r.word(leftMargin); twips > 0 && twips < widest && f2&pab2Percent == 0 {
		def.attr = append(def.attr, pair{"leftmargin", strconv.FormatFloat(float64(twips)/oneInch, 'f', 4, 64) + "in"})
	}
	list := otherLists[f2&pab2Lists]
	switch {
	case list != "":
	case f&pabBullet != 0:
		list = "bullet"
	case f&pabNumbered != 0:
		list = "number"
	}
	hide := ""
	switch {
	case f&pabHideRead != 0:
		hide = "read"
	case f&(pabHideNotes|pabHideIf) != 0: // nobody can tell without running the formula
		hide = "notes"
	case f2&pab2HideWeb != 0:
		hide = "web"
	}
	def.attr = append(def.attr, pair{"list", list}, pair{"hide", hide})
	b.defs = append(b.defs, def)
	b.names[r.word(0)] = def
}

// styleName gives a definition the name of its style (CDSTYLENAME).
func (b *recordBuilder) styleName(r cdRecord) {
	const id, name = 4, 6
	if def := b.names[r.word(id)]; def != nil && len(r.body) > name {
		text, _ := untilZero(r.body[name:])
		addTo(def, b.element("parstyle", "name", b.text(text)))
	}
}

// use names the definition of the paragraph (CDPABREFERENCE).
func (b *recordBuilder) use(r cdRecord) {
	def := b.names[r.word(0)]
	if def == nil {
		return
	}
	b.def = def.get("id")
	if b.par != nil {
		b.par.attr = []pair{{"def", b.def}}
	}
}
