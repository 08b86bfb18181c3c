package content_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/server/servertest"
)

// sealed is front matter about visibility, in every shape it may come in from
// outside, broken ones included.
func sealed() []string {
	return []string{
		"",
		"sichtbar: alle",
		"sichtbar:",
		`sichtbar: {bereiche: ["66"]}`,
		`sichtbar: {bereiche: ["6"]}`,
		`sichtbar: {bereiche: ["11", "20"]}`,
		`sichtbar: {bereiche: ["11/4"]}`,
		"sichtbar: {rollen: [trainer]}",
		"sichtbar: {rollen: [apprentice, author]}",
		"sichtbar: {rollen: [admin]}",
		`sichtbar: {bereiche: ["66"], rollen: [apprentice]}`,
		"sichtbar: niemand",
		"sichtbar: {rollen: [chefin]}",
		"sichtbar: {bereiche: [], rollen: []}",
		"sichtbar: [alle]",
		"sichtbar: {alle: true}",
		"sichtbar: {bereiche: [[\"66\"]]}",
		"sichtbar: {bereiche: [\"66\"]}\nsichtbar: alle",
		"sichtbar: {bereiche: [alle]}",
	}
}

// watchers are people with every kind of standing.
func watchers(s *servertest.Server) map[string]account.Actor {
	out := map[string]account.Actor{}
	for login := range s.People {
		out[login] = s.Actor(login)
	}
	person := func(department string, grants ...account.Grant) account.Actor {
		return account.NewActor(account.Person{ID: "p", Department: department, Active: true}, grants, "2026-11-24", account.ReadAccess)
	}
	out["stranger"] = account.Actor{}
	out["reader of a unit"] = person("66/3", account.Grant{Role: account.Reader})
	out["trainer"] = person("6", account.Grant{Role: account.Trainer, Scope: account.InCohort("c")})
	out["admin who reads"] = person("11", account.Grant{Role: account.Admin}, account.Grant{Role: account.Reader})
	return out
}

// placeSealed puts the texts into the repository as an adopted one would hold
// them: nobody has checked their front matter.
func placeSealed(t *testing.T, s *servertest.Server) map[content.ID]content.Article {
	t.Helper()
	files := map[string][]byte{}
	for i, front := range sealed() {
		id := fmt.Sprintf("aaaaaaaa%c%c", 'a'+i/26, 'a'+i%26)
		files[fmt.Sprintf("wissen/w/%02d/index.md", i)] = fmt.Appendf(nil,
			"---\nid: %s\ntitel: Winterdienst %02d\nbereich: \"66\"\nthemen: [Winter]\n%s\n---\nStreugut\n", id, i, front)
	}
	commitFiles(t, s, files)
	all := map[content.ID]content.Article{}
	for a, err := range s.Store.AllArticles(t.Context()) {
		all[a.ID] = do(a, err)(t)
	}
	equal(t, "texts", len(all), len(sealed()))
	return all
}

// commitFiles writes one commit past the library.
func commitFiles(t *testing.T, s *servertest.Server, files map[string][]byte, trailers ...content.Trailer) {
	t.Helper()
	_, err := s.Repository.Write(t.Context(), func(content.Snapshot) (content.Change, error) {
		return content.Change{Files: files, Author: "u-elsewhere1", At: s.Now(), Message: "von außen", Trailers: trailers}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryViewShowsTheSameTexts is the contract of visibility: what the rule
// in memory allows is what the list, the search, the suggestions, reading one
// by one, and all their totals show.
func TestEveryViewShowsTheSameTexts(t *testing.T) {
	s := servertest.New(t)
	all := placeSealed(t, s)
	s.Indexed()
	distinct := map[string]bool{}
	for name, actor := range watchers(s) {
		var want []content.ID
		for id, a := range all {
			if content.CanSee(actor, a.Audience()) {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		distinct[fmt.Sprint(want)] = true
		compareViews(t, s, name, actor, want)
		for id := range all {
			_, err := s.Library.Read(t.Context(), actor, id, "")
			if seen := slices.Contains(want, id); seen != (err == nil) {
				t.Errorf("%s reads %s: %v", name, id, err)
			}
		}
	}
	if len(distinct) < 6 {
		t.Errorf("only %d different views: the actors are too much alike", len(distinct))
	}
}

func compareViews(t *testing.T, s *servertest.Server, name string, actor account.Actor, want []content.ID) {
	t.Helper()
	page, err := s.Library.List(t.Context(), actor, content.ArticleFilter{Limit: 500})
	result, searchErr := s.Library.Search(t.Context(), actor, content.Query{Text: "Winterdienst", Limit: 100})
	suggested, suggestErr := s.Library.Suggest(t.Context(), actor, "Winterd", 50)
	if len(actor.Audience()) == 0 {
		kind := fault.Forbidden
		if !actor.SignedIn() {
			kind = fault.Unauthenticated
		}
		for view, err := range map[string]error{"list": err, "search": searchErr, "suggest": suggestErr} {
			refused(t, name+": "+view, err, kind)
		}
		return
	}
	if err != nil || searchErr != nil || suggestErr != nil {
		t.Fatal(name, err, searchErr, suggestErr)
	}
	var listed, found, offered []content.ID
	for _, a := range page.Articles {
		listed = append(listed, a.ID)
	}
	for _, h := range result.Hits {
		found = append(found, h.ID)
	}
	for _, g := range suggested {
		offered = append(offered, g.ID)
	}
	for view, got := range map[string][]content.ID{"list": listed, "search": found, "suggest": offered} {
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %s shows %v, the rule allows %v", name, view, got, want)
		}
	}
	equal(t, name+": total of the list", page.Total, len(want))
	equal(t, name+": total of the search", result.Total, len(want))
	for facet, counts := range result.Facets {
		sum := 0
		for _, c := range counts {
			sum += c.Count
		}
		if facet == "binding" { // the sealed texts are articles, which do not bind
			equal(t, name+": facet binding", sum, 0)
			continue
		}
		equal(t, name+": facet "+facet, sum, len(want))
	}
	due := do(s.Library.List(t.Context(), actor, content.ArticleFilter{Department: "66", Topic: "Winter", Sort: content.SortChanged}))(t)
	equal(t, name+": total of a filtered list", due.Total, len(want))
}

func TestBrokenVisibilityIsNeverPublic(t *testing.T) {
	s := servertest.New(t)
	all := placeSealed(t, s)
	for id, a := range all {
		front := sealed()[int(id[8]-'a')*26+int(id[9]-'a')]
		open := front == "" || front == "sichtbar: alle" || front == "sichtbar:"
		equal(t, fmt.Sprintf("%q is public", front), slices.Contains(a.Audience(), account.Everyone), open)
	}
}

// TestUnreadableFrontMatterIsNeverPublic looks at text whose front matter
// cannot be read at all: its visibility is unknown.
func TestUnreadableFrontMatterIsNeverPublic(t *testing.T) {
	for _, source := range []string{
		"---\nid: aaaaaaaaaa\nsichtbar: {bereiche: [\"66\"]}\nkurz: \"offen\n---\nGeheim\n",
		"---\n[a, b]\n---\nGeheim\n",
		"---\nid: aaaaaaaaaa\n\tsichtbar: x\n---\nGeheim\n",
	} {
		d, err := content.ParseDocument("x.md", []byte(source))
		if err == nil {
			t.Fatalf("%q can be read", source)
		}
		if slices.Contains(d.Meta.Audience(), account.Everyone) {
			t.Errorf("%q is visible to all", source)
		}
	}
}

// TestNobodyLearnsOfHiddenTextsByLinks writes links to a hidden text into a
// public one.
func TestNobodyLearnsOfHiddenTextsByLinks(t *testing.T) {
	s := servertest.New(t)
	e := article("Streng geheimes Vorhaben", "Inhalt")
	e.Meta = map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	hidden := s.Write("expertin", e)
	for _, link := range []string{
		"[[" + string(hidden.ID) + "]]", "[Text](../../s/streng-geheimes-vorhaben/index.md)", "[Text](../../s/streng-geheimes-vorhaben/)",
		"[Text](/a/" + string(hidden.ID) + ")",
	} {
		open := s.Write("expertin", article("Offen", link))
		v := do(s.Library.Read(t.Context(), s.Actor("leserin"), open.ID, ""))(t)
		if strings.Contains(v.HTML, "geheimes Vorhaben") {
			t.Errorf("%s shows the hidden title: %s", link, v.HTML)
		}
		if v.Successor != nil {
			t.Errorf("%s has a successor", link)
		}
		p := do(s.Library.Preview(t.Context(), s.Actor("leserin"), "", []byte(link)))(t)
		if strings.Contains(p.HTML, "geheimes Vorhaben") {
			t.Errorf("the preview of %s shows the hidden title: %s", link, p.HTML)
		}
	}
	replaced := article("Alt", "x")
	replaced.Meta = map[string]any{"ersetzt_durch": string(hidden.ID)}
	old := s.Write("expertin", replaced)
	if v := do(s.Library.Read(t.Context(), s.Actor("leserin"), old.ID, ""))(t); v.Successor != nil {
		t.Errorf("the hidden successor is named: %+v", v.Successor)
	}
	if v := do(s.Library.Read(t.Context(), s.Actor("expertin"), old.ID, ""))(t); v.Successor == nil {
		t.Error("the department does not see the successor")
	}
}

func TestASaveIsSearchableAndVisibleAtOnce(t *testing.T) {
	s := servertest.New(t)
	reader := s.Actor("leserin")
	a := s.Write("expertin", article("Kanaldeckel", "Klappert nachts."))
	listed := do(s.Library.List(t.Context(), reader, content.ArticleFilter{}))(t)
	equal(t, "listed", listed.Total, 1)
	s.Indexed()
	find := func(words string) int {
		t.Helper()
		return do(s.Library.Search(t.Context(), reader, content.Query{Text: words}))(t).Total
	}
	equal(t, "found by a word of its text", find("klappert"), 1)
	b := do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Scheppert nachts."}))(t)
	s.Indexed()
	equal(t, "found by the old word", find("klappert"), 0)
	equal(t, "found by the new word", find("scheppert"), 1)
	do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, b.ETag, content.Edit{Body: "Scheppert nachts.", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}}))(t)
	s.Indexed()
	equal(t, "found once hidden", find("scheppert"), 0)
	equal(t, "listed once hidden", do(s.Library.List(t.Context(), reader, content.ArticleFilter{}))(t).Total, 0)
}

// TestHiddenTextLooksLikeOneThatDoesNotExist compares how links to both are
// shown to somebody who may see neither.
func TestHiddenTextLooksLikeOneThatDoesNotExist(t *testing.T) {
	s := servertest.New(t)
	e := article("Stellenabbau", "Inhalt")
	e.Meta = map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}
	hidden := s.Write("expertin", e)
	open := s.Write("expertin", article("Offen", "[[Stellenabbau]] und [[Stellenaufbau]], [a](/a/"+string(hidden.ID)+") und [a](/a/nichtdaaa2)"))
	shown := do(s.Library.Read(t.Context(), s.Actor("leserin"), open.ID, ""))(t).HTML
	if strings.Contains(shown, "href") || strings.Count(shown, `<span class="verweis-fehlt">`) != 4 {
		t.Errorf("they differ: %s", shown)
	}
	if own := do(s.Library.Read(t.Context(), s.Actor("nachfolger"), open.ID, ""))(t).HTML; !strings.Contains(own, `href="/a/`+string(hidden.ID)+`"`) {
		t.Errorf("who may see it gets no link: %s", own)
	}
	if again := do(s.Library.Read(t.Context(), s.Actor("leserin"), open.ID, ""))(t).HTML; again != shown {
		t.Error("what others may see was kept for everybody")
	}
}

func TestTextThatWasWithdrawnIsNotFoundBeforeTheIndexKnows(t *testing.T) {
	s := servertest.New(t)
	a := s.Write("expertin", article("Zauberwort", "Inhalt"))
	s.Indexed()
	for range 20 { // most times before the index has followed
		do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Inhalt", Meta: map[string]any{"sichtbar": map[string]any{"bereiche": []string{"66"}}}}))(t)
		found := do(s.Library.Search(t.Context(), s.Actor("leserin"), content.Query{Text: "Zauberwort", Limit: 5}))(t)
		if found.Total != 0 || len(found.Hits) != 0 {
			t.Errorf("found %+v", found)
		}
		if titles := do(s.Library.Suggest(t.Context(), s.Actor("leserin"), "Zauber", 5))(t); len(titles) != 0 {
			t.Errorf("suggested %+v", titles)
		}
		a = do(s.Library.Article(t.Context(), s.Actor("expertin"), a.ID))(t)
		a = do(s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: "Inhalt", Meta: map[string]any{"sichtbar": nil}}))(t)
		s.Indexed()
	}
}
