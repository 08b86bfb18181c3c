package gitrepo

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"staffelstab/content"
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

func decodeTree(data []byte) ([]entry, error) {
	var out []entry
	for len(data) > 0 {
		space := bytes.IndexByte(data, ' ')
		zero := bytes.IndexByte(data, 0)
		if space < 0 || zero < space || len(data) < zero+21 {
			return nil, errBadTree
		}
		e := entry{mode: string(data[:space]), name: string(data[space+1 : zero])}
		copy(e.hash[:], data[zero+1:zero+21])
		out = append(out, e)
		data = data[zero+21:]
	}
	return out, nil
}

// encodeTree sorts as Git does: a folder compares as if its name ended in "/".
func encodeTree(entries []entry) []byte {
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(sortName(a), sortName(b)) })
	var b bytes.Buffer
	for _, e := range entries {
		b.WriteString(e.mode)
		b.WriteByte(' ')
		b.WriteString(e.name)
		b.WriteByte(0)
		b.Write(e.hash[:])
	}
	return b.Bytes()
}

func sortName(e entry) string {
	if e.isTree() {
		return e.name + "/"
	}
	return e.name
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
	for _, e := range edits {
		if len(e.path) > 1 {
			below[e.path[0]] = append(below[e.path[0]], edit{e.path[1:], e.data})
			continue
		}
		entries = o.applyFile(entries, prefix, e, changes)
	}
	for name, edits := range below {
		i := slices.IndexFunc(entries, func(e entry) bool { return e.name == name })
		sub := plumbing.ZeroHash
		if i >= 0 && entries[i].isTree() {
			sub = entries[i].hash
		}
		hash, err := o.applyIn(sub, prefix+name+"/", edits, changes)
		if err != nil {
			return tree, err
		}
		if i >= 0 {
			entries = slices.Delete(entries, i, i+1)
		}
		if !hash.IsZero() {
			entries = append(entries, entry{modeTree, name, hash})
		}
	}
	if len(entries) == 0 {
		return plumbing.ZeroHash, nil
	}
	return o.put(plumbing.TreeObject, encodeTree(entries)), nil
}

func (o *objects) applyFile(entries []entry, prefix string, e edit, changes *[]content.PathChange) []entry {
	name := e.path[0]
	change := content.PathChange{Path: prefix + name}
	i := slices.IndexFunc(entries, func(x entry) bool { return x.name == name })
	mode := modeFile
	if i >= 0 && entries[i].isFile() {
		change.Before, mode = entries[i].hash.String(), entries[i].mode
	}
	if i >= 0 {
		entries = slices.Delete(entries, i, i+1)
	}
	if e.data != nil {
		hash := o.put(plumbing.BlobObject, e.data)
		change.After = hash.String()
		entries = append(entries, entry{mode, name, hash})
	}
	if change.Before != change.After {
		*changes = append(*changes, change)
	}
	return entries
}
