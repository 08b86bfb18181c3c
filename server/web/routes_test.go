package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"staffelstab/content"
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
	for _, target := range []string{"https://boese.example/", "//boese.example/", `/\boese.example`, "javascript:alert(1)"} {
		page := s.Stranger().Post("/anmelden", url.Values{"anmeldename": {"leserin"}, "passwort": {servertest.Password}, "weiter": {target}})
		if "http://"+page.URL.Host != s.URL || page.URL.Path != "/" {
			t.Errorf("weiter=%s leads to %s", target, page.URL)
		}
		page = s.Stranger().Post("/sprache", url.Values{"sprache": {"en"}, "zurueck": {target}})
		if "http://"+page.URL.Host != s.URL {
			t.Errorf("zurueck=%s leads to %s", target, page.URL)
		}
	}
}

// pages are looked at as everybody who may see them.
func pages(id string) []string {
	return []string{"/", "/konto", "/suche?q=Pumpe", "/wissen", "/standards", "/neu", "/a/" + id, "/a/" + id + "/verlauf", "/a/" + id + "/bearbeiten",
		"/lernen", "/ausbildung", "/verwaltung", "/verwaltung/protokoll", "/hilfe", "/datenschutz", "/barrierefreiheit", "/gibt-es-nicht"}
}

var placeholder = regexp.MustCompile(`>[^<]*\{[a-z]+\}[^<]*<`)

func TestEveryPageIsWellFormed(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpe", Department: "66", Body: "## Start\n\nText.\n"})
	s.Indexed()
	for _, login := range []string{"expertin", "azubi", "leitung", "admin", "ohnerolle", "datenschutz"} {
		c := s.As(login)
		for _, path := range pages(string(a.ID)) {
			page := c.Get(path)
			if page.Status >= 500 {
				t.Errorf("%s as %s: %d", path, login, page.Status)
				continue
			}
			wellFormed(t, page, login)
		}
	}
}

func wellFormed(t *testing.T, p *servertest.Page, login string) {
	t.Helper()
	at := p.URL.Path + " as " + login
	for selector, want := range map[string]int{"html[lang]": 1, "h1": 1, "main": 1, "title": 1} {
		if got := len(p.All(selector)); got != want {
			t.Errorf("%s: %d × %s", at, got, selector)
		}
	}
	ids := map[string]bool{}
	for _, n := range p.All("[id]") {
		id := servertest.Attribute(n, "id")
		if ids[id] {
			t.Errorf("%s: two elements have the id %q", at, id)
		}
		ids[id] = true
	}
	for _, n := range p.All(`input:not([type="hidden"]), select, textarea`) {
		id := servertest.Attribute(n, "id")
		if id == "" || len(p.All(`label[for="`+id+`"]`)) != 1 {
			t.Errorf("%s: field %q has no label", at, servertest.Attribute(n, "name"))
		}
	}
	if n := len(p.All("[style], [onclick], [onload], [onerror]")); n > 0 {
		t.Errorf("%s: %d elements with inline style or script", at, n)
	}
	for _, n := range p.All("link[href], script[src], img[src]") {
		if target := servertest.Attribute(n, "href") + servertest.Attribute(n, "src"); strings.Contains(target, "//") {
			t.Errorf("%s: asks another host for %s", at, target)
		}
	}
	policy := p.Header.Get("Content-Security-Policy")
	for _, n := range p.All("script") {
		if !strings.Contains(policy, "'nonce-"+servertest.Attribute(n, "nonce")+"'") {
			t.Errorf("%s: a script without the nonce of the policy", at)
		}
	}
	if found := placeholder.FindString(p.Body); found != "" {
		t.Errorf("%s: an unfilled sentence %q", at, found)
	}
	for _, broken := range []string{"<no value>", "%!", "ZgotmplZ"} {
		if strings.Contains(p.Body, broken) {
			t.Errorf("%s: %q in the page", at, broken)
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
