package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/internal/notice"
)

type mailWishRow struct {
	Person    string `gorm:"primaryKey"`
	Frequency string
}

func (mailWishRow) TableName() string { return "mail_wishes" }

type mailStateRow struct {
	Person string `gorm:"primaryKey"`
	Tries  int
	NextAt int64
	Daily  string
	Week   string
}

func (mailStateRow) TableName() string { return "mail_states" }

// Waiting lists those with notices that are neither mailed nor need no mail.
func (s *Store) Waiting(ctx context.Context) ([]string, error) {
	people := []string{}
	err := s.on(ctx).Model(&noticeRow{}).Where("settled_at = 0").Distinct().Order("person").Pluck("person", &people).Error
	return people, translate(err)
}

// Unsettled lists the notices of a person that still have to be mailed, oldest
// first.
func (s *Store) Unsettled(ctx context.Context, person string) ([]notice.Notice, error) {
	var rows []noticeRow
	err := s.on(ctx).Where("person = ? AND settled_at = 0", person).Order("at_us").Order("id").Limit(listLimit).Find(&rows).Error
	return noticesOf(rows), translate(err)
}

// Settle marks notices as mailed or as needing no mail.
func (s *Store) Settle(ctx context.Context, when time.Time, ids ...string) error {
	for batch := range slices.Chunk(ids, insertBatch) {
		if err := s.on(ctx).Model(&noticeRow{}).Where("id IN ?", batch).Update("settled_at", at(when)).Error; err != nil {
			return translate(err)
		}
	}
	return nil
}

// Wish is how often a person wants mail.
func (s *Store) Wish(ctx context.Context, person string) (notice.Frequency, error) {
	var row mailWishRow
	err := s.on(ctx).Where("person = ?", person).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return notice.Standard, nil
	}
	return notice.Frequency(row.Frequency), translate(err)
}

// SetWish keeps how often a person wants mail.
func (s *Store) SetWish(ctx context.Context, person string, f notice.Frequency) error {
	row := mailWishRow{person, string(f)}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// MailState is how far the mail of a person is.
func (s *Store) MailState(ctx context.Context, person string) (notice.MailState, error) {
	var row mailStateRow
	err := s.on(ctx).Where("person = ?", person).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return notice.MailState{}, nil
	}
	return notice.MailState{Tries: row.Tries, Next: from(row.NextAt), Day: row.Daily, Week: row.Week}, translate(err)
}

// SetMailState keeps how far the mail of a person is.
func (s *Store) SetMailState(ctx context.Context, person string, m notice.MailState) error {
	row := mailStateRow{person, m.Tries, at(m.Next), m.Day, m.Week}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// Addressed lists active people with a mail address.
func (s *Store) Addressed(ctx context.Context) ([]string, error) {
	people := []string{}
	err := s.on(ctx).Model(&personRow{}).Where("active = 1 AND email <> ''").Order("id").Pluck("id", &people).Error
	return people, translate(err)
}
