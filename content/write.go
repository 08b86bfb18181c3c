package content

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Edit is what somebody wants a text to say. On Save empty Title, Kind and
// Department leave the text's own.
type Edit struct {
	Title      string
	Kind       Kind
	Department string
	Body       string         // Markdown without front matter
	Meta       map[string]any // front matter keys of editableKey; nil or "" removes the key
	Message    string         // what changed, in the writer's words
	Change     ChangeKind
	Files      []FileChange // attachments that change with the text
	Module     ID           // the module a new lesson belongs to
	Operation  string       // see OperationKey; a repeated operation returns what the first did

	// Somebody who was shown where the edit contradicts what others saved says
	// what is to be. Seen is the ETag of what they saved; against anything
	// newer the choices mean nothing.
	Seen         string
	Choices      []Choice          // for the conflicts in the text, in their order
	FieldChoices map[string]Choice // for front matter keys; one's own without a choice
}

// editableKey lists the front matter keys an Edit may set, beside title, kind
// and department. Identity and origin are not among them.
func editableKey(key string) bool {
	switch key {
	case "kurz", "ansprechperson", "pruefer", "themen", "schlagworte", "sprache", "sichtbar", "verbindlich",
		"nummer", "rechtsgrundlage", "geltungsbereich", "erlassen_von", "beschlossen_am", "gueltig_ab", "gueltig_bis",
		"geprueft_am", "naechste_pruefung", "ersetzt", "ersetzt_durch", "aendert", "verbindlich_belege", "kenntnisnahme",
		"ziel", "minuten", "berufe", "fertigkeiten", "erklaert", "voraussetzungen":
		return true
	}
	return false
}

// Create saves a new text and returns it. It is durable when Create returns.
func (l *Library) Create(ctx context.Context, actor account.Actor, e Edit) (Article, error) {
	if e.Kind == "" {
		e.Kind = KindArticle
	}
	if err := l.authorizeEdit(ctx, actor, e.Kind, e.Department); err != nil {
		return Article{}, err
	}
	e, err := e.keyed("", "")
	if err != nil {
		return Article{}, err
	}
	leave, err := l.operations.enter(ctx, e.Operation)
	if err != nil {
		return Article{}, err
	}
	defer leave()
	if a, done, err := l.repeated(ctx, actor, e.Operation); done {
		return a, err
	}
	module, err := l.moduleFolder(ctx, actor, e)
	if err != nil {
		return Article{}, err
	}
	e, release, err := l.relate(ctx, actor, Meta{}, e)
	if err != nil {
		return Article{}, err
	}
	defer release()
	id := ID(l.IDs.New())
	source, err := l.compose(ctx, Document{}, id, e)
	if err != nil {
		return Article{}, err
	}
	revision := l.newRevision()
	var again *Article
	_, err = l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		var err error
		if again, err = l.doneMeanwhile(ctx, actor, e.Operation); again != nil || err != nil {
			return Change{}, err
		}
		name, err := l.newPlace(ctx, tree, module, id, e)
		if err != nil {
			return Change{}, err
		}
		return l.change(actor, e, id, revision, withFiles(map[string][]byte{name: source}, name, e.Files)), nil
	})
	if err != nil {
		return Article{}, err
	}
	if again != nil {
		return *again, nil
	}
	return l.Catalogue.Article(ctx, id)
}

// newPlace is where the file of a new text goes.
func (l *Library) newPlace(ctx context.Context, tree Snapshot, module string, id ID, e Edit) (string, error) {
	if e.Kind == KindLesson {
		return nextLesson(tree, module, e.Title)
	}
	return l.newPath(ctx, tree, id, e.Kind, e.Title)
}

// doneMeanwhile finds what an operation did whose commit the database heard of
// only now: it had failed to record it, and the caller asks once more.
func (l *Library) doneMeanwhile(ctx context.Context, actor account.Actor, operation string) (*Article, error) {
	a, done, err := l.repeated(ctx, actor, operation)
	if err != nil || !done {
		return nil, err
	}
	return &a, nil
}

// Save replaces a text. base is the ETag the writer started from. When the text
// changed meanwhile both changes are joined; where they contradict each other
// nothing is saved and the fault is Stale (see JoinWith).
func (l *Library) Save(ctx context.Context, actor account.Actor, id ID, base string, e Edit) (Article, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Article{}, err
	}
	if err := l.authorizeSave(ctx, actor, a, e); err != nil {
		return Article{}, err
	}
	if base == "" {
		return Article{}, fault.New(fault.PreconditionRequired, "content.base-missing")
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
	e, release, err := l.relate(ctx, actor, a.Meta, e)
	if err != nil {
		return Article{}, err
	}
	defer release()
	before, mine, err := l.edited(ctx, a, base, e)
	if err != nil {
		return Article{}, err
	}
	if e.Change == ChangeUnknown {
		e.Change = SuggestChange(before, mine)
	}
	revision := l.newRevision()
	_, err = l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		if again, err := l.doneMeanwhile(ctx, actor, e.Operation); again != nil || err != nil {
			return Change{}, err
		}
		theirs, tag, err := documentIn(tree, a.Path)
		if err != nil {
			return Change{}, err
		}
		source := mine.Source
		if tag != base {
			if source, err = l.join(ctx, actor, sides{before, mine, theirs}, tag, e); err != nil {
				return Change{}, err
			}
		}
		return l.change(actor, e, a.ID, revision, withFiles(map[string][]byte{a.Path: source}, a.Path, e.Files)), nil
	})
	if err != nil {
		return Article{}, err
	}
	return l.Catalogue.Article(ctx, id)
}

// authorizeSave asks the rules of where the text is and of where it goes.
func (l *Library) authorizeSave(ctx context.Context, actor account.Actor, a Article, e Edit) error {
	if err := l.authorizeEdit(ctx, actor, a.Kind, a.Department); err != nil {
		return err
	}
	return l.authorizeEdit(ctx, actor, or(e.Kind, a.Kind), or(e.Department, a.Department))
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// replace commits files of one text if it still is what base names.
func (l *Library) replace(ctx context.Context, actor account.Actor, a Article, base string, e Edit, files map[string][]byte, trailers ...Trailer) error {
	revision := l.newRevision()
	_, err := l.Repository.Write(ctx, func(tree Snapshot) (Change, error) {
		if again, err := l.doneMeanwhile(ctx, actor, e.Operation); again != nil || err != nil {
			return Change{}, err
		}
		blob, ok := tree.Hash(a.Path)
		if !ok {
			return Change{}, fault.New(fault.Stale, "content.stale")
		}
		attachments, err := attachmentsBeside(tree, a.Path)
		if err != nil {
			return Change{}, err
		}
		if etag(blob, attachments) != base {
			return Change{}, fault.New(fault.Stale, "content.stale")
		}
		change := l.change(actor, e, a.ID, revision, files)
		change.Trailers = append(change.Trailers, trailers...)
		return change, nil
	})
	return err
}

// Restore saves what a text said at a revision as its newest version.
func (l *Library) Restore(ctx context.Context, actor account.Actor, id ID, at RevisionID, base, message string) (Article, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Article{}, err
	}
	if err := l.authorizeEdit(ctx, actor, a.Kind, a.Department); err != nil {
		return Article{}, err
	}
	if base == "" {
		return Article{}, fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	then, err := l.atRevision(ctx, actor, id, at)
	if err != nil {
		return Article{}, err
	}
	if err := l.authorizeEdit(ctx, actor, then.Kind, then.Department); err != nil {
		return Article{}, err
	}
	old, err := l.document(ctx, then)
	if err != nil {
		return Article{}, err
	}
	source := old.Source
	if old.Meta.ID != id { // before the text was adopted its file had no id
		if source, err = old.WithFields(Field{"id", string(id)}); err != nil {
			return Article{}, err
		}
	}
	l.relating.Lock() // what it said then may be wrong today
	defer l.relating.Unlock()
	if err := l.checkReferences(ctx, old.Meta); err != nil {
		return Article{}, err
	}
	e := Edit{Message: message, Change: ChangeMaterial}
	if err := l.replace(ctx, actor, a, base, e, map[string][]byte{a.Path: source}); err != nil {
		return Article{}, err
	}
	return l.Catalogue.Article(ctx, id)
}

// repeated returns what an operation did when it was sent before.
func (l *Library) repeated(ctx context.Context, actor account.Actor, operation string) (Article, bool, error) {
	if operation == "" {
		return Article{}, false, nil
	}
	r, err := l.Catalogue.RevisionByOperation(ctx, operation)
	if fault.Is(err, fault.NotFound) {
		return Article{}, false, nil
	}
	if err != nil {
		return Article{}, true, err
	}
	a, err := l.visible(ctx, actor, r.Article)
	return a, true, err
}

func (l *Library) newRevision() RevisionID { return RevisionID("r-" + l.IDs.New()) }

// change dresses files as one commit of the actor.
func (l *Library) change(actor account.Actor, e Edit, id ID, revision RevisionID, files map[string][]byte) Change {
	trailers := []Trailer{{TrailerRevision, string(revision) + " " + string(id)}}
	if e.Change != "" {
		trailers = append(trailers, Trailer{TrailerChange, string(e.Change)})
	}
	if e.Operation != "" {
		trailers = append(trailers, Trailer{TrailerOperation, e.Operation})
	}
	return Change{
		Files:    files,
		Author:   actor.Person.Pseudonym,
		At:       l.Now().UTC(),
		Message:  oneLine(e.Message),
		Trailers: trailers,
	}
}

// oneLine keeps a message from growing trailers of its own.
func oneLine(message string) string {
	message = strings.Join(strings.FieldsFunc(message, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if runes := []rune(message); len(runes) > 500 {
		message = string(runes[:500])
	}
	return message
}

// compose builds the new file and checks that it can be read back.
func (l *Library) compose(ctx context.Context, old Document, id ID, e Edit) ([]byte, error) {
	if len(e.Body) > l.MaxBody {
		return nil, fault.New(fault.TooLarge, "content.body-too-large", "limit", l.MaxBody>>10).InField("body")
	}
	if err := checkFileNames(e.Files); err != nil {
		return nil, err
	}
	if err := checkPictures(old.Body, []byte(e.Body)); err != nil {
		return nil, err
	}
	fields, err := editFields(old, id, e)
	if err != nil {
		return nil, err
	}
	old.Path = or(old.Path, "index.md")
	source, err := old.WithFields(fields...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "content.front-matter-broken").At(old.Path, 1).Because(err)
	}
	draft, err := ParseDocument(old.Path, source)
	if err != nil {
		return nil, err
	}
	body := strings.ReplaceAll(e.Body, "\r\n", "\n")
	// Browsers drop the first line break of a text field; the blank line under
	// the front matter stays as it was.
	lead := "\n"
	if old.Source != nil {
		lead = string(old.Body[:len(old.Body)-len(bytes.TrimLeft(old.Body, "\n"))])
	}
	body = lead + strings.TrimLeft(body, "\n")
	if !strings.HasSuffix(body, "\n") {
		body += "\n"
	}
	return l.checked(ctx, draft, body)
}

// checked puts a body under a file's head and checks that the whole can be
// read back and makes sense.
func (l *Library) checked(ctx context.Context, head Document, body string) ([]byte, error) {
	d, err := ParseDocument(head.Path, head.WithBody([]byte(body)))
	if err != nil {
		return nil, err
	}
	lead := body[:len(body)-len(strings.TrimLeft(body, "\n"))]
	text := []byte(body[len(lead):])
	linted, err := l.Linter.Lint(d.Meta.Kind, text, l.Renderer.Blocks(text), l.IDs)
	if err != nil {
		return nil, err
	}
	return d.WithBody(append([]byte(lead), linted...)), l.checkReferences(ctx, d.Meta)
}

// editFields turns an edit into front matter changes, in the order they are
// written into a new file.
func editFields(old Document, id ID, e Edit) ([]Field, error) {
	title := strings.Join(strings.Fields(e.Title), " ")
	if title == "" && old.Source == nil {
		return nil, fault.New(fault.Invalid, "content.title-missing").InField("title")
	}
	if old.Source == nil && e.Department == "" {
		return nil, fault.New(fault.Invalid, "content.department-missing").InField("department")
	}
	if e.Kind != "" && !e.Kind.Valid() {
		return nil, fault.New(fault.Invalid, "content.bad-kind", "value", string(e.Kind)).InField("kind")
	}
	var fields []Field
	set := func(key, value string) {
		if value != "" {
			fields = append(fields, Field{key, value})
		}
	}
	if old.Source == nil {
		set("id", string(id))
	}
	set("art", string(e.Kind))
	if title != old.Meta.Title {
		set("titel", title)
	}
	if e.Department != old.Meta.Department {
		set("bereich", e.Department)
	}
	keys := make([]string, 0, len(e.Meta))
	for key := range e.Meta {
		if !editableKey(key) {
			return nil, fault.New(fault.Invalid, "content.key-unknown", "key", key).InField("meta." + key)
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		fields = append(fields, Field{key, plainList(e.Meta[key])})
	}
	return fields, nil
}

// plainList accepts the []any that JSON decoding makes of a list of strings.
func plainList(value any) any {
	switch v := value.(type) {
	case []any:
		out := make([]string, 0, len(v))
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return value
			}
			out = append(out, s)
		}
		return out
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return value
}
