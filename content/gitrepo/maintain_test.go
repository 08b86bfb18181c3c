package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"staffelstab/content"
)

func requireGit(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
}

// TestKillNothingWhilePacking packs again and again beside eight writers and
// four readers: no read and no save fails, none is lost. make faults runs it long.
func TestKillNothingWhilePacking(t *testing.T) {
	requireGit(t)
	rounds := 4
	if os.Getenv("STAFFELSTAB_FAULTS") != "" {
		rounds = 150
	}
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	for i := range 30 {
		write(t, r, fmt.Sprintf("wissen/%d/index.md", i), strings.Repeat(fmt.Sprint(i), 50))
	}
	ctx, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	var saved sync.Map
	var saves, reads atomic.Int64
	for writer := range 8 {
		busy.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				name := fmt.Sprintf("wissen/w%d/%d.md", writer, i)
				if _, err := r.Write(t.Context(), put(name, name)); err != nil {
					t.Errorf("save %s: %v", name, err)
					return
				}
				saved.Store(name, true)
				saves.Add(1)
			}
		})
	}
	for range 4 {
		busy.Go(func() {
			for ctx.Err() == nil {
				if err := readEverything(t.Context(), r); err != nil {
					t.Errorf("read: %v", err)
					return
				}
				reads.Add(1)
			}
		})
	}
	for range rounds {
		if err := r.Compact(t.Context()); err != nil {
			t.Error(err)
		}
	}
	stop()
	busy.Wait()
	t.Logf("%d saves and %d whole reads beside %d packings", saves.Load(), reads.Load(), rounds)
	saved.Range(func(name, _ any) bool {
		if got := readAt(t, r, r.Head(), name.(string)); got != name {
			t.Errorf("%s says %q", name, got)
		}
		return true
	})
	if err := r.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if u, err := r.Usage(); err != nil || u.Loose != 0 || u.Packs == 0 || u.Bytes == 0 {
		t.Errorf("after the last packing: %+v, %v", u, err)
	}
	fsck(t, dir)
}

// readEverything reads the files of the first thirty folders at the head.
func readEverything(ctx context.Context, r *Repository) error {
	s, err := r.Snapshot(ctx, r.Head())
	for i := 0; i < 30 && err == nil; i++ {
		_, err = s.ReadFile(fmt.Sprintf("wissen/%d/index.md", i))
	}
	return err
}

func TestPackingKeepsWhatNobodyReaches(t *testing.T) {
	requireGit(t)
	r := open(t, t.TempDir(), &ledger{})
	write(t, r, "a.md", "x")
	loose := r.objects.put(3, []byte("nobody points here yet"))
	if err := r.objects.flush(); err != nil {
		t.Fatal(err)
	}
	r.objects.discard()
	if err := r.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Blob(t.Context(), loose.String()); err != nil {
		t.Errorf("an object the writer had not linked yet is gone: %v", err)
	}
}

func TestWithoutGitPackingSaysSo(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	t.Setenv("PATH", t.TempDir())
	if err := r.Compact(t.Context()); !errors.Is(err, ErrNoGit) {
		t.Errorf("Compact: %v", err)
	}
}

func TestGitSeesNothingOfTheEnvironment(t *testing.T) {
	bin, log := t.TempDir(), filepath.Join(t.TempDir(), "seen")
	script := "#!/bin/sh\n{ echo \"$@\"; env; echo niceness $(nice); } > " + log + "\n"
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	t.Setenv("STAFFELSTAB_DATABASE_URL", "postgres://geheim")
	t.Setenv("GIT_OBJECT_DIRECTORY", "/elsewhere")
	r := open(t, t.TempDir(), &ledger{})
	if err := r.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"gc.pruneExpire=never", "gc.packRefs=false", "pack.windowMemory=64m", "gc --quiet", "GIT_CONFIG_NOSYSTEM=1"} {
		if !strings.Contains(string(seen), want) {
			t.Errorf("git did not get %s", want)
		}
	}
	if _, err := exec.LookPath("nice"); err == nil && strings.Contains(string(seen), "niceness 0\n") {
		t.Error("git works as hard as the server")
	}
	for _, secret := range []string{"geheim", "elsewhere"} {
		if strings.Contains(string(seen), secret) {
			t.Errorf("git saw %s", secret)
		}
	}
}

func TestFilesNoVersionPointsToAreNamed(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, &ledger{})
	files, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	store := func(text string) content.StoredFile {
		f, err := files.Put(t.Context(), strings.NewReader(text), 100)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	now, once, never := store("now"), store("once"), store("never")
	write(t, r, "wissen/a/plan.txt", string(content.Pointer(once)))
	write(t, r, "wissen/a/plan.txt", string(content.Pointer(now)))
	orphans, err := r.Orphans(t.Context(), files)
	if err != nil || len(orphans) != 1 || orphans[0] != never.SHA256 {
		t.Errorf("orphans %v, %v; want %s", orphans, err, never.SHA256)
	}
}

func TestDataFolderIsClosedToOthers(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	open(t, dir, &ledger{})
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
