package content

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/ident"
	"staffelstab/internal/notice"
)

// reminding remembers what RemindAcknowledgements has seen, so that it costs
// nothing while nothing happened.
type reminding struct {
	mu   sync.Mutex
	head Commit
	day  Date
}

// RemindAcknowledgements asks everybody who has to take note of a text and was
// not asked for this version yet, with a notice, and from then on their days
// count. It forgets asks that no longer hold. Called again it does nothing
// until the repository or the day is another one: a text that becomes valid
// asks on its day, somebody new the day after.
func (l *Library) RemindAcknowledgements(ctx context.Context) error {
	l.reminding.mu.Lock()
	defer l.reminding.mu.Unlock()
	head, day := l.Repository.Head(), l.Today()
	if l.reminding.head == head && l.reminding.day == day {
		return nil
	}
	everybody, err := l.everybody(ctx)
	if err != nil {
		return err
	}
	asking := map[ID]bool{}
	filter := ArticleFilter{Any: true, DemandedOf: []string{""}}
	for {
		page, err := l.Catalogue.Articles(ctx, filter)
		if err != nil {
			return err
		}
		for _, a := range page.Articles {
			if !a.StatusOn(day).InForce() {
				continue
			}
			asking[a.ID] = true
			all, err := l.standings(ctx, a, everybody)
			if err == nil {
				err = l.ask(ctx, a, all)
			}
			if err == nil {
				err = l.remindOverdue(ctx, a, all, everybody)
			}
			if err != nil {
				return err
			}
		}
		if filter.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	if err := l.forgetAsks(ctx, asking); err != nil {
		return err
	}
	l.reminding.head, l.reminding.day = head, day
	return nil
}

// everybody is who works here today, as actors.
func (l *Library) everybody(ctx context.Context) ([]account.Actor, error) {
	members, err := l.Members.Members(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]account.Actor, len(members))
	for i, m := range members {
		out[i] = account.NewActor(m.Person, m.Grants, string(l.Today()), account.ReadAccess)
	}
	return out, nil
}

// askedBy are those of everybody who have to take note of a text.
func askedBy(m Meta, everybody []account.Actor) []account.Actor {
	var out []account.Actor
	for _, p := range everybody {
		if m.Asks(p.Audience()) {
			out = append(out, p)
		}
	}
	return out
}

// standing is where one person stands with one text.
type standing struct {
	person account.Person
	duty   Duty
}

// standings tells where everybody who has to take note of a text stands.
func (l *Library) standings(ctx context.Context, a Article, everybody []account.Actor) ([]standing, error) {
	asking, err := l.Acknowledgements.Asking(ctx, []ID{a.ID})
	if err != nil {
		return nil, err
	}
	done, err := l.Acknowledgements.AcknowledgementsAbout(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	asks, err := l.Acknowledgements.AsksAbout(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	known, since := map[string]Acknowledgement{}, map[string]Ask{}
	for _, k := range done {
		known[k.Person] = k
	}
	for _, ask := range asks {
		since[ask.Person] = ask
	}
	var out []standing
	for _, p := range askedBy(a.Meta, everybody) {
		d := Duty{Article: a, Asking: asking[a.ID]}
		if k, ok := known[p.Person.ID]; ok {
			d.Known = &k
		}
		out = append(out, standing{p.Person, l.timed(d.ofOwn(p.Person), since[p.Person.ID])})
	}
	return out, nil
}

// ask asks those who were not asked for this version, in one transaction with
// their notices.
func (l *Library) ask(ctx context.Context, a Article, all []standing) error {
	asks, err := l.Acknowledgements.AsksAbout(ctx, a.ID)
	if err != nil {
		return err
	}
	stored := map[string]Ask{}
	for _, s := range asks {
		stored[s.Person] = s
	}
	var put []Ask
	var notices []notice.Notice
	for _, s := range all {
		ask, was := stored[s.person.ID]
		if s.duty.Open {
			delete(stored, s.person.ID)
		}
		if !s.duty.Open || was && ask.Revision == s.duty.Asking.ID {
			continue
		}
		now := l.Now().UTC()
		put = append(put, Ask{s.person.ID, a.ID, s.duty.Asking.ID, now})
		notices = append(notices, askNotice(s.person.ID, a.ID, s.duty.Asking.ID, now))
	}
	drop := make([]string, 0, len(stored))
	for person := range stored {
		drop = append(drop, person)
	}
	if len(put)+len(drop) == 0 {
		return nil
	}
	slices.Sort(drop)
	return l.Together.Together(ctx, func(ctx context.Context) error {
		if err := l.Acknowledgements.ChangeAsks(ctx, a.ID, put, drop); err != nil {
			return err
		}
		return l.Notices.AddNotices(ctx, notices...)
	})
}

// remindOverdue tells, once for each version that asks, those whose days are
// over, and that there are such people whoever leads them and sees the text. It
// names nobody: a superior reads who it is where that is logged.
func (l *Library) remindOverdue(ctx context.Context, a Article, all []standing, everybody []account.Actor) error {
	var notices []notice.Notice
	now, led := l.Now().UTC(), map[string]bool{}
	for _, s := range all {
		if !s.duty.Overdue {
			continue
		}
		notices = append(notices, overdueNotice(notice.AcknowledgeOverdue, s.person.ID, a.ID, s.duty.Asking.ID, now))
		for _, superior := range everybody {
			id := superior.Person.ID
			if id != s.person.ID && !led[id] && superior.HasIn(s.person.Department, account.Superior) && CanSee(superior, a.Audience()) {
				led[id] = true
				notices = append(notices, overdueNotice(notice.TeamOverdue, id, a.ID, s.duty.Asking.ID, now))
			}
		}
	}
	return l.Notices.AddNotices(ctx, notices...)
}

func overdueNotice(kind notice.Kind, person string, id ID, revision RevisionID, now time.Time) notice.Notice {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + person + "\x00" + string(id) + "\x00" + string(revision)))
	return notice.Notice{ID: ident.FromBytes(sum[:]), Person: person, Kind: kind, Article: string(id), At: now}
}

// askNotice tells one person of one version once.
func askNotice(person string, id ID, revision RevisionID, now time.Time) notice.Notice {
	sum := sha256.Sum256([]byte("acknowledge\x00" + person + "\x00" + string(id) + "\x00" + string(revision)))
	return notice.Notice{ID: ident.FromBytes(sum[:]), Person: person, Kind: notice.Acknowledge, Article: string(id), At: now}
}

// forgetAsks drops the asks of texts that ask nobody any more.
func (l *Library) forgetAsks(ctx context.Context, asking map[ID]bool) error {
	asked, err := l.Acknowledgements.AskedTexts(ctx)
	if err != nil {
		return err
	}
	for _, id := range asked {
		if asking[id] {
			continue
		}
		asks, err := l.Acknowledgements.AsksAbout(ctx, id)
		if err != nil {
			return err
		}
		drop := make([]string, len(asks))
		for i, s := range asks {
			drop[i] = s.Person
		}
		if err := l.Acknowledgements.ChangeAsks(ctx, id, nil, drop); err != nil {
			return err
		}
	}
	return nil
}
