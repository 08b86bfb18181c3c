package api_test

import (
	"net/http"
	"strings"
	"testing"

	"staffelstab/server/servertest"
)

// proposal is what programs read of a proposal.
type proposal struct {
	ID          string `json:"id"`
	Article     string `json:"article"`
	State       string `json:"state"`
	Author      string `json:"author"`
	ContentHash string `json:"content_hash"`
	ETag        string `json:"etag"`
	Outdated    bool   `json:"outdated"`
	CanApprove  bool   `json:"can_approve"`
	Released    string `json:"released"`
	Changes     struct{ Added, Removed int }
	Votes       []struct {
		Reviewer, Note string
		Approves       bool
	}
}

func placeRule(s *servertest.Server) article {
	s.Place("standards/w/winterdienst/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\n---\n\nAb 5 Uhr streuen.\n")
	var a article
	s.As("leserin").JSON(http.MethodGet, "/articles/regelaaaa2", nil).Want(http.StatusOK).Decode(&a)
	return a
}

func decided(p *servertest.Page, status int) proposal {
	var out proposal
	p.Want(status).Decode(&out)
	return out
}

func TestStandardIsProposedReturnedRevisedAndApproved(t *testing.T) {
	s := servertest.New(t)
	rule := placeRule(s)
	author, reviewer, reader := s.As("leserin"), s.As("pruefer"), s.As("azubi")
	p := refused(t, s.As("expertin").JSON(http.MethodPut, "/articles/regelaaaa2", map[string]any{"body": "x"}, "If-Match", rule.ETag), http.StatusForbidden)
	if !strings.Contains(p.Type, "approval-required") {
		t.Errorf("the type is %q", p.Type)
	}

	change := map[string]any{"article": rule.ID, "base": rule.ETag, "body": "Ab 4 Uhr streuen.", "message": "Früher", "change": "fachlich", "submit": true}
	made := decided(author.JSON(http.MethodPost, "/proposals", change, "Idempotency-Key", "k1"), http.StatusCreated)
	if made.State != "eingereicht" || made.Author != "Petra Nowak" || made.Changes.Added != 1 {
		t.Fatalf("made %+v", made)
	}
	if again := decided(author.JSON(http.MethodPost, "/proposals", change, "Idempotency-Key", "k1"), http.StatusCreated); again.ID != made.ID {
		t.Error("sent twice, made twice")
	}
	at := "/proposals/" + made.ID
	refused(t, reader.JSON(http.MethodGet, at, nil), http.StatusNotFound)
	refused(t, author.JSON(http.MethodPost, at+"/approve", map[string]any{"content_hash": made.ContentHash}), http.StatusForbidden)

	var waiting struct {
		Items []proposal
		Total int
	}
	reviewer.JSON(http.MethodGet, "/proposals?waiting=true", nil).Want(http.StatusOK).Decode(&waiting)
	if waiting.Total != 1 || waiting.Items[0].ID != made.ID {
		t.Fatalf("waiting %+v", waiting)
	}
	refused(t, reviewer.JSON(http.MethodPost, at+"/return", map[string]any{"content_hash": made.ContentHash}), http.StatusUnprocessableEntity)
	back := decided(reviewer.JSON(http.MethodPost, at+"/return", map[string]any{"content_hash": made.ContentHash, "note": "Auch samstags?"}), http.StatusOK)
	if back.State != "zurückgegeben" || len(back.Votes) != 1 || back.Votes[0].Reviewer != "Michael Sander" {
		t.Fatalf("returned %+v", back)
	}

	refused(t, author.JSON(http.MethodPut, at, map[string]any{"base": rule.ETag, "body": "x"}), http.StatusPreconditionRequired)
	refused(t, author.JSON(http.MethodPut, at, map[string]any{"base": rule.ETag, "body": "x"}, "If-Match", made.ETag), http.StatusPreconditionFailed)
	revised := decided(author.JSON(http.MethodPut, at, map[string]any{"base": rule.ETag, "body": "Ab 4 Uhr streuen, auch samstags."}, "If-Match", back.ETag), http.StatusOK)
	revised = decided(author.JSON(http.MethodPost, at+"/submit", nil, "If-Match", revised.ETag), http.StatusOK)
	refused(t, reviewer.JSON(http.MethodPost, at+"/approve", map[string]any{"content_hash": made.ContentHash}), http.StatusPreconditionFailed)
	done := decided(reviewer.JSON(http.MethodPost, at+"/approve", map[string]any{"content_hash": revised.ContentHash}), http.StatusOK)
	if done.State != "freigegeben" || done.Released == "" {
		t.Fatalf("approved %+v", done)
	}
	reader.JSON(http.MethodGet, "/articles/regelaaaa2", nil).Want(http.StatusOK).Says("auch samstags")
	reader.JSON(http.MethodGet, "/articles/regelaaaa2/revisions", nil).Says(done.Released, "Petra Nowak")
}

func TestProposalIsWithdrawnByItsAuthorOnly(t *testing.T) {
	s := servertest.New(t)
	rule := placeRule(s)
	author := s.As("expertin")
	made := decided(author.JSON(http.MethodPost, "/proposals", map[string]any{"article": rule.ID, "base": rule.ETag, "body": "x", "submit": true}), http.StatusCreated)
	at := "/proposals/" + made.ID
	refused(t, s.As("nachfolger").JSON(http.MethodPost, at+"/withdraw", nil, "If-Match", made.ETag), http.StatusForbidden)
	refused(t, s.As("azubi").JSON(http.MethodPost, at+"/withdraw", nil, "If-Match", made.ETag), http.StatusNotFound)
	refused(t, author.JSON(http.MethodPost, at+"/withdraw", nil), http.StatusPreconditionRequired)
	if gone := decided(author.JSON(http.MethodPost, at+"/withdraw", nil, "If-Match", made.ETag), http.StatusOK); gone.State != "zurückgezogen" {
		t.Errorf("withdrawn: %+v", gone)
	}
	refused(t, s.As("pruefer").JSON(http.MethodPost, at+"/approve", map[string]any{"content_hash": made.ContentHash}), http.StatusConflict)
}

func TestTokenToReadProposesAndApprovesNothing(t *testing.T) {
	s := servertest.New(t)
	rule := placeRule(s)
	made := decided(s.As("expertin").JSON(http.MethodPost, "/proposals", map[string]any{"article": rule.ID, "base": rule.ETag, "body": "x", "submit": true}), http.StatusCreated)
	var token struct{ Token string }
	s.As("pruefer").JSON(http.MethodPost, "/me/tokens", map[string]any{"label": "x", "scope": "read", "days": 1}).Want(http.StatusCreated).Decode(&token)
	program, bearer := s.Stranger(), []string{"Authorization", "Bearer " + token.Token}
	program.JSON(http.MethodGet, "/proposals/"+made.ID, nil, bearer...).Want(http.StatusOK)
	refused(t, program.JSON(http.MethodPost, "/proposals/"+made.ID+"/approve", map[string]any{"content_hash": made.ContentHash}, bearer...), http.StatusForbidden)
	refused(t, program.JSON(http.MethodPost, "/proposals", map[string]any{"article": rule.ID, "base": rule.ETag, "body": "y"}, bearer...), http.StatusForbidden)
}

func TestUnknownProposalIsNotFound(t *testing.T) {
	s := servertest.New(t)
	for _, path := range []string{"/proposals/nichtdaaa2", "/proposals/%27"} {
		refused(t, s.As("expertin").JSON(http.MethodGet, path, nil), http.StatusNotFound)
	}
}
