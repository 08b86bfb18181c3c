package content

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// smallest is the fewest people a number may be about.
const smallest = 5

// Rate is how many people of a department have to take note of a text.
type Rate struct {
	Department string // number of the Fachbereich; empty for people without one
	People     int    // who have to
	Done       int    // who did, for the version that asks
	Overdue    int    // who did not within their days
	Hidden     bool   // fewer than five people, or next to such a number: the numbers are 0
}

// Rates are how far the departments are.
type Rates struct {
	Article Article
	Total   Rate
	Rows    []Rate // by department
	Names   bool   // the actor may see names of some of the people counted
}

// Rates tells how many of each department took note of a text. Editors,
// reviewers and those who watch over the rules see every department, a superior
// the own one. A superior's total counts the own people only.
func (l *Library) Rates(ctx context.Context, actor account.Actor, id ID) (Rates, error) {
	a, seen, err := l.ratedFor(ctx, actor, id, false)
	if err != nil {
		return Rates{}, err
	}
	out := Rates{Article: a, Names: actor.Has(account.Superior)}
	rows := map[string]Rate{}
	for _, s := range seen {
		top, _, _ := strings.Cut(s.person.Department, "/")
		row := rows[top]
		row.Department = top
		rows[top] = row.with(s.duty)
		out.Total = out.Total.with(s.duty)
	}
	for _, row := range rows {
		out.Rows = append(out.Rows, row)
	}
	slices.SortFunc(out.Rows, func(a, b Rate) int {
		if (a.Department == "") != (b.Department == "") { // people without a department come last
			return cmp.Compare(b.Department, a.Department)
		}
		return cmp.Or(cmp.Compare(len(a.Department), len(b.Department)), cmp.Compare(a.Department, b.Department))
	})
	out.Total, out.Rows = suppress(out.Total, out.Rows)
	return out, nil
}

func (r Rate) with(d Duty) Rate {
	r.People++
	if !d.Open {
		r.Done++
	}
	if d.Overdue {
		r.Overdue++
	}
	return r
}

func (r Rate) hidden() Rate { return Rate{Department: r.Department, Hidden: true} }

// suppress hides what is about fewer than five people, and as much beside it as
// it takes that the difference to the total is about five people at least.
func suppress(total Rate, rows []Rate) (Rate, []Rate) {
	out := slices.Clone(rows)
	order := make([]int, len(rows))
	for i := range rows {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rows[a].People, rows[b].People) })
	sum := 0
	for _, i := range order {
		if rows[i].People >= smallest && (sum == 0 || sum >= smallest) {
			break
		}
		sum += rows[i].People
		out[i] = rows[i].hidden()
	}
	if total.People > 0 && total.People < smallest {
		total = total.hidden()
	}
	return total, out
}

// Named is where one person stands, for their superior.
type Named struct {
	Name       string
	Department string
	Duty       Duty
}

// NamedAcknowledgements tells a superior who of the own department took note of
// a text. Every person shown gets a line in the log that the person can read.
func (l *Library) NamedAcknowledgements(ctx context.Context, actor account.Actor, id ID) (Article, []Named, error) {
	a, seen, err := l.ratedFor(ctx, actor, id, true)
	if err != nil {
		return Article{}, nil, err
	}
	out := make([]Named, len(seen))
	events := make([]account.Event, len(seen))
	for i, s := range seen {
		out[i] = Named{Name: s.person.DisplayName, Department: s.person.Department, Duty: s.duty}
		events[i] = l.accessOf(actor, ActionAcknowledgementsRead, s.person.ID, id)
	}
	if err := l.AccessLog.LogAccess(ctx, events...); err != nil {
		return Article{}, nil, err
	}
	return a, out, nil
}

// ratedFor returns the text and where those stand whom the actor may see.
func (l *Library) ratedFor(ctx context.Context, actor account.Actor, id ID, names bool) (Article, []standing, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Article{}, nil, err
	}
	if !a.Demand.Required {
		return Article{}, nil, fault.New(fault.NotFound, "acknowledge.nobody-asked")
	}
	if !CanSeeRates(actor, a) || names && !actor.Has(account.Superior) {
		return Article{}, nil, fault.New(fault.Forbidden, "acknowledge.no-rates")
	}
	everybody, err := l.everybody(ctx)
	if err != nil {
		return Article{}, nil, err
	}
	all, err := l.standings(ctx, a, everybody)
	if err != nil {
		return Article{}, nil, err
	}
	return a, slices.DeleteFunc(all, func(s standing) bool { return !canSeeRates(actor, a, s.person.Department, names) }), nil
}

func (l *Library) accessOf(actor account.Actor, action, subject string, id ID) account.Event {
	return account.Event{ID: l.IDs.New(), At: l.Now().UTC(), Actor: actor.Person.ID, Action: action, Subject: subject, Detail: string(id)}
}

// LogRatesExport notes that the rates of a text left the house.
func (l *Library) LogRatesExport(ctx context.Context, actor account.Actor, id ID) error {
	return l.AccessLog.LogAccess(ctx, l.accessOf(actor, ActionAcknowledgementsExported, string(id), id))
}

// Access is that somebody looked at one's own data.
type Access struct {
	account.Event
	Name string // of who looked; empty when erased
}

// accessesShown is how many accesses somebody sees of the own data.
const accessesShown = 50

// MyAccesses lists who looked at the actor's acknowledgements by name.
func (l *Library) MyAccesses(ctx context.Context, actor account.Actor) ([]Access, error) {
	if !actor.SignedIn() {
		return nil, fault.New(fault.Unauthenticated, "content.sign-in-first")
	}
	events, err := l.AccessLog.Accesses(ctx, ActionAcknowledgementsRead, actor.Person.ID, accessesShown)
	if err != nil {
		return nil, err
	}
	out := make([]Access, len(events))
	for i, e := range events {
		out[i].Event = e
		p, err := l.People.Person(ctx, e.Actor)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		out[i].Name = p.DisplayName
	}
	return out, nil
}

// Affected is how many people a proposal asks to take note once it is released.
type Affected struct {
	Asks   bool // the text asks at all, and the change is not merely editorial
	People int
	Few    bool // fewer than five, then People is 0
}

// AffectedBy counts those whom the release of a proposal asks, as far as the
// actor may see the proposal. An editorial change asks nobody again.
func (l *Library) AffectedBy(ctx context.Context, actor account.Actor, v Review) (Affected, error) {
	if !v.Meta.Demand.Required || !v.Proposal.Open() {
		return Affected{}, nil
	}
	if v.Proposal.Change == ChangeEditorial && v.Current != nil && v.Current.Demand.Required {
		return Affected{}, nil
	}
	if _, err := l.seenProposal(ctx, actor, v.Proposal.ID); err != nil {
		return Affected{}, err
	}
	everybody, err := l.everybody(ctx)
	if err != nil {
		return Affected{}, err
	}
	n := len(askedBy(v.Meta, everybody))
	if n < smallest {
		return Affected{Asks: true, Few: true}, nil
	}
	return Affected{Asks: true, People: n}, nil
}
