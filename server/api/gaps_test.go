package api_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"staffelstab/content"
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
