package notes

import (
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// lmbcsGroups are the code pages behind the group prefixes of LMBCS, the
// character set of Notes.
var lmbcsGroups = map[byte]encoding.Encoding{
	0x01: charmap.CodePage850,

	0x03: charmap.Windows1255,
	0x04: charmap.Windows1256,
	0x05: charmap.Windows1251,
	0x06: charmap.CodePage852,
	0x08: charmap.Windows1254,
	0x0b: charmap.Windows874,
	0x10: japanese.ShiftJIS,
	0x11: korean.EUCKR,
	0x12: traditionalchinese.Big5,
	0x13: simplifiedchinese.GBK,
}

// decodeLMBCS decodes text whose default group is 1 (code page 850). A zero
// byte becomes a line break. It reports false when something was not known.
func decodeLMBCS(data []byte) (string, bool) {
	var b strings.Builder
	var units []uint16
	known := true
	flush := func() {
		b.WriteString(string(utf16.Decode(units)))
		units = nil
	}
	for i := 0; i < len(data); {
		c := data[i]
		if c == 0x14 && i+2 < len(data) { // one unit of UTF-16; 0xF6 stands for a zero byte
			high, low := data[i+1], data[i+2]
			if high == 0xf6 {
				high = 0
			}
			units = append(units, uint16(high)<<8|uint16(low))
			i += 3
			continue
		}
		flush()
		used := decodeByte(&b, data[i:])
		if used < 0 {
			known = false
			used = -used
		}
		i += used
	}
	flush()
	return b.String(), known
}

// decodeByte decodes the character data begins with and returns how many bytes
// it took, negative when it was not known.
func decodeByte(b *strings.Builder, data []byte) int {
	c := data[0]
	switch {
	case c == 0:
		b.WriteByte('\n')
		return 1
	case c == '\t' || c == '\n' || c == '\r' || c == 0x19: // 0x19: system range
		b.WriteByte(' ')
		return 1
	case c >= 0x20 && c < 0x80:
		b.WriteByte(c)
		return 1
	case c >= 0x80:
		return decodeWith(b, charmap.CodePage850, data[:1], 1)
	}
	e, ok := lmbcsGroups[c]
	if !ok || len(data) < 2 {
		b.WriteRune('\ufffd')
		return -1
	}
	if c < 0x10 || data[1] == c && len(data) < 3 {
		return decodeWith(b, e, data[1:2], 2)
	}
	n := min(3, len(data))
	if data[1] == c && n == 3 { // the prefix repeats before single bytes
		return decodeWith(b, e, data[2:3], 3)
	}
	return decodeWith(b, e, data[1:n], n)
}

func decodeWith(b *strings.Builder, e encoding.Encoding, data []byte, used int) int {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		b.WriteRune('\ufffd')
		return -used
	}
	b.Write(text)
	return used
}

func splitLines(s string) []string { return strings.Split(s, "\n") }
