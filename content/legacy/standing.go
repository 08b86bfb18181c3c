package legacy

import (
	"context"
	"slices"

	"staffelstab/internal/account"
)

// Standing is how far a department is. A question is answered, open or lost; All
// are those that are answered or open, so that nobody is behind with what needs no
// answer.
type Standing struct {
	Department string
	All, Open  int
	Lost       int          // not answered, and need not be: their text goes
	ByKind     map[Kind]int // open ones

	// Open ones by who may answer them.
	Mine      int // the actor
	Editors   int // not the actor, but the editors
	Reviewers int // not the actor, but the reviewers
	Mergeable int // identical ones the actor may answer at once
}

// Standings lists the departments the actor looks after that came with an
// import, by number.
func (d *Desk) Standings(ctx context.Context, actor account.Actor) ([]Standing, error) {
	if err := Enter(actor); err != nil {
		return nil, err
	}
	counts, err := d.ledger.Counts(ctx)
	if err != nil {
		return nil, err
	}
	by := map[string]*Standing{}
	var order []string
	for _, c := range counts {
		if !tends(actor, c.Department) {
			continue
		}
		s := by[c.Department]
		if s == nil {
			s = &Standing{Department: c.Department, ByKind: map[Kind]int{}}
			by[c.Department] = s
			order = append(order, c.Department)
		}
		s.add(actor, c)
	}
	slices.Sort(order)
	out := make([]Standing, len(order))
	for i, department := range order {
		out[i] = *by[department]
	}
	return out, nil
}

func (s *Standing) add(actor account.Actor, c Count) {
	s.All += c.All
	s.Open += c.Open
	s.Lost += c.Lost
	s.ByKind[c.Kind] += c.Open
	here := CanDecide(actor, c.Kind, c.Department)
	switch {
	case here, c.Other != "" && CanDecide(actor, c.Kind, c.Other):
		s.Mine += c.Open
	case c.Kind == Binding:
		s.Reviewers += c.Open
	default:
		s.Editors += c.Open
	}
	if c.Kind == Identical && here && (c.Other == "" || CanDecide(actor, c.Kind, c.Other)) {
		s.Mergeable += c.Open
	}
}
