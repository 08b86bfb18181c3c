package content

import (
	"context"
	"slices"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Moment is how a version stood on a day. Three times are kept apart: since when
// it says it applies, when it was decided, and when it came in here.
type Moment struct {
	Day        Date
	Applies    Date // first day, as the version says or else the day it was released
	DecidedOn  Date
	ReleasedAt time.Time
}

// ValidOn answers which version of a text was in force on a day: the newest
// that applied from that day or earlier. When it had ended or another text had
// its place, the status says so. A text without such a version, or with one the
// actor may not see, is not found.
func (l *Library) ValidOn(ctx context.Context, actor account.Actor, id ID, day Date) (View, error) {
	newest, err := l.visible(ctx, actor, id)
	if err != nil {
		return View{}, err
	}
	if day.Time().IsZero() {
		return View{}, badDay(day)
	}
	nothing := fault.New(fault.NotFound, "validity.nothing-on", "day", string(day))
	r, err := l.Catalogue.RevisionOn(ctx, id, day, l.endOf(day))
	if missing(err) || err == nil && !CanSee(actor, r.Audience) {
		return View{}, nothing
	}
	if err != nil {
		return View{}, err
	}
	a, err := l.atRevision(ctx, actor, id, r.ID)
	if err != nil {
		return View{}, err
	}
	dated := newest
	dated.Successors = slices.Clone(newest.Successors)
	for i := range dated.Successors {
		dated.Successors[i].From = dated.Successors[i].begins(l.Zone)
	}
	dated.Due = "" // nobody asks today whether it was looked at in time then
	v, err := l.view(ctx, actor, a, dated, day)
	v.On = &Moment{Day: day, Applies: or(r.ValidFrom, DateOf(r.At, l.Zone)), DecidedOn: r.DecidedOn, ReleasedAt: r.At}
	return v, err
}

// StandardsOn lists the standards that applied on a day, each in the version of
// then, by title. It names and counts what the actor may see now and then. The
// cursor is the last text of the page before.
func (l *Library) StandardsOn(ctx context.Context, actor account.Actor, filter ArticleFilter, day Date) (RevisionPage, error) {
	if err := authorizeRead(actor); err != nil {
		return RevisionPage{}, err
	}
	if day.Time().IsZero() {
		return RevisionPage{}, badDay(day)
	}
	filter.Audience, filter.Any = actor.Audience(), actor.System
	if len(filter.Kinds) == 0 {
		filter.Kinds = StandardKinds()
	}
	all, err := l.Catalogue.RevisionsOn(ctx, filter, day, l.endOf(day))
	if err != nil {
		return RevisionPage{}, err
	}
	all = slices.DeleteFunc(all, func(r Revision) bool {
		return !CanSee(actor, r.Audience) || filter.Binding != "" && r.Binding != filter.Binding
	})
	page := RevisionPage{Total: len(all)}
	if filter.Cursor != "" {
		at := slices.IndexFunc(all, func(r Revision) bool { return string(r.Article) == filter.Cursor })
		if at < 0 {
			return RevisionPage{}, fault.New(fault.Invalid, "store.bad-cursor").InField("cursor")
		}
		all = all[at+1:]
	}
	if filter.Limit > 0 && len(all) > filter.Limit {
		all = all[:filter.Limit]
		page.Next = string(all[filter.Limit-1].Article)
	}
	page.Revisions = all
	return page, nil
}

// RevisionPage is one page of a list of versions.
type RevisionPage struct {
	Revisions []Revision
	Total     int    // of all pages
	Next      string // cursor, empty on the last page
}

func badDay(day Date) error {
	return fault.New(fault.Invalid, "content.bad-date", "key", "valid", "value", string(day)).InField("valid")
}

// Confirmation says who stands for what a text says about being binding.
type Confirmation struct {
	Binding   Binding
	Revision  RevisionID
	On        Date     // day of the release
	Approvers []string // pseudonyms; empty: nobody confirmed it yet
}

// BindingConfirmed finds the approval since which a text says what it says
// about being binding: the first release by a second person in the unbroken run
// of versions with that value. Versions the actor may not see count, but are
// not named.
func (l *Library) BindingConfirmed(ctx context.Context, actor account.Actor, id ID) (Confirmation, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Confirmation{}, err
	}
	c := Confirmation{Binding: a.Binding}
	var before int64
	for {
		revisions, err := l.Catalogue.Revisions(ctx, id, before, 0)
		if err != nil {
			return Confirmation{}, err
		}
		for _, r := range revisions {
			if r.Removed || r.Binding != a.Binding {
				return c, nil
			}
			if len(r.Approvers) > 0 && CanSee(actor, r.Audience) {
				c.Revision, c.On, c.Approvers = r.ID, DateOf(r.At, l.Zone), r.Approvers
			}
			before = r.Sequence
		}
		if len(revisions) == 0 {
			return c, nil
		}
	}
}
