package gitrepo

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/content"
)

// TestObjectAPowerCutLeftEmptyIsWrittenAgain finds under the name of an object
// what a file system may leave there when the power goes between the rename and
// the sync: nothing, or a part.
func TestObjectAPowerCutLeftEmptyIsWrittenAgain(t *testing.T) {
	for name, rest := range map[string]string{"empty": "", "cut": "x\x9c", "of something else": "blob 1\x00a"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := open(t, dir, &ledger{})
			write(t, r, "a/index.md", "eins")
			hash := plumbing.ComputeHash(plumbing.BlobObject, []byte("Text")).String()
			folder := filepath.Join(dir, Folder, "objects", hash[:2])
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(folder, hash[2:]), []byte(rest), 0o400); err != nil {
				t.Fatal(err)
			}
			write(t, r, "b/index.md", "Text")
			tree, err := r.Snapshot(t.Context(), r.Head())
			if err != nil {
				t.Fatal(err)
			}
			if got, err := tree.ReadFile("b/index.md"); err != nil || string(got) != "Text" {
				t.Errorf("the acknowledged text reads as %q, %v", got, err)
			}
			fsck(t, dir)
		})
	}
}

func TestNobodyOfAForeignRepositoryStaysByName(t *testing.T) {
	source := t.TempDir()
	git(t, source, "init", "-q", "-b", "main")
	if err := os.WriteFile(filepath.Join(source, "x.md"), []byte("# X\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	git(t, source, "add", ".")
	git(t, source, "commit", "-qm", "eins")
	git(t, source, "tag", "-a", "v1", "-m", "von mir")
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	_, err := r.Adopt(t.Context(), source, Adoption{
		Pseudonym: func(string) string { return "u-aaaaaaaaaa" },
		Finish:    func(content.Snapshot) (content.Change, error) { return content.Change{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if everything := git(t, filepath.Join(dir, Folder), "cat-file", "--batch-all-objects", "--batch"); strings.Contains(strings.ToLower(everything), "erika") {
		t.Error("the object store names a foreign author")
	}
	fsck(t, dir)
}

// TestMoveThatCouldNotBeSyncedDoesNotBlockTheNext lets the disk fail after the
// branch was renamed into place.
func TestMoveThatCouldNotBeSyncedDoesNotBlockTheNext(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	write(t, r, "a/index.md", "eins")
	good := r.ref.sync
	r.ref.sync = func(string) error { return syscall.EIO }
	if _, err := r.Write(t.Context(), put("b/index.md", "zwei")); err == nil {
		t.Error("a save that may be lost is acknowledged")
	}
	r.ref.sync = good
	write(t, r, "c/index.md", "drei")
	tree, err := r.Snapshot(t.Context(), r.Head())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := tree.Hash("b/index.md"); !ok {
		t.Error("the database knows a commit without what came before")
	}
}
