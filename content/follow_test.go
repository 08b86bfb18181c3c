package content_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/content/search"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// TestAnIndexBehindTheDatabaseMissesNoReturn lets the index look at an old
// commit while the database is further on already: a text goes, comes back, is
// moved and moved back. Nothing between the two commits differs in the end, and
// still the index has to have the text.
func TestAnIndexBehindTheDatabaseMissesNoReturn(t *testing.T) {
	const here, there = "wissen/e/eins/index.md", "wissen/z/zwei/index.md"
	one := text(idA, "Wort")
	gone := map[string][]byte{here: nil}
	back := map[string][]byte{here: one}
	for name, steps := range map[string][]map[string][]byte{
		"gone and back":             {gone, back},
		"moved and back":            {{here: nil, there: one}, {there: nil, here: one}},
		"another id and back":       {{here: text(idB, "Wort")}, back},
		"hidden and open again":     {{here: text(idA, "Wort", `sichtbar: {bereiche: ["66"]}`)}, back},
		"gone, back, gone and back": {gone, back, gone, back},
	} {
		for _, indexedBefore := range []bool{false, true} { // by a rebuild, or by the difference
			t.Run(name, func(t *testing.T) {
				h := newHouse(t)
				index, err := search.Open(filepath.Join(h.dir, "index"), slog.New(slog.DiscardHandler))
				h.Library.Index = do(index, err)(t)
				t.Cleanup(func() { _ = index.Close() })
				commit := func(files map[string][]byte) content.Commit {
					t.Helper()
					_, err := h.repository.Write(t.Context(), func(content.Snapshot) (content.Change, error) {
						return content.Change{Files: files, Author: "u-elsewhere1", At: h.Now(), Message: "von außen"}, nil
					})
					return do(h.repository.Head(), err)(t)
				}
				follow := func(to content.Commit) {
					t.Helper()
					h.Library.Repository = late{h.repository, to}
					if err := h.IndexCatchUp(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				start := commit(map[string][]byte{"wissen/a/anders/index.md": text("cccccccccc", "Anderes")})
				if indexedBefore {
					follow(start)
				}
				first := commit(back)
				commit(steps[0])
				follow(first) // the database has the second commit
				last := first
				for _, files := range steps[1:] {
					last = commit(files)
				}
				follow(last)
				found := do(index.Search(t.Context(), content.Query{Text: "Wort", Audience: []string{account.Everyone}}))(t)
				var ids []string
				for _, hit := range found.Hits {
					if hit.Title == "Wort" {
						ids = append(ids, string(hit.ID))
					}
				}
				equal(t, "found", strings.Join(ids, " "), idA)
				equal(t, "stands at", index.Commit(), last)
			})
		}
	}
}

// TestAnIndexOfAnotherRepositoryIsBuiltAgain gives the index a stamp that this
// repository does not know, as after a backup was restored.
func TestAnIndexOfAnotherRepositoryIsBuiltAgain(t *testing.T) {
	s := servertest.New(t)
	s.Write("expertin", article("Wort", "Wort"))
	s.Indexed()
	foreign := content.Commit(strings.Repeat("ab", 20))
	stray := content.IndexDocument{ID: idB, Kind: content.KindArticle, Title: "Wort von anderswo", Audience: []string{account.Everyone}}
	if err := s.Index.Apply(t.Context(), foreign, []content.IndexChange{{ID: idB, Document: &stray}}); err != nil {
		t.Fatal(err)
	}
	s.Library.HeadChanged(s.Repository.Head())
	s.Indexed()
	hits := do(s.Index.Search(t.Context(), content.Query{Text: "Wort", Audience: []string{account.Everyone}}))(t).Hits
	if len(hits) != 1 || hits[0].Title != "Wort" {
		t.Errorf("the index holds %+v", hits)
	}
}
