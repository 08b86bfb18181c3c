package zak

import (
	"encoding/csv"
	"io"
	"strings"
)

// Words are what a table says in the reader's language.
type Words struct {
	Name, Start       string // column heads
	Done, Begun, Open string // cells
}

// WriteCSV writes the table as people's spreadsheet programs expect it in
// Germany: UTF-8 with a byte order mark, semicolons, CRLF. Cells that a
// spreadsheet would take for a formula are disarmed by an apostrophe.
func (t Table) WriteCSV(w io.Writer, words Words) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	head := []string{words.Name, words.Start}
	for _, c := range t.Columns {
		head = append(head, disarm(c.Title))
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range t.Rows {
		line := []string{disarm(row.Apprentice.Name), row.Apprentice.Start}
		for _, m := range row.Marks {
			line = append(line, m.word(words))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (m Mark) word(words Words) string {
	switch {
	case m.Done:
		return words.Done
	case m.Started:
		return words.Begun
	}
	return words.Open
}

// disarm keeps a cell from being run as a formula (CSV injection).
func disarm(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
