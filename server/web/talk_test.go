package web_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// ask says something about a text as somebody.
func ask(t *testing.T, s *servertest.Server, login string, id content.ID, r content.Remark) content.Comment {
	t.Helper()
	c, err := s.Library.Say(t.Context(), s.Actor(login), id, r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tell(t *testing.T, s *servertest.Server) {
	t.Helper()
	if err := s.Library.TellFollowers(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// restrict makes a text visible to its department only.
func restrict(t *testing.T, s *servertest.Server, login string, id content.ID) {
	t.Helper()
	a, err := s.Store.Article(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Library.Save(t.Context(), s.Actor(login), id, a.ETag, content.Edit{Body: "Neu.", Change: content.ChangeMaterial,
		Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{a.Department}}}}); err != nil {
		t.Fatal(err)
	}
}

func TestQuestionIsAskedAnsweredAndTakenIntoTheText(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Vorab.\n\n## Anfahren\n\nSchieber öffnen.\n\n## Abstellen\n\nSchließen.\n", Meta: map[string]any{"ansprechperson": s.People["expertin"].ID}})
	at := content.Address(a.ID)
	reader, expert := s.As("leserin"), s.As("expertin")
	page := reader.Get(at).Says("Fragen und Anmerkungen", "Noch hat niemand")
	if got := page.Text("aside .facts"); !strings.Contains(got, "Renate Brinkmann") || strings.Contains(got, s.People["expertin"].ID) {
		t.Errorf("whom to ask is told as %q", got)
	}
	form1 := reader.Get(servertest.Attribute(page.One(`a[href$="/fragen"].kern-btn`), "href"))
	values := url.Values{"vorgang": {form1.Value(`input[name="vorgang"]`)}, "text": {"Auch bei <b>Frost</b>?"}, "abschnitt": {"anfahren"}, "art": {"frage"}}
	reader.Post(at+"/fragen", values).Want(http.StatusOK).Says("Ihre Frage ist gestellt", "Auch bei <b>Frost</b>?", "Petra Nowak", "wartet auf eine Antwort von Renate Brinkmann").Silent("<b>Frost")
	reader.Post(at+"/fragen", values)
	if n := len(reader.Get(at).All(".comment")); n != 1 {
		t.Errorf("sent twice, there are %d", n)
	}

	expert.Get("/").Says("Fragen an mich", "1 Neuigkeit")
	expert.Get("/neuigkeiten").Says("Jemand hat Ihnen eine Frage gestellt", "Pumpwerk")
	list := expert.Get("/fragen").Says("Eine Frage wartet auf Sie.")
	question := servertest.Attribute(list.One(`main a[href^="/fragen/"]`), "href")
	expert.Post(question+"/antworten", url.Values{"text": {" "}}).Want(http.StatusUnprocessableEntity).Says("Bitte schreiben Sie etwas.")
	expert.Post(question+"/antworten", url.Values{"text": {"Ja, *langsam*."}}).Want(http.StatusOK).Says("Ihre Antwort ist gespeichert.", "Antwort: Renate Brinkmann")
	expert.Post(question+"/antworten", url.Values{"text": {"Noch etwas"}}).Want(http.StatusConflict).Says("schon beantwortet")
	reader.Get("/neuigkeiten").Says("Ihre Frage ist beantwortet")
	expert.Get("/fragen").Says("Es wartet keine Frage auf Sie.")

	tell(t, s)
	editor := expert.Post(question+"/uebernehmen", nil).Want(http.StatusOK)
	body := editor.Text(`textarea[name="text"]`)
	if !strings.Contains(body, `Schieber öffnen. **Auch bei \<b\>Frost\</b\>?** Ja, \*langsam\*. ## Abstellen`) {
		t.Errorf("the editor has %q", body)
	}
	s.Advance(time.Minute)
	expert.Post(at+"/bearbeiten", form(editor, url.Values{"text": {body}})).Want(http.StatusOK)
	tell(t, s)
	reader.Get(at).Says("Die Antwort steht jetzt im Text").Silent("<b>Frost")
}

func TestQuestionOfAVanishedSectionAndAnErasedPersonStays(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "## Anfahren\n\nSchieber öffnen.\n"})
	ask(t, s, "azubi2", a.ID, content.Remark{Text: "Wie lange?", Anchor: "anfahren"})
	if err := s.Office.Erase(t.Context(), s.Operator, s.People["azubi2"].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "## Start\n\nSchieber öffnen.\n"}); err != nil {
		t.Fatal(err)
	}
	s.As("leserin").Get(content.Address(a.ID)).Says("Wie lange?", "gelöschtes Konto", "zu einem früheren Abschnitt: Anfahren").Silent("Emre Kaya")
}

func TestFollowersAreToldOnceOfWhatTheyMaySee(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Eins.\n", Meta: map[string]any{"themen": []string{"Kanal"}}})
	tell(t, s)
	reader, colleague := s.As("leserin"), s.As("nachfolger")
	reader.Post(content.Address(a.ID)+"/folgen", url.Values{"folgen": {"ja"}}).Want(http.StatusOK).Says("Sie folgen jetzt")
	colleague.Post("/konto/folgen", url.Values{"art": {"department"}, "ziel": {"66"}}).Want(http.StatusOK)
	s.As("expertin").Post("/konto/folgen", url.Values{"art": {"topic"}, "ziel": {"Kanal"}}).Want(http.StatusOK).Says("Thema Kanal")
	a, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Zwei.\n"})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, s)
	tell(t, s)
	reader.Get("/neuigkeiten").Says("Ein Text, dem Sie folgen, hat sich geändert", "Pumpwerk", "1 Neuigkeit")
	colleague.Get("/").Says("1 Neuigkeit")
	s.As("expertin").Get("/neuigkeiten").Says("Es gibt nichts Neues für Sie.")

	restrict(t, s, "expertin", a.ID)
	tell(t, s)
	colleague.Get("/").Says("2 Neuigkeiten")
	for _, path := range []string{"/neuigkeiten", "/konto/folgen", "/amtliche-aenderungen", "/"} {
		reader.Get(path).Want(http.StatusOK).Silent("Pumpwerk", string(a.ID), "1 Neuigkeit")
	}
	page := colleague.Get("/neuigkeiten")
	colleague.Post("/neuigkeiten/gelesen", url.Values{"bis": {page.Value(`input[name="bis"]`)}}).Want(http.StatusOK).Says("Alles ist als gelesen markiert.")
	colleague.Get("/").Silent("2 Neuigkeiten")
}

func TestBulkWorkTellsNobody(t *testing.T) {
	s := servertest.New(t)
	tell(t, s)
	reader := s.As("leserin")
	reader.Post("/konto/folgen", url.Values{"art": {"department"}, "ziel": {"66"}}).Want(http.StatusOK)
	placeStandard(s)
	tell(t, s)
	reader.Get("/neuigkeiten").Says("Es gibt nichts Neues für Sie.")
	reader.Get("/amtliche-aenderungen").Silent("Reisekosten")
}

func TestHelpIsCountedOncePerPersonAndShownFromFive(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Eins.\n"})
	at := content.Address(a.ID)
	author := s.As("expertin")
	for _, login := range []string{"leserin", "azubi", "azubi2", "pruefer"} {
		c := s.As(login)
		c.Post(at+"/hilfreich", url.Values{"hilfreich": {"ja"}}).Want(http.StatusOK).Says("Sie fanden das hilfreich.")
		c.Post(at+"/hilfreich", url.Values{"hilfreich": {"ja"}}).Want(http.StatusOK)
	}
	author.Get(at).Silent("geholfen")
	s.As("leitung").Post(at+"/hilfreich", url.Values{"hilfreich": {"ja"}}).Want(http.StatusOK).Silent("geholfen")
	author.Get(at).Says("Dieser Text hat 5 Menschen geholfen.")
	s.As("leitung").Post(at+"/hilfreich", url.Values{"hilfreich": {"nein"}}).Want(http.StatusOK).Says("War das hilfreich?")
	author.Get(at).Silent("geholfen")
}

// atom is a feed as a reader program parses it.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  string   `xml:"author>name"`
	Entries []struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Link    struct {
			Href string `xml:"href,attr"`
		} `xml:"link"`
	} `xml:"entry"`
}

// feedOf makes a private address and returns its path.
func feedOf(t *testing.T, c *servertest.Client) string {
	t.Helper()
	u, err := url.Parse(c.Post("/konto/feed", url.Values{}).Want(http.StatusOK).Says("nur dieses eine Mal").Text("code.secret"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}

func readFeed(t *testing.T, p *servertest.Page) atom {
	t.Helper()
	var f atom
	if err := xml.Unmarshal([]byte(p.Want(http.StatusOK).Body), &f); err != nil {
		t.Fatalf("%v\n%s", err, p.Body)
	}
	if _, err := time.Parse(time.RFC3339, f.Updated); err != nil || f.ID == "" || f.Title == "" || f.Author == "" || p.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Errorf("no valid feed: %+v %v", f, err)
	}
	for _, e := range f.Entries {
		if _, err := time.Parse(time.RFC3339, e.Updated); err != nil || e.ID == "" || !strings.HasPrefix(e.Link.Href, "http") {
			t.Errorf("entry %+v", e)
		}
	}
	return f
}

func TestFeedShowsWhatItsOwnerMaySeeNow(t *testing.T) {
	s := servertest.New(t)
	tell(t, s)
	a := s.Write("nachfolger", content.Edit{Title: "Pumpwerk & Co <eins>", Department: "66", Body: "Geheimnis.\n", Change: content.ChangeMaterial})
	reader := s.As("leserin")
	reader.Post("/konto/folgen", url.Values{"art": {"department"}, "ziel": {"66"}})
	at, program := feedOf(t, reader), s.Stranger()
	first := program.Get(at)
	if f := readFeed(t, first); len(f.Entries) != 1 || f.Entries[0].Title != "Pumpwerk & Co <eins>" || !strings.HasSuffix(f.Entries[0].Link.Href, content.Address(a.ID)) {
		t.Errorf("feed %+v", f)
	}
	first.Silent("Geheimnis", "Petra", "leserin")
	program.Do(http.MethodGet, at, nil, http.Header{"If-None-Match": {first.Header.Get("ETag")}}).Want(http.StatusNotModified)
	restrict(t, s, "nachfolger", a.ID)
	hidden := program.Get(at)
	if f := readFeed(t, hidden); len(f.Entries) != 0 {
		t.Errorf("after it was restricted: %+v", f)
	}
	hidden.Silent("Pumpwerk", string(a.ID))
	reader.Get("/konto/folgen").Silent(at)

	again := feedOf(t, reader)
	program.Get(at).Want(http.StatusNotFound)
	readFeed(t, program.Get(again))
	for _, path := range []string{"/feed/x.atom", "/feed/.atom", strings.TrimSuffix(again, ".atom"), again + "x"} {
		program.Get(path).Want(http.StatusNotFound)
	}
	reader.Post("/konto/feed/beenden", url.Values{}).Want(http.StatusOK).Says("Die private Adresse gilt nicht mehr.")
	program.Get(again).Want(http.StatusNotFound)
	last := feedOf(t, reader)
	if err := s.Office.SetActive(t.Context(), s.Operator, s.People["leserin"].ID, false); err != nil {
		t.Fatal(err)
	}
	program.Get(last).Want(http.StatusNotFound)
}
