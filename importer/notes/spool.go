package notes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
)

// errTooLarge ends a part that exceeds its limit.
var errTooLarge = errors.New("larger than the limit")

// inMemory is how much of a part stays in memory before it goes to a file.
const inMemory = 64 << 10

// spool holds binary data of a document: small ones in memory, others in a
// temporary file, with their SHA-256. In a survey nothing is kept but the size.
type spool struct {
	dir     string
	keep    bool
	memory  []byte
	file    *os.File
	sum     hash.Hash
	size    int64
	limit   int64
	damaged int // bytes that were not base64
	err     error
}

func newSpool(dir string, keep bool, limit int64) *spool {
	return &spool{dir: dir, keep: keep, sum: sha256.New(), limit: limit}
}

// Write appends; beyond the limit it drops the bytes and remembers.
func (s *spool) Write(p []byte) (int, error) {
	if s.err != nil {
		return len(p), nil
	}
	if s.size+int64(len(p)) > s.limit {
		s.err = errTooLarge
		return len(p), nil
	}
	s.size += int64(len(p))
	s.sum.Write(p)
	switch {
	case !s.keep:
		return len(p), nil
	case s.file != nil:
		return s.file.Write(p)
	case len(s.memory)+len(p) <= inMemory:
		s.memory = append(s.memory, p...)
		return len(p), nil
	}
	f, err := os.CreateTemp(s.dir, "staffelstab-import-*")
	if err != nil {
		return 0, err
	}
	s.file = f
	if _, err := f.Write(s.memory); err != nil {
		return 0, err
	}
	s.memory = nil
	return f.Write(p)
}

func (s *spool) sha256() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// open reads the data from the beginning, any number of times.
func (s *spool) open() (io.ReadCloser, error) {
	if !s.keep {
		return nil, errors.New("not kept in a survey")
	}
	if s.file == nil {
		return io.NopCloser(bytes.NewReader(s.memory)), nil
	}
	return io.NopCloser(io.NewSectionReader(s.file, 0, s.size)), nil
}

// content returns the data, up to a limit.
func (s *spool) content(limit int64) ([]byte, error) {
	if s.size > limit {
		return nil, errTooLarge
	}
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func (s *spool) remove() error {
	if s.file == nil {
		return nil
	}
	name := s.file.Name()
	err := errors.Join(s.file.Close(), os.Remove(name))
	s.file = nil
	return err
}

// base64Writer decodes base64 that comes in pieces of any length. It skips
// white space and counts whatever else does not belong there.
type base64Writer struct {
	out     *spool
	quantum uint32
	bits    int
	ended   bool
	buffer  []byte
}

func (w *base64Writer) Write(p []byte) (int, error) {
	for _, c := range p {
		v := base64Value(c)
		switch {
		case v >= 0 && !w.ended:
			w.quantum = w.quantum<<6 | uint32(v)
			if w.bits += 6; w.bits >= 8 {
				w.bits -= 8
				w.buffer = append(w.buffer, byte(w.quantum>>w.bits))
			}
		case c == '=':
			w.ended = true
		case c == ' ' || c == '\n' || c == '\r' || c == '\t':
		default:
			w.out.damaged++
		}
		if len(w.buffer) >= 32<<10 {
			if err := w.flush(); err != nil {
				return 0, err
			}
		}
	}
	return len(p), w.flush()
}

func (w *base64Writer) flush() error {
	_, err := w.out.Write(w.buffer)
	w.buffer = w.buffer[:0]
	return err
}

func base64Value(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 26
	case c >= '0' && c <= '9':
		return int(c-'0') + 52
	case c == '+':
		return 62
	case c == '/':
		return 63
	}
	return -1
}
