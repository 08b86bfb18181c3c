package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// editor66 makes somebody of the cast editor of department 66.
func editor66(t *testing.T, s *servertest.Server) *servertest.Client {
	t.Helper()
	_, err := s.Office.Grant(t.Context(), s.Operator, account.Grant{Person: s.People["nachfolger"].ID, Role: account.Editor, Scope: account.InDepartment("66")})
	if err != nil {
		t.Fatal(err)
	}
	return s.As("nachfolger")
}

func TestATextTellsWhoMentionsItAndWhoKnowsAboutIt(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Winterdienst", Department: "66", Body: "Streuen.\n\n## Salz\n\nWenig.\n"})
	s.Write("expertin", content.Edit{Title: "Fuhrpark", Department: "66", Body: "Siehe [[Winterdienst]].\n"})
	s.Write("personalerin", content.Edit{Title: "Abfindungen", Department: "11", Body: "Siehe [[Winterdienst]].\n",
		Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}})
	page := s.As("leserin").Get(content.Address(a.ID)).Want(http.StatusOK).Says("Hier erwähnt", "Fuhrpark", "Wer kennt sich aus?")
	experts := content.Address(a.ID) + "/fachleute"
	s.As("leserin").Get(experts).Want(http.StatusOK).Says("Wer kennt sich aus? Winterdienst", "Renate Brinkmann alles", "Nach Abschnitten", "Salz")
	page.Silent("Abfindungen", "umbenennen", "archivieren")
	s.As("personalerin").Get(content.Address(a.ID)).Says("Abfindungen")
	s.As("expertin").Get(content.Address(a.ID)).Says("Umbenennen oder verschieben").Silent("archivieren")
	if err := s.Store.ErasePerson(t.Context(), s.People["expertin"].ID); err != nil {
		t.Fatal(err)
	}
	s.As("leserin").Get(experts).Says("eine ehemalige Mitarbeiterin oder ein ehemaliger Mitarbeiter").Silent("Brinkmann")
}

func TestATextIsRenamedByForm(t *testing.T) {
	s := servertest.New(t)
	c := s.As("expertin")
	a := s.Write("expertin", content.Edit{Title: "Winterdienst", Department: "66", Body: "Streuen.\n"})
	at := content.Address(a.ID) + "/umbenennen"
	form := c.Get(at).Want(http.StatusOK).Says("führen weiter hierher", "wissen/w/winterdienst/index.md")
	fields := url.Values{
		"titel": {"Räumen und streuen"}, "bereich": {"66"}, "ablegen": {"ja"}, "grund": {"klarer"},
		"basis": {form.Value(`input[name="basis"]`)}, "vorgang": {form.Value(`input[name="vorgang"]`)},
	}
	c.Post(at, fields).Want(http.StatusOK).Says("Räumen und streuen", "Alte Verweise führen weiter hierher")
	c.Post(at, fields).Want(http.StatusOK).Says("Räumen und streuen") // sent twice
	fields.Set("vorgang", "neu")
	c.Post(at, fields).Want(http.StatusPreconditionFailed).Says("inzwischen von jemand anderem geändert")
	now, err := s.Library.Article(t.Context(), s.Operator, a.ID)
	if err != nil || now.Path != "wissen/r/raeumen-und-streuen/index.md" {
		t.Errorf("it lies at %s, %v", now.Path, err)
	}
	fields.Set("basis", now.ETag)
	fields.Set("titel", strings.Repeat("x", 400))
	c.Post(at, fields).Want(http.StatusUnprocessableEntity).Says("zu lang")
}

func TestArchivingAsksFirstAndTheAddressTellsAfterwards(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Winterdienst", Department: "66", Body: "Streuen.\n"})
	s.Write("expertin", content.Edit{Title: "Fuhrpark", Department: "66", Body: "Siehe [[Winterdienst]].\n"})
	c, at := editor66(t, s), content.Address(a.ID)
	form := c.Get(at+"/archivieren").Want(http.StatusOK).Says("verweisen noch hierher", "Fuhrpark")
	c.Post(at+"/archivieren", url.Values{"basis": {"alt"}, "grund": {"überholt"}}).Want(http.StatusPreconditionFailed)
	c.Post(at+"/archivieren", url.Values{"basis": {form.Value(`input[name="basis"]`)}, "grund": {"überholt"}}).Want(http.StatusOK).Says("Archiviert.")
	gone := s.As("leserin").Get(at).Want(http.StatusGone).Says("„Winterdienst“ ist archiviert", "24.11.2026", "Jonas Yilmaz", "Grund: überholt")
	gone.Silent("zurueckholen")
	s.As("leserin").Post(at+"/zurueckholen", url.Values{}).Want(http.StatusForbidden)
	c.Get(at).Want(http.StatusGone)
	c.Post(at+"/zurueckholen", url.Values{}).Want(http.StatusOK).Says("Der Text ist wieder da.")
	s.As("leserin").Get(at).Want(http.StatusOK)
}

func TestWhatNeedsTendingIsShownByDepartment(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", content.Edit{Title: "Winterdienst", Department: "66", Body: "Siehe [[Streusalz bestellen]].\n"})
	page := s.As("expertin").Get("/pflege").Want(http.StatusOK)
	page.Says("1 Verweis führt ins Leere", "Streusalz bestellen", "1 Text wird nirgends erwähnt", "Winterdienst")
	s.As("expertin").Get("/pflege?fb=11").Says("Alle Verweise führen ans Ziel.", "Jeder Text wird irgendwo erwähnt.", "keine fast gleichen")
	s.As("prueferin").Get("/wissen").Says("Wissen pflegen")
	s.As("leserin").Get("/wissen").Silent("/pflege")
	s.As("expertin").Get("/pflege?fb=&leer=99999999&waisen=x").Want(http.StatusOK)
}

func TestSimilarTextsAreShownBeforeOneMoreIsMade(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", content.Edit{Title: "Pumpwerk Süd prüfen", Department: "66", Body: "Monatlich.\n"})
	s.Write("personalerin", content.Edit{Title: "Pumpwerk Süd prüfen!", Department: "11", Body: "Vertraulich.\n",
		Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}})
	s.Indexed()
	c := s.As("expertin")
	form := url.Values{"titel": {"Prüfung Pumpwerk Süd"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"Jeden Monat.\n"}, "vorgang": {"eins"}}
	asked := c.Post("/neu", form).Want(http.StatusOK).Says("Ähnliche Texte", "Pumpwerk Süd prüfen", "ähnlicher Titel", "Trotzdem anlegen")
	asked.Silent("prüfen!")
	if got := asked.Value(`input[name="titel"]`); got != "Prüfung Pumpwerk Süd" {
		t.Errorf("the form forgot its title: %q", got)
	}
	form.Set("trotzdem", "ja")
	c.Post("/neu", form).Want(http.StatusOK).Says("Jeden Monat.")
	form.Del("trotzdem")
	c.Post("/neu", form).Want(http.StatusOK).Says("Jeden Monat.") // the first button once more
}

func TestALinkWithTwoMeaningsIsToldOfAfterSaving(t *testing.T) {
	s := servertest.New(t)
	for range 2 {
		s.Write("expertin", content.Edit{Title: "Urlaub", Department: "66", Body: "x"})
	}
	a := s.Write("expertin", content.Edit{Title: "Quelle", Department: "66", Body: "x"})
	c, at := s.As("expertin"), content.Address(a.ID)+"/bearbeiten"
	c.Post(at, url.Values{"titel": {"Quelle"}, "basis": {a.ETag}, "bereich": {"66"}, "text": {"Siehe [[Urlaub]]."}}).Want(http.StatusOK).Says("zwei Texte mit diesem Titel")
}

func TestAddressesOfTheOldSystemLeadOn(t *testing.T) {
	s := servertest.New(t)
	const unid = "0123456789ABCDEF0123456789ABCDEF"
	s.Place("", "---\nid: reisekost2\ntitel: Reisekosten\nbereich: \"66\"\nnummer: DEV 11-03\nherkunft: {notes: {unid: "+unid+", replik: C1257A3B00412345}}\n---\nText\n")
	s.Place("", "---\nid: geheimmmm2\ntitel: Geheim\nbereich: \"66\"\nsichtbar: {rollen: [trainer]}\nnummer: DEV 11-04\nherkunft: {notes: {unid: F"+unid[1:]+"}}\n---\nText\n")
	c := s.As("leserin")
	for _, address := range []string{
		"/notes/" + unid + "?OpenDocument", "/notes/server/dev.nsf/Alle/" + unid + "?OpenDocument", "/notes/DEV%2011-03", "/notes/C1257A3B00412345/0/" + unid,
		"/suche?q=" + url.QueryEscape("notes://srv/C1257A3B00412345/0/"+unid), "/suche?q=" + url.QueryEscape(" https://srv/dev.nsf/Alle/"+strings.ToLower(unid)+"?OpenDocument"),
	} {
		if page := c.Get(address).Want(http.StatusOK); page.URL.Path != "/a/reisekost2" {
			t.Errorf("%s leads to %s", address, page.URL)
		}
	}
	for _, address := range []string{"/notes/DEV%2011-04", "/notes/x/y.nsf/0/F" + unid[1:], "/notes/DEV%2099", "/notes/a/b/c"} {
		c.Get(address).Want(http.StatusNotFound).Silent("geheimmmm2")
	}
	c.Get("/suche?q=" + url.QueryEscape("notes://srv/x/0/F"+unid[1:])).Want(http.StatusOK).Says("0 Treffer").Silent("geheimmmm2")
}
