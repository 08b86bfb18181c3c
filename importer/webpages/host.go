package webpages

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

// host answers for the links and pictures of one page.
type host struct {
	site *site
	page page
	doc  *importer.Document
	pass importer.Pass
	base *url.URL // what the page says its links start from, or nil

	names       importer.Names
	files       map[string]string // what was attached → its name, "" when it was refused
	lost        map[string]bool   // addresses of files that are missing
	undescribed int               // pictures without words
}

func newHost(s *site, p page, d *importer.Document, pass importer.Pass, base string) *host {
	h := &host{site: s, page: p, doc: d, pass: pass, files: map[string]string{}, lost: map[string]bool{}}
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		h.base = u
	}
	return h
}

// Link implements htmlblocks.Host.
func (h *host) Link(href string, text []cmark.Span) []cmark.Span {
	u, err := url.Parse(href)
	switch {
	case strings.HasPrefix(href, "#"), err == nil && *u == url.URL{Fragment: u.Fragment, RawFragment: u.RawFragment}:
		return text // to another place of the same page
	case err != nil:
		return h.dead(href, text, "importer.forbidden-link")
	}
	switch strings.ToLower(u.Scheme) {
	case "", "http", "https", "notes", "file":
		return h.address(href, u, text)
	}
	return h.outside(href, text)
}

// address follows an address as far as the folder goes.
func (h *host) address(href string, u *url.URL, text []cmark.Span) []cmark.Span {
	if name, ok := h.localFile(u); ok {
		return h.fileLink(href, name, text)
	}
	whole := u
	if h.base != nil && !u.IsAbs() {
		whole = h.base.ResolveReference(u)
	}
	if m := filePart.FindStringSubmatch(whole.Path); m != nil {
		return h.missing(href, unidOf(whole.Path), readable(path.Base(fileName(m[1]))), text)
	}
	if keys := h.documents(u, whole); len(keys) > 0 {
		return h.document(href, keys, text)
	}
	switch {
	case u.Scheme == "" && isView(href), strings.Contains(strings.ToLower(whole.Path), ".nsf") && isView(href):
		return h.dead(href, text, "importer.view-link")
	case u.Scheme == "http" || u.Scheme == "https" || strings.HasPrefix(strings.ToLower(href), "www."):
		return h.outside(href, text)
	case u.Scheme != "":
		return h.dead(href, text, "importer.forbidden-link")
	}
	return h.dead(href, text, "importer.dead-link")
}

// documents returns the keys a link may mean, the likeliest first.
func (h *host) documents(u, whole *url.URL) []importer.Key {
	for _, candidate := range h.candidates(u) {
		if key, ok := h.site.keys[candidate]; ok {
			return []importer.Key{key}
		}
	}
	unid := unidOf(whole.Path)
	if unid == "" || isView("?"+whole.RawQuery) || whole.IsAbs() && whole.Scheme != "notes" && whole.Scheme != "file" && !strings.Contains(strings.ToLower(whole.Path), ".nsf") {
		return nil
	}
	var keys []importer.Key
	for _, replica := range []string{replicaOf(whole.Path), h.page.key.ReplicaID, ""} {
		if key := (importer.Key{ReplicaID: replica, UNID: unid}); replica != pathReplica && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// document leads to the article a saved page or a UNID became.
func (h *host) document(href string, keys []importer.Key, text []cmark.Span) []cmark.Span {
	if h.pass.Resolve != nil {
		for _, key := range keys {
			if target, ok := h.pass.Resolve(key); ok {
				text = named(text, target.Title)
				leads := content.Address(target.ID)
				h.doc.Links = append(h.doc.Links, importer.Link{Target: nameOf(key, href), Text: cmark.Text(text), Leads: leads})
				return linked(text, leads)
			}
		}
		for _, key := range keys {
			if isGenuine(key) { // leads there once a later run brings the document
				text = named(text, href)
				h.doc.Links = append(h.doc.Links, importer.Link{Target: key.String(), Text: cmark.Text(text), Dead: true})
				h.doc.Review("importer.dead-link", "text", cmark.Text(text), "target", href)
				return linked(text, importer.LegacyAddress(key))
			}
		}
	}
	return h.dead(href, text, "importer.dead-link")
}

// isGenuine reports whether a key is one Notes gave.
func isGenuine(key importer.Key) bool {
	return key.ReplicaID != "" && importer.Origin{ReplicaID: key.ReplicaID, UNID: key.UNID}.Genuine()
}

// nameOf names what a link leads to: as Notes does, else as the page wrote it.
func nameOf(key importer.Key, href string) string {
	if isGenuine(key) {
		return key.String()
	}
	return href
}

// outside leads to another server, if that is allowed.
func (h *host) outside(href string, text []cmark.Span) []cmark.Span {
	safe, ok := importer.SafeAddress(href)
	if !ok {
		return h.dead(href, text, "importer.forbidden-link")
	}
	text = named(text, href)
	h.doc.Links = append(h.doc.Links, importer.Link{Target: href, Text: cmark.Text(text), Leads: safe})
	return linked(text, safe)
}

// dead keeps the text of a link that leads nowhere. In a survey nothing can be
// resolved yet, so nothing is told.
func (h *host) dead(href string, text []cmark.Span, key string) []cmark.Span {
	h.doc.Links = append(h.doc.Links, importer.Link{Target: href, Text: cmark.Text(text), Dead: true})
	if h.pass.Resolve != nil || key != "importer.dead-link" {
		h.doc.Review(key, "text", cmark.Text(text), "target", href)
	}
	return text
}

func (h *host) fileLink(href, name string, text []cmark.Span) []cmark.Span {
	attachment := h.attach(name)
	if attachment == "" {
		h.doc.Links = append(h.doc.Links, importer.Link{Target: href, Text: cmark.Text(text), Dead: true})
		return named(text, path.Base(name))
	}
	text = named(text, attachment)
	h.doc.Links = append(h.doc.Links, importer.Link{Target: href, Text: cmark.Text(text), Leads: attachment})
	return linked(text, attachment)
}

// missing tells of an attachment that was not saved, once.
func (h *host) missing(href, unid, name string, text []cmark.Span) []cmark.Span {
	if id := cmp.Or(unid, h.page.key.UNID) + "/" + spelled(name); !h.lost[id] {
		h.lost[id] = true
		h.doc.AttachmentsIn++
		h.doc.Review("importer.attachment-missing", "name", name)
	}
	h.doc.Links = append(h.doc.Links, importer.Link{Target: href, Text: cmark.Text(text), Dead: true})
	return named(text, name)
}

// named gives a link without words some.
func named(text []cmark.Span, name string) []cmark.Span {
	if !cmark.Blank(text) || strings.TrimSpace(name) == "" {
		return text
	}
	return []cmark.Span{{Text: name}}
}

func linked(spans []cmark.Span, destination string) []cmark.Span {
	for i := range spans {
		if spans[i].Break {
			spans[i] = cmark.Span{Text: " "}
		}
		spans[i].Link = destination
	}
	return spans
}
