package store_test

import (
	"testing"
	"time"

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
		other := f
		other.Name = "Bild.png"
		ok(t, s.SaveDraftFile(ctx, other))
		wantFault(t, s.DeleteDraftFile(ctx, "q", "", "k", "Bild.png"), fault.NotFound, "content.attachment-missing")
		ok(t, s.DeleteDraftFile(ctx, "p", "", "k", "Bild.png"))
		wantFault(t, s.DeleteDraftFile(ctx, "p", "", "k", "Bild.png"), fault.NotFound, "content.attachment-missing")
		wantEqual(t, "mine without the other", got(s.DraftFiles(ctx, "p", "", "k"))(t), []content.DraftFile{f})
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

func TestFilesWaitUntilTheyAreReadAndTheirTextsAreTold(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ctx, now := t.Context(), time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
		waiting := func(at time.Time) []content.FileReading { return got(s.FileReadings(ctx, at, 10))(t) }
		a, b, c := content.FileReading{SHA256: "aa", Article: "eins"}, content.FileReading{SHA256: "aa", Article: "zwei"}, content.FileReading{SHA256: "cc", Article: "eins"}
		ok(t, s.AwaitFileTexts(ctx, nil))
		ok(t, s.AwaitFileTexts(ctx, []content.FileReading{a, b, c, a}))
		wantEqual(t, "waiting", waiting(now), []content.FileReading{a, b, c})
		_, err := s.FileText(ctx, "aa")
		wantFault(t, err, fault.NotFound, "store.no-file-text")

		later := now.Add(time.Hour)
		ok(t, s.SettleFile(ctx, "cc", content.ReadFile{Unreadable: content.UnreadableSlow, Attempts: 1, Again: later}))
		wantEqual(t, "waiting without the slow one", waiting(now), []content.FileReading{a, b})
		c.Attempts = 1
		wantEqual(t, "reasons", got(s.UnreadableFiles(ctx, []string{"aa", "cc"}))(t), map[string]content.Unreadable{"cc": content.UnreadableSlow})

		ok(t, s.SettleFile(ctx, "aa", content.ReadFile{Text: "Größe"}))
		wantEqual(t, "words", got(s.FileText(ctx, "aa"))(t), "Größe")
		wantFault(t, s.SettleFile(ctx, "aa", content.ReadFile{Text: "anders"}), fault.NotFound, "store.no-file-text") // it was read
		wantFault(t, s.SettleFile(ctx, "never", content.ReadFile{}), fault.NotFound, "store.no-file-text")
		wantEqual(t, "texts to be told, the slow one at its time", waiting(later), []content.FileReading{a, b, c})
		ok(t, s.EndFileReadings(ctx, []content.FileReading{a, b, c}))
		wantEqual(t, "waiting in the end", waiting(later), []content.FileReading{c})

		ok(t, s.AwaitFileTexts(ctx, []content.FileReading{a})) // another index asks
		wantEqual(t, "words, still", got(s.FileText(ctx, "aa"))(t), "Größe")
		ok(t, s.ForgetFileReading(ctx, a))
		wantEqual(t, "waiting after one went", waiting(later), []content.FileReading{c})
		ok(t, s.SaveFileText(ctx, "cc", ""))
		wantEqual(t, "no reasons", len(got(s.UnreadableFiles(ctx, []string{"aa", "cc"}))(t)), 0)
		wantEqual(t, "none asked", len(got(s.UnreadableFiles(ctx, nil))(t)), 0)
	})
}
