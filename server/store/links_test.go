package store_test

import (
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/store"
)

func everybody() content.LinkFilter {
	return content.LinkFilter{Audience: []string{"alle"}, Limit: 100}
}

func linksTo(names ...content.Name) []content.TextLink {
	out := make([]content.TextLink, len(names))
	for i, n := range names {
		out[i] = content.TextLink{Target: n.Key, Names: []content.Name{n}}
	}
	return out
}

func title(key string) content.Name { return content.Name{Kind: content.NameTitle, Key: key} }

// relate stores articles with what they link to as one step.
func relate(t *testing.T, s *store.Store, links map[content.ID][]content.TextLink, articles ...content.Article) {
	t.Helper()
	from := got(s.LedgerHead(t.Context()))(t)
	p := content.Projection{From: from, Head: from + "+", Articles: articles}
	p.Links = links
	for _, a := range articles {
		for _, n := range a.Names() {
			p.Names = append(p.Names, content.ArticleName{Name: n, Article: a.ID})
		}
	}
	ok(t, s.Append(t.Context(), p))
}

func TestNamesAreKeptAndTheHolderOfTodayComesFirst(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		relate(t, s, nil, titled("a", "Alt"), titled("b", "Anders"))
		relate(t, s, nil, titled("a", "Neu"), titled("c", "alt"))
		wantEqual(t, "alt", idsOf(got(s.NamedArticles(t.Context(), title("alt")))(t)), []content.ID{"c", "a"})
		wantEqual(t, "neu", idsOf(got(s.NamedArticles(t.Context(), title("neu")))(t)), []content.ID{"a"})
		wantEqual(t, "id", idsOf(got(s.NamedArticles(t.Context(), content.Name{Kind: content.NameID, Key: "b"}))(t)), []content.ID{"b"})
		wantEqual(t, "unknown", len(got(s.NamedArticles(t.Context(), title("nie")))(t)), 0)
		// A long title is found by the whole of it.
		long := strings.Repeat("Straßenbeleuchtung ", 200)
		relate(t, s, nil, titled("d", long))
		key := titled("d", long).Names()[2]
		wantEqual(t, "long", idsOf(got(s.NamedArticles(t.Context(), key))(t)), []content.ID{"d"})
		// What is removed has no name any more, and has it again when it is back.
		from := got(s.LedgerHead(t.Context()))(t)
		ok(t, s.Append(t.Context(), content.Projection{From: from, Head: from + "-", Removed: []content.ID{"c"}}))
		wantEqual(t, "alt, removed", idsOf(got(s.NamedArticles(t.Context(), title("alt")))(t)), []content.ID{"a"})
		relate(t, s, nil, titled("c", "alt"))
		wantEqual(t, "alt, back", idsOf(got(s.NamedArticles(t.Context(), title("alt")))(t)), []content.ID{"c", "a"})
	})
}

func TestLinksLeadWhereTheAskerIsLed(t *testing.T) {
	hidden := func(a *content.Article) { a.Visibility = content.Visibility{Departments: []string{"66"}} }
	inside := content.LinkFilter{Limit: 100}
	eachStore(t, func(t *testing.T, s *store.Store) {
		twin := article("a2", hidden)
		twin.Title = "Ziel"
		inside.Audience = append([]string{"alle"}, twin.Audience()...)
		relate(t, s, map[content.ID][]content.TextLink{
			"q1": linksTo(title("ziel"), title("nirgends")),
			"q2": linksTo(title("ziel")),
			"q3": {{Target: "x", Names: []content.Name{{Kind: content.NamePath, Key: "nie"}, {Kind: content.NameID, Key: "b1"}}}},
			"b1": linksTo(content.Name{Kind: content.NameID, Key: "b1"}), // itself
		}, twin, titled("b1", "Ziel"), article("q1"), article("q2", hidden), article("q3"))
		wantEqual(t, "mentions of the open one", idsOf(got(s.Backlinks(t.Context(), "b1", everybody()))(t)), []content.ID{"q1", "q3"})
		wantEqual(t, "mentions inside", idsOf(got(s.Backlinks(t.Context(), "a2", inside))(t)), []content.ID{"q1", "q2"})
		wantEqual(t, "of the open one, inside", idsOf(got(s.Backlinks(t.Context(), "b1", inside))(t)), []content.ID{"q3"})
		wantEqual(t, "nobody asks", len(got(s.Backlinks(t.Context(), "b1", content.LinkFilter{Limit: 100}))(t)), 0)
		broken, total, err := s.BrokenLinks(t.Context(), everybody())
		ok(t, err)
		wantEqual(t, "broken", len(broken) == 1 && total == 1 && broken[0].Article.ID == "q1" && broken[0].Target == "nirgends", true)
		orphans, total, err := s.Orphans(t.Context(), everybody())
		ok(t, err)
		wantEqual(t, "orphans", idsOf(orphans), []content.ID{"q1", "q3"})
		wantEqual(t, "orphans counted", total, 2)
		page := everybody()
		page.Limit, page.Offset = 1, 1
		orphans, total, err = s.Orphans(t.Context(), page)
		ok(t, err)
		wantEqual(t, "second page", idsOf(orphans), []content.ID{"q3"})
		wantEqual(t, "counted on the second page", total, 2)
		page.Department = "66"
		_, total, err = s.Orphans(t.Context(), page)
		ok(t, err)
		wantEqual(t, "of a department", total, 0)
	})
}

func TestTextsWithCommonPrintsAreFound(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		p := content.Projection{Head: "1", Articles: []content.Article{article("a"), article("b"), article("c"), article("d", func(a *content.Article) {
			a.Visibility = content.Visibility{Departments: []string{"66"}}
		})}}
		p.Prints = map[content.ID][]int64{"a": {1, 2, 3}, "b": {2, 3, -4}, "c": {3, 9}, "d": {1, 2, 3}}
		ok(t, s.Append(t.Context(), p))
		wantEqual(t, "alike", idsOf(got(s.AlikeArticles(t.Context(), []int64{2, 3, -4}, everybody()))(t)), []content.ID{"b", "a", "c"})
		pairs := got(s.AlikePairs(t.Context(), everybody()))(t)
		wantEqual(t, "pairs", len(pairs) == 1 && pairs[0].First.ID == "a" && pairs[0].Second.ID == "b", true)
		wantEqual(t, "pairs of all", len(got(s.AlikePairs(t.Context(), content.LinkFilter{Any: true, Limit: 100}))(t)), 3)
		ok(t, s.Append(t.Context(), content.Projection{From: "1", Head: "2", Removed: []content.ID{"a"}}))
		wantEqual(t, "after one is gone", len(got(s.AlikePairs(t.Context(), everybody()))(t)), 0)
	})
}

func TestPathsOfATextAreListedNewestFirst(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		var revisions []content.Revision
		for i, path := range []string{"x/a.md", "y/a.md", "x/a.md", "y/a.md"} {
			revisions = append(revisions, content.Revision{ID: content.RevisionID("r-" + string(rune('a'+i))), Article: "a", Path: path, Removed: i == 3})
		}
		ok(t, s.Append(t.Context(), content.Projection{Head: "1", Revisions: revisions}))
		wantEqual(t, "paths", got(s.FormerPaths(t.Context(), "a"))(t), []string{"x/a.md", "y/a.md"})
		wantEqual(t, "of nobody", len(got(s.FormerPaths(t.Context(), "b"))(t)), 0)
	})
}

func TestModulesThatLinkToTextsAreFoundAsFarAsTheyAreSeen(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		module := func(id content.ID, name string, more ...func(*content.Article)) content.Article {
			a := titled(id, name)
			a.Kind = content.KindModule
			for _, m := range more {
				m(&a)
			}
			return a
		}
		closed := func(a *content.Article) { a.Visibility = content.Visibility{Departments: []string{"20"}} }
		relate(t, s, map[content.ID][]content.TextLink{
			"m1": linksTo(title("eins"), title("eins"), title("zwei")), "m2": linksTo(title("eins")), "m3": linksTo(title("drei")), "t4": linksTo(title("vier")),
		}, titled("t1", "Eins"), titled("t2", "Zwei"), titled("t3", "Drei"), titled("t4", "Vier"),
			module("m1", "Zuletzt"), module("m2", "Anfang"), module("m3", "Geheim", closed))
		find := func(f content.LinkFilter) string {
			out := ""
			found := got(s.ModulesLinkingTo(t.Context(), []content.ID{"t1", "t2", "t3", "t4", "m1"}, f))(t)
			for _, id := range []content.ID{"t1", "t2", "t3", "t4", "m1"} {
				out += string(found[id].ID) + " "
			}
			return out
		}
		wantEqual(t, "everybody", find(everybody()), "m2 m1    ")
		wantEqual(t, "inside", find(content.LinkFilter{Audience: []string{"alle", "fb:20"}}), "m2 m1 m3   ")
		wantEqual(t, "the operator", find(content.LinkFilter{Any: true}), "m2 m1 m3   ")
		wantEqual(t, "nobody", find(content.LinkFilter{}), "     ")
	})
}
