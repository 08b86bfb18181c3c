// Package wording reads German sentences as rules are written in them: where a
// sentence ends, whether it obliges, recommends or allows, whether it negates,
// and which dates, amounts and deadlines it names.
//
// It knows no grammar, only cues. What it finds is shown to people as evidence;
// nothing is decided by it.
package wording

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviated reports whether a sentence would end with an abbreviation: its
// full stop is not the end, even when a capital letter follows.
func abbreviated(sentence string) bool {
	word, dot := strings.CutSuffix(sentence, ".")
	word = word[strings.LastIndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })+1:]
	if !dot {
		return false
	}
	switch strings.ToLower(word) {
	case "abs", "art", "bzw", "ggf", "inkl", "insb", "max", "min", "nrn", "ziff", "buchst", "vgl", "evtl", "str", "tel", "usw", "gem":
		return true
	}
	return false
}

// Sentences cuts text at line ends and sentence ends. An end is a full stop,
// question or exclamation mark before a blank and a capital letter;
// abbreviations ("z. B.", "Nr. 5", "§ 3 Abs. 1") are none, because no capital
// follows or a short word stands before.
func Sentences(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.Join(strings.Fields(line), " ")
		from := 0
		for at := 0; at < len(line); at++ {
			if line[at] != '.' && line[at] != '!' && line[at] != '?' {
				continue
			}
			end, ok := sentenceEnd(line, from, at)
			if ok && !abbreviated(line[from:end]) {
				out = append(out, line[from:end])
				from = end + 1
			}
		}
		if from < len(line) {
			out = append(out, line[from:])
		}
	}
	return out
}

// sentenceEnd looks around a mark: what stands before has to be a word, a year,
// or something in quotes or brackets; behind it a quote may close before the
// blank, and one may open before the capital letter.
func sentenceEnd(line string, from, mark int) (end int, ok bool) {
	rest := line[mark+1:]
	closed := strings.TrimLeft(rest, "\"”“)")
	end = mark + 1 + len(rest) - len(closed)
	if end-mark > 1+len("“") || !strings.HasPrefix(closed, " ") {
		return 0, false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(closed[1:], "\"„“("))
	if !unicode.IsUpper(first) {
		return 0, false
	}
	if end > mark+1 {
		return end, true
	}
	letters, numbers := 0, 0
	for before := line[from:mark]; before != ""; {
		r, size := utf8.DecodeLastRuneInString(before)
		switch {
		case letters+numbers == 0 && strings.ContainsRune("\"”“)", r):
			return end, true
		case unicode.IsLetter(r) && numbers == 0:
			letters++
		case unicode.IsDigit(r) && letters == 0:
			numbers++
		default:
			return 0, false
		}
		if letters == 3 || numbers == 4 {
			return end, true
		}
		before = before[:len(before)-size]
	}
	return 0, false
}

// Force is how strongly a sentence binds.
type Force int

// The forces, in rising order.
const (
	None   Force = iota
	May          // kann, darf, muss nicht
	Should       // soll, sollte, empfohlen
	Must         // muss, ist zu …, darf nicht, ist nicht zulässig
)

// ForceOf returns the strongest force of a sentence.
func ForceOf(sentence string) Force {
	words := tokens(sentence[:min(len(sentence), longestSentence)])
	if obliges(words) {
		return Must
	}
	force := None
	for i := range words {
		force = max(force, forceOfWord(words, i))
	}
	return force
}

// obliges reports whether a sentence says that something is to be done: a form
// of sein or haben with an infinitive with zu, in main clauses ("ist … zu
// stellen") and in others ("…, die zu stellen sind").
func obliges(words []token) bool {
	for at := range words {
		if !infinitive(words, at) || purpose(words, at) {
			continue
		}
		if at+1 < len(words) && words[at].after == "" && finite(words[at+1].lower) {
			return true
		}
		if governed(words, at) {
			return true
		}
	}
	return false
}

func finite(word string) bool {
	switch word {
	case "ist", "sind", "hat", "haben", "seid", "habt":
		return true
	}
	return false
}

// governed looks back for the verb an infinitive belongs to. Behind a comma it
// belongs to what is possible or advisable, if the sentence says so ("es ist
// möglich, … zu sparen"), or to what is not required ("es ist nicht nötig, …").
func governed(words []token, at int) bool {
	comma, evaluative := false, false
	for i := at - 1; i >= 0; i-- {
		w := words[i]
		if strings.ContainsAny(w.after, ";:!?") {
			return false
		}
		comma = comma || strings.Contains(w.after, ",")
		evaluative = evaluative || comma && (judges(w.lower) || denies(words, i))
		if finite(w.lower) {
			return !evaluative && !(comma && deniedBefore(words, i, false))
		}
	}
	return false
}

// judges reports whether a word only says that something can or might well be
// done.
func judges(word string) bool {
	switch word {
	case "möglich", "sinnvoll", "ratsam", "hilfreich", "empfehlenswert", "zweckmäßig", "üblich", "denkbar", "zulässig", "erlaubt", "gestattet",
		"leicht", "schwer", "schwierig", "einfach", "gut", "besser", "nützlich", "vorteilhaft", "angebracht", "empfohlen", "gelegenheit", "möglichkeit":
		return true
	}
	return false
}

// purpose reports whether an infinitive stands in a clause with um, ohne or
// statt: "um den Antrag zu stellen".
func purpose(words []token, at int) bool {
	for i := at - 1; i >= 0 && words[i].after == ""; i-- {
		switch words[i].lower {
		case "um", "ohne", "statt", "anstatt":
			return true
		}
	}
	return false
}

// infinitive reports whether the word is an infinitive with zu, before it or
// inside ("zu stellen", "vorzulegen").
func infinitive(words []token, at int) bool {
	w := words[at]
	if w.text != w.lower || !strings.HasSuffix(w.lower, "n") || attribute(words, at) {
		return false
	}
	if at > 0 && words[at-1].lower == "zu" && words[at-1].after == "" {
		return !pronoun(w.lower)
	}
	return hasInnerZu(w.lower)
}

// attribute reports whether a word belongs to the noun behind it: "die zu
// erstattenden Kosten".
func attribute(words []token, at int) bool {
	if at+1 >= len(words) || words[at].after != "" {
		return false
	}
	next := []rune(words[at+1].text)
	return unicode.IsUpper(next[0]) && !strings.HasSuffix(words[at+1].lower, "?")
}

// pronoun lists words that follow "zu" without being verbs.
func pronoun(word string) bool {
	switch word {
	case "den", "einen", "ihren", "seinen", "unseren", "allen", "diesen", "jenen", "denen", "ihnen", "meinen", "keinen", "beiden", "vielen",
		"mehreren", "anderen", "folgenden", "weiteren", "ersten", "eigenen", "wenigen", "manchen", "welchen", "deren", "unten", "oben", "gunsten", "lasten":
		return true
	}
	return false
}

// hasInnerZu recognises separable verbs: a first part of the list, zu, a verb.
func hasInnerZu(word string) bool {
	for from := 0; ; {
		i := strings.Index(word[from:], "zu")
		if i < 0 {
			return false
		}
		i += from
		if separable(word[:i]) && len(word)-i > len("zu")+2 {
			return true
		}
		from = i + len("zu")
	}
}

func separable(part string) bool {
	switch part {
	case "ab", "an", "auf", "aus", "bei", "bekannt", "bereit", "dar", "durch", "ein", "entgegen", "fern", "fest", "fort", "frei", "gegen", "geheim", "gleich",
		"her", "heran", "heraus", "herbei", "hin", "hinaus", "hinein", "hinweg", "hinzu", "kenntlich", "los", "mit", "nach", "nieder", "offen", "rück",
		"sicher", "statt", "still", "teil", "um", "unter", "vor", "voran", "voraus", "vorbei", "vorweg", "wahr", "weg", "weiter", "wieder", "zurück", "zusammen", "über", "überein":
		return true
	}
	return false
}

// Negated reports whether a sentence denies. Two negations cancel out.
func Negated(sentence string) bool {
	denies := false
	for _, w := range tokens(sentence) {
		switch w.lower {
		case "nicht", "nie", "niemals", "niemand", "nichts", "weder", "untersagt", "unzulässig", "verboten":
			denies = !denies
		default:
			if strings.HasPrefix(w.lower, "kein") && len(w.lower) <= len("keines")+1 {
				denies = !denies
			}
		}
	}
	return denies
}

// token is a word of a sentence with the punctuation behind it.
type token struct{ text, lower, after string }

func tokens(sentence string) []token {
	var out []token
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for rest := strings.ReplaceAll(sentence, "\u00ad", ""); ; { // where a word may be hyphenated, it does not end
		start := strings.IndexFunc(rest, word)
		if start < 0 {
			return out
		}
		rest = rest[start:]
		end := strings.IndexFunc(rest, func(r rune) bool { return !word(r) })
		if end < 0 {
			end = len(rest)
		}
		next := strings.IndexFunc(rest[end:], word)
		if next < 0 {
			next = len(rest) - end
		}
		after := ""
		if between := rest[end : end+next]; between != " " && strings.ContainsAny(between, ",;:.!?()–") {
			after = between
		}
		out = append(out, token{rest[:end], strings.ToLower(rest[:end]), after})
		rest = rest[end:]
	}
}

// Nouns lists the capitalised words of a sentence but the first, in lower case,
// as far as they are long enough to name one thing.
func Nouns(sentence string) []string {
	var out []string
	for i, w := range tokens(sentence) {
		if i > 0 && w.text != w.lower && unicode.IsLetter([]rune(w.text)[0]) && len([]rune(w.text)) >= 6 && !slices.Contains(strings.Split(units, "|"), w.lower) {
			out = append(out, w.lower)
		}
	}
	return out
}

// Words lists the lower-case words and numbers of a text.
func Words(text string) []string {
	all := tokens(text)
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = w.lower
	}
	return out
}
