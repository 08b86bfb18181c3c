package store_test

import (
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/lessons"
	"staffelstab/server/store"
)

func TestRedactionRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		r := filled[content.Redaction]()
		ok(t, s.AddRedaction(t.Context(), r))
		wantEqual(t, "redaction", got(s.Redaction(t.Context(), r.ID))(t), r)
		wantEqual(t, "listed", got(s.Redactions(t.Context()))(t), []content.Redaction{r})
		r.Passage, r.State = "", content.RedactionDone
		ok(t, s.UpdateRedaction(t.Context(), r))
		wantFault(t, s.UpdateRedaction(t.Context(), r), fault.Stale, "operate.redaction-decided")
		wantEqual(t, "passage", got(s.Redaction(t.Context(), r.ID))(t).Passage, "")
		_, err := s.Redaction(t.Context(), "nobody")
		wantFault(t, err, fault.NotFound, "operate.redaction-missing")
		ok(t, s.Scrub(t.Context()))
	})
}

func TestRowsOfARedactedTextFollow(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		p := content.Proposal{ID: "p-1", Article: "a", Base: "etag-1", Source: []byte("Frau Krause"), ContentHash: "v1:own", Why: "wegen Krause", Title: "Krause", Operation: "1", State: content.ProposalSubmitted}
		other := content.Proposal{ID: "p-2", Article: "b", Base: "etag-9", Source: []byte("Frau Krause"), ContentHash: "v1:b", Operation: "2", State: content.ProposalSubmitted}
		ok(t, s.AddProposal(ctx, p))
		ok(t, s.AddProposal(ctx, other))
		ok(t, s.AddVote(ctx, content.Vote{Proposal: "p-1", Reviewer: "u-1", ContentHash: "v1:own", Note: "Krause ist richtig"}))
		ok(t, s.AddVote(ctx, content.Vote{Proposal: "p-1", Reviewer: "u-2", ContentHash: "v1:old", Approves: true}))
		ok(t, s.SaveDraft(ctx, content.Draft{Person: "x", Article: "a", Base: "etag-1", Title: "T", Body: "an Krause", Fields: map[string]string{"kurz": "Krause"}}))
		ok(t, s.RedactRows(ctx, content.RowRedaction{
			Article: "a", Text: func(text string) string { return strings.ReplaceAll(text, "Krause", "*") },
			Proposals: map[content.ProposalID]content.ProposedSource{"p-1": {Source: []byte("Frau *"), ContentHash: "v1:new", Title: "*"}},
			Hashes:    map[content.ContentHash]content.ContentHash{"v1:old": "v1:fresh"}, ETags: map[string]string{"etag-1": "etag-2"},
		}))
		now := got(s.Proposal(ctx, "p-1"))(t)
		if string(now.Source) != "Frau *" || now.ContentHash != "v1:new" || now.Base != "etag-2" || now.Why != "wegen *" || now.Title != "*" || now.Version != p.Version+1 {
			t.Errorf("%+v", now)
		}
		votes := got(s.Votes(ctx, "p-1"))(t)
		if votes[0].ContentHash != "v1:new" || votes[0].Note != "* ist richtig" || votes[1].ContentHash != "v1:fresh" {
			t.Errorf("%+v", votes)
		}
		draft := got(s.Draft(ctx, "x", "a", ""))(t)
		if draft.Body != "an *" || draft.Fields["kurz"] != "*" || draft.Base != "etag-2" {
			t.Errorf("%+v", draft)
		}
		wantEqual(t, "another text's proposal", string(got(s.Proposal(ctx, "p-2"))(t).Source), "Frau Krause")
	})
}

func TestWordsAboutARedactedTextFollow(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		said := content.Comment{
			ID: "c-1", Article: "a", Anchor: "krause", Section: "Frau Krause", Question: true, Author: "u-1", Text: "Ist Krause noch da?", Answer: "Krause ist fort.", Operation: "1",
		}
		elsewhere := content.Comment{ID: "c-2", Article: "b", Anchor: "x", Section: "X", Text: "Krause", Operation: "2"}
		ok(t, s.AddComment(ctx, said))
		ok(t, s.AddComment(ctx, elsewhere))
		ok(t, s.AddRedaction(ctx, content.Redaction{ID: "s-1", Article: "a", Passage: "Frau Krause", Reason: "Krause bat darum", State: content.RedactionRequested}))
		for sha, words := range map[string]string{"beside": "Liste: Krause", "draft": "Krause", "gone": "Krause", "foreign": "Krause"} {
			ok(t, s.SaveFileText(ctx, sha, words))
		}
		for _, sha := range []string{"draft", "gone"} {
			ok(t, s.SaveDraftFile(ctx, content.DraftFile{Person: "x", Article: "a", FileChange: content.FileChange{Name: sha + ".pdf", SHA256: sha}}))
		}
		ok(t, s.AwaitFileTexts(ctx, []content.FileReading{{SHA256: "unread", Article: "a"}, {SHA256: "foreign-unread", Article: "b"}}))
		ok(t, s.RedactRows(ctx, content.RowRedaction{
			Article: "a", Text: func(text string) string { return strings.ReplaceAll(text, "Krause", "*") }, Quoting: []string{"beside", "unread"}, Files: []string{"gone"},
		}))
		wantFault(t, s.SettleFile(ctx, "unread", content.ReadFile{Text: "Krause"}), fault.NotFound, "store.no-file-text") // it is never read again
		wantEqual(t, "reasons", got(s.UnreadableFiles(ctx, []string{"unread", "foreign-unread"}))(t), map[string]content.Unreadable{"unread": content.UnreadableRedacted})
		now := got(s.Comment(ctx, "c-1"))(t)
		wantEqual(t, "comment", strings.Join([]string{now.Text, now.Answer, now.Section, now.Anchor}, "|"), "Ist * noch da?|* ist fort.|Frau *|")
		wantEqual(t, "another text's comment", got(s.Comment(ctx, "c-2"))(t), elsewhere)
		asked := got(s.Redaction(ctx, "s-1"))(t)
		wantEqual(t, "request", asked.Passage+"|"+asked.Reason, "Frau *|* bat darum")
		for sha, want := range map[string]string{"beside": "Liste: *", "draft": "*", "foreign": "Krause"} {
			wantEqual(t, sha, got(s.FileText(ctx, sha))(t), want)
		}
		_, err := s.FileText(ctx, "gone")
		wantFault(t, err, fault.NotFound, "store.no-file-text")
		wantEqual(t, "files of the draft", len(got(s.DraftFiles(ctx, "x", "a", ""))(t)), 1)
		wantEqual(t, "brought by the draft", got(s.FileBrought(ctx, "draft"))(t), true)
		wantEqual(t, "brought by nobody", got(s.FileBrought(ctx, "gone"))(t), false)
		ok(t, s.AddProposal(ctx, content.Proposal{ID: "p", Article: "b", Operation: "3", Files: []content.FileChange{{Name: "x", SHA256: "gone"}}}))
		wantEqual(t, "brought by a proposal", got(s.FileBrought(ctx, "gone"))(t), true)
	})
}

// An editor writes [geschwärzt] in place of a name and then has the older
// versions redacted: both then are one wording.
func TestTwoStatesThatBecomeOneKeepWhatIsPinned(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		read := func(id, person, lesson, hash string) {
			ok(t, s.AddReading(ctx, lessons.Reading{ID: id, Person: person, Module: "m", Lesson: content.ID(lesson), ContentHash: content.ContentHash(hash), At: noon}))
		}
		read("1", "x", "a", "v1:old")
		read("2", "x", "a", "v1:fresh")
		read("3", "y", "a", "v1:old")
		read("4", "x", "b", "v1:old") // another lesson of the same words
		ok(t, s.AddProposal(ctx, content.Proposal{ID: "p", Article: "a", ContentHash: "v1:fresh", Operation: "1", State: content.ProposalSubmitted}))
		for _, hash := range []content.ContentHash{"v1:old", "v1:fresh"} {
			ok(t, s.AddVote(ctx, content.Vote{Proposal: "p", Reviewer: "u-1", ContentHash: hash, Approves: hash == "v1:fresh"}))
		}
		for _, article := range []content.ID{"a", "b"} {
			ok(t, s.AddAcknowledgement(ctx, content.Acknowledgement{Person: "x", Article: article, Revision: "r-1", ContentHash: "v1:old", At: noon}))
		}
		ok(t, s.RedactRows(ctx, content.RowRedaction{
			Article: "a", Text: func(text string) string { return text }, Hashes: map[content.ContentHash]content.ContentHash{"v1:old": "v1:fresh"},
		}))
		var left []string
		for _, r := range got(s.Readings(ctx, []string{"x", "y"}, []content.ID{"m"}))(t) {
			left = append(left, r.Person+string(r.Lesson)+string(r.ContentHash))
		}
		slices.Sort(left)
		wantEqual(t, "readings", left, []string{"xav1:fresh", "xbv1:old", "yav1:fresh"})
		votes := got(s.Votes(ctx, "p"))(t)
		if len(votes) != 1 || !votes[0].Approves {
			t.Errorf("votes: %+v", votes)
		}
		noted := got(s.AcknowledgementsOf(ctx, "x"))(t)
		slices.SortFunc(noted, func(a, b content.Acknowledgement) int { return strings.Compare(string(a.Article), string(b.Article)) })
		wantEqual(t, "acknowledged", string(noted[0].ContentHash+" "+noted[1].ContentHash), "v1:fresh v1:old")
	})
}
