package store_test

import (
	"bytes"
	"database/sql"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "github.com/glebarez/go-sqlite"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/lessons"
	"staffelstab/server/store"
)

// raw opens the database beside the store, to look at or spoil what it keeps.
func raw(t *testing.T, target string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(target, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, target)
	ok(t, err)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func execute(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func schemaVersion(t *testing.T, db *sql.DB) (version int) {
	t.Helper()
	ok(t, db.QueryRowContext(t.Context(), "SELECT MAX(version_id) FROM goose_db_version").Scan(&version))
	return version
}

func TestSecondOpenChangesNothing(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		var log bytes.Buffer
		first := got(store.Open(t.Context(), target, slog.New(slog.NewTextHandler(&log, nil))))(t)
		if !strings.Contains(log.String(), "schema migrated") {
			t.Errorf("a fresh database is migrated and that is logged; log: %q", log.String())
		}
		person := filled[account.Person]()
		ok(t, first.CreatePerson(t.Context(), person))
		ok(t, first.Append(t.Context(), content.Projection{Head: "c1", Articles: []content.Article{article("a1"), article("a2")}}))
		next := got(first.Articles(t.Context(), content.ArticleFilter{Any: true, Limit: 1}))(t).Next
		ok(t, first.Close())
		version := schemaVersion(t, raw(t, target))

		log.Reset()
		second := got(store.Open(t.Context(), target, slog.New(slog.NewTextHandler(&log, nil))))(t)
		defer func() { ok(t, second.Close()) }()
		if log.Len() != 0 {
			t.Errorf("the second opening logged %q", log.String())
		}
		wantEqual(t, "schema version", schemaVersion(t, raw(t, target)), version)
		wantEqual(t, "person", got(second.Person(t.Context(), person.ID))(t), person)
		page := got(second.Articles(t.Context(), content.ArticleFilter{Any: true, Limit: 1, Cursor: next}))(t)
		wantEqual(t, "the page after a cursor from before the restart", titles(page.Articles), []string{"a2"})
	})
}

func TestNewerSchemaIsRefusedWithAdviceAndLeftAlone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		ok(t, got(store.Open(t.Context(), target, nil))(t).Close())
		db := raw(t, target)
		known := schemaVersion(t, db)
		execute(t, db, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, "+map[bool]string{true: "true", false: "1"}[strings.HasPrefix(target, "postgres")]+")")

		s, err := store.Open(t.Context(), target, nil)
		wantFault(t, err, fault.Unavailable, "store.schema-newer")
		if s != nil {
			t.Error("a refused database must not be handed out")
		}
		if f, is := fault.Of(err); is {
			wantEqual(t, "values of the sentence", f.Args, map[string]any{"have": 99, "known": known})
		}
		wantEqual(t, "schema version", schemaVersion(t, db), 99)
	})
}

// migrateTo brings an empty database to an old schema and returns the number
// of the newest one.
func migrateTo(t *testing.T, db *sql.DB, target string, version int64) int {
	t.Helper()
	dialect := goose.DialectSQLite3
	if strings.HasPrefix(target, "postgres") {
		dialect = goose.DialectPostgres
	}
	provider := got(goose.NewProvider(dialect, db, os.DirFS("migrations")))(t)
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	sources := provider.ListSources()
	return int(sources[len(sources)-1].Version) // numbers may have gaps
}

func TestOlderSchemaIsMigratedWithItsRows(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		db := raw(t, target)
		newest := migrateTo(t, db, target, 1)
		execute(t, db, `INSERT INTO people (id, login, display_name, name_key, email, department, pseudonym, active, demo, created_at, password_hash)
			VALUES ('p', 'oezdemir', 'Özdemir, ÄNNE', '00', '', '', 'u-p', 1, 0, 1, '')`)
		for _, row := range []string{"('a', 'p', 30)", "('c', 'p', 10)", "('b', 'p', 10)", "('d', 'q', 20)"} {
			execute(t, db, `INSERT INTO attempts (lesson, question, module, revision, question_hash, answer, correct, score, points, hints_used, request_hash, request_key, id, person, at_us)
				VALUES ('', '', '', '', '', '[]', 1, 1, 1, 0, '', '`+row[2:3]+`', `+row[1:])
		}

		s := open(t, target)
		wantEqual(t, "schema version", schemaVersion(t, db), newest)
		_, _, err := s.AddAttempt(t.Context(), lessons.Attempt{ID: "0", Person: "p", Key: "new", At: noon})
		ok(t, err)
		order := ""
		for _, a := range got(s.Attempts(t.Context(), nil, nil))(t) {
			order += a.ID
		}
		wantEqual(t, "attempts of before and after", order, "bca0d")
		for _, q := range []string{"özdemir", "Änne", "ÖZ"} {
			if _, total, err := s.People(t.Context(), q, 10, 0); err != nil || total != 1 {
				t.Errorf("%q finds %d people, %v", q, total, err)
			}
		}
	})
}

func TestOlderQuestionsOfImportsAreAskedWhereTheyBelong(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		db := raw(t, target)
		migrateTo(t, db, target, 20)
		for _, row := range []string{"('A', '66')", "('B', '11')", "('C', '66')"} {
			execute(t, db, `INSERT INTO legacy_documents (run, position, article, title, form, file, status, review, restricted, counts, binding, evidence, notes, visible, fingerprint, replica, unid, department)
				VALUES ('r', 1, '', '', '', '', '', 0, 0, '{}', '', '[]', '[]', '', '', 'R', `+row[1:])
		}
		for _, row := range []string{"('R/A R/B', 'paar', 2, 'widerspruch', 'A', 'R', 'B')", "('R/A R/C', 'paar', 2, 'widerspruch', 'A', 'R', 'C')", "('R/A', 'durchsicht', 5, 'ungesehen', 'A', '', '')", "('R/B', 'verbindlichkeit', 4, 'verbindlichkeit', 'B', '', '')"} {
			execute(t, db, `INSERT INTO legacy_questions (department, title, fingerprint, run, replica, share, differences, subject, about, kind_rank, kind, unid, other_replica, other_unid)
				VALUES ('66', '', 'f', 'r', 'R', 0, '[]', `+row[1:])
		}
		execute(t, db, "INSERT INTO legacy_runs (id, source, at_us, dry, totals) VALUES ('r', 'dev', 1, 1, '{}')")
		execute(t, db, "UPDATE legacy_documents SET status = 'quarantined' WHERE unid = 'C'")
		s := open(t, target)
		for unid, want := range map[string]bool{"A": false, "C": true} {
			k := legacy.Key{Replica: "R", UNID: unid}
			wantEqual(t, unid+" was withheld", got(s.Past(t.Context(), []legacy.Key{k}))(t)[k].Withheld, want)
		}
		wantEqual(t, "what only a plan brought", got(s.Document(t.Context(), legacy.Key{Replica: "R", UNID: "A"}))(t).Planned, true)
		for subject, want := range map[string]string{"R/A R/B": "11", "R/A R/C": "", "R/A": ""} {
			wantEqual(t, subject+" is also asked in", got(s.Question(t.Context(), subject))(t).Other, want)
		}
		alike := legacy.Question{Subject: "R/B R/C", Kind: legacy.Alike, Department: "66", First: legacy.Key{Replica: "R", UNID: "B"}, Second: legacy.Key{Replica: "R", UNID: "C"}}
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r2"}, []legacy.Question{alike}, false))
		order := ""
		list, _, err := s.Questions(t.Context(), legacy.QuestionFilter{Limit: 9})
		ok(t, err)
		for _, q := range list[2:] {
			order += string(q.Kind) + " "
		}
		wantEqual(t, "those of before are asked in their order", order, "verbindlichkeit aehnlich ungesehen ")
	})
}

func TestSeveralProcessesMayOpenTheSameDatabase(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		ok(t, got(store.Open(t.Context(), target, nil))(t).Close())
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				s, err := store.Open(t.Context(), target, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestFolderMayHaveAnyUsualName(t *testing.T) {
	for _, name := range []string{"Größe & Maß", "100 %", "mit Leerzeichen", "a#b", "'quote'"} {
		target := filepath.Join(t.TempDir(), name+".db")
		s := open(t, target)
		ok(t, s.Ping(t.Context()))
		var mode string
		ok(t, raw(t, target).QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode))
		wantEqual(t, "journal of "+name, mode, "wal")
	}
}

func TestDatabaseThatCannotBeOpenedIsUnavailable(t *testing.T) {
	for name, target := range map[string]string{
		"folder missing":   filepath.Join(t.TempDir(), "missing", "x.db"),
		"a folder":         t.TempDir(),
		"nobody listening": "postgres://u:p@127.0.0.1:1/x?connect_timeout=2",
	} {
		s, err := store.Open(t.Context(), target, nil)
		if s != nil {
			t.Errorf("%s: opened", name)
		}
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v, want Unavailable", name, err)
		}
		if err != nil && strings.Contains(err.Error(), ":p@") {
			t.Errorf("%s: the password is in the error: %v", name, err)
		}
	}
}
