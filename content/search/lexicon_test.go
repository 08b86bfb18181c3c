package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// taught is a lexicon that read a text some times.
func taught(text string) *lexicon {
	x := newLexicon()
	for range 3 {
		x.learn(text)
	}
	return x
}

func cut(x *lexicon, word string) string {
	var out []string
	for _, p := range x.split(word) {
		out = append(out, word[p.start:p.end])
	}
	return strings.Join(out, " ")
}

func TestCompoundsAreCutIntoWordsOfTheLibrary(t *testing.T) {
	x := taught("Die Kehrmaschine kehrt. Eine Maschine, viele Kehrungen, Bewohner, Schwerbehinderte, Wärter, Lebenspartner, die Kommunen, der Grabstein, das Kehren; Partnerschaft")
	for word, want := range map[string]string{
		"Dienstreisekostenabrechnung": "dienst reise kosten abrechnung", "Urlaubsantrag": "urlaubs antrag", "Urlaubsanträge": "urlaubs antraege", "Straßenreinigungsgebühr": "strassen reinigungs gebuehr",
		"Hauptstrasse": "haupt strasse", "Bewohnerparkausweis": "bewohner park ausweis", "Straßenwärter": "strassen waerter", "Rathaus": "rat haus", "Schulabschluss": "schul abschluss", "Kinderbetreuung": "kinder betreuung",
		// what only looks like a compound, endings and foreign words
		"transparent": "", "Abteilung": "", "Nachricht": "", "Einkommen": "", "Verordnung": "", "Mitarbeiter": "", "Unterrichtung": "", "Verantwortung": "", "Universität": "", "haus": "", "": "",
	} {
		if got := cut(x, fold(word)); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

func TestAWordOfItsOwnIsNotCut(t *testing.T) {
	x := newLexicon()
	x.learn(strings.Repeat("Bundestag ", 20000) + "Bund Tag Bund Tag")
	if got := cut(x, "bundestag"); got != "" {
		t.Errorf("cut into %q", got)
	}
}

// Whatever the word: parts lie one behind the other, cover it, and are at least
// as long as words are.
func TestPartsCoverTheWord(t *testing.T) {
	x := newLexicon()
	parts := strings.Fields(nouns)
	for seed := range uint64(3000) {
		source := rand.New(rand.NewPCG(seed, 3))
		var b strings.Builder
		for range 1 + source.IntN(5) {
			b.WriteString(strings.ToLower(parts[source.IntN(len(parts))]) + []string{"", "s", "n", "en", "es"}[source.IntN(5)])
		}
		word := fold(b.String())
		at := 0
		for _, p := range x.split(word) {
			if p.start != at || p.end-p.start < 3 || p.stem == "" {
				t.Fatalf("%s: %+v", word, x.split(word))
			}
			at = p.end
		}
		if at != 0 && at != len(word) {
			t.Fatalf("%s: the parts end at %d", word, at)
		}
	}
}

func TestMarksInsideCompoundsNeverCutALetter(t *testing.T) {
	for _, word := range []string{"Hauptstraßenlärmschutzmaßnahme", "Übergabeprüfung", "U\u0308bergabepru\u0308fung", "GEBÜHRENBESCHEIDPRÜFUNG", "Müllgebühr"} {
		folded := fold(word)
		for at := range len(folded) + 1 {
			if i := unfolded(word, at); i > len(word) || i < len(word) && !utf8.RuneStart(word[i]) {
				t.Errorf("%s: byte %d of %s is %d", word, at, folded, i)
			}
		}
		if unfolded(word, 0) != 0 || unfolded(word, len(folded)) != len(word) {
			t.Errorf("%s: the ends move", word)
		}
	}
}

// slips is the same distance by its definition, for short words.
func slips(a, b string) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	cost := 1
	if a[0] == b[0] {
		cost = 0
	}
	d := min(slips(a[1:], b)+1, slips(a, b[1:])+1, slips(a[1:], b[1:])+cost)
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		d = min(d, slips(a[2:], b[2:])+1)
	}
	return d
}

func TestSlipsAreCountedByTheirDefinition(t *testing.T) {
	source := rand.New(rand.NewPCG(1, 1))
	word := func() string {
		b := make([]byte, source.IntN(7))
		for i := range b {
			b[i] = "abc"[source.IntN(3)]
		}
		return string(b)
	}
	for range 3000 {
		a, b := word(), word()
		want := slips(a, b)
		for most := range 4 {
			if got := slipsBetween(a, b, most); got != want && !(want > most && got > most) {
				t.Fatalf("%q and %q: %d, want %d, at most %d", a, b, got, want, most)
			}
		}
	}
}

func TestSimilarWordsAreTheNearestAndMostUsedFirst(t *testing.T) {
	x := newLexicon()
	x.learn(strings.Repeat("Mutterschaftsgeld ", 9) + "Winterdienst Winterdienste Wintersport Antrag Auftrag Auftrag Betrag")
	for word, want := range map[string]string{"mutterschafsgeld": "mutterschaftsgeld", "winterdeinst": "winterdienst", "aufrag": "auftrag", "antarg": "antrag", "xyz": "", "winter": ""} {
		got := ""
		if found := x.similarTo(word, slipsAllowed(len(word)), 3); len(found) > 0 {
			got = found[0].word
		}
		if got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

func TestLexiconComesBackAsItWasWritten(t *testing.T) {
	x := taught("Müllabfuhr in der Straße, Überstunden. Müllabfuhr")
	added := x.add([]string{"Laternenumzug und Müllabfuhr"})
	if !strings.Contains(added, "laternenumzug\t1\tLaternenumzug\n") || strings.Contains(added, "muellabfuhr") {
		t.Errorf("added %q", added)
	}
	again := newLexicon()
	if err := x.lines(2, func(piece string) error { again.read(piece); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(x.words, again.words) || !slices.Equal(x.counts, again.counts) || again.spelling("muellabfuhr") != "Müllabfuhr" {
		t.Errorf("%v %v %v", again.words, again.counts, again.surfaces)
	}
	again.read("zerrissen\nohne zahl\tx\t\n\t3\t\nÄ\t2\t\n-\t1\t\n")
	if len(again.words) != len(x.words) {
		t.Errorf("took in %v", again.words[len(x.words):])
	}
}

func TestUnknownCompoundWithAMistakeIsTakenApart(t *testing.T) {
	x := taught("Die Versammlung und das Gesetz, Betreiber")
	for word, want := range map[string]string{"versamlungsgesetz": "versammlung gesetz", "gesetzesversamlung": "gesetz versammlung", "quatschundtratsch": ""} {
		var got []string
		for _, p := range x.splitSimilar(word) {
			got = append(got, stem(p))
		}
		if strings.Join(got, " ") != strings.Join(stems(want), " ") {
			t.Errorf("%s: %v, want %s", word, got, want)
		}
	}
}

func stems(text string) []string {
	var out []string
	for _, w := range strings.Fields(text) {
		out = append(out, stem(w))
	}
	return out
}

func FuzzSplit(f *testing.F) {
	x := newLexicon()
	for _, s := range []string{"urlaubsantrag", "", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "straße", "\xff", "reisekosten1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		at := 0
		for _, p := range x.split(word) {
			if p.start != at {
				t.Fatalf("%q: %+v", word, p)
			}
			at = p.end
		}
		if at != 0 && at != len(word) {
			t.Fatalf("%q ends at %d", word, at)
		}
	})
}
