package content

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"staffelstab/internal/fault"
)

// Relations is how the texts of a projection stand to others. All of it is
// derived from Git.
type Relations struct {
	Names  []ArticleName     // that texts had in the step's revisions
	Links  map[ID][]TextLink // of the step's articles
	Prints map[ID][]int64    // of the step's articles, see prints
}

// name notes what a text was called at a revision.
func (b *projectionBuilder) name(a Article, removed bool) {
	if removed || a.ID == "" {
		return
	}
	for _, name := range a.Names() {
		n := ArticleName{name, a.ID}
		if !b.names[n] {
			b.names[n] = true
			b.result.Names = append(b.result.Names, n)
		}
	}
}

// relations reads the links of every changed text and hands them on in parts. A
// text that was moved still has the relative links of the places where it lay.
func (b *projectionBuilder) relations(ctx context.Context, use func([]Article, Relations) error) error {
	if b.reader == nil {
		return nil
	}
	lay := map[ID][]string{}
	for _, r := range slices.Backward(b.result.Revisions) {
		if !r.Removed {
			lay[r.Article] = append(lay[r.Article], r.Path)
		}
	}
	for batch := range slices.Chunk(b.result.Articles, openingTexts) {
		r, err := b.relateAll(ctx, batch, lay)
		if err != nil {
			return err
		}
		if err := use(batch, r); err != nil {
			return err
		}
	}
	return nil
}

// relateAll reads what texts say about others on all processors: while it does,
// nothing else can be saved.
func (b *projectionBuilder) relateAll(ctx context.Context, batch []Article, lay map[ID][]string) (Relations, error) {
	found := make([]relation, len(batch))
	readers := min(len(batch), runtime.GOMAXPROCS(0))
	failures := make([]error, readers)
	var next atomic.Int64
	var running sync.WaitGroup
	for n := range readers {
		running.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(batch) && failures[n] == nil; i = int(next.Add(1)) - 1 {
				found[i], failures[n] = b.relate(ctx, batch[i], lay[batch[i].ID])
			}
		})
	}
	running.Wait()
	r := Relations{Links: map[ID][]TextLink{}, Prints: map[ID][]int64{}}
	for i, a := range batch {
		r.Links[a.ID] = found[i].links
		if !a.Kind.IsLearning() {
			r.Prints[a.ID] = found[i].prints
		}
	}
	return r, errors.Join(failures...)
}

// relation is what one text says about others.
type relation struct {
	links  []TextLink
	prints []int64
}

func (b *projectionBuilder) relate(ctx context.Context, a Article, lay []string) (r relation, err error) {
	source, err := b.repository.Blob(ctx, a.Blob)
	if err != nil {
		return r, err
	}
	d, err := ParseDocument(a.Path, source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return r, err
	}
	r.links, err = linksOf(b.reader, b.after, d.Body, a.Path, func() ([]string, error) {
		if b.result.From == "" {
			return lay, nil
		}
		former, err := b.ledger.FormerPaths(ctx, a.ID)
		return append(slices.Clone(lay), former...), err
	})
	if err == nil && !a.Kind.IsLearning() {
		r.prints = prints(string(d.Body))
	}
	return r, err
}
