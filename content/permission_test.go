package content_test

import (
	"fmt"
	"slices"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// standing is somebody of department 66 with one role.
func standing(r account.Role, scope account.Scope, access account.Access) account.Actor {
	person := account.Person{ID: "p", Department: "66", Active: true}
	return account.NewActor(person, []account.Grant{{Role: r, Scope: scope}}, "2026-11-24", access)
}

// TestWhoMayWriteWhat walks every role through every kind of text in its own
// department, a unit of it, a department whose number begins alike, and none.
func TestWhoMayWriteWhat(t *testing.T) {
	departments := map[string]bool{"66": true, "66/1": true, "66/1/2": true, "6": false, "661": false, "11": false, "": false}
	for _, role := range account.Roles() {
		writes := role == account.Author || role == account.Editor
		for _, kind := range append(content.Kinds(), content.KindUnclassified, "gedicht") {
			binding := kind == "standard" || kind == "dienstanweisung" || kind == "dienstvereinbarung" || kind == "dienstvorschrift"
			for department, within := range departments {
				name := fmt.Sprintf("%s, %s, %q", role, kind, department)
				scoped := standing(role, account.InDepartment("66"), account.WriteAccess)
				equal(t, name, content.ApprovalRules(nil).CanEdit(scoped, kind, department), writes && within && !binding)
				equal(t, name+", city", content.ApprovalRules(nil).CanEdit(standing(role, account.City, account.WriteAccess), kind, department), writes && !binding)
				cohort := standing(role, account.InCohort("66"), account.WriteAccess)
				equal(t, name+", cohort", content.ApprovalRules(nil).CanEdit(cohort, kind, department), false)
			}
		}
		equal(t, string(role)+" may create", content.CanCreate(standing(role, account.InDepartment("66"), account.WriteAccess)), writes)
	}
}

func TestNobodyWritesWithoutStanding(t *testing.T) {
	author := []account.Grant{{Role: account.Author}}
	active := account.Person{ID: "p", Department: "66", Active: true}
	gone := active
	gone.Active = false
	for name, actor := range map[string]account.Actor{
		"stranger":        {},
		"disabled":        account.NewActor(gone, author, "2026-11-24", account.WriteAccess),
		"disabled since":  {Person: gone, Grants: author, Access: account.WriteAccess},
		"not yet":         account.NewActor(active, []account.Grant{{Role: account.Author, From: "2026-11-25"}}, "2026-11-24", account.WriteAccess),
		"no longer":       account.NewActor(active, []account.Grant{{Role: account.Author, Until: "2026-11-23"}}, "2026-11-24", account.WriteAccess),
		"no account id":   account.NewActor(account.Person{Active: true}, author, "2026-11-24", account.WriteAccess),
		"token that read": account.NewActor(active, author, "2026-11-24", account.ReadAccess),
	} {
		equal(t, name+" edits", content.ApprovalRules(nil).CanEdit(actor, content.KindArticle, "66"), false)
		equal(t, name+" creates", content.CanCreate(actor), false)
	}
	operator := account.SystemActor("u-x")
	equal(t, "operator edits", content.ApprovalRules(nil).CanEdit(operator, content.KindArticle, "66"), true)
}

func TestEditableDepartmentsAreThoseOfTheGrants(t *testing.T) {
	all := []account.Department{{ID: "11"}, {ID: "66"}, {ID: "66/1"}, {ID: "661"}}
	for name, c := range map[string]struct {
		actor account.Actor
		want  []string
	}{
		"author of 66": {standing(account.Author, account.InDepartment("66"), account.WriteAccess), []string{"66", "66/1"}},
		"city editor":  {standing(account.Editor, account.City, account.WriteAccess), []string{"11", "66", "66/1", "661"}},
		"reader":       {standing(account.Reader, account.City, account.WriteAccess), nil},
		"stranger":     {account.Actor{}, nil},
	} {
		var got []string
		for _, d := range content.EditableDepartments(c.actor, all) {
			got = append(got, d.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v instead of %v", name, got, c.want)
		}
	}
}

// TestWhoSeesWhatByRole gives every role a text for that role alone.
func TestWhoSeesWhatByRole(t *testing.T) {
	for _, holder := range account.Roles() {
		actor := standing(holder, account.City, account.ReadAccess)
		for _, wanted := range account.Roles() {
			m := content.Meta{Visibility: content.Visibility{Roles: []account.Role{wanted}}}
			want := holder == wanted && holder != account.Admin
			equal(t, fmt.Sprintf("%s looks at a text for %s", holder, wanted), content.CanSee(actor, m.Audience()), want)
		}
		equal(t, string(holder)+" looks at a text for all", content.CanSee(actor, content.Meta{}.Audience()), holder != account.Admin)
		equal(t, string(holder)+" looks at a text for nobody", content.CanSee(actor, nil), false)
	}
}
