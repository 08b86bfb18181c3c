package content_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

const ruleID = content.ID("regelaaaa2")

// chamber is a server with a standard of department 66.
type chamber struct {
	*servertest.Server
	t *testing.T
}

func newChamber(t *testing.T, more ...string) *chamber {
	c := &chamber{servertest.New(t), t}
	c.Place("standards/w/winterdienst/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\nverbindlich: ja\n"+strings.Join(more, "")+"---\n\nAb 5 Uhr streuen.\n\n## Wer\n\nDer Bauhof.\n")
	return c
}

// rule is the standard as it is now.
func (c *chamber) rule() content.Article {
	c.t.Helper()
	return do(c.Library.Article(c.t.Context(), c.Actor("expertin"), ruleID))(c.t)
}

// proposes submits another body for the standard.
func (c *chamber) proposes(login, body string) content.Proposal {
	c.t.Helper()
	p := do(c.Library.Propose(c.t.Context(), c.Actor(login), ruleID, c.rule().ETag, content.Edit{Body: body, Message: "Zeiten angepasst", Change: content.ChangeMaterial}))(c.t)
	return do(c.Library.Submit(c.t.Context(), c.Actor(login), p.ID, p.Version))(c.t)
}

func (c *chamber) approves(login string, p content.Proposal) (content.Proposal, error) {
	return c.Library.Approve(c.t.Context(), c.Actor(login), p.ID, p.ContentHash, "")
}

func (c *chamber) body(login string) string {
	c.t.Helper()
	return strings.TrimSpace(do(c.Library.Source(c.t.Context(), c.Actor(login), ruleID, ""))(c.t).Body)
}

const earlier = "Ab 4 Uhr streuen.\n\n## Wer\n\nDer Bauhof.\n"

func TestStandardChangesOnlyByASecondPairOfEyes(t *testing.T) {
	c := newChamber(t)
	before := c.rule()
	_, err := c.Library.Save(t.Context(), c.Actor("expertin"), ruleID, before.ETag, content.Edit{Body: earlier})
	refused(t, "saving", err, fault.ApprovalRequired)

	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, before.ETag, content.Edit{Body: earlier, Message: "Früher", Change: content.ChangeMaterial}))(t)
	equal(t, "state", p.State, content.ProposalDraft)
	_, err = c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID)
	refused(t, "a look at a draft", err, fault.NotFound)
	_, err = c.approves("pruefer", p)
	refused(t, "approving a draft", err, fault.NotFound)

	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
	equal(t, "state", p.State, content.ProposalSubmitted)
	v := do(c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID))(t)
	if !v.CanDecide || v.CanChange || v.Needed != 1 || v.Changes.Added != 1 || v.Changes.Removed != 1 {
		t.Errorf("the reviewer sees %+v", v)
	}
	_, err = c.approves("expertin", p)
	refused(t, "approving one's own", err, fault.Forbidden)
	_, err = c.approves("nachfolger", p)
	refused(t, "approving without the role", err, fault.Forbidden)
	_, err = c.Library.Approve(t.Context(), c.Actor("pruefer"), p.ID, "v1:other", "")
	refused(t, "approving what was not shown", err, fault.Stale)
	_, err = c.Library.Approve(t.Context(), c.Actor("pruefer"), p.ID, "", "")
	refused(t, "approving blindly", err, fault.PreconditionRequired)
	equal(t, "text meanwhile", c.rule().ETag, before.ETag)

	p = do(c.approves("pruefer", p))(t)
	after := c.rule()
	equal(t, "state", p.State, content.ProposalReleased)
	equal(t, "revision", p.Released, after.Revision)
	equal(t, "body", c.body("leserin"), strings.TrimSpace(earlier))
	equal(t, "author", after.ChangedBy, c.People["expertin"].Pseudonym)
	equal(t, "content hash", after.ContentHash, p.ContentHash)
	again := do(c.approves("pruefer", p))(t)
	equal(t, "released by approving twice", again.Released, p.Released)
	_, err = c.Library.Withdraw(t.Context(), c.Actor("expertin"), p.ID, 0)
	refused(t, "withdrawing what is released", err, fault.Conflict)
}

func TestReleaseIsOneCommitThatNamesWhoApproved(t *testing.T) {
	c := newChamber(t)
	p := do(c.approves("pruefer", c.proposes("leserin", earlier)))(t)
	for commit, err := range c.Repository.History(t.Context(), "", c.Repository.Head()) {
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "author", commit.Author, c.People["leserin"].Pseudonym)
		equal(t, "proposal", commit.Trailer(content.TrailerProposal), string(p.ID))
		equal(t, "approval", commit.Trailer(content.TrailerApproval), c.People["pruefer"].Pseudonym)
		equal(t, "change", commit.Trailer(content.TrailerChange), "fachlich")
		equal(t, "message", commit.Message, "Zeiten angepasst")
		break
	}
}

func TestProposalReturnedIsRevisedAndShownAgain(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", earlier)
	_, err := c.Library.Return(t.Context(), c.Actor("pruefer"), p.ID, p.ContentHash, "  ")
	refused(t, "returning without a word", err, fault.Invalid)
	returned := do(c.Library.Return(t.Context(), c.Actor("pruefer"), p.ID, p.ContentHash, "Bitte auch die Wochenenden."))(t)
	equal(t, "state", returned.State, content.ProposalReturned)
	_, err = c.approves("pruefer", p)
	refused(t, "approving what was returned", err, fault.Conflict)

	_, err = c.Library.Revise(t.Context(), c.Actor("nachfolger"), p.ID, returned.Version, p.Base, content.Edit{Body: "x"})
	refused(t, "revising somebody else's", err, fault.Forbidden)
	_, err = c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, p.Version, p.Base, content.Edit{Body: "x"})
	refused(t, "revising an old version", err, fault.Stale)
	revised := do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, returned.Version, p.Base, content.Edit{Body: earlier + "\nAuch samstags.\n", Message: "Mit Wochenende"}))(t)
	revised = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, revised.Version))(t)
	_, err = c.approves("pruefer", p)
	refused(t, "approving the earlier wording", err, fault.Stale)
	do(c.approves("pruefer", revised))(t)
	if !strings.Contains(c.body("leserin"), "Auch samstags.") {
		t.Error("the revised wording is not the text")
	}
	v := do(c.Library.Review(t.Context(), c.Actor("expertin"), p.ID))(t)
	if len(v.Votes) != 2 || v.Votes[0].Approves || v.Votes[0].Note != "Bitte auch die Wochenenden." || !v.Votes[1].Approves || v.Given != 1 {
		t.Errorf("votes %+v", v.Votes)
	}
}

func TestOpenProposalChangesNothingAnybodyReads(t *testing.T) {
	c := newChamber(t)
	before := c.rule()
	p := c.proposes("expertin", "Geheimes Zauberwort.\n")
	c.Indexed()
	for _, login := range []string{"leserin", "pruefer", "expertin"} {
		found := do(c.Library.Search(t.Context(), c.Actor(login), content.Query{Text: "Zauberwort", Limit: 5}))(t)
		equal(t, "found by "+login, found.Total, 0)
		equal(t, "read by "+login, strings.HasPrefix(c.body(login), "Ab 5 Uhr"), true)
	}
	equal(t, "versions", len(do(c.Library.History(t.Context(), c.Actor("leserin"), ruleID, 0, 10))(t)), 1)
	_, err := c.Library.Review(t.Context(), c.Actor("leserin"), p.ID)
	refused(t, "a reader's look", err, fault.NotFound)
	equal(t, "etag", c.rule().ETag, before.ETag)
}

func TestTwoProposalsOnOneTextLoseNothing(t *testing.T) {
	c := newChamber(t)
	first, second := c.proposes("expertin", earlier), c.proposes("nachfolger", "Ab 3 Uhr streuen.\n")
	do(c.approves("pruefer", first))(t)
	_, err := c.approves("pruefer", second)
	refused(t, "approving on an old text", err, fault.Stale)
	equal(t, "body", c.body("leserin"), strings.TrimSpace(earlier))
	v := do(c.Library.Review(t.Context(), c.Actor("nachfolger"), second.ID))(t)
	equal(t, "outdated", v.Outdated, true)

	_, err = c.Library.Revise(t.Context(), c.Actor("nachfolger"), second.ID, second.Version, second.Base, content.Edit{Body: "Ab 3 Uhr streuen.\n"})
	refused(t, "revising on the old base", err, fault.Stale)
	second = do(c.Library.Revise(t.Context(), c.Actor("nachfolger"), second.ID, second.Version, c.rule().ETag, content.Edit{Body: "Ab 3 Uhr streuen.\n"}))(t)
	do(c.approves("pruefer", second))(t)
	equal(t, "body", c.body("leserin"), "Ab 3 Uhr streuen.")
	equal(t, "versions", len(do(c.Library.History(t.Context(), c.Actor("leserin"), ruleID, 0, 10))(t)), 3)
}

func TestWhoMayProposeWhat(t *testing.T) {
	c := newChamber(t)
	etag := c.rule().ETag
	note := c.Write("expertin", article("Notiz", "Text."))
	for what, try := range map[string]struct {
		login string
		id    content.ID
		base  string
		edit  content.Edit
		kind  fault.Kind
	}{
		"a reader, new":            {"leserin", "", "", content.Edit{Kind: content.KindStandard, Title: "Neu", Department: "33", Body: "x"}, fault.Forbidden},
		"a writer elsewhere":       {"personalerin", "", "", content.Edit{Kind: content.KindStandard, Title: "Neu", Department: "66", Body: "x"}, fault.Forbidden},
		"a reader moving it":       {"leserin", ruleID, etag, content.Edit{Department: "33", Body: "x"}, fault.Forbidden},
		"turning it into a note":   {"expertin", ruleID, etag, content.Edit{Kind: content.KindArticle, Body: "x"}, fault.Invalid},
		"an article":               {"expertin", note.ID, note.ETag, content.Edit{Body: "x"}, fault.Invalid},
		"without a base":           {"expertin", ruleID, "", content.Edit{Body: "x"}, fault.PreconditionRequired},
		"on an old base":           {"expertin", ruleID, "0123456789", content.Edit{Body: "x"}, fault.Stale},
		"a text that is not there": {"expertin", "nichtdaaa2", "x", content.Edit{Body: "x"}, fault.NotFound},
		"who may only administer":  {"admin", ruleID, etag, content.Edit{Body: "x"}, fault.Forbidden},
		"broken front matter":      {"expertin", ruleID, etag, content.Edit{Body: "x", Meta: map[string]any{"gueltig_ab": "morgen"}}, fault.Invalid},
	} {
		_, err := c.Library.Propose(t.Context(), c.Actor(try.login), try.id, try.base, try.edit)
		refused(t, what, err, try.kind)
	}
	equal(t, "proposals", len(do(c.Library.ListProposals(t.Context(), c.Actor("expertin"), content.ProposalFilter{}))(t)), 0)
}

func TestNewStandardComesIntoBeingByApproval(t *testing.T) {
	c := newChamber(t)
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), "", "", content.Edit{Kind: content.KindInstruction, Title: "Dienst an Feiertagen", Department: "66", Body: "Zu zweit.", Message: "Neu"}))(t)
	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
	_, err := c.Library.Article(t.Context(), c.Actor("expertin"), p.Article)
	refused(t, "reading it before", err, fault.NotFound)
	waiting := do(c.Library.ToReview(t.Context(), c.Actor("pruefer")))(t)
	if len(waiting) != 1 || waiting[0].Title != "Dienst an Feiertagen" {
		t.Fatalf("waiting: %+v", waiting)
	}
	do(c.approves("pruefer", p))(t)
	a := do(c.Library.Article(t.Context(), c.Actor("leserin"), p.Article))(t)
	equal(t, "path", a.Path, "standards/d/dienst-an-feiertagen/index.md")
	equal(t, "waiting", len(do(c.Library.ToReview(t.Context(), c.Actor("pruefer")))(t)), 0)
}

func TestOrganisationDecidesWhenNobodyElseDoes(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", earlier)
	_, err := c.approves("grundsatz", p)
	refused(t, "deciding for another department", err, fault.NotFound)
	c.Advance(5*24*time.Hour + time.Minute)
	equal(t, "waiting for organisation", len(do(c.Library.ToReview(t.Context(), c.Actor("grundsatz")))(t)), 1)
	do(c.approves("grundsatz", p))(t)
}

func TestReviewerOfBothRolesNeverApprovesTheOwn(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("prueferin", earlier)
	equal(t, "waiting for herself", len(do(c.Library.ToReview(t.Context(), c.Actor("prueferin")))(t)), 0)
	_, err := c.approves("prueferin", p)
	refused(t, "approving one's own", err, fault.Forbidden)
	do(c.approves("pruefer", p))(t)
}

func TestProposalOfAHiddenTextIsHidden(t *testing.T) {
	c := newChamber(t, "sichtbar:\n  rollen: [author]\n")
	p := c.proposes("expertin", earlier)
	_, err := c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID)
	refused(t, "a reviewer who may not see the text", err, fault.NotFound)
	equal(t, "listed", len(do(c.Library.ToReview(t.Context(), c.Actor("pruefer")))(t)), 0)
	do(c.Library.Review(t.Context(), c.Actor("prueferin"), p.ID))(t)
}

func TestReviewersWhoClickAtOnceReleaseOnce(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", earlier)
	var all sync.WaitGroup
	for _, login := range []string{"pruefer", "prueferin", "pruefer", "prueferin"} {
		all.Go(func() {
			if _, err := c.approves(login, p); err != nil && !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: %v", login, err)
			}
		})
	}
	all.Wait()
	equal(t, "versions", len(do(c.Library.History(t.Context(), c.Actor("leserin"), ruleID, 0, 10))(t)), 2)
}

func TestWithdrawnProposalIsNeverReleased(t *testing.T) {
	for range 8 {
		c := newChamber(t)
		p := c.proposes("expertin", earlier)
		var all sync.WaitGroup
		var withdrawn, approved error
		all.Go(func() { _, withdrawn = c.Library.Withdraw(t.Context(), c.Actor("expertin"), p.ID, 0) })
		all.Go(func() { _, approved = c.approves("pruefer", p) })
		all.Wait()
		if (withdrawn == nil) == (approved == nil) {
			t.Fatalf("withdrawing: %v, approving: %v", withdrawn, approved)
		}
		equal(t, "the text changed", c.body("leserin") == strings.TrimSpace(earlier), approved == nil)
	}
}

func TestReleaseFollowsFromTheCommitAfterACrash(t *testing.T) {
	c := newChamber(t)
	p := do(c.approves("pruefer", c.proposes("expertin", earlier)))(t)
	lost := p // as if the machine had stopped between Git and database
	lost.State, lost.Released = content.ProposalSubmitted, ""
	if err := c.Store.UpdateProposal(t.Context(), lost); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Library.Projector.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	found := do(c.Store.Proposal(t.Context(), p.ID))(t)
	equal(t, "state", found.State, content.ProposalReleased)
	equal(t, "revision", found.Released, p.Released)
}

func TestProposalSentTwiceIsOne(t *testing.T) {
	c := newChamber(t)
	actor := c.Actor("expertin")
	edit := content.Edit{Body: earlier, Operation: content.OperationKey(actor, "k")}
	first := do(c.Library.Propose(t.Context(), actor, ruleID, c.rule().ETag, edit))(t)
	second := do(c.Library.Propose(t.Context(), actor, ruleID, c.rule().ETag, edit))(t)
	equal(t, "id", second.ID, first.ID)
	base := c.rule().ETag
	submitted := do(c.Library.Submit(t.Context(), actor, first.ID, first.Version))(t)
	do(c.approves("pruefer", submitted))(t)
	late := do(c.Library.Propose(t.Context(), actor, ruleID, base, edit))(t)
	equal(t, "sent once more when it is released", string(late.ID)+" "+string(late.State), string(first.ID)+" freigegeben")
}

func TestChangesAreShownAsPeopleReadThem(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", "Ab 4 Uhr streuen.\n\n## Wer\n\nDer Bauhof.\n\n| Tag | Zeit |\n|---|---|\n| Mo | 4 |\n")
	v := do(c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID))(t)
	var kinds []string
	for _, b := range v.Blocks {
		kinds = append(kinds, string(b.Kind))
	}
	equal(t, "kinds", strings.Join(kinds, " "), "removed added same added")
	if !strings.Contains(v.Blocks[0].HTML, "Ab 5 Uhr") || !strings.Contains(v.Blocks[1].HTML, "Ab 4 Uhr") || !strings.Contains(v.Blocks[3].HTML, "<table") {
		t.Errorf("blocks %+v", v.Blocks)
	}
}
