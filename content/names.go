package content

import (
	"context"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"staffelstab/internal/ident"
)

// NameKind is a way to name a text in a link.
type NameKind string

// The kinds of name.
const (
	NameID     NameKind = "id"     // its id
	NamePath   NameKind = "path"   // where its file lies, see pathKey
	NameTitle  NameKind = "title"  // its title in lower case
	NameNotes  NameKind = "notes"  // UNID, or replica id, slash and UNID, of an imported text
	NameNumber NameKind = "number" // its number, such as "dev 11-03"
)

// Name is what a link may call a text. A text keeps every name it ever had, so
// that links last; when another text has the name today, that one is meant.
type Name struct {
	Kind NameKind
	Key  string
}

// ArticleName is a name some text has or had.
type ArticleName struct {
	Name
	Article ID
}

// TextLink is a link in a text: what was written, and the names it may mean,
// the first that leads to a text counting.
type TextLink struct {
	Target string
	Names  []Name
}

// LinkReader finds the links of a Markdown text.
type LinkReader interface {
	// Links lists what links and [[wiki links]] point to, in their order.
	// Pictures are no links.
	Links(markdown []byte) []LinkTarget
}

// LinkTarget is a link as it is written.
type LinkTarget struct {
	Target string
	Wiki   bool
}

// Names lists what the text is called today.
func (a Article) Names() []Name {
	names := []Name{{NameID, string(a.ID)}, {NamePath, pathKey(a.Path)}, {NameTitle, titleKey(a.Title)}}
	for _, k := range append([]NotesKey{{a.Origin.ReplicaID, a.Origin.UNID}}, a.Origin.Also...) {
		unid, replica := strings.ToUpper(k.UNID), strings.ToUpper(k.ReplicaID)
		if unid == "" {
			continue
		}
		if name := (Name{NameNotes, unid}); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if name := (Name{NameNotes, replica + "/" + unid}); replica != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if a.Number != "" {
		names = append(names, Name{NameNumber, titleKey(a.Number)})
	}
	return names
}

// pathKey is a path without what links may leave out: the ending, and
// "index.md".
func pathKey(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(name, ".md"), "/index")
}

// titleKey makes titles that people take for the same the same.
func titleKey(title string) string {
	return strings.ToLower(norm.NFC.String(strings.Join(strings.Fields(title), " ")))
}

// legacyAddress is the address of a Notes document: the program's own, or that
// of its web server. The parts are scheme, what stands before the UNID, UNID.
var legacyAddress = regexp.MustCompile(`(?i)^(notes|https?)://([^?#]*)/([0-9a-f]{32})(?:[?#].*)?$`)

var legacyReplica = regexp.MustCompile(`(?i)(?:^|/)(?:__)?([0-9a-f]{16})(?:\.nsf)?(?:/|$)`)

// IsLegacy reports whether a full address may lead to an imported text.
func IsLegacy(target string) bool { return len(legacyNames(target)) > 0 }

// legacyNames reads notes://server/replica/view/UNID and
// http://server/db.nsf/view/UNID?OpenDocument.
func legacyNames(target string) []Name {
	m := legacyAddress.FindStringSubmatch(target)
	if m == nil || !strings.EqualFold(m[1], "notes") && !strings.Contains(strings.ToLower(m[2]), ".nsf") {
		return nil
	}
	unid := strings.ToUpper(m[3])
	if r := legacyReplica.FindStringSubmatch(m[2]); r != nil {
		return []Name{{NameNotes, strings.ToUpper(r[1]) + "/" + unid}, {NameNotes, unid}}
	}
	return []Name{{NameNotes, unid}}
}

// wikiNames reads what stands in double brackets: an id or a title.
func wikiNames(target string) []Name {
	title, _, _ := strings.Cut(strings.TrimSpace(target), "#")
	names := []Name{{NameTitle, titleKey(title)}}
	if ident.Valid(title) {
		names = append([]Name{{NameID, title}}, names...)
	}
	return names
}

// ownNames reads an address of our own: /a/… or /notes/…
func ownNames(target string) []Name {
	address, _, _ := strings.Cut(strings.NewReplacer("?", "#").Replace(target), "#")
	if rest, ok := strings.CutPrefix(address, "/a/"); ok {
		id, _, _ := strings.Cut(rest, "/")
		return []Name{{NameID, id}}
	}
	if rest, ok := strings.CutPrefix(address, "/notes/"); ok {
		return NotesNames(rest)
	}
	return nil
}

// NotesNames reads what follows /notes/: a UNID, a replica id and a UNID, the
// number of a standard, or a whole address of the old system.
func NotesNames(rest string) []Name {
	rest = strings.Trim(rest, "/")
	if names := legacyNames("notes://x/" + rest); names != nil {
		return names
	}
	if number, err := url.PathUnescape(rest); err == nil && number != "" {
		return []Name{{NameNumber, titleKey(number)}}
	}
	return nil
}

// relativeNames reads a path as it is written in a text that lies, or lay, in
// the folders.
func relativeNames(target string, folders []string) []Name {
	name, _, _ := strings.Cut(target, "#")
	name, err := url.PathUnescape(name)
	if err != nil || name == "" || strings.HasPrefix(name, "/") {
		return nil
	}
	var names []Name
	for _, folder := range folders {
		names = append(names, Name{NamePath, pathKey(path.Join(folder, name))})
	}
	return names
}

// isOutside reports whether a target is a full address, or one people write
// without its beginning.
func isOutside(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Scheme != "" || strings.HasPrefix(target, "www.")
}

// foldersOf lists the folders of paths, each once.
func foldersOf(paths []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range paths {
		if folder := path.Dir(p); !seen[folder] {
			seen[folder] = true
			out = append(out, folder)
		}
	}
	return out
}

// linksOf derives the links of a text that lies in a place from its Markdown.
// Files beside the text are no links between texts. Where it lay before is asked
// for only when a relative link depends on it.
func linksOf(reader LinkReader, tree Snapshot, body []byte, place string, lay func() ([]string, error)) ([]TextLink, error) {
	var folders []string
	var out []TextLink
	for _, found := range reader.Links(body) {
		link := TextLink{Target: found.Target}
		switch {
		case found.Wiki:
			link.Names = wikiNames(found.Target)
		case isOutside(found.Target):
			link.Names = legacyNames(found.Target)
		case strings.HasPrefix(found.Target, "/"):
			link.Names = ownNames(found.Target)
		default:
			if name, _, _ := strings.Cut(found.Target, "#"); liesBeside(tree, path.Dir(place), name) {
				continue
			}
			if folders == nil {
				former, err := lay()
				if err != nil {
					return nil, err
				}
				folders = foldersOf(append([]string{place}, former...))
			}
			link.Names = relativeNames(found.Target, folders)
		}
		if len(link.Names) > 0 {
			out = append(out, link)
		}
	}
	return out, nil
}

// liesBeside reports whether a target is a file in the folder that is no text.
func liesBeside(tree Snapshot, folder, target string) bool {
	name, err := url.PathUnescape(target)
	if err != nil {
		return false
	}
	full := path.Join(folder, name)
	if path.Dir(full) != folder || IsArticlePath(full) {
		return false
	}
	info, err := tree.Open(full)
	if err != nil {
		return false
	}
	defer info.Close()
	stat, err := info.Stat()
	return err == nil && !stat.IsDir()
}

// LinkCatalogue answers questions about names and links. It applies audience
// sets: a link counts as leading where somebody with that audience is led.
type LinkCatalogue interface {
	// NamedArticles lists the texts that have a name, then those that had it,
	// each by id.
	NamedArticles(ctx context.Context, name Name) ([]Article, error)
	// FormerPaths lists where the text lay, newest first.
	FormerPaths(ctx context.Context, id ID) ([]string, error)
	// Backlinks lists the texts that link to a text, by title.
	Backlinks(ctx context.Context, id ID, filter LinkFilter) ([]Article, error)
	// ModulesLinkingTo finds for each text the first module by title that links to
	// it.
	ModulesLinkingTo(ctx context.Context, ids []ID, filter LinkFilter) (map[ID]Article, error)
	// BrokenLinks lists links that lead nowhere, by the title of their text.
	// Web addresses of the old system that mean no text are among them.
	BrokenLinks(ctx context.Context, filter LinkFilter) (links []BrokenLink, total int, err error)
	// Orphans lists articles and standards no other text links to, by title.
	Orphans(ctx context.Context, filter LinkFilter) (articles []Article, total int, err error)
}

// LinkFilter selects texts and says who asks.
type LinkFilter struct {
	Audience   []string
	Any        bool   // the operator: every audience
	Department string // with its units; empty: all
	Limit      int
	Offset     int
}

// BrokenLink is a link that leads nowhere.
type BrokenLink struct {
	Article Article // the text it stands in
	Target  string  // as written
}
