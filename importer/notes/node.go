package notes

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// node is an element of a document, or text when name is empty.
type node struct {
	name     string
	attr     map[string]string
	text     string
	children []*node
}

var errTooDeep = errors.New("nested too deep")

// parse reads a document the scanner cut out.
func parse(data []byte, depth int) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = true
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return root.first(), err
		}
		top := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(stack) > depth {
				return root.first(), errTooDeep
			}
			n := &node{name: t.Name.Local}
			if len(t.Attr) > 0 {
				n.attr = make(map[string]string, len(t.Attr))
				for _, a := range t.Attr {
					n.attr[a.Name.Local] = a.Value
				}
			}
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.children = append(top.children, &node{text: string(t)})
		}
	}
	if len(root.children) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return root.first(), nil
}

// first returns the first child element, or nil.
func (n *node) first() *node {
	for _, c := range n.children {
		if c.name != "" {
			return c
		}
	}
	return nil
}

// child returns the first child of that name, or nil. It may be asked of nil.
func (n *node) child(name string) *node {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// elements returns the child elements.
func (n *node) elements() []*node {
	var out []*node
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name != "" {
			out = append(out, c)
		}
	}
	return out
}

// get returns an attribute, or "".
func (n *node) get(name string) string {
	if n == nil {
		return ""
	}
	return n.attr[name]
}

// value returns all text below the node; <break/> is a line break.
func (n *node) value() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	n.addValue(&b)
	return b.String()
}

func (n *node) addValue(b *strings.Builder) {
	if n.name == "" {
		b.WriteString(n.text)
	}
	if n.name == "break" {
		b.WriteByte('\n')
	}
	for _, c := range n.children {
		c.addValue(b)
	}
}
