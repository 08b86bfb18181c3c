package content

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/fault"
)

// complaints lists the faults of a file as "key field:line".
func complaints(err error) []string {
	var out []string
	if err == nil {
		return nil
	}
	for _, each := range flattenErrors(err) {
		f, ok := fault.Of(each)
		if !ok {
			out = append(out, each.Error())
			continue
		}
		out = append(out, fmt.Sprintf("%s %s:%d", f.Key, f.Field, f.Line))
	}
	return out
}

// under puts a line of front matter below two good ones: it is line 4.
func under(line string) string {
	return "---\ntitel: Streuplan\nbereich: \"66\"\n" + line + "\n---\nErst die Brücken.\n"
}

// TestEveryFieldRefusesWhatItCannotMean gives every key the values people and
// programs get wrong. Each is refused with its line, and title and department
// of the text are read all the same.
func TestEveryFieldRefusesWhatItCannotMean(t *testing.T) {
	long, longer := strings.Repeat("ä", 301), strings.Repeat("ü", 2001)
	many := "[" + strings.Repeat("a, ", 100) + "a]"
	cases := map[string]map[string]string{
		"id":            {"17": "bad-id", "ABCDEFGH23": "bad-id", "abcdefgh2": "bad-id", "abcdefgh01": "bad-id", "[abcdefgh23]": "not-text"},
		"art":           {"Artikel": "bad-kind", "ratgeber": "bad-kind", "[artikel]": "not-text", strings.Repeat("a", 41): "too-long"},
		"kurz":          {"[a, b]": "not-text", "{a: b}": "not-text", longer: "too-long"},
		"nummer":        {strings.Repeat("9", 101): "too-long", "[1]": "not-text"},
		"sprache":       {"Deutsch (auch leichte Sprache)": "too-long"},
		"verbindlich":   {"jein": "bad-binding", "1": "bad-binding", "[ja]": "not-text"},
		"themen":        {"{a: b}": "not-list", "[[a]]": "not-list", "[a, {b: c}]": "not-list", many: "list-too-long", "[" + longer + "]": "not-list"},
		"schlagworte":   {"{a: b}": "not-list", many: "list-too-long"},
		"ersetzt":       {"[alt]": "bad-id", "alt": "bad-id", "{a: b}": "not-list"},
		"ersetzt_durch": {"neu": "bad-id", "[abcdefgh23, neu]": "bad-id"},
		"sichtbar": {"intern": "bad-visibility", "{bereich: [66]}": "bad-visibility", "{rollen: [leserin]}": "bad-role",
			"{bereiche: {a: b}}": "not-list", "[\"66\"]": "bad-visibility", "{bereiche: []}": "bad-visibility"},
	}
	for _, day := range []string{"gueltig_ab", "gueltig_bis", "beschlossen_am", "geprueft_am", "naechste_pruefung"} {
		cases[day] = map[string]string{"01.03.2026": "bad-date", "2026-2-1": "bad-date", "2026-02-29": "bad-date", "2026-13-01": "bad-date",
			"März 2026": "bad-date", "2026": "bad-date", "2026-03-01T00:00:00Z": "bad-date", "[2026-03-01]": "not-text", "0": "bad-date"}
	}
	for _, text := range []string{"ansprechperson", "pruefer", "erlassen_von"} {
		cases[text] = map[string]string{"[Amt, Leitung]": "not-text", longer: "too-long"}
	}
	for key, values := range cases {
		for value, want := range values {
			d, err := ParseDocument("wissen/s/streuplan/index.md", []byte(under(key+": "+value)))
			wanted := fmt.Sprintf("content.%s %s:4", want, key)
			if got := complaints(err); !slices.Contains(got, wanted) {
				t.Errorf("%s: %.40s: %v instead of %s", key, value, got, wanted)
			}
			if d.Meta.Title != "Streuplan" || d.Meta.Department != "66" || string(d.Body) != "Erst die Brücken.\n" {
				t.Errorf("%s: %.40s: the rest of the file is lost: %+v", key, value, d.Meta)
			}
			if f, _ := fault.Of(flattenErrors(err)[0]); f.Path != "wissen/s/streuplan/index.md" || f.Kind != fault.Invalid {
				t.Errorf("%s: %.40s: %+v", key, value, f)
			}
		}
	}
	_, err := ParseDocument("x.md", []byte("---\nbereich: \"66\"\ntitel: "+long+"\n---\n"))
	if got := complaints(err); !slices.Equal(got, []string{"content.too-long titel:3"}) {
		t.Errorf("a long title: %v", got)
	}
}

// TestAllMistakesAreNamedAtOnce spares people one round trip per mistake.
func TestAllMistakesAreNamedAtOnce(t *testing.T) {
	_, err := ParseDocument("x.md", []byte("---\n# Entwurf\nart: gedicht\n\ntitel: Ode\ngueltig_ab: bald\ngueltig_bis: später\nverbindlich: sehr\ntitel: Ode an den Winter\n---\n"))
	got := complaints(err)
	slices.Sort(got)
	want := []string{"content.bad-binding verbindlich:8", "content.bad-date gueltig_ab:6", "content.bad-date gueltig_bis:7", "content.bad-kind art:3", "content.key-twice titel:9"}
	if !slices.Equal(got, want) {
		t.Errorf("%v instead of %v", got, want)
	}
}

// TestFieldsTakeWhatPeopleWrite reads the spellings that are right.
func TestFieldsTakeWhatPeopleWrite(t *testing.T) {
	for line, read := range map[string]func(Meta) (got, want string){
		"art:":                            func(m Meta) (string, string) { return string(m.Kind), "artikel" },
		"art: 'dienstanweisung'":          func(m Meta) (string, string) { return string(m.Kind), "dienstanweisung" },
		"verbindlich: JA":                 func(m Meta) (string, string) { return string(m.Binding), "ja" },
		"verbindlich: true":               func(m Meta) (string, string) { return string(m.Binding), "ja" },
		"verbindlich: false":              func(m Meta) (string, string) { return string(m.Binding), "nein" },
		"verbindlich: Ungeprüft":          func(m Meta) (string, string) { return string(m.Binding), "ungeprüft" },
		"verbindlich:":                    func(m Meta) (string, string) { return string(m.Binding), "" },
		"themen: Winter":                  func(m Meta) (string, string) { return strings.Join(m.Topics, "|"), "Winter" },
		"themen: [Winter, '', Straße]":    func(m Meta) (string, string) { return strings.Join(m.Topics, "|"), "Winter|Straße" },
		"themen:\n- Winter\n- 2026":       func(m Meta) (string, string) { return strings.Join(m.Topics, "|"), "Winter|2026" },
		"themen: []":                      func(m Meta) (string, string) { return strings.Join(m.Topics, "|"), "" },
		"nummer: 37":                      func(m Meta) (string, string) { return m.Number, "37" },
		"nummer: 1.10":                    func(m Meta) (string, string) { return m.Number, "1.10" },
		"nummer: 007":                     func(m Meta) (string, string) { return m.Number, "007" },
		"gueltig_ab: 2024-02-29":          func(m Meta) (string, string) { return string(m.ValidFrom), "2024-02-29" },
		"gueltig_ab: \"2024-02-29\"":      func(m Meta) (string, string) { return string(m.ValidFrom), "2024-02-29" },
		"gueltig_ab: 2024-02-29 # Schalt": func(m Meta) (string, string) { return string(m.ValidFrom), "2024-02-29" },
		"gueltig_ab:":                     func(m Meta) (string, string) { return string(m.ValidFrom), "" },
		"kurz: >\n  Eins\n  zwei":         func(m Meta) (string, string) { return m.Summary, "Eins zwei" },
		"kurz: \"a\\tb\"":                 func(m Meta) (string, string) { return m.Summary, "a\tb" },
		"ersetzt: abcdefgh23":             func(m Meta) (string, string) { return fmt.Sprint(m.Replaces), "[abcdefgh23]" },
		"ersetzt_durch: [abcdefgh23]":     func(m Meta) (string, string) { return string(m.ReplacedBy), "abcdefgh23" },
		"sichtbar: {bereiche: 66}":        func(m Meta) (string, string) { return strings.Join(m.Audience(), "|"), "fb:66" },
		"sichtbar:\n  rollen: trainer":    func(m Meta) (string, string) { return strings.Join(m.Audience(), "|"), "rolle:trainer" },
		"herkunft: Amtsblatt":             func(m Meta) (string, string) { return fmt.Sprint(m.Origin), fmt.Sprint(Origin{}) },
		"gueltig_ab: 2026-01-01\ngueltig_bis: 2026-01-01": func(m Meta) (string, string) {
			return string(m.ValidFrom + m.ValidUntil), "2026-01-012026-01-01"
		},
	} {
		d, err := ParseDocument("x.md", []byte(under(line)))
		if err != nil {
			t.Errorf("%q: %v", line, complaints(err))
		}
		if got, want := read(d.Meta); got != want {
			t.Errorf("%q: %q instead of %q", line, got, want)
		}
	}
}

// TestTheTitleIsFoundSomewhere takes the key, those of other systems, the
// first heading, and at last the name of the file.
func TestTheTitleIsFoundSomewhere(t *testing.T) {
	for source, want := range map[string]string{
		"---\ntitel: \" Streu   plan \"\n---\n# Anders\n": "Streu plan",
		"---\ntitle: Gesetz\n---\n# Anders\n":             "Gesetz",
		"---\nTitle: Law\ntitle: Gesetz\n---\n":           "Gesetz",
		"---\ntitel:\ntitle: Gesetz\n---\n":               "Gesetz",
		"---\nid: abcdefgh23\n---\n# Winter #\n":          "Winter",
		"## Zwei\n\n# Eins\n":                             "Eins",
		"# \n\n# Zweite\n":                                "Zweite",
		"Kein Titel":                                      "schnee fang",
		"":                                                "schnee fang",
		"---\ntitel: \"offen\n---\n# Winter\n":            "Winter",
	} {
		d, _ := ParseDocument("wissen/s/schnee_fang/index.md", []byte(source))
		if d.Meta.Title != want {
			t.Errorf("%q is called %q instead of %q", source, d.Meta.Title, want)
		}
	}
	if d, _ := ParseDocument("bgb.md", nil); d.Meta.Title != "bgb" {
		t.Errorf("a file at the top is called %q", d.Meta.Title)
	}
}

// TestWhatIsNoFrontMatter reads files that only look as if they had some.
func TestWhatIsNoFrontMatter(t *testing.T) {
	for name, source := range map[string]string{
		"never closed":  "---\ntitel: Streuplan\n\nText\n",
		"a rule first":  "\n---\ntitel: x\n---\n",
		"four dashes":   "----\ntitel: x\n----\n",
		"only a rule":   "---",
		"indented":      " ---\ntitel: x\n---\n",
		"text, dashes":  "Text\n---\ntitel: x\n---\n",
		"an empty file": "",
	} {
		d, err := ParseDocument("x.md", []byte(source))
		if err != nil || string(d.Body) != source || d.BodyLine != 1 || len(d.Fields()) != 0 {
			t.Errorf("%s: body %q from line %d, %v (%v)", name, d.Body, d.BodyLine, d.Fields(), err)
		}
	}
	for name, source := range map[string]string{
		"empty": "---\n---\nText\n", "only a remark": "---\n# leer\n---\nText\n", "blank": "---\n\n\n---\nText\n",
		"closed by dots": "---\n\n...\nText\n", "trailing space": "---  \n\n--- \nText\n",
	} {
		d, err := ParseDocument("x.md", []byte(source))
		if err != nil || string(d.Body) != "Text\n" || len(d.Fields()) != 0 {
			t.Errorf("%s: body %q, %v (%v)", name, d.Body, d.Fields(), err)
		}
		if got := 1 + strings.Count(source[:strings.Index(source, "Text")], "\n"); d.BodyLine != got {
			t.Errorf("%s: the body begins on line %d, not %d", name, d.BodyLine, got)
		}
	}
}
