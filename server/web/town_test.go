package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/lessons/zak"
	"staffelstab/server/servertest"
)

// town is a server on which every kind of page has something to show, with
// titles that are no sentences of the catalogue.
type town struct {
	*servertest.Server
	pump      content.Article // of FB 66, with two versions and a file
	cohort    string          // its address
	people    map[string]string
	asked     string // address of a question of leserin about the pump
	proposal  string // address of what expertin proposes for a standard of FB 11
	redaction string // address of what datenschutz asks for about the pump
}

func newTown(t *testing.T) *town {
	t.Helper()
	s := servertest.New(t)
	w := &town{Server: s, people: map[string]string{}}
	first := s.Write("expertin", content.Edit{Title: "Pumpwerk Hafen", Department: "66", Body: "## Anfahren\n\nSchieber öffnen.\n"})
	s.Advance(time.Hour)
	changed, err := s.Library.Save(t.Context(), s.Actor("expertin"), first.ID, first.ETag, content.Edit{
		Body: "## Anfahren\n\nSchieber langsam öffnen.\n\n| Tag | Wer |\n|---|---|\n| Mo | Kolonne 1 |\n", Message: "Langsam geht es besser",
		Meta: map[string]any{"kurz": "Erst der Schieber.", "themen": []string{"Kanal"}, "naechste_pruefung": "2026-11-01"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.pump = changed
	s.Write("personalerin", content.Edit{Title: "Reisekosten buchen", Department: "11", Body: "Belege sammeln.\n"})
	s.Write("expertin", content.Edit{Title: "Muster Betriebsbuch", Kind: content.KindTemplate, Department: "66", Body: "## Zweck\n\nWozu?\n"})
	s.Place("standards/r/reisen/index.md", "---\nid: reisekost2\nart: standard\ntitel: Regel Dienstreise\nbereich: \"11\"\nverbindlich: ja\nkenntnisnahme: {pflicht: ja, gruppen: [alle]}\n---\n\nBelege.\n")
	placeModule(s)
	w.cohort = cohort(t, s)
	head := s.As("leitung")
	for _, login := range []string{"azubi", "azubi2"} {
		head.Post(w.cohort+"/personen", url.Values{"anmeldename": {login}, "beginn": {"2026-08-01"}}).Want(http.StatusOK)
	}
	for _, n := range head.Get(w.cohort).All(".matrix tbody a") {
		w.people[servertest.Text(n)] = servertest.Attribute(n, "href")
	}
	author := s.As("expertin")
	author.Upload("/entwurf/datei", url.Values{"text-id": {"reisekost2"}, "beschreibung": {"Vordruck"}}, "Vordruck.pdf", []byte("%PDF-1.7")).Want(http.StatusCreated)
	w.proposal = author.Post("/a/reisekost2/vorschlagen", form(author.Get("/a/reisekost2/vorschlagen"), url.Values{"text": {"Belege binnen sechs Monaten."}, "aenderung": {"Sechs statt drei"}, "kenntnisnahme": {"ja"}})).Want(http.StatusOK).URL.Path
	w.asked = "/fragen/" + string(ask(t, s, "leserin", w.pump.ID, content.Remark{Text: "Auch bei Frost?", Question: true, Anchor: "anfahren"}).ID)
	w.redaction = s.As("datenschutz").Post(w.at("/schwaerzen"), url.Values{"stelle": {"Kolonne 1"}, "grund": {"Personenbezug"}}).Want(http.StatusOK).URL.Path
	upload(s.As("expertin"), w.at(""), "Lageplan Süd.pdf", []byte("%PDF-1.7 Lageplan")).Want(http.StatusOK)
	s.As("expertin").Post("/entwurf", url.Values{"titel": {"Halbes Blatt"}, "text": {"Angefangen"}, "entwurf-id": {"eins"}}).Want(http.StatusOK)
	s.As("expertin").Post("/konto/token", url.Values{"wofuer": {"Auswertung"}, "umfang": {"read"}, "tage": {"30"}}).Want(http.StatusOK)
	legacyStock(t, s)
	s.Indexed()
	return w
}

// at is an address below the pump's text.
func (w *town) at(rest string) string { return content.Address(w.pump.ID) + rest }

// upload attaches a file as the form on the page of the text does it.
func upload(c *servertest.Client, text, name string, data []byte) *servertest.Page {
	return c.Upload(text+"/dateien", url.Values{"basis": {c.Get(text).Value(`form[enctype] input[name="basis"]`)}}, name, data)
}

// hire adds somebody with one more role to the cast.
func hire(t *testing.T, s *servertest.Server, login, name, department string, grants ...account.Grant) {
	t.Helper()
	p, err := s.Office.CreatePerson(t.Context(), s.Operator, account.Person{Login: login, DisplayName: name, Department: department})
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range grants {
		g.Person = p.ID
		if _, err := s.Office.Grant(t.Context(), s.Operator, g); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Auth.SetPassword(t.Context(), s.Operator, p.ID, servertest.Password); err != nil {
		t.Fatal(err)
	}
	s.People[login] = p
}

// emptyCohort is a cohort nobody of the cast cares for but the head.
func emptyCohort(t *testing.T, s *servertest.Server, id, name string) string {
	t.Helper()
	if err := s.Store.SaveCohort(t.Context(), zak.Cohort{ID: id, Name: name, Occupation: "FI", Year: 2025}); err != nil {
		t.Fatal(err)
	}
	return "/ausbildung/jahrgang/" + id
}
