package content

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// Projector derives the database from Git. The commit path and recovery use
// the same function, so a database that was rebuilt equals one that grew.
type Projector struct {
	repository Repository
	ledger     Ledger
	log        *slog.Logger
	mu         sync.Mutex // one projection at a time
	changed    func(Commit)
	paths      atomic.Uint64 // counts changes to the set of paths and titles
}

// NewProjector returns a projector; changed is called with the new head after
// every projection and must not block.
func NewProjector(repository Repository, ledger Ledger, log *slog.Logger, changed func(Commit)) *Projector {
	return &Projector{repository: repository, ledger: ledger, log: log, changed: changed}
}

// Record implements Recorder.
func (p *Projector) Record(ctx context.Context, commits []CommitRecord) error {
	if len(commits) == 0 {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	from, err := p.ledger.LedgerHead(ctx)
	if err != nil {
		return err
	}
	return p.step(ctx, from, commits)
}

// CatchUp rolls the database forward to the head of the repository. It reports
// how many commits were missing. A database that stands at a commit the
// repository does not know is ahead of it, and that needs a person.
func (p *Projector) CatchUp(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from, err := p.ledger.LedgerHead(ctx)
	if err != nil {
		return 0, err
	}
	head := p.repository.Head()
	if from == head {
		return 0, nil
	}
	if _, err := p.repository.Snapshot(ctx, from); err != nil || head == "" {
		return 0, fault.New(fault.Unavailable, "content.database-ahead", "database", short(from), "repository", short(head)).Because(err)
	}
	var commits []CommitRecord
	for c, err := range p.repository.History(ctx, from, head) {
		if err != nil {
			return 0, err
		}
		commits = append(commits, c)
	}
	if len(commits) == 0 { // head is an ancestor of the database's commit
		return 0, fault.New(fault.Unavailable, "content.database-ahead", "database", short(from), "repository", short(head))
	}
	slices.Reverse(commits)
	return len(commits), p.step(ctx, from, commits)
}

// Rebuild derives the whole database again.
func (p *Projector) Rebuild(ctx context.Context) (int, error) {
	if err := p.ledger.Truncate(ctx); err != nil {
		return 0, err
	}
	return p.CatchUp(ctx)
}

func short(c Commit) string { return string(c[:min(len(c), 10)]) }

func (p *Projector) step(ctx context.Context, from Commit, commits []CommitRecord) error {
	head := commits[len(commits)-1].Commit
	b := &projectionBuilder{Projector: p, ids: map[string]ID{}, result: Projection{From: from, Head: head}}
	if err := b.articles(ctx, from, head); err != nil {
		return err
	}
	if err := b.revisions(ctx, commits); err != nil {
		return err
	}
	if err := b.current(ctx); err != nil {
		return err
	}
	if err := p.ledger.Append(ctx, b.result); err != nil {
		return err
	}
	if b.moved {
		p.paths.Add(1)
	}
	p.changed(head)
	return nil
}

// projectionBuilder collects one step.
type projectionBuilder struct {
	*Projector
	ids    map[string]ID // path → id at the new head, later by renames at older commits
	result Projection
	moved  bool // a text came, went or changed its title: links may lead elsewhere
}

// articles reads the new state of every text whose file or attachments differ
// between the two trees.
func (b *projectionBuilder) articles(ctx context.Context, from, head Commit) error {
	changes, err := b.repository.Diff(ctx, from, head)
	if err != nil {
		return err
	}
	before, err := b.repository.Snapshot(ctx, from)
	if err != nil {
		return err
	}
	after, err := b.repository.Snapshot(ctx, head)
	if err != nil {
		return err
	}
	seen := map[ID]string{}
	for _, name := range textsTouched(after, changes) {
		a, ok, err := readArticle(ctx, after, name)
		if err != nil {
			return err
		}
		if !ok || a.ID == "" {
			b.log.Warn("text without an id is left out", "path", name)
			continue
		}
		if other, twice := seen[a.ID]; twice {
			b.log.Warn("two texts have the same id", "id", a.ID, "path", name, "other", other)
			continue
		}
		seen[a.ID] = name
		b.ids[name] = a.ID
		b.result.Articles = append(b.result.Articles, a)
	}
	return b.departures(ctx, before, changes, seen)
}

// departures finds the texts that are gone and whether links may lead
// elsewhere now.
func (b *projectionBuilder) departures(ctx context.Context, before Snapshot, changes []PathChange, seen map[ID]string) error {
	titles := map[ID]string{}
	for _, a := range b.result.Articles {
		titles[a.ID] = a.Title
	}
	for _, c := range changes {
		if !IsArticlePath(c.Path) {
			continue
		}
		if c.Before == "" {
			b.moved = true
			continue
		}
		old, ok, err := readArticle(ctx, before, c.Path)
		if err != nil {
			return err
		}
		b.moved = b.moved || c.After == "" || old.Title != titles[old.ID]
		if ok && c.After == "" && old.ID != "" && seen[old.ID] == "" {
			b.ids[c.Path] = old.ID
			b.result.Removed = append(b.result.Removed, old.ID)
		}
	}
	return nil
}

// textsTouched turns changed paths into the texts of that tree they concern.
func textsTouched(snapshot Snapshot, changes []PathChange) []string {
	set := map[string]bool{}
	folders := map[string]bool{}
	for _, c := range changes {
		switch {
		case IsArticlePath(c.Path):
			if c.After != "" {
				set[c.Path] = true
			}
		default:
			folders[path.Dir(c.Path)] = true
		}
	}
	for folder := range folders { // an attachment belongs to every text beside it
		entries, err := snapshot.ReadDir(folder)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if name := path.Join(folder, e.Name()); !e.IsDir() && IsArticlePath(name) {
				set[name] = true
			}
		}
	}
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// readArticle reads the row of a text in a tree. Wrong front matter does not
// stop it: an old mistake must not make a text disappear.
func readArticle(ctx context.Context, snapshot Snapshot, name string) (Article, bool, error) {
	if err := ctx.Err(); err != nil {
		return Article{}, false, err
	}
	blob, ok := snapshot.Hash(name)
	if !ok {
		return Article{}, false, nil
	}
	source, err := snapshot.ReadFile(name)
	if err != nil {
		return Article{}, false, err
	}
	d, err := ParseDocument(name, source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Article{}, false, err
	}
	attachments, err := attachmentsBeside(snapshot, name)
	if err != nil {
		return Article{}, false, err
	}
	return Article{
		Meta:        d.Meta,
		Path:        name,
		Commit:      snapshot.Commit(),
		Blob:        blob,
		ETag:        etag(blob, attachments),
		ContentHash: d.ContentHash(attachments),
		Words:       len(strings.Fields(string(d.Body))),
	}, true, nil
}

// revisions derives a revision for every text every commit touched. It walks
// from the newest commit to the oldest, because a text that had no id yet, or
// another path, is known by what it became.
func (b *projectionBuilder) revisions(ctx context.Context, commits []CommitRecord) error {
	for _, c := range slices.Backward(commits) {
		snapshot, err := b.repository.Snapshot(ctx, c.Commit)
		if err != nil {
			return err
		}
		for _, name := range textsTouched(snapshot, c.Changes) {
			a, ok, err := readArticle(ctx, snapshot, name)
			if err != nil {
				return err
			}
			id := a.ID
			if id == "" {
				id = b.ids[name]
			}
			if ok && id != "" {
				b.ids[name] = id
				b.result.Revisions = append(b.result.Revisions, revisionOf(c, a, id))
			}
		}
		b.removals(c)
		b.renames(c.Changes)
	}
	slices.Reverse(b.result.Revisions)
	return nil
}

// removals notes texts that ended with this commit.
func (b *projectionBuilder) removals(c CommitRecord) {
	for _, change := range c.Changes {
		id := b.ids[change.Path]
		if change.After != "" || id == "" || !slices.Contains(b.result.Removed, id) {
			continue
		}
		r := revisionOf(c, Article{Path: change.Path, Commit: c.Commit}, id)
		r.Removed = true
		b.result.Revisions = append(b.result.Revisions, r)
	}
}

// renames follows a file of the same bytes to the path it had before.
func (b *projectionBuilder) renames(changes []PathChange) {
	gone := map[string]string{}
	for _, c := range changes {
		if c.After == "" {
			gone[c.Before] = c.Path
		}
	}
	for _, c := range changes {
		if old, ok := gone[c.After]; ok && c.Before == "" && b.ids[c.Path] != "" {
			b.ids[old] = b.ids[c.Path]
		}
	}
}

func revisionOf(c CommitRecord, a Article, id ID) Revision {
	meta := a.Meta
	return Revision{
		ID:          revisionID(c, a.Path, id),
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
		Audience:    meta.Audience(),
	}
}

// revisionID is what the commit says, or for commits of others a value derived
// from it, so that rebuilding gives the same ids.
func revisionID(c CommitRecord, name string, id ID) RevisionID {
	for _, t := range c.Trailers {
		revision, article, named := strings.Cut(t.Value, " ")
		if t.Key == TrailerRevision && (!named || ID(article) == id) {
			return RevisionID(revision)
		}
	}
	sum := sha256.Sum256([]byte(string(c.Commit) + "\x00" + name))
	return RevisionID("r-" + ident.FromBytes(sum[:]))
}

// current tells every changed article its newest revision. After an adoption
// with merges that is the newest one with the same bytes.
func (b *projectionBuilder) current(context.Context) error {
	for i := range b.result.Articles {
		a := &b.result.Articles[i]
		for _, r := range slices.Backward(b.result.Revisions) {
			if r.Article == a.ID && !r.Removed && (r.ETag == a.ETag || a.Revision == "") {
				a.Revision, a.ChangedAt, a.ChangedBy = r.ID, r.At, r.Author
				if r.ETag == a.ETag {
					break
				}
			}
		}
	}
	return nil
}
