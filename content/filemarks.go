package content

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
)

// fileMark is how a text shows a file or links to it: words and target.
var fileMark = regexp.MustCompile(`!?\[([^\]\n]*)\]\(([^)\s]*)(?: "[^"\n]*")?\)`)

// eachMark changes the marks of files in a line. Code stays as it is.
func eachMark(body []byte, change func(mark []byte, words, target string) []byte) [][]byte {
	lines, fenced := bytes.SplitAfter(body, []byte("\n")), false
	for i, line := range lines {
		if codeFence.Match(line) {
			fenced = !fenced
		}
		if fenced || bytes.HasPrefix(line, []byte("    ")) {
			continue
		}
		lines[i] = fileMark.ReplaceAllFunc(line, func(mark []byte) []byte {
			m := fileMark.FindSubmatch(mark)
			target, err := url.PathUnescape(string(m[2]))
			if err != nil {
				return mark
			}
			return change(mark, string(m[1]), strings.TrimPrefix(target, "./"))
		})
	}
	return lines
}

// WithoutFile takes a file beside a text out of the text, and the lines that
// hold nothing else.
func WithoutFile(body, name string) string {
	lines := eachMark([]byte(body), func(mark []byte, _, target string) []byte {
		if target == name {
			return nil
		}
		return mark
	})
	var out []byte
	for i, before := range strings.SplitAfter(body, "\n") {
		line := lines[i]
		if len(bytes.TrimSpace(line)) > 0 || strings.TrimSpace(before) == "" {
			out = append(out, line...)
		} else if bytes.HasSuffix(out, []byte("\n\n")) { // the blank line before it goes too
			out = out[:len(out)-1]
		}
	}
	return string(out)
}
