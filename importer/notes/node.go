package notes

import "strings"

// node is an element of a document, or text when name is empty.
type node struct {
	name     string
	attr     []pair
	text     string
	children []*node
}

// pair is an attribute.
type pair struct{ name, value string }

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
	for _, p := range n.attr {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// value returns all text below the node; <break/> is a line break.
func (n *node) value() string {
	if n == nil {
		return ""
	}
	if len(n.children) == 1 && n.children[0].name == "" {
		return n.children[0].text
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
