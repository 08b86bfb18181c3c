package content_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// survey is a town where people search.
type survey struct {
	*servertest.Server
	t *testing.T
}

// newSurvey staffs the Tiefbau with the people it needs to be named.
func newSurvey(t *testing.T) *survey {
	t.Helper()
	s := &survey{servertest.New(t), t}
	for i := range 3 {
		do(s.Office.CreatePerson(t.Context(), s.Operator, account.Person{Login: fmt.Sprint("kollege", i), DisplayName: fmt.Sprint("Ansgar Wiesental", i), Department: "66/1"}))(t)
	}
	s.Place("", "---\nid: schneeaaa2\ntitel: Schneeräumung\nbereich: \"66\"\n---\nSchnee räumen.\n")
	s.Indexed()
	return s
}

func (s *survey) asks(login, text string, change ...func(*content.Query)) {
	s.t.Helper()
	q := content.Query{Text: text, InForce: true, Limit: 20}
	for _, f := range change {
		f(&q)
	}
	do(s.Library.Search(s.t.Context(), s.Actor(login), q))(s.t)
}

func typing(q *content.Query) { q.Typing = true }

// gaps counts what was asked for until now and lists it for a department.
func (s *survey) gaps(login, department string) string {
	s.t.Helper()
	s.Advance(71 * time.Minute)
	if err := s.Library.KeepSearches(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	list, total, err := s.Library.SearchGaps(s.t.Context(), s.Actor(login), department, 50, 0)
	if err != nil || total != len(list) {
		s.t.Fatal(total, len(list), err)
	}
	out := make([]string, len(list))
	for i, g := range list {
		out[i] = fmt.Sprintf("%s %d/%d→%d", g.Text, g.Empty, g.Times, g.Hits)
	}
	return strings.Join(out, "; ")
}

// everywhere makes somebody look after every department.
func (s *survey) everywhere(login string) {
	s.t.Helper()
	do(s.Office.Grant(s.t.Context(), s.Operator, account.Grant{Person: s.People[login].ID, Role: account.Editor}))(s.t)
}

func TestWhatNobodyFindsIsCountedWithoutPersons(t *testing.T) {
	s := newSurvey(t)
	for _, login := range []string{"expertin", "nachfolger", "pruefer"} {
		s.asks(login, "Kanaldeckel klappert")
		s.asks(login, "kanaldeckel  KLAPPERT") // the same, and once a day is enough
	}
	for _, login := range []string{"expertin", "nachfolger"} { // too few
		s.asks(login, "Hydrantenplan")
	}
	equal(t, "of the department", s.gaps("expertin", "66"), "kanaldeckel klappert 3/3→0")
	equal(t, "of a unit of it", s.gaps("expertin", "66/1"), "kanaldeckel klappert 3/3→0")
	s.Place("", "---\nid: deckelaaa2\ntitel: Kanaldeckel klappert\nbereich: \"66\"\n---\nBauhof rufen.\n")
	s.Indexed()
	equal(t, "once somebody wrote it", s.gaps("expertin", "66"), "kanaldeckel klappert 3/3→1")
	s.Advance(24 * time.Hour)
	s.asks("expertin", "Hydrantenplan")
	equal(t, "another day counts again", s.gaps("expertin", "66"), "hydrantenplan 3/3→0; kanaldeckel klappert 3/3→1")
	s.Advance(91 * 24 * time.Hour)
	equal(t, "after three months", s.gaps("expertin", "66"), "")
}

func TestOpeningAHitMakesASearchGood(t *testing.T) {
	s := newSurvey(t)
	for i, login := range []string{"expertin", "nachfolger", "pruefer"} {
		s.asks(login, "Räumung")
		s.asks(login, "Schneefall Räumung Dienst")
		if i == 0 {
			s.Library.NoteOpened(s.Actor(login), "schneeaaa2")
		}
		s.asks(login, "Pumpensumpf")
		s.Library.NoteOpened(s.Actor(login), "schneeaaa2") // none of its hits
	}
	equal(t, "gaps", s.gaps("expertin", "66"), "pumpensumpf 3/3→0; raeumung 0/3→1")
}

func TestTypingIsCountedOnceAtItsEnd(t *testing.T) {
	s := newSurvey(t)
	for _, login := range []string{"expertin", "nachfolger", "pruefer"} {
		for _, text := range []string{"b", "bu", "bus", "busspur", "busspu", "bus", "b"} {
			s.asks(login, text, typing)
			s.Advance(2 * time.Second)
		}
		for _, text := range []string{"a", "am", "ampel"} {
			s.asks(login, text, typing)
		}
		s.asks(login, "Ampel defekt")
		s.Advance(time.Minute) // a pause ends a text
		s.asks(login, "Ampel defekt nachts", typing)
		s.asks(login, "ok")
	}
	equal(t, "gaps", s.gaps("expertin", "66"), "ampel defekt 3/3→0; ampel defekt nachts 3/3→0; busspur 3/3→0")
}

func TestWhatTellsOfPeopleIsNotCounted(t *testing.T) {
	s := newSurvey(t)
	s.everywhere("grundsatz")
	if err := s.Office.SetActive(t.Context(), s.Operator, s.People["ohnerolle"].ID, false); err != nil { // Uwe Kortmann has left
		t.Fatal(err)
	}
	s.Place("", "---\nid: sanderaaa2\ntitel: Streugut\nbereich: \"66\"\n---\nDer Sander streut Sand.\n")
	s.Indexed()
	for _, login := range []string{"expertin", "nachfolger", "pruefer", "prueferin"} {
		for _, text := range []string{
			"renate.brinkmann@example.org", "Renate Brinkmann", "Krankheit Brinkmann Renate", "brinkmann", "0251 123 45", "Personalnummer 123456", "leserin",
			"Abmahnung Kaya", "burnout hartmann", "Frau Nowak krank", "Beschwerde Dr. Wever", "Kündigung Brinkmanns", "leonie hartmann.", "Abschied Kortmannn Kortmann",
			"autor:\"Renate Brinkmann\" Zisterne", "autor:ich", "gültig:alle Hebewerk", "autor:ich Hydrantenwart",
		} {
			s.asks(login, text)
		}
		s.asks(login, "Erklärung", func(q *content.Query) { q.Explain = true })
		s.asks(login, "Seite zwei", func(q *content.Query) { q.Offset = 20 })
	}
	for _, login := range []string{"expertin", "nachfolger", "prueferin"} {
		s.asks(login, "Sander Splitt") // a surname that is a word here
	}
	equal(t, "gaps", s.gaps("grundsatz", ""), "hebewerk 4/4→0; sander splitt 0/3→1")
	for _, login := range []string{"leserin", "azubi", "azubi2"} { // alone in their departments
		s.asks(login, "Parkausweis für Hebammen")
	}
	equal(t, "of a department with few people", s.gaps("grundsatz", "33"), "")
	equal(t, "everywhere", s.gaps("grundsatz", ""), "hebewerk 4/4→0; parkausweis fuer hebammen 3/3→0; sander splitt 0/3→1")
}

func TestWhoMaySeeWhatADepartmentSearchesFor(t *testing.T) {
	s := newSurvey(t)
	see := func(login, department string) error {
		_, _, err := s.Library.SearchGaps(t.Context(), s.Actor(login), department, 5, 0)
		return err
	}
	for _, login := range []string{"expertin", "pruefer"} {
		if err := see(login, "66"); err != nil {
			t.Error(login, err)
		}
		refused(t, login+" elsewhere", see(login, "11"), fault.Forbidden)
		refused(t, login+" everywhere", see(login, ""), fault.Forbidden)
	}
	for _, login := range []string{"leserin", "azubi", "admin", "leitung", "datenschutz"} {
		refused(t, login, see(login, "66"), fault.Forbidden)
	}
	do(s.Office.Grant(t.Context(), s.Operator, account.Grant{Person: s.People["azubi"].ID, Role: account.Author, Scope: account.InDepartment("33/2")}))(t)
	if err := see("azubi", "33"); err != nil {
		t.Error("author of a unit", err)
	}
}

func TestCountsOfSearchesEndAndForget(t *testing.T) {
	s := newSurvey(t)
	for _, login := range []string{"expertin", "nachfolger", "pruefer"} {
		s.asks(login, "Brunnen Krause defekt")
		s.asks(login, "Zaun")
	}
	equal(t, "counted", s.gaps("expertin", "66"), "brunnen krause defekt 3/3→0; zaun 3/3→0")
	if err := s.Library.ForgetSearches(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "kept", s.gaps("expertin", "66"), "brunnen krause defekt 3/3→0; zaun 3/3→0")
	s.Advance(181 * 24 * time.Hour)
	if err := s.Library.ForgetSearches(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, total, err := s.Store.SearchGaps(t.Context(), content.GapFilter{Since: "2000-01-01", AtLeast: 1, Limit: 9})
	if err != nil || total != 0 || len(rows) != 0 {
		t.Errorf("half a year later: %v %d %v", rows, total, err)
	}
}

func TestSearchesOfManyAtOnceAreAllCounted(t *testing.T) {
	s := newSurvey(t)
	logins := []string{"expertin", "nachfolger", "pruefer", "prueferin"}
	var wg sync.WaitGroup
	for _, actor := range []account.Actor{s.Actor(logins[0]), s.Actor(logins[1]), s.Actor(logins[2]), s.Actor(logins[3])} {
		wg.Go(func() {
			for i := range 20 {
				if _, err := s.Library.Search(t.Context(), actor, content.Query{Text: fmt.Sprint("Gulli", i), Limit: 5}); err != nil {
					t.Error(err)
				}
				if err := s.Library.KeepSearches(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got := strings.Split(s.gaps("expertin", "66"), "; ")
	slices.Sort(got)
	if len(got) != 20 || !strings.HasSuffix(got[0], "4/4→0") {
		t.Errorf("%d texts: %v", len(got), got)
	}
}
