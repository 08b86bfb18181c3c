package store

import (
	"context"

	"gorm.io/gorm"

	"staffelstab/content/legacy"
	"staffelstab/internal/fault"
)

// Plans lists runs that only planned, newest first.
func (s *Store) Plans(ctx context.Context) ([]legacy.Run, error) {
	var rows []legacyRunRow
	if err := s.on(ctx).Where("dry = 1").Order("at_us DESC").Order("id").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	return legacyRuns(rows)
}

// WithdrawPlan forgets a plan and what only it brought.
func (s *Store) WithdrawPlan(ctx context.Context, run string) (documents int, err error) {
	err = s.on(ctx).Transaction(func(tx *gorm.DB) error {
		gone := tx.Where("id = ? AND dry = 1", run).Delete(&legacyRunRow{})
		if gone.Error == nil && gone.RowsAffected == 0 {
			return fault.New(fault.NotFound, "legacy.plan-unknown", "run", run)
		}
		if gone.Error != nil {
			return gone.Error
		}
		removed := tx.Where("run = ? AND planned = 1", run).Delete(&legacyDocumentRow{})
		if removed.Error != nil {
			return removed.Error
		}
		documents = int(removed.RowsAffected)
		const missing = "NOT EXISTS (SELECT 1 FROM legacy_documents d WHERE d.replica = legacy_questions."
		return tx.Where(missing + "replica AND d.unid = legacy_questions.unid) OR other_unid <> '' AND " +
			missing + "other_replica AND d.unid = legacy_questions.other_unid)").Delete(&legacyQuestionRow{}).Error
	})
	return documents, translate(err)
}
