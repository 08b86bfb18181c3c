package gitrepo

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"staffelstab/content"
)

// Diff compares two trees by walking both; equal subtrees are skipped by their
// hash.
func (r *Repository) Diff(ctx context.Context, from, to content.Commit) ([]content.PathChange, error) {
	a, err := r.treeOf(from)
	if err != nil {
		return nil, err
	}
	b, err := r.treeOf(to)
	if err != nil {
		return nil, err
	}
	return r.objects.diff(ctx, a, b)
}

func (r *Repository) treeOf(commit content.Commit) (plumbing.Hash, error) {
	if commit == "" {
		return plumbing.ZeroHash, nil
	}
	c, err := r.objects.commit(plumbing.NewHash(string(commit)))
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return c.TreeHash, nil
}

func (o *objects) diff(ctx context.Context, a, b plumbing.Hash) ([]content.PathChange, error) {
	var out []content.PathChange
	err := o.diffIn(ctx, "", a, b, &out)
	// A file that became a folder stands apart from it in Git's order.
	slices.SortStableFunc(out, func(x, y content.PathChange) int { return strings.Compare(x.Path, y.Path) })
	return out, err
}

func (o *objects) diffIn(ctx context.Context, prefix string, a, b plumbing.Hash, out *[]content.PathChange) error {
	if a == b {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	before, after, err := o.sides(a, b)
	if err != nil {
		return err
	}
	for len(before) > 0 || len(after) > 0 {
		var x, y entry
		switch order := compareSides(before, after); {
		case order < 0:
			x, before = before[0], before[1:]
		case order > 0:
			y, after = after[0], after[1:]
		default:
			x, y, before, after = before[0], after[0], before[1:], after[1:]
		}
		if x.hash == y.hash && x.mode == y.mode {
			continue
		}
		name := x.name + y.name // one of them, or both are the same
		if x.name == y.name {
			name = x.name
		}
		change := content.PathChange{Path: prefix + name, Before: fileHash(x), After: fileHash(y)}
		if change.Before != change.After {
			*out = append(*out, change)
		}
		if x.isTree() || y.isTree() {
			if err := o.diffIn(ctx, prefix+name+"/", treeHash(x), treeHash(y), out); err != nil {
				return err
			}
		}
	}
	return nil
}

// compareSides tells which of two sorted folders names its next entry first;
// both when it is the same one. A file and a folder of one name stand apart.
func compareSides(before, after []entry) int {
	switch {
	case len(before) == 0:
		return 1
	case len(after) == 0:
		return -1
	case before[0].hash == after[0].hash && before[0].name == after[0].name && before[0].mode == after[0].mode:
		return 0
	case before[0].name == after[0].name && before[0].isTree() == after[0].isTree():
		return 0
	}
	return inGitOrder(before[0], after[0])
}

func fileHash(e entry) string {
	if e.isFile() {
		return e.hash.String()
	}
	return ""
}

func treeHash(e entry) plumbing.Hash {
	if e.isTree() {
		return e.hash
	}
	return plumbing.ZeroHash
}

// History implements content.Repository: every commit before its parents.
func (r *Repository) History(ctx context.Context, from, to content.Commit) iter.Seq2[content.CommitRecord, error] {
	return r.records(ctx, from, to, func([]plumbing.Hash) {})
}

// Replay implements content.Repository: History from its end.
func (r *Repository) Replay(ctx context.Context, from, to content.Commit) iter.Seq2[content.CommitRecord, error] {
	return r.records(ctx, from, to, slices.Reverse)
}

func (r *Repository) records(ctx context.Context, from, to content.Commit, arrange func([]plumbing.Hash)) iter.Seq2[content.CommitRecord, error] {
	return func(yield func(content.CommitRecord, error) bool) {
		order, err := r.between(ctx, plumbing.NewHash(string(from)), plumbing.NewHash(string(to)))
		if err != nil {
			yield(content.CommitRecord{}, err)
			return
		}
		arrange(order)
		for _, hash := range order {
			record, err := r.recordOf(ctx, hash)
			if !yield(record, err) || err != nil {
				return
			}
		}
	}
}

// between sorts the commits reachable from one but not from the other, every
// commit before its parents (Kahn's algorithm).
func (r *Repository) between(ctx context.Context, from, to plumbing.Hash) ([]plumbing.Hash, error) {
	if order, ok, err := r.straight(ctx, from, to); ok || err != nil {
		return order, err
	}
	known, err := r.reachable(ctx, from, nil)
	if err != nil {
		return nil, err
	}
	fresh, err := r.reachable(ctx, to, known)
	if err != nil {
		return nil, err
	}
	children := map[plumbing.Hash]int{}
	for _, parents := range fresh {
		for _, p := range parents {
			children[p]++
		}
	}
	var order []plumbing.Hash
	ready := []plumbing.Hash{}
	if _, ok := fresh[to]; ok {
		ready = append(ready, to)
	}
	for len(ready) > 0 {
		hash := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		order = append(order, hash)
		for _, p := range fresh[hash] {
			if children[p]--; children[p] == 0 {
				if _, ok := fresh[p]; ok {
					ready = append(ready, p)
				}
			}
		}
	}
	return order, nil
}

// straight follows single parents from one commit back to the other. Most
// histories have no merges, and after a save the index asks for one commit: to
// find out everything reachable from the old head would read the whole history.
func (r *Repository) straight(ctx context.Context, from, to plumbing.Hash) ([]plumbing.Hash, bool, error) {
	var order []plumbing.Hash
	for at := to; at != from; {
		if at.IsZero() {
			return nil, false, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		c, err := r.objects.commit(at)
		if err != nil {
			return nil, false, err
		}
		if len(c.ParentHashes) > 1 || len(c.ParentHashes) == 0 && !from.IsZero() {
			return nil, false, nil
		}
		order = append(order, at)
		if at = plumbing.ZeroHash; len(c.ParentHashes) == 1 {
			at = c.ParentHashes[0]
		}
	}
	return order, true, nil
}

// reachable maps every commit reachable from one to its parents, leaving out
// those already known.
func (r *Repository) reachable(ctx context.Context, from plumbing.Hash, known map[plumbing.Hash][]plumbing.Hash) (map[plumbing.Hash][]plumbing.Hash, error) {
	out := map[plumbing.Hash][]plumbing.Hash{}
	if from.IsZero() {
		return out, nil
	}
	stack := []plumbing.Hash{from}
	for len(stack) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hash := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if _, seen := out[hash]; seen {
			continue
		}
		if _, seen := known[hash]; seen {
			continue
		}
		c, err := r.objects.commit(hash)
		if err != nil {
			return nil, err
		}
		out[hash] = c.ParentHashes
		stack = append(stack, c.ParentHashes...)
	}
	return out, nil
}

// recordOf describes a commit with what it changed.
func (r *Repository) recordOf(ctx context.Context, hash plumbing.Hash) (content.CommitRecord, error) {
	c, err := r.objects.commit(hash)
	if err != nil {
		return content.CommitRecord{}, err
	}
	record := describe(hash, c)
	record.Changes, err = r.changesOf(ctx, c)
	return record, err
}

// describe is a commit without its changes. The writer and the history both
// use it, so that a database rebuilt from Git equals the one that followed.
func describe(hash plumbing.Hash, c *object.Commit) content.CommitRecord {
	message, trailers := splitMessage(c.Message)
	record := content.CommitRecord{
		Commit: content.Commit(hash.String()), Author: pseudonymOf(c.Author), At: c.Author.When.UTC().Truncate(time.Second),
		Message: message, Trailers: trailers,
	}
	for _, p := range c.ParentHashes {
		record.Parents = append(record.Parents, content.Commit(p.String()))
	}
	return record
}

// changesOf lists what a commit changed: against its parent, for a merge only
// paths that differ from all parents, for a first commit everything.
func (r *Repository) changesOf(ctx context.Context, c *object.Commit) ([]content.PathChange, error) {
	if len(c.ParentHashes) == 0 {
		return r.objects.diff(ctx, plumbing.ZeroHash, c.TreeHash)
	}
	var common []content.PathChange
	for i, p := range c.ParentHashes {
		parent, err := r.objects.commit(p)
		if err != nil {
			return nil, err
		}
		changes, err := r.objects.diff(ctx, parent.TreeHash, c.TreeHash)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			common = changes
			continue
		}
		differs := map[string]bool{}
		for _, change := range changes {
			differs[change.Path] = true
		}
		common = slices.DeleteFunc(common, func(change content.PathChange) bool { return !differs[change.Path] })
	}
	return common, nil
}

func pseudonymOf(s object.Signature) string { return strings.TrimSuffix(s.Email, mailDomain) }
