package api_test

import (
	"net/http"
	"strings"
	"testing"

	"staffelstab/lessons/zak"
	"staffelstab/server/servertest"
)

const moduleText = `---
id: modulaaaa2
art: lernmodul
titel: Kasse
bereich: "66"
ziel: Niemand zahlt allein aus.
minuten: 5
---

Kurz.
`

const lessonText = `---
id: lektaaaaa2
art: lektion
titel: Vier Augen
bereich: "66"
---

Ab 5.000 Euro zu zweit.

## Frage: Wer gibt frei?
<!-- frage: id=freigabe punkte=2 -->

1. [ ] Eine Person allein
   > GEHEIMNIS Nein, ab 5.000 Euro zu zweit.
2. [x] Zwei Personen

> **Erklärung:** GEHEIMNIS Vier-Augen-Prinzip.
`

func placeModule(s *servertest.Server) {
	s.Place("module/k/kasse/modul.md", moduleText)
	s.Place("module/k/kasse/01-vier-augen.md", lessonText)
}

type lesson struct {
	Segments []struct {
		Question *struct {
			ID      string `json:"id"`
			Options []struct {
				ID   string `json:"id"`
				HTML string `json:"html"`
			} `json:"options"`
		} `json:"question"`
	} `json:"segments"`
}

// options returns the ids of the question's options by their words.
func options(t *testing.T, c *servertest.Client) map[string]string {
	t.Helper()
	var l lesson
	c.JSON(http.MethodGet, "/modules/modulaaaa2/lessons/1", nil).Want(http.StatusOK).Silent("GEHEIMNIS", "correct").Decode(&l)
	out := map[string]string{}
	for _, segment := range l.Segments {
		if segment.Question != nil {
			for _, o := range segment.Question.Options {
				out[strings.TrimSpace(strings.NewReplacer("<p>", "", "</p>", "").Replace(o.HTML))] = o.ID
			}
		}
	}
	if len(out) != 2 {
		t.Fatalf("options are %v", out)
	}
	return out
}

func TestAnswerIsGradedOnTheServer(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	c := s.As("azubi")
	ids := options(t, c)
	var result struct {
		Correct     bool    `json:"correct"`
		Score       float64 `json:"score"`
		Explanation string  `json:"explanation"`
		Feedback    []struct{ Text string }
	}
	answer := func(option, key string) *servertest.Page {
		return c.JSON(http.MethodPost, "/modules/modulaaaa2/questions/freigabe/attempts", map[string]any{"answer": []string{option}}, "Idempotency-Key", key)
	}
	answer(ids["Eine Person allein"], "a").Want(http.StatusOK).Decode(&result)
	if result.Correct || result.Score != 0 || len(result.Feedback) != 1 || !strings.Contains(result.Feedback[0].Text, "zu zweit") {
		t.Errorf("wrong answer: %+v", result)
	}
	answer(ids["Zwei Personen"], "b").Want(http.StatusOK).Decode(&result)
	if !result.Correct || result.Score != 2 || !strings.Contains(result.Explanation, "Vier-Augen") {
		t.Errorf("right answer: %+v", result)
	}
	answer(ids["Zwei Personen"], "b").Want(http.StatusOK)
	refused(t, answer(ids["Eine Person allein"], "b"), http.StatusUnprocessableEntity)
	attempts, err := s.Store.Attempts(t.Context(), []string{s.People["azubi"].ID}, nil)
	if err != nil || len(attempts) != 2 {
		t.Errorf("%d attempts are stored instead of 2 (%v)", len(attempts), err)
	}
	if attempts[0].Revision == "" || attempts[0].QuestionHash == "" {
		t.Error("an answer is not pinned to the text it was given on")
	}
	refused(t, answer("gibtesnicht", "c"), http.StatusUnprocessableEntity)
	c.JSON(http.MethodGet, "/me/progress", nil).Want(http.StatusOK).Says("modulaaaa2")
}

func TestAnswersNeverLeaveTheServerBeforeOneWasGiven(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	s.Indexed()
	c := s.As("azubi")
	for _, path := range []string{
		"/articles/lektaaaaa2", "/articles/lektaaaaa2/revisions", "/modules", "/modules/modulaaaa2", "/modules/modulaaaa2/lessons/1",
		"/search?q=GEHEIMNIS", "/search?q=Vier+Augen",
	} {
		c.JSON(http.MethodGet, path, nil).Want(http.StatusOK).Silent("GEHEIMNIS Nein", "[x]", "GEHEIMNIS Vier")
	}
}

func TestCohortIsSeenByThoseWhoCareForIt(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	head := s.As("leitung")
	if err := s.Store.SaveOccupation(t.Context(), occupation()); err != nil {
		t.Fatal(err)
	}
	var cohort struct{ ID string }
	head.JSON(http.MethodPost, "/zak/cohorts", map[string]any{"occupation": "VwFAng", "year": 2026, "name": "VwFAng 2026", "modules": []string{"modulaaaa2"}}).Want(http.StatusCreated).Decode(&cohort)
	for _, login := range []string{"azubi", "azubi2"} {
		head.JSON(http.MethodPost, "/zak/apprentices", map[string]any{"person": s.People[login].ID, "cohort": cohort.ID, "start": "2026-08-01"}).Want(http.StatusCreated)
	}
	ids := options(t, s.As("azubi"))
	s.As("azubi").JSON(http.MethodPost, "/modules/modulaaaa2/questions/freigabe/attempts", map[string]any{"answer": []string{ids["Zwei Personen"]}}).Want(http.StatusOK)

	table := head.JSON(http.MethodGet, "/zak/cohorts/"+cohort.ID+"/progress", nil).Want(http.StatusOK)
	table.Says("Emre Kaya", "Leonie Hartmann").Silent("score", "points")
	if strings.Index(table.Body, "Emre Kaya") > strings.Index(table.Body, "Leonie Hartmann") {
		t.Error("the table is not alphabetical")
	}
	csv := head.JSON(http.MethodGet, "/zak/cohorts/"+cohort.ID+"/progress", nil, "Accept", "text/csv").Want(http.StatusOK)
	if !strings.HasPrefix(csv.Header.Get("Content-Type"), "text/csv") || !strings.Contains(csv.Body, "Leonie Hartmann;2026-08-01;erledigt") {
		t.Errorf("CSV: %s", csv.Body)
	}
	for _, login := range []string{"azubi", "expertin", "datenschutz"} {
		p := s.As(login).JSON(http.MethodGet, "/zak/cohorts/"+cohort.ID+"/progress", nil)
		if p.Status != http.StatusForbidden && p.Status != http.StatusNotFound {
			t.Errorf("%s sees the cohort: %d", login, p.Status)
		}
	}
}

func occupation() zak.Occupation {
	return zak.Occupation{ID: "VwFAng", Title: "Verwaltungsfachangestellte/r"}
}
