package content

import (
	"context"
	"io"
	"path"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ProposalFiles lists what a proposal does with the files beside its text, for
// those who see the proposal.
func (l *Library) ProposalFiles(ctx context.Context, actor account.Actor, id ProposalID) ([]FileChange, error) {
	p, err := l.seenProposal(ctx, actor, id)
	return p.Files, err
}

// AddProposalFile puts a file into an open proposal of the actor's own. One of
// the same name is replaced when the proposal is released, or at once if the
// proposal brought it. Approvals given before no longer count.
func (l *Library) AddProposalFile(ctx context.Context, actor account.Actor, id ProposalID, version int64, name string, r io.Reader) (Proposal, error) {
	p, err := l.ownProposal(ctx, actor, id, version)
	if err != nil {
		return Proposal{}, err
	}
	if len(p.Files) >= maxDraftFiles {
		return Proposal{}, fault.New(fault.TooLarge, "files.too-many", "limit", maxDraftFiles).InField("file")
	}
	file, err := l.keepFile(ctx, name, r) // takes as long as it takes: others decide meanwhile
	if err != nil {
		return Proposal{}, err
	}
	return l.changeProposalFiles(ctx, actor, id, version, func(files []FileChange, _ []Attachment) ([]FileChange, error) {
		return joinFiles(files, []FileChange{file}), nil
	})
}

// RemoveProposalFile takes a file out of an open proposal of the actor's own, or
// when the text has it, lets the proposal remove it there.
func (l *Library) RemoveProposalFile(ctx context.Context, actor account.Actor, id ProposalID, version int64, name string) (Proposal, error) {
	return l.changeProposalFiles(ctx, actor, id, version, func(files []FileChange, beside []Attachment) ([]FileChange, error) {
		i := slices.IndexFunc(files, func(c FileChange) bool { return c.Name == name })
		switch {
		case i >= 0 && !files[i].Removed:
			return slices.Delete(slices.Clone(files), i, i+1), nil
		case i < 0 && slices.ContainsFunc(beside, func(a Attachment) bool { return a.Name == name }):
			return joinFiles(files, []FileChange{{Name: name, Removed: true}}), nil
		}
		return nil, fault.New(fault.NotFound, "content.attachment-missing", "name", name)
	})
}

// changeProposalFiles gives a proposal other files. beside are those of the text
// it started from.
func (l *Library) changeProposalFiles(ctx context.Context, actor account.Actor, id ProposalID, version int64, change func(files []FileChange, beside []Attachment) ([]FileChange, error)) (Proposal, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	p, err := l.ownProposal(ctx, actor, id, version)
	if err != nil {
		return Proposal{}, err
	}
	began := Article{Path: "index.md"}
	var beside []Attachment
	if !p.New() {
		base, err := l.Catalogue.Revision(ctx, p.BaseRevision)
		if err != nil {
			return Proposal{}, err
		}
		began.Path, began.Commit = base.Path, base.Commit
		if beside, err = l.attachments(ctx, began); err != nil {
			return Proposal{}, err
		}
		p.Change = ChangeMaterial
	}
	if p.Files, err = change(p.Files, beside); err != nil {
		return Proposal{}, err
	}
	d, err := ParseDocument(path.Base(began.Path), p.Source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Proposal{}, err
	}
	p.ContentHash, p.ChangedAt = d.hashedLike(p.ContentHash, attachmentsAfter(beside, p.Files)), l.Now().UTC()
	if p.State == ProposalSubmitted { // what is being reviewed changed: it has to be shown again
		p.SubmittedAt = p.ChangedAt
		return l.submit(ctx, actor, p)
	}
	return l.keep(ctx, p)
}
