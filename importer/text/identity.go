package text

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"staffelstab/importer"
)

// replica stands in the place of a replica id, which structured text does not
// have. It keeps these documents apart from those of every database.
const replica = "STRUKTURIERTTEXT"

// identify makes the identity of a document out of what does not change while
// people work on it: form, title and when it was created. It looks like a UNID
// so that it can stand wherever one does.
func identify(form, title string, created time.Time) string {
	parts := []string{strings.ToLower(importer.OneLine(form)), strings.ToLower(importer.OneLine(title))}
	if !created.IsZero() {
		parts = append(parts, created.UTC().Format(time.RFC3339))
	}
	return digest(parts...)
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return strings.ToUpper(hex.EncodeToString(sum[:16]))
}

// contentOf names what a document says.
func contentOf(d *importer.Document) string { return digest(d.Title, d.Visible, d.Author) }

// identities finds documents that claim the identity of another one.
type identities map[string]*claim

// claim is who claims an identity at the time the newest of them was revised.
type claim struct {
	revised time.Time
	content string
	several bool // they say different things
}

func (i identities) see(d *importer.Document) {
	content := contentOf(d)
	c := i[d.Origin.UNID]
	switch {
	case c == nil || d.Revised.After(c.revised):
		i[d.Origin.UNID] = &claim{revised: d.Revised, content: content}
	case d.Revised.Equal(c.revised) && content != c.content:
		c.several = true
	}
}

// settle gives each of several documents that claim one identity at one time an
// identity of its own, made of what it says, and tells. So none of them takes
// the place of another, in whatever order they stand. Where the times differ,
// they are states of one document, and the newest counts.
func (i identities) settle(d *importer.Document) {
	c := i[d.Origin.UNID]
	if c == nil || !c.several {
		return
	}
	d.Origin.UNID = digest(d.Origin.UNID, contentOf(d))
	d.Review("importer.identity-shared", "title", d.Title)
}
