package markdown

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"staffelstab/content"
)

// Destinations implements content.Renderer. It reads what Render shows: the text
// with the line ends of Unix.
func (r *Renderer) Destinations(source []byte) []content.Destination {
	plain := bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n"))
	if tooMuch(plain) {
		return nil
	}
	t := r.parse(slices.Clip(plain))
	var out []content.Destination
	_ = ast.Walk(t.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch v := n.(type) {
		case *ast.Link:
			out = t.destination(out, v.Destination, content.Destination{Words: t.words(v), Mark: -1})
		case *ast.Image: // what stands in it is its description
			out = t.destination(out, v.Destination, content.Destination{Words: plainInline(v, t.source), Picture: true, Mark: t.mark(v)})
			return ast.WalkSkipChildren, nil
		case *ast.RawHTML:
			out = t.tags(out, v.Segments)
		case *ast.HTMLBlock:
			out = t.tags(out, v.Lines())
		}
		return ast.WalkContinue, nil
	})
	slices.SortStableFunc(out, func(a, b content.Destination) int { return cmp.Compare(a.Start, b.Start) })
	if len(plain) < len(source) {
		inSource(source, out)
	}
	return out
}

// destination adds where a link leads. The library hands on the bytes of the text
// themselves, which tells where they stand.
func (t *parsedText) destination(out []content.Destination, raw []byte, d content.Destination) []content.Destination {
	start := len(t.source) - cap(raw)
	if len(raw) == 0 || start < 0 || start+len(raw) > len(t.source) || &t.source[start] != &raw[0] {
		return out
	}
	d.Start, d.End = start, start+len(raw)
	if start > 0 && t.source[start-1] == '<' && d.End < len(t.source) && t.source[d.End] == '>' {
		d.Start, d.End = d.Start-1, d.End+1
	}
	d.Target = string(util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations(raw))))
	return append(out, d)
}

// mark is where a picture begins that is not in a link.
func (t *parsedText) mark(picture ast.Node) int {
	for n := picture.Parent(); n != nil; n = n.Parent() {
		if n.Kind() == ast.KindLink {
			return -1
		}
	}
	if at := picture.Pos(); at >= 0 && at < len(t.source) && bytes.HasPrefix(t.source[at:], []byte("![")) {
		return at
	}
	return -1
}

// words is what readers see of a link, without pictures.
func (t *parsedText) words(link ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(link, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch {
		case n.Kind() == ast.KindImage:
			return ast.WalkSkipChildren, nil
		case entering && !n.HasChildren():
			b.WriteString(plainInline(n, t.source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// tags adds where the tags of HTML lead. Lines that follow each other are read as
// one: a tag may stand on several.
func (t *parsedText) tags(out []content.Destination, lines *text.Segments) []content.Destination {
	for i := 0; i < lines.Len(); {
		start, stop := lines.At(i).Start, lines.At(i).Stop
		for i++; i < lines.Len() && lines.At(i).Start == stop; i++ {
			stop = lines.At(i).Stop
		}
		out = destinationsOfHTML(out, t.source[:stop], start)
	}
	return out
}

// inSource moves places of a text with the line ends of Unix to where they are in
// the text as it was.
func inSource(source []byte, found []content.Destination) {
	var ends []int // of lines that lost a sign, as places of the shorter text
	for at := 0; ; {
		next := bytes.Index(source[at:], []byte("\r\n"))
		if next < 0 {
			break
		}
		ends = append(ends, at+next-len(ends))
		at += next + 2
	}
	for i := range found {
		found[i].Start += sort.SearchInts(ends, found[i].Start)
		found[i].End += sort.SearchInts(ends, found[i].End)
		found[i].Mark += sort.SearchInts(ends, found[i].Mark)
	}
}
