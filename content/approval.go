package content

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ApprovalRule says how many people have to approve texts of a kind in a
// department and its units.
type ApprovalRule struct {
	Department string // empty: the whole city
	Kind       Kind
	Approvers  int
}

// ApprovalRules are the rules somebody made. Where there is none, standards
// need one approval and everything else needs none.
type ApprovalRules []ApprovalRule

// maxApprovers is more than any text needs; it keeps a slip of the finger from
// stopping a department.
const maxApprovers = 5

// RuleBook keeps the rules of approval.
type RuleBook interface {
	// ApprovalRules lists all rules by department and kind.
	ApprovalRules(ctx context.Context) (ApprovalRules, error)
	// SetApprovalRule adds a rule or replaces the one of its department and kind.
	SetApprovalRule(ctx context.Context, r ApprovalRule) error
	// RemoveApprovalRule forgets a rule; one that is not there is no error.
	RemoveApprovalRule(ctx context.Context, department string, kind Kind) error
}

// RuledKinds are the kinds a rule can be about. Modules and lessons are not
// proposed, so a rule would only lock them.
func RuledKinds() []Kind {
	return slices.DeleteFunc(Kinds(), Kind.IsLearning)
}

// Approvers is how many people have to approve a text of the kind in the
// department. The rule of the closest department counts.
func (r ApprovalRules) Approvers(kind Kind, department string) int {
	least := 0
	if kind.IsStandard() {
		least = 1
	}
	closest, approvers := -1, least
	for _, rule := range r {
		above := rule.Department == "" || account.Within(department, rule.Department)
		if rule.Kind == kind && above && len(rule.Department) > closest {
			closest, approvers = len(rule.Department), rule.Approvers
		}
	}
	return max(approvers, least)
}

// Rule returns the rule of exactly this department and kind, if there is one.
func (r ApprovalRules) Rule(department string, kind Kind) (ApprovalRule, bool) {
	i := slices.IndexFunc(r, func(rule ApprovalRule) bool { return rule.Department == department && rule.Kind == kind })
	if i < 0 {
		return ApprovalRule{}, false
	}
	return r[i], true
}

// CanEdit reports whether the actor may save texts of the kind in the
// department directly.
func (r ApprovalRules) CanEdit(actor account.Actor, kind Kind, department string) bool {
	return r.authorizeEdit(actor, kind, department) == nil
}

// CanPropose reports whether the actor may propose a text of the kind in the
// department, or a change of one when it exists: whoever may read a text may
// say how it would be right.
func (r ApprovalRules) CanPropose(actor account.Actor, kind Kind, department string, exists bool) bool {
	return r.authorizePropose(actor, kind, department, exists) == nil
}

// authorizeEdit decides whether a text may be saved as it is going to be.
func (r ApprovalRules) authorizeEdit(actor account.Actor, kind Kind, department string) error {
	switch {
	case actor.System:
		return nil
	case !actor.SignedIn():
		return fault.New(fault.Unauthenticated, "content.sign-in-first")
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case !mayWrite(actor, department):
		return fault.New(fault.Forbidden, "content.not-your-department", "department", department)
	}
	return r.authorizeUnapproved(kind, department)
}

// authorizeUnapproved refuses what needs a second pair of eyes.
func (r ApprovalRules) authorizeUnapproved(kind Kind, department string) error {
	switch {
	case kind.IsStandard():
		return fault.New(fault.ApprovalRequired, "content.standard-needs-approval")
	case r.Approvers(kind, department) > 0:
		return fault.New(fault.ApprovalRequired, "policy.text-needs-approval", "department", department)
	}
	return nil
}

func (r ApprovalRules) authorizePropose(actor account.Actor, kind Kind, department string, exists bool) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	switch {
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case r.Approvers(kind, department) == 0:
		return fault.New(fault.Invalid, "content.proposal-not-needed").InField("kind")
	case !exists && !mayWrite(actor, department):
		return fault.New(fault.Forbidden, "content.not-your-department", "department", department)
	}
	return nil
}

// authorizeMove decides whether a change may be proposed that gives a text
// another kind or department. The rules of both places count, so that nobody
// sheds them by a detour; what is a standard stays one.
func (r ApprovalRules) authorizeMove(actor account.Actor, from Article, kind Kind, department string) error {
	switch {
	case r.Approvers(from.Kind, from.Department) == 0 && r.Approvers(kind, department) == 0,
		from.Kind.IsStandard() && !kind.IsStandard():
		return fault.New(fault.Invalid, "content.proposal-not-needed").InField("kind")
	case (kind != from.Kind || department != from.Department) && !mayWrite(actor, department):
		return fault.New(fault.Forbidden, "content.not-your-department", "department", department)
	}
	return nil
}

// authorizeEdit decides by the rules of today.
func (l *Library) authorizeEdit(ctx context.Context, actor account.Actor, kind Kind, department string) error {
	rules, err := l.Rules.ApprovalRules(ctx)
	if err != nil {
		return err
	}
	return rules.authorizeEdit(actor, kind, department)
}

// ApprovalRules returns the rules. They are no secret to those who read.
func (l *Library) ApprovalRules(ctx context.Context, actor account.Actor) (ApprovalRules, error) {
	if err := authorizeRead(actor); err != nil {
		return nil, err
	}
	return l.Rules.ApprovalRules(ctx)
}

// CanSetApprovalRules reports whether the actor decides how texts of the
// department are approved: its superior, and the reviewers of the department
// for organisation for everybody. Who administers accounts does not.
func CanSetApprovalRules(actor account.Actor, department string) bool {
	return actor.CanWrite() && (actor.System || actor.SignedIn() &&
		(actor.HasIn(department, account.Superior) || actor.HasIn(escalationDepartment, account.Reviewer)))
}

// ETag names the state of all rules.
func (r ApprovalRules) ETag() string {
	h := sha256.New()
	for _, rule := range r {
		part(h, rule.Department)
		part(h, string(rule.Kind))
		part(h, strconv.Itoa(rule.Approvers))
	}
	return hex.EncodeToString(h.Sum(nil))[:20]
}

// ChangeApprovalRule is SetApprovalRule, or with nil RemoveApprovalRule, by
// somebody who saw the rules with the ETag base. When they changed since it is
// Stale.
func (l *Library) ChangeApprovalRule(ctx context.Context, actor account.Actor, base, department string, kind Kind, approvers *int) error {
	if err := l.authorizeRule(ctx, actor, strings.TrimSpace(department), kind); err != nil {
		return err
	}
	if base == "" {
		return fault.New(fault.PreconditionRequired, "gaps.rules-base-missing").InField("If-Match")
	}
	if approvers == nil {
		return l.removeRule(ctx, actor, base, department, kind)
	}
	return l.setRule(ctx, actor, base, ApprovalRule{department, kind, *approvers})
}

// SetApprovalRule makes a rule. It counts at once, for proposals that wait too.
func (l *Library) SetApprovalRule(ctx context.Context, actor account.Actor, r ApprovalRule) error {
	return l.setRule(ctx, actor, "", r)
}

func (l *Library) setRule(ctx context.Context, actor account.Actor, base string, r ApprovalRule) error {
	r.Department = strings.TrimSpace(r.Department)
	if err := l.authorizeRule(ctx, actor, r.Department, r.Kind); err != nil {
		return err
	}
	least := 0
	if r.Kind.IsStandard() {
		least = 1
	}
	if r.Approvers < least || r.Approvers > maxApprovers {
		return fault.New(fault.Invalid, "policy.bad-approvers", "least", least, "most", maxApprovers).InField("approvers")
	}
	return l.changeRule(ctx, actor, base, "approval-rule.set", r.Department, string(r.Kind)+" "+strconv.Itoa(r.Approvers),
		func(ctx context.Context) error { return l.Rules.SetApprovalRule(ctx, r) })
}

// RemoveApprovalRule forgets a rule, so that the one above it counts.
func (l *Library) RemoveApprovalRule(ctx context.Context, actor account.Actor, department string, kind Kind) error {
	return l.removeRule(ctx, actor, "", department, kind)
}

func (l *Library) removeRule(ctx context.Context, actor account.Actor, base, department string, kind Kind) error {
	department = strings.TrimSpace(department)
	if err := l.authorizeRule(ctx, actor, department, kind); err != nil {
		return err
	}
	return l.changeRule(ctx, actor, base, "approval-rule.removed", department, string(kind),
		func(ctx context.Context) error { return l.Rules.RemoveApprovalRule(ctx, department, kind) })
}

func (l *Library) authorizeRule(ctx context.Context, actor account.Actor, department string, kind Kind) error {
	if err := authorizeRead(actor); err != nil {
		return err
	}
	switch {
	case !actor.CanWrite():
		return fault.New(fault.Forbidden, "content.read-only-access")
	case !CanSetApprovalRules(actor, department):
		return fault.New(fault.Forbidden, "policy.not-your-rules")
	case !slices.Contains(RuledKinds(), kind):
		return fault.New(fault.Invalid, "policy.bad-kind").InField("kind")
	case department == "":
		return nil
	}
	all, err := l.People.Departments(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(d account.Department) bool { return d.ID == department }) {
		return fault.New(fault.Invalid, "policy.department-unknown", "department", department).InField("department")
	}
	return nil
}

// changeRule changes the rule book and writes the line about it, both or
// neither. No proposal is released meanwhile by the rules of before. With a base
// the rules have to be as they were then.
func (l *Library) changeRule(ctx context.Context, actor account.Actor, base, action, department, detail string, change func(context.Context) error) error {
	l.deciding.Lock()
	defer l.deciding.Unlock()
	if base != "" {
		rules, err := l.Rules.ApprovalRules(ctx)
		if err != nil {
			return err
		}
		if rules.ETag() != base {
			return fault.New(fault.Stale, "gaps.rules-stale")
		}
	}
	return l.Audit.Record(ctx, account.Event{
		ID: l.IDs.New(), At: l.Now().UTC(), Actor: actor.Person.ID, Action: action, Subject: department, Detail: detail,
	}, change)
}
