package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"staffelstab/content"
)

type articleRow struct {
	ID            string `gorm:"primaryKey"`
	Kind          string
	Title         string
	TitleLower    string
	TitleKey      string
	Department    string
	Binding       string
	ReviewDue     string
	Path          string
	Revision      string
	CommitHash    string
	Etag          string
	BlobHash      string
	ContentHash   string
	ChangedAt     int64
	ChangedBy     string
	Words         int
	OriginUnid    string
	OriginReplica string
	Meta          string
	ValidFrom     string
	ValidUntil    string
	Reviewer      string
	ReviewedOn    string
	NumberKey     string
}

func (articleRow) TableName() string { return "articles" }

type audienceRow struct {
	Article string `gorm:"primaryKey"`
	Token   string `gorm:"primaryKey"`
}

func (audienceRow) TableName() string { return "article_audience" }

type topicRow struct {
	Article string `gorm:"primaryKey"`
	Topic   string `gorm:"primaryKey"`
}

func (topicRow) TableName() string { return "article_topics" }

// storedMeta is what the column meta holds: the front matter and the path,
// should it be longer than an index takes.
type storedMeta struct {
	content.Meta
	LongPath string `json:",omitempty"`
}

func (s *Store) articleRow(a content.Article) (articleRow, error) {
	stored := storedMeta{Meta: a.Meta}
	path := indexed(a.Path)
	if path != a.Path {
		stored.LongPath = a.Path
	}
	meta, err := json.Marshal(stored)
	return articleRow{
		ID: string(a.ID), Kind: string(a.Kind), Title: a.Title, TitleLower: indexed(strings.ToLower(a.Title)), TitleKey: s.collator.key(a.Title),
		Department: a.Department, Binding: string(a.Binding), ReviewDue: string(a.Due), Path: path,
		Revision: string(a.Revision), CommitHash: string(a.Commit), Etag: a.ETag, BlobHash: a.Blob, ContentHash: string(a.ContentHash),
		ChangedAt: at(a.ChangedAt), ChangedBy: a.ChangedBy, Words: a.Words,
		OriginUnid: indexed(strings.ToUpper(a.Origin.UNID)), OriginReplica: strings.ToUpper(a.Origin.ReplicaID), Meta: string(meta),
		ValidFrom: string(a.ValidFrom), ValidUntil: string(a.ValidUntil), Reviewer: indexed(a.Reviewer), ReviewedOn: string(a.ReviewedOn),
		NumberKey: s.numberKey(a.Number),
	}, err
}

func (r articleRow) article() (content.Article, error) {
	a := content.Article{
		Path: r.Path, Revision: content.RevisionID(r.Revision), Commit: content.Commit(r.CommitHash), ETag: r.Etag, Blob: r.BlobHash,
		ContentHash: content.ContentHash(r.ContentHash), ChangedAt: from(r.ChangedAt), ChangedBy: r.ChangedBy, Words: r.Words, Due: content.Date(r.ReviewDue),
	}
	var stored storedMeta
	if err := json.Unmarshal([]byte(r.Meta), &stored); err != nil {
		return a, fmt.Errorf("store: article %s: %w", r.ID, err)
	}
	a.Meta = stored.Meta
	if stored.LongPath != "" {
		a.Path = stored.LongPath
	}
	return a, nil
}

// numberKey orders numbers as people do, with what has none at the end.
func (s *Store) numberKey(number string) string {
	if number == "" {
		return "1"
	}
	return "0" + s.collator.key(number)
}

func (s *Store) articlesOf(ctx context.Context, rows []articleRow) ([]content.Article, error) {
	out := make([]content.Article, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.article(); err != nil {
			return nil, err
		}
	}
	return out, s.withSuccessors(ctx, out)
}

// Article returns the row of an article.
func (s *Store) Article(ctx context.Context, id content.ID) (content.Article, error) {
	return s.articleWhere(ctx, "id = ?", string(id))
}

// ArticleByPath returns the article whose file has the path.
func (s *Store) ArticleByPath(ctx context.Context, path string) (content.Article, error) {
	return s.articleWhere(ctx, "path = ?", indexed(path))
}

func (s *Store) articleWhere(ctx context.Context, where, value string) (content.Article, error) {
	var row articleRow
	if err := s.on(ctx).Where(where, value).Take(&row).Error; err != nil {
		return content.Article{}, missing(err, "content.article-missing")
	}
	found, err := s.articlesOf(ctx, []articleRow{row})
	if err != nil {
		return content.Article{}, err
	}
	return found[0], nil
}

// ArticlesByOrigin finds imported articles.
func (s *Store) ArticlesByOrigin(ctx context.Context, replicaID, unid string) ([]content.Article, error) {
	q := s.on(ctx).Where("origin_unid = ?", indexed(strings.ToUpper(unid))).Order("id")
	if replicaID != "" {
		q = q.Where("origin_replica = ?", strings.ToUpper(replicaID))
	}
	var rows []articleRow
	if unid == "" {
		return []content.Article{}, nil
	}
	if err := q.Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	return s.articlesOf(ctx, rows)
}

// ResolveTitle finds an article by its lower-case title; of several the one
// with the smallest id, so that a link does not wander.
func (s *Store) ResolveTitle(ctx context.Context, title string) (content.ID, error) {
	var row articleRow
	err := s.on(ctx).Select("id").Where("title_lower = ?", indexed(title)).Order("id").Take(&row).Error
	if err != nil {
		return "", missing(err, "content.article-missing")
	}
	return content.ID(row.ID), nil
}

// listLimit is the longest page.
const listLimit = 500

// Articles lists articles.
func (s *Store) Articles(ctx context.Context, f content.ArticleFilter) (content.ArticlePage, error) {
	if f.Limit < 1 || f.Limit > listLimit {
		f.Limit = listLimit
	}
	if f.Sort == "" {
		f.Sort = content.SortTitle
	}
	var total int64
	if err := s.filtered(ctx, f).Model(&articleRow{}).Count(&total).Error; err != nil {
		return content.ArticlePage{}, translate(err)
	}
	q, err := s.after(s.filtered(ctx, f), f)
	if err != nil {
		return content.ArticlePage{}, err
	}
	var rows []articleRow
	if err := q.Limit(f.Limit + 1).Find(&rows).Error; err != nil {
		return content.ArticlePage{}, translate(err)
	}
	page := content.ArticlePage{Total: int(total)}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		last := rows[len(rows)-1]
		page.Next = s.seal(cursor{Sort: string(f.Sort), Key: sortKey(last, f.Sort), ID: last.ID})
	}
	page.Articles, err = s.articlesOf(ctx, rows)
	return page, err
}

func sortKey(r articleRow, sort content.ArticleSort) string {
	switch sort {
	case content.SortChanged:
		return strconv.FormatInt(r.ChangedAt, 10)
	case content.SortDue:
		return r.ReviewDue
	case content.SortNumber:
		return r.NumberKey
	}
	return r.TitleKey
}

// filtered builds the conditions of a list.
func (s *Store) filtered(ctx context.Context, f content.ArticleFilter) *gorm.DB {
	q := s.on(ctx)
	if !f.Any {
		q = q.Where("EXISTS (SELECT 1 FROM article_audience v WHERE v.article = articles.id AND v.token IN ?)", orNone(indexedAll(f.Audience)))
	}
	if len(f.Kinds) > 0 {
		q = q.Where("kind IN ?", f.Kinds)
	}
	if f.Department != "" {
		// Not LIKE, which knows no case in SQLite.
		units := f.Department + "/"
		q = q.Where("(department = ? OR SUBSTR(department, 1, ?) = ?)", f.Department, utf8.RuneCountInString(units), units)
	}
	if f.Topic != "" {
		q = q.Where("EXISTS (SELECT 1 FROM article_topics t WHERE t.article = articles.id AND t.topic = ?)", indexed(f.Topic))
	}
	if f.Binding != "" {
		q = q.Where("binding = ?", f.Binding)
	}
	if f.DueBefore != "" {
		q = q.Where("review_due <> '' AND review_due < ?", f.DueBefore)
	}
	if f.Sort == content.SortDue { // what is never due has no place in this order
		q = q.Where("review_due <> ''")
	}
	if f.IDs != nil {
		q = q.Where("id IN ?", orNone(f.IDs))
	}
	if f.ChangedBy != "" {
		q = q.Where("changed_by = ?", f.ChangedBy)
	}
	return demanded(byValidity(q, f), f.DemandedOf)
}

// byValidity builds the conditions about validity and reviews.
func byValidity(q *gorm.DB, f content.ArticleFilter) *gorm.DB {
	if f.Title != "" {
		q = q.Where("title_lower = ?", indexed(strings.ToLower(f.Title)))
	}
	if f.InForceOn != "" {
		q = inForce(q, f.InForceOn)
	}
	if f.Reviewer != "" {
		q = q.Where("reviewer = ?", indexed(f.Reviewer))
	}
	if f.Owned {
		q = q.Where("reviewer <> ''")
	}
	if f.Unowned {
		q = q.Where("reviewer = ''")
	}
	if f.Unreviewed {
		q = q.Where("reviewed_on = ''")
	}
	return q
}

// orNone keeps an empty list from becoming "IN (NULL)" with another meaning.
func orNone[T ~string](list []T) []T {
	if len(list) == 0 {
		return []T{""}
	}
	return list
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}

// after orders a list and starts it behind its cursor.
func (s *Store) after(q *gorm.DB, f content.ArticleFilter) (*gorm.DB, error) {
	column, descending := "title_key", false
	switch f.Sort {
	case content.SortChanged:
		column, descending = "changed_at", true
	case content.SortDue:
		column = "review_due"
	case content.SortNumber:
		column = "number_key"
	}
	direction, sign := " ASC", ">"
	if descending {
		direction, sign = " DESC", "<"
	}
	q = q.Order(column + direction).Order("id" + direction)
	if f.Cursor == "" {
		return q, nil
	}
	c, err := s.unseal(f.Cursor, string(f.Sort))
	if err != nil {
		return nil, err
	}
	key := any(c.Key)
	if f.Sort == content.SortChanged {
		if key, err = strconv.ParseInt(c.Key, 10, 64); err != nil {
			return nil, translate(err)
		}
	}
	return q.Where("("+column+" "+sign+" ? OR "+column+" = ? AND id "+sign+" ?)", key, key, c.ID), nil
}

// streamBatch is how many rows AllArticles reads at once.
const streamBatch = 500

// AllArticles yields every article by id.
func (s *Store) AllArticles(ctx context.Context) iter.Seq2[content.Article, error] {
	return func(yield func(content.Article, error) bool) {
		for last := ""; ; {
			var rows []articleRow
			err := s.on(ctx).Where("id > ?", last).Order("id").Limit(streamBatch).Find(&rows).Error
			if err != nil {
				yield(content.Article{}, translate(err))
				return
			}
			articles, err := s.articlesOf(ctx, rows)
			if err != nil {
				yield(content.Article{}, err)
				return
			}
			for _, a := range articles {
				if !yield(a, nil) {
					return
				}
			}
			if len(rows) < streamBatch {
				return
			}
			last = rows[len(rows)-1].ID
		}
	}
}
