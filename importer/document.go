package importer

import (
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/importer/cmark"
)

// Document is one document of a source, converted but not yet published. It
// holds temporary files; whoever takes it from a source closes it.
type Document struct {
	Origin     Origin
	Title      string
	Kind       content.Kind
	Blocks     []cmark.Block // the text
	Topics     []string
	Department string
	ValidFrom  content.Date
	DevKind    string // Arbeitshilfe or Rahmenbedingung
	Created    time.Time
	Revised    time.Time // when people last changed it: the author date
	Author     string    // canonical name; never goes to Git
	Parent     string    // UNID of the document this one answers
	Append     bool      // an answer that belongs under its parent
	Apart      bool      // an answer that somebody said stands on its own, whoever may read its parent
	Conflict   bool      // replication conflict
	Readers    []string  // who alone may read it; empty means everybody
	Incomplete bool      // sealed, truncated or not decodable: must not be published
	Skip       *Note     // why this is nothing to import, or nil
	// Fields are the plain fields of the source by name, each value on a line of
	// its own, for those who know more about them. They may name people and go
	// nowhere by themselves.
	Fields map[string]string
	// Used are the names of those the source itself made something of.
	Used []string
	// Unplaced are the names of those whose content is not part of the article.
	Unplaced []string
	// Judge reads what people saw for a proposal whether a standard binds; nil where
	// nobody can tell. The run asks it once the text is whole and keeps the answer in
	// Binding.
	Judge   func(text string) Binding
	Binding *Binding

	Attachments []Attachment
	Links       []Link
	// Visible is the text people saw in the source, counted apart from the
	// conversion. It is what the conversion has to keep.
	Visible string
	// AttachmentsIn counts the files of the source, including those that could
	// not be kept.
	AttachmentsIn int
	Notes         []Note

	// ID is set by sources whose documents already have one; else it comes from
	// the origin.
	ID content.ID
	// Markdown and Path are set instead of Blocks by sources that already hold
	// Markdown: the file as it has to be written, and where.
	Markdown []byte
	Path     string
	// Renamed writes Markdown and Links anew for files that got other names, by their
	// old ones. A picture among them is linked to instead of shown.
	Renamed func(d *Document, names map[string]string)

	closers []func() error
}

// Origin is where a document comes from.
type Origin struct {
	File      string // name of the file it was read from, without folder
	Database  string // title of the database
	ReplicaID string // 16 hexadecimal digits, upper-case
	UNID      string // 32 hexadecimal digits, upper-case
	Form      string
	Sequence  int
	Line      int // in File, 0 when unknown
}

// trailers tell of the document what would change the text with every save in the
// old system, though it says the same.
func (o Origin) trailers(created time.Time) []content.Trailer {
	var out []content.Trailer
	if o.Sequence > 0 {
		out = append(out, content.Trailer{Key: content.TrailerSequence, Value: strconv.Itoa(o.Sequence)})
	}
	if !created.IsZero() {
		out = append(out, content.Trailer{Key: content.TrailerCreated, Value: created.UTC().Format(time.RFC3339)})
	}
	return out
}

// Key names the document across runs and copies of its database.
func (o Origin) Key() Key { return Key{o.ReplicaID, o.UNID} }

// Genuine reports whether the UNID is one Notes gave. Sources without UNIDs
// make their own and put a word in the place of the replica id.
func (o Origin) Genuine() bool {
	_, err := hex.DecodeString(o.ReplicaID)
	return err == nil && o.UNID != ""
}

// Key is a replica id with a UNID; UNIDs alone recur across databases.
type Key struct {
	ReplicaID string `json:"replica_id"`
	UNID      string `json:"unid"`
}

// Attachment is a file that belongs to a document.
type Attachment struct {
	Name   string // safe file name, unique within the document
	Shown  string // name people saw
	Size   int64
	SHA256 string // hexadecimal
	Open   func() (io.ReadCloser, error)
}

// Link is a reference of the source text.
type Link struct {
	Target string // as written in the source
	Text   string
	Leads  string // where it leads after the import, as it is written into the text
	Dead   bool   // leads nowhere after the import
}

// Note is something a person should see. Key names a sentence of the
// catalogue.
type Note struct {
	Key  string
	Args map[string]any
	// Review marks what somebody has to look at before trusting the text; other
	// notes only inform.
	Review bool
}

// Inform adds a note that needs nobody's eyes. Pairs are placeholder names
// and values.
func (d *Document) Inform(key string, pairs ...any) { d.note(false, key, pairs) }

// Review adds a note that somebody has to look at.
func (d *Document) Review(key string, pairs ...any) { d.note(true, key, pairs) }

func (d *Document) note(review bool, key string, pairs []any) {
	d.Notes = append(d.Notes, NewNote(review, key, pairs...))
}

// Forget takes back what was noted under a key and no longer holds.
func (d *Document) Forget(key string) {
	d.Notes = slices.DeleteFunc(d.Notes, func(n Note) bool { return n.Key == key })
}

// Noted reports whether something was noted under a key.
func (d *Document) Noted(key string) bool {
	return slices.ContainsFunc(d.Notes, func(n Note) bool { return n.Key == key })
}

// Values returns the values of a field, whose name is known without regard to
// case, as Notes does.
func (d *Document) Values(field string) []string {
	var out []string
	for line := range strings.SplitSeq(d.field(field), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// field is a field as it stands, its lines and blank lines included. Of several
// whose names differ only in capitals the one spelled so counts, else the first in
// order.
func (d *Document) field(name string) string {
	if value, ok := d.Fields[name]; ok || name == "" {
		return value
	}
	found := ""
	for key := range d.Fields {
		if strings.EqualFold(key, name) && (found == "" || key < found) {
			found = key
		}
	}
	return d.Fields[found]
}

// NewNote makes a note of placeholder names and values.
func NewNote(review bool, key string, pairs ...any) Note {
	n := Note{Key: key, Review: review}
	for i := 0; i+1 < len(pairs); i += 2 {
		if n.Args == nil {
			n.Args = map[string]any{}
		}
		n.Args[pairs[i].(string)] = pairs[i+1]
	}
	return n
}

// OnClose registers what has to be undone once nobody needs the document.
func (d *Document) OnClose(f func() error) { d.closers = append(d.closers, f) }

// Close removes the temporary files of the document.
func (d *Document) Close() error {
	var first error
	for _, f := range d.closers {
		if err := f(); err != nil && first == nil {
			first = err
		}
	}
	d.closers = nil
	return first
}
