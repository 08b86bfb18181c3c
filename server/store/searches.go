package store

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
)

type searchRow struct {
	Day        string `gorm:"primaryKey"`
	Department string `gorm:"primaryKey"`
	Text       string `gorm:"primaryKey"`
	Times      int64
	WithoutHit int64
	Opened     int64
	TookUs     int64
}

func (searchRow) TableName() string { return "searches" }

// AddSearches adds to the counts of the same day, department and text.
func (s *Store) AddSearches(ctx context.Context, searches ...content.SearchCount) error {
	sum := func(column string) clause.Assignment {
		return clause.Assignment{Column: clause.Column{Name: column}, Value: gorm.Expr("searches." + column + " + excluded." + column)}
	}
	onConflict := clause.OnConflict{
		Columns:   []clause.Column{{Name: "day"}, {Name: "department"}, {Name: "text"}},
		DoUpdates: clause.Set{sum("times"), sum("without_hit"), sum("opened"), sum("took_us")},
	}
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		for _, each := range searches { // one by one: a statement may name a row once only
			row := searchRow{
				string(each.Day), each.Department, each.Text, int64(each.Times), int64(each.Empty), int64(each.Opened), each.Took.Microseconds(),
			}
			if err := tx.Clauses(onConflict).Create(&row).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// DropSearches forgets the days before one.
func (s *Store) DropSearches(ctx context.Context, before content.Date) error {
	return translate(s.on(ctx).Where("day < ?", string(before)).Delete(&searchRow{}).Error)
}

// DropSearchesWith forgets texts that have the words in them.
func (s *Store) DropSearchesWith(ctx context.Context, words string) error {
	if words == "" {
		return nil
	}
	like := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(words)
	return translate(s.on(ctx).Where(`text LIKE ? ESCAPE '\'`, "%"+like+"%").Delete(&searchRow{}).Error)
}

// gapRow is a sum over days.
type gapRow struct {
	Text       string
	Times      int64
	WithoutHit int64
	Last       string
}

// SearchGaps lists texts nobody found anything by.
func (s *Store) SearchGaps(ctx context.Context, f content.GapFilter) ([]content.SearchGap, int, error) {
	all := s.on(ctx).Model(&searchRow{}).Where("day >= ?", string(f.Since))
	if f.Department != "" {
		all = all.Where("department = ?", f.Department)
	}
	all = all.Select("text, SUM(times) AS times, SUM(without_hit) AS without_hit, MAX(day) AS last").
		Group("text").Having("SUM(opened) = 0 AND SUM(times) >= ?", f.AtLeast)
	var total int64
	if err := s.on(ctx).Table("(?) AS gaps", all).Count(&total).Error; err != nil {
		return nil, 0, translate(err)
	}
	var rows []gapRow
	page := s.on(ctx).Table("(?) AS gaps", all).Order("times DESC").Order("last DESC").Order("text")
	if err := page.Limit(f.Limit).Offset(f.Offset).Find(&rows).Error; err != nil {
		return nil, 0, translate(err)
	}
	gaps := make([]content.SearchGap, 0, len(rows))
	for _, r := range rows {
		gaps = append(gaps, content.SearchGap{Text: r.Text, Times: int(r.Times), Empty: int(r.WithoutHit), Last: content.Date(r.Last)})
	}
	return gaps, int(total), nil
}
