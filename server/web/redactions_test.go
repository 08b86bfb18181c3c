package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestPassageGoesWithFourEyes(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Rufen Sie Heinz Krause an.\n"})
	address := content.Address(a.ID)
	first := a.Revision
	if _, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Rufen Sie Heinz Krause oder die Wache.\n"}); err != nil {
		t.Fatal(err)
	}
	s.As("expertin").Get(address).Silent("schwärzen")
	asking := s.As("datenschutz")
	asking.Get(address).Says("Stelle schwärzen")
	wrong := asking.Post(address+"/schwaerzen", url.Values{"stelle": {"Karl Krause"}, "grund": {"Name"}}).Want(http.StatusUnprocessableEntity)
	wrong.Says("kommt in keiner Fassung", "Karl Krause")
	if got := servertest.Attribute(wrong.One("#feld-stelle"), "aria-invalid"); got != "true" {
		t.Errorf("the field is marked %q", got)
	}
	asking.Post(address+"/schwaerzen", url.Values{"stelle": {"Heinz Krause"}}).Want(http.StatusUnprocessableEntity).Says("Bitte nennen Sie einen Grund")
	page := asking.Post(address+"/schwaerzen", url.Values{"stelle": {"Heinz Krause"}, "grund": {"Personenbezug"}}).Want(http.StatusOK).
		Says("wartet auf eine zweite Person", "Heinz Krause").Silent("Zustimmen")

	deciding := s.As("pruefer")
	deciding.Get("/schwaerzungen").Says("Pumpwerk", "Personenbezug", "beantragt").Silent("Heinz")
	deciding.Get("/vorschlaege").Says("Schwärzungen")
	deciding.Get(page.URL.Path).Says("Heinz Krause", "oder die Wache", "Rufen Sie", "Zustimmen und schwärzen")
	deciding.Post(page.URL.Path+"/genehmigen", nil).Want(http.StatusOK).Says("aus allen Fassungen entfernt").Silent("Heinz")
	deciding.Post(page.URL.Path+"/ablehnen", nil).Want(http.StatusConflict).Says("schon entschieden")

	reader := s.As("leserin")
	reader.Get(address).Says("[geschwärzt] oder die Wache").Silent("Heinz")
	reader.Get(address + "?stand=" + string(first)).Want(http.StatusOK).Says("Rufen Sie [geschwärzt] an").Silent("Heinz")
	reader.Get("/suche?q=Krause").Silent("Pumpwerk")
}

func TestTheRequestShowsFieldsInWordsAndFilesThatGoAsAWhole(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Text.\n", Meta: map[string]any{"kurz": "Rufen Sie Heinz Krause an."}})
	file, err := s.Library.Files.Put(t.Context(), strings.NewReader("%PDF-1.4\x00\xff"), 1<<20)
	if err == nil {
		err = s.Store.SaveFileText(t.Context(), file.SHA256, "Heinz Krause")
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Text.\n", Meta: map[string]any{"kurz": "Rufen Sie Heinz Krause an."}, Files: []content.FileChange{{Name: "akte.pdf", SHA256: file.SHA256, Size: file.Size}}}); err != nil {
		t.Fatal(err)
	}
	page := s.As("datenschutz").Post(content.Address(a.ID)+"/schwaerzen", url.Values{"stelle": {"Heinz Krause"}, "grund": {"Name"}}).Want(http.StatusOK)
	page.Says("Kurz gesagt: … Rufen Sie", "akte.pdf", "lässt sich nur im Ganzen entfernen").Silent("kurz:", "ankreuzen")
	deciding := s.As("pruefer")
	deciding.Get(page.URL.Path).Says("Was Sie ankreuzen, wird aus allen Fassungen entfernt")
	deciding.Post(page.URL.Path+"/genehmigen", url.Values{"datei": {"anderes.pdf"}}).Want(http.StatusUnprocessableEntity)
	deciding.Post(page.URL.Path+"/genehmigen", url.Values{"datei": {"akte.pdf"}}).Want(http.StatusOK).Says("aus allen Fassungen entfernt")
	s.As("leserin").Get(content.Address(a.ID)).Says("Rufen Sie geschwärzt an.").Silent("akte.pdf", "Krause")
}

func TestDeclinedRedactionForgetsThePassage(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Rufen Sie Heinz Krause an.\n"})
	page := s.As("datenschutz").Post(content.Address(a.ID)+"/schwaerzen", url.Values{"stelle": {"Heinz Krause"}, "grund": {"Name"}}).Want(http.StatusOK)
	s.As("pruefer").Post(page.URL.Path+"/ablehnen", nil).Want(http.StatusOK).Says("abgelehnt").Silent("Heinz")
	s.As("leserin").Get(content.Address(a.ID)).Says("Heinz Krause")
}
