package search

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"staffelstab/content"
)

// spool keeps the documents of a rebuild between its two readings: the words of
// all texts have to be known before the first compound is split, and reading the
// texts from the repository a second time would take longer.
type spool struct {
	file *os.File
	out  *bufio.Writer
	enc  *gob.Encoder
}

func newSpool(dir string) (*spool, error) {
	file, err := os.CreateTemp(dir, ".spool-")
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	// Nobody else opens it: without a name nothing is left of it, come what may.
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("search: %w", err), file.Close())
	}
	out := bufio.NewWriterSize(file, 1<<16)
	return &spool{file, out, gob.NewEncoder(out)}, nil
}

func (s *spool) put(d content.IndexDocument) error {
	if err := s.enc.Encode(d); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return nil
}

// all yields the documents in the order they came.
func (s *spool) all() iter.Seq2[content.IndexDocument, error] {
	return func(yield func(content.IndexDocument, error) bool) {
		err := s.out.Flush()
		if err == nil {
			_, err = s.file.Seek(0, io.SeekStart)
		}
		in := gob.NewDecoder(bufio.NewReaderSize(s.file, 1<<16))
		for err == nil {
			var d content.IndexDocument
			if err = in.Decode(&d); err == nil && !yield(d, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(content.IndexDocument{}, fmt.Errorf("search: %w", err))
		}
	}
}

func (s *spool) remove() { _ = s.file.Close() } // it has no name any more
