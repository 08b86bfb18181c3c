package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestANameAnImportKeptIsForgotten(t *testing.T) {
	s := servertest.New(t)
	if err := s.Office.KeepNames(t.Context(), s.Operator, map[string]string{"u-alteralter": "Kurt Adam"}); err != nil {
		t.Fatal(err)
	}
	_, _, err := s.Library.Place(t.Context(), s.Operator, content.Placement{Owner: "import", Author: "u-alteralter", At: s.Now(), Message: "x", Source: []byte("---\nid: kurtaaaaa2\ntitel: Pumpe\nbereich: \"66\"\n---\nx\n")}, false)
	if err != nil {
		t.Fatal(err)
	}
	s.As("leserin").Get("/a/kurtaaaaa2").Says("Kurt Adam")
	admin := s.As("admin")
	admin.Post("/verwaltung/altname", url.Values{"altname": {"Kurt"}}).Want(http.StatusUnprocessableEntity).Says("aus keinem Import behalten")
	admin.Post("/verwaltung/altname", url.Values{"altname": {" kurt adam "}}).Says("Der Name ist gelöscht.")
	s.As("leserin").Get("/a/kurtaaaaa2").Silent("Kurt Adam")
	admin.Get("/verwaltung/protokoll").Says("Namen aus einem Import gelöscht").Silent("Kurt")
}

func TestAdministratorLooksAfterAccounts(t *testing.T) {
	s := servertest.New(t)
	c := s.As("admin")
	mistake := c.Post("/verwaltung", url.Values{"anmeldename": {"leserin"}, "name": {"Noch eine"}, "bereich": {"66"}})
	if mistake.Status != http.StatusConflict {
		t.Errorf("a login that exists gives %d", mistake.Status)
	}
	if got := mistake.Value(`form[action="/verwaltung"][method="post"] input[name="name"]`); got != "Noch eine" {
		t.Errorf("what was typed came back as %q", got)
	}
	person := c.Post("/verwaltung", url.Values{"anmeldename": {"neu"}, "name": {"Nina Neu"}, "bereich": {"66"}}).Want(http.StatusOK)
	address := person.URL.Path
	c.Post(address+"/passwort", url.Values{"passwort": {"kurz"}}).Want(http.StatusUnprocessableEntity).Says("12")
	c.Post(address+"/passwort", url.Values{"passwort": {servertest.Password}}).Want(http.StatusOK)
	granted := c.Post(address+"/rollen", url.Values{"rolle": {"author"}, "bereich": {"66"}, "bis": {"2027-12-31"}}).Want(http.StatusOK)
	granted.Says("Autor:in", "FB 66", "bis 31.12.2027", "Rolle gegeben")

	nina := s.As("neu")
	nina.Get("/neu").Want(http.StatusOK)
	revoke := ""
	for _, n := range granted.All(`form[action$="/entziehen"]`) {
		revoke = servertest.Attribute(n, "action")
	}
	c.Post(revoke, nil).Want(http.StatusOK)
	nina.Get("/neu").Want(http.StatusForbidden)
	c.Post(address+"/sperre", url.Values{"aktiv": {"nein"}}).Want(http.StatusOK).Says("gesperrt")
	if p := nina.Get("/"); p.URL.Path != "/anmelden" {
		t.Errorf("a locked account still reaches %s", p.URL)
	}
	s.As("datenschutz").Get("/verwaltung/protokoll").Want(http.StatusOK).Says("Nina Neu", "Systembetreuung", "Konto gesperrt", "Rolle entzogen")
	for _, login := range []string{"leserin", "leitung", "expertin"} {
		x := s.As(login)
		x.Get("/verwaltung").Want(http.StatusForbidden)
		x.Get(address).Want(http.StatusForbidden)
		x.Get("/verwaltung/protokoll").Want(http.StatusForbidden)
		x.Get("/").Silent("/verwaltung")
	}
}

func TestAdministratorsDoNotLockThemselvesOut(t *testing.T) {
	s := servertest.New(t)
	admin := s.As("admin")
	address := "/verwaltung/person/" + s.People["admin"].ID
	own := admin.Post(address+"/sperre", url.Values{"aktiv": {"nein"}}).Want(http.StatusConflict)
	if alert := own.Text(`[role="alert"]`); !strings.Contains(alert, "Das eigene Konto") {
		t.Errorf("locking the own account says %q", alert)
	}
	forms := admin.Get(address).Want(http.StatusOK).All(`form[action$="/entziehen"]`)
	if len(forms) != 1 {
		t.Fatalf("%d roles can be taken back", len(forms))
	}
	last := admin.Post(servertest.Attribute(forms[0], "action"), nil).Want(http.StatusConflict)
	if alert := last.Text(`[role="alert"]`); !strings.Contains(alert, "letzte Administration") {
		t.Errorf("taking back the last administration says %q", alert)
	}
	admin.Get("/verwaltung").Want(http.StatusOK)
}
