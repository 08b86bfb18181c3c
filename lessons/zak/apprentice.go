// Package zak follows the apprentices of the training centre (Zentrum für
// Ausbildung und Kompetenzen).
//
// A Cohort (Ausbildungsjahrgang) is the apprentices of one occupation who began
// in one year; trainers care for cohorts. The Tracker shows who has done which
// module, as done or open and never as points, in alphabetical order and never
// as a ranking. Everything here is personal data and lives in the database
// only; foreign persons are "not found" rather than "forbidden".
package zak

import "time"

// Occupation is a Berufsbild the city trains.
type Occupation struct {
	ID    string // short name: "VwFAng", "FI"
	Title string
}

// Cohort is an Ausbildungsjahrgang.
type Cohort struct {
	ID         string
	Occupation string
	Year       int // year the training began
	Name       string
	Modules    []string // content ids of the modules the cohort is to do
}

// Apprentice is a person in a cohort (Nachwuchskraft).
type Apprentice struct {
	ID     string // of the apprenticeship, not of the person
	Person string // account id
	Name   string // display name, resolved by the store
	Cohort string
	Start  string // day "2026-08-01"
	End    string // day, empty while open
}

// Mark is a cell of the progress table.
type Mark struct {
	Module    string
	Done      bool
	Started   bool
	DoneAt    time.Time // zero unless done
	Answered  int       // questions answered rightly on the current text
	Questions int       // questions of the module today
}

// Row is one apprentice's line of the progress table.
type Row struct {
	Apprentice Apprentice
	Marks      []Mark // in the order of the table's columns
}

// Column is a module of the progress table.
type Column struct {
	Module string
	Title  string
}

// Table is the progress of a cohort: apprentices by name, modules by title.
type Table struct {
	Cohort  Cohort
	Columns []Column
	Rows    []Row
}
