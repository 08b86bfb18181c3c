package gitrepo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// Adoption says how a foreign repository is taken over.
type Adoption struct {
	// Pseudonym maps an author's mail to a pseudonym. Names and mails of the
	// foreign history stay behind.
	Pseudonym func(mail string) string
	// Finish makes the last commit on the adopted tree, which completes front
	// matter. No files: no commit.
	Finish func(content.Snapshot) (content.Change, error)
}

// AdoptReport counts what came in.
type AdoptReport struct {
	Commits int
	Head    content.Commit // of the source
}

// Adopt takes over a Git repository or a bundle with its history: trees and
// files stay as they are, commits are written anew with pseudonymous authors
// and the trailer `Ursprung`. Into an empty repository it becomes the branch,
// into another one a merge whose tree is the union of both; paths that both
// have are refused. The heavy work is done before the writer is asked.
func (r *Repository) Adopt(ctx context.Context, source string, a Adoption) (AdoptReport, error) {
	foreign, err := r.ingest(ctx, source)
	if err != nil {
		return AdoptReport{}, err
	}
	order, err := r.between(ctx, plumbing.ZeroHash, foreign)
	if err != nil {
		return AdoptReport{}, err
	}
	if err := r.checkTrees(ctx, order); err != nil {
		return AdoptReport{}, err
	}
	report := AdoptReport{Commits: len(order), Head: content.Commit(foreign.String())}
	_, err = r.submit(Bulk(ctx), func(g *group) ([]content.CommitRecord, error) {
		return g.adopt(ctx, order, a)
	})
	return report, err
}

// adopt rewrites the commits, oldest first, joins them with what is there and
// completes them.
func (g *group) adopt(ctx context.Context, order []plumbing.Hash, a Adoption) ([]content.CommitRecord, error) {
	r := g.repository
	rewritten := map[plumbing.Hash]plumbing.Hash{}
	var records []content.CommitRecord
	for _, hash := range slices.Backward(order) {
		c, err := r.objects.commit(hash)
		if err != nil {
			return nil, err
		}
		fresh := rewrite(c, hash, rewritten, a.Pseudonym)
		if rewritten[hash], err = r.objects.putCommit(fresh); err != nil {
			return nil, err
		}
		record, err := r.recordOf(ctx, rewritten[hash])
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	tip := rewritten[order[0]]
	newest, err := r.objects.commit(tip)
	if err != nil {
		return nil, err
	}
	own, ownRoot := g.tip, g.root
	g.tip, g.root = tip, newest.TreeHash
	if !own.IsZero() {
		merge, err := g.merge(ctx, own, ownRoot, tip, newest.TreeHash)
		if err != nil {
			return nil, err
		}
		records = append(records, merge)
	}
	finished, err := g.commit(a.Finish)
	return append(records, finished...), err
}

// rewrite copies a commit without anybody's name.
func rewrite(c *object.Commit, hash plumbing.Hash, rewritten map[plumbing.Hash]plumbing.Hash, pseudonym func(string) string) *object.Commit {
	message, trailers := splitMessage(c.Message)
	trailers = slices.DeleteFunc(trailers, func(t content.Trailer) bool { return !harmless(t.Key) })
	trailers = append(trailers, content.Trailer{Key: content.TrailerOrigin, Value: hash.String()})
	fresh := &object.Commit{
		Author:    signature(pseudonym(c.Author.Email), c.Author.When),
		Committer: signature(pseudonym(c.Committer.Email), c.Committer.When),
		Message:   joinMessage(message, trailers), TreeHash: c.TreeHash,
	}
	for _, p := range c.ParentHashes {
		fresh.ParentHashes = append(fresh.ParentHashes, rewritten[p])
	}
	return fresh
}

// harmless keeps trailers out that name people or claim to be ours.
func harmless(key string) bool {
	switch key {
	case content.TrailerRevision, content.TrailerOperation, content.TrailerChange, content.TrailerOrigin:
		return false
	}
	return !strings.HasSuffix(strings.ToLower(key), "-by") // Signed-off-by, Co-authored-by …
}

// merge joins two histories that have no path in common.
func (g *group) merge(ctx context.Context, own, ownRoot, foreign, foreignRoot plumbing.Hash) (content.CommitRecord, error) {
	r := g.repository
	root, err := r.objects.union(ctx, "", ownRoot, foreignRoot)
	if err != nil {
		return content.CommitRecord{}, err
	}
	c := r.dress(content.Change{At: r.now(), Author: "u-operatorxx", Message: "-"}, root, []plumbing.Hash{own, foreign})
	hash, err := r.objects.putCommit(c)
	if err != nil {
		return content.CommitRecord{}, err
	}
	g.tip, g.root = hash, root
	return r.recordOf(ctx, hash)
}

// union is the tree with the entries of both; a file in both is refused.
func (o *objects) union(ctx context.Context, prefix string, a, b plumbing.Hash) (plumbing.Hash, error) {
	if a == b || b.IsZero() {
		return a, nil
	}
	if a.IsZero() {
		return b, nil
	}
	if err := ctx.Err(); err != nil {
		return a, err
	}
	entries, err := o.tree(a)
	if err != nil {
		return a, err
	}
	more, err := o.tree(b)
	if err != nil {
		return a, err
	}
	entries = slices.Clone(entries)
	for _, e := range more {
		i := slices.IndexFunc(entries, func(x entry) bool { return x.name == e.name })
		switch {
		case i < 0:
			entries = append(entries, e)
		case entries[i].isTree() && e.isTree():
			if entries[i].hash, err = o.union(ctx, prefix+e.name+"/", entries[i].hash, e.hash); err != nil {
				return a, err
			}
		case entries[i].hash != e.hash:
			return a, fault.New(fault.Conflict, "gitrepo.adopt-conflict", "path", prefix+e.name)
		}
	}
	return o.put(plumbing.TreeObject, encodeTree(entries)), nil
}

// checkTrees refuses names and kinds of entries that could do harm, in every
// tree of the history.
func (r *Repository) checkTrees(ctx context.Context, order []plumbing.Hash) error {
	seen := map[plumbing.Hash]bool{}
	for _, hash := range order {
		c, err := r.objects.commit(hash)
		if err != nil {
			return err
		}
		if err := r.objects.checkTree(ctx, "", c.TreeHash, seen); err != nil {
			return err
		}
	}
	return nil
}

func (o *objects) checkTree(ctx context.Context, prefix string, hash plumbing.Hash, seen map[plumbing.Hash]bool) error {
	if seen[hash] {
		return nil
	}
	seen[hash] = true
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := o.tree(hash)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !safeComponent(e.name) || !e.isTree() && !e.isFile() {
			return fault.New(fault.Invalid, "gitrepo.bad-path", "path", strings.ToValidUTF8(prefix+e.name, "?"))
		}
		if e.isTree() {
			if err := o.checkTree(ctx, prefix+e.name+"/", e.hash, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// ingest copies the objects of a bundle or repository as a pack and returns
// the commit to adopt.
func (r *Repository) ingest(ctx context.Context, source string) (plumbing.Hash, error) {
	info, err := os.Stat(source)
	if err != nil {
		return plumbing.ZeroHash, fault.New(fault.NotFound, "gitrepo.source-missing", "path", source).Because(err)
	}
	if info.IsDir() {
		return r.ingestFolder(ctx, source)
	}
	f, err := os.Open(source)
	if err != nil {
		return plumbing.ZeroHash, translate(err)
	}
	defer f.Close()
	reader := bufio.NewReaderSize(f, 1<<16)
	head, err := readBundleHeader(reader)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return head, r.unpack(contextReader{ctx, reader})
}

func (r *Repository) unpack(pack io.Reader) error {
	r.objects.mu.Lock()
	defer r.objects.mu.Unlock()
	if err := packfile.UpdateObjectStorage(r.objects.store, pack); err != nil {
		return fault.New(fault.Invalid, "gitrepo.pack-damaged").Because(err)
	}
	r.objects.store.Reindex()
	return nil
}

// ingestFolder reads a repository with or without a work tree.
func (r *Repository) ingestFolder(ctx context.Context, source string) (plumbing.Hash, error) {
	git := source
	if info, err := os.Stat(source + "/.git"); err == nil && info.IsDir() {
		git = source + "/.git"
	}
	if _, err := os.Stat(git + "/objects"); err != nil {
		return plumbing.ZeroHash, fault.New(fault.Invalid, "gitrepo.not-a-repository", "path", source).Because(err)
	}
	store := filesystem.NewStorage(osfs.New(git), cache.NewObjectLRU(cacheBytes))
	defer store.Close()
	head, err := headOf(store)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	hashes, err := reachableObjects(ctx, store, head)
	if err != nil {
		return plumbing.ZeroHash, fmt.Errorf("gitrepo: reading %s: %w", source, err)
	}
	reader, writer := io.Pipe()
	go func() {
		_, err := packfile.NewEncoder(writer, store, false).Encode(hashes, 0)
		writer.CloseWithError(err)
	}()
	err = r.unpack(contextReader{ctx, reader})
	return head, errors.Join(err, reader.Close())
}

// headOf finds what to adopt: HEAD, else main, else master.
func headOf(store *filesystem.Storage) (plumbing.Hash, error) {
	for _, name := range []plumbing.ReferenceName{plumbing.HEAD, "refs/heads/main", "refs/heads/master"} {
		for range 5 { // symbolic references point on
			ref, err := store.Reference(name)
			if err != nil {
				break
			}
			if ref.Type() == plumbing.HashReference && !ref.Hash().IsZero() {
				return ref.Hash(), nil
			}
			name = ref.Target()
		}
	}
	return plumbing.ZeroHash, fault.New(fault.Invalid, "gitrepo.no-branch")
}

// reachableObjects lists commits, trees and files reachable from a commit.
func reachableObjects(ctx context.Context, store *filesystem.Storage, head plumbing.Hash) ([]plumbing.Hash, error) {
	seen := map[plumbing.Hash]bool{}
	var out []plumbing.Hash
	add := func(h plumbing.Hash) bool {
		if seen[h] {
			return false
		}
		seen[h] = true
		out = append(out, h)
		return true
	}
	var walk func(tree plumbing.Hash) error
	walk = func(tree plumbing.Hash) error {
		if !add(tree) {
			return ctx.Err()
		}
		t, err := object.GetTree(store, tree)
		if err != nil {
			return err
		}
		for _, e := range t.Entries {
			switch e.Mode.String() {
			case "0040000":
				if err := walk(e.Hash); err != nil {
					return err
				}
			case "0160000": // a submodule's commit lives elsewhere
			default:
				add(e.Hash)
			}
		}
		return nil
	}
	stack := []plumbing.Hash{head}
	for len(stack) > 0 {
		hash := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !add(hash) {
			continue
		}
		c, err := object.GetCommit(store, hash)
		if err != nil {
			return nil, err
		}
		if err := walk(c.TreeHash); err != nil {
			return nil, err
		}
		stack = append(stack, c.ParentHashes...)
	}
	return out, nil
}
