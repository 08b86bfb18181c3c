package content

import (
	"context"
	"slices"
	"sync"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Bookmarks keeps the texts a person marked and those a person read last. Both
// are for that person only.
type Bookmarks interface {
	// Mark adds a text to the favourites or takes it away.
	Mark(ctx context.Context, person string, article ID, marked bool, at time.Time) error
	// Marked lists favourites, latest first.
	Marked(ctx context.Context, person string) ([]ID, error)
	// AddReadings keeps the newest of a person's readings, up to keep, unless
	// the person does not want it or is gone.
	AddReadings(ctx context.Context, person string, readings []RecentReading, keep int) error
	// RecentlyOpened lists what a person read, latest first.
	RecentlyOpened(ctx context.Context, person string) ([]ID, error)
	// KeepsReadings reports whether the readings of a person are kept.
	KeepsReadings(ctx context.Context, person string) (bool, error)
	// KeepReadings decides that. Not to keep them deletes them.
	KeepReadings(ctx context.Context, person string, keep bool) error
}

// RecentReading is a text somebody opened.
type RecentReading struct {
	Article ID
	At      time.Time
}

// recentTexts is how many texts of a person are remembered.
const recentTexts = 10

// maxFavourites keeps a list a list.
const maxFavourites = 200

// Favour puts a text on the actor's list, or takes it off. What the actor may
// not see cannot be put there; taking off always works.
func (l *Library) Favour(ctx context.Context, actor account.Actor, id ID, marked bool) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	if !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	if marked {
		if _, err := l.visible(ctx, actor, id); err != nil {
			return err
		}
		have, err := l.Bookmarks.Marked(ctx, actor.Person.ID)
		if err != nil {
			return err
		}
		if len(have) >= maxFavourites && !slices.Contains(have, id) {
			return fault.New(fault.Conflict, "acknowledge.too-many-favourites", "limit", maxFavourites)
		}
	}
	return l.Bookmarks.Mark(ctx, actor.Person.ID, id, marked, l.Now().UTC())
}

// Favourites lists the texts the actor marked and may still see, latest first.
func (l *Library) Favourites(ctx context.Context, actor account.Actor) ([]Article, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	ids, err := l.Bookmarks.Marked(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	return l.inOrder(ctx, actor, ids)
}

// IsFavourite reports whether the actor marked the text.
func (l *Library) IsFavourite(ctx context.Context, actor account.Actor, id ID) (bool, error) {
	ids, err := l.Bookmarks.Marked(ctx, actor.Person.ID)
	return slices.Contains(ids, id), err
}

// inOrder returns the texts with the ids that the actor may see, in that order.
func (l *Library) inOrder(ctx context.Context, actor account.Actor, ids []ID) ([]Article, error) {
	if len(ids) == 0 {
		return []Article{}, nil
	}
	page, err := l.Catalogue.Articles(ctx, ArticleFilter{IDs: ids, Audience: actor.Audience(), Any: actor.System})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(page.Articles, func(a, b Article) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return page.Articles, nil
}

// recentReadings waits in memory: a look at a page is not worth a sync of the
// disk. What is lost in a crash is a line on a list.
type recentReadings struct {
	mu      sync.Mutex
	waiting map[string][]RecentReading // by person
}

// maxWaiting is how many readings of one person wait.
const maxWaiting = 50

// NoteReading remembers that the actor opened a text the actor may see, for the
// actor's own list. Tokens that only read leave no trace.
func (l *Library) NoteReading(actor account.Actor, id ID) {
	l.NoteOpened(actor, id)
	if actor.System || !actor.SignedIn() || !actor.CanWrite() {
		return
	}
	l.recent.mu.Lock()
	defer l.recent.mu.Unlock()
	if l.recent.waiting == nil {
		l.recent.waiting = map[string][]RecentReading{}
	}
	waiting := append(l.recent.waiting[actor.Person.ID], RecentReading{id, l.Now().UTC()})
	l.recent.waiting[actor.Person.ID] = waiting[max(0, len(waiting)-maxWaiting):]
}

// KeepRecentReadings writes down what waits. A job calls it every minute.
func (l *Library) KeepRecentReadings(ctx context.Context) error {
	l.recent.mu.Lock()
	people := make([]string, 0, len(l.recent.waiting))
	for person := range l.recent.waiting {
		people = append(people, person)
	}
	l.recent.mu.Unlock()
	for _, person := range people {
		if err := l.keepReadingsOf(ctx, person); err != nil {
			return err
		}
	}
	return nil
}

func (l *Library) keepReadingsOf(ctx context.Context, person string) error {
	l.recent.mu.Lock()
	waiting := l.recent.waiting[person]
	delete(l.recent.waiting, person)
	l.recent.mu.Unlock()
	if len(waiting) == 0 {
		return nil
	}
	return l.Bookmarks.AddReadings(ctx, person, waiting, recentTexts)
}

// RecentlyRead lists what the actor read last and may still see.
func (l *Library) RecentlyRead(ctx context.Context, actor account.Actor) ([]Article, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	if err := l.keepReadingsOf(ctx, actor.Person.ID); err != nil {
		return nil, err
	}
	ids, err := l.Bookmarks.RecentlyOpened(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	return l.inOrder(ctx, actor, ids)
}

// KeepsReadings reports whether what the actor reads is remembered.
func (l *Library) KeepsReadings(ctx context.Context, actor account.Actor) (bool, error) {
	return l.Bookmarks.KeepsReadings(ctx, actor.Person.ID)
}

// KeepReadings switches that on or off. Off forgets what was remembered.
func (l *Library) KeepReadings(ctx context.Context, actor account.Actor, keep bool) error {
	switch {
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "content.sign-in-first")
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	l.recent.mu.Lock()
	delete(l.recent.waiting, actor.Person.ID)
	l.recent.mu.Unlock()
	return l.Bookmarks.KeepReadings(ctx, actor.Person.ID, keep)
}
