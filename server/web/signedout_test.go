package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/server/servertest"
)

func TestTextSentAfterTheSessionEndedIsNotLost(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	editor := c.Get("/neu")
	c.Post("/abmelden", nil)
	page := c.Post("/neu", form(editor, url.Values{"titel": {"Kanal <spülen>"}, "bereich": {"66"}, "text": {"Zeile eins.\n\n<b>Zeile</b> zwei."}})).Want(http.StatusUnauthorized)
	page.Says("Sie waren abgemeldet", "Kanal <spülen>")
	if got := page.Text("textarea[readonly]"); got != "Zeile eins. <b>Zeile</b> zwei." {
		t.Errorf("kept %q", got)
	}
	if got := page.Value(`form[action="/anmelden"] input[name="weiter"]`); got != "/neu" {
		t.Errorf("after signing in: %q", got)
	}
}

func TestScriptsLearnThatTheSessionEnded(t *testing.T) {
	s := servertest.New(t)
	header := http.Header{"Sec-Fetch-Mode": {"cors"}, "Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/x-www-form-urlencoded"}}
	s.Stranger().Do(http.MethodPost, "/entwurf", strings.NewReader("text=x"), header).Want(http.StatusUnauthorized)
}
