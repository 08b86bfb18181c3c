package content

import (
	"bytes"
	"context"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// RedactionID names a redaction.
type RedactionID string

// Redaction takes a passage or an attachment out of every version of a text.
// One person asks, another one decides.
type Redaction struct {
	ID          RedactionID
	Article     ID
	Department  string   // of the text when it was asked for
	Passage     string   // the exact words; emptied as soon as they are gone or stay for good
	Attachment  string   // file name
	Also        []string // further files that hold the passage and go with it, as who decided chose
	Files       []string // journal: SHA-256 of bytes that go
	Reason      string
	State       RedactionState
	RequestedBy string // pseudonym, as is DecidedBy
	RequestedAt time.Time
	DecidedBy   string
	DecidedAt   time.Time
	Versions    int    // of the text that changed
	From, To    Commit // journal: heads before and after, once the new history is written
	Version     int64  // counts every change of the row
}

// RedactionState is where a redaction stands.
type RedactionState string

// The states. Between approved and done a crash is possible at any moment; the
// next start goes on from the state.
const (
	RedactionRequested RedactionState = "beantragt"
	RedactionApproved  RedactionState = "genehmigt" // the old history still is the history, or the branch has just moved
	RedactionPruning   RedactionState = "läuft"     // nobody can reach the old history; its objects still go
	RedactionDone      RedactionState = "geschwärzt"
	RedactionDeclined  RedactionState = "abgelehnt"
)

// Redacted stands where a passage was. In front matter, where brackets would
// make a list, RedactedValue does.
const (
	Redacted      = "[geschwärzt]"
	RedactedValue = "geschwärzt"
)

// Limits of a passage, in characters. Shorter ones would hit words by accident.
const (
	minPassage = 3
	maxPassage = 4000
)

// Redactions keeps redactions, and changes what else of the database holds the
// passage.
type Redactions interface {
	AddRedaction(ctx context.Context, r Redaction) error
	// Redaction returns a redaction, or NotFound.
	Redaction(ctx context.Context, id RedactionID) (Redaction, error)
	// UpdateRedaction replaces the row and counts its version up. It is Stale
	// when the stored version is not that of r.
	UpdateRedaction(ctx context.Context, r Redaction) error
	// Redactions lists all, newest first.
	Redactions(ctx context.Context) ([]Redaction, error)
	// RevisionNames yields which revisions every commit holds.
	RevisionNames(ctx context.Context) iter.Seq2[RevisionName, error]
	// RedactRows changes drafts, proposals, comments, words of files and whatever
	// refers to hashes of the text.
	RedactRows(ctx context.Context, r RowRedaction) error
	// FileBrought reports whether a draft or a proposal brings the stored bytes.
	FileBrought(ctx context.Context, sha256 string) (bool, error)
	// FilesBrought lists what drafts of the text bring, each file once.
	FilesBrought(ctx context.Context, article ID) ([]FileChange, error)
	// Scrub makes sure that deleted rows cannot be read from the database's files.
	Scrub(ctx context.Context) error
}

// RevisionName is a revision as its commit names it.
type RevisionName struct {
	Commit   Commit
	Article  ID
	Revision RevisionID
}

// RowRedaction is a redaction as the database carries it out.
type RowRedaction struct {
	Article   ID
	Text      func(string) string           // a text without the passage
	Proposals map[ProposalID]ProposedSource // new sources
	Hashes    map[ContentHash]ContentHash   // old to new
	ETags     map[string]string             // old to new
	Questions map[string]string             // old to new hashes of questions
	Files     []string                      // SHA-256 of bytes that go with an attachment
	Fresh     map[string]StoredFile         // what takes the place of files of drafts, by SHA-256
	Quoting   []string                      // SHA-256 of files whose words may hold the passage
}

// ProposedSource is the file of a proposal with its hash and what it brings.
type ProposedSource struct {
	Source      []byte
	Files       []FileChange
	ContentHash ContentHash
	Title       string
}

// RedactedTexts are the texts of which something was taken out of every version, or
// is being taken out. Nobody knows any more what it was.
func (l *Library) RedactedTexts(ctx context.Context) (map[ID]bool, error) {
	all, err := l.Redactions.Redactions(ctx)
	if err != nil {
		return nil, err
	}
	texts := map[ID]bool{}
	for _, r := range all {
		if r.State == RedactionApproved || r.State == RedactionPruning || r.State == RedactionDone {
			texts[r.Article] = true
		}
	}
	return texts, nil
}

// CanRequestRedaction reports whether the actor may ask for a redaction.
func CanRequestRedaction(actor account.Actor, department string) bool {
	return actor.SignedIn() && actor.CanWrite() && actor.HasIn(department, account.Editor, account.DataProtection)
}

// canDecideRedaction reports whether the actor may approve or decline.
func canDecideRedaction(actor account.Actor, r Redaction, department string) bool {
	return actor.SignedIn() && actor.CanWrite() && !actor.System && actor.Person.Pseudonym != r.RequestedBy &&
		actor.HasIn(department, account.Reviewer, account.DataProtection)
}

// SeesRedactions reports whether the actor has a role that asks for or decides
// about redactions anywhere.
func SeesRedactions(actor account.Actor) bool {
	return actor.SignedIn() && actor.Has(account.Editor, account.Reviewer, account.DataProtection)
}

// checkPassage refuses what cannot be taken out sensibly.
func checkPassage(passage string) error {
	n := utf8.RuneCountInString(passage)
	switch {
	case n < minPassage, strings.TrimSpace(passage) == "":
		return fault.New(fault.Invalid, "operate.passage-short", "min", minPassage).InField("passage")
	case n > maxPassage:
		return fault.New(fault.Invalid, "operate.passage-long", "max", maxPassage).InField("passage")
	case strings.Contains(Redacted, passage), !utf8.ValidString(passage):
		return fault.New(fault.Invalid, "operate.passage-unusable").InField("passage")
	}
	return nil
}

// redactSource takes a passage out of a file. The result is the file itself
// when the passage does not occur.
func redactSource(name string, source []byte, passage string) ([]byte, error) {
	if passage == "" || !bytes.Contains(source, []byte(passage)) {
		return source, nil
	}
	old, oldErr := ParseDocument(name, source)
	head := len(source) - len(old.Body)
	if old.Body == nil {
		head = 0
	}
	fresh := append(bytes.ReplaceAll(source[:head:head], []byte(passage), []byte(RedactedValue)),
		bytes.ReplaceAll(source[head:], []byte(passage), []byte(Redacted))...)
	d, err := ParseDocument(name, fresh)
	broken := err != nil && oldErr == nil || d.Meta.ID != old.Meta.ID || d.Meta.Kind != old.Meta.Kind
	if broken || bytes.Contains(fresh, []byte(passage)) {
		return nil, fault.New(fault.Invalid, "operate.passage-unusable").InField("passage")
	}
	return fresh, nil
}

// redactText takes a passage out of words of people.
func redactText(text, passage string) string {
	if passage == "" {
		return text
	}
	return strings.ReplaceAll(text, passage, Redacted)
}

// everyRevision lists all versions of a text, newest first.
func (l *Library) everyRevision(ctx context.Context, id ID) ([]Revision, error) {
	var all []Revision
	for before := int64(0); ; {
		page, err := l.Catalogue.Revisions(ctx, id, before, 200)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		before = page[len(page)-1].Sequence
	}
}

// nameRevisions says which revisions each commit holds, and which of the text
// it keeps even when nothing is left of what it changed.
func (l *Library) nameRevisions(ctx context.Context, w Rewrite, id ID) error {
	for n, err := range l.Redactions.RevisionNames(ctx) {
		if err != nil {
			return err
		}
		name := string(n.Revision) + " " + string(n.Article)
		w.Revisions[n.Commit] = append(w.Revisions[n.Commit], Trailer{TrailerRevision, name})
		if n.Article == id {
			w.Revisions[n.Commit] = append(w.Revisions[n.Commit], Trailer{TrailerKept, name})
		}
	}
	return nil
}

// byRevision maps versions by id.
func byRevision(list []Revision, id ID) map[RevisionID]Revision {
	out := map[RevisionID]Revision{}
	for _, v := range list {
		if v.Article == id {
			out[v.ID] = v
		}
	}
	return out
}
