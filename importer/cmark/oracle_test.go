package cmark_test

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"staffelstab/content/markdown"
	"staffelstab/importer/cmark"
)

// page is what the renderer of the product makes of Markdown. The tests judge
// by it and not by a list of escapes: what people see is the promise.
func page(t testing.TB, source string) *html.Node {
	t.Helper()
	all := func(target string, _ bool) (string, string, bool) { return target, "", true }
	rendered, err := markdown.New(markdown.Labels{Table: "Tabelle", Done: "erledigt", Open: "offen"}).Render(context.Background(), []byte(source), all)
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(rendered.HTML))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// glyph is a character as a reader sees it.
type glyph struct {
	char  rune
	style cmark.Style
	link  string
}

var styleOf = map[atom.Atom]cmark.Style{
	atom.Strong: cmark.Bold, atom.Em: cmark.Italic, atom.Del: cmark.Strike, atom.Sup: cmark.Superscript, atom.Sub: cmark.Subscript,
	atom.Mark: cmark.Highlight,
}

// shown lists the characters of a page. White space only parts words: how much
// of it there is and in which style nobody can see.
func shown(root *html.Node) []glyph {
	var out []glyph
	var walk func(n *html.Node, style cmark.Style, link string)
	walk = func(n *html.Node, style cmark.Style, link string) {
		if n.Type == html.TextNode {
			for _, r := range n.Data {
				out = append(out, glyph{r, style, link})
			}
		}
		switch style |= styleOf[n.DataAtom]; n.DataAtom {
		case atom.A:
			link = attribute(n, "href")
		case atom.Img:
			out = append(out, glyph{char: '▣', link: attribute(n, "alt")})
		}
		for child := range n.ChildNodes() {
			walk(child, style, link)
		}
		switch n.DataAtom {
		case atom.P, atom.Br, atom.Li, atom.Td, atom.Th, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			out = append(out, glyph{char: ' '})
		}
	}
	walk(root, 0, "")
	return apart(out)
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// meant lists the characters of blocks as shown does those of a page.
func meant(blocks []cmark.Block) []glyph {
	var out []glyph
	spans := func(list []cmark.Span, style cmark.Style) {
		for _, s := range list {
			switch {
			case s.Break:
				out = append(out, glyph{char: ' '})
			case s.Image != "":
				out = append(out, glyph{char: '▣', link: s.Text})
			}
			for _, r := range s.Text {
				if s.Image == "" {
					out = append(out, glyph{r, s.Style | style, s.Link})
				}
			}
		}
		out = append(out, glyph{char: ' '})
	}
	var walk func(blocks []cmark.Block, heading cmark.Style)
	walk = func(blocks []cmark.Block, heading cmark.Style) {
		for _, b := range blocks {
			switch v := b.(type) {
			case cmark.Paragraph:
				spans(v.Spans, 0)
			case cmark.Heading:
				spans(v.Spans, heading)
			case cmark.Quote:
				walk(v.Blocks, heading)
			case cmark.Code:
				spans([]cmark.Span{{Text: v.Text}}, 0)
			case cmark.List:
				for _, item := range v.Items {
					walk(item.Blocks, heading)
				}
			case cmark.Table:
				for _, row := range v.Rows {
					for _, cell := range row {
						walk(cell.Blocks, cmark.Bold) // a table holds no headings
					}
				}
			}
		}
	}
	walk(blocks, 0)
	return apart(out)
}

// apart replaces white space by one blank without a style and trims. The boxes
// of tasks in an HTML table are no text.
func apart(in []glyph) []glyph {
	var out []glyph
	for _, g := range in {
		if unicode.IsSpace(g.char) || g.char == '☐' || g.char == '☑' {
			if len(out) > 0 && out[len(out)-1].char != ' ' {
				out = append(out, glyph{char: ' '})
			}
			continue
		}
		out = append(out, g)
	}
	for len(out) > 0 && out[len(out)-1].char == ' ' {
		out = out[:len(out)-1]
	}
	return out
}

func write(glyphs []glyph) string {
	var b strings.Builder
	var last glyph
	for _, g := range glyphs {
		if g.style != last.style || g.link != last.link {
			fmt.Fprintf(&b, "{%d%s}", g.style, g.link)
		}
		b.WriteRune(g.char)
		last = g
	}
	return b.String()
}

// shapeOf lists the elements of a page that are not paragraphs, each before
// what it holds. Tables are looked at elsewhere.
func shapeOf(root *html.Node) string {
	var out []string
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.DataAtom {
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Li, atom.Hr, atom.Blockquote, atom.Pre:
			out = append(out, n.Data)
		case atom.Ol:
			out = append(out, "ol"+cmp.Or(attribute(n, "start"), "1"))
		case atom.Input:
			out = append(out, attribute(n, "aria-label"))
		case atom.Table:
			out = append(out, n.Data)
			return
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	walk(root)
	return strings.Join(out, " ")
}

// meantShape lists the elements of blocks as shapeOf does those of a page.
func meantShape(blocks []cmark.Block) string {
	var out []string
	for _, b := range blocks {
		switch v := b.(type) {
		case cmark.Heading:
			if !cmark.Blank(v.Spans) {
				out = append(out, "h"+strconv.Itoa(v.Level))
			}
		case cmark.Rule:
			out = append(out, "hr")
		case cmark.Code:
			out = append(out, "pre")
		case cmark.Table:
			out = append(out, "table")
		case cmark.Quote:
			if inner := cmark.Markdown(v.Blocks); inner != "" {
				out = append(out, "blockquote", meantShape(v.Blocks))
			}
		case cmark.List:
			kind := "ul"
			if v.Ordered {
				kind = "ol" + strconv.Itoa(max(v.Start, 1))
			}
			out = append(out, kind)
			for _, item := range v.Items {
				out = append(out, "li", []string{"", "offen", "erledigt"}[item.Task], meantShape(item.Blocks))
			}
		}
	}
	return strings.Join(strings.Fields(strings.Join(out, " ")), " ")
}

// same fails when the page does not show what the blocks hold.
func same(t testing.TB, blocks []cmark.Block) {
	t.Helper()
	source := cmark.Markdown(blocks)
	if got, want := write(shown(page(t, source))), write(meant(blocks)); got != want {
		t.Errorf("the page shows\n%s\ninstead of\n%s\nMarkdown:\n%s", got, want, source)
	}
	if got, want := shapeOf(page(t, source)), meantShape(blocks); got != want {
		t.Errorf("the page is built of\n%s\ninstead of\n%s\nMarkdown:\n%s", got, want, source)
	}
}
