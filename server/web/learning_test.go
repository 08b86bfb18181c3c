package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/server/servertest"
)

func placeModule(s *servertest.Server) {
	s.Place("module/k/kasse/modul.md", "---\nid: modulaaaa2\nart: lernmodul\ntitel: Kasse\nbereich: \"66\"\nziel: Niemand zahlt allein aus.\nminuten: 5\n---\n\nKurz.\n")
	s.Place("module/k/kasse/01-vier-augen.md", `---
id: lektaaaaa2
art: lektion
titel: Vier Augen
bereich: "66"
---

Ab 5.000 Euro zu zweit.

## Frage: Wer gibt frei?
<!-- frage: id=freigabe -->

1. [ ] Eine Person allein
   > Nein, ab 5.000 Euro zu zweit.
2. [ ] Die Poststelle
   > Die Poststelle hat damit nichts zu tun.
3. [x] Zwei Personen
`)
	s.Place("module/k/kasse/02-lesen.md", "---\nid: lektbbbbb2\nart: lektion\ntitel: Zum Schluss\nbereich: \"66\"\n---\n\nNur lesen.\n")
}

// choose answers the question with the option that has the words.
func choose(c *servertest.Client, words string) *servertest.Page {
	page := c.Get("/lernen/modulaaaa2/1")
	form := url.Values{"vorgang": {page.Value(`.question input[name="vorgang"]`)}}
	for _, n := range page.All(".option") {
		if strings.Contains(servertest.Text(n), words) {
			for _, input := range page.All(`.option input`) {
				if len(page.All(`label[for="`+servertest.Attribute(input, "id")+`"]`)) == 1 && strings.Contains(servertest.Text(page.One(`label[for="`+servertest.Attribute(input, "id")+`"]`)), words) {
					form.Set("antwort", servertest.Attribute(input, "value"))
				}
			}
		}
	}
	return c.Post("/lernen/modulaaaa2/1/freigabe", form)
}

func TestApprenticeLearnsFromAWrongAnswer(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	c := s.As("azubi")
	c.Get("/lernen").Want(http.StatusOK).Says("Kasse", "0 von 1 Fragen", "5 Minuten")
	c.Get("/lernen/modulaaaa2").Want(http.StatusOK).Says("Niemand zahlt allein aus.", "Modul beginnen")
	c.Get("/lernen/modulaaaa2/1").Want(http.StatusOK).Says("Frage 1 Wer gibt frei?").Silent("zu zweit.</p>\n</blockquote>", "[x]", "Poststelle hat", "correct")

	wrong := choose(c, "allein").Want(http.StatusOK).Says("Das stimmt noch nicht", "Nein, ab 5.000 Euro zu zweit.")
	wrong.Silent("Die Poststelle hat damit nichts zu tun")
	right := choose(c, "Zwei Personen").Want(http.StatusOK).Says("Richtig!", "Weiter zur nächsten Lektion")
	if got := len(right.All(".option input[checked]")); got != 1 {
		t.Errorf("%d options are marked as chosen", got)
	}
	c.Get("/lernen/modulaaaa2").Says("Weitermachen", "erledigt")
	end := c.Post("/lernen/modulaaaa2/2/gelesen", nil).Want(http.StatusOK)
	end.Says("Alle Lektionen sind gelesen.", "Erledigt am 24.11.2026")
}

func TestNothingChosenIsSaidAtTheQuestion(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	page := s.As("azubi").Post("/lernen/modulaaaa2/1/freigabe", url.Values{"vorgang": {"x"}}).Want(http.StatusUnprocessableEntity)
	if got := page.Text(`.question [role="alert"]`); got == "" {
		t.Error("the question does not say what is missing")
	}
}

func TestLessonsAreFoundWhereTheyAreLearned(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	c := s.As("azubi")
	for path, want := range map[string]string{"/a/lektbbbbb2": "/lernen/modulaaaa2/2", "/a/modulaaaa2": "/lernen/modulaaaa2"} {
		if got := c.Get(path).Want(http.StatusOK).URL.Path; got != want {
			t.Errorf("%s leads to %s", path, got)
		}
	}
	c.Get("/lernen/modulaaaa2/99").Want(http.StatusNotFound)
	c.Get("/lernen/aaaaaaaaaa").Want(http.StatusNotFound)
	c.Get("/lernen/lektbbbbb2").Want(http.StatusNotFound)
}

func TestWriterOfALessonLearnsWhichQuestionIsBroken(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	c := s.As("expertin")
	form := url.Values{"titel": {"Wechselgeld"}, "art": {"lektion"}, "bereich": {"66"}, "modul": {"modulaaaa2"}}
	const broken = "Zählen.\n\n## Frage: Wie oft?\n\n1. [ ] einmal\n2. [ ] zweimal\n"
	form.Set("text", broken)
	page := c.Post("/neu", form).Want(http.StatusUnprocessableEntity).Says("Zeile 5")
	if got := page.Text(`textarea[name="text"]`); strings.TrimSpace(got) != strings.Join(strings.Fields(broken), " ") {
		t.Errorf("what was typed came back as %q", got)
	}
	form.Set("text", strings.Replace(broken, "2. [ ]", "2. [x]", 1))
	c.Post("/neu", form).Want(http.StatusOK)
	c.Get("/lernen/modulaaaa2/3").Want(http.StatusOK).Says("Wechselgeld", "Wie oft?")
}
