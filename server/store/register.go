package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/internal/fault"
	"staffelstab/lessons/zak"
)

type occupationRow struct {
	ID    string `gorm:"primaryKey"`
	Title string
}

func (occupationRow) TableName() string { return "occupations" }

type cohortRow struct {
	ID         string `gorm:"primaryKey"`
	Occupation string
	Year       int
	Name       string
	NameKey    string
	Modules    string
}

func (cohortRow) TableName() string { return "cohorts" }

type apprenticeRow struct {
	ID       string `gorm:"primaryKey"`
	Person   string
	Cohort   string
	StartDay string
	EndDay   string
}

func (apprenticeRow) TableName() string { return "apprentices" }

// Occupations lists the occupations by short name.
func (s *Store) Occupations(ctx context.Context) ([]zak.Occupation, error) {
	var rows []occupationRow
	if err := s.on(ctx).Order("id").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]zak.Occupation, len(rows))
	for i, r := range rows {
		out[i] = zak.Occupation(r)
	}
	return out, nil
}

// SaveOccupation adds or changes an occupation.
func (s *Store) SaveOccupation(ctx context.Context, o zak.Occupation) error {
	row := occupationRow(o)
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// Cohorts lists all cohorts, newest year first.
func (s *Store) Cohorts(ctx context.Context) ([]zak.Cohort, error) {
	var rows []cohortRow
	if err := s.on(ctx).Order("year DESC").Order("name_key").Order("id").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]zak.Cohort, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.cohort(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Cohort returns one cohort.
func (s *Store) Cohort(ctx context.Context, id string) (zak.Cohort, error) {
	var row cohortRow
	if err := s.on(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return zak.Cohort{}, missing(err, "zak.cohort-missing")
	}
	return row.cohort()
}

func (r cohortRow) cohort() (zak.Cohort, error) {
	c := zak.Cohort{ID: r.ID, Occupation: r.Occupation, Year: r.Year, Name: r.Name}
	if err := json.Unmarshal([]byte(r.Modules), &c.Modules); err != nil {
		return c, fmt.Errorf("store: cohort %s: %w", r.ID, err)
	}
	return c, nil
}

// SaveCohort adds or changes a cohort.
func (s *Store) SaveCohort(ctx context.Context, c zak.Cohort) error {
	modules, err := json.Marshal(c.Modules)
	if err != nil {
		return err
	}
	row := cohortRow{ID: c.ID, Occupation: c.Occupation, Year: c.Year, Name: c.Name, NameKey: s.collator.key(c.Name), Modules: string(modules)}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// namedApprentice is an apprentice with the person's name. It repeats the
// columns, because gorm does not look into an embedded private struct.
type namedApprentice struct {
	ID          string
	Person      string
	Cohort      string
	StartDay    string
	EndDay      string
	DisplayName string
}

func (n namedApprentice) apprentice() zak.Apprentice {
	return zak.Apprentice{ID: n.ID, Person: n.Person, Name: n.DisplayName, Cohort: n.Cohort, Start: n.StartDay, End: n.EndDay}
}

func (s *Store) apprentices(ctx context.Context) *gorm.DB {
	return s.on(ctx).Table("apprentices").
		Select("apprentices.id, apprentices.person, apprentices.cohort, apprentices.start_day, apprentices.end_day, people.display_name").
		Joins("JOIN people ON people.id = apprentices.person").
		Order("people.name_key").Order("apprentices.id")
}

func (s *Store) listApprentices(ctx context.Context, where, value string) ([]zak.Apprentice, error) {
	var rows []namedApprentice
	if err := s.apprentices(ctx).Where(where, value).Scan(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]zak.Apprentice, len(rows))
	for i, r := range rows {
		out[i] = r.apprentice()
	}
	return out, nil
}

// Apprentices lists a cohort by name in German order.
func (s *Store) Apprentices(ctx context.Context, cohort string) ([]zak.Apprentice, error) {
	return s.listApprentices(ctx, "apprentices.cohort = ?", cohort)
}

// ApprenticeshipsOf lists those of one person.
func (s *Store) ApprenticeshipsOf(ctx context.Context, person string) ([]zak.Apprentice, error) {
	return s.listApprentices(ctx, "apprentices.person = ?", person)
}

// Apprentice returns one apprentice.
func (s *Store) Apprentice(ctx context.Context, id string) (zak.Apprentice, error) {
	found, err := s.listApprentices(ctx, "apprentices.id = ?", id)
	if err != nil {
		return zak.Apprentice{}, err
	}
	if len(found) == 0 {
		return zak.Apprentice{}, fault.New(fault.NotFound, "zak.apprentice-missing")
	}
	return found[0], nil
}

// SaveApprentice adds or changes an apprentice.
func (s *Store) SaveApprentice(ctx context.Context, a zak.Apprentice) error {
	row := apprenticeRow{ID: a.ID, Person: a.Person, Cohort: a.Cohort, StartDay: a.Start, EndDay: a.End}
	err := translate(s.on(ctx).
		Clauses(clause.OnConflict{UpdateAll: true}).
		Create(&row).Error)
	if fault.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, "store.already-in-cohort").InField("person").Because(err)
	}
	return err
}
