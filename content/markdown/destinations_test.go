package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDestinationsAreFoundWhereTheyStand(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		want   []string // bytes, target, words; "!" of a picture, "<" of HTML
	}{
		"link":                         {"Siehe [dort](b.md).", []string{"b.md|b.md|dort|"}},
		"picture":                      {"![Ein *Foto*](bild.png)", []string{"bild.png|bild.png|Ein Foto|!"}},
		"picture in a link":            {"[vorn ![Bild](b.png) hinten](b.md)", []string{"b.png|b.png|Bild|!", "b.md|b.md|vorn  hinten|"}},
		"the same words elsewhere":     {"b.md (b.md) [b.md](b.md) b.md", []string{"b.md|b.md|b.md|"}},
		"angle brackets":               {"[a](<b c.md>)", []string{"<b c.md>|b c.md|a|"}},
		"title":                        {"[a]( b.md \"Ein (b.md)\" ) [c](d.md 'x') [e](f.md (y))", []string{"b.md|b.md|a|", "d.md|d.md|c|", "f.md|f.md|e|"}},
		"parentheses":                  {`[a](b(1).md) [c](d\)2.md)`, []string{"b(1).md|b(1).md|a|", `d\)2.md|d)2.md|c|`}},
		"escapes and entities":         {`[a](b\_c.md) [d](e&amp;f&#46;md)`, []string{`b\_c.md|b_c.md|a|`, "e&amp;f&#46;md|e&f.md|d|"}},
		"nothing":                      {"[a]() [b](<>) [c]", nil},
		"code":                         {"`[a](b.md)`\n\n```\n[a](b.md)\n```\n\n    [a](b.md)\n\n~~~\n<a href=\"b.md\">\n~~~\n", nil},
		"escaped":                      {`\[a](b.md) [[b]] <https://example.org/b.md> https://example.org`, nil},
		"reference":                    {"[a][r], [r] und [r][]\n\n[r]: b.md 'Titel'\n", []string{"b.md|b.md|a|", "b.md|b.md|r|", "b.md|b.md|r|"}},
		"reference nobody uses":        {"Text\n\n[r]: b.md\n", nil},
		"reference defined twice":      {"[r]\n\n[r]: b.md\n[r]: c.md\n", []string{"b.md|b.md|r|"}},
		"reference in angle brackets":  {"> ![r]\n>\n> [r]:\n>   <b c.png>\n", []string{"<b c.png>|b c.png|r|!"}},
		"table":                        {"| a | b |\n|---|---|\n| [x](b.md) | ![y](c\\|d.png) |\n", []string{"b.md|b.md|x|", `c\|d.png|c|d.png|y|!`}},
		"footnote":                     {"Text[^1]\n\n[^1]: Siehe [dort](b.md)\n", []string{"b.md|b.md|dort|"}},
		"list, quote and heading":      {"# [a](a.md)\n\n-\t[b](b.md)\n  > 1. [c](c.md)\n", []string{"a.md|a.md|a|", "b.md|b.md|b|", "c.md|c.md|c|"}},
		"over lines":                   {"> [a\n> b](\n> c.md\n> )", []string{"c.md|c.md|a b|"}},
		"line ends of Windows":         {"Erst\r\n\r\n[a](b.md)\r\n[c][r]\r\n\r\n[r]: d.md\r\n\r\n[e](f.md)", []string{"b.md|b.md|a|", "d.md|d.md|c|", "f.md|f.md|e|"}},
		"umlauts":                      {"Größe: [Übung](Übung.md)", []string{"Übung.md|Übung.md|Übung|"}},
		"HTML":                         {"Ein <a href=\"b.md\">x</a> <IMG alt=src SRC='c&amp;d.png'/> <img src=e.png>", []string{"b.md|b.md||<", "c&amp;d.png|c&d.png||!<", "e.png|e.png||!<"}},
		"block of HTML":                {"<p\nclass=\"a\"><a\n  title = 'x>y'\n  href = \"b.md\" href=\"c.md\">x</a></p>\n\n[d](e.md)", []string{"b.md|b.md||<", "e.md|e.md|d|"}},
		"HTML in a quote":              {"> <div><img src=\"a.png\">\n> <img src=\"b.png\"></div>\n", []string{"a.png|a.png||!<", "b.png|b.png||!<"}},
		"HTML that is none":            {"<!-- <a href=\"b.md\"> --> x\n\n<script>\n'<a href=\"b.md\">'\n</script>\n\n`<a href=\"b.md\">` 1 < 2 <abbr href=\"b.md\">\n\n<div><a href=\"b.md", nil},
		"more than is read at all":     {strings.Repeat("[", 2000) + "[a](b.md)", nil},
		"a link in a picture's words":  {"![a [b](c.md)](d.png)", []string{"d.png|d.png|a b|!"}},
		"an address outside":           {"[a](https://example.org/?x=1&y=2#z)", []string{"https://example.org/?x=1&y=2#z|https://example.org/?x=1&y=2#z|a|"}},
		"a note nobody refers to":      {"Text\n\n[^1]: Siehe [dort](b.md)\n", nil},
		"a definition list":            {"Wort\n: [a](b.md)\n", []string{"b.md|b.md|a|"}},
		"characters of several bytes€": {"€ ![€](€.png)\r\n€ [€](€.md)", []string{"€.png|€.png|€|!", "€.md|€.md|€|"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range New(Labels{}).Destinations([]byte(c.source)) {
				kind := ""
				if d.Picture {
					kind = "!"
				}
				inLink := d.Words == "Bild" // as the texts above have it
				if marked := d.Picture && !d.HTML && !inLink; marked != (d.Mark >= 0) || marked && !strings.HasPrefix(c.source[d.Mark:], "![") {
					t.Errorf("%q begins at %d", d.Target, d.Mark)
				}
				if d.HTML {
					kind += "<"
				}
				got = append(got, fmt.Sprintf("%s|%s|%s|%s", c.source[d.Start:d.End], d.Target, d.Words, kind))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// FuzzDestinations: they lie in the text, one after the other, and those of
// Markdown are as many as the links of the text that say where they lead.
func FuzzDestinations(f *testing.F) {
	for _, seed := range []string{
		"[a](b.md)\r\n![c](<d e.png> 'x')", "> - [a][r]\n>\n> [r]: b\n", "| [a](b) |\n|-|\n| ![c](d) |", "<a href='b'>\n<img\nsrc=c>", "x[^1]\n\n[^1]: [a](b)", "a\n: [b](c)",
		"-\t\t[a](b)\n \t[c](d)", "[a]: <b>\n[a]", "\r\r\n[a](b\r)\r\n", "![[a](b)](c)", "[a](b\\\r\n)", "<a href=\"&#13;\">", "[r]:\tb\n\n[r]", "<!--><a href=b>",
	} {
		f.Add(seed)
	}
	r := New(Labels{})
	f.Fuzz(func(t *testing.T, source string) {
		if !utf8.ValidString(source) {
			return
		}
		found, last, inside := r.Destinations([]byte(source)), 0, 0
		for i, d := range found {
			if again := i > 0 && d.Start == found[i-1].Start && d.End == found[i-1].End; !again && d.Start < last || d.Start >= d.End || d.End > len(source) {
				t.Fatalf("%+v after %d in %q", d, last, source)
			}
			if last = d.End; !d.HTML && !d.Picture {
				inside++
			}
		}
		plain := []byte(strings.ReplaceAll(source, "\r\n", "\n"))
		links := 0
		for _, l := range r.Links(plain) {
			if !l.Wiki && l.Target != "" {
				links++
			}
		}
		if inside > links { // bare addresses are among the others
			t.Errorf("%d destinations of %d links in %q", inside, links, source)
		}
	})
}
