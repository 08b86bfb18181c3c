package store_test

import (
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func TestAnOpeningShowsTextsBeforeVersions(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		old := content.Projection{Head: "c1", Revisions: []content.Revision{revision("r-1", "a"), revision("r-2", "gone")}, Articles: []content.Article{article("a", func(*content.Article) {}), article("gone", func(*content.Article) {})}}
		ok(t, s.Append(t.Context(), old))
		fresh := article("a", func(a *content.Article) { a.Title, a.Revision, a.ChangedAt = "Neu", "", time.Time{} })
		ok(t, s.Begin(t.Context(), []content.Article{fresh}))
		wantEqual(t, "head", got(s.LedgerHead(t.Context()))(t), content.Commit(""))
		wantEqual(t, "title", got(s.Article(t.Context(), "a"))(t).Title, "Neu")
		wantEqual(t, "texts", got(s.Articles(t.Context(), content.ArticleFilter{Any: true}))(t).Total, 1)
		wantEqual(t, "by name", got(s.ResolveTitle(t.Context(), "neu"))(t), content.ID("a"))
		unavailable := func(what string, err error) {
			t.Helper()
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("%s: %v", what, err)
			}
		}
		ask := func() {
			_, err := s.Revision(t.Context(), "r-1")
			unavailable("a version", err)
			_, err = s.Revisions(t.Context(), "a", 0, 10)
			unavailable("versions", err)
			_, err = s.RevisionByOperation(t.Context(), "x")
			unavailable("an operation", err)
			_, err = s.RevisionOn(t.Context(), "a", "2026-01-01", time.Now())
			unavailable("a day", err)
			_, err = s.RevisionsOn(t.Context(), content.ArticleFilter{Any: true}, "2026-01-01", time.Now())
			unavailable("a day of all", err)
			_, err = s.RevisionsAfter(t.Context(), 0, 10)
			unavailable("what follows", err)
			_, err = s.LastRevision(t.Context())
			unavailable("the last", err)
			_, err = s.ArchivedTexts(t.Context())
			unavailable("what is archived", err)
			_, err = s.Asking(t.Context(), []content.ID{"a"})
			unavailable("what asks", err)
		}
		ask()
		ok(t, s.Extend(t.Context(), content.Projection{Revisions: []content.Revision{revision("r-1", "a")}}))
		ask()
		ok(t, s.Extend(t.Context(), content.Projection{Revisions: []content.Revision{revision("r-3", "a")}}))
		fresh.Revision, fresh.ChangedAt, fresh.ChangedBy, fresh.Due = "r-3", time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC), "u-jemand", "2027-05-01"
		ok(t, s.Extend(t.Context(), content.Projection{Articles: []content.Article{fresh}, Relations: content.Relations{
			Names:  []content.ArticleName{{Name: content.Name{Kind: content.NameTitle, Key: "alt"}, Article: "a"}},
			Prints: map[content.ID][]int64{"a": {1, 2}},
		}}))
		ok(t, s.Complete(t.Context(), content.Projection{Head: "c9", Articles: []content.Article{fresh}}))
		wantEqual(t, "head", got(s.LedgerHead(t.Context()))(t), content.Commit("c9"))
		wantEqual(t, "shape", got(s.LedgerShape(t.Context()))(t), content.ProjectionShape)
		now := got(s.Article(t.Context(), "a"))(t)
		wantEqual(t, "newest", now.Revision, content.RevisionID("r-3"))
		wantEqual(t, "changed", now.ChangedAt, fresh.ChangedAt)
		wantEqual(t, "by", now.ChangedBy, "u-jemand")
		wantEqual(t, "due", now.Due, content.Date("2027-05-01"))
		list := got(s.Revisions(t.Context(), "a", 0, 10))(t)
		wantEqual(t, "versions", len(list), 2)
		wantEqual(t, "the last", list[0].Sequence, int64(2))
		wantEqual(t, "former name", len(got(s.NamedArticles(t.Context(), content.Name{Kind: content.NameTitle, Key: "alt"}))(t)), 1)
		ok(t, s.Append(t.Context(), content.Projection{From: "c9", Head: "c10", Revisions: []content.Revision{revision("r-4", "a")}}))
		wantEqual(t, "sequence goes on", got(s.Revision(t.Context(), "r-4"))(t).Sequence, int64(3))
	})
}

func TestAnOpeningThatNeverEndedLeavesTheLedgerAtItsBeginning(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		s := open(t, target)
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Revisions: []content.Revision{revision("r-1", "a")}, Articles: []content.Article{article("a", func(*content.Article) {})}}))
		ok(t, s.Begin(t.Context(), []content.Article{article("a", func(*content.Article) {})}))
		ok(t, s.Extend(t.Context(), content.Projection{Revisions: []content.Revision{revision("r-1", "a")}}))
		next := open(t, target) // after a crash
		wantEqual(t, "head", got(next.LedgerHead(t.Context()))(t), content.Commit(""))
		ok(t, next.Begin(t.Context(), []content.Article{article("a", func(*content.Article) {})}))
		ok(t, next.Extend(t.Context(), content.Projection{Revisions: []content.Revision{revision("r-1", "a")}}))
		ok(t, next.Complete(t.Context(), content.Projection{Head: "c1"}))
		wantEqual(t, "sequence", got(next.Revision(t.Context(), "r-1"))(t).Sequence, int64(1))
	})
}
