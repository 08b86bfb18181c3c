// Package extract looks into files that people bring: what they really are,
// what must not be kept of them, and which words stand in them.
//
// A file's type is what its bytes say; the name only has to agree. Pictures lose
// what their camera wrote about place and person, byte by byte and without being
// encoded again, so that nothing gets worse. Pixels are never decoded: a bomb
// costs no more than its header.
//
// Everything read here is hostile. What is read is bounded, and a library that
// panics over a file only means that the file has no words.
package extract

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gabriel-vasile/mimetype"

	"staffelstab/internal/fault"
)

const (
	// maxImage bounds a picture in bytes; it is held in memory.
	maxImage = 30 << 20
	// sniffed is how much of a file tells its type.
	sniffed = 8 << 10
)

// Examiner implements content.Examiner and content.Extractor. Files are kept in
// a folder of its own while they are looked at.
type Examiner struct {
	folder    string
	patience  time.Duration // with one file whose words are read
	abandoned atomic.Int32  // readings that did not end in time and still run
}

// New returns an examiner that keeps files in the folder meanwhile; empty means
// that of the system.
func New(folder string) *Examiner { return &Examiner{folder: folder, patience: patience} }

// accepted is which types a file of the extension may have. Old Office formats
// and those with macros are not among them because they run code; archives are
// not because nobody sees what lies in them; sound and film are not because they
// carry the place of recording.
func accepted(extension string) []string {
	switch extension {
	case ".pdf":
		return []string{"application/pdf"}
	case ".png":
		return []string{"image/png", "image/vnd.mozilla.apng"}
	case ".jpg", ".jpeg":
		return []string{"image/jpeg"}
	case ".gif":
		return []string{"image/gif"}
	case ".webp":
		return []string{"image/webp"}
	case ".txt", ".csv":
		return []string{"text/plain", "text/csv", "text/tab-separated-values"}
	case ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp":
		return []string{extension} // as officeKind tells
	}
	return nil
}

// Examine reads a file and returns what may be kept of it. It is Invalid when
// the file is empty, of a type nobody may bring or not what its name says, and
// TooLarge beyond limit bytes.
func (x *Examiner) Examine(ctx context.Context, name string, r io.Reader, limit int64) (io.ReadCloser, error) {
	extension := strings.ToLower(path.Ext(name))
	types := accepted(extension)
	if types == nil {
		return nil, refuse("files.type-refused", "type", strings.TrimPrefix(extension, "."))
	}
	spool, size, err := x.spool(ctx, r, limit)
	if err != nil {
		return nil, err
	}
	clean, err := x.examined(spool, size, extension, types)
	if err != nil {
		return nil, errors.Join(err, spool.Close())
	}
	if clean == nil {
		_, err := spool.Seek(0, io.SeekStart)
		return spool, err
	}
	return io.NopCloser(bytes.NewReader(clean)), spool.Close()
}

func refuse(key string, args ...any) error {
	return fault.New(fault.Invalid, key, args...).InField("file")
}

// spooled is a temporary file that goes away when it is closed.
type spooled struct{ *os.File }

func (s spooled) Close() error { return errors.Join(s.File.Close(), os.Remove(s.Name())) }

func (x *Examiner) spool(ctx context.Context, r io.Reader, limit int64) (spooled, int64, error) {
	if x.folder != "" {
		if err := os.MkdirAll(x.folder, 0o700); err != nil {
			return spooled{}, 0, err
		}
	}
	f, err := os.CreateTemp(x.folder, ".upload-*")
	if err != nil {
		return spooled{}, 0, err
	}
	s := spooled{f}
	size, err := io.Copy(f, io.LimitReader(reading{ctx, r}, limit+1))
	switch {
	case err != nil:
	case size > limit:
		err = fault.New(fault.TooLarge, "gitrepo.file-too-large", "limit", int(limit>>20)).InField("file")
	case size == 0:
		err = refuse("files.empty")
	}
	if err != nil {
		return spooled{}, 0, errors.Join(err, s.Close())
	}
	return s, size, nil
}

// reading ends when nobody waits any more.
type reading struct {
	ctx context.Context
	r   io.Reader
}

func (c reading) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}

// examined decides about a file. What comes back replaces its bytes, unless it
// is nil.
func (x *Examiner) examined(f spooled, size int64, extension string, types []string) ([]byte, error) {
	head := make([]byte, min(size, sniffed))
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	found := mimetype.Detect(head)
	for _, t := range types {
		switch {
		case strings.HasPrefix(t, "."):
			return nil, checkOffice(f, size, extension, found.String())
		case !found.Is(t):
		case strings.HasPrefix(t, "image/"):
			return picture(f, size, extension)
		case strings.HasPrefix(t, "text/") && bytes.ContainsRune(head, 0):
		default:
			return nil, nil
		}
	}
	return nil, disguised(extension, found.String())
}

func disguised(extension, found string) error {
	found, _, _ = strings.Cut(found, ";")
	return refuse("files.disguised", "type", strings.ToUpper(strings.TrimPrefix(extension, ".")), "found", found)
}

// picture takes out of a picture what is nobody's business.
func picture(f spooled, size int64, extension string) ([]byte, error) {
	if size > maxImage {
		return nil, fault.New(fault.TooLarge, "files.image-too-large", "limit", maxImage>>20).InField("file")
	}
	data := make([]byte, size)
	if _, err := f.ReadAt(data, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return Clean(data, extension)
}
