package importer

import (
	"context"
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

// Adopter takes over a Git repository or bundle with its history. It is the
// counterpart of a Target for sources that already are what the library holds.
type Adopter interface {
	// Adopt brings in every commit of the repository or bundle at path. With dry
	// set it only says what would happen. Adopting the same repository again
	// brings in what is new.
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
