package content

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"staffelstab/internal/fault"
)

// indexer follows the head of the repository with the search index.
type indexer struct {
	library *Library
	wake    chan struct{}
	// announced is the commit HeadChanged was last told of. The repository
	// shows it a moment later, because recording comes before acknowledging;
	// who asked the repository in between would sleep through it.
	announced atomic.Value  // Commit
	held      atomic.Int32  // how many want it to wait
	turn      sync.Mutex    // one change of the index at a time: what is read for it stays true
	unread    []FileReading // files found while documents are made
	mu        sync.Mutex
	again     []ID // texts whose document changed beside Git
}

// target is the commit the index has to stand at.
func (x *indexer) target() Commit {
	if c, ok := x.announced.Load().(Commit); ok {
		return c
	}
	return x.library.Repository.Head()
}

// Pauses after a failed step: the index is a cache, and saving goes on.
const (
	indexRetryFirst = time.Second
	indexRetryMax   = time.Minute
)

// Wake tells the indexer that there is something to do. It never blocks.
func (x *indexer) Wake() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// Run follows until the context ends.
func (x *indexer) Run(ctx context.Context) {
	pause := indexRetryFirst
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		}
		if x.held.Load() > 0 {
			continue
		}
		err := x.library.IndexCatchUp(ctx)
		if err == nil {
			err = x.library.indexWaiting(ctx)
		}
		if err != nil && ctx.Err() == nil {
			x.library.Log.Error("search index is behind", "error", err)
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			pause = min(2*pause, indexRetryMax)
			x.Wake()
			continue
		}
		pause = indexRetryFirst
	}
}

// HoldIndex lets the index wait until the returned function is called: following
// thousands of texts one by one costs more than all of them at once.
func (l *Library) HoldIndex() (follow func()) {
	l.index.held.Add(1)
	return func() {
		l.index.held.Add(-1)
		l.index.Wake()
	}
}

// maxIndexChanges bounds what is applied in one step, which holds all of it in
// memory: 1,400 laws took 3 GB. A rebuild streams and stays under 200 MB.
const maxIndexChanges = 200

// maxIndexCommits bounds the walk through the history that finds them.
const maxIndexCommits = 2000

var errFarBehind = errors.New("the index is too far behind to follow")

// IndexCatchUp brings the index to the head of the repository, by the
// difference where possible and by a rebuild where not.
func (l *Library) IndexCatchUp(ctx context.Context) error {
	l.index.turn.Lock()
	defer l.index.turn.Unlock()
	head := l.index.target()
	at := l.Index.Commit()
	if at == head {
		return nil
	}
	if at == "" {
		return l.rebuild(ctx)
	}
	changes, err := l.touchedBetween(ctx, at, head)
	if err != nil || len(changes) > maxIndexChanges { // far behind, or at a commit this repository does not know
		return l.rebuild(ctx)
	}
	after, err := l.Repository.Snapshot(ctx, head)
	if err != nil {
		return err
	}
	updates, err := l.indexChanges(ctx, after, changes)
	if err != nil {
		return err
	}
	if err := l.index.await(ctx); err != nil {
		return err
	}
	return l.Index.Apply(ctx, head, updates)
}

// indexAgain puts texts into the index once more, as they were at its commit,
// with the words of their files and what people said of them. Those that changed since follow by themselves.
func (l *Library) indexAgain(ctx context.Context, ids []ID) error {
	l.index.turn.Lock()
	defer l.index.turn.Unlock()
	at := l.Index.Commit()
	if at == "" {
		return nil
	}
	snapshot, err := l.Repository.Snapshot(ctx, at)
	if err != nil {
		return err
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	facts, err := l.indexFacts(ctx, ids)
	if err != nil {
		return err
	}
	var updates []IndexChange
	for _, id := range ids {
		a, err := l.Catalogue.Article(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		d, ok, err := l.indexDocument(ctx, snapshot, a, facts)
		if err != nil {
			return err
		}
		if ok && d.ID == id {
			updates = append(updates, IndexChange{ID: d.ID, Document: &d})
		}
	}
	if err := l.index.await(ctx); err != nil || len(updates) == 0 {
		return err
	}
	return l.Index.Apply(ctx, at, updates)
}

// touchedBetween lists what differs between two commits and what any commit
// between them changed. The Catalogue may be ahead of the commit the index was
// stamped with, and a text that went and came back since differs in neither. It
// stops early when there is too much; too many commits are an error.
func (l *Library) touchedBetween(ctx context.Context, at, head Commit) ([]PathChange, error) {
	changes, err := l.Repository.Diff(ctx, at, head)
	if err != nil {
		return nil, err
	}
	touched := map[PathChange]bool{}
	note := func(changes []PathChange) {
		for _, c := range changes {
			touched[c] = true
		}
	}
	note(changes)
	commits := 0
	for c, err := range l.Repository.History(ctx, at, head) {
		if err != nil {
			return nil, err
		}
		if commits++; commits > maxIndexCommits {
			return nil, errFarBehind
		}
		if note(c.Changes); len(touched) > maxIndexChanges {
			break
		}
	}
	return slices.Collect(maps.Keys(touched)), nil
}

// indexChanges looks at every text that a change concerns, before or after it.
// Which file is the text the Catalogue knows; it stands at after or further on.
func (l *Library) indexChanges(ctx context.Context, after Snapshot, changes []PathChange) ([]IndexChange, error) {
	concerned, err := l.textsConcerned(ctx, after, changes)
	if err != nil {
		return nil, err
	}
	related, err := l.Catalogue.Relations(ctx, slices.Collect(maps.Keys(concerned)))
	if err != nil {
		return nil, err
	}
	for _, r := range related {
		concerned[r.Older] = true
	}
	ids := slices.Sorted(maps.Keys(concerned))
	facts, err := l.indexFacts(ctx, ids)
	if err != nil {
		return nil, err
	}
	var updates []IndexChange
	for _, id := range ids {
		update := IndexChange{ID: id, Removed: true}
		a, err := l.Catalogue.Article(ctx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err == nil {
			d, ok, err := l.indexDocument(ctx, after, a, facts)
			if err != nil {
				return nil, err
			}
			if ok && d.ID == id {
				update = IndexChange{ID: id, Document: &d}
			}
		}
		updates = append(updates, update)
	}
	return updates, nil
}

// textsConcerned lists the texts that lay where something changed, for a moment
// only or beside it, and those they replace or that replace them.
func (l *Library) textsConcerned(ctx context.Context, after Snapshot, changes []PathChange) (map[ID]bool, error) {
	concerned := map[ID]bool{}
	synonyms := false // another text may keep them now
	note := func(m Meta) {
		if m.ID == "" {
			return
		}
		concerned[m.ID] = true
		synonyms = synonyms || titleKey(m.Title) == titleKey(SynonymsTitle)
		for _, r := range m.Relations() { // whether they are superseded may have changed
			concerned[r.Newer], concerned[r.Older] = true, true
		}
	}
	for _, name := range textsTouched(after, changes) {
		a, ok, err := readArticle(ctx, after, name)
		if err != nil {
			return nil, err
		}
		if ok {
			note(a.Meta)
		}
	}
	for _, c := range changes {
		if !IsArticlePath(c.Path) {
			continue
		}
		for _, blob := range []string{c.Before, c.After} {
			if blob == "" {
				continue
			}
			m, err := l.metaOf(ctx, c.Path, blob)
			if err != nil {
				return nil, err
			}
			note(m)
		}
	}
	if !synonyms {
		return concerned, nil
	}
	all, err := l.synonymsTexts(ctx)
	for _, a := range all {
		concerned[a.ID] = true
	}
	return concerned, err
}

// metaOf reads the front matter of a file's version.
func (l *Library) metaOf(ctx context.Context, name, blob string) (Meta, error) {
	source, err := l.Repository.Blob(ctx, blob)
	if err != nil {
		return Meta{}, err
	}
	d, err := ParseDocument(name, source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Meta{}, err
	}
	return d.Meta, nil
}

// Reindex builds the index again from the newest tree.
func (l *Library) Reindex(ctx context.Context) error {
	l.index.turn.Lock()
	defer l.index.turn.Unlock()
	return l.rebuild(ctx)
}

func (l *Library) rebuild(ctx context.Context) error {
	head := l.index.target()
	snapshot, err := l.Repository.Snapshot(ctx, head)
	if err != nil {
		return err
	}
	return l.Index.Rebuild(ctx, head, early(l.indexDocuments(ctx, snapshot)))
}

func (l *Library) indexDocuments(ctx context.Context, snapshot Snapshot) iter.Seq2[IndexDocument, error] {
	return func(yield func(IndexDocument, error) bool) {
		facts, err := l.indexFacts(ctx, nil)
		if err != nil {
			yield(IndexDocument{}, err)
			return
		}
		for a, err := range l.Catalogue.AllArticles(ctx) {
			if err != nil {
				yield(IndexDocument{}, err)
				return
			}
			d, ok, err := l.indexDocument(ctx, snapshot, a, facts)
			if err != nil {
				yield(IndexDocument{}, err)
				return
			}
			if ok && !yield(d, nil) {
				return
			}
			if len(l.index.unread) < maxUnread {
				continue
			}
			if err := l.index.await(ctx); err != nil {
				yield(IndexDocument{}, err)
				return
			}
		}
		if err := l.index.await(ctx); err != nil {
			yield(IndexDocument{}, err)
		}
	}
}

// indexDocument reads the file of a text. What follows from other texts and
// from when it was released is the Catalogue's.
func (l *Library) indexDocument(ctx context.Context, snapshot Snapshot, a Article, facts indexFacts) (IndexDocument, bool, error) {
	name := a.Path
	if err := ctx.Err(); err != nil {
		return IndexDocument{}, false, err
	}
	if _, ok := snapshot.Hash(name); !ok {
		return IndexDocument{}, false, nil
	}
	source, err := snapshot.ReadFile(name)
	if err != nil {
		return IndexDocument{}, false, err
	}
	d, err := ParseDocument(name, source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return IndexDocument{}, false, err
	}
	m := d.Meta
	if m.ID == "" {
		return IndexDocument{}, false, nil
	}
	body := l.Concealer.Conceal(m.Kind, d.Body, l.Renderer.Blocks(d.Body))
	files, err := l.fileSections(ctx, snapshot, name, m.ID, m.Kind)
	if err != nil {
		return IndexDocument{}, false, err
	}
	out := IndexDocument{
		ID: m.ID, Kind: m.Kind, Title: m.Title, Summary: m.Summary, Department: m.Department, Number: m.Number,
		Binding: m.Binding, Topics: m.Topics, Keywords: m.Keywords, Audience: m.Audience(),
		ValidFrom: m.ValidFrom, ValidUntil: m.ValidUntil, ReviewDue: a.Due, SupersededFrom: a.SupersededFrom(),
		Author: a.ChangedBy, Sections: append(Sections(l.Renderer.Blocks(body)), files...),
	}
	if !a.ChangedAt.IsZero() {
		out.Changed = DateOf(a.ChangedAt, l.Zone)
	}
	facts.fill(&out, d.Body)
	return out, true, nil
}

// Sections cuts a block tree at its headings.
func Sections(blocks []Block) []IndexSection {
	var out []IndexSection
	var headings []Block
	var text strings.Builder
	current := IndexSection{}
	flush := func() {
		current.Text = text.String()
		text.Reset()
		if current.Text != "" || current.Anchor != "" {
			out = append(out, current)
		}
	}
	for _, b := range blocks {
		if b.Kind != BlockHeading {
			writePlain(&text, b)
			continue
		}
		flush()
		headings = slices.DeleteFunc(headings, func(h Block) bool { return h.Level >= b.Level })
		headings = append(headings, b)
		current = IndexSection{Anchor: b.Anchor}
		for _, h := range headings {
			current.Path = append(current.Path, h.Text)
		}
	}
	flush()
	return out
}

// writePlain writes the words of a block; blocks end in a line break so that
// words never run together.
func writePlain(out *strings.Builder, b Block) {
	if b.Kind == BlockHTML || b.Kind == BlockRule {
		return
	}
	before := out.Len()
	out.WriteString(b.Text)
	for _, c := range b.Children {
		writePlain(out, c)
	}
	if out.Len() > before && !strings.HasSuffix(out.String(), "\n") {
		out.WriteByte('\n')
	}
}
