package content

import (
	"context"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ProposalQuery narrows the list of proposals. Zero fields do not restrict.
type ProposalQuery struct {
	ProposalFilter
	State      ProposalState
	Kind       Kind
	Department string // with its units
	Waiting    bool   // for the actor
}

// ProposalStates are all of them in the order of a proposal's life.
func ProposalStates() []ProposalState {
	return []ProposalState{ProposalDraft, ProposalSubmitted, ProposalReturned, ProposalReleased, ProposalWithdrawn}
}

// FindProposals lists the proposals the actor may see that fit, in the order of
// ListProposals.
func (l *Library) FindProposals(ctx context.Context, actor account.Actor, q ProposalQuery) ([]Proposal, error) {
	if q.State != "" && !slices.Contains(ProposalStates(), q.State) {
		return nil, fault.New(fault.Invalid, "finding.bad-state", "value", string(q.State)).InField("state")
	}
	var list []Proposal
	var err error
	if q.Waiting {
		list, err = l.ToReview(ctx, actor)
	} else {
		list, err = l.ListProposals(ctx, actor, q.ProposalFilter)
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(p Proposal) bool { return !q.fits(p) }), nil
}

func (q ProposalQuery) fits(p Proposal) bool {
	return (q.State == "" || p.State == q.State) && (q.Kind == "" || p.Kind == q.Kind) &&
		(q.Department == "" || account.Within(p.Department, q.Department)) &&
		(q.Author == "" || p.Author == q.Author) && (q.Article == "" || p.Article == q.Article) && (!q.Open || p.Open())
}
