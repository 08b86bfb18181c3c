package gitrepo

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// quick returns an object that is at hand without go-git.
func (o *objects) quick(hash plumbing.Hash, kind plumbing.ObjectType) ([]byte, bool) {
	o.pendingMu.RLock()
	p, ok := o.pending[hash]
	o.pendingMu.RUnlock()
	if ok {
		return p.data, true
	}
	return o.packs.Load().read(hash, kind)
}

// decoded returns the entries of a tree that was decoded before.
func (o *objects) decoded(hash plumbing.Hash) ([]entry, bool) {
	o.treesMu.Lock()
	defer o.treesMu.Unlock()
	entries, ok := o.trees[hash]
	return entries, ok
}

// sides returns two trees without entries they have in common at both ends. A
// commit changes one line of a folder that may have a thousand: decoding all of
// them, twice for each commit, would be most of the work.
func (o *objects) sides(a, b plumbing.Hash) (before, after []entry, err error) {
	x, found := o.rawTree(a)
	y, also := o.rawTree(b)
	if !found || !also {
		if before, err = o.tree(a); err == nil {
			after, err = o.tree(b)
		}
		return before, after, err
	}
	x, y = differing(x, y)
	if before, err = decodeTree(x); err != nil {
		return nil, nil, fmt.Errorf("gitrepo: tree %s: %w", a, err)
	}
	if after, err = decodeTree(y); err != nil {
		return nil, nil, fmt.Errorf("gitrepo: tree %s: %w", b, err)
	}
	return before, after, nil
}

func (o *objects) rawTree(hash plumbing.Hash) ([]byte, bool) {
	if hash.IsZero() {
		return nil, true
	}
	return o.quick(hash, plumbing.TreeObject)
}

// entryOf finds an entry of a tree by name.
func (o *objects) entryOf(tree plumbing.Hash, name string) (entry, bool, error) {
	entries, ok := o.decoded(tree)
	if !ok {
		if raw, found := o.rawTree(tree); found {
			return entryNamed(raw, name)
		}
		var err error
		if entries, err = o.tree(tree); err != nil {
			return entry{}, false, err
		}
	}
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == name })
	if i < 0 {
		return entry{}, false, nil
	}
	return entries[i], true, nil
}

// entryNamed finds it in the bytes of the tree.
func entryNamed(raw []byte, name string) (entry, bool, error) {
	for len(raw) > 0 {
		n := entryLength(raw)
		if n == 0 {
			return entry{}, false, errBadTree
		}
		space := bytes.IndexByte(raw[:n], ' ')
		if end := n - hashBytes - 1; space >= 0 && end-space-1 == len(name) && string(raw[space+1:end]) == name {
			found := entry{mode: string(raw[:space]), name: name}
			copy(found.hash[:], raw[end+1:n])
			return found, true, nil
		}
		raw = raw[n:]
	}
	return entry{}, false, nil
}

// entryLength is how many bytes the first entry takes; 0 when it is malformed.
func entryLength(raw []byte) int {
	zero := bytes.IndexByte(raw, 0)
	if zero < 0 || len(raw) < zero+1+hashBytes {
		return 0
	}
	return zero + 1 + hashBytes
}

// differing takes off whole entries both trees begin with and those both end with.
func differing(a, b []byte) (x, y []byte) {
	begin := 0
	for same := alikeBefore(a, b); ; {
		n := entryLength(a[begin:])
		if n == 0 || begin+n > same {
			break
		}
		begin += n
	}
	a, b = a[begin:], b[begin:]
	same := alikeBehind(a, b)
	// Where entries begin is known from the front only, and equal bytes at the
	// end may begin within one.
	for i, j := 0, 0; ; {
		left, right := len(a)-i, len(b)-j
		if left == right && left <= same {
			return a[:i], b[:j]
		}
		n := 0
		if left >= right {
			n = entryLength(a[i:])
			i += n
		} else {
			n = entryLength(b[j:])
			j += n
		}
		if n == 0 {
			return a, b
		}
	}
}

// stride is how many bytes are compared at once.
const stride = 512

// alikeBefore counts the bytes both begin with.
func alikeBefore(a, b []byte) int {
	n, end := 0, min(len(a), len(b))
	for n+stride <= end && bytes.Equal(a[n:n+stride], b[n:n+stride]) {
		n += stride
	}
	for n < end && a[n] == b[n] {
		n++
	}
	return n
}

// alikeBehind counts the bytes both end with.
func alikeBehind(a, b []byte) int {
	n, end := 0, min(len(a), len(b))
	for n+stride <= end && bytes.Equal(a[len(a)-n-stride:len(a)-n], b[len(b)-n-stride:len(b)-n]) {
		n += stride
	}
	for n < end && a[len(a)-n-1] == b[len(b)-n-1] {
		n++
	}
	return n
}
