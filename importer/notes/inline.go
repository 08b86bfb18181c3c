package notes

import (
	"regexp"
	"strconv"
	"strings"

	"staffelstab/importer"
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
	out := font{size: 10}
	if v, err := strconv.ParseFloat(strings.TrimSuffix(n.get("size"), "pt"), 64); err == nil && v > 0 {
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
	out.red = n.get("color") == "red" || strings.EqualFold(n.get("color"), "#ff0000")
	return out
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
		case "picture":
			out = append(out, c.picture(child)...)
		case "attachmentref":
			out = append(out, c.attachmentRef(child)...)
		case "doclink":
			out = append(out, c.doclink(child, f)...)
		case "viewlink", "databaselink":
			out = append(out, c.foreignLink(child, f)...)
		case "urllink":
			out = append(out, c.urllink(child, f)...)
		case "popup":
			out = append(out, c.popup(child, f)...)
		case "computedtext":
			c.counts.computed++
			out = append(out, c.inline(child, f, nil)...)
		case "button", "actionhotspot", "actionbar":
			c.counts.buttons++
			out = append(out, c.inline(child, f, nil)...)
		case "objectref", "embeddedcontrol", "javaapplet", "imagemap", "embeddedview", "embeddedoutline":
			c.counts.objects++
		case "code", "formula", "lotusscript", "javascript", "pardef", "popuptext", "border":
		default:
			out = append(out, c.inline(child, f, after)...)
		}
	}
	return out
}

func (c *converter) run(n *node, f font, after *[]cmark.Block) []cmark.Span {
	f = f.with(n.child("font"))
	if n.get("html") == "true" {
		return c.htmlInline(n.value())
	}
	if f.red && strings.TrimSpace(n.value()) != "" {
		c.counts.red++
	}
	return c.inline(n, f, after)
}

// doclink leads to a document, by default of the same database. The icon
// people clicked has no text: then the description or the target's title is
// shown.
func (c *converter) doclink(n *node, f font) []cmark.Span {
	database := strings.ToUpper(strings.ReplaceAll(n.get("database"), ":", ""))
	if database == "" {
		database = c.doc.Origin.ReplicaID
	}
	key := importer.Key{ReplicaID: database, UNID: strings.ToUpper(n.get("document"))}
	return c.internal(key, n, f)
}

func (c *converter) internal(key importer.Key, n *node, f font) []cmark.Span {
	target, found := importer.LinkTarget{}, false
	if c.pass.Resolve != nil {
		target, found = c.pass.Resolve(key)
	}
	spans := c.linkText(n, f, target.Title)
	link := importer.Link{Target: key.ReplicaID + "/" + key.UNID, Text: cmark.Text(spans), Dead: !found}
	c.doc.Links = append(c.doc.Links, link)
	if !found {
		if c.pass.Resolve != nil {
			c.doc.Review("importer.dead-link", "text", link.Text, "target", link.Target)
		}
		if hexWord.MatchString(key.ReplicaID) && hexWord.MatchString(key.UNID) { // leads there once a later run brings the document
			return linked(spans, "/notes/"+key.ReplicaID+"/"+key.UNID)
		}
		return spans
	}
	return linked(spans, "/a/"+string(target.ID))
}

// linkText is the text of a link, in the order people would expect it.
func (c *converter) linkText(n *node, f font, title string) []cmark.Span {
	spans := c.inline(n, f, nil)
	if !cmark.Blank(spans) {
		return spans
	}
	for _, text := range []string{n.get("description"), title, n.get("href")} {
		if strings.TrimSpace(text) != "" {
			return []cmark.Span{{Text: text, Style: f.style}}
		}
	}
	return []cmark.Span{{Text: "→", Style: f.style}}
}

func linked(spans []cmark.Span, destination string) []cmark.Span {
	for i := range spans {
		if spans[i].Break {
			spans[i] = cmark.Span{Text: " "}
		}
		if spans[i].Image == "" {
			spans[i].Link = destination
		}
	}
	return spans
}

// foreignLink leads to a view or a database. Nothing of the kind exists here,
// so only its text stays.
func (c *converter) foreignLink(n *node, f font) []cmark.Span {
	spans := c.linkText(n, f, "")
	c.doc.Links = append(c.doc.Links, importer.Link{Target: n.get("database") + "/" + n.get("view"), Text: cmark.Text(spans), Dead: true})
	c.doc.Review("importer.view-link", "text", cmark.Text(spans))
	return spans
}

// legacyAddress finds the UNID at the end of addresses of Notes documents:
// notes://server/db.nsf/view/UNID and http://server/db.nsf/view/UNID?OpenDocument.
var legacyAddress = regexp.MustCompile(`(?i)^(?:notes|https?)://[^?#]*/([0-9a-f]{32})(?:[?#].*)?$`)

// hexWord is a replica id or a UNID.
var hexWord = regexp.MustCompile(`^(?:[0-9A-F]{16}|[0-9A-F]{32})$`)

var legacyReplica = regexp.MustCompile(`(?i)/(?:__)?([0-9a-f]{16})(?:\.nsf)?/`)

func (c *converter) urllink(n *node, f font) []cmark.Span {
	return c.address(strings.TrimSpace(n.get("href")), n, f)
}

func (c *converter) address(href string, n *node, f font) []cmark.Span {
	if m := legacyAddress.FindStringSubmatch(href); m != nil && (strings.HasPrefix(strings.ToLower(href), "notes:") || strings.Contains(strings.ToLower(href), ".nsf/")) {
		key := importer.Key{ReplicaID: c.doc.Origin.ReplicaID, UNID: strings.ToUpper(m[1])}
		if r := legacyReplica.FindStringSubmatch(href); r != nil {
			key.ReplicaID = strings.ToUpper(r[1])
		}
		return c.internal(key, n, f)
	}
	spans := c.linkText(n, f, "")
	safe, ok := importer.SafeAddress(href)
	c.doc.Links = append(c.doc.Links, importer.Link{Target: href, Text: cmark.Text(spans), Dead: !ok})
	if !ok {
		c.doc.Review("importer.forbidden-link", "text", cmark.Text(spans))
		return spans
	}
	return linked(spans, safe)
}

// popup shows a text on demand; it becomes a footnote.
func (c *converter) popup(n *node, f font) []cmark.Span {
	spans := c.inline(n, f, nil)
	text := oneLine(n.child("popuptext").value())
	if text == "" {
		return spans
	}
	if len(spans) == 0 {
		return []cmark.Span{{Text: text, Style: f.style}}
	}
	spans[len(spans)-1].Note = text
	return spans
}
