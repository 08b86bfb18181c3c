package api_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// routes are the operations other people's programs are written against. A
// line may be added here; to change or remove one breaks somebody's script.
const routes = `
DELETE /api/v1/admin/users/{id}
DELETE /api/v1/admin/users/{id}/roles/{grant}
DELETE /api/v1/drafts/files/{name}
DELETE /api/v1/favourites/{id}
DELETE /api/v1/imports/decision
DELETE /api/v1/proposals/{id}/files/{name}
DELETE /api/v1/me/deputies/{id}
DELETE /api/v1/articles/{id}/attachments/{name}
DELETE /api/v1/me/tokens/{id}
DELETE /api/v1/watches
GET /api/v1/admin/audit
GET /api/v1/admin/plans
DELETE /api/v1/admin/plans/{run}
GET /api/v1/admin/users
GET /api/v1/admin/users/{id}
GET /api/v1/admin/users/{id}/roles
GET /api/v1/approval-rules
GET /api/v1/archive
GET /api/v1/articles
GET /api/v1/articles/{id}
GET /api/v1/articles/{id}/acknowledgements
GET /api/v1/articles/{id}/attachments
GET /api/v1/articles/{id}/binding
GET /api/v1/articles/{id}/backlinks
GET /api/v1/articles/{id}/comments
GET /api/v1/articles/{id}/attachments/{name}
GET /api/v1/articles/{id}/diff
GET /api/v1/articles/{id}/experts
GET /api/v1/articles/{id}/revisions
GET /api/v1/articles/{id}/revisions/{revision}
GET /api/v1/departments
GET /api/v1/imports
GET /api/v1/imports/decisions
GET /api/v1/imports/question
GET /api/v1/imports/questions
GET /api/v1/imports/standings
GET /api/v1/imports/{run}/documents
GET /api/v1/links/broken
GET /api/v1/links/duplicates
GET /api/v1/links/orphans
GET /api/v1/favourites
GET /api/v1/articles/{id}/export
GET /api/v1/articles/{id}/revisions
GET /api/v1/articles/{id}/revisions/{revision}
GET /api/v1/departments
GET /api/v1/export
GET /api/v1/me
GET /api/v1/me/acknowledgements
GET /api/v1/me/deputies
GET /api/v1/me/notices
GET /api/v1/me/progress
GET /api/v1/me/tokens
GET /api/v1/modules
GET /api/v1/modules/{id}
GET /api/v1/modules/{id}/lessons/{n}
GET /api/v1/proposals
GET /api/v1/proposals/{id}
GET /api/v1/proposals/{id}/files
GET /api/v1/proposals/{id}/files/{name}
GET /api/v1/drafts/files
GET /api/v1/drafts/files/{name}
GET /api/v1/questions
GET /api/v1/redactions
GET /api/v1/redactions/{id}
GET /api/v1/search
GET /api/v1/search/gaps
GET /api/v1/search/own
GET /api/v1/standards
GET /api/v1/standards/due
GET /api/v1/standards/valid
GET /api/v1/suggest
GET /api/v1/watches
GET /api/v1/zak/apprentices/{id}
GET /api/v1/zak/cohorts
GET /api/v1/zak/cohorts/{id}
GET /api/v1/zak/cohorts/{id}/progress
GET /api/v1/zak/occupations
POST /api/v1/imports/decision
POST /api/v1/imports/merge-identical
POST /api/v1/imports/trial
POST /api/v1/admin/roles
POST /api/v1/admin/users
POST /api/v1/articles
POST /api/v1/drafts/files
POST /api/v1/proposals/{id}/files
POST /api/v1/articles/{id}/archive
POST /api/v1/articles/{id}/acknowledgements
POST /api/v1/articles/{id}/attachments
POST /api/v1/articles/{id}/confirm-review
POST /api/v1/articles/{id}/move
POST /api/v1/articles/{id}/redactions
POST /api/v1/articles/{id}/restore
POST /api/v1/articles/{id}/unarchive
POST /api/v1/articles/{id}/comments
POST /api/v1/articles/{id}/restore
POST /api/v1/comments/{id}/answer
POST /api/v1/comments/{id}/assign
POST /api/v1/comments/{id}/resolve
POST /api/v1/me/deputies
POST /api/v1/me/notices/read
POST /api/v1/me/tokens
POST /api/v1/modules/{id}/questions/{question}/attempts
POST /api/v1/proposals
POST /api/v1/proposals/{id}/approve
POST /api/v1/proposals/{id}/return
POST /api/v1/proposals/{id}/submit
POST /api/v1/proposals/{id}/withdraw
POST /api/v1/reviewers/{id}/hand-over
POST /api/v1/redactions/{id}/approve
POST /api/v1/redactions/{id}/decline
POST /api/v1/zak/apprentices
POST /api/v1/zak/cohorts
PUT /api/v1/admin/departments/{department}
PUT /api/v1/admin/users/{id}/active
PUT /api/v1/admin/users/{id}/password
PUT /api/v1/approval-rules/{department}/{kind}
PUT /api/v1/articles/{id}
PUT /api/v1/favourites/{id}
PUT /api/v1/proposals/{id}
PUT /api/v1/watches
PUT /api/v1/zak/occupations/{id}
`

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func TestAddressesStayAsProgramsKnowThem(t *testing.T) {
	got := servertest.New(t).API.Routes()
	slices.Sort(got)
	want := strings.Split(strings.TrimSpace(routes), "\n")
	for _, route := range want {
		if !slices.Contains(got, route) {
			t.Errorf("%s is gone", route)
		}
	}
	for _, route := range got {
		if !slices.Contains(want, route) {
			t.Errorf("%s is new: add it to the list once its name is final", route)
		}
	}
}

func TestStrangersGetNothingWhateverTheySend(t *testing.T) {
	s := servertest.New(t)
	stranger := s.Stranger()
	for _, route := range s.API.Routes() {
		method, path, _ := strings.Cut(route, " ")
		path = placeholder.ReplaceAllString(strings.TrimPrefix(path, "/api/v1"), "1")
		for name, headers := range map[string][]string{
			"no credentials":  nil,
			"a made up token": {"Authorization", "Bearer st_ausgedacht"},
			"a password":      {"Authorization", "Basic ZXhwZXJ0aW46bGFuZ2VzIHBhc3N3b3J0"},
		} {
			// The body would be refused too, but a stranger does not learn that.
			p := stranger.JSON(method, path+"?gibtesnicht=1", map[string]any{"unbekannt": true}, headers...)
			problem := refused(t, p, http.StatusUnauthorized)
			if problem.Title != "Nicht angemeldet" || p.Header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s with %s: %q, %q", route, name, problem.Title, p.Header.Get("WWW-Authenticate"))
			}
		}
	}
}

func TestUnknownAddressesAndMethodsAreProblems(t *testing.T) {
	s := servertest.New(t)
	c := programOf(t, s, "expertin", account.AdminAccess)
	for _, path := range []string{"/gibtesnicht", "/articles/", "/articles/x/gibtesnicht", "/modules/x/lessons/1/2", "/Articles"} {
		p := refused(t, c.call(http.MethodGet, path, nil), http.StatusNotFound)
		if p.Type != "/docs#problem-not-found" || p.Title != "Nicht gefunden" || p.Detail != "Diese Adresse gibt es nicht." {
			t.Errorf("%s: %+v", path, p)
		}
	}
	for route, allowed := range map[string]string{
		"DELETE /articles":                 "GET, HEAD, POST",
		"PATCH /articles/aaaaaaaaaa":       "GET, HEAD, PUT",
		"POST /search":                     "GET, HEAD",
		"GET /admin/roles":                 "POST",
		"OPTIONS /zak/apprentices":         "POST",
		"PUT /articles/aaaaaaaaaa/restore": "POST",
	} {
		method, path, _ := strings.Cut(route, " ")
		page := c.call(method, path, nil)
		p := refused(t, page, http.StatusMethodNotAllowed)
		if p.Type != "/docs#problem-method-not-allowed" || p.Title != "Methode nicht erlaubt" || !strings.Contains(p.Detail, "nicht mit dieser Methode") {
			t.Errorf("%s: %+v", route, p)
		}
		if got := page.Header.Get("Allow"); got != allowed {
			t.Errorf("%s allows %q instead of %q", route, got, allowed)
		}
	}
	english := refused(t, c.call(http.MethodDelete, "/articles", nil, "Accept-Language", "en-GB"), http.StatusMethodNotAllowed)
	if english.Title != "Method not allowed" {
		t.Errorf("in English it is called %q", english.Title)
	}
}

func TestHeadTellsWhatGetWouldWithoutBody(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	a := create(t, expert, "Straßenreinigung", "Montags.\n")
	for _, path := range []string{"/api/v1/me", "/api/v1/articles", "/api/v1/articles/" + a.ID, "/api/v1/search?q=Montag", "/docs", "/openapi.json"} {
		get, head := expert.Do(http.MethodGet, path, nil, nil).Want(http.StatusOK), expert.Do(http.MethodHead, path, nil, nil).Want(http.StatusOK)
		if head.Body != "" {
			t.Errorf("HEAD %s has a body", path)
		}
		for _, name := range []string{"Content-Type", "ETag"} {
			if head.Header.Get(name) != get.Header.Get(name) {
				t.Errorf("%s: %s is %q with HEAD and %q with GET", path, name, head.Header.Get(name), get.Header.Get(name))
			}
		}
	}
	if p := expert.Do(http.MethodHead, "/api/v1/articles/aaaaaaaaaa", nil, nil); p.Status != http.StatusNotFound {
		t.Errorf("HEAD of what is not there: %d", p.Status)
	}
	if p := s.Stranger().Do(http.MethodHead, "/api/v1/articles/"+a.ID, nil, nil); p.Status != http.StatusUnauthorized {
		t.Errorf("HEAD by a stranger: %d", p.Status)
	}
}
