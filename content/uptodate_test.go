package content_test

import (
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// confirms says that the standard is still right.
func (c *chamber) confirms(login string) content.Article {
	c.t.Helper()
	c.Advance(time.Hour)
	return do(c.Library.ConfirmReview(c.t.Context(), c.Actor(login), ruleID, c.rule().ETag, "", content.Edit{}))(c.t)
}

// releases lets another change of the standard go through.
func (c *chamber) releases(e content.Edit) content.Article {
	c.t.Helper()
	c.Advance(time.Hour)
	p := do(c.Library.Propose(c.t.Context(), c.Actor("nachfolger"), ruleID, c.rule().ETag, e))(c.t)
	p = do(c.Library.Submit(c.t.Context(), c.Actor("nachfolger"), p.ID, p.Version))(c.t)
	do(c.approves("prueferin", p))(c.t)
	return c.rule()
}

// fields are the front matter of a proposal.
func (c *chamber) fields(id content.ProposalID) map[string]any {
	c.t.Helper()
	return do(c.Library.Review(c.t.Context(), c.Actor("expertin"), id))(c.t).Fields
}

func TestAConfirmationMakesNoProposalStale(t *testing.T) {
	c := newChamber(t)
	base := c.rule().ETag
	now := c.confirms("pruefer")
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, base, content.Edit{Body: earlier, Meta: map[string]any{"naechste_pruefung": ""}}))(t)
	equal(t, "base", p.Base, now.ETag)
	equal(t, "the confirmation", c.fields(p.ID)["naechste_pruefung"], "2028-11-24")

	again := c.confirms("pruefer")
	p = do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, p.Version, p.Base, content.Edit{Body: "Ab 3 Uhr streuen.\n"}))(t)
	equal(t, "base after a revision", p.Base, again.ETag)
	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
	do(c.approves("pruefer", p))(t)
	equal(t, "body", c.body("leserin"), "Ab 3 Uhr streuen.")
	equal(t, "looked at", c.rule().ReviewedOn, again.ReviewedOn)
}

func TestProposalsAreJoinedToWhatOthersReleased(t *testing.T) {
	c := newChamber(t)
	base := c.rule().ETag
	now := c.releases(content.Edit{Body: "Ab 5 Uhr streuen.\n\n## Wer\n\nDer Bauhof und die Feuerwehr.\n", Meta: map[string]any{"kurz": "Streuen"}})
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, base, content.Edit{Body: earlier}))(t)
	equal(t, "base", p.Base, now.ETag)
	v := do(c.Library.Review(t.Context(), c.Actor("expertin"), p.ID))(t)
	equal(t, "joined", strings.TrimSpace(v.Body), "Ab 4 Uhr streuen.\n\n## Wer\n\nDer Bauhof und die Feuerwehr.")
	equal(t, "their field", v.Fields["kurz"], "Streuen")
	equal(t, "outdated", v.Outdated, false)

	_, err := c.Library.Propose(t.Context(), c.Actor("leserin"), ruleID, base, content.Edit{Body: "Ab 5 Uhr streuen.\n\n## Wer\n\nNiemand.\n"})
	refused(t, "contradicting", err, fault.Stale)
	_, err = c.Library.Propose(t.Context(), c.Actor("leserin"), ruleID, base, content.Edit{Body: "Ab 5 Uhr streuen.\n\n## Wer\n\nDer Bauhof.\n", Meta: map[string]any{"kurz": "Anderes"}})
	refused(t, "contradicting in a field", err, fault.Stale)
	_, err = c.Library.Propose(t.Context(), c.Actor("leserin"), ruleID, "unknown", content.Edit{Body: earlier})
	refused(t, "from a state nobody knows", err, fault.Stale)
	_, err = c.Library.Propose(t.Context(), c.Actor("leserin"), ruleID, "", content.Edit{Body: earlier})
	refused(t, "from no state", err, fault.PreconditionRequired)
}

func TestRevisionsAreJoinedOrBroughtTogetherByHand(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", earlier)
	now := c.releases(content.Edit{Body: "Ab 5 Uhr streuen.\n\n## Wer\n\nDer Bauhof und die Feuerwehr.\n", Meta: map[string]any{"kurz": "Streuen"}})
	up := do(c.Library.BroughtUp(t.Context(), c.Actor("expertin"), p.ID))(t)
	equal(t, "brought up", strings.TrimSpace(up.Body), "Ab 4 Uhr streuen.\n\n## Wer\n\nDer Bauhof und die Feuerwehr.")
	_, err := c.Library.BroughtUp(t.Context(), c.Actor("nachfolger"), p.ID)
	refused(t, "bringing up another's", err, fault.Forbidden)

	joined := do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, p.Version, p.Base, content.Edit{Body: earlier}))(t)
	equal(t, "base", joined.Base, now.ETag)
	equal(t, "their field", c.fields(p.ID)["kurz"], "Streuen")

	_, err = c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, joined.Version, p.Base, content.Edit{Body: "Ab 4 Uhr streuen.\n\n## Wer\n\nNiemand.\n"})
	refused(t, "contradicting", err, fault.Stale)
	hand := do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, joined.Version, now.ETag, content.Edit{Body: "Ab 4 Uhr streuen.\n\n## Wer\n\nNiemand.\n"}))(t)
	do(c.approves("pruefer", hand))(t)
	equal(t, "body", c.body("leserin"), "Ab 4 Uhr streuen.\n\n## Wer\n\nNiemand.")
	equal(t, "their field stays", c.rule().Summary, "Streuen")
}

func TestHandMadeRevisionKeepsFieldsOthersChanged(t *testing.T) {
	c := newChamber(t)
	p := c.proposes("expertin", earlier)
	now := c.releases(content.Edit{Body: "Ab 6 Uhr streuen.\n\n## Wer\n\nDer Bauhof.\n", Meta: map[string]any{"kurz": "Streuen"}})
	_, err := c.Library.BroughtUp(t.Context(), c.Actor("expertin"), p.ID)
	refused(t, "bringing up what contradicts", err, fault.Stale)
	p = do(c.Library.Revise(t.Context(), c.Actor("expertin"), p.ID, p.Version, now.ETag, content.Edit{Body: earlier}))(t)
	do(c.approves("pruefer", p))(t)
	equal(t, "body", c.body("leserin"), strings.TrimSpace(earlier))
	equal(t, "their field stays", c.rule().Summary, "Streuen")
}

func TestFilesOfProposalsAreNotWrittenOverOthers(t *testing.T) {
	c := newChamber(t)
	file := func(words string) []content.FileChange {
		f := do(c.Library.Files.Put(t.Context(), strings.NewReader(words), 1<<20))(t)
		return []content.FileChange{{Name: "plan.txt", SHA256: f.SHA256, Size: f.Size}}
	}
	base := c.rule().ETag
	c.releases(content.Edit{Body: c.body("expertin"), Files: file("erster")})
	_, err := c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, base, content.Edit{Body: earlier, Files: file("zweiter")})
	refused(t, "a file of the same name", err, fault.Stale)
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, base, content.Edit{Body: earlier}))(t)
	equal(t, "without the file", p.Base, c.rule().ETag)
}
