package gitrepo

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// entry is a line of a Git tree.
type entry struct {
	mode string // as Git writes it: 100644, 100755, 40000, 120000, 160000
	name string
	hash plumbing.Hash
}

const (
	modeFile = "100644"
	modeTree = "40000"
)

func (e entry) isTree() bool { return e.mode == modeTree }

// isFile reports whether the entry is a plain file. Symbolic links and
// submodules are never followed or shown.
func (e entry) isFile() bool { return strings.HasPrefix(e.mode, "100") }

var errBadTree = errors.New("malformed tree")

// decodeTree reads the entries of a tree. Modes and names share one string:
// folders of a thousand entries are read for every commit.
func decodeTree(data []byte) ([]entry, error) {
	text := string(data)
	out := make([]entry, 0, len(data)/40)
	for at := 0; at < len(data); {
		space := bytes.IndexByte(data[at:], ' ')
		zero := bytes.IndexByte(data[at:], 0)
		if space < 0 || zero < space || len(data)-at < zero+21 {
			return nil, errBadTree
		}
		e := entry{mode: text[at : at+space], name: text[at+space+1 : at+zero]}
		copy(e.hash[:], data[at+zero+1:at+zero+21])
		out = append(out, e)
		at += zero + 21
	}
	return out, nil
}

// encodeTree sorts as Git does. Most folders come sorted, because one entry of
// them was replaced.
func encodeTree(entries []entry) []byte {
	if !slices.IsSortedFunc(entries, inGitOrder) {
		slices.SortFunc(entries, inGitOrder)
	}
	size := 0
	for _, e := range entries {
		size += len(e.mode) + len(e.name) + 2 + len(e.hash)
	}
	b := bytes.NewBuffer(make([]byte, 0, size))
	for _, e := range entries {
		b.WriteString(e.mode)
		b.WriteByte(' ')
		b.WriteString(e.name)
		b.WriteByte(0)
		b.Write(e.hash[:])
	}
	return b.Bytes()
}

// inGitOrder compares two entries of a tree: a folder as if its name ended in "/".
func inGitOrder(a, b entry) int {
	n := min(len(a.name), len(b.name))
	if order := strings.Compare(a.name[:n], b.name[:n]); order != 0 {
		return order
	}
	return cmp.Compare(a.behind(n), b.behind(n))
}

// behind is the byte behind the first n of the name, and less than all when
// there is none.
func (e entry) behind(n int) int {
	switch {
	case n < len(e.name):
		return int(e.name[n])
	case e.isTree():
		return '/'
	}
	return -1
}

// edit is a file to write into a tree, or to remove when data is nil.
type edit struct {
	path []string
	data []byte
}

// apply returns the root of the tree with the edits done and what changed.
// New trees and blobs are kept pending.
func (o *objects) apply(root plumbing.Hash, files map[string][]byte) (plumbing.Hash, []content.PathChange, error) {
	edits := make([]edit, 0, len(files))
	for name, data := range files {
		if err := checkPath(name); err != nil {
			return root, nil, err
		}
		edits = append(edits, edit{strings.Split(name, "/"), data})
	}
	var changes []content.PathChange
	root, err := o.applyIn(root, "", edits, &changes)
	slices.SortFunc(changes, func(a, b content.PathChange) int { return strings.Compare(a.Path, b.Path) })
	return root, changes, err
}

func (o *objects) applyIn(tree plumbing.Hash, prefix string, edits []edit, changes *[]content.PathChange) (plumbing.Hash, error) {
	old, err := o.tree(tree)
	if err != nil {
		return tree, err
	}
	entries := slices.Clone(old)
	below := map[string][]edit{}
	var written []edit
	for _, e := range edits {
		switch {
		case len(e.path) > 1:
			below[e.path[0]] = append(below[e.path[0]], edit{e.path[1:], e.data})
		case e.data == nil:
			entries = removeFile(entries, prefix, e.path[0], changes)
		default:
			written = append(written, e)
		}
	}
	for name, edits := range below {
		i := slices.IndexFunc(entries, func(e entry) bool { return e.name == name })
		sub := plumbing.ZeroHash
		switch {
		case i >= 0 && entries[i].isTree():
			sub = entries[i].hash
		case i >= 0 && slices.ContainsFunc(edits, func(e edit) bool { return e.data != nil }):
			return tree, occupied(prefix + name)
		case i >= 0: // nothing lies below a file, so nothing is to be removed there
			continue
		}
		hash, err := o.applyIn(sub, prefix+name+"/", edits, changes)
		if err != nil {
			return tree, err
		}
		switch {
		case i >= 0 && entries[i].isTree() && !hash.IsZero():
			entries[i].hash = hash
		case i >= 0:
			if entries = slices.Delete(entries, i, i+1); !hash.IsZero() {
				entries = append(entries, entry{modeTree, name, hash})
			}
		case !hash.IsZero():
			entries = append(entries, entry{modeTree, name, hash})
		}
	}
	for _, e := range written { // after the removals, so that a folder can make room for a file
		if entries, err = o.writeFile(entries, prefix, e, changes); err != nil {
			return tree, err
		}
	}
	if len(entries) == 0 {
		return plumbing.ZeroHash, nil
	}
	hash := o.put(plumbing.TreeObject, encodeTree(entries))
	o.remember(hash, entries) // the next save begins with it
	return hash, nil
}

// occupied refuses a path that would take the place of something else: the
// change did not remove it, so it would be lost without a word.
func occupied(path string) error { return fault.New(fault.Invalid, "gitrepo.bad-path", "path", path) }

func removeFile(entries []entry, prefix, name string, changes *[]content.PathChange) []entry {
	i := slices.IndexFunc(entries, func(x entry) bool { return x.name == name && x.isFile() })
	if i < 0 {
		return entries
	}
	*changes = append(*changes, content.PathChange{Path: prefix + name, Before: entries[i].hash.String()})
	return slices.Delete(entries, i, i+1)
}

func (o *objects) writeFile(entries []entry, prefix string, e edit, changes *[]content.PathChange) ([]entry, error) {
	name := e.path[0]
	hash := o.put(plumbing.BlobObject, e.data)
	change := content.PathChange{Path: prefix + name, After: hash.String()}
	i := slices.IndexFunc(entries, func(x entry) bool { return x.name == name })
	switch {
	case i < 0:
		entries = append(entries, entry{modeFile, name, hash})
	case !entries[i].isFile():
		return entries, occupied(prefix + name)
	default:
		change.Before = entries[i].hash.String()
		entries[i].hash = hash // its mode stays
	}
	if change.Before != change.After {
		*changes = append(*changes, change)
	}
	return entries, nil
}
