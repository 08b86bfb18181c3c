package content

import (
	"context"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
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
	if err := l.vote(ctx, actor, v, true, note); err != nil {
		return Proposal{}, err
	}
	votes, err := l.Proposals.Votes(ctx, id)
	if err != nil {
		return Proposal{}, err
	}
	approvals := v.Proposal.approvals(votes)
	given, awaits, err := v.tally(ctx, approvals)
	if err != nil || given < v.Needed || len(awaits) > 0 {
		return v.Proposal, err
	}
	if err := l.release(ctx, actor, v, approvals); err != nil {
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
	p := v.Proposal
	p.State, p.ChangedAt = ProposalReturned, l.Now().UTC()
	author, err := l.People.PersonByPseudonym(ctx, p.Author)
	erased := fault.Is(err, fault.NotFound)
	if err != nil && !erased {
		return Proposal{}, err
	}
	err = l.Together.Together(ctx, func(ctx context.Context) error {
		if err := l.vote(ctx, actor, v, false, note); err != nil {
			return err
		}
		if p, err = l.keep(ctx, p); err != nil || erased {
			return err
		}
		return l.Notices.AddNotices(ctx, proposalNotice(notice.ProposalReturned, p, p.Version, author.ID, p.ChangedAt))
	})
	return p, err
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

// vote keeps what the actor said, in the own right if there is one, else in a
// right nobody used yet, so that it counts.
func (l *Library) vote(ctx context.Context, actor account.Actor, v Review, approves bool, note string) error {
	p := v.Proposal
	vote := Vote{Proposal: p.ID, Reviewer: actor.Person.Pseudonym, ContentHash: p.ContentHash, Approves: approves, Note: oneLine(note), At: l.Now().UTC()}
	right := v.Mandates[0]
	if right != vote.Reviewer {
		for _, other := range v.Mandates {
			used := slices.ContainsFunc(p.approvals(v.Votes), func(o Vote) bool { return o.Right() == other && o.Reviewer != vote.Reviewer })
			if !used {
				right = other
				break
			}
		}
		vote.For = right
	}
	return l.Proposals.AddVote(ctx, vote)
}

// release makes the proposal the text, in one commit of its author that the
// approver commits. That the proposal is released follows from the commit: the
// projector records it in the transaction that moves the head.
func (l *Library) release(ctx context.Context, actor account.Actor, v Review, approvals []Vote) error {
	p := v.Proposal
	revision := l.newRevision()
	l.relating.Lock()
	defer l.relating.Unlock()
	if err := l.checkReferences(ctx, v.Meta); err != nil {
		return err
	}
	_, err := l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		name, source := "", p.Source
		if v.Current == nil {
			var err error
			if name, err = l.newPath(ctx, tree, p.Article, p.Kind, p.Title); err != nil {
				return Change{}, err
			}
		} else {
			name = v.Current.Path
			var err error
			if source, err = l.onto(ctx, tree, *v.Current, p); err != nil {
				return Change{}, err
			}
		}
		change := Change{
			Files: withFiles(map[string][]byte{name: source}, name, p.Files), Author: p.Author, Committer: actor.Person.Pseudonym, At: l.Now().UTC(), Message: oneLine(p.Why),
			Trailers: []Trailer{{TrailerRevision, string(revision) + " " + string(p.Article)}, {TrailerProposal, string(p.ID)}},
		}
		if p.Change != "" {
			change.Trailers = append(change.Trailers, Trailer{TrailerChange, string(p.Change)})
		}
		for _, vote := range approvals {
			change.Trailers = append(change.Trailers, Trailer{TrailerApproval, vote.Reviewer})
			if vote.For != "" {
				change.Trailers = append(change.Trailers, Trailer{TrailerDeputy, vote.Reviewer + " " + vote.For})
			}
		}
		return change, nil
	})
	return err
}

// onto is the proposal's file for the text as it stands. When others only
// confirmed the text since, which changes no meaning, their dates stay;
// anything else is Stale.
func (l *Library) onto(ctx context.Context, tree Snapshot, current Article, p Proposal) ([]byte, error) {
	outdated := fault.New(fault.Stale, "content.proposal-outdated")
	theirs, tag, err := documentIn(tree, current.Path)
	if fault.Is(err, fault.Stale) {
		return nil, outdated
	}
	if err != nil || tag == p.Base {
		return p.Source, err
	}
	attachments, err := attachmentsBeside(tree, current.Path)
	if err != nil {
		return nil, err
	}
	base, err := l.Catalogue.Revision(ctx, p.BaseRevision)
	if err != nil {
		return nil, err
	}
	if theirs.ContentHash(attachments) != base.ContentHash {
		return nil, outdated
	}
	return l.withReview(ctx, p.Source, base, theirs)
}

// withReview puts into a file what others said about its review since the base,
// unless the file changes that itself.
func (l *Library) withReview(ctx context.Context, source []byte, base Revision, theirs Document) ([]byte, error) {
	then, err := l.document(ctx, Article{Path: base.Path, Blob: base.Blob})
	if err != nil {
		return nil, err
	}
	mine, err := ParseDocument("index.md", source)
	if err != nil {
		return nil, err
	}
	var changes []Field
	for _, key := range reviewKeys() {
		if flatten(mine.Fields()[key]) == flatten(then.Fields()[key]) {
			changes = append(changes, Field{key, theirs.Fields()[key]})
		}
	}
	return mine.WithFields(changes...)
}
