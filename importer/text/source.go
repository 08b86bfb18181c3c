// Package text reads exports of Lotus Notes in the form "Structured Text".
//
// Such a file holds lines of "Field:  Value" for each document and a form feed
// between two of them. That is all: no UNID, no attachments, no formats, no word
// about its encoding. See README.md for how fields are told from text and where
// the identity of a document comes from.
//
// Terms: a record is one document of the file; its head is what stands above
// its text.
package text

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/charset"
	"staffelstab/internal/fault"
)

// maxRecord bounds a document, in bytes.
const maxRecord = 32 << 20

// Source reads files of structured text.
type Source struct {
	files []encoded
	place *time.Location
	limit int
}

// encoded is a file and what it is written in.
type encoded struct {
	name    string
	charset charset.Charset
}

// New returns a source over the files, in the given order. Times are read as of
// place.
func New(place *time.Location, files ...string) (*Source, error) {
	s := &Source{place: place, limit: maxRecord}
	for _, name := range files {
		c, err := detect(name)
		if err != nil {
			return nil, err
		}
		s.files = append(s.files, encoded{name, c})
	}
	return s, nil
}

// detect finds the encoding of a file.
func detect(name string) (charset.Charset, error) {
	unreadable := func(err error) error {
		return fault.New(fault.Invalid, "importer.unreadable-file", "file", filepath.Base(name)).At(name, 0).Because(err)
	}
	f, err := os.Open(name)
	if err != nil {
		return "", unreadable(err)
	}
	defer f.Close()
	c, err := charset.Detect(f)
	if err != nil {
		return "", unreadable(err)
	}
	return c, nil
}

// Name implements importer.Source.
func (s *Source) Name() string { return "text" }

// Documents implements importer.Source. It reads the files twice: documents
// that share an identity have to be known before the first of them is handed
// out.
func (s *Source) Documents(ctx context.Context, _ importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		shared := identities{}
		for d, err := range s.read(ctx) {
			if err == nil {
				shared.see(d)
			}
		}
		for d, err := range s.read(ctx) {
			if err == nil {
				shared.settle(d)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// read yields the documents of all files with the identity each claims.
func (s *Source) read(ctx context.Context) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for _, file := range s.files {
			if !s.file(ctx, file, yield) {
				return
			}
		}
	}
}

// file yields the documents of one file and reports whether to go on.
func (s *Source) file(ctx context.Context, file encoded, yield func(*importer.Document, error) bool) bool {
	f, err := os.Open(file.name)
	if err != nil {
		return yield(nil, fault.New(fault.Invalid, "importer.unreadable-file", "file", filepath.Base(file.name)).Because(err)) && false
	}
	defer f.Close()
	return s.stream(ctx, filepath.Base(file.name), file.charset.Reader(f), yield)
}

// stream yields the documents of one text.
func (s *Source) stream(ctx context.Context, file string, r io.Reader, yield func(*importer.Document, error) bool) bool {
	records := newReader(r, s.limit)
	found := false
	for {
		if err := ctx.Err(); err != nil {
			return yield(nil, err) && false
		}
		rec, err := records.next()
		switch {
		case errors.Is(err, io.EOF):
			if !found {
				return yield(nil, broken(file, 1, "importer.not-structured-text", io.ErrUnexpectedEOF))
			}
			return true
		case err != nil:
			return yield(nil, fault.New(fault.Invalid, "importer.unreadable-file", "file", file).Because(err)) && false
		case rec.tooLarge:
			found = true
			if !yield(nil, broken(file, rec.line, "importer.document-too-large", errTooLarge)) {
				return false
			}
		case len(rec.fields) == 0:
			found = true
			if !yield(nil, broken(file, rec.line, "importer.record-without-fields", errNoFields)) {
				return false
			}
		default:
			found = true
			if !yield(s.document(file, rec), nil) {
				return false
			}
		}
	}
}

var (
	errTooLarge = errors.New("record larger than the limit")
	errNoFields = errors.New("record without fields")
)

func broken(file string, line int, key string, err error) *importer.SourceError {
	return &importer.SourceError{Origin: importer.Origin{File: file, Line: line}, Err: err,
		Note: importer.NewNote(true, key, "line", line, "file", file)}
}
