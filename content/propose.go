package content

import (
	"context"
	"errors"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

// Propose keeps a change of a text, or with an empty id a new text, for
// approval. base is the ETag the writer started from. When the text went on
// since, both changes are joined and the proposal starts from the text as it is;
// where they contradict each other it is Stale.
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
	o, err := l.proposed(ctx, actor, &p, e)
	if err != nil {
		return Proposal{}, err
	}
	if err := l.writeRelated(ctx, actor, &p, o.then, o, e); err != nil {
		return Proposal{}, err
	}
	p.ID, p.State, p.Author = ProposalID(l.IDs.New()), ProposalDraft, actor.Person.Pseudonym
	p.CreatedAt, p.Operation, p.Version = p.ChangedAt, e.Operation, 1
	return p, l.Proposals.AddProposal(ctx, p)
}

// Revise replaces the words of an open proposal. version is the one the writer
// saw, base the state of the text it now starts from; see Propose for one that
// is not the newest.
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
	before := p
	p.Base = base
	o, err := l.proposed(ctx, actor, &p, e)
	if err != nil {
		return Proposal{}, err
	}
	if !p.New() && before.Base != p.Base {
		began, err := l.Catalogue.Revision(ctx, before.BaseRevision)
		if err != nil {
			return Proposal{}, err
		}
		if o.known, err = l.document(ctx, Article{Path: began.Path, Blob: began.Blob}); err != nil {
			return Proposal{}, err
		}
	}
	old, err := ParseDocument("index.md", p.Source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Proposal{}, err
	}
	if err := l.writeRelated(ctx, actor, &p, old, o, e); err != nil {
		return Proposal{}, err
	}
	if p.State == ProposalSubmitted { // what is being reviewed changed: it has to be shown again
		p.SubmittedAt = p.ChangedAt
		return l.submit(ctx, actor, p)
	}
	return l.keep(ctx, p)
}

// proposed checks that the edit may be proposed and reads what it starts from.
// The proposal then starts from the text as it is.
func (l *Library) proposed(ctx context.Context, actor account.Actor, p *Proposal, e Edit) (origin, error) {
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return origin{}, err
	}
	if p.Article == "" || p.ID != "" && p.BaseRevision == "" {
		if p.Base != "" {
			return origin{}, fault.New(fault.Invalid, "content.proposal-base").InField("base")
		}
		p.Article = or(p.Article, ID(l.IDs.New()))
		return origin{}, rules.authorizePropose(actor, e.Kind, e.Department, false)
	}
	current, err := l.visible(ctx, actor, p.Article)
	if err != nil {
		return origin{}, err
	}
	if p.Base == "" {
		return origin{}, fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	if !actor.CanWrite() {
		return origin{}, fault.New(fault.Forbidden, "content.read-only-access")
	}
	if err := rules.authorizeMove(actor, current, or(e.Kind, current.Kind), or(e.Department, current.Department)); err != nil {
		return origin{}, err
	}
	o, err := l.originOf(ctx, current, p.Base, joinFiles(p.Files, e.Files))
	p.Base, p.BaseRevision = current.ETag, current.Revision
	return o, err
}

// writeRelated is write with the texts and people an edit names looked up.
func (l *Library) writeRelated(ctx context.Context, actor account.Actor, p *Proposal, old Document, o origin, e Edit) error {
	e, release, err := l.relate(ctx, actor, old.Meta, e)
	if err != nil {
		return err
	}
	defer release()
	return l.write(ctx, p, old, o, e)
}

// write puts the edited text into the proposal.
func (l *Library) write(ctx context.Context, p *Proposal, old Document, o origin, e Edit) error {
	source, err := l.compose(ctx, old, p.Article, e)
	if err != nil {
		return err
	}
	if source, err = l.upToDate(ctx, o, source); err != nil {
		return err
	}
	current := o.current
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
	p.Source, p.ContentHash = source, d.proposedHash(attachmentsAfter(attachments, p.Files), o.now)
	p.Kind, p.Title, p.Department, p.Audience = d.Meta.Kind, d.Meta.Title, d.Meta.Department, d.Meta.Audience()
	p.Concerns = touched(current.Meta, d.Meta)
	p.Why, p.Change, p.ChangedAt = oneLine(e.Message), e.Change, l.Now().UTC()
	if p.Change == ChangeUnknown {
		if p.Change, err = l.suggest(ctx, current, d); err != nil {
			return err
		}
	}
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
	return l.submit(ctx, actor, p)
}

// submit keeps a submitted proposal and tells those who may decide, both or
// neither.
func (l *Library) submit(ctx context.Context, actor account.Actor, p Proposal) (Proposal, error) {
	m, err := l.matterOf(ctx, p)
	if err != nil {
		return Proposal{}, err
	}
	panel, err := l.panel(ctx, actor)
	if err != nil {
		return Proposal{}, err
	}
	people, err := panel.audience(ctx, m)
	if err != nil {
		return Proposal{}, err
	}
	var told []notice.Notice
	for _, id := range people {
		told = append(told, proposalNotice(notice.ProposalSubmitted, p, p.Version+1, id, l.Now().UTC()))
	}
	err = l.Together.Together(ctx, func(ctx context.Context) error {
		if p, err = l.keep(ctx, p); err != nil {
			return err
		}
		return l.Notices.AddNotices(ctx, told...)
	})
	return p, err
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
	err = l.Together.Together(ctx, func(ctx context.Context) error {
		if p, err = l.keep(ctx, p); err != nil {
			return err
		}
		key := ProposalDraftKey(id) // nobody goes on with it
		if err := l.DraftFiles.DeleteDraftFiles(ctx, actor.Person.ID, "", key); err != nil {
			return err
		}
		return errors.Join(l.Drafts.DeleteDraft(ctx, actor.Person.ID, p.Article, key), l.Drafts.DeleteDraft(ctx, actor.Person.ID, "", key))
	})
	return p, err
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
	case !p.changeableBy(actor):
		return Proposal{}, fault.New(fault.Forbidden, "content.proposal-not-yours")
	case !p.Open():
		return Proposal{}, fault.New(fault.Conflict, "content.proposal-decided")
	case version != 0 && version != p.Version:
		return Proposal{}, fault.New(fault.Stale, "content.proposal-changed")
	}
	p.Author = actor.Person.Pseudonym // whoever changes what an import brought answers for it
	return p, nil
}

func (l *Library) keep(ctx context.Context, p Proposal) (Proposal, error) {
	if err := l.Proposals.UpdateProposal(ctx, p); err != nil {
		return Proposal{}, err
	}
	p.Version++
	return p, nil
}
