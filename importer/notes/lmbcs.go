package notes

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// LMBCS is the character set of Notes: a byte that names a group, and one or two
// bytes of the code page behind it. Bytes without a group belong to group 1, code
// page 850. The rules are those of the converter in ICU (ucnv_lmb).

// Groups that are no code page.
const (
	lmbcsGreek   = 0x02
	lmbcsControl = 0x0f
	lmbcsDouble  = 0x10 // and above: two bytes
	lmbcsUnicode = 0x14
	lmbcsZero    = 0xf6 // first byte of a unit whose last byte is zero
)

// lmbcsGroups are the code pages behind the group prefixes.
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

// greek is the upper half of code page 851.
var greek = []rune("" +
	"ÇüéâäàΆçêëèïîΈÄΉ" +
	"Ί\ufffdΌôöΎûùΏÖÜά£έήί" +
	"ϊΐόύΑΒΓΔΕΖΗ½ΘΙ«»" +
	"░▒▓│┤ΚΛΜΝ╣║╗╝ΞΟ┐" +
	"└┴┬├─┼ΠΡ╚╔╩╦╠═╬Σ" +
	"ΤΥΦΧΨΩαβγ┘┌█▄δε▀" +
	"ζηθικλμνξοπρσςτ´" +
	"\u00ad±υφχ§ψ¸°¨ωϋΰώ■\u00a0")

// decodeLMBCS decodes text whose default group is 1 (code page 850). A zero
// byte becomes a line break. It reports false when something was not known.
func decodeLMBCS(data []byte) (string, bool) {
	var b strings.Builder
	var units []uint16
	known := true
	flush := func() {
		b.WriteString(string(utf16.Decode(units)))
		units = units[:0]
	}
	for i := 0; i < len(data); {
		if data[i] == lmbcsUnicode && i+2 < len(data) {
			units = append(units, unicodeUnit(data[i+1], data[i+2]))
			i += 3
			continue
		}
		if len(units) > 0 {
			flush()
		}
		used := decodeCharacter(&b, data[i:])
		if used < 0 {
			known = false
			used = -used
		}
		i += used
	}
	flush()
	return b.String(), known
}

// unicodeUnit puts one unit of UTF-16 together. Of one that ends in a zero byte
// the bytes are swapped and the zero is written as 0xF6. Some writers put 0xF6
// for a zero first byte; what would be private use is read their way.
func unicodeUnit(high, low byte) uint16 {
	switch {
	case high != lmbcsZero:
		return uint16(high)<<8 | uint16(low)
	case low >= 0xe0 && low <= 0xf8:
		return uint16(low)
	}
	return uint16(low) << 8
}

// decodeCharacter decodes the character data begins with and returns how many
// bytes it took, negative when it was not known.
func decodeCharacter(b *strings.Builder, data []byte) int {
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
		b.WriteRune(charmap.CodePage850.DecodeByte(c))
		return 1
	}
	if len(data) < 2 {
		b.WriteRune(utf8.RuneError)
		return -1
	}
	switch e, ok := lmbcsGroups[c]; {
	case c == lmbcsControl && data[1] >= 0x20:
		b.WriteByte(' ') // a control character
		return 2
	case c == lmbcsGreek && data[1] >= 0x80:
		r := greek[data[1]-0x80]
		b.WriteRune(r)
		if r == utf8.RuneError {
			return -2
		}
		return 2
	case !ok:
		b.WriteRune(utf8.RuneError)
		return -1
	case c < lmbcsDouble:
		return decodeWith(b, e, data[1:2], 2)
	case data[1] == c && len(data) > 2: // the prefix repeats before single bytes
		return decodeWith(b, e, data[2:3], 3)
	default:
		n := min(3, len(data))
		return decodeWith(b, e, data[1:n], n)
	}
}

func decodeWith(b *strings.Builder, e encoding.Encoding, data []byte, used int) int {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil || !utf8.Valid(text) || strings.ContainsRune(string(text), utf8.RuneError) {
		b.WriteRune(utf8.RuneError)
		return -used
	}
	b.Write(text)
	return used
}
