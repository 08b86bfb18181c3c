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

const deeper = `---
id: lektaaaaa3
art: lektion
titel: Frostschutz
bereich: "66"
---

## Beispiel

Ein Schacht.

## Frage: Was hilft?
<!-- frage: id=hilft punkte=2 -->

Mehrere stimmen.

- [x] Fetten
  > Ja, vor dem Frost.
- [x] Abdecken
- [ ] Gießen
  > Wasser gefriert.

> **Hinweis:** Denken Sie an *trocken*.

> **Erklärung:** Fett und Deckel halten Wasser fern.

## Danach

Prüfen.

## Frage: Wann?
<!-- frage: id=wann -->

1. [ ] Im Mai
2. [x] Im Oktober
`

// winter is a server with a module of two questions in one lesson.
func winter(t *testing.T) *servertest.Server {
	t.Helper()
	s := servertest.New(t)
	placeModule(s)
	s.Place("module/f/frost/modul.md", "---\nid: modulaaaa3\nart: lernmodul\ntitel: Frost\nbereich: \"66\"\nvoraussetzungen: [modulaaaa2]\n---\n\nVor dem Winter.\n")
	s.Place("module/f/frost/01-schutz.md", deeper)
	s.Place("module/l/leer/modul.md", "---\nid: modulaaaa4\nart: lernmodul\ntitel: Leer\nbereich: \"66\"\n---\n\nKommt noch.\n")
	return s
}

// answer sends options by their words, as the form of the question does.
func answer(t *testing.T, c *servertest.Client, question string, words ...string) *servertest.Page {
	t.Helper()
	page := c.Get("/lernen/modulaaaa3/1").Want(http.StatusOK)
	within := "#frage-" + question + " "
	fields := url.Values{"vorgang": {page.Value(within + `input[name="vorgang"]`)}}
	for _, w := range words {
		for _, label := range page.All(within + "label") {
			if strings.HasPrefix(servertest.Text(label), w) {
				fields.Add("antwort", page.Value("#"+servertest.Attribute(label, "for")))
			}
		}
	}
	if len(fields["antwort"]) != len(words) {
		t.Fatalf("%v are not all offered", words)
	}
	return c.Post("/lernen/modulaaaa3/1/"+question, fields)
}

func TestSeveralAnswersArePartlyRightAndExplained(t *testing.T) {
	s := winter(t)
	c := s.As("azubi")
	page := c.Get("/lernen/modulaaaa3/1").Want(http.StatusOK)
	sound(t, page, "a lesson")
	page.Says("Lektion 1 von 1", "Frage 1 Was hilft?", "Frage 2 Wann?", "Mehrere Antworten können richtig sein.", "Eine Antwort ist richtig.", "Hinweis 1", "Denken Sie an trocken .")
	page.Silent("Fett und Deckel", "Wasser gefriert", "Ja, vor dem Frost", "[x]", "punkte=")
	if n := len(page.All(`#frage-hilft input[type="checkbox"]`)); n != 3 {
		t.Errorf("%d boxes", n)
	}

	partly := answer(t, c, "hilft", "Fetten").Want(http.StatusOK)
	sound(t, partly, "a partly right answer")
	if partly.URL.Path != "/lernen/modulaaaa3/1" {
		t.Errorf("answering leads to %s", partly.URL)
	}
	partly.Says("Teilweise richtig.", "Ja, vor dem Frost.", "Erklärung", "Fett und Deckel halten Wasser fern.").Silent("Wasser gefriert")
	chosen := partly.All("#frage-hilft input[checked]")
	if len(chosen) != 1 || partly.Text("#"+servertest.Attribute(chosen[0], "aria-describedby")) != "Ja, vor dem Frost." {
		t.Error("the feedback does not belong to the chosen answer")
	}
	answer(t, c, "hilft", "Gießen").Says("Das stimmt noch nicht.", "Wasser gefriert.")
	answer(t, c, "hilft", "Fetten", "Abdecken").Says("Richtig!", "Noch einmal prüfen")
	c.Get("/lernen").Says("1 von 2 Fragen richtig beantwortet")
	answer(t, c, "wann", "Im Oktober").Says("Zur Übersicht des Moduls").Silent("Gelesen –")
	c.Get("/lernen/modulaaaa3").Says("Erledigt am 24.11.2026", "Noch einmal durchgehen")
	c.Get("/").Silent("/lernen/modulaaaa3")
	s.As("azubi2").Get("/lernen/modulaaaa3").Says("Modul beginnen").Silent("Erledigt am")
}

func TestAnswerSentTwiceCountsOnce(t *testing.T) {
	s := winter(t)
	c := s.As("azubi")
	page := c.Get("/lernen/modulaaaa3/1")
	fields := url.Values{"vorgang": {page.Value(`#frage-wann input[name="vorgang"]`)}}
	for _, label := range page.All("#frage-wann label") {
		if servertest.Text(label) == "Im Mai" {
			fields.Set("antwort", page.Value("#"+servertest.Attribute(label, "for")))
		}
	}
	for range 3 {
		c.Post("/lernen/modulaaaa3/1/wann", fields).Want(http.StatusOK).Says("Das stimmt noch nicht.")
	}
	attempts, err := s.Store.Attempts(t.Context(), []string{s.People["azubi"].ID}, []content.ID{"modulaaaa3"})
	if err != nil || len(attempts) != 1 {
		t.Errorf("%d attempts are kept, %v", len(attempts), err)
	}
	for range 2 {
		c.Post("/lernen/modulaaaa3/1/gelesen", nil).Want(http.StatusOK)
	}
	c.Get("/lernen/modulaaaa3/1").Says("Frostschutz")
}

func TestQuestionThatChangedIsAskedAnew(t *testing.T) {
	s := winter(t)
	c, expert := s.As("azubi"), s.As("expertin")
	answer(t, c, "wann", "Im Oktober").Says("Richtig!")
	edit := expert.Get("/a/lektaaaaa3/bearbeiten").Want(http.StatusOK)
	text := form(edit, nil).Get("text")
	if !strings.Contains(text, "2. [x] Im Oktober") || !strings.Contains(text, "frage: id=wann") {
		t.Fatalf("the writer sees %q", text)
	}
	s.Advance(time.Hour)
	expert.Post("/a/lektaaaaa3/bearbeiten", form(edit, url.Values{"text": {strings.Replace(text, "Frage: Wann?", "Frage: In welchem Monat?", 1)}})).Want(http.StatusOK)
	again := c.Get("/lernen/modulaaaa3/1").Want(http.StatusOK).Says("In welchem Monat?")
	if len(again.All("#frage-wann input[checked]")) != 0 || len(again.All(`#frage-wann [role="status"]`)) != 0 {
		t.Error("the old answer stands at the new question")
	}
	c.Get("/lernen/modulaaaa3").Says("1 Frage hat sich seit Ihrer richtigen Antwort geändert.")
}

func TestLessonsLeadFromOneToTheNext(t *testing.T) {
	s := winter(t)
	c := s.As("azubi")
	first := c.Get("/lernen/modulaaaa2/1").Want(http.StatusOK).Says("Gelesen – weiter").Silent("Zurück")
	if got := first.Value("progress"); got != "1" {
		t.Errorf("lesson 1 is shown as %q", got)
	}
	next := c.Post("/lernen/modulaaaa2/1/gelesen", nil).Want(http.StatusOK).Says("Lektion 2 von 2", "Zurück", "Gelesen – Modul abschließen")
	if next.URL.Path != "/lernen/modulaaaa2/2" {
		t.Errorf("the next lesson is %s", next.URL)
	}
	end := c.Post("/lernen/modulaaaa2/2/gelesen", nil).Want(http.StatusOK).Says("Alle Lektionen sind gelesen.", "Weitermachen")
	if href := servertest.Attribute(end.One(".reading > p > a.kern-btn--primary"), "href"); href != "/lernen/modulaaaa2/1" {
		t.Errorf("with the question open people are led to %s", href)
	}
	for _, n := range []string{"0", "-1", "3", "x", "1e3", "99999999999999999999"} {
		c.Get("/lernen/modulaaaa2/" + n).Want(http.StatusNotFound)
		c.Post("/lernen/modulaaaa2/"+n+"/gelesen", nil).Want(http.StatusNotFound)
	}
	c.Post("/lernen/modulaaaa2/1/gibtesnicht", url.Values{"antwort": {"x"}}).Want(http.StatusNotFound)
}

func TestModulePageSaysWhatComesBeforeAndWhatIsMissing(t *testing.T) {
	s := winter(t)
	page := s.As("azubi").Get("/lernen/modulaaaa3").Want(http.StatusOK).Says("Vorher hilfreich: Kasse", "Vor dem Winter.", "1 Lektion")
	page.Silent("/bearbeiten", `"/neu"`, "/neu?")
	empty := s.As("azubi").Get("/lernen/modulaaaa4").Want(http.StatusOK).Says("Dieses Modul hat noch keine Lektionen.").Silent("Modul beginnen")
	sound(t, empty, "an empty module")
	writer := s.As("expertin").Get("/lernen/modulaaaa4").Says("Lektion hinzufügen", "Bearbeiten", "Verlauf")
	for _, n := range writer.All(".buttons a") {
		s.As("expertin").Get(servertest.Attribute(n, "href")).Want(http.StatusOK)
	}
	s.As("personalerin").Get("/lernen/modulaaaa4").Silent("/bearbeiten")
}

func TestHeadingsOfATextDoNotCollideWithThePage(t *testing.T) {
	s := winter(t)
	body := ""
	for _, heading := range []string{"Darstellung", "Datei", "Anhaenge", "Inhaltsverzeichnis", "Darstellung", "Titel inhalt", "Feld datei", "1", "§"} {
		body += "## " + heading + "\n\nSo.\n\n"
	}
	a := s.Write("expertin", content.Edit{Title: "Überschriften", Department: "66", Body: body})
	page := s.As("expertin").Get(content.Address(a.ID)).Want(http.StatusOK)
	sound(t, page, "headings")
	if got := len(page.All(".outline--desk a")); got != 9 {
		t.Errorf("%d of 9 headings are in the outline", got)
	}
}
