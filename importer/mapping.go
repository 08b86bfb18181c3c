package importer

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"staffelstab/content"
)

// Mapping is what people decide about a source before it is imported. It
// travels as JSON to the server that does the work.
type Mapping struct {
	// Everyone lists entries of reader fields that mean the whole
	// administration, such as "*/O=Musterstadt".
	Everyone []string
	// Departments gives names of departments their number.
	Departments map[string]string
	// Forms says by the name of a form what its documents are.
	Forms map[string]FormMapping
	// NamesFile is a table of names and logins, relative to the mapping.
	NamesFile string
}

// FormMapping is what is decided about the documents of one form. Title,
// Department, Topics, ValidFrom and Author name fields of the source.
type FormMapping struct {
	Title, Department, Topics, ValidFrom, Author string

	// Text names fields whose text stands before the body of the document, in this
	// order.
	Text []string

	Kind    content.Kind // empty: as the source says
	Answers Answers
	Skip    bool
}

// Answers says what becomes of documents that answer another one.
type Answers string

// The values of Answers; empty leaves it to the source.
const (
	AnswersAppend  Answers = "anhaengen"       // below what they answer
	AnswersArticle Answers = "eigener-artikel" // texts of their own
)

// everyone reports whether one of the readers stands for everybody: readers
// are alternatives.
func (m Mapping) everyone(readers []string) bool {
	for _, r := range readers {
		for _, all := range m.Everyone {
			if strings.EqualFold(strings.TrimSpace(r), strings.TrimSpace(all)) {
				return true
			}
		}
	}
	return false
}

// Department returns the number of a department that is named by number or by
// name, or "".
func (m Mapping) Department(value string) string {
	for name, number := range m.Departments {
		if strings.EqualFold(OneLine(name), OneLine(value)) {
			return number
		}
	}
	return DepartmentNumber(value)
}

func (m Mapping) form(name string) FormMapping {
	for form, f := range m.Forms {
		if strings.EqualFold(strings.TrimSpace(form), strings.TrimSpace(name)) {
			return f
		}
	}
	return FormMapping{}
}

// Mapped returns a source whose documents are what the mapping makes of them.
// It comes after what other sources know about their documents: people have the
// last word.
func Mapped(source Source, mapping Mapping, place *time.Location) Source {
	return mapped{source, mapping, place}
}

type mapped struct {
	Source
	mapping Mapping
	place   *time.Location
}

// Overlaps implements Overlapping.
func (s mapped) Overlaps() bool { return Overlaps(s.Source) }

// Documents implements Source.
func (s mapped) Documents(ctx context.Context, pass Pass) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		for d, err := range s.Source.Documents(ctx, pass) {
			if err == nil && d.Skip == nil {
				s.mapping.apply(d, s.place)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// departmentFields are the usual names of the field that holds a department.
var departmentFields = []string{"Fachbereich", "Bereich", "FB"}

func (m Mapping) apply(d *Document, place *time.Location) {
	f := m.form(d.Origin.Form)
	if f.Skip {
		d.Skip = &Note{Key: "importer.form-skipped", Args: map[string]any{"form": d.Origin.Form}}
		return
	}
	if title := OneLine(strings.Join(d.Values(f.Title), " ")); title != "" {
		d.Title = title
		d.Blocks = WithoutTitle(d.Blocks, title)
		d.Forget("importer.no-title")
		d.Forget("importer.no-title-at-all")
	}
	m.department(d, f.Department)
	m.moreDepartments(d, f.Department)
	if values := d.Values(f.Topics); len(values) > 0 {
		d.Topics = nil
		for _, v := range values {
			d.Topics = append(d.Topics, Topics(v)...)
		}
	}
	if values := d.Values(f.ValidFrom); len(values) > 0 {
		day, ok := ParseDay(values[0], place)
		if d.ValidFrom = day; !ok {
			d.Review("importer.field-no-date", "field", f.ValidFrom)
		}
	}
	if values := d.Values(f.Author); len(values) > 0 {
		d.Author = lastName(values[len(values)-1])
	}
	d.text(f.Text)
	m.unplaced(d, f)
	if f.Answers != "" && d.Parent != "" {
		d.Append, d.Apart = f.Answers == AnswersAppend, f.Answers == AnswersArticle
	}
	if f.Kind != "" {
		d.Kind = f.Kind
	}
}

// lastName returns the last of names that stand on one line, as structured text
// has them; canonical names hold no comma.
func lastName(value string) string {
	if strings.Contains(value, "=") {
		value = value[strings.LastIndexAny(value, ",;")+1:]
	}
	return OneLine(value)
}

// department reads the field of the form, else the usual ones, whose names of
// departments only the mapping can tell.
func (m Mapping) department(d *Document, field string) {
	fields := departmentFields
	if field != "" {
		fields = []string{field}
	} else if d.Department != "" {
		return
	}
	for _, name := range fields {
		values := d.Values(name)
		if len(values) == 0 {
			continue
		}
		if number := m.Department(values[0]); number != "" {
			d.Department = number
		} else {
			d.note(field != "", "importer.department-unknown", []any{"field", name})
		}
		return
	}
}

// moreDepartments tells of departments a document names beside the one its article
// gets.
func (m Mapping) moreDepartments(d *Document, field string) {
	fields := departmentFields
	if field != "" {
		fields = []string{field}
	}
	for _, name := range fields {
		values := d.Values(name)
		if len(values) == 0 {
			continue
		}
		var more []string
		for _, v := range values {
			if m.Department(v) != d.Department {
				more = append(more, OneLine(v))
			}
		}
		if len(more) > 0 && len(values) > 1 {
			d.Review("importer.departments-more", "departments", strings.Join(more, ", "))
		}
		return
	}
}

// Topics reads one or several topics from a value: Notes parts them by commas
// or semicolons and their levels by backslashes.
func Topics(value string) []string {
	var out []string
	for _, topic := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		topic = strings.ReplaceAll(OneLine(topic), `\`, "/")
		if topic != "" && !slices.Contains(out, topic) {
			out = append(out, topic)
		}
	}
	return out
}
