package gitrepo

import (
	"container/list"
	"sync"
)

// baseCacheBytes bounds the objects kept as bases of others. The folders of a
// large library change in turn, and each of their versions is told by the one
// before: what is kept has to hold a chain of each.
const baseCacheBytes = 64 << 20

// baseCacheLargest is the largest object kept.
const baseCacheLargest = 1 << 20

// base names an object by where it lies.
type base struct {
	pack   *pack
	offset int64
}

// baseCache keeps the objects used last.
type baseCache struct {
	limit int

	mu    sync.Mutex
	found map[base]*list.Element
	order *list.List // newest first
	size  int
}

type cachedBase struct {
	base
	object packedObject
}

func newBaseCache(limit int) baseCache {
	return baseCache{limit: limit, found: map[base]*list.Element{}, order: list.New()}
}

func (c *baseCache) get(at base) (packedObject, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.found[at]
	if !ok {
		return packedObject{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cachedBase).object, true
}

func (c *baseCache) put(at base, object packedObject) {
	if len(object.data) > baseCacheLargest {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.found[at] != nil {
		return
	}
	c.found[at] = c.order.PushFront(cachedBase{at, object})
	for c.size += len(object.data); c.size > c.limit; {
		oldest := c.order.Back()
		c.size -= len(oldest.Value.(cachedBase).object.data)
		delete(c.found, oldest.Value.(cachedBase).base)
		c.order.Remove(oldest)
	}
}
