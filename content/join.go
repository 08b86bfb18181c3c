package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// sides are a text as two writers found it, and what each made of it.
type sides struct{ before, mine, theirs Document }

// Joined is an edit brought together with what others changed since its base.
type Joined struct {
	Merge
	Current Article // the text as it is
}

// JoinWith shows what an edit and the changes others made since its base come
// to, for those who have to choose where they contradict each other.
func (l *Library) JoinWith(ctx context.Context, actor account.Actor, id ID, base string, e Edit) (Joined, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Joined{}, err
	}
	if err := l.authorizeEdit(ctx, actor, a.Kind, a.Department); err != nil {
		return Joined{}, err
	}
	e, release, err := l.relate(ctx, actor, a.Meta, e)
	if err != nil {
		return Joined{}, err
	}
	defer release()
	before, mine, err := l.edited(ctx, a, base, e)
	if err != nil {
		return Joined{}, err
	}
	theirs, err := l.document(ctx, a)
	if err != nil {
		return Joined{}, err
	}
	merge, _ := sides{before, mine, theirs}.merge()
	return Joined{Merge: merge, Current: a}, nil
}

// edited reads the text an edit began with and makes of it what the edit wants.
func (l *Library) edited(ctx context.Context, a Article, base string, e Edit) (before, mine Document, err error) {
	began, err := l.stateOf(ctx, a, base)
	if err != nil {
		return before, mine, err
	}
	if before, err = l.document(ctx, began); err != nil {
		return before, mine, err
	}
	before.Path = a.Path
	source, err := l.compose(ctx, before, a.ID, e)
	if err != nil {
		return before, mine, err
	}
	mine, err = ParseDocument(a.Path, source)
	return before, mine, err
}

// stateOf finds the state of a text that an ETag names. One nobody knows is
// stale.
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

// documentIn reads a text of the tree and its ETag. One that is gone is stale.
func documentIn(tree Snapshot, name string) (Document, string, error) {
	blob, ok := tree.Hash(name)
	if !ok {
		return Document{}, "", fault.New(fault.Stale, "content.stale")
	}
	attachments, err := attachmentsBeside(tree, name)
	if err != nil {
		return Document{}, "", err
	}
	source, err := tree.ReadFile(name)
	if err != nil {
		return Document{}, "", err
	}
	d, err := ParseDocument(name, source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Document{}, "", err
	}
	return d, etag(blob, attachments), nil
}

// merge joins the bodies, and lists what to set in theirs to have both.
func (s sides) merge() (Merge, []Field) {
	m := MergeText(string(s.before.Body), string(s.mine.Body), string(s.theirs.Body))
	take, conflicts := mergeFields(s.before.Fields(), s.mine.Fields(), s.theirs.Fields())
	m.Fields = conflicts
	return m, take
}

// join is the file to save when others saved since the edit began: both
// changes, with the actor's choices where they contradict each other. Without
// choices, or when they were made about another state than the tag names, that
// is stale.
func (l *Library) join(ctx context.Context, actor account.Actor, s sides, tag string, e Edit) ([]byte, error) {
	if !CanSee(actor, s.theirs.Meta.Audience()) {
		return nil, fault.New(fault.NotFound, "content.article-missing", "id", string(s.theirs.Meta.ID))
	}
	merge, take := s.merge()
	if !merge.Clean() && e.Seen != tag {
		return nil, fault.New(fault.Stale, "content.stale")
	}
	if n := len(e.Choices); n > 0 && n != len(merge.Conflicts()) { // made about other passages
		return nil, fault.New(fault.Stale, "content.stale")
	}
	for _, c := range merge.Fields {
		if e.FieldChoices[c.Key] != ChooseTheirs {
			take = append(take, Field{c.Key, s.mine.Fields()[c.Key]})
		}
	}
	source, err := s.theirs.WithFields(take...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "content.front-matter-broken").At(s.theirs.Path, 1).Because(err)
	}
	head, err := ParseDocument(s.theirs.Path, source)
	if err != nil {
		return nil, err
	}
	for _, m := range []Meta{s.theirs.Meta, head.Meta} { // somebody may have moved it meanwhile
		if err := l.authorizeEdit(ctx, actor, m.Kind, m.Department); err != nil {
			return nil, err
		}
	}
	return l.checked(ctx, head, merge.Body(e.Choices))
}
