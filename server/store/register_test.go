package store_test

import (
	"testing"

	"staffelstab/internal/fault"
	"staffelstab/lessons/zak"
	"staffelstab/server/store"
)

func TestOccupations(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		wantEqual(t, "none", got(s.Occupations(t.Context()))(t), []zak.Occupation{})
		ok(t, s.SaveOccupation(t.Context(), zak.Occupation{ID: "VwFAng", Title: "Verwaltungsfachangestellte"}))
		ok(t, s.SaveOccupation(t.Context(), zak.Occupation{ID: "FI", Title: "?"}))
		ok(t, s.SaveOccupation(t.Context(), zak.Occupation{ID: "FI", Title: "Fachinformatiker:in"}))
		wantEqual(t, "two", got(s.Occupations(t.Context()))(t), []zak.Occupation{
			{ID: "FI", Title: "Fachinformatiker:in"}, {ID: "VwFAng", Title: "Verwaltungsfachangestellte"},
		})
	})
}

func TestCohortRoundTripAndChange(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[zak.Cohort]()
		ok(t, s.SaveCohort(t.Context(), want))
		wantEqual(t, "cohort", got(s.Cohort(t.Context(), want.ID))(t), want)
		want = zak.Cohort{ID: want.ID, Occupation: "FI", Year: 2027, Name: "Neu"}
		ok(t, s.SaveCohort(t.Context(), want))
		wantEqual(t, "changed", got(s.Cohorts(t.Context()))(t), []zak.Cohort{want})
		for _, unknown := range []string{"", "x", "\x00"} {
			_, err := s.Cohort(t.Context(), unknown)
			wantFault(t, err, fault.NotFound, "zak.cohort-missing")
		}
	})
}

func TestCohortsAreListedNewestYearFirstThenByName(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for _, c := range []zak.Cohort{
			{ID: "1", Year: 2024, Name: "A"}, {ID: "2", Year: 2026, Name: "Zimmerei"}, {ID: "3", Year: 2026, Name: "Ärzte"},
			{ID: "4", Year: 2026, Name: "Bau 10"}, {ID: "5", Year: 2026, Name: "Bau 9"},
		} {
			ok(t, s.SaveCohort(t.Context(), c))
		}
		ids := ""
		for _, c := range got(s.Cohorts(t.Context()))(t) {
			ids += c.ID
		}
		wantEqual(t, "order", ids, "35421")
	})
}

func TestApprenticeRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[zak.Apprentice]()
		hire(t, s, want.Person, want.Name)
		ok(t, s.SaveApprentice(t.Context(), want))
		wantEqual(t, "by id", got(s.Apprentice(t.Context(), want.ID))(t), want)
		wantEqual(t, "by cohort", got(s.Apprentices(t.Context(), want.Cohort))(t), []zak.Apprentice{want})
		wantEqual(t, "by person", got(s.ApprenticeshipsOf(t.Context(), want.Person))(t), []zak.Apprentice{want})
		for _, unknown := range []string{"", "x", "\x00"} {
			_, err := s.Apprentice(t.Context(), unknown)
			wantFault(t, err, fault.NotFound, "zak.apprentice-missing")
			wantEqual(t, "of an unknown cohort", got(s.Apprentices(t.Context(), unknown))(t), []zak.Apprentice{})
		}
	})
}

func TestApprenticeIsChangedAndMoved(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "p", "Petra")
		a := zak.Apprentice{ID: "1", Person: "p", Name: "Petra", Cohort: "c", Start: "2026-08-01"}
		ok(t, s.SaveApprentice(t.Context(), a))
		a.Cohort, a.Start, a.End = "d", "2026-09-01", "2029-07-31"
		ok(t, s.SaveApprentice(t.Context(), a))
		wantEqual(t, "apprentice", got(s.ApprenticeshipsOf(t.Context(), "p"))(t), []zak.Apprentice{a})
	})
}

func TestSecondApprenticeshipInACohortIsAConflict(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire(t, s, "p", "Petra")
		first := zak.Apprentice{ID: "1", Person: "p", Name: "Petra", Cohort: "c", Start: "2026-08-01"}
		ok(t, s.SaveApprentice(t.Context(), first))
		wantFault(t, s.SaveApprentice(t.Context(), zak.Apprentice{ID: "2", Person: "p", Cohort: "c", Start: "2027-08-01"}), fault.Conflict, "store.already-in-cohort")
		wantEqual(t, "the first one stays", got(s.Apprentices(t.Context(), "c"))(t), []zak.Apprentice{first})

		other := zak.Apprentice{ID: "2", Person: "p", Name: "Petra", Cohort: "d"}
		ok(t, s.SaveApprentice(t.Context(), other))
		other.Cohort = "c"
		wantFault(t, s.SaveApprentice(t.Context(), other), fault.Conflict, "store.already-in-cohort")
	})
}

func TestApprenticesAreListedByNameInGermanOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := []string{"Abel", "Äbele", "Aber", "Öztürk", "Ozuna"}
		for i, name := range want {
			id := string(rune('z' - i))
			hire(t, s, id, name)
			ok(t, s.SaveApprentice(t.Context(), zak.Apprentice{ID: id, Person: id, Cohort: "c"}))
		}
		var names []string
		for _, a := range got(s.Apprentices(t.Context(), "c"))(t) {
			names = append(names, a.Name)
		}
		wantEqual(t, "names", names, want)
	})
}
