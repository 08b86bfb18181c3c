package content

import (
	"slices"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Merge joins two changes of one text. Lines only one of them touched are
// taken; where both touched the same or neighbouring lines in different ways a
// person has to choose. Nothing either of them wrote is left out without being
// shown.
type Merge struct {
	Pieces []MergePiece
	Fields []FieldConflict
}

// MergePiece is text both agree on, or a conflict.
type MergePiece struct {
	Text     string
	Conflict *Conflict // nil when Text is agreed on
}

// Conflict is a passage two people changed in different ways.
type Conflict struct {
	Section            string // heading it stands under; empty before the first
	Base, Mine, Theirs string
}

// FieldConflict is a front matter key two people set to different values.
type FieldConflict struct{ Key, Base, Mine, Theirs string }

// Choice is what a person makes of a conflict.
type Choice string

// The choices; the words are those of the form.
const (
	ChooseMine   Choice = "meine"
	ChooseTheirs Choice = "andere"
	ChooseBoth   Choice = "beide"
)

// Clean reports whether nobody has to choose.
func (m Merge) Clean() bool { return len(m.Fields) == 0 && len(m.Conflicts()) == 0 }

// Conflicts lists the passages that need a choice, in their order.
func (m Merge) Conflicts() []Conflict {
	var out []Conflict
	for _, p := range m.Pieces {
		if p.Conflict != nil {
			out = append(out, *p.Conflict)
		}
	}
	return out
}

// Body is the joined text with the choices for the conflicts in their order.
// Without a choice both passages stay, one's own first.
func (m Merge) Body(choices []Choice) string {
	var b strings.Builder
	n := 0
	for _, p := range m.Pieces {
		if p.Conflict == nil {
			b.WriteString(p.Text)
			continue
		}
		choice := ChooseBoth
		if n < len(choices) {
			choice = choices[n]
		}
		n++
		switch choice {
		case ChooseMine:
			b.WriteString(p.Conflict.Mine)
		case ChooseTheirs:
			b.WriteString(p.Conflict.Theirs)
		default:
			b.WriteString(apart(p.Conflict.Mine, p.Conflict.Theirs))
		}
	}
	return b.String()
}

// apart puts two passages one after the other as paragraphs of their own.
func apart(a, b string) string {
	if a == "" || b == "" || strings.HasSuffix(a, "\n\n") || strings.HasPrefix(b, "\n") {
		return a + b
	}
	return a + "\n" + b
}

// MergeText joins two changes of base by lines.
func MergeText(base, mine, theirs string) Merge {
	lines := strings.SplitAfter(ensureNewline(base), "\n")
	lines = lines[:len(lines)-1] // SplitAfter ends with what comes after the last line break
	words := &alphabet{runes: map[string]rune{}}
	m, t := words.hunks(lines, mine), words.hunks(lines, theirs)
	var out Merge
	section, at := "", 0
	agree := func(text string) {
		if text != "" {
			out.Pieces = append(out.Pieces, MergePiece{Text: text})
		}
		section = lastHeading(section, text)
	}
	for len(m) > 0 || len(t) > 0 {
		r := nextRegion(&m, &t)
		agree(strings.Join(lines[at:r.start], ""))
		at = r.end
		before := strings.Join(lines[r.start:r.end], "")
		my, their := r.text(lines, r.mine), r.text(lines, r.theirs)
		switch {
		case len(r.theirs) == 0 || my == their:
			agree(my)
		case len(r.mine) == 0:
			agree(their)
		default:
			out.Pieces = append(out.Pieces, MergePiece{Conflict: &Conflict{Section: section, Base: before, Mine: my, Theirs: their}})
			section = lastHeading(section, my)
		}
	}
	agree(strings.Join(lines[at:], ""))
	return out
}

func lastHeading(section, text string) string {
	for line := range strings.Lines(text) {
		if title := strings.TrimLeft(line, "#"); len(title) < len(line) && strings.HasPrefix(title, " ") {
			section = strings.TrimSpace(title)
		}
	}
	return section
}

// hunk replaces the lines [start, end) of the base.
type hunk struct {
	start, end int
	lines      string
}

// region is a stretch of the base that changes of one or both sides touch.
type region struct {
	start, end   int
	mine, theirs []hunk
}

// nextRegion takes the next changes off both lists that touch each other.
func nextRegion(m, t *[]hunk) region {
	r := region{start: -1}
	take := func(from *[]hunk, into *[]hunk) bool {
		if len(*from) == 0 || r.start >= 0 && (*from)[0].start > r.end {
			return false
		}
		h := (*from)[0]
		if r.start < 0 {
			r.start, r.end = h.start, h.end
		}
		r.start, r.end = min(r.start, h.start), max(r.end, h.end)
		*into, *from = append(*into, h), (*from)[1:]
		return true
	}
	if len(*t) == 0 || len(*m) > 0 && (*m)[0].start <= (*t)[0].start {
		take(m, &r.mine)
	} else {
		take(t, &r.theirs)
	}
	for take(m, &r.mine) || take(t, &r.theirs) {
	}
	return r
}

// text is what one side makes of the region.
func (r region) text(base []string, hunks []hunk) string {
	var b strings.Builder
	at := r.start
	for _, h := range hunks {
		b.WriteString(strings.Join(base[at:h.start], ""))
		b.WriteString(h.lines)
		at = h.end
	}
	b.WriteString(strings.Join(base[at:r.end], ""))
	return b.String()
}

// hunks lists what a changed text does to the base.
func (w *alphabet) hunks(base []string, changed string) []hunk {
	after := strings.SplitAfter(ensureNewline(changed), "\n")
	diffs := newDiff().DiffMainRunes(w.spell(base), w.spell(after[:len(after)-1]), false)
	var out []hunk
	at := 0
	open := false
	for _, d := range diffs {
		n := len([]rune(d.Text))
		if d.Type == diffmatchpatch.DiffEqual {
			at, open = at+n, false
			continue
		}
		if !open {
			out, open = append(out, hunk{start: at, end: at}), true
		}
		h := &out[len(out)-1]
		if d.Type == diffmatchpatch.DiffDelete {
			at += n
			h.end = at
		} else {
			h.lines += w.read(d.Text, "")
		}
	}
	return out
}

// alphabet gives every different piece of a text a rune, so that pieces can be
// compared like letters.
type alphabet struct {
	runes  map[string]rune
	pieces []string
}

// firstRune begins an area without holes that is large enough for every line a
// text of the largest size can have.
const firstRune = 0x10000

func (w *alphabet) spell(pieces []string) []rune {
	out := make([]rune, len(pieces))
	for i, piece := range pieces {
		r, ok := w.runes[piece]
		if !ok {
			r = rune(firstRune + len(w.pieces))
			w.runes[piece], w.pieces = r, append(w.pieces, piece)
		}
		out[i] = r
	}
	return out
}

func (w *alphabet) read(word, separator string) string {
	var text strings.Builder
	for _, r := range word {
		text.WriteString(w.pieces[r-firstRune])
		text.WriteString(separator)
	}
	return text.String()
}

// mergeFields joins two changes of front matter. It returns what to set in
// theirs to have both, and the keys both set to different values.
func mergeFields(base, mine, theirs map[string]any) ([]Field, []FieldConflict) {
	var take []Field
	var conflicts []FieldConflict
	for _, key := range slices.Compact(slices.Sorted(slices.Values(append(unionKeys(base, mine), unionKeys(theirs, nil)...)))) {
		b, m, t := flatten(base[key]), flatten(mine[key]), flatten(theirs[key])
		switch {
		case m == t || m == b:
		case t == b:
			take = append(take, Field{key, mine[key]})
		default:
			conflicts = append(conflicts, FieldConflict{key, b, m, t})
		}
	}
	return take, conflicts
}
