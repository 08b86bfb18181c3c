package web_test

import (
	"image"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// book is a text of the expert's without files.
func book(s *servertest.Server) string {
	return content.Address(s.Write("expertin", content.Edit{Title: "Betriebsbuch", Department: "66", Body: "Siehe Dateien.\n"}).ID)
}

func TestOnlyPicturesAreShownInPlace(t *testing.T) {
	s := servertest.New(t)
	text, c, reader := book(s), s.As("expertin"), s.As("leserin")
	for name, want := range map[string]struct{ data, kind, shown string }{
		"Plan.pdf": {"%PDF-1.7", "application/pdf", "attachment"}, "Skizze.png": {onePixel(t), "image/png", "inline"},
		"Notiz.txt": {"Notiz", "text/plain; charset=utf-8", "attachment"}, "Liste.csv": {"a;b", "application/octet-stream", "attachment"},
	} {
		upload(c, text, name, []byte(want.data)).Want(http.StatusOK)
		file := reader.Get(text + "/dateien/" + name).Want(http.StatusOK)
		h := file.Header
		if h.Get("Content-Type") != want.kind || !strings.HasPrefix(h.Get("Content-Disposition"), want.shown+"; filename=") {
			t.Errorf("%s is served as %q, %q", name, h.Get("Content-Type"), h.Get("Content-Disposition"))
		}
		if h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %v", name, h)
		}
		saved := reader.Get(text + "/dateien/" + name + "?herunterladen=ja")
		if !strings.HasPrefix(saved.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s asked to be saved is %q", name, saved.Header.Get("Content-Disposition"))
		}
	}
}

// onePixel is a picture.
func onePixel(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFileNamesOfPeopleBecomeSafeOnes(t *testing.T) {
	s := servertest.New(t)
	text, c := book(s), s.As("expertin")
	for name, want := range map[string]string{
		"Schächte & Größen (neu).pdf": "Schächte-Größen-(neu).pdf", `C:\Users\rb\Plan.pdf`: "Plan.pdf", "../../../etc/passwd.txt": "passwd.txt",
		".versteckt.txt": "versteckt.txt", "a#b?c%d.pdf": "a-b-c-d.pdf", "\"><script>.txt": "script-.txt",
	} {
		data := "%PDF-"
		if strings.HasSuffix(name, ".txt") {
			data = "x"
		}
		page := upload(c, text, name, []byte(data)).Want(http.StatusOK).Says(want)
		link := ""
		for _, n := range page.All(".file a") {
			if servertest.Text(n) == want {
				link = servertest.Attribute(n, "href")
			}
		}
		if file := c.Get(link).Want(http.StatusOK); file.Body != data {
			t.Errorf("%s is not behind its link %s", want, link)
		}
		for _, n := range page.All(`.file form`) {
			if action := servertest.Attribute(n, "action"); strings.HasSuffix(unescaped(t, action), "/dateien/"+want+"/entfernen") {
				c.Post(action, url.Values{"basis": {page.Value(`form[enctype] input[name="basis"]`)}}).Want(http.StatusOK).Says("Die Datei ist entfernt.").Silent(want)
				link = ""
			}
		}
		if link != "" {
			t.Errorf("%s cannot be removed", want)
		}
	}
}

func unescaped(t *testing.T, address string) string {
	t.Helper()
	plain, err := url.PathUnescape(address)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestRefusedFilesAreExplainedAtTheForm(t *testing.T) {
	s := servertest.New(t)
	s.Library.MaxAttachment = 1 << 20
	text, c := book(s), s.As("expertin")
	base := c.Get(text).Value(`form[enctype] input[name="basis"]`)
	for what, refused := range map[string]struct {
		page   *servertest.Page
		status int
		says   string
	}{
		"no file":       {c.Upload(text+"/dateien", url.Values{"basis": {base}}, "", nil), 422, "Bitte wählen Sie eine Datei aus."},
		"disguised":     {c.Upload(text+"/dateien", url.Values{"basis": {base}}, "Plan.pdf", []byte("<html><script>alert(1)</script>")), 422, "Der Name sagt PDF, der Inhalt ist aber etwas anderes (text/html). Speichern Sie die Datei bitte neu im richtigen Format."},
		"program":       {c.Upload(text+"/dateien", url.Values{"basis": {base}}, "setup.exe", []byte("MZ")), 422, "Dateien der Art „exe“ werden nicht angenommen. Speichern Sie den Inhalt zum Beispiel als PDF, als Word- oder OpenDocument-Datei ohne Makros oder als Bild."},
		"empty":         {c.Upload(text+"/dateien", url.Values{"basis": {base}}, "leer.pdf", nil), 422, "Diese Datei ist leer. Wählen Sie bitte eine andere."},
		"a name only":   {c.Upload(text+"/dateien", url.Values{"basis": {base}}, "...", []byte("x")), 422, "So kann die Datei nicht heißen."},
		"a text":        {c.Upload(text+"/dateien", url.Values{"basis": {base}}, "index.md", []byte("x")), 422, "So kann die Datei nicht heißen."},
		"too large":     {c.Upload(text+"/dateien", url.Values{"basis": {base}}, "gross.pdf", make([]byte, 1<<20+1)), 413, "Die Datei ist zu groß. Erlaubt sind 1 Megabyte."},
		"far too large": {c.Upload(text+"/dateien", url.Values{"basis": {base}}, "riesig.pdf", make([]byte, 3<<20)), 413, "Die Datei ist zu groß. Erlaubt sind 1 Megabyte."},
	} {
		if refused.page.Status != refused.status {
			t.Errorf("%s answers %d", what, refused.page.Status)
			continue
		}
		sound(t, refused.page, what)
		atField(t, refused.page, "datei", refused.says)
		refused.page.Says("Betriebsbuch", "Siehe Dateien.")
	}
	c.Get(text).Silent("gross.pdf", "riesig.pdf", "index.md")
	if got := upload(c, text, "genau.pdf", append([]byte("%PDF-"), make([]byte, 1<<20-5)...)).Want(http.StatusOK); !strings.Contains(got.Body, "1.024 KB") {
		t.Error("a file of exactly the limit is not there with its size")
	}
}

func TestFileSentTwiceOrFromAnOldPageLosesNothing(t *testing.T) {
	s := servertest.New(t)
	text, c := book(s), s.As("expertin")
	old := c.Get(text).Value(`form[enctype] input[name="basis"]`)
	c.Upload(text+"/dateien", url.Values{"basis": {old}}, "Plan.pdf", []byte("%PDF-eins")).Want(http.StatusOK)
	again := c.Upload(text+"/dateien", url.Values{"basis": {old}}, "Plan.pdf", []byte("%PDF-zwei")).Want(http.StatusPreconditionFailed)
	again.Says("Plan.pdf", "inzwischen")
	if got := c.Get(text + "/dateien/Plan.pdf").Body; got != "%PDF-eins" {
		t.Errorf("the file says %q", got)
	}
	// The refused page stands on the newest state: sending it once more works.
	c.Upload(text+"/dateien", url.Values{"basis": {again.Value(`form[enctype] input[name="basis"]`)}}, "Plan.pdf", []byte("%PDF-zwei")).Want(http.StatusOK)
	if got := c.Get(text + "/dateien/Plan.pdf").Body; got != "%PDF-zwei" {
		t.Errorf("the file says %q", got)
	}
	remove := text + "/dateien/Plan.pdf/entfernen"
	base := url.Values{"basis": {c.Get(text).Value(`form[enctype] input[name="basis"]`)}}
	c.Post(remove, base).Want(http.StatusOK)
	c.Post(remove, base).Want(http.StatusNotFound).Says("„Plan.pdf“ gibt es an diesem Text nicht")
	c.Get(text + "/dateien/Plan.pdf").Want(http.StatusNotFound)
	c.Get(text + "/verlauf").Says("Plan.pdf") // it stays in the history
}

func TestBrowserKeepsAFileOnlyAsLongAsItMayBeSeen(t *testing.T) {
	w := newTown(t)
	c, file := w.As("leserin"), w.at("/dateien/Lageplan-S%C3%BCd.pdf")
	first := c.Get(file).Want(http.StatusOK)
	known := http.Header{"If-None-Match": {first.Header.Get("ETag")}}
	if got := c.Do(http.MethodGet, file, nil, known); got.Status != http.StatusNotModified || got.Body != "" {
		t.Errorf("a known file answers %d", got.Status)
	}
	part := c.Do(http.MethodGet, file, nil, http.Header{"Range": {"bytes=0-3"}})
	if part.Status != http.StatusPartialContent || part.Body != "%PDF" {
		t.Errorf("a part answers %d %q", part.Status, part.Body)
	}
	if got := first.Header.Get("Content-Disposition"); got != "attachment; filename*=utf-8''Lageplan-S%C3%BCd.pdf" {
		t.Errorf("the name is %q", got)
	}
	grants, err := w.Store.Grants(t.Context(), w.People["leserin"].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Office.Revoke(t.Context(), w.Actor("admin"), w.People["leserin"].ID, grants[0].ID); err != nil {
		t.Fatal(err)
	}
	if got := c.Do(http.MethodGet, file, nil, known); got.Status != http.StatusForbidden {
		t.Errorf("without a role the browser is told %d", got.Status)
	}
}
