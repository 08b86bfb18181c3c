package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// person is an account as administrators read it.
type person struct {
	ID         string `json:"id"`
	Login      string `json:"login"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	Department string `json:"department"`
	Active     bool   `json:"active"`
}

func TestNewAccountHasNothingUntilItIsGivenARole(t *testing.T) {
	s := servertest.New(t)
	admin := programOf(t, s, "admin", account.AdminAccess)
	var p person
	admin.call(http.MethodPost, "/admin/users", map[string]any{"login": " Schmidt.A ", "name": "Anna  Schmidt", "email": "a.schmidt@stadt.example", "department": "66/1"}).
		Want(http.StatusCreated).Silent("password", "pseudonym", "u-").Decode(&p)
	if p.ID == "" || p.Login != "schmidt.a" || p.Name != "Anna Schmidt" || p.Department != "66/1" || !p.Active {
		t.Errorf("the account is %+v", p)
	}
	s.People["schmidt.a"] = account.Person{ID: p.ID}
	anna := programOf(t, s, "schmidt.a", account.WriteAccess)
	anna.call(http.MethodGet, "/me", nil).Want(http.StatusOK).Says("Anna Schmidt", `"roles":[]`)
	refused(t, anna.call(http.MethodGet, "/articles", nil), http.StatusForbidden)

	text := map[string]any{"title": "A", "department": "66", "body": "x"}
	admin.call(http.MethodPost, "/admin/roles", map[string]any{"person": p.ID, "role": "author", "scope": "fb:66", "from": "2026-11-24", "until": "2026-11-24"}).Want(http.StatusCreated)
	anna.call(http.MethodPost, "/articles", text).Want(http.StatusCreated)
	s.Advance(24 * time.Hour)
	refused(t, anna.call(http.MethodPost, "/articles", text), http.StatusForbidden)
}

func TestAccountsAreFoundByNameAndLogin(t *testing.T) {
	s := servertest.New(t)
	admin := programOf(t, s, "admin", account.AdminAccess)
	for q, want := range map[string]string{"brinkmann": "expertin", "EXPERTIN": "expertin", "Kaya": "azubi2", "%25": "", "_": "", "gibtesnicht": ""} {
		var list struct {
			Items []person
			Total int
		}
		admin.call(http.MethodGet, "/admin/users?q="+q, nil).Want(http.StatusOK).Decode(&list)
		if want == "" && list.Total != 0 || want != "" && (list.Total != 1 || len(list.Items) != 1 || list.Items[0].Login != want) {
			t.Errorf("%q finds %+v", q, list)
		}
	}
}

func TestAccountsAndRolesAreChecked(t *testing.T) {
	s := servertest.New(t)
	admin := programOf(t, s, "admin", account.AdminAccess)
	reader, self := s.People["leserin"].ID, s.People["admin"].ID
	for name, c := range map[string]struct {
		route  string
		body   map[string]any
		status int
		at     string
	}{
		"login that is taken":          {"POST /admin/users", map[string]any{"login": "leserin", "name": "A"}, 409, "body.login"},
		"name of spaces":               {"POST /admin/users", map[string]any{"login": "neu", "name": "  "}, 422, "body.name"},
		"department of words":          {"POST /admin/users", map[string]any{"login": "neu", "name": "A", "department": "Tief bau"}, 422, "body.department"},
		"role of a king":               {"POST /admin/roles", map[string]any{"person": reader, "role": "koenig"}, 422, "body.role"},
		"scope without number":         {"POST /admin/roles", map[string]any{"person": reader, "role": "author", "scope": "fb:"}, 422, "body.scope"},
		"administrator of some":        {"POST /admin/roles", map[string]any{"person": reader, "role": "admin", "scope": "fb:66"}, 422, "body.scope"},
		"day that is none":             {"POST /admin/roles", map[string]any{"person": reader, "role": "author", "from": "heute"}, 422, "body.until"},
		"until before from":            {"POST /admin/roles", map[string]any{"person": reader, "role": "author", "from": "2026-02-01", "until": "2026-01-31"}, 422, "body.until"},
		"role for nobody":              {"POST /admin/roles", map[string]any{"person": "aaaaaaaaaa", "role": "author"}, 404, ""},
		"nobody":                       {"GET /admin/users/aaaaaaaaaa", nil, 404, ""},
		"erasing nobody":               {"DELETE /admin/users/aaaaaaaaaa", nil, 404, ""},
		"locking nobody":               {"PUT /admin/users/aaaaaaaaaa/active", map[string]any{"active": false}, 404, ""},
		"password of nobody":           {"PUT /admin/users/aaaaaaaaaa/password", map[string]any{"password": "ein ganz neuer Satz"}, 404, ""},
		"short password":               {"PUT /admin/users/" + reader + "/password", map[string]any{"password": "kurz"}, 422, "body.password"},
		"locking oneself":              {"PUT /admin/users/" + self + "/active", map[string]any{"active": false}, 409, ""},
		"erasing oneself":              {"DELETE /admin/users/" + self, nil, 409, ""},
		"name of a department":         {"PUT /admin/departments/41", map[string]any{"name": ""}, 422, "body.name"},
		"number of letters and spaces": {"PUT /admin/departments/Tief%20bau", map[string]any{"name": "A"}, 422, "path.department"},
	} {
		method, path, _ := strings.Cut(c.route, " ")
		var body any
		if c.body != nil {
			body = c.body
		}
		page := admin.call(method, path, body)
		if page.Status != c.status {
			t.Errorf("%s: status %d instead of %d\n%s", name, page.Status, c.status, page.Body)
			continue
		}
		if got := strings.Join(located(refused(t, page, c.status)), " "); got != c.at {
			t.Errorf("%s: at %q instead of %q", name, got, c.at)
		}
	}
}

func TestLastAdministratorStays(t *testing.T) {
	s := servertest.New(t)
	admin := programOf(t, s, "admin", account.AdminAccess)
	at := "/admin/users/" + s.People["admin"].ID + "/roles"
	var roles []granted
	admin.call(http.MethodGet, at, nil).Want(http.StatusOK).Decode(&roles)
	p := refused(t, admin.call(http.MethodDelete, at+"/"+roles[0].ID, nil), http.StatusConflict)
	if p.Type != "/docs#problem-conflict" || !strings.Contains(p.Detail, "letzte Administration") {
		t.Errorf("taking the last role: %+v", p)
	}
	grant(t, s, "leserin", account.Admin, account.City)
	admin.call(http.MethodDelete, at+"/"+roles[0].ID, nil).Want(http.StatusNoContent)
	refused(t, admin.call(http.MethodGet, at, nil), http.StatusForbidden)
}

func TestEveryChangeOfAnAccountStandsInTheAuditLog(t *testing.T) {
	s := servertest.New(t)
	admin := programOf(t, s, "admin", account.AdminAccess)
	id := s.People["leserin"].ID
	s.Advance(time.Second)
	const sentence = "ein ganz neuer Satz"
	admin.call(http.MethodPost, "/admin/roles", map[string]any{"person": id, "role": "author", "scope": "fb:33"}).Want(http.StatusCreated)
	admin.call(http.MethodPut, "/admin/users/"+id+"/password", map[string]any{"password": sentence}).Want(http.StatusNoContent)
	admin.call(http.MethodPut, "/admin/users/"+id+"/active", map[string]any{"active": false}).Want(http.StatusNoContent)
	admin.call(http.MethodDelete, "/admin/users/"+id, nil).Want(http.StatusNoContent)

	log := programOf(t, s, "datenschutz", account.ReadAccess).call(http.MethodGet, "/admin/audit?subject="+id, nil).Want(http.StatusOK)
	log.Silent(sentence, "Petra Nowak", "leserin")
	var list struct {
		Items []struct{ Actor, Action, Subject, Detail string }
	}
	log.Decode(&list)
	var done []string
	for _, e := range list.Items {
		if e.Subject != id {
			t.Errorf("a line about somebody else: %+v", e)
		}
		if e.Actor == s.People["admin"].ID {
			done = append([]string{e.Action}, done...)
		}
	}
	if got := strings.Join(done, " "); got != "role.granted password.set person.disabled person.erased" {
		t.Errorf("the log says %q", got)
	}
}

func TestErasedAuthorLeavesNoNameInTexts(t *testing.T) {
	s := servertest.New(t)
	a := create(t, s.As("nachfolger"), "Bordsteinabsenkung", "x\n")
	reader := programOf(t, s, "leserin", account.ReadAccess)
	paths := []string{"/articles", "/articles/" + a.ID, "/articles/" + a.ID + "/revisions"}
	for _, path := range paths {
		reader.call(http.MethodGet, path, nil).Want(http.StatusOK).Says("Jonas Yilmaz")
	}
	programOf(t, s, "admin", account.AdminAccess).call(http.MethodDelete, "/admin/users/"+s.People["nachfolger"].ID, nil).Want(http.StatusNoContent)
	for _, path := range paths {
		reader.call(http.MethodGet, path, nil).Want(http.StatusOK).Silent("Yilmaz", "nachfolger", s.People["nachfolger"].Pseudonym)
	}
}

func TestDepartmentsAreKeptByAdministrators(t *testing.T) {
	s := servertest.New(t)
	admin := programOf(t, s, "admin", account.AdminAccess)
	admin.call(http.MethodPut, "/admin/departments/41", map[string]any{"name": "Kultur"}).Want(http.StatusNoContent)
	admin.call(http.MethodPut, "/admin/departments/41%2F2", map[string]any{"name": "Museum"}).Want(http.StatusNoContent)
	admin.call(http.MethodPut, "/admin/departments/41", map[string]any{"name": "Kultur und Sport"}).Want(http.StatusNoContent)
	var list []struct{ ID, Name string }
	programOf(t, s, "leserin", account.ReadAccess).call(http.MethodGet, "/departments", nil).Want(http.StatusOK).Decode(&list)
	names := map[string]string{}
	for _, d := range list {
		names[d.ID] = d.Name
	}
	if len(list) != 8 || names["41"] != "Kultur und Sport" || names["41/2"] != "Museum" || names["66"] != "Tiefbau" {
		t.Errorf("departments: %v", list)
	}
}
