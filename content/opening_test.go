package content_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
	"staffelstab/server/store"
)

// library is a server with some life: versions, a moved text, one that is gone.
func library(t *testing.T) (s *servertest.Server, kept, gone content.Article) {
	t.Helper()
	s = servertest.New(t)
	kept = s.Write("expertin", content.Edit{Title: "Schieber", Department: "66", Body: "Wort [Plan](plan.md) und [[Pumpe]].\n"})
	s.Write("expertin", content.Edit{Title: "Pumpe", Department: "66", Body: "Wort eins.\n"})
	gone = s.Write("expertin", content.Edit{Title: "Fort", Department: "66", Body: "Wort zwei.\n"})
	for i := range 3 {
		kept = do(s.Library.Save(t.Context(), s.Actor("expertin"), kept.ID, kept.ETag, content.Edit{Title: fmt.Sprint("Schieber ", i), Body: "Wort [Plan](plan.md), [[Pumpe]].\n"}))(t)
	}
	if err := s.Library.Archive(t.Context(), s.Actor("personalerin"), gone.ID, gone.ETag, "weg"); err != nil {
		if err := s.Library.Archive(t.Context(), s.Operator, gone.ID, gone.ETag, "weg"); err != nil {
			t.Fatal(err)
		}
	}
	return s, kept, gone
}

func TestABareCopyIsReadableBeforeItsVersionsAreDerived(t *testing.T) {
	s, kept, gone := library(t)
	s.Indexed()
	grown := dump(t, s, gone.ID)
	reader := s.Actor("leserin")
	rest := s.Open()

	v := do(s.Library.Read(t.Context(), reader, kept.ID, ""))(t)
	if v.Article.Title != "Schieber 2" || !strings.Contains(v.HTML, "/a/") {
		t.Errorf("%q reads %s", v.Article.Title, v.HTML)
	}
	equal(t, "texts", do(s.Library.List(t.Context(), reader, content.ArticleFilter{}))(t).Total, 2)
	equal(t, "comments", len(do(s.Library.Comments(t.Context(), reader, kept.ID))(t)), 0)
	for what, ask := range map[string]func() error{
		"history":   func() error { _, err := s.Library.History(t.Context(), reader, kept.ID, 0, 10); return err },
		"a version": func() error { _, err := s.Library.Read(t.Context(), reader, kept.ID, kept.Revision); return err },
		"a day":     func() error { _, err := s.Library.ValidOn(t.Context(), reader, kept.ID, "2026-11-24"); return err },
	} {
		if err := ask(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	rest()
	compareDumps(t, "the database", dump(t, s, gone.ID), grown)
	s.Indexed()
	equal(t, "versions", len(do(s.Library.History(t.Context(), reader, kept.ID, 0, 10))(t)), 4)
}

// What was said about a version shows again when it is known who may see it.
func TestCommentsWaitForTheirVersions(t *testing.T) {
	s, kept, _ := library(t)
	do(s.Library.Say(t.Context(), s.Actor("leserin"), kept.ID, content.Remark{Text: "Bitte prüfen"}))(t)
	rest := s.Open()
	equal(t, "comments", len(do(s.Library.Comments(t.Context(), s.Actor("leserin"), kept.ID))(t)), 0)
	rest()
	equal(t, "comments", len(do(s.Library.Comments(t.Context(), s.Actor("leserin"), kept.ID))(t)), 1)
}

// A save that comes through in spite of everything is refused, kept in Git and
// recorded by the next one.
func TestASaveDuringAnOpeningIsNotLost(t *testing.T) {
	s, kept, gone := library(t)
	rest := s.Open()
	_, err := s.Library.Save(t.Context(), s.Operator, kept.ID, kept.ETag, content.Edit{Title: "Dazwischen", Body: "Wort dazwischen.\n"})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("saved: %v", err)
	}
	rest()
	s.Write("expertin", content.Edit{Title: "Danach", Department: "66", Body: "Wort.\n"})
	equal(t, "title", do(s.Store.Article(t.Context(), kept.ID))(t).Title, "Dazwischen")
	rebuilt(t, s, gone.ID)
}

func TestAnOpeningThatIsBrokenOffBeginsAnew(t *testing.T) {
	s, _, gone := library(t)
	grown := dump(t, s, gone.ID)
	if err := s.Store.Begin(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	o := do(s.Library.Projector.Open(t.Context()))(t)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := o.Rest(stopped); err == nil {
		t.Error("a stopped opening ended well")
	}
	again := do(s.Library.Projector.Open(t.Context()))(t)
	equal(t, "commits", do(again.Rest(t.Context()))(t), 7)
	compareDumps(t, "the database", dump(t, s, gone.ID), grown)
	if o, err := s.Library.Projector.Open(t.Context()); o != nil || err != nil {
		t.Errorf("a whole database is opened again: %v", err)
	}
}

// deaf is a database whose answer to the first Complete is lost on the way.
type deaf struct {
	*store.Store
	completed int
}

func (d *deaf) Complete(ctx context.Context, p content.Projection) error {
	if d.completed++; d.completed > 1 {
		return d.Store.Complete(ctx, p)
	}
	return errors.Join(d.Store.Complete(ctx, p), errors.New("connection lost"))
}

// An opening that is over is over, also when nobody heard of it: otherwise every
// save would be refused until the next start.
func TestAnOpeningWhoseEndWasNotHeardIsOver(t *testing.T) {
	s, _, _ := library(t)
	ledger := &deaf{Store: s.Store}
	if err := s.Store.Begin(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	p := content.NewProjector(s.Repository, ledger, slog.New(slog.DiscardHandler), func(content.Commit) {})
	if _, err := do(p.Open(t.Context()))(t).Rest(t.Context()); err == nil {
		t.Error("nothing was lost")
	}
	if o, err := p.Open(t.Context()); o != nil || err != nil {
		t.Errorf("a whole database is opened again: %v", err)
	}
	if err := p.Record(t.Context(), []content.CommitRecord{{Commit: s.Repository.Head()}}); err != nil {
		t.Errorf("commits are refused: %v", err)
	}
	equal(t, "asked to end", ledger.completed, 2) // the store refuses to tell of versions until it is told
}
