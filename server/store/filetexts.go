package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// fileTextRow is what is known about the words of a stored file. Redacting the
// file deletes it, and then nobody waits for them any more.
type fileTextRow struct {
	SHA256   string `gorm:"column:sha256;primaryKey"`
	Words    string
	Unread   bool // still to be read, at DueAt
	Attempts int
	DueAt    int64
	Reason   string
}

func (fileTextRow) TableName() string { return "file_texts" }

type fileReadingRow struct {
	SHA256  string `gorm:"column:sha256;primaryKey"`
	Article string `gorm:"primaryKey"`
}

func (fileReadingRow) TableName() string { return "file_readings" }

// FileText returns the words of a stored file that was read.
func (s *Store) FileText(ctx context.Context, sha256 string) (string, error) {
	var row fileTextRow
	if err := s.on(ctx).Where("sha256 = ? AND NOT unread", sha256).Take(&row).Error; err != nil {
		return "", missing(err, "store.no-file-text")
	}
	return row.Words, nil
}

// SaveFileText remembers the words of a stored file; it is read then.
func (s *Store) SaveFileText(ctx context.Context, sha256, text string) error {
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&fileTextRow{SHA256: sha256, Words: text}).Error)
}

// AwaitFileTexts notes files whose words texts wait for.
func (s *Store) AwaitFileTexts(ctx context.Context, list []content.FileReading) error {
	if len(list) == 0 {
		return nil
	}
	files, readings := make([]fileTextRow, len(list)), make([]fileReadingRow, len(list))
	for i, r := range list {
		files[i], readings[i] = fileTextRow{SHA256: r.SHA256, Unread: true}, fileReadingRow{r.SHA256, string(r.Article)}
	}
	return translate(s.together(ctx, func(ctx context.Context) error {
		known := clause.OnConflict{DoNothing: true}
		if err := s.on(ctx).Clauses(known).CreateInBatches(files, insertBatch).Error; err != nil {
			return err
		}
		return s.on(ctx).Clauses(known).CreateInBatches(readings, insertBatch).Error
	}))
}

// FileReadings lists what can be done at a time: files to be read and texts that
// were not told yet, those that wait longest first.
func (s *Store) FileReadings(ctx context.Context, now time.Time, limit int) ([]content.FileReading, error) {
	var rows []struct {
		SHA256   string `gorm:"column:sha256"`
		Article  string
		Attempts int
	}
	err := s.on(ctx).Table("file_readings AS r").Select("r.sha256", "r.article", "COALESCE(t.attempts, 0) AS attempts").
		Joins("LEFT JOIN file_texts AS t ON t.sha256 = r.sha256").
		Where("COALESCE(t.due_at, 0) <= ?", at(now)).Order("COALESCE(t.due_at, 0)").Order("r.sha256").Order("r.article").Limit(limit).Scan(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	out := make([]content.FileReading, len(rows))
	for i, r := range rows {
		out[i] = content.FileReading{SHA256: r.SHA256, Article: content.ID(r.Article), Attempts: r.Attempts}
	}
	return out, nil
}

// EndFileReadings forgets the texts whose file was read.
func (s *Store) EndFileReadings(ctx context.Context, list []content.FileReading) error {
	return translate(s.together(ctx, func(ctx context.Context) error {
		for _, r := range list {
			read := s.on(ctx).Model(&fileTextRow{}).Select("sha256").Where("sha256 = ? AND NOT unread", r.SHA256)
			if err := s.on(ctx).Where("sha256 IN (?) AND article = ?", read, string(r.Article)).Delete(&fileReadingRow{}).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// ForgetFileReading ends a text's waiting for a file.
func (s *Store) ForgetFileReading(ctx context.Context, r content.FileReading) error {
	return translate(s.on(ctx).Delete(&fileReadingRow{r.SHA256, string(r.Article)}).Error)
}

// SettleFile keeps what a reading brought, if the file is still waited for.
func (s *Store) SettleFile(ctx context.Context, sha256 string, r content.ReadFile) error {
	result := s.on(ctx).Model(&fileTextRow{}).Where("sha256 = ? AND unread", sha256).Updates(map[string]any{
		"words": r.Text, "reason": string(r.Unreadable), "attempts": r.Attempts, "due_at": at(r.Again), "unread": !r.Again.IsZero(),
	})
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.NotFound, "store.no-file-text")
	}
	return translate(result.Error)
}

// UnreadableFiles tells which of the files could not be read, and why.
func (s *Store) UnreadableFiles(ctx context.Context, sha256 []string) (map[string]content.Unreadable, error) {
	out := map[string]content.Unreadable{}
	if len(sha256) == 0 {
		return out, nil
	}
	var rows []fileTextRow
	if err := s.on(ctx).Select("sha256", "reason").Where("sha256 IN ? AND reason <> ''", sha256).Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	for _, r := range rows {
		out[r.SHA256] = content.Unreadable(r.Reason)
	}
	return out, nil
}
