package store_test

import (
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
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
