package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/blugelabs/bluge"

	"staffelstab/content"
)

// kept makes an index on disk and closes it.
func kept(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	x := open(t, dir)
	if err := x.Rebuild(t.Context(), "c1", stream(library())); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// current is the folder the pointer names.
func current(t *testing.T, dir string) string {
	t.Helper()
	name, err := os.ReadFile(filepath.Join(dir, currentFile))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, string(name))
}

// restamp writes another schema into an index, as an older program would have.
func restamp(t *testing.T, folder, schema string) {
	t.Helper()
	writer, err := bluge.OpenWriter(config(folder))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(meta{schema, "c1"})
	if err != nil {
		t.Fatal(err)
	}
	doc := bluge.NewDocument(metaKey).AddField(bluge.NewStoredOnlyField("meta", data))
	if err := errors.Join(writer.Update(doc.ID(), doc), writer.Close()); err != nil {
		t.Fatal(err)
	}
}

// damages are ways in which what lies on the disk does not fit the program.
func damages() map[string]func(t *testing.T, dir string) {
	return map[string]func(t *testing.T, dir string){
		"schema of yesterday": func(t *testing.T, dir string) { restamp(t, current(t, dir), "0") },
		"schema of tomorrow":  func(t *testing.T, dir string) { restamp(t, current(t, dir), schema+"0") },
		"no stamp": func(t *testing.T, dir string) {
			writer, err := bluge.OpenWriter(config(current(t, dir)))
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(writer.Delete(bluge.Identifier(metaKey)), writer.Close()); err != nil {
				t.Fatal(err)
			}
		},
		"everything gone":               func(_ *testing.T, dir string) { _ = os.RemoveAll(dir) },
		"pointer gone":                  func(_ *testing.T, dir string) { _ = os.Remove(filepath.Join(dir, currentFile)) },
		"pointer to a folder not there": func(_ *testing.T, dir string) { _ = os.WriteFile(filepath.Join(dir, currentFile), []byte("77"), 0o600) },
		"pointer out of the folder": func(_ *testing.T, dir string) {
			_ = os.WriteFile(filepath.Join(dir, currentFile), []byte("../.."), 0o600)
		},
		"pointer full of noise": func(_ *testing.T, dir string) {
			_ = os.WriteFile(filepath.Join(dir, currentFile), []byte("\x00\xff"), 0o600)
		},
		"a file where the index should be": func(t *testing.T, dir string) {
			folder := current(t, dir)
			if err := errors.Join(os.RemoveAll(folder), os.WriteFile(folder, []byte("x"), 0o600)); err != nil {
				t.Fatal(err)
			}
		},
		"each file is noise": func(t *testing.T, dir string) {
			files, err := filepath.Glob(filepath.Join(current(t, dir), "*"))
			if err != nil || len(files) == 0 {
				t.Fatal("no files", err)
			}
			for _, f := range files {
				if err := os.WriteFile(f, []byte(strings.Repeat("\xff\x00x", 500)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		},
	}
}

func TestIndexThatDoesNotFitIsEmptyAndAsksToBeBuilt(t *testing.T) {
	for name, damage := range damages() {
		t.Run(name, func(t *testing.T) {
			dir := kept(t)
			outside, err := os.ReadDir(filepath.Dir(dir))
			if err != nil {
				t.Fatal(err)
			}
			damage(t, dir)
			x := open(t, dir)
			if x.Commit() != "" {
				t.Errorf("claims to stand at %q", x.Commit())
			}
			if r := find(t, x, content.Query{Text: "Winterdienst"}); r.Total != 0 {
				t.Errorf("answers from what does not fit: %v", ids(r))
			}
			if err := x.Rebuild(t.Context(), "c2", stream(library())); err != nil {
				t.Fatal(err)
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, dir)
			if r := find(t, again, content.Query{Text: "Winterdienst"}); r.Total != 2 || again.Commit() != "c2" {
				t.Errorf("built again and reopened: %v at %q", ids(r), again.Commit())
			}
			if after, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(after) != len(outside) {
				t.Errorf("something was written beside the folder: %v", after)
			}
		})
	}
}

// Each rebuild leaves one folder, however often and whatever a killed one left.
func TestRebuildsLeaveOneFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "2"), 0o700); err != nil { // of a killed rebuild
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "2", "000000000001.seg"), []byte("halb"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := open(t, dir)
	broken := errors.New("the database is away")
	for i := range 6 {
		documents := stream(library())
		if i%3 == 2 {
			documents = func(yield func(content.IndexDocument, error) bool) { yield(content.IndexDocument{}, broken) }
		}
		if err := x.Rebuild(t.Context(), content.Commit(fmt.Sprint("c", i)), documents); err != nil && !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if r := find(t, x, content.Query{Text: "Winterdienst"}); r.Total != 2 {
			t.Errorf("after rebuild %d: %v", i, ids(r))
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) != 2 || !slices.Contains(names, currentFile) || x.Commit() != "c4" {
		t.Errorf("left %v at %s", names, x.Commit())
	}
}

func TestSameArticleTwiceIsThereOnce(t *testing.T) {
	x := open(t, t.TempDir())
	first, second := page("a", "Parkausweis", "32", "A|alt", "B|alt", "C|alt"), page("a", "Parkausweis", "32", "A|neu")
	if err := x.Rebuild(t.Context(), "c1", stream([]content.IndexDocument{first, second, page("b", "Parkhaus", "32", "A|x"), first})); err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, content.Query{Text: "Parkausweis"}); r.Total != 1 || len(r.Hits) != 1 || r.Facets["department"][0].Count != 1 {
		t.Errorf("after a rebuild: %d, %v %v", r.Total, ids(r), r.Facets)
	}
	change := func(d content.IndexDocument) content.IndexChange { return content.IndexChange{ID: d.ID, Document: &d} }
	for name, c := range map[string]struct {
		changes []content.IndexChange
		want    map[string]int
	}{
		"the newest of a batch counts":     {[]content.IndexChange{change(first), change(second)}, map[string]int{"alt": 0, "neu": 1, "Parkausweis": 1}},
		"and the other way round":          {[]content.IndexChange{change(second), change(first)}, map[string]int{"alt": 1, "neu": 0, "Parkausweis": 1}},
		"removed and written":              {[]content.IndexChange{{ID: "a", Removed: true}, change(second)}, map[string]int{"neu": 1, "Parkausweis": 1}},
		"written and removed":              {[]content.IndexChange{change(second), {ID: "a", Removed: true}}, map[string]int{"neu": 0, "Parkausweis": 0}},
		"removed twice":                    {[]content.IndexChange{{ID: "a", Removed: true}, {ID: "a", Removed: true}}, map[string]int{"Parkausweis": 0}},
		"removed although it is not there": {[]content.IndexChange{{ID: "nie", Removed: true}}, map[string]int{"Parkhaus": 1}},
		"nothing":                          {nil, map[string]int{"Parkhaus": 1}},
	} {
		if err := x.Apply(t.Context(), content.Commit(name), c.changes); err != nil {
			t.Fatal(err)
		}
		if x.Commit() != content.Commit(name) {
			t.Errorf("%s: stands at %s", name, x.Commit())
		}
		for text, want := range c.want {
			if r := find(t, x, content.Query{Text: text}); r.Total != want {
				t.Errorf("%s: %s is found %d times, want %d", name, text, r.Total, want)
			}
		}
	}
}

// A text that got shorter must not answer with a section it no longer has.
func TestSectionsThatAreGoneAnswerNoMore(t *testing.T) {
	x := indexed(t, page("a", "Wahlen", "10", "Ablauf|Wahltag", "Helfer|Wahlhelfer melden sich", "Lokale|Wahllokale"))
	shorter := page("a", "Wahlen und Wahlhelfer", "10", "Ablauf|Wahltag im September")
	if err := x.Apply(t.Context(), "c2", []content.IndexChange{{ID: "a", Document: &shorter}}); err != nil {
		t.Fatal(err)
	}
	hits := find(t, x, content.Query{Text: "Wahlhelfer"}).Hits
	if len(hits) != 1 || hits[0].Anchor != "s0" || strings.Contains(joined(hits[0].Snippet), "melden") {
		t.Errorf("%+v", hits)
	}
	longer := page("a", "Wahlen", "10", "Ablauf|Wahltag", "Helfer|Wahlhelfer wieder da")
	if err := x.Apply(t.Context(), "c3", []content.IndexChange{{ID: "a", Document: &longer}}); err != nil {
		t.Fatal(err)
	}
	if hits := find(t, x, content.Query{Text: "Wahlhelfer"}).Hits; len(hits) != 1 || hits[0].Anchor != "s1" || joined(hits[0].Snippet) != "[Wahlhelfer] wieder da" {
		t.Errorf("%+v", hits)
	}
}

// While changes and rebuilds go on, each answer is of one whole state: an
// article has the same number in its title, in its text and in its snippet.
func TestAnswersAreWholeWhileTheIndexIsReplaced(t *testing.T) {
	state := func(n int) content.IndexDocument {
		return page("a", fmt.Sprintf("Stand %d", n), "10", fmt.Sprintf("Kopf|Kennzahl stand%d", n))
	}
	x := indexed(t, state(0))
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				r, err := x.Search(context.Background(), content.Query{Text: "Kennzahl", Audience: []string{"alle"}, On: "2026-11-23"})
				if err != nil || r.Total != 1 || len(r.Hits) != 1 {
					t.Errorf("%d found, %v", r.Total, err)
					return
				}
				number := strings.TrimPrefix(r.Hits[0].Title, "Stand ")
				if got := joined(r.Hits[0].Snippet); got != "[Kennzahl] stand"+number {
					t.Errorf("the title says %s, the snippet %q", number, got)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for n := 1; n <= 25; n++ {
		d := state(n)
		var err error
		if n%5 == 0 {
			err = x.Rebuild(context.Background(), content.Commit(fmt.Sprint(n)), stream([]content.IndexDocument{d}))
		} else {
			err = x.Apply(context.Background(), content.Commit(fmt.Sprint(n)), []content.IndexChange{{ID: "a", Document: &d}})
		}
		if err != nil {
			t.Fatal(err)
		}
		if r := find(t, x, content.Query{Text: fmt.Sprintf("stand%d", n)}); r.Total != 1 || x.Commit() != content.Commit(fmt.Sprint(n)) {
			t.Errorf("state %d is not searchable once it is acknowledged: %v at %s", n, ids(r), x.Commit())
		}
	}
	close(stop)
	readers.Wait()
}

func TestClosedIndexAnswersInsteadOfWaitingForEver(t *testing.T) {
	x := filled(t)
	if err := errors.Join(x.Close(), x.Close()); err != nil {
		t.Fatal(err)
	}
	if err := x.Apply(t.Context(), "c2", nil); err == nil {
		t.Error("a change was taken")
	}
	if err := x.Rebuild(t.Context(), "c2", stream(library())); err == nil {
		t.Error("a rebuild was taken")
	}
	if r, _ := x.Search(t.Context(), content.Query{Text: "Winterdienst", Audience: []string{"alle"}}); r.Total != 0 {
		t.Errorf("found %v", ids(r))
	}
	if x.Commit() != "c1" {
		t.Errorf("stands at %s", x.Commit())
	}
}

func TestLargeRebuildIsComplete(t *testing.T) {
	const articles = 1300 // several batches
	var many iter.Seq2[content.IndexDocument, error] = func(yield func(content.IndexDocument, error) bool) {
		for i := range articles {
			if !yield(page(fmt.Sprintf("n%04d", i), "Niederschrift", "10", fmt.Sprintf("TOP|Beschluss%04d", i)), nil) {
				return
			}
		}
	}
	x, err := Open(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Rebuild(t.Context(), "c1", many); err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, content.Query{Text: "Niederschrift", Limit: 1}); r.Total != articles || r.Facets["department"][0].Count != articles {
		t.Errorf("%d of %d are there", r.Total, articles)
	}
	for _, i := range []int{0, 99, 100, 101, 199, 200, 201, articles - 1} { // around the borders of batches
		if r := find(t, x, content.Query{Text: fmt.Sprintf("Beschluss%04d", i)}); r.Total != 1 || r.Hits[0].ID != content.ID(fmt.Sprintf("n%04d", i)) {
			t.Errorf("article %d: %v", i, ids(r))
		}
	}
}

// A redaction builds the index again; the files of the old one must not live on
// in a view that waits for the next question.
func TestRebuildLetsGoOfTheOldIndexAtOnce(t *testing.T) {
	x := filled(t)
	find(t, x, content.Query{Text: "Winterdienst"})
	before := x.current
	if err := x.Rebuild(t.Context(), "c2", stream(library()[:2])); err != nil {
		t.Fatal(err)
	}
	if x.current == before || before.users.Load() != 0 {
		t.Errorf("the old state has %d users", before.users.Load())
	}
}
