package notes

import (
	"cmp"
	"regexp"
	"strings"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

// link converts a link of any kind. One that spans paragraphs goes on in
// <region> elements of the same id.
func (c *converter) link(n *node, f font) []cmark.Span {
	var spans []cmark.Span
	switch n.name {
	case "doclink":
		spans = c.doclink(n, f)
	case "urllink":
		spans = c.address(strings.TrimSpace(n.get("href")), n, f)
	default:
		spans = c.foreignLink(n, f)
	}
	if id := n.get("regionid"); id != "" {
		for _, s := range spans {
			if s.Link != "" {
				c.text.regions[id] = s.Link
			}
		}
	}
	return spans
}

// region is a further part of a hotspot.
func (c *converter) region(n *node, f font) []cmark.Span {
	spans := c.inline(n, f, nil)
	if to := c.text.regions[n.get("regionid")]; to != "" {
		return linked(spans, to)
	}
	return spans
}

// doclink leads to a document, by default of the same database. The icon
// people clicked has no text: then the description or the target's title is
// shown.
func (c *converter) doclink(n *node, f font) []cmark.Span {
	database := strings.ToUpper(strings.ReplaceAll(n.get("database"), ":", ""))
	if database == "" {
		database = c.doc.Origin.ReplicaID
	}
	return c.internal(importer.Key{ReplicaID: database, UNID: strings.ToUpper(n.get("document"))}, n, f)
}

func (c *converter) internal(key importer.Key, n *node, f font) []cmark.Span {
	target, found := importer.LinkTarget{}, false
	if c.pass.Resolve != nil {
		target, found = c.pass.Resolve(key)
	}
	spans := c.linkText(n, f, target.Title)
	link := importer.Link{Target: key.ReplicaID + "/" + key.UNID, Text: cmark.Text(spans), Dead: !found}
	if found {
		link.Leads = content.Address(target.ID)
	}
	c.doc.Links = append(c.doc.Links, link)
	if !found {
		if c.pass.Resolve != nil {
			c.review("importer.dead-link", "text", link.Text, "target", link.Target)
		}
		if hexWord.MatchString(key.ReplicaID) && hexWord.MatchString(key.UNID) { // leads there once a later run brings the document
			return linked(spans, importer.LegacyAddress(key))
		}
		return spans
	}
	return linked(spans, link.Leads)
}

// linkText is the text of a link, in the order people would expect it.
func (c *converter) linkText(n *node, f font, title string) []cmark.Span {
	spans := c.inline(n, f, nil)
	if !cmark.Blank(spans) {
		return spans
	}
	for _, text := range []string{n.get("description"), title, n.get("href"), n.get("name")} {
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

// foreignLink leads to a view, a database or a part of its design. Nothing of
// the kind exists here, so only its text stays.
func (c *converter) foreignLink(n *node, f font) []cmark.Span {
	spans := c.linkText(n, f, "")
	c.doc.Links = append(c.doc.Links, importer.Link{Target: n.get("database") + "/" + n.get("view") + n.get("name"), Text: cmark.Text(spans), Dead: true})
	c.review("importer.view-link", "text", cmark.Text(spans))
	return spans
}

// imageMap is a picture with areas that lead somewhere. The links stand behind
// it.
func (c *converter) imageMap(n *node, f font) []cmark.Span {
	var out []cmark.Span
	for _, child := range n.elements() {
		switch child.name {
		case "picture":
			out = append(out, c.picture(child)...)
		case "area":
			for _, target := range child.elements() {
				switch target.name {
				case "doclink", "viewlink", "databaselink", "namedelementlink", "urllink":
					out = append(append(out, cmark.Span{Text: " "}), c.link(target, f)...)
				}
			}
		}
	}
	return out
}

// legacyAddress finds the UNID at the end of addresses of Notes documents:
// notes://server/db.nsf/view/UNID and http://server/db.nsf/view/UNID?OpenDocument.
// A file of another document is found there, too.
var legacyAddress = regexp.MustCompile(`(?i)^(?:notes|https?)://[^?#]*/([0-9a-f]{32})(?:/\$file/[^?#]*)?(?:[?#].*)?$`)

// hexWord is a replica id or a UNID.
var hexWord = regexp.MustCompile(`^(?:[0-9A-F]{16}|[0-9A-F]{32})$`)

var legacyReplica = regexp.MustCompile(`(?i)/(?:__)?([0-9a-f]{16})(?:\.nsf)?/`)

func (c *converter) address(href string, n *node, f font) []cmark.Span {
	if file, ok := c.ownFile(href); ok {
		spans := c.linkText(n, f, file)
		c.doc.Links = append(c.doc.Links, importer.Link{Target: href, Text: cmark.Text(spans), Leads: file})
		return linked(spans, file)
	}
	lower := strings.ToLower(href)
	if strings.HasPrefix(lower, "notes:") || strings.Contains(lower, ".nsf/") {
		if m := legacyAddress.FindStringSubmatch(href); m != nil {
			key := importer.Key{ReplicaID: c.doc.Origin.ReplicaID, UNID: strings.ToUpper(m[1])}
			if r := legacyReplica.FindStringSubmatch(href); r != nil {
				key.ReplicaID = strings.ToUpper(r[1])
			}
			return c.internal(key, n, f)
		}
	}
	spans := c.linkText(n, f, "")
	safe, ok := importer.SafeAddress(href)
	c.doc.Links = append(c.doc.Links, importer.Link{Target: href, Text: cmark.Text(spans), Leads: safe, Dead: !ok})
	if !ok {
		c.review("importer.forbidden-link", "text", cmark.Text(spans), "target", cmp.Or(shorten(href), "–"))
		return spans
	}
	return linked(spans, safe)
}
