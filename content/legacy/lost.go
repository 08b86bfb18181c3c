package legacy

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// outcome is which of two texts stays and which goes, when the answer says so
// and holds. Of texts that say the same the first stays; merging others, as a
// file of answers may, is left to the run.
func (q Question) outcome() (stays, goes Key, ok bool) {
	if !q.Answered() {
		return Key{}, Key{}, false
	}
	return q.outcomeOf(q.Decision.Choice)
}

func (q Question) outcomeOf(choice Choice) (stays, goes Key, ok bool) {
	switch {
	case !q.Kind.Pair():
	case choice == First, choice == Merge && q.Kind == Identical:
		return q.First, q.Second, true
	case choice == Second:
		return q.Second, q.First, true
	}
	return Key{}, Key{}, false
}

// lostIn are the answered pairs by which a text goes.
func (d *Desk) lostIn(ctx context.Context, k Key) ([]Question, error) {
	pairs, err := d.ledger.PairsOf(ctx, k)
	if err != nil {
		return nil, err
	}
	var out []Question
	for _, each := range pairs {
		if _, goes, ok := each.outcome(); ok && goes == k {
			out = append(out, each)
		}
	}
	return out, nil
}

// leavesOne refuses an answer after which none of several texts stayed: the one
// that is to stay goes, by earlier answers, into the one that is to go.
func (d *Desk) leavesOne(ctx context.Context, q Question, choice Choice) error {
	stays, goes, ok := q.outcomeOf(choice)
	if !ok {
		return nil
	}
	seen := map[Key]bool{stays: true}
	for next := []Key{stays}; len(next) > 0; next = next[1:] {
		lost, err := d.lostIn(ctx, next[0])
		if err != nil {
			return err
		}
		for _, each := range lost {
			into, _, _ := each.outcome()
			if each.Subject == q.Subject || seen[into] {
				continue
			}
			if into == goes {
				return fault.New(fault.Conflict, "legacy.circle", "title", each.Title)
			}
			seen[into] = true
			next = append(next, into)
		}
	}
	return nil
}

// lostTo is the subject of the pair that settled a question, as far as the actor
// may see it.
func (d *Desk) lostTo(ctx context.Context, actor account.Actor, q Question) (string, error) {
	if !q.Lost {
		return "", nil
	}
	lost, err := d.lostIn(ctx, q.First)
	if err == nil && q.Kind.Pair() {
		var more []Question
		more, err = d.lostIn(ctx, q.Second)
		lost = append(lost, more...)
	}
	if err != nil {
		return "", err
	}
	for _, each := range lost {
		if each.Subject == q.Subject || !tendsOne(actor, each) {
			continue
		}
		if _, _, err := d.sides(ctx, actor, each); err == nil {
			return each.Subject, nil
		} else if !fault.Is(err, fault.NotFound) {
			return "", err
		}
	}
	return "", nil
}
