package content

import (
	"context"
	"slices"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Review is a proposal as somebody who may see it looks at it.
type Review struct {
	Proposal   Proposal
	Current    *Article // the text as it is; nil for a new one
	Outdated   bool     // the text changed since the proposal was begun
	Body       string   // Markdown of the proposal
	Fields     map[string]any
	Meta       Meta
	Changes    Comparison
	Blocks     []RenderedBlock // what changed, rendered
	Votes      []Vote          // about this wording and earlier ones, oldest first
	Needed     int             // approvals
	Given      int             // approvals of this wording
	CanDecide  bool
	CanChange  bool // the actor's own
	Escalated  bool // waits so long that the department for organisation may decide
	Voted      bool // the actor approved this wording already
	WaitsSince time.Time
}

// Review returns a proposal with what it changes.
func (l *Library) Review(ctx context.Context, actor account.Actor, id ProposalID) (Review, error) {
	p, err := l.seenProposal(ctx, actor, id)
	if err != nil {
		return Review{}, err
	}
	d, err := ParseDocument("index.md", p.Source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Review{}, err
	}
	v := Review{
		Proposal: p, Body: string(d.Body), Fields: d.Fields(), Meta: d.Meta, Needed: Approvers(p.Kind), WaitsSince: p.SubmittedAt,
		CanChange: p.Open() && p.Author == actor.Person.Pseudonym && actor.CanWrite(),
		Escalated: p.State == ProposalSubmitted && l.Now().Sub(p.SubmittedAt) > escalation,
	}
	if err := l.compareProposal(ctx, actor, &v); err != nil {
		return Review{}, err
	}
	if v.Votes, err = l.Proposals.Votes(ctx, id); err != nil {
		return Review{}, err
	}
	for _, vote := range v.Votes {
		if vote.Approves && vote.ContentHash == p.ContentHash {
			v.Given++
			v.Voted = v.Voted || vote.Reviewer == actor.Person.Pseudonym
		}
	}
	v.CanDecide = p.State == ProposalSubmitted && actor.CanWrite() && canReview(actor, p, l.Now(), v.departments()...)
	return v, nil
}

// departments are those that have to agree.
func (v Review) departments() []string {
	if v.Current == nil {
		return []string{v.Proposal.Department}
	}
	return []string{v.Proposal.Department, v.Current.Department}
}

// compareProposal shows the proposal against the state it started from, or
// once the text went on, against the text as it is.
func (l *Library) compareProposal(ctx context.Context, actor account.Actor, v *Review) error {
	p := v.Proposal
	before := Source{Fields: map[string]any{}}
	if !p.New() {
		a, err := l.Catalogue.Article(ctx, p.Article)
		if err != nil {
			return err
		}
		v.Current, v.Outdated = &a, p.Open() && a.ETag != p.Base
		if p.State == ProposalReleased || p.State == ProposalWithdrawn {
			if a, err = l.atRevision(ctx, actor, p.Article, p.BaseRevision); err != nil {
				return err
			}
		}
		if before, err = l.source(ctx, actor, a); err != nil {
			return err
		}
	}
	v.Changes = Comparison{Fields: compareFields(before.Fields, v.Fields), Lines: CompareText(before.Body, v.Body)}
	v.Changes.count()
	var err error
	v.Blocks, err = l.compareBlocks(ctx, actor, Article{Meta: Meta{ID: p.Article}, Path: l.pathOf(*v)}, before.Body, v.Body, p.fileAddresses())
	return err
}

func (l *Library) pathOf(v Review) string {
	if v.Current == nil {
		return "index.md"
	}
	return v.Current.Path
}

// ListProposals lists the proposals the actor may see.
func (l *Library) ListProposals(ctx context.Context, actor account.Actor, filter ProposalFilter) ([]Proposal, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	all, err := l.Proposals.Proposals(ctx, filter)
	if err != nil {
		return nil, err
	}
	var out []Proposal
	for _, p := range all {
		seen, err := l.mayFollow(ctx, actor, p)
		if err != nil {
			return nil, err
		}
		if seen {
			out = append(out, p)
		}
	}
	return out, nil
}

// ToReview lists the proposals that wait for the actor, longest first.
func (l *Library) ToReview(ctx context.Context, actor account.Actor) ([]Proposal, error) {
	open, err := l.ListProposals(ctx, actor, ProposalFilter{Open: true})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(open, func(p Proposal) bool {
		return p.State != ProposalSubmitted || !canReview(actor, p, l.Now(), p.Department)
	}), nil
}

// seenProposal returns a proposal the actor may see.
func (l *Library) seenProposal(ctx context.Context, actor account.Actor, id ProposalID) (Proposal, error) {
	if err := authorizeRead(actor); err != nil {
		return Proposal{}, err
	}
	p, err := l.Proposals.Proposal(ctx, id)
	if err != nil {
		return Proposal{}, err
	}
	seen, err := l.mayFollow(ctx, actor, p)
	if err != nil {
		return Proposal{}, err
	}
	if !seen {
		return Proposal{}, fault.New(fault.NotFound, "content.proposal-missing")
	}
	return p, nil
}

// mayFollow is the one rule of who sees a proposal: its author and those who
// may follow it, as long as they may see the text itself, as it is and as it is
// to be.
func (l *Library) mayFollow(ctx context.Context, actor account.Actor, p Proposal) (bool, error) {
	own := p.Author == actor.Person.Pseudonym && !actor.System
	if !own && (p.State == ProposalDraft || !canFollow(actor, p, l.Now()) || !CanSee(actor, p.Audience)) {
		return false, nil
	}
	if p.New() {
		return true, nil
	}
	_, err := l.visible(ctx, actor, p.Article)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}
