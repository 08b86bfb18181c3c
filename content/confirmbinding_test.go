package content_test

import (
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

func TestAReviewerConfirmsWhetherAnImportedStandardBinds(t *testing.T) {
	c := newChamber(t)
	const id = content.ID("altregel22")
	c.Place("", "---\nid: altregel22\nart: standard\ntitel: Altregel\nbereich: \"66\"\nverbindlich: ungeprüft\nherkunft: {notes: {unid: \"0123456789ABCDEF0123456789ABCDEF\"}}\n---\nEs ist zu streuen.\n")
	confirm := func(login string, of content.ID, base string, binding content.Binding) error {
		_, err := c.Library.ConfirmBinding(t.Context(), c.Actor(login), of, base, binding, []string{"Es ist zu streuen."}, content.Edit{})
		return err
	}
	a := do(c.Library.Article(t.Context(), c.Actor("pruefer"), id))(t)
	refused(t, "by an author", confirm("expertin", id, a.ETag, content.BindingYes), fault.Forbidden)
	refused(t, "by a reviewer elsewhere", confirm("grundsatz", id, a.ETag, content.BindingYes), fault.Forbidden)
	refused(t, "of a text that was not imported", confirm("pruefer", ruleID, c.rule().ETag, content.BindingYes), fault.Invalid)
	refused(t, "without a base", confirm("pruefer", id, "", content.BindingYes), fault.PreconditionRequired)
	refused(t, "on an old base", confirm("pruefer", id, "alt", content.BindingYes), fault.Stale)
	refused(t, "as perhaps", confirm("pruefer", id, a.ETag, "vielleicht"), fault.Invalid)
	if err := confirm("pruefer", id, a.ETag, content.BindingYes); err != nil {
		t.Fatal(err)
	}
	a = do(c.Library.Article(t.Context(), c.Actor("leserin"), id))(t)
	equal(t, "binding", a.Binding, content.BindingYes)
	equal(t, "proof", len(a.BindingProof), 1)
	equal(t, "looked at", a.ReviewedOn, c.Library.Today())
	by := do(c.Library.BindingConfirmed(t.Context(), c.Actor("leserin"), id))(t)
	if len(by.Approvers) != 1 || by.Approvers[0] != c.People["pruefer"].Pseudonym {
		t.Errorf("confirmed by %v", by.Approvers)
	}
	refused(t, "of what somebody else decided", confirm("prueferin", id, a.ETag, content.BindingNo), fault.ApprovalRequired)
	if err := confirm("pruefer", id, a.ETag, content.BindingUnchecked); err != nil {
		t.Fatal(err)
	}
	a = do(c.Library.Article(t.Context(), c.Actor("leserin"), id))(t)
	equal(t, "taken back", a.Binding, content.BindingUnchecked)
	equal(t, "without proof", len(a.BindingProof), 0)
	if err := c.Store.SetApprovalRule(t.Context(), content.ApprovalRule{Department: "66", Kind: content.KindStandard, Approvers: 2}); err != nil {
		t.Fatal(err)
	}
	refused(t, "where two have to approve", confirm("pruefer", id, a.ETag, content.BindingYes), fault.ApprovalRequired)
}
