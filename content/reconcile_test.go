package content_test

import (
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

const (
	importedHead = "---\nid: aaaaaaaaaa\nart: standard\ntitel: Regel\nbereich: \"66\"\nherkunft:\n  notes:\n    stand: %s\n---\n\n"
	importedBody = "Ab 5 Uhr streuen.\n\nErst die Brücken.\n\nDann die Straßen.\n"
)

// brings is a state of a text as an import brings it.
func (c *chamber) brings(stand, body string) content.Placement {
	p := placement(c.Server, "", "")
	p.Source = []byte(strings.Replace(importedHead, "%s", stand, 1) + body)
	return p
}

// imports a text and changes it by hand.
func (c *chamber) importsAndEdits(body string) (base []byte) {
	c.t.Helper()
	p := c.brings("eins", importedBody)
	placed, _, err := c.Library.Place(c.t.Context(), c.Operator, p, false)
	a := do(c.Library.Article(c.t.Context(), c.Operator, do(placed.ID, err)(c.t)))(c.t)
	do(c.Library.Save(c.t.Context(), c.Operator, a.ID, a.ETag, content.Edit{Body: body}))(c.t)
	return p.Source
}

func (c *chamber) reconciles(p content.Placement, base []byte, state string) (content.Proposal, error) {
	return c.Library.Reconcile(c.t.Context(), c.Operator, p, base, state, content.ConflictMarks{
		Here: "Hier steht:", There: "In der Quelle steht:",
		Field: func(key, here, there string) string { return key + " hier " + here + ", dort " + there },
	})
}

func TestBothChangesAreProposedAndReleased(t *testing.T) {
	c := newChamber(t)
	base := c.importsAndEdits(strings.Replace(importedBody, "Dann", "Danach", 1))
	newer := c.brings("zwei", strings.Replace(importedBody, "5 Uhr", "4 Uhr", 1))
	p := do(c.reconciles(newer, base, "zwei"))(t)
	equal(t, "state", p.State, content.ProposalSubmitted)
	source := string(p.Source)
	if !strings.Contains(source, "Ab 4 Uhr") || !strings.Contains(source, "Danach die") || !strings.Contains(source, "stand: zwei") || strings.Contains(source, "CAUTION") {
		t.Errorf("the proposal says\n%s", source)
	}
	again := do(c.reconciles(newer, base, "zwei"))(t)
	equal(t, "asked again", again.ID, p.ID)
	equal(t, "asked again, version", again.Version, p.Version)
	third := do(c.reconciles(c.brings("drei", strings.Replace(importedBody, "5 Uhr", "3 Uhr", 1)), base, "drei"))(t)
	equal(t, "the waiting one is replaced", third.ID, p.ID)
	if !strings.Contains(string(third.Source), "Ab 3 Uhr") {
		t.Errorf("the proposal says\n%s", third.Source)
	}
	released := do(c.approves("pruefer", third))(t)
	equal(t, "released", released.State, content.ProposalReleased)
	body := do(c.Library.Source(t.Context(), c.Operator, "aaaaaaaaaa", ""))(t).Body
	equal(t, "the text", strings.TrimSpace(body), strings.TrimSpace(strings.NewReplacer("5 Uhr", "3 Uhr", "Dann", "Danach").Replace(importedBody)))
}

func TestContradictionsStandInTheProposalAndWritersMendThem(t *testing.T) {
	c := newChamber(t)
	base := c.importsAndEdits(strings.Replace(importedBody, "5 Uhr", "6 Uhr", 1))
	newer := c.brings("zwei", strings.Replace(importedBody, "5 Uhr", "4 Uhr", 1))
	newer.Source = []byte(strings.Replace(string(newer.Source), "titel: Regel", "titel: Regel neu", 1))
	p := do(c.reconciles(newer, base, "zwei"))(t)
	source := string(p.Source)
	here, there := strings.Index(source, "> Hier steht:"), strings.Index(source, "> In der Quelle steht:")
	if here < 0 || there < here || !strings.Contains(source[here:there], "Ab 6 Uhr") || !strings.Contains(source[there:], "Ab 4 Uhr") || !strings.Contains(source, "titel: Regel neu") {
		t.Fatalf("the proposal says\n%s", source)
	}
	author := c.Actor("expertin") // of department 66
	v := do(c.Library.Review(t.Context(), author, p.ID))(t)
	equal(t, "a writer may change it", v.CanChange, true)
	equal(t, "somebody else may not", do(c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID))(t).CanChange, false)
	_, err := c.Library.Revise(t.Context(), c.Actor("personalerin"), p.ID, p.Version, p.Base, content.Edit{Body: "x"})
	refused(t, "a writer of another department", err, fault.NotFound)
	mended := do(c.Library.Revise(t.Context(), author, p.ID, p.Version, p.Base, content.Edit{Title: "Regel neu", Body: strings.Replace(importedBody, "5 Uhr", "4 Uhr 30", 1)}))(t)
	equal(t, "who mended it answers for it", mended.Author, author.Person.Pseudonym)
	_, err = c.approves("expertin", mended)
	refused(t, "approving what one mended", err, fault.Forbidden)
	equal(t, "released", do(c.approves("pruefer", mended))(t).State, content.ProposalReleased)
	again := do(c.reconciles(newer, base, "zwei"))(t)
	equal(t, "the same state later", again.ID, p.ID)
}

func TestWhatPeopleTurnedDownIsNotProposedAgain(t *testing.T) {
	c := newChamber(t)
	base := c.importsAndEdits(strings.Replace(importedBody, "Dann", "Danach", 1))
	newer := c.brings("zwei", strings.Replace(importedBody, "5 Uhr", "4 Uhr", 1))
	p := do(c.reconciles(newer, base, "zwei"))(t)
	do(c.Library.Withdraw(t.Context(), c.Actor("expertin"), p.ID, p.Version))(t)
	_, err := c.reconciles(newer, base, "zwei")
	refused(t, "the same state", err, fault.Conflict)
	if next := do(c.reconciles(c.brings("drei", strings.Replace(importedBody, "5 Uhr", "3 Uhr", 1)), base, "drei"))(t); next.ID == p.ID {
		t.Error("what was turned down comes back")
	}
}

func TestNothingIsProposedWhereNothingIsToDecide(t *testing.T) {
	c := newChamber(t)
	base := c.importsAndEdits(strings.Replace(importedBody, "5 Uhr", "4 Uhr", 1))
	p := do(c.reconciles(c.brings("zwei", strings.Replace(importedBody, "5 Uhr", "4 Uhr", 1)), base, "zwei"))(t)
	equal(t, "what people wrote already", p.ID, "")
	_, err := c.Library.Reconcile(t.Context(), c.Actor("expertin"), c.brings("zwei", "x"), base, "zwei", content.ConflictMarks{})
	refused(t, "by a person", err, fault.Forbidden)
	missing := c.brings("zwei", "x")
	missing.Source = []byte(strings.Replace(string(missing.Source), "aaaaaaaaaa", "cccccccccc", 1))
	_, err = c.reconciles(missing, base, "zwei")
	refused(t, "a text that is not there", err, fault.NotFound)
}

func TestAProposalBringsTheFilesOfTheSource(t *testing.T) {
	c := newChamber(t)
	base := c.importsAndEdits(strings.Replace(importedBody, "Dann", "Danach", 1))
	newer := placement(c.Server, "", "Plan")
	newer.Source = c.brings("zwei", importedBody).Source
	p := do(c.reconciles(newer, base, "zwei"))(t)
	if len(p.Files) != 1 || p.Files[0].Name != "Plan-1.txt" || p.Files[0].Size != 4 {
		t.Errorf("files %+v", p.Files)
	}
	do(c.approves("pruefer", p))(t)
	if list := do(c.Library.Attachments(t.Context(), c.Operator, "aaaaaaaaaa"))(t); len(list) != 1 || list[0].Size != 4 {
		t.Errorf("attachments %+v", list)
	}
}

func TestEditorsLineEndsAreNoChange(t *testing.T) {
	c := newChamber(t)
	base := c.importsAndEdits(importedBody + "\nVon Hand.\n")
	newer := c.brings("zwei", strings.ReplaceAll(strings.Replace(importedBody, "5 Uhr", "4 Uhr", 1), "\n", "\r\n"))
	p := do(c.reconciles(newer, base, "zwei"))(t)
	if s := string(p.Source); strings.Contains(s, "CAUTION") || !strings.Contains(s, "4 Uhr") || !strings.Contains(s, "Von Hand.") {
		t.Errorf("the proposal says\n%s", s)
	}
}
