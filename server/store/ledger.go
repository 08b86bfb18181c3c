package store

import (
	"context"
	"encoding/json"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

type ledgerRow struct {
	ID       int `gorm:"primaryKey"`
	Head     string
	Sequence int64
	Shape    int // content.ProjectionShape of what was derived
}

func (ledgerRow) TableName() string { return "ledger" }

// insertBatch keeps a statement below the databases' limits of variables.
const insertBatch = 200

// wideBatch is for rows of many columns: the SQLite driver looks through all
// variables of a statement for each of them.
const wideBatch = 20

// LedgerHead is the commit the database stands at.
func (s *Store) LedgerHead(ctx context.Context) (content.Commit, error) {
	var row ledgerRow
	if err := s.on(ctx).Take(&row).Error; err != nil {
		return "", translate(err)
	}
	return content.Commit(row.Head), nil
}

// LedgerShape is the shape the derived rows have.
func (s *Store) LedgerShape(ctx context.Context) (int, error) {
	var row ledgerRow
	err := s.on(ctx).Take(&row).Error
	return row.Shape, translate(err)
}

// Recorded tells the rows there are of texts.
func (s *Store) Recorded(ctx context.Context, ids []content.ID) (map[content.ID]content.Article, error) {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = string(id)
	}
	return s.articlesByID(ctx, names)
}

// Append applies a projection in one transaction.
func (s *Store) Append(ctx context.Context, p content.Projection) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error { return s.apply(tx, p) }))
}

// Replace puts a projection of the whole history in place of what was derived
// from Git before, in one transaction.
func (s *Store) Replace(ctx context.Context, p content.Projection) error {
	err := s.on(ctx).Transaction(func(tx *gorm.DB) error {
		if err := truncate(tx); err != nil {
			return err
		}
		if err := s.apply(tx, p); err != nil {
			return err
		}
		return s.analyze(tx)
	})
	if err == nil {
		s.opening.Store(false)
	}
	return translate(err)
}

func (s *Store) apply(tx *gorm.DB, p content.Projection) error {
	var ledger ledgerRow
	if err := tx.Clauses(s.forUpdate()...).Take(&ledger).Error; err != nil {
		return err
	}
	if content.Commit(ledger.Head) != p.From {
		return fault.New(fault.Stale, "store.ledger-moved")
	}
	if p.From == "" { // nothing was derived before
		if err := tx.Model(&ledgerRow{}).Where("id = 1").Update("shape", content.ProjectionShape).Error; err != nil {
			return err
		}
	}
	if err := s.saveArticles(tx, p.Articles); err != nil {
		return err
	}
	if err := removeArticles(tx, p.Removed); err != nil {
		return err
	}
	if err := s.addRevisions(tx, ledger.Sequence, p.Revisions); err != nil {
		return err
	}
	if err := s.addReleases(tx, p.Releases); err != nil {
		return err
	}
	if err := saveRelations(tx, p); err != nil {
		return err
	}
	return tx.Model(&ledgerRow{}).Where("id = 1").Updates(map[string]any{
		"head": string(p.Head), "sequence": ledger.Sequence + int64(len(p.Revisions)),
	}).Error
}

// forUpdate locks the row on PostgreSQL; SQLite locks the whole database when
// a transaction begins.
func (s *Store) forUpdate() []clause.Expression {
	if s.dialect == "postgres" {
		return []clause.Expression{clause.Locking{Strength: "UPDATE"}}
	}
	return nil
}

func (s *Store) saveArticles(tx *gorm.DB, articles []content.Article) error {
	for batch := range slices.Chunk(articles, insertBatch) {
		var rows []articleRow
		var ids []string
		var audience []audienceRow
		var topics []topicRow
		for _, a := range batch {
			row, err := s.articleRow(a)
			if err != nil {
				return err
			}
			rows, ids = append(rows, row), append(ids, row.ID)
			for _, token := range a.Audience() {
				audience = append(audience, audienceRow{row.ID, indexed(token)})
			}
			for _, topic := range unique(a.Topics) {
				topics = append(topics, topicRow{row.ID, indexed(topic)})
			}
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&rows, wideBatch).Error; err != nil {
			return err
		}
		if err := replaceSets(tx, ids, audience, topics); err != nil {
			return err
		}
		if err := replaceRelations(tx, ids, batch); err != nil {
			return err
		}
		if err := replaceDuties(tx, batch); err != nil {
			return err
		}
	}
	return nil
}

func replaceSets(tx *gorm.DB, ids []string, audience []audienceRow, topics []topicRow) error {
	if err := tx.Where("article IN ?", ids).Delete(&audienceRow{}).Error; err != nil {
		return err
	}
	if err := tx.Where("article IN ?", ids).Delete(&topicRow{}).Error; err != nil {
		return err
	}
	if len(audience) > 0 {
		if err := tx.CreateInBatches(&audience, insertBatch).Error; err != nil {
			return err
		}
	}
	if len(topics) > 0 {
		return tx.CreateInBatches(&topics, insertBatch).Error
	}
	return nil
}

func unique(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

func removeArticles(tx *gorm.DB, removed []content.ID) error {
	for batch := range slices.Chunk(removed, insertBatch) {
		if err := tx.Where("article IN ?", batch).Delete(&audienceRow{}).Error; err != nil {
			return err
		}
		if err := tx.Where("article IN ?", batch).Delete(&topicRow{}).Error; err != nil {
			return err
		}
		if err := tx.Where("stated_by IN ?", batch).Delete(&relationRow{}).Error; err != nil {
			return err
		}
		if err := tx.Where("article IN ?", batch).Delete(&dutyRow{}).Error; err != nil {
			return err
		}
		if err := tx.Where("id IN ?", batch).Delete(&articleRow{}).Error; err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) addRevisions(tx *gorm.DB, last int64, revisions []content.Revision) error {
	for batch := range slices.Chunk(revisions, insertBatch) {
		rows := make([]revisionRow, len(batch))
		for i, r := range batch {
			last++
			audience, err := json.Marshal(r.Audience)
			if err != nil {
				return err
			}
			approvers, err := json.Marshal(r.Approvers)
			if err != nil {
				return err
			}
			rows[i] = revisionRow{
				Sequence: last, ID: string(r.ID), Article: string(r.Article), CommitHash: string(r.Commit), Path: r.Path,
				BlobHash: r.Blob, Etag: r.ETag, ContentHash: string(r.ContentHash), Author: r.Author, AtUs: at(r.At),
				Message: r.Message, ChangeKind: string(r.Change), Operation: indexed(r.Operation), Audience: string(audience), Removed: integer(r.Removed),
				Kind: string(r.Kind), Title: r.Title, TitleKey: s.collator.key(r.Title), Number: r.Number, Binding: string(r.Binding),
				ValidFrom: string(r.ValidFrom), ValidUntil: string(r.ValidUntil), DecidedOn: string(r.DecidedOn), Approvers: string(approvers),
			}
		}
		if err := tx.CreateInBatches(&rows, wideBatch).Error; err != nil {
			return err
		}
	}
	return nil
}

// truncate empties everything derived from Git.
func truncate(tx *gorm.DB) error {
	for _, row := range []any{&dutyRow{}, &audienceRow{}, &topicRow{}, &relationRow{}, &articleRow{}, &revisionRow{}, &nameRow{}, &linkRow{}, &printRow{}} {
		if err := tx.Where("1 = 1").Delete(row).Error; err != nil {
			return err
		}
	}
	return tx.Model(&ledgerRow{}).Where("id = 1").Updates(map[string]any{"head": "", "sequence": 0}).Error
}

func integer(b bool) int {
	if b {
		return 1
	}
	return 0
}
