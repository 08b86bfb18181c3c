package zak_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
)

// writing are all verbs that change something, with what each may meet besides
// a missing right.
func (c *centre) writing(who account.Actor) map[string]error {
	ctx := c.t.Context()
	_, create := c.Tracker.CreateCohort(ctx, who, zak.Cohort{Occupation: "FI", Year: 2027, Name: "FI 2027 " + who.Person.Login})
	changed := c.fi
	changed.Name = "FI 2026"
	_, update := c.Tracker.UpdateCohort(ctx, who, changed)
	_, add := c.Tracker.AddApprentice(ctx, who, zak.Apprentice{Person: "zzzzzzzzzz", Cohort: c.fi.ID, Start: "2026-08-01"})
	_, find := c.Tracker.PersonByLogin(ctx, who, c.fi.ID, "niemand")
	return map[string]error{"create": create, "update": update, "add": add, "find": find}
}

// TestWhoMayKeepCohorts walks every standing through every verb that writes.
// Invalid means that the right was there and only the person is unknown.
func TestWhoMayKeepCohorts(t *testing.T) {
	c := newCentre(t)
	const seen, hidden, no, invalid = fault.Kind(-1), fault.NotFound, fault.Forbidden, fault.Invalid
	reading := c.Actor("leitung")
	reading.Access = account.ReadAccess
	for name, test := range map[string]struct {
		who                       account.Actor
		create, update, add, find fault.Kind
	}{
		"training head":            {c.Actor("leitung"), seen, seen, invalid, invalid},
		"a token that only reads":  {reading, no, no, no, invalid},
		"trainer of the cohort":    {c.trainer(c.fi.ID, "", ""), no, seen, invalid, invalid},
		"trainer of another":       {c.trainer(c.vwfa.ID, "", ""), no, hidden, hidden, hidden},
		"trainer no longer":        {c.trainer(c.fi.ID, "", "2026-11-23"), no, no, no, no},
		"apprentice":               {c.Actor("azubi"), no, no, no, no},
		"editor":                   {c.Actor("personalerin"), no, no, no, no},
		"administrator":            {c.Actor("admin"), no, no, no, no},
		"somebody without a role":  {c.Actor("ohnerolle"), no, no, no, no},
		"nobody":                   {account.Actor{}, fault.Unauthenticated, fault.Unauthenticated, fault.Unauthenticated, fault.Unauthenticated},
		"author in the department": {c.Actor("expertin"), no, no, no, no},
	} {
		got := c.writing(test.who)
		for verb, want := range map[string]fault.Kind{"create": test.create, "update": test.update, "add": test.add, "find": test.find} {
			is(t, name+": "+verb, got[verb], want)
		}
	}
	_, err := c.Tracker.UpdateCohort(t.Context(), c.Actor("leitung"), zak.Cohort{ID: "zzzzzzzzzz", Occupation: "FI", Year: 2026, Name: "x"})
	is(t, "a cohort there is not", err, fault.NotFound)
}

// TestStrangeCohortsLookLikeNone compares the faults for a cohort of others and
// for none, and for apprentices likewise: the difference would name people.
func TestStrangeCohortsLookLikeNone(t *testing.T) {
	c := newCentre(t)
	own := c.enrol("azubi")
	stranger := c.trainer(c.vwfa.ID, "", "")
	tell := func(err error) string {
		f, ok := fault.Of(err)
		if !ok {
			return fmt.Sprint(err)
		}
		return fmt.Sprint(f.Kind, f.Key, f.Args)
	}
	_, _, there := c.Tracker.Cohort(t.Context(), stranger, c.fi.ID)
	_, _, gone := c.Tracker.Cohort(t.Context(), stranger, "zzzzzzzzzz")
	if tell(there) != tell(gone) {
		t.Errorf("a cohort of others: %q, none: %q", tell(there), tell(gone))
	}
	for name, who := range map[string]account.Actor{"a trainer of others": stranger, "another apprentice": c.Actor("azubi2")} {
		_, there = c.Tracker.Apprentice(t.Context(), who, own.ID)
		_, gone = c.Tracker.Apprentice(t.Context(), who, "zzzzzzzzzz")
		if tell(there) != tell(gone) {
			t.Errorf("%s: %q for a person of others, %q for none", name, tell(there), tell(gone))
		}
	}
}

// TestTheTableShowsEveryModuleOfTheCohortInItsOrder adds modules, one of which
// does not exist any more, and takes one away again.
func TestTheTableShowsEveryModuleOfTheCohortInItsOrder(t *testing.T) {
	c := newCentre(t)
	c.enrol("azubi")
	for id, title := range map[string]string{"modulbbbb2": "Winterdienst", "modulcccc2": "Ärgernisse"} {
		c.Place("module/x/"+id+"/modul.md", "---\nid: "+id+"\nart: lernmodul\ntitel: "+title+"\nbereich: \"66\"\n---\n\nKurz.\n")
	}
	columns := func(modules ...string) []string {
		t.Helper()
		changed := c.fi
		changed.Modules = modules
		_, err := c.Tracker.UpdateCohort(t.Context(), c.Actor("leitung"), changed)
		c.must(err)
		table, err := c.Tracker.Progress(t.Context(), c.Actor("leitung"), c.fi.ID)
		c.must(err)
		var titles []string
		for i, column := range table.Columns {
			titles = append(titles, column.Title)
			for _, row := range table.Rows {
				if len(row.Marks) != len(table.Columns) || row.Marks[i].Module != column.Module {
					t.Errorf("the marks %+v do not stand under %+v", row.Marks, table.Columns)
				}
			}
		}
		return titles
	}
	got := columns("modulcccc2", module, "modulbbbb2", "zzzzzzzzzz", "lektaaaaa2")
	if slices.Sort(got); !slices.Equal(got, []string{"Kasse", "Winterdienst", "Ärgernisse"}) {
		t.Errorf("columns %q: what is no module has none", got)
	}
	if got := columns("modulbbbb2"); !slices.Equal(got, []string{"Winterdienst"}) {
		t.Errorf("columns %q", got)
	}
	if got := columns(); len(got) != 0 {
		t.Errorf("a cohort without modules has the columns %q", got)
	}
}

// TestAMarkGoesWithTheWordingAndComesBack changes a question after an
// apprentice answered it: the trainer sees it open again, and done once more
// when the old words return.
func TestAMarkGoesWithTheWordingAndComesBack(t *testing.T) {
	c := newCentre(t)
	c.enrol("azubi")
	const path = "module/k/kasse/01-vier-augen.md"
	lesson := func(prompt string) {
		c.Place(path, "---\nid: lektaaaaa2\nart: lektion\ntitel: Vier Augen\nbereich: \"66\"\n---\n\n## Frage: "+prompt+"\n<!-- frage: id=freigabe -->\n\n1. [ ] Eine Person allein\n2. [x] Zwei Personen\n")
	}
	mark := func() zak.Mark {
		t.Helper()
		table, err := c.Tracker.Progress(t.Context(), c.Actor("leitung"), c.fi.ID)
		c.must(err)
		return table.Rows[0].Marks[0]
	}
	lesson("Wer gibt frei?")
	_, err := c.Academy.Answer(t.Context(), c.Actor("azubi"), lessons.Submission{Module: module, Question: "freigabe", Options: c.rightAnswer(), Key: "k"})
	c.must(err)
	done := mark()
	c.Advance(24 * time.Hour)
	lesson("Wer gibt ab 10.000 Euro frei?")
	if m := mark(); m.Done || !m.Started || m.Answered != 0 || !m.DoneAt.IsZero() {
		t.Errorf("with other words the mark is %+v", m)
	}
	lesson("Wer gibt frei?")
	if m := mark(); !done.Done || m != done {
		t.Errorf("with the old words again the mark is %+v instead of %+v", m, done)
	}
}

// TestWhoIsInNoCohortHasNothingToShow asks for one's own training.
func TestWhoIsInNoCohortHasNothingToShow(t *testing.T) {
	c := newCentre(t)
	c.enrol("azubi")
	for login, want := range map[string]int{"azubi": 1, "azubi2": 0, "leitung": 0, "ohnerolle": 0} {
		mine, err := c.Tracker.Mine(t.Context(), c.Actor(login))
		c.must(err)
		if len(mine) != want {
			t.Errorf("%s has %d apprenticeships instead of %d", login, len(mine), want)
		}
		for _, table := range mine {
			if len(table.Rows) != 1 || !strings.Contains(table.Rows[0].Apprentice.Name, "Hartmann") {
				t.Errorf("%s sees %+v", login, table.Rows)
			}
		}
	}
	_, err := c.Tracker.Mine(t.Context(), account.Actor{})
	is(t, "nobody", err, fault.Unauthenticated)
	_, err = c.Tracker.Occupations(t.Context(), account.Actor{})
	is(t, "nobody asks for occupations", err, fault.Unauthenticated)
	all, err := c.Tracker.Occupations(t.Context(), c.Actor("azubi"))
	c.must(err)
	if len(all) != 2 {
		t.Errorf("occupations %+v", all)
	}
}
