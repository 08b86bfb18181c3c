package content

import (
	"context"
	"io"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// MaxExport is how many texts leave in one export.
const MaxExport = 200

// Selection is what of a wish may leave. Missing are ids that do not exist for
// the actor; nobody learns whether others know them.
type Selection struct {
	Articles []Article // in the order of the wish, each once
	Missing  []ID
}

// Exportable decides which released texts the actor may take along. Drafts and
// proposals never leave. It is NotFound when nothing of the wish is there.
// Restricted texts are written into the audit log, with the format as detail.
func (l *Library) Exportable(ctx context.Context, actor account.Actor, ids []ID, format string) (Selection, error) {
	if err := authorizeRead(actor); err != nil {
		return Selection{}, err
	}
	if len(ids) == 0 {
		return Selection{}, fault.New(fault.Invalid, "export.nothing-chosen").InField("ids")
	}
	if len(ids) > MaxExport {
		return Selection{}, fault.New(fault.Invalid, "export.too-many", "limit", MaxExport).InField("ids")
	}
	var s Selection
	seen := map[ID]bool{}
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		a, err := l.visible(ctx, actor, id)
		if fault.Is(err, fault.NotFound) {
			s.Missing = append(s.Missing, id)
			continue
		}
		if err != nil {
			return Selection{}, err
		}
		s.Articles = append(s.Articles, a)
	}
	if len(s.Articles) == 0 {
		return Selection{}, fault.New(fault.NotFound, "content.article-missing", "id", string(ids[0]))
	}
	if format == "" { // only asked what would leave
		return s, nil
	}
	return s, l.noteExport(ctx, actor, s.Articles, format)
}

func (l *Library) noteExport(ctx context.Context, actor account.Actor, articles []Article, format string) error {
	for _, a := range articles {
		if a.Visibility.Everyone() {
			continue
		}
		e := account.Event{ID: l.IDs.New(), At: l.Now().UTC(), Actor: actor.Person.ID, Action: "text.exported", Subject: string(a.ID), Detail: format}
		if err := l.Audit.Record(ctx, e, func(context.Context) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// Copy is a released text as it leaves.
type Copy struct {
	Article     Article
	Status      Status
	Successor   *Article // that took its place, when the actor may see it
	Since       Date     // since when it no longer holds, if it is known
	HTML        string   // sanitised
	Source      []byte   // the file with front matter
	Attachments []Attachment
}

// CopyOf is what a page says about a text, without its file.
func CopyOf(v View) Copy {
	return Copy{
		Article: v.Article, Status: v.Status, Successor: v.Successor, Since: v.Since, HTML: v.HTML, Attachments: v.Attachments,
	}
}

// Export returns one text of a selection. The permission is asked again,
// because a large selection takes its time.
func (l *Library) Export(ctx context.Context, actor account.Actor, id ID) (Copy, error) {
	v, err := l.Read(ctx, actor, id, "")
	if err != nil {
		return Copy{}, err
	}
	c := CopyOf(v)
	d, err := l.document(ctx, v.Article)
	if err != nil {
		return Copy{}, err
	}
	c.Source = d.Source
	if !mayWrite(actor, v.Article.Department) {
		c.Source = d.WithBody(l.Concealer.Conceal(v.Article.Kind, d.Body, l.Renderer.Blocks(d.Body)))
	}
	return c, nil
}

// ExportFile opens an attachment of a text that leaves.
func (l *Library) ExportFile(ctx context.Context, actor account.Actor, id ID, name string) (io.ReadCloser, error) {
	_, file, err := l.OpenAttachment(ctx, actor, id, name)
	return file, err
}

// endOf is the day from which a text by its own words no longer holds, or "".
func endOf(a Article) Date {
	if a.ValidUntil == "" {
		return ""
	}
	return DateOf(a.ValidUntil.Time().AddDate(0, 0, 1), time.UTC)
}

// PrintCheck tells what became of a text since somebody printed it.
type PrintCheck struct {
	Article   Article // as it is now, or was last
	Printed   Revision
	Status    Status
	Newest    bool      // nothing but the review changed since the print
	NewerAt   time.Time // when the first version came that says something else
	Successor *Article
	Since     Date      // since when the text no longer holds
	Archived  *Archived // the text was taken out of use
}

// CheckPrint answers whether a print still holds. Who may not see the text
// today – or could not when it was archived – or could not see that version,
// finds nothing.
func (l *Library) CheckPrint(ctx context.Context, actor account.Actor, id ID, printed RevisionID) (PrintCheck, error) {
	a, err := l.visible(ctx, actor, id)
	if fault.Is(err, fault.NotFound) {
		return l.checkArchived(ctx, actor, id, printed)
	}
	if err != nil {
		return PrintCheck{}, err
	}
	c := PrintCheck{Article: a, Status: a.StatusOn(l.Today())}
	if c.Printed, err = l.revision(ctx, actor, id, printed); err != nil {
		return PrintCheck{}, err
	}
	c.Newest = a.Revision == printed || a.ContentHash == c.Printed.ContentHash && !c.Printed.Removed
	if !c.Newest {
		if c.NewerAt, err = l.newerThan(ctx, id, c.Printed); err != nil {
			return PrintCheck{}, err
		}
	}
	var v View
	err = l.successors(ctx, actor, &v, a, l.Today())
	c.Successor, c.Since = v.Successor, v.Since
	return c, err
}

// checkArchived answers about the print of a text that was taken out of use.
func (l *Library) checkArchived(ctx context.Context, actor account.Actor, id ID, printed RevisionID) (PrintCheck, error) {
	was, err := l.Archived(ctx, actor, id)
	if err != nil {
		return PrintCheck{}, err
	}
	c := PrintCheck{Article: Article{Meta: was.Meta, Revision: was.Last.ID, ContentHash: was.Last.ContentHash}, Successor: was.Successor, Archived: &was}
	c.Printed, err = l.revision(ctx, actor, id, printed)
	return c, err
}

// newerThan is when the first version after another came that says something
// else.
func (l *Library) newerThan(ctx context.Context, id ID, than Revision) (time.Time, error) {
	var at time.Time
	for before := int64(0); ; {
		page, err := l.Catalogue.Revisions(ctx, id, before, 200)
		if err != nil {
			return time.Time{}, err
		}
		for _, r := range page {
			if r.Sequence <= than.Sequence {
				return at, nil
			}
			if before = r.Sequence; r.ContentHash != than.ContentHash {
				at = r.At
			}
		}
		if len(page) == 0 {
			return at, nil
		}
	}
}
