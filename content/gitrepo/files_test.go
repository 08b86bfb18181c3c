package gitrepo

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"staffelstab/internal/fault"
)

func TestFilesAreStoredByContent(t *testing.T) {
	f, err := OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := f.Put(t.Context(), strings.NewReader("Anlage"), 100)
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.Put(t.Context(), strings.NewReader("Anlage"), 100)
	if err != nil || a != b || a.Size != 6 {
		t.Errorf("%+v %+v %v", a, b, err)
	}
	r, err := f.Open(t.Context(), a.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := f.Put(t.Context(), strings.NewReader("zu groß"), 3); !fault.Is(err, fault.TooLarge) {
		t.Errorf("got %v", err)
	}
	for _, name := range []string{"../lock", strings.Repeat("0", 64), "", a.SHA256 + "/x"} {
		if _, err := f.Open(t.Context(), name); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := f.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(f.path, a.SHA256), []byte("anders"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Verify(t.Context()); !fault.Is(err, fault.Invalid) {
		t.Errorf("damage was not found: %v", err)
	}
}

func TestFilesForgetWhatAKilledProcessWasStoring(t *testing.T) {
	dir := t.TempDir()
	half := filepath.Join(dir, filesFolder, ".tmp-123")
	if err := os.MkdirAll(filepath.Dir(half), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, []byte("halb"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := f.Put(t.Context(), strings.NewReader("ganz"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Error("half a file is still there")
	}
	if _, err := os.Stat(filepath.Join(dir, filesFolder, stored.SHA256)); err != nil {
		t.Errorf("the attachment does not lie in files/: %v", err)
	}
}

func TestStoringTheSameFileAgainMendsIt(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	stored, err := f.Put(t.Context(), strings.NewReader("Gebührenordnung"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, filesFolder, stored.SHA256)
	overwrite(t, name, []byte("kaputt"))
	if err := f.Verify(t.Context()); !fault.Is(err, fault.Invalid) {
		t.Errorf("damage was not found: %v", err)
	}
	if again, err := f.Put(t.Context(), strings.NewReader("Gebührenordnung"), 1<<20); err != nil || again != stored {
		t.Errorf("%+v %v", again, err)
	}
	if err := f.Verify(t.Context()); err != nil {
		t.Errorf("still damaged: %v", err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open(t.Context(), stored.SHA256); !fault.Is(err, fault.NotFound) {
		t.Errorf("a file that is gone: %v", err)
	}
}

func TestAttachmentOfManyAtOnceIsOneFile(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text := strings.Repeat("Lageplan ", 10_000)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			stored, err := f.Put(context.Background(), strings.NewReader(text), 1<<20)
			if err != nil {
				t.Error(err)
				return
			}
			r, err := f.Open(context.Background(), stored.SHA256)
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Close()
			if _, err := r.Seek(-9, io.SeekEnd); err != nil {
				t.Error(err)
			}
			if end, err := io.ReadAll(r); err != nil || string(end) != "Lageplan " {
				t.Errorf("%q %v", end, err)
			}
		})
	}
	wg.Wait()
	if entries, err := os.ReadDir(filepath.Join(dir, filesFolder)); err != nil || len(entries) != 1 {
		t.Errorf("%v %v", entries, err)
	}
}

func TestAttachmentIsExactlyAsLongAsAllowed(t *testing.T) {
	f, err := OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size, fits := range map[int]bool{0: true, 9: true, 10: true, 11: false, 1000: false} {
		stored, err := f.Put(t.Context(), strings.NewReader(strings.Repeat("x", size)), 10)
		if fits != (err == nil) || fits && stored.Size != int64(size) || !fits && !fault.Is(err, fault.TooLarge) {
			t.Errorf("%d bytes: %+v %v", size, stored, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Put(ctx, strings.NewReader("x"), 10); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
	if entries, err := os.ReadDir(f.path); err != nil || len(entries) != 3 {
		t.Errorf("%d files are there, %v", len(entries), err)
	}
}

// The folder may have been restored by hand; a link in it must not open what
// lies elsewhere.
func TestLinksAmongTheAttachmentsLeadNowhere(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	secret := filepath.Join(dir, "geheim")
	overwrite(t, secret, []byte("Passwort"))
	name := strings.Repeat("a", 64)
	if err := os.Symlink(secret, filepath.Join(dir, filesFolder, name)); err != nil {
		t.Fatal(err)
	}
	if r, err := f.Open(t.Context(), name); err == nil {
		data, _ := io.ReadAll(r)
		t.Errorf("read %q", data)
	}
	if err := f.Verify(t.Context()); err == nil {
		t.Error("the check does not notice")
	}
}
