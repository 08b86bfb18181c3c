package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blugelabs/bluge/analysis"
	"golang.org/x/text/unicode/norm"
)

// token is a word of a text with its place in bytes.
type token struct {
	start, end int
	exact      string // folded: case, umlauts, ß
	stem       string // without German endings
	stop       bool   // too common to search for
}

// tokenize cuts text into words. Codes such as DA-37, 11/2 or 5.000 stay
// whole, gender forms lead to the base word, offsets are bytes of the input.
func tokenize(text string) []token {
	var out []token
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case r == '§':
			end := paragraph(text, at+size)
			if end > at+size {
				number := strings.TrimSpace(text[at+size : end])
				out = append(out, token{start: at, end: end, exact: "§" + strings.ToLower(number), stem: "§" + strings.ToLower(number)})
				at = end
				continue
			}
			at += size
		case isWord(r):
			end := wordEnd(text, at)
			out = appendWord(out, text, at, end)
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

// appendWord adds the word and, for an inner capital I, its base.
func appendWord(out []token, text string, start, end int) []token {
	word := text[start:end]
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
		return out
	}
	return append(out, token{start: start, end: end, exact: exact, stem: stem(exact), stop: isStopWord(exact)})
}

func isLowerBefore(s string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:at])
	return unicode.IsLower(r)
}

// fold makes words that Germans write in several ways equal: case, ä and ae,
// ß and ss, accents.
func fold(word string) string {
	out := make([]byte, 0, len(word)+8)
	for _, r := range norm.NFC.String(word) {
		switch r = unicode.ToLower(r); {
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r == 'ä':
			out = append(out, "ae"...)
		case r == 'ö':
			out = append(out, "oe"...)
		case r == 'ü':
			out = append(out, "ue"...)
		case r == 'ß':
			out = append(out, "ss"...)
		default:
			for _, part := range norm.NFKD.String(string(r)) {
				if !unicode.Is(unicode.Mn, part) {
					out = utf8.AppendRune(out, part)
				}
			}
		}
	}
	return collapse(out)
}

// collapse writes the two letters of an umlaut as its vowel, so that the stem
// of Häuser is that of Haus. It leaves "ue" after a vowel or q (neue, Quelle).
func collapse(s []byte) string {
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
func stem(word string) string {
	if strings.ContainsAny(word, "0123456789") {
		return word
	}
	if len(word) > 8 && strings.HasSuffix(word, "innen") {
		word = word[:len(word)-5]
	}
	switch {
	case len(word) > 6 && strings.HasSuffix(word, "ern"):
		word = word[:len(word)-3]
	case len(word) > 5 && hasAny(word, "em", "en", "er", "es"):
		word = word[:len(word)-2]
	case len(word) > 3 && strings.HasSuffix(word, "e"):
		word = word[:len(word)-1]
	case len(word) > 4 && strings.HasSuffix(word, "s") && strings.ContainsRune("bdfghklmnt", rune(word[len(word)-2])):
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
	switch exact {
	case "der", "die", "das", "den", "dem", "des", "ein", "eine", "einer", "einem", "einen", "eines", "und", "oder", "aber", "in", "im", "ins",
		"an", "am", "auf", "aus", "bei", "beim", "mit", "nach", "von", "vom", "zu", "zum", "zur", "fur", "uber", "unter", "durch", "als", "wie",
		"ist", "sind", "war", "wird", "werden", "wurde", "hat", "haben", "sich", "es", "er", "sie", "wir", "ich", "ihr", "man", "so", "auch",
		"noch", "nur", "dass", "wenn", "dann", "da", "hier", "dort", "was", "wer", "wo", "um", "bis", "sein", "seine", "ihre", "dieser", "diese", "dieses":
		return true
	}
	return false
}

// words is the tokenizer of a field: exact words or stems.
type words struct{ stems bool }

func analyzer(stems bool) *analysis.Analyzer { return &analysis.Analyzer{Tokenizer: words{stems}} }

// Tokenize implements analysis.Tokenizer.
func (w words) Tokenize(input []byte) analysis.TokenStream {
	tokens := tokenize(string(input))
	out := make(analysis.TokenStream, 0, len(tokens))
	skipped := 0
	for _, t := range tokens {
		if t.stop && w.stems {
			skipped++
			continue
		}
		term := t.exact
		if w.stems {
			term = t.stem
		}
		out = append(out, &analysis.Token{
			Start: t.start, End: t.end, Term: []byte(term), PositionIncr: 1 + skipped, Type: analysis.AlphaNumeric,
		})
		skipped = 0
	}
	return out
}
