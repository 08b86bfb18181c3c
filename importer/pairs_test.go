package importer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/duplicates"
	"staffelstab/importer/importertest"
	"staffelstab/internal/i18n"
)

const trip = "Vor jeder Dienstreise ist der Antrag zu stellen. Die Abrechnung ist binnen 6 Monaten mit allen Belegen vorzulegen. Tagegeld wird nach dem Landesrecht gezahlt."

// stock is a database whose documents repeat and contradict each other.
func stock() []any {
	return []any{
		text(1, trip, titled("Dienstreise – Arbeitshilfe")),
		text(2, trip, titled("Dienstreise")),
		text(3, strings.Replace(trip, "6 Monaten", "3 Monaten", 1), titled("Dienstreise (2017)")),
		text(4, "Der Hof ist im Winter zu streuen.", titled("Winterdienst")),
		text(5, trip+" Nur für die Leitung gilt mehr.", readers("[Leitung]"), titled("Dienstreise")),
	}
}

func compared(t testing.TB) importer.Options {
	o := options(t)
	o.Duplicates = true
	return o
}

// planned is the report of a plan.
func planned(t testing.TB, target importer.Target, s *shelf, o importer.Options) *importer.Report {
	t.Helper()
	report, err := importer.Plan(context.Background(), target, s, o)
	if err != nil {
		t.Fatal(err)
	}
	settled(t, s, report)
	return report
}

func pairOf(t testing.TB, r *importer.Report, a, b int) importer.Pair {
	t.Helper()
	for _, p := range r.Pairs {
		if p.Subject() == importer.PairSubject(key(a), key(b)) {
			return p
		}
	}
	t.Fatalf("%d and %d are no pair of %+v", a, b, r.Pairs)
	return importer.Pair{}
}

// deciding are decisions about pairs as the report shows them.
func deciding(t testing.TB, r *importer.Report, choices map[[2]int]importer.Choice) *importer.Decisions {
	t.Helper()
	d := &importer.Decisions{}
	for pair, choice := range choices {
		p := pairOf(t, r, pair[0], pair[1])
		d.Put(importer.Decision{Subject: p.Subject(), Choice: choice, Fingerprint: p.Fingerprint})
	}
	return d
}

func TestDocumentsThatSayTheSameAreShown(t *testing.T) {
	target := importertest.NewMemory()
	report := apply(t, target, of(stock), compared(t))
	if len(report.Pairs) != 3 || len(target.Articles()) != 4 {
		t.Fatalf("%d articles, pairs %+v", len(target.Articles()), report.Pairs)
	}
	if p := pairOf(t, report, 1, 2); p.Class != duplicates.Identical || p.Share != 1 || !p.Open() || p.FirstTitle != "Dienstreise – Arbeitshilfe" {
		t.Errorf("%+v", p)
	}
	p := pairOf(t, report, 2, 3)
	if p.Class != duplicates.Contradicting || len(p.Differences) != 1 || p.Differences[0].Why != "frist" || !strings.Contains(p.Differences[0].Second, "3 Monaten") {
		t.Errorf("%+v", p)
	}
	if e := entryOf(t, report, 3); !e.Review || !strings.Contains(strings.Join(e.Notes, "|"), "Widerspricht „Dienstreise“. Bitte entscheiden, was gilt.") || e.Todos[0].Kind != importer.TodoContradiction {
		t.Errorf("%+v", e)
	}
	if e := entryOf(t, report, 4); e.Review {
		t.Errorf("%+v", e)
	}
	if strings.Contains(jsonOf(t, report), "Leitung gilt mehr") {
		t.Error("the report quotes what only some may read")
	}
	o := options(t)
	if report := apply(t, importertest.NewMemory(), of(stock), o); len(report.Pairs) != 0 {
		t.Errorf("nobody asked, yet there are pairs: %+v", report.Pairs)
	}
}

func TestWhatPeopleDecideAboutAPairIsDone(t *testing.T) {
	plan := planned(t, importertest.NewMemory(), of(stock), compared(t))
	for name, c := range map[string]struct {
		choices map[[2]int]importer.Choice
		states  string
		leads   map[int]int // document → article
	}{
		"nothing":                  {nil, "imported imported imported imported quarantined", map[int]int{1: 1, 2: 2, 3: 3}},
		"one article":              {map[[2]int]importer.Choice{{1, 2}: importer.ChooseMerge}, "imported skipped imported imported quarantined", map[int]int{1: 1, 2: 1, 3: 3}},
		"the second":               {map[[2]int]importer.Choice{{1, 2}: importer.ChooseSecond}, "skipped imported imported imported quarantined", map[int]int{1: 2, 2: 2, 3: 3}},
		"the first, contradicting": {map[[2]int]importer.Choice{{2, 3}: importer.ChooseFirst}, "imported imported skipped imported quarantined", map[int]int{1: 1, 2: 2, 3: 2}},
		"both":                     {map[[2]int]importer.Choice{{2, 3}: importer.ChooseBoth}, "imported imported imported imported quarantined", map[int]int{1: 1, 2: 2, 3: 3}},
		"a chain":                  {map[[2]int]importer.Choice{{1, 2}: importer.ChooseSecond, {2, 3}: importer.ChooseSecond}, "skipped skipped imported imported quarantined", map[int]int{1: 3, 2: 3, 3: 3}},
		"a circle": {map[[2]int]importer.Choice{{1, 2}: importer.ChooseSecond, {2, 3}: importer.ChooseSecond, {1, 3}: importer.ChooseFirst},
			"skipped imported skipped imported quarantined", map[int]int{1: 2, 2: 2, 3: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			o := compared(t)
			o.Decisions = deciding(t, plan, c.choices)
			target := importertest.NewMemory()
			report := apply(t, target, of(stock), o)
			if got := states(report); got != c.states {
				t.Errorf("states %s, want %s", got, c.states)
			}
			for from, to := range c.leads {
				found, err := target.Leads(context.Background(), key(from))
				if err != nil || len(found) != 1 || found[0] != id(to) {
					t.Errorf("document %d leads to %v, want %s (%d)", from, found, id(to), to)
				}
			}
			before := dump(target)
			again := apply(t, target, of(stock), o)
			if dump(target) != before || again.Totals.Imported+again.Totals.Updated != 0 {
				t.Errorf("a second run changes something: %+v", again.Totals)
			}
			for pair, choice := range c.choices {
				if p := pairOf(t, report, pair[0], pair[1]); p.Decision != choice || p.Open() {
					t.Errorf("%+v", p)
				}
			}
		})
	}
}

func TestADecisionAfterTheFirstRunTakesTheOtherArticleAway(t *testing.T) {
	target := importertest.NewMemory()
	first := apply(t, target, of(stock), compared(t))
	o := compared(t)
	o.Decisions = deciding(t, first, map[[2]int]importer.Choice{{1, 2}: importer.ChooseMerge, {2, 3}: importer.ChooseBoth})
	if plan := planned(t, target, of(stock), o); states(plan) != "updated skipped unchanged unchanged quarantined" || len(target.Articles()) != 4 {
		t.Errorf("planned %s", states(plan))
	}
	report := apply(t, target, of(stock), o)
	if _, there := target.Articles()[id(2)]; there || states(report) != "updated skipped unchanged unchanged quarantined" {
		t.Errorf("%s\n%s", states(report), target.Paths())
	}
	if e := entryOf(t, report, 2); e.ID != string(id(1)) || e.Review {
		t.Errorf("%+v", e)
	}
	o.Decisions = deciding(t, first, map[[2]int]importer.Choice{{1, 2}: importer.ChooseBoth})
	if back := apply(t, target, of(stock), o); states(back) != "updated imported unchanged unchanged quarantined" {
		t.Errorf("decided otherwise: %s", states(back))
	}
	if d, err := content.ParseDocument("", target.Articles()[id(1)].Markdown); err != nil || d.Meta.Origin.Also != nil {
		t.Errorf("%+v, %v", d.Meta.Origin, err)
	}
}

func TestAnArticlePeopleChangedIsNotTakenAway(t *testing.T) {
	target := importertest.NewMemory()
	first := apply(t, target, of(stock), compared(t))
	target.Edit(id(2), func(b []byte) []byte { return append(b, "\nVon Hand.\n"...) })
	o := compared(t)
	o.Decisions = deciding(t, first, map[[2]int]importer.Choice{{1, 2}: importer.ChooseMerge})
	report := apply(t, target, of(stock), o)
	if e := entryOf(t, report, 2); !e.Review || !strings.Contains(strings.Join(e.Notes, "|"), "wurde hier geändert und bleibt") {
		t.Errorf("%+v", e)
	}
	if !strings.Contains(string(target.Articles()[id(2)].Markdown), "Von Hand.") {
		t.Error("it is gone")
	}
}

func TestAnArticleThatWasOnlyConfirmedIsTakenAway(t *testing.T) {
	standards := func() []any {
		return []any{text(1, "Vor jeder Dienstreise ist der Antrag bei der Leitung zu stellen.", standard), text(2, "Vor jeder Dienstreise ist der Antrag bei der Leitung zu stellen.", standard)}
	}
	target := importertest.NewMemory()
	first := apply(t, target, of(standards), compared(t))
	target.Confirm(id(2), func(b []byte) []byte {
		d, err := content.ParseDocument("index.md", b)
		if err == nil {
			b, err = d.WithFields(content.Field{Key: "verbindlich", Value: "ja"}, content.Field{Key: "verbindlich_belege", Value: []string{"Ist zu stellen."}}, content.Field{Key: "geprueft_am", Value: "2026-11-24"}, content.Field{Key: "naechste_pruefung", Value: "2028-11-24"})
		}
		if err != nil {
			t.Error(err)
		}
		return b
	})
	o := compared(t)
	o.Decisions = deciding(t, first, map[[2]int]importer.Choice{{1, 2}: importer.ChooseMerge})
	report := apply(t, target, of(standards), o)
	if _, there := target.Articles()[id(2)]; there || states(report) != "updated skipped" {
		t.Errorf("%s\n%s", states(report), target.Paths())
	}
	if e := entryOf(t, report, 2); e.Review || !strings.Contains(strings.Join(e.Notes, "|"), "zusammengeführt; die alte Adresse") {
		t.Errorf("%+v", e)
	}
}

func TestWhenADocumentChangedTheQuestionIsAskedAgain(t *testing.T) {
	plan := planned(t, importertest.NewMemory(), of(stock), compared(t))
	o := compared(t)
	o.Decisions = deciding(t, plan, map[[2]int]importer.Choice{{1, 2}: importer.ChooseMerge})
	newer := of(func() []any {
		all := stock()
		all[1] = text(2, trip+" Neu ist die Frage nach dem Beleg.", titled("Dienstreise"))
		return all
	})
	report := apply(t, importertest.NewMemory(), newer, o)
	p := pairOf(t, report, 1, 2)
	if p.Decision != "" || !p.Outdated || p.Class != duplicates.Contained || report.Totals.Imported != 4 {
		t.Errorf("%+v, totals %+v", p, report.Totals)
	}
	if e := entryOf(t, report, 1); !strings.Contains(strings.Join(e.Notes, "|"), "Bitte neu entscheiden") {
		t.Errorf("%q", e.Notes)
	}
}

func TestIdenticalDocumentsAreMergedByMachineOnlyIfToldTo(t *testing.T) {
	o := compared(t)
	o.MergeIdentical = true
	target := importertest.NewMemory()
	report := apply(t, target, of(stock), o)
	if got := states(report); got != "imported skipped imported imported quarantined" || !pairOf(t, report, 1, 2).Merged || pairOf(t, report, 2, 3).Merged {
		t.Errorf("%s, %+v", got, report.Pairs)
	}
	o.Decisions = deciding(t, report, map[[2]int]importer.Choice{{1, 2}: importer.ChooseBoth})
	if report = apply(t, importertest.NewMemory(), of(stock), o); report.Totals.Imported != 4 {
		t.Errorf("somebody wants both: %+v", report.Totals)
	}
	attached := of(func() []any {
		return []any{text(1, trip, attached("a.txt", "eins")), text(2, trip, attached("a.txt", "zwei"))}
	})
	o.Decisions = nil
	if report = apply(t, importertest.NewMemory(), attached, o); report.Totals.Imported != 2 {
		t.Errorf("other files: %+v", report.Totals)
	}
}

func TestHundredsOfCopiesBecomeOneArticle(t *testing.T) {
	o := compared(t)
	o.MergeIdentical, o.Renderer = true, importertest.Text{}
	target := importertest.NewMemory()
	many := of(func() []any {
		var out []any
		for n := range 300 {
			out = append(out, text(n, trip))
		}
		return out
	})
	report := apply(t, target, many, o)
	if report.Totals.Imported != 1 || report.Totals.Skipped != 299 || len(target.Articles()) != 1 {
		t.Errorf("%+v", report.Totals)
	}
	for _, a := range target.Articles() {
		if d, err := content.ParseDocument("", a.Markdown); err != nil || len(d.Meta.Origin.Also) != 299 {
			t.Errorf("%d addresses, %v", len(d.Meta.Origin.Also), err)
		}
	}
}

func TestAnswersFollowTheirQuestion(t *testing.T) {
	questions := func() []any {
		return []any{text(1, trip), text(2, trip), text(3, "Gilt das auch im Ausland?", answer(2)), text(4, "Ja.", answer(1))}
	}
	o := compared(t)
	o.MergeIdentical = true
	target := importertest.NewMemory()
	report := apply(t, target, of(questions), o)
	if got := states(report); got != "imported skipped imported imported" {
		t.Errorf("states %s", got)
	}
	body := string(target.Articles()[id(1)].Markdown)
	if at := strings.Index(body, "Ausland"); at < 0 || strings.Index(body, "Ja.") < at {
		t.Errorf("the answers are not in the order of the source:\n%s", body)
	}
}

func TestAReplicationConflictIsComparedAndDecided(t *testing.T) {
	documents := func() []any {
		beside := func(d *importer.Document) { d.Conflict, d.Parent = true, unid(1) }
		return []any{text(1, trip), text(2, strings.Replace(trip, "6 Monaten", "3 Monaten", 1), beside), text(3, "x", readers("[Leitung]")), text(4, "geheimer Konflikt", beside, readers("[Leitung]"))}
	}
	target := importertest.NewMemory()
	report := apply(t, target, of(documents), options(t))
	p := pairOf(t, report, 1, 2)
	if p.Conflict != importer.ChooseSecond || p.Class != duplicates.Contradicting || len(report.Pairs) != 1 || states(report) != "imported skipped quarantined skipped" {
		t.Fatalf("%s, %+v", states(report), report.Pairs)
	}
	if e := entryOf(t, report, 1); !e.Review || !strings.Contains(strings.Join(e.Notes, "|"), "Speicherkonflikt") {
		t.Errorf("%+v", e)
	}
	for choice, want := range map[importer.Choice]struct {
		states string
		leads  [2]int
	}{
		importer.ChooseMerge:  {"imported skipped quarantined skipped", [2]int{1, 1}},
		importer.ChooseFirst:  {"imported skipped quarantined skipped", [2]int{1, 1}},
		importer.ChooseSecond: {"skipped imported quarantined skipped", [2]int{2, 2}},
		importer.ChooseBoth:   {"imported imported quarantined skipped", [2]int{1, 2}},
	} {
		o := options(t)
		o.Decisions = deciding(t, report, map[[2]int]importer.Choice{{1, 2}: choice})
		target := importertest.NewMemory()
		if got := states(apply(t, target, of(documents), o)); got != want.states {
			t.Errorf("%s: %s, want %s", choice, got, want.states)
		}
		for i, to := range want.leads {
			if found, _ := target.Leads(context.Background(), key(i+1)); len(found) != 1 || found[0] != id(to) {
				t.Errorf("%s: document %d leads to %v", choice, i+1, found)
			}
		}
	}
}

func TestADeltaWithOneOfTwoKeepsTheDecision(t *testing.T) {
	target := importertest.NewMemory()
	plan := planned(t, target, of(stock), compared(t))
	o := compared(t)
	o.Decisions = deciding(t, plan, map[[2]int]importer.Choice{{1, 2}: importer.ChooseMerge})
	apply(t, target, of(stock), o)
	before := dump(target)
	for n, want := range map[int]string{1: "unchanged", 2: "skipped"} {
		delta := of(func() []any { return stock()[n-1 : n] })
		report := apply(t, target, delta, o)
		if got := states(report); got != want || dump(target) != before {
			t.Errorf("only document %d: %s\n%s", n, got, dump(target))
		}
	}
	alone := importertest.NewMemory()
	if report := apply(t, alone, of(func() []any { return stock()[1:2] }), o); states(report) != "imported" {
		t.Errorf("the other one was never brought: %s", states(report))
	}
}

func TestADeltaDoesNotForgetWhatBecameOne(t *testing.T) {
	o := compared(t)
	o.MergeIdentical = true
	target := importertest.NewMemory()
	apply(t, target, of(stock), o)
	before := dump(target)
	if report := apply(t, target, of(func() []any { return stock()[:1] }), o); states(report) != "unchanged" || dump(target) != before {
		t.Errorf("%s\n%s", states(report), dump(target))
	}
	newer := of(func() []any { return []any{text(1, trip+" Und mehr dazu.", titled("Dienstreise – Arbeitshilfe"))} })
	if report := apply(t, target, newer, o); states(report) != "updated" {
		t.Errorf("%s", states(report))
	}
	if found, _ := target.Leads(context.Background(), key(2)); len(found) != 1 || found[0] != id(1) {
		t.Errorf("the address of the other document leads to %v", found)
	}
}

func TestLinksToADroppedDocumentLeadToTheOther(t *testing.T) {
	plan := planned(t, importertest.NewMemory(), of(stock), compared(t))
	o := compared(t)
	o.Decisions = deciding(t, plan, map[[2]int]importer.Choice{{1, 2}: importer.ChooseMerge})
	var pass importer.Pass
	if _, err := importer.Apply(context.Background(), importertest.NewMemory(), watching{of(stock), &pass}, o); err != nil {
		t.Fatal(err)
	}
	if got, ok := pass.Resolve(key(2)); !ok || got.ID != id(1) || got.Title != "Dienstreise – Arbeitshilfe" {
		t.Errorf("%+v %v", got, ok)
	}
}

func TestEveryDocumentIsFoundOnceAndNothingConfidential(t *testing.T) {
	secret := func(d *importer.Document) {
		d.Binding = &importer.Binding{Proposal: "ja", Evidence: []string{"Die Kündigung ist auszusprechen."}}
	}
	documents := func() []any { return append(mixture(), text(20, "Kündigung", readers("[Leitung]"), secret)) }
	for _, run := range []func(context.Context, importer.Target, importer.Source, importer.Options) (*importer.Report, error){importer.Apply, importer.Plan} {
		o := options(t)
		var found []string
		o.Found = func(_ context.Context, f importer.Finding) error {
			found = append(found, fmt.Sprintf("%s %s %s", f.Entry.UNID, f.Entry.Status, f.Entry.Path))
			switch f.Entry.UNID {
			case unid(3), unid(20):
				if f.Visible != "" || f.Binding != nil || f.Entry.Evidence != nil || f.Fingerprint == "" {
					t.Errorf("of a restricted document this leaves the run: %+v", f)
				}
			case unid(1), unid(9):
				if f.Visible == "" || f.Fingerprint == "" || f.Revised == "" {
					t.Errorf("%+v", f)
				}
			}
			return nil
		}
		s := of(documents)
		report, err := run(context.Background(), importertest.NewMemory(), s, o)
		if err != nil {
			t.Fatal(err)
		}
		settled(t, s, report)
		var read []string
		for _, e := range report.Documents {
			copies := func(note string) bool {
				return note == o.Catalogue.Text(i18n.German, "importer.older-copy", nil) || note == o.Catalogue.Text(i18n.German, "importer.copy-differs", nil)
			}
			if !slices.ContainsFunc(e.Notes, copies) { // the copy that counts is found
				read = append(read, fmt.Sprintf("%s %s %s", e.UNID, e.Status, e.Path))
			}
		}
		slices.Sort(read)
		slices.Sort(found)
		if !slices.Equal(read, found) {
			t.Errorf("read\n%s\nfound\n%s", strings.Join(read, "\n"), strings.Join(found, "\n"))
		}
	}
}

func TestWhatCannotBeKeptEndsTheRun(t *testing.T) {
	full := errors.New("no room for findings")
	for at := range 3 {
		o := options(t)
		n := 0
		o.Found = func(context.Context, importer.Finding) error {
			if n++; n > at {
				return full
			}
			return nil
		}
		s := of(func() []any { return []any{damaged(1), text(2, "a"), text(3, "b", answer(2))} })
		report, err := importer.Apply(context.Background(), importertest.NewMemory(), s, o)
		if !errors.Is(err, full) {
			t.Errorf("after %d: %v", at, err)
		}
		settled(t, s, report)
	}
}
