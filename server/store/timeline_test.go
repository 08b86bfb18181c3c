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

func TestRelationsAreThoseTheTextsStateNow(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		replaces := func(ids ...content.ID) func(*content.Article) { return func(a *content.Article) { a.Replaces = ids } }
		keep(t, s, article("a"), article("b", replaces("a", "a")), article("c", func(a *content.Article) { a.ReplacedBy, a.Amends = "d", []content.ID{"a"} }))
		r := func(newer, older content.ID, kind content.RelationKind, by content.ID) content.Relation {
			return content.Relation{Newer: newer, Older: older, Kind: kind, By: by}
		}
		wantEqual(t, "of a", got(s.Relations(t.Context(), []content.ID{"a"}))(t), []content.Relation{r("b", "a", content.Replacing, "b"), r("c", "a", content.Amending, "c")})
		wantEqual(t, "of c", got(s.Relations(t.Context(), []content.ID{"c"}))(t), []content.Relation{r("c", "a", content.Amending, "c"), r("d", "c", content.Replacing, "c")})
		wantEqual(t, "of nothing", len(got(s.Relations(t.Context(), nil))(t)), 0)
		keep(t, s, article("b", replaces("c")))
		wantEqual(t, "after a change", got(s.Relations(t.Context(), []content.ID{"b"}))(t), []content.Relation{r("b", "c", content.Replacing, "b")})
		head := got(s.LedgerHead(t.Context()))(t)
		ok(t, s.Append(t.Context(), content.Projection{From: head, Head: head + "-", Removed: []content.ID{"c"}}))
		wantEqual(t, "of what is gone", got(s.Relations(t.Context(), []content.ID{"a", "c"}))(t), []content.Relation{r("b", "c", content.Replacing, "b")})
		ok(t, s.Replace(t.Context(), content.Projection{Head: "new"}))
		wantEqual(t, "after a rebuild of nothing", len(got(s.Relations(t.Context(), []content.ID{"a", "b", "c"}))(t)), 0)
	})
}

func TestSuccessorsCarryWhenTheyBegin(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		from := got(s.LedgerHead(t.Context()))(t)
		b := article("b", func(a *content.Article) { a.Replaces, a.ValidFrom = []content.ID{"a"}, "2027-01-01" })
		first := content.Revision{ID: "r-b", Article: "b", At: noon.Add(-time.Hour)}
		ok(t, s.Append(t.Context(), content.Projection{From: from, Head: "1", Revisions: []content.Revision{first, {ID: "r-b2", Article: "b", At: noon}},
			Articles: []content.Article{article("a", func(a *content.Article) { a.ReplacedBy = "gone" }), b}}))
		want := []content.Succession{{ID: "gone"}, {ID: "b", From: "2027-01-01", Released: noon.Add(-time.Hour)}}
		wantEqual(t, "by id", got(s.Article(t.Context(), "a"))(t).Successors, want)
		wantEqual(t, "in a list", got(s.Articles(t.Context(), content.ArticleFilter{Any: true}))(t).Articles[0].Successors, want)
		wantEqual(t, "of the newest", len(got(s.Article(t.Context(), "b"))(t).Successors), 0)
	})
}

func TestListsByValidityAndReview(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		change := func(f func(*content.Article)) func(*content.Article) { return f }
		keep(t, s,
			article("a", change(func(a *content.Article) { a.ValidFrom, a.ValidUntil, a.Number = "2026-01-01", "2026-12-31", "DA 10" })),
			article("b", change(func(a *content.Article) {
				a.Replaces, a.ValidFrom, a.Number, a.Reviewer = []content.ID{"a"}, "2026-07-01", "DA 2", "Bauhof"
			})),
			article("c", change(func(a *content.Article) { a.Amends, a.ReviewedOn = []content.ID{"b"}, "2026-01-01" })),
			article("d", change(func(a *content.Article) { a.Title, a.ReplacedBy = "Ärger", "gone" })),
		)
		for name, c := range map[string]struct {
			filter content.ArticleFilter
			want   string
		}{
			"before it begins":         {content.ArticleFilter{InForceOn: "2025-12-31"}, "[c]"},
			"the first day":            {content.ArticleFilter{InForceOn: "2026-01-01"}, "[a c]"},
			"before the successor":     {content.ArticleFilter{InForceOn: "2026-06-30"}, "[a c]"},
			"from the successor on":    {content.ArticleFilter{InForceOn: "2026-07-01"}, "[b c]"},
			"numbers as people count":  {content.ArticleFilter{Sort: content.SortNumber}, "[b a c d]"},
			"reviewed by somebody":     {content.ArticleFilter{Owned: true}, "[b]"},
			"reviewed by one":          {content.ArticleFilter{Reviewer: "Bauhof"}, "[b]"},
			"reviewed by nobody":       {content.ArticleFilter{Unowned: true}, "[a c d]"},
			"never looked at":          {content.ArticleFilter{Unreviewed: true}, "[a b d]"},
			"a title in any case":      {content.ArticleFilter{Title: "äRGER"}, "[d]"},
			"a title is not a pattern": {content.ArticleFilter{Title: "%"}, "[]"},
		} {
			c.filter.Any = true
			page := got(s.Articles(t.Context(), c.filter))(t)
			ids := idsOf(page.Articles)
			if c.filter.Sort == "" {
				slices.Sort(ids)
			}
			wantEqual(t, name, fmt.Sprint(ids), c.want)
			wantEqual(t, name+": total", page.Total, len(ids))
		}
		var paged []content.ID
		for _, page := range pages(t, s, content.ArticleFilter{Any: true, Sort: content.SortNumber, Limit: 1}) {
			paged = append(paged, idsOf(page)...)
		}
		wantEqual(t, "in pages", fmt.Sprint(paged), "[b a c d]")
	})
}

func TestRevisionOfADay(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		version := func(id content.RevisionID, of content.ID, hours int, change func(*content.Revision)) content.Revision {
			r := content.Revision{ID: id, Article: of, At: noon.Add(time.Duration(hours) * time.Hour), Kind: content.KindStandard, Title: string(of), Audience: []string{"alle"}}
			change(&r)
			return r
		}
		from := func(d content.Date) func(*content.Revision) { return func(r *content.Revision) { r.ValidFrom = d } }
		standard := func(a *content.Article) { a.Kind, a.Department = content.KindStandard, "66/1" }
		ok(t, s.Append(t.Context(), content.Projection{Head: "1",
			Articles: []content.Article{article("a", standard), article("b", standard), article("c", standard), article("plain"),
				article("d", standard, func(a *content.Article) { a.Replaces, a.ValidFrom = []content.ID{"c"}, "2026-06-01" })},
			Revisions: []content.Revision{
				version("r-a1", "a", -48, from("2020-01-01")), version("r-a2", "a", -24, from("2026-06-01")), version("r-a3", "a", 0, from("")),
				version("r-b1", "b", -48, from("2020-01-01")), version("r-b2", "b", -24, func(r *content.Revision) { r.Removed, r.Kind = true, "" }),
				version("r-b3", "b", 0, func(r *content.Revision) { r.ValidFrom, r.ValidUntil = "2026-12-01", "2026-12-31" }),
				version("r-c1", "c", -48, from("2020-01-01")), version("r-d1", "d", -48, from("2026-06-01")), version("r-p1", "plain", -48, from("2020-01-01")),
			}}))
		for day, c := range map[content.Date]struct {
			before time.Time
			a, b   content.RevisionID
			stock  string
		}{
			"2019-12-31": {noon.Add(-100 * time.Hour), "", "", "[]"},
			"2020-01-01": {noon.Add(-100 * time.Hour), "r-a1", "r-b1", "[r-a1 r-b1 r-c1]"},
			"2026-06-01": {noon.Add(-100 * time.Hour), "r-a2", "r-b1", "[r-a2 r-b1 r-d1]"},
			"2026-11-22": {noon.Add(-time.Hour), "r-a2", "", "[r-a2 r-d1]"},
			"2026-11-23": {noon.Add(time.Hour), "r-a3", "", "[r-a3 r-d1]"},
			"2026-12-31": {noon.Add(1000 * time.Hour), "r-a3", "r-b3", "[r-a3 r-b3 r-d1]"},
			"2027-01-01": {noon.Add(1000 * time.Hour), "r-a3", "r-b3", "[r-a3 r-d1]"},
		} {
			for of, want := range map[content.ID]content.RevisionID{"a": c.a, "b": c.b} {
				r, err := s.RevisionOn(t.Context(), of, day, c.before)
				if want == "" {
					wantFault(t, err, fault.NotFound, "")
					continue
				}
				ok(t, err)
				wantEqual(t, fmt.Sprintf("%s on %s", of, day), r.ID, want)
			}
			var ids []content.RevisionID
			for _, r := range got(s.RevisionsOn(t.Context(), content.ArticleFilter{Audience: []string{"alle"}, Kinds: content.StandardKinds(), Department: "66"}, day, c.before))(t) {
				ids = append(ids, r.ID)
			}
			wantEqual(t, "stock on "+string(day), fmt.Sprint(ids), c.stock)
		}
		unseen := got(s.RevisionsOn(t.Context(), content.ArticleFilter{Audience: []string{"fb:20"}, Kinds: content.StandardKinds()}, "2026-06-01", noon))(t)
		wantEqual(t, "of those who see nothing", len(unseen), 0)
	})
}

func TestPeopleAreFoundByTheirExactName(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		hire := func(id, login, name string, active bool) {
			ok(t, s.CreatePerson(t.Context(), account.Person{ID: id, Login: login, DisplayName: name, Pseudonym: "u-" + id, Active: active}))
		}
		hire("aaaaaaaaaa", "oezdemir", "Özlem Özdemir", true)
		hire("bbbbbbbbbb", "Meier", "Eva Meier", true)
		hire("cccccccccc", "meier2", "Eva Meier", true)
		hire("dddddddddd", "gone", "Eva Gone", false)
		for name, want := range map[string]int{
			"özlem özdemir": 1, "ÖZLEM ÖZDEMIR": 1, " oezdemir ": 1, "aaaaaaaaaa": 1, "meier": 1, "eva meier": 2, "Eva Gone": 0, "gone": 0, "Eva": 0, "%": 0, "": 0,
		} {
			wantEqual(t, fmt.Sprintf("%q", name), len(got(s.PeopleNamed(t.Context(), name))(t)), want)
		}
	})
}
