package dev

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/importertest"
	"staffelstab/importer/notes"
	"staffelstab/internal/i18n"
)

var update = flag.Bool("update", false, "write the golden files anew")

const fixture = "testdata/dev-datenbank.dxl"

func id(last string) content.ID {
	return importer.ArticleID(importer.Key{ReplicaID: "C1257A3B00412345", UNID: "C1257A3B00412345C1257A4C003B00" + last})
}

func options(t *testing.T) importer.Options {
	t.Helper()
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return importer.Options{
		Run: "lauf-1", Catalogue: catalogue, Renderer: importertest.Text{}, Place: time.UTC, SpoolDir: t.TempDir(),
		Pseudonym: func(name string) string { return fmt.Sprintf("p-%d", len(name)) },
		Mapping:   importer.Mapping{Everyone: []string{"*/O=Musterstadt"}},
	}
}

func source(t *testing.T, files ...string) importer.Source {
	t.Helper()
	s, err := notes.New(time.UTC, files...)
	if err != nil {
		t.Fatal(err)
	}
	return New(s)
}

func apply(t *testing.T, target importer.Target, s importer.Source, o importer.Options) *importer.Report {
	t.Helper()
	report, err := importer.Apply(context.Background(), target, s, o)
	if err != nil {
		t.Fatal(err)
	}
	if !report.Totals.Balanced() {
		t.Errorf("totals do not add up: %+v", report.Totals)
	}
	return report
}

func TestTheDatabaseBecomesStandards(t *testing.T) {
	target := importertest.NewMemory()
	report := apply(t, target, source(t, fixture), options(t))
	if report.Totals != (importer.Totals{Read: 11, Imported: 7, Quarantined: 2, Skipped: 2, Review: report.Totals.Review}) {
		t.Errorf("totals %+v", report.Totals)
	}
	articles := target.Articles()
	if len(articles) != 5 {
		t.Errorf("%d articles, want 5 (two comments go under one of them)", len(articles))
	}
	for key, a := range articles {
		d, err := content.ParseDocument(a.Path, a.Markdown)
		if err != nil {
			t.Errorf("%s: %v", a.Path, err)
		}
		if d.Meta.ID != key || d.Meta.Kind != content.KindStandard || d.Meta.Binding != content.BindingUnchecked || d.Meta.Origin.DevKind == "" {
			t.Errorf("%s: %+v", a.Path, d.Meta)
		}
		if !strings.HasPrefix(a.Author, "p-") || bytes.Contains(a.Markdown, []byte("Muster/")) || bytes.Contains(a.Markdown, []byte("Beispiel")) {
			t.Errorf("%s names a person: %q", a.Path, a.Author)
		}
	}
	first := articles[id("01")]
	if want := time.Date(2017, 11, 24, 8, 30, 0, 0, time.UTC); !first.When.Equal(want) {
		t.Errorf("author date %v, want %v", first.When, want)
	}
	if len(first.Files) != 1 || !bytes.HasPrefix(first.Files["Antrag-DR-1-(Übersicht).pdf"], []byte("%PDF-1.4")) {
		t.Errorf("files %v", first.Files)
	}
	if !bytes.Contains(first.Markdown, []byte("](/a/"+id("02")+")")) {
		t.Errorf("the link to the framework is missing:\n%s", first.Markdown)
	}
	if d, _ := content.ParseDocument("", first.Markdown); d.Meta.ValidFrom != "2009-04-01" || strings.Join(d.Meta.Topics, "|") != "Personal/Reisen|Formulare" {
		t.Errorf("front matter %+v", d.Meta)
	}
	if trailers := first.Trailers; trailers[0].Value != "C1257A3B00412345C1257A4C003B0001" || trailers[1].Value != "lauf-1" {
		t.Errorf("trailers %v", trailers)
	}
	for _, text := range []string{"## Rückfragen und Antworten", "### Rückfrage zur Pauschale", "Gilt das auch für Azubis?", "### AW: Rückfrage"} {
		if !bytes.Contains(articles[id("02")].Markdown, []byte(text)) {
			t.Errorf("%q is missing below its document", text)
		}
	}
}

// TestEvidenceIsLookedForInTheWholeText places a field before the text of an
// entry: in many forms the rule itself stands there.
func TestEvidenceIsLookedForInTheWholeText(t *testing.T) {
	data := []byte(`<database replicaid="C1257A3B00412345" title="DEV"><document form="Arbeitshilfe"><noteinfo unid="C1257A3B00412345C1257A4C003B0001"/>
		<item name="Subject"><text>Dienstreisen</text></item><item name="Kurzfassung"><text>Vor jeder Dienstreise ist ein Antrag zu stellen.</text></item>
		<item name="Body"><richtext><par>Zum Beispiel so.</par></richtext></item></document></database>`)
	name := filepath.Join(t.TempDir(), "a.dxl")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for want, m := range map[string]importer.Mapping{
		"nein Zum Beispiel so.":                               {},
		"ja Vor jeder Dienstreise ist ein Antrag zu stellen.": {Forms: map[string]importer.FormMapping{aid: {Text: []string{"Kurzfassung"}}}},
		" ": {Forms: map[string]importer.FormMapping{aid: {Kind: content.KindArticle, Text: []string{"Kurzfassung"}}}},
	} {
		report := apply(t, importertest.NewMemory(), importer.Mapped(source(t, name), m, time.UTC), options(t))
		e := report.Documents[0]
		if got := e.Binding + " " + strings.Join(e.Evidence, "|"); got != want || strings.Contains(strings.Join(e.Notes, "|"), "Vorschlag zur Verbindlichkeit") != (e.Binding != "") {
			t.Errorf("%q, want %q: %q", got, want, e.Notes)
		}
	}
}

func TestRestrictedDocumentsAreWithheld(t *testing.T) {
	o := options(t)
	o.Mapping = importer.Mapping{}
	target := importertest.NewMemory()
	report := apply(t, target, source(t, fixture), o)
	if _, published := target.Articles()[id("01")]; published {
		t.Error("a document with readers was published")
	}
	var out bytes.Buffer
	if err := report.JSON(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "interner Hinweis") || strings.Contains(out.String(), "ist der Antrag \\\"DR-1\\\" zu stellen & ") {
		t.Error("the report quotes a restricted document")
	}
	if !report.NeedsEyes() || report.Totals.Quarantined != 3 {
		t.Errorf("totals %+v", report.Totals)
	}
}

func TestNothingIsLost(t *testing.T) {
	report := apply(t, importertest.NewMemory(), source(t, fixture), options(t))
	for _, e := range report.Documents {
		if e.Status == importer.StatusImported && e.LettersIn != e.LettersOut {
			t.Errorf("%s: %d of %d letters", e.Title, e.LettersOut, e.LettersIn)
		}
		if e.Status == importer.StatusImported && e.AttachmentsIn != e.AttachmentsOut {
			t.Errorf("%s: %d of %d attachments", e.Title, e.AttachmentsOut, e.AttachmentsIn)
		}
	}
}

func TestASecondRunChangesNothing(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, source(t, fixture), options(t))
	before, commits := dump(target), target.Commits()
	report := apply(t, target, source(t, fixture), options(t))
	if report.Totals.Unchanged != 7 || report.Totals.Imported != 0 || target.Commits() != commits || dump(target) != before {
		t.Errorf("totals %+v, %d commits", report.Totals, target.Commits()-commits)
	}
}

func TestAPlanWritesNothingAndSaysTheSame(t *testing.T) {
	target := importertest.NewMemory()
	plan, err := importer.Plan(context.Background(), target, source(t, fixture), options(t))
	if err != nil || target.Commits() != 0 {
		t.Fatalf("%d commits, error %v", target.Commits(), err)
	}
	done := apply(t, target, source(t, fixture), options(t))
	if plan.Totals != done.Totals || !plan.DryRun || done.DryRun {
		t.Errorf("plan %+v, done %+v", plan.Totals, done.Totals)
	}
}

// newer is the fixture with one document revised.
func newer(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(data, []byte("3 Monaten"), []byte("4 Monaten"), 1)
	name := filepath.Join(t.TempDir(), "neu.dxl")
	if err := os.WriteFile(name, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestANewerSourceUpdatesWhatNobodyTouched(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, source(t, fixture), options(t))
	path := target.Articles()[id("03")].Path
	report := apply(t, target, source(t, newer(t)), options(t))
	a := target.Articles()[id("03")]
	if report.Totals.Updated != 1 || report.Totals.Unchanged != 6 || !bytes.Contains(a.Markdown, []byte("4 Monaten")) || a.Path != path {
		t.Errorf("totals %+v\n%s", report.Totals, a.Markdown)
	}
}

func TestPeoplesChangesAreNotOverwritten(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, source(t, fixture), options(t))
	target.Edit(id("03"), func(b []byte) []byte { return append(b, "\nVon Hand ergänzt.\n"...) })
	if report := apply(t, target, source(t, fixture), options(t)); report.Totals.Unchanged != 7 {
		t.Errorf("the source has nothing new, yet %+v", report.Totals)
	}
	report := apply(t, target, source(t, newer(t)), options(t))
	if !bytes.Contains(target.Articles()[id("03")].Markdown, []byte("Von Hand")) || report.Totals.Updated != 0 || !report.NeedsEyes() {
		t.Errorf("totals %+v", report.Totals)
	}
	if i := entry(report, "C1257A3B00412345C1257A4C003B0003"); report.Documents[i].Status != importer.StatusProposed || !report.Documents[i].Review || len(target.Proposals()) != 1 {
		t.Errorf("%+v", report.Documents[i])
	}
}

func TestAFullDiskLosesNothingAndTheNextRunGoesOn(t *testing.T) {
	target := importertest.NewMemory()
	target.FullAfter = 2
	report, err := importer.Apply(context.Background(), target, source(t, fixture), options(t))
	if err == nil || report.Totals.Failed == 0 || !report.Totals.Balanced() {
		t.Fatalf("error %v, totals %+v", err, report.Totals)
	}
	target.FullAfter = 0
	apply(t, target, source(t, fixture), options(t))
	whole := importertest.NewMemory()
	apply(t, whole, source(t, fixture), options(t))
	if dump(target) != dump(whole) {
		t.Error("a run in two pieces differs from one in one piece")
	}
}

func TestEveryFixtureIsRead(t *testing.T) {
	files, err := filepath.Glob("../notes/testdata/*.dxl")
	if err != nil || len(files) < 6 {
		t.Fatalf("%v %v", files, err)
	}
	for _, file := range files {
		report := apply(t, importertest.NewMemory(), source(t, file), options(t))
		if report.Totals.Failed != 0 || report.Totals.Imported == 0 {
			t.Errorf("%s: %+v", file, report.Totals)
		}
	}
	together := apply(t, importertest.NewMemory(), source(t, files...), options(t))
	if together.Totals.Failed != 0 || together.Totals.Read != 17 {
		t.Errorf("together: %+v", together.Totals)
	}
}

func TestReportIsAsRecorded(t *testing.T) {
	report := apply(t, importertest.NewMemory(), source(t, fixture), options(t))
	dir := t.TempDir()
	if err := report.Write(dir, options(t).Catalogue); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"report.json", "report.csv", "report.html"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", "golden."+name)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s", name, golden)
		}
	}
	var fields struct {
		Totals    map[string]int
		Documents []map[string]any
	}
	data, _ := os.ReadFile(filepath.Join(dir, "report.json"))
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"unid", "title", "path", "status", "letters_in", "letters_out", "attachments_in", "attachments_out", "links_in", "links_out", "notes"} {
		if _, ok := fields.Documents[0][key]; !ok {
			t.Errorf("report.json: documents have no %q", key)
		}
	}
}

func entry(r *importer.Report, unid string) int {
	for i, e := range r.Documents {
		if e.UNID == unid {
			return i
		}
	}
	return -1
}

func dump(m *importertest.Memory) string {
	var lines []string
	for id, a := range m.Articles() {
		lines = append(lines, fmt.Sprintf("%s %s %s %q %q", id, a.Path, a.When.UTC(), a.Markdown, a.Files))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}
