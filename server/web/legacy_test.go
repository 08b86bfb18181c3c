package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

const (
	legacyReplica = "C125711122233344"
	legacyPump    = legacyReplica + "/ABCDEFABCDEFABCDEFABCDEFABCDEFA1"
)

func legacyKey(n int) legacy.Key {
	return legacy.Key{Replica: legacyReplica, UNID: fmt.Sprintf("ABCDEFABCDEFABCDEFABCDEFABCDEFA%d", n)}
}

func questionAt(subject string) string {
	return "/ueberfuehrung/frage?" + url.Values{"frage": {subject}}.Encode()
}

// legacyStock is what an import found for department 66: a standard of which
// nobody knows whether it binds, a text nobody looked at, a restricted document,
// two that are the same and two that contradict each other.
func legacyStock(t *testing.T, s *servertest.Server) {
	t.Helper()
	place := func(n int, id, kind, title, more, body string) content.ID {
		k := legacyKey(n)
		s.Place("", "---\nid: "+id+"\nart: "+kind+"\ntitel: "+title+"\nbereich: \"66\"\n"+more+"herkunft: {notes: {unid: \""+k.UNID+"\", replik: "+k.Replica+"}}\n---\n"+body+"\n")
		return content.ID(id)
	}
	found := func(n int, title, visible string, change func(*legacy.Document)) legacy.Document {
		d := legacy.Document{
			Key: legacyKey(n), Run: "lauf1", Position: n, Title: title, Department: "66", Form: "Beitrag", File: "dev.dxl", Status: "imported", Visible: visible,
			Fingerprint: fmt.Sprint("f", n), Letters: legacy.InOut{In: 40, Out: 40},
		}
		if change != nil {
			change(&d)
		}
		return d
	}
	place(1, "altpumpe22", "standard", "Pumpen prüfen", "verbindlich: ungeprüft\n", "Die Pumpen sind wöchentlich zu prüfen.\n\nFragen beantwortet der Bauhof.")
	place(2, "altweg2222", "artikel", "Der Weg zum Pumpwerk", "", "Hinter der Brücke links.")
	err := s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{
		found(1, "Pumpen prüfen", "Die Pumpen sind wöchentlich zu prüfen.\nFragen beantwortet der Bauhof.", func(d *legacy.Document) {
			d.Article, d.Binding, d.Evidence = "altpumpe22", content.BindingYes, []string{"Die Pumpen sind wöchentlich zu prüfen.", "Fragen beantwortet…"}
		}),
		found(2, "Der Weg zum Pumpwerk", "Hinter der Brücke links.", func(d *legacy.Document) { d.Article = "altweg2222" }),
		found(3, "", "", func(d *legacy.Document) { d.Status, d.Restricted = "quarantined", true }),
		found(4, "Arbeitshilfe Salz", "Salz liegt in Halle 4.", nil), found(5, "Rahmenbedingung Salz", "Salz liegt in Halle 4.", nil),
		found(6, "Streuen", "Ab 5 Uhr streuen. Mit Salz.", func(d *legacy.Document) { d.Revised = "2017-11-24" }),
		found(7, "Streuen 2019", "Ab 4 Uhr streuen. Mit Salz.", func(d *legacy.Document) { d.Revised = "2019-01-02" }),
	})
	if err != nil {
		t.Fatal(err)
	}
	pair := func(kind legacy.Kind, title string, a, b int, differences ...legacy.Difference) legacy.Question {
		return legacy.Question{Subject: legacy.PairSubject(legacyKey(a), legacyKey(b)), Kind: kind, Department: "66", Title: title, Fingerprint: "p1", Run: "lauf1",
			First: legacyKey(a), Second: legacyKey(b), Share: 0.93, Differences: differences}
	}
	err = s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "lauf1", Source: "dev", At: s.Now(), Totals: map[string]int{"read": 7, "imported": 6, "quarantined": 1}}, []legacy.Question{
		pair(legacy.Identical, "Salz", 4, 5),
		pair(legacy.Contradicting, "Streuen", 6, 7, legacy.Difference{First: "Ab 5 Uhr streuen.", Second: "Ab 4 Uhr streuen.", Why: "zahl"}),
	}, true)
	if err != nil {
		t.Fatal(err)
	}
}

func TestQuestionsAreDecidedOneAfterTheOther(t *testing.T) {
	s := servertest.New(t)
	legacyStock(t, s)
	if _, err := s.Office.Grant(t.Context(), s.Operator, account.Grant{Person: s.People["prueferin"].ID, Role: account.Editor, Scope: account.InDepartment("66")}); err != nil {
		t.Fatal(err)
	}
	c := s.As("prueferin")
	c.Get("/pflege").Want(http.StatusOK).Says("Überführung")
	desk := c.Get("/ueberfuehrung").Want(http.StatusOK).Says("FB 66", "0 von 5 entschieden", "Widerspruch: 1", "Verbindlich?: 1", "Alle identischen zusammenführen", "6 übernommen, 1 zurückgehalten")
	page := c.Get(servertest.Attribute(desk.One(".standing a.kern-btn"), "href")).Want(http.StatusOK).Says("0 von 5 entschieden", "noch 5 offen", "Zwei gleiche", "Salz liegt in Halle 4.", "93")
	answer := func(page *servertest.Page, choice string) *servertest.Page {
		t.Helper()
		return c.Post("/ueberfuehrung/frage", url.Values{"frage": {page.Value("form.decide input[name=frage]")}, "fassung": {page.Value("form.decide input[name=fassung]")}, "antwort": {choice}, "hinweis": {"gesehen"}}).Want(http.StatusOK)
	}
	page = answer(page, "zusammenfuehren").Says("Widerspruch", "1 von 5", "noch 4 offen", "andere Zahl", "Entschieden.", "Rückgängig", "Stand 24.11.2017", "Stand 02.01.2019")
	if n := len(page.All(".source mark")); n != 2 {
		t.Errorf("%d sentences are marked", n)
	}
	undone := c.Post("/ueberfuehrung/zurueck", url.Values{"frage": {page.Value("form.undo input[name=frage]")}}).Want(http.StatusOK).Says("Zwei gleiche", "0 von 5")
	page = answer(undone, "beide")
	page = answer(page, "zweiter").Says("Eingeschränkt lesbar", "Der Inhalt wird hier nicht gezeigt")
	page = answer(page, "zurueckhalten").Says("Bindet dieser Standard", "3 von 5", "noch 2 offen")
	if got := page.Text(".source p:first-child mark"); got != "Die Pumpen sind wöchentlich zu prüfen." {
		t.Errorf("marked is %q", got)
	}
	if all := page.All(".source mark"); len(all) != 2 {
		t.Errorf("%d sentences are marked, also one that was cut", len(all))
	}
	page = answer(page, "verbindlich").Says("Stimmt das Ergebnis rechts", "Hinter der Brücke links.")
	rule, err := s.Library.Article(t.Context(), s.Operator, "altpumpe22")
	if err != nil || rule.Binding != content.BindingYes || len(rule.BindingProof) != 2 {
		t.Errorf("the standard is %q with %q, %v", rule.Binding, rule.BindingProof, err)
	}
	done := answer(page, "in-ordnung").Says("In diesem Bereich ist nichts mehr offen, was Sie entscheiden können.", "5 von 5 entschieden", "Rückgängig")
	c.Post("/ueberfuehrung/zurueck", url.Values{"frage": {done.Value("form.undo input[name=frage]")}}).Want(http.StatusOK).Says("Stimmt das Ergebnis rechts", "4 von 5")
	answer(page, "in-ordnung")
	way, err := s.Library.Article(t.Context(), s.Operator, "altweg2222")
	if err != nil || way.ReviewedOn != s.Library.Today() {
		t.Errorf("looked at on %q, %v", way.ReviewedOn, err)
	}
	c.Get(questionAt(legacyPump)).Says("Ute Albers hat am", "entschieden: Verbindlich")
	c.Post("/ueberfuehrung/zurueck", url.Values{"frage": {legacyPump}}).Want(http.StatusOK)
	if rule, err = s.Library.Article(t.Context(), s.Operator, "altpumpe22"); err != nil || rule.Binding != content.BindingUnchecked {
		t.Errorf("taken back it is %q, %v", rule.Binding, err)
	}
}

func TestWhatWasDecidedIsListedAndTakenBack(t *testing.T) {
	s := servertest.New(t)
	legacyStock(t, s)
	c := s.As("pruefer")
	c.Get("/ueberfuehrung/entschieden?fb=66").Want(http.StatusOK).Says("Hier ist noch nichts entschieden.")
	salt, grit := legacy.PairSubject(legacyKey(4), legacyKey(5)), legacy.PairSubject(legacyKey(6), legacyKey(7))
	for _, each := range []struct{ subject, fingerprint, choice string }{{salt, "p1", "beide"}, {grit, "p1", "zweiter"}, {legacyPump, "f1", "verbindlich"}} {
		s.Advance(time.Minute)
		c.Post("/ueberfuehrung/frage", url.Values{"frage": {each.subject}, "fassung": {each.fingerprint}, "antwort": {each.choice}, "hinweis": {"gesehen"}}).Want(http.StatusOK)
	}
	list := c.Get(servertest.Attribute(c.Get("/ueberfuehrung").Want(http.StatusOK).One(`.standing a[href*="entschieden"]`), "href")).Want(http.StatusOK)
	list.Says("3 Antworten", "hat am", "entschieden: Der zweite bleibt", "Hinweis dazu: gesehen", "Antwort zurücknehmen",
		"Der erste: Streuen", "Maske Beitrag", "Stand 24.11.2017", "Der zweite: Streuen 2019", "Stand 02.01.2019")
	var titles []string
	for _, n := range list.All(".given .line__title") {
		titles = append(titles, servertest.Text(n))
	}
	if got := strings.Join(titles, ", "); got != "Pumpen prüfen, Streuen, Salz" {
		t.Errorf("listed are %s", got)
	}
	if got := servertest.Attribute(list.One(`.given a[href^="/a/"]`), "href"); got != "/a/altpumpe22" {
		t.Errorf("the text is at %s", got)
	}
	c.Get("/ueberfuehrung/entschieden?fb=66&art=widerspruch").Says("1 Antwort", "Streuen").Silent("Salz")
	s.As("expertin").Get("/ueberfuehrung/entschieden?fb=66").Says("Streuen", "Entscheiden können hier die Redaktion").Silent("Antwort zurücknehmen")
	s.As("personalerin").Get("/ueberfuehrung/entschieden?fb=66").Want(http.StatusForbidden)
	other := s.As("prueferin").Get("/ueberfuehrung/entschieden?fb=66").Says("Lässt sich hier nicht zurücknehmen: Ob dieser Standard bindet, ist schon entschieden.")
	if n := len(other.All(".given form")); n != 2 {
		t.Errorf("another reviewer takes back %d of 3", n)
	}
	back := func(subject, about string) *servertest.Page {
		return c.Post("/ueberfuehrung/zurueck", url.Values{"frage": {subject}, "worueber": {about}, "fb": {"66"}})
	}
	back(grit, "paar").Want(http.StatusOK).Says("Die Antwort ist zurückgenommen.", "2 Antworten").Silent("Streuen")
	s.As("prueferin").Post("/ueberfuehrung/zurueck", url.Values{"frage": {legacyPump}, "worueber": {"verbindlichkeit"}, "fb": {"66"}}).Want(http.StatusForbidden).Says("ist schon entschieden", "2 Antworten")
	back(legacyPump, "verbindlichkeit").Want(http.StatusOK).Says("1 Antwort").Silent("Pumpen prüfen")
	back(legacyPump, "verbindlichkeit").Want(http.StatusNotFound)
	c.Post("/sprache", url.Values{"sprache": {"en"}})
	c.Get("/ueberfuehrung/entschieden?fb=66").Says("What was decided", "Take the answer back")
}

func TestAPairOfTwoDepartmentsIsDecidedAtOneDesk(t *testing.T) {
	s := servertest.New(t)
	document := func(n int, department string) legacy.Document {
		return legacy.Document{Key: legacyKey(n), Run: "lauf1", Position: n, Title: fmt.Sprint("Streuplan ", n), Department: department, File: "dev.dxl", Status: "imported", Visible: "Salz.", Fingerprint: "f"}
	}
	if err := s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{document(1, "66"), document(2, "11"), document(3, "11")}); err != nil {
		t.Fatal(err)
	}
	pair := func(a, b int, department, other string) legacy.Question {
		return legacy.Question{Subject: legacy.PairSubject(legacyKey(a), legacyKey(b)), Kind: legacy.Contradicting, Department: department, Other: other, Title: fmt.Sprint("Streuplan ", a), Fingerprint: "p", Run: "lauf1", First: legacyKey(a), Second: legacyKey(b)}
	}
	if err := s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "lauf1", Source: "dev", At: s.Now()}, []legacy.Question{pair(1, 2, "66", "11"), pair(2, 3, "11", "")}, true); err != nil {
		t.Fatal(err)
	}
	c := s.As("grundsatz")
	c.Get("/ueberfuehrung/fragen?fb=11").Says("2 offene Fragen", "FB 66, FB 11")
	page := c.Get(servertest.Attribute(c.Get("/ueberfuehrung").Says("FB 11", "0 von 2 entschieden").One(".standing a.kern-btn"), "href")).Says("0 von 2 entschieden", "FB 11", "gefragt ist auch FB 66")
	answer := func(choice string) *servertest.Page {
		return c.Post("/ueberfuehrung/frage", url.Values{"frage": {page.Value("form.decide input[name=frage]")}, "fb": {page.Value("form.decide input[name=fb]")}, "fassung": {"p"}, "antwort": {choice}})
	}
	answer("zweiter").Want(http.StatusForbidden).Says("fiele ein Text des Fachbereichs 66 weg", "gefragt ist auch FB 66")
	answer("erster").Want(http.StatusOK).Says("Entschieden.", "Streuplan 3", "1 von 2", "FB 11")
	s.As("pruefer").Get("/ueberfuehrung").Says("FB 66", "1 von 1 entschieden").Silent("FB 11")
}

func TestATextThatGoesIsNotAskedAbout(t *testing.T) {
	s := servertest.New(t)
	legacyStock(t, s)
	pair := legacy.Question{Subject: legacy.PairSubject(legacyKey(1), legacyKey(2)), Kind: legacy.Contained, Department: "66", Title: "Pumpen", Fingerprint: "p2", Run: "lauf1", First: legacyKey(1), Second: legacyKey(2)}
	if err := s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "lauf1", Source: "dev", At: s.Now()}, []legacy.Question{pair}, false); err != nil {
		t.Fatal(err)
	}
	c := s.As("pruefer")
	c.Get(questionAt(legacyPump)).Says("Bindet dieser Standard", "Nicht verbindlich").Silent("fällt weg")
	c.Post("/ueberfuehrung/frage", url.Values{"frage": {pair.Subject}, "fassung": {"p2"}, "antwort": {"zweiter"}}).Want(http.StatusOK)
	page := c.Get(questionAt(legacyPump)).Want(http.StatusOK).Says("Dieser Text fällt weg").Silent("Nicht verbindlich", "Bindet dieser Standard")
	c.Get("/ueberfuehrung").Says("1 von 5 entschieden", "noch 4 offen", "1 Frage braucht keine Antwort, weil ein Text wegfällt")
	c.Post("/ueberfuehrung/frage", url.Values{"frage": {legacyPump}, "fassung": {"f1"}, "antwort": {"verbindlich"}}).Want(http.StatusPreconditionFailed).Says("Dieser Text fällt weg")
	back := c.Get(servertest.Attribute(page.One(`.kern-alert + p a`), "href")).Want(http.StatusOK).Says("Eins im anderen", "entschieden: Der zweite bleibt")
	c.Post("/ueberfuehrung/zurueck", url.Values{"frage": {back.Value("form.decide input[name=frage]")}}).Want(http.StatusOK)
	c.Get("/ueberfuehrung").Says("0 von 6 entschieden")
}

func TestTextsThatAreMerelyAlikeStandSideBySide(t *testing.T) {
	s := servertest.New(t)
	legacyStock(t, s)
	pair := legacy.Question{Subject: legacy.PairSubject(legacyKey(4), legacyKey(6)), Kind: legacy.Alike, Department: "66", Title: "Winter", Fingerprint: "p2", Run: "lauf1", First: legacyKey(4), Second: legacyKey(6), Share: 0.85,
		Differences: []legacy.Difference{{Second: "Mit Salz.", Why: "fehlt"}}}
	if err := s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "lauf1", Source: "dev", At: s.Now()}, []legacy.Question{pair}, false); err != nil {
		t.Fatal(err)
	}
	c := s.As("pruefer")
	list := c.Get("/ueberfuehrung/fragen?fb=66").Says("6 offene Fragen")
	var kinds []string
	for _, n := range list.All(".line__meta") {
		kinds = append(kinds, servertest.Text(n))
	}
	if got := strings.Join(kinds, ", "); got != "Zwei gleiche, Widerspruch, Eingeschränkt lesbar, Verbindlich?, Ähnlich, Noch nicht durchgesehen" {
		t.Errorf("asked are %s", got)
	}
	page := c.Get(questionAt(pair.Subject))
	if n := len(page.All(".difference mark")); n != 1 {
		t.Errorf("%d sentences are marked where one text alone has one", n)
	}
	page.Says("Braucht es beide?", "85", "steht nur im einen", "Salz liegt in Halle 4.", "Ab 5 Uhr streuen.", "Der erste bleibt", "Der zweite bleibt", "Beide bleiben", "Später")
	c.Post("/ueberfuehrung/frage", url.Values{"frage": {pair.Subject}, "fassung": {"p2"}, "antwort": {"beide"}}).Want(http.StatusOK).Says("Entschieden.")
}

func TestAnAdministratorWithdrawsAPlan(t *testing.T) {
	s := servertest.New(t)
	c := s.As("admin")
	c.Get("/verwaltung/plaene").Want(http.StatusOK).Says("Es gibt keine Vorschau")
	if err := s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{{Key: legacyKey(1), Run: "plan", Planned: true, Status: "quarantined", Restricted: true, Department: "66", Fingerprint: "f"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "plan", Source: "dev", At: s.Now(), Dry: true, Totals: map[string]int{"read": 1, "quarantined": 1}}, nil, true); err != nil {
		t.Fatal(err)
	}
	s.As("pruefer").Get("/ueberfuehrung").Says("0 von 1 entschieden", "nur geplant")
	page := c.Get(servertest.Attribute(c.Get("/verwaltung").One(`a[href="/verwaltung/plaene"]`), "href")).Want(http.StatusOK).Says("DEV", "1 zurückgehalten", "Zurückziehen")
	c.Post("/verwaltung/plaene", url.Values{"lauf": {page.Value("input[name=lauf]")}}).Want(http.StatusOK).Says("Die Vorschau ist zurückgezogen.", "Es gibt keine Vorschau")
	s.As("pruefer").Get("/ueberfuehrung").Silent("FB 66", "nur geplant")
	c.Post("/verwaltung/plaene", url.Values{"lauf": {"plan"}}).Want(http.StatusNotFound)
}

func TestWrongAnswersDecideNothing(t *testing.T) {
	s := servertest.New(t)
	legacyStock(t, s)
	c := s.As("pruefer")
	send := func(status int, subject, fingerprint, choice string) *servertest.Page {
		t.Helper()
		return c.Post("/ueberfuehrung/frage", url.Values{"frage": {subject}, "fassung": {fingerprint}, "antwort": {choice}}).Want(status)
	}
	send(http.StatusUnprocessableEntity, legacyPump, "f1", "erster").Says("ist keine Antwort auf diese Frage")
	send(http.StatusPreconditionFailed, legacyPump, "f0", "verbindlich").Says("Bitte sehen Sie noch einmal hin")
	send(http.StatusNotFound, "x/y", "f1", "verbindlich")
	send(http.StatusNotFound, strings.Repeat("x", 300), "f1", "verbindlich")
	s.As("pruefer").Get("/ueberfuehrung").Says("0 von 5 entschieden")
	if err := s.Store.SetApprovalRule(t.Context(), content.ApprovalRule{Department: "66", Kind: content.KindStandard, Approvers: 2}); err != nil {
		t.Fatal(err)
	}
	send(http.StatusForbidden, legacyPump, "f1", "verbindlich").Says("brauchen hier 2 Freigaben")
	s.As("personalerin").Get(questionAt(legacyPump)).Want(http.StatusNotFound)
	s.As("personalerin").Get("/ueberfuehrung").Want(http.StatusOK).Silent("FB 66")
	s.As("expertin").Get(questionAt(legacyPump)).Want(http.StatusOK).Says("Entscheiden können hier die Redaktion").Silent("Nicht verbindlich")
}

func TestIdenticalOnesAreMergedAtOnce(t *testing.T) {
	s := servertest.New(t)
	legacyStock(t, s)
	s.As("pruefer").Post("/ueberfuehrung/identische", url.Values{"fb": {"66"}}).Want(http.StatusOK).Says("1 Paar identischer Dokumente wird zusammengeführt.", "1 von 5 entschieden").Silent("Alle identischen", "bleibt offen")
	decisions, err := s.Legacy.Decisions(t.Context(), s.Operator)
	if err != nil || len(decisions) != 1 || decisions[0].Choice != legacy.Merge || decisions[0].By != s.People["pruefer"].Pseudonym {
		t.Errorf("%+v, %v", decisions, err)
	}
}

func TestListsWithoutADepartmentAreOfAll(t *testing.T) {
	s := servertest.New(t)
	legacyStock(t, s)
	c := s.As("pruefer")
	c.Get("/ueberfuehrung/fragen").Want(http.StatusOK).Says("5 offene Fragen", "alle Ihre Fachbereiche", "Widerspruch · FB 66")
	c.Get("/ueberfuehrung/fragen?art=widerspruch").Want(http.StatusOK).Says("1 offene Frage")
	c.Get("/ueberfuehrung/fragen?fb=").Want(http.StatusOK).Says("0 offene Fragen")
	for _, list := range []string{"fragen", "entschieden"} {
		c.Get("/ueberfuehrung/" + list + "?art=quatsch").Want(http.StatusUnprocessableEntity).Says("„quatsch“ ist keine Art von Frage.")
		c.Get("/ueberfuehrung/" + list + "?fb=66&art=quatsch").Want(http.StatusUnprocessableEntity)
	}
	c.Post("/ueberfuehrung/frage", url.Values{"frage": {legacyPump}, "fassung": {"f1"}, "antwort": {"verbindlich"}}).Want(http.StatusOK)
	c.Get("/ueberfuehrung/entschieden").Want(http.StatusOK).Says("1 Antwort", "alle Ihre Fachbereiche")
	c.Post("/ueberfuehrung/zurueck", url.Values{"frage": {legacyPump}, "worueber": {"verbindlichkeit"}}).Want(http.StatusOK).Says("zurückgenommen", "alle Ihre Fachbereiche")
	s.As("personalerin").Get("/ueberfuehrung/fragen").Want(http.StatusOK).Says("0 offene Fragen")
	s.As("leserin").Get("/ueberfuehrung/fragen").Want(http.StatusForbidden)
}

// TestWhoMayNotDecideIsNotStuck: an editor meets a question for reviewers, an
// author any question at all.
func TestWhoMayNotDecideIsNotStuck(t *testing.T) {
	s := servertest.New(t)
	legacyStock(t, s)
	s.Hire("redaktion", "Olga Sand", "66", account.Grant{Role: account.Editor, Scope: account.InDepartment("66")})
	c := s.As("redaktion")
	c.Get("/ueberfuehrung").Says("noch 5 offen", "davon 4 für Sie", "1 Frage wartet auf die Prüfenden", "Weiter entscheiden")
	page := c.Get(questionAt(legacyPump)).Says("Entscheiden können hier die Redaktion", "davon 4 für Sie", "Mit Tasten blättern").Silent("Nicht verbindlich")
	for _, key := range []string{"j", "k"} {
		c.Get(servertest.Attribute(page.One(`main a[data-key="`+key+`"]`), "href")).Want(http.StatusOK).Silent("Bindet dieser Standard")
	}
	page = c.Get(servertest.Attribute(page.One(`main .buttons a.kern-btn--primary`), "href")).Says("Zwei gleiche")
	for n := 5; n > 1; n-- {
		page = c.Post("/ueberfuehrung/frage", url.Values{"frage": {page.Value("form.decide input[name=frage]")}, "fassung": {page.Value("form.decide input[name=fassung]")}, "antwort": {servertest.Attribute(page.All("form.decide button[name=antwort]")[0], "value")}}).
			Want(http.StatusOK).Silent("Bindet dieser Standard")
	}
	page.Says("nichts mehr offen, was Sie entscheiden können", "4 von 5 entschieden", "noch 1 offen", "1 Frage wartet auf die Prüfenden").Silent("Weiter entscheiden")
	c.Get("/ueberfuehrung/frage?fb=66").Want(http.StatusOK).Says("nichts mehr offen, was Sie entscheiden können")

	author := s.As("expertin")
	author.Get("/ueberfuehrung").Says("1 Frage wartet auf die Prüfenden").Silent("Weiter entscheiden")
	s.As("personalerin").Get("/ueberfuehrung/frage?fb=66").Want(http.StatusForbidden)
}

// TestMergingAtOnceTellsWhatIsLeft to those who cannot merge all.
func TestMergingAtOnceTellsWhatIsLeft(t *testing.T) {
	s := servertest.New(t)
	document := func(n int, department string) legacy.Document {
		return legacy.Document{Key: legacyKey(n), Run: "lauf1", Position: n, Title: fmt.Sprint("Streuplan ", n), Department: department, File: "dev.dxl", Status: "imported", Visible: "Salz.", Fingerprint: "f"}
	}
	if err := s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{document(1, "66"), document(2, "11"), document(3, "11"), document(4, "11")}); err != nil {
		t.Fatal(err)
	}
	pair := func(a, b int, department, other string) legacy.Question {
		return legacy.Question{Subject: legacy.PairSubject(legacyKey(a), legacyKey(b)), Kind: legacy.Identical, Department: department, Other: other, Title: "Streuplan", Fingerprint: "p", Run: "lauf1", First: legacyKey(a), Second: legacyKey(b)}
	}
	if err := s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "lauf1", Source: "dev", At: s.Now()}, []legacy.Question{pair(1, 2, "66", "11"), pair(3, 4, "11", "")}, true); err != nil {
		t.Fatal(err)
	}
	s.As("pruefer").Get("/ueberfuehrung").Says("0 von 1 entschieden").Silent("Alle identischen")
	s.As("pruefer").Post("/ueberfuehrung/identische", url.Values{"fb": {"66"}}).Says("Zusammengeführt wird nichts.", "1 Paar gehört auch zu einem anderen Fachbereich.")
	c := s.As("grundsatz")
	c.Get("/ueberfuehrung").Says("Alle identischen")
	c.Post("/ueberfuehrung/identische", url.Values{"fb": {"11"}}).Says("1 Paar identischer Dokumente wird zusammengeführt.", "1 Paar gehört auch zu einem anderen Fachbereich.", "1 von 2 entschieden").Silent("Alle identischen")
}

func TestATrialRunKeepsNothing(t *testing.T) {
	s := servertest.New(t)
	export, err := os.ReadFile("../../importer/dev/testdata/dev-datenbank.dxl")
	if err != nil {
		t.Fatal(err)
	}
	head := s.Repository.Head()
	c := s.As("expertin")
	try := func(source, name string, data []byte) *servertest.Page {
		t.Helper()
		return c.Upload("/ueberfuehrung/probelauf", url.Values{"quelle": {source}}, name, data)
	}
	try("dev", "../../dev.dxl", export).Want(http.StatusOK).Says("Ergebnis für", "Gespeichert wurde nichts.", "zurückgehalten", "übernommen", "„Reisekosten – Rahmenbedingung“ und „Dienstreise beantragen“", "andere Frist", "binnen 6 Monaten").Silent("Dokument 0")
	try("dev", "dev.dxl", []byte("Das ist kein DXL.")).Want(http.StatusUnprocessableEntity).Says("dev.dxl")
	try("dev", "dev.dxl", export[:3000]).Want(http.StatusOK).Says("Ergebnis für", "bricht ab")
	try("excel", "dev.dxl", export).Want(http.StatusUnprocessableEntity).Says("ist keine Quelle für einen Probelauf")
	try("notes", "", nil).Want(http.StatusUnprocessableEntity).Says("Datei")
	if s.Repository.Head() != head {
		t.Error("a trial run wrote into the library")
	}
	left, err := os.ReadDir(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), "trial-") {
			t.Errorf("%s is left", entry.Name())
		}
	}
	if runs, total, err := s.Legacy.Runs(t.Context(), s.Operator, 5, 0); err != nil || total != 0 {
		t.Errorf("%v, %v", runs, err)
	}
	s.As("leserin").Upload("/ueberfuehrung/probelauf", url.Values{"quelle": {"dev"}}, "dev.dxl", export).Want(http.StatusForbidden)
}
