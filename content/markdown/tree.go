package markdown

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"golang.org/x/text/unicode/norm"

	"staffelstab/content"
)

// parsedText is a text with its tree.
type parsedText struct {
	root   ast.Node
	source []byte
}

// anchors makes the ids of headings: lower case, words joined by dashes,
// umlauts kept, numbered when the same words occur again.
type anchors struct{ seen map[string]int }

func newAnchors() *anchors { return &anchors{seen: map[string]int{}} }

// Generate implements parser.IDs.
func (a *anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFC.String(string(value))) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() > 150 {
			break
		}
	}
	anchor := strings.Trim(b.String(), "-")
	if anchor == "" {
		anchor = "abschnitt"
	}
	for {
		n := a.seen[anchor]
		a.seen[anchor] = n + 1
		if n == 0 {
			return []byte(anchor)
		}
		anchor += "-" + strconv.Itoa(n+1)
	}
}

// Put implements parser.IDs.
func (a *anchors) Put(value []byte) { a.seen[string(value)]++ }

// shiftHeadings moves all headings down by one level when the text has one of
// the first level, because that is the page's own.
func (t *parsedText) shiftHeadings() int {
	var headings []*ast.Heading
	shift := 0
	_ = ast.Walk(t.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			headings = append(headings, h)
			if h.Level == 1 {
				shift = 1
			}
		}
		return ast.WalkContinue, nil
	})
	for _, h := range headings {
		h.Level = min(h.Level+shift, 6)
	}
	return shift
}

// outline lists the headings outside quotes and lists.
func (t *parsedText) outline(int) []content.Heading {
	var out []content.Heading
	for n := t.root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			out = append(out, content.Heading{Level: h.Level, Text: plainInline(h, t.source), Anchor: anchorOf(h)})
		}
	}
	return out
}

func anchorOf(h *ast.Heading) string {
	id, ok := h.AttributeString("id")
	if !ok {
		return ""
	}
	b, ok := id.([]byte)
	if !ok {
		return ""
	}
	return string(b)
}

// blocks is the plain tree.
func (t *parsedText) blocks() []content.Block { return t.children(t.root, len(t.source)) }

// children lists the blocks in a node. A block ends where the next one's line
// begins.
func (t *parsedText) children(parent ast.Node, end int) []content.Block {
	nodes := t.inOrder(parent)
	out := make([]content.Block, len(nodes))
	for i, n := range nodes {
		start, stop := t.lineStart(n), end
		if i+1 < len(nodes) {
			if next := t.lineStart(nodes[i+1]); next >= start {
				stop = next
			}
		}
		out[i] = t.block(n, stop)
		out[i].Start, out[i].End = start, max(stop, start)
	}
	return out
}

// inOrder lists the blocks in a node as they were written. The library gathers
// footnotes at the end; here each stands where it was defined.
func (t *parsedText) inOrder(parent ast.Node) []ast.Node {
	var out []ast.Node
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch {
		case n.Kind() == east.KindFootnoteList:
			for note := n.FirstChild(); note != nil; note = note.NextSibling() {
				out = append(out, note)
			}
			slices.SortStableFunc(out, func(a, b ast.Node) int { return t.lineStart(a) - t.lineStart(b) })
		case n.Type() == ast.TypeBlock:
			out = append(out, n)
		}
	}
	return out
}

// lineStart is where the line of a top-level block begins; nested blocks begin
// at their own first character.
func (t *parsedText) lineStart(n ast.Node) int {
	pos := min(max(n.Pos(), 0), len(t.source))
	if parent := n.Parent(); parent != nil && (parent.Kind() == ast.KindDocument || parent.Kind() == east.KindFootnoteList) {
		for pos > 0 && t.source[pos-1] != '\n' {
			pos--
		}
	}
	return pos
}

func (t *parsedText) block(n ast.Node, end int) content.Block {
	switch v := n.(type) {
	case *ast.Heading:
		return content.Block{Kind: content.BlockHeading, Level: v.Level, Anchor: anchorOf(v), Text: plainInline(v, t.source)}
	case *ast.List:
		return content.Block{Kind: content.BlockList, Ordered: v.IsOrdered(), Children: t.children(v, end)}
	case *ast.ListItem:
		b := content.Block{Kind: content.BlockItem, Children: t.children(v, end)}
		if first := v.FirstChild(); first != nil {
			if box, ok := first.FirstChild().(*east.TaskCheckBox); ok {
				b.Task, b.Checked = true, box.IsChecked
			}
		}
		return b
	case *ast.Blockquote, *callout:
		return content.Block{Kind: content.BlockQuote, Children: t.children(v, end)}
	case *ast.FencedCodeBlock:
		return content.Block{Kind: content.BlockCode, Info: string(v.Language(t.source)), Text: t.lines(v)}
	case *ast.CodeBlock:
		return content.Block{Kind: content.BlockCode, Text: t.lines(v)}
	case *ast.HTMLBlock:
		text := t.lines(v)
		if v.HasClosure() {
			text += string(v.ClosureLine.Value(t.source))
		}
		return content.Block{Kind: content.BlockHTML, Text: text}
	case *ast.ThematicBreak:
		return content.Block{Kind: content.BlockRule}
	case *east.Table:
		return content.Block{Kind: content.BlockTable, Children: t.children(v, end)}
	case *east.TableRow, *east.TableHeader:
		return content.Block{Kind: content.BlockRow, Children: t.children(v, end)}
	case *east.TableCell:
		return content.Block{Kind: content.BlockCell, Text: plainInline(v, t.source)}
	case *east.DefinitionList, *east.DefinitionDescription, *east.Footnote:
		return content.Block{Kind: content.BlockDefinition, Children: t.children(v, end)}
	}
	return content.Block{Kind: content.BlockParagraph, Text: plainInline(n, t.source)}
}

func (t *parsedText) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(t.source))
	}
	return b.String()
}
