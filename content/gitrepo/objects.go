package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/klauspost/compress/zlib"

	"staffelstab/internal/fault"
)

// cacheBytes bounds go-git's object cache, through which loose objects pass.
const cacheBytes = 4 * cache.MiByte

// treeCacheEntries bounds the lines of decoded trees kept in memory; one takes
// about 130 bytes. Folders differ too much in size to count trees.
const treeCacheEntries = 300_000

// objects reads through go-git and writes loose objects itself. go-git's
// storage is not safe for concurrent use, so every access holds mu.
type objects struct {
	git   string
	mu    sync.Mutex
	store *filesystem.Storage
	packs atomic.Pointer[packs]

	deflater *zlib.Writer // of the one writer; making one costs a megabyte

	pendingMu sync.RWMutex
	pending   map[plumbing.Hash]pendingObject // of the group being written

	treesMu sync.Mutex
	trees   map[plumbing.Hash][]entry
	lines   int // of all trees
}

type pendingObject struct {
	kind plumbing.ObjectType
	data []byte
}

func openStorage(git string) *filesystem.Storage {
	return filesystem.NewStorageWithOptions(osfs.New(git), cache.NewObjectLRU(cacheBytes), filesystem.Options{KeepDescriptors: true})
}

func openObjects(git string) (*objects, error) {
	deflater, err := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed) // a gc packs them tighter
	if err != nil {
		return nil, err
	}
	o := &objects{
		git: git, store: openStorage(git), deflater: deflater, pending: map[plumbing.Hash]pendingObject{}, trees: map[plumbing.Hash][]entry{},
	}
	o.packs.Store(openPacks(git))
	return o, nil
}

func (o *objects) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return errors.Join(o.store.Close(), o.packs.Load().close())
}

// reopen lets go of packs that are gone and finds those that came. go-git
// keeps the files of removed packs open, and with them their space.
func (o *objects) reopen() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	old := o.store
	o.store = openStorage(o.git)
	return errors.Join(old.Close(), o.packs.Swap(openPacks(o.git)).close())
}

// put keeps an object in memory until flush.
func (o *objects) put(kind plumbing.ObjectType, data []byte) plumbing.Hash {
	hash := plumbing.ComputeHash(kind, data)
	o.pendingMu.Lock()
	defer o.pendingMu.Unlock()
	o.pending[hash] = pendingObject{kind, data}
	return hash
}

// discard forgets what was not flushed.
func (o *objects) discard() {
	o.pendingMu.Lock()
	defer o.pendingMu.Unlock()
	clear(o.pending)
}

// flush writes the pending objects as loose files and makes them durable. They
// stay readable from memory until settled.
func (o *objects) flush() error {
	o.pendingMu.RLock()
	defer o.pendingMu.RUnlock()
	var files []string
	for hash, p := range o.pending {
		name, err := o.writeLoose(hash, p)
		if err != nil {
			return err
		}
		if name != "" {
			files = append(files, name)
		}
	}
	return syncAll(o.git, files)
}

// writeLoose writes one object under a temporary name and renames it, so that
// no reader ever sees half of it. It returns "" when the object is there, whole:
// a power cut may leave an empty file under the final name.
func (o *objects) writeLoose(hash plumbing.Hash, p pendingObject) (string, error) {
	hex := hash.String()
	folder := filepath.Join(o.git, "objects", hex[:2])
	name := filepath.Join(folder, hex[2:])
	if holds(name, p) {
		return "", nil
	}
	f, err := tempIn(folder)
	if err != nil {
		return "", err
	}
	var deflated bytes.Buffer
	z := o.deflater
	z.Reset(&deflated)
	_, err = fmt.Fprintf(z, "%s %d\x00", p.kind, len(p.data))
	if err == nil {
		_, err = z.Write(p.data)
	}
	if err = errors.Join(err, z.Close()); err == nil {
		_, err = f.Write(deflated.Bytes())
	}
	if err = errors.Join(err, f.Chmod(0o400), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return name, nil
}

// tempIn makes a temporary file in a folder that is made when it is missing. A
// git gc removes folders it emptied, also between the two steps.
func tempIn(folder string) (f *os.File, err error) {
	for range 5 {
		if f, err = os.CreateTemp(folder, "tmp_obj_"); !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
		if err = os.MkdirAll(folder, 0o700); err != nil {
			return nil, err
		}
	}
	return nil, err
}

// holds reports whether the file is the object.
func holds(name string, p pendingObject) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // only read
	z, err := zlib.NewReader(f)
	if err != nil {
		return false
	}
	want := append(fmt.Appendf(nil, "%s %d\x00", p.kind, len(p.data)), p.data...)
	have, err := io.ReadAll(io.LimitReader(z, int64(len(want))+1))
	return err == nil && bytes.Equal(have, want)
}

// reindex looks for packs that came. The caller holds mu.
func (o *objects) reindex() {
	o.store.Reindex()
	o.packs.Load().refresh()
}

// read returns the bytes of an object. The caller must not change them.
func (o *objects) read(hash plumbing.Hash, kind plumbing.ObjectType) ([]byte, error) {
	o.pendingMu.RLock()
	p, ok := o.pending[hash]
	o.pendingMu.RUnlock()
	if ok {
		return p.data, nil
	}
	if data, ok := o.packs.Load().read(hash, kind); ok {
		return data, nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	found, err := o.lookup(hash, kind)
	if err != nil {
		return nil, err
	}
	r, err := found.Reader()
	if err != nil {
		return nil, fmt.Errorf("gitrepo: object %s: %w", hash, err)
	}
	data, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("gitrepo: object %s: %w", hash, err)
	}
	return data, nil
}

// lookup finds an object; after a git gc it has moved into a pack go-git does
// not know yet. The caller holds mu.
func (o *objects) lookup(hash plumbing.Hash, kind plumbing.ObjectType) (plumbing.EncodedObject, error) {
	found, err := o.store.EncodedObject(kind, hash)
	if err == nil {
		return found, nil
	}
	o.reindex()
	if found, err = o.store.EncodedObject(kind, hash); err == nil {
		return found, nil
	}
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, fault.New(fault.NotFound, "gitrepo.object-missing", "hash", hash.String()).Because(err)
	}
	return nil, fmt.Errorf("gitrepo: object %s: %w", hash, err)
}

func (o *objects) has(hash plumbing.Hash) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := o.lookup(hash, plumbing.AnyObject)
	return err == nil
}

// commit decodes a commit.
func (o *objects) commit(hash plumbing.Hash) (*object.Commit, error) {
	data, err := o.read(hash, plumbing.CommitObject)
	if err != nil {
		return nil, err
	}
	encoded := &plumbing.MemoryObject{}
	encoded.SetType(plumbing.CommitObject)
	if _, err := encoded.Write(data); err != nil {
		return nil, err
	}
	c := &object.Commit{}
	if err := c.Decode(encoded); err != nil {
		return nil, fmt.Errorf("gitrepo: commit %s: %w", hash, err)
	}
	return c, nil
}

// putCommit keeps a commit in memory until flush.
func (o *objects) putCommit(c *object.Commit) (plumbing.Hash, error) {
	encoded := &plumbing.MemoryObject{}
	if err := c.Encode(encoded); err != nil {
		return plumbing.ZeroHash, err
	}
	r, err := encoded.Reader()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return plumbing.ZeroHash, err
	}
	return o.put(plumbing.CommitObject, b.Bytes()), nil
}

// tree returns the entries of a tree, from memory when it was read before.
// The caller must not change them.
func (o *objects) tree(hash plumbing.Hash) ([]entry, error) {
	if hash.IsZero() {
		return nil, nil
	}
	if entries, ok := o.decoded(hash); ok {
		return entries, nil
	}
	data, err := o.read(hash, plumbing.TreeObject)
	if err != nil {
		return nil, err
	}
	entries, err := decodeTree(data)
	if err != nil {
		return nil, fmt.Errorf("gitrepo: tree %s: %w", hash, err)
	}
	o.remember(hash, entries)
	return entries, nil
}

// remember keeps the entries of a tree, which must not change any more.
func (o *objects) remember(hash plumbing.Hash, entries []entry) {
	o.treesMu.Lock()
	defer o.treesMu.Unlock()
	if o.trees[hash] != nil {
		return
	}
	if o.lines += len(entries) + 1; o.lines > treeCacheEntries {
		clear(o.trees)
		o.lines = len(entries) + 1
	}
	o.trees[hash] = entries
}
