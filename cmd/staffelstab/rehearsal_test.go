package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/importer"
	"staffelstab/internal/account"
)

// rehearsal is a migration as a city would do it: the database of rules, the
// service regulations and the handbook of three departments, with links across
// them, written by a generator.
type rehearsal struct {
	t      *testing.T
	folder string
	data   string
	size   int // documents of each database
}

// The three databases.
var databases = []struct{ replica, title, form, source string }{
	{"C1257A3B00000001", "DEV", "Arbeitshilfe", "dev"},
	{"C1257A3B00000002", "Dienstvorschriften", "Vorschrift", "notes"},
	{"C1257A3B00000003", "Wissensmanagement", "Beitrag", "notes"},
}

func (r *rehearsal) unid(database, n int) string {
	return fmt.Sprintf("%s%016X", databases[database].replica, n)
}

func (r *rehearsal) id(database, n int) content.ID {
	return importer.ArticleID(importer.Key{ReplicaID: databases[database].replica, UNID: r.unid(database, n)})
}

func (r *rehearsal) key(database, n int) legacy.Key {
	return legacy.Key{Replica: databases[database].replica, UNID: r.unid(database, n)}
}

// subjects of texts, so that each has words of its own.
var matters = []string{"Baumpflege", "Kanalreinigung", "Marktwesen", "Wohngeld", "Melderecht", "Friedhof", "Jugendhilfe", "Brandschau", "Gewerbe", "Archiv", "Vergabe", "Fuhrpark"}

// body is what a document says, the same for the same number. version counts
// how often the old system changed it since.
func (r *rehearsal) body(database, n, version int) string {
	random := rand.New(rand.NewPCG(uint64(database), uint64(n)))
	matter := matters[n%len(matters)]
	var b strings.Builder
	fmt.Fprintf(&b, "<pardef id='1'/><par def='1'>%s, Vorgang %d der Datenbank %s.</par>", matter, n, databases[database].title)
	for range 6 {
		words := make([]string, 18)
		for i := range words {
			words[i] = fmt.Sprintf("%s%c%c", matters[random.IntN(len(matters))], 'a'+rune(random.IntN(26)), 'a'+rune(random.IntN(26)))
		}
		fmt.Fprintf(&b, "<par def='1'>Die %s ist mit %s abzustimmen.</par>", matter, strings.Join(words, " "))
	}
	if version > 0 {
		fmt.Fprintf(&b, "<par def='1'>Nachtrag %d der Quelle zu Vorgang %d.</par>", version, n)
	}
	other := (database + 1) % len(databases)
	fmt.Fprintf(&b, "<par def='1'>Siehe <doclink database='%s' document='%s' description='Nachbartext'/>.</par>", databases[other].replica, r.unid(other, n%r.size))
	return b.String()
}

// document is a document of a database; the special ones of the database of
// rules come from the caller.
func (r *rehearsal) document(database, n, version int, title, body, more string) string {
	if title == "" {
		title = fmt.Sprintf("%s %d", matters[n%len(matters)], n)
	}
	if body == "" {
		body = r.body(database, n, version)
	}
	return fmt.Sprintf("<document form='%s'><noteinfo unid='%s' sequence='%d'><created><datetime>20090312T101500,00+01</datetime></created><revised><datetime>2017112%dT093000,00+01</datetime></revised></noteinfo>"+
		"<item name='Subject'><text>%s</text></item><item name='Fachbereich'><text>66</text></item>%s<item name='Body'><richtext>%s</richtext></item></document>\n",
		databases[database].form, r.unid(database, n), 1+version, 4+version, title, more, body)
}

// special documents of the database of rules, by number.
const (
	numberDouble, numberSame, numberRule, numberContrary, numberSecret, numberEdited = 1, 2, 3, 4, 5, 6
)

// export writes a database; version and skip choose what is in it.
func (r *rehearsal) export(database int, name string, include func(n int) (version int, in bool)) string {
	r.t.Helper()
	file := filepath.Join(r.folder, name)
	f, err := os.Create(file)
	must(r.t, err)
	fmt.Fprintf(f, "<?xml version='1.0' encoding='utf-8'?>\n<database xmlns='http://www.lotus.com/dxl' replicaid='%s' title='%s'>\n", databases[database].replica, databases[database].title)
	const identical = "<pardef id='1'/><par def='1'>Der Bauhof streut die Hauptstraßen zuerst, danach die Nebenstraßen und zuletzt die Wege der Parks.</par>"
	for n := range r.size {
		version, in := include(n)
		if !in {
			continue
		}
		title, body, more := "", "", ""
		if database == 0 {
			switch n {
			case numberDouble, numberSame:
				title, body = []string{"Winterdienst Arbeitshilfe", "Winterdienst Rahmenbedingung"}[n-numberDouble], identical
			case numberRule:
				title, body = "Abrechnung", "<pardef id='1'/><par def='1'>Die Abrechnung ist binnen 6 Monaten vorzulegen, sonst verfällt der Anspruch auf Erstattung der Kosten.</par>"
			case numberContrary:
				title, body = "Abrechnung", "<pardef id='1'/><par def='1'>Die Abrechnung ist binnen 3 Monaten vorzulegen, sonst verfällt der Anspruch auf Erstattung der Kosten.</par>"
			case numberSecret:
				title, more = "Personalsache", "<item name='DocReaders' readers='true'><textlist><text>CN=Erika Muster/O=Stadt</text></textlist></item>"
			}
		}
		_, err := f.WriteString(r.document(database, n, version, title, body, more))
		must(r.t, err)
	}
	_, err = f.WriteString("</database>\n")
	must(r.t, err)
	must(r.t, f.Close())
	return file
}

// run is one command over a database.
func (r *rehearsal) run(verb string, database int, file string, status int, words ...string) importer.Report {
	r.t.Helper()
	report := filepath.Join(r.folder, fmt.Sprintf("%s-%s", verb, filepath.Base(file)))
	command(r.t, "", "import", verb, "--data", r.data, "--source", databases[database].source, "--report", report, file).want(r.t, status, words...)
	return reportOf(r.t, report)
}

// TestAMigrationIsRehearsed plays the whole: plan, decisions of people, import,
// work of people, a second export, verification.
func TestAMigrationIsRehearsed(t *testing.T) {
	r := &rehearsal{t: t, folder: t.TempDir(), data: newFolder(t), size: 5000 / len(databases)}
	if testing.Short() {
		r.size = 60
	}
	everything := func(int) (int, bool) { return 0, true }
	first := make([]string, len(databases))
	for i := range databases {
		first[i] = r.export(i, databases[i].title+".dxl", everything)
	}
	app := openHere(t, r.data)
	_, err := app.Office.CreatePerson(t.Context(), app.Operator(), account.Person{Login: "pruefer", DisplayName: "Ute Albers", Department: "66"})
	must(t, err)
	must(t, app.Office.SaveDepartment(t.Context(), app.Operator(), account.Department{ID: "66", Name: "Tiefbau"}))
	person, err := app.Store.PersonByLogin(t.Context(), "pruefer")
	must(t, err)
	grants := []account.Grant{{Person: person.ID, Role: account.Reviewer, Scope: account.InDepartment("66")}, {Person: person.ID, Role: account.Editor, Scope: account.InDepartment("66")}, {Person: person.ID, Role: account.Reader}}
	for _, g := range grants {
		_, err := app.Office.Grant(t.Context(), app.Operator(), g)
		must(t, err)
	}
	must(t, app.Close())
	reviewer := account.NewActor(person, grants, "2026-11-26", account.WriteAccess)

	plan := r.run("plan", 0, first[0], exitNeedsEyes, "Das war die Vorschau")
	if plan.Totals.Imported != r.size-1 || plan.Totals.Quarantined != 1 || !plan.Totals.Balanced() || len(plan.Pairs) != 2 {
		t.Fatalf("planned: %+v with %d pairs", plan.Totals, len(plan.Pairs))
	}
	r.decide(reviewer, legacy.PairSubject(r.key(0, numberDouble), r.key(0, numberSame)), legacy.Merge)
	r.decide(reviewer, legacy.PairSubject(r.key(0, numberRule), r.key(0, numberContrary)), legacy.Second)
	r.decide(reviewer, r.key(0, numberSecret).String(), legacy.Withhold)

	for i := range databases {
		report := r.run("apply", i, first[i], exitNeedsEyes)
		if !report.Totals.Balanced() || report.Totals.Failed != 0 || report.Totals.Read != r.size {
			t.Fatalf("%s: %+v", databases[i].title, report.Totals)
		}
	}
	r.settled()

	// People work on; the old system goes on for a while too.
	app = openHere(t, r.data)
	for _, n := range []int{numberEdited, numberEdited + 1} {
		a, err := app.Library.Article(t.Context(), reviewer, r.id(2, n))
		must(t, err)
		source, err := app.Library.Source(t.Context(), reviewer, a.ID, "")
		must(t, err)
		_, err = app.Library.Save(t.Context(), reviewer, a.ID, a.ETag, content.Edit{Body: "Vorab: Das hat sich bewährt.\n\n" + source.Body})
		must(t, err)
	}
	must(t, app.Close())
	delta := r.export(2, "Nachlieferung.dxl", func(n int) (int, bool) { return 1, n >= numberEdited && n < numberEdited+20 && n != numberEdited+1 })
	second := r.run("apply", 2, delta, exitNeedsEyes, "18 aktualisiert")
	if second.Totals.Proposed != 1 || second.Totals.Failed != 0 {
		t.Errorf("second run: %+v", second.Totals)
	}
	if again := r.run("apply", 2, delta, exitNeedsEyes); again.Totals.Updated+again.Totals.Imported != 0 || again.Totals.Failed != 0 {
		t.Errorf("the same again: %+v", again.Totals)
	}
	for i := range databases[:2] {
		checked := r.run("verify", i, first[i], exitDone)
		if checked.Totals.Failed != 0 {
			t.Errorf("%s is not whole: %+v", databases[i].title, checked.Totals)
		}
	}
}

// decide answers a question at the desk.
func (r *rehearsal) decide(actor account.Actor, subject string, choice legacy.Choice) {
	r.t.Helper()
	app := openHere(r.t, r.data)
	q, err := app.Legacy.Question(r.t.Context(), actor, subject, "")
	must(r.t, err)
	must(r.t, app.Legacy.Decide(r.t.Context(), actor, subject, q.Fingerprint, choice, ""))
	must(r.t, app.Close())
}

// settled looks whether the library is what people decided.
func (r *rehearsal) settled() {
	t := r.t
	t.Helper()
	app := openHere(t, r.data)
	defer func() { must(t, app.Close()) }()
	merged, err := app.Library.ByAddress(t.Context(), app.Operator(), "/notes/"+databases[0].replica+"/"+r.unid(0, numberSame))
	must(t, err)
	if len(merged) != 1 || merged[0].ID != r.id(0, numberDouble) {
		t.Errorf("the old address of the second twin leads to %v", merged)
	}
	if _, err := app.Store.Article(t.Context(), r.id(0, numberRule)); err == nil {
		t.Error("the rule that was decided against is there")
	}
	if _, err := app.Store.Article(t.Context(), r.id(0, numberSecret)); err == nil {
		t.Error("what only some may read is there")
	}
	_, broken, err := app.Library.BrokenLinks(t.Context(), app.Operator(), "", 1, 0)
	must(t, err)
	if broken > 3 { // those to what was held back or decided against
		t.Errorf("%d links lead nowhere", broken)
	}
	if html := readHTML(t, app, r.id(2, 7)); !strings.Contains(html, "/a/"+string(r.id(0, 7))) {
		t.Errorf("no link across databases in %s", html)
	}
	standings, err := app.Legacy.Standings(t.Context(), app.Operator())
	must(t, err)
	if len(standings) != 1 || standings[0].Department != "66" || standings[0].All-standings[0].Open != 3 || standings[0].Open < 3*r.size-10 {
		t.Errorf("at the desk: %+v", standings)
	}
}

func readHTML(t *testing.T, app *App, id content.ID) string {
	t.Helper()
	view, err := app.Library.Read(t.Context(), app.Operator(), id, "")
	must(t, err)
	return view.HTML
}
