package legacy

import (
	"context"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// View is a question as it is put to somebody.
type View struct {
	Question
	One, Two  Side // Two is empty unless it is a pair
	Choices   []Choice
	Previous  string // subject of the open question before it
	Next      string
	Desk      string // department whose questions the actor goes through
	Open, All int    // questions of that department, as in its Standing
	Mine      int    // open ones of it the actor may answer
	CanDecide bool
	Unowned   bool   // nobody can say yet whether the standard binds: its department is not set up here
	LostTo    string // subject of the pair by which the text goes, when the actor may see it
}

// Side is a document and what it became.
type Side struct {
	Document Document
	Article  *content.View // nil: it is not in the library
	Redacted bool          // what the old system said is not kept because something was taken out of the text
}

// Question puts a question to the actor. desk is the department whose questions
// the actor goes through; where the question is not asked there, it is the first
// the actor looks after.
func (d *Desk) Question(ctx context.Context, actor account.Actor, subject, desk string) (View, error) {
	q, err := d.question(ctx, actor, subject)
	if err != nil {
		return View{}, err
	}
	v := View{Question: q, Choices: q.Kind.Choices(), CanDecide: !q.Lost && canAnswer(actor, q), Desk: deskOf(actor, q, desk)}
	if v.Unowned, err = d.unowned(ctx, q); err != nil {
		return View{}, err
	}
	if v.Unowned {
		v.Choices = []Choice{NeedsWork}
	}
	one, two, err := d.sides(ctx, actor, q)
	if err != nil {
		return View{}, err
	}
	if v.One, err = d.side(ctx, actor, one); err != nil {
		return View{}, err
	}
	if two != nil {
		if v.Two, err = d.side(ctx, actor, two); err != nil {
			return View{}, err
		}
	}
	if v.LostTo, err = d.lostTo(ctx, actor, q); err != nil {
		return View{}, err
	}
	standings, err := d.Standings(ctx, actor)
	if err != nil {
		return View{}, err
	}
	for _, s := range standings {
		if s.Department == v.Desk {
			v.Open, v.All, v.Mine = s.Open, s.All, s.Mine
		}
	}
	v.Previous, v.Next, err = d.beside(ctx, actor, q, v.Desk)
	return v, err
}

// deskOf is the department at which somebody meets a question.
func deskOf(actor account.Actor, q Question, wanted string) string {
	for _, department := range q.Departments() {
		if department == wanted && tends(actor, department) {
			return department
		}
	}
	for _, department := range q.Departments() {
		if tends(actor, department) {
			return department
		}
	}
	return q.Department
}

func (d *Desk) question(ctx context.Context, actor account.Actor, subject string) (Question, error) {
	if err := Enter(actor); err != nil {
		return Question{}, err
	}
	if len(subject) > maxSubject {
		return Question{}, fault.New(fault.NotFound, "legacy.question-unknown")
	}
	q, err := d.ledger.Question(ctx, subject)
	if err == nil && !tendsOne(actor, q) {
		return Question{}, fault.New(fault.NotFound, "legacy.question-unknown")
	}
	return q, err
}

// sides are the documents of a question; NotFound when the actor must not see
// one. The other half of a pair may belong to another department.
func (d *Desk) sides(ctx context.Context, actor account.Actor, q Question) (one, two *Document, err error) {
	side := func(k Key) (*Document, error) {
		document, err := d.ledger.Document(ctx, k)
		if err != nil {
			return nil, err
		}
		hidden, err := d.hidden(ctx, actor, document)
		if err == nil && hidden {
			err = fault.New(fault.NotFound, "legacy.question-unknown")
		}
		return &document, err
	}
	if one, err = side(q.First); err != nil || !q.Kind.Pair() {
		return one, nil, err
	}
	two, err = side(q.Second)
	return one, two, err
}

func (d *Desk) side(ctx context.Context, actor account.Actor, document *Document) (Side, error) {
	s := Side{Document: *document}
	if document.Visible == "" && document.text() != "" {
		redacted, err := d.library.RedactedTexts(ctx)
		if err != nil {
			return s, err
		}
		s.Redacted = redacted[document.text()]
	}
	if document.Article == "" {
		return s, nil
	}
	view, err := d.library.Read(ctx, actor, document.Article, "")
	if fault.Is(err, fault.NotFound) { // planned only, or archived since
		return s, nil
	}
	s.Article = &view
	return s, err
}
