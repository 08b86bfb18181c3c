package legacy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// placed puts the text of a document into the library.
func placed(s *servertest.Server, n int, id, more string) {
	s.Place("", "---\nid: "+id+"\nart: artikel\ntitel: Alt "+fmt.Sprint(n)+"\nbereich: \"66\"\n"+more+"herkunft: {notes: {unid: \""+key(n).UNID+"\", replik: C1257A}}\n---\nWorte.\n")
}

// told says what a list of answers says, one line for each.
func told(list []legacy.Decided) string {
	var out []string
	for _, each := range list {
		line := fmt.Sprint(each.Title, " ", each.Kind, " ", each.Decision.Choice)
		if each.Past {
			line += ", past"
		}
		if each.WhyNot != nil {
			line += ", " + each.WhyNot.Key
		}
		if each.CanUndo {
			line += ", can undo"
		}
		out = append(out, line)
	}
	return strings.Join(out, "|")
}

func TestWhatWasDecidedIsListedAndTakenBack(t *testing.T) {
	s := servertest.New(t)
	reviewer := s.Actor("pruefer")
	rule, locked, plain := document(1, "66"), document(2, "66/2"), document(3, "66")
	rule.Article, rule.Binding = "planaaaaa2", content.BindingYes
	locked.Status, locked.Title, locked.Restricted = "quarantined", "", true
	plain.Article = "altbbbbbb2"
	placed(s, 3, "altbbbbbb2", "")
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{rule, locked, plain, document(4, "11")}))
	for n, choice := range map[int]legacy.Choice{1: legacy.Binds, 2: legacy.Publish, 3: legacy.NeedsWork} {
		s.Advance(time.Minute)
		check(t, s.Legacy.Decide(t.Context(), reviewer, key(n).String(), "f", choice, "Hinweis"))
	}
	list := func(who string, f legacy.QuestionFilter) []legacy.Decided {
		t.Helper()
		f.Limit = 20
		found, total, err := s.Legacy.Decided(t.Context(), s.Actor(who), f)
		check(t, err)
		if total != len(found) {
			t.Errorf("%d of %d", len(found), total)
		}
		return found
	}
	for i, each := range list("pruefer", legacy.QuestionFilter{}) {
		if each.Decision.By != reviewer.Person.Pseudonym || each.Decision.Note != "Hinweis" || !each.CanUndo {
			t.Errorf("%d: %+v", i, each)
		}
	}
	if got := told(list("pruefer", legacy.QuestionFilter{Kinds: []legacy.Kind{legacy.Unseen}})); got != "Text 3 ungesehen nacharbeiten, can undo" {
		t.Errorf("of a kind: %s", got)
	}
	if got := told(list("expertin", legacy.QuestionFilter{Departments: []string{"66"}, Kinds: []legacy.Kind{legacy.Binding}})); got != "Text 1 verbindlichkeit verbindlich" {
		t.Errorf("for an author: %s", got)
	}
	if got := told(list("grundsatz", legacy.QuestionFilter{})); got != "" {
		t.Errorf("for another department: %s", got)
	}
	_, _, err := s.Legacy.Decided(t.Context(), s.Actor("leserin"), legacy.QuestionFilter{Limit: 5})
	refused(t, "for a reader", err, fault.Forbidden)

	// The next run follows the answer and asks something else.
	placed(s, 2, "altcccccc2", "")
	locked.Status, locked.Title, locked.Article = "imported", "Text 2", "altcccccc2"
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{locked}))
	readers := legacy.QuestionFilter{Kinds: []legacy.Kind{legacy.Restricted}}
	got := list("pruefer", readers)
	if told(got) != "Text 2 gesperrt veroeffentlichen, past, legacy.already-published" || len(got[0].Texts) != 1 || got[0].Texts[0].ID != "altcccccc2" {
		t.Errorf("published: %s", told(got))
	}
	refused(t, "taking back what is published", s.Legacy.Undo(t.Context(), reviewer, key(2).String(), legacy.AboutReaders), fault.Conflict)
	placed(s, 2, "altcccccc2", "sichtbar: {rollen: [trainer]}\n")
	if found, _, err := s.Legacy.Decided(t.Context(), reviewer, legacy.QuestionFilter{Kinds: readers.Kinds, Limit: 5}); err != nil || len(found) != 0 {
		t.Errorf("about a hidden text: %s, %v", told(found), err)
	}
	refused(t, "an answer about a hidden text", s.Legacy.Undo(t.Context(), reviewer, key(2).String(), legacy.AboutReaders), fault.NotFound)

	refused(t, "by an author", s.Legacy.Undo(t.Context(), s.Actor("expertin"), key(3).String(), legacy.AboutInspection), fault.Forbidden)
	refused(t, "of another department", s.Legacy.Undo(t.Context(), s.Actor("grundsatz"), key(3).String(), legacy.AboutInspection), fault.NotFound)
	refused(t, "nobody gave", s.Legacy.Undo(t.Context(), reviewer, key(3).String(), legacy.AboutReaders), fault.NotFound)
	check(t, s.Legacy.Undo(t.Context(), reviewer, key(3).String(), legacy.AboutInspection))
	if q, err := s.Legacy.Question(t.Context(), reviewer, key(3).String(), ""); err != nil || !q.Question.Open() {
		t.Errorf("taken back: %+v, %v", q, err)
	}
}

func TestABindingOthersDecidedIsNotTakenBackFromTheList(t *testing.T) {
	s := servertest.New(t)
	s.Place("", "---\nid: altaaaaaa2\nart: standard\ntitel: Alt\nbereich: \"66\"\nverbindlich: ungeprüft\nherkunft: {notes: {unid: \""+key(1).UNID+"\", replik: C1257A}}\n---\nWorte.\n")
	d := document(1, "66")
	d.Article, d.Binding = "altaaaaaa2", content.BindingYes
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{d}))
	check(t, s.Legacy.Decide(t.Context(), s.Actor("pruefer"), d.Key.String(), "f", legacy.Binds, ""))
	for who, want := range map[string]string{"pruefer": "Text 1 verbindlichkeit verbindlich, can undo", "prueferin": "Text 1 verbindlichkeit verbindlich, legacy.binding-decided"} {
		list, _, err := s.Legacy.Decided(t.Context(), s.Actor(who), legacy.QuestionFilter{Limit: 5})
		check(t, err)
		if told(list) != want {
			t.Errorf("for %s: %s", who, told(list))
		}
	}
	check(t, s.Legacy.Undo(t.Context(), s.Actor("pruefer"), d.Key.String(), legacy.AboutBinding))
	if a, err := s.Library.Article(t.Context(), s.Operator, "altaaaaaa2"); err != nil || a.Binding != content.BindingUnchecked {
		t.Errorf("taken back it is %q, %v", a.Binding, err)
	}
}

// TestMergedTextsAreNamedOnce: both documents became one article.
func TestMergedTextsAreNamedOnce(t *testing.T) {
	s := servertest.New(t)
	s.Place("", "---\nid: altaaaaaa2\nart: artikel\ntitel: Alt\nbereich: \"66\"\nherkunft: {notes: {unid: \""+key(1).UNID+"\", replik: C1257A}}\n---\nWorte.\n")
	one, two := document(1, "66"), document(2, "66")
	one.Article, two.Article, two.Revised = "altaaaaaa2", "altaaaaaa2", "2019-01-02"
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{one, two}))
	pair := contradicting(1, 2)
	check(t, s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "r1", Source: "dev", At: s.Now()}, []legacy.Question{pair}, true))
	check(t, s.Legacy.Decide(t.Context(), s.Actor("pruefer"), pair.Subject, "p", legacy.First, ""))
	list, _, err := s.Legacy.Decided(t.Context(), s.Actor("pruefer"), legacy.QuestionFilter{Limit: 5})
	check(t, err)
	if len(list) != 1 || len(list[0].Texts) != 1 || len(list[0].Sides) != 2 || list[0].Sides[1].Revised != "2019-01-02" {
		t.Errorf("listed are %+v", list)
	}
}
