package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	sqlite3 "modernc.org/sqlite/lib"

	"staffelstab/internal/fault"
)

// translate gives errors of the databases the kind people can act on. The text
// of the database stays in the log.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.Of(err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fault.New(fault.NotFound, "store.missing").Because(err)
	}
	var connect *pgconn.ConnectError // before PgError, which may be its reason
	if errors.As(err, &connect) {
		return fault.New(fault.Unavailable, "store.unreachable").Because(err)
	}
	var lite *gosqlite.Error
	if errors.As(err, &lite) {
		return fromSQLite(lite, err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return fromPostgres(pg, err)
	}
	var network net.Error
	if errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return fault.New(fault.Unavailable, "store.unreachable").Because(err)
	}
	return fmt.Errorf("store: %w", err)
}

func fromSQLite(lite *gosqlite.Error, err error) error {
	switch lite.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.New(fault.Conflict, "store.exists").Because(err)
	}
	switch lite.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fault.New(fault.Full, "store.disk-full").Because(err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.New(fault.Unavailable, "store.unreachable").Because(err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.New(fault.Unavailable, "store.damaged").Because(err)
	}
	return fmt.Errorf("store: %w", err)
}

// fromPostgres reads SQLSTATE classes (PostgreSQL, appendix A).
func fromPostgres(pg *pgconn.PgError, err error) error {
	switch {
	case pg.Code == "23505":
		return fault.New(fault.Conflict, "store.exists").Because(err)
	case pg.Code == "53100":
		return fault.New(fault.Full, "store.disk-full").Because(err)
	case class(pg, "08"), class(pg, "40"), class(pg, "53"), class(pg, "57"), pg.Code == "25006":
		return fault.New(fault.Unavailable, "store.unreachable").Because(err)
	}
	return fmt.Errorf("store: %w", err)
}

func class(pg *pgconn.PgError, prefix string) bool { return strings.HasPrefix(pg.Code, prefix) }

// missing replaces the fault for an absent row by one with its own sentence.
func missing(err error, key string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fault.New(fault.NotFound, key)
	}
	return translate(err)
}
