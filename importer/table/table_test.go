package table

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"staffelstab/internal/fault"
)

func read(t testing.TB, data string) *Table {
	t.Helper()
	table, err := Read("liste.csv", strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTablesOfEveryOffice(t *testing.T) {
	want := []Row{{2, []string{"Größe; mit Strichpunkt", "31.12.2019"}}, {3, []string{"Zweite", ""}}}
	latin, _ := charmap.Windows1252.NewEncoder().String("Titel;Geändert\r\n\"Größe; mit Strichpunkt\";31.12.2019\r\nZweite;\r\n")
	wide, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("Titel\tGeändert\n\"Größe; mit Strichpunkt\"\t31.12.2019\nZweite\t\n")
	for name, data := range map[string]string{
		"semicolons, Windows": latin,
		"tabs, UTF-16":        wide,
		"commas, UTF-8":       "\ufeffTitel,Geändert\nGröße; mit Strichpunkt,31.12.2019\nZweite,\n",
		"blanks and quotes":   "Titel ; \"Geändert\"\n\"Größe; mit Strichpunkt\"; 31.12.2019\n Zweite;\n",
	} {
		t.Run(name, func(t *testing.T) {
			table := read(t, data)
			if !reflect.DeepEqual(table.Columns, []string{"Titel", "Geändert"}) || !reflect.DeepEqual(table.Rows, want) {
				t.Errorf("%s %q: %q %v", table.Charset, table.Delimiter, table.Columns, table.Rows)
			}
		})
	}
}

func TestLinesAreThoseOfTheFile(t *testing.T) {
	table := read(t, "\n\na;b\n\n\"zwei\nZeilen\";x\n;;\nkurz\n1;2;3;4\n")
	got := fmt.Sprint(table.Rows)
	if want := "[{5 [zwei\nZeilen x]} {8 [kurz]} {9 [1 2 3 4]}]"; got != want {
		t.Errorf("got %s", got)
	}
	if table.Rows[1].Cell(1) != "" || table.Rows[1].Cell(-1) != "" || table.Rows[2].Cell(3) != "4" {
		t.Error("cells beyond the row")
	}
}

func TestColumnsAreFoundByAnyOfTheirNames(t *testing.T) {
	table := read(t, "unid;TITEL;Titel\na;b;c\n")
	if wide := read(t, "a;b;;\n1;2;3;\n"); len(wide.Columns) != 2 || wide.Width != 4 || wide.Rows[0].Cell(2) != "3" {
		t.Errorf("%+v", wide)
	}
	if table.Column("Subject", "Titel") != 1 || table.Column("UNID") != 0 || table.Column("x") != -1 || table.Column() != -1 {
		t.Errorf("%v", table.Columns)
	}
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	for name, data := range map[string]string{"nothing": "", "one column": "a\nb\n", "blank": " \n\n;\n"} {
		if _, err := Read("x.csv", strings.NewReader(data)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(t.TempDir() + "/fehlt.csv"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

// FuzzRead: whatever the bytes, every row has a line and cells.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"a;b\n1;2", "a,b\n\"x", "a\tb\n\"\"\"\";", "\xff\xfea\x00;\x00b\x00", "a;b\n\x00;\r\r\n;", "\"a;b\nc;d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		table, err := Read("x.csv", strings.NewReader(data))
		if err != nil {
			if _, ok := fault.Of(err); !ok {
				t.Fatalf("no sentence for %v", err)
			}
			return
		}
		for _, r := range table.Rows {
			if r.Line < 2 || len(r.Cells) == 0 || strings.Join(r.Cells, "") == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}
