package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/store"
)

// article returns an article everybody may see, with its id as title and path.
func article(id content.ID, changes ...func(*content.Article)) content.Article {
	a := content.Article{Path: string(id) + "/index.md", Revision: content.RevisionID("r-" + id), ETag: "e-" + string(id), ChangedAt: noon}
	a.ID, a.Title, a.Kind = id, string(id), content.KindArticle
	for _, change := range changes {
		change(&a)
	}
	return a
}

func titled(id content.ID, title string) content.Article {
	return article(id, func(a *content.Article) { a.Title = title })
}

// keep stores articles as one step of the ledger.
func keep(t *testing.T, s *store.Store, articles ...content.Article) {
	t.Helper()
	from := got(s.LedgerHead(t.Context()))(t)
	ok(t, s.Append(t.Context(), content.Projection{From: from, Head: from + "+", Articles: articles}))
}

func titles(articles []content.Article) []string {
	out := make([]string, len(articles))
	for i, a := range articles {
		out[i] = a.Title
	}
	return out
}

func idsOf(articles []content.Article) []content.ID {
	out := make([]content.ID, len(articles))
	for i, a := range articles {
		out[i] = a.ID
	}
	return out
}

// pages follows the cursors to the end and returns every page.
func pages(t *testing.T, s *store.Store, f content.ArticleFilter) [][]content.Article {
	t.Helper()
	var out [][]content.Article
	for range 100 {
		page := got(s.Articles(t.Context(), f))(t)
		out = append(out, page.Articles)
		if f.Cursor = page.Next; f.Cursor == "" {
			return out
		}
	}
	t.Fatal("the cursors do not come to an end")
	return nil
}

func TestArticleRoundTrip(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		want := filled[content.Article]()
		want.Origin.UNID, want.Origin.ReplicaID = "0A1B", "C1257"
		want.Successors = []content.Succession{{ID: want.ReplacedBy}} // derived, here from what it says itself
		keep(t, s, want)
		wantEqual(t, "by id", got(s.Article(t.Context(), want.ID))(t), want)
		wantEqual(t, "by path", got(s.ArticleByPath(t.Context(), want.Path))(t), want)
		wantEqual(t, "by origin", got(s.ArticlesByOrigin(t.Context(), want.Origin.ReplicaID, want.Origin.UNID))(t), []content.Article{want})
		wantEqual(t, "in a list", got(s.Articles(t.Context(), content.ArticleFilter{Any: true}))(t), content.ArticlePage{Articles: []content.Article{want}, Total: 1})
		for a, err := range s.AllArticles(t.Context()) {
			ok(t, err)
			wantEqual(t, "in the stream", a, want)
		}
	})
}

func TestArticleTimesAreUTCWithMicroseconds(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		a := article("a")
		a.ChangedAt = time.Date(2026, 7, 1, 1, 2, 3, 4_567_890, time.FixedZone("MESZ", 7200))
		keep(t, s, a, article("b", func(a *content.Article) { a.ChangedAt = time.Time{} }))
		wantEqual(t, "time", got(s.Article(t.Context(), "a"))(t).ChangedAt, time.Date(2026, 6, 30, 23, 2, 3, 4_567_000, time.UTC))
		if at := got(s.Article(t.Context(), "b"))(t).ChangedAt; !at.IsZero() {
			t.Errorf("a missing time came back as %v", at)
		}
	})
}

func TestMissingArticlesAreNotFound(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		keep(t, s, article("a"))
		for _, unknown := range []string{"", "A", "b", "a%", "a\x00", "a' OR '1'='1"} {
			_, err := s.Article(t.Context(), content.ID(unknown))
			wantFault(t, err, fault.NotFound, "content.article-missing")
			_, err = s.ArticleByPath(t.Context(), unknown)
			wantFault(t, err, fault.NotFound, "content.article-missing")
			_, err = s.ResolveTitle(t.Context(), unknown)
			if unknown != "a" {
				wantFault(t, err, fault.NotFound, "content.article-missing")
			}
		}
	})
}

func TestAwkwardTextsComeBackAsTheyWere(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for name, text := range awkward() {
			a := article("a", func(a *content.Article) {
				a.Title, a.Summary, a.Path, a.Topics = text, text, text+".md", []string{text}
			})
			keep(t, s, a)
			wantEqual(t, name, got(s.Article(t.Context(), "a"))(t), a)
			wantEqual(t, name+" by path", got(s.ArticleByPath(t.Context(), text+".md"))(t).ID, a.ID)
			wantEqual(t, name+" by topic", got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Topic: text, IDs: []content.ID{"a"}}))(t).Total, 1)
		}
	})
}

func TestTextsNoDatabaseHoldsDoNotStopTheProjection(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		for name, text := range notStorable() {
			revision := content.Revision{ID: content.RevisionID("r-" + name), Article: "a", Message: text, Author: text}
			from := got(s.LedgerHead(t.Context()))(t)
			err := s.Append(t.Context(), content.Projection{
				From: from, Head: from + "+", Revisions: []content.Revision{revision},
				Articles: []content.Article{article("a", func(a *content.Article) { a.Path, a.Title = text, text })},
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			wantEqual(t, name+": found by the path it was stored with", got(s.ArticleByPath(t.Context(), text))(t).ID, content.ID("a"))
		}
	})
}

func TestArticlesByOrigin(t *testing.T) {
	from := func(id content.ID, replica, unid string) content.Article {
		return article(id, func(a *content.Article) { a.Origin = content.Origin{UNID: unid, ReplicaID: replica} })
	}
	eachStore(t, func(t *testing.T, s *store.Store) {
		keep(t, s, from("a", "R1", "U1"), from("b", "R2", "U1"), from("c", "R1", "U2"), article("d"))
		for _, c := range []struct {
			replica, unid string
			want          []content.ID
		}{
			{"", "U1", []content.ID{"a", "b"}},
			{"R2", "U1", []content.ID{"b"}},
			{"r2", "u1", []content.ID{"b"}},
			{"R2", "U2", []content.ID{}},
			{"", "", []content.ID{}},
			{"R1", "", []content.ID{}},
		} {
			found := got(s.ArticlesByOrigin(t.Context(), c.replica, c.unid))(t)
			wantEqual(t, fmt.Sprintf("replica %q unid %q", c.replica, c.unid), idsOf(found), c.want)
		}
	})
}

func TestTitlesResolveInLowerCaseAndDoNotWander(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		keep(t, s, titled("b", "Öffentliche ÄMTER"), titled("a", "Öffentliche Ämter"), titled("c", "Straße"))
		wantEqual(t, "of two", got(s.ResolveTitle(t.Context(), "öffentliche ämter"))(t), content.ID("a"))
		wantEqual(t, "straße", got(s.ResolveTitle(t.Context(), "straße"))(t), content.ID("c"))
		keep(t, s, titled("c", "Weg"))
		_, err := s.ResolveTitle(t.Context(), "straße")
		wantFault(t, err, fault.NotFound, "")
	})
}

func TestListsAreFiltered(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		keep(t, s,
			article("a", func(a *content.Article) {
				a.Department, a.Topics, a.ChangedBy, a.Due = "66", []string{"Straßen", "Bau"}, "u-1", "2026-01-01"
			}),
			article("b", func(a *content.Article) {
				a.Department, a.Kind, a.Binding, a.Due = "66/1", content.KindStandard, content.BindingYes, "2026-02-01"
			}),
			article("c", func(a *content.Article) {
				a.Department, a.Kind, a.Binding = "6", content.KindStandard, content.BindingNo
			}),
			article("d", func(a *content.Article) { a.Department, a.Topics = "660", []string{"Bau", "Bau"} }),
			article("e", func(a *content.Article) { a.Department = "AöR/1" }),
			article("f", func(a *content.Article) { a.Department = "aör/2" }),
		)
		for name, c := range map[string]struct {
			filter content.ArticleFilter
			want   []content.ID
		}{
			"nothing":              {content.ArticleFilter{}, []content.ID{"a", "b", "c", "d", "e", "f"}},
			"one kind":             {content.ArticleFilter{Kinds: []content.Kind{content.KindStandard}}, []content.ID{"b", "c"}},
			"two kinds":            {content.ArticleFilter{Kinds: []content.Kind{content.KindStandard, content.KindArticle}}, []content.ID{"a", "b", "c", "d", "e", "f"}},
			"department and units": {content.ArticleFilter{Department: "66"}, []content.ID{"a", "b"}},
			"unit":                 {content.ArticleFilter{Department: "66/1"}, []content.ID{"b"}},
			"no pattern":           {content.ArticleFilter{Department: "6%"}, []content.ID{}},
			"case matters":         {content.ArticleFilter{Department: "AöR"}, []content.ID{"e"}},
			"topic":                {content.ArticleFilter{Topic: "Bau"}, []content.ID{"a", "d"}},
			"topic, exactly":       {content.ArticleFilter{Topic: "bau"}, []content.ID{}},
			"binding":              {content.ArticleFilter{Binding: content.BindingYes}, []content.ID{"b"}},
			"due before the day":   {content.ArticleFilter{DueBefore: "2026-02-01"}, []content.ID{"a"}},
			"due before the next":  {content.ArticleFilter{DueBefore: "2026-02-02"}, []content.ID{"a", "b"}},
			"ids":                  {content.ArticleFilter{IDs: []content.ID{"d", "a", "x", "a"}}, []content.ID{"a", "d"}},
			"no ids":               {content.ArticleFilter{IDs: []content.ID{}}, []content.ID{}},
			"changed by":           {content.ArticleFilter{ChangedBy: "u-1"}, []content.ID{"a"}},
			"all together":         {content.ArticleFilter{Department: "66", Topic: "Bau", ChangedBy: "u-1"}, []content.ID{"a"}},
		} {
			c.filter.Any = true
			page := got(s.Articles(t.Context(), c.filter))(t)
			wantEqual(t, name, idsOf(page.Articles), c.want)
			wantEqual(t, name+": total", page.Total, len(c.want))
		}
	})
}

func TestDepartmentFilterAgreesWithWithin(t *testing.T) {
	numbers := []string{"", "1", "11", "11/1", "11/10", "11/1/2", "111", "1/1", "11 /1", "11_1", "a", "A", "a/1", "A/1", "ä/1", "äö/1", "%/1"}
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all []content.Article
		for i, d := range numbers {
			all = append(all, article(content.ID(fmt.Sprintf("a%02d", i)), func(a *content.Article) { a.Department = d }))
		}
		keep(t, s, all...)
		for _, d := range numbers[1:] {
			var want []string
			for _, a := range all {
				if account.Within(a.Department, d) {
					want = append(want, a.Title)
				}
			}
			wantEqual(t, "within "+d, titles(got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Department: d}))(t).Articles), want)
		}
	})
}

func TestTitlesSortAsGermansExpect(t *testing.T) {
	want := []string{"Abfall", "Äcker", "Amt", "amt 2", "Amt 10", "Ofen", "Öffnungszeiten", "Straße", "Strassenbau", "Übergabe", "Zeugnis"}
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all []content.Article
		for i, title := range want {
			all = append(all, titled(content.ID(fmt.Sprintf("%c", 'z'-i)), title))
		}
		keep(t, s, all...)
		wantEqual(t, "titles", titles(got(s.Articles(t.Context(), content.ArticleFilter{Any: true}))(t).Articles), want)
	})
}

func TestListsSortByChangeAndByDueDate(t *testing.T) {
	at := func(id content.ID, minutes int, due content.Date) content.Article {
		return article(id, func(a *content.Article) {
			a.ChangedAt, a.Due = noon.Add(time.Duration(minutes)*time.Minute), due
		})
	}
	eachStore(t, func(t *testing.T, s *store.Store) {
		keep(t, s, at("a", 2, "2027-01-01"), at("b", 10, ""), at("c", 1, "2026-12-31"), at("d", 2, "2026-12-31"))
		changed := got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Sort: content.SortChanged}))(t)
		wantEqual(t, "newest first", idsOf(changed.Articles), []content.ID{"b", "d", "a", "c"})
		due := got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Sort: content.SortDue}))(t)
		wantEqual(t, "oldest due date first", idsOf(due.Articles), []content.ID{"c", "d", "a"})
		wantEqual(t, "what is never due is not counted", due.Total, 3)
	})
}

func TestPagesHoldEveryArticleOnceInOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all []content.Article
		for i := range 23 {
			all = append(all, article(content.ID(fmt.Sprintf("a%02d", i)), func(a *content.Article) {
				a.Title = fmt.Sprintf("Titel %d", i/3) // many alike
				a.ChangedAt, a.Due = noon.Add(time.Duration(i/4)*time.Second), content.Date(fmt.Sprintf("2026-01-%02d", 1+i/5))
			}))
		}
		keep(t, s, all...)
		for _, sort := range []content.ArticleSort{content.SortTitle, content.SortChanged, content.SortDue} {
			whole := got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Sort: sort}))(t)
			if whole.Next != "" || len(whole.Articles) != len(all) {
				t.Fatalf("%s: %d articles, next %q", sort, len(whole.Articles), whole.Next)
			}
			for _, limit := range []int{1, 5, 22, 23} {
				cut := pages(t, s, content.ArticleFilter{Any: true, Sort: sort, Limit: limit})
				wantEqual(t, fmt.Sprintf("%s by %d", sort, limit), idsOf(slices.Concat(cut...)), idsOf(whole.Articles))
				wantEqual(t, "number of pages", len(cut), (len(all)+limit-1)/limit)
			}
		}
	})
}

func TestPagesStayTrueWhileArticlesComeAndGo(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		keep(t, s, article("b"), article("d"), article("f"), article("h"))
		first := got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Limit: 2}))(t)
		head := got(s.LedgerHead(t.Context()))(t)
		ok(t, s.Append(t.Context(), content.Projection{
			From: head, Head: "next", Removed: []content.ID{"d"}, Articles: []content.Article{article("a"), article("e")},
		}))
		second := got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Limit: 2, Cursor: first.Next}))(t)
		wantEqual(t, "after d", idsOf(second.Articles), []content.ID{"e", "f"})
	})
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		keep(t, s, article("a"), article("b"))
		cursor := got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Limit: 1}))(t).Next
		flip := "A"
		if cursor[len(cursor)-2:len(cursor)-1] == flip {
			flip = "B"
		}
		for name, f := range map[string]content.ArticleFilter{
			"not base64": {Cursor: "§$%"},
			"too short":  {Cursor: "AAAA"},
			"changed":    {Cursor: cursor[:len(cursor)-2] + flip + cursor[len(cursor)-1:]},
			"truncated":  {Cursor: cursor[:len(cursor)-4]},
			"other sort": {Cursor: cursor, Sort: content.SortChanged},
			"NUL":        {Cursor: "\x00"},
		} {
			f.Any = true
			_, err := s.Articles(t.Context(), f)
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v, want Invalid", name, err)
			}
			wantFault(t, err, fault.Invalid, "store.bad-cursor")
		}
	})
}

func TestCursorOfAnotherDatabaseIsRefused(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		other := open(t, t.TempDir()+"/other.db")
		keep(t, s, article("a"), article("b"))
		keep(t, other, article("a"), article("b"))
		cursor := got(other.Articles(t.Context(), content.ArticleFilter{Any: true, Limit: 1}))(t).Next
		_, err := s.Articles(t.Context(), content.ArticleFilter{Any: true, Cursor: cursor})
		wantFault(t, err, fault.Invalid, "store.bad-cursor")
	})
}

func TestPagesAreNeverLongerThanTheLimit(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var all []content.Article
		for i := range 501 {
			all = append(all, article(content.ID(fmt.Sprintf("a%03d", i))))
		}
		keep(t, s, all...)
		for _, limit := range []int{0, -1, 501, 1 << 40} {
			page := got(s.Articles(t.Context(), content.ArticleFilter{Any: true, Limit: limit}))(t)
			if len(page.Articles) != 500 || page.Total != 501 || page.Next == "" {
				t.Errorf("limit %d: %d of %d, next %q", limit, len(page.Articles), page.Total, page.Next)
			}
		}
		var streamed []content.ID
		for a, err := range s.AllArticles(t.Context()) {
			ok(t, err)
			streamed = append(streamed, a.ID)
		}
		wantEqual(t, "the stream has all in the order of ids", streamed, idsOf(all))
	})
}

func TestStreamEndsWhenAskedTo(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		keep(t, s, article("a"), article("b"))
		n := 0
		for range s.AllArticles(t.Context()) {
			n++
			break
		}
		wantEqual(t, "articles seen", n, 1)
		n = 0
		for _, err := range s.AllArticles(cancelled(t)) {
			if n++; err == nil {
				t.Error("a stream that was called off yields an error")
			}
		}
		wantEqual(t, "ends after the error", n, 1)
	})
}
