package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// CanConfirmBinding reports whether the actor may say alone whether an imported
// standard binds: a reviewer of its department, where one approval is enough.
func (r ApprovalRules) CanConfirmBinding(actor account.Actor, a Article) bool {
	return actor.CanWrite() && !actor.System && actor.HasIn(a.Department, account.Reviewer) && r.Approvers(a.Kind, a.Department) <= 1
}

// ConfirmBinding says whether a standard that came from an old system binds the
// administration, and names the sentences that show it. What the import wrote
// is one pair of eyes, the reviewer the other: the version carries the approval.
// BindingUnchecked takes it back. What others decided, by a proposal or here, is
// changed by a proposal only. base is the ETag of what was looked at.
func (l *Library) ConfirmBinding(ctx context.Context, actor account.Actor, id ID, base string, binding Binding, proof []string, e Edit) (Article, error) {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return Article{}, err
	}
	if err := l.mayConfirm(ctx, actor, a); err != nil {
		return Article{}, err
	}
	switch {
	case binding != BindingYes && binding != BindingNo && binding != BindingUnchecked:
		return Article{}, fault.New(fault.Invalid, "content.bad-binding", "value", string(binding)).InField("binding")
	case base == "":
		return Article{}, fault.New(fault.PreconditionRequired, "content.base-missing")
	}
	if err := l.undecidedBinding(ctx, actor, a); err != nil {
		return Article{}, err
	}
	if e, err = e.keyed(id, base); err != nil {
		return Article{}, err
	}
	leave, err := l.operations.enter(ctx, e.Operation)
	if err != nil {
		return Article{}, err
	}
	defer leave()
	if again, done, err := l.repeated(ctx, actor, e.Operation); done {
		return again, err
	}
	source, err := l.withBinding(ctx, a, binding, proof)
	if err != nil {
		return Article{}, err
	}
	e.Change = ChangeMaterial
	var trailers []Trailer
	if binding != BindingUnchecked {
		trailers = append(trailers, Trailer{TrailerApproval, actor.Person.Pseudonym})
	}
	if err := l.replace(ctx, actor, a, base, e, map[string][]byte{a.Path: source}, trailers...); err != nil {
		return Article{}, err
	}
	return l.Catalogue.Article(ctx, id)
}

// MayConfirmBinding says why the actor may not say whether a standard binds, or
// take back what was said: nil when that is allowed.
func (l *Library) MayConfirmBinding(ctx context.Context, actor account.Actor, id ID) error {
	a, err := l.visible(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := l.mayConfirm(ctx, actor, a); err != nil {
		return err
	}
	return l.undecidedBinding(ctx, actor, a)
}

// mayConfirm refuses those who do not decide alone whether the standard binds.
func (l *Library) mayConfirm(ctx context.Context, actor account.Actor, a Article) error {
	rules, err := l.Rules.ApprovalRules(ctx)
	switch {
	case err != nil:
		return err
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case !actor.HasIn(a.Department, account.Reviewer):
		return fault.New(fault.Forbidden, "content.not-a-reviewer", "department", a.Department)
	case !a.Kind.IsStandard() || a.Origin.UNID == "":
		return fault.New(fault.Invalid, "legacy.not-imported")
	case !rules.CanConfirmBinding(actor, a):
		return fault.New(fault.ApprovalRequired, "legacy.more-approvals", "n", rules.Approvers(a.Kind, a.Department))
	}
	return nil
}

// undecidedBinding refuses where somebody decided already, unless it was the
// actor, alone, in the newest version.
func (l *Library) undecidedBinding(ctx context.Context, actor account.Actor, a Article) error {
	if a.Binding == BindingUnchecked {
		return nil
	}
	last, err := l.Catalogue.Revision(ctx, a.Revision)
	if err != nil {
		return err
	}
	if me := actor.Person.Pseudonym; last.Author == me && len(last.Approvers) == 1 && last.Approvers[0] == me {
		return nil
	}
	return fault.New(fault.ApprovalRequired, "legacy.binding-decided")
}

// withBinding is the text with another binding. Proof is kept only of what binds.
func (l *Library) withBinding(ctx context.Context, a Article, binding Binding, proof []string) ([]byte, error) {
	d, err := l.document(ctx, a)
	if err != nil {
		return nil, err
	}
	var sentences any
	if binding == BindingYes && len(proof) > 0 {
		sentences = proof
	}
	fields := []Field{{"verbindlich", string(binding)}, {"verbindlich_belege", sentences}}
	if binding == BindingUnchecked { // nobody looked at it after all
		fields = append(fields, Field{"geprueft_am", nil}, Field{"naechste_pruefung", nil})
	} else {
		today := l.Today()
		fields = append(fields, Field{"geprueft_am", string(today)}, Field{"naechste_pruefung", string(today.AddMonths(or(ReviewInterval(a.Kind), 24)))})
	}
	return d.WithFields(fields...)
}
