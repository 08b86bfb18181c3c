package htmlblocks

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// settleControls puts what the controls of a form show in their place: old
// systems show the values of many documents in fields nobody can type into any
// more.
func settleControls(root *html.Node) {
	var controls []*html.Node
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Input, atom.Select, atom.Textarea:
			controls = append(controls, n)
		}
	}
	for _, n := range controls {
		if n.Parent == nil { // within another one
			continue
		}
		if shown := strings.TrimSpace(controlText(n)); shown != "" {
			n.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: " " + shown + " "}, n)
		}
		n.Parent.RemoveChild(n)
	}
}

// controlText is what people read in a control.
func controlText(n *html.Node) string {
	switch n.DataAtom {
	case atom.Textarea:
		return TextOf(n)
	case atom.Select:
		return chosen(n)
	}
	has := func(name string) bool {
		for _, a := range n.Attr {
			if a.Key == name {
				return true
			}
		}
		return false
	}
	switch strings.ToLower(strings.TrimSpace(Attribute(n, "type"))) {
	case "checkbox":
		if has("checked") {
			return "☒"
		}
		return "☐"
	case "radio":
		if has("checked") {
			return "◉"
		}
		return "○"
	case "hidden", "password", "submit", "button", "reset", "image", "file", "range", "color":
		return ""
	}
	return Attribute(n, "value")
}

// chosen are the entries of a list that are selected, else the first one.
func chosen(list *html.Node) string {
	var first string
	var selected []string
	for n := range list.Descendants() {
		if n.DataAtom != atom.Option {
			continue
		}
		text := oneLine(TextOf(n))
		if first == "" {
			first = text
		}
		for _, a := range n.Attr {
			if a.Key == "selected" {
				selected = append(selected, text)
			}
		}
	}
	if len(selected) == 0 {
		return first
	}
	return strings.Join(selected, ", ")
}
