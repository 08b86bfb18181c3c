package gitrepo

import (
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// gone marks a file to remove in the tests' batches.
const gone = "\x00"

// batch writes several files in one change.
func batch(files map[string]string) func(content.Snapshot) (content.Change, error) {
	return func(content.Snapshot) (content.Change, error) {
		c := content.Change{Files: map[string][]byte{}, Author: "u-abcdefghij", At: time.Unix(1_600_000_000, 0), Message: "Stapel"}
		for name, text := range files {
			c.Files[name] = []byte(text)
			if text == gone {
				c.Files[name] = nil
			}
		}
		return c, nil
	}
}

// contents reads every file of a commit.
func contents(t testing.TB, r *Repository, commit content.Commit) map[string]string {
	t.Helper()
	s, err := r.Snapshot(t.Context(), commit)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	err = fs.WalkDir(s, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := s.ReadFile(name)
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// paths lists what changed: + new, - gone, ~ other bytes.
func paths(changes []content.PathChange) string {
	var out []string
	for _, c := range changes {
		sign := "~"
		if c.Before == "" {
			sign = "+"
		} else if c.After == "" {
			sign = "-"
		}
		out = append(out, sign+c.Path)
	}
	return strings.Join(out, " ")
}

func stock() map[string]string {
	return map[string]string{
		"wissen/b/bus/index.md": "Busfahrplan", "wissen/b/bus/plan.pdf": "Plan", "wissen/b/bahn/index.md": "Bahn",
		"notiz": "Zettel", "standards/d/dienst/index.md": "Dienstreise",
	}
}

// batches are changes to the stock and what they have to do to it.
var batches = []struct {
	name    string
	files   map[string]string
	changes string
	refused bool
}{
	{"several at once", map[string]string{"wissen/b/bus/index.md": "neu", "wissen/c/chronik/index.md": "x", "notiz": gone}, "-notiz ~wissen/b/bus/index.md +wissen/c/chronik/index.md", false},
	{"an article moves with its attachment", map[string]string{
		"wissen/b/bus/index.md": gone, "wissen/b/bus/plan.pdf": gone, "wissen/o/öpnv/index.md": "Busfahrplan", "wissen/o/öpnv/plan.pdf": "Plan",
	}, "-wissen/b/bus/index.md -wissen/b/bus/plan.pdf +wissen/o/öpnv/index.md +wissen/o/öpnv/plan.pdf", false},
	{"the last file of a folder takes the folder along", map[string]string{"standards/d/dienst/index.md": gone}, "-standards/d/dienst/index.md", false},
	{"removing what is not there", map[string]string{"wissen/x/y/index.md": gone, "weg": gone}, "", false},
	{"the same bytes again", map[string]string{"notiz": "Zettel"}, "", false},
	{"empty is not removed", map[string]string{"notiz": ""}, "~notiz", false},
	{"a folder makes room for a file", map[string]string{"wissen/b/bahn/index.md": gone, "wissen/b/bahn": "Datei"}, "+wissen/b/bahn -wissen/b/bahn/index.md", false},
	{"a file makes room for a folder", map[string]string{"notiz": gone, "notiz/index.md": "Ordner"}, "-notiz +notiz/index.md", false},
	{"removing below a file", map[string]string{"notiz/index.md": gone, "neu.md": "x"}, "+neu.md", false},
	{"removing a folder as if it were a file", map[string]string{"wissen/b/bus": gone, "neu.md": "x"}, "+neu.md", false},
	{"a file where a folder is", map[string]string{"wissen/b/bus": "x"}, "", true},
	{"a file below a file", map[string]string{"notiz/index.md": "x"}, "", true},
	{"a file and a folder of one name", map[string]string{"neu": "x", "neu/index.md": "y"}, "", true},
	{"one forbidden name among good ones", map[string]string{"gut.md": "x", "wissen/.git/config": "y"}, "", true},
}

func TestBatchDoesAllOfItOrNothing(t *testing.T) {
	for _, c := range batches {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			r := open(t, dir, &ledger{})
			if _, err := r.Write(t.Context(), batch(stock())); err != nil {
				t.Fatal(err)
			}
			before := r.Head()
			record, err := r.Write(t.Context(), batch(c.files))
			want := stock()
			switch {
			case c.refused:
				if !fault.Is(err, fault.Invalid) || r.Head() != before {
					t.Errorf("got %v, head moved: %v", err, r.Head() != before)
				}
			case err != nil:
				t.Fatal(err)
			default:
				maps.Copy(want, c.files)
				maps.DeleteFunc(want, func(name, text string) bool { return text == gone })
			}
			if got := contents(t, r, r.Head()); !maps.Equal(got, want) {
				t.Errorf("the tree holds %q, want %q", got, want)
			}
			if got := paths(record.Changes); got != c.changes {
				t.Errorf("recorded %q, want %q", got, c.changes)
			}
			// What the database is told has to be what a rebuild finds.
			if diff, err := r.Diff(t.Context(), before, r.Head()); err != nil || !slices.Equal(diff, record.Changes) {
				t.Errorf("the diff says %q, the record %q (%v)", paths(diff), paths(record.Changes), err)
			}
			fsck(t, dir)
		})
	}
}

func TestEmptiedRepositoryIsStillARepository(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	write(t, r, "wissen/e/einzig/index.md", "x")
	if _, err := r.Write(t.Context(), batch(map[string]string{"wissen/e/einzig/index.md": gone})); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, r, r.Head()); len(got) != 0 {
		t.Errorf("still there: %q", got)
	}
	fsck(t, dir)
	write(t, r, "wissen/n/neu/index.md", "y")
	if got := contents(t, r, r.Head()); !maps.Equal(got, map[string]string{"wissen/n/neu/index.md": "y"}) {
		t.Errorf("after the next save: %q", got)
	}
	fsck(t, dir)
}

// names are names that file systems, shells or Git's own quoting are known to
// mangle. The repository is bare, so each has to come back byte for byte.
func names() []string {
	return []string{
		"Straßenverzeichnis (Stand 2026).md", "ÄÖÜ äöü ß ẞ.md", "100 % – sicher „gelesen“.md", "a b  c.md", "Łódź/Česká Lípa.md", "Ελλάδα/東京.md",
		"$HOME/`id`.md", "-rf/--help.md", "#1 & 2;.md", "'einfach' \"doppelt\".md", "e-mail@stadt.example.md", "tab.tab/😀.md", strings.Repeat("ü", 127),
		"wissen/" + strings.Repeat("tief/", 60) + "index.md", "CamelCase.md", "camelcase.md", "CAMELCASE.md", "con.md", "...a", ".verborgen/x",
	}
}

func TestNamesComeBackByteForByteAndGitSeesTheSame(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	want := map[string]string{}
	for _, name := range names() {
		want[name] = "Text von " + name
	}
	if _, err := r.Write(t.Context(), batch(want)); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, r, r.Head()); !maps.Equal(got, want) {
		t.Errorf("got %q\nwant %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
	listed := strings.Split(strings.TrimSuffix(git(t, filepath.Join(dir, Folder), "ls-tree", "-r", "-z", "--name-only", "HEAD"), "\x00"), "\x00")
	slices.Sort(listed)
	if !slices.Equal(listed, slices.Sorted(maps.Keys(want))) {
		t.Errorf("git lists %q", listed)
	}
	fsck(t, dir)
}

// A Mac writes "Ä" as two characters. Both spellings are different paths to
// Git; treating them as one would lose a text.
func TestComposedAndDecomposedNamesStayTwoFiles(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	nfc, nfd := norm.NFC.String("Ämter.md"), norm.NFD.String("Ämter.md")
	write(t, r, nfc, "eins")
	write(t, r, nfd, "zwei")
	if readAt(t, r, r.Head(), nfc) != "eins" || readAt(t, r, r.Head(), nfd) != "zwei" {
		t.Errorf("the tree holds %q", contents(t, r, r.Head()))
	}
	if _, err := r.Write(t.Context(), batch(map[string]string{nfd: gone})); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, r, r.Head()); !maps.Equal(got, map[string]string{nfc: "eins"}) {
		t.Errorf("removing one left %q", got)
	}
}

// Git orders a folder as if its name ended in a slash; a tree in another order
// is damaged to every other program.
func TestFoldersAndFilesAreOrderedAsGitOrdersThem(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	files := map[string]string{"a/x": "1", "a.md": "2", "a-b": "3", "a0": "4", "ab/x": "5", "a b": "6"}
	for name := range files { // one after the other, in any order
		write(t, r, name, files[name])
	}
	got := strings.ReplaceAll(git(t, filepath.Join(dir, Folder), "ls-tree", "--name-only", "HEAD"), "\n", "|")
	if want := "a b|a-b|a.md|a|a0|ab"; got != want {
		t.Errorf("ordered %q, want %q", got, want)
	}
	fsck(t, dir)
}

func TestBytesOfATextAreNotTouched(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	for name, text := range map[string]string{
		"windows.md": "eins\r\nzwei\r\n", "mac.md": "eins\rzwei", "bom.md": "\ufeff# Titel", "ohne-ende.md": "kein Zeilenende",
		"latin1.md": "Stra\xdfe", "null.bin": "\x00\x01\xff", "leer.md": "", "zeilen.md": strings.Repeat("\n", 1000),
	} {
		record := write(t, r, name, text)
		if got := readAt(t, r, record.Commit, name); got != text {
			t.Errorf("%s: %q came back as %q", name, text, got)
		}
		if blob, err := r.Blob(t.Context(), record.Changes[0].After); err != nil || string(blob) != text {
			t.Errorf("%s by its hash: %q %v", name, blob, err)
		}
	}
}
