package search

import (
	_ "embed"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A lexicon is the vocabulary of the library: which words it uses and how often.
// It is learned from the texts when the index is built, so that it knows the
// words of this administration, and it splits compounds by them (Koehn & Knight,
// "Empirical Methods for Compound Splitting", EACL 2003): of all ways to cut a
// word into known words the one with the highest geometric mean of their
// frequencies. Frequencies stay what they were when the index was built; words
// of later texts join, so that a query finds them with a typing mistake.
type lexicon struct {
	mu       sync.RWMutex
	at       map[string]int32 // word to its place in the lists
	words    []string         // folded
	counts   []int32
	surfaces []string // a spelling to show people, where it differs from the word
	letters  []uint32 // which letters the word has, for a quick no
	stems    map[string]int32
	forms    forms
}

// nouns are common words of municipal work, one a line. They are known as parts
// even where the library never uses them alone.
//
//go:embed nouns.txt
var nouns string

// nounCount is the frequency a listed noun has at least.
const nounCount = 20

// Bounds of the words a lexicon keeps, in bytes.
const (
	minLexiconWord = 3
	maxLexiconWord = 48
)

func newLexicon() *lexicon {
	x := &lexicon{at: map[string]int32{}, stems: map[string]int32{}}
	for noun := range strings.Lines(nouns) {
		if noun = strings.TrimSpace(noun); noun != "" {
			s := stem(fold(noun))
			x.stems[s] = max(x.stems[s], nounCount)
		}
	}
	return x
}

// inLexicon reports whether a folded word is of letters alone and of a length
// that words have.
func inLexicon(word string) bool {
	if len(word) < minLexiconWord || len(word) > maxLexiconWord {
		return false
	}
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return true
}

// learn counts the words of a text.
func (x *lexicon) learn(text string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, t := range x.tokenize(text) {
		if !t.stop && inLexicon(t.exact) {
			x.count(t.exact, text[t.start:t.end], 1)
		}
	}
}

func (x *lexicon) count(word, surface string, n int32) {
	i, known := x.at[word]
	if !known {
		i = int32(len(x.words))
		word = strings.Clone(word)
		x.at[word] = i
		x.words, x.counts, x.letters = append(x.words, word), append(x.counts, 0), append(x.letters, lettersOf(word))
		if surface == word || fold(surface) != word {
			surface = ""
		}
		x.surfaces = append(x.surfaces, strings.Clone(surface))
	}
	x.counts[i] += n
	if !notAPart(word) {
		s := stem(word)
		x.stems[s] += n
	}
}

// add makes the words of a changed text known that are new, and returns them in
// the form that lines reads.
func (x *lexicon) add(texts []string) string {
	var added strings.Builder
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, text := range texts {
		for _, t := range x.tokenize(text) {
			if t.stop || !inLexicon(t.exact) {
				continue
			}
			if _, known := x.at[t.exact]; !known {
				x.count(t.exact, text[t.start:t.end], 1)
				added.WriteString(x.line(len(x.words) - 1))
			}
		}
	}
	return added.String()
}

// line writes a word for the disk: word, frequency, spelling.
func (x *lexicon) line(i int) string {
	return x.words[i] + "\t" + strconv.Itoa(int(x.counts[i])) + "\t" + x.surfaces[i] + "\n"
}

// lines yields the lexicon in pieces of some words each.
func (x *lexicon) lines(each int, yield func(string) error) error {
	var piece strings.Builder
	for i := range x.words {
		piece.WriteString(x.line(i))
		if (i+1)%each == 0 || i+1 == len(x.words) {
			if err := yield(piece.String()); err != nil {
				return err
			}
			piece.Reset()
		}
	}
	return nil
}

// read takes in what lines or add wrote.
func (x *lexicon) read(piece string) {
	for line := range strings.Lines(piece) {
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		number, surface, _ := strings.Cut(rest, "\t")
		n, err := strconv.Atoi(number)
		if err == nil && n > 0 && inLexicon(word) {
			x.count(word, surface, int32(min(n, math.MaxInt32)))
		}
	}
}

// knows reports whether any text uses the word.
func (x *lexicon) knows(word string) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	_, ok := x.at[word]
	return ok
}

// spelling is how people write a word.
func (x *lexicon) spelling(word string) string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if i, ok := x.at[word]; ok && x.surfaces[i] != "" {
		return x.surfaces[i]
	}
	return word
}

// frequency is how often the texts use a word, at least 1.
func (x *lexicon) frequency(word string) int32 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if i, ok := x.at[word]; ok {
		return max(1, x.counts[i])
	}
	return 1
}

// part is a word inside a compound, by its bytes in the folded compound.
type part struct {
	start, end int
	stem       string
}

// Bounds of splitting.
const (
	minPart      = 4 // letters; shorter ones only if listed
	maxParts     = 5
	minPartCount = 2
	// A word that is used so many times more often than its parts is a word of
	// its own and only looks like a compound.
	ownWord = 200
)

// split cuts a folded word into the words it is made of; nil when it is none.
func (x *lexicon) split(word string) []part { return x.splitKnowing(word, "") }

// splitKnowing takes a stem for known that no text uses.
func (x *lexicon) splitKnowing(word, known string) []part {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.splitWith(word, known)
}

// splitWith also takes a word with the given stem for known.
func (x *lexicon) splitWith(word, known string) []part {
	n := len(word)
	if n < 2*3+1 || n > maxLexiconWord || !inLexicon(word) {
		return nil
	}
	type way struct {
		worth float64
		from  int
	}
	var best [maxParts + 1][maxLexiconWord + 1]way
	reached := [maxParts + 1][maxLexiconWord + 1]bool{}
	reached[0][0] = true
	for end := 3; end <= n; end++ {
		for start := max(0, end-30); start <= end-3; start++ {
			if start == 0 && end == n {
				continue
			}
			worth := -1.0
			for k := 0; k < maxParts; k++ {
				if !reached[k][start] {
					continue
				}
				if worth < 0 {
					if worth = x.worth(word[start:end], known); worth <= 0 {
						break
					}
				}
				if sum := best[k][start].worth + math.Log(worth); !reached[k+1][end] || sum > best[k+1][end].worth {
					reached[k+1][end], best[k+1][end] = true, way{sum, start}
				}
			}
		}
	}
	count, mean := 0, 0.0
	for k := 2; k <= maxParts; k++ {
		if reached[k][n] {
			if m := math.Exp(best[k][n].worth / float64(k)); m > mean {
				count, mean = k, m
			}
		}
	}
	if i, ok := x.at[word]; count == 0 || ok && float64(x.counts[i]) > ownWord*mean {
		return nil
	}
	parts := make([]part, count)
	for k, end := count, n; k > 0; k-- {
		start := best[k][end].from
		parts[k-1] = part{start, end, stem(word[start:end])}
		end = start
	}
	return parts
}

// splitSimilar cuts an unknown word into two of which one is known and the other
// is similar to a known one, and returns them as they were meant.
func (x *lexicon) splitSimilar(word string) []string {
	if !inLexicon(word) {
		return nil
	}
	for size := len(word) - minPart; size > minPart; size-- { // of the part without a mistake, longest first
		for _, cut := range [2]int{len(word) - size, size} {
			sound, other, first := word[cut:], word[:cut], false
			if cut == size {
				sound, other, first = word[:cut], word[cut:], true
			}
			x.mu.RLock()
			known := x.worth(sound, "") > 0
			x.mu.RUnlock()
			if !known || slipsAllowed(len(other)) == 0 {
				continue
			}
			if likely := x.similarTo(other, slipsAllowed(len(other)), 1); len(likely) > 0 && likely[0].count >= minPartCount {
				if first {
					return []string{sound, likely[0].word}
				}
				return []string{likely[0].word, sound}
			}
		}
	}
	return nil
}

// worth is the frequency of a part; what joins it to the next one (Fugen-s, -n,
// -en, -es, -er) is an ending that the stemmer takes off.
func (x *lexicon) worth(segment, known string) float64 {
	if notAPart(segment) {
		return 0
	}
	s := stem(segment)
	n := x.stems[s]
	if s == known {
		n = max(n, nounCount)
	}
	if n < minPartCount || len(segment) < minPart && n < nounCount || len(segment) < minPart && !isShortPart(segment) {
		return 0
	}
	return float64(n)
}

func isShortPart(segment string) bool {
	switch segment {
	case "amt", "rat", "tag", "bau", "weg", "ort", "hof", "zug", "bus", "rad", "gas", "eis", "uhr", "kfz", "lkw", "pkw", "edv", "see", "rot":
		return true
	}
	return false
}

// notAPart lists endings, prefixes and small words that look like parts.
func notAPart(segment string) bool {
	switch segment {
	case "heit", "keit", "lich", "isch", "schaft", "schafts", "lung", "ster", "tion", "ation", "enden", "innen", "erin", "liche", "lichen", "licher", "liches", "keiten", "heiten", "igen", "iger", "igkeit", "ungen", "ende", "ender", "endes",
		"ueber", "unter", "nach", "vor", "auf", "aus", "bei", "mit", "durch", "gegen", "ohne", "wieder", "hinter", "neben", "zwischen", "voraus", "herein", "hinaus", "heraus", "herbei", "zurueck", "entgegen", "fort", "weiter", "zusammen",
		"eine", "einer", "einen", "einem", "eines", "nicht", "oder", "dass", "wird", "wenn", "sein", "seine", "ihre", "ihrer", "kann", "sind", "sich", "dies", "diese", "dieser", "dieses", "diesem", "diesen", "aber", "auch", "noch", "sowie", "haben", "werden", "worden", "wurde",
		"ander", "andere", "anderen", "anderer", "ung", "ungs", "tive", "tiven", "iert", "ieren", "ierte", "ierten", "ierung", "ierungs", "bare", "baren", "same", "samen", "lose", "losen", "erem", "eren", "eres":
		return true
	}
	return isStopWord(segment)
}

// subterms are the stems of all runs of parts shorter than the whole word.
func subterms(word string, parts []part, yield func(string)) {
	for i := range parts {
		for j := i; j < len(parts); j++ {
			if i == 0 && j == len(parts)-1 {
				continue
			}
			if i == j {
				yield(parts[i].stem)
			} else {
				yield(stem(word[parts[i].start:parts[j].end]))
			}
		}
	}
}

// containing lists words that are compounds with the given word as a part,
// which was not known as one when they were indexed.
func (x *lexicon) containing(word, stemmed string, limit int) []string {
	if len(stemmed) < minPart {
		return nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	var out []string
	letters := lettersOf(stemmed)
	for i, other := range x.words {
		if letters&^x.letters[i] != 0 || len(other) < len(stemmed)+3 || !strings.Contains(vowels(other), stemmed) {
			continue
		}
		found := false
		subterms(other, x.splitWith(other, stemmed), func(term string) { found = found || term == stemmed })
		if found {
			if out = append(out, other); len(out) == limit {
				break
			}
		}
	}
	return out
}

func lettersOf(word string) uint32 {
	var set uint32
	for i := range len(word) {
		if c := word[i]; c >= 'a' && c <= 'z' {
			set |= 1 << (c - 'a')
		}
	}
	return set
}

// similar is a word that may have been meant.
type similar struct {
	word     string
	distance int
	count    int32
}

// similarTo lists the words within some slips of one, nearest and most used
// first.
func (x *lexicon) similarTo(word string, slips, limit int) []similar {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var out []similar
	letters := lettersOf(word)
	for i, other := range x.words {
		if d := len(other) - len(word); d > slips || -d > slips || bits.OnesCount32(letters^x.letters[i]) > 2*slips || other == word {
			continue
		}
		if d := slipsBetween(word, other, slips); d <= slips {
			out = append(out, similar{other, d, x.counts[i]})
		}
	}
	slices.SortFunc(out, func(a, b similar) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		if same := firstLetterFirst(word, a.word, b.word); same != 0 {
			return same
		}
		if a.count != b.count {
			return int(b.count - a.count)
		}
		return strings.Compare(a.word, b.word)
	})
	return out[:min(len(out), limit)]
}

// firstLetterFirst prefers words that begin as what was typed: people rarely
// mistype the first letter.
func firstLetterFirst(word, a, b string) int {
	switch x, y := a[0] == word[0], b[0] == word[0]; {
	case x && !y:
		return -1
	case y && !x:
		return 1
	}
	return 0
}

// slipsBetween counts letters too many, missing, wrong or changed in order
// (Damerau-Levenshtein, restricted); it gives up above most.
func slipsBetween(a, b string, most int) int {
	var rows [3][maxLexiconWord + 2]int
	if len(a) > maxLexiconWord || len(b) > maxLexiconWord {
		return most + 1
	}
	two, one, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(one[j]+1, now[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, two[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		two, one, now = one, now, two
	}
	return one[len(b)]
}

// slipsAllowed is how many slips a word of some letters may have.
func slipsAllowed(letters int) int {
	switch {
	case letters >= 9:
		return 2
	case letters >= 5:
		return 1
	}
	return 0
}
