package store

import (
	"context"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

type deputyRow struct {
	ID        string `gorm:"primaryKey"`
	Person    string
	Deputy    string
	FromDay   string
	UntilDay  string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
}

func (deputyRow) TableName() string { return "deputies" }

func (r deputyRow) standing() account.Deputy {
	return account.Deputy{ID: r.ID, Person: r.Person, Deputy: r.Deputy, From: r.FromDay, Until: r.UntilDay, CreatedAt: from(r.CreatedAt)}
}

// AddDeputy keeps who stands in for whom.
func (s *Store) AddDeputy(ctx context.Context, d account.Deputy) error {
	row := deputyRow{d.ID, d.Person, d.Deputy, d.From, d.Until, at(d.CreatedAt)}
	return translate(s.on(ctx).Create(&row).Error)
}

// Deputy returns one by id.
func (s *Store) Deputy(ctx context.Context, id string) (account.Deputy, error) {
	var row deputyRow
	if err := s.on(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return account.Deputy{}, missing(err, "policy.deputy-missing")
	}
	return row.standing(), nil
}

// RemoveDeputy ends one at once.
func (s *Store) RemoveDeputy(ctx context.Context, id string) error {
	result := s.on(ctx).Where("id = ?", id).Delete(&deputyRow{})
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.NotFound, "policy.deputy-missing")
	}
	return translate(result.Error)
}

// DeputiesAround lists those a person named or is named in that have not ended
// by the day.
func (s *Store) DeputiesAround(ctx context.Context, person, day string) ([]account.Deputy, error) {
	var rows []deputyRow
	err := s.on(ctx).Where("(person = ? OR deputy = ?) AND until_day >= ?", person, person, day).Order("from_day").Order("id").Find(&rows).Error
	out := make([]account.Deputy, len(rows))
	for i, r := range rows {
		out[i] = r.standing()
	}
	return out, translate(err)
}

// Represented lists the active people a deputy stands in for on the day.
func (s *Store) Represented(ctx context.Context, deputy, day string) ([]account.Person, error) {
	return s.peopleIn(ctx, "SELECT d.person FROM deputies d WHERE d.deputy = ? AND d.from_day <= ? AND d.until_day >= ?", deputy, day, day)
}

// DeputiesOf lists the active people who stand in for a person on the day.
func (s *Store) DeputiesOf(ctx context.Context, person, day string) ([]account.Person, error) {
	return s.peopleIn(ctx, "SELECT d.deputy FROM deputies d WHERE d.person = ? AND d.from_day <= ? AND d.until_day >= ?", person, day, day)
}

func (s *Store) peopleIn(ctx context.Context, ids string, args ...any) ([]account.Person, error) {
	var rows []personRow
	err := s.on(ctx).Where("active = 1 AND id IN ("+ids+")", args...).Order("id").Find(&rows).Error
	out := make([]account.Person, len(rows))
	for i, r := range rows {
		out[i] = r.person()
	}
	return out, translate(err)
}
