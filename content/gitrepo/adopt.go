package gitrepo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"golang.org/x/text/encoding/charmap"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// Adoption says how a foreign repository is taken over.
type Adoption struct {
	// Pseudonym maps an author's mail to a pseudonym. Names and mails of the
	// foreign history stay behind.
	Pseudonym func(mail string) string
	// Finish makes the last commit on the adopted line, which completes front
	// matter. No files: no commit.
	Finish func(content.Snapshot) (content.Change, error)
	// Prepare sees the commits before the writer is asked, to do in advance what
	// the recorder will need; nil does nothing. The adoption calls release when
	// the commits are recorded or refused.
	Prepare func(ctx context.Context, commits []content.CommitRecord) (release func(), err error)
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
// have are refused.
//
// The history is copied, rewritten, completed and made durable on a bench that
// shares no lock with readers and the writer. Until the writer joins it, in
// one commit, nobody can reach it.
func (r *Repository) Adopt(ctx context.Context, source string, a Adoption) (AdoptReport, error) {
	r.adopting.RLock() // what was prepared is reachable only once it is joined
	defer r.adopting.RUnlock()
	line, report, err := r.prepareLine(ctx, source, a)
	if err != nil {
		return AdoptReport{}, err
	}
	release := func() {}
	if a.Prepare != nil {
		if release, err = a.Prepare(ctx, line.records); err != nil {
			return AdoptReport{}, err
		}
	}
	defer release()
	_, err = r.submit(Bulk(ctx, paceOf(ctx)), func(g *group) ([]content.CommitRecord, error) { return g.join(ctx, line) })
	return report, err
}

// prepareLine brings a foreign history into the object store as a line of
// commits that has nothing in common with the branch yet.
func (r *Repository) prepareLine(ctx context.Context, source string, a Adoption) (line *group, report AdoptReport, err error) {
	bench, err := os.MkdirTemp(r.objects.git, incoming+"*")
	if err != nil {
		return nil, report, translate(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(bench)) }()
	clean, err := os.MkdirTemp(r.objects.git, incoming+"*")
	if err != nil {
		return nil, report, translate(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(clean)) }()
	if line, report, err = r.prepareOn(ctx, bench, clean, source, a); err != nil {
		return nil, report, err
	}
	return line, report, translate(r.objects.takeOver(clean))
}

// prepareOn does so in a folder of its own. Only what was found harmless goes
// into the clean folder: trees, files and the rewritten commits, never the
// foreign commits, which name people.
func (r *Repository) prepareOn(ctx context.Context, folder, clean, source string, a Adoption) (line *group, report AdoptReport, err error) {
	store, err := openObjects(folder)
	if err != nil {
		return nil, report, err
	}
	defer func() { err = errors.Join(err, store.close()) }()
	bench := &Repository{dir: r.dir, objects: store, now: r.now, log: r.log}
	foreign, err := bench.ingest(ctx, source)
	if err != nil {
		return nil, report, err
	}
	order, err := bench.between(ctx, plumbing.ZeroHash, foreign)
	if err != nil {
		return nil, report, err
	}
	wanted, err := bench.checkTrees(ctx, order)
	if err != nil {
		return nil, report, err
	}
	line = &group{repository: bench}
	if line.records, err = line.adopt(ctx, order, a); err != nil {
		return nil, report, err
	}
	made, err := store.flushPack(ctx)
	if err != nil {
		return nil, report, translate(err)
	}
	for _, hash := range made {
		wanted[hash] = true
	}
	if err := store.copyTo(ctx, clean, wanted); err != nil {
		return nil, report, translate(err)
	}
	return line, AdoptReport{Commits: len(order), Head: content.Commit(foreign.String())}, nil
}

// adopt rewrites the commits, oldest first, and completes the last one.
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
	newest, err := r.objects.commit(rewritten[order[0]])
	if err != nil {
		return nil, err
	}
	g.tip, g.root = rewritten[order[0]], newest.TreeHash
	finished, err := g.commit(a.Finish)
	return append(records, finished...), err
}

// join makes a prepared line the branch, or merges it with what is there.
func (g *group) join(ctx context.Context, line *group) ([]content.CommitRecord, error) {
	if g.tip.IsZero() {
		g.tip, g.root = line.tip, line.root
		return line.records, nil
	}
	merge, err := g.merge(ctx, g.tip, g.root, line.tip, line.root)
	return append(slices.Clone(line.records), merge), err
}

// rewrite copies a commit without anybody's name.
func rewrite(c *object.Commit, hash plumbing.Hash, rewritten map[plumbing.Hash]plumbing.Hash, pseudonym func(string) string) *object.Commit {
	message, trailers := splitMessage(asUTF8(c.Message))
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

// asUTF8 reads messages of the time before UTF-8, which in a German repository
// are Windows-1252 or its subset Latin-1.
func asUTF8(message string) string {
	if utf8.ValidString(message) {
		return message
	}
	decoded, err := charmap.Windows1252.NewDecoder().String(message)
	if err != nil {
		return strings.ToValidUTF8(message, "?")
	}
	return decoded
}

// harmless keeps trailers out that name people or claim to be ours.
func harmless(key string) bool {
	switch key {
	case content.TrailerRevision, content.TrailerOperation, content.TrailerChange, content.TrailerOrigin,
		content.TrailerProposal, content.TrailerApproval, content.TrailerDeputy:
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
// tree of the history, and returns all trees and files there are.
func (r *Repository) checkTrees(ctx context.Context, order []plumbing.Hash) (map[plumbing.Hash]bool, error) {
	seen := map[plumbing.Hash]bool{}
	for _, hash := range order {
		c, err := r.objects.commit(hash)
		if err != nil {
			return nil, err
		}
		if err := r.objects.checkTree(ctx, "", c.TreeHash, seen); err != nil {
			return nil, err
		}
	}
	return seen, nil
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
		if !e.isTree() {
			seen[e.hash] = true
			continue
		}
		if err := o.checkTree(ctx, prefix+e.name+"/", e.hash, seen); err != nil {
			return err
		}
	}
	return nil
}

// SourceHead returns the commit of a repository or bundle that Adopt would
// take over, without reading the rest.
func SourceHead(source string) (content.Commit, error) {
	head := plumbing.ZeroHash
	err := openSource(source, func(f *bufio.Reader) (err error) {
		head, err = readBundleHeader(f)
		return err
	}, func(store *filesystem.Storage) (err error) {
		head, err = headOf(store)
		return err
	})
	return content.Commit(head.String()), err
}

// openSource hands a source over as what it is.
func openSource(source string, bundle func(*bufio.Reader) error, repository func(*filesystem.Storage) error) error {
	info, err := os.Stat(source)
	if err != nil {
		return fault.New(fault.NotFound, "gitrepo.source-missing", "path", source).Because(err)
	}
	if !info.IsDir() {
		f, err := os.Open(source)
		if err != nil {
			return translate(err)
		}
		return errors.Join(bundle(bufio.NewReaderSize(f, 1<<16)), f.Close())
	}
	git := source // with or without a work tree
	if info, err := os.Stat(source + "/.git"); err == nil && info.IsDir() {
		git = source + "/.git"
	}
	if _, err := os.Stat(git + "/objects"); err != nil {
		return fault.New(fault.Invalid, "gitrepo.not-a-repository", "path", source).Because(err)
	}
	store := filesystem.NewStorage(osfs.New(git), cache.NewObjectLRU(cacheBytes))
	return errors.Join(repository(store), store.Close())
}

// ingest copies the objects of a bundle or repository as a pack and returns
// the commit to adopt.
func (r *Repository) ingest(ctx context.Context, source string) (head plumbing.Hash, err error) {
	err = openSource(source, func(f *bufio.Reader) (err error) {
		if head, err = readBundleHeader(f); err != nil {
			return err
		}
		return r.objects.unpack(contextReader{ctx, f})
	}, func(store *filesystem.Storage) (err error) {
		if head, err = headOf(store); err != nil {
			return err
		}
		hashes, err := reachableObjects(ctx, store, head)
		if err != nil {
			if errors.Is(err, plumbing.ErrObjectNotFound) { // a shallow clone, borrowed objects, damage
				return fault.New(fault.Invalid, "gitrepo.pack-damaged").Because(err)
			}
			return fmt.Errorf("gitrepo: reading %s: %w", source, err)
		}
		return r.objects.copyPack(ctx, store, hashes)
	})
	return head, err
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
