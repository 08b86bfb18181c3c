package gitrepo

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/klauspost/compress/zlib"
)

// packs reads objects from pack files (gitformat-pack(5)). go-git reads them
// one at a time under a lock and computes the hash of every object that passes
// through its cache: on folders of a thousand entries that is most of what the
// history of a large repository costs. What packs does not find or cannot read
// is left to go-git, which also says what is wrong.
type packs struct {
	folder string

	mu   sync.RWMutex
	open map[string]*pack // by the name of the index

	bases baseCache
}

// pack is an open pack file with its index.
type pack struct {
	file *os.File
	packIndex
}

var errBadPack = errors.New("malformed pack")

// maxDeltas bounds a chain of deltas, which a damaged pack can make a circle.
const maxDeltas = 5000

func openPacks(git string) *packs {
	p := &packs{folder: filepath.Join(git, "objects", "pack"), open: map[string]*pack{}, bases: newBaseCache(baseCacheBytes)}
	p.refresh()
	return p
}

// refresh opens the packs that came. Those that are gone stay readable.
func (p *packs) refresh() {
	names, err := filepath.Glob(filepath.Join(p.folder, "*.idx"))
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range names {
		if p.open[name] != nil {
			continue
		}
		if opened, err := openPack(name); err == nil {
			p.open[name] = opened
		}
	}
}

func openPack(name string) (*pack, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	index, err := decodeIndex(data)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(strings.TrimSuffix(name, ".idx") + ".pack")
	return &pack{file, index}, err
}

func (p *packs) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, opened := range p.open {
		errs = append(errs, opened.file.Close())
	}
	clear(p.open)
	return errors.Join(errs...)
}

// read returns an object and whether it was found. The caller must not change
// the bytes.
func (p *packs) read(hash plumbing.Hash, kind plumbing.ObjectType) ([]byte, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, opened := range p.open {
		offset, ok := opened.find(hash)
		if !ok {
			continue
		}
		found, err := p.at(opened, offset)
		return found.data, err == nil && found.kind == kind
	}
	return nil, false
}

// at reads the object that begins at an offset.
func (p *packs) at(from *pack, offset int64) (packed packedObject, err error) {
	var deltas [][]byte
	var offsets []int64
	for {
		known, ok := p.bases.get(base{from, offset})
		if ok {
			packed = known
			break
		}
		e, err := from.entry(offset)
		if err != nil {
			return packed, err
		}
		if e.base == 0 {
			packed = e.packedObject
			p.bases.put(base{from, offset}, packed)
			break
		}
		if len(deltas) == maxDeltas {
			return packed, errBadPack
		}
		deltas, offsets = append(deltas, e.data), append(offsets, offset)
		offset = e.base
	}
	for i, delta := range slices.Backward(deltas) {
		if packed.data, err = packfile.PatchDelta(packed.data, delta); err != nil {
			return packed, err
		}
		p.bases.put(base{from, offsets[i]}, packed)
	}
	return packed, nil
}

// packedObject is an object as it was before packing.
type packedObject struct {
	kind plumbing.ObjectType
	data []byte
}

// packEntry is what stands at an offset of a pack: an object, or the way to it
// from another one.
type packEntry struct {
	packedObject
	base int64 // offset of the other object; 0 when data is the object
}

// inflater is a zlib reader with its buffer, both costly to make.
type inflater struct {
	from *bufio.Reader
	zlib io.ReadCloser
}

var inflaters = sync.Pool{New: func() any { return &inflater{from: bufio.NewReader(nil)} }}

func (k *pack) entry(offset int64) (packEntry, error) {
	i := inflaters.Get().(*inflater)
	defer inflaters.Put(i)
	i.from.Reset(io.NewSectionReader(k.file, offset, 1<<62))
	e, size, err := k.header(i.from, offset)
	if err != nil {
		return e, err
	}
	if i.zlib == nil {
		i.zlib, err = zlib.NewReader(i.from)
	} else {
		err = i.zlib.(zlib.Resetter).Reset(i.from, nil)
	}
	if err != nil {
		return e, err
	}
	out := bytes.NewBuffer(make([]byte, 0, min(size, 1<<20)+bytes.MinRead))
	if _, err := out.ReadFrom(io.LimitReader(i.zlib, size+1)); err != nil {
		return e, err
	}
	if e.data = out.Bytes(); int64(len(e.data)) != size {
		return e, errBadPack
	}
	return e, nil
}

// header reads what stands before the compressed bytes and how many they are
// in the end.
func (k *pack) header(r *bufio.Reader, offset int64) (e packEntry, size int64, err error) {
	c, err := r.ReadByte()
	if err != nil {
		return e, 0, err
	}
	e.kind = plumbing.ObjectType(c >> 4 & 7)
	size = int64(c & 15)
	for shift := 4; c&0x80 != 0; shift += 7 {
		if c, err = r.ReadByte(); err != nil || shift > 50 {
			return e, 0, errors.Join(errBadPack, err)
		}
		size |= int64(c&0x7f) << shift
	}
	switch e.kind {
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
		return e, size, nil
	case plumbing.OFSDeltaObject:
		back, err := distance(r)
		if err != nil || back <= 0 || back >= offset {
			return e, 0, errors.Join(errBadPack, err)
		}
		e.base = offset - back
		return e, size, nil
	case plumbing.REFDeltaObject:
		var hash plumbing.Hash
		if _, err := io.ReadFull(r, hash[:]); err != nil {
			return e, 0, err
		}
		found, ok := k.find(hash)
		if !ok {
			return e, 0, errBadPack
		}
		e.base = found
		return e, size, nil
	}
	return e, 0, errBadPack
}

// distance reads how far back the other object lies.
func distance(r *bufio.Reader) (int64, error) {
	c, err := r.ReadByte()
	back := int64(c & 0x7f)
	for err == nil && c&0x80 != 0 {
		if back > 1<<50 {
			return 0, errBadPack
		}
		c, err = r.ReadByte()
		back = (back+1)<<7 | int64(c&0x7f)
	}
	return back, err
}

// packIndex is an index of version 2: hashes in order, with the offsets of
// their objects.
type packIndex struct {
	fanout  []byte
	hashes  []byte
	offsets []byte
	far     []byte // offsets of 8 bytes
}

const (
	indexHeader = "\xfftOc\x00\x00\x00\x02"
	fanoutBytes = 256 * 4
	hashBytes   = 20
)

func decodeIndex(data []byte) (packIndex, error) {
	rest, ok := bytes.CutPrefix(data, []byte(indexHeader))
	if !ok || len(rest) < fanoutBytes+2*hashBytes {
		return packIndex{}, fmt.Errorf("index: %w", errBadPack)
	}
	x := packIndex{fanout: bytes.Clone(rest[:fanoutBytes])}
	count := int(binary.BigEndian.Uint32(x.fanout[fanoutBytes-4:]))
	rest = rest[fanoutBytes : len(rest)-2*hashBytes]
	if len(rest) < count*(hashBytes+4+4) {
		return packIndex{}, fmt.Errorf("index: %w", errBadPack)
	}
	x.hashes = bytes.Clone(rest[:count*hashBytes])
	rest = rest[count*(hashBytes+4):] // between them stand checksums
	x.offsets, x.far = bytes.Clone(rest[:count*4]), bytes.Clone(rest[count*4:])
	return x, nil
}

func (x packIndex) find(hash plumbing.Hash) (int64, bool) {
	low, high := 0, x.below(int(hash[0]))
	if hash[0] > 0 {
		low = x.below(int(hash[0]) - 1)
	}
	for high = min(high, len(x.offsets)/4); low < high; {
		middle := (low + high) / 2
		switch order := bytes.Compare(x.hashes[middle*hashBytes:(middle+1)*hashBytes], hash[:]); {
		case order < 0:
			low = middle + 1
		case order > 0:
			high = middle
		default:
			return x.offset(middle)
		}
	}
	return 0, false
}

// below counts the hashes that begin with the byte or a smaller one.
func (x packIndex) below(first int) int {
	return int(binary.BigEndian.Uint32(x.fanout[first*4:]))
}

func (x packIndex) offset(i int) (int64, bool) {
	offset := binary.BigEndian.Uint32(x.offsets[i*4:])
	if offset&(1<<31) == 0 {
		return int64(offset), true
	}
	at := int(offset&^(1<<31)) * 8
	if at+8 > len(x.far) {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(x.far[at:])), true
}
