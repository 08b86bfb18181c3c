package content

import (
	"context"
	"iter"
	"log/slog"
	"maps"
	"path"
	"slices"
	"sync"
	"sync/atomic"

	"staffelstab/internal/fault"
)

// Projector derives the database from Git. The commit path and recovery use
// the same function, so a database that was rebuilt equals one that grew: rows
// follow from the newest tree alone (rows.go), versions from each commit alone
// (versions.go), never from how many commits came in one step.
type Projector struct {
	repository Repository
	ledger     Ledger
	log        *slog.Logger
	mu         sync.Mutex // one projection at a time
	opening    bool       // an Opening has begun; guarded by mu
	changed    func(Commit)
	paths      atomic.Uint64 // counts changes to where links lead whom
	ahead      readAhead
	reader     LinkReader // given by NewLibrary
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
	if p.opening { // the repository keeps the commits, and the next step brings them
		return fault.New(fault.Unavailable, "store.versions-come")
	}
	from, err := p.ledger.LedgerHead(ctx)
	if err != nil {
		return err
	}
	head := commits[len(commits)-1].Commit
	if from == head { // recorded before, but the answer of the database was lost
		p.changed(head)
		return nil
	}
	if !follows(commits, from) {
		if commits, err = p.missing(ctx, from, head); err != nil || len(commits) == 0 {
			return err
		}
	}
	_, err = p.step(ctx, from, head, told(commits), p.ledger.Append)
	return err
}

// follows reports whether the commits begin where the database stands.
func follows(commits []CommitRecord, from Commit) bool {
	return slices.ContainsFunc(commits, func(c CommitRecord) bool {
		return from == "" && len(c.Parents) == 0 || from != "" && slices.Contains(c.Parents, from)
	})
}

// missing lists the commits between the two, oldest first.
func (p *Projector) missing(ctx context.Context, from, to Commit) ([]CommitRecord, error) {
	var commits []CommitRecord
	for c, err := range p.repository.Replay(ctx, from, to) {
		if err != nil {
			return nil, err
		}
		commits = append(commits, c)
	}
	return commits, nil
}

// told is a list as a sequence.
func told(commits []CommitRecord) iter.Seq2[CommitRecord, error] {
	return func(yield func(CommitRecord, error) bool) {
		for _, c := range commits {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// CatchUp rolls the database forward to the head of the repository, however
// long it takes, and reports how many commits were missing. See Open.
func (p *Projector) CatchUp(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o, commits, err := p.open(ctx)
	if err != nil || o == nil {
		return commits, err
	}
	return o.rest(ctx)
}

// Rebuild derives the whole database again. Until the new state is complete
// people read the old one; saves wait.
func (p *Projector) Rebuild(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rebuild(ctx, p.repository.Head())
}

func (p *Projector) rebuild(ctx context.Context, head Commit) (int, error) {
	if head == "" {
		return 0, p.ledger.Replace(ctx, Projection{})
	}
	return p.whole(ctx, head, p.ledger.Replace)
}

// replace derives the whole database from another history and hands it to apply.
func (p *Projector) replace(ctx context.Context, head Commit, apply func(context.Context, Projection) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := p.whole(ctx, head, apply)
	return err
}

// whole derives everything from the beginning. The commits pass by: all of
// them at once would take more memory than what is derived from them.
func (p *Projector) whole(ctx context.Context, head Commit, apply func(context.Context, Projection) error) (int, error) {
	p.ahead.begin() // the newest states are read as rows and again as versions
	defer p.ahead.end()
	return p.step(ctx, "", head, p.repository.Replay(ctx, "", head), apply)
}

// short names a commit for people; none is a dash.
func short(c Commit) string {
	if c == "" {
		return "–"
	}
	return string(c[:min(len(c), 10)])
}

// step derives what the commits, oldest first, changed and tells how many they
// were.
func (p *Projector) step(ctx context.Context, from, head Commit, commits iter.Seq2[CommitRecord, error], apply func(context.Context, Projection) error) (int, error) {
	b := p.builder(from, head)
	if err := b.rows(ctx); err != nil {
		return 0, err
	}
	if err := b.versions(ctx, commits); err != nil {
		return 0, err
	}
	if err := b.current(ctx); err != nil {
		return 0, err
	}
	b.result.Links, b.result.Prints = map[ID][]TextLink{}, map[ID][]int64{}
	if err := b.relations(ctx, func(_ []Article, r Relations) error {
		maps.Copy(b.result.Links, r.Links)
		maps.Copy(b.result.Prints, r.Prints)
		return nil
	}); err != nil {
		return 0, err
	}
	if err := apply(ctx, b.result); err != nil {
		return 0, err
	}
	if b.moved {
		p.paths.Add(1)
	}
	p.changed(head)
	return b.commits, nil
}

// projectionBuilder collects one step.
type projectionBuilder struct {
	*Projector
	result   Projection
	commits  int                 // seen so far
	moved    bool                // a text came, went, changed its title or who may see it: links may lead elsewhere
	known    map[string]ID       // ids by the object hash of their file
	used     map[RevisionID]bool // in this step
	nameless nameless            // texts that have no id yet
	earlier  nameless            // the same before this step; nil until somebody asks
	after    Snapshot
	names    map[ArticleName]bool        // noted in this step
	each     func(context.Context) error // after each commit
	// replaying reads what nobody will ask for again.
	replaying bool
}

func (p *Projector) builder(from, head Commit) *projectionBuilder {
	return &projectionBuilder{
		Projector: p, result: Projection{From: from, Head: head},
		known: map[string]ID{}, used: map[RevisionID]bool{}, nameless: nameless{},
		names: map[ArticleName]bool{}, each: func(context.Context) error { return nil },
	}
}

// idOf reads the id in a version of a file.
func (b *projectionBuilder) idOf(ctx context.Context, blob string) (ID, error) {
	if id, ok := b.known[blob]; ok {
		return id, nil
	}
	source, err := b.repository.Blob(ctx, blob)
	if err != nil {
		return "", err
	}
	d, err := ParseDocument("index.md", source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return "", err
	}
	b.known[blob] = d.Meta.ID
	return d.Meta.ID, nil
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
