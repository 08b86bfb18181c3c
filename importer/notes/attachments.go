package notes

import (
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strconv"
	"strings"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

// spool returns the binary data an element stands for, or nil.
func (c *converter) spool(n *node) *spool {
	if n == nil {
		return nil
	}
	i, err := strconv.Atoi(n.get("spool"))
	if err != nil || i < 0 || i >= len(c.chunk.spools) {
		return nil
	}
	return c.chunk.spools[i]
}

// attachments takes over the files of the document.
func (c *converter) attachments() {
	shown := c.displayNames()
	for _, i := range c.items {
		if i.body == nil || i.body.name != "object" {
			continue
		}
		file := i.body.child("file")
		if file == nil {
			continue
		}
		c.doc.AttachmentsIn++
		internal := file.get("name")
		name := shown[internal]
		if name == "" {
			name = internal
		}
		if s := c.fileData(file, name); s != nil {
			if at, ok := c.keep(name, s); ok {
				c.files[internal] = append(c.files[internal], at)
				continue
			}
		}
		c.dropped[internal] = true
	}
}

// displayNames maps the internal names of files to those people saw.
func (c *converter) displayNames() map[string]string {
	out := map[string]string{}
	var walk func(n *node)
	walk = func(n *node) {
		if n.name == "attachmentref" && n.get("displayname") != "" {
			out[n.get("name")] = n.get("displayname")
		}
		for _, child := range n.children {
			walk(child)
		}
	}
	walk(c.root)
	return out
}

// fileData returns the decoded bytes of a file, or nil after saying why not.
func (c *converter) fileData(file *node, name string) *spool {
	if compression := file.get("compression"); compression != "" && compression != "none" {
		c.doc.Review("importer.attachment-compressed", "name", name, "compression", compression)
		return nil
	}
	s := c.spool(file.child("filedata"))
	if s == nil {
		c.doc.Review("importer.attachment-missing", "name", name)
		return nil
	}
	if s.err != nil {
		c.doc.Review("importer.attachment-too-large", "name", name)
		return nil
	}
	size, err := strconv.ParseInt(file.get("size"), 10, 64)
	if s.damaged > 0 || err == nil && size > s.size {
		c.doc.Review("importer.attachment-damaged", "name", name)
	}
	return c.unwrap(s, file.get("encoding"), name)
}

// unwrap takes off the extra layer some exports put around a file.
func (c *converter) unwrap(s *spool, encoding, name string) *spool {
	if encoding == "" || encoding == "none" || !s.keep {
		return s
	}
	r, err := s.open()
	if err != nil {
		return nil
	}
	switch encoding {
	case "base64":
		r = io.NopCloser(base64.NewDecoder(base64.StdEncoding, r))
	case "quotedprintable":
		r = io.NopCloser(quotedprintable.NewReader(r))
	default:
		c.doc.Review("importer.attachment-compressed", "name", name, "compression", encoding)
		return nil
	}
	out := newSpool(c.pass.SpoolDir, true, c.source.Limits.Attachment)
	c.chunk.spools = append(c.chunk.spools, out)
	if _, err := io.Copy(out, r); err != nil {
		c.doc.Review("importer.attachment-damaged", "name", name)
	}
	return out
}

// keep adds spooled bytes as an attachment and returns its position. Programs
// are not kept.
func (c *converter) keep(shown string, s *spool) (int, bool) {
	name, executable := c.names.Safe(shown)
	if executable {
		c.doc.Review("importer.attachment-executable", "name", name)
		return 0, false
	}
	if name != shown {
		c.doc.Inform("importer.attachment-renamed", "old", printable(shown), "name", name)
	}
	c.doc.Attachments = append(c.doc.Attachments, importer.Attachment{
		Name: name, Shown: shown, Size: s.size, SHA256: s.sha256(), Open: s.open,
	})
	return len(c.doc.Attachments) - 1, true
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '�'
		}
		return r
	}, s)
}

// attachmentRef is the icon of a file in the text; it becomes a link where it
// stood.
func (c *converter) attachmentRef(n *node) []cmark.Span {
	shown := n.get("displayname")
	if shown == "" {
		shown = n.get("name")
	}
	found := c.files[n.get("name")]
	c.doc.Links = append(c.doc.Links, importer.Link{Target: n.get("name"), Text: shown, Dead: len(found) == 0})
	if len(found) == 0 {
		if !c.dropped[n.get("name")] {
			c.doc.Review("importer.attachment-missing", "name", shown)
		}
		return []cmark.Span{{Text: shown}}
	}
	return []cmark.Span{{Text: shown, Link: c.doc.Attachments[found[0]].Name}}
}

// imageTypes gives the element of a picture its file type.
var imageTypes = map[string]string{"gif": ".gif", "jpeg": ".jpg", "png": ".png"}

// picture becomes a file beside the article and an image in the text.
func (c *converter) picture(n *node) []cmark.Span {
	alt := n.get("alttext")
	if alt == "" {
		alt = oneLine(n.child("caption").value())
	}
	c.doc.AttachmentsIn++
	for _, child := range n.elements() {
		extension, ok := imageTypes[child.name]
		s := c.spool(child)
		if !ok || s == nil || s.err != nil {
			continue
		}
		at, ok := c.keep("bild-"+strconv.Itoa(len(c.doc.Attachments)+1)+extension, s)
		if !ok {
			continue
		}
		if alt == "" {
			c.counts.images++
		}
		return []cmark.Span{{Text: alt, Image: c.doc.Attachments[at].Name}}
	}
	c.doc.Review("importer.picture-lost", "text", alt)
	if alt == "" {
		return nil
	}
	return []cmark.Span{{Text: alt}}
}
