package gitrepo

import (
	"bufio"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/internal/fault"
)

// Limits of a bundle's header, which comes from outside.
const (
	maxBundleLine  = 4096
	maxBundleLines = 100_000
)

// readBundleHeader reads the header of a Git bundle, version 2 or 3
// (gitformat-bundle), and returns the commit to adopt: HEAD, else main, else
// master. The pack follows in the reader.
func readBundleHeader(r *bufio.Reader) (plumbing.Hash, error) {
	bad := func(key string) (plumbing.Hash, error) { return plumbing.ZeroHash, fault.New(fault.Invalid, key) }
	first, ok := headerLine(r)
	if !ok || first != "# v2 git bundle" && first != "# v3 git bundle" {
		return bad("gitrepo.not-a-bundle")
	}
	refs := map[string]plumbing.Hash{}
	for range maxBundleLines {
		line, ok := headerLine(r)
		switch {
		case !ok:
			return bad("gitrepo.not-a-bundle")
		case line == "":
			for _, name := range []string{"HEAD", "refs/heads/main", "refs/heads/master"} {
				if hash, ok := refs[name]; ok {
					return hash, nil
				}
			}
			return bad("gitrepo.no-branch")
		case strings.HasPrefix(line, "@"):
			if line != "@object-format=sha1" {
				return bad("gitrepo.bundle-unsupported")
			}
		case strings.HasPrefix(line, "-"):
			return bad("gitrepo.bundle-incomplete")
		default:
			hash, name, found := strings.Cut(line, " ")
			if !found || !plumbing.IsHash(hash) {
				return bad("gitrepo.not-a-bundle")
			}
			refs[name] = plumbing.NewHash(hash)
		}
	}
	return bad("gitrepo.not-a-bundle")
}

func headerLine(r *bufio.Reader) (string, bool) {
	var line []byte
	for len(line) <= maxBundleLine {
		b, err := r.ReadByte()
		if err != nil {
			return "", false
		}
		if b == '\n' {
			return string(line), true
		}
		line = append(line, b)
	}
	return "", false
}
