package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// everything fills every field of the editor.
func everything() url.Values {
	return url.Values{
		"titel": {"Winterdienst & Schnee <Plan>"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"\nErst räumen.\n\n    Dann   streuen.\n"},
		"kurz": {"Schulwege zuerst: „sofort“."}, "ansprechperson": {"Betriebshof, Schicht 1"}, "themen": {"Winter, Straße ,, Winter"},
		"schlagworte": {"Glätte, Salz"}, "rechtsgrundlage": {"§ 9 StrWG\r\n\r\n§ 3 Satzung"}, "gueltig_ab": {"2026-11-01"},
		"gueltig_bis": {"2027-03-31"}, "naechste_pruefung": {"2027-10-01"}, "aenderung": {"Neu geschrieben"}, "nur-bereich": {"ja"},
	}
}

func TestEveryFieldIsSavedShownAndOfferedAgain(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	saved := c.Post("/neu", form(c.Get("/neu"), everything())).Want(http.StatusOK)
	saved.Says("Winterdienst & Schnee <Plan>", "Schulwege zuerst: „sofort“.", "Betriebshof, Schicht 1", "§ 9 StrWG, § 3 Satzung", "gilt ab 01.11.2026", "31.03.2027", "01.10.2027", "FB 66")
	id := strings.TrimPrefix(saved.URL.Path, "/a/")
	again := c.Get("/a/" + id + "/bearbeiten").Want(http.StatusOK)
	fields := form(again, nil)
	for name, want := range map[string]string{
		"titel": "Winterdienst & Schnee <Plan>", "bereich": "66", "kurz": "Schulwege zuerst: „sofort“.", "ansprechperson": "Betriebshof, Schicht 1",
		"themen": "Winter, Straße, Winter", "schlagworte": "Glätte, Salz", "rechtsgrundlage": "§ 9 StrWG\n§ 3 Satzung", "gueltig_ab": "2026-11-01",
		"gueltig_bis": "2027-03-31", "naechste_pruefung": "2027-10-01", "aenderung": "", "text": "Erst räumen.\n\n    Dann   streuen.\n",
	} {
		if got := fields.Get(name); got != want {
			t.Errorf("%s comes back as %q", name, got)
		}
	}
	if len(again.All("#nur-bereich[checked]")) != 1 {
		t.Error("the box for the own department is empty")
	}
	w.As("leserin").Get("/a/" + id).Want(http.StatusNotFound)

	emptied := url.Values{"kurz": {""}, "ansprechperson": {""}, "themen": {""}, "schlagworte": {""}, "rechtsgrundlage": {""}, "gueltig_ab": {""}, "gueltig_bis": {""}, "naechste_pruefung": {""}}
	c.Post("/a/"+id+"/bearbeiten", form(again, emptied)).Want(http.StatusOK)
	source, err := w.Library.Source(t.Context(), w.Actor("expertin"), content.ID(id), "")
	if err != nil {
		t.Fatal(err)
	}
	for key := range emptied {
		if value, there := source.Fields[key]; there && value != "" {
			t.Errorf("the emptied field %s still says %v", key, value)
		}
	}
	w.As("leserin").Get("/a/" + id).Want(http.StatusOK) // the box was not sent: everybody sees it again
}

func TestSavingUnchangedKeepsWhatTheFormDoesNotShow(t *testing.T) {
	s := servertest.New(t)
	s.Place("wissen/p/plan/index.md", "---\nid: planaaaaa2\nart: artikel\ntitel: Plan\nbereich: \"66\"\nnummer: \"66-12\"\nsichtbar: {rollen: [author, editor]}\neigenes_feld: bleibt # Randnotiz\nminuten: 7\n---\n\n\nText.\n")
	placeModule(s)
	c := s.As("expertin")
	page := c.Get("/a/planaaaaa2/bearbeiten").Want(http.StatusOK)
	// A browser sends the box, because it is checked.
	c.Post("/a/planaaaaa2/bearbeiten", form(page, url.Values{"nur-bereich": {"ja"}, "aenderung": {"nichts"}})).Want(http.StatusOK)
	a, err := s.Library.Article(t.Context(), s.Operator, "planaaaaa2")
	if err != nil {
		t.Fatal(err)
	}
	if a.Visibility.Everyone() || len(a.Visibility.Roles) != 2 || a.Number != "66-12" {
		t.Errorf("afterwards it is %+v, number %q", a.Visibility, a.Number)
	}
	source, err := s.Library.Document(t.Context(), a)
	if err != nil || !strings.Contains(string(source.Source), "eigenes_feld: bleibt # Randnotiz\n") || !strings.HasSuffix(string(source.Source), "---\n\n\nText.\n") {
		t.Errorf("the file is %q, %v", source.Source, err)
	}

	module := c.Get("/a/modulaaaa2/bearbeiten").Want(http.StatusOK)
	if got := module.Value("#feld-minuten") + "/" + module.Value("#feld-ziel"); got != "5/Niemand zahlt allein aus." {
		t.Errorf("the module's form says %s", got)
	}
	c.Post("/a/modulaaaa2/bearbeiten", form(module, nil)).Want(http.StatusOK)
	c.Get("/lernen/modulaaaa2").Says("5 Minuten", "Niemand zahlt allein aus.")
}

func TestEditorOffersOnlyWhatTheWriterMayDo(t *testing.T) {
	w := newTown(t)
	hire(t, w.Server, "beide", "Bea Zwei", "66", grantIn("author", "66"), grantIn("editor", "11"))
	for login, want := range map[string][]string{"expertin": {"66"}, "personalerin": {"11", "11/4"}, "beide": {"11", "11/4", "66"}} {
		page := w.As(login).Get("/neu").Want(http.StatusOK)
		var offered, kinds []string
		for _, n := range page.All("#feld-bereich option") {
			offered = append(offered, servertest.Attribute(n, "value"))
		}
		slices.Sort(offered)
		if !slices.Equal(offered, want) {
			t.Errorf("%s is offered %v", login, offered)
		}
		for _, n := range page.All("#feld-art option") {
			kinds = append(kinds, servertest.Text(n))
		}
		if strings.Join(kinds, ", ") != "Artikel, Städtischer Standard, Dienstanweisung, Dienstvereinbarung, Dienstvorschrift, Formatvorlage, Lernmodul" {
			t.Errorf("%s may write %v", login, kinds)
		}
	}
	own := w.As("beide").Get("/neu?titel=Vorschlag&art=lernmodul")
	if own.Value("#feld-titel") != "Vorschlag" || own.Value("#feld-art option[selected]") != "lernmodul" || own.Value("#feld-bereich option[selected]") != "66" {
		t.Error("the address does not begin the form")
	}
}

func TestTemplateAndModuleBeginAText(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	link := c.Get("/neu").One(".templates a")
	if got := servertest.Text(link); got != "Muster Betriebsbuch" {
		t.Errorf("the template is called %q", got)
	}
	page := c.Get(servertest.Attribute(link, "href")).Want(http.StatusOK)
	if got := form(page, nil).Get("text"); got != "## Zweck\n\nWozu?\n" {
		t.Errorf("it begins with %q", got)
	}
	lesson := c.Get("/neu?art=lektion&modul=modulaaaa2").Want(http.StatusOK).Says("Lektion im Modul Kasse")
	if kinds := lesson.All("#feld-art option"); len(kinds) != 1 || servertest.Attribute(kinds[0], "value") != "lektion" {
		t.Errorf("%d kinds are offered for a lesson", len(kinds))
	}
	made := c.Post("/neu", form(lesson, url.Values{"titel": {"Wechselgeld"}, "text": {"Zählen."}})).Want(http.StatusOK).Says("Gespeichert.")
	if made.URL.Path != "/lernen/modulaaaa2/3" {
		t.Errorf("the new lesson is at %s", made.URL.Path)
	}
	c.Get("/neu?modul=aaaaaaaaaa").Want(http.StatusNotFound)
	c.Get("/neu?vorlage=aaaaaaaaaa").Want(http.StatusNotFound)
	c.Get("/neu?entwurf=gibtesnicht").Want(http.StatusNotFound).Says("Dafür gibt es keinen Entwurf.")
}

func TestDraftOfAnArticleBelongsToItsWriterAndEndsWithTheSave(t *testing.T) {
	w := newTown(t)
	one, two := w.As("expertin"), w.As("nachfolger")
	address := w.at("/bearbeiten")
	typed := form(one.Get(address), url.Values{"text": {"Halb"}, "kurz": {"Kurz halb"}, "bedeutung": {"redaktionell"}, "nur-bereich": {"ja"}})
	one.Post("/entwurf", typed).Want(http.StatusOK)
	one.Get("/").Says("Pumpwerk Hafen", "Entwurf vom 24.11.2026, 11:00 Uhr")
	back := one.Get(address).Says("Das ist Ihr Entwurf vom 24.11.2026, 11:00 Uhr. Er ist noch nicht gespeichert.").Silent("seitdem von jemand anderem")
	again := form(back, nil)
	if again.Get("text") != "Halb" || again.Get("kurz") != "Kurz halb" || len(back.All("#redaktionell[checked]")) != 1 || len(back.All("#nur-bereich[checked]")) != 1 {
		t.Errorf("the draft came back as %v", again)
	}
	two.Get(address).Silent("Halb", "Entwurf vom")
	one.Post(address, again).Want(http.StatusOK)
	one.Get(address).Silent("Das ist Ihr Entwurf")
	one.Get("/").Silent(address)
}

func TestDraftIsDiscardedOnceAndForAll(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	editor := servertest.Attribute(c.Get("/").One(`a[href^="/neu?entwurf="]`), "href")
	page := c.Get(editor)
	fields := url.Values{"text-id": {""}, "entwurf-id": {page.Value(`form[action="/entwurf/verwerfen"] input[name="entwurf-id"]`)}}
	w.As("nachfolger").Post("/entwurf/verwerfen", fields).Want(http.StatusOK)
	c.Get(editor).Want(http.StatusOK).Says("Das ist Ihr Entwurf") // somebody else's hand did not reach it
	for range 2 {                                                 // a second click is no mistake
		c.Post("/entwurf/verwerfen", fields).Want(http.StatusOK).Says("Der Entwurf ist verworfen.", "Sie haben keine Entwürfe.")
	}
	c.Get(editor).Want(http.StatusNotFound)
	c.Post("/entwurf", form(c.Get(w.at("/bearbeiten")), url.Values{"text": {"Doch nicht"}})).Want(http.StatusOK)
	gone := c.Post("/entwurf/verwerfen", url.Values{"text-id": {string(w.pump.ID)}}).Want(http.StatusOK).Says("Der Entwurf ist verworfen.")
	if gone.URL.Path != w.at("") {
		t.Errorf("discarding leads to %s", gone.URL)
	}
	c.Get(w.at("/bearbeiten")).Silent("Doch nicht")
}

func TestDraftWithoutScriptIsKeptByItsButton(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	page := c.Post("/neu", form(c.Get("/neu"), url.Values{"text": {"Nur ein Satz"}, "aktion": {"entwurf"}})).Want(http.StatusOK)
	page.Says("Ihr Entwurf ist gesichert. Nur Sie sehen ihn.", "Ohne Titel")
	preview := c.Post(w.at("/bearbeiten"), form(c.Get(w.at("/bearbeiten")), url.Values{"text": {"## Neu\n\n**fett** <b onclick=alert(1)>x</b>"}, "kurz": {"Noch da"}, "aktion": {"vorschau"}})).Want(http.StatusOK)
	sound(t, preview, "a preview")
	if preview.Text(".preview strong") != "fett" || form(preview, nil).Get("kurz") != "Noch da" {
		t.Error("the preview loses what was typed")
	}
	w.As("leserin").Get(w.at("")).Silent("Noch da") // nothing is saved
}

func TestTitleOfAPageIsNoPlaceForMarkup(t *testing.T) {
	w := newTown(t)
	const title = `</title><script>alert(1)</script> "Plan" & Co`
	a := w.Write("expertin", content.Edit{Title: title, Department: "66", Body: "[x](javascript:alert(1)) <iframe src=//boese.example></iframe>\n\n![x](data:text/html;base64,x)\n",
		Message: "<b>neu</b>", Meta: map[string]any{"kurz": "<script>alert(2)</script>", "ansprechperson": `"><img src=x>`, "themen": []string{"<i>"}}})
	w.Indexed()
	c := w.As("expertin")
	for _, path := range []string{content.Address(a.ID), content.Address(a.ID) + "/bearbeiten", content.Address(a.ID) + "/verlauf",
		content.Address(a.ID) + "/vergleich?von=" + string(a.Revision), "/wissen", "/", "/suche?q=Plan"} {
		page := c.Get(path).Want(http.StatusOK)
		sound(t, page, path)
		page.Silent("<script>alert", "<img src=x", "<b>neu", "href=\"javascript", "boese.example\"", "src=\"data:")
	}
	if got := c.Get(content.Address(a.ID)).Text("h1"); got != title {
		t.Errorf("the title reads %q", got)
	}
}

func TestStaleSaveKeepsTheTextEvenIfTheBrowserIsClosed(t *testing.T) {
	w := newTown(t)
	c, address := w.As("nachfolger"), w.at("/bearbeiten")
	mine := form(c.Get(address), url.Values{"text": {"Meine Stunden Arbeit."}, "kurz": {"Meins."}})
	w.Advance(time.Minute)
	one := w.As("expertin")
	one.Post(address, form(one.Get(address), url.Values{"text": {"Schieber zu."}, "aenderung": {"Eilig"}})).Want(http.StatusOK)
	page := c.Post(address, mine).Want(http.StatusPreconditionFailed)
	sound(t, page, "a conflict")
	page.Says("Renate Brinkmann hat am 24.11.2026, 11:01 Uhr gespeichert.", "Mit dieser Auswahl speichern")
	if got := form(page, nil); got.Get("text") != "Meine Stunden Arbeit." || got.Get("kurz") != "Meins." {
		t.Errorf("the form holds %v", got)
	}
	if got := page.Text(".conflict"); !strings.Contains(got, "Schieber zu.") {
		t.Errorf("the other text is not among %q", got)
	}
	c.Get(address).Says("Das ist Ihr Entwurf", "Meine Stunden Arbeit.")
	again := form(page, nil)
	first, second := c.Post(address, again).Want(http.StatusOK), c.Post(address, again).Want(http.StatusOK)
	if first.URL.Path != second.URL.Path {
		t.Errorf("saving over leads to %s and %s", first.URL, second.URL)
	}
	revisions, err := w.Library.History(t.Context(), w.Actor("leserin"), w.pump.ID, 0, 10)
	if err != nil || len(revisions) != 5 { // two at first, the file, the fast one and mine
		t.Errorf("%d revisions, %v", len(revisions), err)
	}
}

// grantIn is a role for one department.
func grantIn(role, department string) account.Grant {
	return account.Grant{Role: account.Role(role), Scope: account.InDepartment(department)}
}
