package folder

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// open makes a folder with a file, a link to a file outside and one that leads
// out by its own folder.
func open(t *testing.T) *os.Root {
	t.Helper()
	place := t.TempDir()
	inside := filepath.Join(place, "drin")
	for _, err := range []error{
		os.Mkdir(inside, 0o700), os.WriteFile(filepath.Join(place, "geheim.txt"), []byte("geheim"), 0o600),
		os.WriteFile(filepath.Join(inside, "a.txt"), []byte("abc"), 0o600), os.Symlink(filepath.Join(place, "geheim.txt"), filepath.Join(inside, "link.txt")),
		os.Symlink(place, filepath.Join(inside, "hinaus")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(inside)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func TestFilesAreReadUpToTheirLimit(t *testing.T) {
	root := open(t)
	if data, err := Read(root, "a.txt", 3); err != nil || string(data) != "abc" {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := Read(root, "a.txt", 2); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

func TestNothingLeadsOut(t *testing.T) {
	root := open(t)
	for _, name := range []string{"link.txt", "../geheim.txt", "hinaus/geheim.txt", "fehlt", "."} {
		if size, ok := Regular(root, name); ok {
			t.Errorf("%s is a file of %d bytes", name, size)
		}
		if data, err := Read(root, name, 100); err == nil {
			t.Errorf("%s holds %q", name, data)
		}
		if _, err := Attachment(root, name, "x", "x", 6, true); err == nil {
			t.Errorf("%s is an attachment", name)
		}
	}
}

func TestAttachmentsOpenAtAnyLaterTime(t *testing.T) {
	root := open(t)
	a, err := Attachment(root, "a.txt", "b.txt", "c.txt", 3, true)
	if err != nil || a.Name != "b.txt" || a.Shown != "c.txt" || a.SHA256 != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Fatalf("%+v, %v", a, err)
	}
	if unread, err := Attachment(root, "fehlt.txt", "b.txt", "c.txt", 3, false); err != nil || unread.SHA256 != "" {
		t.Errorf("a file nobody wants the hash of is read: %+v, %v", unread, err)
	}
	_ = root.Close()
	for range 2 {
		f, err := a.Open()
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(f); err != nil || string(data) != "abc" {
			t.Errorf("%q, %v", data, err)
		}
		_ = f.Close()
	}
}
