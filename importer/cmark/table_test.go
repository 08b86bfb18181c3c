package cmark_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"staffelstab/importer/cmark"
)

func cell(blocks ...cmark.Block) cmark.Cell { return cmark.Cell{Blocks: blocks} }

func cells(texts ...string) []cmark.Cell {
	var out []cmark.Cell
	for _, s := range texts {
		out = append(out, cell(paragraph(s)))
	}
	return out
}

func TestTablesMarkdownCanHoldAreMarkdown(t *testing.T) {
	written(t, map[string]struct {
		blocks []cmark.Block
		want   string
	}{
		"no rows":          {[]cmark.Block{cmark.Table{}}, ""},
		"head and body":    {[]cmark.Block{cmark.Table{HeaderRows: 1, Rows: [][]cmark.Cell{cells("Strecke", "Betrag"), cells("bis 50 km", "0,30 €")}}}, "| Strecke | Betrag |\n| --- | --- |\n| bis 50 km | 0,30 € |\n"},
		"rows of unequal":  {[]cmark.Block{cmark.Table{Rows: [][]cmark.Cell{cells("a"), cells("b", "c", "d")}}}, "| a |  |  |\n| --- | --- | --- |\n| b | c | d |\n"},
		"bars in a cell":   {[]cmark.Block{cmark.Table{Rows: [][]cmark.Cell{cells("a|b", `c\|d`)}}}, "| a\\|b | c\\\\\\|d |\n| --- | --- |\n"},
		"empty cells":      {[]cmark.Block{cmark.Table{Rows: [][]cmark.Cell{{{}, cell(paragraph(" \n"))}}}}, "|  |  |\n| --- | --- |\n"},
		"line ends inside": {[]cmark.Block{cmark.Table{Rows: [][]cmark.Cell{cells("Rat\nhaus", "b")}}}, "| Rat haus | b |\n| --- | --- |\n"},
		"break at the end": {[]cmark.Block{cmark.Table{Rows: [][]cmark.Cell{{cell(cmark.Paragraph{Spans: []cmark.Span{{Text: "a"}, {Break: true}}}), cell(paragraph("b"))}}}}, "| a | b |\n| --- | --- |\n"},
		"spans of one":     {[]cmark.Block{cmark.Table{Rows: [][]cmark.Cell{{{Columns: 1, RowSpan: 1, Blocks: []cmark.Block{paragraph("a")}}}}}}, "| a |\n| --- |\n"},
	})
}

func TestOtherTablesAreHTMLOnOneLine(t *testing.T) {
	one := func(blocks ...cmark.Block) []cmark.Block {
		return []cmark.Block{cmark.Table{Rows: [][]cmark.Cell{{cell(blocks...)}}}}
	}
	wrap := func(s string) string { return "<table><tr><td>" + s + "</td></tr></table>\n" }
	br := cmark.Span{Break: true}
	written(t, map[string]struct {
		blocks []cmark.Block
		want   string
	}{
		"spans and scope": {
			[]cmark.Block{cmark.Table{HeaderRows: 2, Rows: [][]cmark.Cell{{{Columns: 2, Blocks: []cmark.Block{paragraph("Betrag")}}}, cells("netto", "brutto"), {{RowSpan: 3, Blocks: []cmark.Block{paragraph("x")}}, cell(paragraph("y"))}}}},
			`<table><tr><th scope="col" colspan="2">Betrag</th></tr><tr><th scope="col">netto</th><th scope="col">brutto</th></tr><tr><td rowspan="3">x</td><td>y</td></tr></table>` + "\n",
		},
		"heads of rows": {
			[]cmark.Block{cmark.Table{HeaderRows: 1, Rows: [][]cmark.Cell{cells("Monat", "Anträge"), {{Head: true, Blocks: []cmark.Block{paragraph("Januar")}}, cell(paragraph("12"))}}}},
			`<table><tr><th scope="col">Monat</th><th scope="col">Anträge</th></tr><tr><th scope="row">Januar</th><td>12</td></tr></table>` + "\n",
		},
		"highlight":        {one(cmark.Paragraph{Spans: []cmark.Span{{Text: "a", Style: cmark.Highlight | cmark.Bold}, br, {Text: "b"}}}), wrap("<mark><strong>a</strong></mark><br>b")},
		"two paragraphs":   {one(paragraph("a"), paragraph(" "), paragraph("b")), wrap("<p>a</p><p>b</p>")},
		"break":            {one(cmark.Paragraph{Spans: []cmark.Span{{Text: "a"}, br, {Text: "b"}}}), wrap("a<br>b")},
		"list":             {one(bullets("a", "b")), wrap("<ul><li>a</li><li>b</li></ul>")},
		"numbers":          {one(numbers(4, "a")), wrap(`<ol start="4"><li>a</li></ol>`)},
		"boxes":            {one(cmark.List{Items: []cmark.Item{{Task: cmark.Done, Blocks: []cmark.Block{paragraph("a")}}, {Task: cmark.Open, Blocks: []cmark.Block{paragraph("b")}}}}), wrap("<ul><li>☑ a</li><li>☐ b</li></ul>")},
		"nested list":      {one(cmark.List{Ordered: true, Items: []cmark.Item{{Blocks: []cmark.Block{paragraph("a"), bullets("b")}}}}), wrap("<ol><li><p>a</p><ul><li>b</li></ul></li></ol>")},
		"table in a table": {one(cmark.Table{Rows: [][]cmark.Cell{cells("innen")}}), wrap("<table><tr><td>innen</td></tr></table>")},
		"heading":          {one(cmark.Heading{Level: 2, Spans: text("Teil")}), wrap("<p><strong>Teil</strong></p>")},
		"code":             {one(cmark.Code{Text: "a < b\n\nc\n"}), wrap("<p><code>a &lt; b<br><br>c</code></p>")},
		"quote and rule":   {one(cmark.Quote{Blocks: []cmark.Block{paragraph("a")}}, cmark.Rule{}), wrap("<blockquote><p>a</p></blockquote><hr>")},
		"markup stays text": {
			[]cmark.Block{cmark.Table{Rows: [][]cmark.Cell{{{Columns: 2, Blocks: []cmark.Block{paragraph("<script>alert('1')</script> & *x*")}}}}}},
			`<table><tr><td colspan="2">&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; *x*</td></tr></table>` + "\n",
		},
		"inline": {
			one(cmark.Paragraph{Spans: []cmark.Span{
				{Text: "m"}, {Text: "2", Style: cmark.Superscript}, br, {Text: "Gesetz", Style: cmark.Bold | cmark.Strike, Link: `/a/x?"y"&z`},
				{Text: " Plan\n[EG]", Image: "bild (1).png"}, {Text: "LRKG", Note: "Landes<gesetz>"},
			}}),
			wrap(`m<sup>2</sup><br><a href="/a/x?%22y%22&amp;z"><strong><del>Gesetz</del></strong></a><img src="bild%20%281%29.png" alt=" Plan [EG]">LRKG (Landes&lt;gesetz&gt;)`),
		},
	})
}

func TestATableOfHTMLIsOneTableOfThePage(t *testing.T) {
	// A blank line or a line end inside would end the HTML and show the rest as text.
	source := cmark.Markdown([]cmark.Block{
		paragraph("vorher"),
		cmark.Table{HeaderRows: 1, Rows: [][]cmark.Cell{
			{{Columns: 2, Blocks: []cmark.Block{paragraph("Kopf\n\n# kein Titel")}}},
			{cell(cmark.Code{Text: "a\n\nb"}), cell(paragraph("\r\n"), bullets("c\n\n- d"))},
		}},
		paragraph("nachher"),
	})
	if lines := strings.Split(strings.TrimSpace(source), "\n"); len(lines) != 5 {
		t.Fatalf("%d lines:\n%s", len(lines), source)
	}
	count := map[atom.Atom]int{}
	for n := range page(t, source).Descendants() {
		count[n.DataAtom]++
	}
	if count[atom.Table] != 1 || count[atom.Tr] != 2 || count[atom.Th] != 1 || count[atom.Td] != 2 || count[atom.Li] != 1 || count[atom.H2] != 0 {
		t.Errorf("%v in\n%s", count, source)
	}
}

func TestATableWithinAListIsATableOfThePage(t *testing.T) {
	source := cmark.Markdown([]cmark.Block{cmark.List{Ordered: true, Start: 10, Items: []cmark.Item{
		{Blocks: []cmark.Block{paragraph("Sätze"), cmark.Table{Rows: [][]cmark.Cell{cells("a", "b"), cells("c", "d")}}}},
		{Blocks: []cmark.Block{paragraph("Orte"), cmark.Table{Rows: [][]cmark.Cell{{{Columns: 2, Blocks: []cmark.Block{paragraph("e")}}}}}}},
	}}})
	tables, entries := 0, 0
	for n := range page(t, source).Descendants() {
		switch n.DataAtom {
		case atom.Table:
			tables++
		case atom.Li:
			entries++
		}
	}
	if tables != 2 || entries != 2 {
		t.Errorf("%d tables in %d entries:\n%s", tables, entries, source)
	}
}

func TestATableNeverNeedsManyTimesItsCells(t *testing.T) {
	rows := [][]cmark.Cell{cells(strings.Split(strings.Repeat("a ", 1999)+"a", " ")...)}
	for range 2000 {
		rows = append(rows, cells("b"))
	}
	out := cmark.Markdown([]cmark.Block{cmark.Table{Rows: rows}})
	if len(out) > 200_000 || !strings.HasPrefix(out, "<table>") {
		t.Errorf("%d bytes: %.40s", len(out), out)
	}
}
