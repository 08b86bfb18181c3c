package notes

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

// htmlReader turns HTML of mails and pass-through HTML into blocks. It takes
// only what Markdown can show; scripts, styles, forms and attributes other than
// addresses never reach the result.
type htmlReader struct {
	c    *converter
	cid  map[string]string // Content-ID → attachment name
	deep bool              // was told to be nested too deep
}

// tooDeep reports whether reading stops here; what is below is lost, so the
// document is incomplete.
func (h *htmlReader) tooDeep(depth int) bool {
	if depth <= h.c.source.Limits.Depth {
		return false
	}
	if !h.deep {
		h.deep = true
		h.c.incomplete("importer.html-broken")
	}
	return true
}

// htmlBlocks converts HTML. cid maps the pictures of a mail.
func (c *converter) htmlBlocks(source string, cid map[string]string) []cmark.Block {
	if tangled(source) {
		c.incomplete("importer.html-broken")
		return paragraphs(importer.TextOfHTML(source))
	}
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		c.incomplete("importer.html-broken")
		return nil
	}
	h := &htmlReader{c: c, cid: cid}
	return c.text.settle(h.blocks(root, 0))
}

// htmlInline converts HTML that stands within a line.
func (c *converter) htmlInline(source string) []cmark.Span {
	var out []cmark.Span
	for i, b := range c.htmlBlocks(source, nil) {
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
func (h *htmlReader) blocks(n *html.Node, depth int) []cmark.Block {
	var out []cmark.Block
	var line []cmark.Span
	flush := func() {
		if !cmark.Blank(line) {
			out = append(out, cmark.Paragraph{Spans: line})
		}
		line = nil
	}
	if h.tooDeep(depth) {
		return nil
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.TextNode || child.Type == html.ElementNode && inlineElement(child) {
			line = append(line, h.inline(child, 0, "", depth)...)
			continue
		}
		if child.Type != html.ElementNode && child.Type != html.DocumentNode {
			continue
		}
		flush()
		out = append(out, h.block(child, depth+1)...)
	}
	flush()
	return out
}

func (h *htmlReader) block(n *html.Node, depth int) []cmark.Block {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		level := int(n.Data[1] - '0')
		return []cmark.Block{cmark.Heading{Level: max(level, 2), Spans: h.children(n, 0, "", depth)}}
	case atom.Ul, atom.Ol:
		return h.list(n, depth)
	case atom.Table:
		return h.table(n, depth)
	case atom.Pre:
		return []cmark.Block{cmark.Code{Text: legible(textOf(n))}}
	case atom.Blockquote:
		return []cmark.Block{cmark.Quote{Blocks: h.blocks(n, depth)}}
	case atom.Hr:
		return []cmark.Block{cmark.Rule{}}
	}
	if importer.HiddenElement(n.Data) {
		return nil
	}
	return h.blocks(n, depth)
}

func (h *htmlReader) list(n *html.Node, depth int) []cmark.Block {
	l := cmark.List{Ordered: n.DataAtom == atom.Ol}
	l.Start, _ = strconv.Atoi(attribute(n, "start"))
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type != html.ElementNode {
			continue
		}
		if nested := child.DataAtom; (nested == atom.Ul || nested == atom.Ol) && len(l.Items) > 0 {
			last := &l.Items[len(l.Items)-1]
			last.Blocks = append(last.Blocks, h.list(child, depth+1)...)
			continue
		}
		l.Items = append(l.Items, cmark.Item{Blocks: h.blocks(child, depth+1)})
	}
	if len(l.Items) == 0 {
		return nil
	}
	return []cmark.Block{l}
}

func (h *htmlReader) table(n *html.Node, depth int) []cmark.Block {
	var t cmark.Table
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			switch child.DataAtom {
			case atom.Tr:
				row, head := h.row(child, depth+1)
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
				t.Rows = append(t.Rows, []cmark.Cell{{Blocks: h.blocks(child, depth+1)}})
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

func (h *htmlReader) row(n *html.Node, depth int) (row []cmark.Cell, head bool) {
	head = true
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.DataAtom != atom.Td && child.DataAtom != atom.Th {
			continue
		}
		head = head && child.DataAtom == atom.Th
		row = append(row, cmark.Cell{
			Blocks:  h.blocks(child, depth+1),
			Columns: span(attribute(child, "colspan")),
			RowSpan: span(attribute(child, "rowspan")),
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

func (h *htmlReader) inline(n *html.Node, style cmark.Style, link string, depth int) []cmark.Span {
	if h.tooDeep(depth) {
		return nil
	}
	if n.Type == html.TextNode {
		return []cmark.Span{{Text: n.Data, Style: style, Link: link}}
	}
	if n.Type != html.ElementNode || importer.HiddenElement(n.Data) {
		return nil
	}
	switch n.DataAtom {
	case atom.Br:
		return []cmark.Span{{Break: true}}
	case atom.Img:
		return h.image(n)
	case atom.A:
		if href := attribute(n, "href"); href != "" && link == "" {
			source := &node{name: "urllink", children: []*node{{text: textOf(n)}}}
			spans := h.c.address(href, source, font{style: style})
			return spans
		}
	}
	return h.children(n, style|styles[n.DataAtom], link, depth+1)
}

func (h *htmlReader) children(n *html.Node, style cmark.Style, link string, depth int) []cmark.Span {
	var out []cmark.Span
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		out = append(out, h.inline(child, style, link, depth)...)
	}
	return out
}

// image shows a picture of the mail itself. Pictures from elsewhere are not
// fetched and not linked, because every reader's browser would fetch them.
func (h *htmlReader) image(n *html.Node) []cmark.Span {
	alt := oneLine(attribute(n, "alt"))
	if id, ok := strings.CutPrefix(attribute(n, "src"), "cid:"); ok {
		if name, ok := h.cid[id]; ok {
			if alt == "" {
				h.c.counts.images++
			}
			return []cmark.Span{{Text: alt, Image: name}}
		}
	}
	if name, ok := h.c.ownFile(attribute(n, "src")); ok {
		if alt == "" {
			h.c.counts.images++
		}
		return []cmark.Span{{Text: alt, Image: name}}
	}
	h.c.review("importer.picture-lost", "text", alt)
	if alt == "" {
		return nil
	}
	return []cmark.Span{{Text: alt}}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for child := range n.Descendants() {
		if child.Type == html.TextNode {
			b.WriteString(child.Data)
		}
	}
	return b.String()
}
