// Package charset reads text whose encoding nobody declared.
//
// Old systems wrote what their time used: UTF-8 and UTF-16 where a byte order
// mark or the bytes themselves say so, else a code page of Windows (CP1252) or
// of DOS (CP850). Which of the two is decided for a whole file, by what makes
// German words of its bytes: a lone file never mixes them.
package charset

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Charset is the encoding of a file, named as people know it.
type Charset string

// The encodings that are told apart.
const (
	UTF8        Charset = "UTF-8"
	UTF16LE     Charset = "UTF-16LE"
	UTF16BE     Charset = "UTF-16BE"
	Windows1252 Charset = "Windows-1252"
	CP850       Charset = "CP850"
)

// damage is how many characters beyond ASCII have to be sound for each that is
// broken, so that one bad byte does not turn a file of UTF-8 into another one.
const damage = 20

// Detect reads to the end and says what the text is written in.
func Detect(r io.Reader) (Charset, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, _ := b.Peek(4096)
	if c := byHead(head); c != "" {
		return c, nil
	}
	var s statistics
	for {
		c, err := b.ReadByte()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		s.add(c)
	}
	return s.verdict(), nil
}

// byHead knows encodings that show in the first bytes.
func byHead(head []byte) Charset {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return UTF8
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return UTF16BE
	}
	var zeros [2]int // at even and odd places
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(head) / 2; {
	case zeros[1] > half/2 && zeros[0] <= half/10:
		return UTF16LE
	case zeros[0] > half/2 && zeros[1] <= half/10:
		return UTF16BE
	}
	return ""
}

// Reader decodes to UTF-8 without a byte order mark. What means nothing in the
// encoding becomes U+FFFD.
func (c Charset) Reader(r io.Reader) io.Reader {
	return c.encoding().NewDecoder().Reader(r)
}

func (c Charset) encoding() encoding.Encoding {
	switch c {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case Windows1252:
		return charmap.Windows1252
	case CP850:
		return charmap.CodePage850
	}
	return unicode.UTF8BOM
}

// Decode reads bytes of which nothing is declared.
func Decode(data []byte) (string, Charset) {
	c, _ := Detect(bytes.NewReader(data)) // reading from memory does not fail
	text, err := c.encoding().NewDecoder().Bytes(data)
	if err != nil {
		text = bytes.ToValidUTF8(data, []byte("\ufffd"))
	}
	return string(text), c
}

// statistics is what the bytes of a file speak for.
type statistics struct {
	sequence       []byte // the beginning of a character in UTF-8
	sound, broken  int    // characters beyond ASCII, if this is UTF-8
	windows, dos   int    // how well the code pages explain the bytes
	before, middle byte
	begun          bool
}

func (s *statistics) add(c byte) {
	s.utf8(c)
	if s.begun && s.middle >= utf8.RuneSelf {
		s.weigh(c)
	}
	s.before, s.middle, s.begun = s.middle, c, true
}

func (s *statistics) utf8(c byte) {
	if c < utf8.RuneSelf && len(s.sequence) == 0 {
		return
	}
	s.sequence = append(s.sequence, c)
	for len(s.sequence) > 0 && utf8.FullRune(s.sequence) {
		r, size := utf8.DecodeRune(s.sequence)
		switch {
		case r == utf8.RuneError && size == 1:
			s.broken++
		case size > 1:
			s.sound++
		}
		s.sequence = append(s.sequence[:0], s.sequence[size:]...)
	}
}

func (s *statistics) weigh(next byte) {
	s.windows += plausible(charmap.Windows1252.DecodeByte(s.middle), isLetter(s.before), isLetter(next))
	s.dos += plausible(charmap.CodePage850.DecodeByte(s.middle), isLetter(s.before), isLetter(next))
}

func (s *statistics) verdict() Charset {
	if s.middle >= utf8.RuneSelf {
		s.weigh(' ')
	}
	if len(s.sequence) > 0 {
		s.broken++
	}
	switch {
	case s.broken*damage <= s.sound:
		return UTF8
	case s.dos > s.windows:
		return CP850
	}
	return Windows1252
}

// isLetter counts every byte beyond ASCII as a letter: beside one, it mostly is.
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

// plausible weighs a character by its neighbours: umlauts stand in words, signs
// beside them.
func plausible(r rune, before, after bool) int {
	switch r {
	case 'ä', 'ö', 'ü', 'ß', 'Ä', 'Ö', 'Ü':
		if before || after && r != 'ä' && r != 'ö' && r != 'ü' {
			return 3
		}
		return 1
	case '’':
		return 1
	case '”':
		if after {
			return -2
		}
		return 2
	case '„', '“', '‚', '‘', '»', '«', '–', '—', '…', '•', '·', '§', '€', '°', '²', '³', '½', '©', '®', '´', '™', '\u00a0':
		if before && after {
			return -2
		}
		return 2
	}
	if 'À' <= r && r <= 'ž' && r != '×' && r != '÷' {
		return 1
	}
	return -3
}
