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
	if got := c.Upload("/entwurf/datei", form, "Plan.pdf", []byte("%PDF-1.7")).Want(http.StatusCreated); got.Body != "[Der Plan](Plan.pdf)" || got.Header.Get("Location") != "/entwurf/dateien/Plan.pdf" {
		t.Errorf("the answer is %q at %q", got.Body, got.Header.Get("Location"))
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

func TestAFileJustBroughtCanBeTakenAwayAgain(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	form := url.Values{"aktion": {"datei"}, "titel": {"Pumpe entlüften"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"So geht es."}, "entwurf-id": {"k1"}, "vorgang": {"v1"}, "beschreibung": {"Die Pumpe"}}
	page := c.Upload("/neu", form, "Pumpe.png", []byte(onePixel(t))).Want(http.StatusOK)
	form = url.Values{"titel": {"Pumpe entlüften"}, "art": {"artikel"}, "bereich": {"66"}, "text": {servertest.Text(page.One("textarea[name=text]"))}, "entwurf-id": {"k1"}, "vorgang": {"v1"}}
	button := page.One(`[data-files-brought] button[name="datei-entfernen"]`)
	form.Set("datei-entfernen", servertest.Attribute(button, "value"))
	s.As("nachfolger").Post("/neu", form).Want(http.StatusOK) // somebody else has a draft of that name, too
	for range 2 {                                             // pressed twice it is gone all the same
		page = c.Post("/neu", form).Want(http.StatusOK).Says("„Pumpe.png“ ist entfernt")
		if body := servertest.Text(page.One("textarea[name=text]")); strings.Contains(body, "Pumpe.png") || !strings.Contains(body, "So geht es.") {
			t.Errorf("the text is now %q", body)
		}
	}
	c.Get("/entwurf/dateien/Pumpe.png?entwurf-id=k1").Want(http.StatusNotFound)
	form.Del("datei-entfernen")
	form.Set("text", "So geht es.")
	saved := c.Post("/neu", form).Want(http.StatusOK)
	files, err := s.Library.Attachments(t.Context(), s.Actor("expertin"), content.ID(strings.TrimPrefix(saved.URL.Path, "/a/")))
	if err != nil || len(files) != 0 {
		t.Errorf("the text has %+v, %v", files, err)
	}
}

func TestAFileBroughtToAProposalCanBeTakenAwayAgain(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/w/w/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\n---\n\nAb 5 Uhr.\n")
	c := s.As("expertin")
	a, err := s.Library.Article(t.Context(), s.Actor("expertin"), "regelaaaa2")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Library.Propose(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Ab 4 Uhr.\n"})
	if err != nil {
		t.Fatal(err)
	}
	address := "/vorschlaege/" + string(p.ID) + "/bearbeiten"
	form := url.Values{"aktion": {"datei"}, "titel": {"Winterdienst"}, "art": {"standard"}, "bereich": {"66"}, "text": {"Ab 4 Uhr."}, "basis": {a.ETag}, "version": {"1"}}
	c.Upload(address, form, "Plan.txt", []byte("Plan")).Want(http.StatusOK).Says("„Plan.txt“ ist hinzugefügt")
	form.Set("datei-entfernen", "Plan.txt")
	form.Set("text", "Ab 4 Uhr, siehe [Plan.txt](Plan.txt).")
	page := c.Post(address, form).Want(http.StatusOK).Says("„Plan.txt“ ist entfernt")
	if body := servertest.Text(page.One("textarea[name=text]")); strings.Contains(body, "Plan.txt") {
		t.Errorf("the text is now %q", body)
	}
	files, err := s.Library.FilesOfDraft(t.Context(), s.Actor("expertin"), "", content.ProposalDraftKey(p.ID))
	if err != nil || len(files) != 0 {
		t.Errorf("left are %+v, %v", files, err)
	}
}

func TestEditorsLearnWhySearchDoesNotKnowAFile(t *testing.T) {
	s := servertest.New(t)
	text := book(s)
	base := s.As("expertin").Get(text + "/bearbeiten").Value(`input[name="basis"]`)
	s.As("expertin").Upload(text+"/dateien", url.Values{"basis": {base}}, "Plan.pdf", []byte("%PDF-1.7 kaputt")).Want(http.StatusOK)
	s.FilesRead()
	s.As("expertin").Get(text).Says("Sie ist beschädigt.")
	s.As("leserin").Get(text).Says("Plan.pdf").Silent("beschädigt")
}
