package legacy_test

import (
	"fmt"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// contradicting is a pair of documents of department 66.
func contradicting(a, b int) legacy.Question {
	return legacy.Question{Subject: legacy.PairSubject(key(a), key(b)), Kind: legacy.Contradicting, Department: "66", Title: fmt.Sprint("Paar ", a, b), Fingerprint: "p", Run: "r1", First: key(a), Second: key(b)}
}

// rules are three standards nobody knows the binding of.
func rules(t *testing.T, s *servertest.Server, pairs ...legacy.Question) {
	t.Helper()
	var documents []legacy.Document
	for n := 1; n <= 3; n++ {
		d := document(n, "66")
		d.Article, d.Binding = content.ID(fmt.Sprintf("planaaaaa%d", n+1)), content.BindingYes
		documents = append(documents, d)
	}
	check(t, s.Legacy.Record(t.Context(), s.Operator, documents))
	check(t, s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "r1", Source: "dev", At: s.Now()}, pairs, true))
}

func openTitles(t *testing.T, s *servertest.Server) string {
	t.Helper()
	list, _, err := s.Legacy.Questions(t.Context(), s.Actor("pruefer"), legacy.QuestionFilter{Open: true, Limit: 20})
	check(t, err)
	var out []string
	for _, q := range list {
		out = append(out, q.Title)
	}
	return strings.Join(out, "|")
}

func TestNobodyIsAskedWhetherATextThatGoesBinds(t *testing.T) {
	s := servertest.New(t)
	pair := contradicting(1, 2)
	rules(t, s, pair)
	reviewer := s.Actor("pruefer")
	check(t, s.Legacy.Decide(t.Context(), reviewer, pair.Subject, "p", legacy.First, ""))
	if got := openTitles(t, s); got != "Text 1|Text 3" {
		t.Errorf("the first stays: %s", got)
	}
	if list, err := s.Legacy.Standings(t.Context(), reviewer); err != nil || list[0].Open != 2 || list[0].All != 3 || list[0].Lost != 1 {
		t.Errorf("counted are %+v, %v", list, err)
	}
	view, err := s.Legacy.Question(t.Context(), reviewer, key(2).String(), "")
	check(t, err)
	if !view.Lost || view.CanDecide || view.LostTo != pair.Subject {
		t.Errorf("%+v", view)
	}
	refused(t, "an answer about what goes", s.Legacy.Decide(t.Context(), reviewer, key(2).String(), "f", legacy.Binds, ""), fault.Stale)
	check(t, s.Legacy.Decide(t.Context(), reviewer, pair.Subject, "p", legacy.Second, ""))
	if got := openTitles(t, s); got != "Text 2|Text 3" {
		t.Errorf("the second stays: %s", got)
	}
	check(t, s.Legacy.Undo(t.Context(), reviewer, pair.Subject, ""))
	if got := openTitles(t, s); got != "Paar 1 2|Text 1|Text 2|Text 3" {
		t.Errorf("taken back: %s", got)
	}
}

// TestTextsThatAreMerelyAlikeComeAfterTheWeightierOnes and are settled with one
// of them.
func TestTextsThatAreMerelyAlikeComeAfterTheWeightierOnes(t *testing.T) {
	s := servertest.New(t)
	reviewer := s.Actor("pruefer")
	alike, weighty := contradicting(1, 2), contradicting(2, 3)
	alike.Kind = legacy.Alike
	rules(t, s, alike, weighty)
	seen := document(4, "66")
	seen.Article = "planaaaaa7"
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{seen}))
	if got := openTitles(t, s); got != "Paar 2 3|Text 1|Text 2|Text 3|Paar 1 2|Text 4" {
		t.Errorf("asked are %s", got)
	}
	check(t, s.Legacy.Decide(t.Context(), reviewer, alike.Subject, "p", legacy.First, ""))
	if got := openTitles(t, s); got != "Paar 2 3|Text 1|Text 3|Text 4" {
		t.Errorf("the first stays: %s", got)
	}
	check(t, s.Legacy.Undo(t.Context(), reviewer, alike.Subject, ""))
	check(t, s.Legacy.Decide(t.Context(), reviewer, weighty.Subject, "p", legacy.Second, ""))
	if got := openTitles(t, s); got != "Text 1|Text 3|Text 4" {
		t.Errorf("one of the alike goes: %s", got)
	}
	view, err := s.Legacy.Question(t.Context(), reviewer, alike.Subject, "")
	check(t, err)
	if view.LostTo != weighty.Subject || view.CanDecide {
		t.Errorf("%+v", view)
	}
	refused(t, "an answer", s.Legacy.Decide(t.Context(), reviewer, alike.Subject, "p", legacy.Both, ""), fault.Stale)
}

// TestOneOfSeveralTextsStays: three answers in a circle would leave none.
func TestOneOfSeveralTextsStays(t *testing.T) {
	s := servertest.New(t)
	reviewer := s.Actor("pruefer")
	rules(t, s, contradicting(1, 2), contradicting(2, 3), contradicting(1, 3))
	decide := func(q legacy.Question, choice legacy.Choice) error {
		return s.Legacy.Decide(t.Context(), reviewer, q.Subject, "p", choice, "")
	}
	check(t, decide(contradicting(1, 2), legacy.First))
	check(t, decide(contradicting(2, 3), legacy.First))
	refused(t, "the last one away", decide(contradicting(1, 3), legacy.Second), fault.Conflict)
	check(t, decide(contradicting(1, 3), legacy.First))
	check(t, decide(contradicting(1, 2), legacy.First)) // the same again
	check(t, decide(contradicting(1, 3), legacy.Both))
	if got := openTitles(t, s); got != "Text 1" {
		t.Errorf("open is %s", got)
	}
}
