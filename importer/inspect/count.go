package inspect

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/markdown"
	"staffelstab/importer/notes"
	"staffelstab/importer/table"
	"staffelstab/importer/text"
	"staffelstab/importer/webpages"
)

// Statistics is what is told about one file or folder. It holds no value of any
// field.
type Statistics struct {
	Found
	NSF notes.NSF // of a Notes database file

	Documents   int // whole ones, those to be left out included
	Broken      int // that cannot be read
	Skipped     int // profiles, views: nothing to bring over
	Sealed      int // encrypted
	Truncated   int
	Readers     int // that only some may read
	Conflicts   int
	Answers     int
	Attachments int
	Completed   int // Markdown that needs front matter

	Forms   []Form  // by size
	Columns []Field // of a table
	Rows    int
}

// Form is what the documents of one form have in common.
type Form struct {
	Name      string
	Documents int
	Answers   int
	WithText  int
	Fields    []Field // by how well they are filled
}

// Field is how one field is used.
type Field struct {
	Name    string
	Filled  int // documents
	Longest int // characters of its longest value
	Values  ValueKind
}

// ValueKind is what nearly all values of a field are.
type ValueKind string

// The kinds of value.
const (
	ValuesText   ValueKind = "text"
	ValuesDay    ValueKind = "day"
	ValuesNumber ValueKind = "number"
	ValuesPerson ValueKind = "person" // names as Notes writes them
	ValuesList   ValueKind = "list"   // several values in one document
)

// Bounds of what is counted, against files that are made to fill the memory.
const (
	maxForms  = 500
	maxFields = 2000
)

// Inspector reads files. Times without a zone are read as of Place; temporary
// files go to SpoolDir.
type Inspector struct {
	Place    *time.Location
	SpoolDir string
	// Destinations finds the files texts in Markdown link to; nil: they are not counted.
	Destinations content.DestinationReader
}

// Read recognises a file or folder and counts what is in it.
func (i Inspector) Read(ctx context.Context, name string) (Statistics, error) {
	found, err := Detect(name)
	s := Statistics{Found: found}
	if err != nil {
		return s, err
	}
	var source importer.Source
	switch found.Kind {
	case KindNSF:
		return s, s.readNSF()
	case KindTable:
		return s, s.readTable(i.Place)
	case KindDXL:
		source, err = notes.New(i.Place, name)
	case KindText:
		source, err = text.New(i.Place, name)
	case KindWeb:
		source, err = webpages.New(name)
	case KindMarkdown:
		source, err = markdown.New(i.Destinations, name)
	case KindRepository:
		if info, statErr := os.Stat(name); statErr != nil || !info.IsDir() {
			return s, nil // a bundle: what is in it shows when it is adopted
		}
		source, err = markdown.New(i.Destinations, name)
	default:
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, s.count(ctx, source, i)
}

func (s *Statistics) readNSF() error {
	f, err := os.Open(s.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, notes.NSFHead))
	if err != nil {
		return err
	}
	s.NSF, _ = notes.ReadNSF(head)
	return nil
}

func (s *Statistics) readTable(place *time.Location) error {
	t, err := table.Open(s.Path)
	if err != nil {
		return err
	}
	s.Charset, s.Rows = string(t.Charset), len(t.Rows)
	for i, column := range t.Columns {
		var u usage
		for _, row := range t.Rows {
			if v := row.Cell(i); v != "" {
				u.see([]string{v}, place)
			}
		}
		s.Columns = append(s.Columns, u.field(column))
	}
	return nil
}

// count reads a source once.
func (s *Statistics) count(ctx context.Context, source importer.Source, i Inspector) error {
	forms := map[string]*formUsage{}
	for d, err := range source.Documents(ctx, importer.Pass{Survey: true, SpoolDir: i.SpoolDir}) {
		var broken *importer.SourceError
		switch {
		case errors.As(err, &broken):
			s.Broken++
			continue
		case err != nil:
			return err
		}
		s.see(d)
		if d.Skip == nil {
			f := forms[d.Origin.Form]
			if f == nil && len(forms) < maxForms {
				f = &formUsage{fields: map[string]*usage{}}
				forms[d.Origin.Form] = f
			}
			if f != nil {
				f.see(d, i.Place)
			}
		}
		if err := d.Close(); err != nil {
			return err
		}
	}
	for name, f := range forms {
		s.Forms = append(s.Forms, f.form(name))
	}
	slices.SortFunc(s.Forms, func(a, b Form) int {
		if a.Documents != b.Documents {
			return b.Documents - a.Documents
		}
		return strings.Compare(a.Name, b.Name)
	})
	return nil
}

func (s *Statistics) see(d *importer.Document) {
	s.Documents++
	s.Attachments += d.AttachmentsIn
	for _, c := range []struct {
		count *int
		is    bool
	}{
		{&s.Skipped, d.Skip != nil},
		{&s.Sealed, d.Noted("importer.sealed")},
		{&s.Truncated, d.Noted("importer.truncated")},
		{&s.Readers, len(d.Readers) > 0},
		{&s.Conflicts, d.Conflict},
		{&s.Answers, d.Parent != ""},
		{&s.Completed, d.Noted("importer.front-matter-completed")},
	} {
		if c.is {
			*c.count++
		}
	}
}

// formUsage collects what the documents of a form have.
type formUsage struct {
	documents, answers, withText int
	fields                       map[string]*usage
}

func (f *formUsage) see(d *importer.Document, place *time.Location) {
	f.documents++
	if d.Parent != "" {
		f.answers++
	}
	if strings.TrimSpace(d.Visible) != "" {
		f.withText++
	}
	for name := range d.Fields {
		u := f.fields[name]
		if u == nil && len(f.fields) < maxFields {
			u = &usage{}
			f.fields[name] = u
		}
		if u != nil {
			u.see(d.Values(name), place)
		}
	}
}

func (f *formUsage) form(name string) Form {
	out := Form{Name: name, Documents: f.documents, Answers: f.answers, WithText: f.withText}
	for field, u := range f.fields {
		out.Fields = append(out.Fields, u.field(field))
	}
	byUse(out.Fields)
	return out
}

// byUse sorts fields by how well they are filled.
func byUse(fields []Field) {
	slices.SortFunc(fields, func(a, b Field) int {
		if a.Filled != b.Filled {
			return b.Filled - a.Filled
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// usage counts what stands in one field.
type usage struct {
	filled, longest               int
	days, numbers, persons, lists int
}

func (u *usage) see(values []string, place *time.Location) {
	if len(values) == 0 {
		return
	}
	u.filled++
	if len(values) > 1 {
		u.lists++
	}
	for _, v := range values {
		u.longest = max(u.longest, utf8.RuneCountInString(v))
	}
	v := strings.TrimSpace(values[0])
	_, isNumber := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
	_, isDay := importer.ParseDay(v, place)
	switch {
	case isDay && len(v) >= len("1.1.06"):
		u.days++
	case isNumber == nil:
		u.numbers++
	case strings.Contains(v, "CN=") || strings.Contains(v, "/O="):
		u.persons++
	}
}

// nearly is the share of values that makes a kind, in percent.
const nearly = 90

func (u *usage) field(name string) Field {
	f := Field{Name: name, Filled: u.filled, Longest: u.longest, Values: ValuesText}
	for _, k := range []struct {
		kind  ValueKind
		count int
	}{{ValuesDay, u.days}, {ValuesNumber, u.numbers}, {ValuesPerson, u.persons}, {ValuesList, 10 * u.lists}} {
		if u.filled > 0 && k.count*100 >= u.filled*nearly {
			f.Values = k.kind
			break
		}
	}
	return f
}
