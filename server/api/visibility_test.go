package api_test

import (
	"net/http"
	"testing"

	"staffelstab/server/servertest"
)

// onlyPersonnel is front matter that shows a text to department 11.
var onlyPersonnel = map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}

// secret writes a text of the personnel department that nobody else may see,
// with a file and two versions.
func secret(t *testing.T, s *servertest.Server) article {
	t.Helper()
	c := s.As("personalerin")
	var a article
	c.JSON(http.MethodPost, "/articles", map[string]any{
		"title": "Abfindungsrahmen", "department": "11", "body": "## Höchstbetrag\n\nVertraulich: 40.000 Euro.\n", "meta": onlyPersonnel, "message": "Geheimer Entwurf",
	}).Want(http.StatusCreated).Decode(&a)
	upload(t, c, a.ID, `"`+a.ETag+`"`, "Kappungsgrenzen.pdf", []byte("%PDF-x")).Want(http.StatusCreated).Decode(&a)
	s.Indexed()
	return a
}

func TestRestrictedTextIsNotThereForOthers(t *testing.T) {
	s := servertest.New(t)
	hidden := secret(t, s)
	etag := `"` + hidden.ETag + `"`
	personnel, missing := s.As("personalerin"), "aaaaaaaaaa"
	for _, login := range []string{"expertin", "leserin", "azubi", "datenschutz"} {
		c := s.As(login)
		for _, path := range []string{"", "?at=" + hidden.Revision, "/revisions", "/revisions/" + hidden.Revision, "/diff?from=" + hidden.Revision, "/attachments"} {
			// What may not be seen answers as what does not exist, word by word.
			there := refused(t, c.JSON(http.MethodGet, "/articles/"+hidden.ID+path, nil), http.StatusNotFound)
			gone := refused(t, c.JSON(http.MethodGet, "/articles/"+missing+path, nil), http.StatusNotFound)
			if there.Detail != gone.Detail || there.Type != gone.Type {
				t.Errorf("%s learns from %q that %s exists", login, there.Detail, path)
			}
		}
		refused(t, c.JSON(http.MethodPut, "/articles/"+hidden.ID, map[string]any{"body": "x"}, "If-Match", etag), http.StatusNotFound)
		refused(t, c.JSON(http.MethodPost, "/articles/"+hidden.ID+"/restore", map[string]any{"revision": hidden.Revision}, "If-Match", etag), http.StatusNotFound)
		refused(t, upload(t, c, hidden.ID, etag, "x.pdf", []byte("%PDF-x")), http.StatusNotFound)
	}
	for _, path := range []string{"", "/revisions", "/revisions/" + hidden.Revision, "/diff?from=" + hidden.Revision, "/attachments"} {
		personnel.JSON(http.MethodGet, "/articles/"+hidden.ID+path, nil).Want(http.StatusOK)
	}
	refused(t, s.As("admin").JSON(http.MethodGet, "/articles/"+hidden.ID, nil), http.StatusForbidden)
}

func TestRestrictedTextIsNeitherFoundNorCounted(t *testing.T) {
	s := servertest.New(t)
	hidden := secret(t, s)
	create(t, s.As("expertin"), "Höchstbetrag bei Bargeld", "Nie mehr als 500 Euro.\n")
	s.Indexed()
	totals := func(c *servertest.Client) (list, search int) {
		var l, f struct{ Total int }
		c.JSON(http.MethodGet, "/articles", nil).Want(http.StatusOK).Decode(&l)
		c.JSON(http.MethodGet, "/search?q=H%C3%B6chstbetrag", nil).Want(http.StatusOK).Decode(&f)
		return l.Total, f.Total
	}
	if list, search := totals(s.As("personalerin")); list != 2 || search != 2 {
		t.Errorf("personnel counts %d in the list and %d in the search", list, search)
	}
	for _, login := range []string{"expertin", "leserin", "azubi"} {
		c := s.As(login)
		if list, search := totals(c); list != 1 || search != 1 {
			t.Errorf("%s counts %d in the list and %d in the search", login, list, search)
		}
		for _, path := range []string{
			"/articles", "/articles?department=11", "/articles?limit=1", "/articles?sort=changed", "/search?q=Vertraulich", "/search?q=Abfindungsrahmen",
			"/search?q=Abfindungsramen", "/search?q=H%C3%B6chstbetrag", "/search?q=Kappungsgrenzen", "/search?department=11", "/suggest?q=Abf", "/standards", "/me/progress",
		} {
			c.JSON(http.MethodGet, path, nil).Want(http.StatusOK).Silent("Abfindung", "Vertraulich", "Kappung", "Geheim", hidden.ID, `"11"`)
		}
	}
}

func TestVersionsFromBeforeATextWasOpenedStayHidden(t *testing.T) {
	s := servertest.New(t)
	hidden := secret(t, s)
	opened := s.As("personalerin").JSON(http.MethodPut, "/articles/"+hidden.ID, map[string]any{
		"body": "Für alle: bitte anrufen.\n", "meta": map[string]any{"sichtbar": nil}, "message": "Geöffnet",
	}, "If-Match", `"`+hidden.ETag+`"`).Want(http.StatusOK)
	var now article
	opened.Decode(&now)

	c := s.As("expertin")
	c.JSON(http.MethodGet, "/articles/"+hidden.ID, nil).Want(http.StatusOK).Says("Für alle").Silent("Vertraulich")
	history := c.JSON(http.MethodGet, "/articles/"+hidden.ID+"/revisions", nil).Want(http.StatusOK).Says(now.Revision).Silent("Geheimer Entwurf", hidden.Revision)
	var list []struct{ ID string }
	if history.Decode(&list); len(list) != 1 {
		t.Errorf("the expert sees %d versions", len(list))
	}
	for _, path := range []string{"?at=" + hidden.Revision, "/revisions/" + hidden.Revision, "/diff?from=" + hidden.Revision, "/diff?from=" + now.Revision + "&to=" + hidden.Revision} {
		refused(t, c.JSON(http.MethodGet, "/articles/"+hidden.ID+path, nil), http.StatusNotFound)
	}
	s.As("personalerin").JSON(http.MethodGet, "/articles/"+hidden.ID+"/diff?from="+hidden.Revision, nil).Want(http.StatusOK).Says("Vertraulich", "sichtbar")
}

func TestVersionOfOneTextIsNotReadThroughAnother(t *testing.T) {
	s := servertest.New(t)
	hidden := secret(t, s)
	expert := s.As("expertin")
	own := create(t, expert, "Eigener Text", "Offen.\n")
	for _, path := range []string{"?at=" + hidden.Revision, "/revisions/" + hidden.Revision, "/diff?from=" + hidden.Revision} {
		refused(t, expert.JSON(http.MethodGet, "/articles/"+own.ID+path, nil), http.StatusNotFound)
	}
	refused(t, expert.JSON(http.MethodPost, "/articles/"+own.ID+"/restore", map[string]any{"revision": hidden.Revision}, "If-Match", `"`+own.ETag+`"`), http.StatusNotFound)
}

func TestTextThatIsClosedDisappearsFromEveryPlace(t *testing.T) {
	s := servertest.New(t)
	personnel, reader := s.As("personalerin"), s.As("leserin")
	var a article
	personnel.JSON(http.MethodPost, "/articles", map[string]any{"title": "Beurteilungsnoten", "department": "11", "body": "Übersicht.\n"}).Want(http.StatusCreated).Decode(&a)
	s.Indexed()
	for _, path := range []string{"/articles", "/search?q=Beurteilungsnoten", "/suggest?q=Beurt"} {
		reader.JSON(http.MethodGet, path, nil).Want(http.StatusOK).Says("Beurteilungsnoten")
	}
	personnel.JSON(http.MethodPut, "/articles/"+a.ID, map[string]any{"body": "Übersicht.\n", "meta": onlyPersonnel}, "If-Match", `"`+a.ETag+`"`).Want(http.StatusOK)
	s.Indexed()
	for _, path := range []string{"/articles", "/search?q=Beurteilungsnoten", "/suggest?q=Beurt"} {
		reader.JSON(http.MethodGet, path, nil).Want(http.StatusOK).Silent("Beurteilungsnoten")
	}
	for _, path := range []string{"", "/revisions/" + a.Revision, "/attachments"} {
		refused(t, reader.JSON(http.MethodGet, "/articles/"+a.ID+path, nil), http.StatusNotFound)
	}
}

func TestSuccessorIsNamedOnlyToThoseWhoMaySeeIt(t *testing.T) {
	s := servertest.New(t)
	hidden := secret(t, s)
	var old article
	s.As("personalerin").JSON(http.MethodPost, "/articles", map[string]any{
		"title": "Alte Regel", "department": "11", "body": "x", "meta": map[string]any{"ersetzt_durch": hidden.ID},
	}).Want(http.StatusCreated).Decode(&old)
	s.As("personalerin").JSON(http.MethodGet, "/articles/"+old.ID, nil).Want(http.StatusOK).Says(`"successor":"` + hidden.ID + `"`)
	s.As("leserin").JSON(http.MethodGet, "/articles/"+old.ID, nil).Want(http.StatusOK).Silent(`"successor"`)
}
