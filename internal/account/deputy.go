package account

import (
	"context"
	"time"

	"staffelstab/internal/fault"
)

// Deputy lets one person decide in place of another. It gives no role and no
// look at anything: only what both may see can be decided by the deputy.
type Deputy struct {
	ID        string
	Person    string // account id of whom is represented
	Deputy    string // account id of who stands in
	From      string // days as in a Grant, both inclusive and never empty
	Until     string
	CreatedAt time.Time
}

// Deputies keeps who stands in for whom.
type Deputies interface {
	AddDeputy(ctx context.Context, d Deputy) error
	// Deputy returns one, or a fault of kind NotFound.
	Deputy(ctx context.Context, id string) (Deputy, error)
	RemoveDeputy(ctx context.Context, id string) error
	// DeputiesAround lists those of a person that have not ended by the day, and
	// those the person is named in, by their first day.
	DeputiesAround(ctx context.Context, person, day string) ([]Deputy, error)
}

// longestDeputy is how far ahead somebody can be named, in days.
const longestDeputy = 366

// CanAppointDeputy reports whether the actor decides about anything that a
// deputy could decide about.
func CanAppointDeputy(actor Actor) bool {
	return actor.SignedIn() && !actor.System && actor.CanWrite() && actor.Has(Reviewer)
}

// AppointDeputy names a deputy for the actor by full name or login; the same
// twice is one.
// today is the day in Europe/Berlin.
func (o *Office) AppointDeputy(ctx context.Context, actor Actor, name, from, until, today string) (Deputy, error) {
	switch {
	case !actor.SignedIn():
		return Deputy{}, fault.New(fault.Unauthenticated, "account.sign-in-first")
	case !CanAppointDeputy(actor):
		return Deputy{}, fault.New(fault.Forbidden, "policy.reviewers-appoint")
	}
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return Deputy{}, fault.New(fault.Invalid, "policy.bad-day").InField("from")
	}
	last, err := time.Parse(time.DateOnly, until)
	switch {
	case err != nil:
		return Deputy{}, fault.New(fault.Invalid, "policy.bad-day").InField("until")
	case until < from:
		return Deputy{}, fault.New(fault.Invalid, "policy.days-reversed").InField("until")
	case until < today:
		return Deputy{}, fault.New(fault.Invalid, "policy.days-over").InField("until")
	case last.Sub(first) > longestDeputy*24*time.Hour:
		return Deputy{}, fault.New(fault.Invalid, "policy.days-too-many").InField("until")
	}
	found, err := o.directory.PeopleNamed(ctx, name)
	switch {
	case err != nil:
		return Deputy{}, err
	case len(found) == 0:
		return Deputy{}, fault.New(fault.Invalid, "policy.deputy-unknown").InField("login")
	case len(found) > 1:
		return Deputy{}, fault.New(fault.Invalid, "policy.deputy-ambiguous", "n", len(found)).InField("login")
	}
	p := found[0]
	if p.ID == actor.Person.ID {
		return Deputy{}, fault.New(fault.Invalid, "policy.deputy-yourself").InField("login")
	}
	o.naming.Lock()
	defer o.naming.Unlock()
	known, err := o.directory.DeputiesAround(ctx, actor.Person.ID, today)
	if err != nil {
		return Deputy{}, err
	}
	for _, d := range known { // the same form sent again
		if d.Person == actor.Person.ID && d.Deputy == p.ID && d.From == from && d.Until == until {
			return d, nil
		}
	}
	d := Deputy{ID: o.ids.New(), Person: actor.Person.ID, Deputy: p.ID, From: from, Until: until, CreatedAt: o.now().UTC()}
	return d, o.record(ctx, actor, "deputy.appointed", p.ID, from+" "+until, func(ctx context.Context) error { return o.directory.AddDeputy(ctx, d) })
}

// WithdrawDeputy ends a deputy of the actor's own.
func (o *Office) WithdrawDeputy(ctx context.Context, actor Actor, id string) error {
	switch {
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "account.sign-in-first")
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "policy.read-only-access")
	}
	d, err := o.directory.Deputy(ctx, id)
	if err == nil && d.Person != actor.Person.ID {
		err = fault.New(fault.NotFound, "policy.deputy-missing")
	}
	if err != nil {
		return err
	}
	return o.record(ctx, actor, "deputy.withdrawn", d.Deputy, d.From+" "+d.Until, func(ctx context.Context) error { return o.directory.RemoveDeputy(ctx, id) })
}

// Standing is a deputy with the name of the other one.
type Standing struct {
	Deputy
	Name string
}

// Deputies lists the actor's deputies and those the actor stands in for, as
// long as they have not ended by the day.
func (o *Office) Deputies(ctx context.Context, actor Actor, today string) (mine, represented []Standing, err error) {
	if !actor.SignedIn() {
		return nil, nil, fault.New(fault.Unauthenticated, "account.sign-in-first")
	}
	all, err := o.directory.DeputiesAround(ctx, actor.Person.ID, today)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range all {
		other, into := d.Deputy, &mine
		if d.Deputy == actor.Person.ID {
			other, into = d.Person, &represented
		}
		p, err := o.directory.Person(ctx, other)
		if err != nil {
			return nil, nil, err
		}
		*into = append(*into, Standing{d, p.DisplayName})
	}
	return mine, represented, nil
}
