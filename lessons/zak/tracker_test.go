package zak_test

import (
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
	"staffelstab/server/servertest"
)

// centre is a training centre with a module and two cohorts.
type centre struct {
	*servertest.Server
	t    *testing.T
	fi   zak.Cohort // two apprentices
	vwfa zak.Cohort // nobody
}

const module = "modulaaaa2"

func newCentre(t *testing.T) *centre {
	t.Helper()
	s := servertest.New(t)
	s.Place("module/k/kasse/modul.md", "---\nid: modulaaaa2\nart: lernmodul\ntitel: Kasse\nbereich: \"66\"\n---\n\nKurz.\n")
	s.Place("module/k/kasse/01-vier-augen.md", `---
id: lektaaaaa2
art: lektion
titel: Vier Augen
bereich: "66"
---

## Frage: Wer gibt frei?
<!-- frage: id=freigabe -->

1. [ ] Eine Person allein
2. [x] Zwei Personen
`)
	c := &centre{Server: s, t: t}
	for _, o := range []zak.Occupation{{ID: "FI", Title: "Fachinformatiker/in"}, {ID: "VwFAng", Title: "Verwaltungsfachangestellte/r"}} {
		c.must(s.Store.SaveOccupation(t.Context(), o))
	}
	var err error
	c.fi, err = s.Tracker.CreateCohort(t.Context(), s.Actor("leitung"), zak.Cohort{Occupation: "FI", Year: 2026, Name: "FI 2026", Modules: []string{module}})
	c.must(err)
	c.vwfa, err = s.Tracker.CreateCohort(t.Context(), s.Actor("leitung"), zak.Cohort{Occupation: "VwFAng", Year: 2025, Name: "VwFAng 2025"})
	c.must(err)
	return c
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) enrol(login string) zak.Apprentice {
	c.t.Helper()
	a, err := c.Tracker.AddApprentice(c.t.Context(), c.Actor("leitung"), zak.Apprentice{Person: c.People[login].ID, Cohort: c.fi.ID, Start: "2026-08-01"})
	c.must(err)
	return a
}

// trainer is Petra Nowak with the role for one cohort, between two days.
func (c *centre) trainer(cohort, from, until string) account.Actor {
	c.t.Helper()
	g := account.Grant{Person: c.People["leserin"].ID, Role: account.Trainer, Scope: account.InCohort(cohort), From: from, Until: until}
	return account.NewActor(c.People["leserin"], []account.Grant{g}, "2026-11-24", account.WriteAccess)
}

func (c *centre) refuses(what string, err error, kind fault.Kind) {
	c.t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		c.t.Errorf("%s: %v instead of a fault of kind %d", what, err, kind)
	}
}

func TestEveryRoleSeesWhatItMay(t *testing.T) {
	c := newCentre(t)
	own := c.enrol("azubi")
	other := c.enrol("azubi2")
	seen, hidden, forbidden := fault.Kind(-1), fault.NotFound, fault.Forbidden
	for _, test := range []struct {
		who                          string
		actor                        account.Actor
		cohorts, cohort, person, own fault.Kind
	}{
		{"training head", c.Actor("leitung"), seen, seen, seen, seen},
		{"trainer of the cohort", c.trainer(c.fi.ID, "", ""), seen, seen, seen, seen},
		{"trainer of another cohort", c.trainer(c.vwfa.ID, "", ""), seen, hidden, hidden, hidden},
		{"trainer until last month", c.trainer(c.fi.ID, "", "2026-10-31"), forbidden, forbidden, hidden, hidden},
		{"trainer from next month", c.trainer(c.fi.ID, "2026-12-01", ""), forbidden, forbidden, hidden, hidden},
		{"the apprentice", c.Actor("azubi"), forbidden, forbidden, hidden, seen},
		{"author", c.Actor("expertin"), forbidden, forbidden, hidden, hidden},
		{"editor of personnel", c.Actor("personalerin"), forbidden, forbidden, hidden, hidden},
		{"data protection", c.Actor("datenschutz"), forbidden, forbidden, hidden, hidden},
		{"administrator", c.Actor("admin"), forbidden, forbidden, hidden, hidden},
		{"nobody", account.Actor{}, fault.Unauthenticated, fault.Unauthenticated, hidden, hidden},
	} {
		t.Run(test.who, func(t *testing.T) {
			_, err := c.Tracker.Cohorts(t.Context(), test.actor)
			is(t, "list of cohorts", err, test.cohorts)
			_, err = c.Tracker.Progress(t.Context(), test.actor, c.fi.ID)
			is(t, "progress of the cohort", err, test.cohort)
			_, err = c.Tracker.Apprentice(t.Context(), test.actor, other.ID)
			is(t, "another apprentice", err, test.person)
			_, err = c.Tracker.Apprentice(t.Context(), test.actor, own.ID)
			is(t, "the apprentice's own", err, test.own)
		})
	}
}

// is compares the kind of a fault; -1 stands for none.
func is(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	got := fault.Kind(-1)
	if err != nil {
		got = fault.KindOf(err)
	}
	if got != kind {
		t.Errorf("%s: %v instead of kind %d", what, err, kind)
	}
}

func TestTrainersListOnlyTheirCohorts(t *testing.T) {
	c := newCentre(t)
	c.enrol("azubi")
	list, err := c.Tracker.Cohorts(t.Context(), c.trainer(c.fi.ID, "", ""))
	c.must(err)
	if len(list) != 1 || list[0].Cohort.Name != "FI 2026" || list[0].Apprentices != 1 {
		t.Errorf("the trainer sees %+v", list)
	}
	all, err := c.Tracker.Cohorts(t.Context(), c.Actor("leitung"))
	c.must(err)
	if len(all) != 2 || all[0].Cohort.Year < all[1].Cohort.Year {
		t.Errorf("the head sees %+v", all)
	}
}

func TestTableFollowsWhatApprenticesLearn(t *testing.T) {
	c := newCentre(t)
	c.enrol("azubi")  // Leonie Hartmann
	c.enrol("azubi2") // Emre Kaya
	_, err := c.Academy.Answer(t.Context(), c.Actor("azubi"), lessons.Submission{Module: module, Question: "freigabe", Options: c.rightAnswer(), Key: "einmal"})
	c.must(err)
	c.must(c.Academy.Finish(t.Context(), c.Actor("azubi"), module, 1))

	table, err := c.Tracker.Progress(t.Context(), c.Actor("leitung"), c.fi.ID)
	c.must(err)
	if len(table.Columns) != 1 || table.Columns[0].Title != "Kasse" {
		t.Fatalf("columns %+v", table.Columns)
	}
	var names []string
	for _, r := range table.Rows {
		names = append(names, r.Apprentice.Name)
	}
	if !slices.Equal(names, []string{"Emre Kaya", "Leonie Hartmann"}) {
		t.Errorf("rows are ordered %v: by name, never by results", names)
	}
	if m := table.Rows[0].Marks[0]; m.Done || m.Started {
		t.Errorf("who did nothing is marked %+v", m)
	}
	if m := table.Rows[1].Marks[0]; !m.Done || !m.DoneAt.Equal(c.Now()) || m.Answered != 1 || m.Questions != 1 {
		t.Errorf("who did everything is marked %+v", m)
	}
	mine, err := c.Tracker.Mine(t.Context(), c.Actor("azubi"))
	c.must(err)
	if len(mine) != 1 || len(mine[0].Rows) != 1 || !mine[0].Rows[0].Marks[0].Done {
		t.Errorf("the apprentice sees %+v", mine)
	}
}

func (c *centre) rightAnswer() []string {
	c.t.Helper()
	answers, err := c.Academy.ModelAnswers(c.t.Context(), c.Operator, module)
	c.must(err)
	return answers[0].Options
}

func TestWhatACohortIsIsChecked(t *testing.T) {
	c := newCentre(t)
	good := zak.Cohort{Occupation: "FI", Year: 2027, Name: "FI 2027"}
	for field, change := range map[string]func(*zak.Cohort){
		"name":       func(x *zak.Cohort) { x.Name = "" },
		"year":       func(x *zak.Cohort) { x.Year = 26 },
		"occupation": func(x *zak.Cohort) { x.Occupation = "Astronaut" },
	} {
		bad := good
		change(&bad)
		_, err := c.Tracker.CreateCohort(t.Context(), c.Actor("leitung"), bad)
		c.refuses(field, err, fault.Invalid)
		if f, _ := fault.Of(err); f != nil && f.Field != field {
			t.Errorf("%s: the fault is about %q", field, f.Field)
		}
	}
	long := good
	long.Name = strings.Repeat("ä", 201)
	_, err := c.Tracker.CreateCohort(t.Context(), c.Actor("leitung"), long)
	c.refuses("a name of 201 letters", err, fault.Invalid)
	_, err = c.Tracker.CreateCohort(t.Context(), c.trainer(c.fi.ID, "", ""), good)
	c.refuses("a trainer makes a cohort", err, fault.Forbidden)
}

func TestOccupationOfACohortStays(t *testing.T) {
	c := newCentre(t)
	changed := c.fi
	changed.Name, changed.Occupation = "FI 2026 (A)", "VwFAng"
	got, err := c.Tracker.UpdateCohort(t.Context(), c.trainer(c.fi.ID, "", ""), changed)
	c.must(err)
	if got.Name != "FI 2026 (A)" || got.Occupation != "FI" {
		t.Errorf("the cohort became %+v", got)
	}
	_, err = c.Tracker.UpdateCohort(t.Context(), c.trainer(c.vwfa.ID, "", ""), changed)
	c.refuses("a trainer of another cohort", err, fault.NotFound)
	reading := c.trainer(c.fi.ID, "", "")
	reading.Access = account.ReadAccess
	_, err = c.Tracker.UpdateCohort(t.Context(), reading, changed)
	c.refuses("a token that may only read", err, fault.Forbidden)
}

func TestWhoBecomesAnApprenticeIsChecked(t *testing.T) {
	c := newCentre(t)
	head := c.Actor("leitung")
	good := zak.Apprentice{Person: c.People["azubi"].ID, Cohort: c.fi.ID, Start: "2026-08-01", End: "2029-07-31"}
	for what, change := range map[string]func(*zak.Apprentice){
		"a person nobody knows": func(a *zak.Apprentice) { a.Person = "aaaaaaaaaa" },
		"a day in words":        func(a *zak.Apprentice) { a.Start = "August" },
		"a day that is none":    func(a *zak.Apprentice) { a.Start = "2026-02-30" },
		"an end before":         func(a *zak.Apprentice) { a.End = "2026-07-31" },
	} {
		bad := good
		change(&bad)
		_, err := c.Tracker.AddApprentice(t.Context(), head, bad)
		c.refuses(what, err, fault.Invalid)
	}
	_, err := c.Tracker.AddApprentice(t.Context(), head, good)
	c.must(err)
	_, err = c.Tracker.AddApprentice(t.Context(), head, good)
	c.refuses("the same person again", err, fault.Conflict)
	_, err = c.Tracker.AddApprentice(t.Context(), c.trainer(c.vwfa.ID, "", ""), good)
	c.refuses("a trainer of another cohort", err, fault.NotFound)
}

func TestPeopleAreFoundOnlyByTheirLogin(t *testing.T) {
	c := newCentre(t)
	p, err := c.Tracker.PersonByLogin(t.Context(), c.Actor("leitung"), c.fi.ID, " AZUBI ")
	c.must(err)
	if p.DisplayName != "Leonie Hartmann" {
		t.Errorf("found %q", p.DisplayName)
	}
	_, err = c.Tracker.PersonByLogin(t.Context(), c.Actor("leitung"), c.fi.ID, "azub")
	c.refuses("half a login", err, fault.Invalid)
	_, err = c.Tracker.PersonByLogin(t.Context(), c.trainer(c.vwfa.ID, "", ""), c.fi.ID, "azubi")
	c.refuses("for a cohort of others", err, fault.NotFound)
}
