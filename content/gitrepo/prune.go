package gitrepo

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// pruneBatch is how many objects are copied into one pack; it bounds memory.
const pruneBatch = 2000

// Prune implements content.Rewriter: what the head does not need goes, loose
// or packed, at once. Packs that hold such objects are written anew without
// them before they are removed, so that a crash loses nothing and a second run
// ends the same. Saves wait meanwhile.
func (r *Repository) Prune(ctx context.Context) error {
	r.adopting.Lock()
	defer r.adopting.Unlock()
	r.packing.Lock()
	defer r.packing.Unlock()
	return r.alone(ctx, func() error {
		needed, err := r.needed(ctx)
		if err != nil {
			return err
		}
		return translateOther(r.objects.prune(ctx, needed))
	})
}

// needed are all objects reachable from the head.
func (r *Repository) needed(ctx context.Context) (map[plumbing.Hash]bool, error) {
	needed := map[plumbing.Hash]bool{}
	commits, err := r.reachable(ctx, plumbing.NewHash(string(r.Head())), nil)
	if err != nil {
		return nil, err
	}
	for hash := range commits {
		c, err := r.objects.commit(hash)
		if err != nil {
			return nil, err
		}
		needed[hash] = true
		err = r.objects.eachFile(ctx, "", c.TreeHash, needed, func(string, plumbing.Hash) error { return nil })
		if err != nil {
			return nil, err
		}
	}
	return needed, nil
}

func (o *objects) prune(ctx context.Context, needed map[plumbing.Hash]bool) error {
	indexes, err := filepath.Glob(filepath.Join(o.git, "objects", "pack", "pack-*.idx"))
	if err != nil {
		return err
	}
	var obsolete []string
	saved := map[plumbing.Hash]bool{}
	for _, index := range indexes {
		hashes, err := packed(index)
		if err != nil {
			return err
		}
		if keep := slices.DeleteFunc(slices.Clone(hashes), func(h plumbing.Hash) bool { return !needed[h] }); len(keep) < len(hashes) {
			obsolete = append(obsolete, index)
			for _, hash := range keep {
				saved[hash] = true
			}
		}
	}
	if err := o.copyOut(ctx, slices.Collect(maps.Keys(saved))); err != nil {
		return err
	}
	if err := o.reopen(); err != nil { // lets go of the packs that are removed next
		return err
	}
	for _, index := range obsolete {
		// The index goes first: a pack without one is not seen any more.
		for _, ending := range []string{".idx", ".pack", ".rev", ".mtimes", ".bitmap", ".keep"} {
			if err := removeIfThere(strings.TrimSuffix(index, ".idx") + ending); err != nil {
				return err
			}
		}
	}
	if err := o.pruneLoose(needed); err != nil {
		return err
	}
	for _, derived := range []string{"objects/info/commit-graph", "objects/info/commit-graphs", "objects/info/packs", "objects/pack/multi-pack-index"} {
		if err := os.RemoveAll(filepath.Join(o.git, derived)); err != nil {
			return err
		}
	}
	o.treesMu.Lock()
	clear(o.trees)
	o.lines = 0
	o.treesMu.Unlock()
	return errors.Join(syncAll(o.git, nil), syncFolder(filepath.Join(o.git, "objects", "pack")), o.reopen())
}

// copyOut writes objects into new packs, read through a handle of its own.
func (o *objects) copyOut(ctx context.Context, hashes []plumbing.Hash) (err error) {
	source := openStorage(o.git)
	defer func() { err = errors.Join(err, source.Close()) }()
	for batch := range slices.Chunk(hashes, pruneBatch) {
		if err := o.copyPack(ctx, source, batch); err != nil {
			return err
		}
	}
	packs, err := filepath.Glob(filepath.Join(o.git, "objects", "pack", "*"))
	if err != nil {
		return err
	}
	return syncAll(o.git, packs)
}

// packed lists the objects of a pack.
func packed(index string) ([]plumbing.Hash, error) {
	f, err := os.Open(index)
	if err != nil {
		return nil, err
	}
	list := idxfile.NewMemoryIndex()
	if err = errors.Join(idxfile.NewDecoder(f).Decode(list), f.Close()); err != nil {
		return nil, err
	}
	entries, err := list.Entries()
	if err != nil {
		return nil, err
	}
	var out []plumbing.Hash
	for {
		e, err := entries.Next()
		if err != nil { // io.EOF ends every index
			return out, entries.Close()
		}
		out = append(out, e.Hash)
	}
}

// pruneLoose removes loose objects nobody needs, and what a killed writer left
// half written.
func (o *objects) pruneLoose(needed map[plumbing.Hash]bool) error {
	root := filepath.Join(o.git, "objects")
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		folder := filepath.Base(filepath.Dir(name))
		if hash := folder + d.Name(); plumbing.IsHash(hash) && len(folder) == 2 && needed[plumbing.NewHash(hash)] {
			return nil
		}
		if len(folder) == 2 || strings.HasPrefix(d.Name(), "tmp_") {
			return removeIfThere(name)
		}
		return nil
	})
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// History is a repository with the attachments beside it, for redaction.
type History struct {
	*Repository
	Attachments *Files
}

// RemoveFile implements content.Rewriter.
func (h History) RemoveFile(_ context.Context, sha string) error {
	if !sha256Name.MatchString(sha) {
		return fault.New(fault.NotFound, "gitrepo.file-missing", "sha256", sha)
	}
	return translate(errors.Join(removeIfThere(filepath.Join(h.Attachments.path, sha)), syncFolder(h.Attachments.path)))
}

// FileUsed implements content.Rewriter.
func (h History) FileUsed(ctx context.Context, sha string) (bool, error) {
	orphans, err := h.Orphans(ctx, h.Attachments)
	return !slices.Contains(orphans, sha), err
}

var _ content.Rewriter = History{}
