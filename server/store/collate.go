package store

import (
	"encoding/hex"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// collator makes sort keys in German order (DIN 5007-1). The keys are stored
// in hexadecimal, so that both databases compare them byte by byte whatever
// their own collation is.
type collator struct {
	mu sync.Mutex
	c  *collate.Collator
	b  collate.Buffer
}

func newCollator() *collator {
	return &collator{c: collate.New(language.German, collate.IgnoreCase, collate.Numeric)}
}

func (c *collator) key(s string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.b.Reset()
	key := c.c.KeyFromString(&c.b, s)
	return hex.EncodeToString(key[:min(len(key), maxIndexed/2)])
}
