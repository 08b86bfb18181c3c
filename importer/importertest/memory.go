// Package importertest is what tests of imports share: a Target in memory, the
// contract every Target keeps, and a Renderer that shows no more than text.
package importertest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
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

	mu        sync.Mutex
	articles  map[content.ID]Stored
	former    map[content.ID][][]byte // what imports wrote, oldest first
	edited    map[content.ID]bool     // by people, since an import wrote last
	proposals map[string]Proposal
	commits   int
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

// Proposal is a change that waits for people.
type Proposal struct {
	Article  content.ID
	Stand    string
	Markdown []byte
	Declined bool
	Released bool
}

// NewMemory returns an empty target.
func NewMemory() *Memory {
	return &Memory{articles: map[content.ID]Stored{}, former: map[content.ID][][]byte{}, edited: map[content.ID]bool{}, proposals: map[string]Proposal{}}
}

// Current implements importer.Target.
func (m *Memory) Current(_ context.Context, id content.ID) (importer.Current, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.articles[id]
	if !ok {
		return importer.Current{}, missing()
	}
	return importer.Current{Path: a.Path, Markdown: bytes.Clone(a.Markdown), Base: baseOf(a.Markdown)}, nil
}

func missing() error { return fault.New(fault.NotFound, "content.article-missing") }

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
		s.Path = m.free(content.Slug(in.Title), in.ID)
	}
	for _, a := range in.Attachments {
		data, err := readAttachment(a)
		if err != nil {
			return importer.Written{Err: err}
		}
		s.Files[a.Name] = data
	}
	m.keep(in.ID, s, false)
	return importer.Written{Path: s.Path, Revision: content.RevisionID("r-" + strconv.Itoa(m.commits))}
}

func (m *Memory) keep(id content.ID, s Stored, edited bool) {
	m.articles[id], m.edited[id] = s, edited
	if !edited {
		m.former[id] = append(m.former[id], s.Markdown)
		m.commits++
	}
}

func readAttachment(a importer.Attachment) ([]byte, error) {
	f, err := a.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// free finds a place as the library does: where it is taken, the id follows, so
// that it does not matter who came first after a run was cut off.
func (m *Memory) free(slug string, id content.ID) string {
	for _, name := range []string{slug, slug + "-" + string(id)} {
		at := path.Join(slug[:1], name, "index.md")
		taken := false
		for _, a := range m.articles {
			taken = taken || a.Path == at
		}
		if !taken {
			return at
		}
	}
	return path.Join(slug[:1], slug+"-"+string(id)+"-2", "index.md")
}

// Former implements importer.Target.
func (m *Memory) Former(_ context.Context, id content.ID, own func([]byte) bool) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, text := range slices.Backward(m.former[id]) {
		if own(text) {
			return bytes.Clone(text), nil
		}
	}
	return nil, missing()
}

// Propose implements importer.Target. It joins whole files by lines.
func (m *Memory) Propose(_ context.Context, in importer.Incoming, base []byte) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(m.proposals)) {
		if p := m.proposals[id]; p.Article == in.ID && p.Stand == in.Stand {
			switch {
			case p.Declined:
				return "", fault.New(fault.Conflict, "content.proposal-decided")
			case p.Released:
				return "", nil
			}
			return id, nil
		}
	}
	joined := content.MergeText(string(base), string(in.Markdown), string(m.articles[in.ID].Markdown)).Body(nil)
	if joined == string(m.articles[in.ID].Markdown) {
		return "", nil
	}
	name := "v-" + strconv.Itoa(len(m.proposals)+1)
	for _, id := range slices.Sorted(maps.Keys(m.proposals)) {
		if p := m.proposals[id]; p.Article == in.ID && !p.Declined && !p.Released {
			name = id
		}
	}
	m.proposals[name] = Proposal{Article: in.ID, Stand: in.Stand, Markdown: []byte(joined)}
	return name, nil
}

// Known implements importer.Target.
func (m *Memory) Known(_ context.Context, replicaID string) iter.Seq2[importer.Known, error] {
	return func(yield func(importer.Known, error) bool) {
		articles := m.Articles()
		for _, id := range slices.Sorted(maps.Keys(articles)) {
			a := articles[id]
			d, _ := content.ParseDocument(a.Path, a.Markdown)
			if d.Meta.Origin.ReplicaID != replicaID {
				continue
			}
			key := importer.Key{ReplicaID: replicaID, UNID: d.Meta.Origin.UNID}
			if !yield(importer.Known{ID: id, Key: key, Title: d.Meta.Title, Path: a.Path, Department: d.Meta.Department}, nil) {
				return
			}
		}
	}
}

// Retire implements importer.Target.
func (m *Memory) Retire(_ context.Context, r importer.Retirement) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.articles[r.ID]
	if !ok || m.edited[r.ID] || baseOf(a.Markdown) != r.Base {
		return fault.New(fault.Stale, "content.stale")
	}
	delete(m.articles, r.ID)
	m.commits++
	return nil
}

// Leads implements importer.Shown.
func (m *Memory) Leads(_ context.Context, k importer.Key) ([]content.ID, error) {
	var own, also []content.ID
	for id, a := range m.Articles() {
		d, _ := content.ParseDocument(a.Path, a.Markdown)
		o := d.Meta.Origin
		if o.ReplicaID == k.ReplicaID && o.UNID == k.UNID {
			own = append(own, id)
		}
		if slices.Contains(o.Also, content.NotesKey{ReplicaID: k.ReplicaID, UNID: k.UNID}) {
			also = append(also, id)
		}
	}
	if own == nil {
		own = also
	}
	slices.Sort(own)
	return own, nil
}

// Keeps implements importer.Shown.
func (m *Memory) Keeps(_ context.Context, id content.ID, a importer.Attachment) (bool, error) {
	data, err := readAttachment(a)
	stored, ok := m.Articles()[id].Files[a.Name]
	return ok && bytes.Equal(stored, data), err
}

// Articles returns everything stored.
func (m *Memory) Articles() map[content.ID]Stored {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.articles)
}

// Proposals returns what waits for people, and what they declined.
func (m *Memory) Proposals() map[string]Proposal {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.proposals)
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
	m.keep(id, a, true)
}

// Confirm is a person who says of an article that it binds or was looked at, which
// is no work on it.
func (m *Memory) Confirm(id content.ID, change func([]byte) []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.articles[id]
	a.Markdown = change(bytes.Clone(a.Markdown))
	m.articles[id] = a
}

// Decline turns a proposal down, as a person would.
func (m *Memory) Decline(proposal string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.proposals[proposal]
	p.Declined = true
	m.proposals[proposal] = p
}

// Release makes a proposal the text, as those who decide would.
func (m *Memory) Release(proposal string) {
	m.mu.Lock()
	p := m.proposals[proposal]
	p.Released = true
	m.proposals[proposal] = p
	m.mu.Unlock()
	m.Edit(p.Article, func([]byte) []byte { return p.Markdown })
}

// Lose takes a file away behind everybody's back, or with an empty name the
// whole article.
func (m *Memory) Lose(id content.ID, file string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if file == "" {
		delete(m.articles, id)
		return
	}
	a := m.articles[id]
	a.Files = maps.Clone(a.Files)
	delete(a.Files, file)
	m.articles[id] = a
}

// Paths lists where everything lies, for comparing two targets.
func (m *Memory) Paths() string {
	var out []string
	for id, a := range m.Articles() {
		out = append(out, string(id)+" "+a.Path)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}
