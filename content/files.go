package content

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
)

// LFS pointers stand in Git for attachments that lie beside it, in the format
// of the Git LFS specification, version 1.
const lfsVersion = "https://git-lfs.github.com/spec/v1"

var lfsPointer = regexp.MustCompile(`^version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize ([0-9]+)\n$`)

// Pointer returns the file that stands in Git for stored bytes.
func Pointer(f StoredFile) []byte {
	return fmt.Appendf(nil, "version %s\noid sha256:%s\nsize %d\n", lfsVersion, f.SHA256, f.Size)
}

// ParsePointer recognises a pointer file.
func ParsePointer(data []byte) (StoredFile, bool) {
	if len(data) > 1024 || !bytes.HasPrefix(data, []byte("version "+lfsVersion)) {
		return StoredFile{}, false
	}
	m := lfsPointer.FindSubmatch(data)
	if m == nil {
		return StoredFile{}, false
	}
	size, err := strconv.ParseInt(string(m[2]), 10, 64)
	if err != nil {
		return StoredFile{}, false
	}
	return StoredFile{SHA256: string(m[1]), Size: size}, true
}
