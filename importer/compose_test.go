package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
)

// published imports one document and returns it as the library would read it.
func published(t testing.TB, d func() *importer.Document) (content.Document, importertest.Stored, importer.Entry) {
	t.Helper()
	target := importertest.NewMemory()
	report := apply(t, target, of(func() []any { return []any{d()} }), options(t))
	e := report.Documents[0]
	stored, ok := target.Articles()[content.ID(e.ID)]
	if !ok {
		t.Fatalf("not published: %+v", e)
	}
	parsed, err := content.ParseDocument(stored.Path, stored.Markdown)
	if err != nil {
		t.Fatalf("%v\n%s", err, stored.Markdown)
	}
	return parsed, stored, e
}

func TestWhatIsKnownOfADocumentStandsInItsHead(t *testing.T) {
	d, stored, _ := published(t, func() *importer.Document {
		return text(1, "Inhalt", standard, func(d *importer.Document) {
			d.Title, d.Topics, d.Department, d.ValidFrom, d.DevKind = "Dienstreise: „Größe“ & #1", []string{"Personal/Reisen", "ja", "§ 3: Frist"}, "11/2", "2009-04-01", "Arbeitshilfe"
		})
	})
	m := d.Meta
	if m.ID != id(1) || m.Kind != content.KindStandard || m.Title != "Dienstreise: „Größe“ & #1" || !slices.Equal(m.Topics, []string{"Personal/Reisen", "ja", "§ 3: Frist"}) {
		t.Errorf("%+v", m)
	}
	if m.Department != "11/2" || m.ValidFrom != "2009-04-01" || m.Binding != content.BindingUnchecked || m.Origin.DevKind != "Arbeitshilfe" || m.Origin.UNID != unid(1) || m.Origin.ReplicaID != replica {
		t.Errorf("%+v", m)
	}
	if string(d.Body) != "\nInhalt\n" || stored.Message != m.Title || !stored.When.Equal(time.Date(2017, 11, 24, 8, 30, 0, 0, time.UTC)) {
		t.Errorf("body %q, %+v", d.Body, stored)
	}
	want := []content.Trailer{{Key: content.TrailerNotes, Value: unid(1)}, {Key: content.TrailerImportRun, Value: "lauf-1"}, {Key: content.TrailerSequence, Value: "1"}}
	if !slices.Equal(stored.Trailers, want) {
		t.Errorf("trailers %v", stored.Trailers)
	}
}

func TestWhatIsNotKnownIsLeftOut(t *testing.T) {
	_, stored, _ := published(t, func() *importer.Document {
		return text(1, "Inhalt", func(d *importer.Document) { d.Origin.Database, d.Origin.Form = "", "" })
	})
	for _, key := range []string{"themen", "bereich", "gueltig_ab", "verbindlich", "dev_art", "datenbank", "form"} {
		if strings.Contains(string(stored.Markdown), key+":") {
			t.Errorf("%s is empty and yet written:\n%s", key, stored.Markdown)
		}
	}
}

func TestLongTitlesAndManyTopicsAreCutToWhatTheLibraryTakes(t *testing.T) {
	d, stored, _ := published(t, func() *importer.Document {
		return text(1, "Inhalt", func(d *importer.Document) {
			d.Title = strings.Repeat("Übergröße ", 50)
			for n := range 150 {
				d.Topics = append(d.Topics, fmt.Sprintf("Thema %d", n))
			}
		})
	})
	if n := len([]rune(d.Meta.Title)); n > 300 || n < 290 || !strings.HasSuffix(d.Meta.Title, "…") || stored.Message != d.Meta.Title {
		t.Errorf("%d characters: %q", n, d.Meta.Title)
	}
	if len(d.Meta.Topics) != 100 || d.Meta.Topics[99] != "Thema 99" {
		t.Errorf("%d topics", len(d.Meta.Topics))
	}
}

// FuzzHead writes any title and topic into the head of a file: they come back
// as they were, the text begins below, and a second run changes nothing.
func FuzzHead(f *testing.F) {
	for _, seed := range []string{"Dienstreise", "- ja", "---", "\n---\nx", "a: b", "#x", "'", `"`, "{{x}}", "[1]", "null", "2009-04-01", "1e3", "~", "!!binary x", "&a", "*a", "%x", "@x", "`x`", "\t", "a\u2028b", "😀", "ja", "0x10", "stand: v1-0123456789abcdef-01234567", `\`, "|", ">", "? x", "\u00a0", "\ufeff", "=1", "Ende:", " # x"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, title, topic string) {
		title, topic = plain(title), plain(topic)
		if title == "" {
			title = "x"
		}
		make := func() []any {
			return []any{text(1, "Inhalt", func(d *importer.Document) { d.Title, d.Topics, d.Origin.Database = title, []string{topic}, title })}
		}
		target := importertest.NewMemory()
		first := apply(t, target, of(make), options(t))
		if first.Totals.Failed == 1 && strings.HasPrefix(title+topic, "?") {
			return // the head cannot hold it; the report says so
		}
		stored := target.Articles()[id(1)]
		d, err := content.ParseDocument("index.md", stored.Markdown)
		if err != nil {
			t.Fatalf("%v in\n%s", err, stored.Markdown)
		}
		if len([]rune(title)) <= 300 && d.Meta.Title != title || len(d.Meta.Topics) > 0 && d.Meta.Topics[0] != topic || string(d.Body) != "\nInhalt\n" || d.Meta.Origin.UNID != unid(1) {
			t.Fatalf("title %q, topic %q became %q, %q in\n%s", title, topic, d.Meta.Title, d.Meta.Topics, stored.Markdown)
		}
		if again := apply(t, target, of(make), options(t)); again.Totals.Unchanged != 1 {
			t.Errorf("a second run: %+v", again.Totals)
		}
		newer := of(func() []any {
			return []any{text(1, "Neuer Inhalt", func(d *importer.Document) { d.Title, d.Topics, d.Origin.Database = title, []string{topic}, title })}
		})
		if again := apply(t, target, newer, options(t)); again.Totals.Updated != 1 {
			t.Errorf("a newer source: %+v", again.Totals)
		}
	})
}

// plain is what sources make of a field: one line of valid text.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\ufffd' || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))), " ")
}

func TestWhoChangedWhatDecides(t *testing.T) {
	byHand := func(b []byte) []byte { return bytes.Replace(b, []byte("Inhalt"), []byte("Inhalt, geprüft"), 1) }
	retitled := func(b []byte) []byte {
		return bytes.Replace(b, []byte("titel: Dokument 1"), []byte("titel: Besser"), 1)
	}
	restored := func(b []byte) []byte {
		return bytes.Replace(byHand(b), []byte(", geprüft"), nil, 1)
	}
	windows := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }
	without := func(b []byte) []byte {
		at := bytes.Index(b, []byte("    stand:"))
		return append(bytes.Clone(b[:at]), b[at+bytes.IndexByte(b[at:], '\n')+1:]...)
	}
	same := func(*importer.Document) {}
	newer := func(d *importer.Document) {
		d.Blocks = []cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: "Neues"}}}}
	}
	for name, c := range map[string]struct {
		person func([]byte) []byte
		source func(*importer.Document)
		want   string
	}{
		"nobody":                       {nil, same, "unchanged"},
		"the source":                   {nil, newer, "updated"},
		"the source's title":           {nil, titled("Anders"), "updated"},
		"only a file of the source":    {nil, attached("Anlage.txt", "zwei"), "updated"},
		"a person":                     {byHand, same, "unchanged"},
		"a person's title":             {retitled, same, "unchanged"},
		"both":                         {byHand, newer, "proposed"},
		"both, the person only a head": {retitled, newer, "proposed"},
		"a person took it back":        {restored, newer, "updated"},
		"an editor's line ends":        {windows, newer, "proposed"},
		"somebody removed the mark":    {without, newer, "proposed"},
		"the mark, nothing else":       {without, same, "unchanged"},
	} {
		t.Run(name, func(t *testing.T) {
			target := importertest.NewMemory()
			apply(t, target, of(func() []any { return []any{text(1, "Inhalt", attached("Anlage.txt", "eins"))} }), options(t))
			if c.person != nil {
				target.Edit(id(1), c.person)
			}
			before, commits := string(target.Articles()[id(1)].Markdown), target.Commits()
			report := apply(t, target, of(func() []any { return []any{text(1, "Inhalt", attached("Anlage.txt", "eins"), c.source)} }), options(t))
			if got := states(report); got != c.want {
				t.Fatalf("%s, want %s", got, c.want)
			}
			if c.want == "updated" {
				return
			}
			if now := string(target.Articles()[id(1)].Markdown); now != before || target.Commits() != commits {
				t.Errorf("overwritten with\n%s", now)
			}
			if e := report.Documents[0]; (c.want == "proposed") != e.Review {
				t.Errorf("%+v", e)
			}
		})
	}
}

// linking says that the source had some links, written "words → where they lead",
// and puts others into the text.
func linking(had []string, shows ...string) func(*importer.Document) {
	return func(d *importer.Document) {
		for _, link := range had {
			words, leads, _ := strings.Cut(link, " → ")
			d.Links = append(d.Links, importer.Link{Target: "source", Text: words, Leads: leads})
		}
		var spans []cmark.Span
		for _, link := range shows {
			words, leads, _ := strings.Cut(link, " → ")
			d.Visible += " " + words
			spans = append(spans, cmark.Span{Text: words, Link: leads})
		}
		d.Blocks = append(d.Blocks, cmark.Paragraph{Spans: spans})
	}
}

func TestWhatDoesNotArriveIsTold(t *testing.T) {
	long := strings.Repeat("Wort ", 200)
	lost := func(d *importer.Document) { d.Visible += " verlorenes" }
	for name, c := range map[string]struct {
		change func(*importer.Document)
		want   []string
	}{
		"everything arrives":                        {func(*importer.Document) {}, nil},
		"one letter in a hundred":                   {func(d *importer.Document) { d.Visible += " verl" }, nil},
		"more than that":                            {lost, []string{"Nur 800 von 810 Buchstaben wiedergefunden."}},
		"words that are only hidden":                {func(d *importer.Document) { d.Blocks = d.Blocks[:0] }, []string{"Nur 0 von 800 Buchstaben wiedergefunden."}},
		"a file":                                    {func(d *importer.Document) { d.AttachmentsIn = 3; attached("a.txt", "a")(d) }, []string{"1 von 4 Anlagen und Bildern übernommen."}},
		"a dead link":                               {func(d *importer.Document) { d.Links = []importer.Link{{Target: "x", Dead: true}} }, []string{"0 von 1 Verweisen übernommen."}},
		"a link the text lacks":                     {func(d *importer.Document) { d.Links = []importer.Link{{Target: "https://example.org"}} }, []string{"0 von 1 Verweisen übernommen."}},
		"a link that is there":                      {linking([]string{"Größe & Maß → /a/x?y=1&z=ü"}, "Größe & Maß → /a/x?y=1&z=ü"), nil},
		"a link to a file with a blank":             {linking([]string{"Datei → An lage (1).pdf"}, "Datei → An lage (1).pdf"), nil},
		"a link that leads elsewhere":               {linking([]string{"x → /a/y"}, "x → /a/z"), []string{"0 von 1 Verweisen übernommen."}},
		"a link with other words":                   {linking([]string{"hier → /a/y"}, "dort → /a/y"), []string{"0 von 1 Verweisen übernommen."}},
		"two links in a row to the same":            {linking([]string{"x → /a/y", "z → /a/y"}, "x → /a/y", "z → /a/y"), nil},
		"a link that waited for its target":         {linking([]string{"Titel → /a/y"}, "→ → /notes/source"), nil},
		"a link that waits for another target":      {linking([]string{"x → /a/y"}, "x → /notes/other"), []string{"0 von 1 Verweisen übernommen."}},
		"the same link twice that is there once":    {linking([]string{"x → /a/y", "x → /a/y"}, "x → /a/y"), []string{"1 von 2 Verweisen übernommen."}},
		"one of two links to the same without text": {linking([]string{" → /a/y", "x → /a/y"}, "x → /a/y"), nil},
		"the title counts":                          {func(d *importer.Document) { d.Visible += " Dokument 1" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, e := published(t, func() *importer.Document { return text(1, strings.TrimSpace(long), c.change) })
			if !slices.Equal(e.Notes, c.want) && len(e.Notes)+len(c.want) > 0 || e.Review != (c.want != nil) {
				t.Errorf("notes %q, review %v, want %q", e.Notes, e.Review, c.want)
			}
		})
	}
}

func TestLettersOfAnAnswerAreCountedForItself(t *testing.T) {
	lost := func(d *importer.Document) { d.Visible += " verlorenes" }
	report := apply(t, importertest.NewMemory(), of(func() []any {
		return []any{text(1, "Frage"), text(2, "Ja", answer(1), titled("Azubis"), lost)}
	}), options(t))
	question, below := entryOf(t, report, 1), entryOf(t, report, 2)
	if question.LettersIn != 5 || question.LettersOut != 5 || below.LettersIn != 12 || below.LettersOut != 2 {
		t.Errorf("%+v\n%+v", question, below)
	}
	if !question.Review || !strings.Contains(strings.Join(question.Notes, "|"), "Angefügte Antwort „Azubis“: nur 2 von 12 Buchstaben") {
		t.Errorf("%q", question.Notes)
	}
}

func TestLinksOfAnAnswerAreCountedForItself(t *testing.T) {
	report := apply(t, importertest.NewMemory(), of(func() []any {
		return []any{
			text(1, "Frage"),
			text(2, "Ja", answer(1), titled("Azubis"), linking([]string{"hier → https://example.org/a", "dort → https://example.org/b"}, "hier → https://example.org/a", "dort → https://example.org/c")),
		}
	}), options(t))
	question, below := entryOf(t, report, 1), entryOf(t, report, 2)
	if question.LinksIn != 0 || below.LinksIn != 2 || below.LinksOut != 1 {
		t.Errorf("%+v\n%+v", question, below)
	}
	if !question.Review || !strings.Contains(strings.Join(question.Notes, "|"), "Angefügte Antwort „Azubis“: 1 von 2 Verweisen") {
		t.Errorf("%q", question.Notes)
	}
}

func TestOddTextsAreFoundAgainByTheProductsOwnRenderer(t *testing.T) {
	for _, words := range []string{
		"Bürger*innen_und **Gäste** zahlen 5 € ~ 3 %", "§ 3 Abs. 2 Nr. 1 LRKG (neu)", "a < b && c > d", "J:\\Vorlagen\\neu.dot", "[[Reisekosten]] und [x]", "e\u0301 und é sind eins", "1. # - + =", "Grüße 😀 aus 東京", "$x$ {#y} `z`", "<script>alert(1)</script>",
	} {
		_, _, e := published(t, func() *importer.Document { return text(1, words) })
		if e.LettersIn == 0 || e.LettersOut != e.LettersIn {
			t.Errorf("%q: %d of %d letters", words, e.LettersOut, e.LettersIn)
		}
	}
}

// deaf is a renderer that cannot show anything.
type deaf struct{}

func (deaf) Render(context.Context, []byte, content.LinkResolver) (content.Rendered, error) {
	return content.Rendered{}, context.DeadlineExceeded
}

func TestWhatCannotBeShownIsNotPublished(t *testing.T) {
	target := importertest.NewMemory()
	o := options(t)
	o.Renderer = deaf{}
	report := apply(t, target, of(func() []any { return []any{text(1, "a"), text(2, "b")} }), o)
	if states(report) != "failed failed" || target.Commits() != 0 || report.Documents[0].Notes[0] != "Das Ergebnis konnte nicht dargestellt werden." {
		t.Errorf("%+v", report.Documents)
	}
}
