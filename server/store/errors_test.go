package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/testkit"
)

// openSQLite opens a store that uses one connection, so that a pragma holds.
func openSQLite(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "staffelstab.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	s.pool.SetMaxOpenConns(1)
	return s
}

func (s *Store) pragma(t *testing.T, statement string) {
	t.Helper()
	if _, err := s.pool.ExecContext(t.Context(), "PRAGMA "+statement); err != nil {
		t.Fatal(err)
	}
}

func TestFullDiskIsSaidAndReadingGoesOn(t *testing.T) {
	s := openSQLite(t)
	small := content.Draft{Person: "p", Key: "small", Body: "da"}
	if err := s.SaveDraft(t.Context(), small); err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := s.pool.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	s.pragma(t, fmt.Sprintf("max_page_count = %d", pages+1))
	err := s.SaveDraft(t.Context(), content.Draft{Person: "p", Key: "big", Body: strings.Repeat("x", 1<<20)})
	if f, ok := fault.Of(err); !ok || f.Kind != fault.Full || f.Key != "store.disk-full" {
		t.Errorf("error %v, want Full", err)
	}
	if d, err := s.Draft(t.Context(), "p", "", "small"); err != nil || d.Body != "da" {
		t.Errorf("after a full disk: %+v, %v", d, err)
	}
}

func TestReadOnlyDatabaseIsUnavailable(t *testing.T) {
	s := openSQLite(t)
	s.pragma(t, "query_only = 1")
	if err := s.SaveDraft(t.Context(), content.Draft{Person: "p"}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error %v, want Unavailable", err)
	}
}

func TestDamagedRowsAreErrorsAndNotEmptyValues(t *testing.T) {
	s := openSQLite(t)
	ctx := t.Context()
	a := content.Article{Path: "a.md"}
	a.ID, a.Title = "a", "a"
	err := s.Append(ctx, content.Projection{Head: "c", Articles: []content.Article{a}, Revisions: []content.Revision{{ID: "r", Article: "a"}}})
	if err == nil {
		err = s.SaveDraft(ctx, content.Draft{Person: "p"})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"UPDATE articles SET meta = '{'", "UPDATE revisions SET audience = '{'", "UPDATE drafts SET fields = '{'"} {
		if _, err := s.pool.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	for name, read := range map[string]func() error{
		"article":  func() error { _, err := s.Article(ctx, "a"); return err },
		"articles": func() error { _, err := s.Articles(ctx, content.ArticleFilter{Any: true}); return err },
		"stream": func() error {
			for _, err := range s.AllArticles(ctx) {
				return err
			}
			return nil
		},
		"revision":  func() error { _, err := s.Revision(ctx, "r"); return err },
		"revisions": func() error { _, err := s.Revisions(ctx, "a", 0, 1); return err },
		"draft":     func() error { _, err := s.Draft(ctx, "p", "", ""); return err },
		"drafts":    func() error { _, err := s.DraftsOf(ctx, "p"); return err },
	} {
		err := read()
		if _, is := fault.Of(err); err == nil || is {
			t.Errorf("%s: %v, want an unexpected error", name, err)
		}
	}
}

func TestCalledOffStatementsSayAsMuch(t *testing.T) {
	s := openSQLite(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Person(ctx, "p"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if err := s.Record(ctx, account.Event{}, func(context.Context) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestDatabaseThatWentAwayIsUnavailable(t *testing.T) {
	target := testkit.RequirePostgres(t)
	s, err := Open(t.Context(), target, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	other, err := pgconn.Connect(t.Context(), testkit.RequirePostgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := other.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	name := target[strings.LastIndex(target, "/")+1:]
	name, _, _ = strings.Cut(name, "?")
	// As if the server was restarted: the sessions end, and then nobody gets in.
	for _, statement := range []string{
		"ALTER DATABASE " + name + " ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'",
	} {
		if _, err := other.Exec(t.Context(), statement).ReadAll(); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // the broken connection, then new ones
		if _, err := s.Person(t.Context(), "p"); !fault.Is(err, fault.Unavailable) {
			t.Errorf("error %v, want Unavailable", err)
		}
	}
	if err := s.Ping(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("ping: %v, want Unavailable", err)
	}
}

func TestErrorsOfPostgreSQLAreTranslated(t *testing.T) {
	unexpected := fault.Kind(-1)
	for code, want := range map[string]fault.Kind{
		"23505": fault.Conflict, "53100": fault.Full, "53300": fault.Unavailable, "57P01": fault.Unavailable, "08006": fault.Unavailable,
		"25006": fault.Unavailable, "40001": fault.Unavailable, "40P01": fault.Unavailable, "42P01": unexpected, "": unexpected, "0": unexpected,
	} {
		err := translate(fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code, Message: "secret detail"}))
		f, is := fault.Of(err)
		if is != (want != unexpected) || is && f.Kind != want {
			t.Errorf("%q: %v", code, err)
		}
	}
	for name, err := range map[string]error{
		"network": &net.OpError{Op: "read", Err: errors.New("reset")},
		"timeout": fmt.Errorf("x: %w", &net.DNSError{IsTimeout: true}),
	} {
		if got := translate(err); !fault.Is(got, fault.Unavailable) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if translate(nil) != nil {
		t.Error("no error became one")
	}
	if err := translate(errors.New("surprise")); err == nil || fault.Is(err, fault.Unavailable) {
		t.Errorf("a surprise became %v", err)
	}
}

func TestTimesOfTheColumns(t *testing.T) {
	for _, want := range []time.Time{{}, time.Date(2026, 11, 23, 12, 0, 0, 1000, time.UTC), time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if got := from(at(want)); !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%v came back as %v", want, got)
		}
	}
}
