package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/notice"
	"staffelstab/server/store"
)

func TestNoticesAreToldOnceAndRead(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		old := filled[notice.Notice]()
		old.Person, old.ID, old.At = "p", "old", noon
		fresh := notice.Notice{ID: "fresh", Person: "p", Kind: notice.TextChanged, Article: "a", At: noon.Add(time.Hour)}
		other := notice.Notice{ID: "other", Person: "q", Kind: notice.TextChanged, At: noon}
		ok(t, s.AddNotices(t.Context(), old, fresh, other))
		again := fresh
		again.Kind = notice.ReviewDue
		ok(t, s.AddNotices(t.Context(), again))
		ok(t, s.AddNotices(t.Context()))

		list, unread, err := s.Notices(t.Context(), "p", 10, 0)
		ok(t, err)
		wantEqual(t, "newest first", list, []notice.Notice{fresh, old})
		wantEqual(t, "unread", unread, 1)
		list, _, err = s.Notices(t.Context(), "p", 1, 1)
		ok(t, err)
		wantEqual(t, "second page", list, []notice.Notice{old})

		ok(t, s.ReadNotices(t.Context(), "p", noon, noon))
		_, unread, err = s.Notices(t.Context(), "p", 10, 0)
		ok(t, err)
		wantEqual(t, "unread of what came later", unread, 1)
		ok(t, s.ReadNotices(t.Context(), "p", fresh.At, noon))
		_, unread, err = s.Notices(t.Context(), "p", 10, 0)
		ok(t, err)
		wantEqual(t, "unread", unread, 0)
		_, unread, err = s.Notices(t.Context(), "q", 10, 0)
		ok(t, err)
		wantEqual(t, "somebody else's", unread, 1)
	})
}

func TestNoticesOfWhatFailedAreNotKept(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		failed := errors.New("failed")
		err := s.Together(t.Context(), func(ctx context.Context) error {
			ok(t, s.AddNotices(ctx, notice.Notice{ID: "n", Person: "p", At: noon}))
			return failed
		})
		if !errors.Is(err, failed) {
			t.Errorf("error %v", err)
		}
		list, _, err := s.Notices(t.Context(), "p", 10, 0)
		ok(t, err)
		wantEqual(t, "notices", len(list), 0)
	})
}

func TestHoldersCoverTheDepartmentOnTheDay(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		grant := func(person string, g account.Grant) {
			g.ID, g.Person = "g-"+person, person
			ok(t, s.AddGrant(t.Context(), g))
		}
		for _, id := range []string{"city", "dept", "unit", "sibling", "other", "past", "future", "gone", "author"} {
			hire(t, s, id, id)
		}
		in := func(d string) account.Grant {
			return account.Grant{Role: account.Reviewer, Scope: account.InDepartment(d)}
		}
		grant("city", account.Grant{Role: account.Reviewer})
		grant("dept", in("66"))
		grant("unit", in("66/1"))
		grant("sibling", in("66/2"))
		grant("other", in("6"))
		past, future := in("66"), in("66")
		past.Until, future.From = "2026-11-22", "2026-11-24"
		grant("past", past)
		grant("future", future)
		grant("gone", in("66"))
		ok(t, s.SetActive(t.Context(), "gone", false))
		grant("author", account.Grant{Role: account.Author, Scope: account.InDepartment("66")})

		wantEqual(t, "of the unit", namesOf(got(s.Holders(t.Context(), account.Reviewer, "66/1", "2026-11-23"))(t)), []string{"city", "dept", "unit"})
		wantEqual(t, "of the department", namesOf(got(s.Holders(t.Context(), account.Reviewer, "66", "2026-11-24"))(t)), []string{"city", "dept", "future"})
		wantEqual(t, "of none", namesOf(got(s.Holders(t.Context(), account.Reviewer, "", "2026-11-23"))(t)), []string{"city"})

		wantEqual(t, "by pseudonym", got(s.PersonByPseudonym(t.Context(), "u-dept"))(t).ID, "dept")
		_, err := s.PersonByPseudonym(t.Context(), "u-nobody")
		wantFault(t, err, fault.NotFound, "store.no-person")
	})
}

func TestDerivedRowsKnowTheirShape(t *testing.T) {
	eachDatabase(t, func(t *testing.T, target string) {
		s := open(t, target)
		ok(t, s.Append(t.Context(), content.Projection{Head: "c1", Articles: []content.Article{article("a1")}}))
		wantEqual(t, "fresh", got(s.LedgerShape(t.Context()))(t), content.ProjectionShape)
		execute(t, raw(t, target), "UPDATE ledger SET shape = 0")
		ok(t, s.Append(t.Context(), content.Projection{From: "c1", Head: "c2"}))
		wantEqual(t, "after a step", got(s.LedgerShape(t.Context()))(t), 0)
		ok(t, s.Replace(t.Context(), content.Projection{Head: "c2", Articles: []content.Article{article("a1")}}))
		wantEqual(t, "derived again", got(s.LedgerShape(t.Context()))(t), content.ProjectionShape)
	})
}
