package importer

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

func catalogue(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCSVRunsNothingInASpreadsheet(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+49": "'+49", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", " =1": "' =1", "\u00a0=1": "'\u00a0=1",
		"|cmd": "'|cmd", "%0A": "'%0A", "＝1": "'＝1", "a=1": "a=1", "": "", "a\r\n=1": "a =1", "\n=1": "'=1", "Plan": "Plan",
	} {
		if got := harmless(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	r := newReport("notes", "x", false)
	r.Documents = append(r.Documents, Entry{Title: `=HYPERLINK("http://x";"y")`, Status: StatusImported, Notes: []string{"+a", "b;\"c\""}})
	var b bytes.Buffer
	if err := r.CSV(&b, catalogue(t)); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil || len(rows) != 2 || len(rows[0]) != len(rows[1]) {
		t.Fatalf("%d rows, error %v", len(rows), err)
	}
	for _, cell := range rows[1] {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
			t.Errorf("cell %q begins a formula", cell)
		}
	}
}

func TestHTMLEscapesWhatComesFromTheSource(t *testing.T) {
	r := newReport("notes", "x", true)
	r.Documents = append(r.Documents, Entry{Title: "<script>alert(1)</script>", Path: "a\"b", Status: StatusFailed, Review: true, Notes: []string{"<img src=x onerror=y>"}, Evidence: []string{"<b>"}})
	r.count()
	var b bytes.Buffer
	if err := r.HTML(&b, catalogue(t)); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, bad := range []string{"<script>alert", "<img", "<b>", "http://", "https://", "importer."} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, good := range []string{`lang="de"`, "<h1>", `scope="col"`, "Probelauf", "fehlgeschlagen", "&lt;script&gt;alert"} {
		if !strings.Contains(page, good) {
			t.Errorf("the page lacks %q", good)
		}
	}
}

func TestReportsAreReplacedWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "neu", "bericht")
	r := newReport("notes", "x", false)
	for range 2 {
		if err := r.Write(dir, catalogue(t)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("%v, error %v", entries, err)
	}
}

func TestEveryStateCounts(t *testing.T) {
	r := newReport("notes", "x", false)
	for _, s := range Statuses() {
		r.Documents = append(r.Documents, Entry{Status: s})
	}
	r.count()
	if !r.Totals.Balanced() || r.Totals.Read != 7 || r.Totals.Imported != 1 || r.Totals.Failed != 1 || !r.NeedsEyes() {
		t.Errorf("%+v", r.Totals)
	}
	r.Documents[0].Status = ""
	r.count()
	if r.Totals.Balanced() {
		t.Error("a document without a state goes unnoticed")
	}
}

func TestLettersAreCountedByWords(t *testing.T) {
	shown := tallyOf("DIE Regel", "Die Abrechnung gilt. Die Frist auch, 3 Monate")
	if in, out := shown.take("Die Abrechnung gilt 6 Monate"); in != 3+10+4+1+6 || out != in-1 {
		t.Errorf("%d of %d", out, in)
	}
	if in, out := shown.take("Abrechnung"); in != 10 || out != 0 {
		t.Errorf("a word answered twice: %d of %d", out, in)
	}
	if in, out := shown.take("die REGEL, regel"); in != 3+5+5 || out != 3+5 {
		t.Errorf("the title answers once, however it is written: %d of %d", out, in)
	}
}

func TestTextOfHTML(t *testing.T) {
	for in, want := range map[string]string{
		"<p>Dienst<b>reise</b></p><p>x</p>":                           "Dienstreise x",
		"a<br>b<td>c</td>":                                            "a b c",
		"<script>no</script><style>no</style>ja":                      "ja",
		"Dienst<script>no</script>reise":                              "Dienstreise",
		`LRKG<sup id="fnref1"><a href="#fn:1">1</a></sup> gilt`:       "LRKG gilt",
		`<a href="/x">Ziel</a>m<sup>2</sup> &auml;`:                   "Zielm2 ä",
		"<title>no</title><iframe>no</iframe><noscript>no</noscript>": "",
	} {
		if got := strings.Join(strings.Fields(TextOfHTML(in)), " "); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// adopter answers what it is told.
type adopter struct {
	adopted Adopted
	err     error
}

func (a adopter) Adopt(context.Context, string, bool) (Adopted, error) { return a.adopted, a.err }

func TestAdoptionIsReported(t *testing.T) {
	a := adopter{adopted: Adopted{Commits: 3, Articles: []AdoptedArticle{
		{ID: "aaaaaaaaaa", Path: "a.md", Title: "A", Completed: true},
		{ID: "bbbbbbbbbb", Path: "b.md", Title: "B", Unchanged: true},
		{Path: "c.md", Title: "C", Err: fault.New(fault.Invalid, "importer.not-utf8", "file", "c.md")},
		{Path: "d.md", Title: "D", Err: errors.New("disk on fire")},
	}}}
	r, err := Adopt(context.Background(), a, false, Options{Catalogue: catalogue(t)}, "/x/gesetze.bundle")
	if err != nil || r.Totals != (Totals{Read: 4, Imported: 1, Unchanged: 1, Failed: 2, Review: 2}) {
		t.Fatalf("%+v, error %v", r.Totals, err)
	}
	if notes := r.Documents[3].Notes; len(notes) != 1 || strings.Contains(notes[0], "fire") || r.Documents[0].File != "gesetze.bundle" {
		t.Errorf("%+v", r.Documents)
	}
	a.err = fault.New(fault.Full, "importer.not-written")
	if r, err := Adopt(context.Background(), a, false, Options{Catalogue: catalogue(t)}, "x"); err == nil || r.Totals.Read != 4 {
		t.Errorf("%+v, error %v", r.Totals, err)
	}
}
