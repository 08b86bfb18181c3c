package cmark_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"staffelstab/importer/cmark"
)

// words are what old texts hold beside letters: everything that means
// something to Markdown.
var words = []string{
	"Dienst", "reise", "Größe", "§ 3", "LRKG", "(innen)", "*", "**", "_", "__", "a_b", "~", "~~", "`", "``", "[", "]", "![", "](x)", "[x]", "[ ]", "[^1]",
	"!", "\\", "|", "&", "&amp;", "&#228;", "<b>", "</b>", "<!--", ">", "#", "##", "1.", "2)", "3. ", "-", "- ", "+", "=", "===", "---", ":", ": ", "{#x}", "$", "„Ja“",
	"\u00a0", " ", " ", " ", ".", ",", "5 €", "m²", "😀", "ä\u0308",
}

// signs are the few that decide where a style begins and ends. Among only
// these the rare constellations come up soon.
var signs = []string{"a", "*", "~", "\\", "(", "!", " ", "_", "²"}

func anyText(r *rand.Rand) string {
	var b strings.Builder
	from := words
	if r.IntN(2) == 0 {
		from = signs
	}
	for range 1 + r.IntN(4) {
		b.WriteString(from[r.IntN(len(from))])
	}
	return b.String()
}

func anySpans(r *rand.Rand) []cmark.Span {
	var out []cmark.Span
	for range 1 + r.IntN(5) {
		few := cmark.Style(r.IntN(64)) // and with another one: rarely many styles at once
		s := cmark.Span{Text: anyText(r), Style: few & cmark.Style(r.IntN(64))}
		switch r.IntN(10) {
		case 0:
			s = cmark.Span{Break: true}
		case 1:
			s = cmark.Span{Image: "bild-1.png", Text: "Plan"}
		case 2:
			s.Link = "https://example.org/" + string(rune('a'+r.IntN(2)))
		}
		out = append(out, s)
	}
	return out
}

func anyBlocks(r *rand.Rand, depth int) []cmark.Block {
	var out []cmark.Block
	for range 1 + r.IntN(3) {
		kind := r.IntN(8)
		switch {
		case kind == 0:
			out = append(out, cmark.Heading{Level: 2 + r.IntN(3), Spans: anySpans(r)})
		case kind == 1:
			out = append(out, cmark.Code{Text: anyText(r) + "\n" + anyText(r)})
		case kind == 2:
			out = append(out, cmark.Rule{})
		case kind == 3 && depth > 0:
			out = append(out, cmark.Quote{Blocks: anyBlocks(r, depth-1)})
		case kind == 4 && depth > 0:
			l := cmark.List{Ordered: r.IntN(2) == 0, Start: r.IntN(12)}
			for range 1 + r.IntN(3) {
				item := cmark.Item{Task: cmark.Task(r.IntN(3)), Blocks: anyBlocks(r, depth-1)}
				if item.Task != cmark.NoTask || cmark.Markdown(item.Blocks) == "" { // a box stands before words
					item.Blocks = append([]cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: "Belege"}}}}, item.Blocks...)
				}
				l.Items = append(l.Items, item)
			}
			out = append(out, l)
		case kind == 5 && depth > 0:
			out = append(out, anyTable(r, depth))
		default:
			out = append(out, cmark.Paragraph{Spans: anySpans(r)})
		}
	}
	return out
}

func anyTable(r *rand.Rand, depth int) cmark.Table {
	t := cmark.Table{HeaderRows: r.IntN(3)}
	columns := 1 + r.IntN(3)
	for range 1 + r.IntN(3) {
		var row []cmark.Cell
		for range columns {
			blocks := []cmark.Block{cmark.Paragraph{Spans: anySpans(r)}}
			if r.IntN(12) == 0 {
				blocks = anyBlocks(r, depth-1)
			}
			row = append(row, cmark.Cell{Blocks: blocks})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func TestAnyParagraphIsShownAsItWasMeant(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 1))
		if same(t, []cmark.Block{cmark.Paragraph{Spans: anySpans(r)}}); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestAnyDocumentIsShownAsItWasMeant(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		if same(t, anyBlocks(r, 2)); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// places are where a text may stand. Each needs other escapes.
func places(text string) map[string][]cmark.Block {
	spans := []cmark.Span{{Text: text}}
	paragraph := []cmark.Block{cmark.Paragraph{Spans: spans}}
	return map[string][]cmark.Block{
		"paragraph":    paragraph,
		"second line":  {cmark.Paragraph{Spans: []cmark.Span{{Text: "Zeile"}, {Break: true}, {Text: text}}}},
		"heading":      {cmark.Heading{Level: 2, Spans: spans}},
		"list":         {cmark.List{Items: []cmark.Item{{Blocks: paragraph}, {Blocks: paragraph}}}},
		"nested":       {cmark.List{Ordered: true, Items: []cmark.Item{{Blocks: []cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: "außen"}}}, cmark.List{Items: []cmark.Item{{Blocks: paragraph}}}}}}}},
		"quote":        {cmark.Quote{Blocks: paragraph}},
		"table":        {cmark.Table{Rows: [][]cmark.Cell{{{Blocks: paragraph}, {Blocks: paragraph}}, {{Blocks: paragraph}, {Blocks: paragraph}}}}},
		"HTML table":   {cmark.Table{Rows: [][]cmark.Cell{{{Blocks: paragraph, Columns: 2}}, {{Blocks: paragraph}, {Blocks: paragraph}}}}},
		"code":         {cmark.Code{Text: text}},
		"link":         {cmark.Paragraph{Spans: []cmark.Span{{Text: text, Link: "https://example.org/x"}}}},
		"bold in word": {cmark.Paragraph{Spans: []cmark.Span{{Text: "Vor"}, {Text: text, Style: cmark.Bold}, {Text: "nach"}}}},
		"bold italic":  {cmark.Paragraph{Spans: []cmark.Span{{Text: text, Style: cmark.Bold | cmark.Italic}}}},
	}
}

func TestTextThatLooksLikeMarkdownStaysText(t *testing.T) {
	for _, text := range []string{
		"# 5 Stück", "#hashtag", "3. Oktober 2017", "1) Antrag", "12. ", "- Spiegelstrich", "+ 5 %", "* Pflichtfeld", "> 50 km", "=====", "-----", "***", "___",
		": Begriff", "| a | b |", "|---|---|", "~~~", "```sh", "    eingerückt", "[ ] offen", "[x] erledigt", "[^1]: Fußnote", "[Muster]: Ziel",
		"![Bild](x.png)", "[Klick](javascript:alert)", "[[Reisekosten]]", "[!NOTE]", "Mitarbeiter*innen und Bürger*innen", "Schüler_innen", "__init__", "2**3**4", "~5~ km",
		`G:\Vorlagen\`, `\*`, `a\|b`, "<script>alert(1)</script>", "<b>fett</b>", "<!-- x -->", "<https://example.org>", "<?php ?>", "a < b > c", "&amp; &nbsp; &#228;", "AT&T",
		"$x$", "{#anker}", "Titel {.klasse}", "Ende #", "C#", "`Befehl`", "``", "5 € ± 2 §", "„Zitat“ – ‚halb‘", "Zeile\u2028weiter", "a\u200bb", "😀👍🏽", "e\u0301", "العربية", "ZWJ 👨‍👩‍👧", "!",
	} {
		for place, blocks := range places(text) {
			t.Run(place+"/"+text, func(t *testing.T) { same(t, blocks) })
		}
	}
}

// FuzzText looks for a text that Markdown takes for more than text.
func FuzzText(f *testing.F) {
	for _, word := range words {
		f.Add(word)
	}
	f.Add("1. a\n- b\r\n\tc")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError || r == '@' || r == '/' || r == '.' {
				return 'x' // what no source yields, and addresses, which the page makes links of
			}
			return r
		}, strings.ToValidUTF8(text, ""))
		for place, blocks := range places(text) {
			if place != "code" { // shows line ends and blanks as they are
				same(t, blocks)
			}
		}
	})
}
