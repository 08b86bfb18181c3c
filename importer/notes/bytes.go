package notes

import (
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// byte reads one byte and keeps count of where the scanner is.
func (s *scanner) byte() (byte, error) {
	c, err := s.r.ReadByte()
	if err == nil {
		s.count(c)
	}
	return c, err
}

func (s *scanner) count(c byte) {
	s.offset++
	if c == '\n' {
		s.line++
	}
}

// view returns what is buffered, at least one byte.
func (s *scanner) view() ([]byte, error) {
	if _, err := s.r.Peek(1); err != nil {
		return nil, err
	}
	return s.r.Peek(s.r.Buffered())
}

// advance consumes n bytes of a view.
func (s *scanner) advance(view []byte, n int) {
	s.offset += int64(n)
	s.line += bytes.Count(view[:n], []byte{'\n'})
	_, _ = s.r.Discard(n)
}

func (s *scanner) discard(n int) error {
	for range n {
		if _, err := s.byte(); err != nil {
			return err
		}
	}
	return nil
}

// skipTo reads up to and including end.
func (s *scanner) skipTo(end string) error { return s.copyTo(io.Discard, end, -1) }

// text reads up to the next "<", which is consumed. Beyond the limit it goes
// on reading but keeps nothing. The result is good until the next call.
func (s *scanner) text(limit int64) ([]byte, error) {
	s.textBuffer.Reset()
	err := s.copyTo(&s.textBuffer, "<", max(limit, 0))
	return s.textBuffer.Bytes(), err
}

// copyTo copies up to end, which is consumed and not copied. A limit that is
// not negative makes it drop the rest and return errTooLarge at the end.
func (s *scanner) copyTo(w io.Writer, end string, limit int64) error {
	last := end[len(end)-1]
	var copied int64
	var held []byte // a possible beginning of end
	put := func(p []byte) error {
		copied += int64(len(p))
		if limit >= 0 && copied > limit || len(p) == 0 {
			return nil
		}
		_, err := w.Write(p)
		return err
	}
	for {
		part, err := s.r.ReadSlice(last)
		s.offset += int64(len(part))
		s.line += bytes.Count(part, []byte{'\n'})
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return errors.Join(put(held), put(part), err)
		}
		if len(held) > 0 {
			part = append(held, part...)
		} else if len(end) > 1 {
			part = bytes.Clone(part)
		}
		if bytes.HasSuffix(part, []byte(end)) {
			if err := put(part[:len(part)-len(end)]); err != nil {
				return err
			}
			if limit >= 0 && copied > limit {
				return errTooLarge
			}
			return nil
		}
		keep := min(len(end)-1, len(part))
		if err := put(part[:len(part)-keep]); err != nil {
			return err
		}
		held = bytes.Clone(part[len(part)-keep:])
	}
}

// flaws counts what was wrong with the characters of a document.
type flaws struct {
	dropped int // illegal ones, taken out
	guessed int // bytes that are no UTF-8, read as Windows-1252
}

// clean copies text or a tag: illegal characters are dropped and counted,
// entities XML does not know become characters or plain text. A byte that is no
// UTF-8 is what it is in Windows-1252: exporters and editors declare the one and
// write the other, and what must not happen is that umlauts vanish.
func (w *flaws) clean(out *bytes.Buffer, in []byte) {
	for len(in) > 0 {
		n := plainPrefix(in)
		out.Write(in[:n])
		if in = in[n:]; len(in) == 0 {
			break
		}
		if in[0] == '&' {
			text, used, bad := entity(in)
			out.WriteString(text)
			w.dropped += bad
			in = in[used:]
			continue
		}
		r, size := utf8.DecodeRune(in)
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(in[0])
			w.guessed++
		}
		if !legal(r) || r == utf8.RuneError && size == 1 {
			w.dropped++
		} else {
			out.WriteRune(r)
		}
		in = in[size:]
	}
}

// plainPrefix returns how many bytes need no care.
func plainPrefix(in []byte) int {
	for i, c := range in {
		if c == '&' || c >= utf8.RuneSelf || c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			return i
		}
	}
	return len(in)
}

// legal reports whether XML 1.0 allows the character.
func legal(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= utf8.MaxRune
}

// legible leaves out characters no text has: decoded mails and binary text were
// not seen by the scanner.
func legible(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !legal(r) }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if !legal(r) {
			return -1
		}
		return r
	}, s)
}

// entity returns what to write for the entity in begins with, how many bytes
// of in that replaces, and 1 when it named an illegal character.
func entity(in []byte) (text string, used, dropped int) {
	end := bytes.IndexByte(in[:min(len(in), 40)], ';')
	if end < 2 {
		return "&amp;", 1, 0
	}
	name := string(in[1:end])
	switch {
	case name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos":
		return string(in[:end+1]), end + 1, 0
	case name[0] == '#':
		digits, base := name[1:], 10
		if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
			digits, base = digits[1:], 16
		}
		n, err := strconv.ParseInt(digits, base, 32)
		if err != nil || !legal(rune(n)) {
			return "", end + 1, 1
		}
		return string(in[:end+1]), end + 1, 0
	}
	if strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "&amp;", 1, 0
	}
	text = html.UnescapeString(string(in[:end+1]))
	if strings.HasPrefix(text, "&") || strings.HasSuffix(text, ";") { // unknown, or only begins like a known one
		return "&amp;", 1, 0
	}
	return text, end + 1, 0
}

// tagName returns the local name in a tag, with a leading "/" in an end tag.
func tagName(tag []byte) string { return string(nameIn(tag)) }

// nameIn is tagName without a copy.
func nameIn(tag []byte) []byte {
	if len(tag) < 2 || tag[0] != '<' {
		return nil
	}
	start := 1
	if tag[1] == '/' {
		start = 2
	}
	end := start
	for end < len(tag) && tag[end] != ' ' && tag[end] != '\t' && tag[end] != '\r' && tag[end] != '\n' && tag[end] != '/' && tag[end] != '>' {
		end++
	}
	if colon := bytes.IndexByte(tag[start:end], ':'); colon >= 0 {
		if start == 1 {
			return tag[start+colon+1 : end]
		}
		return append([]byte{'/'}, tag[start+colon+1:end]...)
	}
	if start == 2 {
		return tag[1:end]
	}
	return tag[start:end]
}

// maxNames bounds the names a scanner remembers.
const maxNames = 500

// name is tagName for the names that come again and again.
func (s *scanner) name(tag []byte) string {
	raw := nameIn(tag)
	if name, ok := s.names[string(raw)]; ok {
		return name
	}
	name := string(raw)
	if len(s.names) < maxNames && len(name) < 40 {
		s.names[name] = name
	}
	return name
}

// attributes reads the attributes of a start tag; a broken tag has none.
func attributes(tag []byte) map[string]string {
	var b bytes.Buffer
	new(flaws).clean(&b, tag)
	text := b.String()
	out := map[string]string{}
	if end := strings.IndexAny(text, " \t\r\n/>"); end > 0 {
		pairs, _, _, _ := readPairs(text[end:])
		for _, p := range pairs {
			out[p.name] = p.value
		}
	}
	return out
}
