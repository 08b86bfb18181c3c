package markdown

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/folder"
)

// maxFile bounds a Markdown file, in bytes.
const maxFile = content.DefaultMaxBody

// replica stands for a replica id: a text is known by its path in the folder.
const replica = "markdown"

// tree is what a folder holds: regular files, the hidden ones left out. Links to
// elsewhere on the disk are none of them.
type tree struct {
	root  *os.Root
	names []string              // in the order of their paths
	files map[string][]string   // the same by spelled
	ids   map[string]content.ID // of texts that were looked up; empty: it cannot come in
}

// treeOf lists a folder.
func treeOf(ctx context.Context, root *os.Root) (*tree, error) {
	t := &tree{root: root, files: map[string][]string{}, ids: map[string]content.ID{}}
	return t, fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(entry.Name(), ".") && name != ".":
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular():
			t.names = append(t.names, name)
			t.files[spelled(name)] = append(t.files[spelled(name)], name)
		}
		return nil
	})
}

// spelled is one form of all ways people spell a name: capitals matter on some
// machines only, and macOS writes umlauts in two characters.
func spelled(name string) string { return strings.ToLower(norm.NFC.String(name)) }

func isText(name string) bool { return strings.EqualFold(path.Ext(name), ".md") }

// find returns the file a path of the folder means. Where several are spelled alike,
// only the exact one is meant.
func (t *tree) find(name string) (string, bool) {
	same := t.files[spelled(name)]
	for _, exactly := range []func(string) string{func(s string) string { return s }, norm.NFC.String} {
		for _, file := range same {
			if exactly(file) == exactly(name) {
				return file, true
			}
		}
	}
	if len(same) == 1 {
		return same[0], true
	}
	return "", false
}

// meant returns the file a link means: a file, a text whose ending is left out, or
// the text a folder is read by.
func (t *tree) meant(name string) (string, bool) {
	within := strings.TrimSuffix(name, "/")
	tries := []string{name, name + ".md"}
	if name == "" || strings.HasSuffix(name, "/") {
		tries = nil
	}
	for _, try := range append(tries, path.Join(within, "index.md"), path.Join(within, "readme.md")) {
		if file, ok := t.find(try); ok {
			return file, true
		}
	}
	return "", false
}

// article is the article a text becomes; false for one that cannot be read.
func (t *tree) article(name string) (content.ID, bool) {
	id, known := t.ids[name]
	if !known {
		if parsed, _, err := t.parse(name); err == nil {
			id = idOf(parsed.Meta.ID, name)
		}
		t.ids[name] = id
	}
	return id, id != ""
}

// idOf is the id a text has of its own, else that of its path.
func idOf(own content.ID, name string) content.ID {
	if own != "" {
		return own
	}
	return importer.ArticleID(importer.Key{ReplicaID: replica, UNID: norm.NFC.String(name)})
}

// parse reads a text. The note says what is wrong with one that is refused.
func (t *tree) parse(name string) (content.Document, importer.Note, error) {
	refused := func(key string, err error) (content.Document, importer.Note, error) {
		return content.Document{}, importer.NewNote(true, key, "line", 1, "file", name), err
	}
	source, err := folder.Read(t.root, name, maxFile)
	switch {
	case errors.Is(err, folder.ErrTooLarge):
		return refused("importer.document-too-large", err)
	case err != nil:
		return refused("importer.unreadable-file", err)
	case !utf8.Valid(source):
		return refused("importer.not-utf8", errors.New("not UTF-8"))
	}
	parsed, err := content.ParseDocument(name, source)
	if err != nil {
		return refused("importer.front-matter-invalid", err)
	}
	return parsed, importer.Note{}, nil
}
