// Package gitrepo keeps the knowledge in a bare Git repository, durably.
//
// go-git is the object store and codec here, nothing more: it never calls
// fsync and rewrites references in place, so trees, commits and the reference
// are written by this package. One goroutine writes; whoever waits meanwhile
// shares the next sync. The order is an invariant:
//
//	objects → sync → refs/heads/main.lock → fsync → rename → fsync of the folder → Recorder → head → acknowledge
//
// A crash before the rename leaves unreachable objects and nothing else. A
// crash after it leaves the database behind, which is rolled forward from Git.
// Readers work on the tree of a commit and never look at the reference.
//
// Work trees, indexes and go-git's own log and diff are not used: they are
// slow on long histories and not safe against a crash.
package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// Folder is the name of the repository in a data folder.
const Folder = "content.git"

const lockName = "lock"

// Options of a repository.
type Options struct {
	// RecordedHead is the commit the database stands at. A reference that a
	// crash emptied is healed from it.
	RecordedHead func() (content.Commit, error)
	Now          func() time.Time
	Log          *slog.Logger
}

// Repository is an open data folder. It implements content.Repository. One
// process has it open at a time.
type Repository struct {
	dir     string // of the data folder
	objects *objects
	ref     *reference
	lock    *os.File
	now     func() time.Time
	log     *slog.Logger

	head     atomic.Value // content.Commit
	recorder content.Recorder

	stuck    error        // why nothing can be written before the next start; of the writer
	packing  sync.Mutex   // one at a time moves objects between files
	adopting sync.RWMutex // shared by those who prepare what is not reachable yet, held by who removes that

	requests chan *request // from people
	bulk     chan *request // from imports; served when nobody else waits
	closing  chan struct{}
	once     sync.Once
	done     chan struct{}
}

// Open opens the repository of a data folder, makes it when it is missing, and
// heals what a crash may have left behind. Start has to follow before Write.
func Open(dir string, o Options) (*Repository, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := closeToOthers(dir); err != nil {
		return nil, translate(err)
	}
	lock, err := lockFolder(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	git := filepath.Join(dir, Folder)
	if err := errors.Join(initialise(git), forgetIncoming(git)); err != nil {
		return nil, errors.Join(translate(err), lock.Close())
	}
	store, err := openObjects(git)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	r := &Repository{
		dir: dir, objects: store, ref: &reference{git: git, name: "refs/heads/main", sync: syncFolder}, lock: lock, now: o.Now, log: o.Log,
		requests: make(chan *request), bulk: make(chan *request, aloneLimit), closing: make(chan struct{}), done: make(chan struct{}),
	}
	var recorded content.Commit
	if o.RecordedHead != nil {
		recorded, err = o.RecordedHead()
	}
	var head content.Commit
	if err == nil {
		head, err = r.startCheck(recorded)
	}
	if err != nil {
		return nil, errors.Join(err, store.close(), lock.Close())
	}
	r.head.Store(head)
	return r, nil
}

// Start begins to write; the recorder is told of every commit.
func (r *Repository) Start(recorder content.Recorder) {
	r.recorder = recorder
	go r.write()
}

// Close ends the writer after the group it works on and frees the folder.
func (r *Repository) Close() error {
	r.once.Do(func() { close(r.closing) })
	if r.recorder != nil {
		<-r.done
	}
	return errors.Join(r.objects.close(), r.lock.Close())
}

// Head is the newest acknowledged commit.
func (r *Repository) Head() content.Commit { return r.head.Load().(content.Commit) }

// Ping reports whether the repository can be read.
func (r *Repository) Ping(ctx context.Context) error {
	_, err := r.Snapshot(ctx, r.Head())
	return err
}

// Blob reads a file version by its object hash.
func (r *Repository) Blob(_ context.Context, hash string) ([]byte, error) {
	if !plumbing.IsHash(hash) {
		return nil, fault.New(fault.NotFound, "gitrepo.object-missing", "hash", hash)
	}
	data, err := r.objects.read(plumbing.NewHash(hash), plumbing.BlobObject)
	return bytes.Clone(data), err
}

// initialise makes an empty bare repository. Every step can be repeated.
func initialise(git string) error {
	for _, dir := range []string{"objects/info", "objects/pack", "refs/heads", "refs/tags"} {
		if err := os.MkdirAll(filepath.Join(git, dir), 0o700); err != nil {
			return err
		}
	}
	for name, text := range map[string]string{
		"HEAD":   "ref: refs/heads/main\n",
		"config": "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n\tpruneExpire = never\n\tpackRefs = false\n",
	} {
		path := filepath.Join(git, name)
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			continue
		}
		if err := writeDurably(path, []byte(text)); err != nil {
			return err
		}
	}
	return syncFolder(git)
}

// closeToOthers takes everybody else's rights on the data folder away: it holds
// texts of every audience and the accounts. A folder that belongs to another
// account cannot be changed and is left to its owner.
func closeToOthers(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	if err := os.Chmod(dir, 0o700); err != nil && !errors.Is(err, os.ErrPermission) && !isReadOnly(err) {
		return err
	}
	return nil
}

// startCheck removes what only a crash can have left and finds the head.
func (r *Repository) startCheck(recorded content.Commit) (content.Commit, error) {
	if err := r.ref.unlockStale(); err != nil {
		return "", translate(err)
	}
	head, state, err := r.ref.read()
	if err != nil {
		return "", translate(err)
	}
	if state == refBroken {
		if recorded == "" || !r.objects.has(plumbing.NewHash(string(recorded))) {
			return "", fault.New(fault.Unavailable, "gitrepo.reference-broken")
		}
		r.log.Warn("the reference was empty after a crash and is healed from the database", "commit", recorded)
		head = plumbing.NewHash(string(recorded))
		if err := r.ref.replace(head); err != nil {
			return "", translate(err)
		}
	}
	if head.IsZero() {
		return "", nil
	}
	if _, err := r.objects.commit(head); err != nil {
		return "", fault.New(fault.Unavailable, "gitrepo.head-missing", "commit", head.String()).Because(err)
	}
	return content.Commit(head.String()), nil
}

// translate gives errors of the file system the kind people can act on.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case isFull(err):
		return fault.New(fault.Full, "gitrepo.disk-full").Because(err)
	case isReadOnly(err), errors.Is(err, os.ErrPermission):
		return fault.New(fault.Unavailable, "gitrepo.read-only").Because(err)
	}
	return fmt.Errorf("gitrepo: %w", err)
}
