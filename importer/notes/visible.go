package notes

import (
	"strings"

	"staffelstab/importer"
)

// seen collects the text people saw in a rich text item. It walks the tree on
// its own and shares nothing with the conversion, because it is what the
// conversion is measured by.
type seen struct {
	b      strings.Builder
	html   strings.Builder // pass-through HTML, which goes on over paragraphs
	popups []string        // shown on demand; they part no word of the text
	hidden map[string]bool
}

// seeRichtext records the text of a rich text item.
func (c *converter) seeRichtext(root *node) {
	s := &seen{hidden: map[string]bool{}}
	s.walk(root)
	s.endHTML()
	c.see(s.b.String())
	for _, text := range s.popups {
		c.see(text)
	}
}

func (s *seen) write(text string) {
	if s.html.Len() > 0 {
		if strings.TrimSpace(text) == "" {
			s.html.WriteString(text)
			return
		}
		s.endHTML()
	}
	s.b.WriteString(text)
}

func (s *seen) endHTML() {
	s.b.WriteString(importer.TextOfHTML(s.html.String()))
	s.html.Reset()
}

func (s *seen) walk(n *node) {
	switch n.name {
	case "":
		s.write(n.text)
		return
	case "pardef":
		s.hidden[n.get("id")] = readPardef(n).hidden
		return
	case "par":
		if s.hidden[n.get("def")] {
			return
		}
	case "sectiontitle":
		if s.hidden[n.get("pardef")] {
			return
		}
	case "popuptext":
		s.popups = append(s.popups, n.value())
		return
	case "picture":
		if alt := strings.TrimSpace(n.get("alttext")); alt != "" && n.child("caption") != nil { // else it is the alternative text
			s.write("\n" + n.child("caption").value() + "\n")
		}
		return
	case "code", "formula", "lotusscript", "javascript", "border", "font", "compositedata", "associatedfiles", "field", "sharedfieldref", "namedelementref":
		return
	case "attachmentref":
		name := n.get("displayname")
		if name == "" {
			name = n.get("name")
		}
		s.write(name)
		return
	case "doclink", "viewlink", "databaselink", "namedelementlink":
		if strings.TrimSpace(n.value()) == "" {
			s.write(n.get("description"))
			return
		}
	case "layer":
		s.write("\n")
	case "tablerow":
		s.write(n.get("tablabel"))
		s.write("\n")
	}
	if n.get("html") == "true" {
		s.html.WriteString(lines(n))
		if n.name == "block" {
			s.html.WriteByte('\n')
		}
		return
	}
	for _, child := range n.children {
		s.walk(child)
	}
	if separate[n.name] {
		s.write("\n")
	}
}

// separate are the elements that end a word.
var separate = map[string]bool{"par": true, "break": true, "tablecell": true, "sectiontitle": true, "section": true, "tablerow": true, "block": true, "tablecolumn": true, "area": true, "layer": true}
