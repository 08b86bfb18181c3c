package content

import (
	"context"

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

// relations reads the links of every changed text. A text that was moved still
// has the relative links of the places where it lay.
func (b *projectionBuilder) relations(ctx context.Context) error {
	b.result.Links, b.result.Prints = map[ID][]TextLink{}, map[ID][]int64{}
	if b.reader == nil {
		return nil
	}
	lay := map[ID][]string{}
	for i := len(b.result.Revisions) - 1; i >= 0; i-- {
		if r := b.result.Revisions[i]; !r.Removed {
			lay[r.Article] = append(lay[r.Article], r.Path)
		}
	}
	for _, a := range b.result.Articles {
		source, err := b.repository.Blob(ctx, a.Blob)
		if err != nil {
			return err
		}
		d, err := ParseDocument(a.Path, source)
		if err != nil && !fault.Is(err, fault.Invalid) {
			return err
		}
		paths := append([]string{a.Path}, lay[a.ID]...)
		if b.result.From != "" {
			former, err := b.ledger.FormerPaths(ctx, a.ID)
			if err != nil {
				return err
			}
			paths = append(paths, former...)
		}
		b.result.Links[a.ID] = linksOf(b.reader, b.after, d.Body, paths)
		if !a.Kind.IsLearning() {
			b.result.Prints[a.ID] = prints(string(d.Body))
		}
	}
	return nil
}
