package content_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/content/gitrepo"
	"staffelstab/internal/ident"
	"staffelstab/server/servertest"
)

// TestRandomHistoriesGrowAsTheyAreRebuilt lets people from outside commit
// whatever Git allows: texts come, go, change places and ids, share ids, lose
// them, and copied commits repeat trailers.
func TestRandomHistoriesGrowAsTheyAreRebuilt(t *testing.T) {
	for seed := range uint64(10) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := servertest.New(t)
			r := rand.New(rand.NewPCG(seed, 1))
			tree := map[string][]byte{}
			ids := []content.ID{idA, idB, "cccccccccc"}
			for range 25 {
				files, trailers := randomCommit(r, tree, ids)
				commitFiles(t, s, files, trailers...)
				for name, data := range files {
					if tree[name] = data; data == nil {
						delete(tree, name)
					}
				}
			}
			rebuilt(t, s, ids...)
		})
	}
}

// noRecorder belongs to a repository without a database.
type noRecorder struct{}

func (noRecorder) Record(context.Context, []content.CommitRecord) error { return nil }

// randomCommit changes one to three files of a small tree.
func randomCommit(r *rand.Rand, tree map[string][]byte, ids []content.ID) (map[string][]byte, []content.Trailer) {
	paths := []string{"a/index.md", "a/b/index.md", "a-b/index.md", "b/01.md", "b/02.md", "b/plan.txt"}
	files := map[string][]byte{}
	for range 1 + r.IntN(3) {
		name := paths[r.IntN(len(paths))]
		_, there := tree[name]
		switch n := r.IntN(10); {
		case !strings.HasSuffix(name, ".md"):
			files[name] = fmt.Appendf(nil, "Plan %d", r.IntN(3))
		case n < 2 && there:
			files[name] = nil
		case n < 4 && there: // elsewhere with the same bytes
			other := paths[r.IntN(5)]
			files[other] = tree[name]
			if other != name {
				files[name] = nil
			}
		case n < 6:
			files[name] = fmt.Appendf(nil, "# Wort %d\n", r.IntN(3))
		default:
			files[name] = text(string(ids[r.IntN(len(ids))]), fmt.Sprint("Wort ", r.IntN(3)))
		}
	}
	for name, data := range files {
		if _, there := tree[name]; data == nil && !there {
			delete(files, name)
		}
	}
	if len(files) == 0 {
		files["notiz.txt"] = fmt.Append(nil, r.Uint64())
	}
	if r.IntN(3) > 0 {
		return files, nil
	}
	value := fmt.Sprintf("r-%s", strings.Repeat(string(rune('a'+r.IntN(4))), 10))
	if r.IntN(2) == 0 {
		value += " " + string(ids[r.IntN(len(ids))])
	}
	return files, []content.Trailer{{Key: content.TrailerRevision, Value: value}}
}

// TestAdoptedHistoryIsKeptAndRebuilt takes over a repository whose texts have
// no ids, beside texts of our own. One of its commits claims a revision of
// ours.
func TestAdoptedHistoryIsKeptAndRebuilt(t *testing.T) {
	ours := servertest.New(t)
	own := ours.Write("expertin", article("Eigenes Wort", "Wort"))

	dir := t.TempDir()
	theirs, err := gitrepo.Open(dir, gitrepo.Options{Now: ours.Now})
	foreign := do(theirs, err)(t)
	foreign.Start(noRecorder{})
	t.Cleanup(func() { foreign.Close() })
	write := func(files map[string][]byte, trailers ...content.Trailer) {
		t.Helper()
		_, err := foreign.Write(t.Context(), func(content.Snapshot) (content.Change, error) {
			return content.Change{Files: files, Author: "u-foreign222", At: ours.Now(), Message: "fremd", Trailers: trailers}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write(map[string][]byte{"alt/bgb.md": []byte("# BGB Wort\n\n§ 1\n"), "alt/rest.md": []byte("# Rest Wort\n")})
	write(map[string][]byte{"alt/bgb.md": []byte("# BGB Wort\n\n§ 1\n§ 2\n")}, content.Trailer{Key: content.TrailerRevision, Value: string(own.Revision)})
	write(map[string][]byte{"alt/bgb.md": nil, "neu/bgb.md": []byte("# BGB Wort\n\n§ 1\n§ 2\n")})

	report, err := ours.Repository.Adopt(t.Context(), filepath.Join(dir, gitrepo.Folder), gitrepo.Adoption{
		Pseudonym: func(string) string { return "u-pseudonym2" },
		Finish: func(tree content.Snapshot) (content.Change, error) {
			files, _, err := content.CompleteAdopted(tree, new(ident.Sequence))
			return content.Change{Files: files, Author: "u-operatorxx", At: ours.Now(), Message: "Kopfdaten"}, err
		},
	})
	equal(t, "adopted commits", do(report, err)(t).Commits, 3)

	reader := ours.Actor("leserin")
	var bgb content.ID
	for _, a := range do(ours.Library.List(t.Context(), reader, content.ArticleFilter{}))(t).Articles {
		if a.Path == "neu/bgb.md" {
			bgb = a.ID
		}
	}
	var messages, paths []string
	for _, r := range do(ours.Library.History(t.Context(), reader, bgb, 0, 10))(t) {
		messages, paths = append(messages, r.Message), append(paths, r.Path)
		v := do(ours.Library.Read(t.Context(), reader, bgb, r.ID))(t)
		if !strings.Contains(v.HTML, "§ 1") {
			t.Errorf("%s reads %q", r.ID, v.HTML)
		}
	}
	equal(t, "history", strings.Join(messages, " "), "Kopfdaten fremd fremd fremd")
	equal(t, "places", strings.Join(paths, " "), "neu/bgb.md neu/bgb.md alt/bgb.md alt/bgb.md")
	equal(t, "our revision", do(ours.Library.Article(t.Context(), reader, own.ID))(t).Revision, own.Revision)

	// A version from before the id came can be saved again, with the id.
	now := do(ours.Library.Article(t.Context(), reader, bgb))(t)
	first := do(ours.Library.History(t.Context(), reader, bgb, 0, 10))(t)[3].ID
	back := do(ours.Library.Restore(t.Context(), ours.Operator, bgb, first, now.ETag, "zurück"))(t)
	if back.ID != bgb || back.Path != "neu/bgb.md" {
		t.Errorf("restored as %s at %s", back.ID, back.Path)
	}

	ours.Indexed()
	grown := withoutOrder(dump(t, ours))
	do(ours.Library.Projector.Rebuild(t.Context()))(t)
	compareDumps(t, "the rebuilt database", withoutOrder(dump(t, ours)), grown)
}

// withoutOrder leaves out where a revision stands among those of other texts:
// two histories that were joined have no order between them.
func withoutOrder(lines []string) []string {
	out := slices.Clone(lines)
	for i, line := range out {
		if before, after, ok := strings.Cut(line, " Sequence:"); ok {
			_, rest, _ := strings.Cut(after, " ")
			out[i] = before + " " + rest
		}
	}
	return out
}
