package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// What people met who used the product for the first time.

func TestRevisionOfAProposalIsKeptWhileItIsTyped(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	clerk := s.As("leserin") // may propose, not write
	at := proposes(clerk, "Belege nach einer Woche.", "Frist").Want(http.StatusOK).URL.Path
	editor := clerk.Get(at + "/bearbeiten").Want(http.StatusOK)
	if got := servertest.Attribute(editor.One("form.editor"), "data-draft"); got != "/entwurf" {
		t.Fatalf("drafts go to %q", got)
	}
	typed := form(editor, url.Values{"text": {"Belege nach einer Woche, im Ausland"}, "aenderung": {"Ausland"}})
	clerk.Post("/entwurf", typed).Want(http.StatusOK).Says("Entwurf gesichert um")
	s.As("expertin").Post("/entwurf", typed).Want(http.StatusForbidden) // not her proposal
	s.As("azubi").Post("/entwurf", typed).Want(http.StatusNotFound)

	home := clerk.Get("/").Says("Schreiben", "Entwurf vom").Silent("Neuen Text schreiben")
	again := clerk.Get(servertest.Attribute(home.One(`a[href="`+at+`/bearbeiten"]`), "href")).Says("Das ist Ihr Entwurf")
	if got := again.Text(`textarea[name="text"]`) + " " + again.Value(`input[name="aenderung"]`); got != "Belege nach einer Woche, im Ausland Ausland" {
		t.Errorf("the draft came back as %q", got)
	}
	clerk.Get("/a/reisekost2/vorschlagen").Silent("im Ausland") // another change of the same text begins anew

	clerk.Post("/entwurf/verwerfen", url.Values{"text-id": {"reisekost2"}, "entwurf-id": {editor.Value(`input[name="entwurf-id"]`)}}).Want(http.StatusOK).Says("Vorschlag: Reisekosten")
	clerk.Get(at+"/bearbeiten").Silent("im Ausland", "Das ist Ihr Entwurf")

	kept := form(editor, url.Values{"text": {"Belege sofort."}, "aktion": {"entwurf"}})
	clerk.Post(at+"/bearbeiten", kept).Want(http.StatusOK).Says("Entwurf")
	page := s.As("pruefer").Get(at).Silent("Belege sofort.")
	s.As("pruefer").Post(at+"/freigeben", url.Values{"fassung": {page.Value(`input[name="fassung"]`)}}).Want(http.StatusOK)
	clerk.Get("/").Silent("Entwurf vom") // of a proposal that is decided
}

func TestDraftAndPreviewOfAClerkWhoOnlyProposes(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	clerk := s.As("leserin")
	editor := clerk.Get("/a/reisekost2/vorschlagen")
	clerk.Post("/a/reisekost2/vorschlagen", form(editor, url.Values{"text": {"Nach **zwei** Tagen."}, "aktion": {"vorschau"}})).Want(http.StatusOK).One(".preview strong")
	clerk.Post("/a/reisekost2/vorschlagen", form(editor, url.Values{"text": {"Nach drei Tagen."}, "aktion": {"entwurf"}})).Want(http.StatusOK).Says("Entwurf vom", "Reisekosten")
}

func TestDecisionSaysWhatIsMissingAtItsField(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	at := proposes(s.As("expertin"), "Belege nach einer Woche.", "Frist").URL.Path
	reviewer := s.As("pruefer")
	values := url.Values{"fassung": {reviewer.Get(at).Value(`input[name="fassung"]`)}}
	page := reviewer.Post(at+"/zurueckgeben", values).Want(http.StatusUnprocessableEntity)
	if got := page.Text("#fehler-hinweis"); got != "Bitte sagen Sie kurz, was noch fehlt." {
		t.Errorf("at the field stands %q", got)
	}
	if got := servertest.Attribute(page.One("#feld-hinweis"), "aria-invalid"); got != "true" {
		t.Errorf("aria-invalid is %q", got)
	}
	values.Set("hinweis", "Und im Ausland?")
	reviewer.Post(at+"/zurueckgeben", values).Want(http.StatusOK)
	back := s.As("expertin").Get(at)
	if got := back.Text(".reading .kern-alert"); !strings.Contains(got, "Und im Ausland?") { // first on a phone, too
		t.Errorf("the author reads first: %q", got)
	}
}

func TestReviewFoldsWhatStayed(t *testing.T) {
	s := servertest.New(t)
	var text strings.Builder
	for _, number := range []string{"eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht"} {
		text.WriteString("Absatz " + number + ".\n\n")
	}
	s.Place("standards/l/lang/index.md", "---\nid: langtext22\nart: standard\ntitel: Lang\nbereich: \"66\"\nverbindlich: ja\n---\n\n"+text.String())
	clerk := s.As("leserin")
	editor := clerk.Get("/a/langtext22/vorschlagen")
	page := clerk.Post("/a/langtext22/vorschlagen", form(editor, url.Values{"text": {strings.Replace(text.String(), "Absatz acht.", "Absatz neun.", 1)}})).Want(http.StatusOK)
	if got := page.Text(".changes details summary"); got != "5 unveränderte Absätze" {
		t.Errorf("folded: %q", got)
	}
	folded := page.Text(".changes details")
	for word, inside := range map[string]bool{"eins": true, "fünf": true, "sechs": false, "sieben": false, "acht": false, "neun": false} {
		if strings.Contains(folded, word) != inside {
			t.Errorf("%s is folded: %v", word, !inside)
		}
		page.Says(word)
	}
	editor = clerk.Get("/a/langtext22/vorschlagen")
	same := clerk.Post("/a/langtext22/vorschlagen", form(editor, url.Values{"kurz": {"Nur das Kurze"}})).Want(http.StatusOK)
	same.Says("Der Text selbst ist gleich geblieben.", "8 unveränderte Absätze", "Nur das Kurze")
}

func TestDayNobodyKnowsAnythingAboutIsSaidAboveTheText(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/n/neu/index.md", "---\nid: neustand22\nart: standard\ntitel: Neu\nbereich: \"66\"\nverbindlich: ja\ngueltig_ab: 2025-01-01\n---\n\nErst seit heuer.\n")
	page := s.As("leserin").Get("/a/neustand22?gilt-am=2020-01-01").Want(http.StatusNotFound)
	if got := page.Text(".reading .kern-alert"); !strings.Contains(got, "keine Fassung bekannt") || !strings.Contains(got, "Hier steht der Text von heute.") {
		t.Errorf("above the text stands %q", got)
	}
}

func TestTextIsNoDuplicateOfItsTemplate(t *testing.T) {
	s := servertest.New(t)
	body := "Worum geht es hier, und wer braucht das?\n\n## Ablauf\n\nWoran erkenne ich, dass ein Schritt fertig ist und der nächste beginnt?\n\n## Fristen\n\nWelche Fristen gelten, und wer ist dafür zuständig?\n"
	for _, part := range []string{"Geräten", "Personen", "Räumen", "Verträgen", "Schlüsseln", "Terminen"} {
		body += "\n## Was ist mit " + part + "\n\nWas muss mit " + part + " immer geschehen, was darf damit nie geschehen und wen fragt man dann am besten?\n"
	}
	s.Place("formatvorlagen/w/wissen/index.md", "---\nid: vorlage222\nart: formatvorlage\ntitel: Vorlage\nbereich: \"66\"\n---\n\n"+body)
	c := s.As("expertin")
	editor := c.Get("/neu?vorlage=vorlage222")
	c.Post("/neu", form(editor, url.Values{"titel": {"Brücken bei Frost"}, "bereich": {"66"}, "art": {"artikel"}})).Want(http.StatusOK).Says("Gespeichert.").Silent("Ähnliche Texte")
	c.Get("/pflege?fb=66").Silent("gleicher Wortlaut")
	editor = c.Get("/neu?vorlage=vorlage222") // but of another text that is still as it began
	c.Post("/neu", form(editor, url.Values{"titel": {"Schilder im Sturm"}, "bereich": {"66"}, "art": {"artikel"}})).Says("Ähnliche Texte", "Brücken bei Frost")
}

func TestErrorLeadsBackToTheText(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	page := s.As("leserin").Get("/a/reisekost2/archivieren").Want(http.StatusForbidden).Says("Das geht hier nicht")
	page.One(`main a[href="/a/reisekost2"]`)
	for _, at := range []string{"/a/nichtdaaa2/verlauf", "/a/nichtdaaa2"} {
		if links := s.As("leserin").Get(at).Want(http.StatusNotFound).All(`main a[href^="/a/"]`); len(links) > 0 {
			t.Errorf("%s leads to a text", at)
		}
	}
}

func TestCheckOfAPrintSaysItsStateOnce(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	c := s.As("leserin")
	at := servertest.Attribute(c.Get("/a/reisekost2").One(`a[href^="/p/"]`), "href")
	if got := c.Get(at).Want(http.StatusOK).Text(".facts-line"); got != "gültig" {
		t.Errorf("the state is %q", got)
	}
}

// On a phone what can be done stands behind the text; the title leads there.
func TestTheTitleLeadsToWhatCanBeDone(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Schieber", Department: "66", Body: "Zudrehen.\n"})
	for login, want := range map[string]string{"expertin": "Bearbeiten, merken, folgen", "leserin": "Merken, folgen, mehr"} {
		page := s.As(login).Get(content.Address(a.ID)).Want(http.StatusOK)
		link := page.One(`header .toactions a[href="#text_aktionen"]`)
		if link == nil || page.One("#text_aktionen") == nil || !strings.Contains(page.Text("header .toactions"), want) {
			t.Errorf("as %s: %q", login, page.Text("header .toactions"))
		}
	}
}
