package importer_test

import (
	"os"
	"runtime"
	"testing"

	"staffelstab/importer"
)

// TestWordsOfARunLeaveNoFile: a run that is killed has no time to tidy up.
func TestWordsOfARunLeaveNoFile(t *testing.T) {
	dir := t.TempDir()
	f, err := importer.TemporaryFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("vertraulich"); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", left, err)
	}
	got := make([]byte, len("vertraulich"))
	if _, err := f.ReadAt(got, 0); err != nil || string(got) != "vertraulich" {
		t.Errorf("%q, %v", got, err)
	}
	if err := importer.DropTemporary(f); err != nil {
		t.Error(err)
	}
	if left, err = os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
}
