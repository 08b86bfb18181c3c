// Package ident makes the short identifiers of the product: 50 random bits in
// lower-case base32 (RFC 4648 alphabet), which are ten characters that fit into
// an address, a telephone call and a front matter line. Ids are never reused
// and say nothing about what they name.
package ident

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Length is the number of characters of an id.
const Length = 10

// Source makes new ids. Tests use Sequence.
type Source interface {
	New() string
}

// Random is the source of a running product.
type Random struct{ Reader io.Reader }

// NewRandom returns a source over the operating system's randomness.
func NewRandom() Random { return Random{Reader: rand.Reader} }

// New returns an id. It panics when the system has no randomness, because
// nothing can be done safely then.
func (r Random) New() string {
	var raw [7]byte
	if _, err := io.ReadFull(r.Reader, raw[:]); err != nil {
		panic(fmt.Sprintf("ident: no randomness: %v", err))
	}
	return FromBytes(raw[:])
}

// FromBytes returns the id made of the first 50 bits of raw, which has to hold
// at least seven bytes. Imports derive ids from a hash with it.
func FromBytes(raw []byte) string {
	return strings.ToLower(encoding().EncodeToString(raw[:7])[:Length])
}

// Valid reports whether s has the shape of an id.
func Valid(s string) bool {
	if len(s) != Length {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '2' || r > '7') {
			return false
		}
	}
	return true
}

func encoding() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }

// Sequence is a source with known answers, for tests. It is safe for
// concurrent use.
type Sequence struct {
	mu sync.Mutex
	n  uint64
}

// New returns the next id of the sequence.
func (s *Sequence) New() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	var raw [7]byte
	for i, v := 6, s.n<<6; i >= 0; i, v = i-1, v>>8 {
		raw[i] = byte(v)
	}
	return FromBytes(raw[:])
}
