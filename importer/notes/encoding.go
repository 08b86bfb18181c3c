package notes

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

var declaredEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// sniffed is how much of a file tells its encoding.
const sniffed = 64 << 10

// decoded returns the stream as UTF-8, whatever it is written in. A byte order
// mark and the bytes themselves win over the declaration, which exporters and
// editors often leave wrong.
func decoded(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, sniffed)
	head, _ := b.Peek(sniffed)
	if e := sniff(head); e != nil {
		return e.NewDecoder().Reader(b)
	}
	_, _ = b.Discard(len(head) - len(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	return b
}

// sniff returns the encoding to decode from, nil for UTF-8.
func sniff(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}), bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}):
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}), bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil
	case bytes.HasPrefix(head, []byte{'<', 0, '?', 0}), bytes.HasPrefix(head, []byte{'<', 0, 'd', 0}):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case bytes.HasPrefix(head, []byte{0, '<', 0}):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	m := declaredEncoding.FindSubmatch(head)
	if m == nil {
		return nil
	}
	name := strings.ToLower(string(m[1]))
	if strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf16") || name == "utf-8" || name == "us-ascii" {
		return nil // the bytes are not UTF-16, or we would not have read this
	}
	e, err := htmlindex.Get(name)
	if err != nil || isUTF8(head) {
		return nil
	}
	return e
}

// isUTF8 reports whether bytes beyond ASCII are all of UTF-8: no text of a code
// page is by chance. The last character may be cut.
func isUTF8(head []byte) bool {
	beyond := false
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		if r == utf8.RuneError && size == 1 {
			return beyond && len(head) < utf8.UTFMax && !utf8.FullRune(head)
		}
		beyond = beyond || r >= utf8.RuneSelf
		head = head[size:]
	}
	return beyond
}
