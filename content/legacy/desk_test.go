package legacy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

func key(n int) legacy.Key {
	return legacy.Key{Replica: "C1257A", UNID: fmt.Sprintf("%032d", n)}
}

func document(n int, department string) legacy.Document {
	return legacy.Document{Key: key(n), Run: "r1", Position: n, Title: fmt.Sprint("Text ", n), Department: department, Status: "imported", Fingerprint: "f", Visible: "Worte."}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, not of kind %v", what, err, kind)
	}
}

// TestABindingIsDecidedWhereADepartmentAnswersForIt: a run does not follow an answer
// about a standard whose department is not set up, so nobody is made to believe it.
func TestABindingIsDecidedWhereADepartmentAnswersForIt(t *testing.T) {
	s := servertest.New(t)
	d := document(1, "77/3")
	d.Article, d.Binding = "aaaaaaaa22", content.BindingYes
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{d}))
	reviewer := s.Actor("pruefer")
	reviewer.Grants = append(reviewer.Grants, account.Grant{Role: account.Reviewer, Scope: "fb:77"})
	subject := d.Key.String()
	view, err := s.Legacy.Question(t.Context(), reviewer, subject, "")
	check(t, err)
	if !view.Unowned || len(view.Choices) != 1 || view.Choices[0] != legacy.NeedsWork {
		t.Errorf("offered are %v, unowned %v", view.Choices, view.Unowned)
	}
	for _, choice := range []legacy.Choice{legacy.Binds, legacy.BindsNot} {
		refused(t, string(choice), s.Legacy.Decide(t.Context(), reviewer, subject, "f", choice, ""), fault.Conflict)
	}
	if q, err := s.Legacy.Question(t.Context(), reviewer, subject, ""); err != nil || !q.Question.Open() {
		t.Errorf("the question is gone: %+v, %v", q.Question, err)
	}
	check(t, s.Office.SaveDepartment(t.Context(), s.Operator, account.Department{ID: "77", Name: "Grünflächen"}))
	if view, err = s.Legacy.Question(t.Context(), reviewer, subject, ""); err != nil || view.Unowned || len(view.Choices) != 3 {
		t.Errorf("%+v, %v", view, err)
	}
	check(t, s.Legacy.Decide(t.Context(), reviewer, subject, "f", legacy.Binds, ""))
}

func TestWhichQuestionADocumentAsks(t *testing.T) {
	s := servertest.New(t)
	var documents []legacy.Document
	for i, change := range []func(*legacy.Document){
		func(d *legacy.Document) { d.Article, d.Binding = "aaaaaaaa22", content.BindingYes },
		func(d *legacy.Document) { d.Article = "bbbbbbbb22" },
		func(d *legacy.Document) { d.Status, d.Article = "unchanged", "cccccccc22" },
		func(d *legacy.Document) { d.Status, d.Title, d.Visible, d.Restricted = "quarantined", "", "", true },
		func(d *legacy.Document) { d.Status = "quarantined" }, // incomplete: nobody can decide that away
		func(d *legacy.Document) { d.Status = "failed" },
		func(d *legacy.Document) { d.Status = "skipped" },
	} {
		d := document(i, "66")
		change(&d)
		documents = append(documents, d)
	}
	check(t, s.Legacy.Record(t.Context(), s.Operator, documents))
	list, total, err := s.Legacy.Questions(t.Context(), s.Actor("pruefer"), legacy.QuestionFilter{Limit: 20})
	check(t, err)
	var got []string
	for _, q := range list {
		got = append(got, string(q.Kind)+" "+q.Title)
	}
	if want := "gesperrt |verbindlichkeit Text 0|ungesehen Text 1|ungesehen Text 2"; strings.Join(got, "|") != want || total != 4 {
		t.Errorf("%d: %s", total, strings.Join(got, "|"))
	}
	documents[1].Status = "failed" // a later run: nothing to decide any more
	check(t, s.Legacy.Record(t.Context(), s.Operator, documents[1:2]))
	if _, total, err = s.Legacy.Questions(t.Context(), s.Operator, legacy.QuestionFilter{Limit: 20}); err != nil || total != 3 {
		t.Errorf("%d questions are left, %v", total, err)
	}
}

func TestWhoMayDecide(t *testing.T) {
	person := account.Person{ID: "p", Pseudonym: "u-p", Active: true}
	grant := func(role account.Role, department string) account.Grant {
		return account.Grant{Role: role, Scope: account.InDepartment(department)}
	}
	for _, c := range []struct {
		what   string
		grants []account.Grant
		access account.Access
		want   string // for identisch, verbindlichkeit in 66; identisch, verbindlichkeit without a department
	}{
		{"reader", []account.Grant{{Role: account.Reader}}, account.WriteAccess, "false false false false"},
		{"author", []account.Grant{grant(account.Author, "66")}, account.WriteAccess, "false false false false"},
		{"editor", []account.Grant{grant(account.Editor, "66")}, account.WriteAccess, "true false true false"},
		{"reviewer", []account.Grant{grant(account.Reviewer, "66")}, account.WriteAccess, "true true true false"},
		{"reviewer elsewhere", []account.Grant{grant(account.Reviewer, "11")}, account.WriteAccess, "false false true false"},
		{"reviewer of the city", []account.Grant{{Role: account.Reviewer}}, account.WriteAccess, "true true true true"},
		{"reading token", []account.Grant{grant(account.Reviewer, "66")}, account.ReadAccess, "false false false false"},
	} {
		actor := account.NewActor(person, c.grants, "2026-11-24", c.access)
		got := fmt.Sprint(legacy.CanDecide(actor, legacy.Identical, "66"), legacy.CanDecide(actor, legacy.Binding, "66"),
			legacy.CanDecide(actor, legacy.Identical, ""), legacy.CanDecide(actor, legacy.Binding, ""))
		if strings.ReplaceAll(got, "  ", " ") != c.want {
			t.Errorf("%s: %s, not %s", c.what, got, c.want)
		}
	}
	if legacy.CanDecide(account.SystemActor("u-x"), legacy.Identical, "66") {
		t.Error("a machine decides")
	}
}

func TestWhatBecameRestrictedIsNoLongerShown(t *testing.T) {
	s := servertest.New(t)
	place := func(more string) {
		s.Place("", "---\nid: altaaaaaa2\nart: artikel\ntitel: Alt\nbereich: \"66\"\n"+more+"herkunft: {notes: {unid: \""+key(1).UNID+"\", replik: C1257A}}\n---\nWorte.\n")
	}
	place("")
	d := document(1, "66")
	d.Article = "altaaaaaa2"
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{d}))
	reviewer := s.Actor("pruefer")
	view, err := s.Legacy.Question(t.Context(), reviewer, d.Key.String(), "")
	check(t, err)
	if view.One.Article == nil || !view.CanDecide || view.All != 1 || view.Open != 1 {
		t.Errorf("%+v", view)
	}
	place("sichtbar: {rollen: [trainer]}\n")
	_, err = s.Legacy.Question(t.Context(), reviewer, d.Key.String(), "")
	refused(t, "the question", err, fault.NotFound)
	refused(t, "a decision", s.Legacy.Decide(t.Context(), reviewer, d.Key.String(), "f", legacy.Fine, ""), fault.NotFound)
	for what, count := range map[string]func() (int, error){
		"questions": func() (int, error) {
			list, _, err := s.Legacy.Questions(t.Context(), reviewer, legacy.QuestionFilter{Limit: 5})
			return len(list), err
		},
		"documents": func() (int, error) {
			list, _, err := s.Legacy.Documents(t.Context(), reviewer, "r1", 5, 0)
			return len(list), err
		},
	} {
		if n, err := count(); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}

func TestDecisionsWaitForTheRunThatBringsTheText(t *testing.T) {
	s := servertest.New(t)
	d := document(1, "66")
	d.Article, d.Binding = "planaaaaa2", content.BindingYes
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{d}))
	check(t, s.Legacy.Decide(t.Context(), s.Actor("pruefer"), d.Key.String(), "f", legacy.Binds, "  steht\nso drin "))
	decisions, err := s.Legacy.Decisions(t.Context(), s.Operator)
	check(t, err)
	if len(decisions) != 1 || decisions[0].Note != "steht so drin" || decisions[0].At.IsZero() {
		t.Errorf("%+v", decisions)
	}
	_, err = s.Legacy.Decisions(t.Context(), s.Actor("pruefer"))
	refused(t, "decisions for people", err, fault.Forbidden)
	refused(t, "recording by people", s.Legacy.Record(t.Context(), s.Actor("pruefer"), nil), fault.Forbidden)
	refused(t, "runs by people", s.Legacy.EndRun(t.Context(), s.Actor("pruefer"), legacy.Run{}, nil, true), fault.Forbidden)

	older, newer := decisions[0], decisions[0]
	older.Choice, older.At = legacy.BindsNot, older.At.Add(-time.Hour)
	check(t, s.Legacy.Adopt(t.Context(), s.Operator, []legacy.Decision{older}))
	if decisions, err = s.Legacy.Decisions(t.Context(), s.Operator); err != nil || decisions[0].Choice != legacy.Binds {
		t.Errorf("an older file wins: %+v, %v", decisions, err)
	}
	newer.Choice, newer.At = legacy.BindsNot, newer.At.Add(time.Hour)
	check(t, s.Legacy.Adopt(t.Context(), s.Operator, []legacy.Decision{newer}))
	if decisions, err = s.Legacy.Decisions(t.Context(), s.Operator); err != nil || decisions[0].Choice != legacy.BindsNot {
		t.Errorf("a newer file loses: %+v, %v", decisions, err)
	}
}

func TestUndoLeavesAloneWhatOthersDecided(t *testing.T) {
	s := servertest.New(t)
	s.Place("", "---\nid: altaaaaaa2\nart: standard\ntitel: Alt\nbereich: \"66\"\nverbindlich: ungeprüft\nherkunft: {notes: {unid: \""+key(1).UNID+"\", replik: C1257A}}\n---\nWorte.\n")
	d := document(1, "66")
	d.Article, d.Binding = "altaaaaaa2", content.BindingYes
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{d}))
	subject := d.Key.String()
	binding := func() content.Binding {
		a, err := s.Library.Article(t.Context(), s.Operator, "altaaaaaa2")
		check(t, err)
		return a.Binding
	}
	check(t, s.Legacy.Decide(t.Context(), s.Actor("pruefer"), subject, "f", legacy.Binds, ""))
	refused(t, "the opposite by somebody else", s.Legacy.Decide(t.Context(), s.Actor("prueferin"), subject, "f", legacy.BindsNot, ""), fault.ApprovalRequired)
	refused(t, "undoing it for somebody else", s.Legacy.Undo(t.Context(), s.Actor("prueferin"), subject, ""), fault.ApprovalRequired)
	if binding() != content.BindingYes {
		t.Errorf("it became %q", binding())
	}
	check(t, s.Legacy.Decide(t.Context(), s.Actor("pruefer"), subject, "f", legacy.NeedsWork, ""))
	if binding() != content.BindingUnchecked {
		t.Errorf("what needs work is %q", binding())
	}
	a, err := s.Library.Article(t.Context(), s.Operator, "altaaaaaa2")
	check(t, err)
	_, err = s.Library.ConfirmBinding(t.Context(), s.Actor("prueferin"), a.ID, a.ETag, content.BindingYes, nil, content.Edit{})
	check(t, err)
	check(t, s.Legacy.Undo(t.Context(), s.Actor("pruefer"), subject, ""))
	if binding() != content.BindingYes {
		t.Errorf("undoing another answer made it %q", binding())
	}
}

// TestAHiddenQuestionBlocksNoDepartment: what the actor may not see is passed by.
func TestAHiddenQuestionBlocksNoDepartment(t *testing.T) {
	s := servertest.New(t)
	s.Place("", "---\nid: altaaaaaa2\nart: artikel\ntitel: Alt\nbereich: \"66\"\nsichtbar: {rollen: [trainer]}\nherkunft: {notes: {unid: \""+key(1).UNID+"\", replik: C1257A}}\n---\nWorte.\n")
	s.Place("", "---\nid: altbbbbbb2\nart: artikel\ntitel: Offen\nbereich: \"66\"\nherkunft: {notes: {unid: \""+key(2).UNID+"\", replik: C1257A}}\n---\nWorte.\n")
	hidden, open := document(1, "66"), document(2, "66")
	hidden.Article, open.Article = "altaaaaaa2", "altbbbbbb2"
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{hidden, open}))
	next, err := s.Legacy.Next(t.Context(), s.Actor("pruefer"), "66")
	check(t, err)
	if next != open.Key.String() {
		t.Errorf("after the hidden one comes %q", next)
	}
}

// TestNobodyTakesAwayTheTextOfAnotherDepartment: a pair may belong to two.
func TestNobodyTakesAwayTheTextOfAnotherDepartment(t *testing.T) {
	s := servertest.New(t)
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{document(1, "66"), document(2, "11")}))
	q := legacy.Question{Subject: legacy.PairSubject(key(1), key(2)), Kind: legacy.Contradicting, Department: "66", Title: "Paar", Fingerprint: "p", Run: "r1", First: key(1), Second: key(2)}
	check(t, s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "r1", Source: "dev", At: s.Now()}, []legacy.Question{q}, true))
	q.Other = "11"
	check(t, s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "r1", Source: "dev", At: s.Now()}, []legacy.Question{q}, true))
	reviewer := s.Actor("pruefer")
	refused(t, "the first counts, that of 11 goes", s.Legacy.Decide(t.Context(), reviewer, q.Subject, "p", legacy.First, ""), fault.Forbidden)
	check(t, s.Legacy.Decide(t.Context(), reviewer, q.Subject, "p", legacy.Both, ""))
	check(t, s.Legacy.Decide(t.Context(), reviewer, q.Subject, "p", legacy.Second, ""))
	other := s.Actor("grundsatz") // of 11
	refused(t, "the second counts, that of 66 goes", s.Legacy.Decide(t.Context(), other, q.Subject, "p", legacy.Second, "seit 2019"), fault.Forbidden)
	check(t, s.Legacy.Decide(t.Context(), other, q.Subject, "p", legacy.First, ""))
}

// TestAPairOfTwoDepartmentsIsAskedInBoth: one answer settles it there and here.
func TestAPairOfTwoDepartmentsIsAskedInBoth(t *testing.T) {
	s := servertest.New(t)
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{document(1, "66"), document(2, "11"), document(3, "11")}))
	pair := func(a, b int, department, other string) legacy.Question {
		return legacy.Question{Subject: legacy.PairSubject(key(a), key(b)), Kind: legacy.Identical, Department: department, Other: other, Title: fmt.Sprint("Paar ", a, b), Fingerprint: "p", Run: "r1", First: key(a), Second: key(b)}
	}
	both, own := pair(1, 2, "66", "11"), pair(2, 3, "11", "")
	check(t, s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "r1", Source: "dev", At: s.Now()}, []legacy.Question{both, own}, true))
	standing := func(who string) (out []string) {
		list, err := s.Legacy.Standings(t.Context(), s.Actor(who))
		check(t, err)
		for _, each := range list {
			out = append(out, fmt.Sprint(each.Department, ": ", each.Open, " of ", each.All))
		}
		return out
	}
	for who, want := range map[string]string{"pruefer": "66: 1 of 1", "grundsatz": "11: 2 of 2"} {
		if got := strings.Join(standing(who), ", "); got != want {
			t.Errorf("%s has %s", who, got)
		}
	}
	next, err := s.Legacy.Next(t.Context(), s.Actor("grundsatz"), "11")
	check(t, err)
	view, err := s.Legacy.Question(t.Context(), s.Actor("grundsatz"), next, "66")
	check(t, err)
	if next != both.Subject || view.Desk != "11" || view.Next != own.Subject || !view.CanDecide || view.All != 2 {
		t.Errorf("%s at the desk of %s, then %s: %+v", next, view.Desk, view.Next, view)
	}
	if m, err := s.Legacy.MergeIdentical(t.Context(), s.Actor("grundsatz"), "11"); err != nil || m != (legacy.Merged{Done: 1, Shared: 1}) {
		t.Errorf("merged at once without the right to decide in 66: %+v, %v", m, err)
	}
	if list, err := s.Legacy.Standings(t.Context(), s.Actor("grundsatz")); err != nil || list[0].Mergeable != 0 || list[0].Mine != 1 {
		t.Errorf("what is left could be merged: %+v, %v", list, err)
	}
	check(t, s.Legacy.Decide(t.Context(), s.Actor("grundsatz"), both.Subject, "p", legacy.Both, ""))
	if got := strings.Join(standing("pruefer"), ", "); got != "66: 0 of 1" {
		t.Errorf("settled elsewhere: %s", got)
	}
	if list, _, err := s.Legacy.Decided(t.Context(), s.Actor("pruefer"), legacy.QuestionFilter{Departments: []string{"66"}, Limit: 5}); err != nil || told(list) != "Paar 1 2 identisch beide, can undo" {
		t.Errorf("listed: %s, %v", told(list), err)
	}
	check(t, s.Legacy.Undo(t.Context(), s.Actor("pruefer"), both.Subject, ""))
	if got := strings.Join(standing("grundsatz"), ", "); got != "11: 1 of 2" {
		t.Errorf("taken back there: %s", got)
	}
	_, err = s.Legacy.Question(t.Context(), s.Actor("pruefer"), own.Subject, "")
	refused(t, "a question of another department", err, fault.NotFound)
}
