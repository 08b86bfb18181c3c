package importer

import (
	"context"
	"iter"
	"time"

	"staffelstab/content"
)

// Target is where a run writes to. The product's target is the library; tests
// use one in memory.
type Target interface {
	// Current returns the Markdown file of an article as it stands. A fault of
	// kind NotFound means that there is none.
	Current(ctx context.Context, id content.ID) (Current, error)
	// Put writes each item as one commit, byte for byte, and answers for each in
	// the same order. An error of its own means that nothing more can be
	// written, such as a full disk; answers it gave before still count, what it
	// did not come to is left empty.
	Put(ctx context.Context, batch []Incoming) ([]Written, error)
	// Former returns the file of the newest version an import wrote of an article
	// among those own recognises. NotFound means that there is none, or that
	// something was redacted in the article since: a source that still has it must
	// not bring it back.
	Former(ctx context.Context, id content.ID, own func(markdown []byte) bool) ([]byte, error)
	// Propose joins an article of the source with one that people changed since
	// an import wrote base, and lays the result before those who decide. Where
	// both changed the same, both stand in the proposal, marked. The same article
	// in the same state is proposed once, however often it is asked for; an
	// earlier proposal of an import that still waits is replaced. Without a name
	// there is nothing to decide: people wrote or released what the source says. A
	// fault of kind Conflict means that people turned the proposal down.
	Propose(ctx context.Context, in Incoming, base []byte) (proposal string, err error)
	// Known yields the articles that came from a database, in the order of their
	// ids.
	Known(ctx context.Context, replicaID string) iter.Seq2[Known, error]
	// Retire takes an article out of use that became one with another, or that a
	// person decided to withhold; its versions stay. A fault of kind Stale or Conflict means that people changed
	// it, and it stays as it is.
	Retire(ctx context.Context, r Retirement) error
}

// Current is the state of an article in the target.
type Current struct {
	Path     string
	Markdown []byte // with front matter
	Base     string // names this state; Put refuses when it is no longer the newest
}

// Incoming is an article a run writes.
type Incoming struct {
	ID          content.ID
	Kind        content.Kind
	Title       string
	Path        string // of the article; empty lets the target choose by kind and title
	Base        string // of the Current it replaces; empty for a new article
	Stand       string // names what the source says; in the text too, unless the file is the source's
	Markdown    []byte // whole file with front matter
	Attachments []Attachment
	AuthorKey   string // pseudonym
	When        time.Time
	Message     string
	Trailers    []content.Trailer
}

// Written is what became of an Incoming. A fault of kind Stale or Conflict in
// Err means that a person was faster; the run leaves their text alone.
type Written struct {
	Path     string
	Revision content.RevisionID
	Err      error
}

// Known is an article of the target that was imported.
type Known struct {
	ID         content.ID
	Key        Key
	Title      string
	Path       string
	Department string
}

// Retirement is an article that is taken out of use.
type Retirement struct {
	ID      content.ID
	Base    string // of the Current that is retired
	Message string
}

// Adopter takes over a Git repository or bundle with its history. It is the
// counterpart of a Target for sources that already are what the library holds.
type Adopter interface {
	// Adopt brings in every commit of the repository or bundle at path. With dry
	// set it only says what would happen. Adopting the same state again brings in
	// nothing.
	Adopt(ctx context.Context, path string, dry bool) (Adopted, error)
}

// Adopted is what an Adopter did.
type Adopted struct {
	Commits  int // taken over
	Articles []AdoptedArticle
}

// AdoptedArticle is one Markdown file of an adopted repository.
type AdoptedArticle struct {
	ID        content.ID
	Path      string
	Title     string
	Completed bool  // front matter was added
	Unchanged bool  // it was here before
	Err       error // why it could not be taken over, or nil
}
