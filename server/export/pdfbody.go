package export

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif"  // the formats a browser would have shown
	_ "image/jpeg" // and fpdf takes
	_ "image/png"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxIndent is how deep lists and quotes move to the right.
const maxIndent = 8

// blocks writes the children of a node one below the other.
func (p *sheet) blocks(parent *html.Node, depth int) {
	inline := false
	end := func() {
		if inline {
			p.Ln(p.line() + lineHeight/2)
			inline = false
		}
	}
	for n := range parent.ChildNodes() {
		if !isBlock(n) {
			if n.Type == html.ElementNode || strings.TrimSpace(n.Data) != "" {
				p.inline(n, "", "")
				inline = true
			}
			continue
		}
		end()
		p.block(n, depth)
	}
	end()
}

func isBlock(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.P, atom.Div, atom.Section, atom.Aside, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd,
		atom.Blockquote, atom.Pre, atom.Table, atom.Hr, atom.Details, atom.Summary, atom.Figure, atom.Figcaption:
		return true
	}
	return false
}

func (p *sheet) block(n *html.Node, depth int) {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		level := int(n.Data[1] - '0')
		p.Bookmark(words(n), 1, -1) // the levels of a text may jump, those of an outline may not
		p.heading(level, words(n))
	case atom.Ul, atom.Ol:
		p.list(n, depth)
	case atom.Blockquote, atom.Aside, atom.Dd:
		p.indent(depth, func() { p.blocks(n, depth+1) })
	case atom.Pre:
		p.family, p.size = "mono", 9
		p.use()
		p.MultiCell(0, p.line(), strings.TrimRight(raw(n), "\n"), "L", "L", false)
		p.family, p.size = "go", textSize
		p.use()
		p.Ln(lineHeight / 2)
	case atom.Table:
		p.table(n)
	case atom.Hr:
		p.CellFormat(0, 2, "", "B", 1, "", false, 0, "")
		p.Ln(2)
	default:
		p.blocks(n, depth)
	}
}

// indent moves the left edge to the right for a while.
func (p *sheet) indent(depth int, f func()) {
	left, _, _, _ := p.GetMargins()
	if depth < maxIndent {
		p.SetLeftMargin(left + 7)
		p.SetX(left + 7)
	}
	f()
	p.SetLeftMargin(left)
	p.SetX(left)
}

func (p *sheet) list(n *html.Node, depth int) {
	number := 0
	for item := range n.ChildNodes() {
		if item.DataAtom != atom.Li {
			continue
		}
		number++
		mark := "•"
		if n.DataAtom == atom.Ol {
			mark = fmt.Sprintf("%d.", number)
		}
		p.room(lineHeight)
		left, _, _, _ := p.GetMargins()
		p.SetX(left)
		p.CellFormat(7, lineHeight, mark, "", 0, "L", false, 0, "")
		p.indent(depth, func() { p.blocks(item, depth+1) })
	}
}

// inline writes text that flows.
func (p *sheet) inline(n *html.Node, style, href string) {
	if n.Type == html.TextNode {
		p.run(oneLine(n.Data), style, href)
		return
	}
	switch n.DataAtom {
	case atom.Strong, atom.B, atom.Th:
		style = with(style, "B")
	case atom.Em, atom.I:
		style = with(style, "I")
	case atom.A:
		href = attribute(n, "href")
	case atom.Br:
		p.Ln(p.line())
		return
	case atom.Img:
		p.picture(n)
		return
	case atom.Input:
		p.run(taskMark(n), style, "")
		return
	case atom.Code:
		p.family = "mono"
		defer func() { p.family = "go"; p.use() }()
	}
	for c := range n.ChildNodes() {
		if isBlock(c) {
			p.blocks(c, maxIndent)
			continue
		}
		p.inline(c, style, href)
	}
}

// taskMark writes a task box with letters the font has.
func taskMark(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "checked" {
			return "[x] "
		}
	}
	return "[ ] "
}

// with adds a letter to a style, in the order fpdf knows.
func with(style, letter string) string {
	switch {
	case strings.Contains(style, letter):
		return style
	case style == "":
		return letter
	}
	return "BI"
}

// picture draws an embedded picture, else writes what it shows.
func (p *sheet) picture(n *html.Node) {
	_, encoded, ok := strings.Cut(attribute(n, "src"), ";base64,")
	data, err := base64.StdEncoding.DecodeString(encoded)
	size, format, errImage := image.DecodeConfig(bytes.NewReader(data))
	if !ok || err != nil || errImage != nil || size.Width == 0 || size.Width*size.Height > 40<<20 {
		p.run("["+attribute(n, "alt")+"]", "I", "")
		return
	}
	p.images++
	name, options := fmt.Sprintf("image-%d", p.images), fpdf.ImageOptions{ImageType: strings.ToUpper(format)}
	info := p.RegisterImageOptionsReader(name, options, bytes.NewReader(data))
	if info == nil || p.Err() { // a kind of picture the library does not know
		p.ClearError()
		p.run("["+attribute(n, "alt")+"]", "I", "")
		return
	}
	left, _, right, _ := p.GetMargins()
	page, height := p.GetPageSize()
	w := min(float64(size.Width)*25.4/96, page-left-right)
	h := w * float64(size.Height) / float64(size.Width)
	if limit := height - 2*margin - 20; h > limit {
		w, h = w*limit/h, limit
	}
	p.Ln(p.line())
	p.room(h)
	p.ImageOptions(name, left, p.GetY(), w, h, true, options, 0, "")
}

// words is the text of a node on one line.
func words(n *html.Node) string { return strings.TrimSpace(oneLine(raw(n))) }

func raw(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(raw(c))
	}
	return b.String()
}

// oneLine turns every run of white space into one space, as a browser does.
func oneLine(s string) string {
	out := strings.Join(strings.Fields(s), " ")
	if out == "" {
		return " "
	}
	if strings.TrimLeft(s, " \t\n") != s {
		out = " " + out
	}
	if strings.TrimRight(s, " \t\n") != s {
		out += " "
	}
	return out
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
