package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// limits of what a person types.
const (
	maxQueryBytes = 1000
	maxQueryWords = 24
	maxPhrases    = 4 // and as many that are left out
)

// parsedQuery is what somebody typed, understood. Offsets are bytes of text.
type parsedQuery struct {
	text    string
	words   []token
	extras  []token
	phrases [][]token
	without []token

	withoutPhrases [][]token
}

// parseQuery never fails: what it does not understand is a word. Quotes make a
// phrase, a dash before a word or a phrase leaves it out. While somebody types the
// last word may become another one, so it is no stop word yet.
func parseQuery(text string, typing bool) parsedQuery {
	if len(text) > maxQueryBytes {
		text = strings.ToValidUTF8(text[:maxQueryBytes], "")
	}
	p := parsedQuery{text: text}
	rest := []byte(plainQuotes(text))
	for from := 0; ; {
		begin := slices.Index(rest[from:], '"')
		if begin < 0 {
			break
		}
		begin += from
		end := slices.Index(rest[begin+1:], '"')
		if end < 0 {
			end = len(rest)
		} else {
			end += begin + 1
		}
		if phrase := tokenize(string(rest[begin+1 : end])); len(phrase) > 1 {
			phrase = phrase[:min(len(phrase), maxQueryWords)]
			if begin > 0 && rest[begin-1] == '-' && (begin == 1 || unicode.IsSpace(rune(rest[begin-2]))) {
				p.withoutPhrases = append(p.withoutPhrases, phrase)
				begin--
			} else {
				p.phrases = append(p.phrases, phrase)
			}
			blank(rest, begin, end)
		}
		if from = end + 1; from >= len(rest) {
			break
		}
	}
	p.without = takeUnwanted(rest)
	all := tokenize(string(rest))
	p.extras = extras(string(rest), all, true)
	p.words = once(withoutStopWords(all, typing && len(all) > 0 && all[len(all)-1].end == len(text)))
	p.words = p.words[:min(len(p.words), maxQueryWords)]
	p.phrases = p.phrases[:min(len(p.phrases), maxPhrases)]
	p.withoutPhrases = p.withoutPhrases[:min(len(p.withoutPhrases), maxPhrases)]
	return p
}

// plainQuotes writes all quotation marks as " and keeps every offset.
func plainQuotes(text string) string {
	return strings.NewReplacer("„", `"  `, "“", `"  `, "”", `"  `, "»", `" `, "«", `" `).Replace(text)
}

func blank(text []byte, from, to int) {
	for i := from; i < min(to, len(text)); i++ {
		text[i] = ' '
	}
}

// takeUnwanted takes the words with a dash before them out of a text.
func takeUnwanted(text []byte) []token {
	var out []token
	fieldStart := true
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == '-' && fieldStart {
			end := at + 1
			for end < len(text) {
				next, n := utf8.DecodeRune(text[end:])
				if unicode.IsSpace(next) {
					break
				}
				end += n
			}
			out = append(out, tokenize(string(text[at+1:end]))...)
			blank(text, at, end)
			at = end
			continue
		}
		fieldStart = unicode.IsSpace(r)
		at += size
	}
	return out[:min(len(out), maxQueryWords)]
}

// withoutStopWords drops them unless nothing else was typed: DA, AN and IM are
// codes too. With last the last token stays whatever it is.
func withoutStopWords(tokens []token, last bool) []token {
	var out []token
	for i, t := range tokens {
		if !t.stop || last && i == len(tokens)-1 {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return tokens
	}
	return out
}

// once drops words that were typed again. Doubled they would cost time and
// count twice among "most words".
func once(tokens []token) []token {
	var out []token
	seen := map[string]bool{}
	for _, t := range tokens {
		if !seen[t.exact] {
			seen[t.exact] = true
			out = append(out, t)
		}
	}
	return out
}

func (p parsedQuery) empty() bool { return len(p.words) == 0 && len(p.phrases) == 0 }

// loose tells which words an answer may lack: those that carry no meaning of
// their own, unless all are such.
func (p parsedQuery) loose() []bool {
	out := make([]bool, len(p.words))
	all := true
	for i, t := range p.words {
		out[i] = isLooseWord(t.stem)
		all = all && out[i]
	}
	if all {
		clear(out)
	}
	return out
}

// asksForRules reports whether somebody wants to know what binds.
func (p parsedQuery) asksForRules() bool {
	for _, t := range append(slices.Clone(p.words), p.extras...) {
		if strings.HasPrefix(t.exact, "§") || strings.ContainsAny(t.exact, "0123456789") && strings.ContainsAny(t.exact, "abcdefghijklmnopqrstuvwxyz") {
			return true
		}
		switch t.stem {
		case "darf", "durf", "muss", "mussen", "pflicht", "regel", "regelung", "vorschrift", "dienstanweis", "anweis", "dienstanweisung", "anweisung", "satzung", "dienstvereinbar", "dienstvereinbarung", "verbot", "erlaubt", "verboten", "standard", "verbind", "verbindlich", "richtlini", "frist":
			return true
		}
	}
	return false
}
