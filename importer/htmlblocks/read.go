// Package htmlblocks turns HTML into the blocks package cmark writes.
//
// It takes only what Markdown can show: headings, paragraphs, lists, tables,
// quotations, character formats, and of forms what their controls show. Scripts,
// styles and every attribute but addresses and spans never reach the result,
// whatever the HTML is. Where a link
// leads and which picture may be shown is known by the Host alone, the source
// the HTML belongs to: mails of Notes, pages saved from a web server.
package htmlblocks

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

// Host answers for what HTML refers to.
type Host interface {
	// Link returns what stands where a link stood. text is what the link shows,
	// possibly nothing.
	Link(href string, text []cmark.Span) []cmark.Span
	// Image returns what stands where a picture stood; alt is on one line.
	Image(src, alt string) []cmark.Span
}

// ErrDeep says that the HTML is nested deeper than allowed: what lies below is
// missing from the blocks.
var ErrDeep = errors.New("HTML nested too deep")

// Read converts HTML nested up to depth elements. With ErrDeep the blocks hold
// what could be read, with any other error there are none.
func Read(source string, depth int, host Host) ([]cmark.Block, error) {
	root, err := Parse(source)
	if err != nil {
		return nil, err
	}
	return Convert(root, depth, host)
}

// Convert converts the children of a node that was parsed already.
func Convert(root *html.Node, depth int, host Host) ([]cmark.Block, error) {
	settleControls(root)
	r := &reader{host: host, limit: depth, heads: headings(root)}
	blocks := r.blocks(root, 0)
	if r.deep {
		return blocks, ErrDeep
	}
	return blocks, nil
}

// reader is one conversion.
type reader struct {
	host  Host
	limit int
	deep  bool               // something was left out
	heads map[*html.Node]int // level of paragraphs that look like headings
}

// tooDeep reports whether reading stops here.
func (r *reader) tooDeep(depth int) bool {
	r.deep = r.deep || depth > r.limit
	return depth > r.limit
}

// Line flattens blocks to one line, for HTML that stands within one.
func Line(blocks []cmark.Block) []cmark.Span {
	var out []cmark.Span
	for i, b := range blocks {
		if i > 0 {
			out = append(out, cmark.Span{Break: true})
		}
		out = append(out, spansOf(b)...)
	}
	return out
}

// spansOf flattens a block to one line.
func spansOf(b cmark.Block) []cmark.Span {
	var out []cmark.Span
	add := func(blocks []cmark.Block) {
		for _, child := range blocks {
			if len(out) > 0 {
				out = append(out, cmark.Span{Text: " "})
			}
			out = append(out, spansOf(child)...)
		}
	}
	switch v := b.(type) {
	case cmark.Paragraph:
		return v.Spans
	case cmark.Heading:
		return v.Spans
	case cmark.Code:
		return []cmark.Span{{Text: v.Text}}
	case cmark.Quote:
		add(v.Blocks)
	case cmark.List:
		for _, item := range v.Items {
			add(item.Blocks)
		}
	case cmark.Table:
		for _, row := range v.Rows {
			for _, cell := range row {
				add(cell.Blocks)
			}
		}
	}
	return out
}

// blocks converts the children of n. Loose text between blocks becomes a
// paragraph.
func (r *reader) blocks(n *html.Node, depth int) []cmark.Block {
	var out []cmark.Block
	var line []cmark.Span
	flush := func() {
		if !cmark.Blank(line) {
			out = append(out, cmark.Paragraph{Spans: line})
		}
		line = nil
	}
	if r.tooDeep(depth) {
		return nil
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.TextNode || child.Type == html.ElementNode && inlineElement(child) {
			line = append(line, r.inline(child, 0, false, depth)...)
			continue
		}
		if child.Type != html.ElementNode && child.Type != html.DocumentNode {
			continue
		}
		flush()
		out = append(out, r.block(child, depth+1)...)
	}
	flush()
	return out
}

func (r *reader) block(n *html.Node, depth int) []cmark.Block {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		level := int(n.Data[1] - '0')
		return []cmark.Block{cmark.Heading{Level: max(level, 2), Spans: r.children(n, 0, false, depth)}}
	case atom.Ul, atom.Ol:
		return r.list(n, depth)
	case atom.Table:
		return r.table(n, depth)
	case atom.Pre:
		return []cmark.Block{cmark.Code{Text: legible(TextOf(n))}}
	case atom.Blockquote:
		return []cmark.Block{cmark.Quote{Blocks: r.blocks(n, depth)}}
	case atom.Hr:
		return []cmark.Block{cmark.Rule{}}
	case atom.A: // around blocks
		if href := strings.TrimSpace(Attribute(n, "href")); href != "" {
			return []cmark.Block{cmark.Paragraph{Spans: r.host.Link(href, Line(r.blocks(n, depth)))}}
		}
	}
	if importer.HiddenElement(n.Data) {
		return nil
	}
	if level := r.heads[n]; level > 0 {
		return []cmark.Block{cmark.Heading{Level: level, Spans: plain(r.children(n, 0, false, depth))}}
	}
	return r.blocks(n, depth)
}

// plain takes away that the whole of a heading is bold.
func plain(spans []cmark.Span) []cmark.Span {
	for i := range spans {
		spans[i].Style &^= cmark.Bold
	}
	return spans
}

func (r *reader) list(n *html.Node, depth int) []cmark.Block {
	l := cmark.List{Ordered: n.DataAtom == atom.Ol}
	l.Start, _ = strconv.Atoi(Attribute(n, "start"))
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.TextNode && strings.TrimSpace(child.Data) != "" { // wrong, but shown
			l.Items = append(l.Items, cmark.Item{Blocks: []cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: legible(child.Data)}}}}})
		}
		if child.Type != html.ElementNode {
			continue
		}
		if nested := child.DataAtom; (nested == atom.Ul || nested == atom.Ol) && len(l.Items) > 0 {
			last := &l.Items[len(l.Items)-1]
			last.Blocks = append(last.Blocks, r.list(child, depth+1)...)
			continue
		}
		l.Items = append(l.Items, cmark.Item{Blocks: r.blocks(child, depth+1)})
	}
	if len(l.Items) == 0 {
		return nil
	}
	return []cmark.Block{l}
}

func (r *reader) table(n *html.Node, depth int) []cmark.Block {
	var t cmark.Table
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			switch child.DataAtom {
			case atom.Tr:
				row, head := r.row(child, depth+1)
				if len(row) == 0 {
					continue
				}
				if head && t.HeaderRows == len(t.Rows) {
					t.HeaderRows++
				}
				t.Rows = append(t.Rows, row)
			case atom.Thead, atom.Tbody, atom.Tfoot:
				walk(child, depth+1)
			case atom.Caption:
				t.Rows = append(t.Rows, []cmark.Cell{{Blocks: r.blocks(child, depth+1)}})
			}
		}
	}
	walk(n, depth)
	if len(t.Rows) == 0 {
		return nil
	}
	if len(t.Rows) == 1 && len(t.Rows[0]) == 1 {
		return t.Rows[0][0].Blocks
	}
	return []cmark.Block{t}
}

func (r *reader) row(n *html.Node, depth int) (row []cmark.Cell, head bool) {
	head = true
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom != atom.Td && child.DataAtom != atom.Th {
			continue
		}
		head = head && child.DataAtom == atom.Th
		row = append(row, cmark.Cell{
			Blocks:  r.blocks(child, depth+1),
			Columns: extent(Attribute(child, "colspan")),
			RowSpan: extent(Attribute(child, "rowspan")),
		})
	}
	return row, head
}

// styles are the elements that are character formats Markdown can show.
var styles = map[atom.Atom]cmark.Style{
	atom.B: cmark.Bold, atom.Strong: cmark.Bold, atom.I: cmark.Italic, atom.Em: cmark.Italic,
	atom.S: cmark.Strike, atom.Strike: cmark.Strike, atom.Del: cmark.Strike,
	atom.Sup: cmark.Superscript, atom.Sub: cmark.Subscript,
}

func inlineElement(n *html.Node) bool {
	if n.DataAtom == atom.Br || n.DataAtom == atom.Img {
		return true
	}
	return importer.InlineElement(n.Data) && !holdsBlock(n, 0)
}

// holdsBlock reports whether an inline element wraps blocks, which mail
// programs like to do.
func holdsBlock(n *html.Node, depth int) bool {
	if depth > 50 {
		return false
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type != html.ElementNode || child.DataAtom == atom.Br || child.DataAtom == atom.Img {
			continue
		}
		if !importer.InlineElement(child.Data) && !importer.HiddenElement(child.Data) || holdsBlock(child, depth+1) {
			return true
		}
	}
	return false
}

func (r *reader) inline(n *html.Node, style cmark.Style, linked bool, depth int) []cmark.Span {
	if r.tooDeep(depth) {
		return nil
	}
	if n.Type == html.TextNode {
		return []cmark.Span{{Text: legible(n.Data), Style: style}}
	}
	if n.Type != html.ElementNode || importer.HiddenElement(n.Data) {
		return nil
	}
	switch n.DataAtom {
	case atom.Br:
		return []cmark.Span{{Break: true}}
	case atom.Img:
		return r.host.Image(Attribute(n, "src"), oneLine(legible(Attribute(n, "alt"))))
	case atom.A:
		if href := strings.TrimSpace(Attribute(n, "href")); href != "" && !linked {
			return r.host.Link(href, r.children(n, style, true, depth+1))
		}
	}
	return r.children(n, style|styles[n.DataAtom], linked, depth+1)
}

func (r *reader) children(n *html.Node, style cmark.Style, linked bool, depth int) []cmark.Span {
	var out []cmark.Span
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		out = append(out, r.inline(child, style, linked, depth)...)
	}
	return out
}

// Attribute is the value of an attribute, or "".
func Attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// TextOf is all text within a node.
func TextOf(n *html.Node) string {
	var b strings.Builder
	for child := range n.Descendants() {
		if child.Type == html.TextNode {
			b.WriteString(child.Data)
		}
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// maxExtent bounds what a cell claims to span.
const maxExtent = 1000

// extent reads how many rows or columns a cell spans; what nobody can mean is
// one.
func extent(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxExtent {
		return 1
	}
	return n
}
