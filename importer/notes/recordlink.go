package notes

import "strings"

// Kinds of hotspots (HOTSPOTREC_TYPE_xxx) and their flags.
const (
	spotPopup     = 1
	spotRegion    = 2
	spotButton    = 3
	spotFile      = 4
	spotOldPart   = 7
	spotLink      = 11
	spotSection   = 12
	spotOwned     = 13 // a section with rights of its own
	spotMouseOver = 22
	spotResource  = 32

	spotFormula  = 0x10
	spotIgnore   = 0x40
	spotAddress  = 0x1000
	spotComputed = 0x40000
)

// readHotspot takes records of links, buttons, sections and files.
func (b *recordBuilder) readHotspot(r cdRecord) bool {
	switch r.signature {
	case cdHotspot, cdHotspotV4, cdHotspotV5:
		b.hotspot(r)
	case cdHotspotEnd, cdHotspotV4End, cdHotspotV5End, cdOleEnd, cdDdeEnd:
		b.end()
	case cdOleBegin, cdDdeBegin:
		b.begin(b.element("objectref"), false)
	case cdBar:
		b.bar(r)
	case cdButton:
		const font, text = 8, 12
		if len(r.body) > text {
			b.run(r.body[font:text], r.body[text:])
		}
	case cdLink:
		if len(r.body) < 2 {
			b.unknown++
			break
		}
		b.link(b.listed(r.word(0)), r.body[2:])
	case cdLinkExport:
		if len(r.body) < noteLinkSize {
			b.unknown++
			break
		}
		b.link(readNoteLink(r.body), r.body[noteLinkSize:])
	case cdHref, cdHref2:
		b.resource(r)
	default:
		return false
	}
	return true
}

// hotspot opens a region (CDHOTSPOTBEGIN): its type, flags, the length of its
// data and these.
func (b *recordBuilder) hotspot(r cdRecord) {
	const kind, flags, length, data = 0, 2, 6, 8
	f := r.double(flags)
	value := r.from(data, r.word(length))
	switch r.word(kind) {
	case spotSection, spotOwned:
		b.begin(b.element("section"), true)
		return
	case spotPopup, spotMouseOver:
		b.begin(b.popup(f, value), false)
		return
	case spotFile:
		name, rest := untilZero(value)
		shown, _ := untilZero(rest)
		b.begin(b.element("attachmentref", "name", b.text(name), "displayname", b.text(shown)), false)
		return
	case spotLink, spotResource:
		b.begin(b.hotlink(f, value), false)
		return
	}
	element := ""
	switch kind := r.word(kind); {
	case f&spotComputed != 0:
		element = "computedtext"
	case f&spotIgnore != 0 || kind == spotOldPart:
	case kind == spotButton:
		element = "button"
	case kind == spotRegion:
		element = "actionhotspot"
	default:
		element = "objectref"
	}
	if element == "" {
		b.begin(nil, false)
		return
	}
	b.begin(b.element(element), false)
}

func (b *recordBuilder) popup(flags uint32, value []byte) *node {
	n := b.element("popup")
	if flags&spotFormula != 0 {
		addTo(n, b.element("code"))
		return n
	}
	addTo(addTo(n, b.element("popuptext")), b.element("")).text = b.text(value)
	return n
}

// hotlink is a link that covers text. Where it leads stands here for addresses
// and in a record behind for documents.
func (b *recordBuilder) hotlink(flags uint32, value []byte) *node {
	switch {
	case flags&spotComputed != 0:
		return b.element("computedtext")
	case flags&spotAddress != 0:
		return b.element("urllink", "href", strings.Trim(b.text(value), "\n "))
	}
	return b.element(undecided)
}

// undecided is the name of a link until the record with its target comes.
const undecided = "hotlink"

func (b *recordBuilder) listed(n int) noteLink {
	if n < len(b.links) {
		return b.links[n]
	}
	return noteLink{}
}

// link reads where a link leads and its texts: a comment, the server, an
// anchor, each ended by a zero byte.
func (b *recordBuilder) link(to noteLink, texts []byte) {
	comment, _ := untilZero(texts)
	n := b.element("doclink", "database", to.database, "document", to.document, "description", b.text(comment))
	const none = "00000000000000000000000000000000"
	if to.document == none {
		n = b.element("viewlink", "database", to.database, "view", to.view, "description", b.text(comment))
		if to.view == none {
			n.name = "databaselink"
		}
	}
	b.settle(n)
}

// settle gives the innermost undecided link its target; without one the link
// is an icon.
func (b *recordBuilder) settle(n *node) {
	if last := len(b.spots) - 1; last >= 0 && b.spots[last].element != nil && b.spots[last].element.name == undecided {
		b.spots[last].element.name, b.spots[last].element.attr = n.name, n.attr
		return
	}
	b.inline(n)
}

// resource reads where a link of newer kind leads (CDRESOURCE).
func (b *recordBuilder) resource(r cdRecord) {
	const flags, kind, length, server, file, head = 0, 4, 8, 10, 12, 22
	const address, document, element, inline = 1, 2, 3, 2
	at := head + r.word(server) + r.word(file)
	switch {
	case b.picture != nil && r.word(kind) == element: // of the design, not of this document
		addTo(b.picture, b.element("imageref", "name", b.text(r.from(at+8, r.word(length)))))
	case r.word(kind) == address:
		b.settle(b.element("urllink", "href", strings.Trim(b.text(r.from(at, r.word(length))), "\n ")))
	case r.word(kind) == document && r.double(flags)&inline != 0 && len(r.body) >= at+noteLinkSize:
		b.link(readNoteLink(r.body[at:]), nil)
	case r.word(kind) == document && r.double(flags)&inline == 0 && len(r.body) >= at+2:
		b.link(b.listed(r.word(at)), nil)
	case r.word(kind) == element:
		b.settle(b.element("namedelementlink", "name", b.text(r.from(at+8, r.word(length)))))
	default:
		b.unknown++
	}
}

// bar reads the title of a section (CDBAR). It belongs to the section around,
// or to the next one where that has a title already.
func (b *recordBuilder) bar(r cdRecord) {
	const flags, text, hasColor, isFormula = 0, 8, 0x4000000, 0x2000
	at := text
	if r.double(flags)&hasColor != 0 {
		at += 2
	}
	title := b.element("sectiontitle")
	if r.double(flags)&isFormula != 0 {
		addTo(title, b.element("code"))
	} else if at <= len(r.body) {
		data, _ := untilZero(r.body[at:])
		addTo(addTo(title, b.element("text")), b.element("")).text = b.text(data)
	}
	if n := b.top(); n.name == "section" && len(n.children) == 0 {
		addTo(n, title)
		return
	}
	b.title = append(b.title, title)
}
