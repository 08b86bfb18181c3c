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

// placeRules puts standards into the library: one with two versions, the one
// that will replace it, and one nobody looked at in time.
func placeRules(s *servertest.Server) {
	place := func(id, head string) {
		s.Place("standards/x/"+id+"/index.md", "---\nid: "+id+"\nart: standard\nbereich: \"66\"\n"+head+"\n---\n\nText "+id+".\n")
	}
	place("regelaaaa2", "titel: Winterdienst\nnummer: DA 10\ngueltig_ab: 2020-01-01\nverbindlich: ja")
	place("regelaaaa2", "titel: Winterdienst neu\nnummer: DA 10\ngueltig_ab: 2025-01-01\nbeschlossen_am: 2024-12-01\nverbindlich: ja")
	place("regelaaaa3", "titel: Winterdienst ganz neu\nnummer: DA 9\ngueltig_ab: 2027-01-01\nersetzt: [regelaaaa2]\nverbindlich: nein")
	place("regelaaaa4", "titel: Altes Blatt\ngueltig_ab: 2010-01-01\nnaechste_pruefung: 2026-01-01\npruefer: "+s.People["prueferin"].ID)
}

func TestStandardSaysWhetherItBindsAndSinceWhen(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	page := s.As("leserin").Get("/a/regelaaaa2").Want(http.StatusOK)
	page.Says("verbindlich seit 01.01.2025", "verbindlich – noch von niemandem bestätigt", "Dieser Text wird am 01.01.2027 abgelöst", "Winterdienst ganz neu")
	sound(t, page, "a standard that will be replaced")
	s.As("leserin").Get("/a/regelaaaa3").Says("nicht verbindlich", "gilt erst ab 01.01.2027", "Ersetzt", "Winterdienst neu")

	author := s.As("expertin")
	editor := author.Get("/a/regelaaaa2/vorschlagen")
	at := author.Post("/a/regelaaaa2/vorschlagen", form(editor, url.Values{"text": {"Es ist zu streuen."}, "verbindlich_belege": {"Es ist zu streuen."}})).Want(http.StatusOK).URL.Path
	reviewer := s.As("pruefer")
	reviewer.Post(at+"/freigeben", url.Values{"fassung": {reviewer.Get(at).Value(`input[name="fassung"]`)}}).Want(http.StatusOK)
	page = s.As("leserin").Get("/a/regelaaaa2").Says("bestätigt durch Michael Sander am 24.11.2026 (Freigabe)", "Woraus die Verbindlichkeit folgt")
	sound(t, page, "a confirmed standard")

	s.Indexed()
	reader := s.As("leserin")
	if got := strings.Join(hits(reader.Get("/suche?q=winterdienst")), "|"); got != "Winterdienst neu" {
		t.Errorf("before the day %s is found", got)
	}
	s.Advance(60 * 24 * time.Hour) // nothing is written, the other text just begins
	reader = s.As("leserin")
	if got := strings.Join(hits(reader.Get("/suche?q=winterdienst")), "|"); got != "Winterdienst ganz neu" {
		t.Errorf("after the day %s is found", got)
	}
	all := reader.Get("/suche?q=winterdienst&gueltig=alle").Says("abgelöst")
	if got := servertest.Text(all.All(".hit__title a")[0]); got != "Winterdienst ganz neu" {
		t.Errorf("%s ranks first", got)
	}
	if got := servertest.Attribute(reader.Get("/suche?q=winterdienst&art=dienstanweisung").One(`.empty a[href*="gueltig=alle"]`), "href"); !strings.Contains(got, "art=dienstanweisung") {
		t.Errorf("an empty search offers %s", got)
	}
	page = s.As("leserin").Get("/a/regelaaaa2").Says("Dieser Text ist abgelöst.", "Winterdienst ganz neu").Silent("wird am")
	sound(t, page, "a superseded standard")
}

func TestWhatAppliedIsAskedOnThePageOfTheText(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	c := s.As("leserin")
	for _, path := range []string{"/a/regelaaaa2", "/a/regelaaaa2/verlauf"} {
		if got := servertest.Attribute(c.Get(path).One(`form:has(input[name="gilt-am"])`), "action"); got != "/a/regelaaaa2" {
			t.Errorf("%s asks %s", path, got)
		}
	}
	then := c.Get("/a/regelaaaa2?gilt-am=2021-03-01").Want(http.StatusOK)
	then.Says("So galt dieser Text am 01.03.2021", "Diese Fassung galt ab 01.01.2020.", "Hier veröffentlicht am 24.11.2026", "Zum Text von heute").Silent("alte Fassung", "Stimmt noch", "Winterdienst neu</h1>", "wird am")
	sound(t, then, "a text of then")
	if got := then.Text("h1"); got != "Winterdienst" {
		t.Errorf("its title is %q", got)
	}
	c.Get("/a/regelaaaa2?gilt-am=2026-01-01").Says("So galt dieser Text am 01.01.2026", "Beschlossen am 01.12.2024.")
	replaced := c.Get("/a/regelaaaa2?gilt-am=2027-03-01").Want(http.StatusOK).Says("Am 01.03.2027 galt dieser Text nicht", "An seiner Stelle galt:")
	if got := servertest.Attribute(replaced.One(`.kern-alert a[href*="regelaaaa3"]`), "href"); got != "/a/regelaaaa3?gilt-am=2027-03-01" {
		t.Errorf("the successor is linked as %s", got)
	}
	for day, status := range map[string]int{"2019-12-31": http.StatusNotFound, "gestern": http.StatusUnprocessableEntity, "": http.StatusUnprocessableEntity} {
		page := c.Get("/a/regelaaaa2?gilt-am=" + day).Want(status)
		sound(t, page, "a wrong day")
		if got := page.Text("#fehler-gilt-am"); got == "" || page.Text("h1") != "Winterdienst neu" {
			t.Errorf("on %q: %q beside %q", day, got, page.Text("h1"))
		}
	}
	c.Get("/a/zzzzzzzzzz?gilt-am=2026-01-01").Want(http.StatusNotFound)
}

func TestStandardsAreListedFilteredAndAskedByDay(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	c := s.As("leserin")
	rows := func(path string) string {
		page := c.Get(path).Want(http.StatusOK)
		sound(t, page, path)
		var out []string
		for _, n := range page.All("tbody a") {
			out = append(out, servertest.Text(n))
		}
		return strings.Join(out, "|")
	}
	for path, want := range map[string]string{
		"/standards":                                   "Altes Blatt|Winterdienst ganz neu|Winterdienst neu",
		"/standards?sortierung=number":                 "Winterdienst ganz neu|Winterdienst neu|Altes Blatt",
		"/standards?gueltig=ja":                        "Altes Blatt|Winterdienst neu",
		"/standards?verbindlich=ja&gueltig=ja":         "Winterdienst neu",
		"/standards?faellig=ja":                        "Altes Blatt",
		"/standards?art=dienstanweisung":               "",
		"/standards?gilt-am=2021-03-01":                "Altes Blatt|Winterdienst",
		"/standards?gilt-am=2021-03-01&verbindlich=ja": "Winterdienst",
		"/standards?gilt-am=2027-01-01&fb=66":          "Altes Blatt|Winterdienst ganz neu",
		"/standards?gilt-am=2027-01-01&fb=11":          "",
		"/standards?gilt-am=1999-01-01":                "",
	} {
		if got := rows(path); got != want {
			t.Errorf("%s lists %s", path, got)
		}
	}
	c.Get("/standards?gilt-am=2021-03-01").Says("Standards, die am 01.03.2021 galten", "2 Texte", "DA 10")
	c.Get("/standards?gilt-am=1999-01-01").Says("0 Texte", "keine Standards bekannt")
	if got := c.Get("/standards?gilt-am=gestern").Want(http.StatusUnprocessableEntity).Text("#fehler-gilt-am"); got == "" {
		t.Error("a wrong day is not said at its field")
	}
}

func TestReviewersConfirmWithOneClick(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	for _, login := range []string{"expertin", "leserin", "azubi", "grundsatz"} {
		s.As(login).Get("/a/regelaaaa4").Want(http.StatusOK).Says("Ute Albers").Silent("Stimmt noch")
	}
	reviewer := s.As("pruefer")
	due := reviewer.Get("/aktualitaet?auswahl=overdue&fb=66").Want(http.StatusOK).Says("1 Text", "Altes Blatt", "Ute Albers", "noch nie")
	sound(t, due, "the due list")
	values := url.Values{}
	for _, name := range []string{"basis", "zurueck"} {
		values.Set(name, due.Value(`form[action="/a/regelaaaa4/bestaetigt"] input[name="`+name+`"]`))
	}
	back := reviewer.Post("/a/regelaaaa4/bestaetigt", values).Want(http.StatusOK)
	back.Says("Der Text ist als geprüft vermerkt", "Nichts ist überfällig")
	reviewer.Post("/a/regelaaaa4/bestaetigt", values).Want(http.StatusPreconditionFailed)
	page := s.As("prueferin").Get("/a/regelaaaa4").Says("geprüft am 24.11.2026", "24.11.2028")
	after := s.As("prueferin").Post("/a/regelaaaa4/bestaetigt", url.Values{"basis": {page.Value(`form[action$="/bestaetigt"] input[name="basis"]`)}, "zurueck": {"https://anderswo.example/aktualitaet"}}).Want(http.StatusOK)
	if after.URL.Path != "/a/regelaaaa4" {
		t.Errorf("it leads to %s", after.URL)
	}
	s.As("leserin").Get("/a/regelaaaa4/verlauf").Says("Geprüft: stimmt noch", "Michael Sander")
}

func TestDueListIsForThoseWhoLookAfterTexts(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	for login, status := range map[string]int{"expertin": 200, "pruefer": 200, "personalerin": 200, "leserin": 403, "azubi": 403, "admin": 403, "ohnerolle": 403} {
		page := s.As(login).Get("/aktualitaet").Want(status)
		if found := strings.Contains(s.As(login).Get("/").Body, `href="/aktualitaet"`); found != (status == 200) {
			t.Errorf("%s: link is %v", login, found)
		}
		if status != 200 {
			page.Silent("Altes Blatt", "Ute Albers")
		}
	}
	author := s.As("expertin")
	for choice, want := range map[string]string{"unowned": "Winterdienst neu", "unconfirmed": "Altes Blatt", "soon": "Altes Blatt", "unfug": "Altes Blatt"} {
		author.Get("/aktualitaet?auswahl=" + choice).Want(http.StatusOK).Says(want)
	}
	for choice, want := range map[string]string{"overdue": "Nichts ist überfällig", "soon": "ist nichts fällig", "unowned": "Für jeden Text", "unconfirmed": "Jeder Text wurde", "": "gibt es keine Texte"} {
		page := author.Get("/aktualitaet?fb=33&auswahl="+choice).Want(http.StatusOK).Says("0 Texte", want)
		sound(t, page, "an empty choice")
	}
}

func TestReviewsAreHandedOverOnThePage(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	reviewer, leaving := s.As("pruefer"), s.People["prueferin"].ID
	page := reviewer.Get("/aktualitaet").Says("Prüfung übergeben", "Ute Albers (1 Text)")
	if got := page.Value(`select[name="von"] option`); got != leaving {
		t.Errorf("it hands over from %q", got)
	}
	wrong := reviewer.Post("/aktualitaet/uebergeben", url.Values{"von": {leaving}, "an": {"Max Niemand"}}).Want(http.StatusUnprocessableEntity)
	sound(t, wrong, "a wrong name")
	if wrong.Text("#fehler-an") == "" || wrong.Value(`input[name="an"]`) != "Max Niemand" {
		t.Errorf("the form shows %q", wrong.Value(`input[name="an"]`))
	}
	reviewer.Post("/aktualitaet/uebergeben", url.Values{"von": {leaving}, "an": {"Michael Sander"}}).Want(http.StatusOK).Says("Die Texte sind übergeben", "Michael Sander")
	s.As("leserin").Get("/a/regelaaaa4").Says("Michael Sander").Silent("Ute Albers", leaving)
	s.As("expertin").Get("/aktualitaet").Silent("Prüfung übergeben") // an author answers for no department
}

func TestEditorTakesTitlesAndNames(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	old := s.Write("expertin", content.Edit{Title: "Streuplan 2025", Department: "66", Body: "Alt."})
	author := s.As("expertin")
	begun := form(author.Get("/neu"), url.Values{"titel": {"Streuplan 2026"}, "bereich": {"66"}, "text": {"Neu."}, "ersetzt": {"streuplan 2025"}, "pruefer": {"Michael Sander"}})
	for field, value := range map[string]string{"ersetzt": "Winterdienst neu", "aendert": "Gibt es nicht", "ersetzt_durch": "zzzzzzzzzz"} {
		wrong := url.Values{}
		for k, v := range begun {
			wrong[k] = v
		}
		wrong.Set(field, value)
		page := author.Post("/neu", wrong).Want(http.StatusUnprocessableEntity)
		sound(t, page, "a wrong "+field)
		if page.Text("#fehler-"+field) == "" || page.Text(`textarea[name="text"]`) != "Neu." || len(page.All("details.more[open]")) != 1 {
			t.Errorf("%s is not shown at its field with everything typed", field)
		}
	}
	made := author.Post("/neu", begun).Want(http.StatusOK).Says("Ersetzt", "Streuplan 2025", "Michael Sander")
	s.As("leserin").Get("/a/"+string(old.ID)).Says("Streuplan 2026", "Dieser Text ist abgelöst.")
	editor := author.Get(made.URL.Path + "/bearbeiten")
	if editor.Text(`textarea[name="ersetzt"]`) != "Streuplan 2025" || editor.Value(`input[name="pruefer"]`) != "Michael Sander" {
		t.Errorf("the editor shows %q and %q", editor.Text(`textarea[name="ersetzt"]`), editor.Value(`input[name="pruefer"]`))
	}
	author.Post(made.URL.Path+"/bearbeiten", form(editor, url.Values{"text": {"Noch neuer."}})).Want(http.StatusOK).Says("Streuplan 2025", "Michael Sander")
	back := author.Get("/a/" + string(old.ID) + "/bearbeiten")
	if wrong := author.Post("/a/"+string(old.ID)+"/bearbeiten", form(back, url.Values{"ersetzt": {"Streuplan 2026"}})).Want(http.StatusUnprocessableEntity); wrong.Text("#fehler-ersetzt") == "" {
		t.Error("a circle is not said at its field")
	}
}

func TestTextsBeginWithATemplateFromTheList(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", content.Edit{Title: "Muster Dienstanweisung", Kind: content.KindTemplate, Department: "66", Body: "## Geltungsbereich\n\nWer?\n", Meta: map[string]any{"kurz": "Gliederung einer Anweisung"}})
	s.As("leserin").Get("/formatvorlagen").Want(http.StatusOK).Says("1 Text", "Muster Dienstanweisung", "Gliederung einer Anweisung").Silent("/neu?vorlage")
	author := s.As("expertin")
	list := author.Get("/formatvorlagen").Want(http.StatusOK)
	sound(t, list, "the templates")
	editor := author.Get(servertest.Attribute(list.One(`a[href*="art=standard"]`), "href")).Want(http.StatusOK)
	if got := editor.Value(`select[name="art"] option[selected]`); got != "standard" || !strings.Contains(editor.Text(`textarea[name="text"]`), "Geltungsbereich") {
		t.Errorf("the editor begins a %q with %q", got, editor.Text(`textarea[name="text"]`))
	}
	author.Post("/neu", form(editor, url.Values{"titel": {"Anweisung Streuen"}, "bereich": {"66"}})).Want(http.StatusOK).Says("Ihr Vorschlag ist eingereicht")
	empty := servertest.New(t)
	empty.As("leserin").Get("/formatvorlagen").Want(http.StatusOK).Says("Es gibt noch keine Formatvorlage.")
}

// TestClerkFindsWhetherAStandardBindsAndProposesAChange counts what a clerk
// without training has to click: at most twelve times.
func TestClerkFindsWhetherAStandardBindsAndProposesAChange(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	c, clicks := s.As("leserin"), 0
	click := func(page *servertest.Page) *servertest.Page { clicks++; return page.Want(http.StatusOK) }
	home := click(c.Get("/"))
	list := click(c.Get(servertest.Attribute(home.One(`.frame__menu a[href="/standards"]`), "href")))
	found := click(c.Get(servertest.Attribute(list.One(`tbody a[href="/a/regelaaaa2"]`), "href"))).Says("verbindlich seit 01.01.2025")
	editor := click(c.Get(servertest.Attribute(found.One(`a[href$="/vorschlagen"]`), "href")))
	clicks += 2 // into the text, into the reason
	click(c.Post("/a/regelaaaa2/vorschlagen", form(editor, url.Values{"text": {"Ab 4 Uhr streuen."}, "aenderung": {"Früher"}}))).Says("Ihr Vorschlag ist eingereicht")
	if clicks > 12 {
		t.Errorf("it takes %d clicks", clicks)
	}
}
