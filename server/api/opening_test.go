package api_test

import (
	"net/http"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestOperationsWhileTheLibraryIsBeingRead(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Schieberplan", Department: "66", Body: "Erst zudrehen.\n"})
	p := programOf(t, s, "expertin", account.WriteAccess)
	rest := s.Open()
	at := "/articles/" + string(a.ID)
	var read map[string]any
	p.call(http.MethodGet, at, nil).Want(http.StatusOK).Decode(&read)
	if _, told := read["changed_at"]; told {
		t.Errorf("changed at %v", read["changed_at"])
	}
	p.call(http.MethodGet, "/articles", nil).Want(http.StatusOK)
	refused(t, p.call(http.MethodGet, at+"/revisions", nil), http.StatusServiceUnavailable)
	answer := p.call(http.MethodPost, at+"/comments", map[string]any{"text": "Wer?"})
	refused(t, answer, http.StatusServiceUnavailable)
	if answer.Header.Get("Retry-After") != "60" {
		t.Errorf("try again after %q", answer.Header.Get("Retry-After"))
	}
	rest()
	p.call(http.MethodGet, at, nil).Want(http.StatusOK).Decode(&read)
	if read["changed_at"] == nil {
		t.Error("when it was changed is not told")
	}
	p.call(http.MethodPost, at+"/comments", map[string]any{"text": "Wer?"}).Want(http.StatusCreated)
}
