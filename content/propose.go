package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Propose keeps a change of a text, or with an empty id a new text, for
// approval. base is the ETag the writer started from.
func (l *Library) Propose(ctx context.Context, actor account.Actor, id ID, base string, e Edit) (Proposal, error) {
	e, err := e.keyed(id, base)
	if err != nil {
		return Proposal{}, err
	}
	leave, err := l.operations.enter(ctx, e.Operation)
	if err != nil {
		return Proposal{}, err
	}
	defer leave()
	if e.Operation != "" {
		again, err := l.Proposals.ProposalByOperation(ctx, e.Operation)
		if err == nil {
			return l.seenProposal(ctx, actor, again.ID)
		}
		if !fault.Is(err, fault.NotFound) {
			return Proposal{}, err
		}
	}
	p := Proposal{Article: id, Base: base}
	old, current, err := l.proposed(ctx, actor, &p, e)
	if err != nil {
		return Proposal{}, err
	}
	if err := l.write(ctx, &p, old, current, e); err != nil {
		return Proposal{}, err
	}
	p.ID, p.State, p.Author = ProposalID(l.IDs.New()), ProposalDraft, actor.Person.Pseudonym
	p.CreatedAt, p.Operation, p.Version = p.ChangedAt, e.Operation, 1
	return p, l.Proposals.AddProposal(ctx, p)
}

// Revise replaces the words of an open proposal. version is the one the writer
// saw, base the state of the text it now starts from.
func (l *Library) Revise(ctx context.Context, actor account.Actor, id ProposalID, version int64, base string, e Edit) (Proposal, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	p, err := l.ownProposal(ctx, actor, id, version)
	if err != nil {
		return Proposal{}, err
	}
	if e.Kind == "" {
		e.Kind = p.Kind
	}
	if e.Department == "" {
		e.Department = p.Department
	}
	p.Base = base
	_, current, err := l.proposed(ctx, actor, &p, e)
	if err != nil {
		return Proposal{}, err
	}
	old, err := ParseDocument("index.md", p.Source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Proposal{}, err
	}
	if err := l.write(ctx, &p, old, current, e); err != nil {
		return Proposal{}, err
	}
	if p.State == ProposalSubmitted { // what is being reviewed changed: it has to be shown again
		p.SubmittedAt = p.ChangedAt
	}
	return l.keep(ctx, p)
}

// proposed checks that the edit may be proposed and reads what it starts from.
func (l *Library) proposed(ctx context.Context, actor account.Actor, p *Proposal, e Edit) (Document, Article, error) {
	if p.Article == "" || p.ID != "" && p.New() {
		if p.Base != "" {
			return Document{}, Article{}, fault.New(fault.Invalid, "content.proposal-base").InField("base")
		}
		p.Article = or(p.Article, ID(l.IDs.New()))
		return Document{}, Article{}, authorizePropose(actor, e.Kind, e.Department, false)
	}
	current, err := l.visible(ctx, actor, p.Article)
	if err != nil {
		return Document{}, Article{}, err
	}
	if p.Base == "" {
		return Document{}, Article{}, fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	if p.Base != current.ETag {
		return Document{}, Article{}, fault.New(fault.Stale, "content.stale")
	}
	p.BaseRevision = current.Revision
	if err := authorizePropose(actor, current.Kind, current.Department, true); err != nil {
		return Document{}, Article{}, err
	}
	kind, department := or(e.Kind, current.Kind), or(e.Department, current.Department)
	if kind != current.Kind || department != current.Department { // moving a text is for those who write there
		if err := authorizePropose(actor, kind, department, false); err != nil {
			return Document{}, Article{}, err
		}
	}
	old, err := l.document(ctx, current)
	return old, current, err
}

// write puts the edited text into the proposal.
func (l *Library) write(ctx context.Context, p *Proposal, old Document, current Article, e Edit) error {
	source, err := l.compose(ctx, old, p.Article, e)
	if err != nil {
		return err
	}
	d, err := ParseDocument(or(current.Path, "index.md"), source)
	if err != nil {
		return err
	}
	var attachments []Attachment
	if current.Path != "" {
		if attachments, err = l.attachments(ctx, current); err != nil {
			return err
		}
	}
	p.Files = joinFiles(p.Files, e.Files)
	p.Source, p.ContentHash = source, d.ContentHash(attachmentsAfter(attachments, p.Files))
	p.Kind, p.Title, p.Department, p.Audience = d.Meta.Kind, d.Meta.Title, d.Meta.Department, d.Meta.Audience()
	p.Why, p.Change, p.ChangedAt = oneLine(e.Message), e.Change, l.Now().UTC()
	return nil
}

// Submit asks the reviewers to decide.
func (l *Library) Submit(ctx context.Context, actor account.Actor, id ProposalID, version int64) (Proposal, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	p, err := l.ownProposal(ctx, actor, id, version)
	if err != nil || p.State == ProposalSubmitted {
		return p, err
	}
	p.State, p.SubmittedAt = ProposalSubmitted, l.Now().UTC()
	return l.keep(ctx, p)
}

// Withdraw ends a proposal of one's own.
func (l *Library) Withdraw(ctx context.Context, actor account.Actor, id ProposalID, version int64) (Proposal, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	p, err := l.ownProposal(ctx, actor, id, version)
	if err != nil {
		return Proposal{}, err
	}
	p.State, p.DecidedAt = ProposalWithdrawn, l.Now().UTC()
	return l.keep(ctx, p)
}

// ownProposal returns an open proposal the actor may still change. A version
// of 0 means whatever there is.
func (l *Library) ownProposal(ctx context.Context, actor account.Actor, id ProposalID, version int64) (Proposal, error) {
	p, err := l.seenProposal(ctx, actor, id)
	if err != nil {
		return Proposal{}, err
	}
	switch {
	case !actor.CanWrite():
		return Proposal{}, fault.New(fault.Forbidden, "content.read-only-access")
	case p.Author != actor.Person.Pseudonym:
		return Proposal{}, fault.New(fault.Forbidden, "content.proposal-not-yours")
	case !p.Open():
		return Proposal{}, fault.New(fault.Conflict, "content.proposal-decided")
	case version != 0 && version != p.Version:
		return Proposal{}, fault.New(fault.Stale, "content.proposal-changed")
	}
	return p, nil
}

func (l *Library) keep(ctx context.Context, p Proposal) (Proposal, error) {
	if err := l.Proposals.UpdateProposal(ctx, p); err != nil {
		return Proposal{}, err
	}
	p.Version++
	return p, nil
}
