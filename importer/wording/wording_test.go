package wording

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSentences(t *testing.T) {
	for in, want := range map[string][]string{
		"Nach § 3 Abs. 1 Nr. 5 gilt z. B. das. Danach mehr! Und?\nNeue Zeile": {"Nach § 3 Abs. 1 Nr. 5 gilt z. B. das.", "Danach mehr!", "Und?", "Neue Zeile"},
		"Siehe Abs. Nord. Weiter.":    {"Siehe Abs. Nord.", "Weiter."},
		"Gilt ab 2017. Danach nicht.": {"Gilt ab 2017.", "Danach nicht."},
		"Er sagte: „Ja.“ Sie ging.":   {"Er sagte: „Ja.“", "Sie ging."},
		"  \n\t\n":                    nil,
		"":                            nil,
	} {
		if got := Sentences(in); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is cut into %q", in, got)
		}
	}
}

func TestForce(t *testing.T) {
	for sentence, want := range map[string]Force{
		"Der Antrag ist vorher zu stellen.":                               Must,
		"Die Abrechnung ist binnen 6 Monaten vorzulegen.":                 Must,
		"Die Beschäftigten haben sich krank zu melden.":                   Must,
		"Die Frist hat die Leitung einzuhalten":                           Must,
		"Es gilt, dass der Antrag vor der Reise zu stellen ist.":          Must,
		"Belege, die beizufügen sind, fehlen oft.":                        Must,
		"Belege, die dem Antrag hinzuzufügen sind.":                       Must,
		"Es ist erforderlich, den Antrag zu stellen.":                     Must,
		"Der Schlüssel darf nicht weitergegeben werden.":                  Must,
		"Es darf keine Ausnahme geben.":                                   Must,
		"Das darf nur die Leitung.":                                       Must,
		"Sie müssen den Ausweis tragen.":                                  Must,
		"Das Rauchen ist untersagt.":                                      Must,
		"Der Antrag soll vorher gestellt werden.":                         Should,
		"Es wird empfohlen, früh zu buchen.":                              Should,
		"Der Antrag kann gestellt werden.":                                May,
		"Die Leitung darf Ausnahmen zulassen, nicht aber die Gruppe.":     May,
		"Es ist möglich, Kosten zu sparen.":                               None,
		"Das Muster ist hilfreich, um den Antrag zu stellen.":             None,
		"Das sind Sitzungen, Satzungen und Nutzungen.":                    None,
		"Die zu erstattenden Kosten sind hoch.":                           None,
		"Er ist zu ihnen gegangen.":                                       None,
		"Wir sind zusammen unterwegs.":                                    None,
		"Das Formular steht zur Verfügung.":                               None,
		"Das ist gut: früh kommen, um zu sitzen.":                         None,
		"Der Antrag muss nicht gestellt werden.":                          May,
		"Man muss nicht anrufen.":                                         May,
		"Belege müssen nicht beigefügt werden.":                           May,
		"Der Beleg muss keine Unterschrift tragen.":                       May,
		"Es muss niemand anrufen.":                                        May,
		"Niemand muss anrufen.":                                           May,
		"Es genügt, wenn der Antrag nicht unterschrieben werden muss.":    May,
		"Der Antrag braucht nicht gestellt zu werden.":                    May,
		"Die Beschäftigten sind nicht verpflichtet, sich zu melden.":      May,
		"Kein Beschäftigter ist verpflichtet, sich zu melden.":            May,
		"Die Form ist nicht vorgeschrieben.":                              May,
		"Das Parken ist nicht verboten.":                                  May,
		"Es ist nicht erforderlich, den Antrag zu stellen.":               None,
		"Niemand ist gezwungen, den Antrag zu stellen.":                   None,
		"Die Frist kann nicht verlängert werden.":                         None,
		"Man braucht nur anzurufen.":                                      None,
		"Der Antrag muss nicht nur gestellt, sondern auch belegt werden.": Must,
		"Die Leitung muss nicht genutzte Mittel zurückgeben.":             Must,
		"Der nicht genutzte Ausweis muss zurückgegeben werden.":           Must,
		"Der Antrag muss gestellt werden, wenn die Reise nicht kurz ist.": Must,
		"Wer nicht kommt, muss anrufen.":                                  Must,
		"Der nicht angemeldete Besuch ist untersagt.":                     Must,
		"Es gilt, dass der Schlüssel nicht weitergegeben werden darf.":    Must,
		"Niemand darf den Schlüssel weitergeben.":                         Must,
		"Nur die Leitung darf Ausnahmen zulassen.":                        Must,
		"Das darf nicht nur die Leitung.":                                 May,
		"Das ist nicht gestattet.":                                        Must,
		"Es ist nicht zulässig, Daten weiterzugeben.":                     Must,
		"Der Hof ist nicht zu betreten.":                                  Must,
		"":                                                                None,
	} {
		if got := ForceOf(sentence); got != want {
			t.Errorf("%q has force %d, want %d", sentence, got, want)
		}
	}
}

func TestAddressesAreLeftOut(t *testing.T) {
	for in, want := range map[string]string{
		"Siehe http://intranet/muster/formular.":            "Siehe .",
		"Siehe (www.beispiel.de), dann mehr.":               "Siehe , dann mehr.",
		"Mail an hinweis@muster.de oder mailto:x@y.de!":     "Mail an oder !",
		`Liegt unter \\server\muster\a.doc und notes://x/y`: "Liegt unter und",
		"Auf muster-stadt.de/hilfe und beispiel.de":         "Auf und",
		"Das Muster.Danach mehr. z.B. 1.2.de-facto":         "Das Muster.Danach mehr. z.B. 1.2.de-facto",
	} {
		if got := strings.Join(strings.Fields(WithoutAddresses(in)), " "); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestWordsDoNotEndAtASoftHyphen(t *testing.T) {
	if got := Words("Muster\u00adstadt muss\u00adte"); !reflect.DeepEqual(got, []string{"musterstadt", "musste"}) {
		t.Errorf("%q", got)
	}
}

func TestNegation(t *testing.T) {
	for sentence, want := range map[string]bool{
		"Der Antrag ist nicht nötig.": true, "Es gibt keine Frist.": true, "Rauchen ist untersagt.": true, "Weder hier noch dort.": true,
		"Das ist nicht unzulässig.": false, "Der Antrag ist nötig.": false, "Der Keim wächst.": false, "": false,
	} {
		if got := Negated(sentence); got != want {
			t.Errorf("%q: negated %v", sentence, got)
		}
	}
}

func TestNouns(t *testing.T) {
	got := Nouns("Beschäftigte legen die Abrechnung binnen 6 Monaten dem Fachbereich vor, sonst der Amt-Kasse.")
	if want := []string{"abrechnung", "fachbereich"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

func TestFigures(t *testing.T) {
	for sentence, want := range map[string]string{
		"Binnen 3 Monaten, spätestens nach 14 Tagen":   "frist 14 tag|frist 3 monat",
		"innerhalb von drei Monaten":                   "frist 3 monat",
		"eines Monats":                                 "frist 1 monat",
		"nach einer Woche":                             "frist 1 woche",
		"Es sind 1.000,50 € oder 20,00 Euro zu zahlen": "betrag 1000,5|betrag 20",
		"EUR 5,-":      "betrag 5",
		"0,30 € je km": "betrag 0,3",
		"Ab 1. Januar 2020, dem 01.02.2021 oder 2022-03-04": "datum 2020-01-01|datum 2021-02-01|datum 2022-03-04",
		"Stand März 2009":            "datum 2009-03-",
		"Nach § 3 Abs. 2 gelten 5 %": "zahl 2|zahl 3|zahl 5 %",
		"zwei Ausfertigungen":        "zahl 2",
		"ein Antrag":                 "",
		"Monatsende":                 "",
		"":                           "",
	} {
		var got []string
		for _, f := range Figures(sentence) {
			got = append(got, fmt.Sprintf("%s %s", f.Kind, f.Value))
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q has %q, want %q", sentence, s, want)
		}
	}
}

func TestTheSameFiguresInOtherWordsAreEqual(t *testing.T) {
	for a, b := range map[string]string{
		"binnen drei Monaten":     "Frist: 3 Monate",
		"am 1. Januar 2020":       "am 01.01.2020",
		"1.000 €":                 "1000,00 Euro",
		"5 Prozent":               "5%",
		"zwölf Tage und 2 Monate": "2 Monate und 12 Tage",
		"innerhalb eines Jahres":  "1 Jahr",
	} {
		if x, y := Figures(a), Figures(b); !reflect.DeepEqual(x, y) {
			t.Errorf("%q has %v, %q has %v", a, x, b, y)
		}
	}
}

func FuzzWording(f *testing.F) {
	for _, s := range []string{"Der Antrag ist zu stellen.", "zu", "zuzuzu", "1.2.", "€ 5", "é 3 tage", "\xff zu n", "kein", "ß. A", "١٢ Tage", "İ ist zu tun", "31.12.99 Mai 2020"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		joined := strings.Join(Sentences(text), " ")
		if strings.Join(strings.Fields(joined), " ") != strings.Join(strings.Fields(text), " ") {
			t.Fatalf("sentences of %q are %q", text, joined)
		}
		_, _ = ForceOf(text), Negated(text)
		for _, figure := range Figures(text) {
			if figure.Value == "" || !utf8.ValidString(figure.Value) {
				t.Fatalf("%q has the figure %q", text, figure)
			}
		}
	})
}
