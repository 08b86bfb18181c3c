package content_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

// grants gives somebody of the cast a further role.
func (c *chamber) grants(login string, role account.Role, scope account.Scope) account.Grant {
	c.t.Helper()
	return do(c.Office.Grant(c.t.Context(), c.Operator, account.Grant{Person: c.People[login].ID, Role: role, Scope: scope}))(c.t)
}

// demands makes a rule as the reviewer of organisation.
func (c *chamber) demands(department string, kind content.Kind, n int) {
	c.t.Helper()
	if err := c.Library.SetApprovalRule(c.t.Context(), c.Actor("grundsatz"), content.ApprovalRule{Department: department, Kind: kind, Approvers: n}); err != nil {
		c.t.Fatal(err)
	}
}

// standsIn names a deputy from today for a week.
func (c *chamber) standsIn(deputy, reviewer string) account.Deputy {
	c.t.Helper()
	today := string(c.Library.Today())
	return do(c.Office.AppointDeputy(c.t.Context(), c.Actor(reviewer), deputy, today, string(content.DateOf(c.Now().AddDate(0, 0, 7), time.UTC)), today))(c.t)
}

// told lists whom of the cast a kind of notice about a proposal reached.
func (c *chamber) told(p content.Proposal, kind notice.Kind) string {
	c.t.Helper()
	var out []string
	for _, login := range []string{"expertin", "nachfolger", "pruefer", "prueferin", "grundsatz", "leserin", "azubi", "admin"} {
		list, _, err := c.Store.Notices(c.t.Context(), c.People[login].ID, 100, 0)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, n := range list {
			if n.Kind == kind && n.Subject == string(p.ID) {
				out = append(out, login)
			}
		}
	}
	return strings.Join(out, " ")
}

func (c *chamber) waitingFor(login string) int {
	c.t.Helper()
	return len(do(c.Library.ToReview(c.t.Context(), c.Actor(login)))(c.t))
}

func TestTheClosestRuleCounts(t *testing.T) {
	rules := content.ApprovalRules{
		{"", content.KindArticle, 1}, {"66", content.KindArticle, 2}, {"66/1", content.KindArticle, 0}, {"66", content.KindStandard, 3}, {"6", content.KindArticle, 5},
	}
	for _, try := range []struct {
		kind       content.Kind
		department string
		want       int
	}{
		{content.KindArticle, "11", 1}, {content.KindArticle, "66", 2}, {content.KindArticle, "66/1", 0}, {content.KindArticle, "66/1/4", 0},
		{content.KindArticle, "66/2", 2}, {content.KindArticle, "667", 1}, {content.KindStandard, "66/1", 3}, {content.KindStandard, "11", 1},
		{content.KindTemplate, "66", 0}, {content.KindInstruction, "66", 1},
	} {
		equal(t, string(try.kind)+" of "+try.department, rules.Approvers(try.kind, try.department), try.want)
	}
	equal(t, "a standard by a rule of none", content.ApprovalRules{{"", content.KindStandard, 0}}.Approvers(content.KindStandard, "66"), 1)
}

func TestWhoSetsRules(t *testing.T) {
	c := newChamber(t)
	c.grants("nachfolger", account.Superior, account.InDepartment("66"))
	for what, try := range map[string]struct {
		login string
		rule  content.ApprovalRule
		kind  fault.Kind
		ok    bool
	}{
		"a superior, own department":     {"nachfolger", content.ApprovalRule{Department: "66", Kind: content.KindArticle, Approvers: 1}, 0, true},
		"a superior, another department": {"nachfolger", content.ApprovalRule{Department: "33", Kind: content.KindArticle, Approvers: 1}, fault.Forbidden, false},
		"a superior, the city":           {"nachfolger", content.ApprovalRule{Kind: content.KindArticle, Approvers: 1}, fault.Forbidden, false},
		"organisation, the city":         {"grundsatz", content.ApprovalRule{Kind: content.KindTemplate, Approvers: 1}, 0, true},
		"organisation, a department":     {"grundsatz", content.ApprovalRule{Department: "33", Kind: content.KindStandard, Approvers: 2}, 0, true},
		"a reviewer of the department":   {"pruefer", content.ApprovalRule{Department: "66", Kind: content.KindArticle, Approvers: 0}, fault.Forbidden, false},
		"who administers accounts":       {"admin", content.ApprovalRule{Department: "66", Kind: content.KindArticle, Approvers: 0}, fault.Forbidden, false},
		"none for a standard":            {"grundsatz", content.ApprovalRule{Department: "66", Kind: content.KindStandard, Approvers: 0}, fault.Invalid, false},
		"more than there are people":     {"grundsatz", content.ApprovalRule{Department: "66", Kind: content.KindArticle, Approvers: 6}, fault.Invalid, false},
		"less than nobody":               {"grundsatz", content.ApprovalRule{Department: "66", Kind: content.KindArticle, Approvers: -1}, fault.Invalid, false},
		"for lessons":                    {"grundsatz", content.ApprovalRule{Department: "66", Kind: content.KindLesson, Approvers: 1}, fault.Invalid, false},
		"for no department":              {"grundsatz", content.ApprovalRule{Department: "99", Kind: content.KindArticle, Approvers: 1}, fault.Invalid, false},
	} {
		_, before, err := c.Store.Events(t.Context(), try.rule.Department, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		err = c.Library.SetApprovalRule(t.Context(), c.Actor(try.login), try.rule)
		if !try.ok {
			refused(t, what, err, try.kind)
		} else if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		events, after, err := c.Store.Events(t.Context(), try.rule.Department, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, what+", a line in the log", after-before == 1 && events[0].Action == "approval-rule.set", try.ok)
	}
	readOnly := c.Actor("grundsatz")
	readOnly.Access = account.ReadAccess
	refused(t, "a token that reads", c.Library.SetApprovalRule(t.Context(), readOnly, content.ApprovalRule{Kind: content.KindArticle}), fault.Forbidden)
	refused(t, "a stranger", c.Library.SetApprovalRule(t.Context(), account.Actor{}, content.ApprovalRule{Kind: content.KindArticle}), fault.Unauthenticated)
	if err := c.Library.RemoveApprovalRule(t.Context(), c.Actor("nachfolger"), "66", content.KindArticle); err != nil {
		t.Fatal(err)
	}
	equal(t, "rules left", len(do(c.Library.ApprovalRules(t.Context(), c.Actor("leserin")))(t)), 2)
}

func TestArticlesOfADepartmentThatDemandsApproval(t *testing.T) {
	c := newChamber(t)
	note := c.Write("expertin", article("Notiz", "Der alte Text."))
	foreign := c.Write("personalerin", content.Edit{Title: "Fremd", Department: "11", Body: "x", Message: "neu"})
	attached := do(c.Library.Attach(t.Context(), c.Actor("expertin"), note.ID, note.ETag, "plan.txt", bytes.NewReader([]byte("a"))))(t)
	c.grants("personalerin", account.Author, account.InDepartment("66"))
	c.demands("66", content.KindArticle, 1)
	author := c.Actor("expertin")
	_, err := c.Library.Save(t.Context(), author, note.ID, attached.ETag, content.Edit{Body: "Neu."})
	refused(t, "saving", err, fault.ApprovalRequired)
	_, err = c.Library.Create(t.Context(), author, article("Zweite", "x"))
	refused(t, "creating", err, fault.ApprovalRequired)
	_, err = c.Library.Restore(t.Context(), author, note.ID, note.Revision, attached.ETag, "")
	refused(t, "restoring", err, fault.ApprovalRequired)
	_, err = c.Library.Attach(t.Context(), author, note.ID, attached.ETag, "neu.txt", bytes.NewReader([]byte("b")))
	refused(t, "attaching", err, fault.ApprovalRequired)
	_, err = c.Library.Detach(t.Context(), author, note.ID, attached.ETag, "plan.txt")
	refused(t, "detaching", err, fault.ApprovalRequired)
	_, err = c.Library.Save(t.Context(), c.Actor("personalerin"), note.ID, attached.ETag, content.Edit{Body: "Neu.", Department: "11"})
	refused(t, "moving it away", err, fault.ApprovalRequired)
	_, err = c.Library.Save(t.Context(), c.Actor("personalerin"), foreign.ID, foreign.ETag, content.Edit{Body: "x", Department: "66"})
	refused(t, "moving one there", err, fault.ApprovalRequired)
	view := do(c.Library.Read(t.Context(), author, note.ID, ""))(t)
	equal(t, "may edit", view.CanEdit, false)
	equal(t, "may propose", view.CanPropose, true)

	p := do(c.Library.Propose(t.Context(), c.Actor("leserin"), note.ID, attached.ETag, content.Edit{Body: "Der neue Text."}))(t) // a plain reader
	p = do(c.Library.Submit(t.Context(), c.Actor("leserin"), p.ID, p.Version))(t)
	p = do(c.approves("pruefer", p))(t)
	equal(t, "state", p.State, content.ProposalReleased)
	moving := do(c.Library.Propose(t.Context(), c.Actor("personalerin"), foreign.ID, foreign.ETag, content.Edit{Body: "x", Department: "66"}))(t)
	equal(t, "moving is proposed", moving.Department, "66")
}

func TestFilesSharedWithATextThatNeedsApprovalStay(t *testing.T) {
	c := newChamber(t)
	do(c.Repository.Write(t.Context(), func(content.Snapshot) (content.Change, error) {
		source := "---\nid: notizaaaa2\nart: artikel\ntitel: Notiz daneben\nbereich: \"66\"\n---\n\nText.\n"
		return content.Change{Files: map[string][]byte{"standards/w/winterdienst/notiz.md": []byte(source)}, Author: "u-operatorxx", At: c.Now(), Message: "adopted"}, nil
	}))(t)
	beside := do(c.Library.Article(t.Context(), c.Actor("expertin"), "notizaaaa2"))(t)
	before := c.rule()
	_, err := c.Library.Attach(t.Context(), c.Actor("expertin"), beside.ID, beside.ETag, "anlage.txt", bytes.NewReader([]byte("a")))
	refused(t, "attaching through the article beside", err, fault.ApprovalRequired)
	equal(t, "the standard", c.rule().ContentHash, before.ContentHash)
}

func TestReleaseNeedsSoManyDifferentApprovers(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", earlier)
	c.demands("66", content.KindStandard, 2) // while it waits
	p1 := do(c.approves("pruefer", p))(t)
	equal(t, "after one", p1.State, content.ProposalSubmitted)
	again := do(c.approves("pruefer", p))(t)
	equal(t, "after the same again", again.State, content.ProposalSubmitted)
	v := do(c.Library.Review(t.Context(), c.Actor("prueferin"), p.ID))(t)
	equal(t, "needed", v.Needed, 2)
	equal(t, "given", v.Given, 1)
	equal(t, "after two", do(c.approves("prueferin", p))(t).State, content.ProposalReleased)
}

func TestApprovalsOfAnEarlierWordingDoNotCount(t *testing.T) {
	c := newChamber(t)
	c.demands("66", content.KindStandard, 2)
	p := c.proposes("expertin", earlier)
	do(c.approves("pruefer", p))(t)
	revised := do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, 0, p.Base, content.Edit{Body: earlier + "\nAuch nachts.\n"}))(t)
	equal(t, "after one for each wording", do(c.approves("prueferin", revised))(t).State, content.ProposalSubmitted)
	equal(t, "after both for the same", do(c.approves("pruefer", revised))(t).State, content.ProposalReleased)
}

func TestDeputyDecidesForTheReviewer(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", earlier)
	equal(t, "waiting before", c.waitingFor("leserin"), 0)
	d := c.standsIn("leserin", "pruefer")
	equal(t, "waiting", c.waitingFor("leserin"), 1)
	v := do(c.Library.Review(t.Context(), c.Actor("leserin"), p.ID))(t)
	equal(t, "mandate", strings.Join(v.Mandates, " "), c.People["pruefer"].Pseudonym)
	p = do(c.approves("leserin", p))(t)
	equal(t, "state", p.State, content.ProposalReleased)
	votes := do(c.Store.Votes(t.Context(), p.ID))(t)
	equal(t, "vote", votes[0].Reviewer+" "+votes[0].For, c.People["leserin"].Pseudonym+" "+c.People["pruefer"].Pseudonym)
	for commit, err := range c.Repository.History(t.Context(), "", c.Repository.Head()) {
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "approval", commit.Trailer(content.TrailerApproval), votes[0].Reviewer)
		equal(t, "deputy", commit.Trailer(content.TrailerDeputy), votes[0].Reviewer+" "+votes[0].For)
		break
	}
	c.proposes("nachfolger", "Ab 3 Uhr streuen.\n")
	equal(t, "waiting again", c.waitingFor("leserin"), 1)
	if err := c.Office.WithdrawDeputy(t.Context(), c.Actor("pruefer"), d.ID); err != nil {
		t.Fatal(err)
	}
	equal(t, "waiting when withdrawn", c.waitingFor("leserin"), 0)
	c.standsIn("leserin", "pruefer")
	c.Advance(8 * 24 * time.Hour)
	equal(t, "waiting when over", c.waitingFor("leserin"), 0)
}

func TestDeputyIsNoWayAroundFourEyes(t *testing.T) {
	c := newChamber(t)
	c.demands("66", content.KindStandard, 2)
	c.standsIn("expertin", "pruefer")  // the author stands in
	c.standsIn("leserin", "prueferin") // of the author's own
	own := c.proposes("expertin", earlier)
	_, err := c.approves("expertin", own)
	refused(t, "an author as deputy", err, fault.Forbidden)
	theirs := c.proposes("prueferin", "Ab 2 Uhr streuen.\n")
	_, err = c.approves("leserin", theirs)
	refused(t, "the deputy of the author", err, fault.NotFound)

	do(c.approves("prueferin", own))(t)
	equal(t, "a person and the deputy", do(c.approves("leserin", own))(t).State, content.ProposalSubmitted)
	equal(t, "another person", do(c.approves("pruefer", own))(t).State, content.ProposalReleased)
}

func TestDeputyOfTwoIsOnePerson(t *testing.T) {
	c := newChamber(t)
	c.demands("66", content.KindStandard, 2)
	c.standsIn("leserin", "pruefer")
	c.standsIn("leserin", "prueferin")
	p := c.proposes("expertin", earlier)
	do(c.approves("leserin", p))(t)
	equal(t, "after one deputy of two, twice", do(c.approves("leserin", p))(t).State, content.ProposalSubmitted)

	other := newChamber(t)
	other.demands("66", content.KindStandard, 2)
	other.standsIn("leserin", "pruefer")
	other.standsIn("leserin", "prueferin")
	p = other.proposes("expertin", earlier)
	do(other.approves("pruefer", p))(t)
	equal(t, "a reviewer, and a deputy of another", do(other.approves("leserin", p))(t).State, content.ProposalReleased)
}

func TestDeputySeesNoMoreThanBefore(t *testing.T) {
	c := newChamber(t, "sichtbar:\n  rollen: [author]\n")
	c.standsIn("leserin", "prueferin")
	c.standsIn("nachfolger", "pruefer") // who may not see it himself
	p := c.proposes("expertin", earlier)
	_, err := c.Library.Review(t.Context(), c.Actor("leserin"), p.ID)
	refused(t, "a deputy who may not see the text", err, fault.NotFound)
	_, err = c.approves("nachfolger", p)
	refused(t, "the deputy of one who may not see it", err, fault.Forbidden)
	equal(t, "told", c.told(p, notice.ProposalSubmitted), "prueferin")
}

func TestOrganisationDecidesAtOnceWhenTooFewAreThere(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("prueferin", earlier)
	equal(t, "while a reviewer is there", c.waitingFor("grundsatz"), 0)
	if err := c.Office.SetActive(t.Context(), c.Operator, c.People["pruefer"].ID, false); err != nil {
		t.Fatal(err)
	}
	equal(t, "when only the author is left", c.waitingFor("grundsatz"), 1)
	v := do(c.Library.Review(t.Context(), c.Actor("grundsatz"), p.ID))(t)
	equal(t, "said so", v.Short && !v.Escalated && v.CanDecide, true)
	equal(t, "state", do(c.approves("grundsatz", p))(t).State, content.ProposalReleased)

	second := c.proposes("prueferin", "Ab 1 Uhr streuen.\n")
	equal(t, "told", c.told(second, notice.ProposalSubmitted), "grundsatz")
}

func TestThoseConcernedAreTold(t *testing.T) {
	c := newChamber(t)
	c.standsIn("leserin", "pruefer")
	p := c.proposes("expertin", earlier)
	equal(t, "submitted", c.told(p, notice.ProposalSubmitted), "pruefer prueferin leserin")
	do(c.Library.Return(t.Context(), c.Actor("pruefer"), p.ID, p.ContentHash, "Bitte genauer."))(t)
	equal(t, "returned", c.told(p, notice.ProposalReturned), "expertin")
	equal(t, "not released", c.told(p, notice.ProposalReleased), "")
	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, 0))(t)
	equal(t, "submitted again", c.told(p, notice.ProposalSubmitted), "pruefer pruefer prueferin prueferin leserin leserin")
	do(c.approves("pruefer", p))(t)
	equal(t, "released", c.told(p, notice.ProposalReleased), "expertin")
	do(c.Library.Projector.Rebuild(t.Context()))(t)
	equal(t, "released, read again from Git", c.told(p, notice.ProposalReleased), "expertin")
}
