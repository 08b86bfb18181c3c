package importer_test

import (
	"context"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
)

// remembered keeps what runs find, as the desk does, and tells later ones.
func remembered(t testing.TB, confidential *[]importer.Finding) importer.Options {
	o := compared(t)
	known := map[importer.Key]importer.Earlier{}
	o.Found = func(_ context.Context, f importer.Finding) error {
		k := importer.Key{ReplicaID: f.Entry.ReplicaID, UNID: f.Entry.UNID}
		was := importer.Earlier{Article: content.ID(f.Entry.ID), Withheld: f.Entry.Status == importer.StatusQuarantined, Restricted: f.Restricted, Read: f.Stamp, Brought: f.Stamp}
		if was.Withheld {
			was.Brought = known[k].Brought
		}
		known[k] = was
		if f.Confidential {
			*confidential = append(*confidential, f)
		}
		return nil
	}
	o.Earlier = func(_ context.Context, keys ...importer.Key) (map[importer.Key]importer.Earlier, error) {
		out := map[importer.Key]importer.Earlier{}
		for _, k := range keys {
			if was, ok := known[k]; ok {
				out[k] = was
			}
		}
		return out, nil
	}
	return o
}

func TestADeltaGivesAwayNoQuestionThatWasWithheld(t *testing.T) {
	for name, delta := range map[string][]any{
		"the same answer":         {text(2, "Zitat: Frage", answer(1))},
		"a new one":               {text(3, "Zitat: Frage", answer(1))},
		"one with a file":         {text(3, "Zitat: Frage", answer(1), attached("a.txt", "Frage"))},
		"an answer to the answer": {text(3, "Zitat: Frage", answer(2))},
		"the same, after a plan that took the question for open": {text(2, "Zitat: Frage", answer(1))},
		"two that say the same":                                  {text(3, "Zitat: Frage", answer(1)), text(4, "Zitat: Frage", answer(1))},
		"an answer to an answer that's new":                      {text(4, "Zitat: Zitat: Frage", answer(3)), text(3, "Zitat: Frage", answer(1))},
	} {
		t.Run(name, func(t *testing.T) {
			var secret []importer.Finding
			target, o := importertest.NewMemory(), remembered(t, &secret)
			apply(t, target, of(func() []any {
				return []any{text(1, "Frage", readers("[Leitung]")), text(2, "Zitat: Frage", answer(1))}
			}), o)
			if strings.Contains(name, "plan") {
				planned(t, target, of(func() []any { return []any{text(1, "Frage"), text(2, "Zitat: Frage", answer(1))} }), o)
			}
			secret = nil
			report := apply(t, target, of(func() []any { return delta }), o)
			if n := len(target.Articles()); n != 0 || report.Totals.Quarantined != len(delta) || len(secret) != len(delta) {
				t.Fatalf("%d articles, %+v, %d findings", n, report.Totals, len(secret))
			}
			if len(report.Pairs) > 0 {
				t.Errorf("compared with others: %+v", report.Pairs)
			}
			for i, e := range report.Documents {
				if !e.Review || strings.Join(e.Notes, "|") != "Gehört zu einem Dokument, das hier nicht veröffentlicht ist." || secret[i].Visible != "" || secret[i].Restricted {
					t.Errorf("%+v %+v", e, secret[i])
				}
			}
			if checked := verified(t, target, of(func() []any { return delta }), o); checked.Totals.Failed != 0 {
				t.Errorf("%+v", checked.Totals)
			}
		})
	}
}

func TestADeltaKnowsWhereAnswersStand(t *testing.T) {
	var secret []importer.Finding
	target, o := importertest.NewMemory(), remembered(t, &secret)
	apply(t, target, of(func() []any {
		return []any{text(1, "Frage", titled("Die Frage")), text(2, "Ja", answer(1)), text(3, "Doch", answer(2))}
	}), o)
	delta := of(func() []any { return []any{text(3, "Doch", answer(2)), text(4, "Neu", answer(3))} })
	report := apply(t, target, delta, o)
	below, fresh := entryOf(t, report, 3), entryOf(t, report, 4)
	if below.Status != importer.StatusSkipped || below.ID != string(id(1)) || !strings.Contains(strings.Join(below.Notes, "|"), "steht schon unter „Die Frage“") {
		t.Errorf("an answer to an answer: %+v", below)
	}
	if article := string(target.Articles()[id(4)].Markdown); fresh.Status != importer.StatusImported || !strings.Contains(article, "Antwort auf [Die Frage](/a/"+string(id(1))+")") {
		t.Errorf("%+v\n%s", fresh, article)
	}
	if _, own := target.Articles()[id(3)]; own {
		t.Error("an answer stands below its question and on its own")
	}
	again := apply(t, target, delta, o)
	if again.Totals.Imported+again.Totals.Updated != 0 || entryOf(t, again, 3).ID != string(id(1)) {
		t.Errorf("the same again: %+v", again.Totals)
	}
	if checked := verified(t, target, delta, o); checked.Totals.Failed != 0 || checked.Totals.Unchanged != 2 {
		t.Errorf("%s", jsonOf(t, checked))
	}
}

func TestAConflictTellsNothingOfADocumentThatIsWithheld(t *testing.T) {
	var secret []importer.Finding
	target, o := importertest.NewMemory(), remembered(t, &secret)
	conflicting := func() any {
		return text(2, "Frage, anders", conflict, func(d *importer.Document) { d.Parent = unid(1) }, noted("importer.hidden-paragraph", "text", "Zitat"))
	}
	for name, documents := range map[string][]any{
		"with it":      {text(1, "Frage", readers("[Leitung]")), conflicting()},
		"and later on": {conflicting()},
	} {
		if name == "and later on" { // whichever comes first, the full export was here before
			apply(t, target, of(func() []any { return []any{text(1, "Frage", readers("[Leitung]"))} }), o)
		}
		secret = nil
		report := apply(t, target, of(func() []any { return documents }), o)
		e := entryOf(t, report, 2)
		if e.Status != importer.StatusSkipped || !e.Review || strings.Contains(jsonOf(t, report), "Zitat") {
			t.Errorf("%s: %+v", name, e)
		}
		if last := len(secret) - 1; last < 0 || secret[last].Entry.UNID != unid(2) || secret[last].Visible != "" {
			t.Errorf("%s: the desk is told %+v", name, secret)
		}
	}
}

func TestNothingTellsOfWhatIsWithheld(t *testing.T) {
	secret := readers("[Leitung]")
	newer := func(d *importer.Document) { d.Origin.Sequence = 9 }
	for name, documents := range map[string][]any{
		"an answer to what the mapping leaves out": {
			text(1, "Zitat", secret, func(d *importer.Document) { d.Skip = &importer.Note{Key: "importer.skipped-by-mapping"} }),
			text(2, "Antwort auf Zitat", answer(1)),
		},
		"an older copy that was open": {
			text(1, "offen", noted("importer.hidden-paragraph", "text", "Zitat")), text(1, "zu", secret, newer),
		},
		"an older copy that comes later": {
			text(1, "zu", secret, newer), text(1, "offen", noted("importer.hidden-paragraph", "text", "Zitat")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			target := importertest.NewMemory()
			report := apply(t, target, of(func() []any { return documents }), options(t))
			if strings.Contains(jsonOf(t, report)+dump(target), "Zitat") || len(target.Articles()) != 0 {
				t.Errorf("%s\n%s", jsonOf(t, report), dump(target))
			}
		})
	}
}

func TestAQuestionMayHaveTheHeadingOfItsAnswers(t *testing.T) {
	target, o := importertest.NewMemory(), options(t)
	question := func(room string) any {
		return text(1, "Frage", func(d *importer.Document) {
			d.Blocks = append(d.Blocks, cmark.Heading{Level: 2, Spans: []cmark.Span{{Text: "Rückfragen und Antworten"}}}, cmark.Paragraph{Spans: []cmark.Span{{Text: room}}})
			d.Visible += " Rückfragen und Antworten " + room
		})
	}
	apply(t, target, of(func() []any { return []any{question("Zimmer fünf"), text(2, "Ja", answer(1))} }), o)
	apply(t, target, of(func() []any { return []any{question("Zimmer neun")} }), o)
	article := string(target.Articles()[id(1)].Markdown)
	if strings.Contains(article, "fünf") || strings.Count(article, "Zimmer neun") != 1 || !strings.Contains(article, "Ja") {
		t.Error(article)
	}
}

func TestAnAnswerThatBecomesConfidentialIsStillThere(t *testing.T) {
	all := func() []any { return []any{text(1, "Frage"), text(2, "Ja", answer(1)), text(3, "Doch", answer(2))} }
	for name, delta := range map[string][]any{
		"alone":                {text(2, "Ja", answer(1), readers("[Leitung]"))},
		"an answer to another": {text(3, "Doch", answer(2), readers("[Leitung]"))},
	} {
		t.Run(name, func(t *testing.T) {
			var secret []importer.Finding
			target, o := importertest.NewMemory(), remembered(t, &secret)
			apply(t, target, of(all), o)
			documents := of(func() []any { return delta })
			for range 2 { // the next run says so again
				report := apply(t, target, documents, o)
				e := report.Documents[len(report.Documents)-1]
				if e.Status != importer.StatusQuarantined || !strings.Contains(strings.Join(e.Notes, "|"), target.Articles()[id(1)].Path) {
					t.Fatalf("%+v", e)
				}
			}
			if checked := verified(t, target, documents, o); checked.Totals.Failed != 1 || !checked.NeedsEyes() {
				t.Errorf("%s", jsonOf(t, checked))
			}
		})
	}
}

func TestAConfidentialAnswerLeavesTheTextItsQuestionBrings(t *testing.T) {
	var secret []importer.Finding
	target, o := importertest.NewMemory(), remembered(t, &secret)
	all := func() []any { return []any{text(1, "Frage"), text(2, "Gewiss", answer(1)), text(3, "Doch", answer(1))} }
	apply(t, target, of(all), o)
	delta := of(func() []any { return []any{text(1, "Frage, neu"), text(2, "Gewiss", answer(1), readers("[Leitung]"))} })
	report := apply(t, target, delta, o)
	if article := string(target.Articles()[id(1)].Markdown); strings.Contains(article, "Gewiss") || !strings.Contains(article, "Frage, neu") {
		t.Errorf("%s", article)
	}
	question := entryOf(t, report, 1)
	if !question.Review || !strings.Contains(strings.Join(question.Notes, "|"), "(Antworten: 1), wurde mit ihr entfernt") {
		t.Errorf("%q", question.Notes)
	}
	if checked := verified(t, target, delta, o); checked.Totals.Failed != 0 {
		t.Errorf("%s", jsonOf(t, checked))
	}
	apply(t, target, of(func() []any {
		return []any{text(1, "Frage, neu"), text(2, "Gewiss", answer(1), readers("[Leitung]")), text(3, "Doch", answer(1))}
	}), o)
	if article := string(target.Articles()[id(1)].Markdown); strings.Contains(article, "Gewiss") || !strings.Contains(article, "Doch") {
		t.Errorf("a full export brings the others back:\n%s", article)
	}
}

// TestAnswersThatAreGoneAreTold: one whose question stays goes with the words it
// had there when the source is all there is, and is reported in any case.
func TestAnswersThatAreGoneAreTold(t *testing.T) {
	first := func() []any {
		return []any{text(1, "Frage"), text(2, "Antwort eins", answer(1)), text(3, "Antwort zwei", answer(1))}
	}
	start := func() (*importertest.Memory, importer.Options) {
		target, o := importertest.NewMemory(), remembered(t, new([]importer.Finding))
		apply(t, target, of(first), o)
		return target, o
	}
	body := func(target *importertest.Memory) string { return string(target.Articles()[id(1)].Markdown) }
	left := func() []any { return []any{text(1, "Frage"), text(2, "Antwort eins", answer(1))} }

	t.Run("a full export", func(t *testing.T) {
		target, o := start()
		o.Full = true
		report := apply(t, target, of(left), o)
		e := entryOf(t, report, 1)
		if strings.Contains(body(target), "Antwort zwei") || !strings.Contains(body(target), "Antwort eins") || e.Status != importer.StatusUpdated || !e.Review || !strings.Contains(strings.Join(e.Notes, "|"), "nicht mehr im Text: 1.") {
			t.Errorf("%+v\n%s", e, body(target))
		}
		again := apply(t, target, of(left), o)
		if e := entryOf(t, again, 1); e.Status != importer.StatusUnchanged || e.Review || len(again.Missing) != 0 {
			t.Errorf("told for ever: %+v %+v", e, again.Missing)
		}
		if found, err := target.Leads(t.Context(), key(3)); err != nil || len(found) != 1 || found[0] != id(1) {
			t.Errorf("its old address leads to %v, %v", found, err)
		}
	})
	t.Run("the last one of a full export", func(t *testing.T) {
		target, o := start()
		o.Full = true
		apply(t, target, of(func() []any { return []any{text(1, "Frage")} }), o)
		if strings.Contains(body(target), "Rückfragen und Antworten") {
			t.Errorf("a heading without answers:\n%s", body(target))
		}
	})
	t.Run("a full export with something unreadable", func(t *testing.T) {
		target, o := start()
		o.Full = true
		nameless := &importer.SourceError{Origin: importer.Origin{File: "x"}, Note: importer.NewNote(true, "importer.document-broken", "line", 1, "file", "x")}
		apply(t, target, of(func() []any { return append(left(), nameless) }), o)
		if !strings.Contains(body(target), "Antwort zwei") {
			t.Errorf("it may be what could not be read:\n%s", body(target))
		}
	})
	t.Run("a list of deletions alone", func(t *testing.T) {
		target, o := start()
		o.Deleted = []importer.Key{key(3)}
		report := apply(t, target, of(func() []any { return []any{text(9, "anderes")} }), o)
		if len(report.Missing) != 1 || report.Missing[0].Reason != importer.MissingBelow || report.Missing[0].UNID != unid(3) || report.Missing[0].ID != string(id(1)) || report.Missing[0].Title != "Dokument 1" || !report.NeedsEyes() {
			t.Errorf("%+v", report.Missing)
		}
		if !strings.Contains(body(target), "Antwort zwei") {
			t.Error("it went though nobody brought its question")
		}
	})
	t.Run("a list of deletions with the question and the other answer", func(t *testing.T) {
		target, o := start()
		o.Deleted = []importer.Key{key(3)}
		report := apply(t, target, of(left), o)
		if strings.Contains(body(target), "Antwort zwei") || len(report.Missing) != 0 {
			t.Errorf("%+v\n%s", report.Missing, body(target))
		}
	})
	t.Run("a list of deletions with the question alone", func(t *testing.T) {
		target, o := start()
		o.Deleted = []importer.Key{key(3)}
		report := apply(t, target, of(func() []any { return []any{text(1, "Frage, neu")} }), o)
		if !strings.Contains(body(target), "Antwort zwei") || !strings.Contains(body(target), "Antwort eins") || len(report.Missing) != 1 {
			t.Errorf("nobody can tell which words are whose: %+v\n%s", report.Missing, body(target))
		}
	})
	t.Run("a plan", func(t *testing.T) {
		target, o := start()
		o.Full = true
		report := planned(t, target, of(left), o)
		if e := entryOf(t, report, 1); e.Status != importer.StatusUpdated || !strings.Contains(body(target), "Antwort zwei") {
			t.Errorf("%+v", e)
		}
	})
}
