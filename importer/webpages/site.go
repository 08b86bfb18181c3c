package webpages

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"staffelstab/importer"
)

// site is a folder of saved pages: what lies in it and what the names say.
type site struct {
	root  *os.Root
	label string // name of the folder
	pages []page
	files map[string]string       // paths as links may spell them → path in the folder
	keys  map[string]importer.Key // the same paths, of pages
	owned map[string][]string     // UNID → the files below its $FILE
}

// page is one saved page.
type page struct {
	path string
	key  importer.Key
	view bool // shows a view, a form or a search and no document
}

var (
	unidPart    = regexp.MustCompile(`(?i)(?:^|[^0-9a-f])([0-9a-f]{32})(?:[^0-9a-f]|$)`)
	replicaPart = regexp.MustCompile(`(?i)(?:^|/)(?:__)?([0-9a-f]{16})(?:\.nsf)?/`)
	filePart    = regexp.MustCompile(`(?i)(?:^|/)\$file/(.+)$`)
	// command is what follows the address of something in a database, as a query
	// or as a browser or wget spells it in the name of a file.
	command = regexp.MustCompile(`(?i)[?@&_!]((?:open|edit|create|delete|save)(?:document|view|form|agent|navigator|page|frameset|database|element|attachment|icon|about|help)|read(?:form|viewentries|design)|search(?:view|domain|site)|navigate|login|logout)\b`)
)

// survey walks the folder. Hidden files and what is no regular file, such as a
// link to elsewhere on the disk, are left out.
func survey(root *os.Root, label string) (*site, error) {
	s := &site{root: root, label: label, files: map[string]string{}, keys: map[string]importer.Key{}, owned: map[string][]string{}}
	err := fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(entry.Name(), ".") && name != ".":
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular():
			s.add(name)
		}
		return nil
	})
	return s, err
}

func (s *site) add(name string) {
	plain := spelled(name)
	if _, twice := s.files[plain]; !twice {
		s.files[plain] = name
	}
	if at := filePart.FindStringIndex(plain); at != nil {
		if unid := unidOf(plain[:at[0]+1]); unid != "" {
			s.owned[unid] = append(s.owned[unid], name)
		}
		return
	}
	if !s.isPage(name) {
		return
	}
	p := page{path: name, key: s.keyOf(name), view: isView(path.Base(plain))}
	s.pages = append(s.pages, p)
	s.keys[plain] = p.key
}

// spelled makes the ways links and disks spell a path the same.
func spelled(name string) string { return strings.ToLower(norm.NFC.String(readable(name))) }

// readable decodes a path as an address or a disk spells it. Servers of the time
// wrote umlauts as bytes of Windows-1252, newer programs as UTF-8, and one path may
// hold both: a folder somebody named and a page a server did.
func readable(name string) string {
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	if utf8.ValidString(name) {
		return name
	}
	segments := strings.Split(name, "/")
	for i, segment := range segments {
		if utf8.ValidString(segment) {
			continue
		}
		if text, err := charmap.Windows1252.NewDecoder().String(segment); err == nil {
			segments[i] = text
		}
	}
	return strings.Join(segments, "/")
}

// isPage tells pages by their name, and files without an ending by how they
// begin.
func (s *site) isPage(name string) bool {
	base := strings.ToLower(path.Base(name))
	switch extension := path.Ext(base); {
	case extension == ".html", extension == ".htm", extension == ".xhtml", strings.Contains(base, "opendocument"):
		return true
	case extension != "" && unidOf(base) == "":
		return false
	}
	f, err := s.root.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := f.Read(head)
	return LooksLikeHTML(head[:n])
}

// htmlHead is how a page begins, whatever its encoding does to the letters
// between.
var htmlHead = regexp.MustCompile(`(?i)^(?:\x{feff}|\s|<\?xml[^>]*>|<!--(?s:.*?)-->)*<(?:!doctype\s+html|html|head|body|meta|title)\b`)

// LooksLikeHTML tells a page by its first bytes.
func LooksLikeHTML(head []byte) bool {
	return htmlHead.MatchString(strings.ToValidUTF8(strings.ReplaceAll(string(head), "\x00", ""), ""))
}

// unidOf returns the last UNID in a path.
func unidOf(name string) string {
	segments := strings.FieldsFunc(name, func(r rune) bool { return r == '/' })
	for i := len(segments) - 1; i >= 0; i-- {
		if m := unidPart.FindStringSubmatch(segments[i]); m != nil {
			return strings.ToUpper(m[1])
		}
	}
	return ""
}

// pathReplica stands for a replica id where a page has no UNID: it is known by
// its place in the folder.
const pathReplica = "WEBSEITEN"

// keyOf names a page: by its UNID and the replica id in its path, if there is
// one, else by its path.
func (s *site) keyOf(name string) importer.Key {
	plain := spelled(name)
	unid := unidOf(path.Base(plain))
	if base := path.Base(plain); unid == "" && (strings.HasPrefix(base, "index.") || strings.HasPrefix(base, "opendocument")) {
		unid = unidOf(path.Base(path.Dir(plain)))
	}
	if unid == "" {
		return importer.Key{ReplicaID: pathReplica, UNID: digest(plain)}
	}
	return importer.Key{ReplicaID: replicaOf(s.label + "/" + plain), UNID: unid}
}

func replicaOf(name string) string {
	if m := replicaPart.FindStringSubmatch(name); m != nil {
		return strings.ToUpper(m[1])
	}
	return ""
}

// isView reports whether the command of an address shows something else than a
// document or a part of one.
func isView(address string) bool {
	m := command.FindStringSubmatch(address)
	if m == nil {
		return false
	}
	switch strings.ToLower(m[1]) {
	case "opendocument", "openelement", "openattachment":
		return false
	}
	return true
}
