// Package notice tells people that something waits for them: a proposal to
// decide about, an answer to their question, a text they follow.
//
// A verb adds a Notice in the transaction of what it is about, so that nobody
// is told of what did not happen and nobody is left out of what did. A notice
// names ids only. Its sentence comes from the catalogue and the title of its
// text is looked up when it is shown or sent, for those who may still see the
// text then; so a notice never carries content.
package notice

import (
	"context"
	"time"
)

// Kind is what happened, as a stable word.
type Kind string

// The kinds of notice.
const (
	ProposalSubmitted  Kind = "proposal-submitted"  // to those who decide about it
	ProposalReturned   Kind = "proposal-returned"   // to its author
	ProposalReleased   Kind = "proposal-released"   // to its author
	QuestionAsked      Kind = "question-asked"      // to whom it is assigned
	QuestionAnswered   Kind = "question-answered"   // to who asked
	TextChanged        Kind = "text-changed"        // to those who follow it
	ReviewDue          Kind = "review-due"          // to its reviewer
	ReviewerAssigned   Kind = "reviewer-assigned"   // to the new reviewer
	Acknowledge        Kind = "acknowledge"         // to those who have to take note
	AcknowledgeOverdue Kind = "acknowledge-overdue" // to those who did not in time, once
	TeamOverdue        Kind = "team-overdue"        // to the superior of such people, once for each version
	RedactionRequested Kind = "redaction-requested" // to those who decide about it
)

// Notice is one thing one person is told.
type Notice struct {
	ID      string // the same happening makes the same id, so that a repeated verb tells nobody twice
	Person  string // account id of whom it is for
	Kind    Kind
	Article string // id of the text it is about; "" for none
	Subject string // id of the proposal, question or request; "" for none
	At      time.Time
	ReadAt  time.Time // zero until the person saw it
}

// Outbox keeps notices until they are read and sent.
type Outbox interface {
	// AddNotices keeps notices, within the transaction of the context if there
	// is one. Those whose id is kept already are left as they are.
	AddNotices(ctx context.Context, notices ...Notice) error
	// Notices lists what a person was told, newest first.
	Notices(ctx context.Context, person string, limit, offset int) (notices []Notice, unread int, err error)
	// ReadNotices marks what a person was told up to a time as read.
	ReadNotices(ctx context.Context, person string, until, now time.Time) error
}

// Sentence is the key of the catalogue's sentence about a kind.
func (k Kind) Sentence() string {
	switch k {
	case ProposalSubmitted:
		return "notice.proposal-submitted"
	case ProposalReturned:
		return "notice.proposal-returned"
	case ProposalReleased:
		return "notice.proposal-released"
	case QuestionAsked:
		return "notice.question-asked"
	case QuestionAnswered:
		return "notice.question-answered"
	case ReviewDue:
		return "notice.review-due"
	case ReviewerAssigned:
		return "notice.reviewer-assigned"
	case Acknowledge:
		return "notice.acknowledge"
	case AcknowledgeOverdue:
		return "caring.acknowledge-overdue"
	case TeamOverdue:
		return "caring.team-overdue"
	case RedactionRequested:
		return "notice.redaction-requested"
	}
	return "notice.text-changed"
}
