package content

import (
	"container/list"
	"context"
	"errors"
	"net/url"
	"path"
	"strings"
	"sync"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// renderCacheEntries bounds the memory for rendered pages; a law of average
// length takes some 60 KB.
const renderCacheEntries = 512

type renderKey struct {
	etag, path string // of the text with its attachments
	at         RevisionID
	generation uint64 // links may lead elsewhere after texts came or went
}

// renderCache keeps the pages rendered last.
type renderCache struct {
	mu      sync.Mutex
	limit   int
	order   *list.List
	entries map[renderKey]*list.Element
}

type renderEntry struct {
	key   renderKey
	value Rendered
}

func newRenderCache(limit int) *renderCache {
	return &renderCache{limit: limit, order: list.New(), entries: map[renderKey]*list.Element{}}
}

// clear forgets every page.
func (c *renderCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order.Init()
	clear(c.entries)
}

func (c *renderCache) get(key renderKey) (Rendered, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return Rendered{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(renderEntry).value, true
}

func (c *renderCache) put(key renderKey, value Rendered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[key]; ok {
		return
	}
	c.entries[key] = c.order.PushFront(renderEntry{key, value})
	if c.order.Len() > c.limit {
		last := c.order.Back()
		delete(c.entries, c.order.Remove(last).(renderEntry).key)
	}
}

// render returns the page of a text, without what readers must not see. A page
// is kept for everybody unless it links to texts that not everybody may see.
// older names a revision that is not the newest, whose files are linked.
func (l *Library) render(ctx context.Context, actor account.Actor, a Article, older RevisionID) (Rendered, error) {
	key := renderKey{etag: a.ETag, path: a.Path, at: older, generation: l.Projector.paths.Load()}
	if page, ok := l.pages.get(key); ok {
		return page, nil
	}
	d, err := l.document(ctx, a)
	if err != nil {
		return Rendered{}, err
	}
	body := l.Concealer.Conceal(a.Kind, d.Body, l.Renderer.Blocks(d.Body))
	links := &linkResolver{library: l, actor: actor, id: a.ID, from: a.Path}
	if older != "" {
		links.at, links.commit = older, a.Commit
	}
	page, err := links.render(ctx, body)
	if err == nil && !links.personal {
		l.pages.put(key, page)
	}
	return page, err
}

// RenderFor renders Markdown that belongs to an article, for other domains.
func (l *Library) RenderFor(ctx context.Context, actor account.Actor, a Article, markdown []byte) (Rendered, error) {
	return l.renderWith(ctx, actor, a, markdown, nil)
}

// renderWith renders with files that do not lie beside the text yet.
func (l *Library) renderWith(ctx context.Context, actor account.Actor, a Article, markdown []byte, files map[string]string) (Rendered, error) {
	links := &linkResolver{library: l, actor: actor, id: a.ID, from: a.Path, files: files}
	return links.render(ctx, markdown)
}

// Address is the permanent address of a text.
func Address(id ID) string { return "/a/" + string(id) }

// AttachmentAddress is where an attachment of a text is served.
func AttachmentAddress(id ID, name string) string {
	return Address(id) + "/dateien/" + url.PathEscape(name)
}

// linkResolver resolves links as they are written in the text at the path:
// relative paths to texts and attachments, [[titles]] and [[ids]], permanent
// addresses. Outside addresses are not its business. A text the actor may not
// see looks like one that does not exist.
type linkResolver struct {
	library  *Library
	actor    account.Actor
	id       ID
	from     string
	at       RevisionID        // of an older state, whose files are linked; empty: the newest
	commit   Commit            // where they lie; empty: the head
	files    map[string]string // addresses of files that are not attached yet, by name
	personal bool              // a link leads where not everybody may go
	failed   error             // a link could not be looked up
}

func (r *linkResolver) render(ctx context.Context, markdown []byte) (Rendered, error) {
	page, err := r.library.Renderer.Render(ctx, markdown, func(target string, wiki bool) (string, string, bool) {
		return r.resolve(ctx, target, wiki)
	})
	return page, errors.Join(err, r.failed)
}

func (r *linkResolver) resolve(ctx context.Context, target string, wiki bool) (string, string, bool) {
	if wiki {
		return r.resolveWiki(ctx, target)
	}
	if address, ok := strings.CutPrefix(target, "/a/"); ok {
		id, _, _ := strings.Cut(strings.NewReplacer("?", "/", "#", "/").Replace(address), "/")
		_, ok := r.seen(r.library.Catalogue.Article(ctx, ID(id)))
		return target, "", ok
	}
	if strings.HasPrefix(target, "www.") { // as people write it
		return "https://" + target, "", true
	}
	_, fragment := cutFragment(target)
	switch {
	case isOutside(target):
		return r.named(ctx, legacyNames(target), fragment)
	case strings.HasPrefix(target, "/"):
		return r.named(ctx, ownNames(target), fragment)
	case strings.HasPrefix(target, "#"), target == "":
		return fragment, "", true
	}
	return r.resolvePath(ctx, target, fragment)
}

// cutFragment divides a target; the fragment keeps its sign.
func cutFragment(target string) (name, fragment string) {
	if i := strings.IndexByte(target, '#'); i >= 0 && i < len(target)-1 {
		return target[:i], target[i:]
	}
	return strings.TrimSuffix(target, "#"), ""
}

// resolvePath finds what a path leads to from where the text lies or, should
// it have been moved, from where it lay.
func (r *linkResolver) resolvePath(ctx context.Context, target, fragment string) (string, string, bool) {
	written, _ := cutFragment(target)
	name, err := url.PathUnescape(written)
	if err != nil {
		return "", "", false
	}
	full := path.Join(path.Dir(r.from), name)
	if address, ok := r.files[path.Base(full)]; ok && path.Dir(full) == path.Dir(r.from) {
		return address, "", true
	}
	if path.Dir(full) == path.Dir(r.from) && !IsArticlePath(full) && r.id != "" && r.lies(ctx, full) {
		address := AttachmentAddress(r.id, path.Base(full))
		if r.at != "" {
			address += "?stand=" + url.QueryEscape(string(r.at))
		}
		return address, "", true
	}
	if href, title, ok := r.named(ctx, relativeNames(target, foldersOf([]string{r.from})), fragment); ok || r.id == "" {
		return href, title, ok
	}
	lay, err := r.library.Catalogue.FormerPaths(ctx, r.id)
	if err != nil {
		r.note(err)
		return "", "", false
	}
	return r.named(ctx, relativeNames(target, foldersOf(lay)), fragment)
}

// named leads to the first text with one of the names that the actor may see.
func (r *linkResolver) named(ctx context.Context, names []Name, fragment string) (string, string, bool) {
	for _, name := range names {
		found, err := r.library.Catalogue.NamedArticles(ctx, name)
		if err != nil {
			r.note(err)
			return "", "", false
		}
		for _, a := range found {
			if a, ok := r.seen(a, nil); ok {
				return Address(a.ID) + fragment, a.Title, true
			}
		}
	}
	return "", "", false
}

// lies reports whether the file is there.
func (r *linkResolver) lies(ctx context.Context, name string) bool {
	tree, err := r.library.Repository.Snapshot(ctx, or(r.commit, r.library.Repository.Head()))
	if err != nil {
		r.note(err)
		return false
	}
	_, ok := tree.Hash(name)
	return ok
}

func (r *linkResolver) resolveWiki(ctx context.Context, target string) (string, string, bool) {
	_, fragment := cutFragment(strings.TrimSpace(target))
	return r.named(ctx, wikiNames(target), fragment)
}

// seen passes on a text the actor may see.
func (r *linkResolver) seen(a Article, err error) (Article, bool) {
	if err != nil {
		r.note(err)
		return Article{}, false
	}
	r.personal = r.personal || !a.Visibility.Everyone()
	return a, CanSee(r.actor, a.Audience())
}

// note keeps an error that is not an answer: a page on which links look broken
// because the database was away must not be kept.
func (r *linkResolver) note(err error) {
	if !fault.Is(err, fault.NotFound) {
		r.failed = errors.Join(r.failed, err)
	}
}

// Preview renders Markdown that is being written, as part of the text with the
// id when the actor may see it.
func (l *Library) Preview(ctx context.Context, actor account.Actor, id ID, markdown []byte) (Rendered, error) {
	return l.PreviewDraft(ctx, actor, id, "", markdown)
}

// PreviewDraft renders what the actor is writing with the files brought for it.
func (l *Library) PreviewDraft(ctx context.Context, actor account.Actor, id ID, key string, markdown []byte) (Rendered, error) {
	if err := authorizeRead(actor); err != nil {
		return Rendered{}, err
	}
	from := "wissen/x/entwurf/index.md"
	if id != "" {
		a, err := l.visible(ctx, actor, id)
		if err != nil {
			return Rendered{}, err
		}
		from = a.Path
	}
	files, err := l.draftAddresses(ctx, actor, id, key)
	if err != nil {
		return Rendered{}, err
	}
	links := &linkResolver{library: l, actor: actor, id: id, from: from, files: files}
	return links.render(ctx, markdown)
}
