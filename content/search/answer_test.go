package search

import (
	"context"
	"fmt"
	"html/template"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"staffelstab/content"
)

// indexed opens an index with these articles.
func indexed(t testing.TB, documents ...content.IndexDocument) *Index {
	t.Helper()
	x := open(t, t.TempDir())
	if err := x.Rebuild(t.Context(), "c1", stream(documents)); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestHitOpensWhereTheAnswerStands(t *testing.T) {
	trip := page("reise", "Dienstreisen", "11", "|Vorab: Dienstreisen sind anzumelden.", "Antrag|Der Antrag geht an die Leitung.", "Kosten|Erstattet werden Fahrt und Übernachtung.",
		"Kosten im Ausland|Auslandstagegeld nach Land.", "Belege|Belege zu Fahrt, Übernachtung und Antrag sammeln.")
	trip.Sections[0].Path, trip.Sections[0].Anchor = nil, "" // before the first heading
	trip.Sections[3].Path = []string{"Kosten", "Ausland"}
	trip.Summary = "Alles rund um Reisen im Auftrag der Stadt"
	x := indexed(t, trip, page("leer", "Verzeichnis ohne Text", "11"))
	for query, anchor := range map[string]string{
		"Leitung": "s1", "Auslandstagegeld": "s3", "tagegeld": "s3", "Übernachtung Belege": "s4", "Ausland": "s3", "erstattet": "s2", `"Fahrt und Übernachtung"`: "s2",
		"Dienstreisen": "", "anzumelden": "", "Erstatet": "s2", "Auftrag": "", // of the summary, in no section
	} {
		hits := find(t, x, content.Query{Text: query}).Hits
		if len(hits) != 1 || hits[0].Anchor != anchor {
			t.Errorf("%s: %+v, want the section %q", query, hits, anchor)
			continue
		}
		if want := trip.Sections[max(0, slices.IndexFunc(trip.Sections, func(s content.IndexSection) bool { return s.Anchor == anchor }))].Path; !slices.Equal(hits[0].Section, want) {
			t.Errorf("%s: path %v, want %v", query, hits[0].Section, want)
		}
	}
	if hits := find(t, x, content.Query{Text: "Verzeichnis"}).Hits; len(hits) != 1 || hits[0].Anchor != "" || len(hits[0].Snippet) != 0 {
		t.Errorf("an article without text: %+v", hits)
	}
}

func TestHitTellsWhatTheListShows(t *testing.T) {
	d := page("da", "Dienstanweisung Kasse", "20/1", "Kasse|Die Kasse schließt um zwölf.")
	d.Kind, d.Binding, d.ValidFrom, d.ValidUntil, d.ReviewDue, d.SupersededFrom = content.KindInstruction, content.BindingYes, "2024-01-01", "2030-12-31", "2026-01-01", "2025-01-01"
	got := find(t, indexed(t, d), content.Query{Text: "Kasse"}).Hits[0]
	want := content.Hit{ID: "da", Kind: d.Kind, Title: d.Title, Department: "20/1", Binding: d.Binding, Section: []string{"Kasse"}, Anchor: "s0",
		ValidFrom: "2024-01-01", ValidUntil: "2030-12-31", ReviewDue: "2026-01-01", SupersededFrom: "2025-01-01", Score: got.Score,
		Snippet: []content.SnippetPart{{Text: "Die "}, {Text: "Kasse", Match: true}, {Text: " schließt um zwölf."}}}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// joined is a snippet with its marks in brackets.
func joined(parts []content.SnippetPart) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Match {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// marked is the snippet of a text for a query, as the search would make it.
func marked(t testing.TB, query, text string) []content.SnippetPart {
	t.Helper()
	d := page("d", "Titel", "11", "")
	d.Sections = []content.IndexSection{{Text: text}}
	x := indexed(t, d)
	v, err := x.view()
	if err != nil {
		t.Fatal(err)
	}
	defer v.release()
	a := &answer{Query: content.Query{Text: query, Audience: []string{"alle"}}, parsed: parseQuery(query, false)}
	if err := a.match(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	section, err := v.section(0, a.bestSection(0))
	if err != nil {
		t.Fatal(err)
	}
	return snippet(section.Text, a.marker(0, markers{}), len(a.words))
}

func TestSnippetMarksWhatWasAsked(t *testing.T) {
	for _, c := range []struct{ query, text, want string }{
		{"Häuser", "Jedes Haus, alle Häuser.", "Jedes [Haus], alle [Häuser]."},
		{"Strasse", "Straße und STRASSE", "[Straße] und [STRASSE]"},
		{"der Antrag", "Der Antrag der Stadt", "Der [Antrag] der Stadt"},
		{"§ 13", "nach § 13 und §\u00a014", "nach [§ 13] und § 14"},
		{"Bürger*innen", "Alle Bürger:innen zahlen", "Alle [Bürger:innen] zahlen"},
		{`"nicht genehmigt"`, "Es ist nicht genehmigt.", "Es ist [nicht] [genehmigt]."},
		{"Reise", "Dienstreisekosten", "Dienst[reise]kosten"},
		{"Reisekosten", "die Dienstreisekostenabrechnung", "die Dienst[reisekosten]abrechnung"},
		{"Prüfung", "Die Rechnungsprüfungen", "Die Rechnungs[prüfungen]"},
		{"Straße", "Hauptstraßenlärm", "Haupt[straßen]lärm"},
		{"u\u0308ber Ärger", "A\u0308rger, Ärger", "[A\u0308rger], [Ärger]"},
		{"Kasse", "a\n\n  b\tKasse ", "a b [Kasse]"},
		{"DA 37", "siehe DA-37", "siehe [DA-37]"},
		{"kündigen", "Die Kündigung ist gekündigt", "Die [Kündigung] ist [gekündigt]"},
		{"Kasse", "", ""},
	} {
		if got := joined(marked(t, c.query, c.text)); got != c.want {
			t.Errorf("%s in %q: %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

func TestSnippetOfALongTextShowsTheDensestPlace(t *testing.T) {
	filler := strings.Repeat("Über die Straße läuft ein Bär. ", 40)
	got := marked(t, "Gebühr Satzung", filler+"Die Gebühr. "+filler+"Die Gebühr der Satzung steht in der Satzung. "+filler)
	text := joined(got)
	if !strings.Contains(text, "[Gebühr] der [Satzung] steht in der [Satzung]") || !strings.HasPrefix(text, "… ") || !strings.HasSuffix(text, " …") {
		t.Errorf("got %q", text)
	}
	if words := strings.Fields(text)[1]; !strings.Contains(filler+"Gebühr", words) {
		t.Errorf("begins inside the word %q", words)
	}
}

// Whatever the text: no letter is cut, nothing is lost or doubled inside the
// window, nothing is longer than the window, and template escaping is left
// what it is, because the parts are plain text.
func TestSnippetIsAPieceOfTheTextAndIsEscapedByTheTemplate(t *testing.T) {
	show := template.Must(template.New("").Parse(`{{range .}}{{if .Match}}<mark>{{.Text}}</mark>{{else}}{{.Text}}{{end}}{{end}}`))
	for seed := range uint64(200) {
		source := rand.New(rand.NewPCG(seed, 9))
		text := strings.ToValidUTF8(scrap(source, 200), "") + strings.Repeat("ü", source.IntN(300)) + strings.ToValidUTF8(scrap(source, 200), "")
		parts := marked(t, scrap(source, 6)+" winter Straße", text)
		plain := ""
		for _, p := range parts {
			if p.Text == "" || !utf8.ValidString(p.Text) {
				t.Fatalf("%q: the part %q", text, p.Text)
			}
			plain += p.Text
		}
		inner := strings.TrimSuffix(strings.TrimPrefix(plain, "… "), " …")
		if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.TrimSpace(inner)) || len(inner) > snippetBytes {
			t.Fatalf("%q (%d bytes) is no piece of %q", inner, len(inner), text)
		}
		var page strings.Builder
		if err := show.Execute(&page, parts); err != nil {
			t.Fatal(err)
		}
		if rest := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(page.String()); strings.ContainsAny(rest, "<>\"") {
			t.Fatalf("the page holds %q", page.String())
		}
	}
}

func TestPagesTogetherAreTheWholeList(t *testing.T) {
	var stock []content.IndexDocument
	for i := range 57 { // many score alike
		stock = append(stock, page(fmt.Sprintf("p%02d", i), "Merkblatt", "11", "Text|"+strings.Repeat("Merkblatt ", 1+i%3)))
	}
	x := indexed(t, stock...)
	for _, size := range []int{1, 7, 20, 57, 100} {
		var all []string
		for offset := 0; offset < 57; offset += size {
			r := find(t, x, content.Query{Text: "Merkblatt", Limit: size, Offset: offset})
			if r.Total != 57 || len(r.Hits) != min(size, 57-offset) || r.Facets["department"][0].Count != 57 {
				t.Fatalf("size %d at %d: %d hits of %d", size, offset, len(r.Hits), r.Total)
			}
			all = append(all, ids(r)...)
		}
		once := find(t, x, content.Query{Text: "Merkblatt", Limit: 100})
		if !slices.Equal(all, ids(once)) {
			t.Errorf("pages of %d tell %v\nall at once  %v", size, all, ids(once))
		}
	}
	for _, c := range []struct{ limit, offset, hits int }{{0, 0, 20}, {-1, 0, 20}, {101, 0, 20}, {10, 57, 0}, {10, 1000, 0}, {10, math.MaxInt, 0}, {10, -5, 10}} {
		if r := find(t, x, content.Query{Text: "Merkblatt", Limit: c.limit, Offset: c.offset}); r.Total != 57 || len(r.Hits) != c.hits {
			t.Errorf("limit %d, offset %d: %d hits of %d", c.limit, c.offset, len(r.Hits), r.Total)
		}
	}
}

// Saved one by one the articles lie in many segments, which are merged while
// somebody turns the pages; equal hits must not change places.
func TestPagesHoldWhileTheIndexIsMerged(t *testing.T) {
	x := open(t, t.TempDir())
	var want []string
	for i := range 45 {
		d := page(fmt.Sprintf("p%02d", i*7%45), "Pumpwerk", "66", "Wartung|Pumpe prüfen.")
		if err := x.Apply(t.Context(), content.Commit(fmt.Sprint(i)), []content.IndexChange{{ID: d.ID, Document: &d}}); err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprintf("p%02d", i))
	}
	for round := range 5 {
		var got []string
		for offset := 0; offset < 45; offset += 9 {
			got = append(got, ids(find(t, x, content.Query{Text: "Pumpe", Limit: 9, Offset: offset}))...)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("round %d: the pages hold %v", round, got)
		}
	}
}

func TestInForceMeansOnThatDay(t *testing.T) {
	dated := func(id string, from, until, superseded content.Date) content.IndexDocument {
		d := page(id, "Hundesteuer", "20", "Satz|Die Hundesteuer beträgt 90 Euro.")
		d.ValidFrom, d.ValidUntil, d.SupersededFrom = from, until, superseded
		return d
	}
	x := indexed(t, dated("immer", "", "", ""), dated("früher", "2010-01-01", "2020-12-31", ""), dated("jetzt", "2021-01-01", "2026-12-31", ""), dated("bald", "2027-01-01", "", ""),
		dated("abgelöst", "", "", "0000-00-00"), dated("bis bald", "2021-01-01", "", "2027-01-01"))
	for day, want := range map[content.Date]string{
		"2000-06-15": "immer", "2010-01-01": "früher immer", "2020-12-31": "früher immer", "2021-01-01": "bis bald immer jetzt", "2026-12-31": "bis bald immer jetzt", "2027-01-01": "bald immer",
	} {
		got := ids(find(t, x, content.Query{Text: "Hundesteuer", InForce: true, On: day}))
		if slices.Sort(got); strings.Join(got, " ") != want {
			t.Errorf("on %s: %v, want %s", day, got, want)
		}
		all := find(t, x, content.Query{Text: "Hundesteuer", On: day})
		if first := string(all.Hits[0].ID); all.Total != 6 || !strings.Contains(want, first) {
			t.Errorf("on %s: %d found, %s ranks first", day, all.Total, first)
		}
	}
}

func TestExactBeatsStemBeatsPartBeatsMistake(t *testing.T) {
	x := indexed(t, page("teil", "Urlaubsanträge bearbeiten", "11", "A|Text"), page("genau", "Antrag", "11", "A|Text"), page("form", "Anträge", "11", "A|Text"),
		page("text", "Merkblatt", "11", "A|Der Antrag ist formlos."), page("fremd", "Auftrag", "11", "A|Text"))
	if got := ids(find(t, x, content.Query{Text: "Antrag"})); !slices.Equal(got, []string{"genau", "form", "teil", "text"}) {
		t.Errorf("exact first: %v", got)
	}
	if got := ids(find(t, x, content.Query{Text: "urlaubsantr"})); !slices.Equal(got, []string{"teil"}) {
		t.Errorf("while typing: %v", got)
	}
	if got := ids(find(t, x, content.Query{Text: "Aufrag"})); !slices.Equal(got, []string{"fremd"}) {
		t.Errorf("with a mistake: %v", got)
	}
	for query, want := range map[string]string{
		`"Antrag ist formlos"`: "text", `"formlos ist Antrag"`: "", `„Antrag ist formlos“`: "text", `"Antrag ist formlos`: "text", `Antrag -formlos`: "genau form teil", `-formlos Anträge`: "form genau teil", `-formlos`: "", `""`: "", `- -`: "",
	} {
		if got := strings.Join(ids(find(t, x, content.Query{Text: query})), " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// What is typed is never an error and never slow without bound; the library's
// automata refuse long words and take seconds for others.
func TestEveryQueryIsAnswered(t *testing.T) {
	x := filled(t)
	queries := []string{
		strings.Repeat("a", 2000), strings.Repeat("ü", 1000), strings.Repeat("привет", 60), strings.Repeat("東京", 300), strings.Repeat("ab ", 700), strings.Repeat(`"`, 999), strings.Repeat("-", 999),
		`"` + strings.Repeat("Winterdienst ", 90) + `"`, "-" + strings.Repeat("x", 900), strings.Repeat("§", 500), strings.Repeat("*innen", 150), strings.Repeat("\xff", 999), "x" + strings.Repeat("\u0308", 500),
	}
	for seed := range uint64(60) {
		queries = append(queries, scrap(rand.New(rand.NewPCG(seed, 13)), 12))
	}
	for b := range 256 {
		queries = append(queries, string([]byte{byte(b)}))
	}
	for _, sign := range "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\x00\ufffd" {
		queries = append(queries, "winter"+string(sign)+"dienst")
	}
	for _, text := range queries {
		r, err := x.Search(context.Background(), content.Query{Text: text, Audience: []string{"alle"}, On: "2026-11-23", Limit: 1})
		if err != nil || r.Facets == nil || slices.Contains(ids(r), "geheim") {
			t.Errorf("%.40q: %+v %v", text, r, err)
		}
		if _, err := x.Suggest(context.Background(), text, []string{"alle"}, 1); err != nil {
			t.Errorf("suggesting for %.40q: %v", text, err)
		}
	}
}

func TestRepeatedWordsCountOnce(t *testing.T) {
	x := filled(t)
	once, often := find(t, x, content.Query{Text: "Winterdienst Streusalz Quatsch"}), find(t, x, content.Query{Text: "Winterdienst Streusalz Quatsch quatsch QUATSCH Quatsch Quatsch"})
	if once.Total == 0 || !slices.Equal(ids(once), ids(often)) {
		t.Errorf("once %v, repeated %v", ids(once), ids(often))
	}
}

func TestSnippetOfALongSectionShowsWhatIsFarBehind(t *testing.T) {
	far := strings.Repeat("Füllwort ", 3000) + "Nadelwort am Ende."
	for text, want := range map[string]string{far: "Nadelwort", "Nadelwort vorn. " + far: "Nadelwort", strings.Repeat("x", 20000) + " Nadelwort": "Nadelwort"} {
		found := ""
		for _, p := range marked(t, "Nadelwort", text) {
			if !utf8.ValidString(p.Text) {
				t.Errorf("a letter is cut: %q", p.Text)
			}
			if p.Match {
				found = p.Text
			}
		}
		if found != want {
			t.Errorf("marked is %q", found)
		}
	}
}

// TestLongSectionsAreCutBetweenWords: nothing is lost and no word is cut, unless
// there is nothing else to cut at.
func TestLongSectionsAreCutBetweenWords(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "short": "ein Wort", "lines": strings.Repeat("Zeile mit Wörtern darin\n", 3000), "one line": strings.Repeat("Straßenüberführungsgebühr ", 3000),
		"no blank": strings.Repeat("ä", 40_000), "late blank": "kurz " + strings.Repeat("ß", 20_000) + " lang",
	} {
		list := stretches(text)
		if strings.Join(list, "") != text {
			t.Errorf("%s: something is lost", name)
		}
		for i, s := range list {
			if len(s) > longestStretch || !utf8.ValidString(s) {
				t.Errorf("%s: stretch %d has %d bytes and is whole: %v", name, i, len(s), utf8.ValidString(s))
			}
			if i > 0 && strings.Contains(text, " ") && !strings.Contains(name, "late") && !strings.HasPrefix(s, " ") && !strings.HasPrefix(s, "\n") {
				t.Errorf("%s: a word is cut before %.20q", name, s)
			}
		}
	}
}

// TestWhatStandsFarDownATableIsShown: a table of hundreds of lines under one
// heading opens at the heading and shows the line that was asked for.
func TestWhatStandsFarDownATableIsShown(t *testing.T) {
	d := page("tabelle", "Gebühren", "11", "")
	d.Sections = []content.IndexSection{{Anchor: "anlage", Path: []string{"Anlage"}, Text: strings.Repeat("Bauschein | 10 Euro\n", 2000) + "Sondernutzung Wochenmarkt | 25 Euro\n" + strings.Repeat("Bauschein | 10 Euro\n", 2000)}, {Anchor: "b", Path: []string{"Ende"}, Text: "Markt"}}
	x := indexed(t, d)
	r := find(t, x, content.Query{Text: "Sondernutzung Wochenmarkt"})
	if len(r.Hits) != 1 || r.Hits[0].Anchor != "anlage" || !strings.Contains(joined(r.Hits[0].Snippet), "[Sondernutzung] [Wochenmarkt] | 25 Euro") {
		t.Errorf("%+v", r.Hits)
	}
}
