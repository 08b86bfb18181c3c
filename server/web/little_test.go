package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

func TestDaysAreTypedTheGermanWay(t *testing.T) {
	s := servertest.New(t)
	placeRules(s)
	c := s.As("leserin")
	c.Get("/a/regelaaaa2?gilt-am=1.3.2021").Want(http.StatusOK).Says("So galt dieser Text am 01.03.2021")
	list := c.Get("/standards?gilt-am=01.03.2021").Want(http.StatusOK).Says("Standards, die am 01.03.2021 galten")
	if got := list.Value("#feld-gilt-am"); got != "2021-03-01" {
		t.Errorf("the field for days holds %q", got)
	}
	for _, typed := range []string{"1.3.21", "31.02.2021"} {
		for _, path := range []string{"/standards", "/a/regelaaaa2"} {
			page := c.Get(path + "?gilt-am=" + typed).Want(http.StatusUnprocessableEntity)
			sound(t, page, path)
			atField(t, page, "gilt-am", "zum Beispiel 01.03.2026")
			if field := page.One("#feld-gilt-am"); servertest.Attribute(field, "type") != "text" || servertest.Attribute(field, "value") != typed {
				t.Errorf("%s hides what was typed", path)
			}
		}
	}

	writer := s.As("expertin")
	fields := url.Values{"titel": {"Streuplan"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"Salz."}, "gueltig_ab": {"1.4.2026"}, "naechste_pruefung": {"01.03.2027"}}
	saved := writer.Post("/neu", fields).Want(http.StatusOK)
	a, err := s.Library.Article(t.Context(), s.Actor("expertin"), content.ID(saved.URL.Path[len("/a/"):]))
	if err != nil || a.ValidFrom != "2026-04-01" || a.ReviewDue != "2027-03-01" {
		t.Errorf("saved %q and %q (%v)", a.ValidFrom, a.ReviewDue, err)
	}

	head := s.As("pruefer")
	deputy := func(from, until string) *servertest.Page {
		return head.Post("/konto/vertretung", url.Values{"anmeldename": {"nachfolger"}, "von": {from}, "bis": {until}})
	}
	atField(t, deputy("1.12.2026", "31.11.2026").Want(http.StatusUnprocessableEntity), "bis", "zum Beispiel 01.03.2026")
	deputy("1.12.2026", "24.12.2026").Want(http.StatusOK).Says("24.12.2026")

	admin, at := s.As("admin"), "/verwaltung/person/"+s.People["leserin"].ID
	atField(t, admin.Post(at+"/rollen", url.Values{"rolle": {"author"}, "bereich": {"66"}, "bis": {"31.6.2027"}}).Want(http.StatusUnprocessableEntity), "bis", "wie 01.03.2026")
	admin.Post(at+"/rollen", url.Values{"rolle": {"author"}, "bereich": {"66"}, "bis": {"30.6.2027"}}).Want(http.StatusOK).Says("bis 30.06.2027")
}

func TestChangedWordsAreMarkedWhereTheyStand(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Spülplan", Department: "66", Body: "Jedes Rohr wird am Montag mit <b>Wasser</b> gespült.\n"})
	only := s.As("leserin").Get(content.Address(a.ID) + "/vergleich").Want(http.StatusOK)
	if only.URL.Path != content.Address(a.ID)+"/verlauf" {
		t.Errorf("of one version %s is shown", only.URL)
	}
	_, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Jedes Rohr wird am Dienstag mit <b>&lt;Druck&gt;</b> gespült.\n"})
	if err != nil {
		t.Fatal(err)
	}
	page := s.As("leserin").Get(content.Address(a.ID)+"/vergleich").Want(http.StatusOK).Says("Spülplan", "(Änderung 1 von 2)")
	sound(t, page, "the last two versions")
	for selector, want := range map[string]string{
		"del.changes__removed": "entfällt: Montag|entfällt: Wasser", "ins.changes__added": "neu: Dienstag|neu: <Druck>",
	} {
		var got []string
		for _, n := range page.All(selector + " .changes__word") {
			got = append(got, servertest.Text(n))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("in %s is marked %q", selector, got)
		}
	}
	if got := page.Text("del.changes__removed .changes__mark"); !strings.HasPrefix(got, "bisher") {
		t.Errorf("a paragraph of which words changed is called %q", got)
	}
	if n := len(page.All("ins ins del, del del ins, ins b ins span.kern-sr-only")); n != 1 {
		t.Errorf("%d marks stand inside a tag of their own side", n)
	}

	placeStandard(s)
	proposed := proposes(s.As("expertin"), "Belege nach vier Wochen.", "Frist")
	if got := servertest.Text(proposed.Want(http.StatusOK).One(".changes__added .changes__word")); got != "neu: vier" {
		t.Errorf("the proposal marks %q", got)
	}
}
