package web_test

import (
	"net/http"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestArchivedTextsAreListedAndComeBack(t *testing.T) {
	s := servertest.New(t)
	archive := func(title, department string, meta map[string]any) content.Article {
		t.Helper()
		s.Place("wissen/x/"+content.Slug(title)+"/index.md", "---\nid: "+title+"2\nart: artikel\ntitel: "+title+"\nbereich: \""+department+"\"\n---\nx\n")
		a, err := s.Library.Article(t.Context(), s.Operator, content.ID(title+"2"))
		if err == nil && meta != nil {
			a, err = s.Library.Save(t.Context(), s.Operator, a.ID, a.ETag, content.Edit{Body: "x", Meta: meta})
		}
		if err == nil {
			err = s.Library.Archive(t.Context(), s.Operator, a.ID, a.ETag, "Grund "+title)
		}
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	ours := archive("laubhaufe", "11", nil)
	archive("kanaldeck", "66", nil)
	archive("geheimfac", "11", map[string]any{"sichtbar": map[string]any{"bereiche": []string{"20"}}})

	editor := s.As("personalerin")
	page := editor.Get("/pflege").Want(http.StatusOK)
	page.Says("Archivierte Texte", "laubhaufe", "Grund laubhaufe").Silent("kanaldeck", "geheimfac")
	page.One(`form[action="/a/` + string(ours.ID) + `/zurueckholen"]`)
	foreign := editor.Get("/pflege?fb=66").Says("kanaldeck")
	if len(foreign.All(`form[action$="/zurueckholen"]`)) > 0 {
		t.Error("what others archived is offered")
	}
	s.As("leserin").Get("/pflege").Want(http.StatusForbidden)
	editor.JSON(http.MethodGet, "/archive?department=11", nil).Want(http.StatusOK).Says(`"total":1`, "laubhaufe", `"can_unarchive":true`).Silent("geheimfac")
	s.As("leserin").JSON(http.MethodGet, "/archive", nil).Want(http.StatusForbidden)

	editor.Post("/a/"+string(ours.ID)+"/zurueckholen", nil).Want(http.StatusOK)
	editor.Get("/pflege").Says("Hier ist kein Text archiviert.")
}
