package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
)

func TestCodesAndParagraphsAreFoundHoweverTheyAreWritten(t *testing.T) {
	x := indexed(t, page("da", "Dienstanweisung DA-37", "11", "A|Gilt für FB 11/2. Nach § 13 Abs. 2 LBO ist es Pflicht."), page("andere", "Dienstanweisung DA 38", "11", "A|§ 13 Abs. 3 und § 14."))
	for query, want := range map[string]string{
		"DA-37": "da", "DA 37": "da", "da37": "da", "da 37": "da", "DA 38": "andere", "DA-38": "andere", "FB 11/2": "da", "fb11/2": "da", "§ 13 Abs. 2": "da", "§13 Absatz 3": "andere", "§ 14": "andere",
	} {
		if got := ids(find(t, x, content.Query{Text: query})); len(got) == 0 || got[0] != want {
			t.Errorf("%s: %v, want %s first", query, got, want)
		}
	}
}

func TestWordsWrittenApartOrTogetherAreTheSame(t *testing.T) {
	x := indexed(t, page("schutz", "Arbeitsschutzgesetz", "11", "A|Text"), page("mail", "E-Mail-Adressen", "10", "A|Text"), page("brief", "Antrag auf Urlaub", "11", "A|Text"), page("klein", "Müllerbrücke", "66", "A|Text"))
	for query, want := range map[string]string{
		"Arbeits Schutz Gesetz": "schutz", "Arbeitsschutz Gesetz": "schutz", "Arbeit Schutz": "schutz", "Email Adresse": "mail", "E-Mail": "mail", "Emailadresse": "mail", "Urlaubsantrag": "brief", "Müller-Brücke": "klein",
	} {
		if got := ids(find(t, x, content.Query{Text: query})); len(got) == 0 || got[0] != want {
			t.Errorf("%s: %v, want %s first", query, got, want)
		}
	}
}

func TestSynonymsComeFromATextThatMayBeSeen(t *testing.T) {
	list := page("synonyme", "Synonyme der Suche", "10", "A|Liste")
	list.Synonyms = [][]string{{"AGA", "Allgemeine Geschäftsanweisung"}, {"Azubi", "Auszubildende"}, {"Handy", "Mobiltelefon", "Diensthandy"}}
	documents := []content.IndexDocument{
		list, page("aga", "Allgemeine Geschäftsanweisung", "10", "A|Post und Akten"), page("azubi", "Für Auszubildende", "11", "A|Start"), page("tel", "Mobiltelefone ausgeben", "10", "A|Vertrag"),
	}
	x := indexed(t, documents...)
	for query, want := range map[string]string{"AGA": "aga", "aga": "aga", "Azubi": "azubi", "Azubis": "azubi", "Handys": "tel", "Auszubildender": "azubi"} {
		r := find(t, x, content.Query{Text: query, Explain: true})
		if !slices.Contains(ids(r), want) || r.Loosened {
			t.Errorf("%s: %v, want %s", query, ids(r), want)
		}
	}
	documents[0].Audience = []string{"fb:10"}
	hidden := indexed(t, documents...)
	if got := ids(find(t, hidden, content.Query{Text: "AGA"})); len(got) > 0 {
		t.Errorf("a list nobody may see was used: %v", got)
	}
}

func TestMistakesAreMendedByWordsThatMayBeSeen(t *testing.T) {
	secret := page("geheim", "Umstrukturierung", "20", "A|Text")
	secret.Audience = []string{"fb:20"}
	x := indexed(t, page("müll", "Müllabfuhr", "70", "A|Die Müllabfuhr kommt am Montag."), page("urlaub", "Urlaubsantrag", "11", "A|Leitung"), secret)
	for query, want := range map[string]string{
		"Mülabfuhr": "Müllabfuhr", "muellabfur Montag": "Müllabfuhr Montag", "  Urlaubsantarg   Leitung": "Urlaubsantrag Leitung", "Müllabfuhr": "", "Umstrukturirung": "", "Xylophonquark": "", `"x y" Mülabfuhr`: "",
	} {
		r := find(t, x, content.Query{Text: query})
		if want != "" && (!strings.EqualFold(r.DidYouMean, want) || r.Total != 1) || want == "" && r.DidYouMean != "" && r.Total > 0 {
			t.Errorf("%s: %d found, meant %q, want %q", query, r.Total, r.DidYouMean, want)
		}
	}
	if r := find(t, x, content.Query{Text: "Umstrukturierung", Audience: []string{"fb:20"}}); r.Total != 1 {
		t.Errorf("those who may see it find %d", r.Total)
	}
}

func TestASentenceFindsWhatHasMostOfIt(t *testing.T) {
	x := indexed(t, page("jugend", "Arbeit von Jugendlichen", "11", "Zeit|Jugendliche arbeiten höchstens acht Stunden."), page("lampe", "Lampen", "23", "A|Eine Lampe leuchtet."))
	r := find(t, x, content.Query{Text: "Wie lange dürfen Jugendliche am Tag arbeiten?"})
	if len(r.Hits) == 0 || r.Hits[0].ID != "jugend" {
		t.Errorf("%v", ids(r))
	}
	if r := find(t, x, content.Query{Text: "Jugendliche Lampe"}); !r.Loosened || r.Total != 2 {
		t.Errorf("no text has both: %v, loosened %v", ids(r), r.Loosened)
	}
	if r := find(t, x, content.Query{Text: "Jugendliche Stunden"}); r.Loosened || r.Total != 1 {
		t.Errorf("a text has both: %v, loosened %v", ids(r), r.Loosened)
	}
}

func TestUnfinishedWordIsABeginning(t *testing.T) {
	x := indexed(t, page("a", "Baumschutzsatzung", "67", "A|Bäume"), page("b", "Bau", "63", "A|Text"))
	if got := ids(find(t, x, content.Query{Text: "Baumsch", Typing: true})); !slices.Equal(got, []string{"a"}) {
		t.Errorf("%v", got)
	}
	if got := ids(find(t, x, content.Query{Text: "bau", Typing: true})); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("the whole word first: %v", got)
	}
	if got := ids(find(t, x, content.Query{Text: "bau ", Typing: true})); !slices.Equal(got, []string{"b"}) {
		t.Errorf("a finished word: %v", got)
	}
}

func TestRankingKnowsWhatHoldsAndExplainsItself(t *testing.T) {
	base := func(id string, change func(*content.IndexDocument)) content.IndexDocument {
		d := page(id, "Hundesteuer", "20", "Satz|Der Satz ist Pflicht.")
		change(&d)
		return d
	}
	x := indexed(t,
		base("a-alt", func(d *content.IndexDocument) { d.ValidUntil = "2020-01-01" }),
		base("b-bald", func(d *content.IndexDocument) { d.ValidFrom = "2030-01-01" }),
		base("c-lange-nicht-geprüft", func(d *content.IndexDocument) { d.ReviewDue = "2020-01-01" }),
		base("d-einfach", func(*content.IndexDocument) {}),
		base("e-hilft", func(d *content.IndexDocument) { d.Helpful = 20 }),
		base("f-bindet", func(d *content.IndexDocument) { d.Binding = content.BindingYes }))
	if got := ids(find(t, x, content.Query{Text: "Hundesteuer"})); strings.Join(got, " ") != "e-hilft d-einfach f-bindet c-lange-nicht-geprüft b-bald a-alt" {
		t.Errorf("a word: %v", got)
	}
	r := find(t, x, content.Query{Text: "Pflicht Hundesteuer", Explain: true})
	if r.Hits[0].ID != "f-bindet" {
		t.Errorf("who asks what binds: %v", ids(r))
	}
	for _, h := range r.Hits {
		score := 0.0
		for _, w := range h.Why.Words {
			score += w.Worth
		}
		for _, f := range h.Why.Factors {
			score *= f.Value
		}
		if len(h.Why.Words) != 2 || score < h.Score*0.999 || score > h.Score*1.001 {
			t.Errorf("%s: the explanation makes %.3f of %.3f: %+v", h.ID, score, h.Score, h.Why)
		}
	}
	if why := r.Hits[0].Why.Words[1]; why.Word != "Hundesteuer" || why.Grade != content.MatchExact || why.Field != fieldTitle {
		t.Errorf("%+v", why)
	}
	if find(t, x, content.Query{Text: "Hundesteuer"}).Hits[0].Why != nil {
		t.Error("explained without being asked")
	}
}

func TestWordsOfOneSectionBeatScatteredOnes(t *testing.T) {
	filler := strings.Repeat("Anderes steht hier auch noch geschrieben. ", 5)
	x := indexed(t, page("a-verstreut", "Merkblatt", "11", "A|Kaution "+filler, "B|Rückgabe "+filler), page("b-zusammen", "Merkblatt", "11", "A|Rückgabe der Kaution "+filler, "B|"+filler))
	if got := ids(find(t, x, content.Query{Text: "Kaution Rückgabe"})); !slices.Equal(got, []string{"b-zusammen", "a-verstreut"}) {
		t.Errorf("%v", got)
	}
}

func TestFiltersSortAndLists(t *testing.T) {
	documents := []content.IndexDocument{page("a", "Zebra", "11/2", "A|Tier"), page("b", "Äffin", "11", "A|Tier"), page("c", "Maus", "12", "A|Tier")}
	documents[0].Changed, documents[1].Changed, documents[2].Changed = "2024-01-01", "2026-01-01", "2025-01-01"
	documents[0].Author, documents[1].Author = "p-1", "p-2"
	documents[1].Binding, documents[2].Binding = content.BindingYes, content.BindingNo
	documents[2].Topics = []string{"Nager"}
	x := indexed(t, documents...)
	for name, c := range map[string]struct {
		q    content.Query
		want string
	}{
		"by title":             {content.Query{Text: "Tier", Sort: content.SearchByTitle}, "b c a"},
		"newest first":         {content.Query{Text: "Tier", Sort: content.SearchByChange}, "b c a"},
		"author":               {content.Query{Text: "Tier", Authors: []string{"p-1"}}, "a"},
		"an author nobody is":  {content.Query{Text: "Tier", Authors: []string{}}, ""},
		"binding":              {content.Query{Text: "Tier", Bindings: []content.Binding{content.BindingNo, content.BindingYes}, Sort: content.SearchByTitle}, "b c"},
		"only filters":         {content.Query{Departments: []string{"11"}}, "b a"},
		"only a topic":         {content.Query{Topics: []string{"Nager"}}, "c"},
		"neither":              {content.Query{}, ""},
		"only what is not":     {content.Query{Text: "-Tier", Departments: []string{"11"}}, ""},
		"words of small value": {content.Query{Text: "wie was"}, ""},
	} {
		if got := strings.Join(ids(find(t, x, c.q)), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := find(t, x, content.Query{Text: "Tier"}).Facets["binding"]; fmt.Sprint(got) != "[{ja 1} {nein 1}]" {
		t.Errorf("%v", got)
	}
}

func TestSuggestionsHaveTopicsAndNumbers(t *testing.T) {
	da := page("da", "Umgang mit Schlüsseln", "10", "A|Text")
	da.Number, da.Topics = "DA-37", []string{"Schließanlage", "Gebäude"}
	secret := page("geheim", "Geheime Schlüssel", "20", "A|Text")
	secret.Audience, secret.Topics = []string{"fb:20"}, []string{"Schlüsselverzeichnis"}
	x := indexed(t, da, secret)
	for text, want := range map[string]string{"Schl": "[Schließanlage] da", "DA-3": "da", "da 37": "da", "umg mit schl": "", "Umgang mit Schlü": "da", "gebäude": "[Gebäude] da", "Schlüsselv": "", "": ""} {
		list, err := x.Suggest(t.Context(), text, []string{"alle"}, 5)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range list {
			if s.Topic != "" {
				got = append(got, "["+s.Topic+"]")
			} else {
				got = append(got, string(s.ID))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What came in one by one is found like what came in with a rebuild.
func TestChangesAnswerLikeARebuild(t *testing.T) {
	built, grown := indexed(t, library()...), open(t, t.TempDir())
	for i, d := range library() {
		if err := grown.Apply(t.Context(), content.Commit(fmt.Sprint(i)), []content.IndexChange{{ID: d.ID, Document: &d}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"Reisekosten", "Antrag", "Haus", "Strasse", "Urlaubsantarg", "Mitarbeiter", "Müller Brücke", "Winterdienst Salz", "Abrechnung Dienstreise", "gereinigt", "Gespräch führen", "DA 37"} {
		a, b := find(t, built, content.Query{Text: text}), find(t, grown, content.Query{Text: text})
		if !slices.Equal(ids(a), ids(b)) {
			t.Errorf("%s: %v after a rebuild, %v after changes", text, ids(a), ids(b))
		}
	}
}
