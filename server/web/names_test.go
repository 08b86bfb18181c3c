package web_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

func TestEveryKindAndBindingHasAWordOfItsOwn(t *testing.T) {
	s := servertest.New(t)
	seen := map[string]bool{}
	for i, c := range []struct{ kind, binding, words, bound string }{
		{"standard", "ja", "Städtischer Standard", "verbindlich"}, {"dienstanweisung", "nein", "Dienstanweisung", "nicht verbindlich"},
		{"dienstvereinbarung", "ungeprüft", "Dienstvereinbarung", "Verbindlichkeit ungeprüft"}, {"dienstvorschrift", "", "Dienstvorschrift", ""},
		{"formatvorlage", "", "Formatvorlage", ""}, {"artikel", "", "Artikel", ""},
	} {
		id := "texttext" + string(rune('a'+i)) + "2"
		binding := ""
		if c.binding != "" {
			binding = "verbindlich: " + c.binding + "\n"
		}
		s.Place("standards/x/"+id+"/index.md", "---\nid: "+id+"\nart: "+c.kind+"\ntitel: Blatt\nbereich: \"77\"\n"+binding+"---\n\nSo.\n")
		var line []string
		for _, n := range s.As("leserin").Get("/a/" + id).Want(http.StatusOK).All(".facts-line > span") {
			line = append(line, servertest.Text(n))
		}
		want := strings.Join(strings.Fields("gültig|"+c.words+"|"+c.bound+"|FB 77"), " ")
		if got := strings.Join(line, "|"); got != strings.ReplaceAll(want, "||", "|") {
			t.Errorf("%s is described as %q", c.kind, got)
		}
		seen[c.words] = true
	}
	if len(seen) != 6 {
		t.Errorf("two kinds share a word: %v", seen)
	}
}

func TestEveryRoleHasAWordOfItsOwnInBothLanguages(t *testing.T) {
	s := servertest.New(t)
	var grants []account.Grant
	for _, role := range account.Roles() {
		grants = append(grants, account.Grant{Role: role})
	}
	hire(t, s, "alles", "Alma Alles", "10", grants...)
	c := s.As("alles")
	for _, language := range []string{"de", "en"} {
		c.Post("/sprache", url.Values{"sprache": {language}})
		roles, offered := map[string]bool{}, map[string]bool{}
		for _, n := range c.Get("/konto").All("main .narrow > ul:first-of-type > li") {
			roles[servertest.Text(n)] = true
		}
		if len(roles) != len(account.Roles()) {
			t.Errorf("%s: %d words for %d roles: %v", language, len(roles), len(account.Roles()), roles)
		}
		for _, n := range c.Get("/verwaltung/person/" + s.People["leserin"].ID).All("#feld-rolle option") {
			offered[servertest.Text(n)] = true
		}
		if len(offered) != len(account.Roles()) {
			t.Errorf("%s: %d roles are offered", language, len(offered))
		}
	}
}

func TestUnknownNamesAreShownAsTheyAre(t *testing.T) {
	s := servertest.New(t)
	s.Place("wissen/f/fremd/index.md", "---\nid: fremdtext2\nart: artikel\ntitel: Fremd\nbereich: \"77\"\nsichtbar: {bereiche: [\"33\"], rollen: [auditor]}\n---\n\nSo.\n")
	page := s.As("leserin").Get("/a/fremdtext2").Want(http.StatusOK)
	sound(t, page, "a text of an unknown department")
	page.Says("FB 77", "Sichtbar für FB 33 Rechnungsprüfung")
	err := s.Store.Record(t.Context(), account.Event{ID: "ereignis22", At: s.Now(), Action: "role.granted", Subject: "weg", Detail: "kaiserin"}, noChange)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Store.Record(t.Context(), account.Event{ID: "ereignis23", At: s.Now(), Action: "etwas.neues", Subject: "weg", Detail: "so"}, noChange)
	if err != nil {
		t.Fatal(err)
	}
	s.As("admin").Get("/verwaltung/protokoll").Says("Rolle gegeben kaiserin Betrieb weg", "etwas.neues so Betrieb weg")
}

func TestSizesAreWrittenForPeople(t *testing.T) {
	s := servertest.New(t)
	text, c := book(s), s.As("expertin")
	for name, size := range map[string]int{"a.txt": 7, "b.txt": 1023, "c.txt": 1024, "d.txt": 3 << 20, "e.txt": 11 << 20} {
		upload(c, text, name, bytes.Repeat([]byte("x"), size)).Want(http.StatusOK)
	}
	var sizes []string
	for _, n := range c.Get(text).All(".file .muted") {
		sizes = append(sizes, servertest.Text(n))
	}
	if got := strings.Join(sizes, ", "); got != "7 Byte, 1.023 Byte, 1 KB, 3.072 KB, 11 MB" {
		t.Errorf("the sizes are %s", got)
	}
}

func TestSaveWhileTheServerIsStoppingLosesNothing(t *testing.T) {
	w := newTown(t)
	c, address := w.As("expertin"), w.at("/bearbeiten")
	written := form(c.Get(address), url.Values{"text": {"Drei Stunden Arbeit."}, "kurz": {"Meins."}})
	fresh := form(c.Get("/neu"), url.Values{"titel": {"Ganz neu"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"Auch Arbeit."}})
	if err := w.Repository.Close(); err != nil {
		t.Fatal(err)
	}
	for to, fields := range map[string]url.Values{address: written, "/neu": fresh} {
		page := c.Post(to, fields).Want(http.StatusServiceUnavailable)
		sound(t, page, to)
		if alert := page.Text(`[role="alert"]`); !strings.Contains(alert, "Bitte speichern Sie in einer Minute noch einmal.") {
			t.Errorf("%s says %q", to, alert)
		}
		if again := form(page, nil); again.Get("text") != fields.Get("text") || again.Get("titel") != fields.Get("titel") || again.Get("kurz") != fields.Get("kurz") {
			t.Errorf("%s came back as %v", to, again)
		}
	}
}

// noChange is an entry of the log without anything to it.
func noChange(context.Context) error { return nil }
