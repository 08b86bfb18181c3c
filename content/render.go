package content

import (
	"container/list"
	"context"
	"net/url"
	"path"
	"strings"
	"sync"
)

// renderCacheEntries bounds the memory for rendered pages; a law of average
// length takes some 60 KB.
const renderCacheEntries = 512

type renderKey struct {
	blob, path string
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

// render returns the page of a text, without what readers must not see.
func (l *Library) render(ctx context.Context, a Article) (Rendered, error) {
	key := renderKey{blob: a.Blob, path: a.Path, generation: l.Projector.paths.Load()}
	if page, ok := l.pages.get(key); ok {
		return page, nil
	}
	d, err := l.document(ctx, a)
	if err != nil {
		return Rendered{}, err
	}
	body := l.Concealer.Conceal(a.Kind, d.Body, l.Renderer.Blocks(d.Body))
	page, err := l.Renderer.Render(ctx, body, l.resolver(ctx, a.ID, a.Path))
	if err != nil {
		return Rendered{}, err
	}
	l.pages.put(key, page)
	return page, nil
}

// RenderFor renders Markdown that belongs to an article, for other domains.
func (l *Library) RenderFor(ctx context.Context, a Article, markdown []byte) (Rendered, error) {
	return l.Renderer.Render(ctx, markdown, l.resolver(ctx, a.ID, a.Path))
}

// Address is the permanent address of a text.
func Address(id ID) string { return "/a/" + string(id) }

// AttachmentAddress is where an attachment of a text is served.
func AttachmentAddress(id ID, name string) string {
	return Address(id) + "/dateien/" + url.PathEscape(name)
}

// resolver resolves links as they are written in the text at the path:
// relative paths to texts and attachments, [[titles]] and [[ids]], permanent
// addresses. Outside addresses are not its business.
func (l *Library) resolver(ctx context.Context, id ID, from string) LinkResolver {
	return func(target string, wiki bool) (string, string, bool) {
		if wiki {
			return l.resolveWiki(ctx, target)
		}
		if strings.HasPrefix(target, "/a/") {
			return target, "", true
		}
		name, fragment, _ := strings.Cut(target, "#")
		if fragment != "" {
			fragment = "#" + fragment
		}
		if name == "" {
			return fragment, "", true
		}
		name, err := url.PathUnescape(name)
		if err != nil || strings.HasPrefix(name, "/") {
			return "", "", false
		}
		full := path.Join(path.Dir(from), name)
		for _, candidate := range []string{full, path.Join(full, "index.md"), full + ".md"} {
			if !IsArticlePath(candidate) {
				continue
			}
			if a, err := l.Catalogue.ArticleByPath(ctx, candidate); err == nil {
				return Address(a.ID) + fragment, a.Title, true
			}
		}
		if path.Dir(full) == path.Dir(from) && !IsArticlePath(full) && id != "" {
			return AttachmentAddress(id, path.Base(full)), "", true
		}
		return "", "", false
	}
}

func (l *Library) resolveWiki(ctx context.Context, target string) (string, string, bool) {
	title, fragment, _ := strings.Cut(strings.TrimSpace(target), "#")
	if fragment != "" {
		fragment = "#" + fragment
	}
	if a, err := l.Catalogue.Article(ctx, ID(title)); err == nil {
		return Address(a.ID) + fragment, a.Title, true
	}
	id, err := l.Catalogue.ResolveTitle(ctx, strings.ToLower(title))
	if err != nil {
		return "", "", false
	}
	return Address(id) + fragment, "", true
}

// Preview renders Markdown that is being written.
func (l *Library) Preview(ctx context.Context, id ID, markdown []byte) (Rendered, error) {
	from := "wissen/x/entwurf/index.md"
	if id != "" {
		if a, err := l.Catalogue.Article(ctx, id); err == nil {
			from = a.Path
		}
	}
	return l.Renderer.Render(ctx, markdown, l.resolver(ctx, id, from))
}
