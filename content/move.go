package content

import (
	"context"
	"path"
	"slices"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Move is a new name or place of a text. Empty fields leave what is.
type Move struct {
	Title      string
	Department string
	Keep       bool // who saw it as a member of the old department goes on seeing it
	Tidy       bool // the file goes where a new text of this kind and title would lie
	Message    string
	Operation  string // see OperationKey
}

// Move renames a text or moves it, with its attachments. Id and history stay,
// and whatever linked to it goes on leading there: links by old titles, old
// paths, and its own links relative to where it lay.
//
// A new title of a standard is a new wording and has to be approved; where the
// file of a standard lies is no wording, so the editors of its department may
// tidy it up.
func (l *Library) Move(ctx context.Context, actor account.Actor, id ID, base string, m Move) (Article, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Article{}, err
	}
	m.Title = strings.Join(strings.Fields(m.Title), " ")
	renamed := m.Title != "" && m.Title != a.Title || m.Department != "" && m.Department != a.Department
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return Article{}, err
	}
	if err := rules.authorizeRelocation(actor, a, renamed, or(m.Department, a.Department)); err != nil {
		return Article{}, err
	}
	if base == "" {
		return Article{}, fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	if m.Tidy && a.Kind.IsLearning() {
		return Article{}, fault.New(fault.Invalid, "links.learning-stays").InField("tidy")
	}
	e := Edit{Title: m.Title, Department: m.Department, Message: m.Message, Change: ChangeEditorial, Operation: m.Operation}
	if m.Tidy {
		e.Body = "tidy" // a part of what makes the request this one
	}
	if m.Keep {
		e.Body += " keep"
	}
	if e, err = e.keyed(id, base); err != nil {
		return Article{}, err
	}
	leave, err := l.operations.enter(ctx, e.Operation)
	if err != nil {
		return Article{}, err
	}
	defer leave()
	if again, done, err := l.repeated(ctx, actor, e.Operation); done {
		return again, err
	}
	source, err := l.renamed(ctx, a, m)
	if err != nil {
		return Article{}, err
	}
	if err := l.relocate(ctx, actor, a, base, e, source, m); err != nil {
		return Article{}, err
	}
	return l.Catalogue.Article(ctx, id)
}

// CanMove reports whether the actor may move the file of a text.
func (r ApprovalRules) CanMove(actor account.Actor, a Article) bool {
	return r.authorizeRelocation(actor, a, false, a.Department) == nil
}

// authorizeRelocation: what a text is called and where it belongs is part of
// what four eyes look at; where its file lies is not.
func (r ApprovalRules) authorizeRelocation(actor account.Actor, a Article, renamed bool, department string) error {
	if renamed || r.Approvers(a.Kind, a.Department) == 0 {
		if err := r.authorizeEdit(actor, a.Kind, a.Department); err != nil {
			return err
		}
		return r.authorizeEdit(actor, a.Kind, department)
	}
	switch {
	case actor.System:
		return nil
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case !actor.HasIn(a.Department, account.Editor):
		return fault.New(fault.Forbidden, "links.editors-only", "department", a.Department)
	}
	return nil
}

// renamed is the file of a text with its new title and department.
func (l *Library) renamed(ctx context.Context, a Article, m Move) ([]byte, error) {
	d, err := l.document(ctx, a)
	if err != nil {
		return nil, err
	}
	var fields []Field
	if m.Title != "" && m.Title != a.Title {
		fields = append(fields, Field{"titel", m.Title})
	}
	if m.Department != "" && m.Department != a.Department {
		fields = append(fields, Field{"bereich", m.Department})
		if slices.Contains(a.Visibility.Departments, a.Department) {
			fields = append(fields, Field{"sichtbar", a.Visibility.moved(a.Department, m.Department, m.Keep).value()})
		}
	}
	if len(fields) == 0 {
		return d.Source, nil
	}
	source, err := d.WithFields(fields...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "content.front-matter-broken").At(d.Path, 1).Because(err)
	}
	_, err = ParseDocument(d.Path, source)
	return source, err
}

// moved is who sees a text that moves from one department to another: the new
// one takes the place of the old one, or with keep comes beside it.
func (v Visibility) moved(from, to string, keep bool) Visibility {
	departments := slices.DeleteFunc(slices.Clone(v.Departments), func(d string) bool { return d == to || d == from && !keep })
	v.Departments = append(departments, to)
	return v
}

// value is the visibility as front matter has it.
func (v Visibility) value() map[string]any {
	out := map[string]any{}
	if len(v.Departments) > 0 {
		out["bereiche"] = v.Departments
	}
	if len(v.Roles) > 0 {
		roles := make([]string, len(v.Roles))
		for i, r := range v.Roles {
			roles[i] = string(r)
		}
		out["rollen"] = roles
	}
	return out
}

// relocate writes the file to its new place if the text still is what base
// names.
func (l *Library) relocate(ctx context.Context, actor account.Actor, a Article, base string, e Edit, source []byte, m Move) error {
	revision := l.newRevision()
	_, err := l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		if again, err := l.doneMeanwhile(ctx, actor, e.Operation); again != nil || err != nil {
			return Change{}, err
		}
		if err := unchanged(tree, a.Path, base); err != nil {
			return Change{}, err
		}
		files := map[string][]byte{a.Path: source}
		if m.Tidy {
			name, err := l.placeOf(ctx, tree, a, or(m.Title, a.Title))
			if err != nil {
				return Change{}, err
			}
			if name != a.Path {
				if files, err = filesOf(tree, a.Path); err != nil {
					return Change{}, err
				}
				delete(files, a.Path)
				files = moved(tree, a.Path, name, files)
				files[name] = source
			}
		}
		return l.change(actor, e, a.ID, revision, files), nil
	})
	return err
}

// unchanged makes sure that a text is what base names.
func unchanged(tree Snapshot, name, base string) error {
	blob, ok := tree.Hash(name)
	if !ok {
		return fault.New(fault.Stale, "content.stale")
	}
	attachments, err := attachmentsBeside(tree, name)
	if err != nil {
		return err
	}
	if etag(blob, attachments) != base {
		return fault.New(fault.Stale, "content.stale")
	}
	return nil
}

// filesOf reads a text and the files beside it.
func filesOf(tree Snapshot, name string) (map[string][]byte, error) {
	attachments, err := attachmentsBeside(tree, name)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, each := range append(attachments, Attachment{Name: path.Base(name)}) {
		full := path.Join(path.Dir(name), each.Name)
		if files[full], err = tree.ReadFile(full); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// moved is the change that takes a text and the files beside it to where name
// lies. Other texts of the old folder keep the files, which are theirs too.
func moved(tree Snapshot, old, name string, files map[string][]byte) map[string][]byte {
	change := map[string][]byte{old: nil}
	shared := sharesFolder(tree, old)
	for file, data := range files {
		change[path.Join(path.Dir(name), path.Base(file))] = data
		if !shared {
			change[file] = nil
		}
	}
	return change
}

// sharesFolder reports whether other texts lie in the folder of a text.
func sharesFolder(tree Snapshot, name string) bool {
	entries, err := tree.ReadDir(path.Dir(name))
	if err != nil {
		return true // what cannot be read is not taken away
	}
	for _, e := range entries {
		if other := path.Join(path.Dir(name), e.Name()); !e.IsDir() && other != name && IsArticlePath(other) {
			return true
		}
	}
	return false
}

// placeOf is where the text would lie if it were new, its own place included.
func (l *Library) placeOf(ctx context.Context, tree Snapshot, a Article, title string) (string, error) {
	occupied := &takenPlaces{Snapshot: tree, ctx: ctx, library: l, own: a}
	name := freePath(occupied, a.Kind, title, a.ID)
	return name, occupied.failed
}

// newPath finds a place for a new text. Where a text lay once is no free
// place: old links lead there.
func (l *Library) newPath(ctx context.Context, tree Snapshot, id ID, kind Kind, title string) (string, error) {
	return l.placeOf(ctx, tree, Article{Meta: Meta{ID: id, Kind: kind}}, title)
}

// takenPlaces is a tree in which places are taken too that texts had before.
type takenPlaces struct {
	Snapshot
	ctx     context.Context
	library *Library
	own     Article
	failed  error
}

// Hash implements Snapshot for freePath.
func (t *takenPlaces) Hash(folder string) (string, bool) {
	if t.failed != nil || t.own.Path != "" && folder == t.own.Folder() {
		return "", false
	}
	if hash, taken := t.Snapshot.Hash(folder); taken {
		return hash, true
	}
	found, err := t.library.Catalogue.NamedArticles(t.ctx, Name{NamePath, folder})
	if err != nil {
		t.failed = err
		return "", false
	}
	for _, a := range found {
		if a.ID != t.own.ID {
			return "", true
		}
	}
	return "", false
}
