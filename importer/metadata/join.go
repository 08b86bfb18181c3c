// Package metadata fills in what a source does not know about its documents
// from a table, usually the export of a Notes view as CSV.
//
// A line of the table belongs to the document with its UNID; to documents that
// have none, such as structured text, it belongs by exactly the same title. Only
// what is empty is filled. A line that fits nothing or several documents fills
// nothing and is reported, so that every line is accounted for.
package metadata

import (
	"context"
	"encoding/hex"
	"errors"
	"iter"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"staffelstab/importer"
	"staffelstab/importer/table"
	"staffelstab/internal/fault"
)

// columns are the positions of what a table can tell; -1 is nothing.
type columns struct{ unid, title, department, topics, author, revised, validFrom int }

func columnsOf(t *table.Table) columns {
	return columns{
		unid:       t.Column("UNID", "Dokument-ID", "DocumentUniqueID", "@DocumentUniqueID", "Universal ID", "Dokumentkennung"),
		title:      t.Column("Titel", "Title", "Subject", "Betreff", "Thema", "Bezeichnung"),
		department: t.Column("Fachbereich", "Bereich", "FB", "Department", "OE"),
		topics:     t.Column("Themen", "Kategorien", "Kategorie", "Categories", "Topics"),
		author:     t.Column("Autor", "Verfasser", "Author", "Geändert von", "Zuletzt geändert von", "$UpdatedBy"),
		revised:    t.Column("Geändert", "Geändert am", "Zuletzt geändert", "Zuletzt geändert am", "Letzte Änderung", "Modified", "Revised", "Stand"),
		validFrom:  t.Column("Gültig ab", "Gueltig_ab", "GueltigAb", "GültigAb", "Valid from", "ValidFrom", "In Kraft seit"),
	}
}

// Source gives documents of another source what a table knows about them.
type Source struct {
	importer.Source
	table   *table.Table
	columns columns
	mapping importer.Mapping
	place   *time.Location

	byUNID, byTitle map[string][]int // rows
	found           []match          // of every row, once the source was read
}

// match is the documents a row fits.
type match struct {
	key     importer.Key
	some    bool
	several bool
}

// New joins a source with a table. The mapping knows the numbers of departments;
// times are read as of place.
func New(source importer.Source, t *table.Table, mapping importer.Mapping, place *time.Location) (*Source, error) {
	s := &Source{Source: source, table: t, columns: columnsOf(t), mapping: mapping, place: place, byUNID: map[string][]int{}, byTitle: map[string][]int{}}
	if s.columns.unid < 0 && s.columns.title < 0 {
		return nil, fault.New(fault.Invalid, "importer.metadata-no-key", "file", t.File).At(t.File, 1)
	}
	for i, row := range t.Rows {
		if unid := unidOf(row.Cell(s.columns.unid)); unid != "" {
			s.byUNID[unid] = append(s.byUNID[unid], i)
		}
		if title := titleKey(row.Cell(s.columns.title)); title != "" {
			s.byTitle[title] = append(s.byTitle[title], i)
		}
	}
	return s, nil
}

// unidOf reads a UNID as views show it: 32 digits, perhaps with marks between.
func unidOf(cell string) string {
	cell = strings.NewReplacer(":", "", "-", "", " ", "").Replace(strings.ToUpper(cell))
	if raw, err := hex.DecodeString(cell); err != nil || len(raw) != 16 {
		return ""
	}
	return cell
}

func titleKey(title string) string { return importer.OneLine(norm.NFC.String(title)) }

// Overlaps implements importer.Overlapping.
func (s *Source) Overlaps() bool { return importer.Overlaps(s.Source) }

// Documents implements importer.Source. The lines of the table that fit nothing
// follow as documents that are left out. Which line fits which documents is
// found out once, before the first reading.
func (s *Source) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		if s.found == nil {
			found, err := s.match(ctx, pass.SpoolDir)
			if err != nil {
				yield(nil, err)
				return
			}
			s.found = found
		}
		for d, err := range s.Source.Documents(ctx, pass) {
			if err == nil && d.Skip == nil {
				s.fill(d)
			}
			var broken *importer.SourceError
			if !yield(d, err) || err != nil && !errors.As(err, &broken) {
				return
			}
		}
		s.report(yield)
	}
}

// match reads the source for nothing but what its documents are called.
func (s *Source) match(ctx context.Context, spoolDir string) ([]match, error) {
	found := make([]match, len(s.table.Rows))
	for d, err := range s.Source.Documents(ctx, importer.Pass{Survey: true, SpoolDir: spoolDir}) {
		var broken *importer.SourceError
		switch {
		case errors.As(err, &broken):
			continue
		case err != nil:
			return nil, err
		case d.Skip == nil:
			s.count(found, d)
		}
		if err := d.Close(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// rows returns the lines that fit a document.
func (s *Source) rows(d *importer.Document) []int {
	if d.Origin.Genuine() {
		if rows := s.byUNID[d.Origin.UNID]; len(rows) > 0 {
			return rows
		}
	}
	var out []int
	for _, i := range s.byTitle[titleKey(d.Title)] {
		if !d.Origin.Genuine() || unidOf(s.table.Rows[i].Cell(s.columns.unid)) == "" {
			out = append(out, i)
		}
	}
	return out
}

func (s *Source) count(found []match, d *importer.Document) {
	if d.Conflict { // has the title of what it conflicts with
		return
	}
	key := d.Origin.Key()
	for _, i := range s.rows(d) {
		m := &found[i]
		m.several = m.several || m.some && m.key != key
		m.key, m.some = key, true
	}
}

// fill completes a document that exactly one line fits.
func (s *Source) fill(d *importer.Document) {
	rows := s.rows(d)
	switch {
	case len(rows) == 0 || d.Conflict:
		return
	case len(rows) > 1 || s.found[rows[0]].several:
		d.Review("importer.metadata-ambiguous", "file", s.table.File, "line", s.table.Rows[rows[0]].Line)
		return
	}
	row := s.table.Rows[rows[0]]
	d.Inform("importer.metadata-joined", "file", s.table.File, "line", row.Line)
	if value := row.Cell(s.columns.department); d.Department == "" && value != "" {
		if d.Department = s.mapping.Department(value); d.Department == "" {
			d.Review("importer.department-unknown", "field", s.table.Columns[s.columns.department])
		} else {
			d.Forget("importer.department-unknown")
		}
	}
	if len(d.Topics) == 0 {
		d.Topics = importer.Topics(row.Cell(s.columns.topics))
	}
	if d.Author == "" {
		d.Author = row.Cell(s.columns.author)
	}
	if value := row.Cell(s.columns.validFrom); d.ValidFrom == "" && value != "" {
		day, ok := importer.ParseDay(value, s.place)
		if d.ValidFrom = day; !ok {
			d.Review("importer.field-no-date", "field", s.table.Columns[s.columns.validFrom])
		}
	}
	s.revised(d, row)
}

// revised replaces a time the source only had to guess.
func (s *Source) revised(d *importer.Document, row table.Row) {
	value := row.Cell(s.columns.revised)
	if value == "" || !d.Noted("importer.no-revised") {
		return
	}
	t, ok := importer.ParseTime(value, s.place)
	if !ok {
		d.Review("importer.field-no-date", "field", s.table.Columns[s.columns.revised])
		return
	}
	d.Revised = t
	d.Forget("importer.no-revised")
	d.Forget("importer.no-date")
}

// report yields the lines that fit nothing or several documents.
func (s *Source) report(yield func(*importer.Document, error) bool) {
	for i, row := range s.table.Rows {
		var note importer.Note
		switch m := s.found[i]; {
		case !m.some:
			note = importer.NewNote(true, "importer.metadata-unmatched")
		case m.several:
			note = importer.NewNote(true, "importer.metadata-several")
		case s.twice(row):
			note = importer.NewNote(true, "importer.metadata-twice")
		default:
			continue
		}
		if !yield(&importer.Document{Origin: importer.Origin{File: s.table.File, Line: row.Line}, Title: row.Cell(s.columns.title), Skip: &note}, nil) {
			return
		}
	}
}

// twice reports whether another line claims the same document.
func (s *Source) twice(row table.Row) bool {
	if unid := unidOf(row.Cell(s.columns.unid)); unid != "" {
		return len(s.byUNID[unid]) > 1
	}
	return len(s.byTitle[titleKey(row.Cell(s.columns.title))]) > 1
}
