package notes

import (
	"strings"

	"staffelstab/importer"
)

// seeRichtext records the text people saw in a rich text item. It walks the
// tree on its own and shares nothing with the conversion, because it is what
// the conversion is measured by.
func (c *converter) seeRichtext(root *node) {
	hidden := map[string]bool{}
	var b strings.Builder
	var popups []string // shown on demand; they part no word of the text
	var walk func(n *node)
	walk = func(n *node) {
		switch n.name {
		case "":
			b.WriteString(n.text)
			return
		case "pardef":
			hidden[n.get("id")] = readPardef(n).hidden
			return
		case "par":
			if hidden[n.get("def")] {
				return
			}
		case "popuptext":
			popups = append(popups, n.value())
			return
		case "code", "formula", "lotusscript", "javascript", "picture", "border", "font", "objectref":
			return
		case "attachmentref":
			name := n.get("displayname")
			if name == "" {
				name = n.get("name")
			}
			b.WriteString(name)
			return
		case "doclink", "viewlink", "databaselink":
			if strings.TrimSpace(n.value()) == "" {
				b.WriteString(n.get("description"))
				return
			}
		}
		if n.get("html") == "true" {
			b.WriteString(importer.TextOfHTML(n.value()))
			return
		}
		apart := separate[n.name]
		if n.name == "tablerow" {
			b.WriteString(n.get("tablabel"))
		}
		for _, child := range n.children {
			walk(child)
		}
		if apart {
			b.WriteByte('\n')
		}
	}
	walk(root)
	c.see(b.String())
	for _, text := range popups {
		c.see(text)
	}
}

// separate are the elements that end a word.
var separate = map[string]bool{"par": true, "break": true, "tablecell": true, "sectiontitle": true, "section": true, "tablerow": true, "block": true, "tablecolumn": true}
