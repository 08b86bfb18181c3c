package content

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// RateWords are the sentences of an export of rates, in the reader's language.
type RateWords struct {
	Department, People, Done, Overdue, Total, Without, Few string
	Name, At, Due, Yes, No                                 string
	Time                                                   func(Acknowledgement) string
}

// WriteCSV writes the rates as spreadsheets read them: UTF-8 with a mark,
// semicolons, CRLF. What is hidden stays hidden.
func (r Rates) WriteCSV(w io.Writer, words RateWords) error {
	lines := [][]string{{words.Department, words.People, words.Done, words.Overdue}}
	for _, row := range r.Rows {
		lines = append(lines, row.line(or(row.Department, words.Without), words))
	}
	return writeCSV(w, append(lines, r.Total.line(words.Total, words)))
}

func (r Rate) line(name string, words RateWords) []string {
	if r.Hidden {
		return []string{safeCell(name), words.Few, "", ""}
	}
	return []string{safeCell(name), strconv.Itoa(r.People), strconv.Itoa(r.Done), strconv.Itoa(r.Overdue)}
}

// WriteNamesCSV writes where the people of a superior stand.
func WriteNamesCSV(w io.Writer, people []Named, words RateWords) error {
	lines := [][]string{{words.Name, words.Department, words.Done, words.At, words.Due, words.Overdue}}
	yes := map[bool]string{true: words.Yes, false: words.No}
	for _, p := range people {
		at := ""
		if p.Duty.Known != nil {
			at = words.Time(*p.Duty.Known)
		}
		lines = append(lines, []string{safeCell(p.Name), safeCell(p.Department), yes[!p.Duty.Open], at, string(p.Duty.Due), yes[p.Duty.Overdue]})
	}
	return writeCSV(w, lines)
}

func writeCSV(w io.Writer, lines [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	return out.WriteAll(lines)
}

// safeCell keeps a spreadsheet from taking a text for a formula.
func safeCell(s string) string {
	if strings.ContainsAny(s[:min(len(s), 1)], "=+-@\t\r\n") {
		return "'" + s
	}
	return s
}
