package store_test

import (
	"fmt"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/server/store"
)

// visibilities are the shapes the front matter key `sichtbar` can take.
func visibilities() []content.Visibility {
	return []content.Visibility{
		{},
		{Departments: []string{"66"}},
		{Departments: []string{"66/1"}},
		{Departments: []string{"6"}},
		{Departments: []string{"11", "66"}},
		{Departments: []string{"66", "66"}},
		{Roles: []account.Role{account.Trainer}},
		{Roles: []account.Role{account.Admin}},
		{Roles: []account.Role{account.Apprentice, account.Trainer}},
		{Departments: []string{"20"}, Roles: []account.Role{account.Reader}},
		{Departments: []string{""}},
		{Departments: []string{"' OR 1=1 --"}},
		{Departments: []string{"%"}},
		{Roles: []account.Role{"alle"}},
	}
}

// readers are the people who may ask.
func readers() map[string]account.Actor {
	person := func(department string, active bool, grants ...account.Grant) account.Actor {
		return account.NewActor(account.Person{ID: "p1", Department: department, Active: active}, grants, "2026-11-23", account.ReadAccess)
	}
	role := func(r account.Role) account.Grant { return account.Grant{Role: r} }
	return map[string]account.Actor{
		"stranger":              {},
		"no role":               person("66", true),
		"disabled":              person("66", false, role(account.Reader)),
		"role over":             person("66", true, account.Grant{Role: account.Reader, Until: "2026-11-22"}),
		"admin only":            person("66", true, role(account.Admin)),
		"admin who reads":       person("20", true, role(account.Admin), role(account.Reader)),
		"reader":                person("66", true, role(account.Reader)),
		"reader of a unit":      person("66/1", true, role(account.Reader)),
		"reader of a sub-unit":  person("66/1/2", true, role(account.Reader)),
		"reader elsewhere":      person("11", true, role(account.Reader)),
		"reader of nowhere":     person("", true, role(account.Reader)),
		"like a pattern":        person("6_", true, role(account.Reader)),
		"trainer":               person("11", true, role(account.Trainer)),
		"trainer of one cohort": person("11", true, account.Grant{Role: account.Trainer, Scope: account.InCohort("c")}),
		"apprentice":            person("20", true, role(account.Apprentice)),
		"operator":              account.SystemActor("u-system"),
	}
}

func TestListsShowExactlyWhatTheRuleOfVisibilityAllows(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all []content.Article
		for i, v := range visibilities() {
			all = append(all, article(content.ID(fmt.Sprintf("a%02d", i)), func(a *content.Article) { a.Visibility = v }))
		}
		keep(t, s, all...)
		shown := 0
		for name, actor := range readers() {
			want := []content.ID{}
			for _, a := range all {
				if content.CanSee(actor, a.Audience()) {
					want = append(want, a.ID)
				}
			}
			page := got(s.Articles(t.Context(), content.ArticleFilter{Audience: actor.Audience(), Any: actor.System}))(t)
			wantEqual(t, name, idsOf(page.Articles), want)
			wantEqual(t, name+": total", page.Total, len(want))
			cut := 0
			for _, p := range pages(t, s, content.ArticleFilter{Audience: actor.Audience(), Any: actor.System, Limit: 1}) {
				cut += len(p)
			}
			wantEqual(t, name+": over all pages", cut, len(want))
			shown += len(want)
		}
		if shown == 0 || shown == len(all)*len(readers()) {
			t.Errorf("%d rows: the table shows nothing about the filter", shown)
		}
	})
}

func TestNarrowedVisibilityIsEffectiveAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		outsider := readers()["reader elsewhere"]
		seen := func() int {
			return got(s.Articles(t.Context(), content.ArticleFilter{Audience: outsider.Audience()}))(t).Total
		}
		keep(t, s, article("a"))
		wantEqual(t, "before", seen(), 1)
		keep(t, s, article("a", func(a *content.Article) { a.Visibility.Departments = []string{"66"} }))
		wantEqual(t, "after", seen(), 0)
	})
}
