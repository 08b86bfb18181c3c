package markdown

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/folder"
)

// maxAttachment bounds a file a text links to, in bytes.
const maxAttachment = content.DefaultMaxAttachment

// linker finds out where the links and pictures of one text lead.
type linker struct {
	tree     *tree
	reader   content.DestinationReader
	name     string // of the text
	id       content.ID
	document *importer.Document
	hash     bool // attachments are wanted with their hash

	names importer.Names
	files map[string]string // what was attached → its name, "" when it was refused
	lost  map[string]bool   // pictures that are missing
}

// follow returns a text with its links as they have to be after the import. Every
// byte that is no destination stays.
func (l *linker) follow(body []byte) []byte {
	found := l.reader.Destinations(body)
	var out []byte
	var changed []content.Destination
	at := 0
	for _, d := range found {
		to := l.destination(d, string(body[d.Start:d.End]))
		if to == "" || d.Start < at { // a definition others use, too, is written once
			continue
		}
		out = append(append(out, body[at:d.Start]...), to...)
		at, changed = d.End, append(changed, d)
	}
	out = append(out, body[at:]...)
	if len(changed) > 0 && !slices.EqualFunc(found, l.reader.Destinations(out), alike) {
		l.leave(changed)
		return body
	}
	return out
}

// alike reports whether a destination is that of the same link or picture.
func alike(a, b content.Destination) bool {
	return a.Words == b.Words && a.Picture == b.Picture && a.HTML == b.HTML
}

// leave tells of links that stay as they were: in a text whose brackets go wrong
// others would become links with them.
func (l *linker) leave(changed []content.Destination) {
	for i := range l.document.Links {
		if link := &l.document.Links[i]; link.Leads != link.Target {
			link.Leads, link.Dead = "", true
		}
	}
	for _, d := range changed {
		l.document.Review("importer.dead-link", "text", cmp.Or(strings.TrimSpace(d.Words), d.Target), "target", d.Target)
	}
}

// destination is what has to be written instead of what stands there; "" leaves it.
func (l *linker) destination(d content.Destination, written string) string {
	name, fragment, _ := strings.Cut(d.Target, "#")
	name, query, _ := strings.Cut(name, "?")
	if isOutside(d.Target) {
		l.outside(d)
		return ""
	}
	if name == "" { // another place of the same text
		return ""
	}
	file, ok := l.file(name)
	switch {
	case ok && isText(file) && !d.Picture:
		if id, ok := l.tree.article(file); ok {
			return l.leads(d, content.Address(id)+fragmentOf(fragment))
		}
	case ok && !isText(file):
		attached := l.attach(file)
		if attached == "" {
			l.dead(d)
			return ""
		}
		if d.Picture && !content.IsImage(attached) {
			l.document.Review("importer.picture-kind", "name", attached)
		}
		if d.HTML { // browsers look for it from where the page is, not from where the text lies
			return l.leads(d, content.AttachmentAddress(l.id, attached)+fragmentOf(fragment))
		}
		if query == "" && isPlainly(attached, written) {
			l.leads(d, d.Target)
			return ""
		}
		return l.leads(d, fileTarget(attached)+fragmentOf(fragment))
	case isOwn(d.Target):
		l.leads(d, d.Target)
		return ""
	}
	if d.Picture {
		l.missing(name)
		return ""
	}
	l.dead(d)
	l.document.Review("importer.dead-link", "text", cmp.Or(strings.TrimSpace(d.Words), d.Target), "target", d.Target)
	return ""
}

// leads counts a link that leads somewhere, as it is written into the text.
func (l *linker) leads(d content.Destination, to string) string {
	if !d.Picture {
		l.document.Links = append(l.document.Links, importer.Link{Target: d.Target, Text: d.Words, Leads: to})
	}
	return to
}

// dead counts a link that leads nowhere.
func (l *linker) dead(d content.Destination) {
	if !d.Picture {
		l.document.Links = append(l.document.Links, importer.Link{Target: d.Target, Text: d.Words, Dead: true})
	}
}

// isOutside reports whether a target is a full address, or one people write
// without its beginning.
func isOutside(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Scheme != "" || strings.HasPrefix(target, "www.")
}

// isOwn reports whether a target is an address of the library, as texts have it
// that were taken out of one.
func isOwn(target string) bool {
	return strings.HasPrefix(target, content.Address("")) || strings.HasPrefix(target, "/notes/")
}

// outside counts a link to another server. Pictures of other servers are not shown:
// they would learn who reads what.
func (l *linker) outside(d content.Destination) {
	safe, ok := importer.SafeAddress(d.Target)
	switch {
	case d.Picture:
		l.document.Review("importer.picture-lost", "text", cmp.Or(strings.TrimSpace(d.Words), d.Target))
	case content.IsLegacy(d.Target): // finds its article once that is here
	case strings.HasPrefix(d.Target, "www."):
		l.leads(d, d.Target)
	case ok:
		l.leads(d, safe)
	default:
		l.dead(d)
		l.document.Review("importer.forbidden-link", "text", cmp.Or(strings.TrimSpace(d.Words), d.Target), "target", d.Target)
	}
}

// file finds what a path of the text means. What begins with a slash is looked for
// from the top of the folder, as on a server; nothing leads out of it.
func (l *linker) file(name string) (string, bool) {
	tries := []string{name}
	if plain, err := url.PathUnescape(name); err == nil && plain != name {
		tries = []string{plain, name}
	}
	for _, try := range tries {
		for _, try := range []string{try, strings.ReplaceAll(try, `\`, "/")} {
			if file, ok := l.tree.meant(l.within(try)); ok {
				return file, true
			}
		}
	}
	return "", false
}

// within is a path from the top of the folder, with a slash at the end where it
// says that it is a folder. One that leads out of it is the path of no file.
func (l *linker) within(name string) string {
	full := path.Join(path.Dir(l.name), name)
	if strings.HasPrefix(name, "/") {
		full = strings.TrimPrefix(path.Clean(name), "/")
	}
	switch last := path.Base(name); {
	case full == ".":
		return ""
	case last == "." || last == ".." || strings.HasSuffix(name, "/"):
		return full + "/"
	}
	return full
}

// attach takes a file along, once, and returns its name beside the article; ""
// when it must not come.
func (l *linker) attach(file string) string {
	if known, ok := l.files[file]; ok {
		return known
	}
	l.files[file] = folder.Take(l.tree.root, file, path.Base(file), maxAttachment, l.hash, &l.names, l.document)
	return l.files[file]
}

// missing tells of a picture that is not there, once.
func (l *linker) missing(name string) {
	if !l.lost[name] {
		l.lost[name] = true
		l.document.AttachmentsIn++
		l.document.Review("importer.attachment-missing", "name", name)
	}
}

// isPlainly reports whether a destination already names a file beside the text, in
// a way all parts of the product read.
func isPlainly(file, written string) bool {
	written, _, _ = strings.Cut(written, "#")
	plain, err := url.PathUnescape(written)
	return err == nil && plain == file && !strings.ContainsAny(written, `<>()\&?`)
}

// fileTarget is how a text names a file beside it.
func fileTarget(name string) string { return strings.NewReplacer("(", "%28", ")", "%29").Replace(name) }

// fragmentOf is the place in a text a link leads to, with its sign and without what
// would end the link.
func fragmentOf(fragment string) string {
	if fragment == "" {
		return ""
	}
	var b strings.Builder
	b.WriteByte('#')
	for i, r := range fragment {
		_, encoded := url.PathUnescape(fragment[i:min(i+3, len(fragment))])
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), strings.ContainsRune("-._~=/:,;+!", r), r == '%' && encoded == nil:
			b.WriteRune(r)
		default:
			b.WriteString(url.PathEscape(string(r)))
		}
	}
	return b.String()
}
