package content_test

import (
	"fmt"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

const foreignID = content.ID("fremdaaaa2")

// touching is a submitted proposal of department 66 that touches a standard of
// department 33, which has a reviewer.
func touching(t *testing.T, key string) (*chamber, content.Proposal) {
	c := newChamber(t)
	c.grants("leserin", account.Reviewer, account.InDepartment("33"))
	c.Place("standards/b/buergerbuero/index.md", "---\nid: fremdaaaa2\nart: standard\ntitel: Bürgerbüro\nbereich: \"33\"\n---\n\nOffen bis 18 Uhr.\n")
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, c.rule().ETag, content.Edit{Body: earlier, Meta: map[string]any{key: []string{string(foreignID)}}}))(t)
	return c, do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
}

func (c *chamber) awaits(p content.Proposal) string {
	c.t.Helper()
	v := do(c.Library.Review(c.t.Context(), c.Actor("expertin"), p.ID))(c.t)
	return fmt.Sprint(v.Given, "/", v.Needed, v.Awaits)
}

func TestDepartmentsWhoseStandardsAreTouchedHaveToAgree(t *testing.T) {
	for _, key := range []string{"ersetzt", "aendert"} {
		for _, order := range [][]string{{"pruefer", "leserin"}, {"leserin", "pruefer"}} {
			t.Run(fmt.Sprint(key, order), func(t *testing.T) {
				c, p := touching(t, key)
				equal(t, "told", c.told(p, notice.ProposalSubmitted), "pruefer prueferin leserin")
				equal(t, "at first", c.awaits(p), "0/1 [33]")
				equal(t, "waiting for the other department", c.waitingFor("leserin"), 1)
				p = do(c.approves(order[0], p))(t)
				equal(t, "state after one of them", p.State, content.ProposalSubmitted)
				equal(t, "after one of them", c.awaits(p), map[string]string{"pruefer": "1/1 [33]", "leserin": "0/1 []"}[order[0]])
				p = do(c.approves(order[1], p))(t)
				equal(t, "state after both", p.State, content.ProposalReleased)
			})
		}
	}
}

func TestConsentOfAnotherDepartmentIsNoApprovalOfTheText(t *testing.T) {
	c, p := touching(t, "ersetzt")
	c.demands("66", content.KindStandard, 2)
	do(c.approves("leserin", p))(t)
	do(c.approves("pruefer", p))(t)
	equal(t, "after one of two and the consent", c.awaits(p), "1/2 []")
	p = do(c.approves("prueferin", p))(t)
	equal(t, "after both and the consent", p.State, content.ProposalReleased)
}

func TestOneReviewerOfBothDepartmentsIsEnough(t *testing.T) {
	c, p := touching(t, "aendert")
	c.grants("pruefer", account.Reviewer, account.InDepartment("33"))
	equal(t, "state", do(c.approves("pruefer", p))(t).State, content.ProposalReleased)
}

func TestOrganisationAgreesForAnAbsentDepartment(t *testing.T) {
	c := newChamber(t)
	c.Place("standards/b/buergerbuero/index.md", "---\nid: fremdaaaa2\nart: standard\ntitel: Bürgerbüro\nbereich: \"33\"\n---\n\nOffen.\n")
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, c.rule().ETag, content.Edit{Body: earlier, Meta: map[string]any{"ersetzt": []string{string(foreignID)}}}))(t)
	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
	equal(t, "told", c.told(p, notice.ProposalSubmitted), "pruefer prueferin grundsatz")
	do(c.approves("grundsatz", p))(t)
	equal(t, "its consent", c.awaits(p), "0/1 []")
	p = do(c.approves("pruefer", p))(t)
	equal(t, "state", p.State, content.ProposalReleased)
}

func TestOrganisationDoesNotAgreeForADepartmentThatHasTime(t *testing.T) {
	c, p := touching(t, "ersetzt")
	_, err := c.approves("grundsatz", p)
	refused(t, "in time", err, fault.NotFound)
	c.Advance(6 * 24 * time.Hour)
	do(c.approves("grundsatz", p))(t)
	equal(t, "when the time is up it decides for both", do(c.Store.Proposal(t.Context(), p.ID))(t).State, content.ProposalReleased)
}

func TestWhatWasTouchedBeforeNeedsNoNewConsent(t *testing.T) {
	c, p := touching(t, "aendert")
	do(c.approves("leserin", p))(t)
	do(c.approves("pruefer", p))(t)
	again := c.proposes("expertin", "Ab 3 Uhr streuen.\n")
	equal(t, "a later change", c.awaits(again), "0/1 []")
	equal(t, "waiting for the other department", c.waitingFor("leserin"), 0)
	revised := do(c.Library.Revise(t.Context(), c.Actor("expertin"), again.ID, again.Version, again.Base, content.Edit{Body: "Ab 2 Uhr streuen.\n"}))(t)
	equal(t, "state", do(c.approves("pruefer", revised))(t).State, content.ProposalReleased)
}

func TestRevisedProposalStillTouchesTheSame(t *testing.T) {
	c, p := touching(t, "ersetzt")
	do(c.approves("leserin", p))(t)
	p = do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, p.Version, p.Base, content.Edit{Body: "Ab 2 Uhr streuen.\n"}))(t)
	equal(t, "another wording", c.awaits(p), "0/1 [33]")
	equal(t, "approved by its own department only", do(c.approves("pruefer", p))(t).State, content.ProposalSubmitted)
}
