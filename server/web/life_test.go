package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

const trips = `---
id: dienstrei2
art: standard
titel: Dienstreisen abrechnen
bereich: "11"
nummer: DA-37
verbindlich: ja
gueltig_ab: 2024-03-01
kenntnisnahme:
  pflicht: ja
  frist: 14
---

Belege sind binnen *sechs* Monaten einzureichen.

## Fahrkarten

Es gilt die zweite Klasse.
`

// TestTheLifeOfAStandard is a day of five people: an author, the reviewer of
// another department, the reviewer's deputy, a reader and an apprentice.
func TestTheLifeOfAStandard(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/d/dienstreisen/index.md", trips)
	s.Indexed()
	at := "/a/dienstrei2"

	// The reader finds the standard, sees that it binds and since when, and
	// takes note of it.
	reader := s.As("leserin")
	found := reader.Get("/suche?q=" + url.QueryEscape("dienstreise belege")).Want(http.StatusOK)
	if got := servertest.Attribute(found.All(".hit__title a")[0], "href"); !strings.HasPrefix(got, at) {
		t.Fatalf("the first hit leads to %s", got)
	}
	page := reader.Get(at).Want(http.StatusOK).Says("verbindlich seit 01.03.2024", "DA-37", "zur Kenntnis")
	reader.Post(at+"/kenntnisnahme", url.Values{"fassung": {page.Value(`form[action$="/kenntnisnahme"] input[name="fassung"]`)}}).Want(http.StatusOK)
	reader.Get(at).Silent(`action="` + at + `/kenntnisnahme"`)

	// The author of another department says how it would be right.
	author := s.As("expertin")
	if got := author.Get(at + "/bearbeiten").Want(http.StatusOK).URL.Path; got != at+"/vorschlagen" {
		t.Errorf("who may not save is led to %s", got)
	}
	proposed := author.Post(at+"/vorschlagen", form(author.Get(at+"/vorschlagen"), url.Values{
		"text":      {"Belege sind binnen *drei* Monaten einzureichen.\n\n## Fahrkarten\n\nEs gilt die zweite Klasse.\n"},
		"aenderung": {"Frist verkürzt"}, "bedeutung": {"fachlich"}, "kenntnisnahme": {"ja"},
	})).Want(http.StatusOK).Says("Ihr Vorschlag ist eingereicht.")
	proposal := proposed.URL.Path
	reader.Get(proposal).Want(http.StatusNotFound)
	reader.Get(at).Says("sechs").Silent("drei")

	// Nobody approves what is their own; the reviewer is away and has a deputy.
	hash := url.Values{"fassung": {reviewOf(t, s, "grundsatz", proposal)}}
	author.Post(proposal+"/freigeben", hash).Want(http.StatusForbidden)
	deputy := s.As("prueferin")
	deputy.Get(proposal).Want(http.StatusNotFound)
	s.As("grundsatz").Post("/konto/vertretung", url.Values{"anmeldename": {"prueferin"}, "von": {"2026-11-24"}, "bis": {"2026-11-30"}}).Want(http.StatusOK)
	deputy.Get("/").Want(http.StatusOK).Says("Zu prüfen", "Dienstreisen abrechnen")
	deputy.Get(proposal).Want(http.StatusOK).Says("Frist verkürzt", "drei", "sechs", "in Vertretung für Thomas Wever")

	// The deputy sends it back with a note; the author says it better.
	deputy.Post(proposal+"/zurueckgeben", url.Values{"fassung": hash["fassung"], "hinweis": {"Bitte auch das Datum nennen."}}).Want(http.StatusOK)
	author.Get("/neuigkeiten").Want(http.StatusOK).Says("Dienstreisen abrechnen")
	author.Post(proposal+"/bearbeiten", form(author.Get(proposal+"/bearbeiten").Says("Bitte auch das Datum nennen."), url.Values{
		"text":      {"Belege sind ab Dezember binnen *drei* Monaten einzureichen.\n\n## Fahrkarten\n\nEs gilt die zweite Klasse.\n"},
		"aenderung": {"Frist verkürzt"}, "bedeutung": {"fachlich"}, "kenntnisnahme": {"ja"},
	})).Want(http.StatusOK)
	deputy.Post(proposal+"/freigeben", hash).Want(http.StatusPreconditionFailed) // what was shown then is not what it says now
	s.Advance(time.Hour)
	released := deputy.Post(proposal+"/freigeben", url.Values{"fassung": {reviewOf(t, s, "prueferin", proposal)}}).Want(http.StatusOK)
	if released.URL.Path != at {
		t.Fatalf("the release leads to %s", released.URL.Path)
	}
	author.Get("/neuigkeiten").Want(http.StatusOK).Says("freigegeben")

	// The reader knew the text and is shown what changed; the apprentice never
	// saw it and reads the whole.
	reader.Get("/").Want(http.StatusOK).Says("Bitte zur Kenntnis nehmen", "Dienstreisen abrechnen")
	reader.Get(at).Want(http.StatusOK).Says("Geändert, seit Sie", "drei")
	apprentice := s.As("azubi")
	first := apprentice.Get(at).Want(http.StatusOK).Says("ab Dezember", "zur Kenntnis")
	apprentice.Post(at+"/kenntnisnahme", url.Values{"fassung": {first.Value(`form[action$="/kenntnisnahme"] input[name="fassung"]`)}}).Want(http.StatusOK)
	apprentice.Post(at+"/fragen", url.Values{"text": {"Gilt das auch für die Bahncard?"}, "abschnitt": {"fahrkarten"}, "frage": {"ja"}}).Want(http.StatusOK)

	// What applied before stays answerable, and a print of then is out of date.
	then := reader.Get(at + "/verlauf").Want(http.StatusOK).Says("Frist verkürzt")
	old := servertest.Attribute(then.All(`a[href*="stand="]`)[len(then.All(`a[href*="stand="]`))-1], "href")
	revision := old[strings.Index(old, "stand=")+len("stand="):]
	reader.Get("/p/dienstrei2/" + revision).Want(http.StatusOK).Says("neuere Fassung")
	reader.Get(at + "?gilt-am=2023-01-01").Want(http.StatusNotFound).Says("Für diesen Tag ist keine Fassung bekannt")

	// Released is exactly what was approved: one commit that names author,
	// deputy and whom the deputy stood in for.
	history, err := s.Library.History(t.Context(), s.Actor("leserin"), "dienstrei2", 0, 10)
	if err != nil || len(history) != 2 || history[0].Author != s.People["expertin"].Pseudonym || history[0].Change != content.ChangeMaterial {
		t.Errorf("history %+v, %v", history, err)
	}
	s.As("grundsatz").Get(proposal).Want(http.StatusOK).Says("in Vertretung für Thomas Wever", "freigegeben")
}

// reviewOf is the wording of a proposal as somebody is shown it.
func reviewOf(t *testing.T, s *servertest.Server, login, address string) string {
	t.Helper()
	return s.As(login).Get(address).Want(http.StatusOK).Value(`#entscheiden form[action$="/freigeben"] input[name="fassung"]`)
}
