package store

import (
	"context"
	"encoding/json"
	"fmt"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

type revisionRow struct {
	Sequence    int64 `gorm:"primaryKey;autoIncrement:false"`
	ID          string
	Article     string
	CommitHash  string
	Path        string
	BlobHash    string
	Etag        string
	ContentHash string
	Author      string
	AtUs        int64
	Message     string
	ChangeKind  string
	Operation   string
	Audience    string
	Removed     int
	Kind        string
	Title       string
	TitleKey    string
	Number      string
	Binding     string
	ValidFrom   string
	ValidUntil  string
	DecidedOn   string
	Approvers   string
}

func (revisionRow) TableName() string { return "revisions" }

func (r revisionRow) revision() (content.Revision, error) {
	out := content.Revision{
		ID: content.RevisionID(r.ID), Article: content.ID(r.Article), Commit: content.Commit(r.CommitHash), Path: r.Path, Blob: r.BlobHash,
		ETag: r.Etag, ContentHash: content.ContentHash(r.ContentHash), Author: r.Author, At: from(r.AtUs), Message: r.Message,
		Change: content.ChangeKind(r.ChangeKind), Operation: r.Operation, Sequence: r.Sequence, Removed: r.Removed == 1,
		Kind: content.Kind(r.Kind), Title: r.Title, Number: r.Number, Binding: content.Binding(r.Binding),
		ValidFrom: content.Date(r.ValidFrom), ValidUntil: content.Date(r.ValidUntil), DecidedOn: content.Date(r.DecidedOn),
	}
	if err := json.Unmarshal([]byte(r.Approvers), &out.Approvers); err != nil {
		return out, fmt.Errorf("store: revision %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Audience), &out.Audience); err != nil {
		return out, fmt.Errorf("store: revision %s: %w", r.ID, err)
	}
	return out, nil
}

// Revision returns one revision.
func (s *Store) Revision(ctx context.Context, id content.RevisionID) (content.Revision, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return content.Revision{}, err
	}
	var row revisionRow
	if err := db.Where("id = ?", string(id)).Take(&row).Error; err != nil {
		return content.Revision{}, missing(err, "content.revision-missing")
	}
	return row.revision()
}

// Revisions lists the versions of an article, newest first.
func (s *Store) Revisions(ctx context.Context, id content.ID, before int64, limit int) ([]content.Revision, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > listLimit {
		limit = listLimit
	}
	q := db.Where("article = ?", string(id)).Order("sequence DESC").Limit(limit)
	if before > 0 {
		q = q.Where("sequence < ?", before)
	}
	var rows []revisionRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	return revisionsOf(rows)
}

func revisionsOf(rows []revisionRow) ([]content.Revision, error) {
	out := make([]content.Revision, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.revision(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ArchivedTexts lists the texts whose newest version takes them out of use.
func (s *Store) ArchivedTexts(ctx context.Context) ([]content.ID, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return nil, err
	}
	var ids []content.ID
	err = db.Model(&revisionRow{}).Select("article").Where("removed = 1 AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = revisions.article)").
		Group("article").Order("MAX(sequence) DESC").Scan(&ids).Error
	return ids, translate(err)
}

// RevisionByOperation finds what a keyed request did before.
func (s *Store) RevisionByOperation(ctx context.Context, operation string) (content.Revision, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return content.Revision{}, err
	}
	if operation == "" {
		return content.Revision{}, fault.New(fault.NotFound, "content.revision-missing")
	}
	var row revisionRow
	if err := db.Where("operation = ?", indexed(operation)).Order("sequence").Take(&row).Error; err != nil {
		return content.Revision{}, missing(err, "content.revision-missing")
	}
	return row.revision()
}
