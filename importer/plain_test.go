package importer_test

import (
	"strings"
	"testing"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

func paragraph(spans ...cmark.Span) cmark.Block { return cmark.Paragraph{Spans: spans} }

func TestPlainTextIsParagraphs(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb\n\nc": "a\\\nb\n\nc\n", "a\r\n \r\n\r\nb\r\n": "a\n\nb\n", "": "", " \n\t": "", "# a": "\\# a\n",
	} {
		if got := cmark.Markdown(importer.Paragraphs(in)); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}

func TestTitlesAreFoundInTheText(t *testing.T) {
	heading := cmark.Heading{Level: 2, Spans: []cmark.Span{{Text: " Kopf  zeile"}}}
	text := paragraph(cmark.Span{Text: strings.Repeat("lang ", 40)})
	if got := importer.TitleOf([]cmark.Block{text, heading}); got != "Kopf zeile" {
		t.Errorf("%q", got)
	}
	if got := importer.TitleOf([]cmark.Block{cmark.Rule{}, text}); len([]rune(got)) > 80 || !strings.HasSuffix(got, "…") {
		t.Errorf("%q", got)
	}
	if got := importer.TitleOf(nil); got != "" {
		t.Errorf("%q", got)
	}
}

func TestATitleIsNotSaidTwice(t *testing.T) {
	rest := paragraph(cmark.Span{Text: "Text"})
	for name, c := range map[string]struct {
		first cmark.Block
		left  int
	}{
		"a heading":      {cmark.Heading{Level: 2, Spans: []cmark.Span{{Text: "der  titel"}}}, 1},
		"a paragraph":    {paragraph(cmark.Span{Text: "Der "}, cmark.Span{Text: "Titel", Style: cmark.Bold}), 1},
		"more than that": {paragraph(cmark.Span{Text: "Der Titel."}), 2},
		"a link":         {paragraph(cmark.Span{Text: "Der Titel", Link: "https://example.org/"}), 2},
		"a list":         {cmark.List{Items: []cmark.Item{{Blocks: []cmark.Block{paragraph(cmark.Span{Text: "Der Titel"})}}}}, 2},
	} {
		if got := importer.WithoutTitle([]cmark.Block{c.first, rest}, "Der Titel"); len(got) != c.left {
			t.Errorf("%s: %d blocks left", name, len(got))
		}
	}
	if got := importer.WithoutTitle(nil, "x"); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestAddressesThatMayStandInATextAndOthers(t *testing.T) {
	for in, ok := range map[string]bool{
		"https://example.org/a b": true, "HTTP://example.org": true, "mailto:a@example.org": true, "tel:+49511": true,
		"https:///x": false, "javascript:x": false, "data:text/html,x": false, "file:///x": false, "": false, "/x": false, "//example.org/x": false, "ftp://example.org": false, "https://[": false,
	} {
		if got, is := importer.SafeAddress(in); is != ok || is && got == "" {
			t.Errorf("%q: %q, %v", in, got, is)
		}
	}
	for in, want := range map[string]string{
		"www.musterstadt.de/amt?x=1": "https://www.musterstadt.de/amt?x=1", "WWW.x-y.de": "https://WWW.x-y.de", "www": "", "www.": "", "wwwx.de": "", "ordner/www.de": "",
	} {
		if got, ok := importer.SafeAddress(in); ok != (want != "") || ok && got != want {
			t.Errorf("%q becomes %q, %v", in, got, ok)
		}
	}
}

func TestNumbersOfDepartments(t *testing.T) {
	for in, want := range map[string]string{"FB11": "11", " fb 11/2 ": "11/2", "66": "66", "Tiefbau": "", "FB": "", "11a": ""} {
		if got := importer.DepartmentNumber(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
