package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// trainer hires a trainer of the town's cohort.
func trainer(t *testing.T, w *town) *servertest.Client {
	t.Helper()
	hire(t, w.Server, "ausbilder", "Sven Adler", "11/4", account.Grant{Role: account.Reader},
		account.Grant{Role: account.Trainer, Scope: account.InCohort(strings.TrimPrefix(w.cohort, "/ausbildung/jahrgang/"))})
	return w.As("ausbilder")
}

func TestTrainerKeepsTheOwnCohortAndSeesNoOther(t *testing.T) {
	w := newTown(t)
	foreign := emptyCohort(t, w.Server, "jahrgang22", "FI 2025")
	c := trainer(t, w)
	list := c.Get("/ausbildung").Want(http.StatusOK).Says("FI 2026", "2 Nachwuchskräfte · 1 Modul").Silent("FI 2025", `action="/ausbildung"`)
	if n := len(list.All(".card a")); n != 1 {
		t.Errorf("%d cohorts", n)
	}
	c.Get(w.cohort).Want(http.StatusOK).Says("Emre Kaya", "Leonie Hartmann", "Jahrgang ändern")
	c.Get("/").Says("Meine Jahrgänge", "FI 2026").Silent("FI 2025")
	c.Post("/ausbildung", url.Values{"name": {"Neu"}, "beruf": {"FI"}, "jahr": {"2027"}}).Want(http.StatusForbidden)
	for _, path := range []string{foreign, foreign + "/fortschritt.csv", "/ausbildung/jahrgang/gibtesnicht"} {
		// What is not theirs looks like what is not there.
		page := c.Get(path).Want(http.StatusNotFound).Silent("FI 2025")
		page.Says("Diesen Jahrgang gibt es nicht, oder er gehört nicht zu Ihren.")
	}
	c.Post(foreign, url.Values{"name": {"Übernommen"}, "jahr": {"2025"}}).Want(http.StatusNotFound)
	c.Post(foreign+"/personen", url.Values{"anmeldename": {"azubi"}, "beginn": {"2025-08-01"}}).Want(http.StatusNotFound)
	w.As("leitung").Get("/ausbildung").Says("FI 2026", "FI 2025")
}

func TestFormerTrainerSeesTheCohortNoLonger(t *testing.T) {
	w := newTown(t)
	c := trainer(t, w)
	c.Get(w.cohort).Want(http.StatusOK)
	grants, err := w.Store.Grants(t.Context(), w.People["ausbilder"].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range grants {
		if g.Role == account.Trainer {
			if err := w.Office.Revoke(t.Context(), w.Actor("admin"), g.Person, g.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.Get(w.cohort).Want(http.StatusForbidden).Silent("Kaya")
	c.Get(w.people["Emre Kaya"]).Want(http.StatusNotFound).Silent("Kaya")
	c.Get("/").Silent("/ausbildung", "FI 2026")
}

func TestTableCountsWhoIsThroughInWordsAndNotByColourAlone(t *testing.T) {
	w := newTown(t)
	choose(w.As("azubi"), "Zwei Personen").Want(http.StatusOK)
	w.As("azubi").Post("/lernen/modulaaaa2/2/gelesen", nil).Want(http.StatusOK)
	choose(w.As("azubi2"), "allein").Want(http.StatusOK)
	page := w.As("leitung").Get(w.cohort).Want(http.StatusOK)
	sound(t, page, "a cohort")
	cells := map[string]string{}
	for _, n := range page.All(".matrix tbody tr, .matrix tfoot tr") {
		name, cell, _ := strings.Cut(servertest.Text(n), " ● ")
		if cell == "" {
			name, cell, _ = strings.Cut(servertest.Text(n), " ◐ ")
		}
		cells[name] = cell
	}
	if cells["Leonie Hartmann"] != "erledigt" || cells["Emre Kaya"] != "begonnen" {
		t.Errorf("the table says %v", cells)
	}
	page.Says("Lernstand des Jahrgangs FI 2026", "1 von 2", "2 Nachwuchskräfte · 1 Modul")
	page.Silent("falsch", "Punkte", "Versuche") // neither answers nor points
	person := w.As("leitung").Get(w.people["Leonie Hartmann"]).Want(http.StatusOK)
	sound(t, person, "an apprentice")
	person.Says("Leonie Hartmann", "FI 2026", "seit 01.08.2026", "Kasse", "erledigt", "24.11.2026")
	w.As("azubi").Get(w.people["Leonie Hartmann"]).Want(http.StatusOK).Says("erledigt").Silent("/ausbildung/jahrgang")
}

func TestTableForSpreadsheetsRunsNoFormula(t *testing.T) {
	w := newTown(t)
	for login, name := range map[string]string{"formel": `=HYPERLINK("http://boese.example";"Klick")`, "plus": "+49 30 1234", "klammer": "@SUM(1+1)", "strich": `Anna "Änne" Öztürk; geb. Groß`} {
		hire(t, w.Server, login, name, "10", account.Grant{Role: account.Apprentice})
		w.As("leitung").Post(w.cohort+"/personen", url.Values{"anmeldename": {login}, "beginn": {"2026-09-01"}}).Want(http.StatusOK)
	}
	file := w.As("leitung").Get(w.cohort + "/fortschritt.csv").Want(http.StatusOK)
	if got := file.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Errorf("the type is %q", got)
	}
	if got := file.Header.Get("Content-Disposition"); got != `attachment; filename="FI 2026.csv"` {
		t.Errorf("the file is called %q", got)
	}
	if got := file.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("names may be kept: %q", got)
	}
	text, marked := strings.CutPrefix(file.Body, "\ufeff")
	if !marked || strings.Count(text, "\r\n") != 7 || strings.Count(text, "\n") != 7 {
		t.Errorf("no mark or other line ends: %q", file.Body)
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil || len(rows) != 7 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	names := map[string]bool{}
	for _, row := range rows {
		names[row[0]] = true
		if len(row) != 3 || strings.ContainsAny(row[0][:1], "=+-@\t\r") {
			t.Errorf("the row %q", row)
		}
	}
	if !names[`Anna "Änne" Öztürk; geb. Groß`] || !names["Leonie Hartmann"] || !names["'+49 30 1234"] {
		t.Errorf("the names are %v", names)
	}
	english := w.As("leitung")
	english.Post("/sprache", url.Values{"sprache": {"en"}})
	if got := english.Get(w.cohort + "/fortschritt.csv").Body; !strings.HasPrefix(got, "\ufeffName;Start;Kasse\r\n") {
		t.Errorf("in English it begins with %.40q", got)
	}
}

func TestCohortIsRenamedAndItsModulesChosen(t *testing.T) {
	w := newTown(t)
	c := w.As("leitung")
	page := c.Get(w.cohort)
	if got := page.Value(`form[action="`+w.cohort+`"] [name="jahr"]`) + page.Value(`input[name="module"][checked]`); got != "2026modulaaaa2" {
		t.Errorf("the form begins with %q", got)
	}
	if got := page.Value(`[name="beginn"]`); got != "2026-08-01" {
		t.Errorf("the start that is offered is %q", got)
	}
	none := c.Post(w.cohort, url.Values{"name": {"FI 26 (Nord)"}, "jahr": {"2026"}}).Want(http.StatusOK)
	none.Says("Der Jahrgang ist gespeichert.", "Für diesen Jahrgang sind noch keine Module ausgewählt.", "Emre Kaya", "0 Module")
	if got := none.Text("h1"); got != "FI 26 (Nord)" {
		t.Errorf("the cohort is called %q", got)
	}
	c.Get(w.people["Emre Kaya"]).Want(http.StatusOK).Says("noch keine Module")
	c.Get(w.cohort + "/fortschritt.csv").Want(http.StatusOK)
	wrong := c.Post(w.cohort, url.Values{"name": {""}, "jahr": {"2026"}, "module": {"modulaaaa2"}}).Want(http.StatusUnprocessableEntity)
	if got := wrong.Value(`input[name="module"][checked]`); got != "modulaaaa2" {
		t.Errorf("the chosen module is lost: %q", got)
	}
}

func TestCohortWithoutPeopleSaysWhatToDo(t *testing.T) {
	s := servertest.New(t)
	cohort(t, s)
	address := emptyCohort(t, s, "jahrgang22", "FI 2025")
	page := s.As("leitung").Get(address).Want(http.StatusOK)
	sound(t, page, "an empty cohort")
	page.Says("0 Nachwuchskräfte · 0 Module", "In diesem Jahrgang ist noch niemand. Fügen Sie unten die erste Nachwuchskraft hinzu.")
	s.As("leitung").Get(address + "/fortschritt.csv").Want(http.StatusOK)
}
