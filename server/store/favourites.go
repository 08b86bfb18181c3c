package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/content"
)

type favouriteRow struct {
	Person  string `gorm:"primaryKey"`
	Article string `gorm:"primaryKey"`
	AtUs    int64
}

func (favouriteRow) TableName() string { return "favourites" }

type recentRow struct {
	Person  string `gorm:"primaryKey"`
	Article string `gorm:"primaryKey"`
	AtUs    int64
}

func (recentRow) TableName() string { return "recent_readings" }

// recentOffRow stands for somebody whose readings are not kept.
type recentOffRow struct {
	Person string `gorm:"primaryKey"`
}

func (recentOffRow) TableName() string { return "recent_readings_off" }

// Mark adds a text to a person's favourites or takes it away.
func (s *Store) Mark(ctx context.Context, person string, article content.ID, marked bool, when time.Time) error {
	row := favouriteRow{Person: person, Article: string(article), AtUs: at(when)}
	if !marked {
		return translate(s.on(ctx).Where("person = ? AND article = ?", row.Person, row.Article).Delete(&favouriteRow{}).Error)
	}
	return translate(s.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// Marked lists favourites, latest first.
func (s *Store) Marked(ctx context.Context, person string) ([]content.ID, error) {
	var ids []content.ID
	err := s.on(ctx).Model(&favouriteRow{}).Where("person = ?", person).Order("at_us DESC").Order("article").Pluck("article", &ids).Error
	return ids, translate(err)
}

// AddReadings keeps the newest readings of a person who is there and wants it.
func (s *Store) AddReadings(ctx context.Context, person string, readings []content.RecentReading, keep int) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		var wants int64
		err := tx.Model(&personRow{}).Where("id = ? AND NOT EXISTS (SELECT 1 FROM recent_readings_off o WHERE o.person = people.id)", person).Count(&wants).Error
		if err != nil || wants == 0 {
			return err
		}
		for _, r := range readings {
			row := recentRow{Person: person, Article: string(r.Article), AtUs: at(r.At)}
			if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
				return err
			}
		}
		var newest []string
		err = tx.Model(&recentRow{}).Where("person = ?", person).Order("at_us DESC").Order("article").Limit(keep).Pluck("article", &newest).Error
		if err != nil {
			return err
		}
		return tx.Where("person = ? AND article NOT IN ?", person, orNone(newest)).Delete(&recentRow{}).Error
	}))
}

// RecentlyOpened lists what a person read, latest first.
func (s *Store) RecentlyOpened(ctx context.Context, person string) ([]content.ID, error) {
	var ids []content.ID
	err := s.on(ctx).Model(&recentRow{}).Where("person = ?", person).Order("at_us DESC").Order("article").Pluck("article", &ids).Error
	return ids, translate(err)
}

// KeepsReadings reports whether the readings of a person are kept.
func (s *Store) KeepsReadings(ctx context.Context, person string) (bool, error) {
	var off int64
	err := s.on(ctx).Model(&recentOffRow{}).Where("person = ?", person).Count(&off).Error
	return off == 0, translate(err)
}

// KeepReadings decides that. Not to keep them deletes them.
func (s *Store) KeepReadings(ctx context.Context, person string, keep bool) error {
	return translate(s.on(ctx).Transaction(func(tx *gorm.DB) error {
		if keep {
			return tx.Where("person = ?", person).Delete(&recentOffRow{}).Error
		}
		if err := tx.Where("person = ?", person).Delete(&recentRow{}).Error; err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&recentOffRow{Person: person}).Error
	}))
}
