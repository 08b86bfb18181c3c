package legacy_test

import (
	"fmt"
	"testing"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/server/servertest"
)

// TestNobodyIsLedToWhatOthersDecide: whether a standard binds is for reviewers, and
// its question stands between those an editor answers.
func TestNobodyIsLedToWhatOthersDecide(t *testing.T) {
	s := servertest.New(t)
	s.Hire("redaktion", "Olga Sand", "66", account.Grant{Role: account.Editor, Scope: account.InDepartment("66")})
	document := func(n int, binding content.Binding) legacy.Document {
		d := document(n, "66")
		d.Article, d.Binding = content.ID(fmt.Sprintf("planaaaaa%d", n+1)), binding
		return d
	}
	check(t, s.Legacy.Record(t.Context(), s.Operator, []legacy.Document{document(1, content.BindingYes), document(2, content.BindingNone), document(3, content.BindingNone), document(4, content.BindingYes)}))
	pair := contradicting(1, 2)
	check(t, s.Legacy.EndRun(t.Context(), s.Operator, legacy.Run{ID: "r1", Source: "dev", At: s.Now()}, []legacy.Question{pair}, true))
	one, two, three, four := key(1).String(), key(2).String(), key(3).String(), key(4).String()
	for _, c := range []struct{ who, first, at, previous, next, after string }{
		{"redaktion", pair.Subject, pair.Subject, "", two, two},
		{"redaktion", pair.Subject, two, pair.Subject, three, three},
		{"redaktion", pair.Subject, one, pair.Subject, four, four}, // met in the list: she looks at all
		{"pruefer", pair.Subject, pair.Subject, "", one, one},
		{"pruefer", pair.Subject, three, two, "", two},
		{"expertin", "", pair.Subject, "", one, one},
	} {
		actor := s.Actor(c.who)
		first, err := s.Legacy.Next(t.Context(), actor, "66")
		check(t, err)
		v, err := s.Legacy.Question(t.Context(), actor, c.at, "66")
		check(t, err)
		after, err := s.Legacy.After(t.Context(), actor, c.at, "66")
		check(t, err)
		if first != c.first || v.Previous != c.previous || v.Next != c.next || after != c.after {
			t.Errorf("%s begins with %q and meets around %s: %q and %q, after it %q", c.who, first, c.at, v.Previous, v.Next, after)
		}
	}
	for who, want := range map[string]string{"redaktion": "5 3 0 2", "pruefer": "5 5 0 0", "expertin": "5 0 3 2"} {
		list, err := s.Legacy.Standings(t.Context(), s.Actor(who))
		check(t, err)
		if got := fmt.Sprint(list[0].Open, list[0].Mine, list[0].Editors, list[0].Reviewers); got != want {
			t.Errorf("of %s: %s", who, got)
		}
	}
	check(t, s.Legacy.Decide(t.Context(), s.Actor("redaktion"), pair.Subject, "p", legacy.First, ""))
	if after, err := s.Legacy.After(t.Context(), s.Actor("redaktion"), pair.Subject, "66"); err != nil || after != three {
		t.Errorf("after the second text went comes %q, %v", after, err)
	}
}

// TestWhatIsHiddenIsPassedBy: the question beside one may be about a text the actor
// must not see.
func TestWhatIsHiddenIsPassedBy(t *testing.T) {
	s := servertest.New(t)
	var documents []legacy.Document
	for n := 1; n <= 3; n++ {
		more := ""
		if n == 2 {
			more = "sichtbar: {rollen: [trainer]}\n"
		}
		d := document(n, "66")
		d.Article = content.ID(fmt.Sprintf("altaaaaaa%d", n+1))
		s.Place("", "---\nid: "+string(d.Article)+"\nart: artikel\ntitel: Alt "+fmt.Sprint(n)+"\nbereich: \"66\"\n"+more+"herkunft: {notes: {unid: \""+d.UNID+"\", replik: C1257A}}\n---\nWorte.\n")
		documents = append(documents, d)
	}
	check(t, s.Legacy.Record(t.Context(), s.Operator, documents))
	for n, want := range map[int]string{1: " " + key(3).String(), 3: key(1).String() + " "} {
		v, err := s.Legacy.Question(t.Context(), s.Actor("pruefer"), key(n).String(), "66")
		check(t, err)
		if got := v.Previous + " " + v.Next; got != want {
			t.Errorf("beside %d stand %q", n, got)
		}
	}
}
