package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// cohortOf creates a cohort of the only occupation and returns its id.
func cohortOf(t *testing.T, head program, name string) string {
	t.Helper()
	var c struct{ ID string }
	head.call(http.MethodPost, "/zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 2026, "name": name, "modules": []string{"modulaaaa2"}}).Want(http.StatusCreated).Decode(&c)
	return c.ID
}

// training is two cohorts with an apprentice each and a trainer for the first.
type training struct {
	head, trainer     program
	first, second     string // cohorts
	leonie, emre      string // apprenticeships
	leonieHerself     program
	somebodyElsesEyes program
}

func trained(t *testing.T, s *servertest.Server) training {
	t.Helper()
	placeModule(s)
	if err := s.Store.SaveOccupation(t.Context(), occupation()); err != nil {
		t.Fatal(err)
	}
	head := programOf(t, s, "leitung", account.WriteAccess)
	tr := training{head: head, first: cohortOf(t, head, "VwFAng 2026"), second: cohortOf(t, head, "VwFAng 2025")}
	join(t, s, "ausbilderin", "11", account.Grant{Role: account.Trainer, Scope: account.InCohort(tr.first)})
	tr.trainer = programOf(t, s, "ausbilderin", account.WriteAccess)
	add := func(login, cohort string) string {
		var a struct{ ID, Name string }
		head.call(http.MethodPost, "/zak/apprentices", map[string]any{"person": s.People[login].ID, "cohort": cohort, "start": "2026-08-01"}).Want(http.StatusCreated).Decode(&a)
		if a.Name != s.People[login].DisplayName {
			t.Errorf("%s is called %q", login, a.Name)
		}
		return a.ID
	}
	tr.leonie, tr.emre = add("azubi", tr.first), add("azubi2", tr.second)
	tr.leonieHerself, tr.somebodyElsesEyes = programOf(t, s, "azubi", account.WriteAccess), programOf(t, s, "expertin", account.WriteAccess)
	return tr
}

func TestTrainerSeesOwnCohortAndNoOther(t *testing.T) {
	s := servertest.New(t)
	tr := trained(t, s)
	tr.trainer.call(http.MethodGet, "/zak/cohorts", nil).Want(http.StatusOK).Says(tr.first).Silent(tr.second, "Emre Kaya")
	tr.head.call(http.MethodGet, "/zak/cohorts", nil).Want(http.StatusOK).Says(tr.first, tr.second, `"apprentices":1`)
	tr.trainer.call(http.MethodGet, "/zak/cohorts/"+tr.first, nil).Want(http.StatusOK).Says("Leonie Hartmann", `"apprentices":1`)
	for _, path := range []string{"/zak/cohorts/" + tr.second, "/zak/cohorts/" + tr.second + "/progress", "/zak/apprentices/" + tr.emre} {
		there := refused(t, tr.trainer.call(http.MethodGet, path, nil), http.StatusNotFound)
		gone := refused(t, tr.trainer.call(http.MethodGet, strings.NewReplacer(tr.second, "aaaaaaaaaa", tr.emre, "aaaaaaaaaa").Replace(path), nil), http.StatusNotFound)
		if there.Detail != gone.Detail {
			t.Errorf("%q tells that %s exists", there.Detail, path)
		}
	}
	refused(t, tr.trainer.call(http.MethodPost, "/zak/apprentices", map[string]any{"person": s.People["leserin"].ID, "cohort": tr.second, "start": "2026-08-01"}), http.StatusNotFound)
}

func TestApprenticeSeesOwnProgressAndNobodyElses(t *testing.T) {
	s := servertest.New(t)
	tr := trained(t, s)
	tr.leonieHerself.call(http.MethodGet, "/zak/apprentices/"+tr.leonie, nil).Want(http.StatusOK).Says("Leonie Hartmann", "Kasse", `"state":"open"`)
	tr.trainer.call(http.MethodGet, "/zak/apprentices/"+tr.leonie, nil).Want(http.StatusOK).Says("Leonie Hartmann")
	refused(t, tr.leonieHerself.call(http.MethodGet, "/zak/apprentices/"+tr.emre, nil), http.StatusNotFound)
	for _, path := range []string{"/zak/apprentices/" + tr.leonie, "/zak/apprentices/" + tr.emre} {
		refused(t, tr.somebodyElsesEyes.call(http.MethodGet, path, nil), http.StatusNotFound)
	}
}

func TestProgressGoesFromOpenOverBegunToDone(t *testing.T) {
	s := servertest.New(t)
	tr := trained(t, s)
	ids := options(t, s.As("azubi"))
	answer := func(option string) {
		tr.leonieHerself.call(http.MethodPost, "/modules/modulaaaa2/questions/freigabe/attempts", map[string]any{"answer": []string{ids[option]}}).Want(http.StatusOK)
	}
	state := func() string {
		var table struct {
			Rows []struct {
				Marks []struct {
					State  string
					DoneAt *string `json:"done_at"`
				}
			}
		}
		tr.trainer.call(http.MethodGet, "/zak/cohorts/"+tr.first+"/progress", nil).Want(http.StatusOK).Silent("score", "points", "attempt").Decode(&table)
		mark := table.Rows[0].Marks[0]
		if (mark.State == "done") != (mark.DoneAt != nil) {
			t.Errorf("%s since %v", mark.State, mark.DoneAt)
		}
		return mark.State
	}
	states := []string{state()}
	answer("Eine Person allein")
	states = append(states, state())
	answer("Zwei Personen")
	if states = append(states, state()); !slices.Equal(states, []string{"open", "begun", "done"}) {
		t.Errorf("the states are %v", states)
	}
}

func TestTableComesInTheFormAndLanguageAskedFor(t *testing.T) {
	s := servertest.New(t)
	tr := trained(t, s)
	join(t, s, "zweite", "11", account.Grant{Role: account.Apprentice})
	tr.head.call(http.MethodPost, "/zak/apprentices", map[string]any{"person": s.People["zweite"].ID, "cohort": tr.first, "start": "2026-08-01", "end": "2029-07-31"}).Want(http.StatusCreated)
	path := "/zak/cohorts/" + tr.first + "/progress"
	for _, accept := range []string{"", "*/*", "application/json", "text/html"} {
		p := tr.head.call(http.MethodGet, path, nil, "Accept", accept).Want(http.StatusOK)
		if p.Header.Get("Content-Type") != "application/json" {
			t.Errorf("Accept %q gets %q", accept, p.Header.Get("Content-Type"))
		}
	}
	german := tr.head.call(http.MethodGet, path, nil, "Accept", "text/csv;q=0.9, application/json;q=0.1").Want(http.StatusOK)
	if want := "\ufeffName;Beginn;Kasse\r\nLeonie Hartmann;2026-08-01;offen\r\nPerson zweite;2026-08-01;offen\r\n"; german.Body != want {
		t.Errorf("CSV is %q", german.Body)
	}
	if got := german.Header.Get("Content-Disposition"); got != `attachment; filename="jahrgang.csv"` {
		t.Errorf("CSV is saved as %q", got)
	}
	english := tr.head.call(http.MethodGet, path, nil, "Accept", "text/csv", "Accept-Language", "en").Want(http.StatusOK)
	if !strings.HasPrefix(english.Body, "\ufeffName;Start;Kasse\r\nLeonie Hartmann;2026-08-01;open") {
		t.Errorf("English CSV is %q", english.Body)
	}
}

func TestCohortsAndApprenticesAreChecked(t *testing.T) {
	s := servertest.New(t)
	tr := trained(t, s)
	person := s.People["azubi2"].ID
	for name, c := range map[string]struct {
		path   string
		body   map[string]any
		status int
		at     string
	}{
		"occupation nobody trains": {"/zak/cohorts", map[string]any{"occupation": "Zauberer", "year": 2026, "name": "A"}, 422, "body.occupation"},
		"name of nothing":          {"/zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 2026, "name": ""}, 422, "body.name"},
		"modules as one word":      {"/zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 2026, "name": "A", "modules": "modulaaaa2"}, 422, "body.modules"},
		"nobody":                   {"/zak/apprentices", map[string]any{"person": "aaaaaaaaaa", "cohort": tr.first, "start": "2026-08-01"}, 422, "body.person"},
		"start in German":          {"/zak/apprentices", map[string]any{"person": person, "cohort": tr.first, "start": "1.8.2026"}, 422, "body.start"},
		"day that is none":         {"/zak/apprentices", map[string]any{"person": person, "cohort": tr.first, "start": "2026-02-30"}, 422, "body.start"},
		"end before the start":     {"/zak/apprentices", map[string]any{"person": person, "cohort": tr.first, "start": "2026-08-01", "end": "2026-07-31"}, 422, "body.end"},
		"cohort that is none":      {"/zak/apprentices", map[string]any{"person": person, "cohort": "aaaaaaaaaa", "start": "2026-08-01"}, 404, ""},
		"the same person again":    {"/zak/apprentices", map[string]any{"person": s.People["azubi"].ID, "cohort": tr.first, "start": "2026-08-01"}, 409, "body.person"},
	} {
		p := refused(t, tr.head.call(http.MethodPost, c.path, c.body), c.status)
		if got := strings.Join(located(p), " "); got != c.at {
			t.Errorf("%s: at %q instead of %q", name, got, c.at)
		}
	}
	tr.head.call(http.MethodGet, "/zak/cohorts", nil).Want(http.StatusOK).Says(`"apprentices":1`).Silent(`"apprentices":2`)
}

func TestOccupationsAreKeptByTheTrainingHead(t *testing.T) {
	s := servertest.New(t)
	head, reader := programOf(t, s, "leitung", account.WriteAccess), programOf(t, s, "leserin", account.ReadAccess)
	head.call(http.MethodPut, "/zak/occupations/FI", map[string]any{"title": "Fachinformatik"}).Want(http.StatusNoContent)
	head.call(http.MethodPut, "/zak/occupations/FI", map[string]any{"title": "Fachinformatiker/in"}).Want(http.StatusNoContent)
	var list []struct{ ID, Title string }
	reader.call(http.MethodGet, "/zak/occupations", nil).Want(http.StatusOK).Decode(&list)
	if len(list) != 1 || list[0].ID != "FI" || list[0].Title != "Fachinformatiker/in" {
		t.Errorf("occupations: %+v", list)
	}
	for path, at := range map[string]string{"/zak/occupations/F%20I": "path.id", "/zak/occupations/%00": "path.id", "/zak/occupations/FI": "body.title"} {
		p := refused(t, head.call(http.MethodPut, path, map[string]any{"title": " "}), http.StatusUnprocessableEntity)
		if got := strings.Join(located(p), " "); got != at {
			t.Errorf("%s: at %q instead of %q", path, got, at)
		}
	}
}
