package store_test

import (
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func TestFilesOfDraftsBelongToTheirWriter(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		f := content.DraftFile{Person: "p", Key: "k", FileChange: content.FileChange{Name: "Plan.pdf", SHA256: "aa", Size: 3}}
		ok(t, s.SaveDraftFile(ctx, f))
		f.SHA256 = "bb"
		ok(t, s.SaveDraftFile(ctx, f)) // the same name once more
		wantEqual(t, "mine", got(s.DraftFiles(ctx, "p", "", "k"))(t), []content.DraftFile{f})
		wantEqual(t, "of somebody else", len(got(s.DraftFiles(ctx, "q", "", "k"))(t)), 0)
		ok(t, s.DeleteDraftFiles(ctx, "q", "", "k"))
		wantEqual(t, "still mine", len(got(s.DraftFiles(ctx, "p", "", "k"))(t)), 1)
		ok(t, s.DeleteDraftFiles(ctx, "p", "", "k"))
		wantEqual(t, "forgotten", len(got(s.DraftFiles(ctx, "p", "", "k"))(t)), 0)
	})
}

func TestWordsOfAFileAreRememberedByItsBytes(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		if _, err := s.FileText(t.Context(), "aa"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a file nobody read: %v", err)
		}
		ok(t, s.SaveFileText(t.Context(), "aa", "Größe"))
		ok(t, s.SaveFileText(t.Context(), "bb", "")) // one without words was read too
		wantEqual(t, "words", got(s.FileText(t.Context(), "aa"))(t), "Größe")
		wantEqual(t, "no words", got(s.FileText(t.Context(), "bb"))(t), "")
	})
}
