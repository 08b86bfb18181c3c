package api_test

import (
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// program calls the API with somebody's token.
type program struct {
	client *servertest.Client
	token  string
}

// programOf acts for somebody of the cast as far as the access reaches.
func programOf(t *testing.T, s *servertest.Server, login string, access account.Access) program {
	t.Helper()
	return program{s.Stranger(), bearer(t, s, login, access)}
}

func (p program) call(method, path string, body any, headers ...string) *servertest.Page {
	return p.client.JSON(method, path, body, append([]string{"Authorization", p.token}, headers...)...)
}

// grant gives somebody of the cast one more role.
func grant(t *testing.T, s *servertest.Server, login string, role account.Role, scope account.Scope) {
	t.Helper()
	_, err := s.Office.Grant(t.Context(), s.Operator, account.Grant{Person: s.People[login].ID, Role: role, Scope: scope})
	if err != nil {
		t.Fatal(err)
	}
}

// located returns where a problem sees fields that have to change.
func located(p problem) []string {
	var out []string
	for _, e := range p.Errors {
		out = append(out, e.Location)
	}
	return out
}

// join adds somebody to the cast, for tokens only.
func join(t *testing.T, s *servertest.Server, login, department string, grants ...account.Grant) {
	t.Helper()
	p, err := s.Office.CreatePerson(t.Context(), s.Operator, account.Person{Login: login, DisplayName: "Person " + login, Department: department})
	if err != nil {
		t.Fatal(err)
	}
	s.People[login] = p
	for _, g := range grants {
		g.Person = p.ID
		if _, err := s.Office.Grant(t.Context(), s.Operator, g); err != nil {
			t.Fatal(err)
		}
	}
}
