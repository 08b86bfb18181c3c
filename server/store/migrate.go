package store

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"staffelstab/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up to date, each step in a transaction.
func (s *Store) migrate(ctx context.Context, log *slog.Logger) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	if s.dialect == "postgres" {
		dialect = goose.DialectPostgres
	}
	provider, err := goose.NewProvider(dialect, s.pool, files)
	if err != nil {
		return translate(err)
	}
	have, err := provider.GetDBVersion(ctx)
	if err != nil {
		return translate(fmt.Errorf("store: reading the schema version: %w", err))
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	if have > newest {
		return fault.New(fault.Unavailable, "store.schema-newer", "have", int(have), "known", int(newest))
	}
	done, err := provider.Up(ctx)
	if err != nil {
		return translate(fmt.Errorf("store: migrating: %w", err))
	}
	if len(done) > 0 && log != nil {
		log.Info("schema migrated", "from", have, "to", newest)
	}
	return nil
}

type settingRow struct {
	Name  string `gorm:"primaryKey"`
	Value string
}

func (settingRow) TableName() string { return "settings" }

// secret returns a random key of this database, made when first asked for.
func (s *Store) secret(ctx context.Context, name string) ([]byte, error) {
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	row := settingRow{Name: name, Value: hex.EncodeToString(fresh)}
	if err := s.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return nil, translate(err)
	}
	var stored settingRow
	err := s.on(ctx).Where("name = ?", name).Take(&stored).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, fmt.Errorf("store: setting %s vanished", name)
	}
	if err != nil {
		return nil, translate(err)
	}
	return hex.DecodeString(stored.Value)
}
