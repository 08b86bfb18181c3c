// Package demo holds what the demonstration shows: texts as a real city would
// write them, about invented departments and without people.
//
// The texts lie under texte/ as they would in the repository. Dates move with
// the day, so that the demo never goes stale: {{heute-400}} is the day 400 days
// ago as 2025-10-20, {{tag heute+30}} a day in words, {{jahr heute}} its year.
package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"

	"staffelstab/internal/account"
)

//go:embed texte
var texts embed.FS

// Files returns the texts of the demo by their path in the repository, with
// dates relative to today.
func Files(today time.Time) (map[string][]byte, error) { return Load(texts, "texte", today) }

// Load reads every Markdown file under a folder and fills in the dates. An
// unknown token is an error.
func Load(fsys fs.FS, root string, today time.Time) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := fs.WalkDir(fsys, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		text, err := fill(string(data), today)
		if err != nil {
			return fmt.Errorf("demo: %s: %w", name, err)
		}
		out[strings.TrimPrefix(name, root+"/")] = []byte(text)
		return nil
	})
	return out, err
}

var (
	anyToken  = regexp.MustCompile(`\{\{[^}]*\}\}`)
	dateToken = regexp.MustCompile(`^\{\{(?:(tag|jahr) )?heute(?:([+-])(\d{1,5}))?\}\}$`)
)

// fill replaces the date tokens of a text.
func fill(text string, today time.Time) (string, error) {
	var problem error
	text = anyToken.ReplaceAllStringFunc(text, func(token string) string {
		parts := dateToken.FindStringSubmatch(token)
		if parts == nil {
			problem = fmt.Errorf("unknown token %s", token)
			return token
		}
		days, _ := strconv.Atoi(parts[3]) // digits only, or nothing: today
		if parts[2] == "-" {
			days = -days
		}
		day := today.AddDate(0, 0, days)
		switch parts[1] {
		case "tag":
			return inWords(day)
		case "jahr":
			return day.Format("2006")
		}
		return day.Format(time.DateOnly)
	})
	return text, problem
}

// inWords writes a day as it stands in a German text.
func inWords(day time.Time) string {
	months := [...]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
	return fmt.Sprintf("%d. %s %d", day.Day(), months[day.Month()-1], day.Year())
}

// Departments are the departments of the invented city.
func Departments() []account.Department {
	return []account.Department{
		{ID: "10", Name: "Organisation und IT"},
		{ID: "11", Name: "Personal"},
		{ID: "11/4", Name: "Zentrum für Ausbildung und Kompetenzen (ZAK)"},
		{ID: "14", Name: "Rechnungsprüfung und Datenschutz"},
		{ID: "20", Name: "Finanzen und Vergabe"},
		{ID: "32", Name: "Sicherheit und Ordnung"},
		{ID: "33", Name: "Bürgerservice und Standesamt"},
		{ID: "37", Name: "Feuerwehr und Bevölkerungsschutz"},
		{ID: "50", Name: "Soziales"},
		{ID: "51", Name: "Jugend, Schule und Kita"},
		{ID: "61", Name: "Stadtplanung und Bauaufsicht"},
		{ID: "66", Name: "Tiefbau und Straßen"},
		{ID: "67", Name: "Grünflächen und Friedhöfe"},
	}
}
