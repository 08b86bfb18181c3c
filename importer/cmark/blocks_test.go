package cmark_test

import (
	"strings"
	"testing"

	"staffelstab/importer/cmark"
)

func text(s string) []cmark.Span { return []cmark.Span{{Text: s}} }

func paragraph(s string) cmark.Block { return cmark.Paragraph{Spans: text(s)} }

func items(texts ...string) []cmark.Item {
	var out []cmark.Item
	for _, s := range texts {
		out = append(out, cmark.Item{Blocks: []cmark.Block{paragraph(s)}})
	}
	return out
}

func bullets(texts ...string) cmark.List { return cmark.List{Items: items(texts...)} }

func numbers(start int, texts ...string) cmark.List {
	return cmark.List{Ordered: true, Start: start, Items: items(texts...)}
}

// written checks Markdown letter by letter, where editors rely on how it is
// written and not only on how it looks.
func written(t *testing.T, cases map[string]struct {
	blocks []cmark.Block
	want   string
}) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := cmark.Markdown(c.blocks); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestBlocksAreWrittenAsEditorsKeepThem(t *testing.T) {
	written(t, map[string]struct {
		blocks []cmark.Block
		want   string
	}{
		"nothing":                     {nil, ""},
		"only blanks":                 {[]cmark.Block{paragraph(" \t\n"), cmark.Heading{Level: 2}, cmark.Quote{}, bullets()}, ""},
		"two paragraphs":              {[]cmark.Block{paragraph("eins"), paragraph(""), paragraph("zwei")}, "eins\n\nzwei\n"},
		"heading":                     {[]cmark.Block{cmark.Heading{Level: 3, Spans: text("Geltung")}}, "### Geltung\n"},
		"level too low and too high":  {[]cmark.Block{cmark.Heading{Level: 0, Spans: text("a")}, cmark.Heading{Level: 9, Spans: text("b")}}, "# a\n\n###### b\n"},
		"heading with a break":        {[]cmark.Block{cmark.Heading{Level: 2, Spans: []cmark.Span{{Text: "Teil"}, {Break: true}, {Text: "A"}}}}, "## Teil A\n"},
		"heading that ends in a hash": {[]cmark.Block{cmark.Heading{Level: 2, Spans: text("Programmieren in C #")}}, "## Programmieren in C \\#\n"},
		"code":                        {[]cmark.Block{cmark.Code{Text: "dir *.doc\n  copy\n"}}, "```\ndir *.doc\n  copy\n```\n"},
		"code that holds a fence":     {[]cmark.Block{cmark.Code{Text: "````\nx"}}, "`````\n````\nx\n`````\n"},
		"quote of two paragraphs":     {[]cmark.Block{cmark.Quote{Blocks: []cmark.Block{paragraph("a"), paragraph("b")}}}, "> a\n>\n> b\n"},
		"rule":                        {[]cmark.Block{paragraph("a"), cmark.Rule{}, paragraph("b")}, "a\n\n---\n\nb\n"},
	})
}

func TestListsAreWrittenAsEditorsKeepThem(t *testing.T) {
	nested := cmark.Item{Blocks: []cmark.Block{paragraph("Anlagen"), bullets("Quittung", "Fahrschein")}}
	written(t, map[string]struct {
		blocks []cmark.Block
		want   string
	}{
		"bullets":                      {[]cmark.Block{bullets("a", "b")}, "- a\n- b\n"},
		"numbers from where they were": {[]cmark.Block{numbers(9, "a", "b")}, "9. a\n10. b\n"},
		"a number beyond CommonMark":   {[]cmark.Block{numbers(1_234_567_890, "a", "b")}, "1. a\n2. b\n"},
		"a negative number":            {[]cmark.Block{numbers(-4, "a")}, "1. a\n"},
		"boxes":                        {[]cmark.Block{cmark.List{Items: []cmark.Item{{Task: cmark.Open, Blocks: items("a")[0].Blocks}, {Task: cmark.Done, Blocks: items("b")[0].Blocks}}}}, "- [ ] a\n- [x] b\n"},
		"list below an entry":          {[]cmark.Block{cmark.List{Ordered: true, Start: 10, Items: []cmark.Item{nested}}}, "10. Anlagen\n    - Quittung\n    - Fahrschein\n"},
		"list first in an entry":       {[]cmark.Block{cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{bullets("a")}}}}}, "- - a\n"},
		"break in an entry": {[]cmark.Block{cmark.List{Ordered: true, Items: []cmark.Item{{Blocks: []cmark.Block{
			cmark.Paragraph{Spans: []cmark.Span{{Text: "oben"}, {Break: true}, {Text: "2. unten"}}},
		}}}}}, "1. oben\\\n   2\\. unten\n"},
		"two paragraphs in an entry":   {[]cmark.Block{cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{paragraph("a"), paragraph("b")}}, items("c")[0]}}}, "- a\n\n  b\n\n- c\n"},
		"code in an entry":             {[]cmark.Block{cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{paragraph("a"), cmark.Code{Text: "x\n\ny"}}}}}}, "- a\n\n  ```\n  x\n\n  y\n  ```\n"},
		"numbers that do not begin":    {[]cmark.Block{cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{paragraph("a"), numbers(3, "b")}}}}}, "- a\n\n  3. b\n"},
		"rule in an entry":             {[]cmark.Block{cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{cmark.Rule{}}}}}}, "- ___\n"},
		"empty entry keeps the count":  {[]cmark.Block{numbers(1, "a", "", "c")}, "1. a\n2.\n3. c\n"},
		"empty entry below words":      {[]cmark.Block{cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{paragraph("a"), bullets("", "b")}}}}}, "- a\n\n  -\n  - b\n"},
		"two lists in a row":           {[]cmark.Block{bullets("a"), bullets("b")}, "- a\n\n* b\n"},
		"three lists in a row":         {[]cmark.Block{numbers(1, "a"), numbers(1, "b"), paragraph(" "), numbers(1, "c")}, "1. a\n\n1) b\n\n1. c\n"},
		"lists of two kinds in a row":  {[]cmark.Block{bullets("a"), numbers(1, "b"), bullets("c")}, "- a\n\n1. b\n\n- c\n"},
		"list in a quote":              {[]cmark.Block{cmark.Quote{Blocks: []cmark.Block{bullets("a", "b")}}}, "> - a\n> - b\n"},
		"an entry that looks like one": {[]cmark.Block{bullets("- a", "1. b", "[ ] c")}, "- \\- a\n- 1\\. b\n- \\[ \\] c\n"},
	})
}

func TestFootnotesAreNumberedThroughTheWholeText(t *testing.T) {
	noted := func(word, note string) []cmark.Span { return []cmark.Span{{Text: word, Note: note}} }
	got := cmark.Markdown([]cmark.Block{
		cmark.Paragraph{Spans: append(noted("LRKG", "Landesreise-\nkostengesetz"), cmark.Span{Text: " und "}, cmark.Span{Text: "BRKG", Note: "1. Fassung *alt*"})},
		cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{cmark.Paragraph{Spans: noted("SGB", "Sozialgesetzbuch")}}}}},
		cmark.Quote{Blocks: []cmark.Block{cmark.Paragraph{Spans: noted("Halt!", "Ausruf")}}},
		cmark.Table{Rows: [][]cmark.Cell{{{Blocks: []cmark.Block{cmark.Paragraph{Spans: noted("VO", "Verordnung")}}}}}},
	})
	want := "LRKG[^1] und BRKG[^2]\n\n- SGB[^3]\n\n> Halt\\![^4]\n\n| VO[^5] |\n| --- |\n\n" +
		"[^1]: Landesreise- kostengesetz\n\n[^2]: 1\\. Fassung \\*alt\\*\n\n[^3]: Sozialgesetzbuch\n\n[^4]: Ausruf\n\n[^5]: Verordnung\n"
	if got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
	seen := write(shown(page(t, got)))
	for _, words := range []string{"Landesreise- kostengesetz", "1. Fassung *alt*", "Sozialgesetzbuch", "Ausruf", "Verordnung"} {
		if strings.Count(seen, words) != 1 {
			t.Errorf("%q is not shown once: %s", words, seen)
		}
	}
}

func TestTextIsWhatPeopleRead(t *testing.T) {
	spans := []cmark.Span{{Text: " Antrag"}, {Break: true}, {Text: "DR-1", Style: cmark.Bold, Link: "/a/x"}, {Text: "Plan", Image: "bild-1.png"}, {Text: " "}}
	if got := cmark.Text(spans); got != "Antrag DR-1" {
		t.Errorf("got %q", got)
	}
	if cmark.Blank(spans) || !cmark.Blank([]cmark.Span{{Break: true}, {Text: "\u00a0 \t"}}) || cmark.Blank([]cmark.Span{{Image: "bild-1.png"}}) {
		t.Error("blank is what shows neither text nor image")
	}
}

func TestEverySpanIsReached(t *testing.T) {
	word := func() cmark.Block { return cmark.Paragraph{Spans: text("alt")} }
	blocks := []cmark.Block{
		word(), cmark.Heading{Level: 2, Spans: text("alt")}, cmark.Quote{Blocks: []cmark.Block{word()}},
		cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{word(), cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{word()}}}}}}}},
		cmark.Table{Rows: [][]cmark.Cell{{{Blocks: []cmark.Block{word()}}, {Blocks: []cmark.Block{word()}}}}},
	}
	changed := cmark.EachSpan(blocks, func(s *cmark.Span) { s.Text = strings.ToUpper(s.Text) })
	if got := cmark.Markdown(changed); strings.Contains(got, "alt") || strings.Count(got, "ALT") != 7 {
		t.Errorf("got\n%s", got)
	}
}

func TestHeadingsMoveDownButNotBelowTheLast(t *testing.T) {
	blocks := []cmark.Block{cmark.Heading{Level: 2, Spans: text("a")}, paragraph("b"), cmark.Heading{Level: 5, Spans: text("c")}}
	if got := cmark.Markdown(cmark.Lower(blocks, 2)); got != "#### a\n\nb\n\n###### c\n" {
		t.Errorf("got\n%s", got)
	}
	if got := cmark.Markdown(blocks); got != "## a\n\nb\n\n##### c\n" {
		t.Errorf("the blocks given changed:\n%s", got)
	}
}

func TestNestingEndsSomewhere(t *testing.T) {
	// Each level would indent every line below: the depth of the input squared.
	var list, quote cmark.Block = paragraph("unten"), paragraph("unten")
	for range 2000 {
		list = cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{list}}}}
		quote = cmark.Quote{Blocks: []cmark.Block{quote}}
	}
	for name, b := range map[string]cmark.Block{"list": list, "quote": quote} {
		out := cmark.Markdown([]cmark.Block{b})
		if !strings.Contains(out, "unten") || len(out) > 200 {
			t.Errorf("%s: %d bytes: %.300s", name, len(out), out)
		}
	}
}

func TestWhatStandsForSomethingIsWrittenOnceItHasWords(t *testing.T) {
	spans := []cmark.Span{{Text: "Stand: "}, {Key: "area.key"}, {Text: "."}}
	if cmark.Blank(spans[1:2]) {
		t.Error("it would be left out as blank")
	}
	if got := cmark.Markdown([]cmark.Block{cmark.Paragraph{Spans: spans}}); got != "Stand: .\n" {
		t.Errorf("without words: %q", got)
	}
	blocks := cmark.EachSpan([]cmark.Block{cmark.Paragraph{Spans: spans}}, func(s *cmark.Span) {
		if s.Key != "" {
			s.Text, s.Key = "[berechnet]", ""
		}
	})
	if got := cmark.Markdown(blocks); got != "Stand: \\[berechnet\\].\n" {
		t.Errorf("with words: %q", got)
	}
}

func TestHighlightedTextIsMarked(t *testing.T) {
	got := cmark.Markdown([]cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: "Frist"}, {Text: "ende", Style: cmark.Highlight | cmark.Italic}}}})
	if got != "Frist<mark>*ende*</mark>\n" {
		t.Errorf("got %q", got)
	}
}
