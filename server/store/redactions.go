package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"gorm.io/gorm"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

type redactionRow struct {
	ID          string `gorm:"primaryKey"`
	Article     string
	Department  string
	Passage     string
	Attachment  string
	Also        string
	Files       string
	Reason      string
	State       string
	RequestedBy string
	RequestedUs int64
	DecidedBy   string
	DecidedUs   int64
	Versions    int
	FromHead    string
	ToHead      string
	Version     int64
}

func (redactionRow) TableName() string { return "redactions" }

// AddRedaction stores a new redaction.
func (s *Store) AddRedaction(ctx context.Context, r content.Redaction) error {
	row, err := redactionRowOf(r)
	if err != nil {
		return err
	}
	return translate(s.on(ctx).Create(&row).Error)
}

// Redaction returns a redaction.
func (s *Store) Redaction(ctx context.Context, id content.RedactionID) (content.Redaction, error) {
	var row redactionRow
	if err := s.on(ctx).Where("id = ?", string(id)).Take(&row).Error; err != nil {
		return content.Redaction{}, missing(err, "operate.redaction-missing")
	}
	return row.redaction()
}

// UpdateRedaction replaces a redaction that still has the version.
func (s *Store) UpdateRedaction(ctx context.Context, r content.Redaction) error {
	row, err := redactionRowOf(r)
	if err != nil {
		return err
	}
	row.Version++
	result := s.on(ctx).Model(&redactionRow{}).Where("id = ? AND version = ?", row.ID, r.Version).Select("*").Updates(&row)
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.Stale, "operate.redaction-decided")
	}
	return translate(result.Error)
}

// Redactions lists all redactions, newest first.
func (s *Store) Redactions(ctx context.Context) ([]content.Redaction, error) {
	var rows []redactionRow
	if err := s.on(ctx).Order("requested_us DESC").Order("id").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	out := make([]content.Redaction, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.redaction(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// RevisionNames yields which revisions every commit holds.
func (s *Store) RevisionNames(ctx context.Context) iter.Seq2[content.RevisionName, error] {
	return func(yield func(content.RevisionName, error) bool) {
		for last := int64(0); ; {
			var rows []revisionRow
			err := s.on(ctx).Select("sequence", "id", "article", "commit_hash").Where("sequence > ?", last).Order("sequence").Limit(streamBatch).Find(&rows).Error
			if err != nil {
				yield(content.RevisionName{}, translate(err))
				return
			}
			for _, r := range rows {
				last = r.Sequence
				if !yield(content.RevisionName{Commit: content.Commit(r.CommitHash), Article: content.ID(r.Article), Revision: content.RevisionID(r.ID)}, nil) {
					return
				}
			}
			if len(rows) < streamBatch {
				return
			}
		}
	}
}

// RedactRows changes whatever quotes the text or refers to its hashes.
func (s *Store) RedactRows(ctx context.Context, r content.RowRedaction) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		for _, change := range []func(*gorm.DB, content.RowRedaction) error{redactDrafts, redactComments, redactRequests, redactFiles, redactLegacy} {
			if err := change(tx, r); err != nil {
				return err
			}
		}
		hashes := map[string]string{}
		for old, fresh := range r.Hashes {
			hashes[string(old)] = string(fresh)
		}
		if err := redactProposals(tx, r, hashes); err != nil {
			return err
		}
		return repin(tx, r, hashes)
	}))
}

// FileBrought reports whether a draft or a proposal brings the stored bytes.
func (s *Store) FileBrought(ctx context.Context, sha256 string) (bool, error) {
	var drafts, proposals int64
	if err := s.on(ctx).Model(&draftFileRow{}).Where("sha256 = ?", sha256).Count(&drafts).Error; err != nil || drafts > 0 {
		return drafts > 0, translate(err)
	}
	err := s.on(ctx).Model(&proposalRow{}).Where("files LIKE ?", "%"+sha256+"%").Count(&proposals).Error
	return proposals > 0, translate(err)
}

// FilesBrought lists the files drafts of a text bring.
func (s *Store) FilesBrought(ctx context.Context, article content.ID) ([]content.FileChange, error) {
	var rows []draftFileRow
	if err := s.on(ctx).Where("article = ?", string(article)).Order("sha256").Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	var out []content.FileChange
	for i, r := range rows {
		if i == 0 || rows[i-1].SHA256 != r.SHA256 {
			out = append(out, content.FileChange{Name: r.Name, SHA256: r.SHA256, Size: r.Size})
		}
	}
	return out, nil
}

// Scrub writes the database anew without what was deleted. PostgreSQL frees
// deleted rows for reuse; what its files and its own log still hold belongs to
// its operation.
func (s *Store) Scrub(ctx context.Context) error {
	if err := s.on(ctx).Exec("VACUUM").Error; err != nil {
		return translate(err)
	}
	return s.Checkpoint(ctx)
}

func redactionRowOf(r content.Redaction) (redactionRow, error) {
	also, err := json.Marshal(slices.Concat([]string{}, r.Also))
	if err != nil {
		return redactionRow{}, err
	}
	files, err := json.Marshal(slices.Concat([]string{}, r.Files))
	return redactionRow{
		ID: string(r.ID), Article: string(r.Article), Department: r.Department, Passage: r.Passage, Attachment: r.Attachment, Also: string(also), Files: string(files), Reason: r.Reason,
		State: string(r.State), RequestedBy: r.RequestedBy, RequestedUs: at(r.RequestedAt), DecidedBy: r.DecidedBy, DecidedUs: at(r.DecidedAt),
		Versions: r.Versions, FromHead: string(r.From), ToHead: string(r.To), Version: r.Version,
	}, err
}

func (r redactionRow) redaction() (content.Redaction, error) {
	var also, files []string
	if err := errors.Join(json.Unmarshal([]byte(r.Also), &also), json.Unmarshal([]byte(r.Files), &files)); err != nil {
		return content.Redaction{}, fmt.Errorf("redaction %s: %w", r.ID, err)
	}
	return content.Redaction{
		Also: orNil(also), Files: orNil(files),
		ID: content.RedactionID(r.ID), Article: content.ID(r.Article), Department: r.Department, Passage: r.Passage, Attachment: r.Attachment, Reason: r.Reason,
		State: content.RedactionState(r.State), RequestedBy: r.RequestedBy, RequestedAt: from(r.RequestedUs), DecidedBy: r.DecidedBy, DecidedAt: from(r.DecidedUs),
		Versions: r.Versions, From: content.Commit(r.FromHead), To: content.Commit(r.ToHead), Version: r.Version,
	}, nil
}

func orNil(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}
