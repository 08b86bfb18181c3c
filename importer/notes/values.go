package notes

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
)

// Types of binary items (TYPE_xxx of the Notes C API) as exports write them.
const (
	rawComposite = "1"
	rawReference = "4"
	rawLinks     = "7"
	rawMIME      = "19"
	rawNumber    = "300"
	rawNumbers   = "301"
	rawTime      = "400"
	rawTimes     = "401"
	rawText      = "500"
	rawTexts     = "501"
	rawHeader    = "502"
)

// plainValues turns binary items that hold plain values into what exports write
// as text, numbers and times.
func (c *converter) plainValues() {
	for n, i := range c.items {
		if i.sealed() {
			continue
		}
		var list []string
		name := "text"
		switch i.rawKind() {
		case rawText:
			text, ok := decodeLMBCS(c.raw(i))
			if !ok {
				c.review("importer.lmbcs-unknown")
			}
			list = []string{text}
		case rawTexts:
			list = textList(c.raw(i))
		case rawNumber:
			list, name = numbers(c.raw(i), 0), "number"
		case rawNumbers:
			list, name = numbers(c.raw(i), rangeHead), "number"
		case rawTime:
			list, name = times(c.raw(i), 0), "datetime"
		case rawTimes:
			list, name = times(c.raw(i), rangeHead), "datetime"
		default:
			continue
		}
		body := &node{name: name + "list"}
		for _, v := range list {
			body.children = append(body.children, &node{name: name, children: []*node{{text: v}}})
		}
		c.items[n].body = body
	}
}

// rangeHead is what stands before the entries of a RANGE: their number and that
// of the pairs behind them.
const rangeHead = 4

// textList reads a LIST: the number of entries, their lengths, their texts.
func textList(raw []byte) []string {
	if len(raw) < 2 {
		return nil
	}
	count := int(binary.LittleEndian.Uint16(raw))
	at := 2 + 2*count
	var out []string
	for n := range count {
		if 2+2*n+2 > len(raw) {
			break
		}
		end := at + int(binary.LittleEndian.Uint16(raw[2+2*n:]))
		if end > len(raw) {
			break
		}
		text, _ := decodeLMBCS(raw[at:end])
		out = append(out, text)
		at = end
	}
	return out
}

func numbers(raw []byte, head int) []string {
	var out []string
	for _, entry := range entries(raw, head) {
		out = append(out, strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(entry)), 'f', -1, 64))
	}
	return out
}

func times(raw []byte, head int) []string {
	var out []string
	for _, entry := range entries(raw, head) {
		out = append(out, timedate(entry))
	}
	return out
}

// entries cuts a value, or a RANGE of them, into pieces of eight bytes.
func entries(raw []byte, head int) [][]byte {
	count := 1
	if head > 0 {
		if len(raw) < head {
			return nil
		}
		count = int(binary.LittleEndian.Uint16(raw))
		raw = raw[head:]
	}
	var out [][]byte
	for ; count > 0 && len(raw) >= 8; count-- {
		out = append(out, raw[:8])
		raw = raw[8:]
	}
	return out
}

// timedate writes a TIMEDATE as exports do: hundredths of a second since
// midnight and the Julian day, both of universal time; all bits set means none.
func timedate(raw []byte) string {
	ticks, day := binary.LittleEndian.Uint32(raw), binary.LittleEndian.Uint32(raw[4:])&0xffffff
	const none, noDay, unixDay = math.MaxUint32, 0xffffff, 2440588
	if day == noDay || day < 1721426 || day > 5373484 { // beyond the years 1 to 9999
		return ""
	}
	at := time.Unix((int64(day)-unixDay)*86400, 0).UTC()
	if ticks == none {
		return at.Format("20060102")
	}
	at = at.Add(time.Duration(ticks) * 10 * time.Millisecond)
	return at.Format("20060102T150405") + "," + at.Format(".00")[1:] + "Z"
}

// refUNID decodes a note reference list ($REF): a count and for each reference
// a UNID.
func refUNID(raw []byte) string {
	if len(raw) < 18 || binary.LittleEndian.Uint16(raw) == 0 {
		return ""
	}
	return storedUNID(raw[2:])
}

// storedUNID decodes a UNID as it is stored, four little-endian double words a0
// a1 b0 b1: it is written a1 a0 b1 b0.
func storedUNID(raw []byte) string { return storedTime(raw) + storedTime(raw[8:]) }

// storedTime writes a TIMEDATE as the identifiers made of one are written.
func storedTime(raw []byte) string {
	out := binary.BigEndian.AppendUint32(nil, binary.LittleEndian.Uint32(raw[4:]))
	out = binary.BigEndian.AppendUint32(out, binary.LittleEndian.Uint32(raw))
	return strings.ToUpper(hex.EncodeToString(out))
}

// noteLink is where a link of binary rich text leads (NOTELINK).
type noteLink struct{ database, view, document string }

const noteLinkSize = 8 + 16 + 16

func readNoteLink(raw []byte) noteLink {
	return noteLink{database: storedTime(raw), view: storedUNID(raw[8:]), document: storedUNID(raw[24:])}
}

// linkList reads the item $Links, which the links of binary rich text point
// into.
func (c *converter) linkList() []noteLink {
	var out []noteLink
	for _, i := range c.items {
		if !strings.EqualFold(i.name, "$Links") || i.rawKind() != rawLinks {
			continue
		}
		raw := c.raw(i)
		if len(raw) < 2 {
			continue
		}
		count := int(binary.LittleEndian.Uint16(raw))
		for raw = raw[2:]; count > 0 && len(raw) >= noteLinkSize; count-- {
			out = append(out, readNoteLink(raw))
			raw = raw[noteLinkSize:]
		}
	}
	return out
}
