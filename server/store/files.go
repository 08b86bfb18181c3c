package store

import (
	"context"

	"gorm.io/gorm/clause"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

type draftFileRow struct {
	Person   string `gorm:"primaryKey"`
	Article  string `gorm:"primaryKey"`
	DraftKey string `gorm:"primaryKey"`
	Name     string `gorm:"primaryKey"`
	SHA256   string `gorm:"column:sha256"`
	Size     int64
}

func (draftFileRow) TableName() string { return "draft_files" }

// SaveDraftFile keeps a file for what somebody is writing.
func (s *Store) SaveDraftFile(ctx context.Context, f content.DraftFile) error {
	row := draftFileRow{f.Person, string(f.Article), draftKey(f.Article, f.Key), f.Name, f.SHA256, f.Size}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// DraftFiles lists the files of a draft by name.
func (s *Store) DraftFiles(ctx context.Context, person string, article content.ID, key string) ([]content.DraftFile, error) {
	var rows []draftFileRow
	err := s.on(ctx).Where("person = ? AND article = ? AND draft_key = ?", person, string(article), draftKey(article, key)).Order("name").Find(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	out := make([]content.DraftFile, len(rows))
	for i, r := range rows {
		out[i] = content.DraftFile{
			Person: r.Person, Article: content.ID(r.Article), Key: r.DraftKey,
			FileChange: content.FileChange{Name: r.Name, SHA256: r.SHA256, Size: r.Size},
		}
	}
	return out, nil
}

// DeleteDraftFiles forgets the files of a draft. None is no error.
func (s *Store) DeleteDraftFiles(ctx context.Context, person string, article content.ID, key string) error {
	return translate(s.on(ctx).
		Where("person = ? AND article = ? AND draft_key = ?", person, string(article), draftKey(article, key)).
		Delete(&draftFileRow{}).Error)
}

// DeleteDraftFile forgets one file of a draft.
func (s *Store) DeleteDraftFile(ctx context.Context, person string, article content.ID, key, name string) error {
	result := s.on(ctx).Where("person = ? AND article = ? AND draft_key = ? AND name = ?", person, string(article), draftKey(article, key), name).Delete(&draftFileRow{})
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.NotFound, "content.attachment-missing", "name", name)
	}
	return translate(result.Error)
}
