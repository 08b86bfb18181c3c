package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm/clause"

	"staffelstab/content"
)

type draftRow struct {
	Person    string `gorm:"primaryKey"`
	Article   string `gorm:"primaryKey"`
	DraftKey  string `gorm:"primaryKey"`
	Base      string
	Title     string
	Body      string
	Fields    string
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

func (draftRow) TableName() string { return "drafts" }

// draftKey is empty for a text that has an id, unless its proposal is revised.
func draftKey(article content.ID, key string) string {
	if article != "" && !content.IsProposalDraft(key) {
		return ""
	}
	return key
}

// SaveDraft keeps what somebody is typing.
func (s *Store) SaveDraft(ctx context.Context, d content.Draft) error {
	fields, err := json.Marshal(d.Fields)
	if err != nil {
		return err
	}
	row := draftRow{
		Person: d.Person, Article: string(d.Article), DraftKey: draftKey(d.Article, d.Key), Base: d.Base, Title: d.Title,
		Body: d.Body, Fields: string(fields), UpdatedAt: at(d.UpdatedAt),
	}
	return translate(s.on(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// Draft returns a draft.
func (s *Store) Draft(ctx context.Context, person string, article content.ID, key string) (content.Draft, error) {
	var row draftRow
	err := s.on(ctx).Where("person = ? AND article = ? AND draft_key = ?", person, string(article), draftKey(article, key)).Take(&row).Error
	if err != nil {
		return content.Draft{}, missing(err, "store.no-draft")
	}
	return row.draft()
}

// DraftsOf lists the drafts of a person, newest first.
func (s *Store) DraftsOf(ctx context.Context, person string) ([]content.Draft, error) {
	var rows []draftRow
	err := s.on(ctx).Where("person = ?", person).Order("updated_at DESC").Order("article").Order("draft_key").Limit(listLimit).Find(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	out := make([]content.Draft, len(rows))
	for i, r := range rows {
		if out[i], err = r.draft(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// DeleteDraft forgets a draft. An unknown one is no error.
func (s *Store) DeleteDraft(ctx context.Context, person string, article content.ID, key string) error {
	return translate(s.on(ctx).
		Where("person = ? AND article = ? AND draft_key = ?", person, string(article), draftKey(article, key)).
		Delete(&draftRow{}).Error)
}

func (r draftRow) draft() (content.Draft, error) {
	d := content.Draft{
		Person: r.Person, Article: content.ID(r.Article), Key: r.DraftKey, Base: r.Base, Title: r.Title, Body: r.Body, UpdatedAt: from(r.UpdatedAt),
	}
	if err := json.Unmarshal([]byte(r.Fields), &d.Fields); err != nil {
		return d, fmt.Errorf("store: draft: %w", err)
	}
	return d, nil
}
