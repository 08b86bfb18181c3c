package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestPictureIsSavedTogetherWithANewText(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	form := url.Values{"aktion": {"datei"}, "titel": {"Pumpe entlüften"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"So geht es."}, "entwurf-id": {"k1"}, "vorgang": {"v1"}}
	page := c.Upload("/neu", form, "Pumpe.png", []byte(onePixel(t))).Want(http.StatusUnprocessableEntity)
	atField(t, page, "beschreibung", "Schreiben Sie bitte, was auf dem Bild zu sehen ist – oder kreuzen Sie „nur Schmuck“ an.")
	form.Set("beschreibung", "Die Pumpe von vorn")
	page = c.Upload("/neu", form, "Pumpe.png", []byte(onePixel(t))).Want(http.StatusOK).Says("„Pumpe.png“ ist hinzugefügt")
	body := servertest.Text(page.One("textarea[name=text]"))
	if !strings.Contains(body, "So geht es.") || !strings.Contains(body, "![Die Pumpe von vorn](Pumpe.png)") {
		t.Errorf("the text is now %q", body)
	}
	draft := "/entwurf/dateien/Pumpe.png?entwurf-id=k1"
	c.Get(draft).Want(http.StatusOK)
	s.As("nachfolger").Get(draft).Want(http.StatusNotFound)
	form.Del("aktion")
	form.Set("text", body)
	saved := c.Post("/neu", form).Want(http.StatusOK)
	if src := servertest.Attribute(saved.One(".prose img"), "src"); c.Get(src).Want(http.StatusOK).Header.Get("Content-Type") != "image/png" {
		t.Errorf("no picture at %s", src)
	}
	id := content.ID(strings.TrimPrefix(saved.URL.Path, "/a/"))
	history, err := s.Library.History(t.Context(), s.Actor("expertin"), id, 0, 10)
	if err != nil || len(history) != 1 {
		t.Errorf("text and picture made %d versions, %v", len(history), err)
	}
	c.Get(draft).Want(http.StatusNotFound) // the draft is done
}

func TestScriptGetsTheMarkdownOrTheSentence(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	form := url.Values{"entwurf-id": {"k1"}, "beschreibung": {"Der Plan"}}
	if got := c.Upload("/entwurf/datei", form, "Plan.pdf", []byte("%PDF-1.7")).Want(http.StatusCreated).Body; got != "[Der Plan](Plan.pdf)" {
		t.Errorf("the answer is %q", got)
	}
	if got := c.Upload("/entwurf/datei", form, "Plan.pdf", []byte("%PDF-1.7 anders")).Want(http.StatusCreated).Body; got != "[Der Plan](Plan-2.pdf)" {
		t.Errorf("another file of the name is %q", got)
	}
	if got := c.Upload("/entwurf/datei", form, "Plan.exe", []byte("MZ")).Want(http.StatusUnprocessableEntity).Body; !strings.Contains(got, "„exe“") {
		t.Errorf("the sentence is %q", got)
	}
	s.As("leserin").Upload("/entwurf/datei", form, "Plan.pdf", []byte("%PDF-1.7")).Want(http.StatusForbidden)
}

func TestAFileCannotBeRemovedOutsideTheText(t *testing.T) {
	s := servertest.New(t)
	text := book(s)
	base := s.As("expertin").Get(text + "/bearbeiten").Value(`input[name="basis"]`)
	form := url.Values{"basis": {base}, "titel": {"Betriebsbuch"}, "bereich": {"66"}, "text": {"x"}, "datei-weg": {"../x/index.md"}}
	s.As("expertin").Post(text+"/bearbeiten", form).Want(http.StatusUnprocessableEntity)
}
