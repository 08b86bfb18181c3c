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

// menu is what somebody is offered, in its order.
func menu(p *servertest.Page) string {
	var out []string
	for _, n := range p.All(".frame__menu a") {
		out = append(out, servertest.Text(n))
	}
	return strings.Join(out, " ")
}

// cards are the headings of the page today.
func cards(p *servertest.Page) []string {
	var out []string
	for _, n := range p.All(".card > h2") {
		out = append(out, servertest.Text(n))
	}
	return out
}

func TestTodayIsDifferentForEverybody(t *testing.T) {
	w := newTown(t)
	for login, want := range map[string]struct {
		menu  string
		cards []string
	}{
		"expertin":     {"Heute Wissen Standards Lernen Aktualität", []string{"Bitte zur Kenntnis nehmen", "Prüfung fällig in Ihrem Bereich", "Meine Vorschläge", "Schreiben", "Lernen", "Neu in FB 66", "Zuletzt gelesen"}},
		"grundsatz":    {"Heute Wissen Standards Lernen Vorschläge Aktualität", []string{"Zu prüfen", "Bitte zur Kenntnis nehmen", "Lernen", "Neu in FB 11"}},
		"personalerin": {"Heute Wissen Standards Lernen Aktualität", []string{"Bitte zur Kenntnis nehmen", "Schreiben", "Lernen", "Neu in FB 11"}},
		"leserin":      {"Heute Wissen Standards Lernen", []string{"Bitte zur Kenntnis nehmen", "Lernen", "Neu in der ganzen Stadt"}},
		"azubi":        {"Heute Wissen Standards Lernen", []string{"Bitte zur Kenntnis nehmen", "Meine Ausbildung: FI 2026", "Neu in der ganzen Stadt"}},
		"leitung":      {"Heute Wissen Standards Lernen Ausbildung", []string{"Bitte zur Kenntnis nehmen", "Meine Jahrgänge", "Lernen", "Neu in der ganzen Stadt"}},
		"datenschutz":  {"Heute Wissen Standards Lernen Protokoll", []string{"Bitte zur Kenntnis nehmen", "Lernen", "Neu in der ganzen Stadt"}},
		"admin":        {"Heute Verwaltung", []string{"Verwaltung"}},
		"ohnerolle":    {"Heute", nil},
	} {
		page := w.As(login).Get("/").Want(http.StatusOK)
		if got := menu(page); got != want.menu {
			t.Errorf("%s is offered %q", login, got)
		}
		if got := cards(page); !slices.Equal(got, want.cards) {
			t.Errorf("%s sees %q", login, got)
		}
		if got := page.Text(".frame__menu [aria-current='page']"); got != "Heute" {
			t.Errorf("%s is told to be at %q", login, got)
		}
		if found := len(page.All("#suche-oben")) == 1; found != strings.Contains(want.menu, "Wissen") {
			t.Errorf("%s may search: %v", login, found)
		}
	}
	w.As("ohnerolle").Get("/").Says("Ihr Konto hat noch keine Rolle. Die Administration kann Ihnen eine geben.")
}

func TestTodayOnAnEmptyServerSaysWhatWillBeThere(t *testing.T) {
	s := servertest.New(t)
	s.As("leserin").Get("/").Says("Guten Tag, Petra Nowak", "Hier ist noch nichts. Sobald jemand etwas schreibt, sehen Sie es an dieser Stelle.")
	s.As("expertin").Get("/").Says("Sie haben keine Entwürfe.", "Neuen Text schreiben")
	for login, sentences := range map[string]map[string]string{
		"leserin": {"/wissen": "Hier steht noch nichts", "/standards": "Hier steht noch nichts", "/lernen": "Es gibt noch keine Module, die Sie sehen dürfen."},
		"leitung": {"/ausbildung": "Sie begleiten noch keinen Jahrgang."},
		"admin":   {"/verwaltung?q=xyzxyz": "Niemand gefunden. Prüfen Sie die Schreibweise"},
	} {
		c := s.As(login)
		for path, sentence := range sentences {
			sound(t, c.Get(path).Want(http.StatusOK).Says(sentence), path)
		}
	}
}

func TestTodayShowsTheNewestOfTheOwnDepartmentFirst(t *testing.T) {
	s := servertest.New(t)
	for i, title := range []string{"Eins", "Zwei", "Drei", "Vier", "Fünf", "Sechs", "Sieben"} {
		s.Advance(time.Minute)
		s.Write("expertin", content.Edit{Title: title, Department: "66", Body: strings.Repeat("x", i+1) + "\n"})
	}
	s.Write("personalerin", content.Edit{Title: "Personalsache", Department: "11", Body: "x\n"})
	var titles []string
	for _, n := range s.As("nachfolger").Get("/").Silent("Personalsache").All(".card a[href^='/a/']") {
		titles = append(titles, servertest.Text(n))
	}
	if got := strings.Join(titles, " "); got != "Sieben Sechs Fünf Vier Drei Zwei" {
		t.Errorf("shown are %s", got)
	}
	s.As("leserin").Get("/").Says("Personalsache", "Sieben")
}

func TestMenuTellsWherePeopleAre(t *testing.T) {
	w := newTown(t)
	for login, places := range map[string]map[string]string{
		"expertin": {"/wissen": "Wissen", "/neu": "Wissen", w.at(""): "Wissen", w.at("/verlauf"): "Wissen", "/standards": "Standards", "/lernen": "Lernen", "/lernen/modulaaaa2/1": "Lernen"},
		"leitung":  {"/ausbildung": "Ausbildung", w.cohort: "Ausbildung"},
		"admin":    {"/verwaltung": "Verwaltung", "/verwaltung/plaene": "Verwaltung", "/verwaltung/protokoll": "Verwaltung", "/verwaltung/person/" + w.People["azubi"].ID: "Verwaltung"},
	} {
		c := w.As(login)
		for path, want := range places {
			if got := c.Get(path).Text(".frame__menu [aria-current='page']"); got != want {
				t.Errorf("at %s people are told to be at %q", path, got)
			}
		}
	}
}

func TestPathToAPageIsShownAndWorks(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	for path, want := range map[string]string{
		w.at(""): "Wissen", w.at("/bearbeiten"): "Wissen Pumpwerk Hafen", w.at("/verlauf"): "Wissen Pumpwerk Hafen",
		w.at("/vergleich?von=" + string(w.pump.Revision)): "Wissen Pumpwerk Hafen Verlauf", "/a/reisekost2": "Standards",
		"/lernen/modulaaaa2": "Lernen", "/lernen/modulaaaa2/2": "Lernen Kasse", "/wissen": "",
	} {
		var steps []string
		for _, n := range c.Get(path).All(".crumbs a") {
			steps = append(steps, servertest.Text(n))
			c.Get(servertest.Attribute(n, "href")).Want(http.StatusOK)
		}
		if got := strings.Join(steps, " "); got != want {
			t.Errorf("the way to %s is %q", path, got)
		}
	}
}

func TestAnAddressCannotPutWordsOnOurPages(t *testing.T) {
	s := servertest.New(t)
	c := s.As("leserin")
	if n := len(c.Get("/?meldung=gespeichert").All(".notice")); n != 1 {
		t.Errorf("%d notices after saving", n)
	}
	for _, word := range []string{"Bitte+überweisen+Sie", "web.notice-saved", "%3Cb%3E", "GESPEICHERT", ""} {
		page := c.Get("/?meldung=" + word).Want(http.StatusOK)
		if n := len(page.All(".notice")); n != 0 {
			t.Errorf("%q becomes a notice", word)
		}
	}
	c.Get("/wissen?fb=" + url.QueryEscape("<b>x")).Silent("<b>x")
}

func TestOldAddressOfSeveralTextsLetsPeopleChoose(t *testing.T) {
	s := servertest.New(t)
	origin := "herkunft:\n  notes:\n    unid: 0123456789ABCDEF0123456789ABCDEF\n    replik: C1257000AABBCCDD\n    datenbank: Regelwerk\n"
	s.Place("wissen/a/eins/index.md", "---\nid: teileinss2\nart: artikel\ntitel: Teil Eins\nbereich: \"66\"\n"+origin+"---\n\nText.\n")
	s.Place("wissen/a/zwei/index.md", "---\nid: teilzweii2\nart: artikel\ntitel: Teil Zwei\nbereich: \"66\"\n"+origin+"---\n\nText.\n")
	s.Place("wissen/a/drei/index.md", "---\nid: teildreii2\nart: artikel\ntitel: Geheimteil\nbereich: \"11\"\nsichtbar: {bereiche: [\"11\"]}\n"+origin+"---\n\nText.\n")
	page := s.As("leserin").Get("/notes/0123456789ABCDEF0123456789ABCDEF").Want(http.StatusMultipleChoices)
	sound(t, page, "a choice")
	page.Says("Mehrere Texte zu dieser Adresse", "Teil Eins", "Teil Zwei", "Artikel · Regelwerk").Silent("Geheimteil", "teildreii2")
	s.As("leserin").Get("/a/teileinss2").Says("Herkunft", "Regelwerk")
	for login, id := range map[string]string{"personalerin": "teildreii2"} {
		s.As(login).Get("/notes/C1257000AABBCCDD/0123456789abcdef0123456789abcdef").Want(http.StatusMultipleChoices).Says("Geheimteil", "Teil Eins")
		s.As(login).Get("/a/" + id).Want(http.StatusOK)
	}
}

func TestAccountPageSaysWhatTheAccountMay(t *testing.T) {
	s := servertest.New(t)
	hire(t, s, "viele", "Viola Viel", "66", account.Grant{Role: account.Reviewer, Scope: account.InDepartment("66"), Until: "2026-12-31"},
		account.Grant{Role: account.Trainer, Scope: account.InCohort("jahrgang22")}, account.Grant{Role: account.Reader, Until: "2026-11-01"})
	page := s.As("viele").Get("/konto").Want(http.StatusOK)
	page.Says("Viola Viel", "Prüfer:in – FB 66 (bis 31.12.2026)", "Ausbilder:in – Jahrgang jahrgang22").Silent("Leser:in")
	s.As("ohnerolle").Get("/konto").Says("Sie haben keine Rolle. Bitte wenden Sie sich an die Administration.")
}
