package importer

import (
	"net/url"
	"regexp"
	"strings"

	"staffelstab/importer/cmark"
)

// What sources of every kind do with text they find.

// Paragraphs turns plain text into paragraphs: blank lines part them, other
// line ends are forced breaks.
func Paragraphs(text string) []cmark.Block {
	var out []cmark.Block
	var spans []cmark.Span
	flush := func() {
		if !cmark.Blank(spans) {
			out = append(out, cmark.Paragraph{Spans: spans})
		}
		spans = nil
	}
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		if len(spans) > 0 {
			spans = append(spans, cmark.Span{Break: true})
		}
		spans = append(spans, cmark.Span{Text: line})
	}
	flush()
	return out
}

// TitleOf finds a title for a text that has none: its first heading, else the
// beginning of its first paragraph.
func TitleOf(blocks []cmark.Block) string {
	var fallback string
	for _, b := range blocks {
		switch v := b.(type) {
		case cmark.Heading:
			if t := OneLine(cmark.Text(v.Spans)); t != "" {
				return cut(t, titleLetters)
			}
		case cmark.Paragraph:
			if fallback == "" {
				fallback = cut(OneLine(cmark.Text(v.Spans)), titleLetters)
			}
		}
	}
	return fallback
}

// titleLetters bounds a title taken from the text.
const titleLetters = 80

// WithoutTitle takes a first line away that only repeats the title.
func WithoutTitle(blocks []cmark.Block, title string) []cmark.Block {
	if len(blocks) == 0 {
		return blocks
	}
	var first []cmark.Span
	switch b := blocks[0].(type) {
	case cmark.Heading:
		first = b.Spans
	case cmark.Paragraph:
		first = b.Spans
	}
	for _, s := range first {
		if s.Link != "" || s.Image != "" || s.Note != "" {
			return blocks
		}
	}
	text := cmark.Text(first)
	if len(text) <= 4*len(title) && text != "" && strings.EqualFold(OneLine(text), title) {
		return blocks[1:]
	}
	return blocks
}

// OneLine puts text on one line with single blanks.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// webName is an address without its scheme.
var webName = regexp.MustCompile(`(?i)^www\.[a-z0-9-]+\.[a-z]`)

// InPlaceOf returns what stands in the place of a picture that cannot be shown: the
// words that described it, apart from those beside it.
func InPlaceOf(alt string) []cmark.Span {
	if alt == "" {
		return nil
	}
	return []cmark.Span{{Text: " " + alt + " "}}
}

// PictureNote is the sentence about such a picture, which may have had no words.
func PictureNote(key, alt string) string {
	switch {
	case alt != "":
		return key
	case key == "importer.picture-disguised":
		return "importer.picture-disguised-unnamed"
	}
	return "importer.picture-lost-unnamed"
}

// SafeAddress returns an address outside if it may stand in an article.
func SafeAddress(href string) (string, bool) {
	u, err := url.Parse(href)
	if err == nil && u.Scheme == "" && u.Host == "" && webName.MatchString(href) { // as people type it
		u, err = url.Parse("https://" + href)
	}
	if err != nil {
		return "", false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.String(), u.Host != ""
	case "mailto", "tel":
		return u.String(), true
	}
	return "", false
}

// DepartmentNumber reads the number of a department from "FB11", "FB 11/2" or
// "11"; anything else is none.
func DepartmentNumber(s string) string {
	s = strings.TrimSpace(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "FB"))
	for _, r := range s {
		if (r < '0' || r > '9') && r != '/' {
			return ""
		}
	}
	return s
}
