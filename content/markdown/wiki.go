package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// wikiLink is [[title]], [[id]] or [[title|words]].
type wikiLink struct {
	ast.BaseInline
	target, label string
}

var kindWiki = ast.NewNodeKind("WikiLink")

// Kind implements ast.Node.
func (*wikiLink) Kind() ast.NodeKind { return kindWiki }

// Dump implements ast.Node.
func (w *wikiLink) Dump(source []byte, level int) {
	ast.DumpHelper(w, source, level, map[string]string{"target": w.target}, nil)
}

// maxWiki is the longest text between the brackets, in bytes.
const maxWiki = 400

type wikiParser struct{}

// Trigger implements parser.InlineParser.
func (wikiParser) Trigger() []byte { return []byte{'['} }

// Parse implements parser.InlineParser.
func (wikiParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if !bytes.HasPrefix(line, []byte("[[")) {
		return nil
	}
	end := bytes.Index(line[:min(len(line), maxWiki)], []byte("]]"))
	if end < 3 || bytes.ContainsAny(line[2:end], "[]") {
		return nil
	}
	target, label, named := strings.Cut(string(line[2:end]), "|")
	if target = strings.TrimSpace(target); target == "" {
		return nil
	}
	if label = strings.TrimSpace(label); !named || label == "" {
		label = target
	}
	block.Advance(end + 2)
	return &wikiLink{target: target, label: label}
}
