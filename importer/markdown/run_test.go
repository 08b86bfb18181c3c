package markdown_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/importertest"
	"staffelstab/internal/i18n"
)

// options are those of a run in tests.
func options(t *testing.T) importer.Options {
	t.Helper()
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return importer.Options{Run: "lauf-1", Catalogue: catalogue, Renderer: renderer(), Place: time.UTC, SpoolDir: t.TempDir()}
}

func apply(t *testing.T, target importer.Target, dir string) *importer.Report {
	t.Helper()
	report, err := importer.Apply(context.Background(), target, source(t, dir), options(t))
	if err != nil {
		t.Fatal(err)
	}
	if !report.Totals.Balanced() {
		t.Errorf("totals do not add up: %+v", report.Totals)
	}
	return report
}

func TestAFolderComesInOnceAndStays(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.md": "# Dienstreise\n\nVorher [beantragen](antrag.pdf).", "antrag.pdf": "P", "b/index.md": "---\nid: bbbbbbbbbb\nart: standard\ntitel: Frist\n---\n6 Monate",
		"kaputt.md": "\xff", "zweimal.md": "---\nid: bbbbbbbbbb\nart: standard\ntitel: Andere Frist\n---\n3 Monate",
	})
	target := importertest.NewMemory()
	report := apply(t, target, dir)
	if report.Totals != (importer.Totals{Read: 4, Imported: 2, Failed: 2, Review: 2}) {
		t.Fatalf("totals %+v", report.Totals)
	}
	for i, want := range []string{"", "", "kaputt.md", "b/index.md"} { // the reason names the file
		if notes := strings.Join(report.Documents[i].Notes, " "); want != "" && !strings.Contains(notes, want) {
			t.Errorf("%s: %q does not name %q", report.Documents[i].Title, notes, want)
		}
	}
	before, commits := target.Articles(), target.Commits()
	first := before[importer.ArticleID(importer.Key{ReplicaID: "markdown", UNID: "a.md"})]
	if first.Path != "a/index.md" || string(first.Files["antrag.pdf"]) != "P" || len(first.Trailers) != 1 || first.Trailers[0].Key != content.TrailerImportRun {
		t.Errorf("%+v", first)
	}
	if e := report.Documents[0]; e.LettersIn == 0 || e.LettersIn != e.LettersOut || e.AttachmentsOut != 1 {
		t.Errorf("%+v", e)
	}
	if again := apply(t, target, dir); again.Totals != (importer.Totals{Read: 4, Unchanged: 2, Failed: 2, Review: 2}) || target.Commits() != commits || !reflect.DeepEqual(target.Articles(), before) {
		t.Errorf("totals %+v, %d commits", again.Totals, target.Commits()-commits)
	}
}

const head = "---\nid: aaaaaaaaaa\nart: artikel\ntitel: Frist\n---\n"

// rewrite changes the file of a source.
func rewrite(t *testing.T, dir, body string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "a.md"), []byte(head+body), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestATextChangedOnlyInTheSourceFollows(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": head + "6 Monate"})
	target := importertest.NewMemory()
	apply(t, target, dir)
	for _, body := range []string{"5 Monate", "4 Monate", "5 Monate"} { // back to an earlier state, too
		rewrite(t, dir, body)
		report := apply(t, target, dir)
		if got := string(target.Articles()["aaaaaaaaaa"].Markdown); report.Totals.Updated != 1 || report.Totals.Review != 0 || got != head+body {
			t.Errorf("totals %+v, %q", report.Totals, got)
		}
		if again := apply(t, target, dir); again.Totals.Unchanged != 1 {
			t.Errorf("totals %+v", again.Totals)
		}
	}
	if target.Commits() != 4 || len(target.Proposals()) != 0 {
		t.Errorf("%d commits, %v", target.Commits(), target.Proposals())
	}
}

// TestATextPeopleWorkOnIsProposed: what the source says anew and what people wrote
// are joined, once. While the source says what it said, there is nothing to do.
func TestATextPeopleWorkOnIsProposed(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": head + "Erster Satz.\n\nZweiter Satz.\n\nDritter Satz.\n\nVierter Satz.\n"})
	target := importertest.NewMemory()
	apply(t, target, dir)
	target.Edit("aaaaaaaaaa", func(b []byte) []byte { return append(b, "\nVon Hand.\n"...) })
	edited := string(target.Articles()["aaaaaaaaaa"].Markdown)
	if report := apply(t, target, dir); report.Totals.Unchanged != 1 || report.Totals.Review != 0 {
		t.Errorf("the source has nothing new: %+v", report.Totals)
	}
	rewrite(t, dir, "Erster Satz, neu.\n\nZweiter Satz.\n\nDritter Satz.\n\nVierter Satz.\n")
	var name string
	for range 2 {
		report := apply(t, target, dir)
		if name = report.Documents[0].Proposal; report.Totals.Proposed != 1 || len(target.Proposals()) != 1 || string(target.Articles()["aaaaaaaaaa"].Markdown) != edited {
			t.Errorf("totals %+v, %v", report.Totals, target.Proposals())
		}
	}
	want := head + "Erster Satz, neu.\n\nZweiter Satz.\n\nDritter Satz.\n\nVierter Satz.\n\nVon Hand.\n"
	if got := string(target.Proposals()[name].Markdown); got != want {
		t.Errorf("proposed is %q", got)
	}
	target.Release(name)
	if report := apply(t, target, dir); report.Totals.Unchanged != 1 || report.Totals.Review != 0 || string(target.Articles()["aaaaaaaaaa"].Markdown) != want {
		t.Errorf("after the release: %+v %q", report.Totals, report.Documents[0].Notes)
	}
	rewrite(t, dir, "Erster Satz, neu.\n\nZweiter Satz.\n\nDritter Satz, auch.\n\nVierter Satz.\n")
	name = apply(t, target, dir).Documents[0].Proposal
	if got := string(target.Proposals()[name].Markdown); got != head+"Erster Satz, neu.\n\nZweiter Satz.\n\nDritter Satz, auch.\n\nVierter Satz.\n\nVon Hand.\n" {
		t.Errorf("proposed is %q", got)
	}
	target.Decline(name)
	if report := apply(t, target, dir); report.Totals.Skipped != 1 || !report.Documents[0].Review {
		t.Errorf("after it was turned down: %+v", report.Totals)
	}
}

// TestATextNobodyImportedIsLeftAlone: a file of the source has the id of a text
// that people wrote here.
func TestATextNobodyImportedIsLeftAlone(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": head + "6 Monate"})
	target := importertest.NewMemory()
	target.Edit("aaaaaaaaaa", func([]byte) []byte { return []byte(head + "Hier entstanden.") })
	report := apply(t, target, dir)
	if report.Totals.Skipped != 1 || !report.Documents[0].Review || !bytes.HasSuffix(target.Articles()["aaaaaaaaaa"].Markdown, []byte("entstanden.")) {
		t.Errorf("totals %+v, %+v", report.Totals, report.Documents)
	}
}

// TestAStandOfAnotherImportSaysNothing: a text that came from Notes was taken out
// of the library with its front matter and changed.
func TestAStandOfAnotherImportSaysNothing(t *testing.T) {
	const origin = "---\nid: aaaaaaaaaa\nart: artikel\ntitel: Frist\nherkunft:\n  notes:\n    stand: v1-0123456789abcdef-01234567\n    unid: C1257A3B00412345C1257A4C003B0001\n---\n"
	dir := folder(t, map[string]string{"a.md": origin + "6 Monate"})
	target := importertest.NewMemory()
	apply(t, target, dir)
	if err := os.WriteFile(filepath.Join(dir, "a.md"), []byte(origin+"5 Monate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if report := apply(t, target, dir); report.Totals.Updated != 1 || string(target.Articles()["aaaaaaaaaa"].Markdown) != origin+"5 Monate" {
		t.Errorf("totals %+v", report.Totals)
	}
}

// single is a source of one document that was read before.
type single struct{ document *importer.Document }

func (single) Name() string { return "markdown" }

func (s single) Documents(context.Context, importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		d := *s.document
		yield(&d, nil)
	}
}

// plan is what a report says of a document.
func plan(t *testing.T, d *importer.Document) importer.Entry {
	t.Helper()
	report, err := importer.Plan(context.Background(), importertest.NewMemory(), single{d}, options(t))
	if err != nil {
		t.Fatal(err)
	}
	return report.Documents[0]
}

// TestAFileThatChangedAloneFollows: the text beside it says what it said.
func TestAFileThatChangedAloneFollows(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": head + "[Plan](plan.txt) [Liste](liste.txt)", "plan.txt": "alt"})
	target := importertest.NewMemory()
	apply(t, target, dir)
	is := func(name, want string, totals importer.Totals) {
		t.Helper()
		report := apply(t, target, dir)
		if totals.Read = 1; report.Totals != totals || string(target.Articles()["aaaaaaaaaa"].Files[name]) != want {
			t.Errorf("%s is %q, want %q; totals %+v", name, target.Articles()["aaaaaaaaaa"].Files[name], want, report.Totals)
		}
	}
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	is("plan.txt", "alt", importer.Totals{Unchanged: 1, Review: 1})
	put("plan.txt", "neu")
	is("plan.txt", "neu", importer.Totals{Updated: 1, Review: 1})
	put("liste.txt", "kam später")
	is("liste.txt", "kam später", importer.Totals{Updated: 1})
	is("plan.txt", "neu", importer.Totals{Unchanged: 1})
	target.Lose("aaaaaaaaaa", "plan.txt")
	is("plan.txt", "neu", importer.Totals{Updated: 1})
}

// TestAPictureThatMustNotBeShownIsLinkedTo: it is kept under another name, wherever
// the text shows it.
func TestAPictureThatMustNotBeShownIsLinkedTo(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"picture and link":    {"![Hof](u/hof.jpg 'T') und [groß](u/hof.jpg#x)", "[Hof](hof.jpg.original 'T') und [groß](hof.jpg.original#x)"},
		"no words":            {"a ![](<u/hof.jpg>)", "a [hof.jpg](hof.jpg.original)"},
		"in a link":           {"[![Hof](u/hof.jpg)](u/hof.jpg)", "[![Hof](hof.jpg.original)](hof.jpg.original)"},
		"by reference":        {"x\r\n\r\n![Hof][h] ![h]\r\n\r\n[h]: u/hof.jpg\r\n", "x\r\n\r\n[Hof][h] [h]\r\n\r\n[h]: hof.jpg.original\r\n"},
		"of HTML":             {"<img src='u/hof.jpg'>", "<img src='/a/aaaaaaaaaa/dateien/hof.jpg.original'>"},
		"others and code":     {"`![Hof](hof.jpg)` ![Hof](hof.jpg)", "`![Hof](hof.jpg)` ![Hof](hof.jpg)"},
		"one of several":      {"![a](hof.jpg) ![b](u/hof.jpg)", "![a](hof.jpg) [b](hof-2.jpg.original)"},
		"words over two rows": {"![Der\nHof](u/hof.jpg)", "[Der\nHof](hof.jpg.original)"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"a.md": head + c.body, "hof.jpg": "ganz", "u/hof.jpg": "kaputt"})
			target := importertest.NewMemory()
			o := options(t)
			o.Showable = func(_ context.Context, _ string, open func() (io.ReadCloser, error)) (bool, error) {
				f, err := open()
				if err != nil {
					return false, err
				}
				defer f.Close()
				data, err := io.ReadAll(f)
				return string(data) == "ganz", err
			}
			for range 2 { // a second run finds nothing new
				report, err := importer.Apply(context.Background(), target, source(t, dir), o)
				if err != nil {
					t.Fatal(err)
				}
				if e := report.Documents[0]; e.LinksIn != e.LinksOut || e.AttachmentsIn != e.AttachmentsOut {
					t.Errorf("%+v", e)
				}
			}
			if got := string(target.Articles()["aaaaaaaaaa"].Markdown); got != head+c.want || target.Commits() != 1 {
				t.Errorf("got  %q\nwant %q, %d commits", got, head+c.want, target.Commits())
			}
			report, err := importer.Verify(context.Background(), target, source(t, dir), o)
			if err != nil || report.Totals.Unchanged != 1 {
				t.Errorf("verified %+v, error %v", report.Totals, err)
			}
		})
	}
}
