package legacy

import (
	"context"
	"slices"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Desk is where people decide. Its methods are the verbs; each asks whether the
// actor may use it.
type Desk struct {
	ledger   Ledger
	library  *content.Library
	offices  Offices
	reader   Reader
	now      func() time.Time
	bringing chan struct{} // holds those who bring exports to try
	trying   chan struct{} // holds whoever has a trial run
}

// Offices knows which departments are set up.
type Offices interface {
	Departments(ctx context.Context) ([]account.Department, error)
}

// NewDesk returns a desk over a ledger and the library the texts are in.
func NewDesk(ledger Ledger, library *content.Library, offices Offices, reader Reader, now func() time.Time) *Desk {
	return &Desk{ledger, library, offices, reader, now, make(chan struct{}, maxBrought), make(chan struct{}, 1)}
}

// tends reports whether the actor sees the questions of a department. What has
// none is everybody's who decides anywhere, or it would be nobody's.
func tends(actor account.Actor, department string) bool {
	if actor.System {
		return true
	}
	if department == "" {
		return actor.SignedIn() && actor.Has(account.Editor, account.Reviewer)
	}
	return actor.SignedIn() && actor.HasIn(department, account.Author, account.Editor, account.Reviewer)
}

// CanDecide reports whether the actor may answer questions of the kind in a
// department. Whether a standard binds is for its reviewers.
func CanDecide(actor account.Actor, kind Kind, department string) bool {
	switch {
	case !actor.SignedIn() || actor.System || !actor.CanWrite():
		return false
	case department == "" && kind != Binding:
		return actor.Has(account.Editor, account.Reviewer)
	case kind == Binding:
		return actor.HasIn(department, account.Reviewer)
	}
	return actor.HasIn(department, account.Editor, account.Reviewer)
}

// tendsOne reports whether the actor sees a question: a pair is asked in the
// departments of both texts.
func tendsOne(actor account.Actor, q Question) bool {
	return slices.ContainsFunc(q.Departments(), func(department string) bool { return tends(actor, department) })
}

// canAnswer reports whether the actor may answer a question. One answer settles
// it in both departments; what mayTakeAway refuses is left to the other one.
func canAnswer(actor account.Actor, q Question) bool {
	return slices.ContainsFunc(q.Departments(), func(department string) bool { return CanDecide(actor, q.Kind, department) })
}

// CanSee reports whether there is anything at the desk for the actor.
func CanSee(actor account.Actor) bool {
	return actor.System || actor.SignedIn() && actor.Has(account.Author, account.Editor, account.Reviewer)
}

// Enter refuses those for whom there is nothing at the desk.
func Enter(actor account.Actor) error {
	switch {
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "content.sign-in-first")
	case !CanSee(actor):
		return fault.New(fault.Forbidden, "legacy.not-yours")
	}
	return nil
}

// Runs lists the runs of imports, newest first.
func (d *Desk) Runs(ctx context.Context, actor account.Actor, limit, offset int) ([]Run, int, error) {
	if err := Enter(actor); err != nil {
		return nil, 0, err
	}
	return d.ledger.Runs(ctx, limit, offset)
}

// Documents lists what the newest run found of documents of the departments the
// actor looks after. Documents of others are left out, and so is what became an
// article the actor may not see. Of a run whose documents later runs all saw again
// nothing is listed; NotFound when there is no such run.
func (d *Desk) Documents(ctx context.Context, actor account.Actor, run string, limit, offset int) (list []Document, total int, err error) {
	if err := Enter(actor); err != nil {
		return nil, 0, err
	}
	found, total, err := d.ledger.Documents(ctx, run, limit, offset)
	if err == nil && total == 0 && run != "" { // one that goes on has documents before it is kept
		_, err = d.ledger.Run(ctx, run)
	}
	if err != nil {
		return nil, 0, err
	}
	list = []Document{}
	for _, each := range found {
		seen, err := d.sees(ctx, actor, each)
		if err != nil {
			return nil, 0, err
		}
		if seen {
			list = append(list, each)
		}
	}
	return list, total, nil
}

// sees reports whether the actor may see what a document said.
func (d *Desk) sees(ctx context.Context, actor account.Actor, each Document) (bool, error) {
	if !tends(actor, each.Department) {
		return false, nil
	}
	hidden, err := d.hidden(ctx, actor, each)
	return !hidden, err
}

// hidden reports whether a document became an article the actor must not see, or
// is a version of one. One that is planned only hides nothing.
func (d *Desk) hidden(ctx context.Context, actor account.Actor, each Document) (bool, error) {
	if each.text() == "" {
		return false, nil
	}
	return d.library.Hidden(ctx, actor, each.text())
}

// Questions lists questions of departments the actor looks after.
func (d *Desk) Questions(ctx context.Context, actor account.Actor, f QuestionFilter) ([]Question, int, error) {
	if err := Enter(actor); err != nil {
		return nil, 0, err
	}
	f, err := d.own(ctx, actor, f)
	if err != nil {
		return nil, 0, err
	}
	found, total, err := d.ledger.Questions(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	list := []Question{}
	for _, q := range found {
		if _, _, err := d.sides(ctx, actor, q); err == nil {
			list = append(list, q)
		} else if !fault.Is(err, fault.NotFound) {
			return nil, 0, err
		}
	}
	return list, total, nil
}

// own limits a filter to departments the actor looks after.
func (d *Desk) own(ctx context.Context, actor account.Actor, f QuestionFilter) (QuestionFilter, error) {
	for _, k := range f.Kinds {
		if !slices.Contains(Kinds(), k) {
			return f, fault.New(fault.Invalid, "legacy.bad-kind", "value", string(k)).InField("kind")
		}
	}
	for _, department := range f.Departments {
		if !tends(actor, department) {
			return f, fault.New(fault.Forbidden, "legacy.not-your-department")
		}
	}
	if f.Departments != nil || actor.System {
		return f, nil
	}
	standings, err := d.Standings(ctx, actor)
	f.Departments = []string{}
	for _, s := range standings {
		f.Departments = append(f.Departments, s.Department)
	}
	return f, err
}

// decidable is a question the actor may answer.
func (d *Desk) decidable(ctx context.Context, actor account.Actor, subject string) (Question, error) {
	if err := enterToWrite(actor); err != nil {
		return Question{}, err
	}
	q, err := d.question(ctx, actor, subject)
	if err != nil {
		return Question{}, err
	}
	return q, d.mayDecide(ctx, actor, q)
}

// enterToWrite refuses those who change nothing at the desk, whatever it is about.
func enterToWrite(actor account.Actor) error {
	if err := Enter(actor); err != nil {
		return err
	}
	if !actor.CanWrite() {
		return fault.New(fault.Forbidden, "content.read-only-access")
	}
	return nil
}

// mayDecide refuses those who may not answer a question. Who may not see it is
// told nothing of it.
func (d *Desk) mayDecide(ctx context.Context, actor account.Actor, q Question) error {
	if !tendsOne(actor, q) {
		return fault.New(fault.NotFound, "legacy.question-unknown")
	}
	if _, _, err := d.sides(ctx, actor, q); err != nil {
		return err
	}
	if !canAnswer(actor, q) {
		return fault.New(fault.Forbidden, "legacy.may-not-decide")
	}
	return nil
}

// Decide answers a question. The fingerprint is that of what was shown: when
// the source changed meanwhile, nothing is decided. The same answer again
// changes nothing.
func (d *Desk) Decide(ctx context.Context, actor account.Actor, subject, fingerprint string, choice Choice, note string) error {
	q, err := d.decidable(ctx, actor, subject)
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(q.Kind.Choices(), choice):
		return fault.New(fault.Invalid, "legacy.bad-choice", "value", string(choice)).InField("choice")
	case fingerprint != q.Fingerprint:
		return fault.New(fault.Stale, "legacy.changed")
	case q.Lost:
		return fault.New(fault.Stale, "legacy.text-goes")
	case q.Answered() && q.Decision.Choice == choice && q.Decision.Note == oneLine(note):
		return nil
	}
	if unowned, err := d.unowned(ctx, q); err != nil {
		return err
	} else if unowned && choice != NeedsWork {
		return fault.New(fault.Conflict, "legacy.owner-unknown", "department", q.Department)
	}
	if err := d.mayTakeAway(ctx, actor, q, choice); err != nil {
		return err
	}
	if err := d.leavesOne(ctx, q, choice); err != nil {
		return err
	}
	if err := d.carryOut(ctx, actor, q, choice); err != nil {
		return err
	}
	return d.ledger.Decide(ctx, Decision{subject, q.Kind.About(), choice, fingerprint, actor.Person.Pseudonym, d.now().UTC(), oneLine(note)})
}

// unowned reports whether nobody can say yet if a standard binds, because its
// department is not set up here: an import does not follow such an answer either.
func (d *Desk) unowned(ctx context.Context, q Question) (bool, error) {
	if q.Kind != Binding {
		return false, nil
	}
	all, err := d.offices.Departments(ctx)
	return err == nil && !account.Answers(all, q.Department), err
}

// mayTakeAway refuses answers that take a text out of use whose department the
// actor does not decide for.
func (d *Desk) mayTakeAway(ctx context.Context, actor account.Actor, q Question, choice Choice) error {
	if !q.Kind.Pair() {
		return nil
	}
	one, two, err := d.sides(ctx, actor, q)
	if err != nil {
		return err
	}
	var goes []string
	switch choice {
	case First:
		goes = []string{two.Department}
	case Second:
		goes = []string{one.Department}
	case Merge: // either may be the one that stays
		goes = []string{one.Department, two.Department}
	}
	for _, department := range goes {
		if !CanDecide(actor, q.Kind, department) {
			return fault.New(fault.Forbidden, "legacy.not-your-text", "department", department)
		}
	}
	return nil
}

// Merged is what became of the identical documents of a department.
type Merged struct {
	Done     int // answered
	Shared   int // also of a department the actor does not decide for
	Contrary int // decided otherwise elsewhere, so that none of the texts stayed
}

// MergeIdentical answers all open questions about identical documents of a
// department at once. What it may not decide stays open. Nothing else is decided
// in bulk.
func (d *Desk) MergeIdentical(ctx context.Context, actor account.Actor, department string) (m Merged, err error) {
	if err := Enter(actor); err != nil {
		return m, err
	}
	if !CanDecide(actor, Identical, department) {
		return m, fault.New(fault.Forbidden, "legacy.may-not-decide")
	}
	for offset := 0; ; {
		list, total, err := d.Questions(ctx, actor, QuestionFilter{Departments: []string{department}, Kinds: []Kind{Identical}, Open: true, Limit: manyQuestions, Offset: offset})
		if err != nil || offset >= total {
			return m, err
		}
		left := min(manyQuestions, total-offset)
		for _, q := range list {
			switch err := d.Decide(ctx, actor, q.Subject, q.Fingerprint, Merge, ""); {
			case fault.Is(err, fault.Forbidden):
				m.Shared++
			case fault.Is(err, fault.Conflict):
				m.Contrary++
			case err != nil:
				return m, err
			default:
				m.Done++
				left--
			}
		}
		offset += left // what stays open
	}
}

// carryOut does to a text that is in the library what an answer says.
func (d *Desk) carryOut(ctx context.Context, actor account.Actor, q Question, choice Choice) error {
	if q.Kind != Binding && q.Kind != Unseen {
		return nil
	}
	document, err := d.ledger.Document(ctx, q.First)
	if err != nil {
		return err
	}
	a, err := d.library.Article(ctx, actor, document.Article)
	if fault.Is(err, fault.NotFound) { // planned only: the run that brings it follows the decision
		return nil
	}
	if err != nil {
		return err
	}
	edit := content.Edit{}
	settled := q.Decision.bound() // by an answer that is taken back
	switch choice {
	case Binds:
		_, err = d.library.ConfirmBinding(ctx, actor, a.ID, a.ETag, content.BindingYes, present(document.Evidence), edit)
	case BindsNot:
		_, err = d.library.ConfirmBinding(ctx, actor, a.ID, a.ETag, content.BindingNo, nil, edit)
	case undecided, NeedsWork:
		if settled && a.Binding != content.BindingUnchecked {
			_, err = d.library.ConfirmBinding(ctx, actor, a.ID, a.ETag, content.BindingUnchecked, nil, edit)
		}
	case Fine:
		if content.CanConfirm(actor, a.Meta) {
			_, err = d.library.ConfirmReview(ctx, actor, a.ID, a.ETag, "", edit)
		}
	}
	return err
}

// maxProof is how many sentences of evidence a standard keeps.
const maxProof = 5

func present(evidence []string) []string {
	var out []string
	for _, sentence := range evidence {
		if sentence = strings.TrimSpace(sentence); sentence != "" && len(out) < maxProof {
			out = append(out, sentence)
		}
	}
	return out
}
