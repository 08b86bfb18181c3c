package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestPeopleAreFoundByNameAndLoginInPages(t *testing.T) {
	s := servertest.New(t)
	for i := range 50 {
		hire(t, s, fmt.Sprintf("muster%02d", i), fmt.Sprintf("Mustermann %02d", i), "10")
	}
	c := s.As("admin")
	names := func(p *servertest.Page) []string {
		var out []string
		for _, n := range p.All("tbody a") {
			out = append(out, servertest.Text(n))
		}
		return out
	}
	first := c.Get("/verwaltung").Want(http.StatusOK).Says("63 Konten")
	if len(names(first)) != 50 || !slices.IsSorted(names(first)) {
		t.Errorf("the first page shows %v", names(first))
	}
	second := c.Get(servertest.Attribute(first.One(".pages a"), "href")).Want(http.StatusOK)
	if n := len(names(second)); n != 13 || strings.Contains(second.Text(".pages"), "Nächste") {
		t.Errorf("%d on the second page, which offers %q", n, second.Text(".pages"))
	}
	for query, want := range map[string]string{"kaya": "Emre Kaya", "AZUBI2": "Emre Kaya", "yilm": "Jonas Yilmaz", "%25": "", "_": ""} {
		page := c.Get("/verwaltung?q=" + query).Want(http.StatusOK)
		if got := strings.Join(names(page), "|"); got != want {
			t.Errorf("%q finds %q", query, got)
		}
	}
	some := c.Get("/verwaltung?q=muster").Says("50 Konten")
	if len(some.All(".pages a")) != 0 || some.Value("#personen-suche") != "muster" {
		t.Error("the search is lost or goes on behind its end")
	}
	c.Get("/verwaltung?q=" + url.QueryEscape(`"><script>alert(1)</script>`)).Want(http.StatusOK).Says("0 Konten").Silent("<script>alert")
	c.Get("/verwaltung?seite=99999").Want(http.StatusOK)
}

func TestRoleWorksWithTheNextClickAndOnItsDays(t *testing.T) {
	s := servertest.New(t)
	admin, person := s.As("admin"), "/verwaltung/person/"+s.People["ohnerolle"].ID
	admin.Get(person).Says("Noch keine Rolle.")
	uwe := s.As("ohnerolle")
	uwe.Get("/wissen").Want(http.StatusForbidden)
	page := admin.Post(person+"/rollen", url.Values{"rolle": {"reader"}, "bis": {"2026-11-24"}}).Want(http.StatusOK)
	page.Says("Die Änderung am Konto ist gespeichert.", "Leser:in", "Ganze Stadtverwaltung · bis 24.11.2026", "Rolle gegeben: Leser:in – Ganze Stadtverwaltung")
	uwe.Get("/wissen").Want(http.StatusOK)
	s.Advance(15 * time.Hour) // midnight is over
	s.As("ohnerolle").Get("/wissen").Want(http.StatusForbidden)
	s.As("admin").Post(person+"/rollen", url.Values{"rolle": {"author"}, "bereich": {"66"}, "von": {"2026-12-01"}}).Want(http.StatusOK)
	s.As("ohnerolle").Get("/neu").Want(http.StatusForbidden)
	s.Advance(7 * 24 * time.Hour)
	s.As("ohnerolle").Get("/neu").Want(http.StatusOK)
}

func TestRoleTakenBackTwiceIsNoHarm(t *testing.T) {
	s := servertest.New(t)
	admin, person := s.As("admin"), "/verwaltung/person/"+s.People["expertin"].ID
	forms := admin.Get(person).All(`form[action$="/entziehen"]`)
	if len(forms) != 2 {
		t.Fatalf("%d roles", len(forms))
	}
	var named []string
	for _, n := range forms {
		named = append(named, servertest.Text(n))
	}
	slices.Sort(named)
	// The button names what it takes, for those who hear only it.
	if strings.Join(named, "|") != "Entziehen Autor:in FB 66|Entziehen Leser:in Ganze Stadtverwaltung" {
		t.Errorf("the buttons are called %q", named)
	}
	action := servertest.Attribute(forms[0], "action")
	admin.Post(action, nil).Want(http.StatusOK)
	admin.Post(action, nil).Want(http.StatusNotFound).Says("Diese Rolle hat die Person nicht mehr.")
	if n := len(admin.Get(person).All(`form[action$="/entziehen"]`)); n != 1 {
		t.Errorf("%d roles are left", n)
	}
	other := "/verwaltung/person/" + s.People["leserin"].ID
	left := servertest.Attribute(admin.Get(person).One(`form[action$="/entziehen"]`), "action")
	admin.Post(other+strings.TrimPrefix(left, person), nil).Want(http.StatusNotFound) // not through another's page
}

func TestLockedAccountIsToldFromOthersAndOpenedAgain(t *testing.T) {
	s := servertest.New(t)
	admin, person := s.As("admin"), "/verwaltung/person/"+s.People["leserin"].ID
	for range 2 {
		admin.Post(person+"/sperre", url.Values{"aktiv": {"nein"}}).Want(http.StatusOK).Says("gesperrt", "Konto entsperren", "Das Konto ist gesperrt.")
	}
	row := ""
	for _, n := range admin.Get("/verwaltung?q=nowak").All("tbody tr") {
		row = servertest.Text(n)
	}
	if row != "Petra Nowak leserin 33 gesperrt" {
		t.Errorf("the list says %q", row)
	}
	s.Stranger().Post("/anmelden", url.Values{"anmeldename": {"leserin"}, "passwort": {servertest.Password}}).Want(http.StatusUnauthorized)
	admin.Post(person+"/sperre", url.Values{"aktiv": {"ja"}}).Want(http.StatusOK).Says("Konto sperren").Silent("Das Konto ist gesperrt.")
	s.As("leserin").Get("/wissen").Want(http.StatusOK)
	admin.Post(person+"/sperre", url.Values{}).Want(http.StatusUnprocessableEntity) // half a form locks nobody
	s.As("leserin").Get("/wissen").Want(http.StatusOK)
}

func TestNewPasswordFromTheAdministrationReplacesTheOld(t *testing.T) {
	s := servertest.New(t)
	there := s.As("leserin")
	page := s.As("admin").Post("/verwaltung/person/"+s.People["leserin"].ID+"/passwort", url.Values{"passwort": {"vom amt gesetzt"}}).Want(http.StatusOK)
	page.Says("Passwort gesetzt").Silent("vom amt gesetzt")
	if got := there.Get("/konto"); got.URL.Path != "/anmelden" {
		t.Error("the old session goes on")
	}
	s.Stranger().Post("/anmelden", url.Values{"anmeldename": {"leserin"}, "passwort": {servertest.Password}}).Want(http.StatusUnauthorized)
	s.Stranger().Post("/anmelden", url.Values{"anmeldename": {"leserin"}, "passwort": {"vom amt gesetzt"}}).Want(http.StatusOK)
}

func TestChangedPersonIsCalledByTheNewName(t *testing.T) {
	w := newTown(t)
	person := "/verwaltung/person/" + w.People["expertin"].ID
	page := w.As("admin").Post(person, url.Values{"name": {"  Renate   Brinkmann-Öz "}, "email": {"r.b@stadt.example"}, "bereich": {"11/4"}, "anmeldename": {"chefin"}}).Want(http.StatusOK)
	if got := page.Text("h1"); got != "Renate Brinkmann-Öz" {
		t.Errorf("the page is about %q", got)
	}
	if got := page.Value(`select[name="bereich"]#feld-bereich option[selected]`); got != "11/4" {
		t.Errorf("the department is %q", got)
	}
	w.As("leserin").Get(w.at("/verlauf")).Says("Renate Brinkmann-Öz")
	w.As("expertin").Get("/konto").Says("r.b@stadt.example", "expertin") // the login stays
}

func TestLogOfTheAdministrationIsReadableAndInPages(t *testing.T) {
	s := servertest.New(t)
	reader, admin := s.As("datenschutz"), s.As("admin")
	admin.Post("/verwaltung/person/"+s.People["leserin"].ID+"/rollen", url.Values{"rolle": {"editor"}, "bereich": {"11/4"}}).Want(http.StatusOK)
	s.As("leserin").Post("/konto/token", url.Values{"wofuer": {"Bericht"}, "umfang": {"write"}, "tage": {"1"}}).Want(http.StatusOK)
	first := reader.Get("/verwaltung/protokoll").Want(http.StatusOK)
	var rows []string
	for _, n := range first.All("tbody tr")[:2] {
		rows = append(rows, servertest.Text(n))
	}
	if rows[0] != "24.11.2026, 10:00 Uhr Zugriffstoken erzeugt lesen und schreiben Petra Nowak Petra Nowak" && rows[1] != "24.11.2026, 10:00 Uhr Zugriffstoken erzeugt lesen und schreiben Petra Nowak Petra Nowak" {
		t.Errorf("the newest entries are %q", rows)
	}
	first.Says("Rolle gegeben Redaktion – FB 11/4 Systembetreuung Petra Nowak", "Betrieb").Silent("role.granted", "fb:11", "Bericht", `href="/verwaltung"`)
	for range 60 {
		s.Advance(time.Second)
		if err := s.Office.UpdatePerson(t.Context(), s.Operator, account.Person{ID: s.People["azubi"].ID, DisplayName: "Leonie Hartmann", Department: "20"}); err != nil {
			t.Fatal(err)
		}
	}
	newest := reader.Get("/verwaltung/protokoll")
	older := reader.Get(servertest.Attribute(newest.One(".pages a"), "href")).Want(http.StatusOK).Says("Angaben geändert", "Vorige Seite")
	if len(newest.All("tbody tr")) != 50 || len(older.All("tbody tr")) < 11 {
		t.Error("the log is not in pages")
	}
	admin.Get("/verwaltung/protokoll").One(`.crumbs a[href="/verwaltung"]`)
}
