package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestCompareShowsFieldsByTheirLabels(t *testing.T) {
	w := newTown(t)
	first := revisions(t, w)[2]
	page := w.As("leserin").Get(w.at("/vergleich?von=" + string(first.ID))).Want(http.StatusOK)
	sound(t, page, "a comparison")
	if got := page.Text("h1"); got != "Vergleich: Pumpwerk Hafen" {
		t.Errorf("the heading is %q", got)
	}
	rows := map[string]string{}
	for _, n := range page.All("tbody.kern-table__body tr") {
		rows[servertest.Text(n.FirstChild)] = servertest.Text(n)
	}
	for label, want := range map[string]string{"Kurz gesagt": "Erst der Schieber.", "Themen": "Kanal", "Nächste Prüfung": "2026-11-01"} {
		if !strings.Contains(rows[label], want) {
			t.Errorf("%s: %q (%v)", label, rows[label], rows)
		}
	}
	page.Says("Zeilen hinzugefügt", "1 Zeile entfernt", "Renate Brinkmann", "24.11.2026, 10:00 Uhr")
	if len(page.All(`form[action$="/wiederherstellen"]`)) != 0 {
		t.Error("a reader is offered to restore")
	}
	same := w.As("leserin").Get(w.at("/vergleich?von=" + string(first.ID) + "&bis=" + string(first.ID))).Want(http.StatusOK)
	same.Says("Der Text selbst ist gleich geblieben.", "0 Zeilen hinzugefügt, 0 Zeilen entfernt")
}

// revisions of the pump's text, newest first.
func revisions(t *testing.T, w *town) []content.Revision {
	t.Helper()
	list, err := w.Library.History(t.Context(), w.Actor("expertin"), w.pump.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestWrongVersionsAreExplained(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	c.Get(w.at("/vergleich?bis=" + string(w.pump.Revision))).Want(http.StatusUnprocessableEntity).Says("Bitte wählen Sie im Verlauf zwei Fassungen aus.")
	other := w.Write("expertin", content.Edit{Title: "Anderer", Department: "66", Body: "Anderes.\n"})
	for _, query := range []string{"?von=r-gibtesnicht", "?von=" + string(w.pump.Revision) + "&bis=r-gibtesnicht", "?von=" + string(other.Revision)} {
		c.Get(w.at("/vergleich" + query)).Want(http.StatusNotFound).Says("Diese Fassung gibt es nicht").Silent("Anderes.")
	}
	c.Get(w.at("?stand=r-gibtesnicht")).Want(http.StatusNotFound)
	c.Get(w.at("?stand=" + string(other.Revision))).Want(http.StatusNotFound).Silent("Anderes.")
	c.Post(w.at("/wiederherstellen"), url.Values{"stand": {string(other.Revision)}, "basis": {w.pump.ETag}}).Want(http.StatusNotFound)
}

func TestRestoringTwiceAndFromAnOldPageLosesNothing(t *testing.T) {
	w := newTown(t)
	c := w.As("nachfolger")
	first := revisions(t, w)[2]
	page := c.Get(w.at("/vergleich?von=" + string(first.ID)))
	fields := url.Values{}
	for _, n := range page.All(`form[action$="/wiederherstellen"] input`) {
		fields.Set(servertest.Attribute(n, "name"), servertest.Attribute(n, "value"))
	}
	restored := c.Post(w.at("/wiederherstellen"), fields).Want(http.StatusOK)
	restored.Says("Die frühere Fassung ist wiederhergestellt.", "Schieber öffnen.").Silent("langsam")
	n := len(revisions(t, w))
	c.Post(w.at("/wiederherstellen"), fields).Want(http.StatusPreconditionFailed).Says("inzwischen von jemand anderem geändert")
	if len(revisions(t, w)) != n {
		t.Error("the second click made another version")
	}
	fields.Del("basis")
	c.Post(w.at("/wiederherstellen"), fields).Want(http.StatusPreconditionRequired)
	c.Get(w.at("/verlauf")).Says("Fassung vom 24.11.2026, 10:00 Uhr wiederhergestellt", "Jonas Yilmaz", "(fachlich)", "Langsam geht es besser")
}

func TestOldVersionIsMarkedAndCannotBeEdited(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	first := revisions(t, w)[2]
	page := c.Get(w.at("?stand=" + string(first.ID))).Want(http.StatusOK)
	sound(t, page, "an old version")
	page.Says("Frühere Fassung vom 24.11.2026, 10:00 Uhr", "Zur heutigen Fassung", "Mit der heutigen Fassung vergleichen", "Schieber öffnen.")
	page.Silent("/bearbeiten", `enctype="multipart`)
	c.Get(w.at("?stand=" + string(revisions(t, w)[0].ID))).Silent("Frühere Fassung").Says("Bearbeiten")
}

func TestHistoryNamesWhoDidWhatInPages(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Fassung 0.\n"})
	only := s.As("leserin").Get(content.Address(a.ID)+"/verlauf").Want(http.StatusOK).Says("Es gibt bisher nur diese eine Fassung.", "ohne Angabe")
	if len(only.All(`input[type="radio"]`)) != 0 {
		t.Error("one version is offered for comparison")
	}
	for i := range 54 {
		s.Advance(11 * time.Minute) // quicker saves would be shown as one
		saved, err := s.Library.Save(t.Context(), s.Actor("nachfolger"), a.ID, a.ETag, content.Edit{
			Body: fmt.Sprintf("Fassung %d.\n", i+1), Message: fmt.Sprintf("Runde %d", i+1), Change: content.ChangeEditorial,
		})
		if err != nil {
			t.Fatal(err)
		}
		a = saved
	}
	c := s.As("leserin")
	page := c.Get(content.Address(a.ID)+"/verlauf").Want(http.StatusOK).Says("Runde 54", "(redaktionell)", "(heutige Fassung)", "Jonas Yilmaz")
	if n := len(page.All(`input[name="von"]`)); n != 50 {
		t.Errorf("%d versions on the first page", n)
	}
	if page.Value(`input[name="von"][checked]`) == page.Value(`input[name="bis"][checked]`) {
		t.Error("the form begins with comparing a version with itself")
	}
	rest := c.Get(servertest.Attribute(page.One(".pages a"), "href")).Want(http.StatusOK).Says("Runde 4", "Renate Brinkmann").Silent("Runde 5 ", "Runde 54")
	if n := len(rest.All("tbody tr")); n != 5 || len(rest.All(".pages a")) != 0 {
		t.Errorf("%d versions on the last page", n)
	}
}

func TestErasedAuthorLosesTheNameAndNotTheText(t *testing.T) {
	w := newTown(t)
	if err := w.Office.Erase(t.Context(), w.Actor("admin"), w.People["expertin"].ID); err != nil {
		t.Fatal(err)
	}
	c := w.As("leserin")
	for _, path := range []string{"", "/verlauf", "/vergleich?von=" + string(w.pump.Revision)} {
		c.Get(w.at(path)).Want(http.StatusOK).Silent("Brinkmann", w.People["expertin"].Pseudonym)
	}
	c.Get(w.at("/verlauf")).Says("unbekannt", "Langsam geht es besser")
	w.As("admin").Get("/verwaltung/protokoll").Says("Konto gelöscht").Silent("Brinkmann")
}
