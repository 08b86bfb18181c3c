package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestSingleFiltersAreTakenAwayByTheirChips(t *testing.T) {
	s := library(t)
	c := s.As("leserin")
	page := c.Get("/suche?q=streusalz&fb=66&thema=Winter&gueltig=alle&sortierung=titel").Want(http.StatusOK)
	sound(t, page, "chips")
	left := map[string]string{}
	for _, n := range page.All(".chip") {
		u, err := url.Parse(servertest.Attribute(n, "href"))
		if err != nil {
			t.Fatal(err)
		}
		left[servertest.Text(n)] = u.Query().Encode()
	}
	if len(left) != 3 {
		t.Fatalf("chips: %v", left)
	}
	for text, query := range left {
		if !strings.Contains(query, "sortierung=titel") || strings.Contains(text, "FB 66") && strings.Contains(query, "fb=66") || strings.Contains(text, "Winter") && strings.Contains(query, "thema=") {
			t.Errorf("%s leads to %s", text, query)
		}
	}
}

func TestFiltersAmongTheWordsHaveChipsToo(t *testing.T) {
	c := library(t).As("leserin")
	page := c.Get("/suche?q=streusalz+-bereich:11+thema:winter&art=artikel").Says("1 Treffer · 3 Filter", "Schneeräumung auf Brücken")
	sound(t, page, "chips of typed filters")
	left := map[string]string{}
	for _, n := range page.All(".chip") {
		left[servertest.Text(n)] = servertest.Attribute(n, "href")
	}
	if len(left) != 3 {
		t.Fatalf("chips: %v", left)
	}
	for text, href := range left {
		if strings.Contains(text, "-bereich:11") {
			c.Get(href).Says("2 Treffer · 2 Filter", "Zulage im Winterdienst")
		}
	}
	c.Get(servertest.Attribute(page.One(`.lead a`), "href")).Says("4 Treffer").Silent("Filter aufheben")
}

func TestHitsAreSortedAsAsked(t *testing.T) {
	c := library(t).As("leserin")
	var got []string
	for _, n := range c.Get("/suche?q=streusalz&sortierung=titel").Want(http.StatusOK).All(".hit__title a") {
		got = append(got, servertest.Text(n))
	}
	if strings.Join(got, "|") != "Muster Streuplan|Schneeräumung auf Brücken|Winterdienst|Zulage im Winterdienst" {
		t.Errorf("by title: %v", got)
	}
	c.Get("/suche?q=streusalz&sortierung=unfug").Want(http.StatusOK)
}

func TestSearchSaysWhatIsNearAndWhatWasMeant(t *testing.T) {
	c := library(t).As("leserin")
	c.Get("/suche?q=Streusalz+Zulage").Silent("Kein Text enthält alle Wörter")
	c.Get("/suche?q=Brücken+Zulage").Says("Kein Text enthält alle Wörter", "Zulage im Winterdienst")
	page := c.Get("/suche?q=Streusaltz&thema=Winter").Says("Meinten Sie", "Zulage im Winterdienst")
	if href := servertest.Attribute(page.One(".meant a"), "href"); !strings.Contains(strings.ToLower(href), "q=streusalz") || !strings.Contains(href, "thema=Winter") {
		t.Errorf("leads to %s", href)
	}
	c.Get("/suche?thema=Winter").Says("2 Treffer")
}

func TestOnlyThoseWhoTendTextsSeeWhyAHitStandsWhereItStands(t *testing.T) {
	s := library(t)
	const at = "/suche?q=streusalz&erklaeren=1"
	s.As("leserin").Get(at).Want(http.StatusOK).Silent("Warum steht das hier?", "Zeigen, warum")
	page := s.As("expertin").Get(at).Want(http.StatusOK).Says("Warum steht das hier?", "genau so gefunden", "Punkte", "Erklärungen ausblenden")
	sound(t, page, "explained")
	s.As("expertin").Get("/suche?q=streusalz").Says("Zeigen, warum ein Treffer wo steht").Silent("Punkte")
}

func TestOwnThingsAndContactsStandBesideHits(t *testing.T) {
	s := library(t)
	if _, err := s.Library.Autosave(t.Context(), s.Actor("expertin"), content.Draft{Key: "entwurf222", Title: "Streusalz lagern", Body: "trocken"}); err != nil {
		t.Fatal(err)
	}
	s.As("expertin").Get("/suche?q=streusalz").Says("Bei Ihnen", "Entwurf: Streusalz lagern")
	s.As("leserin").Get("/suche?q=streusalz").Silent("Bei Ihnen", "Streusalz lagern")
}
