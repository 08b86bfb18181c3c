package importer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/markdown"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
	"staffelstab/internal/i18n"
)

const replica = "C1257A3B00412345"

func unid(n int) string { return fmt.Sprintf("C1257A3B00412345C1257A4C%08X", n) }

func id(n int) content.ID {
	return importer.ArticleID(importer.Key{ReplicaID: replica, UNID: unid(n)})
}

// shelf is a source in memory. make is asked anew for every reading, as a
// source would read its files anew.
type shelf struct {
	make  func() []any // *importer.Document or error
	open  int          // documents nobody closed
	reads int
}

func (s *shelf) Name() string { return "regal" }

func (s *shelf) Documents(ctx context.Context, _ importer.Pass) iter.Seq2[*importer.Document, error] {
	s.reads++
	return func(yield func(*importer.Document, error) bool) {
		for _, entry := range s.make() {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			d, ok := entry.(*importer.Document)
			if !ok {
				var broken *importer.SourceError
				if err := entry.(error); !yield(nil, err) || !errors.As(err, &broken) {
					return
				}
				continue
			}
			s.open++
			d.OnClose(func() error { s.open--; return nil })
			if !yield(d, nil) {
				return
			}
		}
	}
}

func of(entries func() []any) *shelf { return &shelf{make: entries} }

// text makes the document number n whose only paragraph is its text.
func text(n int, words string, change ...func(*importer.Document)) *importer.Document {
	d := &importer.Document{
		Origin: importer.Origin{File: "dev.dxl", Database: "DEV", ReplicaID: replica, UNID: unid(n), Form: "Artikel", Sequence: 1, Line: n},
		Title:  fmt.Sprintf("Dokument %d", n), Kind: content.KindArticle,
		Blocks:  []cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: words}}}},
		Revised: time.Date(2017, 11, 24, 8, 30, 0, 0, time.UTC), Author: "CN=Erika Muster/O=Musterstadt", Visible: words,
	}
	for _, c := range change {
		c(d)
	}
	return d
}

func sequence(n int) func(*importer.Document) {
	return func(d *importer.Document) { d.Origin.Sequence = n }
}

func readers(names ...string) func(*importer.Document) {
	return func(d *importer.Document) { d.Readers = names }
}

func conflict(d *importer.Document) { d.Conflict = true }

func incomplete(d *importer.Document) { d.Incomplete = true }

func standard(d *importer.Document) { d.Kind = content.KindStandard }

// answer makes a document one that belongs under another one.
func answer(to int) func(*importer.Document) {
	return func(d *importer.Document) { d.Parent, d.Append = unid(to), true }
}

func attached(name, data string) func(*importer.Document) {
	return func(d *importer.Document) {
		d.AttachmentsIn++
		d.Attachments = append(d.Attachments, importer.Attachment{Name: name, Shown: name, Size: int64(len(data)), SHA256: fmt.Sprintf("%064x", data),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil }})
	}
}

func noted(key string, pairs ...any) func(*importer.Document) {
	return func(d *importer.Document) { d.Review(key, pairs...) }
}

func damaged(n int) error {
	return &importer.SourceError{
		Origin: importer.Origin{File: "dev.dxl", ReplicaID: replica, UNID: unid(n), Line: n}, Title: "halb", Offset: 99,
		Note: importer.NewNote(true, "importer.document-cut-off", "line", n, "file", "dev.dxl"), Err: io.ErrUnexpectedEOF,
	}
}

// Catalogue and renderer take their time to make and never change.
var (
	catalogue = sync.OnceValues(i18n.Load)
	renderer  = sync.OnceValue(func() *markdown.Renderer {
		return markdown.New(markdown.Labels{Table: "Tabelle", Done: "erledigt", Open: "offen"})
	})
)

func options(t testing.TB) importer.Options {
	t.Helper()
	words, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return importer.Options{
		Run: "lauf-1", Catalogue: words, Place: time.UTC, Renderer: renderer(),
		Pseudonym: func(name string) string { return fmt.Sprintf("p-%d", len(name)) },
		Mapping:   importer.Mapping{Everyone: []string{"*/O=Musterstadt"}},
	}
}

// apply runs to the end and checks what holds for every run.
func apply(t testing.TB, target importer.Target, s *shelf, o importer.Options) *importer.Report {
	t.Helper()
	report, err := importer.Apply(context.Background(), target, s, o)
	if err != nil {
		t.Fatal(err)
	}
	settled(t, s, report)
	return report
}

func settled(t testing.TB, s *shelf, report *importer.Report) {
	t.Helper()
	if !report.Totals.Balanced() || report.Totals.Read != len(report.Documents) {
		t.Errorf("totals do not add up: %+v", report.Totals)
	}
	if s.open != 0 {
		t.Errorf("%d documents were left open", s.open)
	}
	for _, e := range report.Documents {
		if e.Status == "" || e.Status == importer.StatusFailed && len(e.Notes) == 0 {
			t.Errorf("%s %q is %q without a reason", e.UNID, e.Title, e.Status)
		}
	}
}

func entryOf(t testing.TB, r *importer.Report, n int) importer.Entry {
	t.Helper()
	for _, e := range r.Documents {
		if e.UNID == unid(n) {
			return e
		}
	}
	t.Fatalf("document %d is not in the report", n)
	return importer.Entry{}
}

// states lists the states of the report in its order.
func states(r *importer.Report) string {
	var out []string
	for _, e := range r.Documents {
		out = append(out, string(e.Status))
	}
	return strings.Join(out, " ")
}

func dump(m *importertest.Memory) string {
	var lines []string
	for key, a := range m.Articles() {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %q %q %v", key, a.Path, a.When, a.Author, a.Markdown, a.Files, a.Trailers))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

func jsonOf(t testing.TB, r *importer.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
