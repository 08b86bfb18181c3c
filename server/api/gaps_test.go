package api_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// packed lists the Markdown files of a ZIP.
func packed(t *testing.T, p *servertest.Page) int {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader([]byte(p.Body)), int64(len(p.Body)))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, ".md") {
			n++
		}
	}
	return n
}

func TestExportOfAllAFilterFinds(t *testing.T) {
	s := servertest.New(t)
	write := func(title, topic string, more map[string]any) {
		meta := map[string]any{"themen": []string{topic}}
		for k, v := range more {
			meta[k] = v
		}
		s.Write("expertin", content.Edit{Title: title, Department: "66", Body: "x\n", Meta: meta})
	}
	write("Streuen", "Winter", nil)
	write("Räumen", "Winter", nil)
	write("Mähen", "Sommer", nil)
	write("Geheim", "Winter", map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}})
	s.Write("personalerin", content.Edit{Title: "Zulage", Department: "11", Body: "x\n", Meta: map[string]any{"themen": []string{"Winter"}}})
	for _, try := range []struct {
		login, query string
		want         int
	}{
		{"leserin", "department=66", 3}, {"expertin", "department=66", 4}, {"leserin", "topic=Winter", 3}, {"leserin", "department=66&topic=Winter", 2},
		{"leserin", "kind=artikel&topic=Sommer", 1},
	} {
		page := s.As(try.login).JSON(http.MethodGet, "/export?format=zip&"+try.query, nil).Want(http.StatusOK)
		if n := packed(t, page); n != try.want {
			t.Errorf("%s gets %d texts for %s instead of %d", try.login, n, try.query, try.want)
		}
	}
	c := s.As("leserin")
	c.JSON(http.MethodGet, "/export?department=33", nil).Want(http.StatusNotFound)
	c.JSON(http.MethodGet, "/export", nil).Want(http.StatusUnprocessableEntity).Says("mindestens einen Text")
	c.JSON(http.MethodGet, "/export?department=66&ids=a", nil).Want(http.StatusUnprocessableEntity).Says("nicht beides")
	for n := range content.MaxExport {
		s.Place(fmt.Sprintf("wissen/t/text-%d/index.md", n), fmt.Sprintf("---\nid: aaaaaaaa%c%c\nart: artikel\ntitel: Text %d\nbereich: \"20\"\n---\n\nx\n", 'a'+n/20, 'a'+n%20, n))
	}
	s.As("leserin").JSON(http.MethodGet, "/export?kind=artikel", nil).Want(http.StatusUnprocessableEntity).Says("Das sind 204 Texte.", "höchstens 200")
}

func TestProgramsReadWhatTheirPersonWasTold(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/w/w/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\n---\n\nEins.\n")
	a, err := s.Library.Article(t.Context(), s.Actor("expertin"), "regelaaaa2")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Library.Propose(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Zwei.\n"})
	if err == nil {
		_, err = s.Library.Submit(t.Context(), s.Actor("expertin"), p.ID, p.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		Items []struct {
			Kind, Sentence, Title, Subject, URL string
			At                                  time.Time
			ReadAt                              *time.Time `json:"read_at"`
		}
		Unread int
	}
	c := s.As("pruefer")
	c.JSON(http.MethodGet, "/me/notices", nil).Want(http.StatusOK).Decode(&told)
	if len(told.Items) != 1 || told.Unread != 1 {
		t.Fatalf("%+v", told)
	}
	n := told.Items[0]
	if n.Kind != "proposal-submitted" || n.Sentence != "Ein Vorschlag wartet auf Ihre Freigabe" || n.Title != "Winterdienst" || n.Subject != string(p.ID) || n.URL != "/vorschlaege/"+n.Subject {
		t.Errorf("%+v", n)
	}
	c.JSON(http.MethodPost, "/me/notices/read", map[string]any{"until": n.At.Add(-time.Second)}).Want(http.StatusNoContent)
	c.JSON(http.MethodGet, "/me/notices", nil).Decode(&told)
	if told.Unread != 1 {
		t.Error("a later notice is read")
	}
	for range 2 {
		c.JSON(http.MethodPost, "/me/notices/read", map[string]any{"until": n.At}).Want(http.StatusNoContent)
	}
	c.JSON(http.MethodGet, "/me/notices", nil).Decode(&told)
	if told.Unread != 0 || told.Items[0].ReadAt == nil {
		t.Errorf("after reading: %+v", told)
	}
	refused(t, c.JSON(http.MethodPost, "/me/notices/read", map[string]any{}), http.StatusUnprocessableEntity)
	refused(t, c.JSON(http.MethodGet, "/me/notices?limit=0", nil), http.StatusUnprocessableEntity)
	refused(t, programOf(t, s, "pruefer", account.ReadAccess).call(http.MethodPost, "/me/notices/read", map[string]any{"until": n.At}), http.StatusForbidden)
	s.As("leserin").JSON(http.MethodGet, "/me/notices", nil).Want(http.StatusOK).Silent("Winterdienst")
}
