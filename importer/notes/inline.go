package notes

import (
	"strconv"
	"strings"

	"staffelstab/importer/cmark"
)

// font is the character format in force.
type font struct {
	size  float64 // points
	style cmark.Style
	red   bool
}

// with returns the font after a <font/>, whose attributes are complete.
func (f font) with(n *node) font {
	if n == nil {
		return f
	}
	out := font{size: 10, style: f.style & cmark.Highlight}
	if v, err := strconv.ParseFloat(strings.TrimSuffix(n.get("size"), "pt"), 64); err == nil && v > 0 && v < 1000 {
		out.size = v
	}
	for _, word := range strings.Fields(n.get("style")) {
		switch word {
		case "bold":
			out.style |= cmark.Bold
		case "italic":
			out.style |= cmark.Italic
		case "strikethrough":
			out.style |= cmark.Strike
		case "superscript":
			out.style |= cmark.Superscript
		case "subscript":
			out.style |= cmark.Subscript
		}
	}
	out.red = isRed(n.get("color"))
	return out
}

// isRed reports whether people would call a colour red. Offices mark with it
// what is new, forbidden or urgent.
func isRed(color string) bool {
	if color == "red" {
		return true
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil || len(color) != 7 {
		return false
	}
	return v>>16 >= 0xc0 && v>>8&0xff <= 0x40 && v&0xff <= 0x40
}

// inline converts the content of a paragraph. What cannot stand inside one, a
// rule, goes to after.
func (c *converter) inline(n *node, f font, after *[]cmark.Block) []cmark.Span {
	var out []cmark.Span
	for _, child := range n.children {
		switch child.name {
		case "":
			out = append(out, cmark.Span{Text: child.text, Style: f.style})
		case "font":
			f = f.with(child)
		case "run":
			out = append(out, c.run(child, f, after)...)
		case "break":
			out = append(out, cmark.Span{Break: true})
		case "horizrule":
			if after != nil {
				*after = append(*after, cmark.Rule{})
			}
		default:
			out = append(out, c.special(child, f, after)...)
		}
	}
	return out
}

// special converts what is more than text. Nothing that acts is ever run.
func (c *converter) special(n *node, f font, after *[]cmark.Block) []cmark.Span {
	switch n.name {
	case "picture":
		return c.picture(n)
	case "attachmentref":
		return c.attachmentRef(n)
	case "doclink", "viewlink", "databaselink", "namedelementlink", "urllink":
		return c.link(n, f)
	case "region":
		return c.region(n, f)
	case "popup":
		return c.popup(n, f)
	case "computedtext":
		c.counts.computed++
		return c.visibleOr(n, f, "importer.placeholder-computed")
	case "button", "actionhotspot", "actionbar":
		c.counts.buttons++
		return c.inline(n, f, nil)
	case "imagemap":
		c.counts.objects++
		return c.imageMap(n, f)
	case "objectref", "javaapplet", "embeddedcontrol", "embeddedview", "embeddedoutline",
		"embeddednavigator", "embeddedfolderpane", "embeddeddatepicker", "embeddedfileuploadcontrol":
		c.counts.objects++
		return c.visibleOr(n, f, "importer.placeholder-object")
	case "compositedata", "richtextdata", // records the export itself did not know
		"field", "sharedfieldref", "namedelementref": // parts of a form kept in the document
		c.counts.objects++
		return nil
	case "code", "formula", "lotusscript", "javascript", "pardef", "popuptext", "border", "anchor", "nonxmlchar", "associatedfiles":
		return nil
	}
	if after != nil && holdsParagraphs(n) { // a layer
		*after = append(*after, c.blocks(n.elements())...)
		return nil
	}
	return c.inline(n, f, after)
}

// holdsParagraphs reports whether an element within a line has paragraphs of
// its own.
func holdsParagraphs(n *node) bool {
	for _, child := range n.children {
		if child.name == "par" || child.name == "table" || child.name == "section" || child.name == "block" {
			return true
		}
	}
	return false
}

// visibleOr returns what people saw of something that acts, or a word that
// stands for it.
func (c *converter) visibleOr(n *node, f font, placeholder string) []cmark.Span {
	if spans := c.inline(n, f, nil); !cmark.Blank(spans) {
		return spans
	}
	return []cmark.Span{{Key: placeholder}}
}

func (c *converter) run(n *node, f font, after *[]cmark.Block) []cmark.Span {
	f = f.with(n.child("font"))
	if n.get("html") == "true" {
		return c.htmlInline(n.value())
	}
	if h := n.get("highlight"); h != "" && h != "none" {
		f.style |= cmark.Highlight
	}
	if f.red && strings.TrimSpace(n.value()) != "" {
		c.counts.red++
	}
	return c.inline(n, f, after)
}

// popup shows a text on demand; it becomes a footnote.
func (c *converter) popup(n *node, f font) []cmark.Span {
	spans := c.inline(n, f, nil)
	if n.child("code") != nil {
		c.counts.computed++
	}
	text := oneLine(n.child("popuptext").value())
	if text == "" {
		return spans
	}
	if len(spans) == 0 {
		return []cmark.Span{{Text: text, Style: f.style}}
	}
	if c.counts.popups++; c.counts.popups > maxPopups {
		return append(spans, cmark.Span{Text: " (" + text + ")", Style: f.style})
	}
	spans[len(spans)-1].Note = text
	return spans
}

// maxPopups is how many footnotes a text gets; more would be no help, and a
// renderer looks every one up among all.
const maxPopups = 300
