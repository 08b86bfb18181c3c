package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"staffelstab/internal/notice"
)

type noticeRow struct {
	ID      string `gorm:"primaryKey"`
	Person  string
	Kind    string
	Article string
	Subject string
	AtUs    int64
	ReadAt  int64
}

func (noticeRow) TableName() string { return "notices" }

// AddNotices keeps notices; those whose id is kept already stay as they are.
func (s *Store) AddNotices(ctx context.Context, notices ...notice.Notice) error {
	for batch := range slices.Chunk(notices, insertBatch) {
		rows := make([]noticeRow, len(batch))
		for i, n := range batch {
			rows[i] = noticeRow{ID: n.ID, Person: n.Person, Kind: string(n.Kind), Article: n.Article, Subject: n.Subject, AtUs: at(n.At), ReadAt: at(n.ReadAt)}
		}
		if err := s.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return translate(err)
		}
	}
	return nil
}

// Notices lists what a person was told, newest first.
func (s *Store) Notices(ctx context.Context, person string, limit, offset int) ([]notice.Notice, int, error) {
	var unread int64
	if err := s.on(ctx).Model(&noticeRow{}).Where("person = ? AND read_at = 0", person).Count(&unread).Error; err != nil {
		return nil, 0, translate(err)
	}
	if limit < 1 || limit > listLimit {
		limit = listLimit
	}
	var rows []noticeRow
	err := s.on(ctx).Where("person = ?", person).Order("at_us DESC").Order("id").Limit(limit).Offset(max(offset, 0)).Find(&rows).Error
	return noticesOf(rows), int(unread), translate(err)
}

func noticesOf(rows []noticeRow) []notice.Notice {
	out := make([]notice.Notice, len(rows))
	for i, r := range rows {
		out[i] = notice.Notice{ID: r.ID, Person: r.Person, Kind: notice.Kind(r.Kind), Article: r.Article, Subject: r.Subject, At: from(r.AtUs), ReadAt: from(r.ReadAt)}
	}
	return out
}

// ReadNotices marks what a person was told up to a time as read.
func (s *Store) ReadNotices(ctx context.Context, person string, until, now time.Time) error {
	return translate(s.on(ctx).Model(&noticeRow{}).Where("person = ? AND read_at = 0 AND at_us <= ?", person, at(until)).Update("read_at", at(now)).Error)
}
