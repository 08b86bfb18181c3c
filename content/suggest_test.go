package content

import (
	"testing"
)

func TestSuggestedKindOfChange(t *testing.T) {
	const e, m = ChangeEditorial, ChangeMaterial
	for _, c := range []struct {
		name, before, after string
		want                ChangeKind
	}{
		{"nothing", "Ab 5 Uhr streuen.", "Ab 5 Uhr streuen.", e},
		{"white space", "Ab 5 Uhr\nstreuen.", "Ab 5 Uhr  streuen.\n", e},
		{"quotation marks and a comma", `Wer "bereit" ist kommt.`, "Wer „bereit“ ist, kommt.", e},
		{"a letter missing", "Die Reisekostn werden erstattet.", "Die Reisekosten werden erstattet.", e},
		{"letters that changed places", "Der Bürgermiester unterschreibt.", "Der Bürgermeister unterschreibt.", e},
		{"old spelling", "Er muß den Prozeß kennen.", "Er muss den Prozess kennen.", e},
		{"case", "im folgenden", "im Folgenden", e},
		{"words joined", "zu Gunsten der Stadt", "zugunsten der Stadt", e},
		{"emphasis", "Die Frist beachten.", "Die **Frist** beachten.", e},
		{"a number", "Ab 5 Uhr.", "Ab 4 Uhr.", m},
		{"a decimal point", "1.000 Euro", "1,000 Euro", m},
		{"a date", "bis 1.3.2026", "bis 1.4.2026", m},
		{"a month", "bis Juni", "bis Juli", m},
		{"a sign", "§ 5 gilt", "5 gilt", m},
		{"a negation", "Das ist erlaubt.", "Das ist nicht erlaubt.", m},
		{"another negation", "Es gibt eine Ausnahme.", "Es gibt keine Ausnahme.", m},
		{"a prefix", "Der Antrag ist zulässig.", "Der Antrag ist unzulässig.", m},
		{"may and must", "Sie kann zahlen.", "Sie muss zahlen.", m},
		{"a sentence more", "Streuen.", "Streuen. Auch samstags.", m},
		{"a sentence less", "Streuen. Auch samstags.", "Streuen.", m},
		{"another word", "Der Bauhof streut.", "Der Winterdienst streut.", m},
		{"struck through", "Streuen.", "~~Streuen~~.", m},
		{"a link", "[Formular](https://a.example/eins)", "[Formular](https://a.example/einz)", m},
		{"words in another order", "Eltern vor Kindern", "Kindern vor Eltern", m},
	} {
		if got := SuggestChange(text(t, "", c.before), text(t, "", c.after)); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	for _, c := range []struct {
		name, before, after string
		want                ChangeKind
	}{
		{"a slip in the title", "titel: Reisekostn\n", "titel: Reisekosten\n", e},
		{"another title", "titel: Reisekosten\n", "titel: Umzugskosten\n", m},
		{"keywords", "", "schlagworte: [salz]\n", e},
		{"still right", "geprueft_am: 2025-01-01\n", "geprueft_am: 2026-01-01\n", e},
		{"validity", "", "gueltig_bis: 2026-12-31\n", m},
		{"audience", "", "sichtbar: alle\n", m},
		{"department", "bereich: \"66\"\n", "bereich: \"11\"\n", m},
	} {
		if got := SuggestChange(text(t, c.before, "Text."), text(t, c.after, "Text.")); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func text(t *testing.T, head, body string) Document {
	t.Helper()
	d, err := ParseDocument("wissen/t/t/index.md", []byte("---\nid: textaaaaa2\nart: artikel\n"+head+"---\n\n"+body+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func FuzzSuggestChange(f *testing.F) {
	f.Add("Ab 5 Uhr.", "Ab 4 Uhr.")
	f.Add("[x](y) ~~a~~ §", "\xff\u0301")
	f.Fuzz(func(t *testing.T, a, b string) {
		before, after := Document{Body: []byte(a)}, Document{Body: []byte(b)}
		if SuggestChange(before, after) != SuggestChange(after, before) {
			t.Errorf("%q and %q differ by direction", a, b)
		}
		if SuggestChange(before, before) != ChangeEditorial {
			t.Errorf("%q differs from itself", a)
		}
	})
}
