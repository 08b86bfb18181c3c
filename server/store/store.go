// Package store keeps in SQL what does not belong into Git: accounts, results,
// cohorts, drafts, and the rows that are derived from Git so that pages and
// lists never have to walk it.
//
// It runs on SQLite without cgo and on PostgreSQL with the same statements and
// the same tests. Rows are private to this package; domains see their own
// types. It applies audience sets but decides no permission.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/internal/notice"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
)

// SQLite settings: a write-ahead log that survives a power cut, one writer at
// a time that takes its lock at the start instead of failing in the middle.
const sqliteSettings = "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_txlock=immediate"

// Connections of a pool.
const (
	maxOpen = 8
	maxIdle = 8
)

// Store is an open database. It implements the ports of every domain.
type Store struct {
	db       *gorm.DB
	pool     *sql.DB
	dialect  string
	cursors  []byte // key that signs cursors
	collator *collator
	opening  atomic.Bool // between Begin and Complete
}

var (
	_ content.Ledger      = (*Store)(nil)
	_ content.Catalogue   = (*Store)(nil)
	_ content.Drafts      = (*Store)(nil)
	_ content.Proposals   = (*Store)(nil)
	_ content.Redactions  = (*Store)(nil)
	_ content.People      = (*Store)(nil)
	_ content.RuleBook    = (*Store)(nil)
	_ notice.Outbox       = (*Store)(nil)
	_ content.Talk        = (*Store)(nil)
	_ notice.Post         = (*Store)(nil)
	_ account.Directory   = (*Store)(nil)
	_ account.Credentials = (*Store)(nil)
	_ account.Audit       = (*Store)(nil)
	_ lessons.Results     = (*Store)(nil)
	_ zak.Register        = (*Store)(nil)

	_ content.Acknowledgements = (*Store)(nil)
	_ content.Members          = (*Store)(nil)
	_ content.AccessLog        = (*Store)(nil)
	_ content.Bookmarks        = (*Store)(nil)
	_ content.SearchLog        = (*Store)(nil)
	_ legacy.Ledger            = (*Store)(nil)
)

// Open opens a database and brings it to the newest schema. A target that
// starts with "postgres://" or "postgresql://" is PostgreSQL, anything else
// the file name of a SQLite database. A schema newer than this program is
// refused.
func Open(ctx context.Context, target string, log *slog.Logger) (*Store, error) {
	if err := keepPrivate(target); err != nil {
		return nil, translate(err)
	}
	dialect, dialector := "sqlite3", gorm.Dialector(sqlite.Open(target+sqliteSettings))
	if isPostgres(target) {
		dialect, dialector = "postgres", postgres.Open(target)
	}
	db, err := gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true, Logger: logger.Discard, NowFunc: func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		return nil, translate(fmt.Errorf("store: opening the database: %w", err))
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(maxOpen)
	pool.SetMaxIdleConns(maxIdle)
	db.ConnPool = cleanPool{pool}
	db.Statement.ConnPool = db.ConnPool
	s := &Store{db: db, pool: pool, dialect: dialect, collator: newCollator()}
	if err := s.migrate(ctx, log); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	if s.cursors, err = s.secret(ctx, "cursor-key"); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return s, nil
}

// keepPrivate makes the file of a SQLite database readable by its owner alone.
// SQLite gives the files beside it the same mode.
func keepPrivate(target string) error {
	if isPostgres(target) || strings.HasPrefix(target, ":memory:") || strings.HasPrefix(target, "file:") {
		return nil
	}
	f, err := os.OpenFile(target, os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("store: opening the database: %w", err)
	}
	for _, name := range []string{target, target + "-wal", target + "-shm"} {
		if changed := os.Chmod(name, 0o600); changed != nil && !errors.Is(changed, os.ErrNotExist) && !errors.Is(changed, os.ErrPermission) {
			err = errors.Join(err, changed)
		}
	}
	return errors.Join(err, f.Close())
}

func isPostgres(target string) bool {
	return strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://")
}

// Checkpoint brings what SQLite keeps in its write-ahead log into the database
// file and empties the log. PostgreSQL does so by itself.
func (s *Store) Checkpoint(ctx context.Context) error {
	if s.dialect != "sqlite3" {
		return nil
	}
	return translate(s.on(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error)
}

// Close closes the database.
func (s *Store) Close() error { return s.pool.Close() }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate(s.pool.PingContext(ctx)) }

type transactionKey struct{}

// on returns the transaction the context is in, else the database.
func (s *Store) on(ctx context.Context) *gorm.DB {
	if tx, ok := ctx.Value(transactionKey{}).(*gorm.DB); ok {
		return tx.WithContext(ctx)
	}
	return s.db.WithContext(ctx)
}

// Together keeps everything f changes through its context, or nothing. A call
// inside another joins the outer one.
func (s *Store) Together(ctx context.Context, f func(context.Context) error) error {
	return translate(s.together(ctx, f))
}

// together keeps everything f changes through its context, or nothing.
func (s *Store) together(ctx context.Context, f func(context.Context) error) error {
	return s.on(ctx).Transaction(func(tx *gorm.DB) error {
		return f(context.WithValue(ctx, transactionKey{}, tx))
	})
}

// at turns a time into microseconds; the zero time into 0.
func at(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UTC().UnixMicro()
}

// from is the reverse of at.
func from(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
