package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"staffelstab/content"
)

// snippetBytes is about three lines on a phone.
const snippetBytes = 260

// mark is a stretch of a text that was asked for, in bytes.
type mark struct{ start, end int }

// snippet cuts the part of a section with most of the words and marks them. It
// looks no further when it has as many as the section has. Offsets are bytes of
// the section's text, so no mark cuts a letter.
func snippet(text string, m *marker, words int) []content.SnippetPart {
	var best piece
	for from, n := 0, 0; from < len(text) && (n == 0 || best.words < min(words, 1) || best.words < words && n < maxPieces); n++ {
		end := pieceEnd(text, from)
		p := piece{text: strings.TrimRight(text[from:end], " "), before: from > 0, after: end < len(text)}
		p.marks = m.marks(p.text)
		if p.words = distinct(p.text, p.marks); n == 0 || p.words > best.words {
			best = p
		}
		from = end
	}
	start, end := window(best.text, best.marks)
	return best.parts(start, end)
}

// piece is a stretch of a section in which words were looked for.
type piece struct {
	text          string
	marks         []mark
	words         int // different ones
	before, after bool
}

// pieceEnd is where a piece ends, behind a space and never inside a letter.
func pieceEnd(text string, from int) int {
	end := min(len(text), from+snippetScan)
	if space := strings.LastIndexByte(text[from:end], ' '); end < len(text) && space > 0 {
		end = from + space + 1
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	return end
}

func distinct(text string, marks []mark) int {
	seen := map[string]bool{}
	for _, m := range marks {
		seen[stem(fold(text[m.start:m.end]))] = true
	}
	return len(seen)
}

// snippetScan is how much of a section is looked through at once: reading long
// sections word by word took most of the time of a search, and what people look
// for mostly stands near the heading that was found.
const snippetScan = 2 << 10

// maxPieces is how many pieces are looked through for more of the words.
const maxPieces = 6

// marker knows which words made a text a hit.
type marker struct {
	words  *lexicon
	exact  map[string]bool
	stems  map[string]bool
	roots  map[string]bool
	inside map[string]bool // stems that may be parts
	told   map[string]told // what was found out about words, by how they are written
	splits map[string][]part
	known  string // one that the lexicon does not know as such
}

// markers are those of a page, by how the words were found.
type markers map[string]*marker

// told is how a word stands to what was asked for.
type told byte

const (
	toldNothing told = iota + 1
	toldAsked
	toldInside // may have parts that were asked for
)

// marker is what to mark in an article. Parts of a compound are, where only
// they were found. Articles in which the words were found alike share one.
func (a *answer) marker(ord int32, known markers) *marker {
	grades := make([]byte, len(a.words))
	for i := range a.words {
		grades[i] = byte(a.found[i][ord].grade)
	}
	if known[string(grades)] == nil {
		known[string(grades)] = a.newMarker(ord)
	}
	return known[string(grades)]
}

func (a *answer) newMarker(ord int32) *marker {
	m := &marker{told: map[string]told{}, splits: map[string][]part{}, words: a.view.words, exact: map[string]bool{}, stems: map[string]bool{}, roots: map[string]bool{}, inside: map[string]bool{}}
	for i, w := range a.words {
		how := content.MatchGrade("")
		if n := a.found[i][ord].grade; n > 0 {
			how = w.ways[n-1].grade
		}
		for _, way := range w.ways {
			m.want(way)
			if way.grade == how {
				for _, s := range way.together {
					m.stems[s], m.inside[s] = true, true
				}
			}
		}
	}
	for _, phrase := range a.parsed.phrases {
		for _, t := range phrase {
			m.exact[t.exact] = true
		}
	}
	return m
}

// want takes in the terms of a way.
func (m *marker) want(w way) {
	for _, t := range w.terms {
		if w.within == "" {
			m.exact[t] = true
		}
	}
	if w.within != "" {
		m.known, m.inside[w.within] = w.within, true
	}
	for _, t := range w.follow {
		switch t[:1] {
		case stemTerm:
			m.stems[t[1:]] = true
		case rootTerm:
			m.roots[t[1:]] = true
		case partTerm:
			m.inside[t[1:]] = true
		}
	}
}

// marks finds the words that made a text a hit. Of a compound only the part is
// marked that was asked for.
func (m *marker) marks(text string) []mark {
	var out []mark
	tokens := m.words.tokenize(text)
	for _, e := range extras(text, tokens, false) {
		if m.exact[e.exact] {
			out = append(out, mark{e.start, e.end})
		}
	}
	for _, t := range tokens {
		switch m.tell(t) {
		case toldAsked:
			out = append(out, mark{t.start, t.end})
		case toldInside:
			found, known := m.splits[t.exact]
			if !known {
				found = m.words.splitKnowing(t.exact, m.known)
				m.splits[t.exact] = found
			}
			out = append(out, m.inCompound(text, t, found)...)
		}
	}
	slices.SortFunc(out, func(a, b mark) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	return out
}

// tell finds out how a word stands to what was asked for, once.
func (m *marker) tell(t token) told {
	known := m.told[t.exact]
	if known == 0 {
		known = toldNothing
		switch {
		case m.exact[t.exact], !t.stop && (m.stems[t.stem] || m.roots[t.root]):
			known = toldAsked
		case !t.stop && m.mayContain(t.stem):
			known = toldInside
		}
		m.told[t.exact] = known
	}
	return known
}

func (m *marker) mayContain(stem string) bool {
	for s := range m.inside {
		if len(s) < len(stem) && strings.Contains(stem, s[:len(s)-1]) {
			return true
		}
	}
	return false
}

// inCompound marks the longest runs of parts that were asked for.
func (m *marker) inCompound(text string, t token, found []part) []mark {
	var out []mark
	for i := 0; i < len(found); i++ {
		for j := len(found) - 1; j >= i; j-- {
			s := found[i].stem
			if i != j {
				s = stem(t.exact[found[i].start:found[j].end])
			}
			if m.inside[s] {
				word := text[t.start:t.end]
				out = append(out, mark{t.start + unfolded(word, found[i].start), t.start + unfolded(word, found[j].end)})
				i = j
				break
			}
		}
	}
	return out
}

// unfolded is the byte of a word that a byte of the folded word came from.
func unfolded(word string, at int) int {
	var folded []byte
	for i, r := range word {
		if len(folded) >= at && !unicode.Is(unicode.Mn, r) {
			return i
		}
		folded = foldRune(folded, r)
	}
	return len(word)
}

// window chooses the stretch with the most marks.
func window(text string, marks []mark) (int, int) {
	if len(text) <= snippetBytes {
		return 0, len(text)
	}
	best, bestCount := 0, -1
	for i := range marks {
		count := 0
		for j := i; j < len(marks) && marks[j].end-marks[i].start <= snippetBytes*3/4; j++ {
			count++
		}
		if count > bestCount {
			best, bestCount = marks[i].start, count
		}
	}
	start := max(0, best-snippetBytes/5)
	if i := strings.IndexByte(text[start:best], ' '); start > 0 && i >= 0 {
		start += i + 1
	}
	for start > 0 && start < len(text) && !utf8.RuneStart(text[start]) {
		start++
	}
	end := min(len(text), start+snippetBytes)
	if i := strings.LastIndexByte(text[start:end], ' '); end < len(text) && i > snippetBytes/2 {
		end = start + i
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return start, end
}

func (p piece) parts(start, end int) []content.SnippetPart {
	text := p.text
	var out []content.SnippetPart
	add := func(s string, match bool) {
		if s != "" {
			out = append(out, content.SnippetPart{Text: s, Match: match})
		}
	}
	if start > 0 || p.before {
		add("… ", false)
	}
	at := start
	for _, m := range p.marks {
		if m.start < at || m.end > end {
			continue
		}
		add(text[at:m.start], false)
		add(text[m.start:m.end], true)
		at = m.end
	}
	add(text[at:end], false)
	if end < len(text) || p.after {
		add(" …", false)
	}
	return out
}
