package content

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Attachments lists the files of a text the actor may see.
func (l *Library) Attachments(ctx context.Context, actor account.Actor, id ID) ([]Attachment, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	list, err := l.attachments(ctx, a)
	if err != nil {
		return nil, err
	}
	rules, err := l.Rules.ApprovalRules(ctx)
	if err == nil && rules.CanEdit(actor, a.Kind, a.Department) {
		err = l.markUnreadable(ctx, list)
	}
	return list, err
}

func (l *Library) attachments(ctx context.Context, a Article) ([]Attachment, error) {
	snapshot, err := l.Repository.Snapshot(ctx, a.Commit)
	if err != nil {
		return nil, err
	}
	list, err := attachmentsBeside(snapshot, a.Path)
	if err != nil {
		return nil, err
	}
	return withSizes(snapshot, path.Dir(a.Path), list)
}

// OpenAttachment returns the bytes of an attachment. The permission of the
// text is checked on every call.
func (l *Library) OpenAttachment(ctx context.Context, actor account.Actor, id ID, name string) (Attachment, io.ReadSeekCloser, error) {
	return l.OpenAttachmentAt(ctx, actor, id, "", name)
}

// OpenAttachmentAt returns the bytes an attachment had at a revision, for those
// who may see the text at that revision and today.
func (l *Library) OpenAttachmentAt(ctx context.Context, actor account.Actor, id ID, at RevisionID, name string) (Attachment, io.ReadSeekCloser, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Attachment{}, nil, err
	}
	l.NoteOpened(actor, id)
	if at != "" && at != a.Revision {
		if a, err = l.atRevision(ctx, actor, id, at); err != nil {
			return Attachment{}, nil, err
		}
	}
	list, err := l.attachments(ctx, a)
	if err != nil {
		return Attachment{}, nil, err
	}
	i := slices.IndexFunc(list, func(f Attachment) bool { return f.Name == name })
	if i < 0 {
		return Attachment{}, nil, fault.New(fault.NotFound, "content.attachment-missing", "name", name)
	}
	if list[i].SHA256 != "" {
		f, err := l.Files.Open(ctx, list[i].SHA256)
		return list[i], f, err
	}
	f, err := l.adoptedFile(ctx, list[i])
	return list[i], f, err
}

// adoptedFile reads a file that lies in Git as it came. Pictures lose where and
// with what they were taken when they are read, if that can be done.
func (l *Library) adoptedFile(ctx context.Context, a Attachment) (io.ReadSeekCloser, error) {
	data, err := l.Repository.Blob(ctx, a.Hash)
	if err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return inMemory{bytes.NewReader(data)}, nil }
	r, _, err := l.placeable(ctx, a.Name, open)
	if err != nil {
		return nil, err
	}
	clean, err := io.ReadAll(r)
	return inMemory{bytes.NewReader(clean)}, errors.Join(err, r.Close())
}

// inMemory is a file of an adopted repository.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// Attach stores a file beside a text and returns the text with its new ETag.
// A file of the same name is replaced.
func (l *Library) Attach(ctx context.Context, actor account.Actor, id ID, base, name string, r io.Reader) (Article, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Article{}, err
	}
	if err := l.authorizeFiles(ctx, actor, a); err != nil {
		return Article{}, err
	}
	if base == "" {
		return Article{}, fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	file, err := l.keepFile(ctx, name, r)
	if err != nil {
		return Article{}, err
	}
	files := map[string][]byte{path.Join(a.Folder(), file.Name): file.pointer()}
	if err := l.replace(ctx, actor, a, base, Edit{Message: file.Name, Change: ChangeMaterial}, files); err != nil {
		return Article{}, err
	}
	return l.Catalogue.Article(ctx, id)
}

// Detach removes an attachment; it stays in the history.
func (l *Library) Detach(ctx context.Context, actor account.Actor, id ID, base, name string) (Article, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Article{}, err
	}
	if err := l.authorizeFiles(ctx, actor, a); err != nil {
		return Article{}, err
	}
	if base == "" {
		return Article{}, fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	list, err := l.attachments(ctx, a)
	if err != nil {
		return Article{}, err
	}
	if !slices.ContainsFunc(list, func(f Attachment) bool { return f.Name == name }) {
		return Article{}, fault.New(fault.NotFound, "content.attachment-missing", "name", name)
	}
	files := map[string][]byte{path.Join(a.Folder(), name): nil}
	if err := l.replace(ctx, actor, a, base, Edit{Message: name, Change: ChangeMaterial}, files); err != nil {
		return Article{}, err
	}
	return l.Catalogue.Article(ctx, id)
}

// authorizeFiles decides whether the files beside a text may change. In a
// repository that was adopted several texts may share a folder and its files;
// those that need approval keep theirs.
func (l *Library) authorizeFiles(ctx context.Context, actor account.Actor, a Article) error {
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return err
	}
	if err := rules.authorizeEdit(actor, a.Kind, a.Department); err != nil || actor.System {
		return err
	}
	snapshot, err := l.Repository.Snapshot(ctx, l.Repository.Head())
	if err != nil {
		return err
	}
	for _, name := range textsTouched(snapshot, []PathChange{{Path: path.Join(a.Folder(), "-")}}) {
		beside, ok, err := readArticle(ctx, snapshot, name)
		if err != nil {
			return err
		}
		if ok {
			if err := rules.authorizeUnapproved(beside.Kind, beside.Department); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxAttachmentName is the longest name that is looked at, in bytes; file
// systems know none that is longer than a quarter of it.
const maxAttachmentName = 1024

// AttachmentName makes a safe file name of what a browser or an old database
// calls a file. It keeps letters of every script, so that people recognise it.
func AttachmentName(name string) (string, error) {
	if len(name) > maxAttachmentName {
		return "", fault.New(fault.Invalid, "content.bad-attachment-name").InField("file")
	}
	name = norm.NFC.String(strings.ReplaceAll(name, "\\", "/"))
	name = name[strings.LastIndex(name, "/")+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune("-_.()+", r):
			return r
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return '-'
	}, name)
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	name = strings.Trim(norm.NFC.String(name), ".-") // letters may join where a mark is gone
	for len(name) > 120 {
		extension := path.Ext(name)
		if len(extension) > 20 {
			extension = ""
		}
		stem := []rune(strings.TrimSuffix(name, extension))
		name = strings.TrimRight(string(stem[:len(stem)-1]), ".-") + extension
	}
	lower := strings.ToLower(name)
	if name == "" || strings.HasSuffix(lower, ".md") || strings.HasPrefix(lower, "git") && strings.Contains(lower, "~") {
		return "", fault.New(fault.Invalid, "content.bad-attachment-name").InField("file")
	}
	return name, nil
}
