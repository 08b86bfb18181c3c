package content

import (
	"context"
	"slices"
	"strings"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

// WatchKind is what somebody follows.
type WatchKind string

// The kinds of what one can follow.
const (
	WatchArticle    WatchKind = "article"
	WatchTopic      WatchKind = "topic"
	WatchDepartment WatchKind = "department"
)

// Watch is something a person follows: an article by its id, a topic by its
// word, a department by its number.
type Watch struct {
	Kind   WatchKind
	Target string
}

// Following keeps what people follow and how far they were told.
type Following interface {
	AddWatch(ctx context.Context, person string, w Watch, at time.Time) error
	RemoveWatch(ctx context.Context, person string, w Watch) error
	Watches(ctx context.Context, person string) ([]Watch, error)
	// Watchers lists the account ids of those who follow one of them, once each.
	Watchers(ctx context.Context, of []Watch) ([]string, error)
	// RevisionsAfter lists revisions of all texts in their order, and
	// RevisionsBetween those by their time, oldest first.
	RevisionsAfter(ctx context.Context, sequence int64, limit int) ([]Revision, error)
	RevisionsBetween(ctx context.Context, from, until time.Time) ([]Revision, error)
	// Told is the position up to which followers were told; not ok before the
	// first time.
	Told(ctx context.Context) (position Position, ok bool, err error)
	SetTold(ctx context.Context, position Position) error
	// LastRevision is the newest position there is.
	LastRevision(ctx context.Context) (Position, error)
	// Wish is how often a person wants mail.
	Wish(ctx context.Context, person string) (notice.Frequency, error)
	SetWish(ctx context.Context, person string, f notice.Frequency) error
	Feeds
}

// Position is a place in the order of all revisions. The revision names it for
// good; the sequence may change when rows are derived again.
type Position struct {
	Revision RevisionID
	Sequence int64
}

// maxWatches bounds what one person follows.
const maxWatches = 500

// Follow makes the actor follow something. An article has to be visible.
func (l *Library) Follow(ctx context.Context, actor account.Actor, w Watch) error {
	if err := mayWatch(actor, w); err != nil {
		return err
	}
	if w.Kind == WatchArticle {
		if _, err := l.visible(ctx, actor, ID(w.Target)); err != nil {
			return err
		}
	}
	have, err := l.Talk.Watches(ctx, actor.Person.ID)
	if err != nil {
		return err
	}
	if slices.Contains(have, w) {
		return nil
	}
	if len(have) >= maxWatches {
		return fault.New(fault.Invalid, "talk.too-many-watches", "max", maxWatches).InField("target")
	}
	return l.Talk.AddWatch(ctx, actor.Person.ID, w, l.Now().UTC())
}

// Unfollow ends it. What was not followed is no error.
func (l *Library) Unfollow(ctx context.Context, actor account.Actor, w Watch) error {
	if err := mayWatch(actor, w); err != nil {
		return err
	}
	return l.Talk.RemoveWatch(ctx, actor.Person.ID, w)
}

func mayWatch(actor account.Actor, w Watch) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	if !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	switch w.Kind {
	case WatchArticle, WatchTopic, WatchDepartment:
	default:
		return fault.New(fault.Invalid, "talk.bad-watch").InField("kind")
	}
	if w.Target == "" || len(w.Target) > 200 || strings.ContainsFunc(w.Target, func(r rune) bool { return r < ' ' }) {
		return fault.New(fault.Invalid, "talk.bad-watch").InField("target")
	}
	return nil
}

// Followed is something the actor follows, with its title when it is an
// article.
type Followed struct {
	Watch
	Title string
}

// Following lists what the actor follows; articles the actor may no longer see
// are left out.
func (l *Library) Following(ctx context.Context, actor account.Actor) ([]Followed, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	watches, err := l.Talk.Watches(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	out := []Followed{}
	for _, w := range watches {
		f := Followed{Watch: w, Title: w.Target}
		if w.Kind == WatchArticle {
			a, err := l.visible(ctx, actor, ID(w.Target))
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			f.Title = a.Title
		}
		out = append(out, f)
	}
	return out, nil
}

// watchesOf are all the ways a text may be followed.
func watchesOf(a Article) []Watch {
	out := []Watch{{WatchArticle, string(a.ID)}}
	for _, topic := range a.Topics {
		out = append(out, Watch{WatchTopic, topic})
	}
	for d := a.Department; d != ""; d = d[:max(strings.LastIndex(d, "/"), 0)] {
		out = append(out, Watch{WatchDepartment, d})
	}
	return out
}

// tellFor is how old a change may be and still be told: an adopted history or
// a restored backup is no news.
const tellFor = 14 * 24 * time.Hour

// tellBatch is how many revisions are told in one transaction.
const tellBatch = 200

// TellFollowers tells those who follow a text of every change that was
// released since the last call, tells new reviewers that they are named, and links questions to the versions that have
// their answers. Nothing is lost when it is cut off: the position moves in the
// transaction of the notices, and the same change makes the same ids. The first
// call tells nothing: what happened before there were followers is no news.
func (l *Library) TellFollowers(ctx context.Context) error {
	for {
		at, ok, err := l.Talk.Told(ctx)
		if err != nil {
			return err
		}
		if !ok {
			if at, err = l.Talk.LastRevision(ctx); err != nil {
				return err
			}
			return l.Talk.SetTold(ctx, at)
		}
		if r, err := l.Catalogue.Revision(ctx, at.Revision); err == nil {
			at.Sequence = r.Sequence
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		revisions, err := l.Talk.RevisionsAfter(ctx, at.Sequence, tellBatch)
		if err != nil || len(revisions) == 0 {
			return err
		}
		err = l.Together.Together(ctx, func(ctx context.Context) error {
			for _, r := range revisions {
				if err := l.tellChange(ctx, r); err != nil {
					return err
				}
			}
			last := revisions[len(revisions)-1]
			return l.Talk.SetTold(ctx, Position{last.ID, last.Sequence})
		})
		if err != nil {
			return err
		}
	}
}

// placed reports whether a revision came from an import or the demo, which
// bring so many texts at once that they would drown people.
func placed(r Revision) bool { return strings.Contains(r.Operation, "-"+string(r.Article)+"-") }

func (l *Library) tellChange(ctx context.Context, r Revision) error {
	if r.Removed || placed(r) || l.Now().Sub(r.At) > tellFor {
		return nil
	}
	a, err := l.Catalogue.Article(ctx, r.Article)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := l.linkAnswers(ctx, r); err != nil {
		return err
	}
	if err := l.tellReviewer(ctx, r, a); err != nil {
		return err
	}
	people, err := l.Talk.Watchers(ctx, watchesOf(a))
	if err != nil {
		return err
	}
	var notices []notice.Notice
	for _, id := range people {
		p, err := l.People.Person(ctx, id)
		if err != nil {
			return err
		}
		actor, err := l.actorOf(ctx, p)
		if err != nil {
			return err
		}
		if p.Pseudonym == r.Author || !CanSee(actor, a.Audience()) || !CanSee(actor, r.Audience) {
			continue
		}
		notices = append(notices, notice.Notice{
			ID: "changed-" + string(r.ID) + "-" + id, Person: id, Kind: notice.TextChanged, Article: string(a.ID), Subject: string(r.ID), At: r.At,
		})
	}
	return l.Notices.AddNotices(ctx, notices...)
}

// linkAnswers names the version that has the answers its author was putting
// into the text.
func (l *Library) linkAnswers(ctx context.Context, r Revision) error {
	taken, err := l.Talk.Comments(ctx, CommentFilter{Article: r.Article, TakenBy: r.Author})
	if err != nil {
		return err
	}
	for _, c := range taken {
		if c.AnsweredIn != "" || r.At.Before(c.TakenAt) {
			continue
		}
		c.AnsweredIn = r.ID
		if err := l.Talk.UpdateComment(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// News is a notice as the person it is for may see it.
type News struct {
	notice.Notice
	Title   string // of the text or proposal
	Address string // where it leads
	Limited bool   // the text is not for everybody, so that its title stays here
}

// News lists what the actor was told about what the actor may still see,
// newest first.
func (l *Library) News(ctx context.Context, actor account.Actor, limit int) ([]News, error) {
	if !actor.SignedIn() || actor.System {
		return nil, fault.New(fault.Unauthenticated, "content.sign-in-first")
	}
	list, _, err := l.Notices.Notices(ctx, actor.Person.ID, limit, 0)
	if err != nil {
		return nil, err
	}
	return l.AsNews(ctx, actor, list)
}

// Unread counts what the actor was told, has not read and may still see; of
// more than a hundred it counts the newest hundred.
func (l *Library) Unread(ctx context.Context, actor account.Actor) (int, error) {
	if !actor.SignedIn() || actor.System {
		return 0, nil
	}
	list, unread, err := l.Notices.Notices(ctx, actor.Person.ID, 100, 0)
	if err != nil || unread == 0 {
		return 0, err
	}
	fresh, err := l.AsNews(ctx, actor, slices.DeleteFunc(list, func(n notice.Notice) bool { return !n.ReadAt.IsZero() }))
	return len(fresh), err
}

// AsNews looks up what notices are about and drops what the actor may not see.
func (l *Library) AsNews(ctx context.Context, actor account.Actor, list []notice.Notice) ([]News, error) {
	out := []News{}
	if len(actor.Audience()) == 0 {
		return out, nil
	}
	for _, n := range list {
		news, err := l.asNews(ctx, actor, n)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, news)
	}
	return out, nil
}

func (l *Library) asNews(ctx context.Context, actor account.Actor, n notice.Notice) (News, error) {
	switch n.Kind {
	case notice.ProposalSubmitted, notice.ProposalReturned:
		p, err := l.seenProposal(ctx, actor, ProposalID(n.Subject))
		return News{n, p.Title, "/vorschlaege/" + n.Subject, !slices.Contains(p.Audience, account.Everyone)}, err
	}
	a, err := l.visible(ctx, actor, ID(n.Article))
	news := News{n, a.Title, Address(a.ID), !a.Visibility.Everyone()}
	switch n.Kind {
	case notice.QuestionAsked, notice.QuestionAnswered:
		news.Address += "#frage_" + n.Subject
	case notice.TeamOverdue:
		news.Address += "/kenntnisnahmen"
	case notice.RedactionRequested:
		news.Address = "/schwaerzungen/" + n.Subject
	}
	return news, err
}

// ReadNews marks what the actor was told up to a time as read.
func (l *Library) ReadNews(ctx context.Context, actor account.Actor, until time.Time) error {
	if !actor.SignedIn() || actor.System {
		return fault.New(fault.Unauthenticated, "content.sign-in-first")
	}
	if !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	return l.Notices.ReadNotices(ctx, actor.Person.ID, until, l.Now().UTC())
}

// MailWish is how often the actor wants mail.
func (l *Library) MailWish(ctx context.Context, actor account.Actor) (notice.Frequency, error) {
	return l.Talk.Wish(ctx, actor.Person.ID)
}

// WishMail keeps how often the actor wants mail.
func (l *Library) WishMail(ctx context.Context, actor account.Actor, f notice.Frequency) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	if !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	if !f.Valid() {
		return fault.New(fault.Invalid, "talk.bad-frequency").InField("frequency")
	}
	return l.Talk.SetWish(ctx, actor.Person.ID, f)
}
