// Package duplicates finds documents of an old database that say the same, and
// shows where those that nearly do contradict each other.
//
// Of every document a Sketch of a few hundred bytes is kept. Documents with the
// same text, the same title or by their sketches much the same wording are
// candidates, and a few that name the deadline or amount of the same thing; only
// they are compared exactly, by runs of words and sentence by
// sentence. Nothing is decided here: what a pair means is for people to say.
package duplicates

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"staffelstab/importer/wording"
)

// Runs of five words are what two texts are compared by (shingles, Broder
// 1997). A sketch holds 64 smallest hashes in 16 bands of four: of two texts
// that share 80 % of their runs it misses one pair in 4,000, of two that share
// 30 % it offers one in eight.
const (
	runLength  = 5
	bandCount  = 16
	bandHashes = 4
)

// Near is the share of common runs from which two texts say much the same.
const Near = 0.8

// Text is a document as it is compared.
type Text struct {
	Title   string
	Visible string
	Files   []string // SHA-256 of the attachments
}

// Sketch stands for a document among many.
type Sketch struct {
	exact uint64 // of text and files; 0 when there is neither
	title uint64 // of the title without what only classifies it; 0 for none
	bands [bandCount]uint64
	runs  bool // whether the text has any words
	// claims are what a text says about the deadline or the amount of something.
	claims []uint64
}

// maxClaims bounds the claims of one text.
const maxClaims = 24

// SketchOf makes the sketch of a document.
func SketchOf(t Text) Sketch {
	s := Sketch{}
	plain := Normal(t.Visible)
	if plain != "" || len(t.Files) > 0 {
		s.exact = hash("exact", plain+"\x00"+strings.Join(sorted(t.Files), "\x00"))
	}
	if title := TitleKey(t.Title); title != "" {
		s.title = hash("title", title)
	}
	s.claims = claimsOf(t.Visible)
	runs := runsOf(plain)
	if len(runs) == 0 {
		return s
	}
	s.runs = true
	var least [bandCount * bandHashes]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for run := range runs {
		for i := range least {
			least[i] = min(least[i], scatter(run+uint64(i)*0x9E3779B97F4A7C15))
		}
	}
	for i := range s.bands {
		h := uint64(i)
		for _, each := range least[i*bandHashes : (i+1)*bandHashes] {
			h = scatter(h ^ each)
		}
		s.bands[i] = h
	}
	return s
}

// claimsOf hashes the things for which a text names a deadline or an amount:
// "Abrechnung" in "die Abrechnung ist binnen 6 Monaten vorzulegen". Two texts
// with little in common may still name different ones.
func claimsOf(text string) []uint64 {
	var out []uint64
	for _, sentence := range wording.Sentences(text) {
		if len(out) >= maxClaims {
			break
		}
		if !wording.Counts(sentence) {
			continue
		}
		kinds := map[wording.FigureKind]bool{}
		for _, f := range wording.Figures(sentence) {
			kinds[f.Kind] = f.Kind == wording.Deadline || f.Kind == wording.Amount
		}
		for _, kind := range []wording.FigureKind{wording.Deadline, wording.Amount} {
			if !kinds[kind] {
				continue
			}
			for _, noun := range wording.Nouns(sentence) {
				if h := hash("claim", string(kind)+" "+noun); len(out) < maxClaims && !slices.Contains(out, h) {
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// Normal writes a text so that only its words and signs count: one blank
// between words, one way to write an umlaut.
func Normal(text string) string { return strings.Join(strings.Fields(norm.NFC.String(text)), " ") }

// classifying are words of titles that say nothing about the subject: the given
// up kinds of entry, and dates.
var classifying = regexp.MustCompile(`(?i)\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})?|\d{4}-\d{2}-\d{2}|(?:(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)\s+)?\b(?:19|20)\d{2}\b`)

// TitleKey is what two titles have in common that mean the same subject. It is
// empty when nothing remains.
func TitleKey(title string) string {
	words := wording.Words(classifying.ReplaceAllString(norm.NFC.String(title), " "))
	words = slices.DeleteFunc(words, func(w string) bool {
		switch w {
		case "arbeitshilfe", "arbeitshilfen", "rahmenbedingung", "rahmenbedingungen", "stand", "fassung", "neufassung", "vom", "kopie", "von":
			return true
		}
		return false
	})
	return strings.Join(words, " ")
}

// runsOf hashes every run of words. A text too short for one is a run of its
// own.
func runsOf(text string) map[uint64]bool {
	words := wording.Words(text)
	out := map[uint64]bool{}
	if len(words) > 0 && len(words) < runLength {
		out[hash("run", strings.Join(words, " "))] = true
	}
	for i := 0; i+runLength <= len(words); i++ {
		h := uint64(14695981039346656037)
		for _, word := range words[i : i+runLength] {
			for _, b := range []byte(word) {
				h = (h ^ uint64(b)) * 1099511628211
			}
			h = (h ^ 0xff) * 1099511628211 // no byte of UTF-8
		}
		out[h] = true
	}
	return out
}

func hash(purpose, text string) uint64 {
	sum := sha256.Sum256([]byte(purpose + "\x00" + text))
	return max(1, binary.LittleEndian.Uint64(sum[:8]))
}

// scatter mixes the bits of a number (the finalizer of splitmix64).
func scatter(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

// fewClaims is how many documents may name a deadline of the same thing to be
// compared for it: what many name is too common to say the same.
const fewClaims = 10

// Index finds candidates among documents that are named by numbers.
type Index struct{ entries []entry }

type entry struct {
	key      uint64
	document int32
	kind     uint8
}

// Kinds of entry. Groups of each are searched in another way.
const (
	byText uint8 = iota
	byTitle
	byClaim
	byBand // and bandCount-1 more
)

// Add puts a document into the index.
func (x *Index) Add(document int, s Sketch) {
	n := int32(document)
	if s.exact != 0 {
		x.entries = append(x.entries, entry{s.exact, n, byText})
	}
	if s.title != 0 {
		x.entries = append(x.entries, entry{s.title, n, byTitle})
	}
	for _, claim := range s.claims {
		x.entries = append(x.entries, entry{claim, n, byClaim})
	}
	if s.runs {
		for i, band := range s.bands {
			x.entries = append(x.entries, entry{band, n, byBand + uint8(i)})
		}
	}
}

// Pair names two documents, the smaller number first.
type Pair struct{ First, Second int }

// wholeGroup is how many documents that share something are all compared with
// each other. In a larger group, such as forms nobody filled in, each is
// compared with the first and with its neighbour: what is the same as the first
// is the same as the others.
const wholeGroup = 24

// Candidates lists the pairs to compare, sorted, at most limit of them.
// Complete is false when there were more.
func (x *Index) Candidates(limit int) (pairs []Pair, complete bool) {
	slices.SortFunc(x.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.key, b.key), cmp.Compare(a.document, b.document))
	})
	seen := map[Pair]bool{}
	add := func(a, b entry) bool {
		if a.document != b.document {
			seen[Pair{int(a.document), int(b.document)}] = true
		}
		return len(seen) <= limit
	}
	complete = true
	for from := 0; from < len(x.entries) && complete; {
		to := from + 1
		for to < len(x.entries) && x.entries[to].key == x.entries[from].key && x.entries[to].kind == x.entries[from].kind {
			to++
		}
		complete = group(x.entries[from:to], add)
		from = to
	}
	for p := range seen {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Second, b.Second))
	})
	return pairs[:min(len(pairs), limit)], complete
}

// group offers the pairs of documents that share a key, until add refuses.
func group(entries []entry, add func(a, b entry) bool) bool {
	if entries[0].kind == byClaim && len(entries) > fewClaims {
		return true
	}
	whole := len(entries) <= wholeGroup && entries[0].kind != byText
	for i := range entries {
		if i == 0 {
			continue
		}
		if !whole {
			if !add(entries[0], entries[i]) || entries[0].kind != byText && !add(entries[i-1], entries[i]) {
				return false
			}
			continue
		}
		for j := range i {
			if !add(entries[j], entries[i]) {
				return false
			}
		}
	}
	return true
}
