// Package webpages reads a folder of pages that were saved from the web server
// of Domino, or from any other one.
//
// A page of Domino names its document in its address: …/<UNID>?OpenDocument. Its
// attachments lie below: …/<UNID>/$FILE/<name>. Programs that save pages spell
// these addresses in many ways; the package knows those of wget and of browsers.
// What belongs to the web site and not to the text, menus and buttons, is taken
// off as far as it can be told, and counted. Nothing is ever fetched, no script is run,
// and no link of the disk is followed out of the folder. See README.md.
package webpages

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/htmlindex"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/charset"
	"staffelstab/importer/folder"
	"staffelstab/importer/htmlblocks"
	"staffelstab/internal/fault"
)

// Limits of a page and of a file beside it, in bytes, and of nested elements.
const (
	maxPage  = 32 << 20
	maxFile  = content.DefaultMaxAttachment
	maxDepth = 200
)

// Source reads folders of saved pages.
type Source struct{ folders []string }

// New returns a source over folders. It fails when one of them is not a folder.
func New(folders ...string) (*Source, error) {
	for _, name := range folders {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			return nil, fault.New(fault.Invalid, "importer.not-a-folder", "file", filepath.Base(name)).At(name, 0).Because(err)
		}
	}
	return &Source{folders: folders}, nil
}

// Name implements importer.Source.
func (s *Source) Name() string { return "web" }

// Documents implements importer.Source. Pages come in the order of their paths.
func (s *Source) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for _, name := range s.folders {
			if !documents(ctx, name, pass, yield) {
				return
			}
		}
	}
}

// documents yields the pages of one folder and reports whether to go on.
func documents(ctx context.Context, name string, pass importer.Pass, yield func(*importer.Document, error) bool) bool {
	absent := func(err error) bool {
		return yield(nil, fault.New(fault.Invalid, "importer.not-a-folder", "file", filepath.Base(name)).Because(err)) && false
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return absent(err)
	}
	defer root.Close()
	site, err := survey(root, filepath.Base(name))
	if err != nil {
		return absent(err)
	}
	for _, p := range site.pages {
		if err := ctx.Err(); err != nil {
			return yield(nil, err) && false
		}
		if !yield(site.read(p, pass)) {
			return false
		}
	}
	return true
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return strings.ToUpper(hex.EncodeToString(sum[:16]))
}

// read makes the document of one page.
func (s *site) read(p page, pass importer.Pass) (*importer.Document, error) {
	origin := importer.Origin{File: s.label + "/" + p.path, Database: databaseOf(p.path), ReplicaID: p.key.ReplicaID, UNID: p.key.UNID, Line: 1}
	broken := func(key string, err error) (*importer.Document, error) {
		return nil, &importer.SourceError{Origin: origin, Title: readable(path.Base(p.path)), Err: err, Note: importer.NewNote(true, key, "line", 1, "file", p.path)}
	}
	data, err := folder.Read(s.root, p.path, maxPage)
	switch {
	case errors.Is(err, folder.ErrTooLarge):
		return broken("importer.document-too-large", err)
	case err != nil:
		return broken("importer.unreadable-file", err)
	}
	text, dropped := clean(decode(data))
	tree, err := htmlblocks.Parse(text)
	if err != nil {
		return broken("importer.html-broken", err)
	}
	d := &importer.Document{Origin: origin, Kind: content.KindArticle, Title: titleOf(tree)}
	if key := refused(tree, d.Title); key != "" {
		return broken(key, errors.New("not the page itself"))
	}
	if p.view {
		d.Skip = &importer.Note{Key: "importer.web-view-page"}
		return d, nil
	}
	if dropped > 0 {
		d.Inform("importer.illegal-characters", "n", dropped)
	}
	s.times(p, d)
	s.convert(p, d, tree, pass)
	return d, nil
}

// databaseOf returns the file name of the database in a path.
func databaseOf(name string) string {
	for _, segment := range strings.Split(name, "/") {
		if strings.EqualFold(path.Ext(segment), ".nsf") {
			return segment
		}
	}
	return ""
}

// times takes the time the page was saved: pages do not say when their text was
// changed.
func (s *site) times(p page, d *importer.Document) {
	if info, err := s.root.Stat(p.path); err == nil {
		d.Created, d.Revised = info.ModTime().UTC(), info.ModTime().UTC()
	}
	d.Inform("importer.no-revised")
}

// convert takes off what belongs to the site, converts the rest and measures it
// on its own.
func (s *site) convert(p page, d *importer.Document, tree *html.Node, pass importer.Pass) {
	body, off := prune(tree)
	if off.letters > 0 {
		d.Inform("importer.navigation-removed", "n", off.letters)
	}
	for _, text := range off.hidden {
		d.Review("importer.hidden-paragraph", "text", text)
	}
	var shown bytes.Buffer
	if err := html.Render(&shown, body); err != nil {
		d.Incomplete = true
		d.Review("importer.html-broken")
		return
	}
	d.Visible = importer.TextOfHTML(shown.String())
	unwrapLayout(body)
	h := newHost(s, p, d, pass, baseOf(tree))
	blocks, err := htmlblocks.Convert(body, maxDepth, h)
	if err != nil {
		d.Incomplete = true
		d.Review("importer.html-broken")
	}
	h.rest()
	d.Blocks = blocks
	if d.Title == "" {
		d.Title = importer.TitleOf(blocks)
		if d.Title == "" {
			d.Title = readable(path.Base(p.path))
		}
		d.Review("importer.no-title")
	} else {
		d.Blocks = importer.WithoutTitle(blocks, d.Title)
	}
	if strings.TrimSpace(d.Visible) == "" {
		d.Review("importer.no-text")
	}
}

// declaredCharset finds what a page says about its encoding.
var declaredCharset = regexp.MustCompile(`(?i)<meta[^>]{1,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]+)`)

// decode returns a page as UTF-8. What the bytes themselves show wins over what
// the page declares, because browsers save pages in UTF-8 and leave the old
// declaration.
func decode(data []byte) string {
	text, c := charset.Decode(data)
	if c != charset.Windows1252 && c != charset.CP850 {
		return text
	}
	m := declaredCharset.FindSubmatch(data[:min(len(data), 4096)])
	if m == nil {
		return text
	}
	e, err := htmlindex.Get(string(m[1]))
	if name, _ := htmlindex.Name(e); err != nil || strings.HasPrefix(name, "utf-") {
		return text
	}
	if declared, err := e.NewDecoder().Bytes(data); err == nil {
		return string(declared)
	}
	return text
}

// clean takes characters out that are no text, and counts them.
func clean(text string) (string, int) {
	dropped := 0
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' && r != '\f' || r == '\ufffe' || r == '\uffff' {
			dropped++
			return -1
		}
		return r
	}, strings.TrimPrefix(text, "\ufeff")), dropped
}

// titleOf returns the title of a page: that of its head, else its first heading.
func titleOf(tree *html.Node) string {
	for _, tag := range []atom.Atom{atom.Title, atom.H1} {
		if n := first(tree, func(n *html.Node) bool { return n.DataAtom == tag }); n != nil {
			if title := importer.OneLine(htmlblocks.TextOf(n)); title != "" {
				return title
			}
		}
	}
	return ""
}

// baseOf returns the address a page says its links start from, or "".
func baseOf(tree *html.Node) string {
	if n := first(tree, func(n *html.Node) bool { return n.DataAtom == atom.Base }); n != nil {
		return htmlblocks.Attribute(n, "href")
	}
	return ""
}

// errorTitle is the title of what a server sends instead of a page.
var errorTitle = regexp.MustCompile(`(?i)^(?:(?:http )?(?:error|fehler) [45]\d\d(?: ?[-–:(].*)?$|http web server: |[45]\d\d [a-z ]{3,30}$)`)

// refused says why a page is none: programs that save a site save its errors and
// its sign-in form, too.
func refused(tree *html.Node, title string) string {
	password := func(n *html.Node) bool {
		return n.DataAtom == atom.Input && strings.EqualFold(htmlblocks.Attribute(n, "type"), "password")
	}
	switch {
	case first(tree, password) != nil:
		return "importer.web-sign-in"
	case errorTitle.MatchString(title):
		return "importer.web-error-page"
	}
	return ""
}

// first returns the first element that fits, or nil.
func first(n *html.Node, fits func(*html.Node) bool) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && fits(d) {
			return d
		}
	}
	return nil
}
