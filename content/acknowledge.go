package content

import (
	"cmp"
	"context"
	"slices"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Duty is a text one person has to take note of, or took note of.
type Duty struct {
	Article Article
	Asking  Revision         // the version that asks: the newest material one
	Known   *Acknowledgement // the newest version the person took note of; nil: none
	Open    bool             // still to be done
	Since   time.Time        // when the person was asked; of an open duty
	Due     Date             // last day; of an open duty
	Overdue bool
	Own     bool // the person wrote or released the version that asks, so it counts as known
}

// Changed reports whether the person knew the text before it changed.
func (d Duty) Changed() bool { return d.Open && d.Known != nil }

// Acknowledge notes that the actor took note of the text with the hash that
// was shown. Done twice it counts once.
func (l *Library) Acknowledge(ctx context.Context, actor account.Actor, id ID, shown ContentHash) (Duty, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Duty{}, err
	}
	if err := authorizeAcknowledge(actor, a, a.StatusOn(l.Today())); err != nil {
		return Duty{}, err
	}
	switch {
	case shown == "":
		return Duty{}, fault.New(fault.PreconditionRequired, "acknowledge.hash-missing").InField("content_hash")
	case shown != a.ContentHash:
		return Duty{}, fault.New(fault.Conflict, "acknowledge.changed")
	}
	err = l.Acknowledgements.AddAcknowledgement(ctx, Acknowledgement{
		Person: actor.Person.ID, Article: id, Revision: a.Revision, ContentHash: a.ContentHash, At: l.Now().UTC(),
	})
	if err != nil {
		return Duty{}, err
	}
	return l.Duty(ctx, actor, a)
}

// Duties lists what the actor still has to take note of: what is due first
// comes first. The order and the days are the actor's own.
func (l *Library) Duties(ctx context.Context, actor account.Actor) ([]Duty, error) {
	if len(actor.Audience()) == 0 || actor.System {
		return []Duty{}, nil
	}
	var asked []Article
	filter := ArticleFilter{Audience: actor.Audience(), DemandedOf: actor.Audience()}
	for {
		page, err := l.Catalogue.Articles(ctx, filter)
		if err != nil {
			return nil, err
		}
		asked = append(asked, page.Articles...)
		if filter.Cursor = page.Next; page.Next == "" {
			break
		}
	}
	all, err := l.duties(ctx, actor, asked)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d Duty) bool { return !d.Open })
	slices.SortStableFunc(all, func(a, b Duty) int { return cmp.Compare(a.Due, b.Due) })
	return all, nil
}

// Duty tells where the actor stands with a text. It is the zero Duty when the
// text does not ask the actor.
func (l *Library) Duty(ctx context.Context, actor account.Actor, a Article) (Duty, error) {
	if actor.System || !a.Asks(actor.Audience()) {
		return Duty{}, nil
	}
	all, err := l.duties(ctx, actor, []Article{a})
	if err != nil || len(all) == 0 {
		return Duty{}, err
	}
	return all[0], nil
}

// duties derives the state of texts that ask the actor. What is not in force
// asks nobody.
func (l *Library) duties(ctx context.Context, actor account.Actor, asked []Article) ([]Duty, error) {
	today := l.Today()
	asked = slices.DeleteFunc(asked, func(a Article) bool { return !a.StatusOn(today).InForce() })
	if len(asked) == 0 {
		return nil, nil
	}
	ids := make([]ID, len(asked))
	for i, a := range asked {
		ids[i] = a.ID
	}
	asking, err := l.Acknowledgements.Asking(ctx, ids)
	if err != nil {
		return nil, err
	}
	done, err := l.Acknowledgements.AcknowledgementsOf(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	asks, err := l.Acknowledgements.AsksOf(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	known, since := newestKnown(done), map[ID]Ask{}
	for _, ask := range asks {
		since[ask.Article] = ask
	}
	out := make([]Duty, len(asked))
	for i, a := range asked {
		d := Duty{Article: a, Asking: asking[a.ID]}
		if k, ok := known[a.ID]; ok {
			d.Known = &k
		}
		out[i] = l.timed(d.ofOwn(actor.Person), since[a.ID])
	}
	return out, nil
}

// ofOwn takes what somebody wrote or released as known: nobody has to say to
// have read their own words. It is derived, not noted, so it ends with the next
// version that asks.
func (d Duty) ofOwn(p account.Person) Duty {
	asks := d.Asking
	if p.Pseudonym == "" || knows(d.Known, asks) || p.Pseudonym != asks.Author && !slices.Contains(asks.Approvers, p.Pseudonym) {
		return d
	}
	d.Own = true
	d.Known = &Acknowledgement{Person: p.ID, Article: asks.Article, Revision: asks.ID, ContentHash: asks.ContentHash, At: asks.At, Sequence: asks.Sequence}
	return d
}

// timed tells until when something has to be done. Who was not asked yet for
// this version has the whole time from now on.
func (l *Library) timed(d Duty, ask Ask) Duty {
	if d.Open = !knows(d.Known, d.Asking); !d.Open {
		return d
	}
	d.Since = l.Now().UTC()
	if ask.Revision == d.Asking.ID && !ask.Since.IsZero() {
		d.Since = ask.Since
	}
	d.Due = DateOf(d.Since.In(l.Zone).AddDate(0, 0, d.Article.Demand.Within()), l.Zone)
	d.Overdue = d.Due < l.Today()
	return d
}

// knows reports whether nothing material changed after what somebody took note
// of.
func knows(known *Acknowledgement, asking Revision) bool {
	return known != nil && known.Sequence >= asking.Sequence
}

// newestKnown is the newest version of every text in a list of acknowledgements.
func newestKnown(done []Acknowledgement) map[ID]Acknowledgement {
	known := map[ID]Acknowledgement{}
	for _, a := range done {
		if other, ok := known[a.Article]; !ok || other.Sequence < a.Sequence {
			known[a.Article] = a
		}
	}
	return known
}

// MyAcknowledgements lists what the actor took note of, latest first. Of a text
// the actor may no longer see only the time is left, and Article is nil.
func (l *Library) MyAcknowledgements(ctx context.Context, actor account.Actor) ([]Taken, error) {
	if !actor.SignedIn() {
		return nil, fault.New(fault.Unauthenticated, "content.sign-in-first")
	}
	done, err := l.Acknowledgements.AcknowledgementsOf(ctx, actor.Person.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Taken, len(done))
	for i, a := range done {
		out[i].Acknowledgement = a
		article, err := l.Catalogue.Article(ctx, a.Article)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err == nil && CanSee(actor, article.Audience()) {
			out[i].Article = &article
		} else {
			out[i].Acknowledgement = Acknowledgement{Person: a.Person, At: a.At}
		}
	}
	return out, nil
}

// Taken is an acknowledgement with its text.
type Taken struct {
	Acknowledgement
	Article *Article
}

// SinceKnown is what changed in a text since the version somebody took note of.
type SinceKnown struct {
	From   Acknowledgement
	Blocks []RenderedBlock // as people read it
	Fields []FieldChange
}

// ChangesSinceKnown shows what changed since the version the actor took note
// of. It is empty when that version can no longer be shown to the actor.
func (l *Library) ChangesSinceKnown(ctx context.Context, actor account.Actor, d Duty) (SinceKnown, error) {
	if d.Known == nil {
		return SinceKnown{}, nil
	}
	before, err := l.Source(ctx, actor, d.Article.ID, d.Known.Revision)
	if fault.Is(err, fault.NotFound) {
		return SinceKnown{From: *d.Known}, nil
	}
	if err != nil {
		return SinceKnown{}, err
	}
	after, err := l.Source(ctx, actor, d.Article.ID, "")
	if err != nil {
		return SinceKnown{}, err
	}
	out := SinceKnown{From: *d.Known, Fields: compareFields(before.Fields, after.Fields)}
	out.Blocks, err = l.compareBlocks(ctx, actor, after.Article, before.Body, after.Body, nil)
	return out, err
}
