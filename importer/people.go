package importer

import (
	"regexp"
	"strings"

	"staffelstab/importer/table"
	"staffelstab/internal/fault"
)

// namePart is a label of a part of a canonical name.
var namePart = regexp.MustCompile(`(?i)(^|/)\s*(CN|OU[1-4]?|O|C)\s*=\s*`)

// NameKey makes the ways Notes writes one name the same:
// "CN=Erika Muster/OU=FB11/O=Stadt" and "Erika Muster/FB11/Stadt", whatever the
// case.
func NameKey(name string) string {
	return strings.ToLower(OneLine(namePart.ReplaceAllString(OneLine(name), "$1")))
}

// DisplayName is the name of a person in a canonical name: "Erika Muster" of
// "CN=Erika Muster/OU=FB11/O=Stadt".
func DisplayName(name string) string {
	first, _, _ := strings.Cut(OneLine(namePart.ReplaceAllString(OneLine(name), "$1")), "/")
	return strings.TrimSpace(first)
}

// Person is an author of old texts who has an account here.
type Person struct {
	Name  string // canonical name in Notes
	Login string
	Line  int // in the table it was read from
}

// ReadPeople takes names and logins out of a table with the columns Name and
// Login (or Anmeldename). Lines without one of them are left out.
func ReadPeople(t *table.Table) ([]Person, error) {
	name, login := t.Column("Name", "Notes-Name", "Notesname"), t.Column("Login", "Anmeldename", "Kennung")
	if name < 0 || login < 0 {
		return nil, fault.New(fault.Invalid, "importer.names-columns", "file", t.File).At(t.File, 1)
	}
	var out []Person
	for _, row := range t.Rows {
		if p := (Person{row.Cell(name), row.Cell(login), row.Line}); p.Name != "" && p.Login != "" {
			out = append(out, p)
		}
	}
	return out, nil
}
