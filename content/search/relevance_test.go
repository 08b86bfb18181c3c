package search_test

import (
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/demo"
	"staffelstab/content/markdown"
	"staffelstab/content/search"
	"staffelstab/internal/fault"
	"staffelstab/internal/testkit"
)

// today is the day the questions are asked.
const today = content.Date("2026-11-23")

// collection is a set of texts as the library gives them to the index, with the
// names the lists of questions use.
type collection struct {
	documents []content.IndexDocument
	names     map[content.ID]string
}

// indexDocument makes of a file what the library makes of it.
func indexDocument(t testing.TB, renderer *markdown.Renderer, path string, source []byte) content.IndexDocument {
	t.Helper()
	d, err := content.ParseDocument(path, source)
	if err != nil && !fault.Is(err, fault.Invalid) { // such as a title that is too long: people find the text all the same
		t.Fatalf("%s: %v", path, err)
	}
	m := d.Meta
	return content.IndexDocument{
		ID: m.ID, Kind: m.Kind, Title: m.Title, Summary: m.Summary, Department: m.Department, Number: m.Number,
		Binding: m.Binding, Topics: m.Topics, Keywords: m.Keywords, Audience: m.Audience(),
		ValidFrom: m.ValidFrom, ValidUntil: m.ValidUntil, ReviewDue: m.ReviewDue,
		Sections: content.Sections(renderer.Blocks(d.Body)),
	}
}

// laws are the laws of the corpus as adoption leaves them: an id and a kind are
// added; the long title is the title, and the abbreviation stands in the first heading.
func laws(t testing.TB) collection {
	t.Helper()
	bundle := filepath.Join(testkit.RequireCorpus(t), "gesetze.bundle")
	if _, err := os.Stat(bundle); err != nil {
		t.Skip("skipped: the corpus has no gesetze.bundle")
	}
	tree := filepath.Join(t.TempDir(), "gesetze")
	clone := exec.CommandContext(t.Context(), testkit.RequireGit(t), "clone", "--quiet", bundle, tree)
	if out, err := clone.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(tree, "*", "*", "index.md"))
	if err != nil || len(files) == 0 {
		t.Fatal("no laws in the bundle", err)
	}
	renderer := markdown.New(markdown.Labels{})
	c := collection{names: map[content.ID]string{}}
	for n, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(tree, filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		d := indexDocument(t, renderer, name+"/index.md", source)
		d.ID, d.Kind, d.Audience = content.ID(fmt.Sprintf("gesetz%04d", n)), content.KindArticle, []string{"alle"}
		c.documents = append(c.documents, d)
		c.names[d.ID] = name
	}
	return c
}

// town are the texts of the demonstration.
func town(t testing.TB) collection {
	t.Helper()
	day, err := time.Parse(time.DateOnly, string(today))
	if err != nil {
		t.Fatal(err)
	}
	files, err := demo.Files(day)
	if err != nil {
		t.Fatal(err)
	}
	renderer := markdown.New(markdown.Labels{})
	c := collection{names: map[content.ID]string{}}
	validFrom := map[content.ID]content.Date{}
	superseded := map[content.ID]content.ID{}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		d := indexDocument(t, renderer, path, files[path])
		parsed, err := content.ParseDocument(path, files[path])
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range parsed.Meta.Relations() {
			if r.Kind == content.Replacing {
				superseded[r.Older] = r.Newer
			}
		}
		validFrom[d.ID] = d.ValidFrom
		c.documents = append(c.documents, d)
		c.names[d.ID] = string(d.ID)
	}
	for n, d := range c.documents {
		c.documents[n].SupersededFrom = validFrom[superseded[d.ID]]
	}
	return c
}

func (c collection) stream() iter.Seq2[content.IndexDocument, error] {
	return func(yield func(content.IndexDocument, error) bool) {
		for _, d := range c.documents {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// indexed is a fresh index of the collection.
func (c collection) indexed(t testing.TB) *search.Index {
	t.Helper()
	x, err := search.Open(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := x.Rebuild(t.Context(), "c1", c.stream()); err != nil {
		t.Fatal(err)
	}
	return x
}

// found are the names of the first page for a question.
func (c collection) found(t testing.TB, x *search.Index, text string, limit int) []string {
	t.Helper()
	r, err := x.Search(t.Context(), content.Query{Text: text, Audience: []string{"alle"}, On: today, Limit: limit})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var names []string
	for _, hit := range r.Hits {
		names = append(names, c.names[hit.ID])
	}
	return names
}

// answers fails when the questions of a file are answered worse than it asks for.
func (c collection) answers(t *testing.T, file string) {
	t.Helper()
	list := readQuestions(t, file)
	list.known(t, slices.Collect(maps.Values(c.names)))
	x := c.indexed(t)
	all, kindly, missing := list.ask(func(text string) []string { return c.found(t, x, text, rankDepth) })
	t.Log(strings.TrimSuffix(file, ".txt"), kindly+missing)
	if all.mrr() < list.bound {
		t.Errorf("MRR@%d %.3f is below %.2f", rankDepth, all.mrr(), list.bound)
	}
}

func TestRelevanceOfLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: reading 1,402 laws takes most of a minute")
	}
	laws(t).answers(t, "gesetze.txt")
}

func TestRelevanceOfTown(t *testing.T) { town(t).answers(t, "stadt.txt") }
