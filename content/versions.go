package content

import (
	"context"
	"crypto/sha256"
	"iter"
	"slices"
	"strings"

	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// versions derives a revision for every text every commit touched, and one for
// every text it ended.
func (b *projectionBuilder) versions(ctx context.Context, commits iter.Seq2[CommitRecord, error]) error {
	for read, err := range early(b.reading(ctx, early(commits))) {
		if err != nil {
			return err
		}
		b.commits++
		c, texts := read.CommitRecord, b.met(read.texts)
		named, err := b.nameless.follow(ctx, c, texts, b.idOf)
		if err != nil {
			return err
		}
		before := len(b.result.Revisions)
		present := map[ID]bool{}
		for _, a := range texts {
			if a.ID == "" {
				continue
			}
			present[a.ID] = true
			if err := b.claim(ctx, named[a.Path], a.ID); err != nil {
				return err
			}
			if err := b.add(ctx, c, a, a.ID, false); err != nil {
				return err
			}
		}
		if err := b.endings(ctx, c, present); err != nil {
			return err
		}
		if err := b.emptied(ctx, c, present); err != nil {
			return err
		}
		if proposal := c.Trailer(TrailerProposal); proposal != "" && len(b.result.Revisions) > before {
			released := b.result.Revisions[before]
			b.result.Releases = append(b.result.Releases, Release{ProposalID(proposal), released.Article, released.ID, c.At})
		}
		if err := b.each(ctx); err != nil {
			return err
		}
	}
	return nil
}

// commitTexts are the texts a commit touched, as it left them.
type commitTexts struct {
	CommitRecord
	texts []Article
}

func (b *projectionBuilder) reading(ctx context.Context, commits iter.Seq2[CommitRecord, error]) iter.Seq2[commitTexts, error] {
	return func(yield func(commitTexts, error) bool) {
		for c, err := range commits {
			read := commitTexts{CommitRecord: c}
			read.Changes = inOrder(c.Changes)
			if err == nil {
				read.texts, err = b.textsOf(ctx, read.CommitRecord)
			}
			if !yield(read, err) || err != nil {
				return
			}
		}
	}
}

// inOrder sorts changes by path, so that it does not matter who lists them.
func inOrder(changes []PathChange) []PathChange {
	return slices.SortedFunc(slices.Values(changes), func(a, b PathChange) int { return strings.Compare(a.Path, b.Path) })
}

// textsOf reads the texts a commit touched as it left them.
func (b *projectionBuilder) textsOf(ctx context.Context, c CommitRecord) ([]Article, error) {
	snapshot, err := b.repository.Snapshot(ctx, c.Commit)
	if err != nil {
		return nil, err
	}
	var texts []Article
	for _, name := range textsTouched(snapshot, c.Changes) {
		a, ok, err := b.read(ctx, snapshot, name)
		if err != nil {
			return nil, err
		}
		if ok {
			texts = append(texts, a)
		}
	}
	return texts, nil
}

// met notes the ids of texts that were read.
func (b *projectionBuilder) met(texts []Article) []Article {
	for _, a := range texts {
		b.known[a.Blob] = a.ID
	}
	return texts
}

// endings notes the texts a commit removed: their file is gone or means
// another text, and no file the commit touched has their id.
func (b *projectionBuilder) endings(ctx context.Context, c CommitRecord, present map[ID]bool) error {
	for _, change := range c.Changes {
		if !IsArticlePath(change.Path) || change.Before == "" {
			continue
		}
		id, err := b.idOf(ctx, change.Before)
		if err != nil {
			return err
		}
		if id == "" || present[id] {
			continue
		}
		present[id] = true
		if err := b.add(ctx, c, Article{Path: change.Path, Commit: c.Commit}, id, true); err != nil {
			return err
		}
	}
	return nil
}

// emptied keeps the revisions of a commit that changes nothing of their texts
// any more, because a redaction took away all it had brought. What people
// acknowledged or answered is pinned to them.
func (b *projectionBuilder) emptied(ctx context.Context, c CommitRecord, present map[ID]bool) error {
	for _, t := range c.Trailers {
		value, article, named := strings.Cut(t.Value, " ")
		id := ID(article)
		if t.Key != TrailerKept || !named || present[id] || !validRevision(value) {
			continue
		}
		taken, err := b.taken(ctx, RevisionID(value))
		if err != nil {
			return err
		}
		if taken { // a copied commit names what it copies
			continue
		}
		snapshot, err := b.repository.Snapshot(ctx, c.Commit)
		if err != nil {
			return err
		}
		name, err := b.placeIn(ctx, snapshot, id)
		if err != nil {
			return err
		}
		if name == "" {
			continue
		}
		a, _, err := b.read(ctx, snapshot, name)
		if err != nil {
			return err
		}
		present[id] = true
		if err := b.add(ctx, c, a, id, false); err != nil {
			return err
		}
	}
	return nil
}

// placeIn is where a text lies in a tree, among the places it has had; "" when
// it is not there.
func (b *projectionBuilder) placeIn(ctx context.Context, snapshot Snapshot, id ID) (string, error) {
	var places []string
	for _, r := range slices.Backward(b.result.Revisions) {
		if r.Article == id && !slices.Contains(places, r.Path) {
			places = append(places, r.Path)
		}
	}
	if b.result.From != "" {
		former, err := b.ledger.FormerPaths(ctx, id)
		if err != nil {
			return "", err
		}
		places = append(places, former...)
	}
	for _, name := range places {
		blob, ok := snapshot.Hash(name)
		if !ok {
			continue
		}
		if found, err := b.idOf(ctx, blob); err != nil || found == id {
			return name, err
		}
	}
	return "", nil
}

func (b *projectionBuilder) add(ctx context.Context, c CommitRecord, a Article, id ID, removed bool) error {
	revision, err := b.revisionID(ctx, c, a.Path, id, removed)
	if err != nil {
		return err
	}
	b.used[revision] = true
	b.name(a, removed)
	b.result.Revisions = append(b.result.Revisions, Revision{
		ID:          revision,
		Article:     id,
		Commit:      c.Commit,
		Path:        a.Path,
		Blob:        a.Blob,
		ETag:        a.ETag,
		ContentHash: a.ContentHash,
		Author:      c.Author,
		At:          c.At,
		Message:     c.Message,
		Change:      ChangeKind(c.Trailer(TrailerChange)),
		Operation:   c.Trailer(TrailerOperation),
		Audience:    a.Audience(),
		Removed:     removed,
		Kind:        a.Kind,
		Title:       a.Title,
		Number:      a.Number,
		Binding:     a.Binding,
		ValidFrom:   a.ValidFrom,
		ValidUntil:  a.ValidUntil,
		DecidedOn:   a.DecidedOn,
		Approvers:   c.approvers(),
	})
	return nil
}

// approvers are those who released the commit.
func (c CommitRecord) approvers() []string {
	var out []string
	for _, t := range c.Trailers {
		if t.Key == TrailerApproval && t.Value != "" {
			out = append(out, t.Value)
		}
	}
	return out
}

// revisionID is what the commit says, as long as it says something new: a
// cherry-picked commit carries the trailers of the one it copies. Otherwise it
// is derived from the commit, so that rebuilding gives the same ids.
func (b *projectionBuilder) revisionID(ctx context.Context, c CommitRecord, name string, id ID, removed bool) (RevisionID, error) {
	for _, t := range c.Trailers {
		value, article, named := strings.Cut(t.Value, " ")
		if t.Key != TrailerRevision || named && ID(article) != id || !validRevision(value) {
			continue
		}
		if taken, err := b.taken(ctx, RevisionID(value)); err != nil || !taken {
			return RevisionID(value), err
		}
	}
	seed := string(c.Commit) + "\x00" + name
	if removed {
		seed += "\x00removed"
	}
	sum := sha256.Sum256([]byte(seed))
	return RevisionID("r-" + ident.FromBytes(sum[:])), nil
}

func validRevision(value string) bool {
	id, ok := strings.CutPrefix(value, "r-")
	return ok && ident.Valid(id)
}

func (b *projectionBuilder) taken(ctx context.Context, id RevisionID) (bool, error) {
	if b.used[id] || b.result.From == "" {
		return b.used[id], nil
	}
	_, err := b.ledger.Revision(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// nameless keeps the versions of texts that have no id yet, by path. When an
// id comes they become the beginning of that text's history.
type nameless map[string]chain

// chain is the versions of one file, oldest first.
type chain struct {
	versions []namelessVersion
	whole    bool   // from the file's beginning
	origin   string // where the file lay before the first of the versions, unless whole
}

type namelessVersion struct {
	commit CommitRecord
	text   Article
}

// follow takes one more commit into account and returns the chains of the
// texts that had no id before the commit and have one now.
func (n nameless) follow(ctx context.Context, c CommitRecord, texts []Article, idOf func(context.Context, string) (ID, error)) (map[string]chain, error) {
	before := map[string]string{} // object hashes by path
	had := map[string]bool{}      // whether the file had an id
	for _, change := range c.Changes {
		if !IsArticlePath(change.Path) || change.Before == "" {
			continue
		}
		id, err := idOf(ctx, change.Before)
		if err != nil {
			return nil, err
		}
		before[change.Path], had[change.Path] = change.Before, id != ""
	}
	n.rename(c.Changes, had)
	named := map[string]chain{}
	for _, a := range texts {
		_, changed := before[a.Path]
		known, ok := n[a.Path]
		if !ok {
			known = chain{whole: had[a.Path] || !changed && added(c.Changes, a.Path), origin: a.Path}
		}
		if a.ID == "" {
			known.versions = append(known.versions, namelessVersion{c, a})
			n[a.Path] = known
			continue
		}
		if changed && !had[a.Path] {
			named[a.Path] = known
		}
		delete(n, a.Path)
	}
	return named, nil
}

func added(changes []PathChange, name string) bool {
	for _, c := range changes {
		if c.Path == name {
			return c.Before == ""
		}
	}
	return false
}

// rename moves the chains of files that went elsewhere with the same bytes and
// forgets those that are gone.
func (n nameless) rename(changes []PathChange, had map[string]bool) {
	gone := map[string]string{}
	for _, c := range changes {
		if c.After == "" && IsArticlePath(c.Path) {
			gone[c.Before] = c.Path
		}
	}
	moved := nameless{}
	for _, c := range changes {
		old, ok := gone[c.After]
		if !ok || c.Before != "" || had[old] || !IsArticlePath(c.Path) {
			continue
		}
		known, ok := n[old]
		if !ok {
			known = chain{origin: old}
		}
		moved[c.Path] = known
	}
	for _, name := range gone {
		delete(n, name)
	}
	for name, known := range moved {
		n[name] = known
	}
}

// claim adds the versions a text had before it got its id.
func (b *projectionBuilder) claim(ctx context.Context, known chain, id ID) error {
	versions := known.versions
	if !known.whole && known.origin != "" && b.result.From != "" {
		if err := b.lookBack(ctx); err != nil {
			return err
		}
		versions = append(b.earlier[known.origin].versions, versions...)
	}
	for _, v := range versions {
		if err := b.add(ctx, v.commit, v.text, id, false); err != nil {
			return err
		}
	}
	return nil
}

// lookBack follows the texts without an id through all commits before this
// step. Only commits from outside leave any.
func (b *projectionBuilder) lookBack(ctx context.Context) error {
	if b.earlier != nil {
		return nil
	}
	commits, err := b.missing(ctx, "", b.result.From)
	if err != nil {
		return err
	}
	earlier := nameless{}
	for _, c := range commits {
		c.Changes = inOrder(c.Changes)
		texts, err := b.textsOf(ctx, c)
		if err != nil {
			return err
		}
		if _, err := earlier.follow(ctx, c, b.met(texts), b.idOf); err != nil {
			return err
		}
	}
	b.earlier = earlier
	return nil
}
