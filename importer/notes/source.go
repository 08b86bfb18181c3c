// Package notes reads exports of Lotus Notes databases in DXL, the XML of
// Domino.
//
// A DXL file is hostile to an ordinary XML parser: it may be UTF-16 or
// windows-1252, hold control characters and HTML entities, name a DTD that
// exists nowhere and carry an attachment of hundreds of megabytes as one text.
// The scanner cuts it into documents and makes each one digestible; reader and
// converter see one small, clean XML tree at a time. See README.md for what is
// converted and what is not.
//
// Terms: a UNID names a document, a replica id its database; an item is a
// field; rich text is the formatted text of an item, CD records are its binary
// form. Formulas, buttons and scripts are never run.
package notes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"staffelstab/importer"
	"staffelstab/internal/fault"
)

// Source reads DXL files.
type Source struct {
	Files  []string
	Limits Limits
	Place  *time.Location // zone of times without one

	open func(name string) (io.ReadCloser, error)
}

func openFile(name string) (io.ReadCloser, error) { return os.Open(name) }

// New returns a source over the files, in the given order. Files that cannot be
// opened are reported at once.
func New(place *time.Location, files ...string) (*Source, error) {
	for _, name := range files {
		f, err := os.Open(name)
		if err == nil {
			var first [2]byte
			_, _ = io.ReadFull(f, first[:])
			err = f.Close()
			if first == [2]byte{0x1a, 0} {
				return nil, fault.New(fault.Invalid, "importer.is-nsf", "file", filepath.Base(name)).At(name, 0)
			}
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "importer.unreadable-file", "file", filepath.Base(name)).At(name, 0).Because(err)
		}
	}
	return &Source{Files: files, Limits: DefaultLimits(), Place: place, open: openFile}, nil
}

// Name implements importer.Source.
func (s *Source) Name() string { return "notes" }

// Documents implements importer.Source.
func (s *Source) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	return ahead(func(yield func(*importer.Document, error) bool) {
		for _, name := range s.Files {
			f, err := s.open(name)
			if err != nil {
				yield(nil, fault.New(fault.Invalid, "importer.unreadable-file", "file", filepath.Base(name)).Because(err))
				return
			}
			more := s.read(ctx, filepath.Base(name), f, pass, yield)
			_ = f.Close()
			if !more {
				return
			}
		}
	})
}

// read yields the documents of one stream and reports whether to go on.
func (s *Source) read(ctx context.Context, file string, r io.Reader, pass importer.Pass, yield func(*importer.Document, error) bool) bool {
	scan := newScanner(r, s.Limits, pass.Survey, pass.SpoolDir)
	found, brokeOff := false, false
	for {
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return false
		}
		c, err := scan.next()
		if errors.Is(err, io.EOF) {
			if key := scan.verdict(found, brokeOff); key != "" {
				return yield(nil, s.broken(file, &chunk{line: scan.line, offset: scan.offset}, nil, key, io.ErrUnexpectedEOF))
			}
			return true
		}
		if err != nil {
			if c != nil {
				c.release()
			}
			yield(nil, err)
			return false
		}
		found, brokeOff = true, errors.Is(c.err, errUnclosed)
		doc, problem := s.document(file, scan.database, c, pass)
		if problem != nil {
			c.release()
			if !yield(nil, problem) {
				return false
			}
			continue
		}
		if doc == nil { // a form, a view, an agent
			c.release()
			continue
		}
		if !yield(doc, nil) {
			return false
		}
	}
}

// verdict says what is wrong with a file as a whole at its end, or "". One that
// was cut between two documents looks whole but for the end of its root.
func (s *scanner) verdict(found, brokeOff bool) string {
	switch {
	case s.database == nil && !found:
		return "importer.not-dxl"
	case s.database != nil && !s.closed && !brokeOff:
		return "importer.file-cut-off"
	}
	return ""
}

func (s *Source) broken(file string, c *chunk, root *node, key string, err error) *importer.SourceError {
	origin := importer.Origin{File: file, Line: c.line}
	title := ""
	if root != nil {
		origin.UNID = strings.Clone(unid(root.child("noteinfo")))
		origin.Form = strings.Clone(root.get("form"))
		title = strings.Clone(firstText(items(root), titleItems...))
	}
	return &importer.SourceError{Origin: origin, Title: title, Offset: c.offset, Err: err,
		Note: importer.NewNote(true, key, "line", c.line, "file", file)}
}

// document converts a chunk. Both results are nil for elements that are not
// documents. Whatever a document brings about costs only itself.
func (s *Source) document(file string, database map[string]string, c *chunk, pass importer.Pass) (doc *importer.Document, problem *importer.SourceError) {
	defer func() {
		if cause := recover(); cause != nil {
			doc, problem = nil, s.broken(file, c, nil, "importer.document-broken", fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
		}
	}()
	switch {
	case errors.Is(c.err, errTooLarge), errors.Is(c.err, errTooMany):
		return nil, s.broken(file, c, nil, "importer.document-too-large", c.err)
	case errors.Is(c.err, errUnclosed):
		root, _ := parse(c.xml, s.Limits)
		return nil, s.broken(file, c, root, "importer.document-cut-off", c.err)
	case c.err != nil:
		return nil, s.broken(file, c, nil, "importer.document-broken", c.err)
	}
	root, err := parse(c.xml, s.Limits)
	if errors.Is(err, errTooMany) {
		return nil, s.broken(file, c, root, "importer.document-too-large", err)
	}
	if err != nil {
		return nil, s.broken(file, c, root, "importer.document-broken", err)
	}
	if class := root.get("class"); root.name == "note" && class != "" && class != "document" {
		return nil, nil //nolint:nilnil // documented: not a document
	}
	conv := newConverter(s, file, database, root, c, pass)
	doc = conv.document()
	doc.OnClose(func() error { c.release(); return nil })
	return doc, nil
}
