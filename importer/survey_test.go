package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
)

func titled(title string) func(*importer.Document) {
	return func(d *importer.Document) { d.Title = title }
}

func TestAnswersStandBelowTheirQuestionInTheOrderOfTheSource(t *testing.T) {
	target := importertest.NewMemory()
	report := apply(t, target, of(func() []any {
		return []any{
			text(3, "Ja.", answer(2), titled("AW: Azubis")), // before its question
			text(1, "Die Pauschale beträgt 20 €.", titled("Pauschale")),
			text(2, "Gilt das auch für Azubis?", answer(1), titled("Azubis"), func(d *importer.Document) {
				d.Blocks = append(d.Blocks, cmark.Heading{Level: 2, Spans: []cmark.Span{{Text: "Grund"}}})
				d.Visible += "\nGrund"
			}),
			text(4, "Und für Gäste?", answer(1), titled("Gäste")),
		}
	}), options(t))
	if got := states(report); got != "imported imported imported imported" || target.Commits() != 1 {
		t.Fatalf("%s, %d commits", got, target.Commits())
	}
	body := string(target.Articles()[id(1)].Markdown)
	want := "Die Pauschale beträgt 20 €.\n\n## Rückfragen und Antworten\n\n### AW: Azubis\n\nJa.\n\n### Azubis\n\nGilt das auch für Azubis?\n\n#### Grund\n\n### Gäste\n\nUnd für Gäste?\n"
	if !strings.HasSuffix(body, want) {
		t.Errorf("got\n%s", body)
	}
	for _, n := range []int{1, 2, 3, 4} { // old addresses lead there for ever
		if found, err := target.Leads(t.Context(), importer.Key{ReplicaID: replica, UNID: unid(n)}); err != nil || len(found) != 1 || found[0] != id(1) {
			t.Errorf("document %d leads to %v, %v", n, found, err)
		}
	}
	e := entryOf(t, report, 3)
	if e.ID != string(id(1)) || e.Path == "" || e.LettersIn != 2 || e.LettersOut != 2 || e.Notes[0] != "Unter „Pauschale“ als Rückfrage oder Antwort angefügt." {
		t.Errorf("%+v", e)
	}
}

func TestALaterAnswerUpdatesItsQuestion(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, of(func() []any { return []any{text(1, "Frage"), text(2, "Ja", answer(1))} }), options(t))
	report := apply(t, target, of(func() []any { return []any{text(1, "Frage"), text(2, "Nein", answer(1)), text(3, "Doch", answer(2))} }), options(t))
	if got := states(report); got != "updated updated updated" || !strings.Contains(string(target.Articles()[id(1)].Markdown), "Nein") {
		t.Errorf("%s\n%s", got, target.Articles()[id(1)].Markdown)
	}
}

// TestADeltaKeepsTheAnswersItDoesNotBring: an export of what changed lately holds
// the question alone, or an answer alone.
func TestADeltaKeepsTheAnswersItDoesNotBring(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, of(func() []any {
		return []any{text(1, "Frage"), text(2, "Ja, gewiss.", answer(1)), text(3, "Doch.", answer(2))}
	}), options(t))
	whole := string(target.Articles()[id(1)].Markdown)
	same := apply(t, target, of(func() []any { return []any{text(1, "Frage")} }), options(t))
	if got := string(target.Articles()[id(1)].Markdown); states(same) != "unchanged" || got != whole {
		t.Errorf("%s\n%s", states(same), got)
	}
	newer := apply(t, target, of(func() []any { return []any{text(1, "Frage, neu")} }), options(t))
	got := string(target.Articles()[id(1)].Markdown)
	if states(newer) != "updated" || !strings.Contains(got, "Frage, neu") || !strings.Contains(got, "## Rückfragen und Antworten\n\n### Dokument 2\n\nJa, gewiss.\n\n### Dokument 3\n\nDoch.\n") {
		t.Errorf("%s\n%s", states(newer), got)
	}
	alone := apply(t, target, of(func() []any { return []any{text(2, "Ja, geändert.", answer(1))} }), options(t))
	if e := entryOf(t, alone, 2); states(alone) != "skipped" || !e.Review || !strings.Contains(strings.Join(e.Notes, "|"), "steht schon unter „Dokument 1“") || len(target.Articles()) != 1 {
		t.Errorf("%+v, %d articles", e, len(target.Articles()))
	}
	some := apply(t, target, of(func() []any { return []any{text(1, "Frage, neu"), text(4, "Auch das.", answer(1))} }), options(t))
	got = string(target.Articles()[id(1)].Markdown)
	if e := entryOf(t, some, 1); strings.Count(got, "Ja, gewiss.") != 1 || strings.Count(got, "## Rückfragen und Antworten") != 1 || !strings.Contains(got, "Auch das.") || !strings.Contains(got, "Ja, gewiss.") {
		t.Errorf("%+v\n%s", e, got)
	}
	again := apply(t, target, of(func() []any {
		return []any{text(1, "Frage, neu"), text(4, "Auch das.", answer(1)), text(2, "Ja, anders.", answer(1))}
	}), options(t))
	if e := entryOf(t, again, 1); e.Status != importer.StatusUnchanged || !e.Review || string(target.Articles()[id(1)].Markdown) != got {
		t.Errorf("brought again, with an answer that changed: %+v\n%s", e, target.Articles()[id(1)].Markdown)
	}
	for _, n := range []int{1, 2, 3, 4} {
		if found, err := target.Leads(t.Context(), importer.Key{ReplicaID: replica, UNID: unid(n)}); err != nil || len(found) != 1 {
			t.Errorf("document %d leads to %v, %v", n, found, err)
		}
	}
}

func TestAnAnswerThatCannotStandBelowIsAnArticle(t *testing.T) {
	dead := func(d *importer.Document) {
		d.Links = append(d.Links, importer.Link{Target: "x", Text: "weg", Dead: true})
	}
	for name, c := range map[string]struct {
		documents func() []any
		states    string
	}{
		"its question is missing":   {func() []any { return []any{text(2, "Ja", answer(1))} }, "imported"},
		"it answers itself":         {func() []any { return []any{text(2, "Ja", answer(2))} }, "imported"},
		"two answer each other":     {func() []any { return []any{text(2, "Ja", answer(3)), text(3, "Nein", answer(2))} }, "imported imported"},
		"it brings a file":          {func() []any { return []any{text(1, "Frage"), text(2, "Ja", answer(1), attached("a.txt", "a"))} }, "imported imported"},
		"it has links of its own":   {func() []any { return []any{text(1, "Frage"), text(2, "Ja", answer(1), dead)} }, "imported imported"},
		"its question is broken":    {func() []any { return []any{damaged(1), text(2, "Ja", answer(1))} }, "failed imported"},
		"a chain without beginning": {func() []any { return []any{text(3, "c", answer(2)), text(2, "b", answer(1))} }, "imported imported"},
	} {
		t.Run(name, func(t *testing.T) {
			target := importertest.NewMemory()
			report := apply(t, target, of(c.documents), options(t))
			if got := states(report); got != c.states {
				t.Errorf("states %s, want %s", got, c.states)
			}
			e := entryOf(t, report, 2)
			why, alone := "Antwort ohne Ausgangsdokument", true
			if strings.HasPrefix(name, "it brings") || strings.HasPrefix(name, "it has") {
				why, alone = "Antwort auf „Dokument 1“", false
			}
			if e.ID != string(id(2)) || alone && !e.Review || !strings.Contains(strings.Join(e.Notes, "|"), why) {
				t.Errorf("%+v", e)
			}
			article := string(target.Articles()[id(2)].Markdown)
			if leads := strings.Contains(article, "Antwort auf [Dokument 1](/a/"+string(id(1))+")"); leads == alone {
				t.Errorf("it leads to its question: %v\n%s", leads, article)
			}
			if _, ok := target.Articles()[id(2)]; !ok {
				t.Error("the answer is lost")
			}
		})
	}
}

func TestNoAnswerGivesAwayAQuestionThatIsWithheld(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*importer.Document)
		want   importer.Status
	}{
		"readers":    {readers("[Leitung]"), importer.StatusQuarantined},
		"incomplete": {incomplete, importer.StatusQuarantined},
		"conflict":   {conflict, importer.StatusSkipped},
	} {
		t.Run(name, func(t *testing.T) {
			target := importertest.NewMemory()
			report := apply(t, target, of(func() []any {
				return []any{
					text(1, "Frage", c.change),
					text(2, "Zitat: Frage", answer(1), noted("importer.hidden-paragraph", "text", "Zitat")),
					text(3, "Anlage zur Frage", answer(1), attached("a.txt", "Frage"), noted("importer.hidden-paragraph", "text", "Zitat")),
					text(4, "Antwort auf die Anlage", answer(3), noted("importer.hidden-paragraph", "text", "Zitat")),
				}
			}), options(t))
			if got, want := states(report), string(c.want)+" quarantined quarantined quarantined"; got != want {
				t.Errorf("states %s, want %s", got, want)
			}
			if target.Commits() != 0 {
				t.Errorf("published:\n%s", dump(target))
			}
			if strings.Contains(jsonOf(t, report), "Zitat") {
				t.Errorf("the report quotes what is withheld:\n%s", jsonOf(t, report))
			}
		})
	}
}

func TestOnlyAMappingLetsAnswersToWhatIsWithheldStandAlone(t *testing.T) {
	below := func(d *importer.Document) { d.Parent = unid(1) }
	documents := of(func() []any { return []any{text(1, "Frage", readers("[Leitung]")), text(2, "Zitat: Frage", below)} })
	if report := apply(t, importertest.NewMemory(), documents, options(t)); report.Totals.Quarantined != 2 {
		t.Errorf("%+v", report.Totals)
	}
	apart := of(func() []any {
		return []any{text(1, "Frage", readers("[Leitung]")), text(2, "Zitat: Frage", below, func(d *importer.Document) { d.Apart = true })}
	})
	if report := apply(t, importertest.NewMemory(), apart, options(t)); report.Totals.Quarantined != 1 || report.Totals.Imported != 1 {
		t.Errorf("said to be texts of their own: %+v", report.Totals)
	}
}

func TestTheReportNeverQuotesWhatOnlySomeMayRead(t *testing.T) {
	secret := []func(*importer.Document){
		readers("[Leitung]"), noted("importer.hidden-paragraph", "text", "Kündigung"),
		func(d *importer.Document) {
			d.Binding = &importer.Binding{Proposal: "ja", Evidence: []string{"Die Kündigung ist auszusprechen."}}
		},
	}
	for name, changes := range map[string][]func(*importer.Document){
		"withheld":       nil,
		"incomplete":     {incomplete},
		"conflict":       {conflict},
		"an older copy":  {sequence(0)},
		"an answer":      {answer(1)},
		"without a UNID": {func(d *importer.Document) { d.Skip = &importer.Note{Key: "importer.without-unid", Review: true} }},
	} {
		t.Run(name, func(t *testing.T) {
			target := importertest.NewMemory()
			report := apply(t, target, of(func() []any {
				return []any{text(1, "Offen"), text(2, "Kündigung", append(secret, changes...)...), text(2, "Kündigung", secret...)}
			}), options(t))
			if out := jsonOf(t, report); strings.Contains(out, "Kündigung") || strings.Contains(dump(target), "Kündigung") {
				t.Errorf("quoted in\n%s\n%s", out, dump(target))
			}
		})
	}
}

func TestReadersThatMeanEverybodyHideNothing(t *testing.T) {
	for _, c := range []struct {
		readers  []string
		everyone []string
		want     string
	}{
		{[]string{"*/O=Musterstadt"}, []string{"*/O=Musterstadt"}, "imported"},
		{[]string{" */o=MUSTERSTADT "}, []string{"*/O=Musterstadt "}, "imported"},
		{[]string{"[Admin]", "*/O=Musterstadt"}, []string{"x", "*/O=Musterstadt"}, "imported"}, // readers are alternatives
		{[]string{"[Admin]"}, []string{"*/O=Musterstadt"}, "quarantined"},
		{[]string{"CN=a/O=Musterstadt"}, []string{"*/O=Musterstadt"}, "quarantined"}, // a person is not everybody
		{[]string{"*/O=Musterstadt"}, nil, "quarantined"},
		{[]string{""}, nil, "quarantined"},
		{nil, nil, "imported"},
	} {
		o := options(t)
		o.Mapping = importer.Mapping{Everyone: c.everyone}
		report := apply(t, importertest.NewMemory(), of(func() []any { return []any{text(1, "a", readers(c.readers...))} }), o)
		if got := states(report); got != c.want {
			t.Errorf("readers %q with %q: %s, want %s", c.readers, c.everyone, got, c.want)
		}
	}
}

func TestOfCopiesTheNewestCountsWhereverItStands(t *testing.T) {
	for _, order := range [][]int{{1, 2, 3}, {3, 2, 1}, {2, 3, 1}, {2, 2, 3}, {3, 3, 1}} {
		target := importertest.NewMemory()
		report := apply(t, target, of(func() []any {
			var out []any
			for at, n := range order {
				out = append(out, text(1, fmt.Sprintf("Fassung %d an Stelle %d", n, at), sequence(n)))
			}
			return out
		}), options(t))
		if report.Totals.Imported != 1 || report.Totals.Skipped != 2 || target.Commits() != 1 || !strings.Contains(string(target.Articles()[id(1)].Markdown), "Fassung 3") {
			t.Errorf("%v: totals %+v\n%s", order, report.Totals, dump(target))
		}
	}
}

func TestCopiesOfADatabaseAreDifferentDocuments(t *testing.T) {
	target := importertest.NewMemory()
	other := func(d *importer.Document) { d.Origin.ReplicaID = "C1257A3B00099999" }
	report := apply(t, target, of(func() []any { return []any{text(1, "Standort Nord"), text(1, "Standort Süd", other)} }), options(t))
	if report.Totals.Imported != 2 || len(target.Articles()) != 2 {
		t.Errorf("totals %+v", report.Totals)
	}
}
