package search

import (
	"fmt"
	"strings"
	"testing"

	"staffelstab/content"
)

func TestOperatorsDoWhatTheySay(t *testing.T) {
	x := indexed(t,
		page("pass", "Personalausweis oder Reisepass", "32", "Was sofort sein muss|Ein Foto."), page("da", "Dienstanweisung DA-12", "11", "A|Es gilt da etwas."),
		page("fb", "Ablage FB 37", "37", "A|Ordner."), page("geld", "Wertgrenze", "30", "A|Ab 25.000 Euro, § 13 Abs. 2."), page("hund", "Hochwasser", "70", "A|Straßen und Hunde im Hochwasser. Der Hund, die Straße."),
		page("antrag", "Urlaub", "11", "A|Ich beantragte Urlaub. Wir haben angemeldet, bezahlt und genehmigt. Die Kollegin auch."), page("antraege", "Antrag", "11", "A|beantragt beantragt beantragt beantragt beantragt beantragt beantragt beantragt beantragt genehmigen genehmigen"),
	)
	for _, c := range []struct{ query, want string }{
		{`"Was sofort sein muss"`, "[pass]"}, {`"Personalausweis oder"`, "[pass]"}, {`Foto -"Personalausweis oder"`, "[]"},
		{"25000", "[geld]"}, {"25.000", "[geld]"}, {"Paragraph 13", "[geld]"}, {"paragraf 13 absatz 2", "[geld]"}, {"Kollege", "[antrag]"}, {"bezahlen", "[antrag]"}, {"anmelden", "[antrag]"},
	} {
		if got := fmt.Sprint(ids(find(t, x, content.Query{Text: c.query}))); got != c.want {
			t.Errorf("%s: %s, not %s", c.query, got, c.want)
		}
	}
	if r := find(t, x, content.Query{Text: "-Foto", Departments: []string{"32", "37"}}); fmt.Sprint(ids(r)) != "[fb]" {
		t.Errorf("a filter with a word left out finds %v", ids(r))
	}
	for query, meant := range map[string]string{"Straßenhund Hochwaser": "Hochwasser", "Wie beantrage ich Urlaub": "", "genehmigt": "", "angemeldet": ""} {
		r := find(t, x, content.Query{Text: query})
		if meant == "" && r.DidYouMean != "" || meant != "" && r.DidYouMean != "Straßenhund "+meant {
			t.Errorf("%s was read as %q", query, r.DidYouMean)
		}
	}
	if r := find(t, x, content.Query{Text: "DA"}); len(r.Hits) == 0 || r.Hits[0].ID != "da" {
		t.Errorf("DA finds %v", ids(r))
	}
	if r := find(t, x, content.Query{Text: "DA 37"}); len(r.Hits) > 0 && r.Hits[0].Score > 10 {
		t.Errorf("DA 37 finds %v with %.1f", ids(r), r.Hits[0].Score)
	}
	if got, err := x.Suggest(t.Context(), "Da", []string{"alle"}, 5); err != nil || len(got) != 1 {
		t.Errorf("while typing Da: %v %v", got, err)
	}
}

// TestALongPhraseDoesNotHoldTheSearchUp would run for half an hour if the places
// of a phrase were compared each with each.
func TestALongPhraseDoesNotHoldTheSearchUp(t *testing.T) {
	long := page("lang", "Lang", "11", "A|x")
	long.Sections[0].Text = strings.Repeat("der ", 200_000)
	x := indexed(t, long)
	r := find(t, x, content.Query{Text: `"der der der der der der"`})
	if r.Total != 1 {
		t.Errorf("%d found", r.Total)
	}
}
