package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"staffelstab/internal/i18n"
	"staffelstab/server/servertest"
)

// foreign finds sentences of one language on pages of the other.
type foreign struct {
	whole    map[string]string // sentence → key
	patterns map[string]*regexp.Regexp
}

var gap = regexp.MustCompile(`\\\{[a-z0-9]+\\\}`)

// sentencesOf collects what only one language says.
func sentencesOf(c *i18n.Catalogue, locale, other i18n.Locale) foreign {
	f := foreign{map[string]string{}, map[string]*regexp.Regexp{}}
	shared := map[string]bool{}
	for _, key := range c.Keys(other) {
		shared[c.Text(other, key, nil)] = true
	}
	for _, key := range c.Keys(locale) {
		text := c.Text(locale, key, nil)
		switch {
		case shared[text]:
		case !strings.Contains(text, "{"):
			f.whole[text] = key
		case len(gap.ReplaceAllString(regexp.QuoteMeta(text), "")) > 6: // enough words to be told by
			f.patterns[key] = regexp.MustCompile("^" + gap.ReplaceAllString(regexp.QuoteMeta(text), ".+") + "$")
		}
	}
	return f
}

// find returns the key of the sentence a text is, or "".
func (f foreign) find(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return ""
	}
	if key := f.whole[text]; key != "" {
		return key
	}
	for key, pattern := range f.patterns {
		if pattern.MatchString(text) {
			return key
		}
	}
	return ""
}

// spoken are the pieces of a page that people read or hear in its language;
// texts of the library and the name of the other language are declared as what
// they are.
func spoken(p *servertest.Page) []string {
	var out []string
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		if n.Data != "html" && hasAttribute(n, "lang") || n.Data == "textarea" {
			return
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "aria-label", a.Key == "placeholder", a.Key == "title", a.Key == "alt", strings.HasPrefix(a.Key, "data-") && strings.Contains(a.Val, " "):
				out = append(out, a.Val)
			}
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			if child.Type == html.TextNode {
				out = append(out, child.Data)
			} else {
				visit(child)
			}
		}
	}
	visit(p.One("html"))
	return out
}

func TestEachLanguageIsSpokenThroughout(t *testing.T) {
	w := newTown(t)
	for locale, other := range map[i18n.Locale]i18n.Locale{i18n.English: i18n.German, i18n.German: i18n.English} {
		left := sentencesOf(w.Catalogue, other, locale)
		for _, login := range []string{"expertin", "azubi", "leitung", "admin", "datenschutz", "ohnerolle"} {
			c := w.As(login)
			c.Post("/sprache", url.Values{"sprache": {string(locale)}})
			for at, page := range walk(t, c, "/") {
				if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
					continue
				}
				if got := servertest.Attribute(page.One("html"), "lang"); got != string(locale) {
					t.Errorf("%s is declared %q", at, got)
				}
				for _, text := range spoken(page) {
					if key := left.find(text); key != "" {
						t.Errorf("%s as %s in %s says %q (%s)", at, login, locale, strings.TrimSpace(text), key)
					}
				}
			}
		}
	}
}

func TestMistakesAreExplainedInTheChosenLanguage(t *testing.T) {
	w := newTown(t)
	german := sentencesOf(w.Catalogue, i18n.German, i18n.English)
	c := w.As("expertin")
	c.Post("/sprache", url.Values{"sprache": {"en"}})
	answers := map[string]*servertest.Page{
		"a missing page":     c.Get("/gibt-es-nicht").Want(http.StatusNotFound),
		"a refused page":     c.Get("/verwaltung").Want(http.StatusForbidden),
		"a wrong form":       c.Post("/neu", url.Values{"titel": {"X"}, "bereich": {"66"}, "naechste_pruefung": {"bald"}}).Want(http.StatusUnprocessableEntity),
		"a wrong method":     c.Post("/wissen", nil).Want(http.StatusMethodNotAllowed),
		"a stale save":       c.Post(w.at("/bearbeiten"), url.Values{"titel": {"X"}, "bereich": {"66"}, "text": {"Neu"}, "basis": {"alt"}}).Want(http.StatusPreconditionFailed),
		"a wrong password":   c.Post("/konto", url.Values{"alt": {"x"}, "neu": {"y"}, "wiederholung": {"z"}}).Want(http.StatusUnprocessableEntity),
		"nothing found":      c.Get("/suche?q=xyzxyz").Want(http.StatusOK),
		"an unreadable form": c.Do(http.MethodPost, "/neu", strings.NewReader("%zz"), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}).Want(http.StatusUnprocessableEntity),
	}
	for what, page := range answers {
		sound(t, page, what)
		for _, text := range spoken(page) {
			if key := german.find(text); key != "" {
				t.Errorf("%s in English says %q (%s)", what, strings.TrimSpace(text), key)
			}
		}
	}
}

func TestLanguageIsKeptByTheBrowserAndNotByThePage(t *testing.T) {
	s := servertest.New(t)
	c := s.Stranger()
	header := http.Header{"Accept-Language": {"en-GB,en;q=0.9"}}
	german := c.Do(http.MethodGet, "/anmelden", nil, header)
	if got := servertest.Attribute(german.One("html"), "lang"); got != "de" {
		t.Errorf("a browser set to English gets %q; the administration speaks German until somebody chooses", got)
	}
	chosen := c.Stay().Post("/sprache", url.Values{"sprache": {"en"}, "zurueck": {"/hilfe"}}).Want(http.StatusSeeOther)
	cookie := chosen.Header.Get("Set-Cookie")
	for _, part := range []string{"sprache=en", "Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=31536000"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q lacks %s", cookie, part)
		}
	}
	c.Get("/anmelden").Says("Sign in")
	back := c.Post("/sprache", url.Values{"sprache": {"klingonisch"}, "zurueck": {"/hilfe"}}).Want(http.StatusOK)
	if got := servertest.Attribute(back.One("html"), "lang"); got != "de" {
		t.Errorf("an unknown language becomes %q", got)
	}
}

func TestSwitchesLeadBackToThePageTheyStandOn(t *testing.T) {
	w := newTown(t)
	c := w.As("leserin")
	at := "/suche?q=schieber&gueltig=ja"
	page := c.Get(at)
	for _, form := range []string{"/sprache", "/darstellung"} {
		back := page.Value(`form[action="` + form + `"] input[name="zurueck"]`)
		if got := c.Post(form, url.Values{"zurueck": {back}}); got.URL.RequestURI() != at {
			t.Errorf("%s leads to %s", form, got.URL.RequestURI())
		}
	}
	// A page that answers a form has no address of its own.
	refused := w.As("expertin").Post("/neu", url.Values{"titel": {""}, "bereich": {"66"}})
	if got := refused.Value(`form[action="/sprache"] input[name="zurueck"]`); got != "/" {
		t.Errorf("a refused form would lead back to %q", got)
	}
}

func TestDatesAndNumbersFollowTheLanguage(t *testing.T) {
	w := newTown(t)
	c := w.As("leserin")
	c.Get(w.at("")).Says("24.11.2026, 11:00 Uhr", "01.11.2026")
	c.Post("/sprache", url.Values{"sprache": {"en"}})
	c.Get(w.at("")).Says("24 Nov 2026, 11:00", "1 Nov 2026").Silent("Uhr")
}
