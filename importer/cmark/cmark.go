// Package cmark writes CommonMark with GitHub tables from a small document
// tree. Sources of the importer build the tree (Block, Span); this package
// alone knows what has to be escaped where, so that a star, a bracket or a line
// that begins with "1." in an old text never turns into formatting.
//
// It writes what editors keep intact: inline links, no inline <br>, ATX
// headings, "-" lists. A table that Markdown cannot hold (spans, lists or
// several paragraphs in a cell) becomes an HTML table. The package does not
// read Markdown.
package cmark

import (
	"strconv"
	"strings"
	"unicode"
)

// Style is a set of character formats.
type Style uint8

// The formats Markdown, or the HTML every renderer of ours allows, can show.
const (
	Bold Style = 1 << iota
	Italic
	Strike
	Superscript
	Subscript
	Highlight
)

// Span is a piece of a line: text in one style, possibly a link, an image or a
// forced line break.
type Span struct {
	Text  string
	Style Style
	Link  string // destination, already percent-encoded where needed
	Image string // destination of an image; Text is its alternative text
	Break bool   // a forced line break; everything else is empty
	Note  string // footnote after the text, or "" for none
	// Key names a word of the catalogue that stands for something without text.
	// Whoever publishes the tree puts the word into Text and takes the key away;
	// until then nothing is shown.
	Key string
}

// Block is a paragraph-level element.
type Block interface{ block() }

// Paragraph is a paragraph.
type Paragraph struct{ Spans []Span }

// Heading is a heading of level 1 to 6.
type Heading struct {
	Level int
	Spans []Span
}

// List is a list. Items of an ordered list count from Start (0 means 1).
type List struct {
	Ordered bool
	Start   int
	Items   []Item
}

// Item is an entry of a list.
type Item struct {
	Task   Task
	Blocks []Block
}

// Task tells whether an item begins with a box to tick.
type Task uint8

// The states of the box.
const (
	NoTask Task = iota
	Open
	Done
)

// Table is a table; the first HeaderRows rows are its head.
type Table struct {
	HeaderRows int
	Rows       [][]Cell
}

// Cell is a cell of a table. Spans of 0 and 1 mean the same.
type Cell struct {
	Blocks           []Block
	Columns, RowSpan int
	Head             bool // it heads its row
}

// Code is a block whose line breaks and blanks count.
type Code struct{ Text string }

// Quote is a quotation.
type Quote struct{ Blocks []Block }

// Rule is a horizontal line.
type Rule struct{}

func (Paragraph) block() {}
func (Heading) block()   {}
func (List) block()      {}
func (Table) block()     {}
func (Code) block()      {}
func (Quote) block()     {}
func (Rule) block()      {}

// Markdown writes the blocks. The result ends with a line break unless it is
// empty.
func Markdown(blocks []Block) string {
	w := &writer{}
	w.blocks(blocks)
	for i, note := range w.notes {
		w.line("")
		w.line("[^" + strconv.Itoa(i+1) + "]: " + note)
	}
	text := strings.Trim(strings.Join(w.lines, "\n"), "\n")
	if text == "" {
		return ""
	}
	return text + "\n"
}

// Text returns the visible text of spans, breaks as a blank.
func Text(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		switch {
		case s.Break:
			b.WriteByte(' ')
		case s.Image == "":
			b.WriteString(s.Text)
		}
	}
	return strings.TrimSpace(b.String())
}

// Blank reports whether the spans show nothing.
func Blank(spans []Span) bool {
	for _, s := range spans {
		if s.Image != "" || s.Key != "" || strings.TrimFunc(s.Text, unicode.IsSpace) != "" {
			return false
		}
	}
	return true
}

// maxNesting is how deep lists and quotations nest; what is deeper stands on
// that level. Nobody writes so, and every level would indent every line.
const maxNesting = 16

// writer collects lines.
type writer struct {
	lines []string
	notes []string
	depth int // lists and quotations around
}

// inner returns a writer for the content of a list or a quotation.
func (w *writer) inner() *writer { return &writer{notes: w.notes, depth: w.depth + 1} }

func (w *writer) line(s string) { w.lines = append(w.lines, s) }

// blocks writes blocks with a blank line between them.
func (w *writer) blocks(blocks []Block) {
	var last Block
	other := false
	for _, b := range blocks {
		part := &writer{notes: w.notes, depth: w.depth}
		changed := follows(last, b) && !other
		part.write(b, changed)
		w.notes = part.notes
		if len(part.lines) == 0 {
			continue
		}
		if last != nil {
			w.line("")
		}
		w.lines = append(w.lines, part.lines...)
		last, other = b, changed
	}
}

// follows reports whether b is a list of the same kind as the block before.
// Such lists would flow together, so every second one changes its marker.
func follows(last, b Block) bool {
	before, one := last.(List)
	list, two := b.(List)
	return one && two && before.Ordered == list.Ordered
}

func (w *writer) write(b Block, other bool) {
	switch v := b.(type) {
	case Paragraph:
		w.paragraph(v.Spans)
	case Heading:
		if !Blank(v.Spans) {
			text := strings.ReplaceAll(w.inline(flat(v.Spans)), "{", `\{`)
			w.line(strings.Repeat("#", min(max(v.Level, 1), 6)) + " " + closeHashes(text))
		}
	case List:
		if w.depth >= maxNesting {
			w.blocks(flatItems(v))
			return
		}
		w.list(v, other)
	case Table:
		w.table(v)
	case Code:
		w.code(v.Text)
	case Quote:
		if w.depth >= maxNesting {
			w.blocks(v.Blocks)
			return
		}
		w.nested(v.Blocks, "> ", "> ")
	case Rule:
		w.line("---")
	}
}

// flatItems returns the blocks of the items without their list.
func flatItems(l List) []Block {
	var out []Block
	for _, item := range l.Items {
		out = append(out, item.Blocks...)
	}
	return out
}

// flat replaces breaks by blanks, for places that hold one line.
func flat(spans []Span) []Span {
	out := make([]Span, len(spans))
	for i, s := range spans {
		if s.Break {
			s = Span{Text: " "}
		}
		out[i] = s
	}
	return out
}

// closeHashes keeps trailing #'s from being taken for the end of a heading.
func closeHashes(s string) string {
	if strings.HasSuffix(s, "#") {
		return s[:len(s)-1] + `\#`
	}
	return s
}

func (w *writer) paragraph(spans []Span) {
	text := w.inline(spans)
	if text == "" {
		return
	}
	for _, l := range strings.Split(text, "\n") {
		w.line(escapeLineStart(strings.TrimLeft(l, " \t")))
	}
}

// maxNumber is the highest number CommonMark takes for that of a list.
const maxNumber = 999_999_999

// list writes a list, with the other marker its kind can have if asked.
func (w *writer) list(l List, other bool) {
	number := max(l.Start, 1)
	if number > maxNumber-len(l.Items) {
		number = 1
	}
	for i, item := range l.Items {
		marker := "- "
		switch {
		case l.Ordered && other:
			marker = strconv.Itoa(number+i) + ") "
		case l.Ordered:
			marker = strconv.Itoa(number+i) + ". "
		case other:
			marker = "* "
		}
		indent := strings.Repeat(" ", len(marker))
		switch item.Task {
		case Open:
			marker += "[ ] "
		case Done:
			marker += "[x] "
		}
		if i > 0 && (loose(item) || loose(l.Items[i-1])) {
			w.line("")
		}
		w.item(item, marker, indent)
	}
}

// item writes the blocks of an item; a paragraph and the list below it stay
// together without a blank line.
func (w *writer) item(item Item, marker, indent string) {
	part := w.inner()
	if loose(item) {
		part.blocks(item.Blocks)
	} else {
		for _, b := range item.Blocks {
			part.write(b, false)
		}
	}
	w.notes = part.notes
	if len(part.lines) == 0 {
		part.lines = []string{""}
	}
	for i, l := range part.lines {
		switch {
		case i == 0 && l == "---":
			w.line(marker + "___") // behind the marker, dashes would be one rule together with it
		case i == 0:
			w.line(strings.TrimRight(marker+l, " "))
		case l == "":
			w.line("")
		default:
			w.line(indent + l)
		}
	}
}

// loose reports whether the blocks of an item need blank lines between them.
func loose(item Item) bool {
	for i, b := range item.Blocks {
		switch v := b.(type) {
		case Paragraph:
			if i > 0 {
				return true
			}
		case List:
			if i == 0 || i > 1 || v.Ordered && v.Start > 1 || len(v.Items) > 0 && blank(v.Items[0].Blocks) {
				return true // nothing else may stand right below a paragraph
			}
		default:
			return true
		}
	}
	return false
}

// blank reports whether the blocks show nothing.
func blank(blocks []Block) bool {
	for _, b := range blocks {
		switch v := b.(type) {
		case Paragraph:
			if !Blank(v.Spans) {
				return false
			}
		case Heading:
			if !Blank(v.Spans) {
				return false
			}
		case Quote:
			if !blank(v.Blocks) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func (w *writer) nested(blocks []Block, first, rest string) {
	part := w.inner()
	part.blocks(blocks)
	w.notes = part.notes
	for i, l := range part.lines {
		prefix := rest
		if i == 0 {
			prefix = first
		}
		w.line(strings.TrimRight(prefix+l, " "))
	}
}

func (w *writer) code(text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	w.line(fence)
	w.lines = append(w.lines, strings.Split(strings.TrimRight(text, "\n"), "\n")...)
	w.line(fence)
}

// EachSpan lets change alter every span of the blocks, in place, and returns
// the blocks.
func EachSpan(blocks []Block, change func(*Span)) []Block {
	spans := func(list []Span) {
		for i := range list {
			change(&list[i])
		}
	}
	for _, b := range blocks {
		switch v := b.(type) {
		case Paragraph:
			spans(v.Spans)
		case Heading:
			spans(v.Spans)
		case List:
			for _, item := range v.Items {
				EachSpan(item.Blocks, change)
			}
		case Table:
			for _, row := range v.Rows {
				for _, cell := range row {
					EachSpan(cell.Blocks, change)
				}
			}
		case Quote:
			EachSpan(v.Blocks, change)
		}
	}
	return blocks
}

// Lower moves headings down by n levels and returns the new blocks.
func Lower(blocks []Block, n int) []Block {
	out := make([]Block, len(blocks))
	for i, b := range blocks {
		if h, ok := b.(Heading); ok {
			b = Heading{Level: min(h.Level+n, 6), Spans: h.Spans}
		}
		out[i] = b
	}
	return out
}
