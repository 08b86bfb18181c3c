package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/content"
)

// packedBy makes a repository of ours, lets git pack it with the options, and
// returns its git directory.
func packedBy(t testing.TB, options ...string) string {
	t.Helper()
	requireGit(t)
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	source := rand.New(rand.NewPCG(1, 2))
	for i := range 60 {
		var body strings.Builder
		for range 50 + source.IntN(50) {
			fmt.Fprintf(&body, "Zeile %d\n", source.IntN(40))
		}
		write(t, r, fmt.Sprintf("wissen/%c/text-%d/index.md", 'a'+rune(i%4), i%20), body.String())
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	git := filepath.Join(dir, Folder)
	run(t, git, append(options, "repack", "-a", "-d", "-f", "-q", "--depth=30")...)
	return git
}

func run(t testing.TB, git string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", append([]string{"--git-dir=" + git}, args...)...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1"}
	out, err := command.Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return out
}

// objectsOf lists every object by hash and kind as git tells it.
func objectsOf(t testing.TB, git string) map[plumbing.Hash]plumbing.ObjectType {
	t.Helper()
	out := map[plumbing.Hash]plumbing.ObjectType{}
	for line := range strings.Lines(string(run(t, git, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"))) {
		hash, word, _ := strings.Cut(strings.TrimSpace(line), " ")
		kind, err := plumbing.ParseObjectType(word)
		if err != nil {
			t.Fatal(err)
		}
		out[plumbing.NewHash(hash)] = kind
	}
	return out
}

func TestPacksTellWhatGitPacked(t *testing.T) {
	for name, options := range map[string][]string{
		"deltas by distance": nil,
		"deltas by name":     {"-c", "repack.useDeltaBaseOffset=false"},
		"several packs":      {"-c", "pack.packSizeLimit=1m"},
	} {
		t.Run(name, func(t *testing.T) {
			git := packedBy(t, options...)
			p := openPacks(git)
			defer p.close()
			all := objectsOf(t, git)
			if len(all) < 150 {
				t.Fatalf("only %d objects", len(all))
			}
			for range 2 { // from the files, then with bases at hand
				for hash, kind := range all {
					data, ok := p.read(hash, kind)
					if !ok {
						t.Fatalf("%s %s is not found", kind, hash)
					}
					if plumbing.ComputeHash(kind, data) != hash {
						t.Fatalf("%s %s reads as something else", kind, hash)
					}
				}
			}
			if _, ok := p.read(plumbing.ComputeHash(plumbing.BlobObject, []byte("nie")), plumbing.BlobObject); ok {
				t.Error("an object that is not there was read")
			}
			for hash, kind := range all {
				if kind == plumbing.TreeObject {
					if _, ok := p.read(hash, plumbing.BlobObject); ok {
						t.Error("a tree was read as a blob")
					}
					break
				}
			}
		})
	}
}

// A damaged pack is left to go-git, which says what is wrong; whatever is read
// is right.
func TestPacksTellNothingWrongOfADamagedFile(t *testing.T) {
	git := packedBy(t)
	all := objectsOf(t, git)
	names, err := filepath.Glob(filepath.Join(git, "objects", "pack", "*.pack"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%v %v", names, err)
	}
	whole, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	source := rand.New(rand.NewPCG(3, 4))
	lost := 0
	for range 30 {
		damaged := bytes.Clone(whole)
		for range 5 {
			damaged[12+source.IntN(len(damaged)-32)] ^= byte(1 + source.IntN(255))
		}
		if source.IntN(3) == 0 {
			damaged = damaged[:12+source.IntN(len(damaged)-12)]
		}
		replaceFile(t, names[0], damaged)
		p := openPacks(git)
		for hash, kind := range all {
			data, ok := p.read(hash, kind)
			if !ok {
				lost++
			} else if plumbing.ComputeHash(kind, data) != hash {
				t.Fatalf("%s %s reads as something else", kind, hash)
			}
		}
		if err := p.close(); err != nil {
			t.Fatal(err)
		}
	}
	if lost == 0 {
		t.Error("nothing was damaged")
	}
}

func replaceFile(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.Remove(name); err != nil { // git makes packs read-only
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPacksThatComeAreFound(t *testing.T) {
	requireGit(t)
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	record := write(t, r, "a/index.md", "eins")
	if err := r.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := readAt(t, r, record.Commit, "a/index.md"); got != "eins" {
		t.Errorf("reads %q", got)
	}
	if len(r.objects.packs.Load().open) == 0 {
		t.Error("the new pack is not open")
	}
}

// A command that cannot open the folder may run in a process that goes on.
func TestARepositoryThatCannotBeOpenedKeepsNoFiles(t *testing.T) {
	git := packedBy(t)
	if _, err := Open(filepath.Dir(git), Options{RecordedHead: func() (content.Commit, error) { return "", errors.New("no database") }}); err == nil {
		t.Fatal("opened without a database")
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("nobody tells which files are open here")
	}
	for _, fd := range open {
		if name, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(name, git) {
			t.Errorf("%s is open", name)
		}
	}
}

func TestBaseCacheKeepsWithinItsLimit(t *testing.T) {
	c := newBaseCache(100)
	k := new(pack)
	for i := range int64(10) {
		c.put(base{k, i}, packedObject{plumbing.BlobObject, make([]byte, 30)})
		c.get(base{k, 0}) // used all the time
	}
	if c.size > 100 || len(c.found) != 3 || c.order.Len() != 3 {
		t.Errorf("%d bytes in %d objects", c.size, len(c.found))
	}
	if _, ok := c.get(base{k, 0}); !ok {
		t.Error("what is used all the time went first")
	}
	if _, ok := c.get(base{k, 1}); ok {
		t.Error("what nobody uses stayed")
	}
	c.put(base{k, 99}, packedObject{plumbing.BlobObject, make([]byte, baseCacheLargest+1)})
	if _, ok := c.get(base{k, 99}); ok {
		t.Error("an object larger than the limit was kept")
	}
}

func TestReplayIsHistoryFromItsEnd(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	for i := range 12 {
		write(t, r, fmt.Sprintf("%d/index.md", i%3), fmt.Sprint(i))
	}
	var replayed []content.Commit
	for c, err := range r.Replay(t.Context(), "", r.Head()) {
		if err != nil {
			t.Fatal(err)
		}
		replayed = append(replayed, c.Commit)
	}
	var told []content.Commit
	for _, c := range history(t, r, "", r.Head()) {
		told = append(told, c.Commit)
	}
	slices.Reverse(told)
	if !slices.Equal(replayed, told) || len(told) != 12 {
		t.Errorf("replayed %v, told %v", replayed, told)
	}
}

// FuzzPack reads whatever bytes claim to be a pack and its index.
func FuzzPack(f *testing.F) {
	if _, err := exec.LookPath("git"); err == nil {
		names, err := filepath.Glob(filepath.Join(packedBy(f), "objects", "pack", "*.idx"))
		if err != nil || len(names) == 0 {
			f.Fatal(err)
		}
		index, err := os.ReadFile(names[0])
		if err != nil {
			f.Fatal(err)
		}
		file, err := os.ReadFile(strings.TrimSuffix(names[0], ".idx") + ".pack")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(index, file)
	}
	f.Add([]byte(indexHeader), []byte("PACK"))
	f.Fuzz(func(t *testing.T, index, file []byte) {
		folder := filepath.Join(t.TempDir(), "objects", "pack")
		for name, data := range map[string][]byte{"pack-a.idx": index, "pack-a.pack": file} {
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p := openPacks(filepath.Dir(filepath.Dir(folder)))
		defer p.close()
		for _, k := range p.open {
			for i := 0; i+hashBytes <= len(k.hashes) && i < 20*hashBytes; i += hashBytes {
				var hash plumbing.Hash
				copy(hash[:], k.hashes[i:])
				for _, kind := range []plumbing.ObjectType{plumbing.BlobObject, plumbing.TreeObject, plumbing.CommitObject} {
					p.read(hash, kind)
				}
			}
		}
	})
}

// randomTree encodes a folder; the same numbers give the same entries.
func randomTree(source *rand.Rand, from []entry) []entry {
	out := slices.Clone(from)
	for range source.IntN(4) {
		switch i := source.IntN(len(out) + 1); {
		case source.IntN(3) == 0 && i < len(out):
			out = slices.Delete(out, i, i+1)
		case source.IntN(2) == 0 && i < len(out):
			out[i].hash[source.IntN(hashBytes)] ^= byte(1 + source.IntN(255))
		default:
			e := entry{mode: []string{modeFile, modeTree}[source.IntN(2)], name: fmt.Sprintf("%c%d", 'a'+rune(source.IntN(4)), source.IntN(40))}
			for i := range e.hash {
				e.hash[i] = byte(source.IntN(3)) // bytes that look like ends of names
			}
			if !slices.ContainsFunc(out, func(o entry) bool { return o.name == e.name }) {
				out = append(out, e)
			}
		}
	}
	return out
}

// TestDifferingFoldersLoseNothing compares folders with and without what both
// begin and end with.
func TestDifferingFoldersLoseNothing(t *testing.T) {
	source := rand.New(rand.NewPCG(5, 6))
	difference := func(a, b []entry) (out []entry) {
		for _, e := range a {
			if !slices.Contains(b, e) {
				out = append(out, e)
			}
		}
		return out
	}
	shorter := 0
	for range 3000 {
		var entries []entry
		for range source.IntN(20) {
			entries = randomTree(source, entries)
		}
		a := encodeTree(entries)
		b := encodeTree(randomTree(source, entries))
		x, y := differing(a, b)
		if len(x) < len(a) {
			shorter++
		}
		wantA, wantB, gotX, gotY := mustDecode(t, a), mustDecode(t, b), mustDecode(t, x), mustDecode(t, y)
		if !slices.Equal(difference(wantA, wantB), difference(gotX, gotY)) || !slices.Equal(difference(wantB, wantA), difference(gotY, gotX)) {
			t.Fatalf("%v and %v differ by %v and %v", wantA, wantB, gotX, gotY)
		}
		for _, e := range wantA {
			found, ok, err := entryNamed(a, e.name)
			if err != nil || !ok || found != e {
				t.Fatalf("%s is found as %v (%v, %v)", e.name, found, ok, err)
			}
		}
		if _, ok, err := entryNamed(a, "zz"); ok || err != nil {
			t.Fatalf("a name that is not there is found (%v)", err)
		}
	}
	if shorter < 1000 {
		t.Errorf("only %d of 3,000 pairs became shorter", shorter)
	}
}

// TestFoldersSortAsGitDoes compares as if the name of a folder ended in a slash.
func TestFoldersSortAsGitDoes(t *testing.T) {
	names := []string{"a", "a-", "a.md", "a0", "aa", "ab", "a b", "ä", "b"}
	for _, x := range names {
		for _, y := range names {
			for _, modes := range [][2]string{{modeFile, modeFile}, {modeTree, modeFile}, {modeFile, modeTree}, {modeTree, modeTree}} {
				a, b := entry{mode: modes[0], name: x}, entry{mode: modes[1], name: y}
				slash := func(e entry) string {
					if e.isTree() {
						return e.name + "/"
					}
					return e.name
				}
				if got, want := inGitOrder(a, b), strings.Compare(slash(a), slash(b)); got != want {
					t.Errorf("%s %s before %s %s: %d, Git says %d", a.mode, a.name, b.mode, b.name, got, want)
				}
			}
		}
	}
}

func mustDecode(t *testing.T, data []byte) []entry {
	t.Helper()
	entries, err := decodeTree(data)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func FuzzDifferingFolders(f *testing.F) {
	f.Add([]byte("100644 a\x0012345678901234567890"), []byte("100644 b\x0012345678901234567890"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		x, y := differing(a, b)
		if !bytes.Contains(a, x) || !bytes.Contains(b, y) {
			t.Error("it is no part of the folder")
		}
		if _, _, err := entryNamed(a, "a"); err != nil && err != errBadTree {
			t.Error(err)
		}
	})
}
