package api_test

import (
	"net/http"
	"testing"

	"staffelstab/server/servertest"
)

func TestProgramsSetRulesAndMeetThem(t *testing.T) {
	s := servertest.New(t)
	for login, want := range map[string]int{"leserin": http.StatusForbidden, "pruefer": http.StatusForbidden, "admin": http.StatusForbidden} {
		s.As(login).JSON(http.MethodPut, "/approval-rules/66/artikel", map[string]any{"approvers": 1}).Want(want)
	}
	c := s.As("grundsatz")
	var rules struct {
		Items []struct {
			Department, Kind string
			Approvers        int
		}
		Total int
	}
	set := func(path string, body map[string]any) *servertest.Page {
		now := c.JSON(http.MethodGet, "/approval-rules", nil).Want(http.StatusOK).Header.Get("ETag")
		return c.JSON(http.MethodPut, "/approval-rules/"+path, body, "If-Match", now)
	}
	first := set("66/artikel", map[string]any{"approvers": 1}).Want(http.StatusOK).Header.Get("ETag")
	set("11%2F4/formatvorlage", map[string]any{"approvers": 1}).Want(http.StatusOK)
	set("*/standard", map[string]any{"approvers": 2}).Want(http.StatusOK).Decode(&rules)
	if rules.Total != 3 || rules.Items[0].Department != "*" || rules.Items[1].Department != "11/4" || rules.Items[2].Approvers != 1 {
		t.Errorf("rules %+v", rules)
	}
	set("66/standard", map[string]any{"approvers": 0}).Want(http.StatusUnprocessableEntity)
	set("99/artikel", map[string]any{"approvers": 1}).Want(http.StatusUnprocessableEntity)
	refused(t, c.JSON(http.MethodPut, "/approval-rules/66/artikel", map[string]any{"approvers": 3}), http.StatusPreconditionRequired)
	refused(t, c.JSON(http.MethodPut, "/approval-rules/66/artikel", map[string]any{"approvers": 3}, "If-Match", first), http.StatusPreconditionFailed)

	text := map[string]any{"title": "Plan", "kind": "artikel", "department": "66", "body": "Text.", "message": "neu"}
	refused(t, s.As("expertin").JSON(http.MethodPost, "/articles", text), http.StatusForbidden)
	set("66/artikel", map[string]any{}).Want(http.StatusOK)
	s.As("expertin").JSON(http.MethodPost, "/articles", text).Want(http.StatusCreated)
}

func TestProgramsNameDeputies(t *testing.T) {
	s := servertest.New(t)
	days := map[string]any{"login": "leserin", "from": "2026-11-24", "until": "2026-11-30"}
	s.As("leserin").JSON(http.MethodPost, "/me/deputies", days).Want(http.StatusForbidden)
	c := s.As("pruefer")
	c.JSON(http.MethodPost, "/me/deputies", map[string]any{"login": "pruefer", "from": "2026-11-24", "until": "2026-11-30"}).Want(http.StatusUnprocessableEntity)
	var list struct{ Mine, Represented []struct{ ID, Name string } }
	c.JSON(http.MethodPost, "/me/deputies", days).Want(http.StatusCreated).Decode(&list)
	if len(list.Mine) != 1 || list.Mine[0].Name != "Petra Nowak" {
		t.Fatalf("deputies %+v", list)
	}
	deputy := "/me/deputies/" + list.Mine[0].ID
	s.As("prueferin").JSON(http.MethodDelete, deputy, nil).Want(http.StatusNotFound)
	s.As("leserin").JSON(http.MethodGet, "/me/deputies", nil).Want(http.StatusOK).Decode(&list)
	if len(list.Represented) != 1 || list.Represented[0].Name != "Michael Sander" {
		t.Errorf("represented %+v", list)
	}
	c.JSON(http.MethodDelete, deputy, nil).Want(http.StatusNoContent)
}
