package web

import (
	"html/template"

	"staffelstab/content"
)

// diffPart is a run of rendered blocks.
type diffPart struct {
	Kind   content.DiffKind
	HTML   template.HTML
	Words  []diffWords // the HTML cut where words changed; none when the whole run came or went
	Folded int         // blocks that stayed and are not shown at once
}

// diffWords is a piece of the HTML of a run. One that changed holds words only;
// another may begin or end inside an element, the pieces together do not.
type diffWords struct {
	HTML    template.HTML
	Changed bool
}

func (f *Frame) diffPart(b content.RenderedBlock) diffPart {
	out := diffPart{Kind: b.Kind, HTML: f.HTML(b.HTML), Folded: b.Folded}
	for _, p := range b.Parts {
		out.Words = append(out.Words, diffWords{f.HTML(p.Text), p.Changed})
	}
	return out
}
