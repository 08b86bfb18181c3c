// Package inspect looks at files somebody wants to bring over, before anything
// is decided: what they are, how many documents they hold, of which forms, and
// how well their fields are filled. Nothing it tells repeats a value of a field:
// what stands in one may be somebody's name.
package inspect

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"staffelstab/importer/charset"
	"staffelstab/importer/markdown"
	"staffelstab/importer/notes"
	"staffelstab/importer/table"
	"staffelstab/importer/webpages"
	"staffelstab/internal/fault"
)

// Kind is what a file or folder is.
type Kind string

// The kinds that are told apart.
const (
	KindDXL        Kind = "dxl"
	KindNSF        Kind = "nsf"
	KindText       Kind = "text"
	KindTable      Kind = "csv"
	KindWeb        Kind = "web"
	KindPage       Kind = "page" // a single page of a folder
	KindMarkdown   Kind = "markdown"
	KindRepository Kind = "git"
	KindUnknown    Kind = "unknown"
)

// Found is a file or folder that was recognised.
type Found struct {
	Path    string
	Kind    Kind
	Charset string // empty where there is none, or one for each document
}

// headBytes is how much of a file its kind is told by.
const headBytes = 64 << 10

// Detect tells the kind of a file or folder by its bytes, never by its name
// alone.
func Detect(name string) (Found, error) {
	found := Found{Path: name, Kind: KindUnknown}
	unreadable := func(err error) (Found, error) {
		return found, fault.New(fault.NotFound, "importer.unreadable-file", "file", filepath.Base(name)).Because(err)
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return unreadable(err)
	case markdown.IsRepository(name):
		found.Kind = KindRepository
		return found, nil
	case info.IsDir():
		found.Kind, err = folderKind(name)
		if err != nil {
			return unreadable(err)
		}
		return found, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return unreadable(err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headBytes))
	if err != nil {
		return unreadable(err)
	}
	found.Kind, found.Charset = fileKind(head)
	return found, nil
}

func fileKind(head []byte) (Kind, string) {
	if notes.IsNSF(head) {
		return KindNSF, ""
	}
	if encoding, ok := notes.IsDXL(head); ok {
		return KindDXL, encoding
	}
	text, c := charset.Decode(head)
	switch {
	case webpages.LooksLikeHTML([]byte(text)):
		return KindPage, ""
	case binary(text):
		return KindUnknown, ""
	case looksLikeRecords(text):
		return KindText, string(c)
	case looksLikeTable(text):
		return KindTable, string(c)
	}
	return KindUnknown, ""
}

// binary reports whether a text holds what none does.
func binary(text string) bool {
	return strings.Count(text, "\x00")*100 > len(text)
}

// recordLine is a line of structured text.
var recordLine = regexp.MustCompile(`^[\pL$_][\pL\pN$_.\-]{0,63}:(?:  .*|\s*)$`)

// looksLikeRecords reports whether a text begins with two fields.
func looksLikeRecords(text string) bool {
	fields := 0
	for line := range strings.Lines(strings.TrimLeft(text, "\ufeff\r\n\f ")) {
		line = strings.TrimRight(line, "\r\n")
		if !recordLine.MatchString(line) {
			break
		}
		fields++
	}
	return fields >= 2
}

// columnLetters bounds the name of a column.
const columnLetters = 60

// looksLikeTable reports whether a text has a head of at least two short,
// different names and lines below it that fit.
func looksLikeTable(text string) bool {
	t, err := table.Read("", strings.NewReader(text))
	if err != nil || len(t.Rows) == 0 {
		return false
	}
	seen := map[string]bool{}
	for _, column := range t.Columns {
		if column == "" || seen[column] || utf8.RuneCountInString(column) > columnLetters || strings.ContainsAny(column[len(column)-1:], ".!?") {
			return false
		}
		seen[column] = true
	}
	fitting := 0
	for _, row := range t.Rows {
		if len(row.Cells) == t.Width {
			fitting++
		}
	}
	return fitting*2 > len(t.Rows)
}

// maxLooked bounds how many files of a folder are looked at.
const maxLooked = 20000

// folderKind counts what lies in a folder.
func folderKind(name string) (Kind, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return KindUnknown, err
	}
	defer root.Close()
	pages, texts, looked := 0, 0, 0
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(entry.Name(), ".") && name != "." && entry.IsDir():
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		if looked++; looked > maxLooked {
			return fs.SkipAll
		}
		switch strings.ToLower(path.Ext(name)) {
		case ".md":
			texts++
		case ".html", ".htm", ".xhtml":
			pages++
		default:
			if looksLikePage(root, name) {
				pages++
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return KindUnknown, err
	case texts > pages:
		return KindMarkdown, nil
	case pages > 0:
		return KindWeb, nil
	}
	return KindUnknown, nil
}

// looksLikePage reads the beginning of a file whose name says nothing.
func looksLikePage(root *os.Root, name string) bool {
	if ending := path.Ext(name); ending != "" && !strings.Contains(strings.ToLower(name), "open") {
		return false
	}
	f, err := root.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head)
	return webpages.LooksLikeHTML(bytes.Clone(head[:n]))
}
