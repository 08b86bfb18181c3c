package content_test

import (
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// TestFilesOfAProposalComeAndGo changes the files of a proposal without touching
// its words: approvals of how it was no longer count, and what is released has
// the hash that was approved.
func TestFilesOfAProposalComeAndGo(t *testing.T) {
	s := newChamber(t)
	ctx, author, reviewer := t.Context(), s.Actor("expertin"), s.Actor("pruefer")
	a := do(s.Library.Article(ctx, author, "regelaaaa2"))(t)
	p := do(s.Library.Propose(ctx, author, a.ID, a.ETag, content.Edit{Body: "Ab 4 Uhr streuen.\n", Change: content.ChangeEditorial}))(t)
	p = do(s.Library.Submit(ctx, author, p.ID, p.Version))(t)
	shown := p.ContentHash
	p = do(s.Library.AddProposalFile(ctx, author, p.ID, p.Version, "Plan.txt", strings.NewReader("alt")))(t)
	p = do(s.Library.AddProposalFile(ctx, author, p.ID, p.Version, "Plan.txt", strings.NewReader("Lageplan")))(t)
	p = do(s.Library.AddProposalFile(ctx, author, p.ID, p.Version, "Zuviel.txt", strings.NewReader("x")))(t)
	p = do(s.Library.RemoveProposalFile(ctx, author, p.ID, p.Version, "Zuviel.txt"))(t)
	if p.State != content.ProposalSubmitted || p.ContentHash == shown || p.Change != content.ChangeMaterial || len(p.Files) != 1 {
		t.Errorf("the proposal is %+v", p)
	}
	_, err := s.Library.Approve(ctx, reviewer, p.ID, shown, "")
	refused(t, "what is no longer there", err, fault.Stale)
	p = do(s.Library.Approve(ctx, reviewer, p.ID, p.ContentHash, ""))(t)
	a = do(s.Library.Article(ctx, author, a.ID))(t)
	equal(t, "approved hash", a.ContentHash, p.ContentHash)
	_, text := opened(t, s.Server, a.ID, "Plan.txt")
	equal(t, "released file", text, "Lageplan")

	p = do(s.Library.Propose(ctx, author, a.ID, a.ETag, content.Edit{Body: "Ab 3 Uhr streuen.\n"}))(t)
	p = do(s.Library.RemoveProposalFile(ctx, author, p.ID, p.Version, "Plan.txt"))(t)
	_, err = s.Library.RemoveProposalFile(ctx, author, p.ID, p.Version, "Plan.txt")
	refused(t, "one that goes already", err, fault.NotFound)
	_, _, err = s.Library.OpenProposalFile(ctx, author, p.ID, "Plan.txt")
	refused(t, "reading one that goes", err, fault.NotFound)
	p = do(s.Library.Submit(ctx, author, p.ID, p.Version))(t)
	do(s.Library.Approve(ctx, reviewer, p.ID, p.ContentHash, ""))(t)
	equal(t, "files in the end", len(do(s.Library.Attachments(ctx, author, a.ID))(t)), 0)
}

func TestWhoMayChangeTheFilesOfAProposal(t *testing.T) {
	s := newChamber(t)
	ctx, author := t.Context(), s.Actor("expertin")
	a := do(s.Library.Article(ctx, author, "regelaaaa2"))(t)
	p := do(s.Library.Propose(ctx, author, a.ID, a.ETag, content.Edit{Body: "Ab 4 Uhr streuen.\n"}))(t)
	p = do(s.Library.AddProposalFile(ctx, author, p.ID, p.Version, "Plan.txt", strings.NewReader("x")))(t)
	p = do(s.Library.Submit(ctx, author, p.ID, p.Version))(t)
	for login, want := range map[string]fault.Kind{"pruefer": fault.Forbidden, "leserin": fault.NotFound} {
		_, err := s.Library.AddProposalFile(ctx, s.Actor(login), p.ID, 0, "Plan.txt", strings.NewReader("y"))
		refused(t, login+" adding", err, want)
		_, err = s.Library.RemoveProposalFile(ctx, s.Actor(login), p.ID, 0, "Plan.txt")
		refused(t, login+" removing", err, want)
	}
	_, err := s.Library.ProposalFiles(ctx, s.Actor("leserin"), p.ID)
	refused(t, "a stranger looking", err, fault.NotFound)
	equal(t, "files the reviewer sees", len(do(s.Library.ProposalFiles(ctx, s.Actor("pruefer"), p.ID))(t)), 1)
	_, err = s.Library.AddProposalFile(ctx, author, p.ID, p.Version-1, "Plan.txt", strings.NewReader("y"))
	refused(t, "an old version", err, fault.Stale)
	_, err = s.Library.AddProposalFile(ctx, author, p.ID, p.Version, "Plan.exe", strings.NewReader("MZ"))
	refused(t, "a program", err, fault.Invalid)
	p = do(s.Library.Withdraw(ctx, author, p.ID, p.Version))(t)
	_, err = s.Library.AddProposalFile(ctx, author, p.ID, p.Version, "Plan.txt", strings.NewReader("y"))
	refused(t, "one that is over", err, fault.Conflict)
}

// Files that come and go leave a vote bound to who looks at the text: nobody can
// change that behind the back of whoever approved it by adding a file first.
func TestFilesOfAProposalDoNotLoosenWhatVotesBindTo(t *testing.T) {
	s := newChamber(t)
	ctx, author := t.Context(), s.Actor("expertin")
	a := do(s.Library.Article(ctx, author, "regelaaaa2"))(t)
	e := content.Edit{Body: "Ab 4 Uhr streuen.\n", Meta: map[string]any{"pruefer": "Leitung 66/1"}}
	p := do(s.Library.Propose(ctx, author, a.ID, a.ETag, e))(t)
	begun := p.ContentHash
	loop := func() {
		p = do(s.Library.AddProposalFile(ctx, author, p.ID, p.Version, "Plan.txt", strings.NewReader("x")))(t)
		p = do(s.Library.RemoveProposalFile(ctx, author, p.ID, p.Version, "Plan.txt"))(t)
	}
	loop()
	equal(t, "the same wording", p.ContentHash, begun)
	e.Meta = map[string]any{"pruefer": "Leitung 66/2"}
	p = do(s.Library.Revise(ctx, author, p.ID, p.Version, a.ETag, e))(t)
	loop()
	if p.ContentHash == begun {
		t.Error("who looks at the text changed and votes would still count")
	}
}
