// Package markdown imports a folder of Markdown files.
//
// The texts stay as they are, byte for byte, but for two things: front matter keys
// the library needs (id, art, titel) are added where they are missing, and links
// within the folder lead where their targets go. Links to other texts become the
// addresses of their articles; other files, pictures above all, come along as
// attachments. Nothing outside the folder is ever read. What leads nowhere stays as
// it is written and is told.
//
// A Git repository is not read here but adopted with its history, see
// importer.Adopter; IsRepository tells which is which. A folder may be read again:
// what an import wrote last tells whether people changed a text since.
package markdown

import (
	"context"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/internal/fault"
)

// Source reads folders.
type Source struct {
	reader  content.DestinationReader
	folders []string
}

// New returns a source over folders. It fails when one of them is not a folder.
// Without a reader the links of the texts stay as they are and no file comes along.
func New(reader content.DestinationReader, folders ...string) (*Source, error) {
	for _, folder := range folders {
		info, err := os.Stat(folder)
		if err != nil || !info.IsDir() {
			return nil, fault.New(fault.Invalid, "importer.not-a-folder", "file", filepath.Base(folder)).At(folder, 0).Because(err)
		}
	}
	return &Source{reader: reader, folders: folders}, nil
}

// IsRepository reports whether the path is a Git repository, bare or not, or a
// Git bundle, which an Adopter has to take over.
func IsRepository(name string) bool {
	if f, err := os.Open(name); err == nil {
		head := make([]byte, 16)
		n, _ := io.ReadFull(f, head)
		_ = f.Close()
		if strings.HasPrefix(string(head[:n]), "# v2 git bundle") || strings.HasPrefix(string(head[:n]), "# v3 git bundle") {
			return true
		}
	}
	for _, folder := range []string{filepath.Join(name, ".git"), name} {
		_, noHead := os.Stat(filepath.Join(folder, "HEAD"))
		_, noObjects := os.Stat(filepath.Join(folder, "objects"))
		if noHead == nil && noObjects == nil {
			return true
		}
	}
	return false
}

// Name implements importer.Source.
func (s *Source) Name() string { return "markdown" }

// Documents implements importer.Source. Files come in the order of their
// paths.
func (s *Source) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for _, folder := range s.folders {
			root, err := os.OpenRoot(folder)
			if err != nil {
				yield(nil, fault.New(fault.Invalid, "importer.not-a-folder", "file", filepath.Base(folder)).Because(err))
				return
			}
			more := s.texts(ctx, root, pass, yield)
			_ = root.Close()
			if !more {
				return
			}
		}
	}
}

// texts yields the texts of one folder and reports whether to go on.
func (s *Source) texts(ctx context.Context, root *os.Root, pass importer.Pass, yield func(*importer.Document, error) bool) bool {
	t, err := treeOf(ctx, root)
	if err != nil {
		return yield(nil, err) && false
	}
	for _, name := range t.names {
		if err := ctx.Err(); err != nil {
			return yield(nil, err) && false
		}
		if isText(name) && !yield(s.read(t, name, pass)) {
			return false
		}
	}
	return true
}

// read makes the document of one file.
func (s *Source) read(t *tree, name string, pass importer.Pass) (*importer.Document, error) {
	origin := importer.Origin{File: filepath.Base(t.root.Name()), ReplicaID: replica, UNID: norm.NFC.String(name), Line: 1}
	broken := func(note importer.Note, err error) (*importer.Document, error) {
		return nil, &importer.SourceError{Origin: origin, Title: name, Note: note, Err: err}
	}
	parsed, note, err := t.parse(name)
	if err != nil {
		return broken(note, err)
	}
	d := &importer.Document{Origin: origin, Title: parsed.Meta.Title, Kind: parsed.Meta.Kind, ID: parsed.Meta.ID, Path: target(name), Department: parsed.Meta.Department}
	if d.Kind == content.KindUnclassified {
		d.Kind = content.KindArticle
	}
	if d.Markdown, err = complete(parsed, origin.Key(), d); err != nil {
		return broken(importer.NewNote(true, "importer.front-matter-failed", "file", name), err)
	}
	info, err := t.root.Stat(name)
	if err != nil {
		return broken(importer.NewNote(true, "importer.unreadable-file", "file", name), err)
	}
	d.Created, d.Revised = info.ModTime().UTC(), info.ModTime().UTC()
	if s.reader != nil {
		if whole, err := content.ParseDocument(name, d.Markdown); err == nil {
			l := linker{tree: t, reader: s.reader, name: name, id: idOf(parsed.Meta.ID, name), document: d, hash: !pass.Survey, files: map[string]string{}, lost: map[string]bool{}}
			front := d.Markdown[:len(d.Markdown)-len(whole.Body)]
			d.Markdown = slices.Concat(front, l.follow(whole.Body))
			d.Renamed = renaming{s.reader, l.id}.apply
		}
	}
	return d, nil
}

// target is where a file goes in the library. A folder of its own lets its
// attachments lie beside it.
func target(name string) string {
	if strings.EqualFold(path.Base(name), "index.md") {
		return name
	}
	return strings.TrimSuffix(name, path.Ext(name)) + "/index.md"
}

// complete adds the front matter keys that are missing.
func complete(d content.Document, key importer.Key, into *importer.Document) ([]byte, error) {
	var missing []content.Field
	if d.Meta.ID == "" {
		missing = append(missing, content.Field{Key: "id", Value: string(importer.ArticleID(key))})
	}
	if d.Meta.Kind == content.KindUnclassified {
		missing = append(missing, content.Field{Key: "art", Value: string(content.KindArticle)})
	}
	if _, ok := d.Fields()["titel"]; !ok {
		missing = append(missing, content.Field{Key: "titel", Value: d.Meta.Title})
	}
	if len(missing) == 0 {
		return d.Source, nil
	}
	into.Inform("importer.front-matter-completed")
	return d.WithFields(missing...)
}
