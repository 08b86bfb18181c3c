package content

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Feeds keeps the private addresses of feeds, as hashes. A person has one at
// most.
type Feeds interface {
	// SetFeed puts the hash of a new address in place of the old one; "" removes it.
	SetFeed(ctx context.Context, person, hash string, at time.Time) error
	// FeedMade is when the person's address was made, or NotFound.
	FeedMade(ctx context.Context, person string) (time.Time, error)
	// FeedPerson is the account id an address belongs to, or NotFound.
	FeedPerson(ctx context.Context, hash string) (string, error)
}

// Week is the week of the ISO calendar a digest is about.
type Week struct{ Year, Number int }

// WeekOf is the week of a moment in the place.
func WeekOf(t time.Time, place *time.Location) Week {
	year, number := t.In(place).ISOWeek()
	return Week{year, number}
}

// ParseWeek reads "2026-W47".
func ParseWeek(s string) (Week, error) {
	var w Week
	if _, err := fmt.Sscanf(s, "%d-W%d", &w.Year, &w.Number); err != nil || w.String() != s || w.Year < 1990 || w.Year > 9000 || w.Monday(time.UTC).IsZero() {
		return Week{}, fault.New(fault.Invalid, "talk.bad-week").InField("woche")
	}
	return w, nil
}

// String writes the week as "2026-W47".
func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// Monday is when the week begins, or the zero time when the year has no such
// week.
func (w Week) Monday(place *time.Location) time.Time {
	fourth := time.Date(w.Year, 1, 4, 0, 0, 0, 0, place) // always in week 1
	day := (int(fourth.Weekday()) + 6) % 7
	monday := fourth.AddDate(0, 0, (w.Number-1)*7-day)
	if WeekOf(monday, place) != w {
		return time.Time{}
	}
	return monday
}

// Next and Before are the weeks beside this one.
func (w Week) Next() Week { return WeekOf(w.Monday(time.UTC).AddDate(0, 0, 7), time.UTC) }

// Before is the week before this one.
func (w Week) Before() Week { return WeekOf(w.Monday(time.UTC).AddDate(0, 0, -7), time.UTC) }

// OfficialChange is a released change of the meaning of a text.
type OfficialChange struct {
	Article  Article // as it is now
	Revision Revision
}

// OfficialChanges lists the material changes of a week that concern the actor:
// of standards, of the own department and of what the actor follows, the
// newest of each text, newest first. Only what the actor may see today.
func (l *Library) OfficialChanges(ctx context.Context, actor account.Actor, w Week) ([]OfficialChange, error) {
	monday := w.Monday(l.Zone)
	return l.changesBetween(ctx, actor, monday, monday.AddDate(0, 0, 7))
}

func (l *Library) changesBetween(ctx context.Context, actor account.Actor, from, until time.Time) ([]OfficialChange, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	revisions, err := l.Talk.RevisionsBetween(ctx, from, until)
	if err != nil {
		return nil, err
	}
	watches, err := l.Talk.Watches(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	out, seen := []OfficialChange{}, map[ID]bool{}
	for _, r := range slices.Backward(revisions) {
		if seen[r.Article] || r.Removed || r.Change == ChangeEditorial || placed(r) || !CanSee(actor, r.Audience) {
			continue
		}
		a, err := l.visible(ctx, actor, r.Article)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if concerns(actor, a, watches) {
			seen[r.Article] = true
			out = append(out, OfficialChange{a, r})
		}
	}
	return out, nil
}

// concerns reports whether a change of the text belongs into the actor's
// digest.
func concerns(actor account.Actor, a Article, watches []Watch) bool {
	own := actor.Person.Department
	return a.Kind.IsStandard() || own != "" && account.Within(a.Department, own) ||
		slices.ContainsFunc(watchesOf(a), func(w Watch) bool { return slices.Contains(watches, w) })
}

// feedWeeks is how far back a feed reaches.
const feedWeeks = 8

// OpenFeed makes the private address of the actor's feed and returns its
// secret, which is kept nowhere and shown once. An address made before ends.
func (l *Library) OpenFeed(ctx context.Context, actor account.Actor) (string, error) {
	if err := authorizeRead(actor); err != nil {
		return "", err
	}
	if actor.Access != account.AdminAccess || actor.System { // a token makes no second way in
		return "", fault.New(fault.Forbidden, "content.read-only-access")
	}
	secret := l.IDs.New() + l.IDs.New() + l.IDs.New()
	return secret, l.Talk.SetFeed(ctx, actor.Person.ID, hashFeed(secret), l.Now().UTC())
}

// CloseFeed ends the actor's address.
func (l *Library) CloseFeed(ctx context.Context, actor account.Actor) error {
	if !actor.SignedIn() || !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	return l.Talk.SetFeed(ctx, actor.Person.ID, "", l.Now().UTC())
}

// FeedMade is when the actor's address was made, or NotFound.
func (l *Library) FeedMade(ctx context.Context, actor account.Actor) (time.Time, error) {
	return l.Talk.FeedMade(ctx, actor.Person.ID)
}

// Feed lists the changes the owner of a secret address may see at this moment,
// newest first. An unknown secret and one of an account that may not sign in
// are not found alike.
func (l *Library) Feed(ctx context.Context, secret string) ([]OfficialChange, error) {
	missing := fault.New(fault.NotFound, "talk.feed-missing")
	id, err := l.Talk.FeedPerson(ctx, hashFeed(secret))
	if fault.Is(err, fault.NotFound) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	p, err := l.People.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	actor, err := l.actorOf(ctx, p)
	if err != nil {
		return nil, err
	}
	if len(actor.Audience()) == 0 {
		return nil, missing
	}
	now := l.Now()
	return l.changesBetween(ctx, actor, now.AddDate(0, 0, -7*feedWeeks), now.Add(time.Minute))
}

func hashFeed(secret string) string {
	sum := sha256.Sum256([]byte("feed\x00" + secret))
	return hex.EncodeToString(sum[:])
}

// Subscriber is the actor a digest or mail for an account is made for.
func (l *Library) Subscriber(ctx context.Context, person string) (account.Actor, error) {
	p, err := l.People.Person(ctx, person)
	if err != nil {
		return account.Actor{}, err
	}
	return l.actorOf(ctx, p)
}
