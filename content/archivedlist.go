package content

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// ArchivedList lists the archived texts of a department with its units, empty
// for all, that the actor could see last; latest first, with how many there are.
func (l *Library) ArchivedList(ctx context.Context, actor account.Actor, department string, limit, offset int) ([]Archived, int, error) {
	if err := authorizeTend(actor); err != nil {
		return nil, 0, err
	}
	ids, err := l.Catalogue.ArchivedTexts(ctx)
	if err != nil {
		return nil, 0, err
	}
	out, total := []Archived{}, 0
	for _, id := range ids {
		was, err := l.Archived(ctx, actor, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		if department != "" && !account.Within(was.Meta.Department, department) {
			continue
		}
		if total++; total > offset && len(out) < limit {
			out = append(out, was)
		}
	}
	return out, total, nil
}
