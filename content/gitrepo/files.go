package gitrepo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// filesFolder holds attachments beside the repository.
const filesFolder = "files"

var sha256Name = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Files keeps attachments by the SHA-256 of their bytes. It implements
// content.Files.
type Files struct {
	root *os.Root
	path string
}

// OpenFiles opens the attachments of a data folder.
func OpenFiles(dir string) (*Files, error) {
	path := filepath.Join(dir, filesFolder)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, translate(err)
	}
	// What a killed process was storing; nobody else has the folder open.
	halves, err := filepath.Glob(filepath.Join(path, ".tmp-*"))
	if err != nil {
		return nil, err
	}
	for _, name := range halves {
		if err := os.Remove(name); err != nil {
			return nil, translate(err)
		}
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, translate(err)
	}
	return &Files{root: root, path: path}, nil
}

// Close frees the folder.
func (f *Files) Close() error { return f.root.Close() }

// Put stores bytes durably.
func (f *Files) Put(ctx context.Context, r io.Reader, limit int64) (content.StoredFile, error) {
	temp, err := os.CreateTemp(f.path, ".tmp-*")
	if err != nil {
		return content.StoredFile{}, translate(err)
	}
	defer os.Remove(temp.Name())
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(temp, hash), io.LimitReader(contextReader{ctx, r}, limit+1))
	if err == nil && size > limit {
		err = fault.New(fault.TooLarge, "gitrepo.file-too-large", "limit", int(limit>>20))
	}
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		if _, isFault := fault.Of(err); isFault {
			return content.StoredFile{}, err
		}
		return content.StoredFile{}, translate(err)
	}
	stored := content.StoredFile{SHA256: hex.EncodeToString(hash.Sum(nil)), Size: size}
	if err := os.Rename(temp.Name(), filepath.Join(f.path, stored.SHA256)); err != nil {
		return content.StoredFile{}, translate(err)
	}
	return stored, translate(syncFolder(f.path))
}

// contextReader ends a copy whose request is gone, and keeps the pace of an
// import.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(b)
	if waitErr := paceOf(c.ctx).wait(c.ctx, n); waitErr != nil {
		return n, waitErr
	}
	return n, err
}

// Open returns the bytes of a stored file.
func (f *Files) Open(_ context.Context, sha string) (io.ReadSeekCloser, error) {
	if !sha256Name.MatchString(sha) {
		return nil, fault.New(fault.NotFound, "gitrepo.file-missing", "sha256", sha)
	}
	file, err := f.root.Open(sha)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "gitrepo.file-missing", "sha256", sha)
	}
	if err != nil {
		return nil, translate(err)
	}
	return file, nil
}

// names lists what is stored, sorted.
func (f *Files) names() ([]string, error) {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return nil, translate(err)
	}
	var names []string
	for _, e := range entries {
		if sha256Name.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Verify reads every stored file and compares its bytes with its name.
func (f *Files) Verify(ctx context.Context) error {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return translate(err)
	}
	for _, e := range entries {
		if !sha256Name.MatchString(e.Name()) {
			continue
		}
		file, err := f.root.Open(e.Name())
		if err != nil {
			return translate(err)
		}
		hash := sha256.New()
		_, err = io.Copy(hash, contextReader{ctx, file})
		if err = errors.Join(err, file.Close()); err != nil {
			return translate(err)
		}
		if hex.EncodeToString(hash.Sum(nil)) != e.Name() {
			return fault.New(fault.Invalid, "gitrepo.file-damaged", "sha256", e.Name())
		}
	}
	return nil
}
