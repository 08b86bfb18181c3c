package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Approve says yes to the wording with the hash. With the last vote that is
// needed the proposal becomes the text; until then the article is as it was.
func (l *Library) Approve(ctx context.Context, actor account.Actor, id ProposalID, shown ContentHash, note string) (Proposal, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	v, err := l.decision(ctx, actor, id, shown)
	if err != nil || v.Proposal.State == ProposalReleased {
		return v.Proposal, err
	}
	if v.Outdated {
		return Proposal{}, fault.New(fault.Stale, "content.proposal-outdated")
	}
	if err := l.vote(ctx, actor, v.Proposal, true, note); err != nil {
		return Proposal{}, err
	}
	approvers, err := l.approvers(ctx, v.Proposal)
	if err != nil || len(approvers) < v.Needed {
		return v.Proposal, err
	}
	if err := l.release(ctx, actor, v, approvers); err != nil {
		return Proposal{}, err
	}
	return l.Proposals.Proposal(ctx, id)
}

// Return gives a proposal back to its author with a note.
func (l *Library) Return(ctx context.Context, actor account.Actor, id ProposalID, shown ContentHash, note string) (Proposal, error) {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	if note = oneLine(note); note == "" {
		return Proposal{}, fault.New(fault.Invalid, "content.note-missing").InField("note")
	}
	v, err := l.decision(ctx, actor, id, shown)
	if err != nil {
		return Proposal{}, err
	}
	if v.Proposal.State == ProposalReleased {
		return Proposal{}, fault.New(fault.Conflict, "content.proposal-decided")
	}
	if err := l.vote(ctx, actor, v.Proposal, false, note); err != nil {
		return Proposal{}, err
	}
	p := v.Proposal
	p.State, p.ChangedAt = ProposalReturned, l.Now().UTC()
	return l.keep(ctx, p)
}

// decision returns a proposal the actor may decide about. Whoever already
// helped to release it gets it as it is.
func (l *Library) decision(ctx context.Context, actor account.Actor, id ProposalID, shown ContentHash) (Review, error) {
	v, err := l.Review(ctx, actor, id)
	if err != nil {
		return Review{}, err
	}
	p := v.Proposal
	switch {
	case !actor.CanWrite():
		return Review{}, fault.New(fault.Forbidden, "content.read-only-access")
	case p.Author == actor.Person.Pseudonym:
		return Review{}, fault.New(fault.Forbidden, "content.own-proposal")
	case p.State == ProposalReleased && v.Voted && shown == p.ContentHash:
		return v, nil
	case p.State != ProposalSubmitted:
		return Review{}, fault.New(fault.Conflict, "content.proposal-not-submitted")
	case !v.CanDecide:
		return Review{}, fault.New(fault.Forbidden, "content.not-a-reviewer", "department", p.Department)
	case shown == "":
		return Review{}, fault.New(fault.PreconditionRequired, "content.hash-missing").InField("content_hash")
	case shown != p.ContentHash:
		return Review{}, fault.New(fault.Stale, "content.proposal-changed")
	}
	return v, nil
}

func (l *Library) vote(ctx context.Context, actor account.Actor, p Proposal, approves bool, note string) error {
	return l.Proposals.AddVote(ctx, Vote{
		Proposal: p.ID, Reviewer: actor.Person.Pseudonym, ContentHash: p.ContentHash, Approves: approves, Note: oneLine(note), At: l.Now().UTC(),
	})
}

// approvers are those who said yes to the wording as it is.
func (l *Library) approvers(ctx context.Context, p Proposal) ([]string, error) {
	votes, err := l.Proposals.Votes(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, v := range votes {
		if v.Approves && v.ContentHash == p.ContentHash {
			out = append(out, v.Reviewer)
		}
	}
	return out, nil
}

// release makes the proposal the text, in one commit of its author that the
// approver commits. That the proposal is released follows from the commit: the
// projector records it in the transaction that moves the head.
func (l *Library) release(ctx context.Context, actor account.Actor, v Review, approvers []string) error {
	p := v.Proposal
	revision := l.newRevision()
	_, err := l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		name := ""
		if v.Current == nil {
			name = freePath(tree, p.Kind, p.Title)
		} else {
			name = v.Current.Path
			blob, ok := tree.Hash(name)
			if !ok {
				return Change{}, fault.New(fault.Stale, "content.proposal-outdated")
			}
			attachments, err := attachmentsBeside(tree, name)
			if err != nil {
				return Change{}, err
			}
			if etag(blob, attachments) != p.Base {
				return Change{}, fault.New(fault.Stale, "content.proposal-outdated")
			}
		}
		change := Change{
			Files: withFiles(map[string][]byte{name: p.Source}, name, p.Files), Author: p.Author, Committer: actor.Person.Pseudonym, At: l.Now().UTC(), Message: oneLine(p.Why),
			Trailers: []Trailer{{TrailerRevision, string(revision) + " " + string(p.Article)}, {TrailerProposal, string(p.ID)}},
		}
		if p.Change != "" {
			change.Trailers = append(change.Trailers, Trailer{TrailerChange, string(p.Change)})
		}
		for _, pseudonym := range approvers {
			change.Trailers = append(change.Trailers, Trailer{TrailerApproval, pseudonym})
		}
		return change, nil
	})
	return err
}
