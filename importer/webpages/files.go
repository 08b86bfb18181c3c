package webpages

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/folder"
)

// candidates returns the paths of the folder an address may mean, spelled as
// the site knows them.
func (h *host) candidates(u *url.URL) []string {
	names := []string{u.Path}
	if query, err := url.PathUnescape(u.RawQuery); err == nil && query != "" {
		names = []string{u.Path + "?" + query, u.Path + "@" + query, u.Path}
	}
	var out []string
	for _, name := range names {
		for _, at := range h.places(u, name) {
			if at = path.Clean(at); at != "." && !strings.HasPrefix(at, "..") {
				out = append(out, spelled(at))
			}
		}
	}
	return out
}

// places returns where a path of an address may lie in the folder. Of an
// address from the root of a server, any beginning may be missing there.
func (h *host) places(u *url.URL, name string) []string {
	if u.Host == "" && u.Scheme != "file" && !strings.HasPrefix(name, "/") {
		return []string{path.Join(path.Dir(h.page.path), name)}
	}
	segments := strings.FieldsFunc(path.Clean("/"+name), func(r rune) bool { return r == '/' })
	least := 1
	if u.Host != "" {
		segments = append([]string{u.Hostname()}, segments...)
		least = 2
	}
	var out []string
	for i := 0; i+least <= len(segments) && i < maxSegments; i++ {
		out = append(out, strings.Join(segments[i:], "/"))
	}
	return out
}

// maxSegments bounds how much of an address is tried.
const maxSegments = 20

// elementCommand is what servers and programs put behind the name of a file.
var elementCommand = regexp.MustCompile(`(?i)[?@&_!]open(?:element|attachment)\b.*$`)

// fileName returns the name people gave a file.
func fileName(name string) string { return elementCommand.ReplaceAllString(name, "") }

// localFile finds the file of the folder an address means: below the $FILE of
// its document, else by its path. Pages are none.
func (h *host) localFile(u *url.URL) (string, bool) {
	switch strings.ToLower(u.Scheme) {
	case "", "http", "https", "file":
	default:
		return "", false
	}
	if m := filePart.FindStringSubmatchIndex(u.Path); m != nil {
		unid := unidOf(u.Path[:m[0]])
		if unid == "" && u.Host == "" {
			unid = h.page.key.UNID
		}
		wanted := spelled(fileName(path.Base(u.Path[m[2]:])))
		for _, name := range h.site.owned[unid] {
			if spelled(fileName(path.Base(name))) == wanted {
				return name, true
			}
		}
	}
	for _, candidate := range h.candidates(u) {
		if _, isPage := h.site.keys[candidate]; isPage {
			return "", false
		}
		if name, ok := h.site.files[candidate]; ok {
			return name, true
		}
	}
	return "", false
}

// attach takes a file along, once, and returns its name beside the article; ""
// when it must not come.
func (h *host) attach(name string) string {
	id := spelled(name)
	if at := filePart.FindStringIndex(id); at != nil { // the same file below another view
		id = unidOf(id[:at[0]+1]) + "/" + fileName(path.Base(id))
	}
	if known, ok := h.files[id]; ok {
		return known
	}
	// It counts for the names of pictures before it has one itself. Its hash is wanted
	// in a survey, too: pages are compared by their files.
	h.files[id] = ""
	h.files[id] = folder.Take(h.site.root, name, h.shownName(name), maxFile, true, &h.names, h.doc)
	return h.files[id]
}

// shownName is the name of a file as people saw it. Pictures that only have a
// number, as those in rich text, get one.
func (h *host) shownName(name string) string {
	base := readable(fileName(path.Base(name)))
	if ending := path.Ext(base); len(ending) > 1 && !isNumber(ending[1:]) {
		return base
	}
	if ending := h.pictureEnding(name); ending != "" {
		return "bild-" + strconv.Itoa(len(h.files)) + ending
	}
	return base
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 16, 64)
	return err == nil
}

// pictureEnding tells the type of a picture by its first bytes.
func (h *host) pictureEnding(name string) string {
	f, err := h.site.root.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	head := make([]byte, 16)
	n, _ := f.Read(head)
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte("GIF8")):
		return ".gif"
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return ".png"
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return ".jpg"
	}
	return ""
}

// rest takes along the files of the document its text does not show, and tells
// what happened often as one note.
func (h *host) rest() {
	if h.page.key.ReplicaID != pathReplica {
		for _, name := range h.site.owned[h.page.key.UNID] {
			h.attach(name)
		}
	}
	if h.undescribed > 0 {
		h.doc.Review("importer.images-without-text", "n", h.undescribed)
	}
}

// serverIcon reports whether a picture belongs to the server: arrows, icons of
// files, blank ones that keep distance.
func serverIcon(address string) bool {
	address = strings.ToLower(address)
	return strings.Contains(address, "/icons/") || strings.HasPrefix(address, "icons/") || path.Base(address) == "ecblank.gif"
}

// Image implements htmlblocks.Host. Only pictures of the folder are shown:
// those from elsewhere would be fetched by every reader's browser.
func (h *host) Image(src, alt string) []cmark.Span {
	u, err := url.Parse(strings.TrimSpace(src))
	if err != nil || src == "" || serverIcon(u.Path) {
		return nil
	}
	name, found := h.localFile(u)
	if found {
		if attachment := h.attach(name); content.IsImage(attachment) {
			if alt == "" {
				h.undescribed++
			}
			return []cmark.Span{{Text: alt, Image: attachment}}
		}
	} else if u.Scheme == "" && !h.lost[src] {
		h.lost[src] = true
		h.doc.AttachmentsIn++
	}
	h.doc.Review(importer.PictureNote("importer.picture-lost", alt), "text", alt)
	return importer.InPlaceOf(alt)
}
