package legacy

import (
	"context"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// decides are the kinds of questions of a department the actor may answer.
func decides(actor account.Actor, department string) []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !CanDecide(actor, k, department) })
}

// Next is the subject of the first open question of a department the actor may
// answer, or "".
func (d *Desk) Next(ctx context.Context, actor account.Actor, department string) (string, error) {
	f, err := d.own(ctx, actor, QuestionFilter{Departments: []string{department}, Kinds: decides(actor, department), Open: true, Limit: manyQuestions})
	if err != nil || len(f.Kinds) == 0 {
		return "", err
	}
	for ; ; f.Offset += manyQuestions {
		list, total, err := d.Questions(ctx, actor, f)
		switch {
		case err != nil:
			return "", err
		case len(list) > 0:
			return list[0].Subject, nil
		case f.Offset+manyQuestions >= total: // those passed by are about texts the actor may not see
			return "", nil
		}
	}
}

// manyQuestions is how many questions are looked through at once.
const manyQuestions = 100

// After is the subject of the question that comes after one the actor answered: the
// next one the actor may answer, else the one before, else "".
func (d *Desk) After(ctx context.Context, actor account.Actor, subject, desk string) (string, error) {
	q, err := d.question(ctx, actor, subject)
	if err != nil {
		return "", err
	}
	previous, next, err := d.beside(ctx, actor, q, deskOf(actor, q, desk))
	if next == "" {
		next = previous
	}
	return next, err
}

// beside finds the open questions of a desk before and after one. Who answers is
// led past what others decide; who meets a question of others goes through all.
func (d *Desk) beside(ctx context.Context, actor account.Actor, q Question, desk string) (previous, next string, err error) {
	f := QuestionFilter{Departments: []string{desk}, Open: true}
	if canAnswer(actor, q) {
		f.Kinds = decides(actor, desk)
	}
	if previous, next, err = d.ledger.Beside(ctx, f, q); err != nil {
		return "", "", err
	}
	if previous, err = d.visible(ctx, actor, f, previous, false); err != nil {
		return "", "", err
	}
	next, err = d.visible(ctx, actor, f, next, true)
	return previous, next, err
}

// visible is the first of the questions from one on, or back from it, whose texts
// the actor may see.
func (d *Desk) visible(ctx context.Context, actor account.Actor, f QuestionFilter, subject string, on bool) (string, error) {
	for subject != "" {
		q, err := d.ledger.Question(ctx, subject)
		if err != nil {
			return "", err
		}
		if _, _, err = d.sides(ctx, actor, q); !fault.Is(err, fault.NotFound) {
			return subject, err
		}
		before, after, err := d.ledger.Beside(ctx, f, q)
		if err != nil {
			return "", err
		}
		if subject = before; on {
			subject = after
		}
	}
	return "", nil
}
