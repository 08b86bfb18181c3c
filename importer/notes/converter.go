package notes

import (
	"io"
	"strconv"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

// converter turns one document into an importer.Document.
type converter struct {
	source *Source
	root   *node
	items  []item
	chunk  *chunk
	pass   importer.Pass
	doc    *importer.Document

	visible strings.Builder // what people saw
	names   importer.Names
	files   map[string][]int  // $FILE name → attachments
	dropped map[string]bool   // $FILE names that could not be kept
	shown   map[string]string // attachments by the name people saw, in lower case
	noted   int               // attachments in shown
	text    textState
	counts  counts
	told    map[string]int // notes by key
}

// counts collects what is reported once with a number.
type counts struct {
	buttons, computed, objects, letters, red, images, popups, more int
}

func newConverter(s *Source, file string, database map[string]string, root *node, c *chunk, pass importer.Pass) *converter {
	info := root.child("noteinfo")
	replica := root.get("replicaid")
	if replica == "" {
		replica = database["replicaid"]
	}
	sequence, _ := strconv.Atoi(info.get("sequence"))
	return &converter{
		source: s, root: root, items: items(root), chunk: c, pass: pass,
		files: map[string][]int{}, dropped: map[string]bool{}, shown: map[string]string{}, told: map[string]int{},
		doc: &importer.Document{
			Kind: content.KindArticle,
			Origin: importer.Origin{
				File: file, Database: database["title"], ReplicaID: strings.ToUpper(replica),
				UNID: unid(info), Form: root.get("form"), Sequence: sequence, Line: c.line,
			},
		},
	}
}

func (c *converter) document() *importer.Document {
	d := c.doc
	c.plainValues()
	if d.Origin.Form == "" {
		d.Origin.Form = firstText(c.items, "Form")
	}
	c.times()
	c.people()
	d.Title = oneLine(firstText(c.items, titleItems...))
	d.ValidFrom = c.day("GueltigAb", "GültigAb", "Gueltig_ab", "ValidFrom")
	d.Department = importer.DepartmentNumber(firstText(c.items, "Fachbereich", "Bereich", "FB"))
	for _, v := range valuesOf(c.items, "Categories", "Kategorien", "Kategorie") {
		d.Topics = append(d.Topics, strings.ReplaceAll(v, `\`, "/"))
	}
	c.fields()
	d.Parent = c.parent()
	d.Conflict = c.root.get("conflict") == "true" || c.has("$Conflict")
	if c.chunk.element == "profiledocument" {
		d.Skip = &importer.Note{Key: "importer.profile-document"}
		c.own()
		return d
	}
	if d.Origin.UNID == "" {
		d.Skip = &importer.Note{Key: "importer.without-unid", Review: true}
		c.own()
		return d
	}
	c.completeness()
	c.binaryText()
	c.attachments()
	d.Blocks = cmark.EachSpan(c.body(), func(s *cmark.Span) { s.Text, s.Note = legible(s.Text), legible(s.Note) })
	c.title()
	d.Title = legible(d.Title)
	d.Visible = c.visible.String()
	c.summarise()
	c.own()
	return d
}

// own copies what a run keeps of a document after it is done with: texts are
// parts of the one string the document was read from, and would hold all of it.
func (c *converter) own() {
	d := c.doc
	for _, s := range []*string{
		&d.Title, &d.Author, &d.Parent, &d.Department, &d.Origin.Database, &d.Origin.ReplicaID, &d.Origin.UNID, &d.Origin.Form,
	} {
		*s = strings.Clone(*s)
	}
	for _, n := range d.Notes {
		for key, value := range n.Args {
			if text, ok := value.(string); ok {
				n.Args[key] = strings.Clone(text)
			}
		}
	}
	if d.Parent != "" { // the survey keeps the text of answers
		cmark.EachSpan(d.Blocks, func(s *cmark.Span) {
			s.Text, s.Link, s.Image, s.Note = strings.Clone(s.Text), strings.Clone(s.Link), strings.Clone(s.Image), strings.Clone(s.Note)
		})
	}
}

// fields collects the plain fields. The parts of a split one are put together, and
// so are those whose names differ only in capitals: to Notes they are one.
func (c *converter) fields() {
	parts, names := map[string][]string{}, map[string]string{}
	for _, i := range c.items {
		if v := i.values(); len(v) > 0 && !strings.EqualFold(i.name, "Body") {
			small := strings.ToLower(i.name)
			if names[small] == "" {
				names[small] = i.name
			}
			parts[names[small]] = append(parts[names[small]], v...)
		}
	}
	c.doc.Fields = make(map[string]string, len(parts))
	for name, values := range parts {
		c.doc.Fields[name] = strings.Join(values, "\n")
	}
}

// firstNotes is the year Notes came out; an earlier date is a wrong clock.
const firstNotes = 1989

func (c *converter) times() {
	info, place, d := c.root.child("noteinfo"), c.source.Place, c.doc
	d.Created, _ = pointInTime(info.child("created"), place)
	revised, ok := pointInTime(info.child("revised"), place)
	if !ok {
		revised, ok = pointInTime(info.child("modified"), place)
		if !ok {
			revised = d.Created
		}
		d.Inform("importer.no-revised")
	}
	if !revised.IsZero() && revised.Year() < firstNotes {
		d.Review("importer.odd-date", "date", revised.Format(time.DateOnly))
	}
	if revised.IsZero() {
		d.Review("importer.no-date")
		revised = time.Unix(0, 0)
	}
	d.Revised = revised
}

func (c *converter) people() {
	names := c.root.child("updatedby").elements()
	if len(names) > 0 {
		c.doc.Author = oneLine(names[len(names)-1].value())
	} else if list := valuesOf(c.items, "$UpdatedBy"); len(list) > 0 {
		c.doc.Author = list[len(list)-1]
	}
	for _, i := range c.items {
		if i.node.get("readers") == "true" {
			names := i.values()
			if len(names) == 0 && !c.empty(i) {
				c.incomplete("importer.readers-unreadable", "field", i.name)
			}
			c.doc.Readers = append(c.doc.Readers, names...)
		}
	}
}

// emptyRaw is how many bytes a binary value without entries has at most.
const emptyRaw = 4

// empty reports whether a field says that it holds nothing, and not only nothing
// that can be read.
func (c *converter) empty(i item) bool {
	body := i.node.first()
	if body == nil {
		return strings.TrimSpace(i.node.value()) == ""
	}
	switch body.name {
	case "text", "textlist":
		return true
	case "rawitemdata", "itemdata":
		return len(c.raw(item{name: i.name, node: i.node, body: body})) <= emptyRaw
	}
	return false
}

func (c *converter) parent() string {
	if p := strings.ToUpper(c.root.get("parent")); p != "" {
		return p
	}
	for _, i := range c.items {
		if strings.EqualFold(i.name, "$REF") {
			if i.rawKind() == rawReference {
				return refUNID(c.raw(i))
			}
		}
	}
	return ""
}

func (c *converter) has(name string) bool {
	for _, i := range c.items {
		if strings.EqualFold(i.name, name) {
			return true
		}
	}
	return false
}

func (c *converter) day(names ...string) content.Date {
	v := firstText(c.items, names...)
	if t, ok := parseTime(v, c.source.Place); ok {
		return content.Date(t.Format(time.DateOnly))
	}
	if t, err := time.Parse("02.01.2006", v); err == nil {
		return content.Date(t.Format(time.DateOnly))
	}
	return ""
}

// completeness finds out whether the document may be published at all.
func (c *converter) completeness() {
	for _, i := range c.items {
		if i.sealed() {
			c.incomplete("importer.sealed")
			break
		}
	}
	if c.root.get("truncated") == "true" {
		c.incomplete("importer.truncated")
	}
	if c.chunk.dropped > 0 {
		c.doc.Inform("importer.illegal-characters", "n", c.chunk.dropped)
	}
	if c.chunk.guessed > 0 {
		c.doc.Review("importer.wrong-encoding", "n", c.chunk.guessed)
	}
}

// body converts everything people saw as the text, in its order: rich text of
// any field, MIME, and the plain Body.
func (c *converter) body() []cmark.Block {
	var out []cmark.Block
	var parts []io.Reader
	c.text.survey(c.root)
	if m := c.root.child("mime"); m != nil {
		out = append(out, c.mimeElement(m)...)
	}
	text, of := &flow{}, ""
	for _, i := range c.items {
		switch kind := i.rawKind(); {
		case i.sealed() || i.body == nil:
		case i.body.name == "richtext":
			if i.name != of {
				out = append(out, text.done()...)
				text, of = &flow{}, i.name
			}
			c.richtext(text, i.body)
		case kind == rawMIME && !strings.HasPrefix(i.name, "$"):
			if r := c.mimePart(i); r != nil {
				parts = append(parts, r)
			}
		case kind == rawHeader && !strings.HasPrefix(i.name, "$"):
			c.header(i.name, c.raw(i))
		case strings.EqualFold(i.name, "Body"):
			out = append(append(out, text.done()...), c.plain(i)...)
			text, of = &flow{}, ""
		}
	}
	out = append(out, text.done()...)
	if len(parts) > 0 {
		out = append(out, c.message(io.MultiReader(parts...))...)
	}
	return out
}

// plain converts a Body that is a text field.
func (c *converter) plain(i item) []cmark.Block {
	var out []cmark.Block
	for _, v := range i.values() {
		c.see(v)
		out = append(out, importer.Paragraphs(v)...)
	}
	return out
}

// see records text people saw; calls are apart like words.
func (c *converter) see(text string) {
	c.visible.WriteString(text)
	c.visible.WriteByte('\n')
}

// title finds a title where no field holds one, and takes a first line away
// that only repeats it.
func (c *converter) title() {
	d := c.doc
	if d.Title == "" {
		if d.Title = importer.TitleOf(d.Blocks); d.Title == "" {
			d.Title = d.Origin.UNID
			d.Review("importer.no-title-at-all")
			return
		}
		d.Review("importer.no-title")
		return
	}
	if len(d.Blocks) == 0 {
		return
	}
	_, heading := d.Blocks[0].(cmark.Heading)
	left := importer.WithoutTitle(d.Blocks, d.Title)
	if heading && len(left) < len(d.Blocks) {
		raise(left)
	}
	d.Blocks = left
}

// raise moves the headings up until one is of level 2: the one above them
// became the title.
func raise(blocks []cmark.Block) {
	top := 7
	for _, b := range blocks {
		if h, ok := b.(cmark.Heading); ok {
			top = min(top, h.Level)
		}
	}
	for i, b := range blocks {
		if h, ok := b.(cmark.Heading); ok && top > 2 {
			h.Level -= top - 2
			blocks[i] = h
		}
	}
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return strings.TrimSpace(string(r[:79])) + "…"
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// summarise reports what happened often as one note each.
func (c *converter) summarise() {
	n, d := c.counts, c.doc
	if n.more > 0 {
		d.Review("importer.more-notes", "n", n.more)
	}
	if n.buttons > 0 {
		d.Review("importer.buttons", "n", n.buttons)
	}
	if n.computed > 0 {
		d.Review("importer.computed-texts", "n", n.computed)
	}
	if n.objects > 0 {
		d.Review("importer.objects", "n", n.objects)
	}
	if n.letters > 0 {
		d.Review("importer.letter-lists", "n", n.letters)
	}
	if n.red > 0 {
		d.Review("importer.red-text", "n", n.red)
	}
	if n.images > 0 {
		d.Review("importer.images-without-text", "n", n.images)
	}
}

// maxTold is how often one kind of note is told for a document.
const maxTold = 30

// review notes what somebody has to look at. What happens again and again is
// counted after a while.
func (c *converter) review(key string, pairs ...any) {
	if c.told[key]++; c.told[key] > maxTold {
		c.counts.more++
		return
	}
	c.doc.Review(key, pairs...)
}

// inform notes what nobody has to look at.
func (c *converter) inform(key string, pairs ...any) {
	if c.told[key]++; c.told[key] <= maxTold {
		c.doc.Inform(key, pairs...)
	}
}

// incomplete marks the document as one that must not be published.
func (c *converter) incomplete(key string, pairs ...any) {
	c.doc.Incomplete = true
	c.review(key, pairs...)
}
