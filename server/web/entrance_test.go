package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/server/servertest"
)

func TestWrongPasswordAndUnknownLoginLookTheSame(t *testing.T) {
	s := servertest.New(t)
	wrong := s.Stranger().Post("/anmelden", url.Values{"anmeldename": {"leserin"}, "passwort": {"falsch geraten"}}).Want(http.StatusUnauthorized)
	unknown := s.Stranger().Post("/anmelden", url.Values{"anmeldename": {"niemand"}, "passwort": {"falsch geraten"}}).Want(http.StatusUnauthorized)
	if a, b := wrong.Text(`[role="alert"]`), unknown.Text(`[role="alert"]`); a == "" || a != b {
		t.Errorf("the answers tell logins apart: %q and %q", a, b)
	}
	if got := wrong.Value("#feld-anmeldename"); got != "leserin" {
		t.Errorf("the login was lost: %q", got)
	}
	wrong.Silent("falsch geraten")
}

func TestSignOutEndsTheSession(t *testing.T) {
	s := servertest.New(t)
	c := s.As("leserin")
	c.Get("/wissen").Want(http.StatusOK).Says("Petra Nowak")
	c.Post("/abmelden", nil)
	if p := c.Get("/wissen"); p.URL.Path != "/anmelden" {
		t.Errorf("after signing out: %s", p.URL)
	}
}

func TestDemoSignInIsForTheDemo(t *testing.T) {
	s := servertest.New(t)
	s.Stranger().Get("/anmelden").Want(http.StatusOK).Silent("/anmelden/demo")
	if p := s.Stranger().Post("/anmelden/demo", url.Values{"anmeldename": {"leserin"}}); p.Status < 400 {
		t.Errorf("signed in without a password: %d", p.Status)
	}
	s.Stranger().Get("/einrichtung/falsch").Want(http.StatusNotFound)
}

func TestPasswordChangeSignsOtherDevicesOut(t *testing.T) {
	s := servertest.New(t)
	here, there := s.As("leserin"), s.As("leserin")
	change := func(old, fresh, again string) *servertest.Page {
		return here.Post("/konto", url.Values{"alt": {old}, "neu": {fresh}, "wiederholung": {again}})
	}
	change("falsch", "ein ganz neues wort", "ein ganz neues wort").Want(http.StatusUnprocessableEntity)
	change(servertest.Password, "ein ganz neues wort", "ein anderes neues").Want(http.StatusUnprocessableEntity).Says("nicht gleich")
	change(servertest.Password, "kurz", "kurz").Want(http.StatusUnprocessableEntity).Says("12")
	change(servertest.Password, "ein ganz neues wort", "ein ganz neues wort").Want(http.StatusOK).Says("Ihr Passwort ist geändert.")
	if p := there.Get("/konto"); p.URL.Path != "/anmelden" {
		t.Error("another device is still signed in")
	}
}

func TestSecurityTextIsWhatTheRFCAsksFor(t *testing.T) {
	s := servertest.New(t)
	page := s.Stranger().Get("/.well-known/security.txt").Want(http.StatusOK)
	fields := map[string]string{}
	for line := range strings.Lines(page.Body) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		fields[name] = value
	}
	if !strings.HasPrefix(fields["Contact"], s.URL) || fields["Preferred-Languages"] == "" {
		t.Errorf("fields are %v", fields)
	}
	expires, err := time.Parse(time.RFC3339, fields["Expires"])
	if err != nil || !expires.After(s.Now()) || expires.After(s.Now().AddDate(1, 0, 0)) {
		t.Errorf("Expires is %q (%v)", fields["Expires"], err)
	}
}
