package account

import (
	"slices"
	"testing"
)

func TestGrantHoldsOnItsDays(t *testing.T) {
	for _, c := range []struct {
		from, until, day string
		want             bool
	}{
		{"", "", "2026-11-23", true},
		{"2026-11-23", "", "2026-11-23", true},
		{"2026-11-24", "", "2026-11-23", false},
		{"", "2026-11-23", "2026-11-23", true},
		{"", "2026-11-22", "2026-11-23", false},
	} {
		if got := (Grant{From: c.from, Until: c.until}).Holds(c.day); got != c.want {
			t.Errorf("%s..%s on %s: %v", c.from, c.until, c.day, got)
		}
	}
}

func TestScopeCoversUnitsOfItsDepartmentOnly(t *testing.T) {
	a := NewActor(Person{ID: "p", Active: true}, []Grant{{Role: Author, Scope: InDepartment("6")}, {Role: Editor, Scope: InDepartment("66")}}, "2026-01-01", WriteAccess)
	if !a.HasIn("66", Editor) || !a.HasIn("66/1", Editor) {
		t.Error("a department scope covers the department and its units")
	}
	if a.HasIn("66", Author) || a.HasIn("67", Editor) {
		t.Error("66 does not lie in 6, and 67 not in 66")
	}
	if a.HasForCohort("c", Editor) {
		t.Error("a department scope says nothing about cohorts")
	}
}

func TestCohortScope(t *testing.T) {
	a := NewActor(Person{ID: "p", Active: true}, []Grant{{Role: Trainer, Scope: InCohort("c1")}}, "2026-01-01", WriteAccess)
	if !a.HasForCohort("c1", Trainer) || a.HasForCohort("c2", Trainer) || a.HasIn("66", Trainer) {
		t.Error("a cohort scope reaches its cohort only")
	}
}

func TestAudience(t *testing.T) {
	person := Person{ID: "p1", Department: "66/1", Active: true}
	for name, c := range map[string]struct {
		person Person
		grants []Grant
		want   []string
	}{
		"reader of a unit": {person, []Grant{{Role: Reader}}, []string{"alle", "fb:66", "fb:66/1", "person:p1", "rolle:reader"}},
		"admin only":       {person, []Grant{{Role: Admin}}, nil},
		"no grant":         {person, nil, nil},
		"expired grant":    {person, []Grant{{Role: Reader, Until: "2020-01-01"}}, nil},
		"disabled person":  {Person{ID: "p1", Department: "66"}, []Grant{{Role: Reader}}, nil},
	} {
		got := NewActor(c.person, c.grants, "2026-01-01", ReadAccess).Audience()
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestStrangerMayNothing(t *testing.T) {
	var a Actor
	if a.SignedIn() || a.CanWrite() || a.Has(Roles()...) || a.Audience() != nil {
		t.Error("the zero actor must not be able to do anything")
	}
}

func TestScopesAndRolesAreChecked(t *testing.T) {
	for s, want := range map[Scope]bool{City: true, "fb:66": true, "jahrgang:x": true, "fb:": false, "66": false, "jahrgang:": false} {
		if s.Valid() != want {
			t.Errorf("scope %q: %v", s, s.Valid())
		}
	}
	if Role("boss").Valid() || !TrainingHead.Valid() {
		t.Error("roles are a closed list")
	}
}
