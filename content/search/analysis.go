package search

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word of a text with its place in bytes.
type token struct {
	start, end int
	exact      string // folded: case, ß, ä as ae
	stem       string // without German endings
	root       string // the stem without the ending that makes a noun of a verb
	stop       bool   // too common to search for
}

// tokenize cuts text into words. Codes such as DA-37, 11/2 or 5.000 stay
// whole, gender forms lead to the base word, offsets are bytes of the input.
func tokenize(text string) []token { return tokenizeBy(text, analyse) }

// tokenizeBy is tokenize with a way to look up what a word is analysed to.
func tokenizeBy(text string, analyse func(word string) token) []token {
	var out []token
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case r == '§':
			end := paragraph(text, at+size)
			if end > at+size {
				number := strings.TrimSpace(text[at+size : end])
				exact := "§" + strings.ToLower(number)
				out = append(out, token{start: at, end: end, exact: exact, stem: exact, root: exact})
				at = end
				continue
			}
			at += size
		case isWord(r):
			end := wordEnd(text, at)
			if t := analyse(text[at:end]); t.exact != "" {
				t.start, t.end = at, end
				out = append(out, t)
			}
			at = end
		default:
			at += size
		}
	}
	return out
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// paragraph returns the end of the number that follows a paragraph sign.
func paragraph(text string, at int) int {
	// Good typesetting puts a protected space there, wide or narrow.
	i := len(text) - len(strings.TrimLeft(text[at:], " \u00a0\u202f\u2009"))
	j := i
	for j < len(text) && text[j] >= '0' && text[j] <= '9' {
		j++
	}
	if j == i {
		return at
	}
	if j < len(text) && text[j] >= 'a' && text[j] <= 'z' && (j+1 == len(text) || !isLetterAt(text, j+1)) {
		j++
	}
	return j
}

func isLetterAt(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	return unicode.IsLetter(r)
}

// wordEnd runs over letters and digits and over a sign between two of them
// that belongs to a code or a gender form.
func wordEnd(text string, at int) int {
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if isWord(r) {
			at += size
			continue
		}
		if !joins(text, at, r, size) {
			return at
		}
		at += size
	}
	return at
}

// joins reports whether a sign keeps the word together: "DA-37", "11/2",
// "5.000,50", "Mitarbeiter*innen".
func joins(text string, at int, r rune, size int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at+size:])
	if at+size >= len(text) {
		return false
	}
	if r == '-' && before == '/' {
		return genderEnding(text[at+size:])
	}
	if !isWord(before) {
		return false
	}
	switch r {
	case '.', ',', ':':
		if unicode.IsDigit(before) && unicode.IsDigit(after) {
			return true
		}
		return r == ':' && genderEnding(text[at+size:])
	case '/', '-':
		if unicode.IsDigit(after) && (unicode.IsDigit(before) || r == '-') {
			return true
		}
		return r == '/' && (genderEnding(text[at+size:]) || strings.HasPrefix(text[at+size:], "-") && genderEnding(text[at+size+1:]))
	case '*', '_':
		return genderEnding(text[at+size:])
	}
	return false
}

// genderEnding reports whether a text goes on with "in" or "innen".
func genderEnding(rest string) bool {
	for _, ending := range []string{"innen", "in"} {
		if strings.HasPrefix(rest, ending) && (len(rest) == len(ending) || !isLetterAt(rest, len(ending))) {
			return true
		}
	}
	return false
}

// thousands is a number with points between its thousands.
var thousands = regexp.MustCompile(`^\d{1,3}(?:\.\d{3})+$`)

// analyse tells what a word is found by; a gender form by its base word.
func analyse(word string) token {
	for _, sign := range []string{"/-in", "*in", ":in", "_in", "/in"} {
		if i := strings.LastIndex(word, sign); i > 0 && genderEnding(word[i+len(sign)-2:]) {
			word = word[:i]
		}
	}
	if i := strings.LastIndex(word, "Innen"); i > 0 && i+5 == len(word) && isLowerBefore(word, i) {
		word = word[:i]
	}
	exact := fold(word)
	if exact == "" {
		return token{}
	}
	if word[0] >= '0' && word[0] <= '9' && thousands.MatchString(exact) { // 25.000 is 25000
		exact = strings.ReplaceAll(exact, ".", "")
	}
	stemmed := stem(exact)
	return token{exact: exact, stem: stemmed, root: root(stemmed), stop: isStopWord(exact)}
}

func isLowerBefore(s string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:at])
	return unicode.IsLower(r)
}

// fold makes spellings of one word equal: case, ä and ae, ß and ss, accents.
func fold(word string) string {
	out := make([]byte, 0, len(word)+8)
	for _, r := range norm.NFC.String(word) {
		out = foldRune(out, r)
	}
	return string(out)
}

// foldRune appends what a letter is folded to.
func foldRune(out []byte, r rune) []byte {
	switch r = unicode.ToLower(r); {
	case r < utf8.RuneSelf:
		return append(out, byte(r))
	case r == 'ä':
		return append(out, "ae"...)
	case r == 'ö':
		return append(out, "oe"...)
	case r == 'ü':
		return append(out, "ue"...)
	case r == 'ß':
		return append(out, "ss"...)
	}
	for _, part := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, part) {
			out = utf8.AppendRune(out, unicode.ToLower(part))
		}
	}
	return out
}

// vowels writes the two letters of an umlaut as its vowel, so that the stem of
// Häuser is that of Haus. It leaves "ue" after a vowel or q (neue, Quelle).
func vowels(folded string) string {
	if !strings.Contains(folded, "ae") && !strings.Contains(folded, "oe") && !strings.Contains(folded, "ue") {
		return folded
	}
	s := []byte(folded)
	n := 0
	for i := 0; i < len(s); i++ {
		before := byte(0)
		if i > 0 {
			before = s[i-1]
		}
		letter := s[i]
		s[n] = letter // never ahead of what is read
		n++
		if i+1 >= len(s) || s[i+1] != 'e' {
			continue
		}
		switch letter {
		case 'a', 'o':
			i++
		case 'u':
			if before == 0 || !strings.ContainsRune("aeiouq", rune(before)) {
				i++
			}
		}
	}
	return string(s[:n])
}

// stem takes German endings off a folded word: a light stemmer after Savoy
// (UniNE, 2006), with the female plural first.
func stem(folded string) string {
	if strings.ContainsAny(folded, "0123456789") {
		return folded
	}
	word := vowels(folded)
	if len(word) > 8 && strings.HasSuffix(word, "innen") {
		word = word[:len(word)-5]
	} else if len(word) > 7 && strings.HasSuffix(word, "erin") {
		word = word[:len(word)-2]
	}
	switch {
	case len(word) > 6 && strings.HasSuffix(word, "ern"):
		word = word[:len(word)-3]
	case len(word) > 5 && hasAny(word, "em", "en", "er", "es"):
		word = word[:len(word)-2]
	case len(word) > 3 && strings.HasSuffix(word, "e"):
		word = word[:len(word)-1]
	case len(word) > 4 && strings.HasSuffix(word, "s") && (strings.ContainsRune("bdfghklmntyo", rune(word[len(word)-2])) || foreignPlural(word)):
		word = word[:len(word)-1]
	}
	switch {
	case len(word) > 6 && strings.HasSuffix(word, "est"):
		word = word[:len(word)-3]
	case len(word) > 5 && hasAny(word, "er", "en"):
		word = word[:len(word)-2]
	case len(word) > 5 && strings.HasSuffix(word, "st") && strings.ContainsRune("bdfghklmnt", rune(word[len(word)-3])):
		word = word[:len(word)-2]
	}
	return word
}

// foreignPlural reports whether the -s behind a vowel makes the plural (Kitas,
// Azubis) and does not belong to the word (Kreis, Erdgas).
func foreignPlural(word string) bool {
	return hasAny(word, "is", "as") && !hasAny(word, "eis", "gas", "glas")
}

// root takes off what makes a noun or an adjective of a verb, so that kündigen,
// Kündigung and gekündigt meet. It is a weaker likeness than the stem.
func root(stem string) string {
	word := participle(stem)
	for _, ending := range []string{"ogin", "egin", "istin", "entin", "antin", "amtin", "rztin", "ertin", "eurin"} { // Kollegin, Referentin, Ärztin
		if len(word) > len(ending)+2 && strings.HasSuffix(word, ending) {
			return word[:len(word)-2]
		}
	}
	for _, ending := range []string{"igkeit", "lichkeit", "ungs", "ung", "end", "lich", "barkeit", "bar", "keit", "heit", "er"} {
		if len(word) >= len(ending)+5 && strings.HasSuffix(word, ending) {
			return word[:len(word)-len(ending)]
		}
	}
	if len(word) > 6 && strings.HasSuffix(word, "et") {
		return word[:len(word)-2]
	}
	return word
}

// participle takes off what makes a participle of a verb: gekündigt, bezahlt,
// angemeldet.
func participle(word string) string {
	if len(word) <= 6 || !strings.HasSuffix(word, "t") {
		return word
	}
	if len(word) > 8 && strings.HasPrefix(word, "ge") {
		return word[2 : len(word)-1]
	}
	for _, prefix := range []string{"be", "ver", "er", "ent", "zer"} {
		if strings.HasPrefix(word, prefix) && len(word) > len(prefix)+4 {
			return strings.TrimSuffix(word[:len(word)-1], "e")
		}
	}
	for _, prefix := range []string{"an", "ab", "auf", "aus", "bei", "ein", "mit", "nach", "vor", "zu", "um", "weg", "her", "hin", "durch", "nieder"} {
		if rest, ok := strings.CutPrefix(word, prefix+"ge"); ok && len(rest) > 4 {
			return prefix + strings.TrimSuffix(rest[:len(rest)-1], "e")
		}
	}
	return word
}

func hasAny(word string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}

// isStopWord lists words nobody searches for. "nicht" and "kein" are not among
// them, because they turn a rule around.
func isStopWord(exact string) bool {
	switch vowels(exact) {
	case "der", "die", "das", "den", "dem", "des", "ein", "eine", "einer", "einem", "einen", "eines", "und", "oder", "aber", "in", "im", "ins",
		"an", "am", "auf", "aus", "bei", "beim", "mit", "nach", "von", "vom", "zu", "zum", "zur", "fur", "uber", "unter", "durch", "als", "wie",
		"ist", "sind", "war", "wird", "werden", "wurde", "hat", "haben", "sich", "es", "er", "sie", "wir", "ich", "ihr", "man", "so", "auch",
		"noch", "nur", "dass", "wenn", "dann", "da", "hier", "dort", "was", "wer", "wo", "um", "bis", "sein", "seine", "ihre", "dieser", "diese", "dieses":
		return true
	}
	return false
}

// isLooseWord lists words of a question that say little about what is meant. A
// text need not have them to be an answer.
func isLooseWord(stem string) bool {
	switch stem {
	case "darf", "durf", "muss", "mussen", "kann", "konn", "soll", "sollt", "will", "woll", "mocht", "mag", "geht", "gibt", "gilt", "gelt", "hatt", "wann", "warum", "wieso", "wozu", "wohin", "woher", "womit", "wofur", "welch",
		"wieviel", "viel", "lang", "brauch", "bekomm", "mach", "tun", "mein", "dein", "uns", "euer", "all", "jed", "bitt", "hilf", "info", "information", "ganz", "sehr", "etwas", "was", "wenn", "vor", "ohn", "geg", "zwisch", "wahrend", "wegen", "seit",
		"richtig", "genau", "eigent", "dafur", "davon", "dabei", "damit", "dazu", "mich", "mir", "dich", "dir", "ihn", "ihm", "jemand", "man", "werd", "wurd", "sind", "bin", "hab", "hast", "habt", "ob", "nun", "schon", "mehr", "meist", "beacht", "find", "such", "steht", "regel", "geregelt":
		return true
	}
	return false
}

// extras are further terms of a text: the parts around a hyphen as one word,
// codes however they are written ("DA 37", "DA-37"), paragraphs with their
// Absatz. Written texts have codes in capitals, queries need not.
func extras(text string, tokens []token, anyCase bool) []token {
	var out []token
	add := func(from, to token, exact string) {
		out = append(out, token{start: from.start, end: to.end, exact: exact, stem: stem(exact), root: exact})
	}
	for i, t := range tokens {
		if i > 0 && anyCase && startsWithDigit(t.exact) && (tokens[i-1].exact == "paragraph" || tokens[i-1].exact == "paragraf") { // few keyboards have a §
			add(tokens[i-1], t, "§"+t.exact)
		}
		if head, number, ok := strings.Cut(t.exact, "-"); ok && isCode(text[t.start:t.start+min(len(head), t.end-t.start)], anyCase) && startsWithDigit(number) {
			add(t, t, head+number)
		}
		if i+1 == len(tokens) {
			break
		}
		next := tokens[i+1]
		switch between := text[t.end:next.start]; {
		case between == "-":
			joined := t.exact
			for j := i + 1; j < len(tokens) && j < i+4 && text[tokens[j-1].end:tokens[j].start] == "-"; j++ {
				joined += tokens[j].exact
				add(t, tokens[j], joined)
			}
		case (between == " " || between == "\u00a0" || between == "\u202f") && startsWithDigit(next.exact) && isCode(text[t.start:t.end], anyCase):
			add(t, next, t.exact+next.exact)
		case strings.HasPrefix(t.exact, "§") && (next.exact == "abs" || next.exact == "absatz") && i+2 < len(tokens) && startsWithDigit(tokens[i+2].exact):
			add(t, tokens[i+2], t.exact+"abs"+tokens[i+2].exact)
		}
	}
	return out
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// isCode reports whether a word may be the letters of a code such as DA or FB.
func isCode(word string, anyCase bool) bool {
	if len(word) < 1 || len(word) > 6 {
		return false
	}
	for _, r := range word {
		if !unicode.IsLetter(r) || !anyCase && !unicode.IsUpper(r) {
			return false
		}
	}
	return true
}
