package importer_test

import (
	"context"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/importertest"
	"staffelstab/internal/fault"
)

// about are decisions about single documents, as a plan shows them.
func about(t testing.TB, s *shelf, o importer.Options, choices map[int][]importer.Choice) *importer.Decisions {
	t.Helper()
	prints := map[string]string{}
	o.Found = func(_ context.Context, f importer.Finding) error {
		prints[f.Entry.UNID] = f.Fingerprint
		return nil
	}
	planned(t, importertest.NewMemory(), s, o)
	d := &importer.Decisions{}
	for n, list := range choices {
		for _, choice := range list {
			d.Put(importer.Decision{Subject: key(n).String(), Choice: choice, Fingerprint: prints[unid(n)]})
		}
	}
	return d
}

func TestWhoMayReadIsForPeopleToDecide(t *testing.T) {
	documents := func(words string) *shelf {
		return of(func() []any {
			return []any{text(1, words, readers("[Leitung]")), text(2, "offen"), text(3, "Antwort", answer(1))}
		})
	}
	o := options(t)
	o.Decisions = about(t, documents("geheim"), o, map[int][]importer.Choice{1: {importer.ChoosePublish}, 2: {importer.ChooseWithhold}})
	target := importertest.NewMemory()
	report := apply(t, target, documents("geheim"), o)
	if got := states(report); got != "imported quarantined imported" {
		t.Errorf("states %s", got)
	}
	if body := string(target.Articles()[id(1)].Markdown); !strings.Contains(body, "geheim") || !strings.Contains(body, "Antwort") {
		t.Errorf("the article is\n%s", body)
	}
	if e := entryOf(t, report, 2); e.Review || !strings.Contains(e.Notes[0], "Nach Entscheidung zurückgehalten") {
		t.Errorf("%+v", e)
	}
	changed := apply(t, importertest.NewMemory(), documents("geheim, und nun noch mehr"), o)
	if got := states(changed); got != "quarantined quarantined quarantined" || strings.Contains(jsonOf(t, changed), "noch mehr") {
		t.Errorf("after a change: %s", got)
	}
	if e := entryOf(t, changed, 1); !strings.Contains(strings.Join(e.Notes, "|"), "bitte neu entscheiden") {
		t.Errorf("%+v", e)
	}
	other := of(func() []any { return []any{text(1, "geheim", readers("[Vorstand]"))} })
	if got := states(apply(t, importertest.NewMemory(), other, o)); got != "quarantined" {
		t.Errorf("for other readers: %s", got)
	}
	broken := of(func() []any { return []any{text(1, "geheim", readers("[Leitung]"), incomplete)} })
	o.Decisions = about(t, broken, options(t), map[int][]importer.Choice{1: {importer.ChoosePublish}})
	if got := states(apply(t, importertest.NewMemory(), broken, o)); got != "quarantined" {
		t.Errorf("half a document: %s", got)
	}
}

func TestWhatIsWithheldLaterDoesNotStayUnnoticed(t *testing.T) {
	open := of(func() []any { return []any{text(1, "eins"), text(2, "zwei"), text(3, "drei")} })
	target := importertest.NewMemory()
	apply(t, target, open, options(t))
	target.Edit(id(3), func(b []byte) []byte { return append(b, "\nVon Hand.\n"...) })
	closed := of(func() []any { return []any{text(1, "eins", readers("[Leitung]")), text(2, "zwei"), text(3, "drei")} })
	o := options(t)
	o.Decisions = about(t, closed, o, map[int][]importer.Choice{2: {importer.ChooseWithhold}, 3: {importer.ChooseWithhold}})
	if plan := planned(t, target, closed, o); states(plan) != "quarantined quarantined quarantined" || len(target.Articles()) != 3 {
		t.Errorf("planned %s", states(plan))
	}
	report := apply(t, target, closed, o)
	for n, want := range map[int]struct {
		note  string
		there bool
	}{1: {"steht aber noch hier", true}, 2: {"wurde archiviert", false}, 3: {"steht aber noch hier", true}} {
		_, there := target.Articles()[id(n)]
		if e := entryOf(t, report, n); !strings.Contains(strings.Join(e.Notes, "|"), want.note) || e.Review != want.there || there != want.there {
			t.Errorf("there %v, %+v", there, e)
		}
	}
	if again := apply(t, target, closed, o); states(again) != "quarantined quarantined quarantined" || target.Commits() != 4 {
		t.Errorf("%s, %d commits", states(again), target.Commits())
	}
}

func TestWhetherAStandardBindsIsForPeopleToDecide(t *testing.T) {
	rule := func(d *importer.Document) {
		d.Binding = &importer.Binding{Proposal: content.BindingYes, Evidence: []string{"Verbindlich: Ja", "Der Antrag ist zu stellen."}}
	}
	open := func(d *importer.Document) { d.Binding = &importer.Binding{Proposal: content.BindingUnchecked} }
	owned := func(d *importer.Document) { d.Department = "11" }
	unknown := func(d *importer.Document) { d.Department = "99" }
	documents := of(func() []any {
		return []any{
			text(1, "Der Antrag ist zu stellen. Danach mehr.", standard, rule, owned), text(2, "Ein Beispiel.", standard, rule, owned),
			text(3, "Der Antrag ist zu stellen.", standard, rule), text(4, "Der Antrag ist zu stellen.", standard, rule, unknown),
			text(5, "Nichts davon.", standard, open, owned), text(6, "Ein Artikel.", owned),
		}
	})
	o := options(t)
	o.Owner = func(_ context.Context, department string) (bool, error) { return department == "11", nil }
	all := map[int][]importer.Choice{}
	for n := 1; n <= 6; n++ {
		all[n] = []importer.Choice{importer.ChooseBinding}
	}
	all[2], all[5] = []importer.Choice{importer.ChooseNotBinding}, nil
	o.Decisions = about(t, documents, o, all)
	target := importertest.NewMemory()
	report := apply(t, target, documents, o)
	for n, want := range map[int]content.Binding{1: content.BindingYes, 2: content.BindingNo, 3: content.BindingUnchecked, 4: content.BindingUnchecked, 5: content.BindingUnchecked, 6: content.BindingNone} {
		d, err := content.ParseDocument("", target.Articles()[id(n)].Markdown)
		if err != nil || d.Meta.Binding != want {
			t.Errorf("document %d binds %q, want %q (%v)", n, d.Meta.Binding, want, err)
		}
		if proof := strings.Join(d.Meta.BindingProof, "|"); (proof != "") != (n == 1) || n == 1 && proof != "Der Antrag ist zu stellen." {
			t.Errorf("document %d is proved by %q", n, proof)
		}
	}
	for n, want := range map[int]string{3: "kein Fachbereich ist zuständig", 4: "aber FB 99 ist in Staffelstab nicht angelegt"} {
		if e := entryOf(t, report, n); !e.Review || !strings.Contains(strings.Join(e.Notes, "|"), want) || e.Decided != "" {
			t.Errorf("%+v", e)
		}
	}
	if want := "Fachbereiche, die in Staffelstab nicht angelegt sind: FB 99 (1 Dokument)."; len(report.Remarks) != 1 || !strings.HasPrefix(report.Remarks[0], want) {
		t.Errorf("%q", report.Remarks)
	}
	if e := entryOf(t, report, 5); len(e.Todos) != 1 || e.Todos[0].Kind != importer.TodoBinding {
		t.Errorf("%+v", e)
	}
	if e := entryOf(t, report, 1); e.Decided != "ja" || e.Binding != "ja" || len(e.Todos) != 0 {
		t.Errorf("%+v", e)
	}
	if report = apply(t, target, documents, o); report.Totals.Unchanged != 6 {
		t.Errorf("a second run: %+v", report.Totals)
	}
	o.Decisions = nil
	if report = apply(t, target, documents, o); report.Totals.Updated != 2 {
		t.Errorf("without the decisions: %+v", report.Totals)
	}
}

func TestTheSourceAndPeopleAreJoinedInAProposal(t *testing.T) {
	long := "Erste Zeile.\n\nZweite Zeile.\n\nDritte Zeile."
	lines := func(words string) *shelf {
		return of(func() []any { return []any{text(1, words)} })
	}
	target := importertest.NewMemory()
	apply(t, target, lines(long), options(t))
	target.Edit(id(1), func(b []byte) []byte { return append(b, "\nVon Hand.\n"...) })
	before := dump(target)
	newer := lines(strings.Replace(long, "Erste", "Neue erste", 1))

	plan := planned(t, target, newer, options(t))
	if states(plan) != "proposed" || len(target.Proposals()) != 0 {
		t.Errorf("planned %s", states(plan))
	}
	report := apply(t, target, newer, options(t))
	e := report.Documents[0]
	if states(report) != "proposed" || !e.Review || e.Proposal == "" || dump(target) != before || len(target.Proposals()) != 1 {
		t.Fatalf("%+v, proposals %v", e, target.Proposals())
	}
	proposal := target.Proposals()[e.Proposal]
	for _, words := range []string{"Neue erste Zeile", "Von Hand."} {
		if !strings.Contains(string(proposal.Markdown), words) {
			t.Errorf("%q is missing from\n%s", words, proposal.Markdown)
		}
	}
	again := apply(t, target, newer, options(t))
	if again.Documents[0].Proposal != e.Proposal || len(target.Proposals()) != 1 {
		t.Errorf("asked twice: %v", target.Proposals())
	}
	newest := lines(strings.Replace(long, "Erste", "Allerneueste erste", 1))
	third := apply(t, target, newest, options(t))
	if third.Documents[0].Proposal != e.Proposal || len(target.Proposals()) != 1 || !strings.Contains(string(target.Proposals()[e.Proposal].Markdown), "Allerneueste") {
		t.Errorf("the one that waits is not replaced: %v", target.Proposals())
	}
	target.Decline(e.Proposal)
	declined := apply(t, target, newest, options(t))
	if states(declined) != "skipped" || !strings.Contains(declined.Documents[0].Notes[0], "zurückgezogen") || len(declined.Documents[0].Notes) != 1 {
		t.Errorf("%+v", declined.Documents[0])
	}
	joined := target.Proposals()[e.Proposal].Markdown
	target.Edit(id(1), func([]byte) []byte { return joined })
	if released := apply(t, target, newest, options(t)); states(released) != "unchanged" {
		t.Errorf("after the release: %s", states(released))
	}
}

func TestWhatTheTargetDoesNotReplaceIsProposed(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, of(func() []any { return []any{text(1, "eins"), text(2, "zwei")} }), options(t))
	target.Refuse = map[content.ID]error{id(1): fault.New(fault.Conflict, "content.stale"), id(2): fault.New(fault.Stale, "content.stale")}
	report := apply(t, target, of(func() []any { return []any{text(1, "eins, neu"), text(2, "zwei, neu")} }), options(t))
	if states(report) != "proposed skipped" || len(target.Proposals()) != 1 {
		t.Errorf("%s, %v", states(report), target.Proposals())
	}
}

func TestWhatTheSourceNoLongerHasIsReported(t *testing.T) {
	target := importertest.NewMemory()
	all := func() []any { return []any{text(1, "a"), text(2, "b"), text(3, "c"), text(4, "d")} }
	apply(t, target, of(all), options(t))
	other := func(d *importer.Document) { d.Origin.ReplicaID = "C1257A3B00099999" }
	apply(t, target, of(func() []any { return []any{text(9, "anderswo", other)} }), options(t))
	before := dump(target)
	half := of(func() []any {
		skipped := func(d *importer.Document) { d.Skip = &importer.Note{Key: "importer.profile-document"} }
		return []any{text(1, "a"), text(2, "", skipped), damaged(4)}
	})
	delta := apply(t, target, half, options(t))
	if len(delta.Missing) != 0 {
		t.Errorf("a delta: %+v", delta.Missing)
	}
	o := options(t)
	o.Full = true
	report := apply(t, target, half, o)
	if len(report.Missing) != 1 || report.Missing[0].UNID != unid(3) || report.Missing[0].Reason != importer.MissingInFull || report.Missing[0].Title != "Dokument 3" || report.Missing[0].Path == "" {
		t.Errorf("%+v", report.Missing)
	}
	if !report.NeedsEyes() || dump(target) != before || !strings.Contains(strings.Join(report.Summary, " "), "1 Dokument ist nicht mehr in der Quelle") {
		t.Errorf("%v", report.Summary)
	}
	o = options(t)
	o.Deleted = []importer.Key{key(3), key(1), key(77)}
	report = apply(t, target, half, o)
	if len(report.Missing) != 1 || report.Missing[0].UNID != unid(3) || report.Missing[0].Reason != importer.MissingDeleted || dump(target) != before {
		t.Errorf("%+v", report.Missing)
	}
	nameless := of(func() []any {
		return []any{text(1, "a"), &importer.SourceError{Origin: importer.Origin{File: "x"}, Note: importer.NewNote(true, "importer.document-broken", "line", 1, "file", "x")}}
	})
	o = options(t)
	o.Full = true
	if report = apply(t, target, nameless, o); len(report.Missing) != 3 || len(report.Remarks) != 1 {
		t.Errorf("%+v %v", report.Missing, report.Remarks)
	}
}

// TestBesideADatabaseNobodyReadNothingIsMissing runs a full export beside a
// database file: what seems to be gone may be in it. A list of deletions is sure.
func TestBesideADatabaseNobodyReadNothingIsMissing(t *testing.T) {
	target := importertest.NewMemory()
	apply(t, target, of(func() []any { return []any{text(1, "a"), text(2, "b")} }), options(t))
	unread := &importer.SourceError{Origin: importer.Origin{File: "alt.nsf"}, Database: true, Note: importer.NewNote(true, "importer.is-nsf", "file", "alt.nsf")}
	source := of(func() []any { return []any{unread, text(1, "a")} })
	o := options(t)
	o.Full = true
	report := apply(t, target, source, o)
	if len(report.Missing) != 0 || len(report.Remarks) != 1 || report.Totals.Failed != 1 || report.Totals.Unchanged != 1 || !report.NeedsEyes() {
		t.Errorf("%+v %v %+v", report.Missing, report.Remarks, report.Totals)
	}
	o.Deleted = []importer.Key{key(2)}
	if report = apply(t, target, source, o); len(report.Missing) != 1 || report.Missing[0].Reason != importer.MissingDeleted {
		t.Errorf("%+v", report.Missing)
	}
}

func TestListsOfDeletionsAreRead(t *testing.T) {
	a, b := key(1), key(2)
	want := []importer.Key{a, b}
	for name, file := range map[string]string{
		"on lines of their own":  "# Löschungen\r\n" + replica + "\r\n" + a.UNID + "\r\n\r\n" + strings.ToLower(b.UNID) + "\r\n",
		"with a word before":     "Replik-ID: C1257A3B:00412345\n" + a.UNID + "\n" + b.UNID,
		"beside each other":      a.String() + "\n" + b.String() + "\n",
		"as fields":              replica + ";" + a.UNID + "\n" + replica + ";" + b.UNID + "\n",
		"with a byte order mark": "\ufeff" + a.String() + "\n" + b.String(),
	} {
		if got, err := importer.ReadDeletions(strings.NewReader(file)); err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, file := range []string{a.UNID, "hallo", replica + "\nC125\n", strings.Repeat("x", 100_000)} {
		if _, err := importer.ReadDeletions(strings.NewReader(file)); err == nil {
			t.Errorf("%.40q is read", file)
		}
	}
	if got, err := importer.ReadDeletions(strings.NewReader("")); err != nil || len(got) != 0 {
		t.Errorf("%v %v", got, err)
	}
}

func FuzzDeletions(f *testing.F) {
	f.Add(replica + "\n" + unid(1))
	f.Add("\ufeff# x\n::::\n")
	f.Fuzz(func(t *testing.T, file string) {
		keys, err := importer.ReadDeletions(strings.NewReader(file))
		for _, k := range keys {
			if err != nil || len(k.ReplicaID) != 16 || len(k.UNID) != 32 {
				t.Fatalf("%v %v", k, err)
			}
		}
	})
}
