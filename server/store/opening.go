package store

import (
	"context"

	"gorm.io/gorm"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// Begin implements content.Opener.
func (s *Store) Begin(ctx context.Context, articles []content.Article) error {
	s.opening.Store(true)
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		if err := truncate(tx); err != nil {
			return err
		}
		if err := s.saveArticles(tx, articles); err != nil {
			return err
		}
		if err := saveRelations(tx, content.Projection{Articles: articles}); err != nil {
			return err
		}
		return s.analyze(tx)
	}))
}

// Extend implements content.Opener.
func (s *Store) Extend(ctx context.Context, p content.Projection) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		var ledger ledgerRow
		if err := tx.Clauses(s.forUpdate()...).Take(&ledger).Error; err != nil {
			return err
		}
		if err := s.addRevisions(tx, ledger.Sequence, p.Revisions); err != nil {
			return err
		}
		if err := saveRelations(tx, p); err != nil {
			return err
		}
		return tx.Model(&ledgerRow{}).Where("id = 1").Update("sequence", ledger.Sequence+int64(len(p.Revisions))).Error
	}))
}

// Complete implements content.Opener.
func (s *Store) Complete(ctx context.Context, p content.Projection) error {
	err := s.on(ctx).Transaction(func(tx *gorm.DB) error {
		for _, a := range p.Articles {
			err := tx.Model(&articleRow{}).Where("id = ?", string(a.ID)).Updates(map[string]any{
				"revision": string(a.Revision), "changed_at": at(a.ChangedAt), "changed_by": a.ChangedBy, "review_due": string(a.Due),
			}).Error
			if err != nil {
				return err
			}
		}
		if err := s.addReleases(tx, p.Releases); err != nil {
			return err
		}
		if err := tx.Model(&ledgerRow{}).Where("id = 1").Updates(map[string]any{"head": string(p.Head), "shape": content.ProjectionShape}).Error; err != nil {
			return err
		}
		return s.analyze(tx)
	})
	if err == nil {
		s.opening.Store(false)
	}
	return translate(err)
}

// analyze tells PostgreSQL's planner, which takes tables it knows nothing of
// for empty ones, what a large step brought.
func (s *Store) analyze(tx *gorm.DB) error {
	if s.dialect != "postgres" {
		return nil
	}
	return tx.Exec("ANALYZE articles, article_audience, article_names, article_links, article_prints, revisions").Error
}

// versions refuses to tell of versions while only some of them are there:
// who asked would take them for all.
func (s *Store) versions(ctx context.Context) (*gorm.DB, error) {
	if s.opening.Load() {
		return nil, fault.New(fault.Unavailable, "store.versions-come")
	}
	return s.on(ctx), nil
}
