package wording

import (
	"regexp"
	"slices"
	"strings"
)

// FigureKind is what a number in a sentence counts.
type FigureKind string

// The kinds of figure.
const (
	Amount   FigureKind = "betrag" // money
	Deadline FigureKind = "frist"  // days, months and so on
	Date     FigureKind = "datum"
	Number   FigureKind = "zahl" // anything else, percentages too
)

// Figure is a number of a sentence in one spelling: "3 monat", "0,3".
type Figure struct {
	Kind  FigureKind
	Value string
}

const (
	digits = `\d+(?:\.\d{3})*(?:,\d+|,-)?`
	months = `januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember`
	small  = `einem|eines|einer|einen|eine|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf`
	units  = `tag|tage|tagen|tages|werktag|werktage|werktagen|arbeitstag|arbeitstage|arbeitstagen|kalendertag|kalendertage|kalendertagen|woche|wochen|monat|monate|monaten|monats|quartal|quartale|quartalen|quartals|jahr|jahre|jahren|jahres|stunde|stunden|minute|minuten`
)

// The patterns read lower-case text, dates first: what one takes, the next does
// not see.
var (
	dateFigure     = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})?|\b(\d{1,2})\.\s?(` + months + `)(?:\s(\d{4}))?|(?:^|[^\pL])(` + months + `)\s(\d{4})`)
	amountFigure   = regexp.MustCompile(`(` + digits + `)\s?(?:€|euro\b|eur\b|cent\b|ct\b)|(?:€|euro|eur)\s?(` + digits + `)`)
	deadlineFigure = regexp.MustCompile(`(?:^|[^\pL\d])(` + digits + `|` + small + `)[\s-]*(?:volle[nr]?\s)?(` + units + `)(?:[^\pL]|$)`)
	numberFigure   = regexp.MustCompile(`(` + digits + `)\s?(%|prozent|v\.\s?h\.)?`)
	smallFigure    = regexp.MustCompile(`(?:^|[^\pL])(zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)(?:[^\pL]|$)`)
)

// Most sentences name no figure: these words are looked for first, because that
// is many times faster than the patterns.
const (
	moneyWords = "€|eur|cent|ct"
	unitWords  = "tag|woche|monat|quartal|jahr|stunde|minute"
	smallWords = "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf"
)

// holds reports whether a lower-case text holds one of the words.
func holds(text, words string) bool {
	for words != "" {
		word, rest, _ := strings.Cut(words, "|")
		if strings.Contains(text, word) {
			return true
		}
		words = rest
	}
	return false
}

// Counts reports whether a sentence may name a deadline or an amount.
func Counts(sentence string) bool {
	text := strings.ToLower(sentence)
	return holds(text, unitWords) || holds(text, moneyWords)
}

// longestSentence is how many bytes of a sentence are looked at: looking for
// figures and duties takes longer than in proportion. Longer ones are tables.
const longestSentence = 4000

// Figures lists the figures of a sentence, sorted. Two sentences that name the
// same figures in any spelling and order have equal lists.
func Figures(sentence string) []Figure {
	text := strings.ToLower(sentence[:min(len(sentence), longestSentence)])
	var out []Figure
	take := func(pattern *regexp.Regexp, kind FigureKind, value func(groups []string) string) {
		for {
			m := pattern.FindStringSubmatchIndex(text)
			if m == nil {
				return
			}
			groups := make([]string, len(m)/2)
			for i := range groups {
				if m[2*i] >= 0 {
					groups[i] = text[m[2*i]:m[2*i+1]]
				}
			}
			out = append(out, Figure{kind, value(groups)})
			text = text[:m[0]] + " | " + text[m[1]:]
		}
	}
	counts := strings.ContainsAny(text, "0123456789")
	if counts {
		take(dateFigure, Date, dateValue)
	}
	if counts && holds(text, moneyWords) {
		take(amountFigure, Amount, func(g []string) string { return plainNumber(g[1] + g[2]) })
	}
	if holds(text, unitWords) {
		take(deadlineFigure, Deadline, func(g []string) string { return plainNumber(g[1]) + " " + unit(g[2]) })
	}
	if counts {
		take(numberFigure, Number, func(g []string) string {
			if g[2] != "" {
				return plainNumber(g[1]) + " %"
			}
			return plainNumber(g[1])
		})
	}
	if holds(text, smallWords) {
		take(smallFigure, Number, func(g []string) string { return plainNumber(g[1]) })
	}
	slices.SortFunc(out, func(a, b Figure) int { return strings.Compare(string(a.Kind)+" "+a.Value, string(b.Kind)+" "+b.Value) })
	return out
}

func dateValue(g []string) string {
	switch {
	case g[1] != "":
		return date(g[1], g[2], g[3])
	case g[4] != "":
		return date(g[6], g[5], g[4])
	case g[7] != "":
		return date(g[9], monthNumber(g[8]), g[7])
	}
	return date(g[11], monthNumber(g[10]), "")
}

// date writes year, month and day in one order and width.
func date(year, month, day string) string {
	if len(year) == 2 {
		year = "20" + year
	}
	for _, part := range []*string{&month, &day} {
		if len(*part) == 1 {
			*part = "0" + *part
		}
	}
	return year + "-" + month + "-" + day
}

func monthNumber(name string) string {
	if name == "jänner" {
		name = "januar"
	}
	names := strings.Split(strings.Replace(months, "jänner|", "", 1), "|")
	n := slices.Index(names, name) + 1
	return string(rune('0'+n/10)) + string(rune('0'+n%10))
}

// plainNumber writes a number without dots between thousands and without a
// fraction of nothing; words become digits.
func plainNumber(s string) string {
	switch s {
	case "einem", "eines", "einer", "einen", "eine", "ein":
		return "1"
	}
	words := strings.Split("null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf", "|")
	if i := slices.Index(words, s); i >= 10 {
		return "1" + string(rune('0'+i-10))
	} else if i >= 0 {
		return string(rune('0' + i))
	}
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(s, ".", ""), ",")
	if fraction = strings.TrimRight(fraction, "0-"); fraction != "" {
		whole += "," + fraction
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" || whole[0] == ',' {
		whole = "0" + whole
	}
	return whole
}

// unit takes the ending off a unit of time.
func unit(word string) string {
	for _, stem := range []string{"werktag", "arbeitstag", "kalendertag", "tag", "woche", "monat", "quartal", "jahr", "stunde", "minute"} {
		if strings.HasPrefix(word, stem) {
			return stem
		}
	}
	return word
}
