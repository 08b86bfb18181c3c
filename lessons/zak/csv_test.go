package zak_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"staffelstab/lessons/zak"
)

var words = zak.Words{Name: "Name", Start: "Beginn", Done: "erledigt", Begun: "begonnen", Open: "offen"}

func TestSpreadsheetsReadTheTable(t *testing.T) {
	table := zak.Table{
		Columns: []zak.Column{{Title: "Straße; Recht"}, {Title: `"Kasse"`}},
		Rows: []zak.Row{
			{Apprentice: zak.Apprentice{Name: "Özlem Weiß", Start: "2026-08-01"}, Marks: []zak.Mark{{Done: true, Started: true}, {Started: true}}},
			{Apprentice: zak.Apprentice{Name: "Zoe", Start: "2026-09-01"}, Marks: []zak.Mark{{}, {}}},
		},
	}
	var out bytes.Buffer
	if err := table.WriteCSV(&out, words); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffName;Beginn;\"Straße; Recht\";\"\"\"Kasse\"\"\"\r\nÖzlem Weiß;2026-08-01;erledigt;begonnen\r\nZoe;2026-09-01;offen;offen\r\n"
	if out.String() != want {
		t.Errorf("%q instead of %q", out.String(), want)
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	for _, name := range []string{"=1+1", "+49", "-x", "@SUM(A1)", "\tx", "\rx"} {
		table := zak.Table{Columns: []zak.Column{{Title: name}}, Rows: []zak.Row{{Apprentice: zak.Apprentice{Name: name}, Marks: []zak.Mark{{}}}}}
		var out bytes.Buffer
		if err := table.WriteCSV(&out, words); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff")))
		r.Comma = ';'
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range []string{lines[0][2], lines[1][0]} {
			if !strings.HasPrefix(cell, "'") {
				t.Errorf("%q reaches the spreadsheet as %q", name, cell)
			}
		}
	}
}

type fullDisk struct{ room int }

func (w *fullDisk) Write(b []byte) (int, error) {
	if len(b) > w.room {
		return 0, errors.New("full")
	}
	w.room -= len(b)
	return len(b), nil
}

func TestHalfATableIsAnError(t *testing.T) {
	table := zak.Table{Rows: []zak.Row{{Apprentice: zak.Apprentice{Name: strings.Repeat("x", 10_000)}}}}
	for _, room := range []int{0, 3, 100} {
		if err := table.WriteCSV(&fullDisk{room}, words); err == nil {
			t.Errorf("with room for %d bytes nothing is said", room)
		}
	}
}
