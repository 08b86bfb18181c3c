//go:build unix

package gitrepo

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"staffelstab/internal/fault"
)

// lockFolder makes this process the owner of the data folder until the file
// is closed. The kernel lets go when the process dies.
func lockFolder(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, translate(err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fault.New(fault.Unavailable, "gitrepo.folder-in-use", "path", path).Because(err), f.Close())
	}
	return f, nil
}

func isFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) || errors.Is(err, unix.EFBIG)
}

func isReadOnly(err error) bool { return errors.Is(err, unix.EROFS) }
