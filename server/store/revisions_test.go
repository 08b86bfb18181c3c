package store_test

import (
	"fmt"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func TestRevisionRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[content.Revision]()
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Revisions: []content.Revision{want}}))
		want.Sequence = 1 // given by the ledger
		wantEqual(t, "by id", got(s.Revision(t.Context(), want.ID))(t), want)
		wantEqual(t, "by operation", got(s.RevisionByOperation(t.Context(), want.Operation))(t), want)
		wantEqual(t, "in the history", got(s.Revisions(t.Context(), want.Article, 0, 10))(t), []content.Revision{want})
	})
}

func TestHistoryIsNewestFirstInPages(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		p := content.Projection{Head: "c1"}
		for i := range 7 {
			p.Revisions = append(p.Revisions,
				revision(content.RevisionID(fmt.Sprintf("r-%d", i)), "a"),
				revision(content.RevisionID(fmt.Sprintf("r-other%d", i)), "b"))
		}
		ok(t, s.Append(t.Context(), p))
		var ids []content.RevisionID
		before := int64(0)
		for range 4 {
			page := got(s.Revisions(t.Context(), "a", before, 2))(t)
			for _, r := range page {
				ids = append(ids, r.ID)
				before = r.Sequence
			}
		}
		wantEqual(t, "history", ids, []content.RevisionID{"r-6", "r-5", "r-4", "r-3", "r-2", "r-1", "r-0"})
		wantEqual(t, "of nobody", got(s.Revisions(t.Context(), "c", 0, 2))(t), []content.Revision{})
		wantEqual(t, "without a limit", len(got(s.Revisions(t.Context(), "a", 0, 0))(t)), 7)
	})
}

func TestMissingRevisionsAreNotFound(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Revisions: []content.Revision{revision("r-1", "a")}}))
		for _, unknown := range []string{"", "r-2", "R-1", "r-1\x00"} {
			_, err := s.Revision(t.Context(), content.RevisionID(unknown))
			wantFault(t, err, fault.NotFound, "content.revision-missing")
			// r-1 has no operation: asking for none must not find it
			_, err = s.RevisionByOperation(t.Context(), unknown)
			wantFault(t, err, fault.NotFound, "content.revision-missing")
		}
	})
}

func TestOperationNamesTheFirstRevisionItMade(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		first, second := revision("r-1", "a"), revision("r-2", "b")
		first.Operation, second.Operation = "op", "op"
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Revisions: []content.Revision{first, second}}))
		wantEqual(t, "revision", got(s.RevisionByOperation(t.Context(), "op"))(t).ID, content.RevisionID("r-1"))
	})
}

func TestArchivedTextsAreThoseWhoseVersionsEnd(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		p := content.Projection{Head: "c1", Articles: []content.Article{article("c")}}
		for _, v := range []struct{ id, text string }{{"r-1", "b"}, {"r-2", "a"}, {"r-3", "c"}} {
			r := revision(content.RevisionID(v.id), content.ID(v.text))
			r.Removed = true
			p.Revisions = append(p.Revisions, r)
		}
		ok(t, s.Append(t.Context(), p))
		wantEqual(t, "archived", got(s.ArchivedTexts(t.Context()))(t), []content.ID{"a", "b"}) // c came back
	})
}
