package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestThoseWhoTendTextsSeeWhatNobodyFinds(t *testing.T) {
	s := servertest.New(t)
	for _, login := range []string{"gast1", "gast2"} {
		if _, err := s.Office.CreatePerson(t.Context(), s.Operator, account.Person{Login: login, DisplayName: login, Department: "66/2"}); err != nil {
			t.Fatal(err)
		}
	}
	s.Place("", "---\nid: zaunaaaaa2\ntitel: Bauzaun\nbereich: \"66\"\n---\nAufstellen.\n")
	s.Place("", "---\nid: wortaaaaa2\ntitel: Synonyme der Suche\nbereich: \"66\"\n---\n- A = B\n")
	s.Indexed()
	for _, login := range []string{"expertin", "nachfolger", "pruefer"} {
		c := s.As(login)
		c.Get("/suche?q=Kanaldeckel+%26+%3Cklappert%3E").Want(http.StatusOK)
		c.Get("/suche?q=bauzaun").Want(http.StatusOK)
		c.Get("/suche?q=bauzaun+stellen").Want(http.StatusOK)
		if login == "pruefer" {
			c.Get("/a/zaunaaaaa2").Want(http.StatusOK)
		}
	}
	s.Advance(71 * time.Minute)
	if err := s.Library.KeepSearches(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := s.As("expertin")
	c.Get("/pflege").Says("Was niemand findet")
	page := c.Get("/pflege/suche").Want(http.StatusOK).Says("2 Suchen ohne Ergebnis", "kanaldeckel & <klappert>", "3-mal, nie ein Treffer", "3-mal, nie ein Text geöffnet", "0 Treffer", "1 Treffer", "ohne Person")
	page.Silent("bauzaun stellen")
	if href := "/neu?" + (url.Values{"titel": {"kanaldeckel & <klappert>"}}).Encode(); len(page.All(`a[href="`+href+`"]`)) != 1 {
		t.Errorf("no way to write the text: %s", page.Body)
	}
	if len(page.All(`a[href="/a/wortaaaaa2/bearbeiten"]`)) != 2 {
		t.Error("no way to the synonyms")
	}
	s.As("pruefer").Get("/pflege/suche").Want(http.StatusOK).Says("kanaldeckel").Silent("Text schreiben", "Als Synonym")
	s.As("personalerin").Get("/pflege/suche").Want(http.StatusOK).Says("Zurzeit steht hier nichts").Silent("kanaldeckel")
	s.As("personalerin").Get("/pflege/suche?fb=66").Want(http.StatusForbidden).Says("Wählen Sie bitte einen Ihrer Fachbereiche")
	if _, err := s.Office.Grant(t.Context(), s.Operator, account.Grant{Person: s.People["personalerin"].ID, Role: account.Editor}); err != nil {
		t.Fatal(err)
	}
	s.As("personalerin").Get("/pflege/suche").Want(http.StatusOK).Says("kanaldeckel")
	c.Get("/pflege/suche?ab=1").Says("2 Suchen ohne Ergebnis", "kanaldeckel").Silent("bauzaun")
}
