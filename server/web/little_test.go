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

// hidden are the hidden fields of the form that sends to an address.
func hidden(page *servertest.Page, to string) url.Values {
	out := url.Values{}
	for _, n := range page.All(`form[action="` + to + `"] input[type="hidden"]`) {
		out.Add(servertest.Attribute(n, "name"), servertest.Attribute(n, "value"))
	}
	return out
}

func TestWhatWasWrittenReturnsAfterSigningIn(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	a := s.Write("expertin", content.Edit{Title: "Spülplan", Department: "66", Body: "Montags.\n"})
	const typed = "Zeile \"eins\".\n\n<b>Zeile</b> & zwei."
	proposal := proposes(s.As("expertin"), "Belege nach vier Wochen.", "Frist").Want(http.StatusOK).URL.Path
	for at, multipart := range map[string]bool{"/neu": false, content.Address(a.ID) + "/bearbeiten": true, "/a/reisekost2/vorschlagen": false, proposal + "/bearbeiten": false} {
		c := s.As("expertin")
		fields := form(c.Get(at).Want(http.StatusOK), url.Values{"titel": {"Kanal <spülen>"}, "text": {typed}, "kurz": {"Zwei\r\nZeilen"}})
		c.Post("/abmelden", nil)
		var page *servertest.Page
		if multipart {
			page = c.Upload(at, fields, "plan.txt", []byte("x"))
		} else {
			page = c.Post(at, fields)
		}
		page.Want(http.StatusUnauthorized).Says("Er ist nicht verloren").Silent("Kopieren Sie ihn")
		sound(t, page, "the sign-in of a writer")
		sent := hidden(page, "/anmelden")
		sent.Set("anmeldename", "expertin")
		sent.Set("passwort", "falsch")
		page = c.Post("/anmelden", sent).Want(http.StatusUnauthorized).Says("Er ist nicht verloren")
		sent = hidden(page, "/anmelden")
		sent.Set("anmeldename", "expertin")
		sent.Set("passwort", servertest.Password)
		editor := c.Post("/anmelden", sent).Want(http.StatusOK)
		if editor.URL.Path != at || strings.Contains(editor.URL.RawQuery, "Zeile") {
			t.Errorf("from %s the sign-in leads to %s", at, editor.URL)
		}
		for selector, want := range map[string]string{"#feld-titel": "Kanal <spülen>", "#text": typed, "#feld-kurz": "Zwei\nZeilen"} {
			got := editor.Value(selector)
			if n := editor.One(selector); n.Data == "textarea" {
				got = strings.TrimPrefix(n.FirstChild.Data, "\n")
			}
			if got != want {
				t.Errorf("%s: %s came back as %q", at, selector, got)
			}
		}
	}
}

func TestWhatWasWrittenIsNobodyElsesDraft(t *testing.T) {
	s := servertest.New(t)
	e := content.Edit{Title: "Notfallnummern", Department: "66", Body: "Geheim.\n", Meta: closed66()}
	a := s.Write("expertin", e)
	c := s.As("expertin")
	at := content.Address(a.ID) + "/bearbeiten"
	fields := form(c.Get(at).Want(http.StatusOK), url.Values{"text": {"Neue Nummern."}})
	c.Post("/abmelden", nil)
	sent := hidden(c.Post(at, fields), "/anmelden")
	sent.Set("anmeldename", "leserin")
	sent.Set("passwort", servertest.Password)
	page := c.Post("/anmelden", sent).Want(http.StatusNotFound).Says("Kopieren Sie ihn", "Neue Nummern.").Silent("Geheim")
	sound(t, page, "somebody else signs in")
	if drafts, err := s.Library.MyDrafts(t.Context(), s.Actor("leserin")); err != nil || len(drafts) != 0 {
		t.Errorf("%d drafts (%v)", len(drafts), err)
	}

	huge := url.Values{"titel": {"Lang"}, "text": {strings.Repeat("wort ", 500_000)}}
	long := s.Stranger().Post("/neu", huge).Want(http.StatusUnauthorized).Says("Kopieren Sie ihn")
	if n := len(long.All(`input[name="geschrieben-text"]`)); n != 0 {
		t.Error("a text without bounds travels")
	}
	remark := s.Stranger().Post(content.Address(a.ID)+"/fragen", url.Values{"text": {"Wann?"}})
	if n := len(remark.All(`input[name="geschrieben-text"]`)); n != 0 {
		t.Error("what is no text becomes a draft")
	}
}

func closed66() map[string]any {
	return map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
}

func TestASearchWithoutHitsSaysWhatToDo(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", article66("Streuplan", "Salz.\n"))
	s.Indexed()
	const at = "/suche?q=%3Cb%3EKaffee%20%20automat"
	page := s.As("expertin").Get(at).Want(http.StatusOK).Says("Nehmen Sie ein Wort weniger", "Unter jedem Text können Sie eine Frage stellen", "Text anlegen: <b>Kaffee")
	sound(t, page, "a search without hits")
	editor := s.As("expertin").Get(servertest.Attribute(page.One(`.empty a[href^="/neu"]`), "href")).Want(http.StatusOK)
	if got := editor.Value("#feld-titel"); got != "<b>Kaffee automat" {
		t.Errorf("the new text is called %q", got)
	}
	reader := s.As("leserin").Get(at).Silent("Text anlegen")
	if got := reader.Value(`.empty select[name="fb"] option[selected]`); got != s.People["leserin"].Department {
		t.Errorf("the department %q is chosen", got)
	}
	asked := s.As("leserin").Get("/wissen?fb=66").Want(http.StatusOK).Says("Streuplan")
	s.As("leserin").Get(servertest.Attribute(asked.One(`main a[href^="/a/"]`), "href")).Says("Frage stellen", "Wer kennt sich aus?")
	s.As("expertin").Get("/suche?q=salz").Silent("Text anlegen", "Im Fachbereich nachfragen")
}

func article66(title, body string) content.Edit {
	return content.Edit{Title: title, Department: "66", Body: body}
}

func TestNobodyIsAskedToTakeNoteOfTheirOwnWords(t *testing.T) {
	s := servertest.New(t)
	asks := "kenntnisnahme:\n  pflicht: ja\n  gruppen: [alle]\n"
	s.Place("standards/r/reisen/index.md", "---\nid: reisekost2\nart: standard\ntitel: Reisekosten\nbereich: \"66\"\nverbindlich: ja\n"+asks+"---\n\nBelege nach zwei Wochen.\n")
	asked := func(login string) bool {
		t.Helper()
		page := s.As(login).Get("/a/reisekost2").Want(http.StatusOK)
		sound(t, page, login)
		return len(page.All("#zur_kenntnis")) == 1
	}
	for _, login := range []string{"expertin", "pruefer", "leserin"} {
		if !asked(login) {
			t.Errorf("%s is not asked for what others wrote", login)
		}
	}
	page := s.As("leserin").Get("/a/reisekost2")
	if len(page.All(`.dutybanner a[href="#zur_kenntnis"]`)) != 1 || len(page.All(`.prose ~ #zur_kenntnis form[action$="/kenntnisnahme"]`)) != 1 || len(page.All(".dutybanner form")) != 0 {
		t.Error("the button does not stand behind the text, or the banner does not lead there")
	}

	author, reviewer := s.As("expertin"), s.As("pruefer")
	at := author.Post("/a/reisekost2/vorschlagen", form(author.Get("/a/reisekost2/vorschlagen"), url.Values{
		"text": {"Belege nach einer Woche."}, "aenderung": {"Frist"}, "bedeutung": {"fachlich"}, "kenntnisnahme": {"ja"},
	})).Want(http.StatusOK).URL.Path
	reviewer.Post(at+"/freigeben", url.Values{"fassung": {reviewer.Get(at).Value(`input[name="fassung"]`)}}).Want(http.StatusOK)
	for login, want := range map[string]bool{"expertin": false, "pruefer": false, "leserin": true} {
		if asked(login) != want {
			t.Errorf("%s is asked: %v", login, !want)
		}
	}
	s.As("expertin").Get("/a/reisekost2").Says("Sie haben diese Fassung geschrieben oder freigegeben")
	if duties, err := s.Library.Duties(t.Context(), s.Actor("pruefer")); err != nil || len(duties) != 0 {
		t.Errorf("the approver has %d duties (%v)", len(duties), err)
	}
	if err := s.Library.RemindAcknowledgements(t.Context()); err != nil {
		t.Fatal(err)
	}
	for login, want := range map[string]int{"expertin": 0, "leserin": 1} {
		asks, err := s.Store.AsksOf(t.Context(), s.People[login].ID)
		if err != nil || len(asks) != want {
			t.Errorf("%s has %d asks (%v)", login, len(asks), err)
		}
	}

	// The next version is somebody else's.
	clerk := s.As("leserin")
	at = clerk.Post("/a/reisekost2/vorschlagen", form(clerk.Get("/a/reisekost2/vorschlagen"), url.Values{
		"text": {"Belege sofort."}, "aenderung": {"Frist"}, "bedeutung": {"fachlich"}, "kenntnisnahme": {"ja"},
	})).Want(http.StatusOK).URL.Path
	reviewer.Post(at+"/freigeben", url.Values{"fassung": {reviewer.Get(at).Value(`input[name="fassung"]`)}}).Want(http.StatusOK)
	if !asked("expertin") || asked("leserin") {
		t.Error("the words of somebody else count as own")
	}
}

func TestAMistakeAboutADeputyIsSaidOnce(t *testing.T) {
	s := servertest.New(t)
	page := s.As("pruefer").Post("/konto/vertretung", url.Values{"anmeldename": {"niemand"}, "von": {"2026-11-24"}, "bis": {"2026-11-25"}}).Want(http.StatusUnprocessableEntity)
	sound(t, page, "a wrong deputy")
	at := page.Text("#fehler-anmeldename")
	if n := strings.Count(page.Text("main"), strings.TrimSpace(at)); at == "" || n != 1 {
		t.Errorf("%q is said %d times", at, n)
	}
	if got := servertest.Attribute(page.One(`[role="alert"] a`), "href"); got != "#"+servertest.Attribute(page.One(`[aria-invalid="true"]`), "id") {
		t.Errorf("the alert leads to %s", got)
	}
}

func TestDepartmentsThatFollowTheCityAreOneLine(t *testing.T) {
	s := servertest.New(t)
	c := s.As("grundsatz")
	rows := func() int { return len(c.Get("/freigaberegeln").Want(http.StatusOK).All("main table tbody tr")) }
	if got := rows(); got != 1 {
		t.Errorf("%d rows although nobody differs", got)
	}
	c.Post("/freigaberegeln", url.Values{"bereich": {"66"}, "art": {"artikel"}, "anzahl": {"1"}, "stand": {c.Get("/freigaberegeln").Value("input[name=stand]")}}).Want(http.StatusOK)
	page := c.Get("/freigaberegeln").Want(http.StatusOK)
	sound(t, page, "rules")
	if got := page.Text("main table tbody tr:last-child th"); rows() != 2 || got != "66 Tiefbau" {
		t.Errorf("%d rows, the last is %s", rows(), got)
	}
	if got := page.Text("main details summary"); got != "5 Fachbereiche halten es wie die ganze Stadtverwaltung" {
		t.Errorf("folded is %q", got)
	}
}

func TestOnlyLinesWithWordsAreCounted(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article66("Streuplan", "Salz.\n"))
	b, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Salz.\n\n---\n\nSplitt.\n\nSand.\n"})
	if err != nil {
		t.Fatal(err)
	}
	s.As("leserin").Get(content.Address(a.ID) + "/vergleich").Says("2 Zeilen hinzugefügt, 0 Zeilen entfernt")
	if _, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, b.ETag, content.Edit{Body: "Salz.\n\nSplitt.\n\nSand.\n"}); err != nil {
		t.Fatal(err)
	}
	s.As("leserin").Get(content.Address(a.ID)+"/vergleich").Says("0 Zeilen hinzugefügt, 0 Zeilen entfernt", "(Änderung 1 von 1)").Silent("gleich geblieben")
}

func TestWhatWasWrittenAboutAProposalGoesWithTheDecision(t *testing.T) {
	s := servertest.New(t)
	placeStandard(s)
	author, reviewer := s.As("expertin"), s.As("pruefer")
	for name, decide := range map[string]func(at string){
		"released": func(at string) {
			reviewer.Post(at+"/freigeben", url.Values{"fassung": {reviewer.Get(at).Value(`input[name="fassung"]`)}}).Want(http.StatusOK)
		},
		"withdrawn": func(at string) {
			author.Post(at+"/zurueckziehen", hidden(author.Get(at), at+"/zurueckziehen")).Want(http.StatusOK)
		},
	} {
		at := proposes(author, "Belege nach drei Wochen, "+name+".", "Frist").Want(http.StatusOK).URL.Path
		fields := form(author.Get(at+"/bearbeiten").Want(http.StatusOK), url.Values{"text": {"Noch nicht fertig."}})
		author.Post("/entwurf", fields).Want(http.StatusOK)
		kept := func() int {
			drafts, err := s.Store.DraftsOf(t.Context(), s.People["expertin"].ID)
			if err != nil {
				t.Fatal(err)
			}
			return len(drafts)
		}
		before := kept()
		decide(at)
		if after := kept(); before != 1 || after != 0 {
			t.Errorf("%s: %d drafts before and %d after", name, before, after)
		}
	}
}
