// Package importertest is what tests of imports share: a Target in memory, the
// contract every Target keeps, and a Renderer that shows no more than text.
package importertest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"strconv"
	"sync"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/internal/fault"
)

// Memory is a Target that keeps everything in memory. It is safe for
// concurrent use.
type Memory struct {
	// Refuse makes Put answer with its error for an article.
	Refuse map[content.ID]error
	// FullAfter makes Put fail as a whole after that many articles; 0 never.
	FullAfter int

	mu       sync.Mutex
	articles map[content.ID]Stored
	commits  int
}

// Stored is an article in memory with what its last commit said.
type Stored struct {
	Path     string
	Markdown []byte
	Files    map[string][]byte
	Author   string
	When     time.Time
	Message  string
	Trailers []content.Trailer
}

// NewMemory returns an empty target.
func NewMemory() *Memory { return &Memory{articles: map[content.ID]Stored{}} }

// Current implements importer.Target.
func (m *Memory) Current(_ context.Context, id content.ID) (importer.Current, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.articles[id]
	if !ok {
		return importer.Current{}, fault.New(fault.NotFound, "content.article-missing")
	}
	return importer.Current{Path: a.Path, Markdown: bytes.Clone(a.Markdown), Base: baseOf(a.Markdown)}, nil
}

func baseOf(markdown []byte) string {
	sum := sha256.Sum256(markdown)
	return hex.EncodeToString(sum[:])
}

// Put implements importer.Target.
func (m *Memory) Put(_ context.Context, batch []importer.Incoming) ([]importer.Written, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]importer.Written, len(batch))
	for i, in := range batch {
		if m.FullAfter > 0 && m.commits >= m.FullAfter {
			return out, fault.New(fault.Full, "gitrepo.disk-full")
		}
		out[i] = m.put(in)
	}
	return out, nil
}

func (m *Memory) put(in importer.Incoming) importer.Written {
	if err := m.Refuse[in.ID]; err != nil {
		return importer.Written{Err: err}
	}
	old, exists := m.articles[in.ID]
	if exists != (in.Base != "") || exists && in.Base != baseOf(old.Markdown) {
		return importer.Written{Path: old.Path, Err: fault.New(fault.Stale, "content.stale")}
	}
	s := Stored{Path: in.Path, Markdown: bytes.Clone(in.Markdown), Files: map[string][]byte{}, Author: in.AuthorKey, When: in.When, Message: in.Message, Trailers: in.Trailers}
	if s.Path == "" {
		s.Path = m.free(content.Slug(in.Title))
	}
	for _, a := range in.Attachments {
		data, err := readAttachment(a)
		if err != nil {
			return importer.Written{Err: err}
		}
		s.Files[a.Name] = data
	}
	m.articles[in.ID] = s
	m.commits++
	return importer.Written{Path: s.Path, Revision: content.RevisionID("r-" + strconv.Itoa(m.commits))}
}

func readAttachment(a importer.Attachment) ([]byte, error) {
	f, err := a.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func (m *Memory) free(slug string) string {
	for n := 1; ; n++ {
		name := slug
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		at := path.Join(slug[:1], name, "index.md")
		taken := false
		for _, a := range m.articles {
			taken = taken || a.Path == at
		}
		if !taken {
			return at
		}
	}
}

// Articles returns everything stored.
func (m *Memory) Articles() map[content.ID]Stored {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[content.ID]Stored, len(m.articles))
	for id, a := range m.articles {
		out[id] = a
	}
	return out
}

// Commits counts what was written so far.
func (m *Memory) Commits() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.commits
}

// Edit changes a stored text as a person would.
func (m *Memory) Edit(id content.ID, change func([]byte) []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.articles[id]
	a.Markdown = change(bytes.Clone(a.Markdown))
	m.articles[id] = a
}
