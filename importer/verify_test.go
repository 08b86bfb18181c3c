package importer_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/importertest"
)

func verified(t testing.TB, target importer.Shown, s *shelf, o importer.Options) *importer.Report {
	t.Helper()
	report, err := importer.Verify(context.Background(), target, s, o)
	if err != nil {
		t.Fatal(err)
	}
	settled(t, s, report)
	return report
}

func TestAfterAnImportNothingIsMissing(t *testing.T) {
	target := importertest.NewMemory()
	readable := func() []any {
		var out []any
		for _, each := range append(mixture(), stock()...) {
			if _, broken := each.(error); !broken {
				out = append(out, each)
			}
		}
		return out
	}
	plan := planned(t, target, of(readable), compared(t))
	o := compared(t)
	o.MergeIdentical = true
	_ = plan
	apply(t, target, of(readable), o)
	commits, before := target.Commits(), dump(target)
	report := verified(t, target, of(readable), o)
	if report.Totals.Failed != 0 || report.NeedsEyes() || !report.Verified || report.Totals.Imported != 0 || target.Commits() != commits || dump(target) != before {
		t.Errorf("%+v\n%s", report.Totals, jsonOf(t, report))
	}
	if again := jsonOf(t, verified(t, target, of(readable), o)); again != jsonOf(t, report) {
		t.Error("the same comparison gives another report")
	}
}

func TestWhatIsMissingIsFound(t *testing.T) {
	documents := func() []any {
		return []any{text(1, "Eine Regel mit sechs Wörtern hier.", attached("a.txt", "A")), text(2, "Frage"), text(3, "Die ganze Antwort darauf", answer(2)), text(4, "geheim", readers("[Leitung]"))}
	}
	for name, c := range map[string]struct {
		damage func(*importertest.Memory)
		n      int
		want   string
	}{
		"an article":             {func(m *importertest.Memory) { m.Lose(id(1), "") }, 1, "Kein Artikel"},
		"a file":                 {func(m *importertest.Memory) { m.Lose(id(1), "a.txt") }, 1, "Anlage „a.txt“"},
		"an article with answer": {func(m *importertest.Memory) { m.Lose(id(2), "") }, 3, ""},
		"the address": {func(m *importertest.Memory) {
			m.Edit(id(1), func(b []byte) []byte { return bytes.Replace(b, []byte(unid(1)), []byte(unid(8)), 1) })
		}, 1, "Die alte Adresse"},
		"a secret that is out": {func(m *importertest.Memory) {
			open := of(func() []any { return []any{text(4, "geheim")} })
			apply(t, m, open, options(t))
		}, 4, "Sollte zurückgehalten werden"},
	} {
		t.Run(name, func(t *testing.T) {
			target := importertest.NewMemory()
			apply(t, target, of(documents), options(t))
			c.damage(target)
			report := verified(t, target, of(documents), options(t))
			e := entryOf(t, report, c.n)
			if e.Status != importer.StatusFailed || !report.NeedsEyes() || !strings.Contains(strings.Join(e.Notes, "|"), c.want) {
				t.Errorf("%+v", e)
			}
		})
	}
}

// TestADiscardedTextIsNotThere: of texts that contradict each other one was decided
// against. Its words are nowhere, whatever its address leads to.
func TestADiscardedTextIsNotThere(t *testing.T) {
	documents := func(second string) *shelf {
		return of(func() []any {
			return []any{text(1, trip+" Die Frist beträgt 3 Wochen.", titled("Fristen A")), text(2, trip+second, titled("Fristen B")), text(3, trip+second, titled("Fristen C"))}
		})
	}
	for name, c := range map[string]struct {
		second   string
		fate     string
		verified importer.Totals
	}{
		"contradicting": {" Die Frist beträgt 4 Wochen.", "Nach Entscheidung entfallen; es gilt „Fristen A“. Die alte Adresse führt dorthin.", importer.Totals{Read: 3, Unchanged: 1, Skipped: 2}},
		"identical":     {" Die Frist beträgt 3 Wochen.", "Mit „Fristen A“ zusammengeführt", importer.Totals{Read: 3, Unchanged: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			target, o := importertest.NewMemory(), compared(t)
			plan := planned(t, target, documents(c.second), o)
			o.Decisions = deciding(t, plan, map[[2]int]importer.Choice{{1, 2}: importer.ChooseFirst, {2, 3}: importer.ChooseMerge})
			report := apply(t, target, documents(c.second), o)
			for _, n := range []int{2, 3} { // the third says the same as the second, and was not decided about
				if e := entryOf(t, report, n); e.Status != importer.StatusSkipped || !strings.Contains(strings.Join(e.Notes, "|"), c.fate) {
					t.Errorf("%+v", e)
				}
			}
			check := verified(t, target, documents(c.second), o)
			if check.Totals != c.verified || check.NeedsEyes() {
				t.Errorf("%+v\n%s", check.Totals, jsonOf(t, check))
			}
			if e := entryOf(t, check, 2); e.Status == importer.StatusSkipped && !strings.Contains(strings.Join(e.Notes, "|"), c.fate) {
				t.Errorf("%+v", e)
			}
			target.Lose(id(1), "")
			if e := entryOf(t, verified(t, target, documents(c.second), o), 2); e.Status != importer.StatusFailed {
				t.Errorf("its address leads nowhere: %+v", e)
			}
		})
	}
}

// shortened shows less than there is.
type shortened struct{ importer.Renderer }

func (s shortened) Render(ctx context.Context, markdown []byte, link content.LinkResolver) (content.Rendered, error) {
	page, err := s.Renderer.Render(ctx, markdown, link)
	page.HTML = strings.ReplaceAll(page.HTML, "sechs", "")
	return page, err
}

func TestLettersThePageDoesNotShowAreMissing(t *testing.T) {
	documents := of(func() []any { return []any{text(1, "Eine Regel mit sechs Wörtern hier.")} })
	target := importertest.NewMemory()
	apply(t, target, documents, options(t))
	o := options(t)
	o.Renderer = shortened{o.Renderer}
	report := verified(t, target, documents, o)
	if e := report.Documents[0]; e.Status != importer.StatusFailed || !strings.Contains(e.Notes[0], "Buchstaben") {
		t.Errorf("%+v", e)
	}
	target.Edit(id(1), func(b []byte) []byte { return bytes.Replace(b, []byte("Regel"), []byte("Vorschrift"), 1) })
	report = verified(t, target, documents, options(t))
	if e := report.Documents[0]; e.Status != importer.StatusUpdated || e.Review || report.NeedsEyes() || !strings.Contains(e.Notes[0], "Seit der Überführung hier geändert") {
		t.Errorf("what people changed is theirs: %+v", e)
	}
}
