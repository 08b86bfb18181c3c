package cmark_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html/atom"

	"staffelstab/importer/cmark"
)

func line(spans ...cmark.Span) []cmark.Block { return []cmark.Block{cmark.Paragraph{Spans: spans}} }

const (
	b = cmark.Bold
	i = cmark.Italic
)

func TestStylesAreMarkedWherePeopleSetThem(t *testing.T) {
	written(t, map[string]struct {
		blocks []cmark.Block
		want   string
	}{
		"part of a word":             {line(cmark.Span{Text: "Dienst"}, cmark.Span{Text: "reise", Style: b}), "Dienst**reise**\n"},
		"neighbours of one style":    {line(cmark.Span{Text: "ist ", Style: b}, cmark.Span{Text: "zu", Style: b}, cmark.Span{Text: " stellen", Style: b}), "**ist zu stellen**\n"},
		"a style within another":     {line(cmark.Span{Text: "nicht ", Style: b}, cmark.Span{Text: "vor", Style: b | i}, cmark.Span{Text: " dem", Style: b}), "**nicht *vor* dem**\n"},
		"blanks move out":            {line(cmark.Span{Text: "Frist:"}, cmark.Span{Text: " 6 Monate ", Style: b}, cmark.Span{Text: "ab"}), "Frist: **6 Monate** ab\n"},
		"no-break spaces move out":   {line(cmark.Span{Text: "Frist:\u00a0", Style: b}, cmark.Span{Text: "6"}, cmark.Span{Text: "\u00a0Monate", Style: i}), "**Frist:**\u00a06\u00a0*Monate*\n"},
		"only a no-break space":      {line(cmark.Span{Text: "§"}, cmark.Span{Text: "\u00a0", Style: b}, cmark.Span{Text: "3"}), "§\u00a03\n"},
		"a blank in bold":            {line(cmark.Span{Text: "a"}, cmark.Span{Text: " ", Style: b}, cmark.Span{Text: "b"}), "a b\n"},
		"bold beside italic":         {line(cmark.Span{Text: "a", Style: b}, cmark.Span{Text: "b", Style: i}), "**a**<em>b</em>\n"},
		"italic bracket within bold": {line(cmark.Span{Text: "x)", Style: b}, cmark.Span{Text: "(y)", Style: b | i}, cmark.Span{Text: "z", Style: b}), "**x)<em>(y)</em>z**\n"},
		"bracket after a letter":     {line(cmark.Span{Text: "Mitarbeiter"}, cmark.Span{Text: "(innen)", Style: b}), "Mitarbeiter<strong>(innen)</strong>\n"},
		"index after a letter":       {line(cmark.Span{Text: "CO"}, cmark.Span{Text: "2", Style: b | cmark.Subscript}), "CO<strong><sub>2</sub></strong>\n"},
		"strike beside a tilde":      {line(cmark.Span{Text: "~5 km~", Style: cmark.Strike}), "<del>\\~5 km\\~</del>\n"},
		"struck line beside text":    {line(cmark.Span{Text: "3 Monate", Style: cmark.Strike}, cmark.Span{Text: " 6 Monate"}), "~~3 Monate~~ 6 Monate\n"},
		"stars in bold":              {line(cmark.Span{Text: "Bürger*innen", Style: b}), "**Bürger\\*innen**\n"},
		"backslash before a mark":    {line(cmark.Span{Text: `G:\`, Style: i}, cmark.Span{Text: "neu", Style: b}), "<em>G:\\\\</em>**neu**\n"},
	})
}

func TestBreaksAreAtTheEndOfALine(t *testing.T) {
	br := cmark.Span{Break: true}
	written(t, map[string]struct {
		blocks []cmark.Block
		want   string
	}{
		"one":                    {line(cmark.Span{Text: "Rathaus "}, br, cmark.Span{Text: " Zimmer 3"}), "Rathaus\\\nZimmer 3\n"},
		"many are one":           {line(cmark.Span{Text: "a"}, br, cmark.Span{Text: " "}, br, br, cmark.Span{Text: "b"}), "a\\\nb\n"},
		"at the edges":           {line(br, cmark.Span{Text: "a"}, br, cmark.Span{Text: " "}), "a\n"},
		"between bold":           {line(cmark.Span{Text: "a", Style: b}, br, cmark.Span{Text: "b", Style: b}), "**a**\\\n**b**\n"},
		"a line like a heading":  {line(cmark.Span{Text: "Titel"}, br, cmark.Span{Text: "==="}), "Titel\\\n\\===\n"},
		"a folder before it":     {line(cmark.Span{Text: `G:\Vorlagen\`}, br, cmark.Span{Text: "b"}), "G:\\\\Vorlagen&#92;\\\nb\n"},
		"indented lines":         {line(cmark.Span{Text: "a"}, br, cmark.Span{Text: "\t    b"}), "a\\\nb\n"},
		"line ends in the text":  {line(cmark.Span{Text: "a\r\n  b\tc"}), "a b c\n"},
		"nothing but line ends":  {line(cmark.Span{Text: "\r\n"}, br, cmark.Span{Text: "\v\f"}), ""},
		"a number after a break": {line(cmark.Span{Text: "am"}, br, cmark.Span{Text: "3. Oktober"}), "am\\\n3\\. Oktober\n"},
	})
}

func TestLinksAndImagesKeepTheirAddress(t *testing.T) {
	written(t, map[string]struct {
		blocks []cmark.Block
		want   string
	}{
		"link":                     {line(cmark.Span{Text: "LRKG", Link: "/a/xbucbyitvf"}), "[LRKG](/a/xbucbyitvf)\n"},
		"brackets and blanks":      {line(cmark.Span{Text: "[Plan]", Link: "Plan (neu) <1>.pdf"}), "[\\[Plan\\]](Plan%20%28neu%29%20%3C1%3E.pdf)\n"},
		"nothing breaks out":       {line(cmark.Span{Text: "x", Link: "a\n\"b\" `c` | \\d"}), "[x](a%22b%22%20%60c%60%20%7C%20%5Cd)\n"},
		"styles within":            {line(cmark.Span{Text: "das ", Link: "/a/b"}, cmark.Span{Text: "Gesetz", Link: "/a/b", Style: b}), "[das **Gesetz**](/a/b)\n"},
		"two in a row":             {line(cmark.Span{Text: "a", Link: "/a/a"}, cmark.Span{Text: "b", Link: "/a/b"}), "[a](/a/a)[b](/a/b)\n"},
		"after an exclamation":     {line(cmark.Span{Text: "Achtung!"}, cmark.Span{Text: "hier", Link: "/a/b"}), "Achtung\\![hier](/a/b)\n"},
		"image":                    {line(cmark.Span{Text: "Plan [EG]\n1:100", Image: "bild 1.png"}), "![Plan \\[EG\\] 1:100](bild%201.png)\n"},
		"image without words":      {line(cmark.Span{Image: "bild-1.png"}), "![](bild-1.png)\n"},
		"link that shows nothing":  {line(cmark.Span{Text: "a"}, cmark.Span{Text: " ", Link: "/a/b"}, cmark.Span{Text: "c"}), "a c\n"},
		"one image after the next": {line(cmark.Span{Text: "a", Image: "a.png"}, cmark.Span{Text: "b", Image: "b.png"}), "![a](a.png)![b](b.png)\n"},
	})
}

func TestALinkLeadsWhereItShould(t *testing.T) {
	for _, target := range []string{"/a/xbucbyitvf", "https://example.org/lrkg?x=1&y=2#abs-3", "mailto:post@musterstadt.example", "tel:+49511123", "Anlage-1.pdf", "Übersicht.pdf"} {
		found := ""
		for n := range page(t, cmark.Markdown(line(cmark.Span{Text: "Ziel", Link: target}))).Descendants() {
			if n.DataAtom == atom.A {
				found = attribute(n, "href")
			}
		}
		if found != target && found != strings.ReplaceAll(target, "Ü", "%C3%9C") {
			t.Errorf("%q leads to %q", target, found)
		}
	}
}
