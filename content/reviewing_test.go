package content_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
	"staffelstab/server/servertest"
)

func TestReviewIsDueByDefault(t *testing.T) {
	s := servertest.New(t) // on 2026-11-24
	for n, c := range []struct {
		head string
		want content.Date
	}{
		{"", "2028-11-24"}, {"geprueft_am: 2026-01-31", "2028-01-31"}, {"naechste_pruefung: 2027-05-05\ngeprueft_am: 2026-01-31", "2027-05-05"},
	} {
		equal(t, c.head, do(s.Library.Article(t.Context(), s.Operator, placed(s, n, c.head)))(t).Due, c.want)
	}
	equal(t, "article", s.Write("expertin", article("A", "x")).Due, "2028-05-24")
	equal(t, "template", s.Write("expertin", content.Edit{Title: "V", Kind: content.KindTemplate, Department: "66", Body: "x"}).Due, "")
	s.Advance(740 * 24 * time.Hour)
	equal(t, "two years later", do(s.Library.Read(t.Context(), s.Actor("leserin"), textID(0), ""))(t).Status, content.StatusReviewOverdue)
}

func TestWhoMaySayThatATextIsStillRight(t *testing.T) {
	s := servertest.New(t)
	placed(s, 0, "pruefer: "+s.People["leserin"].ID)
	for login, want := range map[string]fault.Kind{
		"leserin": 0, "pruefer": 0, "prueferin": 0, "expertin": fault.Forbidden, "personalerin": fault.Forbidden, "grundsatz": fault.Forbidden,
		"azubi": fault.Forbidden, "ohnerolle": fault.Forbidden,
	} {
		a := do(s.Library.Article(t.Context(), s.Operator, textID(0)))(t)
		_, err := s.Library.ConfirmReview(t.Context(), s.Actor(login), a.ID, a.ETag, "", content.Edit{Message: "Stimmt"})
		if want == 0 && err != nil || want != 0 && fault.KindOf(err) != want {
			t.Errorf("%s: %v", login, err)
		}
	}
	a := do(s.Library.Article(t.Context(), s.Operator, textID(0)))(t)
	reading := s.Actor("pruefer")
	reading.Access = account.ReadAccess
	_, err := s.Library.ConfirmReview(t.Context(), reading, a.ID, a.ETag, "", content.Edit{})
	refused(t, "a token that reads", err, fault.Forbidden)
	_, err = s.Library.ConfirmReview(t.Context(), s.Actor("pruefer"), a.ID, "", "", content.Edit{})
	refused(t, "without a base", err, fault.PreconditionRequired)
	_, err = s.Library.ConfirmReview(t.Context(), s.Actor("pruefer"), a.ID, "alt", "", content.Edit{})
	refused(t, "on another version", err, fault.Stale)
	for _, next := range []content.Date{"2026-11-24", "2020-01-01", "bald"} {
		_, err = s.Library.ConfirmReview(t.Context(), s.Actor("pruefer"), a.ID, a.ETag, next, content.Edit{})
		refused(t, "next "+string(next), err, fault.Invalid)
	}
}

func TestConfirmingChangesNoMeaningAndVoidsNoProposal(t *testing.T) {
	c := newChamber(t)
	before := c.rule()
	p := c.proposes("expertin", earlier)
	after := do(c.Library.ConfirmReview(t.Context(), c.Actor("prueferin"), ruleID, before.ETag, "", content.Edit{Message: "Stimmt noch"}))(t)
	equal(t, "meaning", after.ContentHash, before.ContentHash)
	equal(t, "looked at", after.ReviewedOn, "2026-11-24")
	equal(t, "due", after.ReviewDue, "2028-11-24")
	if after.ETag == before.ETag {
		t.Error("the ETag stayed")
	}
	v := do(c.Library.Review(t.Context(), c.Actor("pruefer"), p.ID))(t)
	equal(t, "outdated", v.Outdated, false)
	do(c.approves("pruefer", p))(t)
	now := c.rule()
	equal(t, "text", c.body("leserin"), strings.TrimSpace(earlier))
	equal(t, "still looked at", now.ReviewedOn, "2026-11-24")
	equal(t, "still due", now.ReviewDue, "2028-11-24")
	equal(t, "wording that was approved", now.ContentHash, p.ContentHash)
}

func TestProposalsThatSetAReviewDateKeepIt(t *testing.T) {
	c := newChamber(t)
	before := c.rule()
	p := do(c.Library.Propose(t.Context(), c.Actor("expertin"), ruleID, before.ETag, content.Edit{Body: earlier, Meta: map[string]any{"naechste_pruefung": "2027-03-01"}}))(t)
	p = do(c.Library.Submit(t.Context(), c.Actor("expertin"), p.ID, 0))(t)
	do(c.Library.ConfirmReview(t.Context(), c.Actor("prueferin"), ruleID, before.ETag, "", content.Edit{}))(t)
	do(c.approves("pruefer", p))(t)
	equal(t, "due", c.rule().ReviewDue, "2027-03-01")
	equal(t, "looked at", c.rule().ReviewedOn, "2026-11-24")
}

func TestConfirmingTwiceIsOneCommit(t *testing.T) {
	c := newChamber(t)
	base := c.rule().ETag
	e := content.Edit{Operation: content.OperationKey(c.Actor("pruefer"), "eins")}
	first := do(c.Library.ConfirmReview(t.Context(), c.Actor("pruefer"), ruleID, base, "", e))(t)
	again := do(c.Library.ConfirmReview(t.Context(), c.Actor("pruefer"), ruleID, base, "", e))(t)
	equal(t, "revision", again.Revision, first.Revision)
}

func TestReviewerIsAnAccountOrAFunction(t *testing.T) {
	s := servertest.New(t)
	save := func(name string) (content.Article, error) {
		e := article("Text "+name, "x")
		e.Meta = map[string]any{"pruefer": name}
		return s.Library.Create(t.Context(), s.Actor("expertin"), e)
	}
	id := s.People["pruefer"].ID
	for name, want := range map[string]string{
		"Michael Sander": id, "michael sander": id, "PRUEFER": id, id: id, "Sachgebietsleitung 66/1": "Sachgebietsleitung 66/1",
	} {
		equal(t, name, do(save(name))(t).Reviewer, want)
	}
	twin := do(s.Office.CreatePerson(t.Context(), s.Operator, account.Person{Login: "sander2", DisplayName: "Michael Sander"}))(t)
	_, err := save("Michael Sander")
	refused(t, "a name of two", err, fault.Invalid)
	equal(t, "their login", do(save("sander2"))(t).Reviewer, twin.ID)
	a := do(save("pruefer"))(t) // a form shows the name of whom it is already
	saved := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "y", Meta: map[string]any{"pruefer": "Michael Sander"}}))(t)
	equal(t, "who it was", saved.Reviewer, id)
}

func TestReviewsAreHandedOverInOneCommit(t *testing.T) {
	s := servertest.New(t)
	leaving, next := s.People["prueferin"].ID, s.People["pruefer"].ID
	for n := range 3 {
		placed(s, n, "pruefer: "+leaving)
	}
	s.Place("wissen/x/index.md", "---\nid: bbbbbbbbbb\ntitel: Anderswo\nbereich: \"11\"\npruefer: "+leaving+"\n---\n\nx\n")
	hand := func(login, to string) (int, error) {
		return s.Library.HandOverReviews(t.Context(), s.Actor(login), leaving, to, "Übergabe")
	}
	for login, c := range map[string]struct {
		to   string
		want fault.Kind
	}{"leserin": {"pruefer", fault.Invalid}, "nachfolger": {"pruefer", fault.Invalid}, "ohnerolle": {"pruefer", fault.Forbidden}, "pruefer": {"Niemand Hier", fault.Invalid}} {
		_, err := hand(login, c.to)
		refused(t, login, err, c.want)
	}
	_, err := hand("pruefer", leaving)
	refused(t, "to the same", err, fault.Invalid)
	before := do(s.Library.Article(t.Context(), s.Operator, textID(0)))(t)
	equal(t, "of the own department", do(hand("pruefer", "Michael Sander"))(t), 3)
	a := do(s.Library.Article(t.Context(), s.Operator, textID(0)))(t)
	equal(t, "reviewer", a.Reviewer, next)
	equal(t, "meaning", a.ContentHash, before.ContentHash)
	for n := range 3 {
		equal(t, "one commit", do(s.Library.Article(t.Context(), s.Operator, textID(n)))(t).Commit, a.Commit)
	}
	told, _, err := s.Store.Notices(t.Context(), next, 10, 0)
	if err != nil || len(told) != 3 || told[0].Kind != notice.ReviewerAssigned {
		t.Errorf("told %+v, %v", told, err)
	}
	equal(t, "one's own elsewhere", do(hand("prueferin", "personalerin"))(t), 1)
}

func TestReviewsGoToNobodyWhoCannotSeeTheText(t *testing.T) {
	s := servertest.New(t)
	placed(s, 0, "pruefer: "+s.People["prueferin"].ID, "sichtbar: {bereiche: [\"66\"]}")
	_, err := s.Library.HandOverReviews(t.Context(), s.Actor("prueferin"), s.People["prueferin"].ID, "leserin", "x")
	refused(t, "to a reader of another department", err, fault.Invalid)
}

func TestDueListsShowWeakSpots(t *testing.T) {
	s := servertest.New(t) // on 2026-11-24
	placed(s, 0, "naechste_pruefung: 2026-11-23", "pruefer: Bauhof", "geprueft_am: 2025-01-01")
	placed(s, 1, "naechste_pruefung: 2026-12-24", "geprueft_am: 2025-01-01")
	placed(s, 2, "naechste_pruefung: 2026-12-25", "pruefer: Bauhof")
	placed(s, 3, "naechste_pruefung: 2026-01-01", "gueltig_bis: 2026-06-30") // nobody needs to look any more
	placed(s, 4, "naechste_pruefung: 2026-01-01", "sichtbar: {bereiche: [\"11\"]}")
	placed(s, 5, "naechste_pruefung: 2026-01-01")
	placed(s, 6, "ersetzt: [aaaaaaaaaf]", "naechste_pruefung: 2029-01-01", "pruefer: Bauhof", "geprueft_am: 2026-01-01")
	for state, want := range map[content.DueState]string{
		content.DueAll: "0126", content.DueOverdue: "0", content.DueSoon: "01", content.DueUnowned: "1", content.DueUnconfirmed: "2",
	} {
		page := do(s.Library.Due(t.Context(), s.Actor("expertin"), state, content.ArticleFilter{Department: "66"}))(t)
		got := ""
		for _, a := range page.Articles {
			got += strings.TrimPrefix(a.Title, "Regel ")
		}
		equal(t, "state "+string(state), got, want)
		equal(t, fmt.Sprintf("state %q: total", state), page.Total, len(want))
	}
	for _, login := range []string{"leserin", "azubi", "datenschutz", "ohnerolle"} {
		_, err := s.Library.Due(t.Context(), s.Actor(login), content.DueAll, content.ArticleFilter{})
		refused(t, login, err, fault.Forbidden)
	}
	_, err := s.Library.Due(t.Context(), s.Actor("expertin"), "unfug", content.ArticleFilter{})
	refused(t, "unknown state", err, fault.Invalid)
}

func TestReviewersAreRemindedOnceForEachDueDate(t *testing.T) {
	s := servertest.New(t)
	reviewer := s.People["leserin"].ID
	placed(s, 0, "naechste_pruefung: 2026-12-08", "pruefer: "+reviewer)
	placed(s, 1, "naechste_pruefung: 2026-12-09", "pruefer: "+reviewer)
	placed(s, 2, "naechste_pruefung: 2026-12-01", "pruefer: Sachgebietsleitung")
	placed(s, 3, "naechste_pruefung: 2026-12-01", "pruefer: zzzzzzzzzz")
	placed(s, 4, "naechste_pruefung: 2026-12-01", "pruefer: "+reviewer, "sichtbar: {bereiche: [\"66\"]}")
	remind := func() (about []string) {
		t.Helper()
		if err := s.Library.RemindReviews(t.Context()); err != nil {
			t.Fatal(err)
		}
		told, _, err := s.Store.Notices(t.Context(), reviewer, 10, 0)
		for _, n := range told {
			if n.Kind != notice.ReviewDue || err != nil {
				t.Errorf("told %+v, %v", n, err)
			}
			about = append(about, n.Article)
		}
		return about
	}
	equal(t, "two weeks before", fmt.Sprint(remind()), "[aaaaaaaaaa]")
	equal(t, "again on the same day", len(remind()), 1)
	s.Advance(24 * time.Hour)
	equal(t, "the day after", len(remind()), 2)
	placed(s, 0, "naechste_pruefung: 2026-12-07", "pruefer: "+reviewer)
	equal(t, "another due date", len(remind()), 3)
}
