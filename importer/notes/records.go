package notes

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// Binary rich text is a stream of CD records. Source of their layouts: HCL
// domino-c-api-docs, reference/Data/CD*.

// cdRecord is one record: its signature, the way its length is written, and
// what stands behind its header.
type cdRecord struct {
	signature byte
	long      bool // length as a word or double word
	body      []byte
}

// maxRecord bounds one record. Pictures come in segments of ten kilobytes.
const maxRecord = 4 << 20

var errBadRecord = errors.New("broken CD record")

// readRecord reads the next record. The length stands in the second byte, or
// after it as a word (0xFF) or double word (0x00), and counts the header.
// Records begin at even offsets.
func readRecord(r *bufio.Reader) (cdRecord, error) {
	var head [6]byte
	if _, err := io.ReadFull(r, head[:2]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) { // the byte that makes an item even
			err = io.EOF
		}
		return cdRecord{}, err
	}
	header, length := 2, int64(head[1])
	switch head[1] {
	case 0xff:
		header = 4
	case 0:
		header = 6
	}
	if _, err := io.ReadFull(r, head[2:header]); err != nil {
		return cdRecord{}, errBadRecord
	}
	switch header {
	case 4:
		length = int64(binary.LittleEndian.Uint16(head[2:]))
	case 6:
		length = int64(binary.LittleEndian.Uint32(head[2:]))
	}
	if length < int64(header) || length > maxRecord {
		return cdRecord{}, errBadRecord
	}
	body := make([]byte, length-int64(header))
	if _, err := io.ReadFull(r, body); err != nil {
		return cdRecord{}, errBadRecord
	}
	if length%2 == 1 {
		_, _ = r.Discard(1)
	}
	return cdRecord{signature: head[0], long: header > 2, body: body}, nil
}

// word and long return numbers of a body, 0 beyond its end.
func (r cdRecord) word(at int) int {
	if at+2 > len(r.body) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(r.body[at:]))
}

func (r cdRecord) double(at int) uint32 {
	if at+4 > len(r.body) {
		return 0
	}
	return binary.LittleEndian.Uint32(r.body[at:])
}

// from returns the body from an offset, up to length bytes.
func (r cdRecord) from(at, length int) []byte {
	if at > len(r.body) {
		return nil
	}
	return r.body[at:min(len(r.body), at+max(length, 0))]
}

// binaryText turns binary rich text into the elements exports write for it, so
// that both are converted alike. The parts of a split item are one stream.
func (c *converter) binaryText() {
	for n := 0; n < len(c.items); n++ {
		if !c.isComposite(n) {
			continue
		}
		parts := []io.Reader{c.rawReader(c.items[n])}
		first := n
		for n+1 < len(c.items) && c.items[n+1].name == c.items[first].name && c.isComposite(n+1) {
			n++
			parts = append(parts, c.rawReader(c.items[n]))
			c.items[n].body = nil
		}
		var known []io.Reader
		for _, p := range parts {
			if p != nil {
				known = append(known, p)
			}
		}
		body := c.records(io.MultiReader(known...))
		c.items[first].body = body
		c.items[first].node.children = []*node{body}
	}
}

// isComposite reports whether an item is binary rich text people saw.
func (c *converter) isComposite(n int) bool {
	i := c.items[n]
	return i.rawKind() == rawComposite && !i.sealed() && !strings.HasPrefix(i.name, "$")
}

// records reads a stream of records. Whatever may hold text and is not
// understood marks the document as incomplete instead of losing it silently.
func (c *converter) records(data io.Reader) *node {
	b := newRecordBuilder(c)
	in := bufio.NewReaderSize(data, 16<<10)
	for {
		r, err := readRecord(in)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.incomplete("importer.records-broken")
			break
		}
		b.read(r)
		if b.nodes > c.source.Limits.nodes() || len(b.open) > c.source.Limits.Depth || len(b.spots) > c.source.Limits.Depth {
			c.incomplete("importer.body-too-large")
			break
		}
	}
	root := b.finish()
	if b.unknown > 0 {
		c.incomplete("importer.records-unknown", "n", b.unknown)
	}
	return root
}
