package markdown

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// callout is a quote that begins with [!NOTE] or one of its kin, as GitHub
// shows them.
type callout struct {
	ast.BaseBlock
	kind string
}

var kindCallout = ast.NewNodeKind("Callout")

// Kind implements ast.Node.
func (*callout) Kind() ast.NodeKind { return kindCallout }

// Dump implements ast.Node.
func (c *callout) Dump(source []byte, level int) {
	ast.DumpHelper(c, source, level, map[string]string{"kind": c.kind}, nil)
}

var calloutMark = regexp.MustCompile(`(?i)^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$`)

type calloutTransformer struct{}

// Transform implements parser.ASTTransformer.
func (calloutTransformer) Transform(root *ast.Document, reader text.Reader, _ parser.Context) {
	var quotes []*ast.Blockquote
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if q, ok := n.(*ast.Blockquote); ok && entering {
			quotes = append(quotes, q)
		}
		return ast.WalkContinue, nil
	})
	for _, q := range quotes {
		transformQuote(q, reader.Source())
	}
}

func transformQuote(q *ast.Blockquote, source []byte) {
	first, ok := q.FirstChild().(*ast.Paragraph)
	if !ok || first.Lines().Len() == 0 {
		return
	}
	line := first.Lines().At(0)
	m := calloutMark.FindStringSubmatch(string(line.Value(source)))
	if m == nil {
		return
	}
	dropFirstLine(first, line.Stop)
	c := &callout{kind: strings.ToLower(m[1])}
	c.SetPos(q.Pos())
	if first.ChildCount() == 0 {
		q.RemoveChild(q, first)
	}
	for child := q.FirstChild(); child != nil; child = q.FirstChild() {
		c.AppendChild(c, child)
	}
	q.Parent().ReplaceChild(q.Parent(), q, c)
}

// dropFirstLine removes the inline nodes of the line with the mark.
func dropFirstLine(p *ast.Paragraph, end int) {
	for child := p.FirstChild(); child != nil; child = p.FirstChild() {
		t, ok := child.(*ast.Text)
		if ok && t.Segment.Start >= end {
			return
		}
		p.RemoveChild(p, child)
		if ok && t.SoftLineBreak() {
			return
		}
	}
}
