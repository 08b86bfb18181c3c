package account

import (
	"slices"
	"strings"
)

// Access is how far a sign-in reaches. A browser session has full access; an
// API token may be limited.
type Access string

// The kinds of access, each including the one before.
const (
	ReadAccess  Access = "read"
	WriteAccess Access = "write"
	AdminAccess Access = "admin"
)

// Actor is a person with the grants that hold today. The zero Actor is a
// stranger who may do nothing.
type Actor struct {
	Person Person
	Grants []Grant // effective ones only
	Access Access
	System bool // an import or another job of the operator, beside any person
}

// NewActor returns a person with those grants that hold on the day.
func NewActor(p Person, grants []Grant, day string, access Access) Actor {
	a := Actor{Person: p, Access: access}
	for _, g := range grants {
		if g.Holds(day) && p.Active {
			a.Grants = append(a.Grants, g)
		}
	}
	return a
}

// SystemActor acts for the operator of the data folder: imports, seeding,
// maintenance. It never comes out of a request.
func SystemActor(pseudonym string) Actor {
	return Actor{Person: Person{Pseudonym: pseudonym, Active: true}, Access: AdminAccess, System: true}
}

// SignedIn reports whether the actor is anybody at all.
func (a Actor) SignedIn() bool { return a.System || a.Person.ID != "" && a.Person.Active }

// CanWrite reports whether the way the actor signed in allows changes.
func (a Actor) CanWrite() bool { return a.Access == WriteAccess || a.Access == AdminAccess }

// Has reports whether the actor has one of the roles in any scope.
func (a Actor) Has(roles ...Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(roles, g.Role) })
}

// HasIn reports whether the actor has one of the roles for the department.
func (a Actor) HasIn(department string, roles ...Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		if !slices.Contains(roles, g.Role) {
			return false
		}
		limit, limited := g.Scope.Department()
		return g.Scope == City || limited && Within(department, limit)
	})
}

// HasForCohort reports whether the actor has one of the roles for the cohort.
func (a Actor) HasForCohort(cohort string, roles ...Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool {
		limit, limited := g.Scope.Cohort()
		return slices.Contains(roles, g.Role) && (g.Scope == City || limited && limit == cohort)
	})
}

// Audience tokens. A text is visible to an actor exactly when their token sets
// intersect.
const (
	Everyone         = "alle"
	departmentPrefix = "fb:"
	rolePrefix       = "rolle:"
	personPrefix     = "person:"
)

// DepartmentToken stands for everybody who works in a department.
func DepartmentToken(id string) string { return departmentPrefix + id }

// RoleToken stands for everybody who has a role.
func RoleToken(r Role) string { return rolePrefix + string(r) }

// Audience returns the sorted set of tokens the actor answers to. Somebody who
// only administers accounts has none: that role gives no look at content.
func (a Actor) Audience() []string {
	reads := slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role != Admin })
	if !a.SignedIn() || !reads {
		return nil
	}
	set := map[string]bool{Everyone: true, personPrefix + a.Person.ID: true}
	for d := a.Person.Department; d != ""; d = parent(d) {
		set[DepartmentToken(d)] = true
	}
	for _, g := range a.Grants {
		if g.Role != Admin {
			set[RoleToken(g.Role)] = true
		}
	}
	tokens := make([]string, 0, len(set))
	for t := range set {
		tokens = append(tokens, t)
	}
	slices.Sort(tokens)
	return tokens
}

// Intersects reports whether two token sets share a token: the one rule of
// visibility.
func Intersects(a, b []string) bool {
	return slices.ContainsFunc(a, func(t string) bool { return slices.Contains(b, t) })
}

func parent(department string) string {
	i := strings.LastIndex(department, "/")
	if i < 0 {
		return ""
	}
	return department[:i]
}
