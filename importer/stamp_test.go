package importer_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/importertest"
)

// saved says how often and on which day of January 2018 a document was saved.
func saved(times, day int) func(*importer.Document) {
	return func(d *importer.Document) {
		d.Origin.Sequence, d.Revised = times, time.Date(2018, 1, day, 8, 0, 0, 0, time.UTC)
	}
}

func TestStampsTellStatesApart(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2018, 1, n, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		a, b importer.Stamp
		want bool
	}{
		"saved less often":             {importer.Stamp{Sequence: 1, At: day(9)}, importer.Stamp{Sequence: 2, At: day(1)}, true},
		"saved more often":             {importer.Stamp{Sequence: 3}, importer.Stamp{Sequence: 2}, false},
		"as often, earlier":            {importer.Stamp{Sequence: 2, At: day(1)}, importer.Stamp{Sequence: 2, At: day(2)}, true},
		"the same":                     {importer.Stamp{Sequence: 2, At: day(1)}, importer.Stamp{Sequence: 2, At: day(1)}, false},
		"as often, nobody knows when":  {importer.Stamp{Sequence: 2}, importer.Stamp{Sequence: 2, At: day(2)}, false},
		"the source does not count":    {importer.Stamp{At: day(1)}, importer.Stamp{At: day(2)}, false},
		"nobody knew the earlier one":  {importer.Stamp{Sequence: 2, At: day(1)}, importer.Stamp{}, false},
		"a source that began to count": {importer.Stamp{At: day(1)}, importer.Stamp{Sequence: 1, At: day(2)}, false},
	} {
		if got := c.a.Before(c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if s := text(1, "x", func(d *importer.Document) { d.Revised = time.Unix(0, 0) }).Stamp(); !s.At.IsZero() {
		t.Errorf("a document without any time was saved at %v", s.At)
	}
}

// TestAnOldExportChangesNothing brings an export again that is older than what is
// here: neither texts nor answers nor secrets go back.
func TestAnOldExportChangesNothing(t *testing.T) {
	old := func() []any {
		return []any{
			text(1, "Alter Stand", saved(1, 1)), text(2, "Offen, später vertraulich", saved(1, 1)),
			text(3, "Frage", saved(1, 1)), text(4, "Alte Antwort", answer(3), saved(1, 1)), text(5, "Offene Antwort, später vertraulich", answer(3), saved(1, 1)),
			text(6, "Antwort auf den Offenen", answer(2), saved(1, 1)), text(7, "Unverändert", saved(1, 1)),
		}
	}
	newer := func() []any {
		return []any{
			text(1, "Neuer Stand", saved(4, 9)), text(2, "Vertraulich", saved(2, 9), readers("[Leitung]")),
			text(3, "Frage", saved(1, 1)), text(4, "Neue Antwort", answer(3), saved(2, 9)), text(5, "Vertrauliche Antwort", answer(3), saved(2, 9), readers("[Leitung]")),
			text(7, "Unverändert", saved(1, 1)),
		}
	}
	target, o := importertest.NewMemory(), remembered(t, new([]importer.Finding))
	apply(t, target, of(newer), o)
	before, commits := dump(target), target.Commits()
	for _, again := range []string{"first", "second"} {
		report := apply(t, target, of(old), o)
		if dump(target) != before || target.Commits() != commits {
			t.Errorf("the %s time something changed:\n%s\nwas\n%s", again, dump(target), before)
		}
		for n, want := range map[int]importer.Status{
			1: importer.StatusSkipped, 2: importer.StatusQuarantined, 3: importer.StatusUnchanged, 4: importer.StatusSkipped,
			5: importer.StatusQuarantined, 6: importer.StatusQuarantined, 7: importer.StatusUnchanged,
		} {
			if e := entryOf(t, report, n); e.Status != want {
				t.Errorf("document %d: %+v", n, e)
			}
		}
		if e := entryOf(t, report, 1); e.Notes[0] != "Älter als der Stand, der hier schon ist: nicht übernommen." || e.Review {
			t.Errorf("%+v", e)
		}
		if e := entryOf(t, report, 2); e.Notes[0] != "Ein neuerer Stand dieses Dokuments ist nicht veröffentlicht; dieser ältere deshalb auch nicht." || !e.Review {
			t.Errorf("%+v", e)
		}
		if got := strings.Join(report.Remarks, "|"); got != "2 Dokumente dieser Quelle sind älter als der Stand, der hier schon ist, und wurden nicht übernommen. Bitte prüfen, ob es der richtige Export ist." || !report.NeedsEyes() {
			t.Errorf("%q", got)
		}
	}
	if e := entryOf(t, apply(t, target, of(newer), o), 1); e.Status != importer.StatusUnchanged {
		t.Errorf("the right export after the wrong one: %+v", e)
	}
}

// TestWhatWasRestrictedIsPublishedOnlyWhenItIsNewer: a copy without readers that is
// as old, or nobody knows how old, may only lack them.
func TestWhatWasRestrictedIsPublishedOnlyWhenItIsNewer(t *testing.T) {
	for name, c := range map[string]struct {
		then func(*importer.Document)
		open bool
	}{
		"the same state without readers": {saved(3, 1), false},
		"a state nobody can tell":        {saved(0, 9), false},
		"a newer one":                    {saved(4, 9), true},
		"the same, opened by the mapping": {func(d *importer.Document) {
			saved(3, 1)(d)
			d.Readers = []string{"*/O=Musterstadt"}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			target, o := importertest.NewMemory(), remembered(t, new([]importer.Finding))
			apply(t, target, of(func() []any { return []any{text(1, "Vertraulich", saved(3, 1), readers("[Leitung]"))} }), o)
			report := apply(t, target, of(func() []any { return []any{text(1, "Vertraulich", c.then)} }), o)
			if open := len(target.Articles()) == 1; open != c.open {
				t.Errorf("published %v: %+v", open, report.Documents)
			}
			if e := entryOf(t, report, 1); !c.open && (e.Status != importer.StatusQuarantined || !e.Review || !strings.Contains(e.Notes[0], "mit beschränkten Leserechten")) {
				t.Errorf("%+v", e)
			}
		})
	}
	target, o := importertest.NewMemory(), remembered(t, new([]importer.Finding))
	apply(t, target, of(func() []any { return []any{text(1, "", saved(3, 1), incomplete)} }), o)
	if report := apply(t, target, of(func() []any { return []any{text(1, "Ganz", saved(3, 1))} }), o); report.Totals.Imported != 1 {
		t.Errorf("what was only incomplete comes once it is whole: %+v", report.Documents)
	}
}

func TestTwoCopiesInOneState(t *testing.T) {
	target := func(t *testing.T, documents ...any) (*importertest.Memory, *importer.Report) {
		t.Helper()
		m := importertest.NewMemory()
		return m, apply(t, m, of(func() []any { return documents }), options(t))
	}
	says := func(t *testing.T, m *importertest.Memory, want string) {
		t.Helper()
		if got := string(m.Articles()[id(1)].Markdown); !strings.HasSuffix(got, "\n"+want+"\n") {
			t.Errorf("%s", got)
		}
	}
	t.Run("the one saved later counts", func(t *testing.T) {
		for _, order := range [][]any{
			{text(1, "Eine lange alte Fassung", saved(3, 1)), text(1, "Neu", saved(3, 2))},
			{text(1, "Neu", saved(3, 2)), text(1, "Eine lange alte Fassung", saved(3, 1))},
		} {
			m, report := target(t, order...)
			says(t, m, "Neu")
			if report.Totals.Review != 1 || !strings.Contains(strings.Join(append(report.Documents[0].Notes, report.Documents[1].Notes...), ""), "mit demselben Stand, aber anderem Inhalt") {
				t.Errorf("nobody is told: %+v", report.Documents)
			}
		}
	})
	t.Run("else the one that says more", func(t *testing.T) {
		for _, order := range [][]any{
			{text(1, "Zugeklappt"), text(1, "Zugeklappt, aufgeklappt")}, {text(1, "Zugeklappt, aufgeklappt"), text(1, "Zugeklappt")},
			{text(1, "Zugeklappt, aufgeklappt", saved(0, 1)), text(1, "Zugeklappt", saved(0, 2))}, // saved from the browser later
		} {
			m, _ := target(t, order...)
			says(t, m, "Zugeklappt, aufgeklappt")
		}
	})
	t.Run("the same twice is nothing to look at", func(t *testing.T) {
		_, report := target(t, text(1, "Gleich"), text(1, "Gleich"))
		if report.Totals.Review != 0 || report.NeedsEyes() {
			t.Errorf("%+v", report.Documents)
		}
	})
	t.Run("the readers of either hold", func(t *testing.T) {
		for _, order := range [][]any{
			{text(1, "Offen", saved(3, 2)), text(1, "Zu", saved(3, 1), readers("[Leitung]"))},
			{text(1, "Zu", saved(3, 1), readers("[Leitung]")), text(1, "Offen", saved(3, 2))},
		} {
			m, report := target(t, append(order, text(2, "Antwort", answer(1)))...)
			if len(m.Articles()) != 0 || report.Totals.Quarantined != 2 {
				t.Errorf("%+v, %d articles", report.Documents, len(m.Articles()))
			}
		}
	})
	t.Run("those of an older state do not", func(t *testing.T) {
		m, _ := target(t, text(1, "Zu", saved(1, 1), readers("[Leitung]")), text(1, "Jetzt für alle", saved(2, 2)))
		says(t, m, "Jetzt für alle")
	})
	t.Run("a person decides about both", func(t *testing.T) {
		documents := of(func() []any {
			return []any{text(1, "Offen", saved(3, 2)), text(1, "Zu", saved(3, 1), readers("[Leitung]"))}
		})
		m, o := importertest.NewMemory(), options(t)
		var found []importer.Finding
		o.Found = collect(&found)
		apply(t, m, documents, o)
		if len(found) != 1 || !found[0].Restricted || found[0].Visible != "" {
			t.Fatalf("nobody is asked: %+v", found)
		}
		o.Decisions = &importer.Decisions{}
		o.Decisions.Put(importer.Decision{Subject: key(1).String(), Choice: importer.ChoosePublish, Fingerprint: found[0].Fingerprint})
		apply(t, m, documents, o)
		says(t, m, "Offen")
	})
}

// collect keeps findings.
func collect(found *[]importer.Finding) func(context.Context, importer.Finding) error {
	return func(_ context.Context, f importer.Finding) error {
		*found = append(*found, f)
		return nil
	}
}
