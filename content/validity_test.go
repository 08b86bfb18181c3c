package content_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// textID is the id of the nth text of a test.
func textID(n int) content.ID { return content.ID(strings.Repeat("a", 9) + string(rune('a'+n))) }

// placed puts a standard of FB 66 into the library; more are lines of its head.
func placed(s *servertest.Server, n int, more ...string) content.ID {
	id := textID(n)
	s.Place(fmt.Sprintf("standards/t/%d/index.md", n), fmt.Sprintf(
		"---\nid: %s\nart: standard\ntitel: Regel %d\nbereich: \"66\"\n%s\n---\n\nSchneeschieber.\n", id, n, strings.Join(more, "\n")))
	return id
}

func day(n int) content.Date { return content.Date("2026-11-01").AddDays(n) }

func TestAddingMonthsStaysInTheMonth(t *testing.T) {
	for start, want := range map[content.Date]content.Date{
		"2026-01-31": "2026-02-28", "2024-01-31": "2024-02-29", "2026-11-30": "2026-12-30", "2026-12-31": "2027-01-31", "": "", "2026-02-30": "",
	} {
		equal(t, string(start), start.AddMonths(1), want)
	}
	equal(t, "two years", content.Date("2026-11-24").AddMonths(24), "2028-11-24")
}

func TestReplacementWorksFromEitherSideOnTheDayItBegins(t *testing.T) {
	for name, states := range map[string][2]string{
		"the new text says so": {"kurz: x", "ersetzt: [aaaaaaaaaa]\ngueltig_ab: 2026-12-01"},
		"the old text says so": {"ersetzt_durch: aaaaaaaaab", "gueltig_ab: 2026-12-01"},
	} {
		t.Run(name, func(t *testing.T) {
			s := servertest.New(t)
			placed(s, 0, states[0])
			placed(s, 1, states[1])
			s.Indexed()
			head := s.Repository.Head()
			check := func(old, fresh content.Status) {
				t.Helper()
				reader := s.Actor("leserin")
				v := do(s.Library.Read(t.Context(), reader, textID(0), ""))(t)
				equal(t, "page of the old", v.Status, old)
				equal(t, "page of the new", do(s.Library.Read(t.Context(), reader, textID(1), ""))(t).Status, fresh)
				equal(t, "successor shown", v.Successor != nil, old == content.StatusSuperseded)
				equal(t, "announced", v.Coming != nil, old == content.StatusValid)
				found := do(s.Library.Search(t.Context(), reader, content.Query{Text: "Schneeschieber", InForce: true}))(t)
				listed := do(s.Library.List(t.Context(), reader, content.ArticleFilter{InForceOn: s.Library.Today()}))(t)
				want := textID(0)
				if old == content.StatusSuperseded {
					want = textID(1)
				}
				if len(found.Hits) != 1 || found.Hits[0].ID != want || len(listed.Articles) != 1 || listed.Articles[0].ID != want {
					t.Errorf("in force: found %+v, listed %+v, want %s", found.Hits, listed.Articles, want)
				}
				for _, h := range do(s.Library.Search(t.Context(), reader, content.Query{Text: "Schneeschieber"}))(t).Hits {
					a := do(s.Library.Article(t.Context(), reader, h.ID))(t)
					equal(t, "hit and list", content.StatusOfHit(h, s.Library.Today()), a.StatusOn(s.Library.Today()))
				}
			}
			check(content.StatusValid, content.StatusFuture)
			s.Advance(time.Date(2026, 11, 30, 22, 59, 0, 0, time.UTC).Sub(s.Now()))
			check(content.StatusValid, content.StatusFuture)
			s.Advance(time.Minute) // midnight in Berlin
			check(content.StatusSuperseded, content.StatusValid)
			equal(t, "nothing was written for it", s.Repository.Head(), head)
		})
	}
}

func TestOldTextIsIndexedAgainWhenTheNewOneChangesItsMind(t *testing.T) {
	s := servertest.New(t)
	placed(s, 0)
	inForce := func() int {
		s.Indexed()
		return do(s.Library.Search(t.Context(), s.Actor("leserin"), content.Query{Text: "Schneeschieber", InForce: true}))(t).Total
	}
	equal(t, "alone", inForce(), 1)
	placed(s, 1, "ersetzt: [aaaaaaaaaa]")
	equal(t, "replaced at once", inForce(), 1)
	placed(s, 1, "ersetzt: [aaaaaaaaaa]", "gueltig_ab: 2027-01-01")
	equal(t, "the old one until then", inForce(), 1)
	placed(s, 1, "gueltig_ab: 2026-01-01")
	equal(t, "both", inForce(), 2)
}

// TestStatusIsThatOfASimpleModel compares pages, lists and index with the rule
// as one would say it, for random texts on every day.
func TestStatusIsThatOfASimpleModel(t *testing.T) {
	s := servertest.New(t)
	random := rand.New(rand.NewPCG(7, 3))
	type text struct {
		from, until, due content.Date
		replaces         []int
	}
	var texts []text
	taken := map[int]bool{}
	maybe := func(in int) content.Date {
		if random.IntN(3) == 0 {
			return ""
		}
		return day(random.IntN(in))
	}
	for n := range 16 {
		x := text{from: maybe(30), until: maybe(40), due: day(random.IntN(60))}
		if x.until != "" && x.until < x.from {
			x.until = ""
		}
		var head []string
		if older := random.IntN(n + 1); older < n && !taken[older] {
			taken[older], x.replaces = true, []int{older}
			head = append(head, "ersetzt: ["+string(textID(older))+"]")
		}
		for key, d := range map[string]content.Date{"gueltig_ab": x.from, "gueltig_bis": x.until, "naechste_pruefung": x.due} {
			if d != "" {
				head = append(head, key+": "+string(d))
			}
		}
		placed(s, n, head...)
		texts = append(texts, x)
	}
	model := func(n int, on content.Date) content.Status {
		for _, other := range texts {
			if slices.Contains(other.replaces, n) && (other.from == "" || other.from <= on) {
				return content.StatusSuperseded
			}
		}
		x := texts[n]
		switch {
		case x.until != "" && on > x.until:
			return content.StatusExpired
		case x.from != "" && on < x.from:
			return content.StatusFuture
		case on > x.due:
			return content.StatusReviewOverdue
		}
		return content.StatusValid
	}
	s.Indexed()
	reader := s.Actor("leserin")
	for d := -1; d < 45; d += 2 {
		on := day(d)
		var want []string
		for n := range texts {
			a := do(s.Library.Article(t.Context(), reader, textID(n)))(t)
			equal(t, fmt.Sprintf("text %d on %s", n, on), a.StatusOn(on), model(n, on))
			if model(n, on).InForce() {
				want = append(want, string(textID(n)))
			}
		}
		var listed, found []string
		for _, a := range do(s.Library.List(t.Context(), reader, content.ArticleFilter{InForceOn: on}))(t).Articles {
			listed = append(listed, string(a.ID))
		}
		for _, h := range do(s.Library.Search(t.Context(), reader, content.Query{Text: "Schneeschieber", InForce: true, On: on, Limit: 100}))(t).Hits {
			found = append(found, string(h.ID))
		}
		slices.Sort(listed)
		slices.Sort(found)
		equal(t, "listed on "+string(on), strings.Join(listed, " "), strings.Join(want, " "))
		equal(t, "found on "+string(on), strings.Join(found, " "), strings.Join(want, " "))
	}
}

func TestRelationsThatCannotBeAreRefusedAtTheirField(t *testing.T) {
	s := servertest.New(t)
	expert := s.Actor("expertin")
	write := func(title string, meta map[string]any) (content.Article, error) {
		e := article(title, "x")
		e.Meta = meta
		return s.Library.Create(t.Context(), expert, e)
	}
	must := func(title string, meta map[string]any) content.Article { return do(write(title, meta))(t) }
	a := must("Alt", nil)
	b := must("Neu", map[string]any{"ersetzt": []string{"alt"}}) // titles in any case
	equal(t, "the title became an id", b.Replaces[0], a.ID)
	twin := must("Zwilling", nil)
	must("Zwilling", nil)
	other := must("Fremd", nil)
	secret := s.Write("personalerin", content.Edit{Title: "Geheim", Department: "11", Body: "x", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"11"}}}})
	foreign := s.Write("personalerin", content.Edit{Title: "Urlaub", Department: "11", Body: "x"})
	standard := placed(s, 0)
	amending := must("Änderung", map[string]any{"aendert": []any{string(b.ID)}})
	head := s.Repository.Head()
	for name, c := range map[string]struct {
		of    content.Article
		meta  map[string]any
		key   string
		field string
		kind  fault.Kind
	}{
		"itself":                        {a, map[string]any{"ersetzt": []string{string(a.ID)}}, "content.replaces-itself", "id", fault.Invalid},
		"a circle":                      {a, map[string]any{"ersetzt": []string{"Neu"}}, "content.replacement-cycle", "meta.ersetzt", fault.Invalid},
		"a circle through an amendment": {a, map[string]any{"ersetzt": []string{"Änderung"}}, "content.replacement-cycle", "meta.ersetzt", fault.Invalid},
		"a circle from the other side":  {amending, map[string]any{"ersetzt_durch": string(a.ID)}, "content.replacement-cycle", "meta.ersetzt_durch", fault.Invalid},
		"a second successor":            {other, map[string]any{"ersetzt": []string{string(a.ID)}}, "validity.second-successor", "meta.ersetzt", fault.Conflict},
		"a second, the old one says":    {a, map[string]any{"ersetzt_durch": string(other.ID)}, "validity.second-successor", "meta.ersetzt_durch", fault.Conflict},
		"an unknown title":              {other, map[string]any{"aendert": []string{"Gibt es nicht"}}, "validity.unknown-text", "meta.aendert", fault.Invalid},
		"an unknown id":                 {other, map[string]any{"ersetzt_durch": "zzzzzzzzzz"}, "content.replacement-unknown", "meta.ersetzt_durch", fault.Invalid},
		"a title of two":                {other, map[string]any{"ersetzt": []string{"Zwilling"}}, "validity.ambiguous-text", "meta.ersetzt", fault.Invalid},
		"a hidden text by title":        {other, map[string]any{"ersetzt": []string{"Geheim"}}, "validity.unknown-text", "meta.ersetzt", fault.Invalid},
		"a hidden text by id":           {other, map[string]any{"ersetzt": []string{string(secret.ID)}}, "content.replacement-unknown", "meta.ersetzt", fault.Invalid},
		"a text of others":              {other, map[string]any{"ersetzt": []string{string(foreign.ID)}}, "validity.not-yours", "meta.ersetzt", fault.Forbidden},
		"a standard":                    {other, map[string]any{"ersetzt": []string{string(standard)}}, "validity.standard-by-standard", "meta.ersetzt", fault.Invalid},
		"two successors of one":         {other, map[string]any{"ersetzt_durch": []string{string(twin.ID), string(b.ID)}}, "validity.one-successor", "meta.ersetzt_durch", fault.Invalid},
	} {
		_, err := s.Library.Save(t.Context(), expert, c.of.ID, c.of.ETag, content.Edit{Body: "x", Meta: c.meta})
		f, ok := fault.Of(err)
		if !ok || f.Kind != c.kind || f.Key != c.key || f.Field != c.field {
			t.Errorf("%s: %v at %q", name, err, f.Field)
		}
	}
	equal(t, "nothing was written", s.Repository.Head(), head)
	// What it says already stays, and a successor that is replaced itself is in nobody's way.
	do(s.Library.Save(t.Context(), expert, b.ID, b.ETag, content.Edit{Body: "y", Meta: map[string]any{"ersetzt": []string{string(a.ID)}}}))(t)
	do(s.Library.Save(t.Context(), expert, other.ID, other.ETag, content.Edit{Body: "x", Meta: map[string]any{"ersetzt": []string{string(a.ID), string(b.ID)}}}))(t)
}

func TestPlacedAndApprovedTextsAreCheckedToo(t *testing.T) {
	s := servertest.New(t)
	placed(s, 0)
	placed(s, 1, "ersetzt: [aaaaaaaaaa]")
	place := func(n int, head string) error {
		_, _, err := s.Library.Place(t.Context(), s.Operator, content.Placement{Owner: "test", Author: "u-operatorxx", At: s.Now(), Message: "x",
			Source: []byte("---\nid: " + string(textID(n)) + "\nart: standard\ntitel: X\nbereich: \"66\"\n" + head + "\n---\n\nx\n")}, true)
		return err
	}
	refused(t, "circle", place(0, "ersetzt: [aaaaaaaaab]"), fault.Invalid)
	refused(t, "second successor", place(2, "ersetzt: [aaaaaaaaaa]"), fault.Conflict)
	if err := place(2, "ersetzt: [zzzzzzzzzz]"); err != nil {
		t.Errorf("what comes later in an import is refused: %v", err)
	}
	// Two proposals that are fine each, the second of which is not once the first applies.
	author := s.Actor("expertin")
	propose := func(n int) content.Proposal {
		a := do(s.Library.Article(t.Context(), author, placed(s, n)))(t)
		p := do(s.Library.Propose(t.Context(), author, a.ID, a.ETag, content.Edit{Body: "neu", Meta: map[string]any{"ersetzt": []string{"Regel 5"}}}))(t)
		return do(s.Library.Submit(t.Context(), author, p.ID, 0))(t)
	}
	placed(s, 5)
	first, second := propose(6), propose(7)
	reviewer := s.Actor("pruefer")
	do(s.Library.Approve(t.Context(), reviewer, first.ID, first.ContentHash, ""))(t)
	_, err := s.Library.Approve(t.Context(), reviewer, second.ID, second.ContentHash, "")
	refused(t, "approved second successor", err, fault.Conflict)
	equal(t, "it still waits", do(s.Library.Review(t.Context(), reviewer, second.ID))(t).Proposal.State, content.ProposalSubmitted)
}

// TestRandomRelationsNeverMakeACircleOrTwoSuccessors saves random relations and
// looks at the graph as a whole after each.
func TestRandomRelationsNeverMakeACircleOrTwoSuccessors(t *testing.T) {
	s := servertest.New(t)
	random := rand.New(rand.NewPCG(11, 5))
	expert := s.Actor("expertin")
	var ids []content.ID
	for n := range 7 {
		ids = append(ids, s.Write("expertin", article(fmt.Sprintf("Text %d", n), "x")).ID)
	}
	accepted, rejected := 0, 0
	for range 120 {
		id := ids[random.IntN(len(ids))]
		key := []string{"ersetzt", "ersetzt_durch", "aendert"}[random.IntN(3)]
		var value any = []string{string(ids[random.IntN(len(ids))])}
		if random.IntN(4) == 0 {
			value = nil
		}
		a := do(s.Library.Article(t.Context(), expert, id))(t)
		if _, err := s.Library.Save(t.Context(), expert, id, a.ETag, content.Edit{Body: "x", Meta: map[string]any{key: value}}); err != nil {
			if f, ok := fault.Of(err); !ok || f.Kind.Status() >= 500 {
				t.Fatal(err)
			}
			rejected++
			continue
		}
		accepted++
		relations := do(s.Store.Relations(t.Context(), ids))(t)
		older := map[content.ID][]content.ID{}
		for _, r := range relations {
			older[r.Newer] = append(older[r.Newer], r.Older)
		}
		var reaches func(from, to content.ID, depth int) bool
		reaches = func(from, to content.ID, depth int) bool {
			return depth < 10 && slices.ContainsFunc(older[from], func(next content.ID) bool { return next == to || reaches(next, to, depth+1) })
		}
		for _, id := range ids {
			if reaches(id, id, 0) {
				t.Fatalf("a circle through %s: %v", id, relations)
			}
		}
	}
	if accepted < 20 || rejected < 20 {
		t.Errorf("the test says little: %d accepted, %d rejected", accepted, rejected)
	}
}
