package importer

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// Shown is a Target that also tells what people find in it.
type Shown interface {
	Target
	// Leads lists the articles the address of an imported document leads to.
	Leads(ctx context.Context, k Key) ([]content.ID, error)
	// Keeps reports whether an article has the file, with the bytes of the source;
	// of a picture, with those that may be kept of it. It reads the stored bytes.
	Keeps(ctx context.Context, id content.ID, a Attachment) (bool, error)
}

// Verify reads the source again and compares every document with what the
// library shows now: that it is there, its letters, links and files, and that
// its old address leads to it. It writes nothing. In its report a document is
// unchanged (it is there), updated (people changed its article since), failed
// (something is missing), quarantined or skipped (it was not to be there, or
// people decided that another text applies).
func Verify(ctx context.Context, library Shown, source Source, options Options) (*Report, error) {
	options.Full, options.Deleted = false, nil
	r := newRun(library, source, options, true)
	r.report.DryRun, r.report.Verified = false, true
	v := &verifier{r, library}
	r.each = v.document
	return r.start(ctx)
}

// verifier looks at the documents of one Verify.
type verifier struct {
	*run
	library Shown
}

func (v *verifier) document(ctx context.Context, d *Document) error {
	index := v.report.add(d, v.Catalogue)
	entry := &v.report.Documents[index]
	entry.Notes, entry.Todos, entry.Review = []string{}, nil, false // what an import would say
	verdict := v.survey.verdict(d, v.ordinal)
	if verdict.answerTo != (Key{}) {
		v.report.answers[index] = verdict.answerTo
		entry.note(v.Catalogue, Note{Key: "importer.answer-appended", Args: map[string]any{"title": v.survey.known[verdict.answerTo].title}})
		return errors.Join(v.address(ctx, d, ArticleID(verdict.answerTo), entry), d.Close())
	}
	if verdict.confidential {
		entry.conceal()
	}
	var err error
	switch {
	case verdict.below.ID != "":
		entry.Status, entry.ID = StatusUnchanged, string(verdict.below.ID)
		err = v.address(ctx, d, verdict.below.ID, entry)
	case verdict.into != (Key{}):
		entry.Status, entry.ID = StatusUnchanged, string(ArticleID(verdict.into))
		if v.survey.discarded(d.Origin.Key()) { // its words are not there, and are not to be
			entry.Status = StatusSkipped
			entry.note(v.Catalogue, v.survey.fate(d.Origin.Key(), v.titleOf(ctx, verdict.into)))
		}
		err = v.address(ctx, d, ArticleID(verdict.into), entry)
	case verdict.status == StatusQuarantined:
		entry.Status = StatusQuarantined
		err = v.absent(ctx, d, entry)
	case verdict.status != "":
		entry.Status = verdict.status
		if verdict.note != nil {
			entry.note(v.Catalogue, Note{Key: verdict.note.Key, Args: verdict.note.Args})
		}
	default:
		v.report.byKey[d.Origin.Key()] = index
		err = v.present(ctx, d, entry)
	}
	if err != nil {
		return err
	}
	return v.done(ctx, index, d, verdict.confidential)
}

// titleOf is what a document is called that others became one with.
func (v *verifier) titleOf(ctx context.Context, key Key) string {
	if k := v.survey.known[key]; k != nil {
		return cmp.Or(k.title, key.UNID)
	}
	target, _ := v.there(ctx, key)
	return cmp.Or(target.Title, key.UNID)
}

// lack says that something of a document is missing.
func (v *verifier) lack(entry *Entry, key string, pairs ...any) {
	entry.Status = StatusFailed
	entry.note(v.Catalogue, NewNote(true, key, pairs...))
}

// absent makes sure that nothing was published that is to be withheld.
func (v *verifier) absent(ctx context.Context, d *Document, entry *Entry) error {
	current, _, err := v.holding(ctx, d)
	if err == nil && current != nil {
		v.lack(entry, "importer.verify-published", "path", current.Path)
	}
	return err
}

// address makes sure that the old address of a document leads to an article.
func (v *verifier) address(ctx context.Context, d *Document, id content.ID, entry *Entry) error {
	found, err := v.library.Leads(ctx, d.Origin.Key())
	if err == nil && !slices.Contains(found, id) {
		v.lack(entry, "importer.verify-address")
	}
	return err
}

// present compares a document with its article.
func (v *verifier) present(ctx context.Context, d *Document, entry *Entry) error {
	id := idOf(d)
	entry.ID, entry.Status = string(id), StatusUnchanged
	current, err := v.library.Current(ctx, id)
	if fault.Is(err, fault.NotFound) {
		v.lack(entry, "importer.verify-missing")
		return nil
	}
	if err != nil {
		return err
	}
	entry.Path = current.Path
	if err := v.hidePictures(ctx, d, entry); err != nil {
		return err
	}
	for _, a := range d.Attachments {
		kept, err := v.library.Keeps(ctx, id, a)
		if err != nil {
			return err
		}
		if !kept {
			v.lack(entry, "importer.verify-attachment", "name", a.Name)
			continue
		}
		entry.AttachmentsOut++
	}
	if d.Markdown == nil {
		if err := v.address(ctx, d, id, entry); err != nil {
			return err
		}
	}
	return v.letters(ctx, d, current, entry)
}

// letters compares the words and links of a document with those the page of its
// article shows. What people changed since is theirs; it is only mentioned.
func (v *verifier) letters(ctx context.Context, d *Document, current Current, entry *Entry) error {
	page, title, err := v.page(ctx, current.Markdown)
	if err != nil {
		return err
	}
	if d.Markdown != nil {
		source, _, err := v.page(ctx, d.Markdown)
		if err != nil {
			return err
		}
		d.Visible = TextOfHTML(source)
	}
	shown := tallyOf(title, TextOfHTML(page))
	entry.LettersIn, entry.LettersOut = shown.take(d.Visible)
	entry.LinksIn, entry.LinksOut = linksKept(d.Links, page)
	in, out := entry.LinksIn, entry.LinksOut // with those of answers
	entry.Date = d.Revised.UTC().Format(dateStamp)
	lost := entry.LettersOut*100 < entry.LettersIn*enough
	if k := v.survey.known[d.Origin.Key()]; k != nil {
		for _, a := range k.answers {
			a.in, a.out = shown.take(a.visible)
			_, a.kept = linksKept(a.links, page)
			lost = lost || a.out*100 < a.in*enough
			in, out = in+len(a.links), out+a.kept
		}
	}
	switch {
	case d.Markdown == nil && !untouched(current.Markdown), d.Markdown != nil && string(current.Markdown) != string(d.Markdown):
		if entry.Status == StatusUnchanged {
			entry.Status = StatusUpdated
		}
		entry.note(v.Catalogue, NewNote(false, "importer.verify-edited", "in", entry.LettersIn, "out", entry.LettersOut))
	case lost:
		v.lack(entry, "importer.letters-lost", "in", entry.LettersIn, "out", entry.LettersOut)
	case out < in:
		v.lack(entry, "importer.links-lost", "in", in, "out", out)
	}
	return nil
}

// page renders an article as people see it.
func (v *verifier) page(ctx context.Context, markdown []byte) (page, title string, err error) {
	d, _ := content.ParseDocument("index.md", markdown)
	rendered, err := v.Renderer.Render(ctx, d.Body, func(target string, _ bool) (string, string, bool) { return target, "", true })
	return rendered.HTML, d.Meta.Title, err
}
