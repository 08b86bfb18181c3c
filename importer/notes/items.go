package notes

import (
	"encoding/binary"
	"encoding/hex"
	"strings"

	"staffelstab/importer"
)

// item is a field of a document. An item whose name repeats is split; its
// parts are separate items in their order.
type item struct {
	name string
	node *node
	body *node // the one child that holds the value, or nil
}

// titleItems are the usual names of the field that holds the title.
var titleItems = []string{"Subject", "Title", "Titel", "Betreff", "Thema"}

func items(root *node) []item {
	var out []item
	for _, n := range root.elements() {
		if n.name == "item" {
			out = append(out, item{name: n.get("name"), node: n, body: n.first()})
		}
	}
	return out
}

// values returns what people see in a field: one string for each list entry.
func (i item) values() []string {
	if i.body == nil {
		return nil
	}
	switch i.body.name {
	case "textlist", "numberlist", "datetimelist":
		var out []string
		for _, e := range i.body.elements() {
			if v := strings.TrimSpace(e.value()); v != "" {
				out = append(out, v)
			}
		}
		return out
	case "text", "number", "datetime":
		if v := strings.TrimSpace(i.body.value()); v != "" {
			return []string{v}
		}
	}
	return nil
}

// valuesOf returns the values of the first item with one of the names, without
// regard to case.
func valuesOf(list []item, names ...string) []string {
	for _, name := range names {
		for _, i := range list {
			if strings.EqualFold(i.name, name) {
				if v := i.values(); len(v) > 0 {
					return v
				}
			}
		}
	}
	return nil
}

func firstText(list []item, names ...string) string {
	if v := valuesOf(list, names...); len(v) > 0 {
		return v[0]
	}
	return ""
}

func unid(info *node) string {
	u := strings.ToUpper(info.get("unid"))
	if raw, err := hex.DecodeString(u); err != nil || len(raw) != 16 {
		return ""
	}
	return u
}

// refUNID decodes a note reference list ($REF, raw type 4): a count and, for
// each reference, four little-endian double words a0 a1 b0 b1.
func refUNID(raw []byte) string {
	if len(raw) < 18 || binary.LittleEndian.Uint16(raw) == 0 {
		return ""
	}
	var out []byte
	for _, at := range []int{6, 2, 14, 10} {
		out = binary.BigEndian.AppendUint32(out, binary.LittleEndian.Uint32(raw[at:]))
	}
	return strings.ToUpper(hex.EncodeToString(out))
}

// maxRaw bounds an item of binary rich text, which is decoded in memory.
const maxRaw = 32 << 20

// raw returns the bytes and the type of a rawitemdata, or false.
func (c *converter) raw(i item) (kind string, data []byte, ok bool) {
	if i.body == nil || i.body.name != "rawitemdata" {
		return "", nil, false
	}
	kind = strings.TrimLeft(i.body.get("type"), "0")
	s := c.spool(i.body)
	if s == nil {
		return kind, nil, true
	}
	data, err := s.content(maxRaw)
	if err != nil || s.err != nil {
		c.incomplete("importer.body-too-large")
		return kind, nil, true
	}
	return kind, data, true
}

// incomplete marks the document as one that must not be published.
func (c *converter) incomplete(key string, pairs ...any) {
	c.doc.Incomplete = true
	c.doc.Notes = append(c.doc.Notes, importer.NewNote(true, key, pairs...))
}
