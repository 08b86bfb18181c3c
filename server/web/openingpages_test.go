package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// TestEveryPageWhileTheLibraryIsBeingRead asks for every page while versions come:
// none that shows texts fails, and nobody is told what follows from a part.
func TestEveryPageWhileTheLibraryIsBeingRead(t *testing.T) {
	w := newTown(t)
	reader := w.Actor("leserin")
	a, err := w.Library.Article(t.Context(), reader, "reisekost2")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Library.Acknowledge(t.Context(), reader, a.ID, a.ContentHash); err != nil {
		t.Fatal(err)
	}
	pages := map[string][]string{}
	for _, login := range []string{"expertin", "grundsatz", "leserin", "azubi", "leitung", "datenschutz"} {
		for at := range walk(t, w.As(login), "/") {
			pages[login] = append(pages[login], at)
		}
	}
	versions, err := w.Store.Revisions(t.Context(), a.ID, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.Open()
	if err := w.Store.Extend(t.Context(), content.Projection{Revisions: versions}); err != nil {
		t.Fatal(err)
	}
	for login, list := range pages {
		c := w.As(login)
		for _, at := range list {
			page, pattern := c.Get(at), w.Web.Pattern(mustRequest(t, at))
			if page.Status != http.StatusOK && !ofVersions[pattern] && !strings.Contains(at, "stand=") {
				t.Errorf("as %s %s answers %d", login, at, page.Status)
			}
			page.Silent("Bitte zur Kenntnis nehmen")
		}
	}
}

// A bare copy has no accounts: the first one is set up before anybody can read.
func TestTheFirstAccountDoesNotWaitForVersions(t *testing.T) {
	s := servertest.New(t)
	s.Open()
	wrong := s.Stranger().Post("/einrichtung/falsch", url.Values{"name": {"Erste"}, "anmeldename": {"erste"}, "passwort": {"sehr lang und geheim"}})
	wrong.Want(http.StatusUnprocessableEntity) // refused for what it says
	s.As("expertin").Post("/a/gibtesnicht/merken", url.Values{"merken": {"ja"}}).Want(http.StatusServiceUnavailable)
}

// ofVersions are the pages that are nothing without them.
var ofVersions = map[string]bool{
	"GET /a/{id}/fachleute": true, "GET /a/{id}/vergleich": true, "GET /a/{id}/verlauf": true, "GET /amtliche-aenderungen": true,
	"GET /fragen/{id}": true, "GET /p/{id}/{revision}": true, "GET /a/{id}/kenntnisnahmen": true, "GET /a/{id}/kenntnisnahmen.csv": true,
	"GET /schwaerzungen/{id}": true,
}
