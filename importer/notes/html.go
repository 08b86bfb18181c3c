package notes

import (
	"errors"
	"strings"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/htmlblocks"
)

// htmlHost answers for the links and pictures of HTML in a document: of mails
// and of pass-through HTML.
type htmlHost struct {
	c   *converter
	cid map[string]string // Content-ID → attachment name
}

// htmlBlocks converts HTML. cid maps the pictures of a mail. What is nested too
// deep is lost, so the document is incomplete; what is too tangled is read as
// plain text.
func (c *converter) htmlBlocks(source string, cid map[string]string) []cmark.Block {
	blocks, err := htmlblocks.Read(source, c.source.Limits.Depth, htmlHost{c, cid})
	if err != nil {
		c.incomplete("importer.html-broken")
	}
	if errors.Is(err, htmlblocks.ErrTangled) {
		return importer.Paragraphs(importer.TextOfHTML(source))
	}
	for i, b := range blocks {
		if code, ok := b.(cmark.Code); ok {
			blocks[i] = cmark.Code{Text: legible(code.Text)}
		}
	}
	return c.text.settle(blocks)
}

// htmlInline converts HTML that stands within a line.
func (c *converter) htmlInline(source string) []cmark.Span {
	return htmlblocks.Line(c.htmlBlocks(source, nil))
}

// Link implements htmlblocks.Host. Formats and pictures within a link stay.
func (h htmlHost) Link(href string, text []cmark.Span) []cmark.Span {
	source := &node{name: "urllink", children: []*node{{text: cmark.Text(text)}}}
	named := h.c.address(href, source, font{})
	if cmark.Text(text) == "" { // nothing, or a picture
		return append(text, named...)
	}
	for _, s := range named {
		if s.Link != "" {
			return linked(text, s.Link)
		}
	}
	return text
}

// Image implements htmlblocks.Host. It shows a picture of the mail itself.
// Pictures from elsewhere are not fetched and not linked, because every reader's
// browser would fetch them.
func (h htmlHost) Image(src, alt string) []cmark.Span {
	if id, ok := strings.CutPrefix(src, "cid:"); ok {
		if name, ok := h.cid[id]; ok {
			if alt == "" {
				h.c.counts.images++
			}
			return []cmark.Span{{Text: alt, Image: name}}
		}
	}
	if name, ok := h.c.ownFile(src); ok {
		if alt == "" {
			h.c.counts.images++
		}
		return []cmark.Span{{Text: alt, Image: name}}
	}
	h.c.review(importer.PictureNote("importer.picture-lost", alt), "text", alt)
	return importer.InPlaceOf(alt)
}
