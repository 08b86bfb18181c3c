package notes

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"staffelstab/importer/cmark"
)

// Notes has no headings. A paragraph is taken for one when it is set in a style
// that is called so, or when it is one short line, wholly bold and larger than
// the text.

// textState is what paragraphs need to know about the document around them.
type textState struct {
	pardefs map[string]pardef // of the rich text item being read
	ranks   []rank            // kinds of headings, highest first
	body    float64           // usual font size, in points
	nesting int               // levels of headings around
	last    int               // level of the heading before
	inTable int
	regions map[string]string // where links go on that span paragraphs
}

// rank is a kind of heading: a numbered style or a font size.
type rank struct {
	style int // 1 is the highest; 0: none
	size  float64
}

// maxHeading is how many letters a heading has at most.
const maxHeading = 200

// styleRank reads the number of a heading style, such as "Überschrift 2"; 0
// means that it is none.
func styleRank(name string) int {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, word := range []string{"überschrift", "ueberschrift", "heading"} {
		if rest, ok := strings.CutPrefix(name, word); ok {
			for _, r := range rest {
				if r >= '1' && r <= '9' {
					return int(r - '0')
				}
			}
			return 1
		}
	}
	return 0
}

// sizes counts letters by font size and finds kinds of headings.
type sizes struct {
	plain, bold map[float64]int
	ranks       map[rank]bool
	pardefs     map[string]pardef
}

// survey finds the usual font size, by letters of paragraphs that are not
// wholly bold, and the kinds of headings there are.
func (t *textState) survey(root *node) {
	s := &sizes{plain: map[float64]int{}, bold: map[float64]int{}, ranks: map[rank]bool{}, pardefs: map[string]pardef{}}
	s.walk(root, false)
	if len(s.plain) == 0 {
		s.plain = s.bold
	}
	t.body, t.last = 10, 1
	best := 0
	for size, count := range s.plain {
		if count > best || count == best && size < t.body {
			t.body, best = size, count
		}
	}
	for r := range s.ranks {
		if r.style > 0 || r.size > t.body {
			t.ranks = append(t.ranks, r)
		}
	}
	slices.SortFunc(t.ranks, func(a, b rank) int {
		if a.style > 0 && b.style > 0 || a.style == 0 && b.style == 0 {
			return cmp.Or(cmp.Compare(a.style, b.style), cmp.Compare(b.size, a.size))
		}
		return cmp.Compare(b.style, a.style)
	})
}

// walk looks at paragraphs. In the cells of a table and in lists there are no
// headings, but their letters count.
func (s *sizes) walk(n *node, inTable bool) {
	switch n.name {
	case "richtext":
		s.pardefs = map[string]pardef{}
	case "pardef":
		s.pardefs[n.get("id")] = readPardef(n)
		return
	case "par":
		s.paragraph(n, s.pardefs[n.get("def")], inTable)
		return
	case "table":
		inTable = inTable || isGrid(n)
	}
	for _, c := range n.children {
		if c.name != "" {
			s.walk(c, inTable)
		}
	}
}

func (s *sizes) paragraph(n *node, def pardef, inTable bool) {
	if def.hidden {
		return
	}
	m := measure(n)
	letters := s.plain
	if m.bold {
		letters = s.bold
	}
	for size, count := range m.letters {
		letters[size] += count
	}
	if r, ok := m.rank(def); ok && !inTable {
		s.ranks[r] = true
	}
}

// measured is how a paragraph looks.
type measured struct {
	letters  map[float64]int
	smallest float64
	length   int
	bold     bool // all of it, and there is something
}

// rank returns the kind of heading a paragraph would be.
func (m measured) rank(def pardef) (rank, bool) {
	switch {
	case m.length == 0 || m.length > maxHeading || def.list != "":
		return rank{}, false
	case def.heading > 0:
		return rank{style: def.heading}, true
	}
	return rank{size: m.smallest}, m.bold
}

func measure(par *node) measured {
	m := measured{letters: map[float64]int{}, bold: true}
	m.add(par, font{size: 10})
	m.bold = m.bold && m.length > 0
	return m
}

func (m *measured) add(n *node, f font) {
	if n.name == "" {
		if count := utf8.RuneCountInString(strings.TrimSpace(n.text)); count > 0 {
			m.length += count
			m.letters[f.size] += count
			m.bold = m.bold && f.style&cmark.Bold != 0
			if m.smallest == 0 || f.size < m.smallest {
				m.smallest = f.size
			}
		}
		return
	}
	switch n.name {
	case "picture", "code", "formula", "popuptext", "compositedata":
		return
	case "run":
		f = f.with(n.child("font"))
	}
	for _, c := range n.children {
		m.add(c, f)
	}
}

// headingLevel returns the level of a paragraph that is a heading, else 0.
func (t *textState) headingLevel(par *node, def pardef, spans []cmark.Span) int {
	if t.inTable > 0 || cmark.Blank(spans) || len(t.ranks) == 0 {
		return 0
	}
	r, ok := measure(par).rank(def)
	if !ok {
		return 0
	}
	at := slices.Index(t.ranks, r)
	if at < 0 {
		return 0
	}
	return t.level(2 + t.nesting + at)
}

// level leaves out no level between a heading and the one before it: people
// who hear the page find their way by them.
func (t *textState) level(wanted int) int {
	t.last = min(max(wanted, 2), t.last+1, 6)
	return t.last
}

// settle does the same for headings that come ready-made.
func (t *textState) settle(blocks []cmark.Block) []cmark.Block {
	if t.inTable > 0 {
		return blocks
	}
	for i, b := range blocks {
		if h, ok := b.(cmark.Heading); ok {
			h.Level = t.level(h.Level)
			blocks[i] = h
		}
	}
	return blocks
}
