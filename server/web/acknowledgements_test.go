package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// ordered is a server with a text of FB 66 that asks FB 66 and apprentices.
func ordered(t *testing.T) *servertest.Server {
	s := servertest.New(t)
	s.Place("wissen/a/anordnung/index.md", "---\nid: anordnung2\nart: artikel\ntitel: Anordnung\nbereich: \"66\"\nkenntnisnahme: {pflicht: ja, gruppen: [\"fb:66\", \"rolle:apprentice\"], frist: 7}\n---\n\n## Tore\n\nTore schließen.\n")
	return s
}

func changeOrder(t *testing.T, s *servertest.Server, body string, kind content.ChangeKind) {
	t.Helper()
	s.Advance(time.Hour)
	a, err := s.Library.Article(t.Context(), s.Operator, "anordnung2")
	if err == nil {
		_, err = s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: body, Change: kind})
	}
	if err != nil {
		t.Fatal(err)
	}
}

const order = "/a/anordnung2"

func TestBannerAsksShowsTheChangeAndGoes(t *testing.T) {
	s := ordered(t)
	c := s.As("nachfolger")
	c.Get("/").Says("Bitte zur Kenntnis nehmen", "Ein Text wartet auf Ihre Kenntnisnahme.", "Anordnung", "bis 01.12.2026")
	page := c.Get(order).Says("Bitte zur Kenntnis nehmen bis 01.12.2026").Silent("Geändert, seit Sie")
	shown := url.Values{"fassung": {page.Value(`form[action="/a/anordnung2/kenntnisnahme"] input[name="fassung"]`)}}
	page = c.Post(order+"/kenntnisnahme", shown).Want(http.StatusOK).Says("Danke, Ihre Kenntnisnahme ist vermerkt.", "Zur Kenntnis genommen am 24.11.2026")
	if n := len(page.All(`form[action$="/kenntnisnahme"]`)); n != 0 {
		t.Error("the button is still there")
	}
	c.Get("/").Silent("Ihre Kenntnisnahme")

	changeOrder(t, s, "## Tore\n\nTore um 20 Uhr schließen.", content.ChangeMaterial)
	page = c.Get(order).Says("Geändert, seit Sie den Text am 24.11.2026 zuletzt zur Kenntnis genommen haben.", "Was sich geändert hat")
	if n := len(page.All(".changes ins")); n == 0 || !strings.Contains(page.Text(".changes"), "um 20 Uhr") {
		t.Errorf("inserted %d: %q", n, page.Text(".changes"))
	}
	sound(t, page, order)
	stale := c.Post(order+"/kenntnisnahme", shown).Want(http.StatusConflict).Says("Bitte lesen Sie die neue Fassung und bestätigen Sie dann noch einmal.", "20 Uhr")
	sound(t, stale, order+" too late")
	c.Get("/").Says("Anordnung", "geändert")

	s.Advance(8 * 24 * time.Hour)
	if err := s.Library.RemindAcknowledgements(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Advance(8 * 24 * time.Hour)
	again := s.As("nachfolger") // the session ended meanwhile
	again.Get("/").Says("überfällig seit 09.12.2026")
	again.Get(order).Says("Überfällig: Die Frist zur Kenntnisnahme endete am 09.12.2026")
}

func TestBannerIsForThoseAskedOnly(t *testing.T) {
	s := ordered(t)
	for login, asked := range map[string]bool{"azubi": true, "expertin": true, "pruefer": true, "leserin": false, "datenschutz": false} {
		if got := len(s.As(login).Get(order).Want(http.StatusOK).All("#zur_kenntnis")) == 1; got != asked {
			t.Errorf("%s is asked: %t", login, got)
		}
	}
	changeOrder(t, s, "Neu.", content.ChangeMaterial)
	history, err := s.Library.History(t.Context(), s.Actor("azubi"), "anordnung2", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	old := s.As("azubi").Get(order + "?stand=" + string(history[1].ID)).Want(http.StatusOK)
	if len(old.All("#zur_kenntnis")) != 0 {
		t.Error("an old version asks to be taken note of")
	}
}

func TestSuperiorSeesNamesAndPeopleSeeWhoLooked(t *testing.T) {
	s := ordered(t)
	hire(t, s, "chefin", "Chefin Tiefbau", "66", account.Grant{Role: account.Superior, Scope: account.InDepartment("66")})
	hire(t, s, "rechner", "=HYPERLINK(1)", "66", account.Grant{Role: account.Reader})
	boss := s.As("chefin")
	page := boss.Get(order).Want(http.StatusOK)
	if len(page.All(`a[href="/a/anordnung2/kenntnisnahmen"]`)) != 1 {
		t.Fatal("no way to the rates")
	}
	page = boss.Get(order+"/kenntnisnahmen").Want(http.StatusOK).Says("Stand der Kenntnisnahmen", "66 Tiefbau", "Ein Blick auf die Namen wird protokolliert.").Silent("Brinkmann")
	sound(t, page, "rates")
	s.As("nachfolger").Get("/konto/kenntnisnahmen").Says("Niemand hat Ihre Kenntnisnahmen mit Namen angesehen.")
	page = boss.Get(order+"/kenntnisnahmen?namen=ja").Want(http.StatusOK).Says("Renate Brinkmann", "Jonas Yilmaz", "bis 01.12.2026").Silent("Leonie Hartmann")
	sound(t, page, "names")
	sheet := boss.Get(order + "/kenntnisnahmen.csv?namen=ja").Want(http.StatusOK)
	if !strings.Contains(sheet.Body, "'=HYPERLINK(1);66;nein;;2026-12-01;nein\r\n") || sheet.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("table: %q", sheet.Body)
	}
	own := s.As("nachfolger").Get("/konto/kenntnisnahmen").Says("Chefin Tiefbau", "Anordnung")
	sound(t, own, "own")
	s.As("datenschutz").Get("/verwaltung/protokoll").Says("sah Kenntnisnahmen mit Namen", "lud den Stand der Kenntnisnahmen herunter")

	numbers := s.As("datenschutz").Get(order + "/kenntnisnahmen.csv").Want(http.StatusOK)
	if !strings.HasPrefix(numbers.Body, "\ufeffFachbereich;Betroffen;Zur Kenntnis genommen;Überfällig\r\n") || strings.Contains(numbers.Body, "Brinkmann") {
		t.Errorf("numbers: %q", numbers.Body)
	}
}

func TestWriterAsksPeopleByForm(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	fields := url.Values{"titel": {"Leiter prüfen"}, "bereich": {"66"}, "text": {"Jährlich."}, "art": {"artikel"}, "kenntnisnahme-felder": {"ja"},
		"kenntnisnahme": {"ja"}, "kenntnisnahme-bereiche": {"66, 11/4"}, "kenntnisnahme-rolle-apprentice": {"ja"}, "kenntnisnahme-frist": {"5"}}
	page := c.Post("/neu", fields).Want(http.StatusOK)
	at := page.URL.Path
	stored := func() string {
		a, err := s.Library.Article(t.Context(), s.Operator, content.ID(strings.TrimPrefix(at, "/a/")))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(a.Demand)
	}
	if got := stored(); got != "{true [fb:66 fb:11/4 rolle:apprentice] 5}" {
		t.Fatalf("stored %s", got)
	}
	edit := c.Get(at + "/bearbeiten").Want(http.StatusOK)
	sound(t, edit, "editor")
	if edit.Value("#feld-kenntnisnahme-bereiche") != "66, 11/4" || edit.Value("#feld-kenntnisnahme-frist") != "5" || len(edit.All("#kenntnisnahme-rolle-apprentice[checked]")) != 1 {
		t.Error("the form forgets who is asked")
	}
	for field, value := range map[string]string{"kenntnisnahme-frist": "bald", "kenntnisnahme-bereiche": "sechs und sechzig"} {
		wrong := form(edit, url.Values{field: {value}, "kenntnisnahme": {"ja"}, "kenntnisnahme-rolle-apprentice": {"ja"}})
		page := c.Post(at+"/bearbeiten", wrong).Want(http.StatusUnprocessableEntity)
		if servertest.Attribute(page.One("#feld-"+field), "aria-invalid") != "true" || page.Value("#feld-"+field) != value {
			t.Errorf("%s: the mistake does not stand at its field", field)
		}
	}
	c.Post(at+"/bearbeiten", form(edit, url.Values{"text": {"Halbjährlich."}, "kenntnisnahme": {"ja"}, "kenntnisnahme-rolle-apprentice": {"ja"}})).Want(http.StatusOK)
	if got := stored(); got != "{true [fb:66 fb:11/4 rolle:apprentice] 5}" {
		t.Errorf("after changing the text only: %s", got)
	}
	edit = c.Get(at + "/bearbeiten")
	c.Post(at+"/bearbeiten", form(edit, nil)).Want(http.StatusOK)
	if got := stored(); got != "{false [] 0}" {
		t.Errorf("after unticking: %s", got)
	}
	c.Post("/neu", url.Values{"titel": {"Für alle"}, "bereich": {"66"}, "text": {"x"}, "art": {"artikel"}, "kenntnisnahme-felder": {"ja"}, "kenntnisnahme": {"ja"}}).Want(http.StatusOK).Says("Sie haben diese Fassung geschrieben oder freigegeben")
}

func TestReviewerReadsWhomTheReleaseAsks(t *testing.T) {
	w := newTown(t)
	w.As("grundsatz").Get(w.proposal).Want(http.StatusOK).Says("Nach der Freigabe müssen 11 Personen den Text zur Kenntnis nehmen.")
}

func TestStarMarksAndTheListEmpties(t *testing.T) {
	s := ordered(t)
	c := s.As("leserin")
	c.Get("/merkliste").Says("Ihre Merkliste ist leer.")
	page := c.Post(order+"/merken", url.Values{"merken": {"ja"}}).Want(http.StatusOK).Says("Der Text steht auf Ihrer Merkliste.", "Von der Merkliste nehmen")
	if page.URL.Path != order {
		t.Errorf("leads to %s", page.URL)
	}
	c.Get("/").Says("Merkliste", "Anordnung")
	sound(t, c.Get("/merkliste").Says("Ein Text, den Sie sich gemerkt haben.", "Anordnung"), "list")
	left := c.Post(order+"/merken", url.Values{"merken": {"nein"}, "zurueck": {"/merkliste"}}).Says("Ihre Merkliste ist leer.")
	if left.URL.Path != "/merkliste" {
		t.Errorf("leads to %s", left.URL)
	}
}

func TestWhatWasReadIsShownUntilSwitchedOff(t *testing.T) {
	s := ordered(t)
	c := s.As("leserin")
	c.Get(order).Want(http.StatusOK)
	c.Get("/").Says("Zuletzt gelesen", "Anordnung")
	s.As("azubi").Get("/").Silent("Zuletzt gelesen")
	c.Get("/konto").Says("Nur Sie sehen die Liste.")
	c.Post("/konto/zuletzt-gelesen", url.Values{"merken": {"nein"}}).Says("Ihre Einstellung ist gespeichert.", "Staffelstab merkt sich nicht, was Sie lesen.")
	c.Get(order).Want(http.StatusOK)
	c.Get("/").Silent("Zuletzt gelesen")
	c.Post("/konto/zuletzt-gelesen", url.Values{"merken": {"ja"}})
	c.Get(order).Want(http.StatusOK)
	c.Get("/").Says("Zuletzt gelesen")
}
