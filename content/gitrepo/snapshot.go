package gitrepo

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// snapshot is the tree of one commit as a file system. It only reads objects,
// which never change, so it needs no lock of its own.
type snapshot struct {
	objects *objects
	commit  content.Commit
	root    plumbing.Hash // of the tree; zero when empty
	at      time.Time
}

// Snapshot opens the tree of a commit.
func (r *Repository) Snapshot(_ context.Context, commit content.Commit) (content.Snapshot, error) {
	if commit == "" {
		return &snapshot{objects: r.objects}, nil
	}
	if !plumbing.IsHash(string(commit)) {
		return nil, fault.New(fault.NotFound, "gitrepo.object-missing", "hash", string(commit))
	}
	c, err := r.objects.commit(plumbing.NewHash(string(commit)))
	if err != nil {
		return nil, err
	}
	return &snapshot{objects: r.objects, commit: commit, root: c.TreeHash, at: c.Committer.When}, nil
}

// Commit names the commit; empty for a pending tree.
func (s *snapshot) Commit() content.Commit { return s.commit }

// Hash returns the object hash of a file or folder.
func (s *snapshot) Hash(name string) (string, bool) {
	e, err := s.find("hash", name)
	if err != nil || e.hash.IsZero() {
		return "", false
	}
	return e.hash.String(), true
}

// find walks to the entry of a path.
func (s *snapshot) find(op, name string) (entry, error) {
	at := entry{mode: modeTree, name: ".", hash: s.root}
	if !fs.ValidPath(name) {
		return at, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	if name == "." {
		return at, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		if !at.isTree() {
			return at, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		next, ok, err := s.objects.entryOf(at.hash, part)
		if err != nil {
			return at, &fs.PathError{Op: op, Path: name, Err: err}
		}
		if !ok || !next.isTree() && !next.isFile() {
			return at, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
		at = next
	}
	return at, nil
}

// ReadFile returns the bytes of a file.
func (s *snapshot) ReadFile(name string) ([]byte, error) {
	e, err := s.find("read", name)
	if err != nil {
		return nil, err
	}
	if !e.isFile() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	data, err := s.objects.read(e.hash, plumbing.BlobObject)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return bytes.Clone(data), nil
}

// ReadDir lists a folder by name.
func (s *snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := s.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !e.isTree() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	entries, err := s.objects.tree(e.hash)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	out := make([]fs.DirEntry, 0, len(entries))
	for _, e := range entries {
		if e.isTree() || e.isFile() {
			out = append(out, dirEntry{s, e})
		}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// Open opens a file or folder.
func (s *snapshot) Open(name string) (fs.File, error) {
	e, err := s.find("open", name)
	if err != nil {
		return nil, err
	}
	if e.isTree() {
		entries, err := s.ReadDir(name)
		return &openFolder{info: dirEntry{s, entry{e.mode, path.Base(name), e.hash}}, entries: entries}, err
	}
	data, err := s.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &openFile{Reader: bytes.NewReader(data), info: fileInfo{e, int64(len(data)), s.at}}, nil
}

// dirEntry is an entry of a folder.
type dirEntry struct {
	snapshot *snapshot
	entry    entry
}

func (d dirEntry) Name() string { return d.entry.name }
func (d dirEntry) IsDir() bool  { return d.entry.isTree() }
func (d dirEntry) Type() fs.FileMode {
	if d.entry.isTree() {
		return fs.ModeDir
	}
	return 0
}

// Info reads the file, because Git trees do not hold sizes.
func (d dirEntry) Info() (fs.FileInfo, error) {
	if d.entry.isTree() {
		return fileInfo{d.entry, 0, d.snapshot.at}, nil
	}
	data, err := d.snapshot.objects.read(d.entry.hash, plumbing.BlobObject)
	return fileInfo{d.entry, int64(len(data)), d.snapshot.at}, err
}

type fileInfo struct {
	entry entry
	size  int64
	at    time.Time
}

func (i fileInfo) Name() string       { return i.entry.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) ModTime() time.Time { return i.at }
func (i fileInfo) IsDir() bool        { return i.entry.isTree() }
func (i fileInfo) Sys() any           { return nil }
func (i fileInfo) Mode() fs.FileMode {
	if i.entry.isTree() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

type openFile struct {
	*bytes.Reader
	info fileInfo
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openFolder struct {
	info    dirEntry
	entries []fs.DirEntry
	at      int
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.info.Info() }
func (f *openFolder) Close() error               { return nil }
func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.info.Name(), Err: fs.ErrInvalid}
}

// ReadDir implements fs.ReadDirFile.
func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := f.entries[f.at:]
	if n > 0 && len(rest) == 0 {
		return nil, io.EOF
	}
	if n > 0 && n < len(rest) {
		rest = rest[:n]
	}
	f.at += len(rest)
	return slices.Clone(rest), nil
}
