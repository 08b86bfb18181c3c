//go:build linux

package gitrepo

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// immutable is FS_IMMUTABLE_FL of linux/fs.h.
const immutable = 0x10

// freeze makes a folder refuse new names until the returned func runs. Mode
// bits do not stop root, so for root the folder becomes immutable.
func freeze(t *testing.T, folder string) (thaw func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		if err := os.Chmod(folder, 0o500); err != nil {
			t.Fatal(err)
		}
		return func() { _ = os.Chmod(folder, 0o700) }
	}
	set := func(flag int) error {
		f, err := os.Open(folder)
		if err != nil {
			return err
		}
		defer f.Close()
		return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flag)
	}
	if err := set(immutable); err != nil {
		t.Skip("this file system knows no immutable folders and root passes mode bits:", err)
	}
	return func() { _ = set(0) }
}

// alone runs the test in a process of its own and reports whether this is the
// one that only waits for it. A limit on files would hit the test log of go
// test as well, which the child does not write.
func alone(t *testing.T) (waiting bool) {
	t.Helper()
	const child = "STAFFELSTAB_ALONE"
	if os.Getenv(child) != "" {
		return false
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
	return true
}

// withoutRoom lets no file of this process grow beyond so many bytes, which is
// what a full disk or a quota looks like to the one who writes.
func withoutRoom(t *testing.T, bytes uint64, do func()) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	tight := before
	tight.Cur = bytes
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &tight); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
	}()
	do()
}

// noise does not compress, so that its object is as large as it is.
func noise(n int) string {
	source := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < n {
		fmt.Fprintf(&b, "%x ", source.Uint64())
	}
	return b.String()
}

// leftovers lists files only half of which may have been written.
func leftovers(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if base := filepath.Base(name); strings.HasPrefix(base, "tmp_") || strings.HasPrefix(base, ".tmp-") || strings.HasSuffix(base, ".lock") {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// step is a place where a save can break, how to break it and how to mend it.
type step struct {
	kind   fault.Kind
	key    string
	during func(t *testing.T, git string, save func() error) error
}

// frozen saves while a folder of the repository cannot be written.
func frozen(folder string) func(*testing.T, string, func() error) error {
	return func(t *testing.T, git string, save func() error) error {
		thaw := freeze(t, filepath.Join(git, folder))
		defer thaw()
		return save()
	}
}

func steps() map[string]step {
	return map[string]step{
		"objects folder is read-only":   {kind: fault.Unavailable, key: "gitrepo.read-only", during: frozen("objects")},
		"reference folder is read-only": {kind: fault.Unavailable, key: "gitrepo.read-only", during: frozen("refs/heads")},
		"a git command holds the lock": {kind: fault.Unavailable, key: "gitrepo.branch-moved", during: func(t *testing.T, git string, save func() error) error {
			if err := os.WriteFile(filepath.Join(git, "refs/heads/main.lock"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			err := save()
			if removed := os.Remove(filepath.Join(git, "refs/heads/main.lock")); removed != nil {
				t.Errorf("the lock of somebody else was taken away: %v", removed)
			}
			return err
		}},
		"the branch was emptied": {kind: fault.Unavailable, key: "gitrepo.branch-moved", during: func(t *testing.T, git string, save func() error) error {
			name := filepath.Join(git, "refs/heads/main")
			before, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			err = save()
			return errors.Join(err, os.WriteFile(name, before, 0o600))
		}},
	}
}

func TestSaveThatBreaksAtAnyStepChangesNothingAndTheNextOneWorks(t *testing.T) {
	for name, s := range steps() {
		t.Run(name, func(t *testing.T) { breakOnce(t, s) })
	}
}

func TestFullDiskChangesNothingAndTheNextSaveWorks(t *testing.T) {
	if alone(t) {
		return
	}
	for _, room := range []uint64{0, 10, 4096} { // before the text, within a small object, within the text
		breakOnce(t, step{kind: fault.Full, key: "gitrepo.disk-full", during: func(t *testing.T, _ string, save func() error) (err error) {
			withoutRoom(t, room, func() { err = save() })
			return err
		}})
	}
}

func breakOnce(t *testing.T, s step) {
	dir, l := t.TempDir(), &ledger{}
	r := open(t, dir, l)
	head := write(t, r, "wissen/b/brandschutz/index.md", "Fluchtwege freihalten").Commit
	long := noise(20_000)
	err := s.during(t, filepath.Join(dir, Folder), func() error {
		_, err := r.Write(t.Context(), put("wissen/n/notfall/index.md", long))
		return err
	})
	if f, ok := fault.Of(err); !ok || f.Kind != s.kind || f.Key != s.key {
		t.Fatalf("got %v, want %s", err, s.key)
	}
	if r.Head() != head || len(l.records) != 1 {
		t.Errorf("the failed save shows: head %s, %d records", r.Head(), len(l.records))
	}
	if got := leftovers(t, dir); len(got) > 0 {
		t.Errorf("left behind: %v", got)
	}
	write(t, r, "wissen/n/notfall/index.md", long)
	if readAt(t, r, r.Head(), "wissen/n/notfall/index.md") != long {
		t.Error("the repeated save is not what was sent")
	}
	if err := r.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	fsck(t, dir)
}

func TestBranchMovedBySomebodyElseIsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	write(t, r, "a.md", "eins")
	ours := write(t, r, "a.md", "zwei").Commit
	bare := filepath.Join(dir, Folder)
	tree := git(t, bare, "rev-parse", "HEAD^{tree}")
	theirs := git(t, bare, "commit-tree", "-p", string(ours), "-m", "von Hand", tree)
	git(t, bare, "update-ref", "refs/heads/main", theirs)
	for range 2 { // the writer does not get used to it
		if _, err := r.Write(t.Context(), put("b.md", "drei")); !fault.Is(err, fault.Unavailable) {
			t.Fatalf("got %v", err)
		}
	}
	if now := git(t, bare, "rev-parse", "refs/heads/main"); now != theirs {
		t.Errorf("the branch is %s, not %s as they left it", now, theirs)
	}
	if readAt(t, r, r.Head(), "a.md") != "zwei" {
		t.Error("reading does not go on")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir, &ledger{})
	if again.Head() != content.Commit(theirs) {
		t.Errorf("after a restart the head is %s", again.Head())
	}
	if c := write(t, again, "b.md", "drei"); c.Parents[0] != content.Commit(theirs) {
		t.Errorf("the next save does not follow theirs: %+v", c)
	}
	fsck(t, dir)
}

func TestOneBrokenDiskRefusesEverybodyInTheGroup(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	write(t, r, "a.md", "eins")
	thaw := freeze(t, filepath.Join(dir, Folder, "refs/heads"))
	errs := make(chan error)
	for i := range 10 {
		go func() {
			_, err := r.Write(t.Context(), put(fmt.Sprintf("%d.md", i), "x"))
			errs <- err
		}()
	}
	for range 10 {
		if err := <-errs; !fault.Is(err, fault.Unavailable) {
			t.Errorf("somebody was told %v", err)
		}
	}
	thaw()
	s, err := r.Snapshot(t.Context(), r.Head())
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := s.ReadDir("."); err != nil || len(entries) != 1 {
		t.Errorf("a refused save is in the tree: %v %v", entries, err)
	}
	write(t, r, "5.md", "jetzt")
	fsck(t, dir)
}

func TestFullDiskKeepsNoHalfAttachment(t *testing.T) {
	if alone(t) {
		return
	}
	dir := t.TempDir()
	files, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	withoutRoom(t, 1000, func() {
		if _, err := files.Put(t.Context(), strings.NewReader(noise(5000)), 1<<20); !fault.Is(err, fault.Full) {
			t.Errorf("got %v", err)
		}
	})
	thaw := freeze(t, filepath.Join(dir, filesFolder))
	_, err = files.Put(t.Context(), strings.NewReader("Lageplan"), 1<<20)
	thaw()
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("read-only: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Join(dir, filesFolder)); err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v %v", entries, err)
	}
	if _, err := files.Put(t.Context(), strings.NewReader("Lageplan"), 1<<20); err != nil {
		t.Error(err)
	}
}
