package content

import (
	"context"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// SuggestChange says which kind of change lies between two versions of a text,
// for those who did not say it. Editorial is what only concerns white space,
// punctuation, typography or the spelling of single words. Numbers, dates,
// negations, links, added or removed words and front matter that bears meaning
// are material, and so is whatever is in doubt: somebody asked once too often
// to take note loses a minute, somebody not asked acts by the old rule.
func SuggestChange(before, after Document) ChangeKind {
	if !sameMeaning(before.Fields(), after.Fields()) ||
		!slices.Equal(linkTargets(before.Body), linkTargets(after.Body)) ||
		!sameWords(meaningTokens(string(before.Body)), meaningTokens(string(after.Body))) {
		return ChangeMaterial
	}
	return ChangeEditorial
}

// suggest compares with the text as it is; a new one is material.
func (l *Library) suggest(ctx context.Context, current Article, after Document) (ChangeKind, error) {
	if current.Path == "" {
		return ChangeMaterial, nil
	}
	before, err := l.document(ctx, current)
	return SuggestChange(before, after), err
}

// sameMeaning compares front matter. Titles and summaries are read like text;
// keys that only help to find the text say nothing about its meaning.
func sameMeaning(before, after map[string]any) bool {
	keys := map[string]bool{}
	for _, fields := range []map[string]any{before, after} {
		for key := range fields {
			keys[key] = !unhashed(key) && key != "schlagworte" && key != "themen"
		}
	}
	for key, matters := range keys {
		if !matters || reflect.DeepEqual(before[key], after[key]) {
			continue
		}
		was, isText := before[key].(string)
		is, stillText := after[key].(string)
		prose := key == "titel" || key == "kurz"
		if !prose || !isText || !stillText || !sameWords(meaningTokens(was), meaningTokens(is)) {
			return false
		}
	}
	return true
}

var (
	linkPattern = regexp.MustCompile(`\]\(([^)\s]*)|<([a-zA-Z]+:[^>\s]*)>|\[\[([^\]]*)\]\]|(?m:^\[[^\]]+\]:\s*(\S+))`)
	// A number keeps what stands inside it (1.000,50, 24.12.2026, 8:30) and its sign.
	tokenPattern = regexp.MustCompile(`[-−+]?\d[\d.,:/’']*\d|[-−+]?\d|[\p{L}\p{M}]+|~~|[§%€$<>≤≥=±&°²³]`)
)

func linkTargets(body []byte) []string {
	var out []string
	for _, m := range linkPattern.FindAllSubmatch(body, -1) {
		out = append(out, string(slices.Concat(m[1:]...)))
	}
	return out
}

// meaningTokens are the words, numbers and signs of a text, without the
// addresses of its links, which are compared as they are.
func meaningTokens(text string) []string {
	return tokenPattern.FindAllString(linkPattern.ReplaceAllString(text, "] "), -1)
}

// sameWords reports whether two lists of words differ in spelling only. Words
// may have been joined or divided.
func sameWords(a, b []string) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case sameSpelling(a[0], b[0]):
			a, b = a[1:], b[1:]
		case len(a) > 1 && joins(a[0], a[1], b[0]):
			a, b = a[2:], b[1:]
		case len(b) > 1 && joins(b[0], b[1], a[0]):
			a, b = a[1:], b[2:]
		default:
			return false
		}
	}
	return len(a) == 0 && len(b) == 0
}

func joins(first, second, whole string) bool {
	return isWord(first) && isWord(second) && !decisive(folded(first)) && folded(first)+folded(second) == folded(whole)
}

func isWord(token string) bool { r := []rune(token)[0]; return unicode.IsLetter(r) }

// folded writes a word as all its spellings: without case, ß and umlauts.
func folded(word string) string {
	return strings.NewReplacer("ß", "ss", "ä", "ae", "ö", "oe", "ü", "ue").Replace(strings.ToLower(word))
}

// sameSpelling reports whether two words are one word written differently. One
// slip is forgiven from five letters on, two from ten on.
func sameSpelling(a, b string) bool {
	if a == b {
		return true
	}
	if !isWord(a) || !isWord(b) {
		return false
	}
	a, b = folded(a), folded(b)
	if a == b {
		return true
	}
	shorter := min(len([]rune(a)), len([]rune(b)))
	if shorter < 5 || decisive(a) || decisive(b) || negates(a, b) || negates(b, a) {
		return false
	}
	slips := 1
	if shorter >= 10 {
		slips = 2
	}
	return distance([]rune(a), []rune(b)) <= slips
}

// negates reports whether one word is the other with its meaning turned round.
func negates(a, b string) bool {
	for _, prefix := range []string{"un", "in", "im", "miss", "ent", "ver", "nicht", "a"} {
		if a == prefix+b {
			return true
		}
	}
	return false
}

// decisive words are never a slip of another word.
func decisive(word string) bool {
	for _, stem := range []string{"kein", "nicht", "niemal", "niemand", "nirgend"} {
		if strings.HasPrefix(word, stem) {
			return true
		}
	}
	switch word {
	case "ohne", "nie", "nein", "nur", "muss", "muessen", "darf", "duerfen", "soll", "sollen", "sollte", "sollten", "kann", "koennen", "und", "oder",
		"musste", "mussten", "konnte", "konnten", "wollte", "wollten", "durfte", "durften", "jede", "jeder", "jedes", "alle", "allen", "mehr", "weniger",
		"eine", "einer", "eines", "einem", "einen", "meine", "deine", "seine", "ihre",
		"januar", "februar", "maerz", "april", "juni", "juli", "august", "september", "oktober", "november", "dezember",
		"montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
		"zwei", "drei", "vier", "fuenf", "sechs", "sieben", "acht", "neun", "zehn", "zwoelf", "erste", "ersten", "zweite", "dritte", "vierte",
		"intern", "extern", "interne", "externe", "internen", "externen", "steigen", "senken", "voran", "vorab", "innen", "aussen":
		return true
	}
	return false
}

// distance counts the slips between two words: a letter too many, missing,
// wrong, or two that changed places (Damerau-Levenshtein, restricted).
func distance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range b {
		rows[0][j+1] = j + 1
	}
	for i := range a {
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(rows[i][j+1]+1, rows[i+1][j]+1, rows[i][j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, rows[i-1][j-1]+1)
			}
			rows[i+1][j+1] = d
		}
	}
	return rows[len(a)][len(b)]
}
