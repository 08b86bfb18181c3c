package content

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/sergi/go-diff/diffmatchpatch"

	"staffelstab/internal/account"
)

// Comparison shows what changed between two revisions of a text.
type Comparison struct {
	From, To Revision
	Fields   []FieldChange
	Lines    []DiffLine
	Added    int // lines with words
	Removed  int // lines with words
}

// TextChanged reports whether any line differs, be it an empty one.
func (c Comparison) TextChanged() bool {
	return slices.ContainsFunc(c.Lines, func(l DiffLine) bool { return l.Kind == DiffAdded || l.Kind == DiffRemoved })
}

// FieldChange is a front matter key whose value differs.
type FieldChange struct{ Key, Before, After string }

// DiffKind tells where a line or part stands.
type DiffKind string

// The kinds of line.
const (
	DiffSame    DiffKind = "same"
	DiffAdded   DiffKind = "added"
	DiffRemoved DiffKind = "removed"
	DiffSkipped DiffKind = "skipped" // stands for unchanged lines that are left out
)

// DiffLine is a line of Markdown on one side or both.
type DiffLine struct {
	Kind  DiffKind
	Parts []DiffPart
	Count int // of lines left out
}

// DiffPart is a piece of a changed line; Changed marks what differs from the
// line that took its place.
type DiffPart struct {
	Text    string
	Changed bool
}

// diffContext is how many unchanged lines stand around a change.
const diffContext = 3

// Compare shows the difference between two revisions; an empty to is the
// newest.
func (l *Library) Compare(ctx context.Context, actor account.Actor, id ID, from, to RevisionID) (Comparison, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Comparison{}, err
	}
	if to == "" {
		to = a.Revision
	}
	var c Comparison
	if c.From, err = l.revision(ctx, actor, id, from); err != nil {
		return Comparison{}, err
	}
	if c.To, err = l.revision(ctx, actor, id, to); err != nil {
		return Comparison{}, err
	}
	before, err := l.Source(ctx, actor, id, from)
	if err != nil {
		return Comparison{}, err
	}
	after, err := l.Source(ctx, actor, id, to)
	if err != nil {
		return Comparison{}, err
	}
	c.Fields = compareFields(before.Fields, after.Fields)
	c.Lines = CompareText(before.Body, after.Body)
	c.count()
	return c, nil
}

// hasWords tells a line people read from one that only divides.
func (l DiffLine) hasWords() bool {
	return slices.ContainsFunc(l.Parts, func(p DiffPart) bool {
		return strings.ContainsFunc(p.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
	})
}

// count sums up the lines with words.
func (c *Comparison) count() {
	for _, line := range c.Lines {
		switch {
		case !line.hasWords():
		case line.Kind == DiffAdded:
			c.Added++
		case line.Kind == DiffRemoved:
			c.Removed++
		}
	}
}

func compareFields(before, after map[string]any) []FieldChange {
	var out []FieldChange
	for _, key := range unionKeys(before, after) {
		b, a := flatten(before[key]), flatten(after[key])
		if a != b {
			out = append(out, FieldChange{key, b, a})
		}
	}
	return out
}

// newDiff returns a comparer that gives up looking for the smallest difference
// when two large texts have nothing in common.
func newDiff() *diffmatchpatch.DiffMatchPatch {
	d := diffmatchpatch.New()
	d.DiffTimeout = 2 * time.Second
	return d
}

// CompareText compares two texts by lines, and changed lines by words.
func CompareText(before, after string) []DiffLine {
	d := newDiff()
	a, b, lines := d.DiffLinesToRunes(ensureNewline(before), ensureNewline(after))
	diffs := d.DiffCharsToLines(d.DiffMainRunes(a, b, false), lines)
	var out []DiffLine
	for i := 0; i < len(diffs); i++ {
		texts := splitLines(diffs[i].Text)
		switch diffs[i].Type {
		case diffmatchpatch.DiffEqual:
			for _, t := range texts {
				out = append(out, DiffLine{Kind: DiffSame, Parts: []DiffPart{{Text: t}}})
			}
		case diffmatchpatch.DiffDelete:
			var added []string
			if i+1 < len(diffs) && diffs[i+1].Type == diffmatchpatch.DiffInsert {
				added = splitLines(diffs[i+1].Text)
				i++
			}
			out = append(out, changedLines(d, texts, added)...)
		case diffmatchpatch.DiffInsert:
			out = append(out, changedLines(d, nil, texts)...)
		}
	}
	return leaveOutUnchanged(out)
}

func ensureNewline(s string) string {
	if s != "" && !strings.HasSuffix(s, "\n") {
		return s + "\n"
	}
	return s
}

func splitLines(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }

// changedLines pairs removed and added lines in order and marks the words that
// differ.
func changedLines(d *diffmatchpatch.DiffMatchPatch, removed, added []string) []DiffLine {
	var gone, fresh []DiffLine
	for i, text := range removed {
		parts := []DiffPart{{Text: text, Changed: true}}
		if i < len(added) {
			parts, _ = wordParts(d, text, added[i])
		}
		gone = append(gone, DiffLine{Kind: DiffRemoved, Parts: parts})
	}
	for i, text := range added {
		parts := []DiffPart{{Text: text, Changed: true}}
		if i < len(removed) {
			_, parts = wordParts(d, removed[i], text)
		}
		fresh = append(fresh, DiffLine{Kind: DiffAdded, Parts: parts})
	}
	return append(gone, fresh...)
}

// wordParts compares two lines by words, because people read words.
func wordParts(d *diffmatchpatch.DiffMatchPatch, before, after string) (gone, fresh []DiffPart) {
	a, b, words := d.DiffLinesToRunes(wordPerLine(before), wordPerLine(after))
	for _, part := range d.DiffCharsToLines(d.DiffMainRunes(a, b, false), words) {
		text := strings.ReplaceAll(part.Text, "\n", "")
		switch part.Type {
		case diffmatchpatch.DiffEqual:
			gone = append(gone, DiffPart{Text: text})
			fresh = append(fresh, DiffPart{Text: text})
		case diffmatchpatch.DiffDelete:
			gone = append(gone, DiffPart{Text: text, Changed: true})
		case diffmatchpatch.DiffInsert:
			fresh = append(fresh, DiffPart{Text: text, Changed: true})
		}
	}
	return gone, fresh
}

// wordPerLine puts every word with the space after it on its own line.
func wordPerLine(s string) string {
	var b strings.Builder
	for _, field := range strings.SplitAfter(s, " ") {
		b.WriteString(field)
		b.WriteByte('\n')
	}
	return b.String()
}

// leaveOutUnchanged keeps a few unchanged lines around every change.
func leaveOutUnchanged(lines []DiffLine) []DiffLine {
	keep := make([]bool, len(lines))
	for i, line := range lines {
		if line.Kind == DiffSame {
			continue
		}
		for j := max(0, i-diffContext); j <= min(len(lines)-1, i+diffContext); j++ {
			keep[j] = true
		}
	}
	var out []DiffLine
	for i, line := range lines {
		switch {
		case keep[i]:
			out = append(out, line)
		case len(out) > 0 && out[len(out)-1].Kind == DiffSkipped:
			out[len(out)-1].Count++
		default:
			out = append(out, DiffLine{Kind: DiffSkipped, Count: 1})
		}
	}
	return out
}

func unionKeys(a, b map[string]any) []string {
	set := map[string]bool{}
	for key := range a {
		set[key] = true
	}
	for key := range b {
		set[key] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// flatten writes a front matter value on one line.
func flatten(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = flatten(e)
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, key+": "+flatten(v[key]))
		}
		return strings.Join(parts, "; ")
	}
	return fmt.Sprint(v)
}
