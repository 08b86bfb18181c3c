package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
)

// audiences are the tokens of the tests' city and of people in it.
var audiences = []string{"alle", "fb:11", "fb:20", "rolle:ausbildung", "rolle:leitung"}

// mixed is a stock in which every article says the same, so that only who may
// see it decides.
func mixed() []content.IndexDocument {
	source := rand.New(rand.NewPCG(11, 20))
	var out []content.IndexDocument
	for i := range 60 {
		d := page(fmt.Sprintf("a%02d", i), fmt.Sprintf("Haushaltsplan Teil %d", i), fmt.Sprint(10+i%4), "Ansatz|Der Haushaltsplan nennt den Ansatz.", "Vermerk|Sperrvermerk beachten.")
		d.Topics, d.Kind = []string{fmt.Sprintf("thema%d", i%3)}, content.Kinds()[i%3]
		d.Audience = nil
		for _, token := range audiences {
			if source.IntN(4) == 0 {
				d.Audience = append(d.Audience, token)
			}
		}
		out = append(out, d)
	}
	return out
}

// seen counts in plain Go what a person may see.
func seen(stock []content.IndexDocument, audience []string) (ids []string, facets map[string]map[string]int) {
	facets = map[string]map[string]int{"kind": {}, "department": {}, "topic": {}}
	for _, d := range stock {
		if !slices.ContainsFunc(d.Audience, func(token string) bool { return slices.Contains(audience, token) }) {
			continue
		}
		ids = append(ids, string(d.ID))
		facets["kind"][string(d.Kind)]++
		facets["department"][d.Department]++
		facets["topic"][d.Topics[0]]++
	}
	return ids, facets
}

func TestEverybodyFindsAndCountsExactlyWhatTheyMaySee(t *testing.T) {
	x, stock := open(t, t.TempDir()), mixed()
	if err := x.Rebuild(t.Context(), "c1", stream(stock)); err != nil {
		t.Fatal(err)
	}
	for set := range 1 << len(audiences) {
		audience := []string{}
		for i, token := range audiences {
			if set&(1<<i) != 0 {
				audience = append(audience, token)
			}
		}
		want, facets := seen(stock, audience)
		for text, limit := range map[string]int{"Haushaltsplan": 100, "haushalt": 1, "Haushaltspaln": 1, "Sperrvermerk": 1} { // exact, part, mistake, body
			r := find(t, x, content.Query{Text: text, Audience: audience, Limit: limit})
			got := ids(r)
			slices.Sort(got)
			if limit > 1 && !slices.Equal(got, want) || r.Total != len(want) {
				t.Errorf("%v asks %s: total %d, %v, want %v", audience, text, r.Total, got, want)
			}
			for facet, counts := range r.Facets {
				sum := map[string]int{}
				for _, c := range counts {
					sum[c.Value] = c.Count
				}
				if fmt.Sprint(sum) != fmt.Sprint(facets[facet]) {
					t.Errorf("%v asks %s: %s counts %v, want %v", audience, text, facet, sum, facets[facet])
				}
			}
		}
	}
}

func TestSuggestionsAreOnlyWhatMayBeSeen(t *testing.T) {
	x, stock := open(t, t.TempDir()), mixed()
	if err := x.Rebuild(t.Context(), "c1", stream(stock)); err != nil {
		t.Fatal(err)
	}
	for _, audience := range [][]string{{}, nil, {"fb:99"}, {"fb:11"}, {"alle", "rolle:leitung"}, {""}, {"*"}, {"fb"}, {"ALLE"}} {
		want, _ := seen(stock, audience)
		got, err := x.Suggest(t.Context(), "Haush", audience, 100)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, s := range got {
			found = append(found, string(s.ID))
		}
		if slices.Sort(found); !slices.Equal(found, want) {
			t.Errorf("%q: suggested %v, want %v", audience, found, want)
		}
		if r := find(t, x, content.Query{Text: "Haushaltsplan", Audience: append([]string{}, audience...), Limit: 100}); r.Total != len(want) {
			t.Errorf("%q: %d found, want %d", audience, r.Total, len(want))
		}
	}
}

// The words of a hidden text must not change what others get: not by softening
// the search, not by a filter, not by leaving a word out.
func TestAHiddenTextChangesNoAnswer(t *testing.T) {
	with, without := open(t, t.TempDir()), open(t, t.TempDir())
	secret := page("geheim", "Umstrukturierung Amt 20", "20", "Stellenabbau|Dienstreise Urlaubsantrag Winterdienst Übernahmegerücht.")
	secret.Audience, secret.Topics, secret.Keywords, secret.Number = []string{"fb:20"}, []string{"Personalabbau"}, []string{"Stellenplan"}, "VS-7"
	if err := with.Rebuild(t.Context(), "c1", stream(append(library(), secret))); err != nil {
		t.Fatal(err)
	}
	if err := without.Rebuild(t.Context(), "c1", stream(library())); err != nil {
		t.Fatal(err)
	}
	for _, q := range []content.Query{
		{Text: "Übernahmegerücht"}, {Text: "Umstrukturierung"}, {Text: "Umstruktur"}, {Text: "Umstrukturirung"}, {Text: "VS-7"}, {Text: "Stellenplan"}, {Text: `"Stellenabbau Dienstreise"`},
		{Text: "Dienstreise Übernahmegerücht"}, {Text: "Winterdienst -Übernahmegerücht"}, {Text: "Winterdienst", Departments: []string{"20"}}, {Text: "Winterdienst", Topics: []string{"Personalabbau"}},
		{Text: "Winterdienst Streusalz Umstrukturierung"}, {Text: "Winterdienst", InForce: true}, {Text: "Urlaubsantrag", Kinds: []content.Kind{content.KindArticle}},
	} {
		a, b := find(t, with, q), find(t, without, q)
		if fmt.Sprint(ids(a), a.Total, a.Facets) != fmt.Sprint(ids(b), b.Total, b.Facets) {
			t.Errorf("%+v: %v %d %v with the hidden text, %v %d %v without", q, ids(a), a.Total, a.Facets, ids(b), b.Total, b.Facets)
		}
		for _, h := range a.Hits {
			if text := fmt.Sprintf("%+v", h); strings.Contains(text, "Umstruktur") || strings.Contains(text, "Stellenabbau") {
				t.Errorf("%+v shows %s", q, text)
			}
		}
	}
}

func TestWithdrawnAccessIsEffectiveOnTheNextQuery(t *testing.T) {
	x := filled(t)
	open := find(t, x, content.Query{Text: "Hausakte"})
	closed := library()[2]
	closed.Audience = []string{"fb:23"}
	if err := x.Apply(t.Context(), "c2", []content.IndexChange{{ID: closed.ID, Document: &closed}}); err != nil {
		t.Fatal(err)
	}
	if r := find(t, x, content.Query{Text: "Hausakte"}); open.Total != 1 || r.Total != 0 || len(r.Facets["department"]) != 0 {
		t.Errorf("before %v, after %v %v", ids(open), ids(r), r.Facets)
	}
	if r := find(t, x, content.Query{Text: "Hausakte", Audience: []string{"alle", "fb:23"}}); r.Total != 1 {
		t.Errorf("those who still may: %v", ids(r))
	}
}
