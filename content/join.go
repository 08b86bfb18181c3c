package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Joined is an edit brought together with what others changed since its base.
type Joined struct {
	Merge
	Current Article        // the text as it is
	Theirs  string         // its body
	Fields  map[string]any // front matter of both, where they agree
}

// JoinWith shows what an edit and the changes others made since its base come
// to, for those who have to choose where they contradict each other.
func (l *Library) JoinWith(ctx context.Context, actor account.Actor, id ID, base string, e Edit) (Joined, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Joined{}, err
	}
	if err := authorizePropose(actor, a.Kind, a.Department, true); err != nil && !mayWrite(actor, a.Department) {
		return Joined{}, err
	}
	theirs, mine, before, err := l.threeSides(ctx, a, base, e)
	if err != nil {
		return Joined{}, err
	}
	j := Joined{Merge: MergeText(string(before.Body), string(mine.Body), string(theirs.Body)), Current: a, Theirs: string(theirs.Body)}
	take, conflicts := mergeFields(before.Fields(), mine.Fields(), theirs.Fields())
	j.Merge.Fields, j.Fields = conflicts, theirs.Fields()
	for _, f := range take {
		j.Fields[f.Key] = f.Value
	}
	return j, nil
}

// threeSides reads the text as it is, as the edit wants it, and as both found
// it.
func (l *Library) threeSides(ctx context.Context, a Article, base string, e Edit) (theirs, mine, before Document, err error) {
	if theirs, err = l.document(ctx, a); err != nil {
		return theirs, mine, before, err
	}
	began, err := l.stateOf(ctx, a, base)
	if err != nil {
		return theirs, mine, before, err
	}
	if before, err = l.document(ctx, began); err != nil {
		return theirs, mine, before, err
	}
	before.Path = a.Path
	source, err := l.compose(ctx, before, a.ID, e)
	if err != nil {
		return theirs, mine, before, err
	}
	mine, err = ParseDocument(a.Path, source)
	return theirs, mine, before, err
}

// joined is the file to save: the edit alone when nothing changed since its
// base, else both changes. Stale when a person has to choose.
func (l *Library) joined(ctx context.Context, a Article, base string, e Edit) ([]byte, error) {
	theirs, mine, before, err := l.threeSides(ctx, a, base, e)
	if err != nil || base == a.ETag {
		return mine.Source, err
	}
	merge := MergeText(string(before.Body), string(mine.Body), string(theirs.Body))
	take, conflicts := mergeFields(before.Fields(), mine.Fields(), theirs.Fields())
	if (!merge.Clean() || len(conflicts) > 0) && e.Seen != a.ETag {
		return nil, fault.New(fault.Stale, "content.stale")
	}
	for _, c := range conflicts {
		if e.FieldChoices[c.Key] != ChooseTheirs {
			take = append(take, Field{c.Key, mine.Fields()[c.Key]})
		}
	}
	source, err := theirs.WithFields(take...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "content.front-matter-broken").At(a.Path, 1).Because(err)
	}
	d, err := ParseDocument(a.Path, source)
	if err != nil {
		return nil, err
	}
	return l.checked(ctx, d, merge.Body(e.Choices))
}

// stateOf finds the state of a text that an ETag names. One nobody knows is
// stale: it may be of a version that was never released.
func (l *Library) stateOf(ctx context.Context, a Article, base string) (Article, error) {
	if base == a.ETag {
		return a, nil
	}
	var before int64
	for {
		revisions, err := l.Catalogue.Revisions(ctx, a.ID, before, 0)
		if err != nil {
			return Article{}, err
		}
		for _, r := range revisions {
			if r.ETag == base && !r.Removed {
				return Article{Meta: Meta{ID: a.ID}, Path: r.Path, Blob: r.Blob}, nil
			}
			before = r.Sequence
		}
		if len(revisions) == 0 {
			return Article{}, fault.New(fault.Stale, "content.stale")
		}
	}
}
