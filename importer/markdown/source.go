// Package markdown imports a folder of Markdown files.
//
// The texts stay as they are, byte for byte; only front matter keys the library
// needs (id, art, titel) are added where they are missing. A file keeps its
// path, and the files beside it that it links to come along as attachments. A
// Git repository is not read here but adopted with its history, see
// importer.Adopter; IsRepository tells which is which. A folder may be read again:
// what an import wrote last tells whether people changed a text since.
package markdown

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/folder"
	"staffelstab/internal/fault"
)

// maxFile bounds a Markdown file, maxAttachment a file beside it, in bytes.
const (
	maxFile       = content.DefaultMaxBody
	maxAttachment = content.DefaultMaxAttachment
)

// Source reads folders.
type Source struct{ folders []string }

// New returns a source over folders. It fails when one of them is not a folder.
func New(folders ...string) (*Source, error) {
	for _, folder := range folders {
		info, err := os.Stat(folder)
		if err != nil || !info.IsDir() {
			return nil, fault.New(fault.Invalid, "importer.not-a-folder", "file", filepath.Base(folder)).At(folder, 0).Because(err)
		}
	}
	return &Source{folders: folders}, nil
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
// paths; hidden ones are left out, links to elsewhere on the disk are not
// followed.
func (s *Source) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for _, folder := range s.folders {
			root, err := os.OpenRoot(folder)
			if err != nil {
				yield(nil, fault.New(fault.Invalid, "importer.not-a-folder", "file", filepath.Base(folder)).Because(err))
				return
			}
			more := walk(ctx, root, filepath.Base(folder), pass, yield)
			_ = root.Close()
			if !more {
				return
			}
		}
	}
}

func walk(ctx context.Context, root *os.Root, label string, pass importer.Pass, yield func(*importer.Document, error) bool) bool {
	stopped := false
	err := fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if strings.HasPrefix(entry.Name(), ".") && name != "." {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || !strings.EqualFold(path.Ext(name), ".md") {
			return nil
		}
		if !yield(read(root, label, name, pass)) {
			stopped = true
			return fs.SkipAll
		}
		return nil
	})
	if err != nil && !stopped {
		return yield(nil, err) && false
	}
	return !stopped
}

// read makes the document of one file.
func read(root *os.Root, label, name string, pass importer.Pass) (*importer.Document, error) {
	origin := importer.Origin{File: label, ReplicaID: "markdown", UNID: norm.NFC.String(name), Line: 1}
	broken := func(note importer.Note, err error) (*importer.Document, error) {
		return nil, &importer.SourceError{Origin: origin, Title: name, Note: note, Err: err}
	}
	source, err := folder.Read(root, name, maxFile)
	switch {
	case errors.Is(err, folder.ErrTooLarge):
		return broken(importer.NewNote(true, "importer.document-too-large", "line", 1, "file", name), err)
	case err != nil:
		return broken(importer.NewNote(true, "importer.unreadable-file", "file", name), err)
	case !utf8.Valid(source):
		return broken(importer.NewNote(true, "importer.not-utf8", "file", name), errors.New("not UTF-8"))
	}
	parsed, err := content.ParseDocument(name, source)
	if err != nil {
		return broken(importer.NewNote(true, "importer.front-matter-invalid", "file", name), err)
	}
	d := &importer.Document{Origin: origin, Title: parsed.Meta.Title, Kind: parsed.Meta.Kind, ID: parsed.Meta.ID, Path: target(name), Department: parsed.Meta.Department}
	if d.Kind == content.KindUnclassified {
		d.Kind = content.KindArticle
	}
	if d.Markdown, err = complete(parsed, origin.Key(), d); err != nil {
		return broken(importer.NewNote(true, "importer.front-matter-failed", "file", name), err)
	}
	info, err := root.Stat(name)
	if err != nil {
		return broken(importer.NewNote(true, "importer.unreadable-file", "file", name), err)
	}
	d.Created, d.Revised = info.ModTime().UTC(), info.ModTime().UTC()
	attach(root, name, parsed.Body, d, pass)
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

// localLink finds link and image destinations.
var localLink = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)`)

// attach takes along the files a text links to that lie in its own folder.
func attach(root *os.Root, name string, body []byte, d *importer.Document, pass importer.Pass) {
	seen := map[string]bool{}
	for _, m := range localLink.FindAllSubmatch(body, -1) {
		file, err := url.PathUnescape(string(m[1]))
		if err != nil || seen[file] || strings.ContainsAny(file, `/\#?:`) || strings.EqualFold(path.Ext(file), ".md") {
			continue
		}
		seen[file] = true
		full := path.Join(path.Dir(name), file)
		size, ok := folder.Regular(root, full)
		if !ok {
			continue
		}
		d.AttachmentsIn++
		safe, executable := (&importer.Names{}).Safe(file)
		switch {
		case executable:
			d.Review("importer.attachment-executable", "name", file)
			continue
		case safe != file:
			d.Review("importer.attachment-name-refused", "name", file)
			continue
		case size > maxAttachment:
			d.Review("importer.attachment-too-large", "name", file)
			continue
		}
		a, err := folder.Attachment(root, full, safe, file, size, !pass.Survey)
		if err != nil {
			d.Review("importer.attachment-missing", "name", file)
			continue
		}
		d.Attachments = append(d.Attachments, a)
	}
}
