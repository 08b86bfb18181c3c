package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

type relationRow struct {
	Newer    string `gorm:"primaryKey"`
	Older    string `gorm:"primaryKey"`
	Kind     string `gorm:"primaryKey"`
	StatedBy string `gorm:"primaryKey"`
}

func (relationRow) TableName() string { return "article_relations" }

// replaceRelations keeps what the texts say about others, in place of what they
// said before.
func replaceRelations(tx *gorm.DB, ids []string, articles []content.Article) error {
	if err := tx.Where("stated_by IN ?", ids).Delete(&relationRow{}).Error; err != nil {
		return err
	}
	var rows []relationRow
	for _, a := range articles {
		for _, r := range a.Relations() {
			rows = append(rows, relationRow{indexed(string(r.Newer)), indexed(string(r.Older)), string(r.Kind), string(r.By)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(&rows, insertBatch).Error
}

// Relations lists every relation that leads from or to one of the texts.
func (s *Store) Relations(ctx context.Context, ids []content.ID) ([]content.Relation, error) {
	var out []content.Relation
	for batch := range slices.Chunk(ids, insertBatch) {
		var rows []relationRow
		err := s.on(ctx).Where("newer IN ? OR older IN ?", batch, batch).Order("newer").Order("older").Order("kind").Order("stated_by").Find(&rows).Error
		if err != nil {
			return nil, translate(err)
		}
		for _, r := range rows {
			relation := content.Relation{Newer: content.ID(r.Newer), Older: content.ID(r.Older), Kind: content.RelationKind(r.Kind), By: content.ID(r.StatedBy)}
			if !slices.Contains(out, relation) { // its ends may be in two batches
				out = append(out, relation)
			}
		}
	}
	return out, nil
}

// successionRow is a text that replaces another, and since when.
type successionRow struct {
	Older, Newer, ValidFrom string
	Released                int64
}

// withSuccessors fills in which texts take the place of those in the list.
func (s *Store) withSuccessors(ctx context.Context, articles []content.Article) error {
	at := map[content.ID]int{}
	ids := make([]string, len(articles))
	for i, a := range articles {
		at[a.ID], ids[i] = i, string(a.ID)
	}
	for batch := range slices.Chunk(ids, insertBatch) {
		var rows []successionRow
		err := s.on(ctx).Raw(`SELECT DISTINCT r.older, r.newer, COALESCE(b.valid_from, '') AS valid_from,
			COALESCE((SELECT MIN(v.at_us) FROM revisions v WHERE v.article = b.id), 0) AS released
			FROM article_relations r LEFT JOIN articles b ON b.id = r.newer
			WHERE r.kind = ? AND r.older IN ? ORDER BY r.older, valid_from, r.newer`, string(content.Replacing), batch).Scan(&rows).Error
		if err != nil {
			return translate(err)
		}
		for _, r := range rows {
			a := &articles[at[content.ID(r.Older)]]
			a.Successors = append(a.Successors, content.Succession{ID: content.ID(r.Newer), From: content.Date(r.ValidFrom), Released: from(r.Released)})
		}
	}
	return nil
}

// inForce leaves out what had not begun, had ended or had been replaced.
func inForce(q *gorm.DB, day content.Date) *gorm.DB {
	return q.Where("valid_from <= ? AND (valid_until = '' OR valid_until >= ?)", day, day).
		Where(`NOT EXISTS (SELECT 1 FROM article_relations r LEFT JOIN articles b ON b.id = r.newer
			WHERE r.older = articles.id AND r.kind = ? AND COALESCE(b.valid_from, '') <= ?)`, string(content.Replacing), day)
}

// begun selects versions that say they are valid from the day or earlier, or
// say nothing and were released before the moment; ends of texts by when they
// came.
const begun = "((removed = 0 AND valid_from <> '' AND valid_from <= ?) OR ((removed = 1 OR valid_from = '') AND at_us < ?))"

// RevisionOn returns the newest version that had begun on the day.
func (s *Store) RevisionOn(ctx context.Context, id content.ID, day content.Date, before time.Time) (content.Revision, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return content.Revision{}, err
	}
	var row revisionRow
	err = db.Where("article = ?", string(id)).Where(begun, string(day), at(before)).Order("sequence DESC").Take(&row).Error
	if err == nil && row.Removed == 1 {
		return content.Revision{}, fault.New(fault.NotFound, "content.revision-missing")
	}
	if err != nil {
		return content.Revision{}, missing(err, "content.revision-missing")
	}
	return row.revision()
}

// RevisionsOn returns that version of each text f selects by audience, kind and
// department, unless it had ended or been replaced on the day.
func (s *Store) RevisionsOn(ctx context.Context, f content.ArticleFilter, day content.Date, before time.Time) ([]content.Revision, error) {
	db, err := s.versions(ctx)
	if err != nil {
		return nil, err
	}
	texts := s.filtered(ctx, content.ArticleFilter{Audience: f.Audience, Any: f.Any, Kinds: f.Kinds, Department: f.Department}).
		Model(&articleRow{}).Select("articles.id").
		Where(`NOT EXISTS (SELECT 1 FROM article_relations r JOIN articles b ON b.id = r.newer WHERE r.older = articles.id AND r.kind = ? AND
			((b.valid_from <> '' AND b.valid_from <= ?) OR (b.valid_from = '' AND (SELECT MIN(v.at_us) FROM revisions v WHERE v.article = b.id) < ?)))`,
			string(content.Replacing), string(day), at(before))
	newest := db.Model(&revisionRow{}).Select("MAX(sequence)").Where("article IN (?)", texts).
		Where(begun, string(day), at(before)).Group("article")
	var rows []revisionRow
	err = db.Where("sequence IN (?)", newest).Where("removed = 0 AND kind IN ?", f.Kinds).
		Where("valid_until = '' OR valid_until >= ?", string(day)).Order("title_key").Order("article").Find(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	return revisionsOf(rows)
}
