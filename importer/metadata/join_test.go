package metadata

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/markdown"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
	"staffelstab/importer/table"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

const replica = "C1257A3B00412345"

func unid(n int) string { return fmt.Sprintf("C1257A3B00412345C1257A4C%08X", n) }

// shelf is a source in memory, made anew for every reading.
type shelf func() []*importer.Document

func (shelf) Name() string { return "regal" }

func (s shelf) Documents(context.Context, importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for _, d := range s() {
			if d == nil {
				if !yield(nil, &importer.SourceError{Note: importer.NewNote(true, "importer.document-broken", "line", 1, "file", "x"), Err: io.ErrUnexpectedEOF}) {
					return
				}
				continue
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

// document makes a document that knows nothing about itself.
func document(n int, title string, change ...func(*importer.Document)) *importer.Document {
	d := &importer.Document{
		Origin: importer.Origin{File: "x.dxl", ReplicaID: replica, UNID: unid(n)}, Title: title, Kind: content.KindArticle, Visible: "Text",
		Blocks: []cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: "Text"}}}}, Revised: time.Unix(0, 0),
	}
	d.Inform("importer.no-revised")
	d.Review("importer.no-date")
	for _, c := range change {
		c(d)
	}
	return d
}

// homemade makes the identity one a source gave itself.
func homemade(d *importer.Document) { d.Origin.ReplicaID = "STRUKTURIERTTEXT" }

func join(t testing.TB, s importer.Source, csv string) *Source {
	t.Helper()
	list, err := table.Read("ansicht.csv", strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	joined, err := New(s, list, importer.Mapping{Departments: map[string]string{"Tiefbau": "66"}}, berlin)
	if err != nil {
		t.Fatal(err)
	}
	return joined
}

// read returns the documents and, for those that are left out, line and reason.
func read(t testing.TB, s *Source) (out []*importer.Document, left []string) {
	t.Helper()
	for d, err := range s.Documents(context.Background(), importer.Pass{}) {
		var broken *importer.SourceError
		switch {
		case errors.As(err, &broken):
		case err != nil:
			t.Fatal(err)
		case d.Skip != nil:
			left = append(left, fmt.Sprintf("%s:%d %s", d.Origin.File, d.Origin.Line, strings.TrimPrefix(d.Skip.Key, "importer.metadata-")))
		default:
			out = append(out, d)
		}
	}
	return out, left
}

func TestWhatIsEmptyIsFilled(t *testing.T) {
	csv := "UNID;Titel;Fachbereich;Kategorien;Autor;Geändert am;Gültig ab\n" + unid(1) + ";egal;Tiefbau;Bau\\Straße, Bau;Erika Muster/FB66/Stadt;31.12.2019 14:05;01.04.2009\n"
	docs, left := read(t, join(t, shelf(func() []*importer.Document { return []*importer.Document{document(1, "A")} }), csv))
	d := docs[0]
	if len(left) != 0 || d.Department != "66" || !slices.Equal(d.Topics, []string{"Bau/Straße", "Bau"}) || d.Author != "Erika Muster/FB66/Stadt" || d.ValidFrom != "2009-04-01" {
		t.Errorf("%v %+v", left, d)
	}
	if d.Revised.Format(time.RFC3339) != "2019-12-31T14:05:00+01:00" || d.Noted("importer.no-revised") || d.Noted("importer.no-date") || !d.Noted("importer.metadata-joined") || d.Title != "A" {
		t.Errorf("%s %v", d.Revised, d.Notes)
	}
}

func TestWhatTheSourceKnowsStays(t *testing.T) {
	csv := "UNID,Fachbereich,Themen,Autor,Modified,ValidFrom\n" + unid(1) + ",66,x,CN=B/O=S,2019-12-31,2009-04-01\n"
	known := func(d *importer.Document) {
		d.Department, d.Topics, d.Author, d.ValidFrom, d.Revised, d.Notes = "11", []string{"a"}, "CN=A/O=S", "2001-01-01", time.Unix(1e9, 0), nil
	}
	docs, _ := read(t, join(t, shelf(func() []*importer.Document { return []*importer.Document{document(1, "A", known)} }), csv))
	if d := docs[0]; d.Department != "11" || d.Topics[0] != "a" || d.Author != "CN=A/O=S" || d.ValidFrom != "2001-01-01" || d.Revised.Unix() != 1e9 {
		t.Errorf("%+v", d)
	}
}

func TestCellsThatMeanNothingAreTold(t *testing.T) {
	csv := "UNID\tFachbereich\tGeändert\tGültig ab\n" + unid(1) + "\tAmt\tneulich\tdemnächst\n" + unid(2) + "\t\t\t\n"
	docs, _ := read(t, join(t, shelf(func() []*importer.Document { return []*importer.Document{document(1, "A"), document(2, "B")} }), csv))
	review := 0
	for _, n := range docs[0].Notes {
		if n.Key == "importer.department-unknown" || n.Key == "importer.field-no-date" {
			review++
		}
	}
	if review != 3 || docs[0].Department != "" || docs[0].ValidFrom != "" || !docs[0].Noted("importer.no-revised") {
		t.Errorf("%+v", docs[0])
	}
	if docs[1].Noted("importer.department-unknown") || docs[1].Noted("importer.field-no-date") {
		t.Errorf("%+v", docs[1])
	}
}

func TestLinesFindTheirDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		csv    string
		docs   []*importer.Document
		filled string // departments of the documents
		left   string
	}{
		"by UNID, however it is written": {"UNID;FB\n" + strings.ToLower(unid(1)) + ";66\n" + unid(2)[:16] + ":" + unid(2)[16:] + ";67\n", []*importer.Document{document(1, "A"), document(2, "B")}, "66 67", ""},
		"by title without a UNID":        {"Titel;FB\n Größe  A ;66\n", []*importer.Document{document(1, "Größe A", homemade)}, "66", ""},
		"a title is exact":               {"Titel;FB\ngröße a;66\n", []*importer.Document{document(1, "Größe A", homemade)}, "-", "2 unmatched"},
		"a UNID of another document":     {"UNID;Titel;FB\n" + unid(9) + ";A;66\n", []*importer.Document{document(1, "A")}, "-", "2 unmatched"},
		"UNIDs the source cannot have":   {"UNID;Titel;FB\n" + unid(9) + ";A;66\n", []*importer.Document{document(1, "A", homemade)}, "66", ""},
		"a line without a UNID":          {"UNID;Titel;FB\n;A;66\n", []*importer.Document{document(1, "A")}, "66", ""},
		"two documents of one title":     {"Titel;FB\nA;66\n", []*importer.Document{document(1, "A", homemade), document(2, "A", homemade)}, "- -", "2 several"},
		"two lines for one document":     {"Titel;FB\nA;66\nA;67\nB;68\n", []*importer.Document{document(1, "A", homemade), document(2, "B", homemade)}, "- 68", "2 twice|3 twice"},
		"copies of one database":         {"UNID;FB\n" + unid(1) + ";66\n", []*importer.Document{document(1, "A"), document(1, "A", func(d *importer.Document) { d.Origin.ReplicaID = "C1257A3B00099999" })}, "- -", "2 several"},
		"a copy of one document":         {"UNID;FB\n" + unid(1) + ";66\n", []*importer.Document{document(1, "A"), document(1, "A")}, "66 66", ""},
		"a conflict":                     {"Titel;FB\nA;66\n", []*importer.Document{document(1, "A", homemade), document(2, "A", homemade, func(d *importer.Document) { d.Conflict = true })}, "66 -", ""},
		"a document nobody can read":     {"Titel;FB\nA;66\n", []*importer.Document{nil, document(1, "A", homemade)}, "66", ""},
		"no document at all":             {"Titel;FB\nA;66\nB;67\n", nil, "", "2 unmatched|3 unmatched"},
		"a line without a name":          {"Titel;FB\n;66\n", []*importer.Document{document(1, "A", homemade)}, "-", "2 unmatched"},
	} {
		t.Run(name, func(t *testing.T) {
			// Documents are filled in place: every reading needs its own.
			s := join(t, shelf(func() (out []*importer.Document) {
				for _, d := range c.docs {
					if d != nil {
						fresh := *d
						fresh.Notes = slices.Clone(d.Notes)
						d = &fresh
					}
					out = append(out, d)
				}
				return out
			}), c.csv)
			docs, left := read(t, s)
			var filled []string
			for _, d := range docs {
				if d.Department == "" {
					d.Department = "-"
				}
				filled = append(filled, d.Department)
			}
			if got := strings.Join(filled, " "); got != c.filled || strings.ReplaceAll(strings.Join(left, "|"), "ansicht.csv:", "") != c.left {
				t.Errorf("filled %q, left %q", got, left)
			}
			if _, again := read(t, s); !slices.Equal(left, again) {
				t.Errorf("a second reading: %q", again)
			}
		})
	}
}

func TestATableNeedsSomethingToJoinBy(t *testing.T) {
	list, err := table.Read("x.csv", strings.NewReader("Bereich;Autor\n66;x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(shelf(nil), list, importer.Mapping{}, time.UTC); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
}

func TestEveryLineIsAccountedForInTheReport(t *testing.T) {
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	options := importer.Options{
		Run: "lauf-1", Catalogue: catalogue, Place: time.UTC, Pseudonym: func(name string) string { return fmt.Sprintf("u-%d", len(name)) },
		Renderer: markdown.New(markdown.Labels{Table: "Tabelle", Done: "erledigt", Open: "offen"}),
	}
	s := join(t, shelf(func() []*importer.Document { return []*importer.Document{document(1, "A"), document(2, "B")} }),
		"UNID;Titel;FB;Autor;Stand\n"+unid(1)+";A;66;CN=A/O=S;01.02.2003\n"+unid(9)+";Gelöscht;66;;\n")
	target := importertest.NewMemory()
	report, err := importer.Apply(context.Background(), target, s, options)
	if err != nil || report.Totals != (importer.Totals{Read: 3, Imported: 2, Skipped: 1, Review: 2}) {
		t.Fatalf("%v %+v", err, report.Totals)
	}
	last := report.Documents[2]
	if last.File != "ansicht.csv" || last.Line != 3 || last.Title != "Gelöscht" || !last.Review || !strings.Contains(last.Notes[0], "keinem Dokument") {
		t.Errorf("%+v", last)
	}
	stored := target.Articles()[importer.ArticleID(importer.Key{ReplicaID: replica, UNID: unid(1)})]
	if !strings.Contains(string(stored.Markdown), "bereich: \"66\"") || stored.Author != "u-8" || stored.When.Format(time.DateOnly) != "2003-01-31" && stored.When.Format(time.DateOnly) != "2003-02-01" {
		t.Errorf("%+v\n%s", stored, stored.Markdown)
	}
}
