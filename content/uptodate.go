package content

import (
	"context"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// origin is what the wording of a proposal starts from. All of it is zero for
// a new text.
type origin struct {
	current Article
	now     Document // the text as it is
	then    Document // the text as the writer had it before them
	known   Document // the text whose front matter the wording was written over
	base    string   // ETag of then
}

// behind reports whether the text went on since the wording was begun.
func (o origin) behind() bool {
	return o.now.Source != nil && (o.base != o.current.ETag || string(o.known.Source) != string(o.now.Source))
}

// originOf reads the state of a text that an ETag names, and the text as it is.
// A state nobody knows is Stale.
func (l *Library) originOf(ctx context.Context, current Article, base string, files []FileChange) (origin, error) {
	o := origin{current: current, base: base}
	var err error
	if o.now, err = l.document(ctx, current); err != nil || base == current.ETag {
		o.then, o.known = o.now, o.now
		return o, err
	}
	began, err := l.revisionTagged(ctx, current.ID, base)
	if err != nil {
		return o, err
	}
	if o.then, err = l.document(ctx, Article{Path: began.Path, Blob: began.Blob}); err != nil {
		return o, err
	}
	o.known = o.then
	return o, l.checkFilesSince(ctx, began, current, files)
}

// revisionTagged finds the newest version of a text with an ETag. One nobody
// knows is Stale.
func (l *Library) revisionTagged(ctx context.Context, id ID, tag string) (Revision, error) {
	for before := int64(0); ; {
		page, err := l.Catalogue.Revisions(ctx, id, before, 200)
		if err != nil {
			return Revision{}, err
		}
		for _, r := range page {
			if r.ETag == tag && !r.Removed {
				return r, nil
			}
			before = r.Sequence
		}
		if len(page) == 0 {
			return Revision{}, fault.New(fault.Stale, "content.stale")
		}
	}
}

// checkFilesSince is Stale when others changed a file since that a proposal
// changes too: files are not joined.
func (l *Library) checkFilesSince(ctx context.Context, began Revision, current Article, files []FileChange) error {
	if len(files) == 0 {
		return nil
	}
	then, err := l.Repository.Snapshot(ctx, began.Commit)
	if err != nil {
		return err
	}
	was, err := attachmentsBeside(then, began.Path)
	if err != nil {
		return err
	}
	is, err := l.attachments(ctx, current)
	if err != nil {
		return err
	}
	hash := func(list []Attachment, name string) string {
		i := slices.IndexFunc(list, func(a Attachment) bool { return a.Name == name })
		if i < 0 {
			return ""
		}
		return list[i].Hash
	}
	for _, c := range files {
		if hash(was, c.Name) != hash(is, c.Name) {
			return fault.New(fault.Stale, "content.stale")
		}
	}
	return nil
}

// upToDate makes of a wording one of the text as it is, when that went on: both
// changes are joined. Where they contradict each other it is Stale, and the
// writer brings them together by hand; a front matter key they then leave as it
// was in the wording is meant so. Who looks at a text and when is no
// contradiction: what the wording says itself counts.
func (l *Library) upToDate(ctx context.Context, o origin, source []byte) ([]byte, error) {
	if !o.behind() {
		return source, nil
	}
	mine, err := ParseDocument(o.current.Path, source)
	if err != nil {
		return nil, err
	}
	merge := MergeText(string(o.then.Body), string(mine.Body), string(o.now.Body))
	take, conflicts := mergeFields(o.known.Fields(), mine.Fields(), o.now.Fields())
	for _, c := range conflicts {
		if o.base != o.current.ETag && !unhashed(c.Key) {
			return nil, fault.New(fault.Stale, "content.stale")
		}
		take = append(take, Field{c.Key, mine.Fields()[c.Key]})
	}
	if !merge.Clean() {
		return nil, fault.New(fault.Stale, "content.stale")
	}
	joined, err := o.now.WithFields(take...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "content.front-matter-broken").At(o.current.Path, 1).Because(err)
	}
	head, err := ParseDocument(o.current.Path, joined)
	if err != nil {
		return nil, err
	}
	return l.checked(ctx, head, merge.Body(nil))
}

// BroughtUp is an own open proposal as it would be over the text as it is: what
// others changed meanwhile is joined to it. It is Stale where both contradict
// each other.
func (l *Library) BroughtUp(ctx context.Context, actor account.Actor, id ProposalID) (Source, error) {
	p, err := l.ownProposal(ctx, actor, id, 0)
	if err != nil {
		return Source{}, err
	}
	current, err := l.visible(ctx, actor, p.Article)
	if err != nil {
		return Source{}, err
	}
	o, err := l.originOf(ctx, current, p.Base, p.Files)
	if err != nil {
		return Source{}, err
	}
	source, err := l.upToDate(ctx, o, p.Source)
	if err != nil {
		return Source{}, err
	}
	d, err := ParseDocument(current.Path, source)
	current.Meta = d.Meta
	return Source{Article: current, Body: string(d.Body), Fields: d.Fields()}, err
}
