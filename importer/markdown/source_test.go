package markdown_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	render "staffelstab/content/markdown"
	"staffelstab/importer"
	"staffelstab/importer/markdown"
	"staffelstab/internal/fault"
)

// renderer shows texts as the product does.
func renderer() *render.Renderer { return render.New(render.Labels{}) }

// folder makes a folder of files; a name that ends in "/" is a folder.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "regeln")
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type result struct {
	docs   []*importer.Document
	broken []*importer.SourceError
}

func (r result) titles() []string {
	var out []string
	for _, d := range r.docs {
		out = append(out, d.Title)
	}
	return out
}

func source(t testing.TB, folders ...string) *markdown.Source {
	t.Helper()
	s, err := markdown.New(renderer(), folders...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t testing.TB, pass importer.Pass, folders ...string) result {
	t.Helper()
	var out result
	for d, err := range source(t, folders...).Documents(context.Background(), pass) {
		var broken *importer.SourceError
		switch {
		case errors.As(err, &broken):
			out.broken = append(out.broken, broken)
		case err != nil:
			t.Fatal(err)
		default:
			out.docs = append(out.docs, d)
		}
	}
	return out
}

func keys(notes []importer.Note) []string {
	var out []string
	for _, n := range notes {
		out = append(out, n.Key)
	}
	return out
}

func TestFilesComeInTheOrderOfTheirPaths(t *testing.T) {
	dir := folder(t, map[string]string{
		"z.md": "# Z", "a/c.md": "# A-C", "a/b/index.md": "# A-B", "b.MD": "# B",
		"liesmich.txt": "# nein", "bild.md.png": "# nein", ".git/HEAD.md": "# nein", ".entwurf.md": "# nein", "a/.alt/x.md": "# nein",
	})
	second := folder(t, map[string]string{"zweiter.md": "# Zweiter Ordner"})
	r := read(t, importer.Pass{}, dir, second)
	if got := r.titles(); !slices.Equal(got, []string{"A-B", "A-C", "B", "Z", "Zweiter Ordner"}) || len(r.broken) != 0 {
		t.Errorf("%q, errors %v", got, r.broken)
	}
	for i, want := range []string{"a/b/index.md", "a/c/index.md", "b/index.md", "z/index.md"} {
		if got := r.docs[i].Path; got != want {
			t.Errorf("path %q, want %q", got, want)
		}
	}
	if d := r.docs[0]; d.Origin.File != "regeln" || d.Origin.UNID != "a/b/index.md" || d.Revised.IsZero() || d.Kind != content.KindArticle {
		t.Errorf("%+v", d)
	}
}

func TestLinksToElsewhereOnTheDiskAreNotFollowed(t *testing.T) {
	outside := folder(t, map[string]string{"geheim.md": "# Geheim", "anlage.pdf": "geheim"})
	dir := folder(t, map[string]string{"a.md": "# A\n\n[a](anlage.pdf) [b](b.md) [c](ordner/geheim.md) [d](ordner/anlage.pdf) [e](ordner/)"})
	for link, to := range map[string]string{"b.md": "geheim.md", "anlage.pdf": "anlage.pdf", "ordner": "."} {
		if err := os.Symlink(filepath.Join(outside, to), filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	r := read(t, importer.Pass{}, dir)
	if got := r.titles(); !slices.Equal(got, []string{"A"}) || r.docs[0].AttachmentsIn != 0 {
		t.Errorf("%q with %d attachments, errors %v", got, r.docs[0].AttachmentsIn, r.broken)
	}
	if alive := slices.DeleteFunc(r.docs[0].Links, func(l importer.Link) bool { return l.Dead }); len(alive) != 0 {
		t.Errorf("links lead out of the folder: %+v", alive)
	}
}

func TestTheTextStaysByteForByte(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"nothing missing": {"---\nid: aaaaaaaaaa\nart: standard\ntitel: Frist\nfremd: [1, 2]\n---\nText\r\n\r\n", "---\nid: aaaaaaaaaa\nart: standard\ntitel: Frist\nfremd: [1, 2]\n---\nText\r\n\r\n"},
		"some missing":    {"---\n# von Hand\ntitel: \"Frist: 6 Monate\"\n---\n\nText  \n", "---\n# von Hand\ntitel: \"Frist: 6 Monate\"\nid: ID\n---\n\nText  \n"},
		"no front matter": {"# Größe\n\n5 € \t\nEnde ohne Zeilenende", "---\nid: ID\nart: artikel\ntitel: Größe\n---\n# Größe\n\n5 € \t\nEnde ohne Zeilenende"},
	} {
		t.Run(name, func(t *testing.T) {
			r := read(t, importer.Pass{}, folder(t, map[string]string{"a.md": c.file}))
			if len(r.docs) != 1 {
				t.Fatalf("errors %v", r.broken)
			}
			d := r.docs[0]
			id := string(importer.ArticleID(importer.Key{ReplicaID: "markdown", UNID: "a.md"}))
			if got := strings.ReplaceAll(string(d.Markdown), id, "ID"); got != c.want {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
			if completed := slices.Contains(keys(d.Notes), "importer.front-matter-completed"); completed != (name != "nothing missing") {
				t.Errorf("notes %v", d.Notes)
			}
		})
	}
}

func TestWhatAFileSaysOfItselfCounts(t *testing.T) {
	r := read(t, importer.Pass{}, folder(t, map[string]string{"a.md": "---\nid: aaaaaaaaaa\nart: standard\ntitel: Reisekosten\nbereich: \"11\"\n---\n# Anders\n"}))
	if d := r.docs[0]; d.ID != "aaaaaaaaaa" || d.Kind != content.KindStandard || d.Title != "Reisekosten" || d.Department != "11" {
		t.Errorf("%+v", d)
	}
}

func TestAnIDBelongsToThePathHoweverItIsSpelled(t *testing.T) {
	// macOS writes umlauts in two characters, Linux in one: the same folder on
	// another machine must not become other articles.
	first := read(t, importer.Pass{}, folder(t, map[string]string{"Übersicht.md": "x"})).docs[0]
	second := read(t, importer.Pass{}, folder(t, map[string]string{"U\u0308bersicht.md": "x"})).docs[0]
	if first.Origin.Key() != second.Origin.Key() {
		t.Errorf("%q and %q", first.Origin.UNID, second.Origin.UNID)
	}
}

func TestADamagedFileIsToldAndTheOthersGoOn(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.md": "# A", "b.md": "Gr\xf6\xdfe", "c.md": "---\ntitel: [\n---\nx", "d.md": "# D", "f.md": "---\ntitel: a\ntitel: b\n---\nx", "g.md": "# G",
	})
	huge := filepath.Join(dir, "e.md")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, content.DefaultMaxBody+1); err != nil {
		t.Fatal(err)
	}
	r := read(t, importer.Pass{}, dir)
	if got := r.titles(); !slices.Equal(got, []string{"A", "D", "G"}) {
		t.Errorf("documents %q", got)
	}
	var got []string
	for _, b := range r.broken {
		got = append(got, fmt.Sprintf("%s %s %v", b.Title, b.Note.Key, b.Note.Review))
	}
	want := []string{"b.md importer.not-utf8 true", "c.md importer.front-matter-invalid true", "e.md importer.document-too-large true", "f.md importer.front-matter-invalid true"}
	if !slices.Equal(got, want) {
		t.Errorf("errors %q", got)
	}
}

func TestAFileOfTheGreatestSizeComesIn(t *testing.T) {
	front := "---\nid: aaaaaaaaaa\nart: artikel\ntitel: Groß\n---\n"
	r := read(t, importer.Pass{}, folder(t, map[string]string{"a.md": front + strings.Repeat("x", content.DefaultMaxBody-len(front))}))
	if len(r.docs) != 1 || len(r.docs[0].Markdown) != content.DefaultMaxBody {
		t.Errorf("errors %v", r.broken)
	}
}

func TestReadingEndsWhenItIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last error
	read := 0
	for _, err := range source(t, folder(t, map[string]string{"a.md": "a", "b.md": "b", "c.md": "c"})).Documents(ctx, importer.Pass{}) {
		if last = err; err == nil {
			read++
			cancel()
		}
	}
	if read != 1 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d documents, error %v", read, last)
	}
}

func TestWhoTakesOnlySomeDocumentsGetsNoMore(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": "a", "b.md": "b"})
	read := 0
	for range source(t, dir, dir).Documents(context.Background(), importer.Pass{}) {
		read++
		break
	}
	if read != 1 {
		t.Errorf("%d documents", read)
	}
}

func TestOnlyFoldersAreTaken(t *testing.T) {
	dir := folder(t, map[string]string{"a.md": "a"})
	for _, name := range []string{filepath.Join(dir, "a.md"), filepath.Join(dir, "fehlt")} {
		if _, err := markdown.New(renderer(), dir, name); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	s := source(t, dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for d, err := range s.Documents(context.Background(), importer.Pass{}) {
		if d != nil || !fault.Is(err, fault.Invalid) {
			t.Errorf("a folder that is gone: %v, error %v", d, err)
		}
	}
}

func TestRepositoriesAreToldFromFolders(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		at    string
		want  bool
	}{
		"with a work tree":        {map[string]string{".git/HEAD": "ref: refs/heads/main", ".git/objects/x": ""}, "", true},
		"bare":                    {map[string]string{"HEAD": "ref: refs/heads/main", "objects/x": ""}, "", true},
		"bundle":                  {map[string]string{"gesetze.bundle": "# v2 git bundle\n…"}, "gesetze.bundle", true},
		"newer bundle":            {map[string]string{"gesetze.bundle": "# v3 git bundle\n…"}, "gesetze.bundle", true},
		"folder":                  {map[string]string{"a.md": "a"}, "", false},
		"text called HEAD":        {map[string]string{"HEAD": "a"}, "", false},
		"file that is no bundle":  {map[string]string{"a.md": "# v2 git"}, "a.md", false},
		"nothing":                 {map[string]string{"a.md": ""}, "fehlt", false},
		"leftover of a work tree": {map[string]string{".git/index": ""}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := markdown.IsRepository(filepath.Join(folder(t, c.files), c.at)); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
