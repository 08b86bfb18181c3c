package content

import (
	"context"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/internal/notice"
)

// DecidesToday reports whether the actor is among those who decide about
// proposals today: reviewers, and those who stand in for one.
func (l *Library) DecidesToday(ctx context.Context, actor account.Actor) (bool, error) {
	if !actor.SignedIn() || actor.System || len(actor.Audience()) == 0 {
		return false, nil
	}
	if actor.Has(account.Reviewer) {
		return true, nil
	}
	panel, err := l.panel(ctx, actor)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(panel.represents, func(a account.Actor) bool { return a.Has(account.Reviewer) }), nil
}

// EscalateProposals tells those of the department for organisation who may
// decide by now about a proposal that waited too long for its own reviewers, or
// has too few of them, once for every time it was submitted. Whoever was told
// when it was submitted is not told again. A job calls it.
func (l *Library) EscalateProposals(ctx context.Context) error {
	panel, err := l.panel(ctx, account.SystemActor(""))
	if err != nil {
		return err
	}
	open, err := l.Proposals.Proposals(ctx, ProposalFilter{Open: true})
	if err != nil {
		return err
	}
	for _, p := range open {
		if p.State != ProposalSubmitted {
			continue
		}
		m, err := l.matterOf(ctx, p)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		escalated, err := panel.calls(ctx, m)
		if err != nil {
			return err
		}
		if !escalated {
			continue
		}
		people, err := panel.audience(ctx, m)
		if err != nil {
			return err
		}
		var told []notice.Notice
		for _, id := range people {
			told = append(told, proposalNotice(notice.ProposalSubmitted, p, p.Version, id, l.Now().UTC()))
		}
		if err := l.Notices.AddNotices(ctx, told...); err != nil {
			return err
		}
	}
	return nil
}

// tellReviewer tells an account that a version names it as reviewer of the text
// when the version before did not. The id is that of a handover, so that each
// is told once.
func (l *Library) tellReviewer(ctx context.Context, r Revision, a Article) error {
	if !ident.Valid(a.Reviewer) { // nobody, or a function
		return nil
	}
	now, err := l.reviewerAt(ctx, r)
	if err != nil || now != a.Reviewer { // somebody else was named meanwhile
		return err
	}
	older, err := l.Catalogue.Revisions(ctx, r.Article, r.Sequence, 1)
	if err != nil {
		return err
	}
	if len(older) > 0 && !older[0].Removed {
		was, err := l.reviewerAt(ctx, older[0])
		if err != nil || was == now {
			return err
		}
	}
	p, err := l.People.Person(ctx, now)
	if fault.Is(err, fault.NotFound) || err == nil && p.Pseudonym == r.Author {
		return nil
	}
	if err != nil {
		return err
	}
	seen, err := l.personSees(ctx, p, a.Audience())
	if err != nil || !seen {
		return err
	}
	return l.Notices.AddNotices(ctx, notice.Notice{
		ID: "reviewer-" + string(r.ID), Person: p.ID, Kind: notice.ReviewerAssigned, Article: string(a.ID), At: r.At,
	})
}

// reviewerAt is whom a version names as reviewer.
func (l *Library) reviewerAt(ctx context.Context, r Revision) (string, error) {
	d, err := l.document(ctx, Article{Path: r.Path, Blob: r.Blob})
	return d.Meta.Reviewer, err
}
