package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/memory"

	"staffelstab/internal/fault"
)

// unpack stores the objects of a pack from outside. It is not durable before
// the next flush.
func (o *objects) unpack(pack io.Reader) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := packfile.UpdateObjectStorage(o.store, pack); err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if known := translate(err); fault.KindOf(known) != fault.Internal {
			return known // of the disk, not of the pack
		}
		return fault.New(fault.Invalid, "gitrepo.pack-damaged").Because(err)
	}
	o.reindex()
	return nil
}

// copyPack stores objects of another store as one pack.
func (o *objects) copyPack(ctx context.Context, from storer.EncodedObjectStorer, hashes []plumbing.Hash) error {
	reader, writer := io.Pipe()
	go func() {
		_, err := packfile.NewEncoder(writer, from, false).Encode(hashes, 0)
		writer.CloseWithError(err)
	}()
	err := o.unpack(contextReader{ctx, reader})
	return errors.Join(err, reader.Close())
}

// copyTo puts objects into an object store in another folder, durably.
func (o *objects) copyTo(ctx context.Context, folder string, wanted map[plumbing.Hash]bool) (err error) {
	other, err := openObjects(folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, other.close()) }()
	hashes := slices.SortedFunc(maps.Keys(wanted), func(a, b plumbing.Hash) int { return bytes.Compare(a[:], b[:]) })
	if err := other.copyPack(ctx, o.store, hashes); err != nil {
		return err
	}
	_, err = other.flushPack(ctx)
	return err
}

// flushPack writes the pending objects as one pack and makes it durable
// together with those that were unpacked before. Thousands of objects come
// faster to the disk this way than as loose files. It returns what was pending.
func (o *objects) flushPack(ctx context.Context) ([]plumbing.Hash, error) {
	o.pendingMu.Lock()
	defer o.pendingMu.Unlock()
	staged := memory.NewStorage()
	hashes := make([]plumbing.Hash, 0, len(o.pending))
	for hash, p := range o.pending {
		encoded := staged.NewEncodedObject()
		encoded.SetType(p.kind)
		w, err := encoded.Writer()
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(p.data); err != nil {
			return nil, err
		}
		if _, err := staged.SetEncodedObject(encoded); err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	clear(o.pending)
	if len(hashes) > 0 {
		if err := o.copyPack(ctx, staged, hashes); err != nil {
			return nil, err
		}
	}
	packs, err := filepath.Glob(filepath.Join(o.git, "objects", "pack", "*"))
	if err != nil {
		return nil, err
	}
	return hashes, syncAll(o.git, packs)
}

// incoming begins the names of folders in the repository that hold packs from
// outside until they are checked.
const incoming = "incoming-"

// takeOver moves the packs of such a folder into the store, the index last,
// because a pack without one is not seen.
func (o *objects) takeOver(folder string) error {
	names, err := filepath.Glob(filepath.Join(folder, "objects", "pack", "pack-*"))
	if err != nil {
		return err
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(filepath.Ext(b), filepath.Ext(a)) }) // .rev, .pack, .idx
	packs := filepath.Join(o.git, "objects", "pack")
	for _, name := range names {
		if err := os.Rename(name, filepath.Join(packs, filepath.Base(name))); err != nil {
			return err
		}
	}
	return syncFolder(packs)
}

// forgetIncoming removes what a killed adoption left.
func forgetIncoming(git string) error {
	folders, err := filepath.Glob(filepath.Join(git, incoming+"*"))
	for _, folder := range folders {
		err = errors.Join(err, os.RemoveAll(folder))
	}
	return err
}
