package gitrepo

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// reference is the one branch. Its file holds the name of the newest commit.
type reference struct {
	git  string                    // folder of the repository
	name string                    // such as refs/heads/main
	sync func(folder string) error // makes a rename in the folder durable
}

// refState tells what stands in the reference.
type refState int

const (
	refMissing refState = iota
	refFine
	refBroken // a loose file without a commit name, left by a crash of other software
)

func (r *reference) path() string { return filepath.Join(r.git, filepath.FromSlash(r.name)) }

// read returns the commit the reference names: the loose file, else the line
// in packed-refs.
func (r *reference) read() (plumbing.Hash, refState, error) {
	data, err := os.ReadFile(r.path())
	if err == nil {
		text := strings.TrimSpace(string(data))
		if plumbing.IsHash(text) {
			return plumbing.NewHash(text), refFine, nil
		}
		return plumbing.ZeroHash, refBroken, nil // packed-refs may hold an older commit; never guess
	}
	if !errors.Is(err, os.ErrNotExist) {
		return plumbing.ZeroHash, refMissing, err
	}
	return r.packed()
}

func (r *reference) packed() (plumbing.Hash, refState, error) {
	data, err := os.ReadFile(filepath.Join(r.git, "packed-refs"))
	if errors.Is(err, os.ErrNotExist) {
		return plumbing.ZeroHash, refMissing, nil
	}
	if err != nil {
		return plumbing.ZeroHash, refMissing, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for lines.Scan() {
		hash, name, ok := strings.Cut(lines.Text(), " ")
		if ok && name == r.name && plumbing.IsHash(hash) {
			return plumbing.NewHash(hash), refFine, nil
		}
	}
	return plumbing.ZeroHash, refMissing, lines.Err()
}

// unlockStale removes a lock file. This process owns the folder, so nobody can
// be at work behind it but a git command, which would be a mistake.
func (r *reference) unlockStale() error {
	err := os.Remove(r.path() + ".lock")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// errMoved means that somebody else wrote the reference or is about to.
var errMoved = errors.New("the branch was moved by somebody else")

// move sets the reference from one commit to another: lock, compare, write,
// sync, rename, sync the folder. When it returns nil the move survives a power
// cut.
func (r *reference) move(from, to plumbing.Hash) error {
	lock := r.path() + ".lock"
	f, err := os.OpenFile(lock, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) { // a git command at work, or one that died; the start check removes it
		return fmt.Errorf("%w: %w", errMoved, err)
	}
	if err != nil {
		return err
	}
	current, state, err := r.read()
	if err == nil && (current != from || state == refBroken) {
		err = fmt.Errorf("%w: %s is not %s", errMoved, current, from)
	}
	if err == nil {
		_, err = f.WriteString(to.String() + "\n")
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(lock, r.path())
	}
	if err != nil {
		return errors.Join(err, os.Remove(lock))
	}
	return r.sync(filepath.Dir(r.path()))
}

// at reports whether the reference names the commit.
func (r *reference) at(commit plumbing.Hash) bool {
	current, state, err := r.read()
	return err == nil && state == refFine && current == commit
}

// replace writes the reference whatever stood there, for healing.
func (r *reference) replace(to plumbing.Hash) error {
	if err := writeDurably(r.path(), []byte(to.String()+"\n")); err != nil {
		return err
	}
	return r.sync(filepath.Dir(r.path()))
}
