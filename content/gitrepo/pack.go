package gitrepo

import (
	"context"
	"errors"
	"io"
	"path/filepath"

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
		if known := translate(err); fault.KindOf(known) != fault.Internal {
			return known // of the disk, not of the pack
		}
		return fault.New(fault.Invalid, "gitrepo.pack-damaged").Because(err)
	}
	o.store.Reindex()
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

// flushPack writes the pending objects as one pack and makes it durable
// together with those that were unpacked before. Thousands of objects come
// faster to the disk this way than as loose files.
func (o *objects) flushPack(ctx context.Context) error {
	o.pendingMu.Lock()
	defer o.pendingMu.Unlock()
	staged := memory.NewStorage()
	hashes := make([]plumbing.Hash, 0, len(o.pending))
	for hash, p := range o.pending {
		encoded := staged.NewEncodedObject()
		encoded.SetType(p.kind)
		w, err := encoded.Writer()
		if err != nil {
			return err
		}
		if _, err := w.Write(p.data); err != nil {
			return err
		}
		if _, err := staged.SetEncodedObject(encoded); err != nil {
			return err
		}
		hashes = append(hashes, hash)
	}
	clear(o.pending)
	if len(hashes) > 0 {
		if err := o.copyPack(ctx, staged, hashes); err != nil {
			return err
		}
	}
	packs, err := filepath.Glob(filepath.Join(o.git, "objects", "pack", "*"))
	if err != nil {
		return err
	}
	return syncAll(o.git, packs)
}
