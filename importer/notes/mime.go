package notes

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"

	"staffelstab/importer"
	"staffelstab/importer/charset"
	"staffelstab/importer/cmark"
)

// mail collects what one MIME message holds, in its order.
type mail struct {
	texts []mailText
	cid   map[string]string
	total *mailTotal
}

// mailTotal counts what all parts of a message take together.
type mailTotal struct {
	parts int
	text  int64
	lost  int // characters that could not be read
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
	maxMailText   = 8 << 20
	maxMailHeader = 1 << 20
	maxMailDepth  = 20
	maxMailParts  = 2000
)

// mimeElement converts <mime>, a whole RFC 5322 message.
func (c *converter) mimeElement(n *node) []cmark.Block {
	s := c.spool(n)
	if s == nil {
		return nil
	}
	r, err := s.reader()
	if err != nil || s.err != nil {
		c.incomplete("importer.body-too-large")
		return nil
	}
	return c.message(r)
}

// gate lets only so many bytes through.
type gate struct {
	r    io.Reader
	left int64
}

func (g *gate) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errTooLarge
	}
	n, err := g.r.Read(p[:min(int64(len(p)), g.left)])
	g.left -= int64(n)
	return n, err
}

func (c *converter) message(r io.Reader) []cmark.Block {
	limited := &gate{r, maxMailHeader}
	b := bufio.NewReader(limited)
	skipEmptyLines(b)
	header, err := textproto.NewReader(b).ReadMIMEHeader()
	if err != nil && !errors.Is(err, io.EOF) {
		c.incomplete("importer.mime-broken")
		return nil
	}
	limited.left = math.MaxInt64
	if subject := header.Get("Subject"); subject != "" && c.doc.Title == "" {
		c.doc.Title = oneLine(decodeHeader(subject))
	}
	m := &mail{cid: map[string]string{}, total: &mailTotal{}}
	if err := c.part(m, header, b, 0); err != nil {
		c.incomplete("importer.mime-broken")
	}
	if m.total.lost > 0 {
		c.review("importer.characters-lost", "n", m.total.lost)
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

// skipEmptyLines drops the line ends exports put before a mail.
func skipEmptyLines(b *bufio.Reader) {
	for {
		head, err := b.Peek(1)
		if err != nil || head[0] != '\n' && head[0] != '\r' {
			return
		}
		_, _ = b.Discard(1)
	}
}

func decodeHeader(s string) string {
	decoder := mime.WordDecoder{CharsetReader: func(name string, r io.Reader) (io.Reader, error) {
		e := charsetNamed(name)
		if e == nil {
			return nil, errors.New("unknown charset")
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
	if m.total.parts++; m.total.parts > maxMailParts {
		return errTooMany
	}
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind, parameters = "text/plain", nil
	}
	if strings.HasPrefix(kind, "multipart/") && depth < maxMailDepth {
		return c.multipart(m, kind, parameters["boundary"], r, depth)
	}
	disposition, extra, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	name := decodeHeader(extra["filename"])
	if name == "" {
		name = decodeHeader(parameters["name"])
	}
	isText := (kind == "text/html" || kind == "text/plain") && disposition != "attachment" && name == ""
	if object := header.Get(objectHeader); object != "" {
		return c.objectPart(m, header, object, isText, kind, parameters["charset"])
	}
	r = transferDecoded(header, r)
	if isText {
		return c.mailWords(m, header, kind, parameters["charset"], r)
	}
	return c.mailFile(m, header, kind, name, r)
}

// mailWords reads a part that is text.
func (c *converter) mailWords(m *mail, header textproto.MIMEHeader, kind, declared string, r io.Reader) error {
	limit := maxMailText - m.total.text
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(data)) > limit {
		return errTooLarge
	}
	text, guessed := decodeText(data, declared, eightBit(header))
	if guessed != "" && !c.doc.Noted("importer.mail-charset") {
		c.review("importer.mail-charset", "charset", string(guessed))
	}
	m.total.lost += strings.Count(text, string(utf8.RuneError))
	m.total.text += int64(len(text))
	m.texts = append(m.texts, mailText{kind == "text/html", text})
	return err
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
			target = &mail{cid: m.cid, total: m.total}
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
	case "x-uuencode", "uuencode", "x-uue":
		return newUUDecoder(r)
	}
	return r
}

// eightBit reports whether a part has no transfer encoding. Such parts were already
// decoded with the file around them.
func eightBit(header textproto.MIMEHeader) bool {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "", "7bit", "8bit", "binary":
		return true
	}
	return false
}

// decodeText returns the text of a part as UTF-8. Where the charset is missing,
// unknown or plainly wrong the bytes tell which one it is, named in guessed; what
// means nothing becomes U+FFFD.
func decodeText(data []byte, declared string, plain bool) (text string, guessed charset.Charset) {
	e := charsetNamed(declared)
	if utf8.Valid(data) && (e == nil || plain) {
		return string(data), ""
	}
	if e != nil && e != unicode.UTF8 {
		if decoded, err := e.NewDecoder().Bytes(data); err == nil {
			return strings.ToValidUTF8(string(decoded), string(utf8.RuneError)), ""
		}
	}
	if utf8.Valid(data) {
		return string(data), ""
	}
	return charset.Decode(data)
}

// charsetNamed finds an encoding by the names of mails and of the web, which old
// code pages are not among; nil when nobody knows it.
func charsetNamed(name string) encoding.Encoding {
	if e, err := htmlindex.Get(name); err == nil {
		return e
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil {
		return nil
	}
	return e
}

// mailFile keeps a part that is a file.
func (c *converter) mailFile(m *mail, header textproto.MIMEHeader, kind, name string, r io.Reader) error {
	c.doc.AttachmentsIn++
	if len(c.chunk.store.parts) >= maxParts {
		return errTooMany
	}
	if name == "" {
		name = "anlage"
		if known, err := mime.ExtensionsByType(kind); err == nil && len(known) > 0 {
			name += known[0]
		}
	}
	s := c.chunk.store.add(!c.pass.Survey, c.source.Limits.Attachment)
	if _, err := io.Copy(s, r); err != nil || s.err != nil {
		c.review("importer.attachment-damaged", "name", name)
	}
	if at, ok := c.keep(name, s); ok {
		m.refer(header, c.doc.Attachments[at].Name)
	}
	return nil
}

// refer remembers under which id the text shows a file.
func (m *mail) refer(header textproto.MIMEHeader, name string) {
	if id := strings.Trim(header.Get("Content-ID"), "<> "); id != "" {
		m.cid[id] = name
	}
}

// objectHeader marks a part whose body lies in a file of the document. Notes
// stores large parts so.
const objectHeader = "X-Notes-Object"

// objectPart takes the body of a part from a file of the document.
func (c *converter) objectPart(m *mail, header textproto.MIMEHeader, object string, isText bool, kind, declared string) error {
	name, err := url.PathUnescape(object)
	found := c.files[name]
	if err != nil || len(found) == 0 {
		if isText {
			return errors.New("text lies in a file that is not there")
		}
		if !c.dropped[name] {
			c.review("importer.attachment-missing", "name", name)
		}
		return nil
	}
	a := c.doc.Attachments[found[0]]
	m.refer(header, a.Name)
	if !isText || c.pass.Survey {
		return nil
	}
	r, err := a.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	header = textproto.MIMEHeader{} // the file was decoded already
	return c.mailWords(m, header, kind, declared, r)
}

// mimePart takes the MIME text out of a raw item of type 19: a header of at
// least 20 bytes (MIME_PART of the Notes C API), then boundary, part headers
// and body, or in its place the name of the file that holds it.
func (c *converter) mimePart(i item) io.Reader {
	const flags, byteCount, header, inObject = 2, 8, 20, 4
	r := c.rawReader(i)
	if r == nil {
		return nil
	}
	head := make([]byte, header)
	if _, err := io.ReadFull(r, head); err != nil {
		c.incomplete("importer.mime-broken")
		return nil
	}
	extra := c.spool(i.body).size - header - int64(binary.LittleEndian.Uint16(head[byteCount:]))
	if extra > 0 && extra <= 4 { // later versions have a longer header
		_, _ = io.CopyN(io.Discard, r, extra)
	}
	if binary.LittleEndian.Uint32(head[flags:])&inObject == 0 {
		return r
	}
	data, err := io.ReadAll(io.LimitReader(r, maxMailHeader))
	if err != nil {
		c.incomplete("importer.mime-broken")
		return nil
	}
	before, name, found := bytes.Cut(data, []byte("\r\n\r\n"))
	if !found {
		before, name, _ = bytes.Cut(data, []byte("\n\n"))
	}
	reference := url.PathEscape(strings.Trim(string(name), " \r\n\x00"))
	return strings.NewReader(string(before) + "\r\n" + objectHeader + ": " + reference + "\r\n\r\n\r\n")
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
	value := oneLine(decodeHeader(strings.TrimSpace(strings.ToValidUTF8(string(data[14+skip:]), "�"))))
	for _, known := range titleItems {
		if strings.EqualFold(name, known) && c.doc.Title == "" {
			c.doc.Title = value
		}
	}
}
