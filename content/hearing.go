package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Who may see a comment, and who somebody is without a request: questions are
// given to people and told to people while nobody of them is asking.

// actorOf is a person as they may read today, without a request.
func (l *Library) actorOf(ctx context.Context, p account.Person) (account.Actor, error) {
	grants, err := l.People.Grants(ctx, p.ID)
	return account.NewActor(p, grants, string(l.Today()), account.ReadAccess), err
}

func (l *Library) personSees(ctx context.Context, p account.Person, audience []string) (bool, error) {
	actor, err := l.actorOf(ctx, p)
	return err == nil && CanSee(actor, audience), err
}

// hears reports whether the actor may see the version a comment is about: its
// words quote that version.
func (l *Library) hears(ctx context.Context, actor account.Actor, c Comment) (bool, error) {
	r, err := l.Catalogue.Revision(ctx, c.Revision)
	if fault.Is(err, fault.NotFound) { // the version is gone, its visibility with it
		return true, nil
	}
	if fault.Is(err, fault.Unavailable) { // nobody knows yet
		return false, nil
	}
	return err == nil && CanSee(actor, r.Audience), err
}

// personHears reports whether a person may see a comment and its text.
func (l *Library) personHears(ctx context.Context, p account.Person, c Comment, a Article) (bool, error) {
	actor, err := l.actorOf(ctx, p)
	if err != nil || !CanSee(actor, a.Audience()) {
		return false, err
	}
	return l.hears(ctx, actor, c)
}
