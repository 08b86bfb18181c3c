package store

import (
	"context"
	"slices"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
)

type nameRow struct {
	NameKind  string `gorm:"primaryKey"`
	NameKey   string `gorm:"primaryKey"`
	Article   string `gorm:"primaryKey"`
	IsCurrent int
}

func (nameRow) TableName() string { return "article_names" }

// linkRow is one thing a link may mean; the first attempt that leads to a text
// counts.
type linkRow struct {
	Article  string `gorm:"primaryKey"`
	Position int    `gorm:"primaryKey;autoIncrement:false"`
	Attempt  int    `gorm:"primaryKey;autoIncrement:false"`
	NameKind string
	NameKey  string
	Target   string
}

func (linkRow) TableName() string { return "article_links" }

// printRow is a print of a text.
type printRow struct {
	Article string `gorm:"primaryKey"`
	Print   int64  `gorm:"primaryKey;autoIncrement:false"`
}

func (printRow) TableName() string { return "article_prints" }

// saveRelations keeps what a step says about names, links and likeness. Names
// stay when a text gets others or goes: old links follow them.
func saveRelations(tx *gorm.DB, p content.Projection) error {
	former := make([]nameRow, len(p.Names))
	for i, n := range p.Names {
		former[i] = nameRow{string(n.Kind), indexed(n.Key), string(n.Article), 0}
	}
	for batch := range slices.Chunk(former, insertBatch) {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&batch).Error; err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(p.Removed, insertBatch) {
		if err := forgetRelations(tx, batch); err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(p.Articles, insertBatch) {
		ids := make([]content.ID, len(batch))
		for i, a := range batch {
			ids[i] = a.ID
		}
		if err := forgetRelations(tx, ids); err != nil {
			return err
		}
		if err := addRelations(tx, batch, p); err != nil {
			return err
		}
	}
	return nil
}

// forgetRelations makes the names of texts former ones and drops the rest.
func forgetRelations(tx *gorm.DB, ids []content.ID) error {
	if err := tx.Model(&nameRow{}).Where("article IN ?", ids).Update("is_current", 0).Error; err != nil {
		return err
	}
	if err := tx.Where("article IN ?", ids).Delete(&linkRow{}).Error; err != nil {
		return err
	}
	return tx.Where("article IN ?", ids).Delete(&printRow{}).Error
}

func addRelations(tx *gorm.DB, articles []content.Article, p content.Projection) error {
	var names []nameRow
	var links []linkRow
	var prints []printRow
	for _, a := range articles {
		for _, n := range a.Names() {
			names = append(names, nameRow{string(n.Kind), indexed(n.Key), string(a.ID), 1})
		}
		for position, link := range p.Links[a.ID] {
			for attempt, n := range link.Names {
				links = append(links, linkRow{string(a.ID), position, attempt, string(n.Kind), indexed(n.Key), indexed(link.Target)})
			}
		}
		for _, print := range p.Prints[a.ID] {
			prints = append(prints, printRow{string(a.ID), print})
		}
	}
	for batch := range slices.Chunk(names, insertBatch) {
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&batch).Error; err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(links, 2*wideBatch) {
		if err := tx.Create(&batch).Error; err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(prints, insertBatch) {
		if err := tx.Create(&batch).Error; err != nil {
			return err
		}
	}
	return nil
}

// maxNamesakes is how many texts with one name are looked at.
const maxNamesakes = 50

// NamedArticles lists the texts that have a name, then those that had it.
func (s *Store) NamedArticles(ctx context.Context, name content.Name) ([]content.Article, error) {
	var rows []articleRow
	err := s.on(ctx).Table("articles").Select("articles.*").
		Joins("JOIN article_names n ON n.article = articles.id AND n.name_kind = ? AND n.name_key = ?", string(name.Kind), indexed(name.Key)).
		Order("n.is_current DESC, articles.id").Limit(maxNamesakes).Find(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	return s.articlesOf(ctx, rows)
}

// FormerPaths lists where a text lay, newest first.
func (s *Store) FormerPaths(ctx context.Context, id content.ID) ([]string, error) {
	var paths []string
	err := s.on(ctx).Model(&revisionRow{}).Select("path").Where("article = ? AND removed = 0", string(id)).
		Group("path").Order("MAX(sequence) DESC").Find(&paths).Error
	return paths, translate(err)
}

// sight is the condition that somebody with the filter's audience sees the
// article in a column.
func sight(f content.LinkFilter, column string) (string, []any) {
	if f.Any {
		return "1 = 1", nil
	}
	return "EXISTS (SELECT 1 FROM article_audience v WHERE v.article = " + column + " AND v.token IN ?)", []any{orNone(indexedAll(f.Audience))}
}

// within is the condition that a column names the filter's department.
func within(f content.LinkFilter, column string) (string, []any) {
	if f.Department == "" {
		return "1 = 1", nil
	}
	units := f.Department + "/"
	return "(" + column + " = ? OR SUBSTR(" + column + ", 1, ?) = ?)", []any{f.Department, utf8.RuneCountInString(units), units}
}

// leads is the condition that link l leads to the text that has the name n:
// nobody the asker sees has the name with more right, and no earlier attempt
// leads anywhere.
func leads(f content.LinkFilter) (string, []any) {
	first, args := sight(f, "b.article")
	second, more := sight(f, "e.article")
	return `NOT EXISTS (SELECT 1 FROM article_names b JOIN articles ba ON ba.id = b.article
		WHERE b.name_kind = n.name_kind AND b.name_key = n.name_key AND ` + first + `
		AND (b.is_current > n.is_current OR b.is_current = n.is_current AND b.article < n.article))
	AND NOT EXISTS (SELECT 1 FROM article_links x JOIN article_names e ON e.name_kind = x.name_kind AND e.name_key = x.name_key
		JOIN articles ea ON ea.id = e.article
		WHERE x.article = l.article AND x.position = l.position AND x.attempt < l.attempt AND ` + second + `)`, append(args, more...)
}

// Backlinks lists the texts that link to a text.
func (s *Store) Backlinks(ctx context.Context, id content.ID, f content.LinkFilter) ([]content.Article, error) {
	led, args := leads(f)
	seen, more := sight(f, "articles.id")
	q := s.on(ctx).Where("articles.id IN (SELECT l.article FROM article_names n JOIN article_links l ON l.name_kind = n.name_kind AND l.name_key = n.name_key WHERE n.article = ? AND l.article <> ? AND "+led+")",
		append([]any{string(id), string(id)}, args...)...).
		Where(seen, more...)
	var rows []articleRow
	if err := q.Order("title_key, id").Limit(f.Limit).Find(&rows).Error; err != nil {
		return nil, translate(err)
	}
	return s.articlesOf(ctx, rows)
}

// ModulesLinkingTo finds a module for each text.
func (s *Store) ModulesLinkingTo(ctx context.Context, ids []content.ID, f content.LinkFilter) (map[content.ID]content.Article, error) {
	led, args := leads(f)
	seen, more := sight(f, "m.id")
	where := "n.article IN ? AND l.article <> n.article AND m.kind = ? AND " + led + " AND " + seen
	var found []struct{ Module, Target string }
	err := s.on(ctx).Table("article_names n").Select("DISTINCT m.id AS module, n.article AS target, m.title_key").
		Joins("JOIN article_links l ON l.name_kind = n.name_kind AND l.name_key = n.name_key").Joins("JOIN articles m ON m.id = l.article").
		Where(where, slices.Concat([]any{ids, string(content.KindModule)}, args, more)...).Order("m.title_key, m.id").Scan(&found).Error
	if err != nil {
		return nil, translate(err)
	}
	modules := make([]string, len(found))
	for i, pair := range found {
		modules[i] = pair.Module
	}
	articles, err := s.articlesByID(ctx, modules)
	if err != nil {
		return nil, err
	}
	out := map[content.ID]content.Article{}
	for _, pair := range found {
		target := content.ID(pair.Target)
		if _, taken := out[target]; !taken {
			out[target] = articles[content.ID(pair.Module)]
		}
	}
	return out, nil
}

// BrokenLinks lists links that lead nowhere.
func (s *Store) BrokenLinks(ctx context.Context, f content.LinkFilter) ([]content.BrokenLink, int, error) {
	seen, args := sight(f, "a.id")
	place, more := within(f, "a.department")
	reached, last := sight(f, "n.article")
	where := "l.attempt = 0 AND " + seen + " AND " + place + ` AND NOT EXISTS (
		SELECT 1 FROM article_links x JOIN article_names n ON n.name_kind = x.name_kind AND n.name_key = x.name_key JOIN articles t ON t.id = n.article
		WHERE x.article = l.article AND x.position = l.position AND ` + reached + ")"
	args = slices.Concat(args, more, last)
	// CROSS JOIN keeps SQLite from beginning with all links.
	q := s.on(ctx).Table("articles a").Joins("CROSS JOIN article_links l").Where("l.article = a.id AND "+where, args...)
	var found []struct {
		Article, Target string
		Total           int
	}
	err := q.Select("l.article, l.target, COUNT(*) OVER () AS total").Order("a.title_key, a.id, l.position").Limit(f.Limit).Offset(f.Offset).Scan(&found).Error
	if err != nil {
		return nil, 0, translate(err)
	}
	if len(found) == 0 && f.Offset > 0 { // behind the last page: begin again, as the total has to be told
		f.Offset = 0
		_, total, err := s.BrokenLinks(ctx, f)
		return []content.BrokenLink{}, total, err
	}
	total := 0
	ids := make([]string, len(found))
	for i, link := range found {
		ids[i] = link.Article
	}
	articles, err := s.articlesByID(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	out := make([]content.BrokenLink, len(found))
	for i, link := range found {
		out[i], total = content.BrokenLink{Article: articles[content.ID(link.Article)], Target: link.Target}, link.Total
	}
	return out, total, nil
}

// Orphans lists articles and standards no other text links to.
func (s *Store) Orphans(ctx context.Context, f content.LinkFilter) ([]content.Article, int, error) {
	seen, args := sight(f, "articles.id")
	place, more := within(f, "articles.department")
	source, third := sight(f, "l.article")
	led, last := leads(f)
	args = slices.Concat([]any{linkedKinds()}, args, more, third, last)
	where := "kind IN ? AND " + seen + " AND " + place + ` AND NOT EXISTS (
		SELECT 1 FROM article_names n JOIN article_links l ON l.name_kind = n.name_kind AND l.name_key = n.name_key
		WHERE n.article = articles.id AND l.article <> articles.id AND ` + source + " AND " + led + ")"
	q := func() *gorm.DB { return s.on(ctx).Model(&articleRow{}).Where(where, args...) }
	var total int64
	if err := q().Count(&total).Error; err != nil {
		return nil, 0, translate(err)
	}
	var rows []articleRow
	if err := q().Order("title_key, id").Limit(f.Limit).Offset(f.Offset).Find(&rows).Error; err != nil {
		return nil, 0, translate(err)
	}
	articles, err := s.articlesOf(ctx, rows)
	return articles, int(total), err
}

// linkedKinds are the kinds of text that others should lead to; templates and
// modules have lists of their own.
func linkedKinds() []string {
	out := []string{string(content.KindArticle)}
	for _, k := range content.Kinds() {
		if k.IsStandard() {
			out = append(out, string(k))
		}
	}
	return out
}

// articlesByID returns the articles with the ids.
func (s *Store) articlesByID(ctx context.Context, ids []string) (map[content.ID]content.Article, error) {
	out := map[content.ID]content.Article{}
	for batch := range slices.Chunk(unique(ids), insertBatch) {
		var rows []articleRow
		if err := s.on(ctx).Where("id IN ?", batch).Find(&rows).Error; err != nil {
			return nil, translate(err)
		}
		articles, err := s.articlesOf(ctx, rows)
		if err != nil {
			return nil, err
		}
		for _, a := range articles {
			out[a.ID] = a
		}
	}
	return out, nil
}

// AlikeArticles lists texts that share prints.
func (s *Store) AlikeArticles(ctx context.Context, prints []int64, f content.LinkFilter) ([]content.Article, error) {
	seen, args := sight(f, "articles.id")
	var rows []articleRow
	err := s.on(ctx).Where(seen, args...).
		Joins("JOIN (SELECT article, COUNT(*) AS shared FROM article_prints WHERE print IN ? GROUP BY article) p ON p.article = articles.id", prints).
		Order("p.shared DESC, articles.id").Limit(f.Limit).Find(&rows).Error
	if err != nil {
		return nil, translate(err)
	}
	return s.articlesOf(ctx, rows)
}

// minShared is how many prints a pair shares at least; with one only, most
// pairs are none (see content.prints).
const minShared = 2

// AlikePairs lists pairs of texts that share prints.
func (s *Store) AlikePairs(ctx context.Context, f content.LinkFilter) ([]content.Duplicate, error) {
	first, args := sight(f, "a.id")
	second, more := sight(f, "b.id")
	here, third := within(f, "a.department")
	there, last := within(f, "b.department")
	var found []struct{ First, Second string }
	err := s.on(ctx).Table("articles a").Select("x.article AS first, y.article AS second").
		Joins("CROSS JOIN article_prints x").Joins("CROSS JOIN article_prints y").Joins("CROSS JOIN articles b"). // in this order in SQLite
		Where("x.article = a.id AND y.print = x.print AND y.article <> x.article AND b.id = y.article").
		Where("(y.article > x.article OR NOT "+there+")", last...). // a pair within the department comes once
		Where(here, third...).Where(first, args...).Where(second, more...).
		Group("x.article, y.article").Having("COUNT(*) >= ?", minShared).
		Order("COUNT(*) DESC, x.article, y.article").Limit(f.Limit).Scan(&found).Error
	if err != nil {
		return nil, translate(err)
	}
	var ids []string
	for _, pair := range found {
		ids = append(ids, pair.First, pair.Second)
	}
	articles, err := s.articlesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]content.Duplicate, len(found))
	for i, pair := range found {
		out[i] = content.Duplicate{First: articles[content.ID(pair.First)], Second: articles[content.ID(pair.Second)]}
	}
	return out, nil
}
