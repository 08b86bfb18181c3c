package content_test

import (
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/notice"
)

// escalates runs the job as often as a day does.
func (c *chamber) escalates() {
	c.t.Helper()
	for range 24 {
		if err := c.Library.EscalateProposals(c.t.Context()); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *chamber) notices(login string, kind notice.Kind) int {
	c.t.Helper()
	list, _, err := c.Store.Notices(c.t.Context(), c.People[login].ID, 100, 0)
	if err != nil {
		c.t.Fatal(err)
	}
	n := 0
	for _, each := range list {
		if each.Kind == kind {
			n++
		}
	}
	return n
}

func TestOrganisationIsToldWhenTheTimeIsUp(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", earlier)
	equal(t, "told at first", c.told(p, notice.ProposalSubmitted), "pruefer prueferin")
	c.escalates()
	equal(t, "told in time", c.told(p, notice.ProposalSubmitted), "pruefer prueferin")
	c.Advance(5*24*time.Hour + time.Minute)
	c.escalates()
	equal(t, "told when the time was up", c.told(p, notice.ProposalSubmitted), "pruefer prueferin grundsatz")
	for _, login := range []string{"pruefer", "grundsatz"} {
		equal(t, "how often "+login+" was told", c.notices(login, notice.ProposalSubmitted), 1)
	}
	do(c.approves("grundsatz", p))(t)
	c.Advance(5 * 24 * time.Hour)
	c.escalates()
	equal(t, "told after the release", c.notices("grundsatz", notice.ProposalSubmitted), 1)
}

func TestOrganisationLearnsNothingItMayNotSee(t *testing.T) {
	c := newChamber(t, "sichtbar: {bereiche: [\"66\"]}\n")
	p := c.proposes("expertin", earlier)
	c.Advance(6 * 24 * time.Hour)
	c.escalates()
	equal(t, "told", c.told(p, notice.ProposalSubmitted), "pruefer prueferin")
}

func TestDeputiesDecideOnlyWhileTheyStandIn(t *testing.T) {
	c := newChamber(t)
	decides := func(login string) bool {
		return do(c.Library.DecidesToday(t.Context(), c.Actor(login)))(t)
	}
	equal(t, "a reviewer", decides("pruefer"), true)
	equal(t, "before", decides("nachfolger"), false)
	c.standsIn("nachfolger", "pruefer")
	equal(t, "meanwhile", decides("nachfolger"), true)
	c.Advance(9 * 24 * time.Hour)
	equal(t, "afterwards", decides("nachfolger"), false)
	equal(t, "the operator", do(c.Library.DecidesToday(t.Context(), c.Operator))(t), false)
	equal(t, "a stranger", do(c.Library.DecidesToday(t.Context(), account.Actor{}))(t), false)
}

func TestReviewersLearnThatATextNamesThem(t *testing.T) {
	c := newChamber(t)
	tells := func() {
		t.Helper()
		for range 2 {
			if err := c.Library.TellFollowers(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	tells()
	name := func(reviewer string) content.Edit {
		return content.Edit{Title: "Pumpen", Department: "66", Body: "x\n", Meta: map[string]any{"pruefer": reviewer}}
	}
	a := c.Write("expertin", name("Michael Sander"))
	tells()
	equal(t, "named in a new text", c.notices("pruefer", notice.ReviewerAssigned), 1)
	c.Advance(time.Hour)
	a = do(c.Library.Save(t.Context(), c.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "y\n"}))(t)
	tells()
	equal(t, "named as before", c.notices("pruefer", notice.ReviewerAssigned), 1)
	a = do(c.Library.Save(t.Context(), c.Actor("expertin"), a.ID, a.ETag, name("Ute Albers")))(t)
	tells()
	equal(t, "named by a save", c.notices("prueferin", notice.ReviewerAssigned), 1)
	a = do(c.Library.Save(t.Context(), c.Actor("prueferin"), a.ID, a.ETag, name("Bauhofleitung")))(t)
	a = do(c.Library.Save(t.Context(), c.Actor("prueferin"), a.ID, a.ETag, name("Ute Albers")))(t)
	tells()
	equal(t, "named by herself", c.notices("prueferin", notice.ReviewerAssigned), 1)

	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, c.rule().ETag, content.Edit{Body: earlier, Meta: map[string]any{"pruefer": "Michael Sander"}}))(t)
	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
	tells()
	equal(t, "before the release", c.notices("pruefer", notice.ReviewerAssigned), 1)
	do(c.approves("prueferin", p))(t)
	tells()
	equal(t, "named by a proposal", c.notices("pruefer", notice.ReviewerAssigned), 2)

	do(c.Library.HandOverReviews(t.Context(), c.Actor("pruefer"), c.People["pruefer"].ID, "Ute Albers", ""))(t)
	tells()
	equal(t, "named by a handover", c.notices("prueferin", notice.ReviewerAssigned), 2)
}
