package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

// library is a server with texts that tell the filters apart.
func library(t *testing.T) *servertest.Server {
	t.Helper()
	s := servertest.New(t)
	write := func(login, department, title, body string, kind content.Kind, meta map[string]any) {
		s.Write(login, content.Edit{Title: title, Kind: kind, Department: department, Body: body, Meta: meta})
	}
	write("expertin", "66", "Schneeräumung auf Brücken", "## Vorher\n\nNichts.\n\n## Salz streuen\n\nAuf Brücken das Streusalz sparsam nehmen.\n", "", map[string]any{"themen": []string{"Winter"}})
	write("expertin", "66", "Streusalz bestellen", "Im August bestellen.\n", "", map[string]any{"themen": []string{"Einkauf"}, "gueltig_bis": "2026-01-31"})
	write("expertin", "66", "Muster Streuplan", "Streusalz je Straße.\n", content.KindTemplate, nil)
	write("personalerin", "11", "Zulage im Winterdienst", "Wer Streusalz fährt, bekommt sie.\n", "", map[string]any{"themen": []string{"Winter", "Geld"}})
	s.Place("standards/w/winter/index.md", "---\nid: winterdien\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\nverbindlich: ja\n---\n\nStreusalz nur bei Eisregen.\n")
	s.Indexed()
	return s
}

// hits are the titles a search shows, in alphabetical order.
func hits(p *servertest.Page) []string {
	var out []string
	for _, n := range p.All(".hit__title a") {
		out = append(out, servertest.Text(n))
	}
	slices.Sort(out)
	return out
}

func TestFiltersNarrowTheSearchAndStandInTheAddress(t *testing.T) {
	s := library(t)
	c := s.As("leserin")
	for query, want := range map[string]string{
		"":                          "Muster Streuplan|Schneeräumung auf Brücken|Winterdienst|Zulage im Winterdienst",
		"&fb=11":                    "Zulage im Winterdienst",
		"&fb=11&fb=66&art=standard": "Winterdienst",
		"&art=formatvorlage":        "Muster Streuplan",
		"&thema=Winter":             "Schneeräumung auf Brücken|Zulage im Winterdienst",
		"&thema=Winter&fb=66":       "Schneeräumung auf Brücken",
		"&gueltig=alle":             "Muster Streuplan|Schneeräumung auf Brücken|Streusalz bestellen|Winterdienst|Zulage im Winterdienst",
		"&fb=99":                    "",
		"&gueltig=unfug&seite=-3":   "Muster Streuplan|Schneeräumung auf Brücken|Winterdienst|Zulage im Winterdienst",
	} {
		page := c.Get("/suche?q=streusalz" + query).Want(http.StatusOK)
		sound(t, page, query)
		if got := strings.Join(hits(page), "|"); got != want {
			t.Errorf("%q finds %s", query, got)
		}
		values, err := url.ParseQuery(strings.TrimPrefix(query, "&"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"fb", "art", "thema"} {
			var checked []string
			for _, n := range page.All(`.filters input[name="` + name + `"][checked]`) {
				checked = append(checked, servertest.Attribute(n, "value"))
			}
			slices.Sort(checked)
			if !slices.Equal(checked, values[name]) {
				t.Errorf("%q: of %s are checked %v", query, name, checked)
			}
		}
		if got := len(page.All("#gueltig[checked]")) == 1; got != (values.Get("gueltig") == "alle") {
			t.Errorf("%q: the box of what is not in force is checked: %v", query, got)
		}
	}
}

func TestActiveFiltersAreCountedAndTakenBack(t *testing.T) {
	s := library(t)
	c := s.As("leserin")
	page := c.Get("/suche?q=streusalz&fb=66&fb=11&thema=Winter&gueltig=alle").Says("2 Treffer · 4 Filter", "Filter aufheben")
	if len(page.All(".filters details[open]")) != 0 || len(page.All(".chip")) != 4 {
		t.Error("on a phone the filters push the hits away, though chips say what is set")
	}
	reset := c.Get(servertest.Attribute(page.One(`.lead a`), "href")).Want(http.StatusOK).Says("4 Treffer").Silent("Filter aufheben")
	if len(reset.All(".filters details[open]")) != 0 || reset.Value("#suche-oben") != "streusalz" {
		t.Error("without filters the search is not the same")
	}
	if got := c.Get("/suche?q=streusalz").Text(".filters"); !strings.Contains(got, "FB 66 (3)") || !strings.Contains(got, "Städtischer Standard (1)") || !strings.Contains(got, "Winter (2)") {
		t.Errorf("the filters offer %q", got)
	}
}

func TestHitSaysWhatItIsAndOpensAtThePassage(t *testing.T) {
	s := library(t)
	c := s.As("leserin")
	page := c.Get("/suche?q=brücken+streusalz&fb=66&thema=Winter")
	if got := servertest.Attribute(page.One(".hit__title a"), "href"); !strings.HasSuffix(got, "#salz-streuen") {
		t.Errorf("the hit opens at %q", got)
	}
	page.Says("Salz streuen", "gültig", "Artikel", "FB 66")
	if len(page.All(".hit__snippet mark")) == 0 {
		t.Error("nothing is marked in the passage")
	}
	target := c.Get(servertest.Attribute(page.One(".hit__title a"), "href")).Want(http.StatusOK)
	if len(target.All("#salz-streuen")) != 1 {
		t.Error("the passage is not there")
	}
	c.Get("/suche?q=streusalz&art=standard").Says("Städtischer Standard", "verbindlich")
	c.Get("/suche?q=bestellen&gueltig=alle").Says("außer Kraft")
}

func TestSearchWithoutWordsOrHitsGivesAdvice(t *testing.T) {
	s := library(t)
	c := s.As("leserin")
	empty := c.Get("/suche").Want(http.StatusOK).Says("Schreiben Sie oben hinein, was Sie wissen möchten.").Silent("0 Treffer")
	if got := empty.Text("title"); got != "Suche – Staffelstab" {
		t.Errorf("the title is %q", got)
	}
	for _, query := range []string{"%20%20", "%2B", "%22%22", "*", "%C2%A7", "AND", "(", "a%3Ab"} {
		page := c.Get("/suche?q=" + query).Want(http.StatusOK)
		sound(t, page, query)
	}
	nothing := c.Get("/suche?q=kaffeemaschine&fb=66").Want(http.StatusOK)
	nothing.Says("0 Treffer", "Dazu wurde nichts gefunden", "weniger oder anderen Wörtern", "Ohne Filter suchen", "Alle Texte nach Titel durchsehen")
	if got := nothing.Value("#suche-oben"); got != "kaffeemaschine" {
		t.Errorf("the words came back as %q", got)
	}
	c.Get("/suche?q=kaffeemaschine").Silent("Ohne Filter suchen")
}

func TestSearchWordsAreNeverMarkup(t *testing.T) {
	s := library(t)
	s.Write("expertin", content.Edit{Title: "Kanal <b>fett</b>", Department: "66", Body: "Der `<script>alert(1)</script>` Kanal & \"Schacht\".\n"})
	s.Indexed()
	c := s.As("leserin")
	for _, query := range []string{"Kanal", "<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "{{.}}", "</title>"} {
		page := c.Get("/suche?q=" + url.QueryEscape(query)).Want(http.StatusOK)
		sound(t, page, query)
		page.Silent("<script>alert", "<img", "<b>fett")
		if got := page.Value("#suche-oben"); got != query {
			t.Errorf("%q came back as %q", query, got)
		}
		if got := page.Text("title"); got != "Suche: "+query+" – Staffelstab" {
			t.Errorf("the title is %q", got)
		}
	}
}

func TestPageBehindTheLastOneLeadsBack(t *testing.T) {
	s := library(t)
	page := s.As("leserin").Get("/suche?q=streusalz&gueltig=alle&seite=9").Want(http.StatusOK)
	if got := len(hits(page)); got != 5 {
		t.Errorf("page 9 of 1 shows %d of 5 hits", got)
	}
	page.Silent("wurde nichts gefunden")
}

func TestListsAreFilteredSortedAndPaged(t *testing.T) {
	s := library(t)
	c := s.As("leserin")
	rows := func(path string) string {
		var out []string
		page := c.Get(path).Want(http.StatusOK)
		sound(t, page, path)
		for _, n := range page.All("tbody tr td a") {
			out = append(out, servertest.Text(n))
		}
		return strings.Join(out, "|")
	}
	for path, want := range map[string]string{
		"/wissen":                               "Muster Streuplan|Schneeräumung auf Brücken|Streusalz bestellen|Zulage im Winterdienst",
		"/wissen?fb=11":                         "Zulage im Winterdienst",
		"/wissen?art=formatvorlage":             "Muster Streuplan",
		"/wissen?art=standard":                  "Muster Streuplan|Schneeräumung auf Brücken|Streusalz bestellen|Zulage im Winterdienst",
		"/wissen?fb=33":                         "",
		"/standards":                            "Winterdienst",
		"/standards?verbindlich=ja":             "Winterdienst",
		"/standards?verbindlich=nein":           "",
		"/standards?art=dienstanweisung&fb=66":  "",
		"/standards?art=standard&faellig=unfug": "Winterdienst",
	} {
		if got := rows(path); got != want {
			t.Errorf("%s shows %s", path, got)
		}
	}
	c.Get("/wissen?fb=33").Says("0 Texte · gefiltert", "Hier steht noch nichts, das Sie sehen dürfen und das zu den Filtern passt.").Silent(`"/neu"`, "/neu?")
	s.As("expertin").Get("/wissen?fb=33").Says("Neuen Text schreiben")
	c.Get("/wissen?weiter=unfug").Want(http.StatusUnprocessableEntity).Says("Bitte beginnen Sie von vorn.")
	c.Get("/standards").Silent("Neuen Text schreiben")
}

func TestLongListGoesOnWhereItStopped(t *testing.T) {
	s := servertest.New(t)
	for i := range 53 {
		s.Write("expertin", content.Edit{Title: "Schacht " + string(rune('A'+i%26)) + strings.Repeat("x", i/26), Department: "66", Body: "Text.\n"})
	}
	c, seen := s.As("leserin"), map[string]int{}
	page := c.Get("/wissen?fb=66").Says("53 Texte · gefiltert")
	for {
		for _, n := range page.All("tbody tr td:first-child a") {
			seen[servertest.Attribute(n, "href")]++
		}
		next := page.All(".pages a")
		if len(next) == 0 {
			break
		}
		if page = c.Get(servertest.Attribute(next[0], "href")).Want(http.StatusOK); page.Value("#feld-fb option[selected]") != "66" {
			t.Fatal("the next page forgets the filter")
		}
	}
	if len(seen) != 53 {
		t.Errorf("%d of 53 texts are on some page", len(seen))
	}
	for at, n := range seen {
		if n != 1 {
			t.Errorf("%s is there %d times", at, n)
		}
	}
}
