package content

import (
	"context"
	"maps"
	"slices"
)

// rows finds the texts whose row changes. Of several files with the same id
// the one whose path sorts first is the text; the others wait until it is gone.
func (b *projectionBuilder) rows(ctx context.Context) error {
	changes, err := b.repository.Diff(ctx, b.result.From, b.result.Head)
	if err != nil {
		return err
	}
	if b.after, err = b.repository.Snapshot(ctx, b.result.Head); err != nil {
		return err
	}
	touched := map[string]bool{}
	fresh := map[ID][]Article{} // new states by id, in the order of their paths
	names := textsTouched(b.after, changes)
	texts, err := b.readAll(ctx, b.after, names)
	if err != nil {
		return err
	}
	for i, name := range names {
		touched[name] = true
		a := texts[i]
		if a.ID == "" {
			b.log.Warn("text without an id is left out", "path", name)
			continue
		}
		b.known[a.Blob] = a.ID
		fresh[a.ID] = append(fresh[a.ID], a)
	}
	affected := maps.Clone(fresh)
	for _, c := range changes {
		if !IsArticlePath(c.Path) || c.Before == "" {
			continue
		}
		touched[c.Path] = true
		id, err := b.idOf(ctx, c.Before)
		if err != nil {
			return err
		}
		if id != "" && affected[id] == nil {
			affected[id] = nil
		}
	}
	ids := slices.Sorted(maps.Keys(affected))
	recorded := map[ID]Article{}
	if b.result.From != "" {
		if recorded, err = b.ledger.Recorded(ctx, ids); err != nil {
			return err
		}
	}
	for _, id := range ids {
		old, exists := recorded[id]
		if err := b.row(ctx, id, old, exists, fresh[id], touched); err != nil {
			return err
		}
	}
	return nil
}

// row decides which file is the text with the id now; old is the row there is.
func (b *projectionBuilder) row(ctx context.Context, id ID, old Article, exists bool, fresh []Article, touched map[string]bool) error {
	if len(fresh) > 1 {
		b.log.Warn("several files have the same id", "id", id, "path", fresh[0].Path, "other", fresh[1].Path)
	}
	departed := exists && touched[old.Path] && !slices.ContainsFunc(fresh, func(a Article) bool { return a.Path == old.Path })
	switch {
	case exists && !touched[old.Path] && (len(fresh) == 0 || old.Path < fresh[0].Path):
		return nil // what changed is another file with the same id
	case departed:
		name, err := b.holder(ctx, id, fresh)
		if err != nil {
			return err
		}
		if name == "" {
			b.result.Removed, b.moved = append(b.result.Removed, id), true
			return nil
		}
		a, _, err := b.read(ctx, b.after, name)
		if err != nil {
			return err
		}
		fresh = []Article{a}
	case len(fresh) == 0: // never had a row
		return nil
	}
	b.moved = b.moved || !exists || old.Path != fresh[0].Path || old.Title != fresh[0].Title || !slices.Equal(old.Audience(), fresh[0].Audience())
	b.result.Articles = append(b.result.Articles, fresh[0])
	return nil
}

// holder finds the first file with the id in the newest tree, or "". A file
// with an id has had a revision where it lies, so only those places count.
func (b *projectionBuilder) holder(ctx context.Context, id ID, fresh []Article) (string, error) {
	paths, err := b.ledger.FormerPaths(ctx, id)
	if err != nil {
		return "", err
	}
	for _, a := range fresh {
		paths = append(paths, a.Path)
	}
	slices.Sort(paths)
	for _, name := range paths {
		blob, ok := b.after.Hash(name)
		if !ok {
			continue
		}
		found, err := b.idOf(ctx, blob)
		if err != nil {
			return "", err
		}
		if found == id {
			return name, nil
		}
	}
	return "", nil
}

// current tells every changed row its newest revision: the newest one with the
// same bytes at the same place, which after an adoption with merges need not be
// the last.
func (b *projectionBuilder) current(ctx context.Context) error {
	versions := map[ID][]Revision{}
	for _, r := range b.result.Revisions {
		versions[r.Article] = append(versions[r.Article], r)
	}
	for i := range b.result.Articles {
		a := &b.result.Articles[i]
		newest := versions[a.ID]
		slices.Reverse(newest)
		if !a.adopt(newest, true) && b.result.From != "" {
			older, err := b.ledger.Revisions(ctx, a.ID, 0, 0)
			if err != nil {
				return err
			}
			newest = append(newest, older...)
			a.adopt(newest, true)
		}
		if a.Revision == "" {
			a.adopt(newest, false)
		}
		a.Due = dueOf(a.Meta, a.ChangedAt)
	}
	return nil
}

// adopt takes the first of the revisions that fits, and tells whether one did.
func (a *Article) adopt(newest []Revision, same bool) bool {
	for _, r := range newest {
		if !r.Removed && (!same || r.Path == a.Path && r.ETag == a.ETag) {
			a.Revision, a.ChangedAt, a.ChangedBy = r.ID, r.At, r.Author
			return true
		}
	}
	return false
}
