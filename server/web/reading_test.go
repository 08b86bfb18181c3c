package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestStateOfATextIsSaid(t *testing.T) {
	s := servertest.New(t)
	text := func(id, title, fields string) {
		s.Place("standards/x/"+id+"/index.md", "---\nid: "+id+"\nart: standard\ntitel: "+title+"\nbereich: \"66\"\n"+fields+"---\n\n## Regel\n\nText.\n")
	}
	text("kuenftig22", "Künftig", "gueltig_ab: 2027-01-01\n")
	text("abgelaufen", "Abgelaufen", "gueltig_bis: 2026-10-31\n")
	text("nachfolger", "Nachfolger", "ersetzt: [abgeloest2]\nverbindlich: ja\n")
	text("abgeloest2", "Abgelöst", "ersetzt_durch: nachfolger\n")
	text("ueberfaell", "Überfällig", "naechste_pruefung: 2026-11-01\nkurz: Das Wichtigste.\nansprechperson: Sachgebiet Kanal\n")
	c := s.As("leserin")
	c.Get("/a/kuenftig22").Want(http.StatusOK).Says("gilt noch nicht", "Dieser Text gilt erst ab 01.01.2027")
	c.Get("/a/abgelaufen").Want(http.StatusOK).Says("außer Kraft", "Er war gültig bis 31.10.2026")
	superseded := c.Get("/a/abgeloest2").Want(http.StatusOK).Says("abgelöst", "An seine Stelle trat:")
	if got := servertest.Attribute(superseded.One(".kern-alert__body a"), "href"); got != "/a/nachfolger" {
		t.Errorf("the successor is %q", got)
	}
	c.Get("/a/nachfolger").Says("gültig", "verbindlich")
	overdue := c.Get("/a/ueberfaell").Says("Prüfung überfällig", "sollte bis 01.11.2026 geprüft sein", "Das Wichtigste.", "Sachgebiet Kanal")
	for _, n := range overdue.All(".outline--desk a") {
		if len(overdue.All(".prose "+servertest.Attribute(n, "href"))) != 1 {
			t.Errorf("the outline leads to %s, which is not there", servertest.Attribute(n, "href"))
		}
	}
	due := c.Get("/standards?faellig=ja").Want(http.StatusOK).Says("1 Text", "Überfällig")
	due.Silent("/a/nachfolger")
}

func TestHiddenTextIsNowhere(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("personalerin", content.Edit{Title: "Abfindungen", Department: "11", Body: "Vertraulich.\n",
		Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}})
	s.Indexed()
	c := s.As("leserin")
	for _, path := range []string{"", "/verlauf", "/bearbeiten", "/vergleich?von=" + string(a.Revision), "/dateien/x.pdf"} {
		c.Get("/a/" + string(a.ID) + path).Want(http.StatusNotFound)
	}
	for _, path := range []string{"/wissen", "/", "/suche?q=Abfindungen", "/suche?q=Vertraulich&fb=11"} {
		c.Get(path).Want(http.StatusOK).Silent(string(a.ID), "Vertraulich.")
	}
	c.Get("/suche?q=Abfindungen").Says("0 Treffer")
	s.As("personalerin").Get("/suche?q=Abfindungen").Says("1 Treffer")
}

func TestHitsComeInPagesAndAreEscaped(t *testing.T) {
	s := servertest.New(t)
	for i := range 45 {
		s.Write("expertin", content.Edit{Title: fmt.Sprintf("Pumpwerk %02d", i), Department: "66", Body: "Pumpe prüfen.\n"})
	}
	s.Indexed()
	c := s.As("leserin")
	seen, next := map[string]bool{}, "/suche?q=Pumpe"
	for pages := 0; next != "" && pages < 5; pages++ {
		page := c.Get(next).Want(http.StatusOK).Says("45 Treffer")
		for _, n := range page.All(".hit__title a") {
			seen[servertest.Attribute(n, "href")] = true
		}
		next = ""
		for _, n := range page.All(".pages a") {
			if strings.Contains(servertest.Text(n), "Nächste") {
				next = servertest.Attribute(n, "href")
			}
		}
	}
	if len(seen) != 45 {
		t.Errorf("%d of 45 hits are on some page", len(seen))
	}
	c.Get("/suche?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").Want(http.StatusOK).Silent("<script>alert")
	c.Get("/suche?q=xyzxyz").Says("0 Treffer", "nichts gefunden")
}

func TestOldNotesAddressLeadsOn(t *testing.T) {
	s := servertest.New(t)
	s.Place("wissen/a/alt/index.md", `---
id: altertext2
art: artikel
titel: Aus Notes
bereich: "66"
herkunft:
  notes:
    unid: 0123456789ABCDEF0123456789ABCDEF
    replik: C1257000AABBCCDD
    datenbank: DEV
---

Text.
`)
	c := s.As("leserin")
	for _, old := range []string{"/notes/0123456789abcdef0123456789abcdef", "/notes/C1257000AABBCCDD/0123456789ABCDEF0123456789ABCDEF"} {
		if page := c.Get(old); page.URL.Path != "/a/altertext2" {
			t.Errorf("%s leads to %s (%d)", old, page.URL, page.Status)
		}
	}
	c.Get("/notes/FFFF6789ABCDEF0123456789ABCDEF01").Want(http.StatusNotFound).Says("Notes-Adresse")
}

func TestMenuShowsWhereATextBelongs(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	for path, want := range map[string]string{
		"/a/reisekost2": "Standards", "/a/reisekost2/verlauf": "Standards", w.at(""): "Wissen", "/standards": "Standards", "/neu": "Wissen", "/": "Heute",
	} {
		if got := c.Get(path).Want(http.StatusOK).Text(`nav [aria-current="page"]`); got != want {
			t.Errorf("%s: the menu stands at %q instead of %q", path, got, want)
		}
	}
}
