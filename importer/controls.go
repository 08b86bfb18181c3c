package importer

import (
	"strings"

	"golang.org/x/net/html"
)

// controls collects what the controls of a form show while HTML is read, tag by
// tag: the values of fields, the chosen entries of lists.
type controls struct {
	list     bool   // within a list to choose from
	entry    int    // entries begun in it
	takes    bool   // the text being read is that of an entry that may be shown
	selected bool   // some entry is marked
	first    string // the first one, shown when none is
	shown    string
}

// start takes the beginning of an element and returns what it shows by itself.
func (c *controls) start(z *html.Tokenizer, tag string, more bool) string {
	switch tag {
	case "select":
		*c = controls{list: true}
	case "option":
		c.entry++
		c.takes = c.entry == 1
		if _, marked := attribute(z, more, "selected"); marked && c.list {
			c.takes, c.selected, c.shown = true, true, c.shown+" "
		}
	case "input":
		kind, value := "", ""
		for more {
			var key, v []byte
			key, v, more = z.TagAttr()
			switch string(key) {
			case "type":
				kind = strings.ToLower(strings.TrimSpace(string(v)))
			case "value":
				value = string(v)
			}
		}
		if showsValue(kind) {
			return " " + value + " "
		}
	}
	return ""
}

// text takes the text within a list.
func (c *controls) text(text string) {
	switch {
	case c.takes && c.selected:
		c.shown += text
	case c.takes:
		c.first += text
	}
}

// end takes the end of an element and returns what a list shows.
func (c *controls) end(tag string) string {
	switch tag {
	case "option":
		c.takes = false
	case "select":
		shown := c.first
		if c.selected {
			shown = c.shown
		}
		*c = controls{}
		return " " + shown + " "
	}
	return ""
}

// showsValue reports whether an input field of a type shows its value as text.
func showsValue(kind string) bool {
	switch kind {
	case "hidden", "password", "submit", "button", "reset", "image", "file", "range", "color", "checkbox", "radio":
		return false
	}
	return true
}

func attribute(z *html.Tokenizer, more bool, name string) (string, bool) {
	for more {
		var key, value []byte
		if key, value, more = z.TagAttr(); string(key) == name {
			return string(value), true
		}
	}
	return "", false
}
