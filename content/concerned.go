package content

import (
	"context"
	"slices"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// touched are the texts a wording newly says it replaces or amends.
func touched(before, after Meta) []ID {
	var out []ID
	for _, key := range []string{"ersetzt", "aendert"} {
		for _, id := range after.named(key) {
			if id != after.ID && !slices.Contains(before.named(key), id) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// concernedBy are the departments whose standards a proposal replaces or
// amends, besides those it belongs to: each of them has to agree.
func (l *Library) concernedBy(ctx context.Context, m matter) ([]string, error) {
	own := m.departments()
	var out []string
	for _, id := range m.Concerns {
		a, err := l.Catalogue.Article(ctx, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if a.Kind.IsStandard() && !slices.Contains(own, a.Department) && !slices.Contains(out, a.Department) {
			out = append(out, a.Department)
		}
	}
	slices.Sort(out)
	return out, nil
}

// consents lists the concerned departments a reviewer may agree for.
func (p *panel) consents(ctx context.Context, a account.Actor, m matter) ([]string, error) {
	if len(m.concerned) == 0 || m.Author == a.Person.Pseudonym || !m.shows(a) {
		return nil, nil
	}
	var out []string
	for _, d := range m.concerned {
		may := a.HasIn(d, account.Reviewer)
		if !may && a.HasIn(escalationDepartment, account.Reviewer) {
			absent, err := p.absent(ctx, m, d)
			if err != nil {
				return nil, err
			}
			may = absent || m.overdue(p.library.Now())
		}
		if may {
			out = append(out, d)
		}
	}
	return out, nil
}

// absent reports whether a concerned department has nobody today who could
// agree.
func (p *panel) absent(ctx context.Context, m matter, department string) (bool, error) {
	there, err := p.consenting(ctx, m, department)
	return len(there) == 0, err
}

// consenting lists the reviewers of a concerned department who may agree today.
func (p *panel) consenting(ctx context.Context, m matter, department string) ([]account.Actor, error) {
	all, err := p.reviewersOf(ctx, department)
	if err != nil {
		return nil, err
	}
	var out []account.Actor
	for _, a := range all {
		if a.Person.Pseudonym != m.Author && m.shows(a) {
			out = append(out, a)
		}
	}
	return out, nil
}

// tally counts approvals: those given for the departments the text belongs to,
// and which of the concerned departments have not agreed yet.
func (p *panel) tally(ctx context.Context, m matter, approvals []Vote) (given int, awaits []string, err error) {
	if len(m.concerned) == 0 {
		return approvers(approvals), nil, nil
	}
	agreed, rights := map[string]bool{}, map[string]bool{}
	for _, v := range approvals {
		if rights[v.Right()] {
			continue
		}
		rights[v.Right()] = true
		a, err := p.holder(ctx, v.Right())
		if err != nil {
			return 0, nil, err
		}
		main, err := p.entitled(ctx, a, m)
		if err != nil {
			return 0, nil, err
		}
		if main {
			given++
		}
		consents, err := p.consents(ctx, a, m)
		if err != nil {
			return 0, nil, err
		}
		for _, d := range consents {
			agreed[d] = true
		}
	}
	for _, d := range m.concerned {
		if !agreed[d] {
			awaits = append(awaits, d)
		}
	}
	return given, awaits, nil
}

// holder is who has a right today; nobody when the person is erased.
func (p *panel) holder(ctx context.Context, pseudonym string) (account.Actor, error) {
	person, err := p.library.People.PersonByPseudonym(ctx, pseudonym)
	if fault.Is(err, fault.NotFound) {
		return account.Actor{}, nil
	}
	if err != nil {
		return account.Actor{}, err
	}
	found, err := p.actors(ctx, []account.Person{person})
	if err != nil {
		return account.Actor{}, err
	}
	return found[0], nil
}
