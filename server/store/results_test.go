package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/lessons"
	"staffelstab/server/store"
)

func TestAttemptRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[lessons.Attempt]()
		stored, added, err := s.AddAttempt(t.Context(), want)
		ok(t, err)
		wantEqual(t, "added", added, true)
		wantEqual(t, "stored", stored, want)
		wantEqual(t, "attempts", got(s.Attempts(t.Context(), nil, nil))(t), []lessons.Attempt{want})

		wrong := want
		wrong.ID, wrong.Key, wrong.Correct, wrong.Score, wrong.Answer = "2", "k2", false, 1.0/3, nil
		_, _, err = s.AddAttempt(t.Context(), wrong)
		ok(t, err)
		wantEqual(t, "wrong and empty", got(s.Attempts(t.Context(), nil, nil))(t), []lessons.Attempt{want, wrong})
	})
}

func TestAttemptWithAUsedKeyIsTheFirstOne(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		first := filled[lessons.Attempt]()
		_, _, err := s.AddAttempt(t.Context(), first)
		ok(t, err)
		again := first
		again.ID, again.Answer, again.Correct, again.RequestHash, again.At = "other", []string{"anders"}, false, "other", noon.AddDate(1, 0, 0)
		stored, added, err := s.AddAttempt(t.Context(), again)
		ok(t, err)
		wantEqual(t, "added", added, false)
		wantEqual(t, "stored", stored, first)
		wantEqual(t, "attempts", got(s.Attempts(t.Context(), nil, nil))(t), []lessons.Attempt{first})

		again.Person = "somebody else" // whose keys are their own
		_, added, err = s.AddAttempt(t.Context(), again)
		ok(t, err)
		wantEqual(t, "added for the other person", added, true)
	})
}

func TestAttemptsKeepTheOrderTheyCameIn(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i, id := range []string{"c", "a", "d", "b"} { // the clock stands still, then is set back
			at := noon.Add(-time.Duration(i/2) * time.Hour)
			_, _, err := s.AddAttempt(t.Context(), lessons.Attempt{ID: id, Person: "p", Key: id, At: at})
			ok(t, err)
		}
		order := ""
		for _, a := range got(s.Attempts(t.Context(), []string{"p"}, nil))(t) {
			order += a.ID
		}
		wantEqual(t, "order", order, "cadb")
	})
}

func TestAttemptSentManyTimesAtOnceCountsOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all sync.WaitGroup
		var count atomic.Int32
		for i := range 10 {
			all.Go(func() {
				_, added, err := s.AddAttempt(t.Context(), lessons.Attempt{ID: fmt.Sprint(i), Person: "p", Key: "k", At: noon})
				if err != nil {
					t.Error(err)
				}
				if added {
					count.Add(1)
				}
			})
		}
		all.Wait()
		wantEqual(t, "added", count.Load(), int32(1))
		wantEqual(t, "attempts", len(got(s.Attempts(t.Context(), nil, nil))(t)), 1)
	})
}

func TestAttemptNeverReplacesAnotherOne(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		first := filled[lessons.Attempt]()
		_, _, err := s.AddAttempt(t.Context(), first)
		ok(t, err)
		sameID := first
		sameID.Key, sameID.Correct = "other", false
		if _, added, err := s.AddAttempt(t.Context(), sameID); added || !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Conflict) {
			t.Errorf("added %v, %v", added, err)
		}
		wantEqual(t, "attempts", got(s.Attempts(t.Context(), nil, nil))(t), []lessons.Attempt{first})
	})
}

func TestReadingCountsOncePerPersonLessonAndWording(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		first := filled[lessons.Reading]()
		ok(t, s.AddReading(t.Context(), first))
		again := first
		again.ID, again.At = "again", noon.AddDate(0, 0, 1)
		ok(t, s.AddReading(t.Context(), again))
		wantEqual(t, "readings", got(s.Readings(t.Context(), nil, nil))(t), []lessons.Reading{first})

		wording, lesson, person := first, first, first
		wording.ID, wording.ContentHash = "w", "v1:other"
		lesson.ID, lesson.Lesson = "l", "other"
		person.ID, person.Person = "p", "other"
		for _, r := range []lessons.Reading{wording, lesson, person} {
			ok(t, s.AddReading(t.Context(), r))
		}
		wantEqual(t, "readings", len(got(s.Readings(t.Context(), nil, nil))(t)), 4)
	})
}

func TestResultsAreSelectedByPeopleAndModules(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i, x := range []struct {
			person string
			module content.ID
		}{{"p", "m"}, {"p", "n"}, {"q", "m"}, {"r", "o"}} {
			at := noon.Add(-time.Duration(i) * time.Minute)
			id := fmt.Sprint(i)
			_, _, err := s.AddAttempt(t.Context(), lessons.Attempt{ID: id, Person: x.person, Module: x.module, Key: id, At: at})
			ok(t, err)
			ok(t, s.AddReading(t.Context(), lessons.Reading{ID: id, Person: x.person, Module: x.module, Lesson: content.ID(id), At: at}))
		}
		for _, c := range []struct {
			people    []string
			modules   []content.ID
			attempted string // by person, as they came
			read      string // oldest first
		}{
			{nil, nil, "0123", "3210"},
			{[]string{}, nil, "", ""},
			{nil, []content.ID{}, "", ""},
			{[]string{"p"}, nil, "01", "10"},
			{nil, []content.ID{"m"}, "02", "20"},
			{[]string{"p", "r", "p"}, []content.ID{"m", "o"}, "03", "30"},
			{[]string{"q"}, []content.ID{"o"}, "", ""},
			{[]string{"%", "\x00"}, nil, "", ""},
		} {
			attempts, readings := "", ""
			for _, a := range got(s.Attempts(t.Context(), c.people, c.modules))(t) {
				attempts += a.ID
			}
			for _, r := range got(s.Readings(t.Context(), c.people, c.modules))(t) {
				readings += r.ID
			}
			wantEqual(t, fmt.Sprintf("attempts of %q in %q", c.people, c.modules), attempts, c.attempted)
			wantEqual(t, fmt.Sprintf("readings of %q in %q", c.people, c.modules), readings, c.read)
		}
		ok(t, s.EraseResults(t.Context(), "p"))
		ok(t, s.EraseResults(t.Context(), "p")) // nothing left is no error
		wantEqual(t, "attempts after erasure", len(got(s.Attempts(t.Context(), nil, nil))(t)), 2)
		wantEqual(t, "readings after erasure", len(got(s.Readings(t.Context(), nil, nil))(t)), 2)
	})
}
