package content

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"unicode/utf8"

	"staffelstab/internal/fault"
)

// maxPlainFile bounds the files that are rewritten, in bytes.
const maxPlainFile = 16 << 20

// takes reports whether the redaction takes away every file of that name.
func (r Redaction) takes(name string) bool {
	return name == r.Attachment && name != "" || slices.Contains(r.Also, name)
}

// rewritePlan finds what has to change in the history of the text.
func (l *Library) rewritePlan(ctx context.Context, r Redaction) (Rewrite, []Revision, error) {
	w := Rewrite{Files: map[string]map[string][]byte{}, Messages: map[Commit]string{}, Revisions: map[Commit][]Trailer{}}
	revisions, err := l.everyRevision(ctx, r.Article)
	if err != nil {
		return w, nil, err
	}
	plain := l.plainFiles(r.Passage)
	var touched []Revision
	for _, v := range revisions {
		hit := false
		if !v.Removed {
			if hit, err = l.rewriteVersion(ctx, w, r, v, plain); err != nil {
				return w, nil, err
			}
		}
		if message := redactText(v.Message, r.Passage); message != v.Message {
			w.Messages[v.Commit], hit = message, true
		}
		if hit {
			touched = append(touched, v)
		}
	}
	return w, touched, nil
}

// rewriteVersion plans what changes in one version and reports whether anything
// does.
func (l *Library) rewriteVersion(ctx context.Context, w Rewrite, r Redaction, v Revision, plain *plainFiles) (bool, error) {
	hit := false
	put := func(name, blob string, data []byte) {
		if w.Files[name] == nil {
			w.Files[name] = map[string][]byte{}
		}
		w.Files[name][blob], hit = data, true
	}
	source, err := l.Repository.Blob(ctx, v.Blob)
	if err != nil {
		return false, err
	}
	fresh, err := redactSource(v.Path, source, r.Passage)
	if err != nil {
		return false, err
	}
	if !bytes.Equal(fresh, source) {
		put(v.Path, v.Blob, fresh)
	}
	tree, err := l.Repository.Snapshot(ctx, v.Commit)
	if err != nil {
		return false, err
	}
	beside, err := attachmentsBeside(tree, v.Path)
	if err != nil {
		return false, err
	}
	for _, file := range beside {
		name := path.Join(path.Dir(v.Path), file.Name)
		if r.takes(file.Name) {
			put(name, file.Hash, nil)
			continue
		}
		data, changed, err := plain.beside(ctx, file.Hash)
		if err != nil {
			return false, err
		}
		if changed {
			put(name, file.Hash, data)
		}
	}
	return hit, nil
}

// plainFiles takes a passage out of files that are plain text. It reads each
// once.
type plainFiles struct {
	library *Library
	passage []byte
	blobs   map[string][]byte     // what takes the place of a file in Git; nil: it stays
	stored  map[string]StoredFile // the same for stored bytes; zero: they stay
}

func (l *Library) plainFiles(passage string) *plainFiles {
	return &plainFiles{l, []byte(passage), map[string][]byte{}, map[string]StoredFile{}}
}

// fresh is plain text without the passage, and whether it was there.
func (p *plainFiles) fresh(data []byte) ([]byte, bool) {
	if len(p.passage) == 0 || !bytes.Contains(data, p.passage) || !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return nil, false
	}
	return bytes.ReplaceAll(data, p.passage, []byte(Redacted)), true
}

// beside is what takes the place of a file in Git, a pointer among them.
func (p *plainFiles) beside(ctx context.Context, blob string) ([]byte, bool, error) {
	if len(p.passage) == 0 {
		return nil, false, nil
	}
	if known, ok := p.blobs[blob]; ok {
		return known, known != nil, nil
	}
	data, err := p.library.Repository.Blob(ctx, blob)
	if err != nil {
		return nil, false, err
	}
	fresh, changed := p.fresh(data)
	if pointer, ok := ParsePointer(data); ok {
		var stored StoredFile
		if stored, changed, err = p.bytes(ctx, pointer.SHA256); err != nil {
			return nil, false, err
		}
		fresh = Pointer(stored)
	}
	if !changed {
		fresh = nil
	}
	p.blobs[blob] = fresh
	return fresh, changed, nil
}

// bytes stores what takes the place of stored bytes.
func (p *plainFiles) bytes(ctx context.Context, sha256 string) (StoredFile, bool, error) {
	if known, ok := p.stored[sha256]; ok || len(p.passage) == 0 {
		return known, known.SHA256 != "", nil
	}
	data, err := p.read(ctx, sha256)
	if err != nil {
		return StoredFile{}, false, err
	}
	var out StoredFile
	fresh, changed := p.fresh(data)
	if changed {
		if out, err = p.library.Files.Put(ctx, bytes.NewReader(fresh), maxPlainFile*2); err != nil {
			return StoredFile{}, false, err
		}
	}
	p.stored[sha256] = out
	return out, changed, nil
}

// contains reports whether plain text has the passage, without changing it.
func (p *plainFiles) contains(ctx context.Context, file Attachment) (found bool, err error) {
	var data []byte
	if file.SHA256 == "" {
		data, err = p.library.Repository.Blob(ctx, file.Hash)
	} else {
		data, err = p.read(ctx, file.SHA256)
	}
	_, found = p.fresh(data)
	return found, err
}

// read returns stored bytes; nothing of what is too large to be rewritten or
// lost already.
func (p *plainFiles) read(ctx context.Context, sha256 string) ([]byte, error) {
	f, err := p.library.Files.Open(ctx, sha256)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxPlainFile+1))
	if len(data) > maxPlainFile {
		data = nil
	}
	return data, errors.Join(err, f.Close())
}
