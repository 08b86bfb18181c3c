package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// granted is a role as programs read it.
type granted struct {
	ID    string `json:"id"`
	Role  string `json:"role"`
	Scope string `json:"scope"`
}

func TestProgramMakesAndWithdrawsItsToken(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	var made struct{ Token string }
	expert.JSON(http.MethodPost, "/me/tokens", map[string]any{"label": "Nachtlauf", "scope": "read", "days": 7}).Want(http.StatusCreated).Decode(&made)
	program := []string{"Authorization", "Bearer " + made.Token}
	s.Stranger().JSON(http.MethodGet, "/me", nil, program...).Want(http.StatusOK).Says("expertin")

	var list []struct{ ID, Label, Scope string }
	p := expert.JSON(http.MethodGet, "/me/tokens", nil).Want(http.StatusOK)
	p.Decode(&list)
	if len(list) != 1 || list[0].Label != "Nachtlauf" || list[0].Scope != "read" || strings.Contains(p.Body, made.Token) {
		t.Fatalf("tokens: %s", p.Body)
	}
	refused(t, s.Stranger().JSON(http.MethodGet, "/me/tokens", nil, program...), http.StatusForbidden)
	refused(t, s.Stranger().JSON(http.MethodPost, "/me/tokens", map[string]any{"label": "mehr", "scope": "admin", "days": 7}, program...), http.StatusForbidden)
	refused(t, s.As("leserin").JSON(http.MethodDelete, "/me/tokens/"+list[0].ID, nil), http.StatusNotFound)
	expert.JSON(http.MethodDelete, "/me/tokens/"+list[0].ID, nil).Want(http.StatusNoContent)
	refused(t, s.Stranger().JSON(http.MethodGet, "/me", nil, program...), http.StatusUnauthorized)
	for _, bad := range []map[string]any{{"label": "", "scope": "all", "days": 7}, {"label": "", "scope": "read", "days": 0}, {"label": "", "scope": "read", "days": 731}, {"scope": "read", "days": 1}} {
		refused(t, expert.JSON(http.MethodPost, "/me/tokens", bad), http.StatusUnprocessableEntity)
	}
}

func TestAdministratorKeepsAccounts(t *testing.T) {
	s := servertest.New(t)
	admin := s.As("admin")
	id := s.People["leserin"].ID
	at := "/admin/users/" + id
	admin.JSON(http.MethodGet, at, nil).Want(http.StatusOK).Says("Petra Nowak")

	admin.JSON(http.MethodPost, "/admin/roles", map[string]any{"person": id, "role": "author", "scope": "fb:33", "from": "2027-01-01"}).Want(http.StatusCreated)
	var roles []granted
	admin.JSON(http.MethodGet, at+"/roles", nil).Want(http.StatusOK).Decode(&roles)
	if len(roles) != 2 || roles[0].Role != "author" || roles[0].Scope != "fb:33" {
		t.Fatalf("roles: %+v", roles)
	}
	admin.JSON(http.MethodDelete, at+"/roles/"+roles[0].ID, nil).Want(http.StatusNoContent)
	refused(t, admin.JSON(http.MethodDelete, at+"/roles/"+roles[0].ID, nil), http.StatusNotFound)

	reader := s.As("leserin")
	reader.JSON(http.MethodGet, "/me", nil).Want(http.StatusOK)
	refused(t, admin.JSON(http.MethodPut, at+"/password", map[string]any{"password": "kurz"}), http.StatusUnprocessableEntity)
	admin.JSON(http.MethodPut, at+"/password", map[string]any{"password": "ein ganz neuer Satz"}).Want(http.StatusNoContent)
	refused(t, reader.JSON(http.MethodGet, "/me", nil), http.StatusUnauthorized)

	admin.JSON(http.MethodPut, at+"/active", map[string]any{"active": false}).Want(http.StatusNoContent)
	admin.JSON(http.MethodPut, at+"/active", map[string]any{"active": false}).Want(http.StatusNoContent)
	admin.JSON(http.MethodGet, at, nil).Says(`"active":false`)
	refused(t, admin.JSON(http.MethodPut, "/admin/users/"+s.People["admin"].ID+"/active", map[string]any{"active": false}), http.StatusConflict)

	admin.JSON(http.MethodDelete, at, nil).Want(http.StatusNoContent)
	refused(t, admin.JSON(http.MethodGet, at, nil), http.StatusNotFound)
}

func TestAccountsAreForAdministratorsOnly(t *testing.T) {
	s := servertest.New(t)
	at := "/admin/users/" + s.People["azubi2"].ID
	for _, login := range []string{"expertin", "leserin", "azubi"} {
		c := s.As(login)
		for _, call := range []struct {
			method, path string
			body         any
		}{
			{http.MethodGet, at, nil},
			{http.MethodDelete, at, nil},
			{http.MethodPut, at + "/active", map[string]any{"active": false}},
			{http.MethodPut, at + "/password", map[string]any{"password": "ein ganz neuer Satz"}},
			{http.MethodGet, at + "/roles", nil},
			{http.MethodDelete, at + "/roles/x", nil},
		} {
			refused(t, c.JSON(call.method, call.path, call.body), http.StatusForbidden)
		}
	}
	s.As("azubi2").JSON(http.MethodGet, "/me", nil).Want(http.StatusOK)
}

func TestMeTellsWhoAsksAndWhatHoldsToday(t *testing.T) {
	s := servertest.New(t)
	join(t, s, "wechselnd", "66/1",
		account.Grant{Role: account.Reader}, account.Grant{Role: account.Author, Scope: account.InDepartment("66"), From: "2027-01-01"},
		account.Grant{Role: account.Editor, Scope: account.InDepartment("33"), Until: "2026-11-23"})
	var me struct {
		ID, Login, Name, Department, Access string
		Roles                               []granted
	}
	programOf(t, s, "wechselnd", account.WriteAccess).call(http.MethodGet, "/me", nil).Want(http.StatusOK).Decode(&me)
	if me.ID != s.People["wechselnd"].ID || me.Login != "wechselnd" || me.Name != "Person wechselnd" || me.Department != "66/1" || me.Access != "write" {
		t.Errorf("me is %+v", me)
	}
	if len(me.Roles) != 1 || me.Roles[0].Role != "reader" || me.Roles[0].Scope != "" {
		t.Errorf("roles of today are %+v", me.Roles)
	}
	s.As("leserin").JSON(http.MethodGet, "/me", nil).Want(http.StatusOK).Says(`"access":"admin"`, "Petra Nowak")
}

func TestTokensThatAreOverAreNotListed(t *testing.T) {
	s := servertest.New(t)
	c := programOf(t, s, "leserin", account.AdminAccess) // 30 days
	c.call(http.MethodPost, "/me/tokens", map[string]any{"label": "Kurz", "scope": "read", "days": 1}).Want(http.StatusCreated)
	c.call(http.MethodGet, "/me/tokens", nil).Want(http.StatusOK).Says("Kurz", `"expires_at":"2026-11-25T09:00:00Z"`)
	s.Advance(25 * time.Hour)
	c.call(http.MethodGet, "/me/tokens", nil).Want(http.StatusOK).Silent("Kurz")
}
