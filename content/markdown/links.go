package markdown

import (
	"github.com/yuin/goldmark/ast"

	"staffelstab/content"
)

// Links implements content.Renderer.
func (r *Renderer) Links(source []byte) []content.LinkTarget {
	if tooMuch(source) {
		return nil
	}
	t := r.parse(source)
	var out []content.LinkTarget
	_ = ast.Walk(t.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch v := n.(type) {
		case *wikiLink:
			out = append(out, content.LinkTarget{Target: v.target, Wiki: true})
		case *ast.Link:
			out = append(out, content.LinkTarget{Target: string(v.Destination)})
		case *ast.AutoLink:
			out = append(out, content.LinkTarget{Target: string(v.URL(t.source))})
		}
		return ast.WalkContinue, nil
	})
	return out
}
