package content

import (
	"context"
	"slices"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// relationKeys are the front matter keys that name other texts.
func relationKeys() []string { return []string{"ersetzt", "ersetzt_durch", "aendert"} }

// relate turns the titles an edit names other texts by into ids, the reviewer's
// name into an account, and refuses texts the actor does not see. While the
// text gets new relations nobody else's does, so that two saves at once cannot
// make what one of them alone would be refused; release ends that.
func (l *Library) relate(ctx context.Context, actor account.Actor, old Meta, e Edit) (_ Edit, release func(), err error) {
	fields := map[string]any{}
	for key, value := range e.Meta {
		fields[key] = value
	}
	fresh := false
	for _, key := range relationKeys() {
		named, given := namesIn(fields[key])
		if !given {
			continue
		}
		known := old.named(key)
		ids := make([]string, 0, len(named))
		for _, name := range named {
			id, err := l.referred(ctx, actor, name, known, or(e.Kind, old.Kind), key)
			if err != nil {
				return e, nil, err
			}
			if fresh = fresh || !slices.Contains(known, id); !slices.Contains(ids, string(id)) {
				ids = append(ids, string(id))
			}
		}
		fields[key] = ids
		if key == "ersetzt_durch" {
			if len(ids) > 1 {
				return e, nil, fault.New(fault.Invalid, "validity.one-successor").InField("meta.ersetzt_durch")
			}
			fields[key] = strings.Join(ids, "")
		}
	}
	if name, ok := fields["pruefer"].(string); ok {
		if fields["pruefer"], err = l.reviewerNamed(ctx, old.Reviewer, name); err != nil {
			return e, nil, err
		}
	}
	if len(fields) > 0 {
		e.Meta = fields
	}
	if !fresh {
		return e, func() {}, nil
	}
	l.relating.Lock()
	return e, l.relating.Unlock, nil
}

// named are the texts the front matter names under a key of relationKeys.
func (m Meta) named(key string) []ID {
	switch {
	case key == "ersetzt":
		return m.Replaces
	case key == "aendert":
		return m.Amends
	case m.ReplacedBy != "":
		return []ID{m.ReplacedBy}
	}
	return nil
}

// namesIn reads a list of names; false means it is none, or removes the key.
// What is no list of texts is left for the front matter to refuse.
func namesIn(value any) ([]string, bool) {
	switch v := plainList(value).(type) {
	case string:
		return []string{v}, strings.TrimSpace(v) != ""
	case []string:
		return v, len(v) > 0
	}
	return nil, false
}

// referred finds the text somebody means by an id or a title. Those the text
// names already stay, whoever saves it.
func (l *Library) referred(ctx context.Context, actor account.Actor, name string, known []ID, kind Kind, key string) (ID, error) {
	name = strings.TrimSpace(name)
	if slices.Contains(known, ID(name)) {
		return ID(name), nil
	}
	a, err := l.visible(ctx, actor, ID(name))
	if missing(err) {
		a, err = l.titled(ctx, actor, name, key)
	}
	if err != nil {
		return "", err
	}
	if slices.Contains(known, a.ID) {
		return a.ID, nil
	}
	if key != "ersetzt_durch" && a.Kind.IsStandard() && !kind.IsStandard() { // or four eyes could be walked around
		return "", fault.New(fault.Invalid, "validity.standard-by-standard", "title", a.Title).InField("meta." + key)
	}
	if key != "ersetzt_durch" && !kind.IsStandard() && !actor.System && !mayWrite(actor, a.Department) {
		return "", fault.New(fault.Forbidden, "validity.not-yours", "title", a.Title, "department", a.Department).InField("meta." + key)
	}
	return a.ID, nil
}

func (l *Library) titled(ctx context.Context, actor account.Actor, title, key string) (Article, error) {
	page, err := l.List(ctx, actor, ArticleFilter{Title: title, Limit: 2})
	switch {
	case err != nil:
		return Article{}, err
	case page.Total == 0 && ident.Valid(title):
		return Article{}, fault.New(fault.Invalid, "content.replacement-unknown", "id", title).InField("meta." + key)
	case page.Total == 0:
		return Article{}, fault.New(fault.Invalid, "validity.unknown-text", "name", title).InField("meta." + key)
	case page.Total > 1:
		return Article{}, fault.New(fault.Invalid, "validity.ambiguous-text", "name", title, "n", page.Total).InField("meta." + key)
	}
	return page.Articles[0], nil
}

// reviewerNamed turns a name or login into the account it belongs to. Anything
// else is a function, such as "Sachgebietsleitung 66/1", and stays.
func (l *Library) reviewerNamed(ctx context.Context, old, name string) (string, error) {
	if name = strings.TrimSpace(name); name == "" || name == old {
		return name, nil
	}
	found, err := l.People.PeopleNamed(ctx, name)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return name, nil
	}
	for _, p := range found { // the one it is already
		if p.ID == old {
			return old, nil
		}
	}
	if len(found) > 1 {
		return "", fault.New(fault.Invalid, "validity.ambiguous-person", "name", name, "n", len(found)).InField("meta.pruefer")
	}
	return found[0].ID, nil
}

func missing(err error) bool { return fault.Is(err, fault.NotFound) }

// checkReferences refuses relations no texts can have: a circle, or a second
// successor of the same text. One nobody knows yet is fine here: what comes from
// outside comes in any order, and what people name is looked up by relate.
func (l *Library) checkReferences(ctx context.Context, m Meta) error {
	stated := m.Relations()
	if len(stated) == 0 {
		return nil
	}
	if err := l.checkCircle(ctx, m, stated); err != nil {
		return err
	}
	for _, r := range stated {
		if r.Kind == Replacing {
			if err := l.checkSuccessor(ctx, m, r, stated); err != nil {
				return err
			}
		}
	}
	return nil
}

// other is the text at the far end of a relation, and the key that names it.
func (r Relation) other(id ID) (ID, string) {
	switch {
	case r.Newer != id:
		return r.Newer, "ersetzt_durch"
	case r.Kind == Amending:
		return r.Older, "aendert"
	}
	return r.Older, "ersetzt"
}

// checkCircle walks from the text to everything older, with what it says now in
// place of what it said before.
func (l *Library) checkCircle(ctx context.Context, m Meta, stated []Relation) error {
	older := map[ID]bool{}
	for waiting := []ID{m.ID}; len(waiting) > 0; {
		recorded, err := l.Catalogue.Relations(ctx, waiting)
		if err != nil {
			return err
		}
		recorded = slices.DeleteFunc(recorded, func(r Relation) bool { return r.By == m.ID })
		var next []ID
		for _, r := range append(recorded, stated...) {
			if !slices.Contains(waiting, r.Newer) || older[r.Older] {
				continue
			}
			if r.Older == m.ID {
				return fault.New(fault.Invalid, "content.replacement-cycle").InField("meta." + circleKey(m, stated))
			}
			older[r.Older] = true
			next = append(next, r.Older)
		}
		waiting = next
	}
	return nil
}

// circleKey is the field the mistake is shown at.
func circleKey(m Meta, stated []Relation) string {
	if m.ReplacedBy != "" {
		return "ersetzt_durch"
	}
	_, key := stated[0].other(m.ID)
	return key
}

// checkSuccessor refuses a second text in force for the place of one. A former
// successor that has itself been replaced or has ended stands in nobody's way.
func (l *Library) checkSuccessor(ctx context.Context, m Meta, r Relation, stated []Relation) error {
	recorded, err := l.Catalogue.Relations(ctx, []ID{r.Older})
	if err != nil {
		return err
	}
	for _, other := range recorded {
		if other.Kind != Replacing || other.Older != r.Older || other.Newer == r.Newer || other.By == m.ID {
			continue
		}
		if replacedIn(stated, other.Newer) {
			continue
		}
		rival, err := l.Catalogue.Article(ctx, other.Newer)
		if missing(err) {
			continue
		}
		if err != nil {
			return err
		}
		if rival.StatusOn(l.Today()).Over() {
			continue
		}
		_, key := r.other(m.ID)
		return fault.New(fault.Conflict, "validity.second-successor", "id", string(r.Older), "other", string(other.Newer)).InField("meta." + key)
	}
	return nil
}

func replacedIn(stated []Relation, id ID) bool {
	return slices.ContainsFunc(stated, func(r Relation) bool { return r.Kind == Replacing && r.Older == id })
}
