package markdown

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// genderStar keeps the star in "Mitarbeiter*innen und Bürger*in" a letter. To
// CommonMark two of them in a paragraph are emphasis of what stands between.
type genderStar struct{}

// Trigger implements parser.InlineParser.
func (genderStar) Trigger() []byte { return []byte{'*'} }

// Parse implements parser.InlineParser.
func (genderStar) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	rest, ok := bytes.CutPrefix(line[1:], []byte("in"))
	if !ok || !unicode.IsLetter(block.PrecendingCharacter()) {
		return nil
	}
	rest = bytes.TrimPrefix(rest, []byte("nen"))
	if next, _ := utf8.DecodeRune(rest); unicode.IsLetter(next) || unicode.IsDigit(next) {
		return nil
	}
	block.Advance(1)
	return ast.NewTextSegment(segment.WithStop(segment.Start + 1))
}
