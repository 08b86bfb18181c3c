package content_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

func TestWeeksBeginOnMondayInBerlin(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ at, week string }{
		{"2026-11-22T22:59:59Z", "2026-W47"}, {"2026-11-22T23:00:00Z", "2026-W48"}, {"2026-12-31T12:00:00Z", "2026-W53"},
		{"2027-01-03T22:00:00Z", "2026-W53"}, {"2027-01-03T23:00:00Z", "2027-W01"}, {"2026-06-28T21:59:00Z", "2026-W26"}, {"2026-06-28T22:00:00Z", "2026-W27"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		week := content.WeekOf(at, berlin)
		read, err := content.ParseWeek(c.week)
		if week.String() != c.week || err != nil || read != week {
			t.Errorf("%s lies in %s, not in %s (%v)", c.at, week, c.week, err)
		}
		monday := week.Monday(berlin)
		if monday.Weekday() != time.Monday || at.Before(monday) || !at.Before(monday.AddDate(0, 0, 7)) {
			t.Errorf("%s begins %s", week, monday)
		}
		if week.Next().Before() != week {
			t.Errorf("%s → %s → %s", week, week.Next(), week.Next().Before())
		}
	}
	for _, word := range []string{"", "2026-W54", "2025-W53", "2026-W00", "2026-W7", "2026-W-1", "0001-W01", "2026-W47x", " 2026-W47", "99999-W01", "2026-47"} {
		if w, err := content.ParseWeek(word); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q is %v, %v", word, w, err)
		}
	}
}

func FuzzParseWeek(f *testing.F) {
	f.Add("2026-W47")
	f.Fuzz(func(t *testing.T, word string) {
		if w, err := content.ParseWeek(word); err == nil && (w.String() != word || w.Monday(time.UTC).IsZero()) {
			t.Errorf("%q became %v", word, w)
		}
	})
}

func TestWhoMayAnswerAndClose(t *testing.T) {
	person := account.Person{ID: "p", Pseudonym: "u-p", Active: true}
	with := func(access account.Access, grants ...account.Grant) account.Actor {
		return account.NewActor(person, grants, "2026-11-24", access)
	}
	in := func(r account.Role, d string) account.Grant {
		return account.Grant{Role: r, Scope: account.InDepartment(d)}
	}
	open := content.Comment{Question: true, Author: "u-other"}
	mine, given, done := open, open, open
	mine.Author, given.Assignee, done.Answer = "u-p", "u-p", "Ja"
	closed := mine
	closed.ResolvedAt = time.Unix(1, 0)
	reader := account.Grant{Role: account.Reader}
	for _, c := range []struct {
		name            string
		actor           account.Actor
		comment         content.Comment
		answer, resolve bool
	}{
		{"reader", with(account.WriteAccess, reader), open, false, false},
		{"reader who asked", with(account.WriteAccess, reader), mine, false, true},
		{"reader it is assigned to", with(account.WriteAccess, reader), given, true, true},
		{"author here", with(account.WriteAccess, in(account.Author, "66")), open, true, true},
		{"editor here", with(account.WriteAccess, in(account.Editor, "66")), open, true, true},
		{"reviewer of the whole department", with(account.WriteAccess, in(account.Reviewer, "6")), open, false, false},
		{"editor elsewhere", with(account.WriteAccess, in(account.Editor, "11")), open, false, false},
		{"editor with a token to read", with(account.ReadAccess, in(account.Editor, "66")), open, false, false},
		{"answered", with(account.WriteAccess, in(account.Editor, "66")), done, false, true},
		{"closed", with(account.WriteAccess, in(account.Editor, "66")), closed, false, false},
		{"stranger", account.Actor{Access: account.AdminAccess}, content.Comment{Question: true}, false, false},
	} {
		if got := content.CanAnswer(c.actor, c.comment, "66"); got != c.answer {
			t.Errorf("%s answers: %t", c.name, got)
		}
		if got := content.CanResolve(c.actor, c.comment, "66"); got != c.resolve {
			t.Errorf("%s closes: %t", c.name, got)
		}
	}
}

func TestQuestionGoesToTheContactOrTheDepartment(t *testing.T) {
	s := servertest.New(t)
	limited := map[string]any{"bereiche": []string{"66"}}
	for name, c := range map[string]struct {
		meta map[string]any
		asks string
		told string
	}{
		"an account":                       {map[string]any{"ansprechperson": s.People["nachfolger"].ID}, "expertin", "nachfolger "},
		"an office":                        {map[string]any{"ansprechperson": "Leitstelle"}, "expertin", "pruefer prueferin "},
		"nobody":                           {nil, "leserin", "pruefer prueferin "},
		"an account that sees it not":      {map[string]any{"ansprechperson": s.People["leserin"].ID, "sichtbar": limited}, "expertin", "pruefer prueferin "},
		"an account that reads nothing":    {map[string]any{"ansprechperson": s.People["admin"].ID}, "leserin", "pruefer prueferin "},
		"oneself":                          {map[string]any{"ansprechperson": s.People["expertin"].ID}, "expertin", ""},
		"the department, by one who is it": {nil, "pruefer", "prueferin "},
	} {
		a := s.Write("expertin", content.Edit{Title: name, Department: "66", Body: "x\n", Meta: c.meta})
		if _, err := s.Library.Say(t.Context(), s.Actor(c.asks), a.ID, content.Remark{Text: "Wie?", Question: true}); err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, login := range []string{"expertin", "nachfolger", "pruefer", "prueferin", "leserin", "admin", "grundsatz"} {
			list, err := s.Library.News(t.Context(), s.Actor(login), 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range list {
				if n.Article == string(a.ID) {
					told += login + " "
				}
			}
		}
		if told != c.told {
			t.Errorf("%s: told %q", name, told)
		}
	}
}

func TestAnswerIsPutAtTheEndOfItsSection(t *testing.T) {
	s := servertest.New(t)
	body := "Vorab.\n\n## Eins\n\nText.\n\n### Unter\n\nMehr.\n\n## Zwei\n\nEnde.\n"
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: body})
	said := func(anchor string) content.Comment {
		t.Helper()
		c, err := s.Library.Say(t.Context(), s.Actor("leserin"), a.ID, content.Remark{Text: "# Wie\n~~viel~~?", Question: true, Anchor: anchor})
		if err == nil {
			_, err = s.Library.Answer(t.Context(), s.Actor("expertin"), c.ID, "3 < 4\n<script>\n\n[x](javascript:1)")
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	const added = "**\\# Wie \\~\\~viel\\~\\~?**\n\n3 \\< 4\n\\<script\\>\n\n\\[x\\](javascript:1)\n"
	for anchor, want := range map[string]string{
		"":      body + "\n" + added,
		"eins":  strings.Replace(body, "## Zwei", added+"\n## Zwei", 1),
		"unter": strings.Replace(body, "## Zwei", added+"\n## Zwei", 1),
		"zwei":  body + "\n" + added,
	} {
		got, err := s.Library.TakeUp(t.Context(), s.Actor("expertin"), said(anchor).ID, body)
		if err != nil || got != want {
			t.Errorf("%q: %v\n%s", anchor, err, got)
		}
	}
	gone, err := s.Library.TakeUp(t.Context(), s.Actor("expertin"), said("eins").ID, "Ganz anders.\n")
	if err != nil || gone != "Ganz anders.\n\n"+added {
		t.Errorf("a vanished section: %v %q", err, gone)
	}
	_, err = s.Library.TakeUp(t.Context(), s.Actor("leserin"), said("eins").ID, body)
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("a reader takes up: %v", err)
	}
}

func TestFollowersAreToldAgainWhereItWasCutOff(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "0\n"})
	reader := s.Actor("leserin")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Library.Follow(t.Context(), reader, content.Watch{Kind: content.WatchArticle, Target: string(a.ID)}))
	must(s.Library.TellFollowers(t.Context())) // what was before is no news
	at, _, err := s.Store.Told(t.Context())
	must(err)
	for i := range 3 {
		a, err = s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: fmt.Sprint(i+1, "\n")})
		must(err)
	}
	for range 2 {
		must(s.Library.TellFollowers(t.Context()))
		must(s.Store.SetTold(t.Context(), at)) // as if it had not come so far
	}
	must(s.Store.SetTold(t.Context(), content.Position{Revision: at.Revision, Sequence: 99})) // rows derived again count anew
	must(s.Library.TellFollowers(t.Context()))
	list, err := s.Library.News(t.Context(), reader, 100)
	must(err)
	if len(list) != 3 {
		t.Errorf("told %d times: %+v", len(list), list)
	}
	s.Advance(15 * 24 * time.Hour)
	_, err = s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "alt\n"})
	must(err)
	s.Advance(15 * 24 * time.Hour)
	must(s.Library.TellFollowers(t.Context()))
	if n, err := s.Library.Unread(t.Context(), reader); n != 3 || err != nil {
		t.Errorf("after an old change %d unread, %v", n, err)
	}
}

// TestQuestionOfADepartmentOfAuthorsReachesThem: where nobody edits or reviews,
// those who write are told and find the question on their list.
func TestQuestionOfADepartmentOfAuthorsReachesThem(t *testing.T) {
	s := servertest.New(t)
	s.Hire("kaemmerin", "Ilse Groß", "20", account.Grant{Role: account.Author, Scope: account.InDepartment("20")})
	a := s.Write("kaemmerin", content.Edit{Title: "Haushaltsreste", Department: "20", Body: "x\n"})
	c, err := s.Library.Say(t.Context(), s.Actor("leserin"), a.ID, content.Remark{Text: "Bis wann?", Question: true})
	if err != nil {
		t.Fatal(err)
	}
	for login, want := range map[string]bool{"kaemmerin": true, "expertin": false, "leserin": false} {
		list, err := s.Library.Questions(t.Context(), s.Actor(login))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(list) == 1 && list[0].ID == c.ID; got != want {
			t.Errorf("%s: the question waits: %v", login, got)
		}
	}
	news, err := s.Library.News(t.Context(), s.Actor("kaemmerin"), 10)
	if err != nil || len(news) != 1 {
		t.Errorf("told %+v, %v", news, err)
	}
	s.Hire("kaemmerei", "Rolf Senge", "20", account.Grant{Role: account.Editor, Scope: account.InDepartment("20")})
	for login, want := range map[string]int{"kaemmerin": 0, "kaemmerei": 1} {
		list, err := s.Library.Questions(t.Context(), s.Actor(login))
		if err != nil || len(list) != want {
			t.Errorf("%s, once somebody edits: %+v, %v", login, list, err)
		}
	}
}

// A remark sent again is the one that is there, though its section went since.
func TestARemarkSentAgainIsKnownWithoutItsSection(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Streuplan", "## Salz\n\nViel.\n"))
	remark := content.Remark{Anchor: "salz", Text: "Wie viel?", Operation: "schluessel-1"}
	first := do(s.Library.Say(t.Context(), s.Actor("leserin"), a.ID, remark))(t)
	do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Kein Salz.\n"}))(t)
	equal(t, "again", do(s.Library.Say(t.Context(), s.Actor("leserin"), a.ID, remark))(t).ID, first.ID)
	remark.Operation = "schluessel-2"
	_, err := s.Library.Say(t.Context(), s.Actor("leserin"), a.ID, remark)
	refused(t, "another one", err, fault.Invalid)
}

func TestWhatIsFollowedCanBeFollowedAgainAtTheLimit(t *testing.T) {
	s := servertest.New(t)
	actor := s.Actor("leserin")
	for i := range 500 {
		if err := s.Library.Follow(t.Context(), actor, content.Watch{Kind: content.WatchTopic, Target: fmt.Sprint("thema-", i)}); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Library.Follow(t.Context(), actor, content.Watch{Kind: content.WatchTopic, Target: "noch eins"})
	refused(t, "one more", err, fault.Invalid)
	if err := s.Library.Follow(t.Context(), actor, content.Watch{Kind: content.WatchTopic, Target: "thema-7"}); err != nil {
		t.Error(err)
	}
}
