package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
	"staffelstab/lessons"
)

type attemptRow struct {
	ID           string `gorm:"primaryKey"`
	Person       string
	Module       string
	Lesson       string
	Question     string
	Revision     string
	QuestionHash string
	Answer       string
	Correct      int
	Score        float64
	Points       int
	HintsUsed    int
	RequestKey   string
	RequestHash  string
	AtUs         int64
	Sequence     int64 // order of arrival, by person
}

func (attemptRow) TableName() string { return "attempts" }

type readingRow struct {
	ID          string `gorm:"primaryKey"`
	Person      string
	Module      string
	Lesson      string
	Revision    string
	ContentHash string
	AtUs        int64
}

func (readingRow) TableName() string { return "readings" }

// AddAttempt stores an attempt once per person and key.
func (s *Store) AddAttempt(ctx context.Context, a lessons.Attempt) (lessons.Attempt, bool, error) {
	answer, err := json.Marshal(a.Answer)
	if err != nil {
		return a, false, err
	}
	row := attemptRow{
		ID: a.ID, Person: a.Person, Module: string(a.Module), Lesson: string(a.Lesson), Question: a.Question, Revision: string(a.Revision),
		QuestionHash: a.QuestionHash, Answer: string(answer), Correct: integer(a.Correct), Score: a.Score, Points: a.Points,
		HintsUsed: a.HintsUsed, RequestKey: a.Key, RequestHash: a.RequestHash, AtUs: at(a.At),
	}
	added, err := s.insertAttempt(ctx, row)
	if added || err != nil {
		return a, added, translate(err)
	}
	var first attemptRow
	if err := s.on(ctx).Where("person = ? AND request_key = ?", a.Person, a.Key).Take(&first).Error; err != nil {
		return a, false, translate(err)
	}
	stored, err := first.attempt()
	return stored, false, err
}

// insertAttempt numbers the attempt after all that its person has made.
func (s *Store) insertAttempt(ctx context.Context, row attemptRow) (added bool, err error) {
	err = s.on(ctx).Transaction(func(tx *gorm.DB) error {
		last := tx.Model(&attemptRow{}).Select("COALESCE(MAX(sequence), 0)").Where("person = ?", row.Person)
		if err := last.Scan(&row.Sequence).Error; err != nil {
			return err
		}
		row.Sequence++
		result := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		added = result.RowsAffected == 1
		return result.Error
	})
	return added, err
}

func (r attemptRow) attempt() (lessons.Attempt, error) {
	a := lessons.Attempt{
		ID: r.ID, Person: r.Person, Module: content.ID(r.Module), Lesson: content.ID(r.Lesson), Question: r.Question,
		Revision: content.RevisionID(r.Revision), QuestionHash: r.QuestionHash, Correct: r.Correct == 1, Score: r.Score, Points: r.Points,
		HintsUsed: r.HintsUsed, Key: r.RequestKey, RequestHash: r.RequestHash, At: from(r.AtUs),
	}
	if err := json.Unmarshal([]byte(r.Answer), &a.Answer); err != nil {
		return a, fmt.Errorf("store: attempt %s: %w", r.ID, err)
	}
	return a, nil
}

// AddReading stores a reading once per person, lesson and wording.
func (s *Store) AddReading(ctx context.Context, r lessons.Reading) error {
	row := readingRow{
		ID: r.ID, Person: r.Person, Module: string(r.Module), Lesson: string(r.Lesson), Revision: string(r.Revision),
		ContentHash: string(r.ContentHash), AtUs: at(r.At),
	}
	return translate(s.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// Attempts returns attempts by person, each in the order they arrived.
func (s *Store) Attempts(ctx context.Context, people []string, modules []content.ID) ([]lessons.Attempt, error) {
	var rows []attemptRow
	if err := s.results(ctx, people, modules).Order("person").Order("sequence").Order("id").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]lessons.Attempt, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.attempt(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Readings returns readings, oldest first.
func (s *Store) Readings(ctx context.Context, people []string, modules []content.ID) ([]lessons.Reading, error) {
	var rows []readingRow
	if err := s.results(ctx, people, modules).Order("at_us").Order("id").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]lessons.Reading, len(rows))
	for i, r := range rows {
		out[i] = lessons.Reading{
			ID: r.ID, Person: r.Person, Module: content.ID(r.Module), Lesson: content.ID(r.Lesson), Revision: content.RevisionID(r.Revision),
			ContentHash: content.ContentHash(r.ContentHash), At: from(r.AtUs),
		}
	}
	return out, nil
}

func (s *Store) results(ctx context.Context, people []string, modules []content.ID) *gorm.DB {
	q := s.on(ctx)
	if people != nil {
		q = q.Where("person IN ?", orNone(people))
	}
	if modules != nil {
		q = q.Where("module IN ?", orNone(modules))
	}
	return q
}

// EraseResults removes everything about a person.
func (s *Store) EraseResults(ctx context.Context, person string) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Where("person = ?", person).Delete(&attemptRow{}).Error; err != nil {
			return err
		}
		return tx.Where("person = ?", person).Delete(&readingRow{}).Error
	}))
}
