package notes

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"staffelstab/importer"
	"staffelstab/internal/fault"
)

// errDatabase is what the log says about a database file among exports.
var errDatabase = errors.New("a Notes database file, not an export")

// Unread finds the database files among files of a source. Their documents are
// not read, so that they are told by a Source of their own beside what the other
// files hold. When all of the files are databases there is nothing to import,
// and a fault says what to do.
func Unread(files []string) (databases, exports []string, err error) {
	for _, name := range files {
		head, err := headOf(name)
		if err == nil && IsNSF(head) {
			databases = append(databases, name)
		} else { // also one that cannot be read: whoever reads it says why
			exports = append(exports, name)
		}
	}
	if len(databases) > 0 && len(exports) == 0 {
		return nil, nil, fault.New(fault.Invalid, "importer.is-nsf", "file", filepath.Base(databases[0])).At(databases[0], 0)
	}
	return databases, exports, nil
}

// headOf reads the beginning of a file; of a folder it reads nothing.
func headOf(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	head, err := io.ReadAll(io.LimitReader(f, NSFHead))
	return head, errors.Join(err, f.Close())
}

// Beside returns a source that tells of each database file that it was not read,
// before the documents of another source.
func Beside(source importer.Source, databases []string) importer.Source {
	if len(databases) == 0 {
		return source
	}
	return beside{source, databases}
}

type beside struct {
	importer.Source
	databases []string
}

// Overlaps implements importer.Overlapping.
func (b beside) Overlaps() bool { return importer.Overlaps(b.Source) }

// Documents implements importer.Source.
func (b beside) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for _, name := range b.databases {
			if !yield(nil, unread(name)) {
				return
			}
		}
		for d, err := range b.Source.Documents(ctx, pass) {
			if !yield(d, err) {
				return
			}
		}
	}
}

// unread says of a database file what its head tells.
func unread(name string) *importer.SourceError {
	head, _ := headOf(name)
	nsf, _ := ReadNSF(head)
	file := filepath.Base(name)
	return &importer.SourceError{
		Origin: importer.Origin{File: file, Database: nsf.Title, ReplicaID: nsf.ReplicaID}, Title: nsf.Title, Database: true, Err: errDatabase,
		Note: importer.NewNote(true, "importer.is-nsf", "file", file),
	}
}
