package web_test

import (
	"net/http"
	"net/url"
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
