package importertest

import (
	"context"
	"html"
	"regexp"
	"strings"

	"staffelstab/content"
)

// Text is a Renderer that shows the text of Markdown as package cmark writes
// it. It knows escapes, links, images, footnotes and styles, no more.
type Text struct{}

var (
	image    = regexp.MustCompile(`!\[((?:[^\]\\]|\\.)*)\]\(([^)]*)\)`)
	link     = regexp.MustCompile(`\[((?:[^\]\\]|\\.)*)\]\(([^)]*)\)`)
	footnote = regexp.MustCompile(`\[\^\d+\]:?`)
	escaped  = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")
	mark     = regexp.MustCompile("\\*\\*|\\*|~~|`")
)

// Render implements importer.Renderer.
func (Text) Render(_ context.Context, markdown []byte, _ content.LinkResolver) (content.Rendered, error) {
	var out strings.Builder
	for _, line := range strings.Split(string(markdown), "\n") {
		if strings.HasPrefix(line, "<table>") {
			out.WriteString(line + "\n")
			continue
		}
		line = image.ReplaceAllString(line, "")
		line = link.ReplaceAllString(line, "\x01$2\x02$1\x03")
		line = footnote.ReplaceAllString(line, "")
		var kept []string
		line = escaped.ReplaceAllStringFunc(line, func(s string) string {
			kept = append(kept, s[1:])
			return "\x04"
		})
		line = mark.ReplaceAllString(line, "")
		for _, k := range kept {
			line = strings.Replace(line, "\x04", k, 1)
		}
		line = html.EscapeString(line)
		for _, tag := range []string{"strong", "em", "del", "sup", "sub", "mark"} {
			line = strings.NewReplacer("&lt;"+tag+"&gt;", "", "&lt;/"+tag+"&gt;", "").Replace(line)
		}
		line = strings.NewReplacer("\x01", `<a href="`, "\x02", `">`, "\x03", "</a>").Replace(line)
		out.WriteString("<p>" + line + "</p>\n")
	}
	return content.Rendered{HTML: out.String()}, nil
}
