package content

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path"
	"strings"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Placement is a whole file that comes from outside: an import or the demo.
type Placement struct {
	// Owner is a short word such as "import". What an owner placed, the same
	// owner may replace as long as nobody else changed it.
	Owner       string
	Source      []byte // with front matter; the id in it decides which text it is
	Path        string // where a new text goes when the place is free; empty: by kind and title
	Attachments []PlacedFile
	Author      string // pseudonym
	At          time.Time
	Message     string
	Trailers    []Trailer
	// Base is the ETag of the text this one was made for, empty when there was
	// none. nil: whatever is there.
	Base *string
}

// PlacedText is where a placement is.
type PlacedText struct {
	ID       ID
	Path     string     // empty for a new text that was not written
	Revision RevisionID // newest
}

// PlacedFile is an attachment of a placement.
type PlacedFile struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Outcome says what became of a placement.
type Outcome string

// The outcomes.
const (
	Placed    Outcome = "placed"    // a new text
	Updated   Outcome = "updated"   // replaced what the owner had placed
	Unchanged Outcome = "unchanged" // nothing to do, no commit
	Kept      Outcome = "kept"      // somebody changed the text since; it stays as it is
)

// Place puts a file from outside into the library. Only the operator may: it
// asks neither for approval nor for a department. With dry nothing is written
// and the outcome says what would happen.
func (l *Library) Place(ctx context.Context, actor account.Actor, p Placement, dry bool) (placed PlacedText, outcome Outcome, err error) {
	if !actor.System {
		return placed, "", fault.New(fault.Forbidden, "content.operator-only")
	}
	d, err := ParseDocument(or(p.Path, "index.md"), p.Source)
	if err != nil {
		return placed, "", err
	}
	id := d.Meta.ID
	if placed.ID = id; id == "" {
		return placed, "", fault.New(fault.Invalid, "content.id-missing").At(d.Path, 1)
	}
	old, err := l.Catalogue.Article(ctx, id)
	exists := err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return placed, "", err
	}
	placed.Path, placed.Revision = old.Path, old.Revision
	if p.Base != nil && *p.Base != old.ETag {
		return placed, "", fault.New(fault.Stale, "content.stale")
	}
	if !exists {
		if archived, err := l.archivedBy(ctx, id, p.Owner); err != nil || archived {
			return placed, Kept, err
		}
	}
	files, err := l.placedFiles(ctx, p, dry)
	if err != nil {
		return placed, "", err
	}
	outcome = Placed
	if exists {
		if outcome, err = l.compareWith(ctx, old, p, files); err != nil || outcome != Updated {
			return placed, outcome, err
		}
	}
	if len(d.Meta.Relations()) > 0 { // others are placed side by side
		l.relating.Lock()
		defer l.relating.Unlock()
	}
	if err := l.checkReferences(ctx, d.Meta); err != nil {
		return placed, "", err
	}
	if dry {
		return placed, outcome, nil
	}
	written, err := l.writePlacement(ctx, p, d, old, files)
	if fault.Is(err, fault.Stale) { // somebody saved while the files were stored
		return placed, Kept, nil
	}
	return written, outcome, err
}

// operationOf begins the operations of what an owner does with a text.
func operationOf(owner string, id ID) string { return owner + "-" + string(id) + "-" }

// placedFiles stores the attachments, or with dry only reads them, and returns
// their pointers by name.
func (l *Library) placedFiles(ctx context.Context, p Placement, dry bool) (map[string][]byte, error) {
	put := l.Files.Put
	if dry {
		put = measure
	}
	files := map[string][]byte{}
	for _, a := range p.Attachments {
		name, err := AttachmentName(a.Name)
		if err != nil {
			return nil, err
		}
		stored, shown, err := l.placedFile(ctx, name, a, put)
		if err != nil {
			return nil, err
		}
		if !shown {
			name = OriginalName(name)
		}
		if _, taken := files[name]; taken {
			return nil, fault.New(fault.Conflict, "content.file-twice", "name", name)
		}
		files[name] = Pointer(stored)
	}
	return files, nil
}

// placedFile stores a file. Pictures lose where and with what they were taken,
// as those people bring do. Where that cannot be done the bytes are kept as they
// are, because an import loses nothing, but not to be shown in a text.
func (l *Library) placedFile(ctx context.Context, name string, a PlacedFile, put func(context.Context, io.Reader, int64) (StoredFile, error)) (stored StoredFile, shown bool, err error) {
	r, shown, err := l.placeable(ctx, name, a.Open)
	if err != nil {
		return StoredFile{}, false, err
	}
	stored, err = put(ctx, r, l.MaxAttachment)
	return stored, shown, errors.Join(err, r.Close())
}

// placeable opens a file as it may be kept, and reports whether a text may show
// it if it is a picture. Old systems often name a picture after another format;
// what counts is which one it is.
func (l *Library) placeable(ctx context.Context, name string, open func() (io.ReadCloser, error)) (io.ReadCloser, bool, error) {
	if !IsImage(name) {
		r, err := open()
		return r, true, err
	}
	for _, extension := range append([]string{path.Ext(name)}, imageExtensions()...) {
		r, err := open()
		if err != nil {
			return nil, false, err
		}
		clean, err := l.Examiner.Examine(ctx, "x"+extension, r, l.MaxAttachment)
		if err = errors.Join(err, r.Close()); err == nil {
			return clean, true, nil
		}
		if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
			return nil, false, err
		}
	}
	r, err := open()
	return r, false, err
}

// Showable reports whether a text may show a picture from outside: nothing of it
// tells where, when and with what it was taken, or that can be taken out.
func (l *Library) Showable(ctx context.Context, name string, open func() (io.ReadCloser, error)) (bool, error) {
	r, shown, err := l.placeable(ctx, name, open)
	if err != nil {
		return false, err
	}
	return shown, r.Close()
}

// PlacedHash is the SHA-256 of what of a file from outside may be kept: all of
// it, or of a picture what is left when nothing tells where it was taken.
func (l *Library) PlacedHash(ctx context.Context, name string, open func() (io.ReadCloser, error)) (string, error) {
	stored, _, err := l.placedFile(ctx, name, PlacedFile{Name: name, Open: open}, measure)
	return stored.SHA256, err
}

// OriginalName is what a picture is called that must not be shown: the name of a
// file to be downloaded.
func OriginalName(name string) string { return name + ".original" }

// measure names bytes as Files.Put does and keeps nothing.
func measure(_ context.Context, r io.Reader, _ int64) (StoredFile, error) {
	h := sha256.New()
	size, err := io.Copy(h, r)
	return StoredFile{SHA256: hex.EncodeToString(h.Sum(nil)), Size: size}, err
}

// compareWith decides what a placement means for a text that exists.
func (l *Library) compareWith(ctx context.Context, old Article, p Placement, files map[string][]byte) (Outcome, error) {
	snapshot, err := l.Repository.Snapshot(ctx, old.Commit)
	if err != nil {
		return "", err
	}
	current, err := snapshot.ReadFile(old.Path)
	if err != nil {
		return "", err
	}
	same := string(current) == string(p.Source)
	for name, pointer := range files {
		there, err := snapshot.ReadFile(path.Join(old.Folder(), name))
		same = same && err == nil && string(there) == string(pointer)
	}
	if same {
		return Unchanged, nil
	}
	last, err := l.Catalogue.Revision(ctx, old.Revision)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(last.Operation, operationOf(p.Owner, old.ID)) {
		return Kept, nil
	}
	return Updated, nil
}

// takeAway removes the files the owner brought before and brings no more: what
// the source took away must not stay public. Nobody else changed the text since,
// so all files beside it are the owner's, unless another text lies there.
func takeAway(tree Snapshot, old Article, files, change map[string][]byte) error {
	if old.Path == "" || sharesFolder(tree, old.Path) {
		return nil
	}
	beside, err := attachmentsBeside(tree, old.Path)
	if err != nil {
		return err
	}
	for _, a := range beside {
		if _, kept := files[a.Name]; !kept {
			change[path.Join(old.Folder(), a.Name)] = nil
		}
	}
	return nil
}

func (l *Library) writePlacement(ctx context.Context, p Placement, d Document, old Article, files map[string][]byte) (PlacedText, error) {
	placed := PlacedText{ID: d.Meta.ID, Revision: l.newRevision()}
	trailers := append([]Trailer{
		{TrailerRevision, string(placed.Revision) + " " + string(d.Meta.ID)},
		{TrailerOperation, operationOf(p.Owner, d.Meta.ID) + string(placed.Revision)},
	}, p.Trailers...)
	_, err := l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		name := old.Path
		if blob, _ := tree.Hash(name); name != "" && blob != old.Blob {
			return Change{}, fault.New(fault.Stale, "content.stale")
		}
		if name == "" {
			name = p.Path
			if _, taken := tree.Hash(path.Dir(or(name, "index.md"))); name == "" || taken && !d.Meta.Kind.IsLearning() {
				var err error
				if name, err = l.newPath(ctx, tree, d.Meta.ID, d.Meta.Kind, d.Meta.Title); err != nil {
					return Change{}, err
				}
			}
		}
		placed.Path = name
		change := Change{
			Files:  map[string][]byte{name: p.Source},
			Author: p.Author, At: p.At.UTC(), Message: oneLine(p.Message), Trailers: trailers,
		}
		for file, pointer := range files {
			change.Files[path.Join(path.Dir(name), file)] = pointer
		}
		return change, takeAway(tree, old, files, change.Files)
	})
	return placed, err
}
