package duplicates

import (
	"slices"
	"strings"
	"unicode/utf8"

	"staffelstab/importer/wording"
)

// Class is how two documents compare; the words are those of the report.
type Class string

// The classes.
const (
	Identical     Class = "identisch"
	Contained     Class = "enthalten"       // one says all the other says, and more
	Contradicting Class = "widersprüchlich" // figures, negation or force of a sentence differ
	Similar       Class = "ähnlich"
)

// Classes lists them in the order people should look at them.
func Classes() []Class { return []Class{Contradicting, Identical, Contained, Similar} }

// Why sentences of two documents differ. Figures give their kind (see
// wording.FigureKind).
const (
	WhyNegation = "verneinung"
	WhyForce    = "verpflichtung" // muss, soll, kann
	WhyWording  = "wortlaut"
	WhyMissing  = "fehlt" // only one of them says it
	WhyFiles    = "anlagen"
)

// Difference is a sentence of the first document and what the second says
// instead; one of them may be empty.
type Difference struct {
	First  string `json:"first"`
	Second string `json:"second"`
	Why    string `json:"why"`
}

// Contradicts reports whether following one sentence breaks the other.
func (d Difference) Contradicts() bool {
	return d.Why != WhyWording && d.Why != WhyMissing && d.Why != WhyFiles
}

// Comparison is what an exact comparison of two documents found.
type Comparison struct {
	Class       Class
	Share       float64 // common runs of all runs, 0 to 1
	SameTitle   bool
	Short       bool // both say too little to be compared by their words
	Differences []Difference
}

// Alike reports whether the pair is worth somebody's eyes: the same subject,
// much the same wording, one text within the other, or another deadline or amount
// for the same thing. "Siehe Anlage" alone is no wording.
func (c Comparison) Alike() bool {
	contradicts := slices.ContainsFunc(c.Differences, func(d Difference) bool {
		return d.Why == string(wording.Deadline) || d.Why == string(wording.Amount)
	})
	return c.SameTitle || contradicts || !c.Short && (c.Class == Identical || c.Class == Contained || c.Share >= Near)
}

// Bounds of a comparison: what people are shown, and what is aligned at all.
const (
	maxDifferences = 12
	maxSentence    = 300 // characters
	maxAligned     = 300 // sentences of each side that the other lacks
)

// lookedAt is the share of common runs from which people are shown what only one
// of two texts says.
const lookedAt = 0.3

// A text within another has nearly all of its runs there. Texts of fewer runs
// say too little to be called so.
const (
	within      = 0.95
	tellingRuns = 4
)

// Compare compares two documents exactly.
func Compare(a, b Text) Comparison {
	plainA, plainB := Normal(a.Visible), Normal(b.Visible)
	runsA, runsB := runsOf(plainA), runsOf(plainB)
	common := 0
	for run := range runsA {
		if runsB[run] {
			common++
		}
	}
	c := Comparison{Class: Similar}
	if all := len(runsA) + len(runsB) - common; all > 0 {
		c.Share = float64(common) / float64(all)
	}
	key := TitleKey(a.Title)
	c.SameTitle = key != "" && key == TitleKey(b.Title)
	c.Short = max(len(runsA), len(runsB)) < tellingRuns
	sameText := plainA == plainB && (c.SameTitle || !c.Short)
	filesA, filesB := sorted(a.Files), sorted(b.Files)
	if sameText && slices.Equal(filesA, filesB) {
		c.Class, c.Share = Identical, 1
		return c
	}
	c.Differences = differences(a.Visible, b.Visible)
	if !slices.Equal(filesA, filesB) {
		c.Differences = append(c.Differences, Difference{Why: WhyFiles})
	}
	switch {
	case slices.ContainsFunc(c.Differences, Difference.Contradicts):
		c.Class = Contradicting
	case sameText && (subset(filesA, filesB) || subset(filesB, filesA)),
		encloses(runsA, runsB, common) && subset(filesA, filesB),
		encloses(runsB, runsA, common) && subset(filesB, filesA):
		c.Class = Contained
	}
	if c.Share < lookedAt && !c.SameTitle { // they are about something else but for what they contradict
		c.Differences = slices.DeleteFunc(c.Differences, func(d Difference) bool { return d.Why == WhyMissing || d.Why == WhyFiles })
	}
	slices.SortStableFunc(c.Differences, func(x, y Difference) int { return rank(x) - rank(y) })
	c.Differences = evenly(c.Differences)
	c.Differences = c.Differences[:min(len(c.Differences), maxDifferences)]
	return c
}

// evenly takes what only one of the texts says from both sides in turn, so that
// a long text does not hide what the short one has alone.
func evenly(list []Difference) []Difference {
	var out, left, right []Difference
	for _, d := range list {
		switch {
		case d.Why != WhyMissing:
			out = append(out, d)
		case d.Second == "":
			left = append(left, d)
		default:
			right = append(right, d)
		}
	}
	for i := range max(len(left), len(right)) {
		if i < len(left) {
			out = append(out, left[i])
		}
		if i < len(right) {
			out = append(out, right[i])
		}
	}
	return out
}

// rank puts contradictions first.
func rank(d Difference) int {
	switch {
	case d.Contradicts():
		return 0
	case d.Why == WhyWording:
		return 1
	case d.Why == WhyFiles:
		return 2
	}
	return 3
}

// encloses reports whether the second text says all the first one says, and
// more.
func encloses(less, more map[uint64]bool, common int) bool {
	return len(less) >= tellingRuns && len(less) < len(more) && float64(common) >= within*float64(len(less))
}

func subset(less, more []string) bool {
	return !slices.ContainsFunc(less, func(s string) bool { return !slices.Contains(more, s) })
}

// differences aligns the sentences each text has alone.
func differences(a, b string) []Difference {
	onlyA, onlyB := apart(a, b)
	var out []Difference
	used := make([]bool, len(onlyB))
	for _, first := range onlyA {
		best, most := -1, alike
		for i, second := range onlyB {
			if used[i] {
				continue
			}
			if share := overlap(first.words, second.words); share >= most && (best < 0 || share > most) {
				best, most = i, share
			}
		}
		if best < 0 {
			out = append(out, Difference{First: shorten(first.text), Why: WhyMissing})
			continue
		}
		used[best] = true
		second := onlyB[best]
		out = append(out, Difference{shorten(first.text), shorten(second.text), why(first.text, second.text)})
	}
	for i, second := range onlyB {
		if !used[i] {
			out = append(out, Difference{Second: shorten(second.text), Why: WhyMissing})
		}
	}
	return out
}

// alike is the share of telling words from which two sentences are about the
// same.
const alike = 0.5

type sentence struct {
	text  string
	words []string // telling ones, sorted
}

// apart lists the sentences that only one of the texts has.
func apart(a, b string) (onlyA, onlyB []sentence) {
	inA, inB := map[string]bool{}, map[string]bool{}
	listA, listB := wording.Sentences(a), wording.Sentences(b)
	for _, s := range listA {
		inA[key(s)] = true
	}
	for _, s := range listB {
		inB[key(s)] = true
	}
	return missing(listA, inB), missing(listB, inA)
}

func missing(list []string, from map[string]bool) []sentence {
	var out []sentence
	seen := map[string]bool{}
	for _, s := range list {
		k := key(s)
		if k == "" || from[k] || seen[k] || len(out) >= maxAligned {
			continue
		}
		seen[k] = true
		out = append(out, sentence{s, telling(s)})
	}
	return out
}

func key(s string) string { return strings.Join(wording.Words(Normal(s)), " ") }

// telling lists the words of a sentence that say what it is about: neither
// figures nor the small words, which are what may differ.
func telling(s string) []string {
	words := wording.Words(s)
	words = slices.DeleteFunc(words, func(w string) bool {
		return utf8.RuneCountInString(w) < 3 || strings.Trim(w, "0123456789") == "" || small(w)
	})
	slices.Sort(words)
	return slices.Compact(words)
}

func small(word string) bool {
	switch word {
	case "der", "die", "das", "des", "dem", "den", "ein", "eine", "einer", "eines", "einem", "einen", "und", "oder", "aber", "für", "von", "vom", "zum", "zur",
		"bei", "beim", "mit", "auf", "aus", "nach", "über", "vor", "bis", "durch", "innerhalb", "binnen", "ist", "sind", "hat", "haben", "wird", "werden", "sein",
		"muss", "müssen", "soll", "sollen", "sollte", "sollten", "kann", "können", "darf", "dürfen", "nicht", "kein", "keine", "keinen", "keiner", "nur", "auch",
		"nie", "niemals", "weder", "noch", "untersagt", "unzulässig", "verboten", "verpflichtet", "empfohlen",
		"sich", "dass", "wenn", "wie", "als", "jeder", "jede", "jedes", "alle", "allen", "diese", "dieser", "dieses",
		"zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "euro", "eur":
		return true
	}
	return false
}

// overlap is the share of words two sorted lists have in common (0 to 1).
func overlap(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := strings.Compare(a[i], b[j]); {
		case c == 0:
			common++
			i++
			j++
		case c < 0:
			i++
		default:
			j++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

// why says how two sentences about the same differ, the gravest first.
func why(a, b string) string {
	figuresA, figuresB := wording.Figures(a), wording.Figures(b)
	for _, kind := range []wording.FigureKind{wording.Amount, wording.Deadline, wording.Date, wording.Number} {
		if x, y := ofKind(figuresA, kind), ofKind(figuresB, kind); len(x) > 0 && len(y) > 0 && !slices.Equal(x, y) {
			return string(kind)
		}
	}
	if wording.Negated(a) != wording.Negated(b) {
		return WhyNegation
	}
	if x, y := wording.ForceOf(a), wording.ForceOf(b); x != y && x != wording.None && y != wording.None {
		return WhyForce
	}
	return WhyWording
}

func ofKind(list []wording.Figure, kind wording.FigureKind) []wording.Figure {
	return slices.DeleteFunc(slices.Clone(list), func(f wording.Figure) bool { return f.Kind != kind })
}

func shorten(s string) string {
	if runes := []rune(s); len(runes) > maxSentence {
		return strings.TrimSpace(string(runes[:maxSentence-1])) + "…"
	}
	return s
}
