package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// form reads the fields of the editor as the browser would send them back.
func form(p *servertest.Page, change url.Values) url.Values {
	values := url.Values{}
	for _, n := range p.All("form.editor input, form.editor textarea, form.editor select") {
		name, kind := servertest.Attribute(n, "name"), servertest.Attribute(n, "type")
		if name == "" || kind == "submit" || kind == "checkbox" || kind == "radio" {
			continue
		}
		switch n.Data {
		case "input":
			values.Set(name, servertest.Attribute(n, "value"))
		case "textarea":
			text := ""
			if n.FirstChild != nil {
				text = strings.TrimPrefix(n.FirstChild.Data, "\n")
			}
			values.Set(name, text)
		case "select":
			for _, o := range p.All(`form.editor select[name="` + name + `"] option[selected]`) {
				values.Set(name, servertest.Attribute(o, "value"))
			}
		}
	}
	for name, v := range change {
		values[name] = v
	}
	return values
}

func TestExpertWritesAndColleagueFindsIt(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	editor := expert.Get("/neu").Want(http.StatusOK)
	if got := editor.Text("h1"); got != "Neuen Text schreiben" {
		t.Errorf("heading is %q", got)
	}
	saved := expert.Post("/neu", form(editor, url.Values{
		"titel": {"Schächte im Winter"}, "art": {"artikel"}, "bereich": {"66"},
		"text": {"## Frost\n\nDeckel **vor** dem ersten Frost fetten.\n"}, "kurz": {"Deckel fetten."}, "themen": {"Winter, Kanal"},
	})).Want(http.StatusOK)
	saved.Says("Gespeichert.", "Deckel vor dem ersten Frost fetten", "Deckel fetten.", "Winter, Kanal", "Renate Brinkmann")
	if got := saved.Text("h1"); got != "Schächte im Winter" {
		t.Errorf("heading is %q", got)
	}
	s.Indexed()
	found := s.As("leserin").Get("/suche?q=schaechte+frost").Want(http.StatusOK)
	link := found.One(".hit__title a")
	if got := servertest.Attribute(link, "href"); !strings.HasPrefix(got, "/a/") || !strings.HasSuffix(got, "#frost") {
		t.Errorf("the hit leads to %q instead of the heading", got)
	}
	if len(found.All("mark")) == 0 {
		t.Error("nothing is highlighted")
	}
}

func TestSendingTheFormTwiceMakesOneText(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	values := form(expert.Get("/neu"), url.Values{"titel": {"Doppelt"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"Eins."}})
	first := expert.Post("/neu", values).Want(http.StatusOK)
	second := expert.Post("/neu", values).Want(http.StatusOK)
	if first.URL.Path != second.URL.Path {
		t.Errorf("two texts: %s and %s", first.URL.Path, second.URL.Path)
	}
}

func TestMistakeKeepsWhatWasTyped(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	values := form(expert.Get("/neu"), url.Values{
		"titel": {"Frist"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"Ein langer Text.\r\nZweite Zeile."}, "naechste_pruefung": {"31.02.2027"}, "kurz": {"Kurz"},
	})
	page := expert.Post("/neu", values).Want(http.StatusUnprocessableEntity)
	page.Says("31.02.2027")
	again := form(page, nil)
	if got := again.Get("text"); got != "Ein langer Text.\nZweite Zeile." {
		t.Errorf("the text came back as %q", got)
	}
	if again.Get("titel") != "Frist" || again.Get("kurz") != "Kurz" {
		t.Errorf("fields were lost: %v", again)
	}
	if len(page.All(`[role="alert"]`)) != 1 {
		t.Error("the mistake is not announced")
	}
}

func TestStaleSaveShowsBothTextsAndLosesNone(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Erste Fassung.\n"})
	address := "/a/" + string(a.ID) + "/bearbeiten"
	one, two := s.As("expertin"), s.As("nachfolger")
	formOne, formTwo := form(one.Get(address), nil), form(two.Get(address), nil)

	formOne.Set("text", "Fassung der Expertin.")
	one.Post(address, formOne).Want(http.StatusOK)
	formTwo.Set("text", "Fassung des Nachfolgers.")
	conflict := two.Post(address, formTwo).Want(http.StatusPreconditionFailed)
	conflict.Says("Jemand war schneller", "Renate Brinkmann", "Fassung der Expertin.", "Fassung des Nachfolgers.")

	saved := two.Post(address, form(conflict, nil)).Want(http.StatusOK)
	saved.Says("Fassung des Nachfolgers.")
	s.As("leserin").Get("/a/"+string(a.ID)+"/verlauf").Want(http.StatusOK).Says("Jonas Yilmaz", "Renate Brinkmann")
	revisions, err := s.Library.History(t.Context(), s.Actor("leserin"), a.ID, 0, 10)
	if err != nil || len(revisions) != 3 {
		t.Errorf("%d revisions, %v; both saves must stay in the history", len(revisions), err)
	}
}

func TestConflictPageGivesNothingOfTheOtherBack(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Anfang.\n\nEins.\n"})
	address := "/a/" + string(a.ID) + "/bearbeiten"
	one, two := s.As("expertin"), s.As("nachfolger")
	formTwo := form(two.Get(address), url.Values{"text": {"Anfang.\n\nEins von zwei.\n"}})
	one.Post(address, form(one.Get(address), url.Values{"text": {"Anfang.\n\nEins von eins.\n"}, "titel": {"Streuplan Winter"}, "kurz": {"Früh."}, "nur-bereich": {"ja"}})).Want(http.StatusOK)
	conflict := two.Post(address, formTwo).Want(http.StatusPreconditionFailed)
	conflict.Says("nichts ist verloren", "Eins von eins.", "Eins von zwei.")
	chosen := form(conflict, url.Values{"wahl-0": {"beide"}})
	saved := two.Post(address, chosen).Want(http.StatusOK)
	saved.Says("Streuplan Winter", "Früh.", "Eins von eins.", "Eins von zwei.")
	s.As("leserin").Get("/a/" + string(a.ID)).Want(http.StatusNotFound)
}

func TestDraftComesBack(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	editor := expert.Get("/neu")
	values := form(editor, url.Values{"titel": {"Halb fertig"}, "text": {"Angefangen"}, "bereich": {"66"}})
	if got := expert.Post("/entwurf", values).Want(http.StatusOK).Body; got != "Entwurf gesichert um 10:00 Uhr" {
		t.Errorf("the editor says %q", got)
	}
	home := expert.Get("/").Says("Halb fertig")
	href := servertest.Attribute(home.One(`a[href^="/neu?entwurf="]`), "href")
	back := expert.Get(href).Want(http.StatusOK)
	back.Says("Das ist Ihr Entwurf vom 24.11.2026, 10:00 Uhr")
	if got := form(back, nil).Get("text"); got != "Angefangen" {
		t.Errorf("the draft came back as %q", got)
	}
	s.As("nachfolger").Get(href).Want(http.StatusNotFound)
	expert.Post("/neu", form(back, nil)).Want(http.StatusOK)
	expert.Get("/").Silent("/neu?entwurf=")
}

func TestDraftOfAnOldVersionIsNotSavedOver(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Kanalplan", Department: "66", Body: "Alt.\n"})
	address := "/a/" + string(a.ID) + "/bearbeiten"
	expert := s.As("expertin")
	values := form(expert.Get(address), url.Values{"text": {"Mein Entwurf."}})
	expert.Post("/entwurf", values).Want(http.StatusOK)
	colleague := s.As("nachfolger")
	colleague.Post(address, form(colleague.Get(address), url.Values{"text": {"Inzwischen."}})).Want(http.StatusOK)

	back := expert.Get(address).Says("Der Text wurde seitdem von jemand anderem geändert.")
	expert.Post(address, form(back, nil)).Want(http.StatusPreconditionFailed).Says("Inzwischen.", "Mein Entwurf.")
}

func TestPreviewIsRenderedAndSafe(t *testing.T) {
	s := servertest.New(t)
	expert := s.As("expertin")
	values := url.Values{"text": {"**fett** <script>alert(1)</script>"}}
	body := expert.Post("/vorschau", values).Want(http.StatusOK).Body
	if !strings.Contains(body, "<strong>fett</strong>") || strings.Contains(body, "<script") {
		t.Errorf("preview is %q", body)
	}
	withoutScript := form(expert.Get("/neu"), url.Values{"titel": {"T"}, "bereich": {"66"}, "text": {"**fett**"}, "aktion": {"vorschau"}})
	page := expert.Post("/neu", withoutScript).Want(http.StatusOK)
	if got := page.Text(".preview strong"); got != "fett" {
		t.Errorf("preview without script shows %q", got)
	}
	s.As("ohnerolle").Post("/vorschau", values).Want(http.StatusForbidden)
}

func TestHistoryComparesAndRestores(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpe", Department: "66", Body: "Zeile eins.\n\nZeile zwei.\n"})
	s.Advance(time.Hour)
	changed, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Zeile eins.\n\nZeile drei.\n", Message: "Zwei wird drei"})
	if err != nil {
		t.Fatal(err)
	}
	expert := s.As("expertin")
	history := expert.Get("/a/" + string(a.ID) + "/verlauf").Says("Zwei wird drei")
	if n := len(history.All(`input[name="von"]`)); n != 2 {
		t.Errorf("%d versions are offered", n)
	}
	compare := expert.Get("/a/" + string(a.ID) + "/vergleich?von=" + string(a.Revision) + "&bis=" + string(changed.Revision) + "&ansicht=quelltext").Want(http.StatusOK)
	if del, ins := compare.Text("del"), compare.Text("ins"); del != "zwei." || ins != "drei." {
		t.Errorf("the difference is %q → %q", del, ins)
	}
	restored := expert.Post("/a/"+string(a.ID)+"/wiederherstellen", url.Values{
		"stand": {compare.Value(`input[name="stand"]`)}, "basis": {compare.Value(`input[name="basis"]`)}, "datum": {"24.11.2026"},
	}).Want(http.StatusOK)
	restored.Says("wiederhergestellt", "Zeile zwei.")
	s.As("leserin").Post("/a/"+string(a.ID)+"/wiederherstellen", url.Values{"stand": {string(a.Revision)}, "basis": {"x"}}).Want(http.StatusForbidden)
	old := expert.Get("/a/" + string(a.ID) + "?stand=" + string(changed.Revision)).Want(http.StatusOK)
	old.Says("Frühere Fassung", "Zeile drei.")
}

func TestAttachmentGoesUpAndComesBack(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Plan", Department: "66", Body: "Siehe Anhang.\n"})
	expert := s.As("expertin")
	page := expert.Get("/a/" + string(a.ID))
	data := []byte("%PDF-1.7 Lageplan")
	up := expert.Upload("/a/"+string(a.ID)+"/dateien", url.Values{"basis": {page.Value(`form[enctype] input[name="basis"]`)}}, "Lageplan Süd.pdf", data).Want(http.StatusOK)
	up.Says("Die Datei ist angehängt.", "Lageplan-Süd.pdf")
	href := servertest.Attribute(up.One(".file a"), "href")
	file := s.As("leserin").Get(href).Want(http.StatusOK)
	if file.Body != string(data) {
		t.Errorf("the file came back as %q", file.Body)
	}
	if got := file.Header.Get("Content-Security-Policy"); got != "default-src 'none'; sandbox" {
		t.Errorf("policy is %q", got)
	}
	if got := file.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("disposition is %q", got)
	}
	expert.Upload("/a/"+string(a.ID)+"/dateien", url.Values{"basis": {up.Value(`form[enctype] input[name="basis"]`)}}, "boese.html", []byte("<script>1</script>")).Want(http.StatusUnprocessableEntity)
	removed := expert.Post("/a/"+string(a.ID)+"/dateien/Lageplan-Süd.pdf/entfernen", url.Values{"basis": {up.Value(`form[enctype] input[name="basis"]`)}}).Want(http.StatusOK)
	removed.Silent("boese.html", "Lageplan")
	s.As("leserin").Upload("/a/"+string(a.ID)+"/dateien", url.Values{"basis": {"x"}}, "x.txt", nil).Want(http.StatusForbidden)
}

func TestStandardsCannotBeSavedDirectly(t *testing.T) {
	s := servertest.New(t)
	s.Place("standards/r/reisen/index.md", "---\nid: reisekost2\nart: standard\ntitel: Reisekosten\nbereich: \"66\"\nverbindlich: ja\n---\n\nBelege.\n")
	expert := s.As("expertin")
	expert.Get("/a/reisekost2").Want(http.StatusOK).Says("verbindlich", "Änderung vorschlagen").Silent("/bearbeiten")
	expert.Get("/a/reisekost2/bearbeiten").Want(http.StatusOK).Says("Zur Freigabe geben")
	expert.Post("/a/reisekost2/bearbeiten", url.Values{"text": {"Neu"}, "basis": {"x"}}).Want(http.StatusForbidden)
}
