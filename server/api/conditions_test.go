package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestChangeNamesTheVersionItIsBasedOn(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Winterdienst", "Streuen ab 6 Uhr.\n")
	now := `"` + a.ETag + `"`
	for route, body := range map[string]map[string]any{
		"PUT ":          {"body": "Streuen ab 5 Uhr.\n"},
		"POST /restore": {"revision": a.Revision},
	} {
		method, path, _ := strings.Cut(route, " ")
		for header, status := range map[string]int{
			"":                       http.StatusPreconditionRequired,
			`""`:                     http.StatusPreconditionRequired,
			`"gestern"`:              http.StatusPreconditionFailed,
			"*":                      http.StatusPreconditionFailed,
			strings.Repeat("a", 201): http.StatusUnprocessableEntity,
		} {
			p := refused(t, expert.JSON(method, "/articles/"+a.ID+path, body, "If-Match", header), status)
			if want := map[int]string{428: "precondition-required", 412: "stale", 422: "invalid"}[status]; p.Type != "/docs#problem-"+want {
				t.Errorf("%s with If-Match %q: %+v", route, header, p)
			}
		}
	}
	expert.JSON(http.MethodGet, "/articles/"+a.ID, nil).Want(http.StatusOK).Says("ab 6 Uhr").Silent("ab 5 Uhr")

	saved := expert.JSON(http.MethodPut, "/articles/"+a.ID, map[string]any{"body": "Streuen ab 5 Uhr.\n"}, "If-Match", "W/"+now).Want(http.StatusOK)
	p := refused(t, expert.JSON(http.MethodPut, "/articles/"+a.ID, map[string]any{"body": "Streuen ab 4 Uhr.\n"}, "If-Match", now), http.StatusPreconditionFailed)
	if p.Title != "Inzwischen geändert" || !strings.Contains(p.Detail, "nicht verloren") {
		t.Errorf("a stale base: %+v", p)
	}
	refused(t, expert.JSON(http.MethodPost, "/articles/"+a.ID+"/restore", map[string]any{"revision": "r-aaaaaaaaaa"}, "If-Match", saved.Header.Get("ETag")), http.StatusNotFound)
}

func TestOneOfManyWritersWithTheSameBaseSucceeds(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Rufbereitschaft", "Plan hängt aus.\n")
	const writers = 8
	statuses := make([]int, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			body := map[string]any{"body": strings.Repeat("Neu. ", i+1) + "\n"}
			statuses[i] = expert.JSON(http.MethodPut, "/articles/"+a.ID, body, "If-Match", `"`+a.ETag+`"`).Status
		})
	}
	wg.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if count[http.StatusOK] != 1 || count[http.StatusPreconditionFailed] != writers-1 {
		t.Errorf("%d writers got %v", writers, count)
	}
	var history []struct{ ID string }
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"/revisions", nil).Decode(&history)
	if len(history) != 2 {
		t.Errorf("%d versions came of it", len(history))
	}
}

func TestReaderWhoKnowsTheVersionIsNotSentItAgain(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Baumkontrolle", "Jährlich.\n")
	etag := `"` + a.ETag + `"`
	for _, path := range []string{"/articles/" + a.ID, "/articles/" + a.ID + "?at=" + a.Revision, "/articles/" + a.ID + "/revisions/" + a.Revision} {
		for _, known := range []string{etag, "W/" + etag, `"anders", ` + etag, "*"} {
			p := expert.JSON(http.MethodGet, path, nil, "If-None-Match", known).Want(http.StatusNotModified)
			if p.Body != "" || p.Header.Get("ETag") != etag {
				t.Errorf("%s with %s: ETag %s, body %q", path, known, p.Header.Get("ETag"), p.Body)
			}
		}
		for _, known := range []string{`"anders"`, a.ETag, ""} {
			expert.JSON(http.MethodGet, path, nil, "If-None-Match", known).Want(http.StatusOK).Says("Jährlich.")
		}
	}
	changed := expert.JSON(http.MethodPut, "/articles/"+a.ID, map[string]any{"body": "Halbjährlich.\n"}, "If-Match", etag).Want(http.StatusOK)
	expert.JSON(http.MethodGet, "/articles/"+a.ID, nil, "If-None-Match", etag).Want(http.StatusOK).Says("Halbjährlich.")
	expert.JSON(http.MethodGet, "/articles/"+a.ID, nil, "If-None-Match", changed.Header.Get("ETag")).Want(http.StatusNotModified)
	expert.JSON(http.MethodGet, "/articles/"+a.ID+"/revisions/"+a.Revision, nil, "If-None-Match", etag).Want(http.StatusNotModified)
}

func TestKnowingAVersionDoesNotHelpThoseWhoMayNotSeeIt(t *testing.T) {
	s := servertest.New(t)
	hidden := secret(t, s)
	for _, known := range []string{"*", `"` + hidden.ETag + `"`} {
		refused(t, s.As("expertin").JSON(http.MethodGet, "/articles/"+hidden.ID, nil, "If-None-Match", known), http.StatusNotFound)
	}
}

func TestSentTwiceIsDoneOnce(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	text := map[string]any{"title": "Schachtdeckel", "department": "66", "body": "Zu zweit heben.\n"}
	var first, again, other article
	expert.JSON(http.MethodPost, "/articles", text, "Idempotency-Key", "k").Want(http.StatusCreated).Decode(&first)
	expert.JSON(http.MethodPost, "/articles", text, "Idempotency-Key", "k").Want(http.StatusCreated).Decode(&again)
	if again.ID != first.ID || again.Revision != first.Revision {
		t.Errorf("the second time made %s at %s instead of %s at %s", again.ID, again.Revision, first.ID, first.Revision)
	}
	text["body"] = "Zu dritt heben.\n"
	expert.JSON(http.MethodPost, "/articles", text, "Idempotency-Key", "k").Want(http.StatusCreated).Decode(&other)
	if other.ID == first.ID {
		t.Error("another text under the same key was taken for the first one")
	}

	save := func() *servertest.Page {
		return expert.JSON(http.MethodPut, "/articles/"+first.ID, map[string]any{"body": "Mit Haken.\n"}, "If-Match", `"`+first.ETag+`"`, "Idempotency-Key", "s")
	}
	once, twice := save().Want(http.StatusOK), save().Want(http.StatusOK)
	if once.Header.Get("ETag") != twice.Header.Get("ETag") {
		t.Error("a repeated save gave another version")
	}
	var history []struct{ ID string }
	expert.JSON(http.MethodGet, "/articles/"+first.ID+"/revisions", nil).Decode(&history)
	if len(history) != 2 {
		t.Errorf("%d versions came of two saves with one key", len(history))
	}
}

func TestRepeatedRequestStillNeedsTheRight(t *testing.T) {
	s := servertest.New(t)
	writer, reader := programOf(t, s, "expertin", account.WriteAccess), programOf(t, s, "expertin", account.ReadAccess)
	text := map[string]any{"title": "Hydrant", "department": "66", "body": "x"}
	writer.call(http.MethodPost, "/articles", text, "Idempotency-Key", "k").Want(http.StatusCreated)
	refused(t, reader.call(http.MethodPost, "/articles", text, "Idempotency-Key", "k"), http.StatusForbidden)
}
