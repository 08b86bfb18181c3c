// Package importer moves what other systems hold into the library, and proves
// what it kept.
//
// A Source yields Documents one at a time: an export of Lotus Notes (notes,
// text), saved web pages (webpages), the city's database of rules (dev), a folder
// of Markdown (markdown). Others come over it: what people decided (Mapped), what
// a table knows (metadata). A run reads a source twice. The survey learns which
// documents exist, so that links can be resolved and answers find their question,
// and compares documents that say much the same; the second pass converts, checks
// and, in Apply, hands each document to the Target as one commit. Plan does the
// same without writing, and Verify compares the source with what the Target
// holds.
//
// A run never asks and never stops at a broken document; what it could not do
// stands in the Report. What only people can decide is asked there and answered
// by Decisions, which a later run follows as long as the documents say what they
// said then. Totals always add up: read = imported + unchanged + updated +
// proposed + quarantined + skipped + failed. The same input and decisions give
// the same output, byte for byte, and a second run over them changes nothing.
//
// The package does not know Git, HTTP or the database. It never runs anything
// it finds in a document, resolves no entity and follows no link.
package importer

import (
	"context"
	"fmt"
	"iter"

	"staffelstab/content"
)

// Source reads documents. It can be read any number of times and yields the
// same documents in the same order.
type Source interface {
	// Name is what the report calls the source.
	Name() string
	// Documents yields the documents of all files. A document that cannot be
	// read is yielded as a *SourceError, and the next one follows. Any other
	// error ends the source.
	Documents(ctx context.Context, pass Pass) iter.Seq2[*Document, error]
}

// Overlapping is a Source whose documents are known to repeat and contradict
// each other: a run always compares them.
type Overlapping interface {
	Overlaps() bool
}

// Overlaps reports whether the documents of a source are known to repeat and
// contradict each other. What comes over a source passes it on.
func Overlaps(s Source) bool {
	o, ok := s.(Overlapping)
	return ok && o.Overlaps()
}

// Pass tells a source what one reading is for.
type Pass struct {
	// Survey is the first reading: attachments are not kept.
	Survey bool
	// Resolve finds the article a link of the source leads to. It is nil in the
	// survey. A source that reads ahead calls it while the run works on an earlier
	// document.
	Resolve func(Key) (LinkTarget, bool)
	// SpoolDir is the folder for temporary files; empty means the system's.
	SpoolDir string
}

// LinkTarget is the article behind a link.
type LinkTarget struct {
	ID    content.ID
	Title string
}

// SourceError is a document that could not be read. It never ends a run.
type SourceError struct {
	Origin Origin // as far as it is known
	Title  string
	Offset int64 // bytes from the beginning of the file, after decoding
	// Database says that this is no document but all of a database: which
	// documents it holds nobody can tell.
	Database bool
	Note     Note  // what is wrong, for people
	Err      error // what is wrong, for the log
}

// Error is for logs.
func (e *SourceError) Error() string {
	return fmt.Sprintf("%s:%d (byte %d): %s: %v", e.Origin.File, e.Origin.Line, e.Offset, e.Note.Key, e.Err)
}

// Unwrap returns the technical cause.
func (e *SourceError) Unwrap() error { return e.Err }
