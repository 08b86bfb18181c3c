package search

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// terms are the stems of a text.
func terms(text string) []string {
	var out []string
	for _, t := range tokenize(text) {
		out = append(out, t.stem)
	}
	return out
}

func TestSpellingsOfOneWordAreOneWord(t *testing.T) {
	for _, same := range [][]string{
		{"Straße", "Strasse", "STRASSE", "straße", "STRAẞE", "Stra\u00dfe"},
		{"Gebührenbescheid", "Gebuehrenbescheid", "GEBÜHRENBESCHEID", norm.NFD.String("Gebührenbescheid"), "Gebu\u0308hrenbescheid"},
		{"Ämter", "Aemter", "ÄMTER", norm.NFD.String("ämter")},
		{"Öffentlichkeit", "Oeffentlichkeit", "ÖFFENTLICHKEIT"},
		{"Café", "Cafe", "CAFÉ", norm.NFD.String("Café")},
		{"Stralsund", "ＳＴＲＡＬＳＵＮＤ"},
		{"Maß", "Mass"},
	} {
		for _, word := range same {
			got := tokenize(word)
			if len(got) != 1 || got[0].exact != tokenize(same[0])[0].exact {
				t.Errorf("%q is not the word %q: %+v", word, same[0], got)
			}
		}
	}
}

func TestFormsOfOneWordHaveOneStem(t *testing.T) {
	for _, same := range []string{
		"Haus Häuser Häusern Hauses", "Antrag Anträge Anträgen Antrages", "Straße Straßen", "Gebühr Gebühren", "Bescheid Bescheide Bescheiden Bescheides",
		"Kollege Kollegen", "Urlaub Urlaubs", "Frist Fristen", "Bürger Bürgern Bürgerinnen", "Mitarbeiter Mitarbeitern Mitarbeiterinnen", "städtisch städtische städtischer städtischen städtisches",
		"Auto Autos", "Büro Büros", "Handy Handys", "Kita Kitas", "Azubi Azubis", "Ausweis Ausweise Ausweises", "Rathaus Rathäuser Rathauses", "Kreis Kreise Kreisen", "Abrechnung Abrechnungen", "Satzung Satzungen", "Stelle Stellen", "Dienstreise Dienstreisen", "Beamter Beamten", "Kind Kinder Kindern Kindes", "Jahr Jahre Jahren Jahres",
	} {
		forms := strings.Fields(same)
		for _, f := range forms[1:] {
			if terms(f)[0] != terms(forms[0])[0] {
				t.Errorf("%s has the stem %q, %s has %q", f, terms(f)[0], forms[0], terms(forms[0])[0])
			}
		}
	}
}

// What means something else must not become one word, or a question about one
// is answered with the other.
func TestDifferentWordsStayDifferent(t *testing.T) {
	for _, pair := range []string{
		"nicht Licht", "kein ein", "Miete Mitte", "Amt Ampel", "Wasser Wesen", "neue Neun", "Steuer Steg", "Feuer Fahr", "Quelle Qual", "DA-37 DA-38", "11/2 11/3", "Bauer Bau", "Rat Rad", "1.000 1.001",
		"2026 2025", "§13 §14", "A1 A2", "Treue Trauer",
	} {
		a, b, _ := strings.Cut(pair, " ")
		if terms(a)[0] == terms(b)[0] {
			t.Errorf("%s and %s are both %q", a, b, terms(a)[0])
		}
	}
}

func TestGenderFormsLeadToTheBaseWord(t *testing.T) {
	for _, form := range []string{
		"Bürger*innen", "Bürger:innen", "Bürger_innen", "Bürger/innen", "Bürger/-innen", "BürgerInnen", "Bürgerinnen", "Bürger*in", "Bürger:in", "Bürger_in", "Bürger/in", "Bürger/-in", "BÜRGER",
		"Bürger*innen,", "„Bürger:innen“", "(Bürger/-innen)", norm.NFD.String("Bürger*innen"),
	} {
		if got := terms(form); len(got) != 1 || got[0] != "burg" {
			t.Errorf("%s: %q", form, got)
		}
	}
	for text, want := range map[string]string{ // the sign belongs to no gender form
		"innen": "innen", "Tür:innenseitig": "tur innenseitig", "Amt*insel": "amt insel", "rot_blau": "rot blau", "und/oder": "und oder", "Bürger: innen und außen": "burg innen und auss", "IN": "in", "DIE INNENSTADT": "die innenstadt",
	} {
		if got := strings.Join(terms(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCodesNumbersAndParagraphsStayWhole(t *testing.T) {
	for text, want := range map[string]string{
		"DA-37":                       "da-37",
		"FB 11/2, Amt 66":             "fb 11/2 amt 66",
		"§ 13 Abs. 2 Nr. 3 TVöD":      "§13 abs 2 nr 3 tvod",
		"§13a BauGB":                  "§13a baugb",
		"§\u202f13 §\u00a0 14":        "§13 §14",
		"§\u00a013":                   "§13",
		"§ 13 a":                      "§13 a",
		"§§ 13, 14":                   "§13 14",
		"§ ohne Zahl":                 "ohn zahl",
		"5.000,50 € am 1.10.2026":     "5.000,50 am 1.10.2026",
		"14:30 Uhr":                   "14:30 uhr",
		"Az. 11-2026-4711":            "az 11-2026-4711",
		"EG/OG":                       "eg og",
		"A-Z":                         "a z",
		"Ende 2026.":                  "end 2026",
		"03831/252-110":               "03831/252-110",
		"E-Mail: info@stadt.example":  "e mail info stadt exampl",
		"https://stadt.example/x?y=1": "https stadt exampl x y 1",
		"…–-*_/:.,;§":                 "",
		"":                            "",
		"日本 語":                        "日本 語",
		"a\x00b\xffc":                 "a b c",
		"\u0308 allein":               "allein",
	} {
		if got := strings.Join(terms(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// "nicht" and "kein" turn a rule around and have to be found.
func TestStopWordsAreTheOnesNobodyMeans(t *testing.T) {
	for text, stop := range map[string]bool{
		"der": true, "Die": true, "UND": true, "für": true, "über": true, "daß": true, "dass": true, "im": true,
		"nicht": false, "kein": false, "keine": false, "ohne": false, "Amt": false, "DA-37": false, "§ 13": false, "11/2": false, "alle": false, "muss": false, "darf": false,
	} {
		if got := tokenize(text); len(got) != 1 || got[0].stop != stop {
			t.Errorf("%s: %+v, want stop %v", text, got, stop)
		}
	}
}

// scraps are what texts and queries are put together from at random.
var scraps = []string{
	"ä", "ß", "ẞ", "a\u0308", "\u0308", "İ", "ſ", "ﬁ", "ﷺ", "½", "😀", "東", "\xff", "\xc3", "\x00", "§", "§ 13", "*innen", ":in", "/-", "/-innen", "Innen", "-", ".", ",", "\"", "„", "“", " ", "\n", "\u00a0",
	"1", "DA-37", "Straße", "winter", "dienst", "*", "?", "\\", "(", "[", "~2", "^", "AND", "NOT", "title:", "a:", "_id:", "%", "'", "<b>", "&amp;",
}

func scrap(source *rand.Rand, n int) string {
	var b strings.Builder
	for range source.IntN(n) {
		b.WriteString(scraps[source.IntN(len(scraps))])
	}
	return b.String()
}

func TestWordsLieWhereTheyWereWritten(t *testing.T) {
	for seed := range uint64(5000) {
		text := scrap(rand.New(rand.NewPCG(seed, 5)), 20)
		last := 0
		for _, tok := range tokenize(text) {
			if tok.start < last || tok.end <= tok.start || tok.end > len(text) || tok.exact == "" || tok.stem == "" {
				t.Fatalf("%q: %+v after %d", text, tok, last)
			}
			if !utf8.ValidString(tok.exact) || strings.ToLower(tok.exact) != tok.exact {
				t.Fatalf("%q: the term %q is not folded", text, tok.exact)
			}
			if cut := text[tok.start:tok.end]; utf8.ValidString(text) && !utf8.ValidString(cut) {
				t.Fatalf("%q: %q is cut inside a letter", text, cut)
			}
			last = tok.end
		}
	}
}

// A word has to be found however often it went through the analysis: a term
// typed as it is stored is the same term.
func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	for _, word := range []string{"Häuser", "Straße", "Bauer", "neue", "Quelle", "Israel", "Michael", "Zuschüsse", "Aerosol", "Koeffizient", "aktuell", "Duell", "Frauen", "Steuer", "Feuer", "Bäume", "Aufwändig"} {
		once := fold(word)
		if twice := fold(once); twice != once {
			t.Errorf("%s: %q, then %q", word, once, twice)
		}
	}
}
