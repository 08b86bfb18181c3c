package legacy

import (
	"context"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Decided is a question somebody answered, as it is shown to somebody else.
type Decided struct {
	Question                   // its Decision is never nil
	Sides    []Document        // those it is about, in their order
	Texts    []content.Article // what its documents became, each once, as far as it is in use
	CanUndo  bool
	WhyNot   *fault.Fault // why the actor cannot take the answer back, unless others decide here
}

// Decided lists what was decided in departments the actor looks after, newest
// first. An answer whose question is asked no more, because a run followed it, is
// listed too: whether everybody may read a document is what people want to look
// up most. Questions about texts the actor may not see are left out.
func (d *Desk) Decided(ctx context.Context, actor account.Actor, f QuestionFilter) (list []Decided, total int, err error) {
	if err := Enter(actor); err != nil {
		return nil, 0, err
	}
	if f, err = d.own(ctx, actor, f); err != nil {
		return nil, 0, err
	}
	found, total, err := d.ledger.Decided(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	list = []Decided{}
	for _, q := range found {
		each, err := d.asDecided(ctx, actor, q)
		switch {
		case fault.Is(err, fault.NotFound):
		case err != nil:
			return nil, 0, err
		default:
			list = append(list, each)
		}
	}
	return list, total, nil
}

// asDecided is an answered question for the actor; NotFound when it is about a
// text the actor must not see.
func (d *Desk) asDecided(ctx context.Context, actor account.Actor, q Question) (Decided, error) {
	one, two, err := d.sides(ctx, actor, q)
	if err != nil {
		return Decided{}, err
	}
	out := Decided{Question: q}
	for _, each := range []*Document{one, two} {
		if each == nil {
			continue
		}
		out.Sides = append(out.Sides, *each)
		listed := slices.ContainsFunc(out.Texts, func(a content.Article) bool { return a.ID == each.Article })
		if each.Article == "" || listed { // merged ones became the same
			continue
		}
		switch a, err := d.library.Article(ctx, actor, each.Article); {
		case fault.Is(err, fault.NotFound): // planned only, or out of use
		case err != nil:
			return Decided{}, err
		default:
			out.Texts = append(out.Texts, a)
		}
	}
	if !canAnswer(actor, q) {
		return out, nil
	}
	err = d.mayUndo(ctx, actor, q)
	if f, ok := fault.Of(err); ok {
		out.WhyNot = f
		return out, nil
	}
	out.CanUndo = err == nil
	return out, err
}

// mayUndo refuses what cannot be taken back here: a text everybody could read
// stays in the history, and whether a standard binds may have been decided at
// the text since.
func (d *Desk) mayUndo(ctx context.Context, actor account.Actor, q Question) error {
	document, err := d.ledger.Document(ctx, q.First)
	if err != nil || document.Article == "" {
		return err
	}
	a, err := d.library.Article(ctx, actor, document.Article)
	switch {
	case fault.Is(err, fault.NotFound): // nothing was done yet
		return nil
	case err != nil:
		return err
	case q.Kind == Restricted && q.Decision.Choice == Publish:
		return fault.New(fault.Conflict, "legacy.already-published")
	case q.Kind == Binding && q.Decision.bound() && a.Binding != content.BindingUnchecked:
		return d.library.MayConfirmBinding(ctx, actor, a.ID)
	}
	return nil
}

// bound reports whether the answer said whether a standard binds.
func (d *Decision) bound() bool { return d != nil && (d.Choice == Binds || d.Choice == BindsNot) }

// Undo takes an answer back, and whether a standard binds with it. That somebody
// looked at a text stays true. about names one of several answers to a document;
// "" is what is asked about it now.
func (d *Desk) Undo(ctx context.Context, actor account.Actor, subject string, about About) error {
	q, err := d.answered(ctx, actor, subject, about)
	if err != nil || q.Decision == nil {
		return err
	}
	if err := d.mayUndo(ctx, actor, q); err != nil {
		return err
	}
	if err := d.carryOut(ctx, actor, q, undecided); err != nil {
		return err
	}
	return d.ledger.Withdraw(ctx, subject, q.Kind.About())
}

// answered is a question the actor may decide, with the answer to take back.
func (d *Desk) answered(ctx context.Context, actor account.Actor, subject string, about About) (Question, error) {
	if about == "" {
		return d.decidable(ctx, actor, subject)
	}
	if err := enterToWrite(actor); err != nil {
		return Question{}, err
	}
	if len(subject) > maxSubject {
		return Question{}, fault.New(fault.NotFound, "legacy.question-unknown")
	}
	q, err := d.ledger.Answer(ctx, subject, about)
	if err != nil {
		return Question{}, err
	}
	return q, d.mayDecide(ctx, actor, q)
}
