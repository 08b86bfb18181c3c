package notes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"

	"staffelstab/importer"
)

// errTooLarge ends a part that exceeds its limit.
var errTooLarge = errors.New("larger than the limit")

// What of the binary data of one document stays in memory. Everything beyond
// goes to one temporary file.
const (
	inMemory    = 64 << 10 // bytes of one part
	inMemoryAll = 4 << 20  // bytes of all parts
)

// maxParts bounds the binary parts of one document.
const maxParts = 20_000

// store holds the binary parts of a document. However many there are, it opens
// one file at most. Parts are written one after the other.
type store struct {
	dir    string
	parts  []*spool
	memory int // bytes held in memory
	file   *os.File
	end    int64  // of the file
	buffer []byte // for decoding
}

// add begins a part. Without keep only its size and hash are remembered.
func (s *store) add(keep bool, limit int64) *spool {
	p := &spool{store: s, keep: keep, sum: sha256.New(), limit: limit}
	s.parts = append(s.parts, p)
	return p
}

// part returns the part of that number, or nil.
func (s *store) part(n int) *spool {
	if n < 0 || n >= len(s.parts) {
		return nil
	}
	return s.parts[n]
}

// append writes to the end of the temporary file, which is made when first
// needed.
func (s *store) append(p []byte) error {
	if s.file == nil {
		f, err := importer.TemporaryFile(s.dir)
		if err != nil {
			return err
		}
		s.file = f
	}
	n, err := s.file.WriteAt(p, s.end)
	s.end += int64(n)
	return err
}

func (s *store) remove() error {
	s.parts = nil
	if s.file == nil {
		return nil
	}
	err := importer.DropTemporary(s.file)
	s.file = nil
	return err
}

// spool is one binary part with its SHA-256: small ones stay in memory, others
// lie in the file of the store. In a survey nothing is kept.
type spool struct {
	store   *store
	keep    bool
	memory  []byte
	onDisk  bool
	start   int64 // in the file
	sum     hash.Hash
	size    int64
	limit   int64
	damaged int // bytes that were not base64
	err     error
}

// Write appends; beyond the limit it drops the bytes and remembers.
func (s *spool) Write(p []byte) (int, error) {
	if s.err != nil || len(p) == 0 {
		return len(p), nil
	}
	if s.size+int64(len(p)) > s.limit {
		s.err = errTooLarge
		return len(p), nil
	}
	s.size += int64(len(p))
	if !s.keep {
		return len(p), nil
	}
	s.sum.Write(p)
	if !s.onDisk && len(s.memory)+len(p) <= inMemory && s.store.memory+len(p) <= inMemoryAll {
		s.memory = append(s.memory, p...)
		s.store.memory += len(p)
		return len(p), nil
	}
	if !s.onDisk {
		s.onDisk, s.start = true, s.store.end
		s.store.memory -= len(s.memory)
		if err := s.store.append(s.memory); err != nil {
			return 0, err
		}
		s.memory = nil
	}
	if err := s.store.append(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (s *spool) sha256() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// reader reads the data from the beginning.
func (s *spool) reader() (io.Reader, error) {
	switch {
	case !s.keep:
		return nil, errors.New("not kept in a survey")
	case !s.onDisk:
		return bytes.NewReader(s.memory), nil
	}
	return io.NewSectionReader(s.store.file, s.start, s.size), nil
}

// open is reader for those who want to close, too. It may be called any number
// of times.
func (s *spool) open() (io.ReadCloser, error) {
	r, err := s.reader()
	if err != nil {
		return nil, err
	}
	return io.NopCloser(r), nil
}

// content returns the data, up to a limit.
func (s *spool) content(limit int64) ([]byte, error) {
	if s.size > limit || s.err != nil {
		return nil, errTooLarge
	}
	r, err := s.reader()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// base64Writer decodes base64 that comes in pieces of any length. It skips
// white space and counts whatever else does not belong there.
type base64Writer struct {
	out     *spool
	quantum uint32
	bits    int
	ended   bool
}

func (w *base64Writer) Write(p []byte) (int, error) {
	buffer := w.out.store.buffer[:0]
	for i := 0; i < len(p); i++ {
		if w.bits == 0 && !w.ended && i+3 < len(p) { // four letters are three bytes
			a, b, c, d := letters64[p[i]], letters64[p[i+1]], letters64[p[i+2]], letters64[p[i+3]]
			if a|b|c|d >= 0 {
				v := uint32(a)<<18 | uint32(b)<<12 | uint32(c)<<6 | uint32(d)
				buffer = append(buffer, byte(v>>16), byte(v>>8), byte(v))
				i += 3
				continue
			}
		}
		buffer = w.letter(buffer, p[i])
	}
	w.out.store.buffer = buffer
	if _, err := w.out.Write(buffer); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (w *base64Writer) letter(buffer []byte, c byte) []byte {
	v := letters64[c]
	switch {
	case v >= 0 && !w.ended:
		w.quantum = w.quantum<<6 | uint32(v)
		if w.bits += 6; w.bits >= 8 {
			w.bits -= 8
			buffer = append(buffer, byte(w.quantum>>w.bits))
		}
	case c == '=':
		w.ended = true
	case c == ' ' || c == '\n' || c == '\r' || c == '\t':
	default:
		w.out.damaged++
	}
	return buffer
}

// letters64 are the values of the letters of base64, -1 for all others.
var letters64 = func() (table [256]int8) {
	for i := range table {
		table[i] = -1
	}
	for v, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		table[c] = int8(v)
	}
	return table
}()
