// Package legacy holds what came from old systems and what people decide about
// it.
//
// An import is done by a machine, but whether two rules contradict each other,
// whether a standard binds and whether a restricted document is for everybody is
// decided by a person. A run tells this package what it found (Desk.Record); the
// package keeps it in the database until the legacy stock is reviewed, asks one
// Question at a time, Fachbereich by Fachbereich, and keeps every Decision with
// the fingerprint of what was decided about. When the source changes later, the
// question is asked again. Later runs follow the decisions; what can be done to
// texts that are in the library already is done at once, through the verbs of
// package content and with their permissions.
//
// What a source said may name people. It stays in the database, goes with a
// redaction and is shown only to those who may see the article it became.
package legacy

import (
	"context"
	"strings"
	"time"

	"staffelstab/content"
)

// Key names a document of an old system across runs and copies of its database.
type Key struct{ Replica, UNID string }

// String is "REPLICA/UNID".
func (k Key) String() string { return k.Replica + "/" + k.UNID }

// Run is one run of an import.
type Run struct {
	ID     string
	Source string // notes, dev, …
	At     time.Time
	Dry    bool
	Totals map[string]int // documents by status; "read" is all, "review" those somebody has to look at
}

// Document is what the newest run found out about a document.
type Document struct {
	Key
	Run         string
	Position    int // in the run
	Article     content.ID
	VersionOf   content.ID // the article it is a replication conflict of, when it became none itself
	Title       string     // empty when it must not be told
	Department  string
	Form        string
	File        string
	Revised     content.Date // last in the old system; empty: unknown
	Stamp       Stamp        // of the state this is about
	Status      string       // imported, unchanged, updated, proposed, quarantined, skipped, failed
	Review      bool
	Restricted  bool // only some could read it in the old system
	Letters     InOut
	Attachments InOut
	Links       InOut
	Binding     content.Binding // proposed
	Evidence    []string        // sentences that speak for the proposal
	Notes       []string        // what somebody should know, for people
	Visible     string          // what people saw in the old system; empty when it must not be told
	Fingerprint string
	Planned     bool // by runs that wrote nothing alone
}

// Stamp says how often and when a document was saved in the old system.
type Stamp struct {
	Sequence int       // 0: it does not count
	At       time.Time // zero: unknown
}

// Past is what runs made of a document so far.
type Past struct {
	Article  content.ID // it became, or stands in; empty: none
	Withheld bool       // the newest state anybody could read is not for everybody
	// Restricted says that this is because only some could read it.
	Restricted bool
	Read       Stamp // of that state; plans count as long as no run brought the document
	Brought    Stamp // of the newest state an article was made of; zero: none was
}

// text is the article whose words these are.
func (d Document) text() content.ID {
	if d.Article != "" {
		return d.Article
	}
	return d.VersionOf
}

// InOut compares what the source had with what arrived.
type InOut struct{ In, Out int }

// Kind is what a question is about.
type Kind string

// The kinds of questions, in the order they are asked.
const (
	Identical     Kind = "identisch"       // two documents say the same
	Contained     Kind = "enthalten"       // one holds the other
	Contradicting Kind = "widerspruch"     // two are alike but for numbers, dates, duties
	Restricted    Kind = "gesperrt"        // only some could read it
	Binding       Kind = "verbindlichkeit" // does the standard bind?
	Alike         Kind = "aehnlich"        // two say much the same, and nothing that contradicts
	Unseen        Kind = "ungesehen"       // nobody here has looked at the text yet
)

// Kinds are all of them in their order, which the ledger keeps by number.
func Kinds() []Kind {
	return []Kind{Identical, Contained, Contradicting, Restricted, Binding, Alike, Unseen}
}

// Pair reports whether the question is about two documents.
func (k Kind) Pair() bool {
	return k == Identical || k == Contained || k == Contradicting || k == Alike
}

// Choice is an answer. The words are those of the decisions file of an import.
type Choice string

// The answers.
const (
	Merge      Choice = "zusammenfuehren"
	First      Choice = "erster"
	Second     Choice = "zweiter"
	Both       Choice = "beide"
	Publish    Choice = "veroeffentlichen"
	Withhold   Choice = "zurueckhalten"
	Binds      Choice = "verbindlich"
	BindsNot   Choice = "unverbindlich"
	Fine       Choice = "in-ordnung"
	NeedsWork  Choice = "nacharbeiten"
	undecided  Choice = ""
	maxNote           = 500 // characters of a note
	maxSubject        = 700 // bytes; sources without UNIDs name documents by their paths
)

// Choices are the answers a question of the kind has, in the order of its keys.
func (k Kind) Choices() []Choice {
	switch k {
	case Identical:
		return []Choice{Merge, Both}
	case Contained, Contradicting, Alike:
		return []Choice{First, Second, Both}
	case Restricted:
		return []Choice{Withhold, Publish}
	case Binding:
		return []Choice{Binds, BindsNot, NeedsWork}
	case Unseen:
		return []Choice{Fine, NeedsWork}
	}
	return nil
}

// About is what a question or an answer is about. A document can be decided to be
// for everybody and to bind: these are two answers.
type About string

// What questions are about.
const (
	AboutPair       About = "paar"
	AboutReaders    About = "leser"
	AboutBinding    About = "verbindlichkeit"
	AboutInspection About = "durchsicht"
)

// About is what questions of the kind are about.
func (k Kind) About() About {
	switch k {
	case Restricted:
		return AboutReaders
	case Binding:
		return AboutBinding
	case Unseen:
		return AboutInspection
	}
	return AboutPair
}

// Question is something a person has to decide.
type Question struct {
	Subject     string // a key, or two in order with a blank between
	Kind        Kind
	Department  string
	Other       string // department of the second text, when it is another one
	Title       string
	Fingerprint string // of what is decided about
	Run         string
	First       Key
	Second      Key     // of pairs
	Share       float64 // of the wording in common, of pairs
	Differences []Difference
	Decision    *Decision // the newest; nil: none
	Past        bool      // asked no more: a run followed the answer
	Lost        bool      // asked of nobody: its text goes, by the answer about a pair
}

// Open reports whether the question waits for an answer: nobody decided, or
// about something that has changed since. Whether a text that goes binds, or
// arrived as it was, need not be known.
func (q Question) Open() bool {
	return !q.Lost && !q.Answered()
}

// Answered reports whether there is an answer that holds.
func (q Question) Answered() bool {
	return q.Decision != nil && q.Decision.Fingerprint == q.Fingerprint
}

// Departments are where the question is asked.
func (q Question) Departments() []string {
	if q.Other == "" {
		return []string{q.Department}
	}
	return []string{q.Department, q.Other}
}

// Difference is a place where two documents disagree.
type Difference struct {
	First  string `json:"first"` // sentences
	Second string `json:"second"`
	Why    string `json:"why"` // number, date, negation, duty …
}

// Decision is what a person decided.
type Decision struct {
	Subject     string
	About       About
	Choice      Choice
	Fingerprint string
	By          string // pseudonym
	At          time.Time
	Note        string
}

// PairSubject names two documents, whichever comes first.
func PairSubject(a, b Key) string {
	first, second := a.String(), b.String()
	if second < first {
		first, second = second, first
	}
	return first + " " + second
}

// QuestionFilter limits a list of questions.
type QuestionFilter struct {
	Departments []string // these and their units; nil: all
	Kinds       []Kind
	Open        bool
	Limit       int
	Offset      int
}

// Count is how many questions of a kind a department has.
type Count struct {
	Department string
	Other      string // department of the other text, when it is another one
	Kind       Kind
	All, Open  int // answered or open; open
	Lost       int // neither: the text goes
}

// Ledger keeps what runs found and what people decided.
type Ledger interface {
	// AddDocuments keeps documents and the question each of them asks, if any.
	// Both replace what an earlier run said about the same document, but for whether
	// one that did more than plan brought it.
	AddDocuments(ctx context.Context, documents []Document, questions []Question) error
	// EndRun keeps the run and the questions about pairs it found. A pair of
	// which the run saw both documents and that it did not find again is gone, when
	// it compared all of them.
	EndRun(ctx context.Context, r Run, pairs []Question, compared bool) error
	// Runs lists runs, newest first, and how many there are.
	Runs(ctx context.Context, limit, offset int) ([]Run, int, error)
	// Run returns one, or NotFound.
	Run(ctx context.Context, id string) (Run, error)
	// Plans lists runs that only planned, newest first.
	Plans(ctx context.Context) ([]Run, error)
	// WithdrawPlan forgets such a run with the documents no other run brought and
	// the questions about them, and tells how many documents that were; NotFound
	// when there is no such plan.
	WithdrawPlan(ctx context.Context, run string) (documents int, err error)
	// Documents lists what the newest run to see them found of documents, in the
	// order of that run; of one run when it is named.
	Documents(ctx context.Context, run string, limit, offset int) ([]Document, int, error)
	// Document returns one, or NotFound.
	Document(ctx context.Context, k Key) (Document, error)
	// Past tells what runs made of documents; those nobody brought are left out. What
	// could not be read changes nothing of it, nor does a plan what was brought.
	Past(ctx context.Context, keys []Key) (map[Key]Past, error)
	// Question returns one with its decision, or NotFound.
	Question(ctx context.Context, subject string) (Question, error)
	// Questions lists them by kind, title and subject, and how many there are. One
	// about a text that goes, by the answer about a pair, is not open.
	Questions(ctx context.Context, f QuestionFilter) ([]Question, int, error)
	// PairsOf lists the questions about a document and another one.
	PairsOf(ctx context.Context, k Key) ([]Question, error)
	// Beside finds the subjects of the open questions of a filter before and
	// after one; "" where there is none.
	Beside(ctx context.Context, f QuestionFilter, q Question) (previous, next string, err error)
	// Decided lists answered questions, newest answer first, and how many there are.
	// One that is asked no more is what its document says about it; answers about
	// documents no run brought are left out.
	Decided(ctx context.Context, f QuestionFilter) ([]Question, int, error)
	// Answer returns one of them, or NotFound.
	Answer(ctx context.Context, subject string, about About) (Question, error)
	// Counts counts questions by department, kind and the other department. One about
	// texts of two departments counts in both.
	Counts(ctx context.Context) ([]Count, error)
	// Decide keeps a decision in place of an earlier one about the same.
	Decide(ctx context.Context, d Decision) error
	// Withdraw forgets a decision about a subject.
	Withdraw(ctx context.Context, subject string, about About) error
	// Decisions lists all by subject and what they are about.
	Decisions(ctx context.Context) ([]Decision, error)
}

// oneLine makes a note a line.
func oneLine(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	return string(runes[:min(len(runes), maxNote)])
}
