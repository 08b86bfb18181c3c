package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
)

// While the library is read from a bare copy people find and read texts, and
// what cannot work yet says so in words.
func TestPagesWhileTheLibraryIsBeingRead(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	a := w.Write("expertin", content.Edit{Title: "Schieberplan", Department: "66", Body: "Erst zudrehen.\n"})
	at := content.Address(a.ID)
	rest := w.Open()

	page := c.Get(at).Want(http.StatusOK)
	if !strings.Contains(page.Text("main"), "Erst zudrehen") || !strings.Contains(page.Text("body"), "gerade aus dem Git-Verzeichnis eingelesen") {
		t.Errorf("reads %q", page.Text("body"))
	}
	if strings.Contains(page.Text("body"), "0001") {
		t.Error("a date nobody knows is shown")
	}
	for _, path := range []string{"/", "/wissen", "/standards", "/suche?q=schieber", "/lernen", "/merkliste", "/konto", "/vorschlaege", "/neu", "/hilfe", at + "/bearbeiten"} {
		page := c.Get(path).Want(http.StatusOK)
		sound(t, page, path)
		if strings.Contains(page.Text("body"), "01.01.0001") {
			t.Errorf("%s shows a date nobody knows", path)
		}
	}
	for _, path := range []string{at + "/verlauf", at + "?stand=" + string(a.Revision)} {
		page := c.Get(path).Want(http.StatusServiceUnavailable)
		sound(t, page, path)
		if !strings.Contains(page.Text("main"), "Versionen werden gerade") {
			t.Errorf("%s says %q", path, page.Text("main"))
		}
	}
	saved := c.Post(at+"/bearbeiten", url.Values{"text": {"Neu geschrieben."}})
	saved.Want(http.StatusServiceUnavailable)
	if saved.Header.Get("Retry-After") == "" || !strings.Contains(saved.Text("main"), "Speichern geht in einigen Minuten wieder") {
		t.Errorf("says %q", saved.Text("main"))
	}
	w.As("leserin").Get("/").Want(http.StatusOK) // people can sign in

	rest()
	if page := c.Get(at).Want(http.StatusOK); strings.Contains(page.Text("body"), "eingelesen") {
		t.Error("it still says that it is being read")
	}
	c.Get(at + "/verlauf").Want(http.StatusOK)
}
