package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestTokenIsShownOnceAndWithdrawn(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	c.Get("/konto").Want(http.StatusOK).Says("Sie haben kein Zugriffstoken.")
	made := c.Post("/konto/token", url.Values{"wofuer": {"Auswertung"}, "umfang": {"read"}, "tage": {"30"}}).Want(http.StatusOK)
	made.Says("Kopieren Sie das Token jetzt.", "Auswertung", "nur lesen")
	secret := strings.TrimSpace(made.Text("code.secret"))
	actor, err := s.Auth.Token(t.Context(), secret)
	if err != nil || actor.Person.ID != s.People["expertin"].ID || actor.Access != account.ReadAccess {
		t.Fatalf("%q is %+v, %v", secret, actor.Person, err)
	}

	page := c.Get("/konto").Says("Auswertung").Silent(secret)
	action := servertest.Attribute(page.One(`form[action^="/konto/token/"]`), "action")
	s.As("leserin").Post(action, nil).Want(http.StatusNotFound)
	if _, err := s.Auth.Token(t.Context(), secret); err != nil {
		t.Fatal("somebody else could withdraw it")
	}
	c.Post(action, nil).Want(http.StatusOK).Says("Das Zugriffstoken gilt nicht mehr.", "Sie haben kein Zugriffstoken.")
	if _, err := s.Auth.Token(t.Context(), secret); err == nil {
		t.Error("a withdrawn token works")
	}
	s.As("admin").Get("/verwaltung/protokoll").Says("Zugriffstoken erzeugt", "Zugriffstoken entzogen")
}

func TestWrongTokenFormIsAnsweredWhereItIsFilledIn(t *testing.T) {
	c := servertest.New(t).As("expertin")
	for field, wrong := range map[string]string{"umfang": "alles", "tage": "0", "wofuer": strings.Repeat("x", 121)} {
		form := url.Values{"wofuer": {"x"}, "umfang": {"read"}, "tage": {"30"}}
		form.Set(field, wrong)
		page := c.Post("/konto/token", form).Want(http.StatusUnprocessableEntity)
		if len(page.All("details[open] form[action^='/konto/token']")) != 1 {
			t.Errorf("%s: the form is folded away", field)
		}
	}
}
