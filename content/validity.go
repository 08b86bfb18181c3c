package content

import (
	"context"
	"slices"
	"strings"
	"time"

	"staffelstab/internal/account"
)

// RelationKind says what one text does to another.
type RelationKind string

// The kinds of relation; the words are those of the front matter keys.
const (
	Replacing RelationKind = "ersetzt"
	Amending  RelationKind = "aendert"
)

// Relation leads from a newer text to an older one. Both sides can state it:
// the newer by `ersetzt` and `aendert`, the older by `ersetzt_durch`.
type Relation struct {
	Newer, Older ID
	Kind         RelationKind
	By           ID // the text whose front matter says so
}

// Relations returns what the front matter says about other texts, each once.
func (m Meta) Relations() []Relation {
	var out []Relation
	add := func(r Relation) {
		if r.By = m.ID; m.ID != "" && r.Newer != r.Older && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, id := range m.Replaces {
		add(Relation{Newer: m.ID, Older: id, Kind: Replacing})
	}
	if m.ReplacedBy != "" {
		add(Relation{Newer: m.ReplacedBy, Older: m.ID, Kind: Replacing})
	}
	for _, id := range m.Amends {
		add(Relation{Newer: m.ID, Older: id, Kind: Amending})
	}
	return out
}

// Succession is a text that takes, or will take, the place of another.
type Succession struct {
	ID       ID
	From     Date      // first day it is valid; empty: says nothing, so at once
	Released time.Time // its first version; zero when there is no such text
}

// begins is the first day of the succession, for questions about the past.
func (s Succession) begins(zone *time.Location) Date {
	if s.From != "" || s.Released.IsZero() {
		return s.From
	}
	return DateOf(s.Released, zone)
}

// Timeline answers from the database what was in force when.
type Timeline interface {
	// Relations lists every relation that leads from or to one of the texts.
	Relations(ctx context.Context, ids []ID) ([]Relation, error)
	// RevisionOn returns the newest version of a text that says it is valid from
	// the day or earlier, or says nothing and was released before the moment.
	// NotFound when there is none, or the text was removed since.
	RevisionOn(ctx context.Context, id ID, day Date, before time.Time) (Revision, error)
	// RevisionsOn returns that version of every text of the kinds that f selects
	// and that had neither ended nor been replaced on the day, by title.
	RevisionsOn(ctx context.Context, f ArticleFilter, day Date, before time.Time) ([]Revision, error)
}

// StatusOn derives the status on a day. Unlike that of the front matter alone
// it knows texts that say they replace this one, and when a review is due by
// default.
func (a Article) StatusOn(day Date) Status {
	if _, replaced := a.successorOn(day); replaced {
		return StatusSuperseded
	}
	m := a.Meta
	m.ReplacedBy, m.ReviewDue = "", a.Due
	return m.StatusOn(day)
}

// SupersededFrom is the first day another text has its place: "0000-00-00" when
// it has it already for longer than anybody said, empty when none is known.
func (a Article) SupersededFrom() Date {
	first := Date("")
	for _, s := range a.Successors {
		if from := or(s.From, longAgo); first == "" || from < first {
			first = from
		}
	}
	return first
}

// longAgo stands for a day nobody named.
const longAgo Date = "0000-00-00"

// successorOn is the last text that had taken the place of this one by a day.
func (a Article) successorOn(day Date) (Succession, bool) {
	var found Succession
	ok := false
	for _, s := range a.Successors {
		if s.From <= day && (!ok || s.From > found.From || s.From == found.From && s.ID < found.ID) {
			found, ok = s, true
		}
	}
	return found, ok
}

// comingAfter is the first text that will take the place of this one after a
// day.
func (a Article) comingAfter(day Date) (Succession, bool) {
	later := slices.DeleteFunc(slices.Clone(a.Successors), func(s Succession) bool { return s.From <= day })
	if len(later) == 0 {
		return Succession{}, false
	}
	return slices.MinFunc(later, func(a, b Succession) int {
		return strings.Compare(string(a.From+" ")+string(a.ID), string(b.From+" ")+string(b.ID))
	}), true
}

// ReviewInterval is how many months a text of the kind is trusted without
// somebody looking at it; 0 means for ever. The municipal default.
func ReviewInterval(kind Kind) int {
	switch {
	case kind.IsStandard():
		return 24
	case kind == KindArticle:
		return 18
	}
	return 0
}

// AddMonths returns the day months later, the last of its month when there is
// no such day.
func (d Date) AddMonths(months int) Date {
	t := d.Time()
	if t.IsZero() {
		return ""
	}
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date(first.AddDate(0, 0, min(t.Day(), last)-1).Format(time.DateOnly))
}

// AddDays returns the day so many days later.
func (d Date) AddDays(days int) Date {
	t := d.Time()
	if t.IsZero() {
		return ""
	}
	return Date(t.AddDate(0, 0, days).Format(time.DateOnly))
}

// dueOf is the day the text has to be looked at again: as stated, else the
// interval after the last look, else after the release, whose day is counted in
// UTC because an interval of months needs it no finer.
func dueOf(m Meta, released time.Time) Date {
	months := ReviewInterval(m.Kind)
	switch {
	case m.ReviewDue != "":
		return m.ReviewDue
	case months == 0:
		return ""
	case m.ReviewedOn != "":
		return m.ReviewedOn.AddMonths(months)
	case released.IsZero():
		return ""
	}
	return DateOf(released, time.UTC).AddMonths(months)
}

// endOf is the moment a day is over where the library stands.
func (l *Library) endOf(day Date) time.Time {
	t := day.AddDays(1).Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, l.Zone)
}

// StandardKinds are the kinds of Städtische Standards.
func StandardKinds() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !k.IsStandard() })
}

// successors fills in who has, or will have, the place of the text, as far as
// the actor may see it.
func (l *Library) successors(ctx context.Context, actor account.Actor, v *View, a Article, day Date) error {
	show := func(into **Article, s Succession) error {
		next, err := l.visible(ctx, actor, s.ID)
		if missing(err) { // or the reader may not know of it
			return nil
		}
		*into = &next
		return err
	}
	if end := endOf(a); end <= day {
		v.Since = end
	}
	if s, ok := a.successorOn(day); ok {
		if err := show(&v.Successor, s); err != nil {
			return err
		}
		if begins := s.begins(l.Zone); v.Successor != nil && begins <= day {
			v.Since = begins
		}
	}
	if s, ok := a.comingAfter(day); ok {
		v.ComingFrom = s.From
		return show(&v.Coming, s)
	}
	return nil
}
