// Package account knows who is acting.
//
// A Person signs in; a Grant gives the person a Role, for the whole city or
// one scope, between two dates; an Actor is a person with the grants that hold
// today. Every domain verb takes an Actor and decides beside itself what the
// actor may do. Departments (Fachbereiche) form a shallow tree by their number:
// "11/2" lies in "11".
//
// Names and addresses of people live in the database only. In Git a person is
// the Pseudonym, which means nothing once the row here is erased.
package account

import (
	"slices"
	"strings"
	"time"
)

// Person is somebody who may sign in.
type Person struct {
	ID          string // ident
	Login       string // lower case, unique
	DisplayName string
	Email       string
	Department  string // number of the Fachbereich, such as "66" or "11/3"
	Pseudonym   string // "u-" + ident: the only trace in Git
	Active      bool
	Demo        bool // made by the demo, offered for sign-in by one click
	CreatedAt   time.Time
}

// Department is a Fachbereich or a unit in it.
type Department struct {
	ID   string // number as people say it: "66", "11/2"
	Name string
}

// Within reports whether the department lies in the other one or is it:
// "66/1" lies within "66".
func Within(department, other string) bool {
	return department == other || strings.HasPrefix(department, other+"/")
}

// Answers reports whether a department is set up here or belongs to one that is:
// then somebody answers for its texts.
func Answers(all []Department, department string) bool {
	return slices.ContainsFunc(all, func(d Department) bool { return Within(department, d.ID) })
}

// Role is what somebody does here.
type Role string

// The roles. Every one is granted with a scope and dates.
const (
	Reader         Role = "reader"          // reads and learns
	Author         Role = "author"          // writes articles of the scope
	Editor         Role = "editor"          // writes articles of the scope, keeps order
	Reviewer       Role = "reviewer"        // approves standards and proposals
	Apprentice     Role = "apprentice"      // Nachwuchskraft
	Supervisor     Role = "supervisor"      // Ausbildungsbeauftragte of a placement
	Trainer        Role = "trainer"         // Ausbilder:in of cohorts
	TrainingHead   Role = "training-head"   // Ausbildungsleitung
	Superior       Role = "superior"        // Fachbereichsleitung
	DataProtection Role = "data-protection" // Datenschutzbeauftragte
	StaffCouncil   Role = "staff-council"   // Personalrat
	Auditor        Role = "auditor"         // reads only, for the audit office
	Admin          Role = "admin"           // accounts and operation, no content
)

// Roles returns all roles in the order people are shown them.
func Roles() []Role {
	return []Role{Reader, Author, Editor, Reviewer, Apprentice, Supervisor, Trainer, TrainingHead,
		Superior, DataProtection, StaffCouncil, Auditor, Admin}
}

// Valid reports whether the role exists.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Scope limits a grant. The zero scope is the whole city, "fb:66" a department
// with everything in it, "jahrgang:<id>" one cohort.
type Scope string

// City is the scope of the whole administration.
const City Scope = ""

// InDepartment is the scope of a department and its units.
func InDepartment(id string) Scope { return Scope("fb:" + id) }

// InCohort is the scope of one cohort.
func InCohort(id string) Scope { return Scope("jahrgang:" + id) }

// Department returns the department a scope is limited to, if it is.
func (s Scope) Department() (string, bool) { return strings.CutPrefix(string(s), "fb:") }

// Cohort returns the cohort a scope is limited to, if it is.
func (s Scope) Cohort() (string, bool) { return strings.CutPrefix(string(s), "jahrgang:") }

// Valid reports whether the scope has one of the known shapes.
func (s Scope) Valid() bool {
	if s == City {
		return true
	}
	if d, ok := s.Department(); ok {
		return d != ""
	}
	c, ok := s.Cohort()
	return ok && c != ""
}

// Grant gives a person a role. From and Until are days as "2026-11-23" in
// Europe/Berlin, both inclusive; empty means unlimited.
type Grant struct {
	ID     string
	Person string
	Role   Role
	Scope  Scope
	From   string
	Until  string
}

// Holds reports whether the grant is effective on the given day.
func (g Grant) Holds(day string) bool {
	return (g.From == "" || g.From <= day) && (g.Until == "" || day <= g.Until)
}
