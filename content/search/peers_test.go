package search_test

import (
	"io/fs"
	"log/slog"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"staffelstab/content/search"
)

// pageSize is how many hits a measured query shows, each with its snippet.
const pageSize = 20

// peer is a search engine that holds the sections of a collection.
type peer interface {
	// fill makes the index, ready to be asked.
	fill(b *testing.B, c collection)
	// search returns the names of the best texts with their snippets read. A text
	// ranks as its best section does.
	search(b *testing.B, text string, limit int) []string
	// size is what the index takes on disk, in bytes.
	size(b *testing.B) int64
}

// BenchmarkPeers puts the questions about the laws to this engine and to others
// that hold the same sections, on one machine in one run.
func BenchmarkPeers(b *testing.B) {
	list, c := readQuestions(b, "gesetze.txt"), laws(b)
	list.known(b, slices.Collect(maps.Values(c.names)))
	for _, p := range []struct {
		name string
		open func(b *testing.B) peer
	}{
		{"staffelstab", func(b *testing.B) peer { return &ours{} }},
		{"bleve", func(b *testing.B) peer { return startBleve(b) }},
		{"sqlite-fts5", func(b *testing.B) peer { return &fts5{} }},
		{"postgresql-german", func(b *testing.B) peer { return newPostgres(b) }},
	} {
		b.Run(p.name, func(b *testing.B) { measurePeer(b, p.open(b), list, c) })
	}
}

func measurePeer(b *testing.B, p peer, list questionList, c collection) {
	began := time.Now()
	p.fill(b, c)
	indexing := time.Since(began)
	all, kindly, _ := list.ask(func(text string) []string { return p.search(b, text, rankDepth) })
	b.Log(strings.TrimSpace(kindly))
	var took []time.Duration
	for range 2 {
		for _, q := range list.questions {
			began := time.Now()
			p.search(b, q.text, pageSize)
			took = append(took, time.Since(began))
		}
	}
	show(b, "answers", figure{all.mrr(), "MRR@10"}, figure{all.success(), "success@3"})
	show(b, "query", figure{percentile(took, .50), "p50-ms"}, figure{percentile(took, .99), "p99-ms"})
	show(b, "index", figure{indexing.Seconds(), "s"}, figure{float64(p.size(b)) / (1 << 20), "MB"})
}

// figure is something measured once, outside the loop of a benchmark.
type figure struct {
	value float64
	unit  string
}

func show(b *testing.B, name string, figures ...figure) {
	b.Run(name, func(b *testing.B) {
		for range b.N {
			runtime.KeepAlive(figures)
		}
		b.ReportMetric(0, "ns/op")
		for _, f := range figures {
			b.ReportMetric(f.value, f.unit)
		}
	})
}

// percentile sorts what was measured and returns milliseconds.
func percentile(took []time.Duration, share float64) float64 {
	slices.Sort(took)
	return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds()) / 1000
}

func folderSize(b *testing.B, folder string) (total int64) {
	b.Helper()
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return total
}

// ours answers with facets, permission and everything else a page of hits has.
type ours struct {
	folder     string
	collection collection
	index      *search.Index
}

func (o *ours) fill(b *testing.B, c collection) {
	o.folder, o.collection = b.TempDir(), c
	x, err := search.Open(o.folder, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := x.Close(); err != nil {
			b.Error(err)
		}
	})
	if err := x.Rebuild(b.Context(), "c1", c.stream()); err != nil {
		b.Fatal(err)
	}
	o.index = x
}

func (o *ours) search(b *testing.B, text string, limit int) []string {
	return o.collection.found(b, o.index, text, limit)
}

func (o *ours) size(b *testing.B) int64 { return folderSize(b, o.folder) }

// row is a section as the peers hold it.
type row struct {
	name                 string // of its text
	title, heading, body string
}

// rows cuts a collection as this engine is given it.
func (c collection) rows() []row {
	var out []row
	for _, d := range c.documents {
		for _, s := range d.Sections {
			out = append(out, row{name: c.names[d.ID], title: d.Title, heading: strings.Join(s.Path, "\n"), body: s.Text})
		}
	}
	return out
}

// words are what a person typed without marks; the peers look for any of them.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// best collects the names of the best texts from sections in the order of rank,
// and the section each of them was found by.
type best[K comparable] struct {
	limit    int
	names    []string
	sections []K
}

// add reports whether enough are found.
func (x *best[K]) add(name string, section K) bool {
	if !slices.Contains(x.names, name) {
		x.names, x.sections = append(x.names, name), append(x.sections, section)
	}
	return len(x.names) >= x.limit
}
