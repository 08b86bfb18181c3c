package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// module is a learning module as programs read it.
type module struct {
	ID        string       `json:"id"`
	Title     string       `json:"title"`
	Goal      string       `json:"goal"`
	Minutes   int          `json:"minutes"`
	PassShare int          `json:"pass_share"`
	Lessons   []lessonName `json:"lessons"`
	Progress  struct {
		Questions, Answered, Outdated, Points int
		Earned                                float64
		Started, Done                         bool
		DoneAt                                string `json:"done_at"`
	} `json:"progress"`
}

type lessonName struct {
	N    int    `json:"n"`
	ID   string `json:"id"`
	Done bool   `json:"done"`
}

// attempt answers the only question of the module.
func attempt(c program, option string, headers ...string) *servertest.Page {
	return c.call(http.MethodPost, "/modules/modulaaaa2/questions/freigabe/attempts", map[string]any{"answer": []string{option}}, headers...)
}

func TestOwnProgressFollowsTheAnswers(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	ids := options(t, s.As("azubi"))
	c := programOf(t, s, "azubi", account.WriteAccess)
	read := func() module {
		var one module
		var list []module
		var mine []struct{ Module, Title string }
		c.call(http.MethodGet, "/modules/modulaaaa2", nil).Want(http.StatusOK).Decode(&one)
		c.call(http.MethodGet, "/modules", nil).Want(http.StatusOK).Decode(&list)
		c.call(http.MethodGet, "/me/progress", nil).Want(http.StatusOK).Decode(&mine)
		if len(list) != 1 || list[0].Progress != one.Progress || len(mine) != 1 || mine[0].Title != one.Title {
			t.Errorf("the lists say %+v and %+v, the module %+v", list, mine, one)
		}
		return one
	}
	m := read()
	if m.Title != "Kasse" || m.Goal != "Niemand zahlt allein aus." || m.Minutes != 5 || m.PassShare != 80 || len(m.Lessons) != 1 || m.Lessons[0].ID != "lektaaaaa2" {
		t.Errorf("the module is %+v", m)
	}
	if p := m.Progress; p.Questions != 1 || p.Points != 2 || p.Started || p.Done || p.DoneAt != "" {
		t.Errorf("before the first answer: %+v", p)
	}
	attempt(c, ids["Eine Person allein"]).Want(http.StatusOK)
	if p := read().Progress; !p.Started || p.Answered != 0 || p.Done {
		t.Errorf("after a wrong answer: %+v", p)
	}
	attempt(c, ids["Zwei Personen"]).Want(http.StatusOK)
	if m := read(); m.Progress.Answered != 1 || m.Progress.Earned != 2 || !m.Progress.Done || m.Progress.DoneAt == "" || !m.Lessons[0].Done {
		t.Errorf("after the right answer: %+v", m)
	}
	s.Place("module/k/kasse/01-vier-augen.md", strings.Replace(lessonText, "Zwei Personen", "Zwei Befugte", 1))
	if p := read().Progress; p.Answered != 0 || p.Outdated != 1 {
		t.Errorf("after the question was reworded: %+v", p)
	}
	var other module
	programOf(t, s, "azubi2", account.ReadAccess).call(http.MethodGet, "/modules/modulaaaa2", nil).Want(http.StatusOK).Decode(&other)
	if other.Progress.Started || other.Progress.Answered != 0 {
		t.Errorf("somebody else has begun too: %+v", other.Progress)
	}
}

func TestWhatIsNoLessonOrQuestionIsNotFound(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	text := create(t, s.As("expertin"), "Kein Modul", "x\n")
	c := programOf(t, s, "azubi", account.WriteAccess)
	for _, path := range []string{
		"/modules/aaaaaaaaaa", "/modules/" + text.ID, "/modules/lektaaaaa2", "/modules/modulaaaa2/lessons/2", "/modules/modulaaaa2/lessons/1000",
		"/modules/" + text.ID + "/lessons/1",
	} {
		refused(t, c.call(http.MethodGet, path, nil), http.StatusNotFound)
	}
	for _, path := range []string{"/modules/modulaaaa2/questions/gibtesnicht/attempts", "/modules/" + text.ID + "/questions/freigabe/attempts"} {
		refused(t, c.call(http.MethodPost, path, map[string]any{"answer": []string{"x"}}), http.StatusNotFound)
	}
	for name, body := range map[string]map[string]any{
		"no answer":          {},
		"answer as a word":   {"answer": "freigabe"},
		"empty answer":       {"answer": []string{}},
		"hints below nought": {"answer": []string{"x"}, "hints": -1},
		"score of one's own": {"answer": []string{"x"}, "score": 2},
		"endless answer":     {"answer": slices.Repeat([]string{"x"}, 101)},
	} {
		if p := c.call(http.MethodPost, "/modules/modulaaaa2/questions/freigabe/attempts", body); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, p.Status, p.Body)
		}
	}
	if attempts, err := s.Store.Attempts(t.Context(), []string{s.People["azubi"].ID}, nil); err != nil || len(attempts) != 0 {
		t.Errorf("%d attempts are kept of answers that were refused (%v)", len(attempts), err)
	}
}

func TestKeyOfOnePersonIsNoneOfAnother(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	first, second := options(t, s.As("azubi")), options(t, s.As("azubi2"))
	one, two := programOf(t, s, "azubi", account.WriteAccess), programOf(t, s, "azubi2", account.WriteAccess)
	attempt(one, first["Zwei Personen"], "Idempotency-Key", "k").Want(http.StatusOK).Says(`"correct":true`)
	attempt(two, second["Eine Person allein"], "Idempotency-Key", "k").Want(http.StatusOK).Says(`"correct":false`)
	p := refused(t, attempt(one, first["Eine Person allein"], "Idempotency-Key", "k"), http.StatusUnprocessableEntity)
	if !slices.Equal(located(p), []string{"header.Idempotency-Key"}) || p.Detail != "Unter diesem Schlüssel wurde schon eine andere Antwort gesendet." {
		t.Errorf("a key used twice: %+v", p)
	}
	for range 2 { // without a key every answer counts
		attempt(one, first["Zwei Personen"]).Want(http.StatusOK)
	}
	attempts, err := s.Store.Attempts(t.Context(), []string{s.People["azubi"].ID}, nil)
	if err != nil || len(attempts) != 3 {
		t.Errorf("%d attempts are kept instead of 3 (%v)", len(attempts), err)
	}
}

func TestModuleOfOthersIsNotThere(t *testing.T) {
	s := servertest.New(t)
	s.Place("module/k/kasse/modul.md", strings.Replace(moduleText, "ziel:", "sichtbar:\n  bereiche: [\"66\"]\nziel:", 1))
	s.Place("module/k/kasse/01-vier-augen.md", strings.Replace(lessonText, "bereich:", "sichtbar:\n  bereiche: [\"66\"]\nbereich:", 1))
	outsider, insider := programOf(t, s, "azubi", account.WriteAccess), programOf(t, s, "expertin", account.WriteAccess)
	for _, path := range []string{"/modules/modulaaaa2", "/modules/modulaaaa2/lessons/1"} {
		refused(t, outsider.call(http.MethodGet, path, nil), http.StatusNotFound)
		insider.call(http.MethodGet, path, nil).Want(http.StatusOK)
	}
	refused(t, attempt(outsider, "x"), http.StatusNotFound)
	for _, path := range []string{"/modules", "/me/progress"} {
		outsider.call(http.MethodGet, path, nil).Want(http.StatusOK).Silent("Kasse", "modulaaaa2")
		insider.call(http.MethodGet, path, nil).Want(http.StatusOK).Says("modulaaaa2")
	}
}

func TestSolutionIsReadByWritersOnly(t *testing.T) {
	s := servertest.New(t)
	placeModule(s)
	writer, reader := programOf(t, s, "expertin", account.ReadAccess), programOf(t, s, "leserin", account.ReadAccess)
	var a article
	writer.call(http.MethodGet, "/articles/lektaaaaa2", nil).Want(http.StatusOK).Says("[x]", "GEHEIMNIS").Decode(&a)
	first := a.Revision
	s.Place("module/k/kasse/01-vier-augen.md", strings.Replace(lessonText, "[x] Zwei Personen", "[x] Zwei Befugte", 1))
	for _, path := range []string{
		"/articles/lektaaaaa2", "/articles/lektaaaaa2?at=" + first, "/articles/lektaaaaa2/revisions/" + first, "/articles/lektaaaaa2/diff?from=" + first,
	} {
		reader.call(http.MethodGet, path, nil).Want(http.StatusOK).Silent("[x]", "GEHEIMNIS")
	}
	writer.call(http.MethodGet, "/articles/lektaaaaa2/diff?from="+first, nil).Want(http.StatusOK).Says("Befugte")
}
