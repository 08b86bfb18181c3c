package content

import (
	"context"
	"time"

	"staffelstab/internal/notice"
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
	ContentHash  ContentHash  // what votes bind to, see Document.proposedHash
	Kind         Kind         // of Source, as are title, department and audience
	Title        string       //
	Department   string       //
	Audience     []string
	Concerns     []ID // texts it newly replaces or amends
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
	For         string // pseudonym of the reviewer it was given for; empty: in the own right
	ContentHash ContentHash
	Approves    bool
	Note        string
	At          time.Time
}

// Right is the pseudonym of the one in whose right the vote was given. A person
// and a deputy of theirs share one.
func (v Vote) Right() string { return or(v.For, v.Reviewer) }

// approvals are those who said yes to the wording as it is.
func (p Proposal) approvals(votes []Vote) []Vote {
	var out []Vote
	for _, v := range votes {
		if v.Approves && v.ContentHash == p.ContentHash {
			out = append(out, v)
		}
	}
	return out
}

// approvers counts approvals, those of a person and a deputy as one.
func approvers(approvals []Vote) int {
	rights := map[string]bool{}
	for _, v := range approvals {
		rights[v.Right()] = true
	}
	return len(rights)
}

// Release is a proposal that became a commit.
type Release struct {
	Proposal ProposalID
	Article  ID
	Revision RevisionID
	At       time.Time
}

// Notice tells the author of a released proposal. A proposal is released once,
// so its id is enough to tell it once.
func (r Release) Notice(author string) notice.Notice {
	return proposalNotice(notice.ProposalReleased, Proposal{ID: r.Proposal, Article: r.Article}, 0, author, r.At)
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
