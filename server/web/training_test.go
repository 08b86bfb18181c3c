package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/lessons/zak"
	"staffelstab/server/servertest"
)

// cohort lets the head make a cohort with the module and returns its address.
func cohort(t *testing.T, s *servertest.Server) string {
	t.Helper()
	placeModule(s)
	if err := s.Store.SaveOccupation(t.Context(), zak.Occupation{ID: "FI", Title: "Fachinformatiker/in"}); err != nil {
		t.Fatal(err)
	}
	head := s.As("leitung")
	page := head.Post("/ausbildung", url.Values{"name": {"FI 2026"}, "beruf": {"FI"}, "jahr": {"2026"}}).Want(http.StatusOK)
	page.Says("Der Jahrgang ist gespeichert.", "noch niemand")
	head.Post(page.URL.Path, url.Values{"name": {"FI 2026"}, "jahr": {"2026"}, "module": {"modulaaaa2"}}).Want(http.StatusOK)
	return page.URL.Path
}

func TestHeadFollowsACohort(t *testing.T) {
	s := servertest.New(t)
	address := cohort(t, s)
	head := s.As("leitung")
	add := func(login string) *servertest.Page {
		return head.Post(address+"/personen", url.Values{"anmeldename": {login}, "beginn": {"2026-08-01"}})
	}
	add("gibtesnicht").Want(http.StatusUnprocessableEntity).Says("gibtesnicht")
	add("azubi").Want(http.StatusOK)
	add("AZUBI2 ").Want(http.StatusOK)
	add("azubi").Want(http.StatusConflict)
	choose(s.As("azubi2"), "Zwei Personen").Want(http.StatusOK)

	table := head.Get(address).Want(http.StatusOK)
	var rows []string
	for _, n := range table.All(".matrix tbody tr") {
		rows = append(rows, servertest.Text(n))
	}
	if len(rows) != 2 || !strings.HasPrefix(rows[0], "Emre Kaya ◐ begonnen") || !strings.HasPrefix(rows[1], "Leonie Hartmann ○ offen") {
		t.Errorf("the table says %q", rows)
	}
	csv := head.Get(address + "/fortschritt.csv").Want(http.StatusOK)
	if !strings.HasPrefix(csv.Body, "\ufeffName;Beginn;Kasse\r\n") || !strings.Contains(csv.Body, "Emre Kaya;2026-08-01;begonnen\r\n") {
		t.Errorf("CSV: %q", csv.Body)
	}
}

func TestApprenticesSeeOnlyThemselves(t *testing.T) {
	s := servertest.New(t)
	address := cohort(t, s)
	head := s.As("leitung")
	for _, login := range []string{"azubi", "azubi2"} {
		head.Post(address+"/personen", url.Values{"anmeldename": {login}, "beginn": {"2026-08-01"}}).Want(http.StatusOK)
	}
	people := map[string]string{}
	for _, n := range head.Get(address).All(".matrix tbody a") {
		people[servertest.Text(n)] = servertest.Attribute(n, "href")
	}
	own, other := people["Leonie Hartmann"], people["Emre Kaya"]
	c := s.As("azubi")
	c.Get(own).Want(http.StatusOK).Says("Leonie Hartmann", "FI 2026", "Kasse")
	c.Get(other).Want(http.StatusNotFound)
	for _, path := range []string{"/ausbildung", address, address + "/fortschritt.csv"} {
		if p := c.Get(path); p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
			t.Errorf("an apprentice sees %s: %d", path, p.Status)
		}
	}
	c.Get("/").Says("Meine Ausbildung: FI 2026").Silent("Emre Kaya", "/ausbildung\"")
}
