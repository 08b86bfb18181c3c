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

func TestRulesOfApprovalAreSeenByAllAndSetByFew(t *testing.T) {
	s := servertest.New(t)
	page := s.As("leserin").Get("/freigaberegeln").Want(http.StatusOK)
	if n := len(page.All(`form[action="/freigaberegeln"]`)); n != 0 {
		t.Errorf("a reader sees %d forms", n)
	}
	rule := url.Values{"bereich": {"66"}, "art": {"artikel"}, "anzahl": {"1"}}
	for _, login := range []string{"leserin", "pruefer", "admin"} {
		s.As(login).Post("/freigaberegeln", rule).Want(http.StatusForbidden)
	}
	c := s.As("grundsatz")
	rule.Set("stand", c.Get("/freigaberegeln").Value("input[name=stand]"))
	if got := c.Post("/freigaberegeln", rule).Want(http.StatusOK).URL.Path; got != "/freigaberegeln" {
		t.Errorf("saving leads to %s", got)
	}
	c.Post("/freigaberegeln", rule).Want(http.StatusPreconditionFailed).Says("Inzwischen hat jemand die Freigaberegeln geändert.")
	for field, bad := range map[string]url.Values{
		"anzahl":  {"bereich": {"66"}, "art": {"standard"}, "anzahl": {"0"}},
		"art":     {"bereich": {"66"}, "art": {"lektion"}, "anzahl": {"1"}},
		"bereich": {"bereich": {"99"}, "art": {"artikel"}, "anzahl": {"1"}},
	} {
		bad.Set("stand", c.Get("/freigaberegeln").Value("input[name=stand]"))
		if c.Post("/freigaberegeln", bad).Want(http.StatusUnprocessableEntity).One("#fehler-"+field) == nil {
			t.Errorf("nothing stands at %s", field)
		}
	}
}

func TestAuthorOfADepartmentThatDemandsApprovalProposes(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Streuplan", Department: "66", Body: "Alt.", Message: "neu"})
	stand := s.As("grundsatz").Get("/freigaberegeln").Value("input[name=stand]")
	s.As("grundsatz").Post("/freigaberegeln", url.Values{"bereich": {"66"}, "art": {"artikel"}, "anzahl": {"1"}, "stand": {stand}}).Want(http.StatusOK)
	c := s.As("expertin")
	page := c.Get("/a/" + string(a.ID)).Want(http.StatusOK)
	if !strings.Contains(page.Body, "/a/"+string(a.ID)+"/vorschlagen") {
		t.Error("the page offers no proposal")
	}
	if got := c.Get("/a/" + string(a.ID) + "/bearbeiten").URL.Path; got != "/a/"+string(a.ID)+"/vorschlagen" {
		t.Errorf("editing leads to %s", got)
	}
	done := c.Post("/a/"+string(a.ID)+"/vorschlagen", url.Values{"titel": {"Streuplan"}, "bereich": {"66"}, "art": {"artikel"}, "text": {"Neu."}, "basis": {a.ETag}, "aenderung": {"neu"}}).Want(http.StatusOK)
	if !strings.HasPrefix(done.URL.Path, "/vorschlaege/") {
		t.Errorf("proposing leads to %s", done.URL.Path)
	}
	created := c.Post("/neu", url.Values{"titel": {"Zweiter Plan"}, "bereich": {"66"}, "art": {"artikel"}, "text": {"Text."}, "aenderung": {"neu"}}).Want(http.StatusOK)
	if !strings.HasPrefix(created.URL.Path, "/vorschlaege/") {
		t.Errorf("a new one leads to %s", created.URL.Path)
	}
}

func TestReviewerNamesADeputyWhoDecides(t *testing.T) {
	s := servertest.New(t)
	s.As("leserin").Post("/konto/vertretung", url.Values{"anmeldename": {"azubi"}, "von": {"2026-11-24"}, "bis": {"2026-11-30"}}).Want(http.StatusForbidden)
	c := s.As("pruefer")
	for field, bad := range map[string]url.Values{
		"anmeldename": {"anmeldename": {"niemand"}, "von": {"2026-11-24"}, "bis": {"2026-11-30"}},
		"von":         {"anmeldename": {"leserin"}, "von": {"morgen"}, "bis": {"2026-11-30"}},
		"bis":         {"anmeldename": {"leserin"}, "von": {"2026-11-24"}, "bis": {"2026-11-23"}},
	} {
		if c.Post("/konto/vertretung", bad).Want(http.StatusUnprocessableEntity).One("#fehler-"+field) == nil {
			t.Errorf("nothing stands at %s", field)
		}
	}
	page := c.Post("/konto/vertretung", url.Values{"anmeldename": {"leserin"}, "von": {"2026-11-24"}, "bis": {"2026-11-30"}}).Want(http.StatusOK)
	c.Post("/konto/vertretung", url.Values{"anmeldename": {"leserin"}, "von": {"2026-11-24"}, "bis": {"2026-11-30"}}).Want(http.StatusOK).One(`form[action$="/beenden"]`) // sent twice it is one
	end := servertest.Attribute(page.One(`form[action$="/beenden"]`), "action")
	s.As("prueferin").Post(end, nil).Want(http.StatusNotFound)
	if !strings.Contains(s.As("leserin").Get("/konto/vertretung").Body, "Michael Sander") {
		t.Error("the deputy is not told for whom")
	}

	s.Place("standards/w/w/index.md", "---\nid: regelaaaa2\nart: standard\ntitel: Winterdienst\nbereich: \"66\"\n---\n\nAb 5 Uhr.\n")
	rule, err := s.Library.Article(t.Context(), s.Actor("expertin"), "regelaaaa2")
	if err != nil {
		t.Fatal(err)
	}
	s.As("expertin").Post("/a/regelaaaa2/vorschlagen", url.Values{"titel": {"Winterdienst"}, "text": {"Ab 4 Uhr."}, "basis": {rule.ETag}, "aenderung": {"früher"}}).Want(http.StatusOK)
	waiting, err := s.Library.ToReview(t.Context(), s.Actor("leserin"))
	if err != nil || len(waiting) != 1 {
		t.Fatalf("waiting: %v, %v", waiting, err)
	}
	at := "/vorschlaege/" + string(waiting[0].ID)
	deputy := s.As("leserin")
	if !strings.Contains(deputy.Get("/vorschlaege").Body, at) || !strings.Contains(deputy.Get(at).Body, "in Vertretung für Michael Sander") {
		t.Error("the deputy does not see what waits, and for whom")
	}
	deputy.Post(at+"/freigeben", url.Values{"fassung": {string(waiting[0].ContentHash)}}).Want(http.StatusOK)
	if !strings.Contains(s.As("expertin").Get(at).Body, "in Vertretung für Michael Sander") {
		t.Error("the vote does not say for whom")
	}
	c.Post(end, nil).Want(http.StatusOK)
}

func TestADeputyIsNamedAsPeopleAreCalled(t *testing.T) {
	s := servertest.New(t)
	c := s.As("pruefer")
	days := func(name string) url.Values {
		return url.Values{"anmeldename": {name}, "von": {"2026-11-24"}, "bis": {"2026-11-30"}}
	}
	c.Post("/konto/vertretung", days(" petra NOWAK ")).Want(http.StatusOK)
	if page := c.Get("/konto/vertretung"); !strings.Contains(page.Text("main"), "Petra Nowak") {
		t.Errorf("says %q", page.Text("main"))
	}
	hire(t, s, "zweite", "Petra Nowak", "20", account.Grant{Role: account.Reader})
	page := c.Post("/konto/vertretung", days("Petra Nowak")).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(page.Text("#fehler-anmeldename"), "So heißen 2 Personen") {
		t.Errorf("two of one name: %q", page.Text("main"))
	}
	if page := c.Post("/konto/vertretung", days("Petra")).Want(http.StatusUnprocessableEntity); !strings.Contains(page.Text("#fehler-anmeldename"), "kein aktives Konto") {
		t.Errorf("half a name: %q", page.Text("main"))
	}
	c.Post("/konto/vertretung", days("zweite")).Want(http.StatusOK)
}
