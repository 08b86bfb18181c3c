package notes

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"io"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"regexp"
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
	if err != nil {
		return nil
	}
	return c.chunk.store.part(i)
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
		if file.get("hosttype") == "cdstorage" { // the inside of an embedded object, no file people attached
			c.counts.objects++
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
		c.review("importer.attachment-compressed", "name", name, "compression", compression)
		return nil
	}
	s := c.spool(file.child("filedata"))
	if s == nil {
		c.review("importer.attachment-missing", "name", name)
		return nil
	}
	if s.err != nil {
		c.review("importer.attachment-too-large", "name", name)
		return nil
	}
	size, err := strconv.ParseInt(file.get("size"), 10, 64)
	if s.damaged > 0 || err == nil && size > s.size {
		c.review("importer.attachment-damaged", "name", name)
	}
	return c.unwrap(s, file.get("encoding"), name)
}

// unwrap takes off the extra layer some exports put around a file.
func (c *converter) unwrap(s *spool, encoding, name string) *spool {
	if encoding == "" || encoding == "none" || !s.keep {
		return s
	}
	r, err := s.reader()
	if err != nil {
		return nil
	}
	switch encoding {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quotedprintable":
		r = quotedprintable.NewReader(r)
	case "uuencode":
		r = newUUDecoder(r)
	default:
		c.review("importer.attachment-compressed", "name", name, "compression", encoding)
		return nil
	}
	out := c.chunk.store.add(true, c.source.Limits.Attachment)
	if _, err := io.Copy(out, r); err != nil {
		c.review("importer.attachment-damaged", "name", name)
	}
	return out
}

// keep adds spooled bytes as an attachment and returns its position. Programs
// are not kept.
func (c *converter) keep(shown string, s *spool) (int, bool) {
	name, executable := c.names.Safe(shown)
	if executable || !c.pass.Survey && isProgram(s) {
		c.review("importer.attachment-executable", "name", name)
		return 0, false
	}
	if name != shown {
		c.inform("importer.attachment-renamed", "old", printable(shown), "name", name)
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
	file, found := c.fileOf(n.get("name"), shown)
	c.doc.Links = append(c.doc.Links, importer.Link{Target: n.get("name"), Text: shown, Leads: file, Dead: !found})
	if !found {
		if !c.dropped[n.get("name")] {
			c.review("importer.attachment-missing", "name", shown)
		}
		return []cmark.Span{{Text: shown}}
	}
	return []cmark.Span{{Text: shown, Link: file}}
}

// fileOf finds the attachment an icon stands for: by its internal name, else by
// the one people saw.
func (c *converter) fileOf(internal, shown string) (name string, ok bool) {
	if found := c.files[internal]; len(found) > 0 {
		return c.doc.Attachments[found[0]].Name, true
	}
	if c.dropped[internal] {
		return "", false
	}
	for _, a := range c.doc.Attachments[c.noted:] {
		if key := strings.ToLower(a.Shown); c.shown[key] == "" {
			c.shown[key] = a.Name
		}
	}
	c.noted = len(c.doc.Attachments)
	for _, key := range []string{internal, shown} {
		if name := c.shown[strings.ToLower(key)]; name != "" {
			return name, true
		}
	}
	return "", false
}

// ownFile returns the attachment an address such as /db.nsf/0/UNID/$FILE/a.pdf
// names, if it is one of this document.
func (c *converter) ownFile(href string) (name string, ok bool) {
	m := fileAddress.FindStringSubmatch(href)
	if m == nil || m[1] != "" && !strings.EqualFold(m[1], c.doc.Origin.UNID) {
		return "", false
	}
	file, err := url.PathUnescape(m[2])
	if err != nil {
		return "", false
	}
	return c.fileOf(file, file)
}

var fileAddress = regexp.MustCompile(`(?i)(?:^|/)(?:([0-9a-f]{32})/)?\$file/([^/?#]+)`)

// imageTypes gives the element of a picture its file type and what its bytes
// are.
var imageTypes = map[string]struct{ extension, mime string }{
	"gif": {".gif", "image/gif"}, "jpeg": {".jpg", "image/jpeg"}, "png": {".png", "image/png"},
}

// picture becomes a file beside the article and an image in the text. Its words
// are the alternative text, else the caption.
func (c *converter) picture(n *node) []cmark.Span {
	alt, caption := oneLine(n.get("alttext")), oneLine(n.child("caption").value())
	if alt == "" || alt == caption {
		alt, caption = caption, ""
	}
	spans := c.shownPicture(n, alt)
	if caption != "" { // people saw it below
		if len(spans) > 0 {
			spans = append(spans, cmark.Span{Break: true})
		}
		spans = append(spans, cmark.Span{Text: caption, Style: cmark.Italic}, cmark.Span{Break: true})
	}
	return spans
}

func (c *converter) shownPicture(n *node, alt string) []cmark.Span {
	c.doc.AttachmentsIn++
	lost := "importer.picture-lost"
	for _, child := range n.elements() {
		kind, ok := imageTypes[child.name]
		s := c.spool(child)
		if !ok || s == nil || s.err != nil || s.size == 0 {
			continue
		}
		if !c.pass.Survey && !looksLike(s, kind.mime) {
			lost = "importer.picture-disguised"
			continue
		}
		at, ok := c.keep("bild-"+strconv.Itoa(len(c.doc.Attachments)+1)+kind.extension, s)
		if !ok {
			continue
		}
		if alt == "" {
			c.counts.images++
		}
		return []cmark.Span{{Text: alt, Image: c.doc.Attachments[at].Name}}
	}
	c.review(importer.PictureNote(lost, alt), "text", alt)
	return importer.InPlaceOf(alt)
}

// isProgram recognises programs of Windows and Linux, whatever they are called.
func isProgram(s *spool) bool {
	r, err := s.reader()
	if err != nil {
		return false
	}
	head := make([]byte, 4096)
	n, _ := io.ReadFull(r, head)
	head = head[:n]
	const pointer = 0x3c
	if bytes.HasPrefix(head, []byte("MZ")) && n >= pointer+4 {
		at := binary.LittleEndian.Uint32(head[pointer:])
		return int64(at)+4 <= int64(n) && bytes.HasPrefix(head[at:], []byte("PE\x00\x00"))
	}
	return bytes.HasPrefix(head, []byte("\x7fELF"))
}

// looksLike reports whether bytes may be what their element claims. It refuses
// only what is plainly something else: a page or a program called a picture.
func looksLike(s *spool, mime string) bool {
	r, err := s.reader()
	if err != nil {
		return false
	}
	head := make([]byte, 512)
	n, _ := io.ReadFull(r, head)
	switch is := http.DetectContentType(head[:n]); {
	case is == mime, strings.HasPrefix(is, "text/plain"), is == "application/octet-stream":
		return true
	default:
		return strings.HasPrefix(is, "image/")
	}
}
