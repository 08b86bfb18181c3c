package content

import (
	"context"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ProposalID names a proposal.
type ProposalID string

// Proposal is a change that waits for a second pair of eyes. It lives in the
// database; Git gets one commit when it is released.
type Proposal struct {
	ID           ProposalID
	Article      ID           // of the text it changes, or will make
	Base         string       // ETag of the state it started from; empty for a new text
	BaseRevision RevisionID   // the same state, for comparing
	Source       []byte       // the whole file as it is to be
	Files        []FileChange // attachments that come and go with it
	ContentHash  ContentHash
	Kind         Kind   // of Source, as are title, department and audience
	Title        string //
	Department   string //
	Audience     []string
	State        ProposalState
	Author       string // pseudonym
	Why          string // the author's words; the message of the commit
	Change       ChangeKind
	Operation    string // keyed request hash of the request that made it
	CreatedAt    time.Time
	ChangedAt    time.Time
	SubmittedAt  time.Time  // zero while it is a draft
	DecidedAt    time.Time  // when it was released or withdrawn
	Released     RevisionID // what became of it
	Version      int64      // counts every change of the row
}

// ProposalState is where a proposal stands; the words are those people read.
type ProposalState string

// The states of a proposal.
const (
	ProposalDraft     ProposalState = "entwurf"
	ProposalSubmitted ProposalState = "eingereicht"
	ProposalReturned  ProposalState = "zurückgegeben"
	ProposalReleased  ProposalState = "freigegeben"
	ProposalWithdrawn ProposalState = "zurückgezogen"
)

// New reports whether the proposal makes a text instead of changing one.
func (p Proposal) New() bool { return p.Base == "" }

// Open reports whether anything can still become of the proposal.
func (p Proposal) Open() bool { return p.State != ProposalReleased && p.State != ProposalWithdrawn }

// Vote is what a reviewer said about one wording of a proposal.
type Vote struct {
	Proposal    ProposalID
	Reviewer    string // pseudonym
	ContentHash ContentHash
	Approves    bool
	Note        string
	At          time.Time
}

// Release is a proposal that became a commit.
type Release struct {
	Proposal ProposalID
	Article  ID
	Revision RevisionID
	At       time.Time
}

// ProposalFilter selects proposals. Zero fields do not restrict.
type ProposalFilter struct {
	Open    bool // nothing decided yet
	Author  string
	Article ID
}

// Proposals keeps proposals and votes.
type Proposals interface {
	AddProposal(ctx context.Context, p Proposal) error
	// Proposal returns a proposal, or NotFound.
	Proposal(ctx context.Context, id ProposalID) (Proposal, error)
	// ProposalByOperation finds what a keyed request made before, or NotFound.
	ProposalByOperation(ctx context.Context, operation string) (Proposal, error)
	// UpdateProposal replaces the row and counts its version up. It is Stale
	// when the stored version is not that of p.
	UpdateProposal(ctx context.Context, p Proposal) error
	// Proposals lists proposals without their source: those that wait longest
	// first, then the others by their last change.
	Proposals(ctx context.Context, filter ProposalFilter) ([]Proposal, error)
	// AddVote stores a vote once per reviewer and wording; a later one counts.
	AddVote(ctx context.Context, v Vote) error
	// Votes lists the votes about a proposal, oldest first.
	Votes(ctx context.Context, id ProposalID) ([]Vote, error)
}

// escalation is how long a proposal waits for the reviewers of its department
// before those of the department for organisation may decide too.
const (
	escalation           = 5 * 24 * time.Hour
	escalationDepartment = "11"
)

// Approvers is how many people have to approve a text of the kind.
func Approvers(kind Kind) int {
	if kind.IsStandard() {
		return 1
	}
	return 0
}

// CanPropose reports whether the actor may propose a text of the kind in the
// department, or a change of one when it exists: whoever may read a text may
// say how it would be right.
func CanPropose(actor account.Actor, kind Kind, department string, exists bool) bool {
	return authorizePropose(actor, kind, department, exists) == nil
}

func authorizePropose(actor account.Actor, kind Kind, department string, exists bool) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	switch {
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case Approvers(kind) == 0:
		return fault.New(fault.Invalid, "content.proposal-not-needed").InField("kind")
	case !exists && !mayWrite(actor, department):
		return fault.New(fault.Forbidden, "content.not-your-department", "department", department)
	}
	return nil
}

// canReview reports whether the actor may decide about the proposal today.
// departments are those of the text as it is and as it is to be.
func canReview(actor account.Actor, p Proposal, now time.Time, departments ...string) bool {
	if !actor.SignedIn() || actor.System || p.Author == actor.Person.Pseudonym {
		return false
	}
	waited := p.State == ProposalSubmitted && now.Sub(p.SubmittedAt) > escalation
	for _, d := range departments {
		if !actor.HasIn(d, account.Reviewer) && !(waited && actor.HasIn(escalationDepartment, account.Reviewer)) {
			return false
		}
	}
	return true
}

// canFollow reports whether the actor may see a proposal of somebody else:
// those who decide about it and those who may write in its department.
func canFollow(actor account.Actor, p Proposal, now time.Time) bool {
	return canReview(actor, p, now, p.Department) || mayWrite(actor, p.Department) || actor.HasIn(p.Department, account.Reviewer)
}
