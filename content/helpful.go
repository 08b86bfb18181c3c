package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// helpfulFrom is how many people something has to have helped before the
// number is shown to anybody: aggregates about people start at five.
const helpfulFrom = 5

// Help is what readers said about a text. Count is 0 below five and for those
// who neither write nor last changed the text.
type Help struct {
	Mine  bool
	Count int
}

// Helped notes that a text helped the actor, or takes that back.
func (l *Library) Helped(ctx context.Context, actor account.Actor, id ID, yes bool) error {
	if _, err := l.visible(ctx, actor, id); err != nil {
		return err
	}
	if !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	before, mine, err := l.Talk.Helpful(ctx, id, actor.Person.ID)
	if err != nil {
		return err
	}
	if err := l.Talk.SetHelpful(ctx, id, actor.Person.ID, yes, l.Now().UTC()); err != nil {
		return err
	}
	after, _, err := l.Talk.Helpful(ctx, id, actor.Person.ID)
	if mine != yes && max(before, after) >= helpfulFrom { // what ranking knows of changed
		l.index.Again(id)
	}
	return err
}

// Help tells what readers said about a text.
func (l *Library) Help(ctx context.Context, actor account.Actor, id ID) (Help, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Help{}, err
	}
	n, mine, err := l.Talk.Helpful(ctx, id, actor.Person.ID)
	if n < helpfulFrom || a.ChangedBy != actor.Person.Pseudonym && !mayWrite(actor, a.Department) {
		n = 0
	}
	return Help{mine, n}, err
}
