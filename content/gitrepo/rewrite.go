package gitrepo

import (
	"context"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// rewriteBatch is how many bytes of new objects are held before they are
// written as a pack.
const rewriteBatch = 32 << 20

// Rewrite implements content.Rewriter. It is the one thing the writer does
// alone: saves wait. The order is that of a save – objects, sync, branch,
// record – so that a crash leaves the old history or the new one.
func (r *Repository) Rewrite(ctx context.Context, plan func(context.Context) (content.Rewrite, error), prepared, record func(ctx context.Context, from, to content.Commit) error) error {
	r.adopting.Lock() // what is being adopted would be joined to a history that is gone
	defer r.adopting.Unlock()
	return r.alone(ctx, func() error {
		from := r.Head()
		p, err := plan(ctx)
		if err != nil {
			return err
		}
		w := newRewriting(r.objects, p)
		tip, err := w.history(ctx, r, plumbing.NewHash(string(from)))
		if err != nil {
			r.objects.discard()
			return translateOther(err)
		}
		to := content.Commit(tip.String())
		if to == from {
			return nil
		}
		if err := prepared(ctx, from, to); err != nil {
			return err
		}
		if err := r.ref.move(plumbing.NewHash(string(from)), tip); err != nil && !r.ref.at(tip) {
			return translate(err)
		}
		if err := record(ctx, from, to); err != nil {
			// The branch tells another history than the database. The next start
			// finishes what was begun; until then nobody saves.
			r.stuck = fault.New(fault.Unavailable, "gitrepo.not-recorded").Because(err)
			return r.stuck
		}
		r.head.Store(to)
		return nil
	})
}

// translateOther translates what is not a fault yet.
func translateOther(err error) error {
	if _, known := fault.Of(err); known {
		return err
	}
	return translate(err)
}

// alone runs f in the writer while no group is being written.
func (r *Repository) alone(ctx context.Context, f func() error) error {
	q := &request{alone: f, answer: make(chan answer, 1)}
	select {
	case r.requests <- q:
	case <-ctx.Done():
		return ctx.Err()
	case <-r.closing:
		return fault.New(fault.Unavailable, "gitrepo.closing")
	}
	return (<-q.answer).err // what was begun is finished, whoever waits
}

// apart takes the requests out that want the writer alone.
func apart(waiting []*request) (group, alone []*request) {
	for _, q := range waiting {
		if q.alone != nil {
			alone = append(alone, q)
		} else {
			group = append(group, q)
		}
	}
	return group, alone
}

// rewriting copies a history with changes.
type rewriting struct {
	objects *objects
	plan    content.Rewrite
	folders map[string]bool // prefixes of the paths that change: "", "wissen/", …
	trees   map[placed]plumbing.Hash
	pending int
}

type placed struct {
	prefix string
	tree   plumbing.Hash
}

func newRewriting(o *objects, plan content.Rewrite) *rewriting {
	w := &rewriting{objects: o, plan: plan, folders: map[string]bool{}, trees: map[placed]plumbing.Hash{}}
	for name := range plan.Files {
		for i, c := range name {
			if c == '/' {
				w.folders[name[:i+1]] = true
			}
		}
		w.folders[""] = true
	}
	return w
}

// history writes the commits up to the tip anew, oldest first, as far as they
// or what came before them change, and returns the new tip. The objects are
// durable when it returns.
func (w *rewriting) history(ctx context.Context, r *Repository, tip plumbing.Hash) (plumbing.Hash, error) {
	order, err := r.between(ctx, plumbing.ZeroHash, tip)
	if err != nil {
		return tip, err
	}
	fresh := make(map[plumbing.Hash]plumbing.Hash, len(order))
	for _, hash := range slices.Backward(order) {
		if err := ctx.Err(); err != nil {
			return tip, err
		}
		if fresh[hash], err = w.commit(hash, fresh); err != nil {
			return tip, err
		}
		if w.pending > rewriteBatch {
			if err := w.flush(ctx); err != nil {
				return tip, err
			}
		}
	}
	return fresh[tip], w.flush(ctx)
}

func (w *rewriting) flush(ctx context.Context) error {
	w.pending = 0
	_, err := w.objects.flushPack(ctx)
	return err
}

// commit returns the name the commit has in the new history.
func (w *rewriting) commit(hash plumbing.Hash, fresh map[plumbing.Hash]plumbing.Hash) (plumbing.Hash, error) {
	c, err := w.objects.commit(hash)
	if err != nil {
		return hash, err
	}
	root, err := w.tree("", c.TreeHash)
	if err != nil {
		return hash, err
	}
	if root.IsZero() {
		root = w.put(plumbing.TreeObject, nil)
	}
	message, parents := w.message(hash, c.Message), slices.Clone(c.ParentHashes)
	for i, p := range parents {
		parents[i] = fresh[p]
	}
	if root == c.TreeHash && message == c.Message && slices.Equal(parents, c.ParentHashes) {
		return hash, nil
	}
	c.Message = w.withRevisions(hash, message)
	c.TreeHash, c.ParentHashes = root, parents
	c.PGPSignature, c.MergeTag = "", "" // they spoke for the old bytes
	w.pending += len(c.Message) + 300
	return w.objects.putCommit(c)
}

// message is what the commit says, with its trailers as they are.
func (w *rewriting) message(hash plumbing.Hash, full string) string {
	said, changed := w.plan.Messages[content.Commit(hash.String())]
	if !changed {
		return full
	}
	_, trailers := splitMessage(full)
	return joinMessage(said, trailers)
}

// withRevisions adds the trailers of revisions that are missing.
func (w *rewriting) withRevisions(hash plumbing.Hash, full string) string {
	message, trailers := splitMessage(full)
	missing := slices.DeleteFunc(slices.Clone(w.plan.Revisions[content.Commit(hash.String())]), func(t content.Trailer) bool {
		id, _, _ := strings.Cut(t.Value, " ")
		return slices.ContainsFunc(trailers, func(have content.Trailer) bool {
			said, _, _ := strings.Cut(have.Value, " ")
			return have.Key == t.Key && said == id
		})
	})
	if len(missing) == 0 {
		return full
	}
	return joinMessage(message, append(trailers, missing...))
}

func (w *rewriting) put(kind plumbing.ObjectType, data []byte) plumbing.Hash {
	w.pending += len(data)
	return w.objects.put(kind, data)
}

// tree returns the folder with its files changed, zero when none is left.
func (w *rewriting) tree(prefix string, hash plumbing.Hash) (plumbing.Hash, error) {
	if !w.folders[prefix] || hash.IsZero() {
		return hash, nil
	}
	at := placed{prefix, hash}
	if done, ok := w.trees[at]; ok {
		return done, nil
	}
	old, err := w.objects.tree(hash)
	if err != nil {
		return hash, err
	}
	var entries []entry
	changed := false
	for _, e := range old {
		was := e.hash
		switch {
		case e.isTree():
			if e.hash, err = w.tree(prefix+e.name+"/", e.hash); err != nil {
				return hash, err
			}
		case e.isFile():
			if data, ok := w.plan.Files[prefix+e.name][e.hash.String()]; ok {
				if e.hash = plumbing.ZeroHash; data != nil {
					e.hash = w.put(plumbing.BlobObject, data)
				}
			}
		}
		changed = changed || e.hash != was
		if !e.hash.IsZero() {
			entries = append(entries, e)
		}
	}
	fresh := hash
	switch {
	case changed && len(entries) == 0:
		fresh = plumbing.ZeroHash
	case changed:
		fresh = w.put(plumbing.TreeObject, encodeTree(entries))
	}
	w.trees[at] = fresh
	return fresh, nil
}
