package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

func oldKey(n int) legacy.Key {
	return legacy.Key{Replica: "C125", UNID: fmt.Sprintf("%032d", n)}
}

func asked(n int, kind legacy.Kind, department, title string) legacy.Question {
	return legacy.Question{Subject: oldKey(n).String(), Kind: kind, Department: department, Title: title, Fingerprint: "f", Run: "r1", First: oldKey(n)}
}

// subjects are the last digits of the documents questions are about.
func subjects(list []legacy.Question) string {
	var out []string
	for _, q := range list {
		out = append(out, strings.TrimLeft(q.First.UNID, "0"))
	}
	return strings.Join(out, " ")
}

func TestLegacyDocumentsRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[legacy.Document]()
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{want}, nil))
		wantEqual(t, "document", got(s.Document(t.Context(), want.Key))(t), want)
		planned := want
		planned.Title = "Planned again"
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{planned}, nil))
		wantEqual(t, "planned again", got(s.Document(t.Context(), want.Key))(t), planned)
		later := legacy.Document{Key: want.Key, Run: "later"}
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{later}, nil))
		wantEqual(t, "replaced", got(s.Document(t.Context(), want.Key))(t), later)
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: want.Key, Run: "later", Planned: true}}, nil))
		wantEqual(t, "planned after it was brought", got(s.Document(t.Context(), want.Key))(t), later)
		list, total, err := s.Documents(t.Context(), want.Run, 5, 0)
		ok(t, err)
		wantEqual(t, "of the earlier run", len(list)+total, 0)
		list, total, err = s.Documents(t.Context(), "", 5, 0)
		ok(t, err)
		wantEqual(t, "of all", len(list)+total, 2)
		_, err = s.Document(t.Context(), oldKey(9))
		wantFault(t, err, fault.NotFound, "legacy.question-unknown")
	})
}

// TestLegacyPastIsWhatRunsCouldRead: a run follows it, so that an old export changes
// nothing. What only a plan saw was not brought, and what nobody could read changes
// nothing of what is known.
func TestLegacyPastIsWhatRunsCouldRead(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		stamp := func(n int) legacy.Stamp {
			return legacy.Stamp{Sequence: n, At: noon.Add(time.Duration(n) * time.Hour)}
		}
		nobody := legacy.Stamp{}
		for _, step := range []struct {
			status  string
			planned bool
			n       int
			want    legacy.Past
		}{
			{"imported", true, 2, legacy.Past{Article: "a", Read: stamp(2), Brought: nobody}},
			{"failed", false, 0, legacy.Past{Article: "a", Read: stamp(2), Brought: nobody}},
			{"imported", false, 1, legacy.Past{Article: "a", Read: stamp(1), Brought: stamp(1)}},
			{"updated", true, 3, legacy.Past{Article: "a", Read: stamp(1), Brought: stamp(1)}},
			{"quarantined", true, 3, legacy.Past{Article: "a", Read: stamp(1), Brought: stamp(1)}},
			{"updated", false, 3, legacy.Past{Article: "a", Read: stamp(3), Brought: stamp(3)}},
			{"quarantined", false, 4, legacy.Past{Article: "a", Withheld: true, Read: stamp(4), Brought: stamp(3)}},
			{"failed", false, 0, legacy.Past{Article: "a", Withheld: true, Read: stamp(4), Brought: stamp(3)}},
			{"updated", true, 5, legacy.Past{Article: "a", Withheld: true, Read: stamp(4), Brought: stamp(3)}},
			{"skipped", false, 5, legacy.Past{Article: "a", Read: stamp(5), Brought: stamp(5)}},
		} {
			d := legacy.Document{Key: oldKey(1), Article: "a", Run: "r", Status: step.status, Planned: step.planned}
			if step.n > 0 {
				d.Stamp = stamp(step.n)
			}
			ok(t, s.AddDocuments(t.Context(), []legacy.Document{d}, nil))
			past := got(s.Past(t.Context(), []legacy.Key{oldKey(1), oldKey(2), {Replica: "other", UNID: oldKey(1).UNID}}))(t)
			wantEqual(t, fmt.Sprint(step.status, step.n), past, map[legacy.Key]legacy.Past{oldKey(1): step.want})
		}
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(3), Run: "r", Status: "skipped", VersionOf: "a"}, {Key: oldKey(3), Run: "r", Status: "failed"}}, nil))
		if p := got(s.Past(t.Context(), []legacy.Key{oldKey(3)}))(t)[oldKey(3)]; !p.Withheld {
			t.Errorf("a conflict, brought twice at once: %+v", p)
		}
		many := []legacy.Key{oldKey(3)}
		for n := range 1200 {
			many = append(many, oldKey(100+n))
		}
		wantEqual(t, "of many", len(got(s.Past(t.Context(), many))(t)), 1)
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(4), Run: "r", Status: "quarantined", Restricted: true, Stamp: stamp(2)}, {Key: oldKey(5), Run: "r", Status: "quarantined", Stamp: stamp(2)}}, nil))
		past := got(s.Past(t.Context(), []legacy.Key{oldKey(4), oldKey(5)}))(t)
		if !past[oldKey(4)].Restricted || past[oldKey(5)].Restricted || !past[oldKey(5)].Withheld {
			t.Errorf("why they are withheld: %+v", past)
		}
	})
}

func TestLegacyRunsAreListedNewestFirst(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		first := legacy.Run{ID: "r1", Source: "dev", At: noon, Dry: true, Totals: map[string]int{"read": 3}}
		second := legacy.Run{ID: "r2", Source: "notes", At: noon.Add(time.Hour), Totals: map[string]int{"read": 1}}
		ok(t, s.EndRun(t.Context(), first, nil, true))
		ok(t, s.EndRun(t.Context(), second, nil, true))
		runs, total, err := s.Runs(t.Context(), 1, 0)
		ok(t, err)
		wantEqual(t, "first page", runs, []legacy.Run{second})
		wantEqual(t, "total", total, 2)
		runs, _, err = s.Runs(t.Context(), 1, 1)
		ok(t, err)
		wantEqual(t, "second page", runs, []legacy.Run{first})
		wantEqual(t, "one", got(s.Run(t.Context(), "r1"))(t), first)
		if _, err := s.Run(t.Context(), "r3"); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown one: %v", err)
		}
	})
}

func TestLegacyPlansGoWithWhatOnlyTheyBrought(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		pair := func(a, b int) legacy.Question {
			q := asked(a, legacy.Contradicting, "66", fmt.Sprint("P", a, b))
			q.Second, q.Subject = oldKey(b), legacy.PairSubject(oldKey(a), oldKey(b))
			return q
		}
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(1), Run: "r0"}, {Key: oldKey(2), Run: "r0"}}, nil))
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r0", At: noon}, nil, true))
		plan := legacy.Run{ID: "r1", At: noon, Dry: true, Totals: map[string]int{"read": 3}}
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(2), Run: "r1", Planned: true}, {Key: oldKey(3), Run: "r1", Planned: true}, {Key: oldKey(4), Run: "r1", Planned: true}},
			[]legacy.Question{asked(2, legacy.Unseen, "66", "A"), asked(3, legacy.Binding, "66", "B"), asked(4, legacy.Restricted, "66", "C")}))
		ok(t, s.EndRun(t.Context(), plan, []legacy.Question{pair(1, 2), pair(2, 3), pair(3, 4)}, true))
		other := legacy.Run{ID: "r2", At: noon.Add(time.Hour), Dry: true}
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(4), Run: "r2", Planned: true}}, []legacy.Question{asked(4, legacy.Restricted, "66", "C")}))
		ok(t, s.EndRun(t.Context(), other, nil, true))
		plans := got(s.Plans(t.Context()))(t)
		wantEqual(t, "plans", len(plans), 2)
		wantEqual(t, "the older one", plans[1], plan)
		wantEqual(t, "documents gone", got(s.WithdrawPlan(t.Context(), "r1"))(t), 1)
		left, _, err := s.Questions(t.Context(), legacy.QuestionFilter{Limit: 9})
		ok(t, err)
		wantEqual(t, "questions left", subjects(left), "1 4 2")
		wantEqual(t, "the pair of what is here", left[0].Subject, pair(1, 2).Subject)
		for _, id := range []string{"r1", "r0", "gibtesnicht"} {
			_, err := s.WithdrawPlan(t.Context(), id)
			wantFault(t, err, fault.NotFound, "legacy.plan-unknown")
		}
		wantEqual(t, "plans left", len(got(s.Plans(t.Context()))(t)), 1)
	})
}

func TestLegacyQuestionsAreOrderedAndFiltered(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		pair := asked(4, legacy.Identical, "66", "Zaun")
		pair.Second, pair.Subject, pair.Share = oldKey(5), legacy.PairSubject(oldKey(4), oldKey(5)), 0.5
		pair.Differences = []legacy.Difference{{First: "ü", Second: "b", Why: "text"}}
		var documents []legacy.Document
		for n := 1; n <= 5; n++ {
			documents = append(documents, legacy.Document{Key: oldKey(n), Run: "r1", Position: n})
		}
		ok(t, s.AddDocuments(t.Context(), documents, []legacy.Question{
			asked(1, legacy.Unseen, "66", "A"), asked(2, legacy.Binding, "66/2", "B"), asked(3, legacy.Binding, "667", "A"),
		}))
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r1"}, []legacy.Question{pair}, true))
		find := func(f legacy.QuestionFilter) string {
			f.Limit = 10
			list, total, err := s.Questions(t.Context(), f)
			ok(t, err)
			wantEqual(t, "total", total, len(list))
			return subjects(list)
		}
		in66 := legacy.QuestionFilter{Departments: []string{"66"}}
		wantEqual(t, "all", find(legacy.QuestionFilter{}), "4 3 2 1")
		wantEqual(t, "with units", find(in66), "4 2 1")
		wantEqual(t, "nowhere", find(legacy.QuestionFilter{Departments: []string{}}), "")
		wantEqual(t, "without a department", find(legacy.QuestionFilter{Departments: []string{""}}), "")
		wantEqual(t, "of a kind", find(legacy.QuestionFilter{Kinds: []legacy.Kind{legacy.Binding}}), "3 2")
		wantEqual(t, "the pair", got(s.Question(t.Context(), pair.Subject))(t), pair)
		page, total, err := s.Questions(t.Context(), legacy.QuestionFilter{Limit: 1, Offset: 1})
		ok(t, err)
		wantEqual(t, "a page", subjects(page)+fmt.Sprint(" of ", total), "3 of 4")

		decision := legacy.Decision{Subject: oldKey(2).String(), About: legacy.AboutBinding, Choice: legacy.Binds, Fingerprint: "f", By: "u-1", At: noon, Note: "so"}
		ok(t, s.Decide(t.Context(), decision))
		open := legacy.QuestionFilter{Departments: []string{"66"}, Open: true}
		wantEqual(t, "open ones", find(open), "4 1")
		wantEqual(t, "decided", *got(s.Question(t.Context(), decision.Subject))(t).Decision, decision)
		previous, next, err := s.Beside(t.Context(), open, asked(2, legacy.Binding, "66/2", "B"))
		ok(t, err)
		wantEqual(t, "beside", previous+" | "+next, pair.Subject+" | "+oldKey(1).String())
		wantEqual(t, "counts", got(s.Counts(t.Context()))(t), []legacy.Count{
			{Department: "66", Kind: legacy.Identical, All: 1, Open: 1}, {Department: "66", Kind: legacy.Unseen, All: 1, Open: 1},
			{Department: "66/2", Kind: legacy.Binding, All: 1}, {Department: "667", Kind: legacy.Binding, All: 1, Open: 1},
		})
		again := asked(2, legacy.Binding, "66/2", "B")
		again.Fingerprint = "changed"
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(2), Run: "r2"}}, []legacy.Question{again}))
		wantEqual(t, "asked again", find(open), "4 2 1")
		decision.Fingerprint, decision.Choice = "changed", legacy.BindsNot
		ok(t, s.Decide(t.Context(), decision))
		wantEqual(t, "decisions", got(s.Decisions(t.Context()))(t), []legacy.Decision{decision})
		public := legacy.Decision{Subject: decision.Subject, About: legacy.AboutReaders, Choice: legacy.Publish, Fingerprint: "changed", At: noon}
		ok(t, s.Decide(t.Context(), public))
		wantEqual(t, "two answers", got(s.Decisions(t.Context()))(t), []legacy.Decision{public, decision})
		wantEqual(t, "the one asked for", got(s.Question(t.Context(), decision.Subject))(t).Decision.Choice, legacy.BindsNot)
		ok(t, s.Withdraw(t.Context(), decision.Subject, legacy.AboutBinding))
		wantEqual(t, "withdrawn", find(open), "4 2 1")
	})
}

func TestLegacyPairsOfTwoDepartmentsAreInBoth(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		pair := asked(1, legacy.Contradicting, "66", "B")
		pair.Second, pair.Subject, pair.Other = oldKey(2), legacy.PairSubject(oldKey(1), oldKey(2)), "11/2"
		pair.Differences = []legacy.Difference{{First: "a", Second: "b", Why: "zahl"}}
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(1), Run: "r1"}, {Key: oldKey(2), Run: "r1"}, {Key: oldKey(3), Run: "r1"}, {Key: oldKey(4), Run: "r1"}}, []legacy.Question{
			asked(3, legacy.Contradicting, "11/2", "A"), asked(4, legacy.Contradicting, "", "C"),
		}))
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r1"}, []legacy.Question{pair}, true))
		find := func(departments ...string) string {
			list, total, err := s.Questions(t.Context(), legacy.QuestionFilter{Departments: departments, Open: true, Limit: 9})
			ok(t, err)
			wantEqual(t, "total", total, len(list))
			return subjects(list)
		}
		wantEqual(t, "round trip", got(s.Question(t.Context(), pair.Subject))(t), pair)
		wantEqual(t, "in the first", find("66"), "1")
		wantEqual(t, "in the second", find("11"), "3 1")
		wantEqual(t, "in both once", find("11", "66"), "3 1")
		wantEqual(t, "in none", find(""), "4")
		previous, _, err := s.Beside(t.Context(), legacy.QuestionFilter{Departments: []string{"11/2"}, Open: true}, pair)
		ok(t, err)
		wantEqual(t, "beside", previous, oldKey(3).String())
		ok(t, s.Decide(t.Context(), legacy.Decision{Subject: pair.Subject, About: legacy.AboutPair, Choice: legacy.Both, Fingerprint: "f", At: noon}))
		wantEqual(t, "counts", got(s.Counts(t.Context()))(t), []legacy.Count{
			{Department: "", Kind: legacy.Contradicting, All: 1, Open: 1}, {Department: "11/2", Kind: legacy.Contradicting, All: 1, Open: 1},
			{Department: "11/2", Other: "66", Kind: legacy.Contradicting, All: 1}, {Department: "66", Other: "11/2", Kind: legacy.Contradicting, All: 1},
		})
		list, _, err := s.Decided(t.Context(), legacy.QuestionFilter{Departments: []string{"11"}, Limit: 9})
		ok(t, err)
		wantEqual(t, "decided", subjects(list), "1")
	})
}

func TestLegacyTextsThatGoAreNotAskedAbout(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		pair := func(a, b int, kind legacy.Kind) legacy.Question {
			q := asked(a, kind, "66", "P")
			q.Second, q.Subject = oldKey(b), legacy.PairSubject(oldKey(a), oldKey(b))
			return q
		}
		var documents []legacy.Document
		for n := 1; n <= 4; n++ {
			documents = append(documents, legacy.Document{Key: oldKey(n), Run: "r1"})
		}
		ok(t, s.AddDocuments(t.Context(), documents, []legacy.Question{
			asked(1, legacy.Binding, "66", "A"), asked(2, legacy.Unseen, "66", "B"), asked(3, legacy.Restricted, "66", "C"), asked(4, legacy.Binding, "66", "D"),
		}))
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r1"}, []legacy.Question{pair(1, 2, legacy.Identical), pair(3, 4, legacy.Contradicting)}, true))
		open := legacy.QuestionFilter{Open: true, Kinds: []legacy.Kind{legacy.Restricted, legacy.Binding, legacy.Unseen}, Limit: 9}
		find := func() string {
			list, total, err := s.Questions(t.Context(), open)
			ok(t, err)
			wantEqual(t, "total", total, len(list))
			return subjects(list)
		}
		answer := func(q legacy.Question, choice legacy.Choice, fingerprint string) {
			ok(t, s.Decide(t.Context(), legacy.Decision{Subject: q.Subject, About: legacy.AboutPair, Choice: choice, Fingerprint: fingerprint, At: noon}))
		}
		wantEqual(t, "undecided", find(), "3 1 4 2")
		answer(pair(1, 2, legacy.Identical), legacy.Merge, "f")
		wantEqual(t, "merged into the first", find(), "3 1 4")
		wantEqual(t, "known of it", got(s.Question(t.Context(), oldKey(2).String()))(t).Lost, true)
		wantEqual(t, "known of the first", got(s.Question(t.Context(), oldKey(1).String()))(t).Lost, false)
		answer(pair(3, 4, legacy.Contradicting), legacy.Merge, "f") // from a file: which one stays only the run knows
		wantEqual(t, "contradicting ones merged", find(), "3 1 4")
		answer(pair(3, 4, legacy.Contradicting), legacy.Second, "f") // who may read it is asked all the same
		wantEqual(t, "the second stays", find(), "3 1 4")
		answer(pair(3, 4, legacy.Contradicting), legacy.First, "f")
		wantEqual(t, "the first stays", find(), "3 1")
		wantEqual(t, "counts", got(s.Counts(t.Context()))(t), []legacy.Count{
			{Department: "66", Kind: legacy.Restricted, All: 1, Open: 1}, {Department: "66", Kind: legacy.Identical, All: 1}, {Department: "66", Kind: legacy.Unseen, Lost: 1},
			{Department: "66", Kind: legacy.Binding, All: 1, Open: 1, Lost: 1}, {Department: "66", Kind: legacy.Contradicting, All: 1},
		})
		answer(pair(1, 2, legacy.Identical), legacy.Merge, "about earlier texts")
		wantEqual(t, "asked again about the pair", find(), "3 1 2")
		alike := pair(2, 3, legacy.Alike)
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r2"}, []legacy.Question{alike}, false))
		wantEqual(t, "alike", got(s.Question(t.Context(), alike.Subject))(t).Lost, false)
		answer(pair(1, 2, legacy.Identical), legacy.Merge, "f")
		wantEqual(t, "the first of the alike goes", got(s.Question(t.Context(), alike.Subject))(t).Lost, true)
		ok(t, s.Withdraw(t.Context(), pair(1, 2, legacy.Identical).Subject, legacy.AboutPair))
		answer(pair(3, 4, legacy.Contradicting), legacy.Second, "f")
		wantEqual(t, "the second of the alike goes", got(s.Question(t.Context(), alike.Subject))(t).Lost, true)
		answer(alike, legacy.First, "f")
		wantEqual(t, "what is answered counts as that", got(s.Counts(t.Context()))(t)[0], legacy.Count{Department: "66", Kind: legacy.Alike, All: 1})
		wantEqual(t, "what is answered is no more lost", got(s.Question(t.Context(), alike.Subject))(t).Lost, false)
		wantEqual(t, "pairs of a document", subjects(got(s.PairsOf(t.Context(), oldKey(2)))(t)), "1 2")
		wantEqual(t, "pairs of none", len(got(s.PairsOf(t.Context(), oldKey(9)))(t)), 0)
	})
}

func TestLegacyPairsThatAreNoMoreGo(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		pair := func(a, b int, run string) legacy.Question {
			q := asked(a, legacy.Contradicting, "66", "P")
			q.Second, q.Subject, q.Run = oldKey(b), legacy.PairSubject(oldKey(a), oldKey(b)), run
			return q
		}
		documents := func(run string, numbers ...int) {
			for _, n := range numbers {
				ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(n), Run: run}}, nil))
			}
		}
		documents("r1", 1, 2, 3, 4)
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r1"}, []legacy.Question{pair(1, 2, "r1"), pair(3, 4, "r1")}, true))
		documents("r2", 1, 2, 3) // a delta: 4 is not in it
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r2"}, nil, false))
		if list, _, err := s.Questions(t.Context(), legacy.QuestionFilter{Limit: 10}); err != nil || len(list) != 2 {
			t.Errorf("after a run that compared nothing: %v, %v", list, err)
		}
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r2"}, nil, true))
		list, _, err := s.Questions(t.Context(), legacy.QuestionFilter{Limit: 9})
		ok(t, err)
		wantEqual(t, "left", subjects(list), "3")
	})
}

func TestLegacyAnswersAreListedNewestFirst(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		pair := asked(4, legacy.Contradicting, "66", "Zaun")
		pair.Second, pair.Subject = oldKey(5), legacy.PairSubject(oldKey(4), oldKey(5))
		pair.Differences = []legacy.Difference{{First: "a", Second: "b", Why: "zahl"}}
		var documents []legacy.Document
		for n := 1; n <= 5; n++ {
			documents = append(documents, legacy.Document{Key: oldKey(n), Run: "r1", Position: n, Title: fmt.Sprint("D", n), Department: "66/2", Fingerprint: "f"})
		}
		ok(t, s.AddDocuments(t.Context(), documents, []legacy.Question{asked(1, legacy.Unseen, "66", "A"), asked(2, legacy.Binding, "66/2", "B"), asked(3, legacy.Binding, "667", "C")}))
		ok(t, s.EndRun(t.Context(), legacy.Run{ID: "r1"}, []legacy.Question{pair}, true))
		minute := 0
		decide := func(subject string, about legacy.About, choice legacy.Choice) legacy.Decision {
			t.Helper()
			minute++
			d := legacy.Decision{Subject: subject, About: about, Choice: choice, Fingerprint: "f", By: "u-1", At: noon.Add(time.Duration(minute) * time.Minute), Note: "so"}
			ok(t, s.Decide(t.Context(), d))
			return d
		}
		inspected := decide(oldKey(1).String(), legacy.AboutInspection, legacy.Fine)
		published := decide(oldKey(2).String(), legacy.AboutReaders, legacy.Publish) // asked no more: it is a standard now
		binds := decide(oldKey(2).String(), legacy.AboutBinding, legacy.Binds)
		elsewhere := decide(oldKey(3).String(), legacy.AboutBinding, legacy.BindsNot)
		counts := decide(pair.Subject, legacy.AboutPair, legacy.First)
		decide(legacy.PairSubject(oldKey(1), oldKey(2)), legacy.AboutPair, legacy.Both) // of a pair no run found
		decide("C125/gibtesnicht", legacy.AboutReaders, legacy.Publish)                 // from a file, about what no run brought

		find := func(f legacy.QuestionFilter) []legacy.Question {
			f.Limit = 9
			list, total, err := s.Decided(t.Context(), f)
			ok(t, err)
			wantEqual(t, "total", total, len(list))
			return list
		}
		answers := func(list []legacy.Question) (out []legacy.Decision) {
			for _, q := range list {
				out = append(out, *q.Decision)
			}
			return out
		}
		wantEqual(t, "all", answers(find(legacy.QuestionFilter{})), []legacy.Decision{counts, elsewhere, binds, published, inspected})
		wantEqual(t, "of a department and its units", answers(find(legacy.QuestionFilter{Departments: []string{"66"}})), []legacy.Decision{counts, binds, published, inspected})
		wantEqual(t, "nowhere", len(find(legacy.QuestionFilter{Departments: []string{}})), 0)
		wantEqual(t, "of a kind", answers(find(legacy.QuestionFilter{Kinds: []legacy.Kind{legacy.Restricted}})), []legacy.Decision{published})
		pair.Decision = &counts
		wantEqual(t, "the pair", got(s.Answer(t.Context(), pair.Subject, legacy.AboutPair))(t), pair)
		wantEqual(t, "asked no more", got(s.Answer(t.Context(), published.Subject, legacy.AboutReaders))(t), legacy.Question{
			Subject: published.Subject, Kind: legacy.Restricted, Department: "66/2", Title: "D2", Fingerprint: "f", Run: "r1", First: oldKey(2), Decision: &published, Past: true,
		})
		page, total, err := s.Decided(t.Context(), legacy.QuestionFilter{Limit: 1, Offset: 1})
		ok(t, err)
		wantEqual(t, "a page", answers(page), []legacy.Decision{elsewhere})
		wantEqual(t, "of", total, 5)
		_, err = s.Answer(t.Context(), oldKey(1).String(), legacy.AboutReaders)
		wantFault(t, err, fault.NotFound, "legacy.question-unknown")
	})
}

func TestARedactionReachesWhatOldSystemsSaid(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		q := asked(1, legacy.Binding, "66", "Frau Krause prüft")
		q.Differences = []legacy.Difference{{First: "Krause", Second: "Meier"}}
		d := legacy.Document{Key: oldKey(1), Article: "altpumpe22", Title: "Frau Krause prüft", Visible: "Es prüft Krause.", Evidence: []string{"Krause muss"}, Notes: []string{"Krause"}}
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{d, {Key: oldKey(2), Visible: "Krause"}, {Key: oldKey(3), VersionOf: "altpumpe22", Visible: "Krause prüft"}}, []legacy.Question{q}))
		ok(t, s.Decide(t.Context(), legacy.Decision{Subject: q.Subject, About: legacy.AboutBinding, Choice: legacy.Binds, At: noon, Note: "Krause sagt es"}))
		ok(t, s.RedactRows(t.Context(), content.RowRedaction{Article: "altpumpe22", Text: func(text string) string { return strings.ReplaceAll(text, "Krause", "█") }}))
		after := got(s.Document(t.Context(), d.Key))(t)
		wantEqual(t, "document", after.Title+after.Visible+after.Evidence[0]+after.Notes[0], "Frau █ prüftEs prüft █.█ muss█")
		question := got(s.Question(t.Context(), q.Subject))(t)
		wantEqual(t, "question", question.Title+question.Differences[0].First, "Frau █ prüft█")
		wantEqual(t, "a conflict of it", got(s.Document(t.Context(), oldKey(3)))(t).Visible, "█ prüft")
		wantEqual(t, "note", question.Decision.Note, "█ sagt es")
		wantEqual(t, "of another text", got(s.Document(t.Context(), oldKey(2)))(t).Visible, "Krause")
	})
}

func TestQuestionsThatQuoteWhatIsWithheldNowGo(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		pair := asked(1, legacy.Contradicting, "66", "Paar")
		pair.Subject, pair.Second = legacy.PairSubject(oldKey(1), oldKey(2)), oldKey(2)
		other := asked(3, legacy.Contradicting, "66", "Anderes Paar")
		other.Subject, other.Second = legacy.PairSubject(oldKey(3), oldKey(4)), oldKey(4)
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(1)}, {Key: oldKey(2)}, {Key: oldKey(3)}, {Key: oldKey(4)}}, []legacy.Question{pair, other}))
		ok(t, s.AddDocuments(t.Context(), []legacy.Document{{Key: oldKey(2), Status: "quarantined"}, {Key: oldKey(3), Status: "unchanged"}}, nil))
		list, total, err := s.Questions(t.Context(), legacy.QuestionFilter{Limit: 5})
		ok(t, err)
		wantEqual(t, "left", subjects(list), "3")
		wantEqual(t, "total", total, 1)
	})
}
