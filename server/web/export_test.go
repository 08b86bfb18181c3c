package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestScannedPrintTellsWhetherItHolds(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Fassung eins.\n"})
	at := "/p/" + string(a.ID) + "/" + string(a.Revision)
	s.As("leserin").Get(at).Want(http.StatusOK).Says("Ja: Das ist die neueste Fassung.", "gültig")
	s.Advance(time.Hour)
	saved, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Fassung zwei.\n"})
	if err != nil {
		t.Fatal(err)
	}
	s.As("leserin").Get(at).Want(http.StatusOK).Says("Am 24.11.2026, 11:00 Uhr ist eine neuere Fassung erschienen.").Silent("Das ist die neueste")
	next := s.Write("expertin", content.Edit{Title: "Streuplan neu", Department: "66", Body: "Neu.\n", Meta: map[string]any{"gueltig_ab": "2026-11-01"}})
	if _, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, saved.ETag, content.Edit{Body: "Fassung zwei.\n", Meta: map[string]any{"ersetzt_durch": string(next.ID)}}); err != nil {
		t.Fatal(err)
	}
	s.As("leserin").Get(at).Want(http.StatusOK).Says("überholt seit 01.11.2026 durch „Streuplan neu“")
	if page := s.Stranger().Get(at); page.URL.Path != "/anmelden" || strings.Contains(page.Body, "Streuplan") {
		t.Errorf("a stranger who scans a print sees %s", page.URL)
	}
}

func TestQuickSavesAreOneLineThatOpens(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Eins.\n"})
	for _, body := range []string{"Zwei.\n", "Drei.\n"} {
		s.Advance(2 * time.Minute)
		saved, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: body})
		if err != nil {
			t.Fatal(err)
		}
		a = saved
	}
	page := s.As("leserin").Get(content.Address(a.ID) + "/verlauf").Want(http.StatusOK).Says("3 Speicherungen, 10:00–10:04 Uhr")
	if rows, inside := len(page.All("tbody tr")), len(page.All("tbody details li a")); rows != 1 || inside != 3 {
		t.Errorf("%d lines with %d versions inside", rows, inside)
	}
	sound(t, page, "a folded history")
}

func TestBrowsersLearnToSearchWithoutSeeingMore(t *testing.T) {
	s := servertest.New(t)
	secret := map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	s.Write("expertin", content.Edit{Title: "Streuplan offen", Department: "66", Body: "x\n"})
	s.Write("expertin", content.Edit{Title: "Streuplan geheim", Department: "66", Body: "x\n", Meta: secret})
	s.Indexed()
	description := s.Stranger().Get("/opensearch.xml").Want(http.StatusOK)
	if !strings.Contains(description.Body, "/suche?q={searchTerms}") || !strings.Contains(description.Header.Get("Content-Type"), "opensearchdescription") {
		t.Errorf("the description is %s", description.Body)
	}
	found := s.As("leserin").Get("/opensearch/vorschlaege?q=streu").Want(http.StatusOK)
	if !strings.Contains(found.Body, "Streuplan offen") || strings.Contains(found.Body, "geheim") || !strings.HasPrefix(found.Body, `["streu",[`) {
		t.Errorf("the suggestions are %s", found.Body)
	}
}

func TestComparisonIsReadableWithoutColourAndMarkdown(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpe", Department: "66", Body: "Eins.\n\n**Zwei.**\n\nDrei.\n"})
	s.Advance(time.Hour)
	if _, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Title: "Große Pumpe", Body: "Eins.\n\n**Vier.**\n\nDrei.\n"}); err != nil {
		t.Fatal(err)
	}
	page := s.As("leserin").Get(content.Address(a.ID) + "/vergleich?von=" + string(a.Revision)).Want(http.StatusOK)
	page.Says("Änderung 1 von 2", "Änderung 2 von 2", "Nächste Änderung", "Vorherige Änderung", "Titel", "Große Pumpe").Silent("**")
	if page.Text("del strong") != "Zwei." || page.Text("ins strong") != "Vier." {
		t.Errorf("%q became %q", page.Text("del strong"), page.Text("ins strong"))
	}
	sound(t, page, "a rendered comparison")
}
