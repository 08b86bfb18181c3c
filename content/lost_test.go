package content_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/extract"
	"staffelstab/content/gitrepo"
	"staffelstab/content/markdown"
	"staffelstab/content/search"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/lessons"
	"staffelstab/server/store"
)

// weakLink is a database whose connection breaks once: before a step is
// committed, or after, when only the answer is lost.
type weakLink struct {
	*store.Store
	before, after atomic.Bool
}

func (w *weakLink) Append(ctx context.Context, p content.Projection) error {
	if w.before.CompareAndSwap(true, false) {
		return errors.New("connection refused")
	}
	err := w.Store.Append(ctx, p)
	if w.after.CompareAndSwap(true, false) {
		return errors.New("connection reset while waiting for the answer")
	}
	return err
}

// farLibrary is a library over such a database, and an author.
func farLibrary(t *testing.T) (*content.Library, *weakLink, account.Actor) {
	t.Helper()
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	link := &weakLink{Store: do(store.Open(t.Context(), filepath.Join(dir, "staffelstab.db"), nil))(t)}
	repository := do(gitrepo.Open(dir, gitrepo.Options{Log: log}))(t)
	files := do(gitrepo.OpenFiles(dir))(t)
	index := do(search.Open(filepath.Join(dir, "index"), log))(t)
	t.Cleanup(func() {
		if err := errors.Join(repository.Close(), index.Close(), files.Close(), link.Close()); err != nil {
			t.Error(err)
		}
	})
	var library *content.Library
	projector := content.NewProjector(repository, link, log, func(c content.Commit) { library.HeadChanged(c) })
	library = content.NewLibrary(content.Ports{
		Repository: repository, Catalogue: link, Drafts: link, DraftFiles: link, Examiner: extract.New(""), Proposals: link, People: link, Notices: link, Talk: link, Rules: link, Audit: link, Together: link, Files: files, Index: index, Renderer: markdown.New(markdown.Labels{}),
		Concealer: lessons.Concealer{}, Linter: lessons.Linter{}, Projector: projector,
	}, content.Settings{Now: time.Now, IDs: ident.NewRandom(), Zone: time.UTC, Log: log})
	repository.Start(projector)
	person := account.Person{ID: "p", Pseudonym: "u-pppppppppp", Active: true, Department: "66"}
	return library, link, account.NewActor(person, []account.Grant{{Role: account.Author}}, "2026-01-01", account.AdminAccess)
}

func TestRequestRepeatedAfterTheDatabaseFailedMakesOneText(t *testing.T) {
	for name, breaks := range map[string]func(*weakLink){
		"before the commit": func(w *weakLink) { w.before.Store(true) },
		"after the commit":  func(w *weakLink) { w.after.Store(true) },
	} {
		t.Run(name, func(t *testing.T) {
			library, link, author := farLibrary(t)
			do(library.Create(t.Context(), author, article("Vorher", "x")))(t)
			edit := article("Einmal", "x")
			edit.Operation = content.OperationKey(author, "k")
			breaks(link)
			_, err := library.Create(t.Context(), author, edit)
			refused(t, "creating without a database", err, fault.Unavailable)
			again := do(library.Create(t.Context(), author, edit))(t)
			page := do(library.List(t.Context(), author, content.ArticleFilter{}))(t)
			equal(t, "texts", page.Total, 2)

			change := content.Edit{Body: "y", Operation: content.OperationKey(author, "s")}
			breaks(link)
			_, err = library.Save(t.Context(), author, again.ID, again.ETag, change)
			refused(t, "saving without a database", err, fault.Unavailable)
			saved := do(library.Save(t.Context(), author, again.ID, again.ETag, change))(t)
			equal(t, "versions", len(do(library.History(t.Context(), author, again.ID, 0, 10))(t)), 2)
			equal(t, "changed", saved.ETag != again.ETag, true)
		})
	}
}
