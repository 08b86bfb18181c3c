package search_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"staffelstab/internal/testkit"
)

// fts5 is SQLite's full text: any of the words, BM25, the title ten times, the
// headings five times, which answers better than once.
type fts5 struct {
	file string
	db   *sql.DB
}

func (f *fts5) fill(b *testing.B, c collection) {
	f.file = filepath.Join(b.TempDir(), "fts5.db")
	db, err := sql.Open("sqlite", f.file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	f.db = db
	f.execute(b, `CREATE VIRTUAL TABLE sections USING fts5(name UNINDEXED, title, heading, body, tokenize = 'unicode61 remove_diacritics 2')`)
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range c.rows() {
		if _, err := tx.ExecContext(b.Context(), `INSERT INTO sections(name, title, heading, body) VALUES (?, ?, ?, ?)`, r.name, r.title, r.heading, r.body); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	f.execute(b, `INSERT INTO sections(sections) VALUES ('optimize')`)
	f.execute(b, `INSERT INTO sections(sections, rank) VALUES ('rank', 'bm25(0, 10, 5, 1)')`)
}

func (f *fts5) execute(b *testing.B, statement string) {
	b.Helper()
	if _, err := f.db.ExecContext(b.Context(), statement); err != nil {
		b.Fatal(err)
	}
}

func (f *fts5) search(b *testing.B, text string, limit int) []string {
	query := `"` + strings.Join(words(text), `" OR "`) + `"`
	rows, err := f.db.QueryContext(b.Context(), `SELECT rowid, name FROM sections WHERE sections MATCH ? ORDER BY rank`, query)
	if err != nil {
		b.Fatalf("%q: %v", text, err)
	}
	found := best[int64]{limit: limit}
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			b.Fatal(err)
		}
		if found.add(name, id) {
			break
		}
	}
	if err := rows.Close(); err != nil {
		b.Fatal(err)
	}
	for _, id := range found.sections {
		var snippet string
		row := f.db.QueryRowContext(b.Context(), `SELECT snippet(sections, 3, '<b>', '</b>', '…', 30) FROM sections WHERE sections MATCH ? AND rowid = ?`, query, id)
		if err := row.Scan(&snippet); err != nil {
			b.Fatal(err)
		}
	}
	return found.names
}

func (f *fts5) size(b *testing.B) int64 {
	info, err := os.Stat(f.file)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

// postgres is PostgreSQL's german text search: any of the words, the title in
// the highest weight. ts_rank answers these questions better than ts_rank_cd.
type postgres struct{ connection *pgx.Conn }

func newPostgres(b *testing.B) *postgres {
	connection, err := pgx.Connect(b.Context(), testkit.RequirePostgres(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := connection.Close(ctx); err != nil {
			b.Error(err)
		}
	})
	return &postgres{connection: connection}
}

func (p *postgres) execute(b *testing.B, statement string) {
	b.Helper()
	if _, err := p.connection.Exec(b.Context(), statement); err != nil {
		b.Fatal(err)
	}
}

func (p *postgres) fill(b *testing.B, c collection) {
	p.execute(b, `CREATE TABLE sections (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, title text, heading text, body text)`)
	rows := c.rows()
	_, err := p.connection.CopyFrom(b.Context(), pgx.Identifier{"sections"}, []string{"name", "title", "heading", "body"},
		pgx.CopyFromSlice(len(rows), func(n int) ([]any, error) {
			r := rows[n]
			return []any{r.name, r.title, r.heading, r.body}, nil
		}))
	if err != nil {
		b.Fatal(err)
	}
	p.execute(b, `ALTER TABLE sections ADD COLUMN words tsvector GENERATED ALWAYS AS (setweight(to_tsvector('german', title), 'A')
		|| setweight(to_tsvector('german', heading), 'B') || to_tsvector('german', body)) STORED`)
	p.execute(b, `CREATE INDEX ON sections USING gin (words)`)
	p.execute(b, `ANALYZE sections`)
}

func (p *postgres) search(b *testing.B, text string, limit int) []string {
	query := "'" + strings.Join(words(text), "' | '") + "'"
	rows, err := p.connection.Query(b.Context(), fmt.Sprintf(`WITH asked AS (SELECT to_tsquery('german', $1) AS q),
		ranked AS (SELECT id, name, ts_rank(words, q) AS rank FROM sections, asked WHERE words @@ q),
		best AS (SELECT DISTINCT ON (name) id, name, rank FROM ranked ORDER BY name, rank DESC, id),
		page AS (SELECT id, rank FROM best ORDER BY rank DESC, id LIMIT %d)
		SELECT name, ts_headline('german', body, q) FROM page JOIN sections USING (id), asked ORDER BY rank DESC, id`, limit), query)
	if err != nil {
		b.Fatalf("%q: %v", text, err)
	}
	var names []string
	var name, headline string
	_, err = pgx.ForEachRow(rows, []any{&name, &headline}, func() error {
		names = append(names, name)
		return nil
	})
	if err != nil {
		b.Fatalf("%q: %v", text, err)
	}
	return names
}

func (p *postgres) size(b *testing.B) (bytes int64) {
	if err := p.connection.QueryRow(b.Context(), `SELECT pg_total_relation_size('sections')`).Scan(&bytes); err != nil {
		b.Fatal(err)
	}
	return bytes
}
