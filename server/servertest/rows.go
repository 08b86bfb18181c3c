package servertest

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Rows describes every table by how many rows it has and a hash of them, so
// that a test sees whether a request changed anything. Tables named are left out.
func (s *Server) Rows(except ...string) string {
	s.T.Helper()
	db, err := sql.Open("sqlite", filepath.Join(s.Dir, "staffelstab.db")) // the driver of package store
	must(s.T, err)
	defer db.Close()
	var out []string
	for _, line := range s.query(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name") {
		table := strings.Trim(line, "|")
		if slices.Contains(except, table) {
			continue
		}
		rows := s.query(db, `SELECT * FROM "`+table+`"`)
		slices.Sort(rows)
		out = append(out, fmt.Sprintf("%s %d %x", table, len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))[:len(table)+24])
	}
	return strings.Join(out, "\n")
}

func (s *Server) query(db *sql.DB, statement string) []string {
	s.T.Helper()
	rows, err := db.QueryContext(s.T.Context(), statement)
	must(s.T, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(s.T, err)
	var out []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(sql.RawBytes)
		}
		must(s.T, rows.Scan(values...))
		var line strings.Builder
		for _, v := range values {
			line.Write(*v.(*sql.RawBytes))
			line.WriteByte('|')
		}
		out = append(out, line.String())
	}
	must(s.T, rows.Err())
	return out
}
