package notes

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// NSF is what the head of a Notes database file says about it. More is not
// read: text carved out of pages would lose where a document begins, and bring
// back what people deleted.
type NSF struct {
	Version   uint32 // of the format on disk
	ReplicaID string // 16 hexadecimal digits
	Title     string
}

// NSFHead is how many bytes of a file ReadNSF needs.
const NSFHead = 512

// Places in the head of a database file.
const (
	nsfVersion     = 6
	nsfReplicaLow  = 180
	nsfReplicaHigh = 184
	nsfTitle       = 200
	nsfTitleEnd    = nsfTitle + 128
)

// IsNSF tells a Notes database file by its first two bytes.
func IsNSF(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1a, 0}) }

// ReadNSF reads the beginning of a database file; false for any other file and
// for one that is cut off.
func ReadNSF(head []byte) (NSF, bool) {
	if !IsNSF(head) || len(head) < nsfTitle+1 {
		return NSF{}, false
	}
	title := head[nsfTitle:min(len(head), nsfTitleEnd)]
	if end := bytes.IndexByte(title, 0); end >= 0 {
		title = title[:end]
	}
	title, _, _ = bytes.Cut(title, []byte{'\n'}) // categories and template follow
	text, _ := decodeLMBCS(title)
	return NSF{
		Version: binary.LittleEndian.Uint32(head[nsfVersion:]),
		ReplicaID: fmt.Sprintf("%08X%08X", binary.LittleEndian.Uint32(head[nsfReplicaHigh:]),
			binary.LittleEndian.Uint32(head[nsfReplicaLow:])),
		Title: oneLine(strings.ToValidUTF8(text, "\ufffd")),
	}, true
}
