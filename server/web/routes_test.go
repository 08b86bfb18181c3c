package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"staffelstab/server/servertest"
	"staffelstab/server/web"
)

func TestEveryRouteAsksForTheSignIn(t *testing.T) {
	s := servertest.New(t)
	stranger := s.Stranger()
	fill := regexp.MustCompile(`\{[^}]*\}`)
	for _, route := range s.Web.Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		path = fill.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "1")
		if route.Access == web.Public {
			continue
		}
		var page *servertest.Page
		if method == http.MethodGet {
			page = stranger.Get(path)
		} else {
			page = stranger.Post(path, url.Values{})
		}
		if page.URL.Path != "/anmelden" || page.Status != http.StatusOK {
			t.Errorf("%s is open to strangers: %d at %s", route.Pattern, page.Status, page.URL)
		}
		if method == http.MethodGet && path != "/" && page.URL.Query().Get("weiter") != path {
			t.Errorf("%s forgets where the person wanted to go: %s", route.Pattern, page.URL)
		}
	}
}

func TestRedirectsStayHere(t *testing.T) {
	s := servertest.New(t)
	for _, target := range []string{
		"https://boese.example/", "//boese.example/", `/\boese.example`, "javascript:alert(1)", "boese.example", "", " /wissen",
		"/\t/boese.example", "/\n/boese.example", "/\r\nSet-Cookie: a=b", "/\x00/boese.example", "/\x7f", "/.//boese.example", "/%0d%0aSet-Cookie:a=b",
	} {
		forms := map[string]url.Values{
			"/anmelden":    {"anmeldename": {"leserin"}, "passwort": {servertest.Password}, "weiter": {target}},
			"/sprache":     {"sprache": {"en"}, "zurueck": {target}},
			"/darstellung": {"darstellung": {"dark"}, "zurueck": {target}},
		}
		for path, fields := range forms {
			page := s.Stranger().Stay().Post(path, fields).Want(http.StatusSeeOther)
			location := page.Header.Get("Location")
			leads, err := url.Parse(location)
			if err != nil || leads.Host != "" || leads.Scheme != "" || !strings.HasPrefix(location, "/") || strings.HasPrefix(location, "//") || strings.Contains(location, `\`) {
				t.Errorf("%s with %q leads to %q", path, target, location)
			}
			if len(page.Header.Values("Set-Cookie")) != 1 {
				t.Errorf("%s with %q sets %q", path, target, page.Header.Values("Set-Cookie"))
			}
		}
		form := s.Stranger().Get("/anmelden?weiter=" + url.QueryEscape(target)).Want(http.StatusOK)
		if got := form.Value(`form[action="/anmelden"] input[name="weiter"]`); strings.HasPrefix(got, "//") || !strings.HasPrefix(got, "/") {
			t.Errorf("the form would lead on to %q", got)
		}
	}
}

func TestLanguageAndAppearanceAreRemembered(t *testing.T) {
	s := servertest.New(t)
	c := s.As("leserin")
	english := c.Post("/sprache", url.Values{"sprache": {"en"}, "zurueck": {"/wissen"}}).Want(http.StatusOK)
	if english.URL.Path != "/wissen" || english.Text("h1") != "Knowledge" || servertest.Attribute(english.One("html"), "lang") != "en" {
		t.Errorf("after choosing English: %s at %s", english.Text("h1"), english.URL)
	}
	dark := c.Post("/darstellung", url.Values{"darstellung": {"dark"}, "zurueck": {"/"}})
	if got := servertest.Attribute(dark.One("html"), "data-kern-theme"); got != "dark" {
		t.Errorf("theme is %q", got)
	}
	again := c.Post("/darstellung", url.Values{"darstellung": {"unfug"}, "zurueck": {"/"}})
	if got := servertest.Attribute(again.One("html"), "data-kern-theme"); got != "" {
		t.Errorf("an unknown theme became %q", got)
	}
}
