package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func do[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func printOf(a content.Article) string { return "/p/" + string(a.ID) + "/" + string(a.Revision) }

func TestPrintOfATextThatSaysItReplacesAnother(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Eins.\n"})
	s.Advance(48 * time.Hour)
	s.Write("nachfolger", content.Edit{Title: "Winterplan", Department: "66", Body: "Zwei.\n", Meta: map[string]any{"ersetzt": []string{string(a.ID)}}})
	page := s.As("leserin").Get(printOf(a)).Want(http.StatusOK)
	page.Says("überholt seit 26.11.2026 durch „Winterplan“")
	sound(t, page, "the print of a superseded text")
}

func TestPrintIsStillGoodAfterAMereConfirmation(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Eins.\n"})
	s.Advance(time.Hour)
	do(s.Library.ConfirmReview(t.Context(), s.Actor("pruefer"), a.ID, a.ETag, "", content.Edit{}))(t)
	s.As("leserin").Get(printOf(a)).Want(http.StatusOK).Says("Ja: Das ist die neueste Fassung.")
	s.Advance(time.Hour)
	now := do(s.Library.Article(t.Context(), s.Actor("expertin"), a.ID))(t)
	do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, now.ETag, content.Edit{Body: "Zwei.\n"}))(t)
	s.As("leserin").Get(printOf(a)).Want(http.StatusOK).Says("Am 24.11.2026, 12:00 Uhr ist eine neuere Fassung erschienen.")
}

func TestPrintFromBeforeARename(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("personalerin", content.Edit{Title: "Reisekosten", Department: "11", Body: "Eins.\n"})
	s.Advance(time.Hour)
	do(s.Library.Save(t.Context(), s.Actor("personalerin"), a.ID, a.ETag, content.Edit{Title: "Dienstreisen", Body: "Eins.\n"}))(t)
	s.As("leserin").Get(printOf(a)).Want(http.StatusOK).Says("Gilt dieser Ausdruck noch? – Dienstreisen", "neuere Fassung")
}

func TestPrintOfAnArchivedText(t *testing.T) {
	s := servertest.New(t)
	visible := map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}
	a := s.Write("personalerin", content.Edit{Title: "Reisekosten", Department: "11", Body: "Eins.\n", Meta: visible})
	s.Advance(24 * time.Hour)
	if err := s.Library.Archive(t.Context(), s.Actor("personalerin"), a.ID, a.ETag, "abgeschafft"); err != nil {
		t.Fatal(err)
	}
	page := s.As("personalerin").Get(printOf(a)).Want(http.StatusOK)
	page.Says("Dieser Text ist seit dem 25.11.2026 archiviert", "Was aus diesem Text geworden ist").Silent("Das ist die neueste", "gültig")
	sound(t, page, "the print of an archived text")
	s.As("leserin").Get(printOf(a)).Want(http.StatusNotFound).Silent("Reisekosten", "archiviert")
	s.As("personalerin").Get("/p/" + string(a.ID) + "/r-unknownxxx").Want(http.StatusNotFound).Silent("Reisekosten")
	do(s.Library.Unarchive(t.Context(), s.Actor("personalerin"), a.ID, "doch nicht"))(t)
	s.As("personalerin").Get(printOf(a)).Want(http.StatusOK).Says("Ja: Das ist die neueste Fassung.")
}

func TestDeputiesFindWhatWaits(t *testing.T) {
	s := servertest.New(t)
	menu := func() int {
		return len(s.As("nachfolger").Get("/").Want(http.StatusOK).All(`nav a[href="/vorschlaege"]`))
	}
	if n := menu(); n != 0 {
		t.Errorf("somebody who decides about nothing has %d entries", n)
	}
	today := string(s.Library.Today())
	do(s.Office.AppointDeputy(t.Context(), s.Actor("pruefer"), "nachfolger", today, today, today))(t)
	if n := menu(); n == 0 {
		t.Error("a deputy has no entry")
	}
	home := s.As("nachfolger").Get("/").Want(http.StatusOK).Says("Zu prüfen", "Es wartet nichts auf Ihre Entscheidung.")
	sound(t, home, "the home of a deputy")
	s.Advance(48 * time.Hour)
	s.As("nachfolger").Get("/").Want(http.StatusOK).Silent("Zu prüfen")
	if n := menu(); n != 0 {
		t.Errorf("somebody who stood in has %d entries", n)
	}
}

func TestProposalNamesTheDepartmentThatHasToAgree(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/a/a/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\n---\n\nEins.\n")
	s.Place("standards/b/b/index.md", "---\nid: fremdaaaa2\nart: standard\ntitel: Bürgerbüro\nbereich: \"33\"\n---\n\nOffen.\n")
	a := do(s.Library.Article(t.Context(), s.Actor("expertin"), "regelaaaa2"))(t)
	p := do(s.Library.Propose(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Zwei.\n", Meta: map[string]any{"aendert": []string{"fremdaaaa2"}}}))(t)
	do(s.Library.Submit(t.Context(), s.Actor("expertin"), p.ID, p.Version))(t)
	page := s.As("pruefer").Get("/vorschlaege/" + string(p.ID)).Want(http.StatusOK)
	page.Says("Auch Fachbereich 33 muss zustimmen")
	sound(t, page, "a proposal another department has to agree to")
	var body struct{ Awaits []string }
	s.As("pruefer").JSON(http.MethodGet, "/proposals/"+string(p.ID), nil).Want(http.StatusOK).Decode(&body)
	if len(body.Awaits) != 1 || body.Awaits[0] != "33" {
		t.Errorf("the API awaits %v", body.Awaits)
	}
}

func TestProposalIsJoinedInTheEditor(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/w/w/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\n---\n\nAb 5 Uhr streuen.\n\n## Wer\n\nDer Bauhof.\n")
	propose := func(login, base, body string) content.Proposal {
		p := do(s.Library.Propose(t.Context(), s.Actor(login), "regelaaaa2", base, content.Edit{Body: body}))(t)
		return do(s.Library.Submit(t.Context(), s.Actor(login), p.ID, p.Version))(t)
	}
	a := do(s.Library.Article(t.Context(), s.Actor("expertin"), "regelaaaa2"))(t)
	own := propose("expertin", a.ETag, "Ab 4 Uhr streuen.\n\n## Wer\n\nDer Bauhof.\n")
	other := propose("nachfolger", a.ETag, "Ab 5 Uhr streuen.\n\n## Wer\n\nDie Feuerwehr.\n")
	do(s.Library.Approve(t.Context(), s.Actor("pruefer"), other.ID, other.ContentHash, ""))(t)

	at := "/vorschlaege/" + string(own.ID) + "/bearbeiten"
	page := s.As("expertin").Get(at).Want(http.StatusOK).Says("Beide Änderungen sind hier zusammengeführt", "Die Feuerwehr.", "Ab 4 Uhr")
	sound(t, page, "a proposal that was joined")

	form := url.Values{"titel": {"Winterdienst"}, "art": {"standard"}, "bereich": {"66"}, "basis": {a.ETag}, "version": {page.Value("input[name=version]")}, "text": {"Ab 3 Uhr streuen.\n\n## Wer\n\nDer Bauhof.\n"}}
	s.As("expertin").Post(at, form).Want(http.StatusOK).Says("beide Änderungen sind zusammengeführt", "Ab 3 Uhr")
	form.Set("version", s.As("expertin").Get(at).Value("input[name=version]"))
	form.Set("text", "Ab 3 Uhr streuen.\n\n## Wer\n\nNiemand.\n")
	s.As("expertin").Post(at, form).Want(http.StatusPreconditionFailed).Says("Niemand.", "Die Feuerwehr.")
}

func TestWholeListIsExported(t *testing.T) {
	s := servertest.New(t)
	for _, title := range []string{"Streuen", "Räumen"} {
		s.Write("expertin", content.Edit{Title: title, Department: "66", Body: "x\n", Meta: map[string]any{"themen": []string{"Winter & Co"}}})
	}
	s.Write("expertin", content.Edit{Title: "Mähen", Department: "66", Body: "x\n"})
	s.Write("expertin", content.Edit{Title: "Geheim", Department: "66", Body: "x\n", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}, "themen": []string{"Winter & Co"}}})
	c := s.As("leserin")
	page := c.Get("/wissen?fb=66&thema=Winter+%26+Co").Want(http.StatusOK).Says("Thema: Winter & Co", "Alle 2 Treffer exportieren").Silent("Mähen", "Geheim")
	sound(t, page, "a list of a topic")
	form := c.Get(servertest.Attribute(page.One(`a[href^="/export?"]`), "href")).Want(http.StatusOK)
	form.Says("Streuen", "Räumen").Silent("Mähen", "Geheim")
	if n := len(form.All(`input[name="ids"]`)); n != 2 {
		t.Errorf("%d texts are chosen", n)
	}
	c.Get("/export?alle=ja&fb=33").Want(http.StatusNotFound)
	c.Get("/standards").Want(http.StatusOK).Silent("Treffer exportieren")
}
