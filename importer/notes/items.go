package notes

import (
	"encoding/hex"
	"io"
	"strings"
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

// sealed reports whether the item is encrypted.
func (i item) sealed() bool { return i.node.get("sealed") == "true" }

// values returns what people see in a field: one string for each list entry.
func (i item) values() []string {
	if i.body == nil {
		return nil
	}
	switch i.body.name {
	case "textlist", "numberlist", "datetimelist":
		var out []string
		for _, e := range i.body.elements() {
			v := strings.TrimSpace(e.value())
			if ends := e.elements(); e.name == "datetimepair" && len(ends) == 2 {
				v = strings.TrimSpace(ends[0].value()) + "–" + strings.TrimSpace(ends[1].value())
			}
			if v != "" {
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

// valuesOf returns the values of the items with the first of the names that
// has any, without regard to case.
func valuesOf(list []item, names ...string) []string {
	for _, name := range names {
		var out []string
		for _, i := range list {
			if strings.EqualFold(i.name, name) {
				out = append(out, i.values()...)
			}
		}
		if len(out) > 0 {
			return out
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

// maxRaw bounds a binary item that is decoded in memory. Rich text and mails
// are read as streams.
const maxRaw = 1 << 20

// rawKind returns the type of a binary item in hexadecimal digits, or "".
func (i item) rawKind() string {
	if i.body == nil || i.body.name != "rawitemdata" && i.body.name != "itemdata" {
		return ""
	}
	return strings.ToLower(strings.TrimLeft(i.body.get("type"), "0"))
}

// raw returns the bytes of a binary item.
func (c *converter) raw(i item) []byte {
	s := c.spool(i.body)
	if s == nil {
		return nil
	}
	data, err := s.content(maxRaw)
	if err != nil {
		c.incomplete("importer.body-too-large")
		return nil
	}
	return data
}

// rawReader reads a binary item of any size, or returns nil.
func (c *converter) rawReader(i item) io.Reader {
	s := c.spool(i.body)
	if s == nil {
		return nil
	}
	r, err := s.reader()
	if err != nil || s.err != nil {
		c.incomplete("importer.body-too-large")
		return nil
	}
	if s.damaged > 0 {
		c.incomplete("importer.body-damaged")
	}
	return r
}
