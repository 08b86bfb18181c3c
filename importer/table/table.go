// Package table reads tables as offices export them: CSV with semicolons,
// commas or tabs, in any of the usual encodings, with a first row that names the
// columns.
package table

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"staffelstab/importer/charset"
	"staffelstab/internal/fault"
)

// Table is a whole file in memory.
type Table struct {
	File      string // name without folder
	Charset   charset.Charset
	Delimiter rune
	Columns   []string // as the first row names them, without blanks around
	Width     int      // of the first row, with nameless columns at its end
	Rows      []Row
}

// Row is a line of the table below its head.
type Row struct {
	Line  int // in the file
	Cells []string
}

// maxBytes bounds a file: it is kept in memory.
const maxBytes = 64 << 20

// Open reads a file.
func Open(name string) (*Table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.New(fault.NotFound, "importer.unreadable-file", "file", filepath.Base(name)).Because(err)
	}
	defer f.Close()
	return Read(filepath.Base(name), f)
}

// Read reads a table. A line whose quotes are wrong is taken as it stands; a
// file without two columns is no table.
func Read(file string, r io.Reader) (*Table, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	switch {
	case err != nil:
		return nil, fault.New(fault.Invalid, "importer.unreadable-file", "file", file).Because(err)
	case len(data) > maxBytes:
		return nil, fault.New(fault.TooLarge, "importer.table-too-large", "file", file, "limit", maxBytes>>20)
	}
	text, c := charset.Decode(data)
	t := &Table{File: file, Charset: c, Delimiter: delimiter(text)}
	if err := t.rows(text); err != nil {
		return nil, err
	}
	if len(t.Columns) < 2 {
		return nil, fault.New(fault.Invalid, "importer.not-a-table", "file", file)
	}
	return t, nil
}

func (t *Table) rows(text string) error {
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes = t.Delimiter, -1, true
	reader.TrimLeadingSpace = t.Delimiter != '\t' // a quote may follow a blank
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.New(fault.Invalid, "importer.not-a-table", "file", t.File).Because(err)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		line, _ := reader.FieldPos(0)
		switch {
		case strings.Join(cells, "") == "":
		case t.Columns == nil:
			t.Width = len(cells)
			for cells[len(cells)-1] == "" {
				cells = cells[:len(cells)-1]
			}
			t.Columns = cells
		default:
			t.Rows = append(t.Rows, Row{Line: line, Cells: cells})
		}
	}
}

// delimiter finds what parts the columns: the sign that occurs most in the
// first line outside of quotes.
func delimiter(text string) rune {
	counts := map[rune]int{}
	quoted := false
	for _, r := range strings.TrimLeft(text, " \r\n") {
		if r == '\n' && !quoted {
			break
		}
		if r == '"' {
			quoted = !quoted
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ';'
	for _, r := range []rune{',', '\t'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// Column returns the position of the first column with one of the names,
// without regard to case, or -1.
func (t *Table) Column(names ...string) int {
	for _, name := range names {
		for i, column := range t.Columns {
			if strings.EqualFold(column, name) {
				return i
			}
		}
	}
	return -1
}

// Cell returns what stands in a column; rows may be shorter than the head.
func (r Row) Cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return r.Cells[column]
}
