package content

import (
	"bytes"
	"context"
	"path"
	"reflect"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Displace takes out of use what an owner placed and nobody else changed since:
// its document became one with another. Who only confirmed it, that it binds or
// is up to date, did not change it. Its versions stay, and the owner may
// place it again.
func (l *Library) Displace(ctx context.Context, actor account.Actor, id ID, owner, base, message string) (displaced bool, err error) {
	if !actor.System {
		return false, fault.New(fault.Forbidden, "content.operator-only")
	}
	a, err := l.Catalogue.Article(ctx, id)
	if err != nil {
		return false, err
	}
	last, err := l.Catalogue.Revision(ctx, a.Revision)
	if err != nil {
		return false, err
	}
	if a.ETag != base {
		return false, nil
	}
	if !strings.HasPrefix(last.Operation, operationOf(owner, id)) {
		if confirmed, err := l.onlyConfirmed(ctx, a, owner); err != nil || !confirmed {
			return false, err
		}
	}
	revision := l.newRevision()
	_, err = l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		if err := unchanged(tree, a.Path, base); err != nil {
			return Change{}, err
		}
		files, err := filesOf(tree, a.Path)
		if err != nil {
			return Change{}, err
		}
		if sharesFolder(tree, a.Path) { // the files may be another text's
			files = map[string][]byte{a.Path: nil}
		}
		for name := range files {
			files[name] = nil
		}
		e := Edit{Message: message, Operation: operationOf(owner, id) + string(revision)}
		return l.change(actor, e, id, revision, files), nil
	})
	if fault.Is(err, fault.Stale) {
		return false, nil
	}
	return err == nil, err
}

// onlyConfirmed reports whether a text and its files are as the owner placed them
// last, but for what people confirmed about it.
func (l *Library) onlyConfirmed(ctx context.Context, a Article, owner string) (bool, error) {
	for before := int64(0); ; {
		page, err := l.Catalogue.Revisions(ctx, a.ID, before, 50)
		if err != nil || len(page) == 0 {
			return false, err
		}
		for _, r := range page {
			if before = r.Sequence; strings.HasPrefix(r.Operation, operationOf(owner, a.ID)) {
				return l.sameButConfirmations(ctx, a, r)
			}
		}
	}
}

func (l *Library) sameButConfirmations(ctx context.Context, a Article, r Revision) (bool, error) {
	if r.Removed || r.Path != a.Path {
		return false, nil
	}
	var sides [2]map[string][]byte
	for i, commit := range []Commit{r.Commit, a.Commit} {
		tree, err := l.Repository.Snapshot(ctx, commit)
		if err != nil {
			return false, err
		}
		if sides[i], err = filesOf(tree, a.Path); err != nil {
			return false, err
		}
	}
	then, err := ParseDocument(a.Path, sides[0][a.Path])
	if err != nil {
		return false, err
	}
	now, err := ParseDocument(a.Path, sides[1][a.Path])
	if err != nil {
		return false, err
	}
	if path.Dir(a.Path) == "." || !bytes.Equal(then.Body, now.Body) || !reflect.DeepEqual(withoutConfirmations(then), withoutConfirmations(now)) {
		return false, nil
	}
	delete(sides[0], a.Path)
	delete(sides[1], a.Path)
	return reflect.DeepEqual(sides[0], sides[1]), nil
}

// withoutConfirmations are the fields of a text but for those people confirm.
func withoutConfirmations(d Document) map[string]any {
	fields := d.Fields()
	for _, key := range []string{"verbindlich", "verbindlich_belege", "geprueft_am", "naechste_pruefung"} {
		delete(fields, key)
	}
	return fields
}
