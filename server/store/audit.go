package store

import (
	"context"

	"gorm.io/gorm"

	"staffelstab/internal/account"
)

type auditRow struct {
	Sequence int64 `gorm:"primaryKey;autoIncrement:false"`
	ID       string
	AtUs     int64
	Actor    string
	Action   string
	Subject  string
	Detail   string
}

func (auditRow) TableName() string { return "audit" }

// Record makes a change and writes its line into the audit log, both or
// neither.
func (s *Store) Record(ctx context.Context, e account.Event, change func(context.Context) error) error {
	return translate(s.together(ctx, func(ctx context.Context) error {
		if err := change(ctx); err != nil {
			return err
		}
		return s.appendEvents(ctx, []account.Event{e})
	}))
}

// appendEvents writes lines behind the last one, within a transaction.
func (s *Store) appendEvents(ctx context.Context, events []account.Event) error {
	tx := s.on(ctx)
	if s.dialect == "postgres" { // two writers would count to the same number
		if err := tx.Exec("LOCK TABLE audit IN EXCLUSIVE MODE").Error; err != nil {
			return err
		}
	}
	var last int64
	if err := tx.Model(&auditRow{}).Select("COALESCE(MAX(sequence), 0)").Scan(&last).Error; err != nil {
		return err
	}
	rows := make([]auditRow, len(events))
	for i, e := range events {
		last++
		rows[i] = auditRow{Sequence: last, ID: e.ID, AtUs: at(e.At), Actor: e.Actor, Action: e.Action, Subject: e.Subject, Detail: e.Detail}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(&rows, insertBatch).Error
}

// Events lists the audit log, newest first.
func (s *Store) Events(ctx context.Context, subject string, limit, offset int) ([]account.Event, int, error) {
	find := func() *gorm.DB {
		q := s.on(ctx).Model(&auditRow{})
		if subject != "" {
			q = q.Where("subject = ?", subject)
		}
		return q
	}
	var total int64
	if err := find().Count(&total).Error; err != nil {
		return nil, 0, translate(err)
	}
	if limit < 1 || limit > listLimit {
		limit = listLimit
	}
	var rows []auditRow
	if err := find().Order("sequence DESC").Limit(limit).Offset(max(offset, 0)).Find(&rows).Error; err != nil {
		return nil, 0, translate(err)
	}
	out := make([]account.Event, len(rows))
	for i, r := range rows {
		out[i] = account.Event{ID: r.ID, At: from(r.AtUs), Actor: r.Actor, Action: r.Action, Subject: r.Subject, Detail: r.Detail}
	}
	return out, int(total), nil
}
