package content_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/notice"
	"staffelstab/server/servertest"
)

// toldOf counts what somebody was told of a kind.
func toldOf(t *testing.T, s *servertest.Server, login string, kind notice.Kind) int {
	t.Helper()
	list, _, err := s.Store.Notices(t.Context(), s.People[login].ID, 100, 0)
	return len(slices.DeleteFunc(do(list, err)(t), func(n notice.Notice) bool { return n.Kind != kind }))
}

func TestANewDepartmentTakesThePlaceOfTheOldOneInWhoSeesAText(t *testing.T) {
	for name, c := range map[string]struct {
		before map[string]any
		keep   bool
		want   string
	}{
		"only the old one": {map[string]any{"bereiche": []string{"66"}}, false, "11 "},
		"kept":             {map[string]any{"bereiche": []string{"66"}}, true, "66 11 "},
		"with others":      {map[string]any{"bereiche": []string{"20", "66", "11"}, "rollen": []string{"auditor"}}, false, "20 11 auditor "},
		"another one only": {map[string]any{"bereiche": []string{"20"}}, false, "20 "},
		"everybody":        {nil, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := servertest.New(t)
			a := s.Write("expertin", content.Edit{Title: "Kanal", Department: "66", Body: "x"})
			if c.before != nil {
				a = do(s.Library.Save(t.Context(), s.Operator, a.ID, a.ETag, content.Edit{Body: "x", Meta: map[string]any{"sichtbar": c.before}}))(t)
			}
			b := do(s.Library.Move(t.Context(), s.Operator, a.ID, a.ETag, content.Move{Department: "11", Keep: c.keep}))(t)
			got := ""
			for _, d := range b.Visibility.Departments {
				got += d + " "
			}
			for _, r := range b.Visibility.Roles {
				got += string(r) + " "
			}
			equal(t, "who sees it", got, c.want)
		})
	}
}

func TestAQuestionOfWhoIsGoneReturnsToTheDepartment(t *testing.T) {
	for name, leave := range map[string]func(s *servertest.Server, person string) error{
		"locked": func(s *servertest.Server, person string) error {
			return s.Office.SetActive(s.T.Context(), s.Operator, person, false)
		},
		"erased": func(s *servertest.Server, person string) error {
			return s.Office.Erase(s.T.Context(), s.Operator, person)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := servertest.New(t)
			s.Place("wissen/k/kanal/index.md", "---\nid: kanalaaaa2\nart: artikel\ntitel: Kanal\nbereich: \"66\"\nansprechperson: "+s.People["nachfolger"].ID+"\n---\nx\n")
			c := do(s.Library.Say(t.Context(), s.Actor("leserin"), "kanalaaaa2", content.Remark{Text: "Wer?", Question: true}))(t)
			equal(t, "assigned", c.Assignee, s.People["nachfolger"].Pseudonym)
			returned := func() content.Comment {
				t.Helper()
				if err := s.Library.ReturnQuestions(t.Context()); err != nil {
					t.Fatal(err)
				}
				return do(s.Store.Comment(t.Context(), c.ID))(t)
			}
			equal(t, "while the person is there", returned().Assignee, c.Assignee)
			if err := leave(s, s.People["nachfolger"].ID); err != nil {
				t.Fatal(err)
			}
			equal(t, "once the person is gone", returned().Assignee, "")
			returned()
			equal(t, "reviewers told", toldOf(t, s, "pruefer", notice.QuestionAsked), 1)
			equal(t, "waits for them", len(do(s.Library.Questions(t.Context(), s.Actor("pruefer")))(t)), 1)
		})
	}
}

func TestOneReminderForWhatIsOverdueAndALineForTheSuperior(t *testing.T) {
	s := servertest.New(t)
	in33 := account.Grant{Role: account.Superior, Scope: account.InDepartment("33")}
	s.Hire("chefin", "Gisela Roth", "33", in33, account.Grant{Role: account.Reader})
	s.Hire("andere", "Ilse Kern", "20", account.Grant{Role: account.Superior, Scope: account.InDepartment("20")}, account.Grant{Role: account.Reader})
	s.Place("wissen/a/anordnung/index.md", "---\nid: anordnung2\nart: artikel\ntitel: Anordnung\nbereich: \"66\"\nkenntnisnahme: {pflicht: ja, gruppen: [\"rolle:reader\"], frist: 7}\n---\n\nTore schließen.\n")
	remind := func(days int) string {
		t.Helper()
		s.Advance(time.Duration(days) * 24 * time.Hour)
		if err := s.Library.RemindAcknowledgements(t.Context()); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, login := range []string{"leserin", "chefin", "andere", "azubi"} {
			if n := toldOf(t, s, login, notice.AcknowledgeOverdue); n > 0 {
				out = append(out, login+strings.Repeat("!", n))
			}
			if n := toldOf(t, s, login, notice.TeamOverdue); n > 0 {
				out = append(out, "superior "+login+strings.Repeat("!", n))
			}
		}
		return strings.Join(out, ", ")
	}
	equal(t, "asked", remind(0), "")
	equal(t, "on the last day", remind(7), "")
	for _, login := range []string{"chefin", "andere"} {
		a := do(s.Library.Article(t.Context(), s.Actor(login), "anordnung2"))(t)
		do(s.Library.Acknowledge(t.Context(), s.Actor(login), a.ID, a.ContentHash))(t)
	}
	equal(t, "the day after", remind(1), "leserin!, superior chefin!")
	equal(t, "later", remind(3), "leserin!, superior chefin!")
	s.As("chefin").Get("/neuigkeiten").Says("In Ihrem Bereich stehen Kenntnisnahmen").One(`a[href="/a/anordnung2/kenntnisnahmen"]`)
}
