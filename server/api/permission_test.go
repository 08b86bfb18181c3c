package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// everybody is one person for every kind of right; vergangen was an author and
// an administrator until yesterday.
const everybody = "expertin personalerin leserin azubi ausbilderin leitung rechnungsprueferin datenschutz admin vergangen ohnerolle"

// Those who may read texts at all, and those who follow the cohort.
const (
	readers  = "expertin personalerin leserin azubi ausbilderin leitung rechnungsprueferin datenschutz"
	trainers = "ausbilderin leitung"
)

// cell says who gets through an operation and what the answer then is; all
// others are refused with 403. {text}, {person} and {cohort} exist.
type cell struct {
	route string
	body  map[string]any
	may   string
	done  int
}

func matrix() []cell {
	text := func(department, kind string) map[string]any {
		return map[string]any{"title": "Neu", "department": department, "kind": kind, "body": "x"}
	}
	return []cell{
		{"GET /me", nil, everybody, 200},
		{"GET /departments", nil, everybody, 200},
		{"GET /zak/occupations", nil, everybody, 200},
		{"GET /me/tokens", nil, everybody, 200},
		{"POST /me/tokens", map[string]any{"label": "Nachtlauf", "scope": "read", "days": 1}, everybody, 201},
		{"GET /me/progress", nil, readers, 200},
		{"GET /articles", nil, readers, 200},
		{"GET /articles/{text}", nil, readers, 200},
		{"GET /articles/{text}/revisions", nil, readers, 200},
		{"GET /articles/{text}/attachments", nil, readers, 200},
		{"GET /drafts/files?article={text}", nil, readers, 200},
		{"GET /drafts/files/x.txt?article={text}", nil, readers, 404},
		{"DELETE /drafts/files/x.txt?article={text}", nil, readers, 404},
		{"GET /proposals/gibtesnich/files", nil, readers, 404},
		{"GET /proposals/gibtesnich/files/x.txt", nil, readers, 404},
		{"GET /standards", nil, readers, 200},
		{"GET /standards/valid?on=2026-11-24", nil, readers, 200},
		{"GET /standards/due", nil, "expertin personalerin", 200},
		{"GET /articles/{text}?valid=2026-11-24", nil, readers, 200},
		{"GET /articles/{text}/binding", nil, readers, 200},
		{"POST /articles/{text}/confirm-review", map[string]any{}, "", 0}, // reviewers of FB 66 are no part of this cast
		{"POST /reviewers/{person}/hand-over", map[string]any{"to": "expertin"}, readers, 422},
		{"GET /search?q=x", nil, readers, 200},
		{"GET /suggest?q=x", nil, readers, 200},
		{"GET /modules", nil, readers, 200},
		{"GET /modules/modulaaaa2", nil, readers, 200},
		{"GET /modules/modulaaaa2/lessons/1", nil, readers, 200},
		{"POST /modules/modulaaaa2/questions/freigabe/attempts", map[string]any{"answer": []string{"gibtesnicht"}}, readers, 422},
		{"POST /articles", text("66", "artikel"), "expertin", 201},
		{"POST /articles", text("66/1", "lernmodul"), "expertin", 201},
		{"POST /articles", text("11", "artikel"), "personalerin", 201},
		{"POST /articles", text("6", "artikel"), "", 0},
		{"POST /articles", text("66", "standard"), "", 0},
		{"PUT /articles/{text}", map[string]any{"body": "y"}, "expertin", 428},
		{"PUT /articles/{text}", map[string]any{"body": "y", "department": "11"}, "", 0},
		{"POST /articles/{text}/restore", map[string]any{"revision": "r-aaaaaaaaaa"}, "expertin", 428},
		{"GET /zak/cohorts", nil, trainers, 200},
		{"GET /zak/cohorts/{cohort}", nil, trainers, 200},
		{"GET /zak/cohorts/{cohort}/progress", nil, trainers, 200},
		{"POST /zak/apprentices", map[string]any{"person": "niemand", "cohort": "{cohort}", "start": "2026-08-01"}, trainers, 422},
		{"POST /zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 2026, "name": "VwFAng 2026"}, "leitung", 201},
		{"PUT /zak/occupations/FI", map[string]any{"title": "Fachinformatik"}, "leitung", 204},
		{"GET /admin/plans", nil, "admin", 200},
		{"DELETE /admin/plans/gibtesnicht", nil, "admin", 404},
		{"GET /admin/users", nil, "admin", 200},
		{"GET /admin/users/{person}", nil, "admin", 200},
		{"GET /admin/users/{person}/roles", nil, "admin", 200},
		{"GET /admin/audit", nil, "admin datenschutz rechnungsprueferin", 200},
		{"POST /admin/users", map[string]any{"login": "", "name": "Neu"}, "admin", 422},
		{"POST /admin/roles", map[string]any{"person": "{person}", "role": "koenig"}, "admin", 422},
		{"PUT /admin/departments/41", map[string]any{"name": "Kultur"}, "admin", 204},
		{"PUT /admin/users/{person}/active", map[string]any{"active": true}, "admin", 204},
		{"PUT /admin/users/{person}/password", map[string]any{"password": ""}, "admin", 422},
		{"DELETE /admin/users/{person}/roles/aaaaaaaaaa", nil, "admin", 404},
	}
}

// stage makes what the matrix speaks of and returns how to fill it in.
func stage(t *testing.T, s *servertest.Server) *strings.Replacer {
	t.Helper()
	placeModule(s)
	if err := s.Store.SaveOccupation(t.Context(), occupation()); err != nil {
		t.Fatal(err)
	}
	cohort := cohortOf(t, programOf(t, s, "leitung", account.WriteAccess), "VwFAng 2025")
	join(t, s, "ausbilderin", "11", account.Grant{Role: account.Trainer, Scope: account.InCohort(cohort)})
	join(t, s, "rechnungsprueferin", "14", account.Grant{Role: account.Auditor})
	join(t, s, "vergangen", "66", account.Grant{Role: account.Author, Scope: account.InDepartment("66"), Until: "2026-11-23"},
		account.Grant{Role: account.Admin, Until: "2026-11-23"})
	text := create(t, s.As("expertin"), "Kanalspülung", "x\n")
	return strings.NewReplacer("{text}", text.ID, "{cohort}", cohort, "{person}", s.People["leserin"].ID)
}

// filled replaces the placeholders of a body.
func filled(body map[string]any, r *strings.Replacer) any {
	if body == nil {
		return nil
	}
	out := map[string]any{}
	for key, value := range body {
		if text, ok := value.(string); ok {
			value = r.Replace(text)
		}
		out[key] = value
	}
	return out
}

func TestEveryRoleGetsWhatItIsMeantToGet(t *testing.T) {
	s := servertest.New(t)
	names := stage(t, s)
	programs := map[string]program{}
	for _, login := range strings.Fields(everybody) {
		programs[login] = programOf(t, s, login, account.AdminAccess)
	}
	for _, c := range matrix() {
		method, path, _ := strings.Cut(names.Replace(c.route), " ")
		for login, p := range programs {
			page := p.call(method, path, filled(c.body, names))
			if slices.Contains(strings.Fields(c.may), login) {
				if page.Status != c.done {
					t.Errorf("%s %v: %s gets %d instead of %d\n%s", c.route, c.body, login, page.Status, c.done, page.Body)
				}
				continue
			}
			if page.Status != http.StatusForbidden {
				t.Errorf("%s %v: %s may not and gets %d\n%s", c.route, c.body, login, page.Status, page.Body)
				continue
			}
			refused(t, page, http.StatusForbidden)
		}
	}
}

func TestTokensReachNoFurtherThanTheirScope(t *testing.T) {
	s := servertest.New(t)
	names := stage(t, s)
	for _, c := range []struct {
		login, route string
		body         map[string]any
		scope        account.Access // the least that is enough
		done         int
	}{
		{"expertin", "GET /articles/{text}", nil, account.ReadAccess, 200},
		{"expertin", "GET /search?q=x", nil, account.ReadAccess, 200},
		{"leitung", "GET /zak/cohorts/{cohort}/progress", nil, account.ReadAccess, 200},
		{"datenschutz", "GET /admin/audit", nil, account.ReadAccess, 200},
		{"expertin", "POST /articles", map[string]any{"title": "Neu", "department": "66", "body": "x"}, account.WriteAccess, 201},
		{"expertin", "PUT /articles/{text}", map[string]any{"body": "y"}, account.WriteAccess, 428},
		{"expertin", "POST /articles/{text}/restore", map[string]any{"revision": "r-aaaaaaaaaa"}, account.WriteAccess, 428},
		{"azubi", "POST /modules/modulaaaa2/questions/freigabe/attempts", map[string]any{"answer": []string{"x"}}, account.WriteAccess, 422},
		{"leitung", "POST /zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 2026, "name": "Neu"}, account.WriteAccess, 201},
		{"leitung", "PUT /zak/occupations/FI", map[string]any{"title": "Fachinformatik"}, account.WriteAccess, 204},
		{"ausbilderin", "POST /zak/apprentices", map[string]any{"person": "x", "cohort": "{cohort}", "start": "2026-08-01"}, account.WriteAccess, 422},
		{"admin", "GET /admin/users", nil, account.AdminAccess, 200},
		{"admin", "PUT /admin/users/{person}/active", map[string]any{"active": true}, account.AdminAccess, 204},
		{"admin", "PUT /admin/departments/41", map[string]any{"name": "Kultur"}, account.AdminAccess, 204},
		{"expertin", "GET /me/tokens", nil, account.AdminAccess, 200},
		{"expertin", "POST /me/tokens", map[string]any{"label": "x", "scope": "read", "days": 1}, account.AdminAccess, 201},
		{"expertin", "DELETE /me/tokens/aaaaaaaaaa", nil, account.AdminAccess, 404},
	} {
		method, path, _ := strings.Cut(names.Replace(c.route), " ")
		enough := false
		for _, scope := range []account.Access{account.ReadAccess, account.WriteAccess, account.AdminAccess} {
			enough = enough || scope == c.scope
			want := map[bool]int{true: c.done, false: http.StatusForbidden}[enough]
			if p := programOf(t, s, c.login, scope).call(method, path, filled(c.body, names)); p.Status != want {
				t.Errorf("%s by %s with scope %s: %d instead of %d\n%s", c.route, c.login, scope, p.Status, want, p.Body)
			}
		}
	}
}

func TestTokenDiesWithItsTimeAndItsPerson(t *testing.T) {
	s := servertest.New(t)
	short := programOf(t, s, "leserin", account.ReadAccess) // 30 days
	short.call(http.MethodGet, "/articles", nil).Want(http.StatusOK)
	s.Advance(31 * 24 * time.Hour)
	p := refused(t, short.call(http.MethodGet, "/articles", nil), http.StatusUnauthorized)
	if p.Detail != "Dieses Zugriffstoken ist ungültig oder abgelaufen." {
		t.Errorf("an old token: %+v", p)
	}
	fresh := programOf(t, s, "leserin", account.ReadAccess)
	fresh.call(http.MethodGet, "/articles", nil).Want(http.StatusOK)
	if err := s.Office.Erase(t.Context(), s.Operator, s.People["leserin"].ID); err != nil {
		t.Fatal(err)
	}
	refused(t, fresh.call(http.MethodGet, "/articles", nil), http.StatusUnauthorized)
}
