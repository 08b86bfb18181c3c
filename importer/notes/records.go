package notes

import (
	"encoding/binary"

	"staffelstab/importer/cmark"
)

// Signatures of the CD records this package reads (low byte). Source: HCL
// domino-c-api-docs, reference/Data/CD*.
const (
	cdParagraph    = 0x81
	cdPabDefine    = 0x82
	cdPabReference = 0x83
	cdText         = 0x85
)

// Flags of a paragraph definition (PABFLAG_xxx, PABFLAG2_xxx).
const (
	pabBullet    = 0x0400
	pabHideIf    = 0x0800
	pabNumbered  = 0x1000
	pabHideNotes = 0x8000
	pab2HideWeb  = 0x0001
)

// records converts rich text in its binary form. Paragraphs, their lists and
// text in its styles are read; whatever else may hold text marks the document
// as incomplete instead of losing it silently.
func (c *converter) records(data []byte) []cmark.Block {
	r := &recordReader{c: c, definitions: map[uint16]pardef{}, flow: &flow{}, current: pardef{margin: bodyMargin}}
	for len(data) > 0 {
		signature, body, size := record(data)
		if size == 0 {
			c.incomplete("importer.records-broken")
			break
		}
		r.read(signature, body)
		if size > len(data) {
			break
		}
		data = data[size:]
	}
	r.end()
	if r.unknown > 0 {
		c.incomplete("importer.records-unknown", "n", r.unknown)
	}
	return r.flow.done()
}

// record splits off the first record. The length stands in the second byte, or
// after it as a word (0xFF) or double word (0x00), and counts the header.
// Records begin at even offsets.
func record(data []byte) (signature byte, body []byte, size int) {
	if len(data) < 2 {
		return 0, nil, len(data)
	}
	header, length := 2, int(data[1])
	switch {
	case data[1] == 0xff && len(data) >= 4:
		header, length = 4, int(binary.LittleEndian.Uint16(data[2:]))
	case data[1] == 0 && len(data) >= 6:
		header, length = 6, int(binary.LittleEndian.Uint32(data[2:]))
	}
	if length < header || length > len(data) {
		return 0, nil, 0
	}
	return data[0], data[header:length], length + length%2
}

type recordReader struct {
	c           *converter
	definitions map[uint16]pardef
	current     pardef
	spans       []cmark.Span
	flow        *flow
	unknown     int
}

func (r *recordReader) read(signature byte, body []byte) {
	switch {
	case signature == cdParagraph:
		r.end()
	case signature == cdPabDefine:
		r.define(body)
	case signature == cdPabReference && len(body) >= 2:
		if d, ok := r.definitions[binary.LittleEndian.Uint16(body)]; ok {
			r.current = d
		}
	case signature == cdText && len(body) >= 4:
		r.text(body[1], body[4:])
	default:
		r.unknown++
	}
}

// define reads a paragraph definition (CDPABDEFINITION): its id, the left
// margin in twips, after twenty tabs two words of flags.
func (r *recordReader) define(body []byte) {
	const leftMargin, flags, flags2 = 10, 58, 64
	if len(body) < leftMargin+2 {
		return
	}
	d := pardef{margin: bodyMargin}
	if twips := binary.LittleEndian.Uint16(body[leftMargin:]); twips > 0 && twips < 31680 {
		d.margin = float64(twips) / 1440
	}
	if len(body) >= flags+2 {
		f := binary.LittleEndian.Uint16(body[flags:])
		switch {
		case f&pabBullet != 0:
			d.list = "bullet"
		case f&pabNumbered != 0:
			d.list = "number"
		}
		d.hidden = f&(pabHideIf|pabHideNotes) != 0
	}
	if len(body) >= flags2+2 && binary.LittleEndian.Uint16(body[flags2:])&pab2HideWeb != 0 {
		d.hidden = true
	}
	r.definitions[binary.LittleEndian.Uint16(body)] = d
}

// text adds text in LMBCS. A zero byte is a line break.
func (r *recordReader) text(attributes byte, data []byte) {
	var style cmark.Style
	for bit, s := range map[byte]cmark.Style{1: cmark.Bold, 2: cmark.Italic, 8: cmark.Strike, 16: cmark.Superscript, 32: cmark.Subscript} {
		if attributes&bit != 0 {
			style |= s
		}
	}
	text, ok := decodeLMBCS(data)
	if !ok {
		r.c.doc.Review("importer.lmbcs-unknown")
	}
	for i, line := range splitLines(text) {
		if i > 0 {
			r.spans = append(r.spans, cmark.Span{Break: true})
		}
		if line != "" {
			r.spans = append(r.spans, cmark.Span{Text: line, Style: style})
		}
	}
	if !r.current.hidden {
		r.c.see(text)
	}
}

// end closes the paragraph being read.
func (r *recordReader) end() {
	spans, def := r.spans, r.current
	r.spans = nil
	switch {
	case cmark.Blank(spans):
	case def.hidden:
		r.c.doc.Review("importer.hidden-paragraph", "text", shorten(cmark.Text(spans)))
	case def.list != "":
		r.flow.item(def, spans)
	default:
		r.flow.paragraph(def, spans)
	}
}
