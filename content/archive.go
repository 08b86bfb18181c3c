package content

import (
	"context"
	"path"
	"strings"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Archived is a text that was taken out of use. Its versions stay.
type Archived struct {
	ID         ID
	Meta       Meta // as the text was last
	Last       Revision
	At         time.Time
	By         string // pseudonym
	Message    string
	Successor  *Article // the text that took its place, when the actor may see it
	CanRestore bool
}

// CanArchive reports whether the actor may take a text out of use.
func (r ApprovalRules) CanArchive(actor account.Actor, m Meta, today Date) bool {
	return r.authorizeArchive(actor, m, today) == nil
}

// authorizeArchive: the editors of a department archive its texts. What four
// eyes look at is ended by an approved change of its validity or successor;
// only then is it archived, by its editors or reviewers.
func (r ApprovalRules) authorizeArchive(actor account.Actor, m Meta, today Date) error {
	switch {
	case actor.System:
		return nil
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case r.Approvers(m.Kind, m.Department) > 0:
		if !actor.HasIn(m.Department, account.Editor, account.Reviewer) {
			return fault.New(fault.Forbidden, "links.editors-only", "department", m.Department)
		}
		if !m.StatusOn(today).Over() {
			return fault.New(fault.ApprovalRequired, "links.standard-in-force")
		}
	case !actor.HasIn(m.Department, account.Editor):
		return fault.New(fault.Forbidden, "links.editors-only", "department", m.Department)
	}
	return nil
}

// Archive takes a text out of use: its file and the files beside it leave the
// tree, every version stays in the history, its address says what became of it.
func (l *Library) Archive(ctx context.Context, actor account.Actor, id ID, base, message string) error {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return err
	}
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return err
	}
	if err := rules.authorizeArchive(actor, a.Meta, l.Today()); err != nil {
		return err
	}
	if base == "" {
		return fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	revision := l.newRevision()
	_, err = l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		if err := unchanged(tree, a.Path, base); err != nil {
			return Change{}, err
		}
		shared := sharesFolder(tree, a.Path)
		if shared && a.Kind == KindModule {
			return Change{}, fault.New(fault.Conflict, "links.module-has-lessons")
		}
		files := map[string][]byte{a.Path: nil}
		if !shared {
			beside, err := attachmentsBeside(tree, a.Path)
			if err != nil {
				return Change{}, err
			}
			for _, file := range beside {
				files[path.Join(a.Folder(), file.Name)] = nil
			}
		}
		return l.change(actor, Edit{Message: message}, id, revision, files), nil
	})
	return err
}

// Archived tells what became of a text that was archived, to those who could
// see it last.
func (l *Library) Archived(ctx context.Context, actor account.Actor, id ID) (Archived, error) {
	unknown := fault.New(fault.NotFound, "content.article-missing", "id", string(id))
	if err := authorizeRead(actor); err != nil {
		return Archived{}, err
	}
	if _, err := l.Catalogue.Article(ctx, id); err == nil {
		return Archived{}, unknown
	} else if !fault.Is(err, fault.NotFound) {
		return Archived{}, err
	}
	versions, err := l.Catalogue.Revisions(ctx, id, 0, 0)
	if err != nil {
		return Archived{}, err
	}
	if len(versions) == 0 || !versions[0].Removed {
		return Archived{}, unknown
	}
	out := Archived{ID: id, At: versions[0].At, By: versions[0].Author, Message: versions[0].Message}
	for _, r := range versions {
		if !r.Removed {
			out.Last = r
			break
		}
	}
	if out.Last.ID == "" || !CanSee(actor, out.Last.Audience) {
		return Archived{}, unknown
	}
	d, err := l.document(ctx, Article{Path: out.Last.Path, Blob: out.Last.Blob})
	if err != nil {
		return Archived{}, err
	}
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return Archived{}, err
	}
	out.Meta, out.CanRestore = d.Meta, rules.authorizeArchive(actor, d.Meta, l.Today()) == nil
	if next := d.Meta.ReplacedBy; next != "" {
		if a, err := l.visible(ctx, actor, next); err == nil {
			out.Successor = &a
		} else if !fault.Is(err, fault.NotFound) {
			return Archived{}, err
		}
	}
	return out, nil
}

// gone says of an archived text that it was archived; any other text that is
// not found stays not found.
func (l *Library) gone(ctx context.Context, actor account.Actor, id ID, missing error) error {
	if !fault.Is(missing, fault.NotFound) {
		return missing
	}
	was, err := l.Archived(ctx, actor, id)
	if fault.Is(err, fault.NotFound) {
		return missing
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Gone, "links.archived", "date", was.At.In(l.Zone))
}

// Unarchive brings a text back under its id, with the files beside it. It lies
// where it lay, or elsewhere when another text is there now.
func (l *Library) Unarchive(ctx context.Context, actor account.Actor, id ID, message string) (Article, error) {
	leave, err := l.operations.enter(ctx, "unarchive "+string(id)) // who comes second would place it a second time
	if err != nil {
		return Article{}, err
	}
	defer leave()
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return Article{}, err
	}
	was, err := l.Archived(ctx, actor, id)
	if fault.Is(err, fault.NotFound) { // whoever could have done it is told that it is done
		if a, seen := l.visible(ctx, actor, id); seen == nil && rules.authorizeArchive(actor, a.Meta, l.Today()) == nil {
			return a, nil
		}
	}
	if err != nil {
		return Article{}, err
	}
	if err := rules.authorizeArchive(actor, was.Meta, l.Today()); err != nil {
		return Article{}, err
	}
	then, err := l.Repository.Snapshot(ctx, was.Last.Commit)
	if err != nil {
		return Article{}, err
	}
	files, err := filesOf(then, was.Last.Path)
	if err != nil {
		return Article{}, err
	}
	revision := l.newRevision()
	_, err = l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		name := was.Last.Path
		if _, taken := tree.Hash(path.Dir(name)); taken && !was.Meta.Kind.IsLearning() {
			if name, err = l.newPath(ctx, tree, id, was.Meta.Kind, was.Meta.Title); err != nil {
				return Change{}, err
			}
		}
		if _, taken := tree.Hash(name); taken {
			return Change{}, fault.New(fault.Conflict, "links.place-taken")
		}
		change := map[string][]byte{}
		for file, data := range files {
			change[path.Join(path.Dir(name), path.Base(file))] = data
		}
		if old := path.Join(path.Dir(name), path.Base(was.Last.Path)); old != name {
			change[name] = change[old]
			delete(change, old)
		}
		return l.change(actor, Edit{Message: message}, id, revision, change), nil
	})
	if err != nil {
		return Article{}, err
	}
	return l.Catalogue.Article(ctx, id)
}

// archivedBy reports whether people archived a text the owner had placed: it
// must not come back with the next import.
func (l *Library) archivedBy(ctx context.Context, id ID, owner string) (bool, error) {
	versions, err := l.Catalogue.Revisions(ctx, id, 0, 1)
	if err != nil || len(versions) == 0 {
		return false, err
	}
	return versions[0].Removed && !strings.HasPrefix(versions[0].Operation, operationOf(owner, id)), nil
}
