package gitrepo

import (
	"context"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/internal/fault"
)

// Verify reads every object reachable from the head and computes its name
// again.
func (r *Repository) Verify(ctx context.Context) error {
	head := plumbing.NewHash(string(r.Head()))
	commits, err := r.reachable(ctx, head, nil)
	if err != nil {
		return err
	}
	seen := map[plumbing.Hash]bool{}
	for hash := range commits {
		if err := r.objects.verify(hash, plumbing.CommitObject); err != nil {
			return err
		}
		c, err := r.objects.commit(hash)
		if err != nil {
			return err
		}
		if err := r.objects.verifyTree(ctx, c.TreeHash, seen); err != nil {
			return err
		}
	}
	return nil
}

func (o *objects) verify(hash plumbing.Hash, kind plumbing.ObjectType) error {
	data, err := o.read(hash, kind)
	if err != nil {
		return err
	}
	if plumbing.ComputeHash(kind, data) != hash {
		return fault.New(fault.Invalid, "gitrepo.object-damaged", "hash", hash.String())
	}
	return nil
}

func (o *objects) verifyTree(ctx context.Context, hash plumbing.Hash, seen map[plumbing.Hash]bool) error {
	if seen[hash] {
		return nil
	}
	seen[hash] = true
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := o.verify(hash, plumbing.TreeObject); err != nil {
		return err
	}
	entries, err := o.tree(hash)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case e.isTree():
			err = o.verifyTree(ctx, e.hash, seen)
		case e.isFile() && !seen[e.hash]:
			seen[e.hash] = true
			err = o.verify(e.hash, plumbing.BlobObject)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
