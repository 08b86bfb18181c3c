package notes

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
)

// scanner is the filter before the XML parser. It cuts the stream into
// documents without parsing it as a whole, so that one broken document costs
// only itself, and makes each one digestible: UTF-8, no DOCTYPE, no entities
// but those of XML, no control characters, binary data on disk.
//
// Documents never nest in DXL. The start of a document inside another one
// therefore means that the other one broke off; there the scanner resumes.
type scanner struct {
	r        *bufio.Reader
	limits   Limits
	spoolDir string
	survey   bool

	offset   int64
	line     int
	database map[string]string // attributes of the root, if it is <database>
	closed   bool              // the end of the root was seen
	pending  []byte            // start tag of the next document, already read

	tagBuffer  []byte
	textBuffer bytes.Buffer
	names      map[string]string
}

// Limits bound what one document may take.
type Limits struct {
	Document   int64 // bytes of XML without binary data
	Attachment int64 // bytes of one file
	Depth      int   // nested elements
	Nodes      int   // elements and texts; 0 means the default
}

// DefaultLimits are generous for documents people wrote.
func DefaultLimits() Limits {
	return Limits{Document: 8 << 20, Attachment: 1 << 30, Depth: 200, Nodes: defaultNodes}
}

const defaultNodes = 400_000

func (l Limits) nodes() int { return cmp.Or(l.Nodes, defaultNodes) }

// maxTag bounds a single tag; longer ones are not closed.
const maxTag = 1 << 20

var (
	errUnclosed  = errors.New("document without end")
	errBrokenTag = errors.New("broken tag")
)

// chunk is one document as cut from the stream.
type chunk struct {
	element string // document, note, profiledocument …
	xml     []byte
	offset  int64
	line    int
	store   store
	flaws
	err error
}

func (c *chunk) release() { _ = c.store.remove() }

func newScanner(r io.Reader, limits Limits, survey bool, spoolDir string) *scanner {
	return &scanner{r: bufio.NewReaderSize(decoded(r), 64<<10), limits: limits, survey: survey, spoolDir: spoolDir, line: 1, names: map[string]string{}}
}

// wanted are the elements that are documents, and the binary ones that go to
// disk.
var (
	wanted  = map[string]bool{"document": true, "note": true, "profiledocument": true}
	spooled = map[string]bool{
		"filedata": true, "rawitemdata": true, "itemdata": true, "mime": true, "gif": true, "jpeg": true, "png": true,
		"bitmap": true, "notesbitmap": true, "cgm": true, "compositedata": true, "richtextdata": true,
	}
	// texts are the binary elements a survey has to look into.
	texts = map[string]bool{"rawitemdata": true, "itemdata": true, "mime": true}
)

// next returns the next document. At the end of the stream the error is
// io.EOF; a broken document comes as a chunk with its err set.
func (s *scanner) next() (*chunk, error) {
	tag := s.pending
	s.pending = nil
	for {
		if tag == nil {
			var err error
			if tag, err = s.outside(); errors.Is(err, errBrokenTag) || errors.Is(err, errUnclosed) {
				c := &chunk{element: tagName(tag), offset: s.offset - int64(len(tag)), line: s.line, err: err}
				return c, s.collect(c, tag)
			} else if err != nil {
				return nil, err
			}
		}
		name := s.name(tag)
		if name == "database" && s.database == nil {
			s.database = attributes(tag)
		}
		if !wanted[name] {
			tag = nil
			continue
		}
		c := &chunk{element: name, offset: s.offset - int64(len(tag)), line: s.line}
		return c, s.collect(c, tag)
	}
}

// outside skips to the next start tag between documents.
func (s *scanner) outside() ([]byte, error) {
	for {
		if err := s.skipTo("<"); err != nil {
			return nil, err
		}
		tag, err := s.markup(nil)
		switch {
		case errors.Is(err, errBrokenTag) && wanted[tagName(tag)]:
			return tag, err
		case errors.Is(err, io.EOF) && wanted[tagName(tag)]:
			return tag, errUnclosed
		case err != nil && !errors.Is(err, errBrokenTag):
			return nil, err
		case len(tag) > 1 && tag[1] != '/' && err == nil:
			return tag, nil
		case err == nil && s.name(tag) == "/database":
			s.closed = true
		}
	}
}

// collector gathers one document.
type collector struct {
	*scanner
	c       *chunk
	out     bytes.Buffer
	between bool // a tag begins right here: its "<" was read already
}

func (k *collector) fail(err error) {
	if k.c.err == nil {
		k.c.err = err
	}
}

// collect reads the rest of a document into c. Only errors of the stream
// itself are returned.
func (s *scanner) collect(c *chunk, tag []byte) error {
	k := &collector{scanner: s, c: c}
	c.store.dir = s.spoolDir
	defer func() { c.xml = k.out.Bytes() }() // of a document that breaks off, too: it may name it
	c.clean(&k.out, tag)
	if bytes.HasSuffix(tag, []byte("/>")) {
		return nil
	}
	for {
		if done, err := k.step(); err != nil {
			return s.ended(c, err)
		} else if done {
			return nil
		}
		if int64(k.out.Len()) > s.limits.Document {
			k.fail(errTooLarge)
		}
		if c.err != nil {
			k.out.Reset() // only the end of the document is still of interest
		}
	}
}

// step reads text and the tag behind it.
func (k *collector) step() (done bool, err error) {
	if !k.between {
		text, err := k.scanner.text(k.limits.Document - int64(k.out.Len()))
		if errors.Is(err, errTooLarge) {
			k.fail(err)
		} else if err != nil {
			return false, err
		}
		k.c.clean(&k.out, text)
	}
	k.between = false
	tag, err := k.markup(&k.out)
	switch {
	case errors.Is(err, errBrokenTag):
		k.fail(err)
		return false, nil
	case errors.Is(err, errTooLarge):
		k.fail(err)
		return false, nil
	case err != nil:
		return false, err
	case tag == nil:
		return false, nil
	}
	name := k.name(tag)
	switch {
	case strings.HasPrefix(name, "/") && name[1:] == k.c.element:
		k.c.clean(&k.out, tag)
		return true, nil
	case wanted[name]:
		k.pending = bytes.Clone(tag)
		return false, io.EOF
	case name == "/database":
		k.closed = true
		return false, io.EOF
	case spooled[name] && !bytes.HasSuffix(tag, []byte("/>")):
		if tag, err = k.binary(tag, name); err != nil {
			return false, err
		}
	}
	k.c.clean(&k.out, tag)
	return false, nil
}

// binary moves the body of a binary element to the store and returns the tag
// that stands for it.
func (k *collector) binary(tag []byte, name string) ([]byte, error) {
	if len(k.c.store.parts) >= maxParts {
		k.fail(errTooMany)
		return tag, nil
	}
	sp := k.c.store.add(!k.survey || texts[name], k.limits.Attachment)
	open, err := k.spool(sp, name)
	k.between = open
	return fmt.Appendf(bytes.TrimSuffix(tag, []byte(">")), ` spool="%d"/>`, len(k.c.store.parts)-1), err
}

// ended turns the end of the stream inside a document into a broken document;
// the next call then finds the end itself.
func (s *scanner) ended(c *chunk, err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	if c.err == nil {
		c.err = errUnclosed
	}
	return nil
}

// markup reads what follows a "<" that was already consumed. It returns a tag
// with its brackets, or nil for what is left out: comments, instructions,
// DOCTYPE. CDATA is written to out as text; without out it is left out too.
func (s *scanner) markup(out *bytes.Buffer) ([]byte, error) {
	head, err := s.r.Peek(1)
	if err != nil {
		return nil, err
	}
	switch c := head[0]; {
	case c == '?':
		return nil, s.skipTo("?>")
	case c == '!':
		return nil, s.declaration(out)
	case c == '/' || c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return s.tag()
	}
	if out != nil {
		out.WriteString("&lt;")
	}
	return nil, nil
}

func (s *scanner) declaration(out *bytes.Buffer) error {
	head, _ := s.r.Peek(8)
	switch {
	case bytes.HasPrefix(head, []byte("!--")):
		return s.skipTo("-->")
	case bytes.HasPrefix(head, []byte("![CDATA[")):
		if err := s.discard(8); err != nil {
			return err
		}
		if out == nil {
			return s.skipTo("]]>")
		}
		var text bytes.Buffer
		err := s.copyTo(&escaper{out: &text}, "]]>", s.limits.Document-int64(out.Len()))
		new(flaws).clean(out, text.Bytes())
		return err
	}
	depth := 0
	for {
		c, err := s.byte()
		if err != nil {
			return err
		}
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>' && depth <= 0:
			return nil
		}
	}
}

// escaper writes text so that the XML parser sees it as text.
type escaper struct{ out *bytes.Buffer }

func (e *escaper) Write(p []byte) (int, error) {
	for _, c := range p {
		switch c {
		case '<':
			e.out.WriteString("&lt;")
		case '&':
			e.out.WriteString("&amp;")
		default:
			e.out.WriteByte(c)
		}
	}
	return len(p), nil
}

// tag reads a tag to its end. A "<" inside it means that it is broken; that
// "<" stays unread. The result is good until the next call.
func (s *scanner) tag() ([]byte, error) {
	s.tagBuffer = append(s.tagBuffer[:0], '<')
	var quote byte
	for {
		view, err := s.view()
		if err != nil {
			return s.tagBuffer, err
		}
		n := 0
		for ; n < len(view); n++ {
			c := view[n]
			if c == '<' || c == '>' && quote == 0 {
				break
			}
			switch {
			case c == quote:
				quote = 0
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			}
		}
		broken := n < len(view) && view[n] == '<'
		ended := n < len(view) && !broken
		if ended {
			n++
		}
		if len(s.tagBuffer)+n > maxTag {
			n, broken, ended = maxTag-len(s.tagBuffer), true, false
		}
		s.tagBuffer = append(s.tagBuffer, view[:n]...)
		s.advance(view, n)
		switch {
		case broken:
			return s.tagBuffer, errBrokenTag
		case ended:
			return s.tagBuffer, nil
		}
	}
}

// spool moves the body of a binary element, whose start tag was read, to the
// store and reads its end tag. MIME is text, everything else base64. It reports
// that the element was never closed and that the "<" of another tag was read.
func (s *scanner) spool(sp *spool, name string) (open bool, err error) {
	var w io.Writer = &base64Writer{out: sp}
	if name == "mime" {
		w = sp
	}
	for {
		if err := s.copyTo(w, "<", -1); err != nil {
			return false, err
		}
		head, _ := s.r.Peek(40)
		switch {
		case prefixName(head) == "/"+name:
			return false, s.skipTo(">")
		case bytes.HasPrefix(head, []byte("![CDATA[")):
			if err := s.discard(8); err != nil {
				return false, err
			}
			if err := s.copyTo(w, "]]>", -1); err != nil {
				return false, err
			}
		case len(head) > 0 && (head[0] == '/' || wanted[prefixName(head)]):
			return true, nil
		}
	}
}

func prefixName(head []byte) string { return tagName(append([]byte{'<'}, head...)) }
