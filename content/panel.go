package content

import (
	"context"
	"slices"
	"strconv"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
)

// escalation is how long a proposal waits for the reviewers of its department
// before those of the department for organisation may decide too.
const (
	escalation           = 5 * 24 * time.Hour
	escalationDepartment = "11"
)

// matter is a proposal with the text it changes; nil for a new one.
type matter struct {
	Proposal
	current   *Article
	concerned []string // departments whose standards it replaces or amends
}

// departments are those the text belongs to and is to belong to.
func (m matter) departments() []string {
	if m.current == nil {
		return []string{m.Department}
	}
	return []string{m.Department, m.current.Department}
}

// shows reports whether the actor may see the text, as it is and as it is to be.
func (m matter) shows(actor account.Actor) bool {
	return CanSee(actor, m.Audience) && (m.current == nil || CanSee(actor, m.current.Audience()))
}

// overdue reports whether nobody decided in time. What was decided does not
// become overdue later.
func (m matter) overdue(now time.Time) bool {
	switch m.State {
	case ProposalDraft:
		return false
	case ProposalReturned:
		now = m.ChangedAt
	case ProposalReleased, ProposalWithdrawn:
		now = m.DecidedAt
	}
	return !m.SubmittedAt.IsZero() && now.Sub(m.SubmittedAt) > escalation
}

// panel answers who decides about proposals today. It reads people once, so it
// lives as long as one verb.
type panel struct {
	library    *Library
	actor      account.Actor
	represents []account.Actor // those the actor stands in for
	rules      ApprovalRules
	day        string
	reviewers  map[string][]account.Actor // by department
}

func (l *Library) panel(ctx context.Context, actor account.Actor) (*panel, error) {
	p := &panel{library: l, actor: actor, day: string(l.Today()), reviewers: map[string][]account.Actor{}}
	var err error
	if p.rules, err = l.Rules.ApprovalRules(ctx); err != nil || actor.System {
		return p, err
	}
	represented, err := l.People.Represented(ctx, actor.Person.ID, p.day)
	if err != nil {
		return nil, err
	}
	p.represents, err = p.actors(ctx, represented)
	return p, err
}

// actors are people with the grants that hold today.
func (p *panel) actors(ctx context.Context, people []account.Person) ([]account.Actor, error) {
	out := make([]account.Actor, len(people))
	for i, person := range people {
		grants, err := p.library.People.Grants(ctx, person.ID)
		if err != nil {
			return nil, err
		}
		out[i] = account.NewActor(person, grants, p.day, account.ReadAccess)
	}
	return out, nil
}

// needed is how many people have to approve: the stricter of the places the
// text comes from and goes to. What was submitted is decided by somebody.
func (p *panel) needed(m matter) int {
	n := max(1, p.rules.Approvers(m.Kind, m.Department))
	if m.current != nil {
		n = max(n, p.rules.Approvers(m.current.Kind, m.current.Department))
	}
	return n
}

// mandates lists in whose right the actor may decide, by pseudonym: the own
// first, then of those the actor stands in for. Nobody decides about what they
// or the one they stand in for proposed.
func (p *panel) mandates(ctx context.Context, m matter) ([]string, error) {
	if !p.actor.SignedIn() || p.actor.System || m.Author == p.actor.Person.Pseudonym || !m.shows(p.actor) {
		return nil, nil
	}
	var out []string
	for _, a := range append([]account.Actor{p.actor}, p.represents...) {
		may, err := p.entitled(ctx, a, m)
		if err != nil {
			return nil, err
		}
		consents, err := p.consents(ctx, a, m)
		if err != nil {
			return nil, err
		}
		if may || len(consents) > 0 {
			out = append(out, a.Person.Pseudonym)
		}
	}
	return out, nil
}

// entitled reports whether a reviewer may decide.
func (p *panel) entitled(ctx context.Context, a account.Actor, m matter) (bool, error) {
	if m.Author == a.Person.Pseudonym || !m.shows(a) {
		return false, nil
	}
	missing := slices.ContainsFunc(m.departments(), func(d string) bool { return !a.HasIn(d, account.Reviewer) })
	if !missing || !a.HasIn(escalationDepartment, account.Reviewer) {
		return !missing, nil
	}
	return p.escalated(ctx, m)
}

// escalated reports whether the department for organisation decides too.
func (p *panel) escalated(ctx context.Context, m matter) (bool, error) {
	if m.overdue(p.library.Now()) {
		return true, nil
	}
	return p.short(ctx, m)
}

// calls reports whether the department for organisation decides about anything
// of a proposal: in the place of its departments or of one that is concerned.
func (p *panel) calls(ctx context.Context, m matter) (bool, error) {
	escalated, err := p.escalated(ctx, m)
	for _, d := range m.concerned {
		if escalated || err != nil {
			break
		}
		escalated, err = p.absent(ctx, m, d)
	}
	return escalated, err
}

// short reports whether the departments have too few reviewers today for the
// proposal ever to be decided by them.
func (p *panel) short(ctx context.Context, m matter) (bool, error) {
	there, err := p.available(ctx, m)
	return len(there) < p.needed(m), err
}

// available lists the reviewers of the departments who may decide today.
func (p *panel) available(ctx context.Context, m matter) ([]account.Actor, error) {
	all, err := p.reviewersOf(ctx, m.Department)
	if err != nil {
		return nil, err
	}
	var out []account.Actor
	for _, a := range all {
		covers := !slices.ContainsFunc(m.departments(), func(d string) bool { return !a.HasIn(d, account.Reviewer) })
		if covers && a.Person.Pseudonym != m.Author && m.shows(a) {
			out = append(out, a)
		}
	}
	return out, nil
}

func (p *panel) reviewersOf(ctx context.Context, department string) ([]account.Actor, error) {
	if known, ok := p.reviewers[department]; ok {
		return known, nil
	}
	people, err := p.library.People.Holders(ctx, account.Reviewer, department, p.day)
	if err != nil {
		return nil, err
	}
	p.reviewers[department], err = p.actors(ctx, people)
	return p.reviewers[department], err
}

// follows is the one rule of who sees a proposal: its author, once it is
// submitted those who decide and those who write in its department; all of
// them only while they may see the text, as it is and as it is to be.
func (p *panel) follows(ctx context.Context, m matter) (bool, error) {
	if m.current != nil && !CanSee(p.actor, m.current.Audience()) {
		return false, nil
	}
	if m.Author == p.actor.Person.Pseudonym && !p.actor.System {
		return true, nil
	}
	if m.State == ProposalDraft || !CanSee(p.actor, m.Audience) {
		return false, nil
	}
	if mayWrite(p.actor, m.Department) || p.actor.HasIn(m.Department, account.Reviewer) {
		return true, nil
	}
	mandates, err := p.mandates(ctx, m)
	return len(mandates) > 0, err
}

// audience lists the account ids of everybody who may decide, deputies too.
func (p *panel) audience(ctx context.Context, m matter) ([]string, error) {
	deciders, err := p.available(ctx, m)
	if err != nil {
		return nil, err
	}
	for _, d := range m.concerned {
		others, err := p.consenting(ctx, m, d)
		if err != nil {
			return nil, err
		}
		deciders = append(slices.Clone(deciders), others...)
	}
	escalated, err := p.calls(ctx, m)
	if err != nil {
		return nil, err
	}
	if escalated {
		others, err := p.reviewersOf(ctx, escalationDepartment)
		if err != nil {
			return nil, err
		}
		deciders = append(slices.Clone(deciders), others...)
	}
	ids := map[string]bool{}
	for _, d := range deciders {
		if d.Person.Pseudonym == m.Author || !m.shows(d) {
			continue
		}
		ids[d.Person.ID] = true
		people, err := p.library.People.DeputiesOf(ctx, d.Person.ID, p.day)
		if err != nil {
			return nil, err
		}
		deputies, err := p.actors(ctx, people)
		if err != nil {
			return nil, err
		}
		for _, deputy := range deputies {
			if deputy.Person.Pseudonym != m.Author && m.shows(deputy) {
				ids[deputy.Person.ID] = true
			}
		}
	}
	out := make([]string, 0, len(ids))
	for id := range ids {
		out = append(out, id)
	}
	slices.Sort(out)
	return out, nil
}

// matterOf reads the text a proposal is about. One whose text is gone is not
// found.
func (l *Library) matterOf(ctx context.Context, p Proposal) (matter, error) {
	m := matter{Proposal: p}
	if !p.New() {
		a, err := l.Catalogue.Article(ctx, p.Article)
		if fault.Is(err, fault.NotFound) {
			return matter{}, fault.New(fault.NotFound, "content.proposal-missing")
		}
		if err != nil {
			return matter{}, err
		}
		m.current = &a
	}
	var err error
	m.concerned, err = l.concernedBy(ctx, m)
	return m, err
}

// proposalNotice tells one person about one state of a proposal.
func proposalNotice(kind notice.Kind, p Proposal, version int64, person string, at time.Time) notice.Notice {
	return notice.Notice{
		ID:     string(kind) + ":" + string(p.ID) + ":" + strconv.FormatInt(version, 10) + ":" + person,
		Person: person, Kind: kind, Article: string(p.Article), Subject: string(p.ID), At: at,
	}
}
