package content

import "context"

// Rewrite says what is to be different in a history: files at a place with a
// known state, messages, and what commits say about the revisions they hold.
// Everything else of a commit stays: authors, dates, trailers, order.
type Rewrite struct {
	// Files holds, by path and object hash, the bytes that take the place of a
	// file; nil takes the file away.
	Files map[string]map[string][]byte
	// Messages holds new messages, without trailers.
	Messages map[Commit]string
	// Revisions holds trailers that commits get when they change and do not have
	// them: ids that were derived from the old name of the commit stay valid.
	Revisions map[Commit][]Trailer
}

// Rewriter changes the past of a repository. Only redaction does that.
type Rewriter interface {
	// Rewrite asks for the plan when nobody else writes, writes the new history
	// beside the old one, calls prepared, moves the branch, and calls record. No
	// save happens before record has returned. When nothing changes, neither is
	// called.
	Rewrite(ctx context.Context, plan func(context.Context) (Rewrite, error), prepared, record func(ctx context.Context, from, to Commit) error) error
	// Prune removes every object the head does not need from the store.
	Prune(ctx context.Context) error
	// RemoveFile removes the bytes of an attachment.
	RemoveFile(ctx context.Context, sha256 string) error
	// FileUsed reports whether any commit points to the stored bytes.
	FileUsed(ctx context.Context, sha256 string) (bool, error)
}
