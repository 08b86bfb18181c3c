package importer_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
	"staffelstab/internal/fault"
)

// mixture is a database with something of everything.
func mixture() []any {
	return []any{
		text(1, "Vor jeder Dienstreise ist ein Antrag zu stellen.", standard, attached("Antrag.pdf", "PDF")),
		damaged(2),
		text(3, "Nur für die Leitung.", readers("CN=Jürgen Beispiel/O=Musterstadt")),
		text(4, "Für alle.", readers("[Admin]", "*/o=musterstadt")),
		text(5, "Abgeschnitten", incomplete),
		text(6, "Zweite Fassung", conflict),
		text(7, "", func(d *importer.Document) {
			d.Skip = &importer.Note{Key: "importer.profile-document"}
		}),
		text(8, "alt", sequence(2)),
		text(8, "neu", sequence(5)),
		text(8, "alt", sequence(5)),
		text(9, "Gilt das auch für Azubis?", answer(1)),
		damaged(10),
	}
}

func TestEveryDocumentIsAccountedFor(t *testing.T) {
	target := importertest.NewMemory()
	s := of(mixture)
	report := apply(t, target, s, options(t))
	if got, want := states(report), "imported failed quarantined imported quarantined skipped skipped skipped imported skipped imported failed"; got != want {
		t.Errorf("states\n%s\nwant\n%s", got, want)
	}
	if want := (importer.Totals{Read: 12, Imported: 4, Quarantined: 2, Skipped: 4, Failed: 2, Review: 6}); report.Totals != want {
		t.Errorf("totals %+v, want %+v", report.Totals, want)
	}
	if !report.NeedsEyes() || s.reads != 2 || target.Commits() != 3 {
		t.Errorf("needs eyes %v, read %d times, %d commits", report.NeedsEyes(), s.reads, target.Commits())
	}
	if e := entryOf(t, report, 2); e.Title != "halb" || e.Line != 2 || e.Notes[0] != "Dokument ab Zeile 2 von dev.dxl bricht ab." {
		t.Errorf("a damaged document is told as %+v", e)
	}
	if a := target.Articles()[id(8)]; !strings.Contains(string(a.Markdown), "\nneu\n") {
		t.Errorf("of three copies this one counts:\n%s", a.Markdown)
	}
	if a := target.Articles()[id(1)]; string(a.Files["Antrag.pdf"]) != "PDF" || a.Author != "p-29" || strings.Contains(dump(target), "Erika") {
		t.Errorf("%+v", a)
	}
}

func TestAPlanSaysWhatApplyDoesAndWritesNothing(t *testing.T) {
	target := importertest.NewMemory()
	s := of(mixture)
	plan, err := importer.Plan(context.Background(), target, s, options(t))
	if err != nil || target.Commits() != 0 || !plan.DryRun {
		t.Fatalf("%d commits, error %v", target.Commits(), err)
	}
	settled(t, s, plan)
	done := apply(t, target, of(mixture), options(t))
	for i := range done.Documents {
		planned := plan.Documents[i]
		planned.Path = done.Documents[i].Path // chosen by the target when it writes
		if !reflect.DeepEqual(planned, done.Documents[i]) {
			t.Errorf("planned\n%+v\ndone\n%+v", planned, done.Documents[i])
		}
	}
}

func TestRunningTwiceChangesNothing(t *testing.T) {
	target := importertest.NewMemory()
	first := apply(t, target, of(mixture), options(t))
	before, commits := dump(target), target.Commits()
	later := options(t)
	later.Run = "lauf-2"
	second := apply(t, target, of(mixture), later)
	if dump(target) != before || target.Commits() != commits {
		t.Errorf("%d commits more, now\n%s", target.Commits()-commits, dump(target))
	}
	if got, want := states(second), strings.ReplaceAll(states(first), "imported", "unchanged"); got != want {
		t.Errorf("states\n%s\nwant\n%s", got, want)
	}
}

func TestTheSameInputGivesTheSameReportLetterByLetter(t *testing.T) {
	first := jsonOf(t, apply(t, importertest.NewMemory(), of(mixture), options(t)))
	for range 5 {
		if again := jsonOf(t, apply(t, importertest.NewMemory(), of(mixture), options(t))); again != first {
			t.Fatalf("first\n%s\nthen\n%s", first, again)
		}
	}
}

// many are more documents than one batch holds, with answers across batches.
func many() []any {
	var out []any
	for n := range 330 {
		switch {
		case n%50 == 7:
			out = append(out, damaged(n))
		case n%10 == 3:
			out = append(out, text(n, fmt.Sprintf("Antwort %d", n), answer((n+63)%330/10*10)))
		default:
			out = append(out, text(n, fmt.Sprintf("Regel Nummer %d", n), attached("Anlage.txt", fmt.Sprint(n))))
		}
	}
	return out
}

func TestARunKilledAnywhereGoesOnWhereItStopped(t *testing.T) {
	o := options(t)
	o.Renderer = importertest.Text{}
	whole := importertest.NewMemory()
	clean := apply(t, whole, of(many), o)
	for _, at := range []int{0, 1, 99, 310} {
		target := importertest.NewMemory()
		ctx, cancel := context.WithCancel(context.Background())
		o.Progress = func(done, _ int) {
			if done == at {
				cancel()
			}
		}
		if at == 0 {
			cancel()
		}
		s := of(many)
		report, err := importer.Apply(ctx, target, s, o)
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d: error %v", at, err)
		}
		settled(t, s, report)
		o.Progress = nil
		if at == 310 && target.Commits() == 0 {
			t.Error("nothing was written before the run was stopped")
		}
		rest := apply(t, target, of(many), o)
		if dump(target) != dump(whole) {
			t.Errorf("after %d: two runs differ from one", at)
		}
		if rest.Totals.Failed != clean.Totals.Failed || rest.Totals.Imported+rest.Totals.Unchanged != clean.Totals.Imported {
			t.Errorf("after %d: totals %+v", at, rest.Totals)
		}
	}
}

func TestAFullDiskIsToldAndWhatWasWrittenCounts(t *testing.T) {
	o := options(t)
	o.Renderer = importertest.Text{}
	whole := importertest.NewMemory()
	apply(t, whole, of(many), o)
	for _, room := range []int{1, 105} {
		target := importertest.NewMemory()
		target.FullAfter = room
		s := of(many)
		report, err := importer.Apply(context.Background(), target, s, o)
		if !fault.Is(err, fault.Full) {
			t.Fatalf("error %v", err)
		}
		settled(t, s, report)
		written := map[string]bool{}
		for key := range target.Articles() {
			written[string(key)] = true
		}
		for _, e := range report.Documents {
			if e.ID != "" && (e.Status == importer.StatusImported) != written[e.ID] {
				t.Errorf("room for %d: %s is %q, written %v", room, e.Title, e.Status, written[e.ID])
			}
		}
		target.FullAfter = 0
		apply(t, target, of(many), o)
		if dump(target) != dump(whole) {
			t.Errorf("room for %d: two runs differ from one", room)
		}
	}
}

// blind is a target that cannot be read for one article.
type blind struct {
	*importertest.Memory
	at content.ID
}

func (b blind) Current(ctx context.Context, at content.ID) (importer.Current, error) {
	if at == b.at {
		return importer.Current{}, errors.New("input/output error")
	}
	return b.Memory.Current(ctx, at)
}

func TestTheReportIsCompleteAsFarAsTheRunCame(t *testing.T) {
	broken := errors.New("stick pulled out")
	for name, c := range map[string]struct {
		target importer.Target
		source *shelf
		read   int
	}{
		"the target cannot be read": {blind{importertest.NewMemory(), id(2)}, of(func() []any { return []any{text(1, "a"), text(2, "b"), text(3, "c")} }), 2},
		"the source breaks off": {importertest.NewMemory(), func() *shelf {
			pass := 0
			return of(func() []any {
				if pass++; pass == 1 {
					return []any{text(1, "a"), text(2, "b")}
				}
				return []any{text(1, "a"), broken, text(2, "b")}
			})
		}(), 1},
		"already the survey breaks off": {importertest.NewMemory(), of(func() []any { return []any{text(1, "a"), broken} }), 0},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := importer.Apply(context.Background(), c.target, c.source, options(t))
			if err == nil {
				t.Fatal("no error")
			}
			settled(t, c.source, report)
			if report.Totals.Read != c.read || report.Totals.Imported != 0 {
				t.Errorf("totals %+v", report.Totals)
			}
		})
	}
}

func TestASourceThatChangesBetweenReadingsIsNoticed(t *testing.T) {
	pass := 0
	s := of(func() []any {
		if pass++; pass == 1 {
			return []any{text(1, "a"), text(2, "b")}
		}
		return []any{text(1, "a"), text(3, "neu"), text(2, "b")}
	})
	report := apply(t, importertest.NewMemory(), s, options(t))
	if got := states(report); got != "imported failed skipped" && got != "imported failed imported" {
		t.Errorf("states %s", got)
	}
	if e := entryOf(t, report, 3); !e.Review {
		t.Errorf("%+v", e)
	}
}

func TestARefusalConcernsOneDocument(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status importer.Status
		note   string
	}{
		"a person was faster":  {fault.New(fault.Stale, "content.stale"), importer.StatusSkipped, "In der Quelle und hier geändert: nichts überschrieben. Bitte beide Fassungen vergleichen."},
		"a person took it":     {fault.New(fault.Conflict, "content.stale"), importer.StatusSkipped, "In der Quelle und hier geändert: nichts überschrieben. Bitte beide Fassungen vergleichen."},
		"something is invalid": {fault.New(fault.Invalid, "importer.not-utf8", "file", "x.md"), importer.StatusFailed, "x.md ist kein UTF-8-Text."},
		"nobody knows":         {errors.New("secret detail"), importer.StatusFailed, "Konnte nicht gespeichert werden."},
	} {
		t.Run(name, func(t *testing.T) {
			target := importertest.NewMemory()
			target.Refuse = map[content.ID]error{id(2): c.err}
			report := apply(t, target, of(func() []any { return []any{text(1, "a"), text(2, "b"), text(3, "c"), text(4, "ja", answer(2))} }), options(t))
			e := entryOf(t, report, 2)
			if e.Status != c.status || !e.Review || len(e.Notes) != 1 || e.Notes[0] != c.note || target.Commits() != 2 {
				t.Errorf("%+v", e)
			}
			if below := entryOf(t, report, 4); below.Status != c.status {
				t.Errorf("the answer below it is %q", below.Status)
			}
		})
	}
}

func TestProgressCountsToTheEnd(t *testing.T) {
	var seen []int
	o := options(t)
	o.Progress = func(done, total int) {
		if seen = append(seen, done); total != len(mixture()) {
			t.Errorf("total %d", total)
		}
	}
	apply(t, importertest.NewMemory(), of(mixture), o)
	for i, done := range seen {
		if done != i+1 {
			t.Fatalf("progress %v", seen)
		}
	}
	if len(seen) != len(mixture()) {
		t.Errorf("progress %v", seen)
	}
}

func TestNothingToReadIsAnEmptyReport(t *testing.T) {
	report := apply(t, importertest.NewMemory(), of(func() []any { return nil }), options(t))
	if report.Totals != (importer.Totals{}) || report.NeedsEyes() || !strings.Contains(jsonOf(t, report), `"documents": []`) {
		t.Errorf("%s", jsonOf(t, report))
	}
}

func TestAnIDThatIsTakenIsNeverOverwritten(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, of(func() []any { return []any{text(1, "eins")} }), options(t))
	stolen := func(d *importer.Document) { d.ID = id(1) }
	report := apply(t, target, of(func() []any { return []any{text(2, "zwei", stolen), text(3, "drei", stolen)} }), options(t))
	if got := states(report); got != "failed failed" || target.Commits() != 1 {
		t.Errorf("states %s, %d commits", got, target.Commits())
	}
	if e := entryOf(t, report, 2); !strings.Contains(e.Notes[0], target.Articles()[id(1)].Path) {
		t.Errorf("the note does not say whose it is: %q", e.Notes)
	}
}

func TestLinksLeadToWhatIsPublished(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, of(func() []any { return []any{text(50, "von früher")} }), options(t))
	var pass importer.Pass
	watch := watching{of(func() []any {
		return []any{text(1, "a"), text(2, "geheim", readers("x")), text(3, "ja", answer(1)), text(4, "x", conflict), text(5, "ja", answer(2))}
	}), &pass}
	if _, err := importer.Apply(context.Background(), target, watch, options(t)); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]content.ID{1: id(1), 2: "", 3: id(1), 4: "", 5: "", 50: id(50), 60: ""} {
		got, ok := pass.Resolve(importer.Key{ReplicaID: replica, UNID: unid(n)})
		if ok != (want != "") || ok && (got.ID != want || got.Title == "") {
			t.Errorf("a link to %d leads to %+v (%v), want %q", n, got, ok, want)
		}
	}
}

// watching remembers what the second reading was told.
type watching struct {
	*shelf
	pass *importer.Pass
}

func (w watching) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	*w.pass = pass
	return w.shelf.Documents(ctx, pass)
}

func TestImagesWithoutWordsGetSome(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, of(func() []any {
		return []any{text(1, "a", func(d *importer.Document) {
			d.Blocks = append(d.Blocks, cmark.Paragraph{Spans: []cmark.Span{{Image: "bild-1.png"}, {Image: "bild-2.png", Text: "Lageplan"}}})
		})}
	}), options(t))
	if got := string(target.Articles()[id(1)].Markdown); !strings.Contains(got, "![Bild ohne Beschreibung](bild-1.png)![Lageplan](bild-2.png)") {
		t.Errorf("got\n%s", got)
	}
}
