package api_test

import (
	"net/http"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// comment is what programs read of a comment.
type comment struct {
	ID, Article, Anchor, Section, Author, Text, Assignee, Answer string
	Question                                                     bool
}

type comments struct {
	Items []comment
	Total int
}

// secretText is one only FB 11 sees, with a question about it.
func secretText(t *testing.T, s *servertest.Server) (string, string) {
	t.Helper()
	a := s.Write("personalerin", content.Edit{Title: "Abfindung Meyer", Department: "11", Body: "x\n", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}})
	c, err := s.Library.Say(t.Context(), s.Actor("personalerin"), a.ID, content.Remark{Text: "Was ist mit Meyer?", Question: true})
	if err != nil {
		t.Fatal(err)
	}
	return string(a.ID), string(c.ID)
}

func TestQuestionIsAskedAnsweredAndClosed(t *testing.T) {
	s := servertest.New(t)
	a := create(t, s.As("expertin"), "Pumpwerk", "## Anfahren\n\nSchieber.\n")
	reader, reviewer := s.As("leserin"), s.As("pruefer")
	ask := map[string]any{"text": "Auch bei Frost?", "question": true, "anchor": "anfahren"}
	var made, again comment
	reader.JSON(http.MethodPost, "/articles/"+a.ID+"/comments", ask, "Idempotency-Key", "k").Want(http.StatusCreated).Decode(&made)
	reader.JSON(http.MethodPost, "/articles/"+a.ID+"/comments", ask, "Idempotency-Key", "k").Want(http.StatusCreated).Decode(&again)
	if made.ID != again.ID || made.Author != "Petra Nowak" || made.Section != "Anfahren" || made.Assignee != "" {
		t.Errorf("made %+v and %+v", made, again)
	}
	for _, body := range []map[string]any{{"text": ""}, {"text": " \n"}, {"text": strings.Repeat("ä", 4001)}, {"text": "x", "anchor": "gibtesnicht"}} {
		refused(t, reader.JSON(http.MethodPost, "/articles/"+a.ID+"/comments", body), http.StatusUnprocessableEntity)
	}
	var waiting comments
	reviewer.JSON(http.MethodGet, "/questions", nil).Want(http.StatusOK).Decode(&waiting)
	if waiting.Total != 1 || waiting.Items[0].ID != made.ID {
		t.Fatalf("waiting %+v", waiting)
	}
	reviewer.JSON(http.MethodPost, "/comments/"+made.ID+"/assign", map[string]any{"assignee": s.People["expertin"].ID}).Want(http.StatusOK).Says("Renate Brinkmann")
	reviewer.JSON(http.MethodGet, "/questions", nil).Want(http.StatusOK).Silent(made.ID)
	s.As("expertin").JSON(http.MethodGet, "/questions", nil).Want(http.StatusOK).Says("Auch bei Frost?")
	refused(t, s.As("expertin").JSON(http.MethodPost, "/comments/"+made.ID+"/assign", map[string]any{"assignee": s.People["admin"].ID}), http.StatusUnprocessableEntity)

	refused(t, s.As("azubi").JSON(http.MethodPost, "/comments/"+made.ID+"/answer", map[string]any{"text": "Nein"}), http.StatusForbidden)
	refused(t, reader.JSON(http.MethodPost, "/comments/"+made.ID+"/answer", map[string]any{"text": "Selbst gefunden"}), http.StatusForbidden)
	refused(t, s.As("azubi").JSON(http.MethodPost, "/comments/"+made.ID+"/resolve", nil), http.StatusForbidden)
	s.As("expertin").JSON(http.MethodPost, "/comments/"+made.ID+"/answer", map[string]any{"text": "Ja."}).Want(http.StatusOK)
	refused(t, reviewer.JSON(http.MethodPost, "/comments/"+made.ID+"/answer", map[string]any{"text": "Ja."}), http.StatusConflict)
	reader.JSON(http.MethodPost, "/comments/"+made.ID+"/resolve", nil).Want(http.StatusOK).Says("resolved_at")
	var all comments
	s.As("azubi").JSON(http.MethodGet, "/articles/"+a.ID+"/comments", nil).Want(http.StatusOK).Decode(&all)
	if all.Total != 1 || all.Items[0].Answer != "Ja." {
		t.Errorf("all %+v", all)
	}
}

func TestNobodyLearnsOfQuestionsAboutHiddenTexts(t *testing.T) {
	s := servertest.New(t)
	article, question := secretText(t, s)
	for _, login := range []string{"expertin", "leserin", "azubi", "pruefer", "datenschutz"} {
		c := s.As(login)
		for _, p := range []*servertest.Page{
			c.JSON(http.MethodGet, "/articles/"+article+"/comments", nil),
			c.JSON(http.MethodPost, "/articles/"+article+"/comments", map[string]any{"text": "Wer?"}),
			c.JSON(http.MethodPost, "/comments/"+question+"/answer", map[string]any{"text": "Ich."}),
			c.JSON(http.MethodPost, "/comments/"+question+"/resolve", nil),
			c.JSON(http.MethodPost, "/comments/"+question+"/assign", map[string]any{"assignee": s.People[login].ID}),
			c.JSON(http.MethodPut, "/watches?kind=article&target="+article, nil),
		} {
			refused(t, p, http.StatusNotFound)
			p.Silent("Meyer")
		}
		c.JSON(http.MethodGet, "/questions", nil).Want(http.StatusOK).Silent("Meyer", article)
	}
	editor := s.As("personalerin")
	refused(t, editor.JSON(http.MethodPost, "/comments/"+question+"/assign", map[string]any{"assignee": s.People["expertin"].ID}), http.StatusUnprocessableEntity)
	refused(t, editor.JSON(http.MethodPost, "/comments/"+question+"/assign", map[string]any{"assignee": "aaaaaaaaaa"}), http.StatusUnprocessableEntity)
}

func TestWatchesAreKeptAndEnded(t *testing.T) {
	s := servertest.New(t)
	a := create(t, s.As("expertin"), "Pumpwerk", "x\n")
	reader := s.As("leserin")
	for _, query := range []string{"kind=article&target=" + a.ID, "kind=topic&target=Kanal", "kind=department&target=66", "kind=topic&target=Kanal"} {
		reader.JSON(http.MethodPut, "/watches?"+query, nil).Want(http.StatusNoContent)
	}
	var list []struct{ Kind, Target, Title string }
	reader.JSON(http.MethodGet, "/watches", nil).Want(http.StatusOK).Decode(&list)
	if len(list) != 3 || list[0].Title != "Pumpwerk" {
		t.Errorf("follows %+v", list)
	}
	reader.JSON(http.MethodDelete, "/watches?kind=topic&target=Kanal", nil).Want(http.StatusNoContent)
	reader.JSON(http.MethodDelete, "/watches?kind=topic&target=Kanal", nil).Want(http.StatusNoContent)
	reader.JSON(http.MethodGet, "/watches", nil).Silent("Kanal")
	for _, query := range []string{"", "kind=person&target=x", "kind=topic", "kind=topic&target=", "kind=topic&target=" + strings.Repeat("x", 201)} {
		refused(t, reader.JSON(http.MethodPut, "/watches?"+query, nil), http.StatusUnprocessableEntity)
	}
}

func TestTokenToReadSaysAndFollowsNothing(t *testing.T) {
	s := servertest.New(t)
	a := create(t, s.As("expertin"), "Pumpwerk", "x\n")
	var made comment
	s.As("leserin").JSON(http.MethodPost, "/articles/"+a.ID+"/comments", map[string]any{"text": "Wie?", "question": true}).Decode(&made)
	c := programOf(t, s, "expertin", account.ReadAccess)
	c.call(http.MethodGet, "/articles/"+a.ID+"/comments", nil).Want(http.StatusOK)
	for route, body := range map[string]any{
		"POST /articles/" + a.ID + "/comments":    map[string]any{"text": "x"},
		"POST /comments/" + made.ID + "/answer":   map[string]any{"text": "x"},
		"POST /comments/" + made.ID + "/resolve":  nil,
		"POST /comments/" + made.ID + "/assign":   map[string]any{"assignee": "x"},
		"PUT /watches?kind=topic&target=Kanal":    nil,
		"DELETE /watches?kind=topic&target=Kanal": nil,
	} {
		method, path, _ := strings.Cut(route, " ")
		refused(t, c.call(method, path, body), http.StatusForbidden)
	}
}
