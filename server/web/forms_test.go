package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"staffelstab/server/servertest"
)

// wrongForm is a form somebody filled in wrongly.
type wrongForm struct {
	name   string
	as     string
	to     string
	fields url.Values
	status int
	field  string // where the sentence stands; "" for the form as a whole
	says   string // part of the sentence
	kept   []string
}

// wrongForms is every form with every mistake people can make in it.
func wrongForms(w *town) []wrongForm {
	person, person2 := "/verwaltung/person/"+w.People["leserin"].ID, "/verwaltung/person/"+w.People["expertin"].ID
	text := func(change ...string) url.Values {
		v := url.Values{"titel": {"Schneeräumung"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"Erst die Schulwege."}, "kurz": {"Schulwege zuerst."}}
		for i := 0; i+1 < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	long := strings.Repeat("ü", 400)
	return append([]wrongForm{
		{"no title", "expertin", "/neu", text("titel", "  "), 422, "titel", "geben Sie dem Text einen Titel", []string{"text", "kurz"}},
		{"no department", "expertin", "/neu", text("bereich", ""), 403, "", "dürfen Sie keine Texte speichern", []string{"titel", "text"}},
		{"foreign department", "expertin", "/neu", text("bereich", "11"), 403, "", "Für den Bereich 11 dürfen Sie keine Texte speichern", []string{"titel", "text", "kurz"}},
		{"unknown kind", "expertin", "/neu", text("art", "gedicht"), 422, "art", "keine bekannte Textart", []string{"titel", "text"}},
		{"standard elsewhere", "expertin", "/neu", text("art", "standard", "bereich", "11"), 403, "", "Für den Bereich 11", []string{"titel", "text"}},
		{"no date", "expertin", "/neu", text("naechste_pruefung", "nächstes Jahr"), 422, "naechste_pruefung", "„nächstes Jahr“ im Feld „Nächste Prüfung“ ist kein Datum", []string{"naechste_pruefung", "text"}},
		{"impossible day", "expertin", "/neu", text("gueltig_ab", "2026-02-30"), 422, "gueltig_ab", "ist kein Datum", []string{"gueltig_ab", "text"}},
		{"backwards", "expertin", "/neu", text("gueltig_ab", "2027-05-01", "gueltig_bis", "2027-04-30"), 422, "gueltig_bis", "also vor ihrem Beginn", []string{"gueltig_ab", "gueltig_bis"}},
		{"long contact", "expertin", "/neu", text("ansprechperson", strings.Repeat(long, 6)), 422, "ansprechperson", "Das Feld „Ansprechstelle“ ist zu lang", []string{"ansprechperson", "text"}},
		{"wrong again", "expertin", w.at("/bearbeiten"), text("naechste_pruefung", "morgen", "basis", w.pump.ETag), 422, "naechste_pruefung", "ist kein Datum", []string{"text", "kurz"}},
		{"long title", "expertin", w.at("/bearbeiten"), text("titel", long, "basis", w.pump.ETag), 422, "titel", "Das Feld „Titel“ ist zu lang", []string{"titel", "text"}},
		{"broken question", "expertin", "/neu", text("art", "lektion", "modul", "modulaaaa2", "text", "## Frage: Wer?\n\n1. [ ] Ich\n2. [ ] Du\n"), 422, "text", "Zeile 3:", []string{"titel"}},
		{"two passwords", "leserin", "/konto", url.Values{"alt": {servertest.Password}, "neu": {"ein ganz neues wort"}, "wiederholung": {"ein anderes"}}, 422, "wiederholung", "nicht gleich", nil},
		{"old password", "leserin", "/konto", url.Values{"alt": {"falsch"}, "neu": {"ein ganz neues wort"}, "wiederholung": {"ein ganz neues wort"}}, 422, "alt", "bisherige Passwort stimmt nicht", nil},
		{"short password", "leserin", "/konto", url.Values{"alt": {servertest.Password}, "neu": {"kurz"}, "wiederholung": {"kurz"}}, 422, "neu", "mindestens 12 Zeichen", nil},
		{"token for ever", "leserin", "/konto/token", url.Values{"wofuer": {"Bericht"}, "umfang": {"write"}, "tage": {"99999"}}, 422, "tage", "von 1 bis 730 Tagen", []string{"wofuer", "umfang", "tage"}},
		{"token for anything", "leserin", "/konto/token", url.Values{"wofuer": {"Bericht"}, "umfang": {"alles"}, "tage": {"30"}}, 422, "umfang", "Möglich sind", []string{"wofuer", "tage"}},
		{"token without a name", "leserin", "/konto/token", url.Values{"wofuer": {long}, "umfang": {"read"}, "tage": {"30"}}, 422, "wofuer", "höchstens 120 Zeichen", []string{"wofuer", "tage"}},
		{"sign-in", "", "/anmelden", url.Values{"anmeldename": {"leserin"}, "passwort": {"falsch"}, "weiter": {"/wissen"}}, 401, "", "Anmeldename oder Passwort stimmt nicht", []string{"anmeldename", "weiter"}},
	}, append(wrongTraining(w), wrongAccounts(person, person2, long)...)...)
}

func wrongTraining(w *town) []wrongForm {
	return []wrongForm{
		{"cohort without a name", "leitung", "/ausbildung", url.Values{"name": {""}, "beruf": {"FI"}, "jahr": {"2027"}}, 422, "name", "einen Namen", []string{"beruf", "jahr"}},
		{"cohort of a year", "leitung", "/ausbildung", url.Values{"name": {"FI 27"}, "beruf": {"FI"}, "jahr": {"27"}}, 422, "jahr", "vierstellig", []string{"name", "jahr"}},
		{"cohort without a trade", "leitung", "/ausbildung", url.Values{"name": {"Köche"}, "beruf": {"KO"}, "jahr": {"2027"}}, 422, "beruf", "aus der Liste", []string{"name", "jahr"}},
		{"trade without a short name", "leitung", "/ausbildung/berufe", url.Values{"kuerzel": {"V w"}, "bezeichnung": {"Verwaltungsfachangestellte"}}, 422, "kuerzel", "ein Kürzel", []string{"kuerzel", "bezeichnung"}},
		{"trade without a title", "leitung", "/ausbildung/berufe", url.Values{"kuerzel": {"VwFAng"}, "bezeichnung": {" "}}, 422, "bezeichnung", "Berufsbezeichnung", []string{"kuerzel"}},
		{"cohort renamed to nothing", "leitung", w.cohort, url.Values{"name": {""}, "jahr": {"2026"}, "module": {"modulaaaa2"}}, 422, "name", "einen Namen", []string{"jahr"}},
		{"apprentice nobody knows", "leitung", w.cohort + "/personen", url.Values{"anmeldename": {"gibtesnicht"}, "beginn": {"2026-08-01"}}, 422, "anmeldename", "kein Konto mit dem Anmeldenamen „gibtesnicht“", []string{"anmeldename", "beginn"}},
		{"apprentice from when", "leitung", w.cohort + "/personen", url.Values{"anmeldename": {"leserin"}, "beginn": {"im August"}}, 422, "beginn", "ein Datum mit Tag", []string{"anmeldename", "beginn"}},
		{"apprentice twice", "leitung", w.cohort + "/personen", url.Values{"anmeldename": {"azubi"}, "beginn": {"2026-08-01"}}, 409, "anmeldename", "schon in dem Jahrgang", []string{"anmeldename", "beginn"}},
	}
}

func wrongAccounts(person, person2, long string) []wrongForm {
	account := func(change ...string) url.Values {
		v := url.Values{"anmeldename": {"n.neu"}, "name": {"Nina Neu"}, "email": {"nina@stadt.example"}, "bereich": {"66"}}
		for i := 0; i+1 < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	return []wrongForm{
		{"number of a department", "admin", "/verwaltung/bereiche", url.Values{"nummer": {"6 6"}, "name": {"Tiefbau"}}, 422, "nummer", "als Nummer", []string{"nummer", "name"}},
		{"name of a department", "admin", "/verwaltung/bereiche", url.Values{"nummer": {"67"}, "name": {" "}}, 422, "name", "Namen des Fachbereichs", []string{"nummer"}},
		{"login", "admin", "/verwaltung", account("anmeldename", "Nina Neu"), 422, "anmeldename", "Kleinbuchstaben", []string{"anmeldename", "name", "email", "bereich"}},
		{"login taken", "admin", "/verwaltung", account("anmeldename", "leserin"), 409, "anmeldename", "gibt es schon", []string{"anmeldename", "name", "email", "bereich"}},
		{"name", "admin", "/verwaltung", account("name", " "), 422, "name", "geben Sie den Namen an", []string{"anmeldename", "email"}},
		{"mail", "admin", "/verwaltung", account("email", "nina"), 422, "email", "keine E-Mail-Adresse", []string{"email", "name"}},
		{"department", "admin", "/verwaltung", account("bereich", "Tief bau"), 422, "bereich", "als Nummer", []string{"name"}},
		{"mail of somebody", "admin", person, url.Values{"name": {"Petra Nowak-Klein"}, "email": {"petra"}, "bereich": {"33"}}, 422, "email", "keine E-Mail-Adresse", []string{"name", "email"}},
		{"long name", "admin", person, url.Values{"name": {long}, "bereich": {"33"}}, 422, "name", "höchstens 120 Zeichen", []string{"name"}},
		{"role", "admin", person, url.Values{"rolle": {"kaiserin"}, "bis": {"2027-01-31"}}, 422, "rolle", "gibt es nicht", []string{"bis"}},
		{"role of a department", "admin", person2, url.Values{"rolle": {"admin"}, "bereich": {"66"}}, 422, "bereich", "Geltungsbereich", []string{"rolle"}},
		{"role until when", "admin", person, url.Values{"rolle": {"author"}, "bereich": {"66"}, "bis": {"31.11.2027"}}, 422, "bis", "Beginn und Ende", []string{"rolle", "bis"}},
		{"password", "admin", person + "/passwort", url.Values{"passwort": {"kurz"}}, 422, "passwort", "mindestens 12 Zeichen", nil},
	}
}

func TestWrongFormsSayAtTheFieldWhatToDo(t *testing.T) {
	w := newTown(t)
	browsers := map[string]*servertest.Client{"": w.Stranger()}
	for _, c := range wrongForms(w) {
		t.Run(c.name, func(t *testing.T) {
			if browsers[c.as] == nil {
				browsers[c.as] = w.As(c.as)
			}
			to := c.to
			if c.fields.Has("rolle") {
				to += "/rollen"
			}
			page := browsers[c.as].Post(to, c.fields)
			if page.Status != c.status {
				t.Fatalf("answers %d at %s", page.Status, page.URL)
			}
			sound(t, page, to)
			alert := page.Text(`[role="alert"]`)
			if !strings.Contains(alert, c.says) {
				t.Errorf("the page says %q", alert)
			}
			atField(t, page, c.field, c.says)
			for _, name := range c.kept {
				if got := typed(t, page, name); got != c.fields.Get(name) {
					t.Errorf("%s came back as %q instead of %q", name, got, c.fields.Get(name))
				}
			}
			for _, n := range page.All(`input[type="password"]`) {
				if got := servertest.Attribute(n, "value"); got != "" {
					t.Errorf("a password came back: %q", got)
				}
			}
		})
	}
}

// atField checks that exactly one field is marked and that the sentence is
// read out with it.
func atField(t *testing.T, page *servertest.Page, field, says string) {
	t.Helper()
	marked := page.All(`[aria-invalid="true"]`)
	if field == "" {
		if len(marked) != 0 {
			t.Errorf("%d fields are marked although the form as a whole is wrong", len(marked))
		}
		return
	}
	if len(marked) != 1 || servertest.Attribute(marked[0], "name") != field {
		t.Fatalf("%d fields are marked instead of %s", len(marked), field)
	}
	described := ""
	for id := range strings.FieldsSeq(servertest.Attribute(marked[0], "aria-describedby")) {
		described += page.Text("#"+id) + " "
	}
	if !strings.Contains(described, says) {
		t.Errorf("with the field %s is read %q", field, described)
	}
	for n := marked[0].Parent; n != nil; n = n.Parent {
		if n.Data == "details" && !hasAttribute(n, "open") {
			t.Errorf("the field %s is folded away", field)
		}
	}
}

// typed is what a form that came back holds, in its marked form when several
// have a field of the name.
func typed(t *testing.T, page *servertest.Page, name string) string {
	t.Helper()
	fields := page.All(`form[method="post"] [name="` + name + `"]`)
	if len(fields) > 1 {
		if marked := page.All(`[aria-invalid="true"]`); len(marked) == 1 {
			fields = slices.DeleteFunc(fields, func(n *html.Node) bool { return sendsTo(n) != sendsTo(marked[0]) })
		}
	}
	if len(fields) != 1 {
		t.Fatalf("%d fields are called %s", len(fields), name)
	}
	n := fields[0]
	switch n.Data {
	case "textarea":
		return strings.TrimPrefix(n.FirstChild.Data, "\n")
	case "select":
		for _, o := range page.All(`[name="` + name + `"] option[selected]`) {
			if servertest.Attribute(o.Parent, "id") == servertest.Attribute(n, "id") {
				return servertest.Attribute(o, "value")
			}
		}
		return ""
	}
	return servertest.Attribute(n, "value")
}

// sendsTo is the address of the form a field belongs to.
func sendsTo(n *html.Node) string {
	for n != nil && n.Data != "form" {
		n = n.Parent
	}
	return servertest.Attribute(n, "action")
}

func TestCorrectedFormIsTaken(t *testing.T) {
	w := newTown(t)
	c := w.As("expertin")
	wrong := c.Post("/neu", url.Values{"titel": {"Eis"}, "art": {"artikel"}, "bereich": {"66"}, "text": {"Streuen."}, "naechste_pruefung": {"bald"}}).Want(http.StatusUnprocessableEntity)
	c.Post("/neu", form(wrong, url.Values{"naechste_pruefung": {"2027-03-01"}})).Want(http.StatusOK).Says("Gespeichert.", "Eis", "01.03.2027")
}
