package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/i18n"
	"staffelstab/internal/ident"
	"staffelstab/server/auth"
	"staffelstab/server/request"
	"staffelstab/server/servertest"
	"staffelstab/server/web"
)

func TestSignInLeadsWhereThePersonWantedToGo(t *testing.T) {
	w := newTown(t)
	c := w.Stranger()
	for _, at := range []string{"/suche?q=schieber&gueltig=ja", w.at("/verlauf"), "/konto"} {
		form := c.Get(at).Want(http.StatusOK)
		fields := url.Values{"anmeldename": {" LESERIN "}, "passwort": {"falsch"}, "weiter": {form.Value(`form[action="/anmelden"] input[name="weiter"]`)}}
		again := c.Post("/anmelden", fields).Want(http.StatusUnauthorized)
		fields.Set("weiter", again.Value(`form[action="/anmelden"] input[name="weiter"]`))
		fields.Set("passwort", servertest.Password)
		if page := c.Post("/anmelden", fields).Want(http.StatusOK); page.URL.RequestURI() != at {
			t.Errorf("instead of %s the sign-in leads to %s", at, page.URL.RequestURI())
		}
		if page := c.Get("/anmelden").Want(http.StatusOK); page.URL.Path != "/" {
			t.Errorf("who is signed in is asked again at %s", page.URL)
		}
		c.Post("/abmelden", nil)
	}
}

func TestSignInBeginsANewSessionAndEndsTheOld(t *testing.T) {
	s := servertest.New(t)
	fields := url.Values{"anmeldename": {"leserin"}, "passwort": {servertest.Password}}
	c := s.Stranger().Stay()
	first := c.Post("/anmelden", fields).Header.Get("Set-Cookie")
	second := c.Post("/anmelden", fields).Header.Get("Set-Cookie")
	secret := func(cookie string) string {
		value, _, _ := strings.Cut(strings.TrimPrefix(cookie, "staffelstab="), ";")
		return value
	}
	if secret(first) == "" || secret(first) == secret(second) {
		t.Fatalf("the sessions are %q and %q", first, second)
	}
	for cookie, want := range map[string]int{secret(first): http.StatusSeeOther, secret(second): http.StatusOK} {
		page := s.Stranger().Stay().Do(http.MethodGet, "/konto", nil, http.Header{"Cookie": {"staffelstab=" + cookie}})
		if page.Status != want {
			t.Errorf("a session answers %d instead of %d", page.Status, want)
		}
	}
	if got := s.Stranger().Stay().Do(http.MethodGet, "/konto", nil, http.Header{"Cookie": {"staffelstab=erfunden"}}); got.Status != http.StatusSeeOther {
		t.Errorf("an invented session answers %d", got.Status)
	}
}

func TestSignOutIsCleanAndHarmlessTwice(t *testing.T) {
	s := servertest.New(t)
	c := s.As("leserin")
	for range 2 {
		page := c.Stay().Post("/abmelden", nil).Want(http.StatusSeeOther)
		if got := page.Header.Get("Location"); got != "/anmelden" {
			t.Errorf("signing out leads to %q", got)
		}
		if got := page.Header.Get("Set-Cookie"); !strings.Contains(got, "Max-Age=0") || !strings.Contains(got, "staffelstab=;") {
			t.Errorf("the cookie is %q", got)
		}
		if got := page.Header.Get("Clear-Site-Data"); got != `"cache", "storage"` {
			t.Errorf("the browser keeps %q", got)
		}
	}
}

func TestSessionEndsWithoutUseAndAfterADay(t *testing.T) {
	s := servertest.New(t)
	busy, idle := s.As("leserin"), s.As("leserin")
	for range 4 {
		s.Advance(auth.SessionIdle - time.Minute)
		page := busy.Get("/konto")
		if s.Now().Before(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)) != (page.URL.Path == "/konto") {
			t.Errorf("at %s somebody busy is at %s", s.Now(), page.URL)
		}
	}
	page := idle.Get("/konto").Want(http.StatusOK)
	if page.URL.RequestURI() != "/anmelden?weiter=%2Fkonto" {
		t.Errorf("after hours without use: %s", page.URL)
	}
	sent := idle.Post("/neu", url.Values{"titel": {"Zu spät"}})
	if sent.URL.RequestURI() != "/anmelden" {
		t.Errorf("a form sent too late leads to %s", sent.URL)
	}
}

func TestGuessingIsSlowedDownAndLockedAccountsStayOut(t *testing.T) {
	s := servertest.New(t)
	guess := url.Values{"anmeldename": {"leserin"}, "passwort": {"geraten"}}
	c := s.Stranger()
	last := c.Post("/anmelden", guess)
	for range 20 {
		last = c.Post("/anmelden", guess)
	}
	if alert := last.Want(http.StatusTooManyRequests).Text(`[role="alert"]`); !strings.Contains(alert, "Bitte warten Sie zehn Minuten") {
		t.Errorf("after many guesses: %q", alert)
	}
	guess.Set("passwort", servertest.Password)
	c.Post("/anmelden", guess).Want(http.StatusTooManyRequests)
	s.Advance(11 * time.Minute)
	c.Post("/anmelden", guess).Want(http.StatusOK)

	if err := s.Office.SetActive(t.Context(), s.Actor("admin"), s.People["azubi"].ID, false); err != nil {
		t.Fatal(err)
	}
	locked := s.Stranger().Post("/anmelden", url.Values{"anmeldename": {"azubi"}, "passwort": {servertest.Password}}).Want(http.StatusUnauthorized)
	locked.Says("Anmeldename oder Passwort stimmt nicht.").Silent("gesperrt")
}

func TestFirstAdministratorIsMadeOnce(t *testing.T) {
	s := servertest.New(t)
	grants, err := s.Store.Grants(t.Context(), s.People["admin"].ID)
	if err != nil || len(grants) != 1 {
		t.Fatalf("%v, %v", grants, err)
	}
	if err := s.Store.RemoveGrant(t.Context(), grants[0].ID); err != nil {
		t.Fatal(err)
	}
	secret, err := s.Auth.OpenSetup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, address := s.Stranger(), "/einrichtung/"+secret
	sound(t, c.Get(address).Want(http.StatusOK), "setup")
	right := url.Values{"anmeldename": {"chefin"}, "name": {"Carla Chef"}, "passwort": {"erstes gutes wort"}, "wiederholung": {"erstes gutes wort"}}
	for _, wrong := range []struct{ field, value, at, says string }{
		{"wiederholung", "erstes anderes wort", "wiederholung", "nicht gleich"},
		{"anmeldename", "Die Chefin", "anmeldename", "Kleinbuchstaben"},
		{"name", " ", "name", "geben Sie den Namen an"},
		{"anmeldename", "leserin", "anmeldename", "gibt es schon"},
	} {
		fields := url.Values{}
		for name := range right {
			fields.Set(name, right.Get(name))
		}
		fields.Set(wrong.field, wrong.value)
		page := c.Post(address, fields)
		if page.Status != http.StatusUnprocessableEntity && page.Status != http.StatusConflict {
			t.Fatalf("%s %q answers %d", wrong.field, wrong.value, page.Status)
		}
		atField(t, page, wrong.at, wrong.says)
		if got := page.Value("#feld-anmeldename"); got != fields.Get("anmeldename") {
			t.Errorf("the login came back as %q", got)
		}
	}
	made := c.Post(address, right).Want(http.StatusOK)
	if made.URL.Path != "/anmelden" {
		t.Errorf("setting up leads to %s", made.URL)
	}
	for _, again := range []*servertest.Page{c.Get(address), c.Post(address, right)} {
		again.Want(http.StatusNotFound).Says("Diese Adresse gilt nicht mehr.")
	}
	admin := c.Post("/anmelden", url.Values{"anmeldename": {"chefin"}, "passwort": {"erstes gutes wort"}}).Want(http.StatusOK)
	admin.Says("Guten Tag, Carla Chef", "Verwaltung")
	c.Get("/verwaltung/protokoll").Says("Konto angelegt", "Administration – Ganze Stadtverwaltung", "Betrieb")
}

func TestDemoOffersItsPeopleByOneClick(t *testing.T) {
	s := servertest.New(t)
	invented := account.Person{ID: "demoaaaaaa", Login: "demo.expertin", DisplayName: "Erna Erfunden", Pseudonym: "u-demo", Active: true, Demo: true, CreatedAt: s.Now()}
	if err := s.Store.CreatePerson(t.Context(), invented); err != nil {
		t.Fatal(err)
	}
	demo := func(o *web.Options) {
		o.Auth = auth.New(auth.Options{Directory: s.Store, Credentials: s.Store, Audit: s.Store, Now: s.Now, IDs: ident.NewRandom(), Place: time.UTC, Demo: true})
		o.DemoPeople = []web.DemoPerson{{Login: invented.Login, Name: invented.DisplayName, Roles: []account.Role{account.Author, account.Reader}}}
	}
	form := page(s, demo, request.Info{Locale: i18n.German}, httptest.NewRequest(http.MethodGet, "/anmelden?weiter=/wissen", nil))
	for _, part := range []string{"Erna Erfunden", "Autor:in · Leser:in", "erfundenen Personen", `name="anmeldename" value="demo.expertin"`} {
		if !strings.Contains(form.Body.String(), part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	for login, want := range map[string]int{"demo.expertin": http.StatusSeeOther, "leserin": http.StatusNotFound, "niemand": http.StatusNotFound} {
		r := httptest.NewRequest(http.MethodPost, "/anmelden/demo", strings.NewReader(url.Values{"anmeldename": {login}, "weiter": {"/wissen"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := page(s, demo, request.Info{Locale: i18n.German}, r)
		if answer.Code != want || want == http.StatusSeeOther && answer.Header().Get("Location") != "/wissen" {
			t.Errorf("%s: %d at %q", login, answer.Code, answer.Header().Get("Location"))
		}
		if (answer.Header().Get("Set-Cookie") != "") != (want == http.StatusSeeOther) {
			t.Errorf("%s gets the cookie %q", login, answer.Header().Get("Set-Cookie"))
		}
	}
}

func TestAppearanceIsTheBrowsersChoice(t *testing.T) {
	s := servertest.New(t)
	c := s.Stranger()
	for choice, attribute := range map[string]string{"light": "light", "dark": "dark", "system": "", "'><script>": ""} {
		page := c.Post("/darstellung", url.Values{"darstellung": {choice}, "zurueck": {"/hilfe"}}).Want(http.StatusOK)
		if got := servertest.Attribute(page.One("html"), "data-kern-theme"); got != attribute || page.URL.Path != "/hilfe" {
			t.Errorf("%q becomes %q at %s", choice, got, page.URL)
		}
		selected := page.Value("#wahl_darstellung option[selected]")
		if attribute != "" && selected != choice || attribute == "" && selected != "system" {
			t.Errorf("%q is shown as %q", choice, selected)
		}
	}
	forged := c.Do(http.MethodGet, "/hilfe", nil, http.Header{"Cookie": {"darstellung=neon; sprache=xx"}})
	if servertest.Attribute(forged.One("html"), "data-kern-theme") != "" || servertest.Attribute(forged.One("html"), "lang") != "de" {
		t.Error("an invented cookie is taken")
	}
}

func TestPagesOfTheLawSayWhatTheProgramDoes(t *testing.T) {
	s := servertest.New(t)
	for _, c := range []*servertest.Client{s.Stranger(), s.As("azubi")} {
		c.Get("/datenschutz").Want(http.StatusOK).Says("nach 8 Stunden ohne Benutzung, spätestens nach 24 Stunden", "Art. 15 bis 18 DSGVO")
		c.Get("/hilfe").Want(http.StatusOK).Says("Mindestens 12 Zeichen", "# Frage: Ab wann ist die Genehmigung nötig?")
		c.Get("/barrierefreiheit").Want(http.StatusOK).Says("BITV 2.0", "Barriere melden", "Überwachungs- oder Ombudsstelle")
	}
}
