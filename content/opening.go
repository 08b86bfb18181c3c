package content

import (
	"context"
	"slices"

	"staffelstab/internal/fault"
)

// Opening derives a database nothing of which can be used: from a bare copy of
// the repository, or in a new shape. It has two parts, because a city that
// restores its library wants to read at once: Open makes the newest texts
// readable and Rest derives their versions, which takes as long as the history
// is. In between the ledger refuses to tell of versions, and nothing may be
// written. When it is broken off it begins anew.
type Opening struct {
	builder *projectionBuilder
	told    int // versions the ledger has
}

// Opener is the part of the ledger an opening needs.
type Opener interface {
	// Begin puts the newest texts in place of everything derived from Git, with
	// their current names. They can be read; whoever asks for versions is told
	// that they are Unavailable until Complete.
	Begin(ctx context.Context, articles []Article) error
	// Extend adds versions, former names and, of the articles, links and
	// likeness. Calls are short: people use the database at the same time.
	Extend(ctx context.Context, p Projection) error
	// Complete tells the articles their newest version and the ledger its head.
	// It is called again, without articles, when its answer was lost.
	Complete(ctx context.Context, p Projection) error
}

// How much of an opening is written at once.
const (
	openingVersions = 1000
	openingTexts    = 200
)

// Open brings the database to the head of the repository. It returns an
// opening, whose Rest has to follow, when nothing in the database can be used.
// A database that stands at a commit the repository does not know is ahead of
// it, and that needs a person.
func (p *Projector) Open(ctx context.Context) (*Opening, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o, _, err := p.open(ctx)
	return o, err
}

// open tells how many commits were missing, unless there is an opening.
func (p *Projector) open(ctx context.Context) (*Opening, int, error) {
	from, err := p.ledger.LedgerHead(ctx)
	if err != nil {
		return nil, 0, err
	}
	head := p.repository.Head()
	shape, err := p.ledger.LedgerShape(ctx)
	if err != nil {
		return nil, 0, err
	}
	if from == head && (shape == ProjectionShape || head == "") {
		return nil, 0, p.ended(ctx, head)
	}
	ahead := fault.New(fault.Unavailable, "content.database-ahead", "database", short(from), "repository", short(head))
	if _, err := p.repository.Snapshot(ctx, from); err != nil || head == "" {
		return nil, 0, ahead.Because(err)
	}
	if from == "" {
		o, err := p.begin(ctx, head)
		return o, 0, err
	}
	commits, err := p.missing(ctx, from, head)
	if err != nil {
		return nil, 0, err
	}
	if from != head && len(commits) == 0 { // head is an ancestor of the database's commit
		return nil, 0, ahead
	}
	if shape != ProjectionShape {
		o, err := p.begin(ctx, head)
		return o, 0, err
	}
	n, err := p.step(ctx, from, head, told(commits), p.ledger.Append)
	return nil, n, err
}

// ended closes an opening the database completed without anybody hearing of it.
func (p *Projector) ended(ctx context.Context, head Commit) error {
	if !p.opening {
		return nil
	}
	if err := p.ledger.Complete(ctx, Projection{Head: head}); err != nil {
		return err
	}
	p.over(head)
	return nil
}

// over lets commits be recorded again.
func (p *Projector) over(head Commit) {
	p.opening = false
	p.paths.Add(1)
	p.changed(head)
}

// begin makes the newest texts readable.
func (p *Projector) begin(ctx context.Context, head Commit) (*Opening, error) {
	b := p.builder("", head)
	p.ahead.begin() // the newest states are read now and again as versions
	if err := b.rows(ctx); err != nil {
		p.ahead.end()
		return nil, err
	}
	for i := range b.result.Articles {
		a := &b.result.Articles[i]
		a.Due = dueOf(a.Meta, a.ChangedAt)
	}
	if err := p.ledger.Begin(ctx, b.result.Articles); err != nil {
		p.ahead.end()
		return nil, err
	}
	p.opening = true
	p.paths.Add(1)
	return &Opening{builder: b}, nil
}

// Rest derives everything else and tells how many commits it read.
func (o *Opening) Rest(ctx context.Context) (int, error) {
	p := o.builder.Projector
	p.mu.Lock()
	defer p.mu.Unlock()
	return o.rest(ctx)
}

func (o *Opening) rest(ctx context.Context) (int, error) {
	b := o.builder
	b.each, b.replaying = o.versions, true
	err := b.versions(ctx, b.repository.Replay(ctx, "", b.result.Head))
	b.ahead.end() // what follows asks for none of this again, and it is a lot
	b.known, b.used = nil, nil
	if err != nil {
		return 0, err
	}
	if err := o.tell(ctx); err != nil {
		return 0, err
	}
	if err := b.current(ctx); err != nil {
		return 0, err
	}
	if err := b.relations(ctx, func(batch []Article, r Relations) error {
		return b.ledger.Extend(ctx, Projection{Articles: batch, Relations: r})
	}); err != nil {
		return 0, err
	}
	if err := b.ledger.Complete(ctx, b.result); err != nil {
		return 0, err
	}
	b.over(b.result.Head)
	return b.commits, nil
}

// versions writes down what was derived when there is enough of it.
func (o *Opening) versions(ctx context.Context) error {
	if len(o.builder.result.Revisions)-o.told < openingVersions {
		return nil
	}
	return o.tell(ctx)
}

func (o *Opening) tell(ctx context.Context) error {
	b := o.builder
	for batch := range slices.Chunk(b.result.Revisions[o.told:], openingVersions) {
		if err := b.ledger.Extend(ctx, Projection{Revisions: batch, Relations: Relations{Names: b.result.Names}}); err != nil {
			return err
		}
		for i, r := range batch { // what follows needs no more of them, and they are many
			batch[i] = Revision{ID: r.ID, Article: r.Article, Path: r.Path, ETag: r.ETag, At: r.At, Author: r.Author, Removed: r.Removed}
		}
		o.told += len(batch)
		b.result.Names = nil
	}
	return nil
}
