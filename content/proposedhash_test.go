package content_test

import (
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

func TestWhoLooksAtATextCannotChangeBehindAVote(t *testing.T) {
	c := newChamber(t, "pruefer: Bauhof\nnaechste_pruefung: 2027-01-31\n")
	c.demands("66", content.KindStandard, 2)
	given := func(p content.Proposal) int {
		return do(c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID))(t).Given
	}
	revise := func(p content.Proposal, meta map[string]any) content.Proposal {
		return do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, p.Version, p.Base, content.Edit{Body: earlier, Message: "Zeiten angepasst", Change: content.ChangeMaterial, Meta: meta}))(t)
	}
	first := do(c.approves("pruefer", c.proposes("expertin", earlier)))(t)
	equal(t, "approvals", given(first), 1)

	for name, meta := range map[string]map[string]any{
		"the reviewer": {"pruefer": c.People["nachfolger"].ID}, "the next look": {"naechste_pruefung": "2036-01-31"}, "the last look": {"geprueft_am": "2026-11-24"},
	} {
		changed := revise(first, meta)
		if changed.ContentHash == first.ContentHash {
			t.Errorf("%s changes and the wording is called as before", name)
		}
		equal(t, "approvals after a change of "+name, given(changed), 0)
		_, err := c.approves("prueferin", first)
		refused(t, "approving what was not shown", err, fault.Stale)
		first = revise(changed, map[string]any{"pruefer": "Bauhof", "naechste_pruefung": "2027-01-31", "geprueft_am": ""})
		equal(t, "approvals of the first wording", given(first), 1)
	}

	c.confirms("prueferin") // which is somebody else's word, not the proposal's
	equal(t, "approvals after a confirmation", given(first), 1)
	p := do(c.approves("prueferin", first))(t)
	equal(t, "state", p.State, content.ProposalReleased)
	equal(t, "hash of the text", c.rule().ContentHash, p.ContentHash)
	equal(t, "the confirmation", c.rule().ReviewedOn, c.Library.Today())
}

func TestANewTextNamesWhoLooksAfterItAndIsApprovedWithThat(t *testing.T) {
	c := newChamber(t)
	edit := content.Edit{Kind: content.KindStandard, Department: "66", Title: "Laubbeseitigung", Body: "Im Herbst.\n", Meta: map[string]any{"pruefer": "Bauhof"}}
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), "", "", edit))(t)
	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
	edit.Meta = map[string]any{"pruefer": "Stadtkasse"}
	changed := do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, p.Version, "", edit))(t)
	_, err := c.approves("pruefer", p)
	refused(t, "approving another reviewer than was shown", err, fault.Stale)
	p = do(c.approves("pruefer", changed))(t)
	equal(t, "reviewer", do(c.Library.Article(t.Context(), c.Actor("leserin"), p.Article))(t).Reviewer, "Stadtkasse")
}

func TestARedactionKeepsVotesAboutWhoLooksAtAText(t *testing.T) {
	c := newChamber(t)
	c.demands("66", content.KindStandard, 2)
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, c.rule().ETag, content.Edit{Body: "Frau Krause streut.\n", Meta: map[string]any{"pruefer": "Bauhof"}}))(t)
	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
	do(c.approves("pruefer", p))(t)
	c.Place("standards/w/winterdienst/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\nverbindlich: ja\n---\n\nFrau Krause streut.\n")
	r := do(c.Library.RequestRedaction(t.Context(), c.Actor("datenschutz"), ruleID, content.RedactionRequest{Passage: "Frau Krause", Reason: "Personenbezug"}))(t)
	do(c.Library.ApproveRedaction(t.Context(), c.Actor("pruefer"), r.ID))(t)
	v := do(c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID))(t)
	equal(t, "words", v.Body, "\n[geschwärzt] streut.\n")
	equal(t, "approvals", v.Given, 1)
}
