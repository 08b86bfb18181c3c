package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func TestAuditRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[account.Event]()
		ok(t, s.Record(t.Context(), want, nothing))
		events, total, err := s.Events(t.Context(), "", 10, 0)
		ok(t, err)
		wantEqual(t, "events", events, []account.Event{want})
		wantEqual(t, "total", total, 1)
	})
}

func TestAuditIsListedNewestFirstInPages(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for i := range 5 { // the clock stands or even goes back: the order of writing counts
			ok(t, s.Record(t.Context(), account.Event{ID: fmt.Sprint(i), At: noon.Add(-time.Duration(i) * time.Second), Subject: []string{"p", "q"}[i%2]}, nothing))
		}
		list := func(subject string, limit, offset int) (ids string, total int) {
			events, total, err := s.Events(t.Context(), subject, limit, offset)
			ok(t, err)
			for _, e := range events {
				ids += e.ID
			}
			return ids, total
		}
		for _, c := range []struct {
			subject       string
			limit, offset int
			want          string
			total         int
		}{
			{"", 2, 0, "43", 5}, {"", 2, 2, "21", 5}, {"", 2, 4, "0", 5}, {"", 2, 6, "", 5},
			{"", 0, -1, "43210", 5}, {"p", 10, 0, "420", 3}, {"q", 1, 1, "1", 2}, {"%", 10, 0, "", 0},
		} {
			ids, total := list(c.subject, c.limit, c.offset)
			wantEqual(t, fmt.Sprintf("%q by %d from %d", c.subject, c.limit, c.offset), ids, c.want)
			wantEqual(t, "total", total, c.total)
		}
	})
}

func TestNoLineOfTheAuditIsLostAmongManyWriters(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		const writers, lines = 6, 8
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for i := range lines {
					if err := s.Record(t.Context(), account.Event{ID: fmt.Sprintf("%d-%d", w, i), At: noon, Subject: fmt.Sprint(w)}, nothing); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		_, total, err := s.Events(t.Context(), "", 1, 0)
		ok(t, err)
		wantEqual(t, "lines", total, writers*lines)
		own, _, err := s.Events(t.Context(), "3", 100, 0)
		ok(t, err)
		for i, e := range own {
			wantEqual(t, "order of one writer", e.ID, fmt.Sprintf("3-%d", lines-1-i))
		}
	})
}

// nothing is a change that changes nothing.
func nothing(context.Context) error { return nil }

func TestChangeAndItsLineAreKeptTogether(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		s := open(t, target)
		person := filled[account.Person]()
		broken := errors.New("broken")
		err := s.Record(t.Context(), account.Event{ID: "1", At: noon, Subject: person.ID}, func(ctx context.Context) error {
			ok(t, s.CreatePerson(ctx, person))
			ok(t, s.SetPasswordHash(ctx, person.ID, "hash")) // a transaction within
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatalf("got %v", err)
		}
		_, err = s.Person(t.Context(), person.ID)
		wantFault(t, err, fault.NotFound, "store.no-person")
		_, total, err := s.Events(t.Context(), "", 10, 0)
		ok(t, err)
		wantEqual(t, "lines", total, 0)

		create := func(ctx context.Context) error { return s.CreatePerson(ctx, person) }
		execute(t, raw(t, target), "ALTER TABLE audit RENAME TO elsewhere")
		if err := s.Record(t.Context(), account.Event{ID: "1", At: noon, Subject: person.ID}, create); err == nil {
			t.Error("a line went nowhere")
		}
		_, err = s.Person(t.Context(), person.ID)
		wantFault(t, err, fault.NotFound, "store.no-person")
		execute(t, raw(t, target), "ALTER TABLE elsewhere RENAME TO audit")
		ok(t, s.Record(t.Context(), account.Event{ID: "1", At: noon, Subject: person.ID}, create))
		wantEqual(t, "person", got(s.Person(t.Context(), person.ID))(t), person)
	})
}
