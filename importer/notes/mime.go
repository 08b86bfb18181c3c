package notes

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

// mail collects what one MIME message holds, in its order.
type mail struct {
	texts []mailText
	cid   map[string]string
}

type mailText struct {
	html bool
	text string
}

// rich reports whether any of the texts is HTML.
func (m *mail) rich() bool {
	return slices.ContainsFunc(m.texts, func(t mailText) bool { return t.html })
}

// Limits of mails. Texts are converted in memory, attachments are not.
const (
	maxMailText  = 16 << 20
	maxMailDepth = 20
)

// mimeElement converts <mime>, a whole RFC 5322 message.
func (c *converter) mimeElement(n *node) []cmark.Block {
	s := c.spool(n)
	if s == nil {
		return nil
	}
	r, err := s.open()
	if err != nil {
		return nil
	}
	defer r.Close()
	return c.message(r)
}

func (c *converter) mimeBytes(data []byte) []cmark.Block { return c.message(bytes.NewReader(data)) }

func (c *converter) message(r io.Reader) []cmark.Block {
	b := bufio.NewReader(r)
	header, err := textproto.NewReader(b).ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		c.incomplete("importer.mime-broken")
		return nil
	}
	if subject := header.Get("Subject"); subject != "" && c.doc.Title == "" {
		c.doc.Title = oneLine(decodeHeader(subject))
	}
	m := &mail{cid: map[string]string{}}
	if err := c.part(m, header, b, 0); err != nil {
		c.incomplete("importer.mime-broken")
	}
	var out []cmark.Block
	for _, t := range m.texts {
		if t.html {
			c.see(importer.TextOfHTML(t.text))
			out = append(out, c.htmlBlocks(t.text, m.cid)...)
			continue
		}
		c.see(t.text)
		out = append(out, importer.Paragraphs(t.text)...)
	}
	return out
}

func decodeHeader(s string) string {
	decoder := mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		e, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(r), nil
	}}
	if text, err := decoder.DecodeHeader(s); err == nil {
		return text
	}
	return s
}

// part reads one part of a message, recursively.
func (c *converter) part(m *mail, header textproto.MIMEHeader, r io.Reader, depth int) error {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind, parameters = "text/plain", nil
	}
	if strings.HasPrefix(kind, "multipart/") && depth < maxMailDepth {
		return c.multipart(m, kind, parameters["boundary"], r, depth)
	}
	r = transferDecoded(header, r)
	disposition, extra, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	name := decodeHeader(extra["filename"])
	if name == "" {
		name = decodeHeader(parameters["name"])
	}
	if (kind == "text/html" || kind == "text/plain") && disposition != "attachment" && name == "" {
		text, err := readText(header, parameters["charset"], r)
		m.texts = append(m.texts, mailText{kind == "text/html", text})
		return err
	}
	return c.mailFile(m, header, kind, name, r)
}

func (c *converter) multipart(m *mail, kind, boundary string, r io.Reader, depth int) error {
	if boundary == "" {
		return errors.New("multipart without boundary")
	}
	reader := multipart.NewReader(r, boundary)
	var choice *mail
	for {
		p, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		target := m
		if kind == "multipart/alternative" {
			target = &mail{cid: m.cid}
		}
		if err := c.part(target, p.Header, p, depth+1); err != nil {
			return err
		}
		if target != m && (choice == nil || target.rich() || !choice.rich()) {
			choice = target // the last one is the richest, but HTML beats text
		}
	}
	if choice != nil {
		m.texts = append(m.texts, choice.texts...)
	}
	return nil
}

func transferDecoded(header textproto.MIMEHeader, r io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		return quotedprintable.NewReader(r)
	}
	return r
}

// readText returns the text of a part as UTF-8. Parts without a transfer
// encoding were already decoded with the file around them.
func readText(header textproto.MIMEHeader, charset string, r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxMailText+1))
	if len(data) > maxMailText {
		return "", errTooLarge
	}
	encoded := header.Get("Content-Transfer-Encoding")
	eightBit := encoded == "" || strings.EqualFold(encoded, "8bit") || strings.EqualFold(encoded, "7bit") || strings.EqualFold(encoded, "binary")
	if charset == "" || eightBit && utf8.Valid(data) {
		return strings.ToValidUTF8(string(data), "�"), err
	}
	e, lookup := htmlindex.Get(charset)
	if lookup != nil {
		return strings.ToValidUTF8(string(data), "�"), err
	}
	text, decode := e.NewDecoder().Bytes(data)
	return strings.ToValidUTF8(string(text), "�"), errors.Join(err, decode)
}

// mailFile keeps a part that is a file.
func (c *converter) mailFile(m *mail, header textproto.MIMEHeader, kind, name string, r io.Reader) error {
	c.doc.AttachmentsIn++
	if name == "" {
		name = "anlage"
		if known, err := mime.ExtensionsByType(kind); err == nil && len(known) > 0 {
			name += known[0]
		}
	}
	s := newSpool(c.pass.SpoolDir, !c.pass.Survey, c.source.Limits.Attachment)
	c.chunk.spools = append(c.chunk.spools, s)
	if _, err := io.Copy(s, r); err != nil || s.err != nil {
		c.doc.Review("importer.attachment-damaged", "name", name)
	}
	at, ok := c.keep(name, s)
	if id := strings.Trim(header.Get("Content-ID"), "<> "); ok && id != "" {
		m.cid[id] = c.doc.Attachments[at].Name
	}
	return nil
}

// mimePart takes the MIME text out of a raw item of type 19: a header of at
// least 20 bytes (MIME_PART of the Notes C API), then boundary, part headers
// and body.
func (c *converter) mimePart(data []byte) []byte {
	const flags, byteCount, header = 2, 8, 20
	if len(data) < header {
		c.incomplete("importer.mime-broken")
		return nil
	}
	if binary.LittleEndian.Uint32(data[flags:])&4 != 0 { // body lies in a file object
		c.incomplete("importer.mime-broken")
	}
	start := len(data) - int(binary.LittleEndian.Uint16(data[byteCount:]))
	if start < header || start > header+4 {
		start = header
	}
	return data[start:]
}

// header takes the text out of a raw item of type 502, a mail header: the
// lengths of the native text, of its name and of the delimiter, then the line
// as it came.
func (c *converter) header(name string, data []byte) {
	if len(data) < 14 {
		return
	}
	native := int(binary.LittleEndian.Uint16(data[6:]))
	skip := native + int(binary.LittleEndian.Uint16(data[8:])) + int(binary.LittleEndian.Uint16(data[10:]))
	if 14+skip > len(data) {
		return
	}
	value := oneLine(decodeHeader(strings.TrimSpace(string(data[14+skip:]))))
	for _, known := range titleItems {
		if strings.EqualFold(name, known) && c.doc.Title == "" {
			c.doc.Title = value
		}
	}
}
