package importer

import (
	"errors"
	"io/fs"
	"os"
)

// TemporaryFile makes a file for words a run does not hold in memory. Where the
// system allows it, the name is gone at once: whatever ends the run, nothing of
// what documents say stays in the folder.
func TemporaryFile(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "staffelstab-import-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // systems that refuse keep the name until DropTemporary
	return f, nil
}

// DropTemporary closes such a file and takes its name away where it has one still.
func DropTemporary(f *os.File) error {
	err, gone := f.Close(), os.Remove(f.Name())
	if errors.Is(gone, fs.ErrNotExist) {
		gone = nil
	}
	return errors.Join(err, gone)
}
