package content

import (
	"context"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Validity is what applied on a day. Three times are kept apart: since when the
// version says it applies, when it was decided, and when it came in here.
type Validity struct {
	View              // the version as it stood on the day; its status is of that day
	Day      Date     //
	Revision Revision // of the version
	Applies  Date     // first day, as the version says or else the day it was released
}

// ValidOn answers which version of a text was in force on a day: the newest
// that applied from that day or earlier. When it had ended or another text had
// its place, the status says so. A text without such a version, or with one the
// actor may not see, is not found.
func (l *Library) ValidOn(ctx context.Context, actor account.Actor, id ID, day Date) (Validity, error) {
	newest, err := l.visible(ctx, actor, id)
	if err != nil {
		return Validity{}, err
	}
	if day.Time().IsZero() {
		return Validity{}, badDay(day)
	}
	nothing := fault.New(fault.NotFound, "validity.nothing-on", "day", string(day))
	r, err := l.Catalogue.RevisionOn(ctx, id, day, l.endOf(day))
	if missing(err) || err == nil && !CanSee(actor, r.Audience) {
		return Validity{}, nothing
	}
	if err != nil {
		return Validity{}, err
	}
	a, err := l.atRevision(ctx, actor, id, r.ID)
	if err != nil {
		return Validity{}, err
	}
	dated := newest
	dated.Successors = slices.Clone(newest.Successors)
	for i := range dated.Successors {
		dated.Successors[i].From = dated.Successors[i].begins(l.Zone)
	}
	dated.Due = "" // nobody asks today whether it was looked at in time then
	v := Validity{Day: day, Revision: r, Applies: or(r.ValidFrom, DateOf(r.At, l.Zone))}
	v.View, err = l.view(ctx, actor, a, dated, day)
	v.Current = r.ID == newest.Revision
	return v, err
}

// StandardsOn lists the standards that applied on a day, each in the version of
// then, by title. It names and counts what the actor may see now and then.
func (l *Library) StandardsOn(ctx context.Context, actor account.Actor, filter ArticleFilter, day Date) ([]Revision, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	if day.Time().IsZero() {
		return nil, badDay(day)
	}
	filter.Audience, filter.Any = actor.Audience(), actor.System
	if len(filter.Kinds) == 0 {
		filter.Kinds = StandardKinds()
	}
	all, err := l.Catalogue.RevisionsOn(ctx, filter, day, l.endOf(day))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r Revision) bool {
		return !CanSee(actor, r.Audience) || filter.Binding != "" && r.Binding != filter.Binding
	}), nil
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
