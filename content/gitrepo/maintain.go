package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/content"
)

// ErrNoGit tells that git is not installed. Nothing breaks without it: the
// object store only grows faster.
var ErrNoGit = errors.New("gitrepo: git is not installed")

// compactSettings bound what git gc takes and keep it off what the writer
// works on: no object is thrown away and the branch is not packed, so that
// git never holds the lock of the branch. Commit graphs and bitmaps would only
// serve git itself. A hook in the folder is not run.
var compactSettings = []string{
	"gc.pruneExpire=never", "gc.packRefs=false", "gc.writeCommitGraph=false", "repack.writeBitmaps=false",
	"pack.windowMemory=64m", "pack.deltaCacheSize=64m", "pack.threads=1", "core.bigFileThreshold=16m",
	"core.fsync=committed", "core.hooksPath=" + os.DevNull, "safe.directory=*",
}

// gcGrace is how long git may take to clean up when it is told to end.
const gcGrace = 10 * time.Second

// Compact packs the object store with git gc, beside readers and the writer
// and without their lock: objects never change, the writer only adds some, and
// a reader that misses one looks again at the packs. It returns ErrNoGit where
// git is not installed.
func (r *Repository) Compact(ctx context.Context) error {
	git, err := exec.LookPath("git")
	if err != nil {
		return ErrNoGit
	}
	r.packing.Lock()
	defer r.packing.Unlock()
	// Nothing here comes from outside: the arguments are constant, and of the
	// environment git sees where programs are.
	args := []string{git, "--git-dir=" + r.objects.git}
	for _, setting := range compactSettings {
		args = append(args, "-c", setting)
	}
	args = append(args, "gc", "--quiet")
	if nice, err := exec.LookPath("nice"); err == nil { // people's saves go first
		args = append([]string{nice, "-n", "10"}, args...)
	}
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Dir = r.objects.git
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.DevNull, "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0",
	}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // so that git removes its temporary files
	command.WaitDelay = gcGrace
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("gitrepo: git gc: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return r.objects.reopen()
}

// Usage is what the object store takes.
type Usage struct {
	Loose int   // objects in files of their own
	Packs int   // packs
	Bytes int64 // of both
}

// Usage counts the object store.
func (r *Repository) Usage() (Usage, error) {
	var u Usage
	root := filepath.Join(r.objects.git, "objects")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // git gc moves objects while we count
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		u.Bytes += info.Size()
		switch {
		case strings.HasSuffix(name, ".pack"):
			u.Packs++
		case len(filepath.Base(filepath.Dir(name))) == 2:
			u.Loose++
		}
		return nil
	})
	return u, translate(err)
}

// Orphans lists stored files that no version of any text ever pointed to. It
// reads the history only when the newest tree leaves files unexplained.
func (r *Repository) Orphans(ctx context.Context, files *Files) ([]string, error) {
	stored, err := files.names()
	if err != nil || len(stored) == 0 {
		return nil, err
	}
	left := map[string]bool{}
	for _, sha := range stored {
		left[sha] = true
	}
	seen := map[plumbing.Hash]bool{}
	head := plumbing.NewHash(string(r.Head()))
	if head.IsZero() {
		return stored, nil
	}
	if err := r.strike(ctx, head, seen, left); err != nil || len(left) == 0 {
		return nil, err
	}
	commits, err := r.reachable(ctx, head, nil)
	if err != nil {
		return nil, err
	}
	for hash := range commits {
		if err := r.strike(ctx, hash, seen, left); err != nil {
			return nil, err
		}
		if len(left) == 0 {
			return nil, nil
		}
	}
	var orphans []string
	for _, sha := range stored {
		if left[sha] {
			orphans = append(orphans, sha)
		}
	}
	return orphans, nil
}

// strike takes the files a commit points to off the list.
func (r *Repository) strike(ctx context.Context, commit plumbing.Hash, seen map[plumbing.Hash]bool, left map[string]bool) error {
	c, err := r.objects.commit(commit)
	if err != nil {
		return err
	}
	return r.objects.eachFile(ctx, "", c.TreeHash, seen, func(name string, blob plumbing.Hash) error {
		if content.IsArticlePath(name) {
			return nil
		}
		data, err := r.objects.read(blob, plumbing.BlobObject)
		if err != nil {
			return err
		}
		if pointer, ok := content.ParsePointer(data); ok {
			delete(left, pointer.SHA256)
		}
		return nil
	})
}

// eachFile visits the files of a tree, leaving out folders and files seen
// before.
func (o *objects) eachFile(ctx context.Context, prefix string, tree plumbing.Hash, seen map[plumbing.Hash]bool, visit func(string, plumbing.Hash) error) error {
	if tree.IsZero() || seen[tree] {
		return ctx.Err()
	}
	seen[tree] = true
	entries, err := o.tree(tree)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case e.isTree():
			err = o.eachFile(ctx, prefix+e.name+"/", e.hash, seen, visit)
		case e.isFile() && !seen[e.hash]:
			seen[e.hash] = true
			err = visit(prefix+e.name, e.hash)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
