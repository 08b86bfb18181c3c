package markdown

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"staffelstab/content"
	"staffelstab/importer"
)

// renaming writes a text anew whose files got other names.
type renaming struct {
	reader content.DestinationReader
	id     content.ID // of the text
}

// edit puts other bytes in a place of a text.
type edit struct {
	start, end int
	to         string
}

// apply implements importer.Document.Renamed.
func (r renaming) apply(d *importer.Document, names map[string]string) {
	whole, err := content.ParseDocument(d.Path, d.Markdown)
	if err != nil {
		return // it was read before
	}
	var edits []edit
	for _, at := range r.reader.Destinations(whole.Body) {
		to, name := r.moved(at.Target, names)
		if to == "" {
			continue
		}
		edits = append(edits, edit{at.Start, at.End, to})
		if at.Mark >= 0 && strings.TrimSpace(at.Words) != "" {
			edits = append(edits, edit{at.Mark, at.Mark + len("!"), ""})
		} else if at.Mark >= 0 { // a link needs words
			edits = append(edits, edit{at.Mark, at.Mark + len("!["), "[" + name})
		}
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	body, at := slices.Clone(d.Markdown[:len(d.Markdown)-len(whole.Body)]), 0
	for _, e := range edits {
		if e.start >= at { // a definition others use, too, is written once
			body = append(append(body, whole.Body[at:e.start]...), e.to...)
			at = e.end
		}
	}
	d.Markdown = append(body, whole.Body[at:]...)
	for i, l := range d.Links {
		if to, _ := r.moved(l.Leads, names); to != "" {
			d.Links[i].Leads = to
		}
	}
}

// moved is what a destination has to be now, and what the file it named was called;
// nothing for one that named no such file.
func (r renaming) moved(target string, names map[string]string) (to, name string) {
	written, absolute := strings.CutPrefix(target, content.AttachmentAddress(r.id, ""))
	written, fragment, _ := strings.Cut(written, "#")
	name, err := url.PathUnescape(written)
	switch to = names[name]; {
	case err != nil, to == "":
		return "", ""
	case absolute:
		return content.AttachmentAddress(r.id, to) + fragmentOf(fragment), name
	}
	return fileTarget(to) + fragmentOf(fragment), name
}
