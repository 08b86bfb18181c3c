package store_test

import (
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func TestDeputiesHoldOnTheirDays(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, id := range []string{"anna", "bert", "carl"} {
			ok(t, s.CreatePerson(t.Context(), account.Person{ID: id, Login: id, DisplayName: id, Pseudonym: "u-" + id, Active: true}))
		}
		d := account.Deputy{ID: "1", Person: "anna", Deputy: "bert", From: "2026-11-23", Until: "2026-11-25", CreatedAt: noon}
		ok(t, s.AddDeputy(t.Context(), d))
		ok(t, s.AddDeputy(t.Context(), account.Deputy{ID: "2", Person: "carl", Deputy: "anna", From: "2026-12-01", Until: "2026-12-02"}))
		wantEqual(t, "stored", got(s.Deputy(t.Context(), "1"))(t), d)
		for day, want := range map[string]int{"2026-11-22": 0, "2026-11-23": 1, "2026-11-25": 1, "2026-11-26": 0} {
			wantEqual(t, "represented on "+day, len(got(s.Represented(t.Context(), "bert", day))(t)), want)
			wantEqual(t, "deputies on "+day, len(got(s.DeputiesOf(t.Context(), "anna", day))(t)), want)
		}
		wantEqual(t, "around anna", len(got(s.DeputiesAround(t.Context(), "anna", "2026-11-25"))(t)), 2)
		wantEqual(t, "around anna later", len(got(s.DeputiesAround(t.Context(), "anna", "2026-11-26"))(t)), 1)
		ok(t, s.SetActive(t.Context(), "bert", false))
		wantEqual(t, "deputies who may sign in", len(got(s.DeputiesOf(t.Context(), "anna", "2026-11-24"))(t)), 0)
		ok(t, s.ErasePerson(t.Context(), "anna"))
		wantEqual(t, "around carl", len(got(s.DeputiesAround(t.Context(), "carl", "2026-11-01"))(t)), 0)
		wantFault(t, s.RemoveDeputy(t.Context(), "1"), fault.NotFound, "policy.deputy-missing")
	})
}

func TestApprovalRulesAreReplacedByDepartmentAndKind(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, r := range []content.ApprovalRule{{Department: "66", Kind: content.KindArticle, Approvers: 1}, {Kind: content.KindArticle, Approvers: 2}, {Department: "66", Kind: content.KindArticle, Approvers: 3}} {
			ok(t, s.SetApprovalRule(t.Context(), r))
		}
		wantEqual(t, "rules", got(s.ApprovalRules(t.Context()))(t), content.ApprovalRules{{Kind: content.KindArticle, Approvers: 2}, {Department: "66", Kind: content.KindArticle, Approvers: 3}})
		ok(t, s.RemoveApprovalRule(t.Context(), "66", content.KindArticle))
		ok(t, s.RemoveApprovalRule(t.Context(), "66", content.KindArticle))
		wantEqual(t, "left", len(got(s.ApprovalRules(t.Context()))(t)), 1)
	})
}
