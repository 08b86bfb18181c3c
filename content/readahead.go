package content

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"sync"

	"staffelstab/internal/fault"
)

// readAheadLimit bounds how many texts of commits to come are kept in memory;
// one takes about a kilobyte.
const readAheadLimit = 50_000

// Prepare reads the texts of commits that are going to be recorded, so that
// the step that records them finds them read: everybody's saves wait for that
// step. The caller calls release when they are recorded or refused.
func (p *Projector) Prepare(ctx context.Context, commits []CommitRecord) (release func(), err error) {
	p.ahead.begin()
	b := &projectionBuilder{Projector: p, known: map[string]ID{}}
	for _, c := range commits {
		if _, err := b.textsOf(ctx, c); err != nil {
			p.ahead.end()
			return nil, err
		}
	}
	return p.ahead.end, nil
}

// readAhead remembers texts by path and state while somebody prepares a step.
// Both together say all that is in an Article but the commit.
type readAhead struct {
	mu    sync.Mutex
	users int
	texts map[[2]string]Article
}

func (r *readAhead) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.users++
	if r.texts == nil {
		r.texts = map[[2]string]Article{}
	}
}

func (r *readAhead) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users--; r.users == 0 {
		r.texts = nil
	}
}

func (r *readAhead) find(path, etag string) (Article, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.texts[[2]string{path, etag}]
	return a, ok
}

func (r *readAhead) keep(a Article) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.texts != nil && len(r.texts) < readAheadLimit {
		r.texts[[2]string{a.Path, a.ETag}] = a
	}
}

// read reads the row of a text in a tree, unless it was read ahead.
func (b *projectionBuilder) read(ctx context.Context, snapshot Snapshot, name string) (Article, bool, error) {
	found, ok, err := locate(ctx, snapshot, name)
	if err != nil || !ok {
		return Article{}, false, err
	}
	if a, ok := b.ahead.find(name, found.etag); ok {
		a.Commit = snapshot.Commit()
		return a, true, nil
	}
	a, err := found.article(snapshot)
	if err == nil && !b.replaying {
		b.ahead.keep(a)
	}
	return a, err == nil, err
}

// readAll reads the rows of texts in a tree, on all processors: of a bare copy
// nothing can be read before all of them are. A text that is not there has no id.
func (b *projectionBuilder) readAll(ctx context.Context, snapshot Snapshot, names []string) ([]Article, error) {
	texts, workers := make([]Article, len(names)), min(runtime.GOMAXPROCS(0), len(names))
	failed := make([]error, workers)
	var reading sync.WaitGroup
	for worker := range workers {
		reading.Go(func() {
			for i := worker; i < len(names) && failed[worker] == nil; i += workers {
				var ok bool
				if texts[i], ok, failed[worker] = b.read(ctx, snapshot, names[i]); !ok {
					texts[i] = Article{}
				}
			}
		})
	}
	reading.Wait()
	return texts, errors.Join(failed...)
}

// readArticle reads the row of a text in a tree.
func readArticle(ctx context.Context, snapshot Snapshot, name string) (Article, bool, error) {
	found, ok, err := locate(ctx, snapshot, name)
	if err != nil || !ok {
		return Article{}, false, err
	}
	a, err := found.article(snapshot)
	return a, err == nil, err
}

// located is a text in a tree before its file is read.
type located struct {
	name        string
	blob        string
	etag        string
	attachments []Attachment
}

func locate(ctx context.Context, snapshot Snapshot, name string) (located, bool, error) {
	if err := ctx.Err(); err != nil {
		return located{}, false, err
	}
	blob, ok := snapshot.Hash(name)
	if !ok {
		return located{}, false, nil
	}
	attachments, err := attachmentsBeside(snapshot, name)
	if err != nil {
		return located{}, false, err
	}
	return located{name, blob, etag(blob, attachments), attachments}, true, nil
}

// article reads the file. Wrong front matter does not stop it: an old mistake
// must not make a text disappear.
func (l located) article(snapshot Snapshot) (Article, error) {
	source, err := snapshot.ReadFile(l.name)
	if err != nil {
		return Article{}, err
	}
	d, err := ParseDocument(l.name, source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Article{}, err
	}
	return Article{
		Meta:        d.Meta,
		Path:        l.name,
		Commit:      snapshot.Commit(),
		Blob:        l.blob,
		ETag:        l.etag,
		ContentHash: d.ContentHash(l.attachments),
		Words:       countWords(d.Body),
	}, nil
}

// countWords counts the words of a body.
func countWords(body []byte) (count int) {
	for range bytes.FieldsSeq(body) {
		count++
	}
	return count
}
