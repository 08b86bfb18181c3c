package content

import (
	"context"
	"path"
	"slices"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// View is a text as one actor may read it.
type View struct {
	Article     Article // newest state; of the shown revision when At is set
	At          RevisionID
	Current     bool // the shown revision is the newest
	Status      Status
	HTML        string
	Outline     []Heading
	Attachments []Attachment
	CanEdit     bool     // save directly
	CanPropose  bool     // would have to be approved
	Successor   *Article // has its place
	Since       Date     // since when the text no longer holds, if it does not
	Coming      *Article // will have it
	ComingFrom  Date
	On          *Moment // asked for a day; Status is of that day
}

// Read returns a text as it is today, or at one of its revisions. A revision
// is shown only to those who satisfy its own and today's visibility. Of a text
// that was archived the fault is Gone.
func (l *Library) Read(ctx context.Context, actor account.Actor, id ID, at RevisionID) (View, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return View{}, l.gone(ctx, actor, id, err)
	}
	newest := a
	if at != "" && at != newest.Revision {
		if a, err = l.atRevision(ctx, actor, id, at); err != nil {
			return View{}, err
		}
	}
	return l.view(ctx, actor, a, newest, l.Today())
}

// view shows a version of a text as things stand on a day. What other texts do
// to it is known of the newest only.
func (l *Library) view(ctx context.Context, actor account.Actor, a, newest Article, day Date) (View, error) {
	a.Due, a.Successors = newest.Due, newest.Successors
	older := RevisionID("")
	if a.Revision != newest.Revision {
		older = a.Revision
	}
	rendered, err := l.render(ctx, actor, a, older)
	if err != nil {
		return View{}, err
	}
	attachments, err := l.attachments(ctx, a)
	if err != nil {
		return View{}, err
	}
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return View{}, err
	}
	v := View{
		Article: a, At: a.Revision, Current: a.Revision == newest.Revision,
		Status: a.StatusOn(day), HTML: rendered.HTML, Outline: rendered.Outline, Attachments: attachments,
		CanEdit:    rules.CanEdit(actor, a.Kind, a.Department),
		CanPropose: rules.CanPropose(actor, a.Kind, a.Department, true),
	}
	if v.CanEdit {
		if err := l.markUnreadable(ctx, v.Attachments); err != nil {
			return View{}, err
		}
	}
	return v, l.successors(ctx, actor, &v, a, day)
}

// atRevision returns the row a text had at a revision.
func (l *Library) atRevision(ctx context.Context, actor account.Actor, id ID, at RevisionID) (Article, error) {
	r, err := l.revision(ctx, actor, id, at)
	if err != nil {
		return Article{}, err
	}
	snapshot, err := l.Repository.Snapshot(ctx, r.Commit)
	if err != nil {
		return Article{}, err
	}
	a, ok, err := readArticle(ctx, snapshot, r.Path)
	if err != nil {
		return Article{}, err
	}
	if !ok {
		return Article{}, fault.New(fault.NotFound, "content.revision-removed", "revision", string(at))
	}
	a.ID, a.Revision, a.ChangedAt, a.ChangedBy = id, r.ID, r.At, r.Author
	return a, nil
}

// revision returns a revision of the text that the actor may see.
func (l *Library) revision(ctx context.Context, actor account.Actor, id ID, at RevisionID) (Revision, error) {
	r, err := l.Catalogue.Revision(ctx, at)
	if err != nil {
		return Revision{}, err
	}
	if r.Article != id || !CanSee(actor, r.Audience) {
		return Revision{}, fault.New(fault.NotFound, "content.revision-missing", "revision", string(at))
	}
	return r, nil
}

// Source is a text as its writers see it.
type Source struct {
	Article Article
	Body    string // Markdown after the front matter
	Fields  map[string]any
}

// Source returns the Markdown of a text, newest or at a revision. Those who
// may not edit it get it without what readers must not see.
func (l *Library) Source(ctx context.Context, actor account.Actor, id ID, at RevisionID) (Source, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Source{}, err
	}
	if at != "" && at != a.Revision {
		if a, err = l.atRevision(ctx, actor, id, at); err != nil {
			return Source{}, err
		}
	}
	return l.source(ctx, actor, a)
}

func (l *Library) source(ctx context.Context, actor account.Actor, a Article) (Source, error) {
	d, err := l.document(ctx, a)
	if err != nil {
		return Source{}, err
	}
	body := d.Body
	if !mayWrite(actor, a.Department) {
		body = l.Concealer.Conceal(a.Kind, body, l.Renderer.Blocks(body))
	}
	return Source{Article: a, Body: string(body), Fields: d.Fields()}, nil
}

// Document reads the file of an article for other domains, which decide
// themselves whom they show what.
func (l *Library) Document(ctx context.Context, a Article) (Document, error) {
	return l.document(ctx, a)
}

func (l *Library) document(ctx context.Context, a Article) (Document, error) {
	source, err := l.Repository.Blob(ctx, a.Blob)
	if err != nil {
		return Document{}, err
	}
	d, err := ParseDocument(a.Path, source)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Document{}, err
	}
	return d, nil
}

// List returns the texts the actor may see. The filter's audience is set here.
func (l *Library) List(ctx context.Context, actor account.Actor, filter ArticleFilter) (ArticlePage, error) {
	if err := authorizeRead(actor); err != nil {
		return ArticlePage{}, err
	}
	filter.Audience, filter.Any = actor.Audience(), actor.System
	return l.Catalogue.Articles(ctx, filter)
}

// Article returns the newest state of a text the actor may see, without body.
func (l *Library) Article(ctx context.Context, actor account.Actor, id ID) (Article, error) {
	return l.visible(ctx, actor, id)
}

// ByOrigin finds what became of an imported document.
func (l *Library) ByOrigin(ctx context.Context, actor account.Actor, replicaID, unid string) ([]Article, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	found, err := l.Catalogue.ArticlesByOrigin(ctx, replicaID, unid)
	if err != nil {
		return nil, err
	}
	if replicaID == "" || len(found) == 0 { // it may have become one with another
		if found, err = l.withMerged(ctx, found, NotesKey{replicaID, unid}); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(found, func(a Article) bool { return !CanSee(actor, a.Audience()) }), nil
}

// withMerged adds the texts with which a document became one. Without a replica
// id documents of any database are meant.
func (l *Library) withMerged(ctx context.Context, found []Article, k NotesKey) ([]Article, error) {
	k = NotesKey{strings.ToUpper(k.ReplicaID), strings.ToUpper(k.UNID)}
	name := Name{NameNotes, k.UNID}
	if k.UNID == "" {
		return found, nil
	}
	if k.ReplicaID != "" {
		name.Key = k.ReplicaID + "/" + k.UNID
	}
	named, err := l.Catalogue.NamedArticles(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, a := range named {
		merged := slices.ContainsFunc(a.Origin.Also, func(o NotesKey) bool {
			return o.UNID == k.UNID && (k.ReplicaID == "" || o.ReplicaID == k.ReplicaID)
		})
		if merged && !slices.ContainsFunc(found, func(f Article) bool { return f.ID == a.ID }) {
			found = append(found, a)
		}
	}
	return found, nil
}

// History lists the revisions of a text the actor may see, newest first.
// before is the sequence of the last one on the page before, 0 at first.
func (l *Library) History(ctx context.Context, actor account.Actor, id ID, before int64, limit int) ([]Revision, error) {
	if _, err := l.visible(ctx, actor, id); err != nil {
		return nil, err
	}
	all, err := l.Catalogue.Revisions(ctx, id, before, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Revision, 0, len(all))
	for i, r := range all {
		audience, err := l.audienceAt(ctx, r, all[i+1:])
		if err != nil {
			return nil, err
		}
		if CanSee(actor, audience) {
			out = append(out, r)
		}
	}
	return out, nil
}

// audienceAt is who may see a revision. The end of a text has no words of its
// own but those about it, so it is for those who could see the text before.
// older are revisions before it as far as they were listed.
func (l *Library) audienceAt(ctx context.Context, r Revision, older []Revision) ([]string, error) {
	for r.Removed {
		if len(older) == 0 {
			var err error
			if older, err = l.Catalogue.Revisions(ctx, r.Article, r.Sequence, 1); err != nil {
				return nil, err
			}
		}
		if len(older) == 0 {
			break
		}
		r, older = older[0], older[1:]
	}
	return r.Audience, nil
}

// Hidden reports whether there is a text that the actor must not see. Callers
// leave out what depends on it and tell nobody.
func (l *Library) Hidden(ctx context.Context, actor account.Actor, id ID) (bool, error) {
	a, err := l.Catalogue.Article(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && !CanSee(actor, a.Audience()), err
}

// Search asks the index for what the actor may see, and counts what was asked
// for without the actor (see SearchGaps).
func (l *Library) Search(ctx context.Context, actor account.Actor, q Query) (SearchResult, error) {
	if err := authorizeRead(actor); err != nil {
		return SearchResult{}, err
	}
	q, filters, err := l.asked(ctx, actor, q)
	if err != nil {
		return SearchResult{}, err
	}
	found, err := l.find(ctx, actor, q)
	if err != nil {
		return found, err
	}
	l.noteSearch(actor, q, found)
	found.Words, found.Filters = q.Text, filters
	if found.DidYouMean != "" {
		for _, f := range slices.Backward(filters) {
			found.DidYouMean = f.Text + " " + found.DidYouMean
		}
	}
	return found, nil
}

// find is a search for words alone that leaves no trace.
func (l *Library) find(ctx context.Context, actor account.Actor, q Query) (SearchResult, error) {
	q.Audience = actor.Audience()
	if q.On == "" {
		q.On = l.Today()
	}
	found, err := l.Index.Search(ctx, q)
	if err != nil || len(found.Hits) == 0 {
		return found, err
	}
	ids := make([]ID, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	seen, err := l.stillSeen(ctx, actor, ids)
	if err != nil {
		return SearchResult{}, err
	}
	before := len(found.Hits)
	found.Hits = slices.DeleteFunc(found.Hits, func(h Hit) bool { _, ok := seen[h.ID]; return !ok })
	if dropped := before - len(found.Hits); dropped > 0 { // the index has not followed, and its counts neither
		found.Total -= dropped
		found.Facets = map[string][]FacetCount{}
		found.DidYouMean = "" // it may be a word of what was withdrawn
	}
	return found, nil
}

// stillSeen asks the database which of the texts the actor may see now: the
// index follows it, and what was withdrawn a moment ago must not be shown.
func (l *Library) stillSeen(ctx context.Context, actor account.Actor, ids []ID) (map[ID]Article, error) {
	page, err := l.Catalogue.Articles(ctx, ArticleFilter{IDs: ids, Audience: actor.Audience(), Any: actor.System})
	if err != nil {
		return nil, err
	}
	seen := map[ID]Article{}
	for _, a := range page.Articles {
		seen[a.ID] = a
	}
	return seen, nil
}

// Suggest completes what is being typed from titles, numbers and topics of
// texts the actor may see.
func (l *Library) Suggest(ctx context.Context, actor account.Actor, prefix string, limit int) ([]Suggestion, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	found, err := l.Index.Suggest(ctx, prefix, actor.Audience(), limit)
	if err != nil || len(found) == 0 {
		return found, err
	}
	found, err = l.stillSuggested(ctx, actor, found)
	l.noteSuggested(actor, found)
	return found, err
}

// Siblings returns the texts in the same folder that the actor may see, by
// file name. The lessons of a module are siblings of its description.
func (l *Library) Siblings(ctx context.Context, actor account.Actor, a Article) ([]Article, error) {
	snapshot, err := l.Repository.Snapshot(ctx, l.Repository.Head())
	if err != nil {
		return nil, err
	}
	entries, err := snapshot.ReadDir(a.Folder())
	if err != nil {
		return nil, err
	}
	var out []Article
	for _, e := range entries {
		name := path.Join(a.Folder(), e.Name())
		if e.IsDir() || !IsArticlePath(name) || name == a.Path {
			continue
		}
		sibling, err := l.Catalogue.ArticleByPath(ctx, name)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if CanSee(actor, sibling.Audience()) {
			out = append(out, sibling)
		}
	}
	return out, nil
}
