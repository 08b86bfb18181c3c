package text

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
)

// Names fields usually have, the likeliest first.
var (
	titleNames      = []string{"Subject", "Title", "Titel", "Betreff", "Thema"}
	topicNames      = []string{"Categories", "Kategorien", "Kategorie", "Themen"}
	departmentNames = []string{"Fachbereich", "Bereich", "FB"}
	validNames      = []string{"GueltigAb", "GültigAb", "Gueltig_ab", "ValidFrom"}
	createdNames    = []string{"erstellt", "Erstellt", "Created", "$Created", "DateComposed", "ComposedDate", "ErstelltAm"}
	revisedNames    = []string{"$Revisions", "$Modified", "Modified", "geändert", "GeaendertAm", "LastModified"}
	authorNames     = []string{"$UpdatedBy", "Verfasser", "Autor", "Author", "From"}
)

// readerField is a field that lists who may read a document. Its name is all
// there is to tell by.
var readerField = regexp.MustCompile(`(?i)^\$?([\pL\pN_]*readers?(names)?|[\pL\pN_]*leser(felder|feld|namen|rechte)?|lesezugriff)$`)

// attachmentMark is what Notes writes where the icon of a file stood.
var attachmentMark = regexp.MustCompile(`(?i)\((?:see attached file|siehe angehängte datei|siehe angeh.ngte datei|attachment|anhang):\s*([^()\n]{1,200})\)`)

// document makes the document of a record.
func (s *Source) document(file string, rec record) *importer.Document {
	d := &importer.Document{
		Origin: importer.Origin{File: file, ReplicaID: replica, Form: importer.OneLine(rec.get("Form", "Maske")), Line: rec.line},
		Kind:   content.KindArticle, Title: importer.OneLine(rec.get(titleNames...)), Fields: map[string]string{},
	}
	text := rec.text()
	var visible strings.Builder
	for _, f := range rec.fields {
		value := strings.TrimSpace(f.value)
		switch {
		case value == "" || strings.EqualFold(f.name, "Form"):
		case text[f.name]:
			visible.WriteString(value + "\n\n")
		case d.Fields[f.name] == "":
			d.Fields[f.name] = value
		}
		if readerField.MatchString(f.name) {
			d.Readers = append(d.Readers, list(f.value)...)
		}
		if strings.EqualFold(f.name, "$Conflict") {
			d.Conflict = true
		}
	}
	d.Visible = visible.String()
	d.Blocks = importer.Paragraphs(d.Visible)
	d.Topics = importer.Topics(rec.get(topicNames...))
	d.Department = importer.DepartmentNumber(rec.get(departmentNames...))
	d.ValidFrom, _ = importer.ParseDay(rec.get(validNames...), s.place)
	if names := list(rec.get(authorNames...)); len(names) > 0 {
		d.Author = names[len(names)-1]
	}
	if parent := strings.ToUpper(rec.get("$Ref")); len(parent) == 32 {
		d.Parent = parent
	}
	s.times(d, rec)
	d.Origin.UNID = identify(d.Origin.Form, titleOr(d), d.Created)
	d.Origin.Sequence = int(d.Revised.Unix())
	s.tell(d, rec)
	return d
}

func titleOr(d *importer.Document) string {
	if d.Title == "" {
		d.Title = importer.TitleOf(d.Blocks)
		if d.Title != "" {
			d.Review("importer.no-title")
		}
	} else {
		d.Blocks = importer.WithoutTitle(d.Blocks, d.Title)
	}
	return d.Title
}

// tell notes what people should know of a record.
func (s *Source) tell(d *importer.Document, rec record) {
	if d.Title == "" {
		d.Title = d.Origin.UNID
		d.Review("importer.no-title-at-all")
	}
	if rec.dropped > 0 {
		d.Inform("importer.illegal-characters", "n", rec.dropped)
	}
	if len(rec.like) > 0 {
		slices.Sort(rec.like)
		names := slices.Compact(rec.like)
		if len(names) > maxNamed {
			names = append(names[:maxNamed], "…")
		}
		d.Review("importer.lines-like-fields", "names", strings.Join(names, ", "))
	}
	if rec.behind > 0 {
		d.Review("importer.lines-behind", "n", rec.behind)
	}
	if len(d.Blocks) == 0 {
		d.Review("importer.no-text")
	}
	for _, m := range attachmentMark.FindAllStringSubmatch(d.Visible, -1) {
		d.AttachmentsIn++
		d.Review("importer.attachment-missing", "name", strings.TrimSpace(m[1]))
	}
}

// maxNamed is how many lines that look like fields are named.
const maxNamed = 10

// times reads when the document was made and last changed.
func (s *Source) times(d *importer.Document, rec record) {
	d.Created = s.last(rec.get(createdNames...))
	d.Revised = s.last(rec.get(revisedNames...))
	if !d.Revised.IsZero() {
		return
	}
	d.Inform("importer.no-revised")
	if d.Revised = d.Created; d.Revised.IsZero() {
		d.Review("importer.no-date")
		d.Revised = time.Unix(0, 0)
	}
}

// last returns the last time of a list.
func (s *Source) last(value string) time.Time {
	times := list(value)
	for i := len(times) - 1; i >= 0; i-- {
		if t, ok := importer.ParseTime(times[i], s.place); ok {
			return t
		}
	}
	return time.Time{}
}

// list parts the values of a field: Notes writes commas between them.
func list(value string) []string {
	var out []string
	for _, v := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if v = importer.OneLine(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// text returns the names of the fields that are the text of the record: those
// with one of the usual names, else the longest of several lines.
func (r record) text() map[string]bool {
	out := map[string]bool{}
	longest := field{}
	for _, f := range r.fields {
		switch {
		case isBody(f.name):
			out[f.name] = true
		case longText(f) && len(f.value) > len(longest.value):
			longest = f
		}
	}
	if len(out) == 0 && longest.name != "" {
		out[longest.name] = true
	}
	return out
}

// longText reports whether a field looks like more than a value.
func longText(f field) bool {
	return strings.Contains(strings.TrimSpace(f.value), "\n") && !strings.HasPrefix(f.name, "$")
}
