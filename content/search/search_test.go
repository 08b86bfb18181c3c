package search

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"

	"staffelstab/content"
)

func open(t testing.TB, dir string) *Index {
	t.Helper()
	x, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func page(id, title, department string, sections ...string) content.IndexDocument {
	d := content.IndexDocument{ID: content.ID(id), Kind: content.KindArticle, Title: title, Department: department, Audience: []string{"alle"}}
	for i, s := range sections {
		head, text, _ := strings.Cut(s, "|")
		d.Sections = append(d.Sections, content.IndexSection{Anchor: fmt.Sprintf("s%d", i), Path: []string{head}, Text: text})
	}
	return d
}

// library is a small city.
func library() []content.IndexDocument {
	law := page("vorschrift", "Dienstanweisung DA-37", "11", "Umgang|Gemäß § 13 Abs. 2 ist so zu verfahren. Das gilt für FB 11/2.")
	law.Kind, law.Number, law.Binding = content.KindInstruction, "DA-37", content.BindingYes
	old := page("alt", "Winterdienst 2010", "66", "Salz|Früher wurde überall Streusalz gestreut. Der Winterdienst begann um fünf.")
	old.SupersededFrom = "2020-01-01"
	secret := page("geheim", "Geheime Übersicht", "20", "Plan|Nur für die Kämmerei bestimmt: Streusalzvorrat und Winterdienst.")
	secret.Audience = []string{"fb:20"}
	return []content.IndexDocument{
		page("reise", "Dienstreisekostenabrechnung", "11/3", "Fristen|Die Abrechnung einer Dienstreise ist binnen sechs Monaten einzureichen.", "Belege|Belege sind beizufügen."),
		page("urlaub", "Urlaubsantrag stellen", "11", "Ablauf|Urlaubsanträge gehen an die Leitung. Ein Urlaub, der nicht genehmigt ist, darf nicht angetreten werden."),
		page("haus", "Städtische Häuser verwalten", "23", "Übergabe|Jedes Haus hat eine Hausakte."),
		page("strasse", "Straßenreinigungsgebühr", "70", "Satzung|Die Hauptstrasse wird zweimal je Woche gereinigt. Die Straße zu reinigen ist Pflicht."),
		page("mitarbeit", "Gespräche mit Mitarbeiter*innen", "11", "Ablauf|Mitarbeiter:innen führen einmal im Jahr ein Gespräch."),
		page("mueller", "Müllers Brücke", "66", "Prüfung|Die Müller-Brücke wird alle sechs Jahre geprüft."),
		page("winter", "Winterdienst", "66", "Streuen|Streusalz nur bei Eisregen.", "Bereitschaft|Der Winterdienst beginnt um drei Uhr."),
		law, old, secret,
	}
}

func stream(documents []content.IndexDocument) iter.Seq2[content.IndexDocument, error] {
	return func(yield func(content.IndexDocument, error) bool) {
		for _, d := range documents {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func filled(t testing.TB) *Index {
	t.Helper()
	x := open(t, t.TempDir())
	if err := x.Rebuild(t.Context(), "c1", stream(library())); err != nil {
		t.Fatal(err)
	}
	return x
}

func find(t testing.TB, x *Index, q content.Query) content.SearchResult {
	t.Helper()
	if q.Audience == nil {
		q.Audience = []string{"alle"}
	}
	if q.On == "" {
		q.On = "2026-11-23"
	}
	result, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func ids(result content.SearchResult) []string {
	var out []string
	for _, h := range result.Hits {
		out = append(out, string(h.ID))
	}
	return out
}

func TestRelevance(t *testing.T) {
	x := filled(t)
	files, err := filepath.Glob("testdata/relevance/probe.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no relevance lists", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			query, expected, ok := strings.Cut(lines.Text(), "->")
			if !ok || strings.HasPrefix(query, "#") {
				continue
			}
			got := ids(find(t, x, content.Query{Text: strings.TrimSpace(query)}))
			first := true
			for _, id := range strings.Fields(expected) {
				if unwanted, not := strings.CutPrefix(id, "!"); not {
					if slices.Contains(got, unwanted) {
						t.Errorf("%s: %s must not be found: %v", query, unwanted, got)
					}
					continue
				}
				if !slices.Contains(got, id) || first && got[0] != id {
					t.Errorf("%s: want %s first, got %v", query, id, got)
				}
				first = false
			}
		}
	}
}

func TestHitOpensAtItsSection(t *testing.T) {
	hits := find(t, filled(t), content.Query{Text: "Belege"}).Hits
	if len(hits) != 1 || hits[0].Anchor != "s1" || !slices.Equal(hits[0].Section, []string{"Belege"}) {
		t.Errorf("%+v", hits)
	}
}

func TestSnippetMarksWordsByteCorrectly(t *testing.T) {
	hits := find(t, filled(t), content.Query{Text: "Übergabe Hausakte"}).Hits
	var marked []string
	for _, p := range hits[0].Snippet {
		if !utf8.ValidString(p.Text) {
			t.Errorf("%q is cut inside a letter", p.Text)
		}
		if p.Match {
			marked = append(marked, p.Text)
		}
	}
	if !slices.Equal(marked, []string{"Hausakte"}) {
		t.Errorf("marked %q in %+v", marked, hits[0].Snippet)
	}
}

func TestSupersededRanksBelow(t *testing.T) {
	if got := ids(find(t, filled(t), content.Query{Text: "Winterdienst"})); !slices.Equal(got, []string{"winter", "alt"}) {
		t.Errorf("got %v", got)
	}
	if got := ids(find(t, filled(t), content.Query{Text: "Winterdienst", InForce: true})); !slices.Equal(got, []string{"winter"}) {
		t.Errorf("in force: %v", got)
	}
}

func TestFiltersAndFacets(t *testing.T) {
	x := filled(t)
	r := find(t, x, content.Query{Text: "Winterdienst", Audience: []string{"alle", "fb:20"}})
	if r.Total != 3 || r.Facets["department"][0] != (content.FacetCount{Value: "66", Count: 2}) {
		t.Errorf("%d %+v", r.Total, r.Facets)
	}
	for name, q := range map[string]content.Query{
		"department and its units": {Text: "Abrechnung", Departments: []string{"11"}},
		"kind":                     {Text: "verfahren", Kinds: []content.Kind{content.KindInstruction}},
	} {
		if r := find(t, x, q); r.Total != 1 {
			t.Errorf("%s: %+v", name, ids(r))
		}
	}
	if r := find(t, x, content.Query{Text: "Abrechnung", Departments: []string{"1"}}); r.Total != 0 {
		t.Errorf("11/3 does not lie in 1: %v", ids(r))
	}
}

// TestAFacetCountsWithoutItsOwnFilter: whoever chose one value still sees what
// others would bring, and what other filters left of them.
func TestAFacetCountsWithoutItsOwnFilter(t *testing.T) {
	kind := func(id string, k content.Kind, department, topic string) content.IndexDocument {
		d := page(id, "Streusalz "+id, department, "A|Salz.")
		d.Kind, d.Topics = k, []string{topic}
		return d
	}
	x := indexed(t, kind("a", content.KindArticle, "66", "Winter"), kind("b", content.KindStandard, "66/1", "Winter"), kind("c", content.KindArticle, "11", "Geld"),
		kind("d", content.KindStandard, "11", "Winter"))
	for _, c := range []struct {
		q    content.Query
		want string
	}{
		{content.Query{}, "4 kind[artikel:2 standard:2] department[11:2 66:1 66/1:1] topic[Winter:3 Geld:1]"},
		{content.Query{Departments: []string{"66"}}, "2 kind[artikel:1 standard:1] department[11:2 66:1 66/1:1] topic[Winter:2]"},
		{content.Query{Departments: []string{"66"}, Kinds: []content.Kind{content.KindStandard}}, "1 kind[artikel:1 standard:1] department[11:1 66/1:1] topic[Winter:1]"},
		{content.Query{Departments: []string{"99"}}, "0 kind[] department[11:2 66:1 66/1:1] topic[]"},
		{content.Query{Without: content.Attributes{Departments: []string{"66"}}}, "2 kind[artikel:1 standard:1] department[11:2] topic[Geld:1 Winter:1]"},
		{content.Query{Without: content.Attributes{Topics: []string{"Winter"}, Kinds: []content.Kind{content.KindStandard}}}, "1 kind[artikel:1] department[11:1] topic[Geld:1]"},
	} {
		c.q.Text = "Streusalz"
		r := find(t, x, c.q)
		got := fmt.Sprint(r.Total)
		for _, name := range []string{"kind", "department", "topic"} {
			var list []string
			for _, f := range r.Facets[name] {
				list = append(list, fmt.Sprintf("%s:%d", f.Value, f.Count))
			}
			got += fmt.Sprintf(" %s%v", name, list)
		}
		if got != c.want {
			t.Errorf("%+v:\n%s, not\n%s", c.q, got, c.want)
		}
	}
}

func TestNothingLeaksToThoseWhoMayNotSee(t *testing.T) {
	x := filled(t)
	for _, text := range []string{"Geheime Übersicht", "Streusalzvorrat", "Kämmerei", "Winterdienst", "Streusalz", "geh"} {
		r := find(t, x, content.Query{Text: text})
		if slices.Contains(ids(r), "geheim") {
			t.Errorf("%s: found", text)
		}
		for _, counts := range r.Facets {
			for _, c := range counts {
				if c.Value == "20" {
					t.Errorf("%s: counted in %+v", text, r.Facets)
				}
			}
		}
		if r.Total != len(r.Hits) {
			t.Errorf("%s: total %d for %d hits", text, r.Total, len(r.Hits))
		}
		suggestions, err := x.Suggest(t.Context(), text, []string{"alle"}, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range suggestions {
			if s.ID == "geheim" {
				t.Errorf("%s: suggested", text)
			}
		}
	}
	if r := find(t, x, content.Query{Text: "Winterdienst", Audience: []string{}}); r.Total != 0 {
		t.Errorf("without an audience: %v", ids(r))
	}
	if r := find(t, x, content.Query{Text: "Streusalzvorrat", Audience: []string{"fb:20"}}); r.Total != 1 {
		t.Errorf("those who may see it: %v", ids(r))
	}
}

func TestSuggestCompletesTitles(t *testing.T) {
	got, err := filled(t).Suggest(t.Context(), "Urlaubsantrag st", []string{"alle"}, 5)
	if err != nil || len(got) != 1 || got[0].ID != "urlaub" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestApplyReplacesAndRemoves(t *testing.T) {
	x := filled(t)
	changed := page("reise", "Dienstreisekostenabrechnung", "11/3", "Fristen|Binnen drei Monaten, sonst verfällt der Anspruch.")
	twice := content.IndexChange{ID: "reise", Document: &changed}
	err := x.Apply(t.Context(), "c2", []content.IndexChange{twice, twice, {ID: "haus", Removed: true}})
	if err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, content.Query{Text: "Dienstreisekostenabrechnung"}); r.Total != 1 {
		t.Errorf("the article is there %d times", r.Total)
	}
	for text, want := range map[string]int{"verfällt": 1, "Belege": 0, "Hausakte": 0, "Winterdienst": 2} {
		if r := find(t, x, content.Query{Text: text}); r.Total != want {
			t.Errorf("%s: %v", text, ids(r))
		}
	}
	if x.Commit() != "c2" {
		t.Errorf("commit %s", x.Commit())
	}
}

func TestIndexSurvivesReopening(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	if err := x.Rebuild(t.Context(), "c1", stream(library())); err != nil {
		t.Fatal(err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir)
	if again.Commit() != "c1" || find(t, again, content.Query{Text: "Winterdienst"}).Total != 2 {
		t.Errorf("commit %q", again.Commit())
	}
}

func TestDamagedIndexAsksToBeBuiltAgain(t *testing.T) {
	for name, damage := range map[string]func(dir, folder string) error{
		"folder gone":   func(_, folder string) error { return os.RemoveAll(folder) },
		"pointer empty": func(dir, _ string) error { return os.WriteFile(filepath.Join(dir, currentFile), nil, 0o600) },
		"segments cut": func(_, folder string) error {
			files, err := filepath.Glob(filepath.Join(folder, "*"))
			for _, f := range files {
				err = os.Truncate(f, 10)
			}
			return err
		},
	} {
		dir := t.TempDir()
		x := open(t, dir)
		if err := x.Rebuild(t.Context(), "c1", stream(library())); err != nil {
			t.Fatal(err)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if err := damage(dir, filepath.Join(dir, x.folder)); err != nil {
			t.Fatal(err)
		}
		again := open(t, dir)
		if again.Commit() != "" {
			t.Errorf("%s: commit %q", name, again.Commit())
		}
		if err := again.Rebuild(t.Context(), "c2", stream(library())); err != nil || find(t, again, content.Query{Text: "Winterdienst"}).Total != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSearchGoesOnDuringARebuild(t *testing.T) {
	x := filled(t)
	slow := func(yield func(content.IndexDocument, error) bool) {
		for _, d := range library()[:3] {
			if find(t, x, content.Query{Text: "Winterdienst"}).Total != 2 {
				t.Error("the old index does not answer")
			}
			if !yield(d, nil) {
				return
			}
		}
	}
	if err := x.Rebuild(t.Context(), "c9", slow); err != nil {
		t.Fatal(err)
	}
	if find(t, x, content.Query{Text: "Winterdienst"}).Total != 0 || x.Commit() != "c9" {
		t.Error("the new index is not in place")
	}
}

func TestFailedRebuildKeepsTheOldIndex(t *testing.T) {
	x := filled(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Rebuild(ctx, "c9", stream(library())); err == nil {
		t.Fatal("no error")
	}
	if x.Commit() != "c1" || find(t, x, content.Query{Text: "Winterdienst"}).Total != 2 {
		t.Error("the old index is gone")
	}
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"Die Häuser, Straßen":   "die haus strass",
		"DA-37 und FB 11/2":     "da-37 und fb 11/2",
		"§ 13 Abs. 2":           "§13 abs 2",
		"5.000,50 €":            "5.000,50",
		"Mitarbeiter*innen":     "mitarbeit",
		"Mitarbeiter:innen":     "mitarbeit",
		"Mitarbeiter/-innen":    "mitarbeit",
		"MitarbeiterInnen":      "mitarbeit",
		"IT-Sicherheit":         "it sicherheit",
		"nicht":                 "nicht",
		"neue Quelle":           "neu quell",
		"Straße straße STRASSE": "strass strass strass",
	} {
		var got []string
		for _, tok := range tokenize(text) {
			got = append(got, tok.stem)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", text, strings.Join(got, " "), want)
		}
	}
}

func TestOffsetsAreBytesOfTheInput(t *testing.T) {
	property := func(text string) bool {
		last := 0
		for _, tok := range tokenize(text) {
			if tok.start < last || tok.end <= tok.start || tok.end > len(text) || tok.exact == "" {
				return false
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[tok.start:tok.end]) {
				return false
			}
			last = tok.end
		}
		return true
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func FuzzSearch(f *testing.F) {
	x := filled(f)
	for _, s := range []string{`"`, `-`, `*`, `a*b?c\`, "\xff", "§", "„x“", "- -x", strings.Repeat("a ", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := x.Search(context.Background(), content.Query{Text: text, Audience: []string{"alle"}, On: "2026-11-23"})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if _, err := x.Suggest(context.Background(), text, []string{"alle"}, 5); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if slices.Contains(ids(r), "geheim") {
			t.Fatalf("%q: found what may not be seen", text)
		}
	})
}

var _ content.Index = (*Index)(nil)
