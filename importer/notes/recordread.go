package notes

import "strconv"

// Signatures of CD records (SIG_CD_xxx).
const (
	cdParagraph      = 0x81
	cdPabDefine      = 0x82
	cdPabReference   = 0x83
	cdText           = 0x85
	cdBidiText       = 0xe4
	cdStyleName      = 0xa6
	cdLargeParagraph = 0x68
	cdRule           = 0xc9
	cdHTMLBegin      = 0xcc
	cdHTMLEnd        = 0xcd
	cdBar            = 0xac
	cdButton         = 0xab
	cdLink           = 0x91
	cdLinkExport     = 0x92
	cdHref           = 0xf6
	cdHref2          = 0x71
	cdHotspot        = 0xa9
	cdHotspotEnd     = 0xaa
	cdHotspotV4      = 0xad
	cdHotspotV4End   = 0xae
	cdHotspotV5      = 0x7e
	cdHotspotV5End   = 0x7f
	cdPreTable       = 0xfb
	cdTable          = 0xa3
	cdCell           = 0xa4
	cdTableEnd       = 0xa5
	cdNestedTable    = 0xcf
	cdNestedCell     = 0xd0
	cdNestedTableEnd = 0xd1
	cdTableLabel     = 0xe3
	cdGraphic        = 0x99
	cdImageHeader    = 0x7d
	cdImageSegment   = 0x7c
	cdAltText        = 0xca
	cdHTMLAltText    = 0xf8
	cdCaption        = 0x76
	cdBitmapHeader   = 0x95
	cdOleBegin       = 0xa7
	cdOleEnd         = 0xa8
	cdDdeBegin       = 0xa1
	cdDdeEnd         = 0xa2
)

// read takes the next record.
func (b *recordBuilder) read(r cdRecord) {
	if b.readText(r) || b.readHotspot(r) || b.readTable(r) || b.readPicture(r) {
		return
	}
	switch name := embedded[r.signature]; {
	case name != "":
		b.inline(b.element(name))
	case r.signature == 0x80 && !r.long, r.signature == 0x86 && r.long: // of forms; XML
		b.unknown++
	case !ignorable[r.signature]:
		b.unknown++
	}
}

// readText takes records of paragraphs and their text.
func (b *recordBuilder) readText(r cdRecord) bool {
	switch r.signature {
	case cdParagraph:
		if !b.large {
			b.endParagraph()
		}
	case cdPabDefine:
		b.define(r)
	case cdPabReference:
		if len(r.body) < 2 {
			b.unknown++
		}
		b.use(r)
	case cdStyleName:
		b.styleName(r)
	case cdText, cdBidiText:
		if len(r.body) < 4 {
			b.unknown++
			break
		}
		b.run(r.body[:4], r.body[4:])
	case cdLargeParagraph:
		const flags, begins, ends = 2, 1, 2
		b.large = r.word(flags)&begins != 0 && r.word(flags)&ends == 0
	case cdRule:
		b.inline(b.element("horizrule"))
	case cdHTMLBegin, cdHTMLEnd:
		b.html = r.signature == cdHTMLBegin
	default:
		return false
	}
	return true
}

// readPicture takes records of pictures. GIF, JPEG and PNG come in segments.
func (b *recordBuilder) readPicture(r cdRecord) bool {
	switch r.signature {
	case cdGraphic:
		b.picture, b.image = b.element("picture"), nil
		b.inline(b.picture)
		return true
	case cdAltText, cdHTMLAltText, cdCaption, cdImageHeader, cdImageSegment, cdBitmapHeader:
	default:
		if b.picture == nil {
			return false
		}
		return pictureParts[r.signature]
	}
	if b.picture == nil {
		b.unknown++
		return true
	}
	switch r.signature {
	case cdAltText, cdHTMLAltText:
		const length, text = 0, 4
		b.picture.attr = append(b.picture.attr, pair{"alttext", b.text(r.from(text, r.word(length)))})
	case cdCaption:
		const length, text = 0, 24
		addTo(addTo(b.picture, b.element("caption")), b.element("")).text = b.text(r.from(text, r.word(length)))
	case cdImageHeader:
		b.imageHeader(r)
	case cdImageSegment:
		const length, data = 0, 4
		if b.image != nil {
			_, _ = b.image.Write(r.from(data, r.word(length)))
		}
	}
	return true
}

// pictureParts are further records of a picture: bitmaps and metafiles, which
// nobody outside Notes can show.
var pictureParts = map[byte]bool{
	0x96: true, 0x97: true, 0x98: true, 0x9a: true, 0x9b: true, 0x9c: true, 0x9d: true, 0x9e: true, 0x9f: true, 0xa0: true,
}

// imageHeader begins a picture of a kind browsers know.
func (b *recordBuilder) imageHeader(r cdRecord) {
	name := map[int]string{1: "gif", 2: "jpeg", 4: "png"}[r.word(0)]
	if name == "" || len(b.c.chunk.store.parts) >= maxParts {
		return
	}
	b.image = b.c.chunk.store.add(!b.c.pass.Survey, b.c.source.Limits.Attachment)
	addTo(b.picture, b.element(name, "spool", strconv.Itoa(len(b.c.chunk.store.parts)-1)))
}

// embedded are things that act; what they show is not in the text.
var embedded = map[byte]string{
	0xec: "embeddedoutline", 0xed: "embeddedview", 0xf7: "embeddedcontrol", 0xfd: "embeddedcontrol", 0xff: "embeddedcontrol",
	0x5d: "embeddedcontrol", 0x58: "embeddedcontrol", 0xea: "embeddedcontrol",
}

// ignorable are records of looks, of scripts that are never run, and marks
// around other records. None holds text people read.
var ignorable = map[byte]bool{
	0x51: true, 0x57: true, 0x59: true, 0x5a: true, 0x5b: true, 0x5c: true, 0x5f: true, 0x62: true, 0x63: true, 0x64: true,
	0x65: true, 0x66: true, 0x67: true, 0x69: true, 0x6a: true, 0x6b: true, 0x6e: true, 0x6f: true, 0x70: true, 0x72: true,
	0x73: true, 0x74: true, 0x75: true, 0x77: true, 0x78: true, 0x79: true, 0x7a: true, 0x7b: true, 0x80: true, 0x86: true,
	0x8b: true, 0x8e: true, 0xbb: true, 0xbc: true, 0xbf: true, 0xc1: true, 0xc3: true, 0xc5: true, 0xcb: true, 0xd2: true,
	0xd3: true, 0xdc: true, 0xdd: true, 0xde: true, 0xdf: true, 0xe0: true, 0xe1: true, 0xe2: true, 0xe5: true, 0xe6: true,
	0xe7: true, 0xe8: true, 0xe9: true, 0xeb: true, 0xee: true, 0xf2: true, 0xf4: true, 0xf5: true, 0xf9: true, 0xfc: true,
}
