package gitrepo

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// ledger remembers what the repository told it.
type ledger struct {
	mu      sync.Mutex
	records []content.CommitRecord
	fail    error
	groups  int
}

func (l *ledger) Record(_ context.Context, commits []content.CommitRecord) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return l.fail
	}
	l.groups++
	l.records = append(l.records, commits...)
	return nil
}

func (l *ledger) set(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = err
}

func open(t testing.TB, dir string, l *ledger) *Repository {
	t.Helper()
	r, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.Start(l)
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func put(name, text string) func(content.Snapshot) (content.Change, error) {
	return func(content.Snapshot) (content.Change, error) {
		return content.Change{
			Files: map[string][]byte{name: []byte(text)}, Author: "u-abcdefghij", At: time.Unix(1_600_000_000, 0),
			Message: "Änderung an " + name, Trailers: []content.Trailer{{Key: content.TrailerRevision, Value: "r-1"}},
		}, nil
	}
}

func write(t testing.TB, r *Repository, name, text string) content.CommitRecord {
	t.Helper()
	c, err := r.Write(t.Context(), put(name, text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func readAt(t testing.TB, r *Repository, commit content.Commit, name string) string {
	t.Helper()
	s, err := r.Snapshot(t.Context(), commit)
	if err != nil {
		t.Fatal(err)
	}
	data, err := s.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func fsck(t testing.TB, dir string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git fsck: git is not installed")
	}
	out, err := exec.Command("git", "-C", filepath.Join(dir, Folder), "fsck", "--full", "--strict").CombinedOutput()
	if err != nil || strings.Contains(string(out), "error") || strings.Contains(string(out), "missing") {
		t.Errorf("git fsck: %v\n%s", err, out)
	}
}

func TestWriteIsReadableAndSurvivesReopening(t *testing.T) {
	dir, l := t.TempDir(), &ledger{}
	r := open(t, dir, l)
	first := write(t, r, "wissen/a/anfang/index.md", "eins")
	second := write(t, r, "wissen/a/anfang/index.md", "zwei")
	write(t, r, "wissen/b/bus/index.md", "drei")

	if got := readAt(t, r, first.Commit, "wissen/a/anfang/index.md"); got != "eins" {
		t.Errorf("the first commit says %q", got)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir, &ledger{})
	if got := readAt(t, again, again.Head(), "wissen/a/anfang/index.md"); got != "zwei" {
		t.Errorf("after reopening: %q", got)
	}
	if second.Parents[0] != first.Commit || len(l.records) != 3 {
		t.Errorf("records: %+v", l.records)
	}
	fsck(t, dir)
}

func TestRecordSaysWhatHappened(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	first := write(t, r, "a.md", "eins")
	second := write(t, r, "a.md", "zwei")
	gone, err := r.Write(t.Context(), func(content.Snapshot) (content.Change, error) {
		return content.Change{Files: map[string][]byte{"a.md": nil}, Author: "u-abcdefghij", At: time.Unix(1, 0)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var history []content.CommitRecord
	for c, err := range r.History(t.Context(), "", r.Head()) {
		if err != nil {
			t.Fatal(err)
		}
		history = append(history, c)
	}
	for i, want := range []content.CommitRecord{gone, second, first} {
		got := history[i]
		if got.Commit != want.Commit || got.Author != want.Author || got.Message != want.Message || !got.At.Equal(want.At) ||
			!slices.Equal(got.Changes, want.Changes) || !slices.Equal(got.Trailers, want.Trailers) || !slices.Equal(got.Parents, want.Parents) {
			t.Errorf("history and write disagree:\n%+v\n%+v", got, want)
		}
	}
	if c := gone.Changes; len(c) != 1 || c[0].After != "" || c[0].Before == "" {
		t.Errorf("removal: %+v", c)
	}
}

func TestNothingChangedMakesNoCommit(t *testing.T) {
	l := &ledger{}
	r := open(t, t.TempDir(), l)
	first := write(t, r, "a.md", "eins")
	same, err := r.Write(t.Context(), put("a.md", "eins"))
	if err != nil || same.Commit != "" || r.Head() != first.Commit || len(l.records) != 1 {
		t.Errorf("%v %+v", err, same)
	}
}

func TestFailedChangeLeavesNoTrace(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	first := write(t, r, "a.md", "eins")
	stale := fault.New(fault.Stale, "content.stale")
	for name, change := range map[string]func(content.Snapshot) (content.Change, error){
		"refused": func(content.Snapshot) (content.Change, error) { return content.Change{}, stale },
		"panic":   func(content.Snapshot) (content.Change, error) { panic("no") },
		"path":    put("../x", "y"),
	} {
		if _, err := r.Write(t.Context(), change); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if r.Head() != first.Commit {
		t.Error("the head moved")
	}
	write(t, r, "b.md", "the writer still works")
}

func TestWriterSeesWhatWaitsBesideIt(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := r.Write(context.Background(), func(s content.Snapshot) (content.Change, error) {
				old, err := s.ReadFile("zaehler")
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					return content.Change{}, err
				}
				return content.Change{Files: map[string][]byte{"zaehler": append(old, 'x')}, At: time.Now()}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := readAt(t, r, r.Head(), "zaehler"); len(got) != 50 {
		t.Errorf("%d of 50 increments survived", len(got))
	}
}

func TestDatabaseThatFailsStopsSavingUntilItWorks(t *testing.T) {
	l := &ledger{}
	r := open(t, t.TempDir(), l)
	write(t, r, "a.md", "eins")
	head := r.Head()
	l.set(errors.New("database is away"))
	for range 2 {
		if _, err := r.Write(t.Context(), put("a.md", "zwei")); !fault.Is(err, fault.Unavailable) {
			t.Fatalf("got %v", err)
		}
	}
	if r.Head() != head {
		t.Error("an unrecorded commit is shown")
	}
	l.set(nil)
	write(t, r, "b.md", "drei")
	if readAt(t, r, r.Head(), "a.md") != "zwei" || len(l.records) != 3 {
		t.Errorf("the commit that was durable before is lost: %d records", len(l.records))
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, &ledger{})
	if _, err := Open(dir, Options{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestStartHealsWhatACrashLeaves(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	head := write(t, r, "a.md", "eins").Commit
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	ref := filepath.Join(dir, Folder, "refs/heads/main")
	for name, damage := range map[string]func() error{
		"stale lock": func() error { return os.WriteFile(ref+".lock", []byte("halb"), 0o600) },
		"empty reference": func() error {
			return os.WriteFile(ref, nil, 0o600)
		},
		"half an object": func() error {
			return os.WriteFile(filepath.Join(dir, Folder, "objects", "tmp_obj_1"), []byte("x"), 0o600)
		},
		"packed references": func() error {
			if err := os.Remove(ref); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, Folder, "packed-refs"), []byte("# pack-refs with: peeled fully-peeled sorted \n"+string(head)+" refs/heads/main\n"), 0o600)
		},
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		again, err := Open(dir, Options{RecordedHead: standingAt(head)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again.Start(&ledger{})
		if again.Head() != head {
			t.Errorf("%s: head is %s", name, again.Head())
		}
		if _, err := again.Write(t.Context(), put("b.md", name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		head = again.Head()
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	}
	fsck(t, dir)
}

func TestEmptyReferenceWithoutDatabaseIsToldNotGuessed(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	write(t, r, "a.md", "eins")
	if err := errors.Join(r.Close(), os.WriteFile(filepath.Join(dir, Folder, "refs/heads/main"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestSnapshotIsAFileSystem(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	write(t, r, "wissen/ä/ärger/index.md", "eins")
	write(t, r, "wissen/ä/ärger/plan.pdf", "zwei")
	write(t, r, "oben.md", "drei")
	s, err := r.Snapshot(t.Context(), r.Head())
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(s, "wissen/ä/ärger/index.md", "wissen/ä/ärger/plan.pdf", "oben.md"); err != nil {
		t.Error(err)
	}
}

func TestEvilPathsAreRefused(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	for _, name := range []string{
		"", "/a", "a//b", "a/", ".", "..", "a/../b", ".git/config", "x/.GIT/y", ".g\u200cit/x", "git~1/x", ".git /x", "a/.git.",
		"a\\b", "con:x", "a\x00b", "a\nb", "\xff", strings.Repeat("x", 256), "GIT~2",
	} {
		if _, err := r.Write(t.Context(), put(name, "x")); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{".gitignore", "git.md", "ä/ö.md", "a b.md", "digit~1.md"} {
		if _, err := r.Write(t.Context(), put(name, "x")); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestReadingGoesOnThroughGitGC(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	for i := range 30 {
		write(t, r, fmt.Sprintf("wissen/%d/index.md", i%7), strings.Repeat(fmt.Sprint(i), 50))
	}
	cmd := exec.Command("git", "-C", filepath.Join(dir, Folder), "gc", "--quiet")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for c, err := range r.History(t.Context(), "", r.Head()) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Snapshot(t.Context(), c.Commit); err != nil {
			t.Error(err)
		}
	}
	write(t, r, "nachher.md", "x")
	if err := r.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	fsck(t, dir)
}

func TestVerifyFindsDamage(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	c := write(t, r, "a.md", "eins")
	blob := c.Changes[0].After
	if err := r.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, Folder, "objects", blob[:2], blob[2:])
	if err := errors.Join(os.Chmod(name, 0o600), os.WriteFile(name, []byte("kaputt"), 0o600), r.Close()); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir, &ledger{}).Verify(t.Context()); err == nil {
		t.Error("a damaged object was not found")
	}
}

func TestMessagesKeepTheirTrailers(t *testing.T) {
	for _, c := range []struct {
		message  string
		trailers []content.Trailer
	}{
		{"Kurz", nil},
		{"", []content.Trailer{{Key: "Änderung", Value: "fachlich"}}},
		{"Titel\n\nmehr Text: mit Doppelpunkt\nund Zeile", []content.Trailer{{Key: "Revision", Value: "r-x abc"}, {Key: "Vorgang", Value: "1"}}},
	} {
		message, trailers := splitMessage(joinMessage(c.message, c.trailers))
		if message != c.message || !slices.Equal(trailers, c.trailers) {
			t.Errorf("%q %v came back as %q %v", c.message, c.trailers, message, trailers)
		}
	}
}

func FuzzBundleHeader(f *testing.F) {
	f.Add([]byte("# v2 git bundle\n" + strings.Repeat("a", 40) + " HEAD\n\nPACK"))
	f.Add([]byte("# v3 git bundle\n@object-format=sha1\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		hash, err := readBundleHeader(bufio.NewReader(bytes.NewReader(data)))
		if err == nil && hash.IsZero() && !bytes.Contains(data, []byte(strings.Repeat("0", 40))) {
			t.Error("a header without a commit was accepted")
		}
	})
}

func FuzzTreeCodec(f *testing.F) {
	f.Add([]byte("100644 a\x00aaaaaaaaaaaaaaaaaaaa"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := decodeTree(data)
		if err == nil {
			if again, err := decodeTree(encodeTree(entries)); err != nil || len(again) != len(entries) {
				t.Error("a tree does not survive its codec")
			}
		}
	})
}
