package legacy_test

import (
	"testing"

	"staffelstab/content/legacy"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// TestAPlanIsWithdrawn: what an import brought stays, whatever a plan said of it
// later.
func TestAPlanIsWithdrawn(t *testing.T) {
	s := servertest.New(t)
	run := func(id string, dry bool, pairs []legacy.Question, numbers ...int) {
		t.Helper()
		var documents []legacy.Document
		for _, n := range numbers {
			d := document(n, "66")
			d.Run, d.Planned, d.Status, d.Restricted = id, dry, "quarantined", true
			documents = append(documents, d)
		}
		check(t, s.Legacy.Record(t.Context(), s.Operator, documents))
		check(t, s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: id, Source: "dev", At: s.Now(), Dry: dry}, pairs, true))
	}
	here, both := contradicting(1, 2), contradicting(2, 3)
	here.Run, both.Run = "plan", "plan"
	run("echt", false, nil, 1, 2)
	run("plan", true, []legacy.Question{here, both}, 2, 3, 4)
	if got := openTitles(t, s); got != "Paar 1 2|Paar 2 3|Text 1|Text 2|Text 3|Text 4" {
		t.Errorf("planned: %s", got)
	}
	check(t, s.Legacy.Decide(t.Context(), s.Actor("pruefer"), key(3).String(), "f", legacy.Withhold, ""))
	for _, who := range []string{"pruefer", "leserin"} {
		_, err := s.Legacy.WithdrawPlan(t.Context(), s.Actor(who), "plan")
		refused(t, who, err, fault.Forbidden)
		_, err = s.Legacy.Plans(t.Context(), s.Actor(who))
		refused(t, who, err, fault.Forbidden)
	}
	_, err := s.Legacy.WithdrawPlan(t.Context(), s.Operator, "echt")
	refused(t, "what is imported", err, fault.NotFound)
	if plans, err := s.Legacy.Plans(t.Context(), s.Actor("admin")); err != nil || len(plans) != 1 || plans[0].ID != "plan" {
		t.Errorf("%+v, %v", plans, err)
	}
	if n, err := s.Legacy.WithdrawPlan(t.Context(), s.Actor("admin"), "plan"); err != nil || n != 2 {
		t.Errorf("%d documents are gone, %v", n, err)
	}
	if got := openTitles(t, s); got != "Paar 1 2|Text 1|Text 2" {
		t.Errorf("withdrawn: %s", got)
	}
	_, err = s.Legacy.WithdrawPlan(t.Context(), s.Actor("admin"), "plan")
	refused(t, "a second time", err, fault.NotFound)
	run("spaeter", false, nil, 3)
	if got := openTitles(t, s); got != "Paar 1 2|Text 1|Text 2" {
		t.Errorf("an answer does not hold again: %s", got)
	}
}
