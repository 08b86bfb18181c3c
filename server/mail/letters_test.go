package mail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/notice"
	"staffelstab/server/mail"
	"staffelstab/server/servertest"
)

// box keeps what would have been sent, or says no.
type box struct {
	mails []notice.Message
	err   error
}

func (b *box) Send(_ context.Context, m notice.Message) error {
	if b.err == nil {
		b.mails = append(b.mails, m)
	}
	return b.err
}

// about returns the one mail to somebody and empties the box.
func (b *box) take(t *testing.T, n int) []notice.Message {
	t.Helper()
	if len(b.mails) != n {
		t.Fatalf("%d mails instead of %d: %+v", len(b.mails), n, b.mails)
	}
	out := b.mails
	b.mails = nil
	return out
}

const base = "https://wissen.example.org"

// office is a server whose people have mail addresses, and its courier.
func office(t *testing.T) (*servertest.Server, *notice.Courier, *box, *strings.Builder) {
	t.Helper()
	s, b, log := servertest.New(t), &box{}, &strings.Builder{}
	for login, p := range s.People {
		p.Email = login + "@example.org"
		ok(t, s.Office.UpdatePerson(t.Context(), s.Operator, p))
	}
	ok(t, s.Library.TellFollowers(t.Context()))
	return s, courier(s, b, log), b, log
}

func courier(s *servertest.Server, m notice.Mailer, log *strings.Builder) *notice.Courier {
	return &notice.Courier{
		Post: s.Store, Mailer: m, Now: s.Now, Zone: s.Library.Zone, Log: slog.New(slog.NewTextHandler(log, nil)),
		Writer: &mail.Letters{Library: s.Library, Catalogue: s.Catalogue, Base: base, Zone: s.Library.Zone},
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func asks(t *testing.T, s *servertest.Server, login string, id content.ID) content.Comment {
	t.Helper()
	c, err := s.Library.Say(t.Context(), s.Actor(login), id, content.Remark{Text: "Warum Geheimwort?", Question: true})
	ok(t, err)
	return c
}

func own(s *servertest.Server, login string) content.Edit {
	return content.Edit{Title: "Pumpwerk", Department: "66", Body: "Geheimwort.\n", Change: content.ChangeMaterial, Meta: map[string]any{"ansprechperson": s.People[login].ID}}
}

func TestQuestionIsMailedAtOnceAndOnce(t *testing.T) {
	s, c, b, _ := office(t)
	a := s.Write("expertin", own(s, "expertin"))
	asked := asks(t, s, "leserin", a.ID)
	for range 3 {
		ok(t, c.Deliver(t.Context()))
	}
	m := b.take(t, 1)[0]
	if m.To != "expertin@example.org" || m.Subject != "Jemand hat Ihnen eine Frage gestellt" || m.Wishes != base+"/konto/folgen" {
		t.Errorf("mail %+v", m)
	}
	link := base + "/a/" + string(a.ID) + "#frage_" + string(asked.ID)
	for _, text := range []string{m.Text, m.HTML} {
		if !strings.Contains(text, "Pumpwerk") || !strings.Contains(text, link) || strings.Contains(text, "Geheimwort") || strings.Contains(text, "Petra") {
			t.Errorf("mail says %q", text)
		}
	}
	ok(t, courier(s, b, &strings.Builder{}).Deliver(t.Context())) // after a restart
	b.take(t, 0)
}

func TestMailOfALimitedTextHasNotEvenItsTitle(t *testing.T) {
	s, c, b, log := office(t)
	e := own(s, "expertin")
	e.Meta["sichtbar"] = map[string]any{"bereiche": []string{"66"}}
	a := s.Write("expertin", e)
	asks(t, s, "nachfolger", a.ID)
	ok(t, c.Deliver(t.Context()))
	s.Advance(7 * 24 * time.Hour)
	ok(t, c.Digests(t.Context()))
	for _, m := range b.take(t, 5) {
		if strings.Contains(m.Text+m.HTML+m.Subject, "Pumpwerk") || !strings.Contains(m.Text, "ein Text Ihres Bereichs") {
			t.Errorf("%s: %q", m.To, m.Text)
		}
		if m.To == "leserin@example.org" {
			t.Errorf("told somebody who cannot see it: %+v", m)
		}
	}
	if strings.Contains(log.String(), "@example.org") {
		t.Errorf("the log names people: %s", log)
	}
}

func TestWhatMayNotBeSeenAnyMoreIsNotMailed(t *testing.T) {
	s, c, b, _ := office(t)
	a := s.Write("expertin", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Eins.\n"})
	ok(t, s.Library.Follow(t.Context(), s.Actor("leserin"), content.Watch{Kind: content.WatchArticle, Target: string(a.ID)}))
	ok(t, s.Library.WishMail(t.Context(), s.Actor("leserin"), notice.AtOnce))
	a, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Zwei.\n"})
	ok(t, err)
	ok(t, s.Library.TellFollowers(t.Context()))
	_, err = s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Drei.\n", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}})
	ok(t, err)
	ok(t, c.Deliver(t.Context()))
	b.take(t, 0)
}

func TestEverybodyGetsMailAsOftenAsWished(t *testing.T) {
	s, c, b, _ := office(t)
	change := func() {
		t.Helper()
		a := s.Write("nachfolger", content.Edit{Title: "Pumpwerk", Department: "66", Body: "Eins.\n"})
		ok(t, s.Library.TellFollowers(t.Context()))
		asks(t, s, "azubi", a.ID)
	}
	wishes := map[string]notice.Frequency{"prueferin": notice.AtOnce, "pruefer": notice.Daily, "expertin": notice.Weekly, "leitung": notice.Never, "leserin": notice.Standard}
	for login, f := range wishes {
		ok(t, s.Library.WishMail(t.Context(), s.Actor(login), f))
		ok(t, s.Library.Follow(t.Context(), s.Actor(login), content.Watch{Kind: content.WatchDepartment, Target: "66"}))
	}
	run := func() string {
		t.Helper()
		ok(t, c.Deliver(t.Context()))
		out := ""
		for _, m := range b.mails {
			out += fmt.Sprintf("%s %d; ", strings.TrimSuffix(m.To, "@example.org"), strings.Count(m.Text, "\n- "))
		}
		b.mails = nil
		return out
	}
	change()
	first := run()
	if !strings.Contains(first, "prueferin 2; ") || !strings.Contains(first, "pruefer 2; ") || strings.Count(first, ";") != 2 {
		t.Errorf("first %q", first)
	}
	change()
	if got := run(); got != "prueferin 2; " {
		t.Errorf("the same day %q", got)
	}
	s.Advance(15 * time.Hour) // one o'clock at night
	if got := run(); got != "" {
		t.Errorf("at night %q", got)
	}
	s.Advance(6 * time.Hour)
	if got := run(); got != "pruefer 2; " {
		t.Errorf("the next morning %q", got)
	}
}

func TestFailedMailWaitsLongerEveryTimeAndHoldsUpNobody(t *testing.T) {
	s, c, b, log := office(t)
	a := s.Write("expertin", own(s, "expertin"))
	asks(t, s, "leserin", a.ID)
	b.err = errors.New("cannot reach expertin@example.org")
	tries := func() int { return strings.Count(log.String(), "mail not sent") }
	for i := range 4 {
		ok(t, c.Deliver(t.Context()))
		ok(t, c.Deliver(t.Context()))
		if tries() != i+1 {
			t.Fatalf("%d tries after %d waits", tries(), i)
		}
		s.Advance(time.Minute << i)
	}
	b.err = nil
	ok(t, courier(s, b, log).Deliver(t.Context()))
	b.take(t, 1)
	ok(t, c.Deliver(t.Context()))
	b.take(t, 0)
	if strings.Contains(log.String(), "@") && strings.Contains(log.String(), "expertin@") {
		t.Errorf("the log names people: %s", log)
	}
}

func TestMailRefusedForGoodIsNotTriedAgain(t *testing.T) {
	s, c, b, log := office(t)
	asks(t, s, "leserin", s.Write("expertin", own(s, "expertin")).ID)
	b.err = notice.Refused{Err: errors.New("no such user")}
	ok(t, c.Deliver(t.Context()))
	b.err = nil
	s.Advance(time.Hour)
	ok(t, c.Deliver(t.Context()))
	b.take(t, 0)
	if strings.Count(log.String(), "refused for good") != 1 {
		t.Errorf("log %s", log)
	}
}

func TestDigestComesOnMondayMorningForWhatConcernsEach(t *testing.T) {
	s, c, b, _ := office(t)
	s.Write("expertin", own(s, "expertin"))
	s.Write("personalerin", content.Edit{Title: "Abfindung Meyer", Department: "11", Body: "x\n", Change: content.ChangeMaterial, Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}})
	s.Write("expertin", content.Edit{Title: "Tippfehler", Department: "66", Body: "x\n", Change: content.ChangeEditorial})
	ok(t, s.Library.WishMail(t.Context(), s.Actor("prueferin"), notice.Never))
	ok(t, s.Office.SetActive(t.Context(), s.Operator, s.People["pruefer"].ID, false))
	ok(t, c.Digests(t.Context())) // Tuesday of the same week: nothing happened in the week before
	b.take(t, 0)
	s.Advance(5*24*time.Hour + 18*time.Hour) // Monday, four o'clock
	ok(t, c.Digests(t.Context()))
	b.take(t, 0)
	s.Advance(3 * time.Hour)
	for range 2 {
		ok(t, c.Digests(t.Context()))
	}
	got := map[string]string{}
	for _, m := range b.mails {
		got[strings.TrimSuffix(m.To, "@example.org")] = m.Text
		if m.Subject != "Amtliche Änderungen der Woche 48/2026" || strings.Contains(m.Text+m.HTML, "Tippfehler") || strings.Contains(m.Text+m.HTML, "Meyer") {
			t.Errorf("%s %s", m.Subject, m.Text)
		}
	}
	for _, login := range []string{"expertin", "nachfolger"} {
		if !strings.Contains(got[login], "Pumpwerk") {
			t.Errorf("%s is told %q", login, got[login])
		}
	}
	for _, login := range []string{"personalerin", "grundsatz", "leitung"} {
		if !strings.Contains(got[login], "ein Text Ihres Bereichs") && login != "leitung" {
			t.Errorf("%s is told %q", login, got[login])
		}
	}
	for _, login := range []string{"leserin", "prueferin", "pruefer", "admin", "ohnerolle"} {
		if text, told := got[login]; told {
			t.Errorf("%s is told %q", login, text)
		}
	}
}

func TestSubscriberWithoutRoleGetsNothing(t *testing.T) {
	s, c, b, _ := office(t)
	asks(t, s, "leserin", s.Write("expertin", own(s, "expertin")).ID)
	for _, g := range s.Actor("expertin").Grants {
		ok(t, s.Office.Revoke(t.Context(), s.Operator, s.People["expertin"].ID, g.ID))
	}
	ok(t, c.Deliver(t.Context()))
	b.take(t, 0)
}
