package notes

import (
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
	files   map[string][]int // $FILE name → attachments
	dropped map[string]bool  // $FILE names that could not be kept
	text    textState
	counts  counts
}

// counts collects what is reported once with a number.
type counts struct {
	buttons, computed, objects, letters, red, images int
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
		files: map[string][]int{}, dropped: map[string]bool{},
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
	d.Fields = map[string]string{}
	for _, i := range c.items {
		if v := i.values(); len(v) > 0 && d.Fields[i.name] == "" && !strings.EqualFold(i.name, "Body") {
			d.Fields[i.name] = strings.Join(v, "\n")
		}
	}
	d.Parent = c.parent()
	d.Conflict = c.root.get("conflict") == "true" || c.has("$Conflict")
	if c.chunk.element == "profiledocument" {
		d.Skip = &importer.Note{Key: "importer.profile-document"}
		return d
	}
	if d.Origin.UNID == "" {
		d.Skip = &importer.Note{Key: "importer.without-unid", Review: true}
		return d
	}
	c.completeness()
	c.attachments()
	d.Blocks = c.body()
	c.title()
	d.Visible = c.visible.String()
	c.summarise()
	return d
}

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
			c.doc.Readers = append(c.doc.Readers, i.values()...)
		}
	}
}

func (c *converter) parent() string {
	if p := strings.ToUpper(c.root.get("parent")); p != "" {
		return p
	}
	for _, i := range c.items {
		if strings.EqualFold(i.name, "$REF") {
			if kind, data, ok := c.raw(i); ok && kind == "4" {
				return refUNID(data)
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
		if i.node.get("sealed") == "true" {
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
}

// body converts everything people saw as the text, in its order: rich text of
// any field, MIME, and the plain Body.
func (c *converter) body() []cmark.Block {
	var out []cmark.Block
	var mime []byte
	c.text.survey(c.root)
	if m := c.root.child("mime"); m != nil {
		out = append(out, c.mimeElement(m)...)
	}
	for _, i := range c.items {
		switch {
		case i.node.get("sealed") == "true" || i.body == nil:
		case i.body.name == "richtext":
			out = append(out, c.richtext(i.body)...)
		case i.body.name == "rawitemdata" && !strings.HasPrefix(i.name, "$"):
			switch kind, data, _ := c.raw(i); kind {
			case "1":
				out = append(out, c.records(data)...)
			case "19":
				mime = append(mime, c.mimePart(data)...)
			case "502":
				c.header(i.name, data)
			}
		case strings.EqualFold(i.name, "Body"):
			out = append(out, c.plain(i)...)
		}
	}
	if len(mime) > 0 {
		out = append(out, c.mimeBytes(mime)...)
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
		d.Title = importer.TitleOf(d.Blocks)
		if d.Title == "" {
			d.Title = d.Origin.UNID
		}
		d.Review("importer.no-title")
		return
	}
	d.Blocks = importer.WithoutTitle(d.Blocks, d.Title)
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
