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
	Awaits     []string        // departments whose standards it touches and who have not agreed to this wording
	CanDecide  bool
	CanChange  bool     // the actor's own, or brought by an import for those who write there
	Escalated  bool     // waits so long that the department for organisation may decide
	Short      bool     // too few reviewers are there today, so the department for organisation may decide
	Mandates   []string // pseudonyms in whose right the actor may decide, the own first
	Voted      bool     // the actor approved this wording already
	WaitsSince time.Time
	tally      func(context.Context, []Vote) (given int, awaits []string, err error)
}

// Review returns a proposal with what it changes.
func (l *Library) Review(ctx context.Context, actor account.Actor, id ProposalID) (Review, error) {
	panel, m, err := l.seenMatter(ctx, actor, id)
	if err != nil {
		return Review{}, err
	}
	p := m.Proposal
	d, err := ParseDocument("index.md", p.Source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Review{}, err
	}
	v := Review{
		Proposal: p, Body: string(d.Body), Fields: d.Fields(), Meta: d.Meta, Needed: panel.needed(m), WaitsSince: p.SubmittedAt,
		CanChange: p.Open() && p.changeableBy(actor) && actor.CanWrite(),
		Escalated: p.State == ProposalSubmitted && m.overdue(l.Now()),
	}
	if err := l.compareProposal(ctx, actor, &v, m.current); err != nil {
		return Review{}, err
	}
	if v.Votes, err = l.Proposals.Votes(ctx, id); err != nil {
		return Review{}, err
	}
	approvals := p.approvals(v.Votes)
	v.tally = func(ctx context.Context, approvals []Vote) (int, []string, error) {
		return panel.tally(ctx, m, approvals)
	}
	if v.Given, v.Awaits, err = v.tally(ctx, approvals); err != nil {
		return Review{}, err
	}
	v.Voted = slices.ContainsFunc(approvals, func(o Vote) bool { return o.Reviewer == actor.Person.Pseudonym })
	if p.State != ProposalSubmitted {
		return v, nil
	}
	if v.Mandates, err = panel.mandates(ctx, m); err != nil {
		return Review{}, err
	}
	v.CanDecide = actor.CanWrite() && len(v.Mandates) > 0
	v.Short, err = panel.short(ctx, m)
	return v, err
}

// compareProposal shows the proposal against the state it started from, or
// once the text went on, against the text as it is.
func (l *Library) compareProposal(ctx context.Context, actor account.Actor, v *Review, current *Article) error {
	p := v.Proposal
	before := Source{Fields: map[string]any{}}
	if current != nil {
		a := *current
		v.Current = current
		var err error
		if v.Outdated, err = l.outdated(ctx, p, a); err != nil {
			return err
		}
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

// outdated reports whether the text went on since an open proposal was begun. A
// confirmed review changes no meaning.
func (l *Library) outdated(ctx context.Context, p Proposal, current Article) (bool, error) {
	if !p.Open() || current.ETag == p.Base {
		return false, nil
	}
	base, err := l.Catalogue.Revision(ctx, p.BaseRevision)
	return base.ContentHash != current.ContentHash, err
}

func (l *Library) pathOf(v Review) string {
	if v.Current == nil {
		return "index.md"
	}
	return v.Current.Path
}

// ListProposals lists the proposals the actor may see.
func (l *Library) ListProposals(ctx context.Context, actor account.Actor, filter ProposalFilter) ([]Proposal, error) {
	return l.selectProposals(ctx, actor, filter, func(ctx context.Context, panel *panel, m matter) (bool, error) { return panel.follows(ctx, m) })
}

// ToReview lists the proposals that wait for the actor, longest first.
func (l *Library) ToReview(ctx context.Context, actor account.Actor) ([]Proposal, error) {
	return l.selectProposals(ctx, actor, ProposalFilter{Open: true}, func(ctx context.Context, panel *panel, m matter) (bool, error) {
		if m.State != ProposalSubmitted {
			return false, nil
		}
		mandates, err := panel.mandates(ctx, m)
		return len(mandates) > 0, err
	})
}

func (l *Library) selectProposals(ctx context.Context, actor account.Actor, filter ProposalFilter, wanted func(context.Context, *panel, matter) (bool, error)) ([]Proposal, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	panel, err := l.panel(ctx, actor)
	if err != nil {
		return nil, err
	}
	all, err := l.Proposals.Proposals(ctx, filter)
	if err != nil {
		return nil, err
	}
	var out []Proposal
	for _, p := range all {
		m, err := l.matterOf(ctx, p)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		take, err := wanted(ctx, panel, m)
		if err != nil {
			return nil, err
		}
		if take {
			out = append(out, p)
		}
	}
	return out, nil
}

// seenProposal returns a proposal the actor may see.
func (l *Library) seenProposal(ctx context.Context, actor account.Actor, id ProposalID) (Proposal, error) {
	_, m, err := l.seenMatter(ctx, actor, id)
	return m.Proposal, err
}

func (l *Library) seenMatter(ctx context.Context, actor account.Actor, id ProposalID) (*panel, matter, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, matter{}, err
	}
	p, err := l.Proposals.Proposal(ctx, id)
	if err != nil {
		return nil, matter{}, err
	}
	m, err := l.matterOf(ctx, p)
	if err != nil {
		return nil, matter{}, err
	}
	panel, err := l.panel(ctx, actor)
	if err != nil {
		return nil, matter{}, err
	}
	seen, err := panel.follows(ctx, m)
	if err == nil && !seen {
		err = fault.New(fault.NotFound, "content.proposal-missing")
	}
	if err != nil {
		return nil, matter{}, err
	}
	return panel, m, nil
}
