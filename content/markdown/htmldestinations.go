package markdown

import (
	"bytes"
	"html"
	"strings"

	"staffelstab/content"
)

// destinationsOfHTML finds where links and pictures of HTML lead, from a place on.
// Tokenizers of HTML do not tell where an attribute stands.
func destinationsOfHTML(out []content.Destination, source []byte, at int) []content.Destination {
	for at < len(source) {
		next := bytes.IndexByte(source[at:], '<')
		if next < 0 {
			break
		}
		at += next + 1
		switch rest := source[at:]; {
		case bytes.HasPrefix(rest, []byte("!--")):
			at = after(source, at, "-->")
		case len(rest) > 0 && isLetter(rest[0]):
			var name string
			name, at, out = tag(out, source, at)
			if name == "script" || name == "style" { // what stands in there are no tags
				at = after(source, at, "</"+name)
			}
		}
	}
	return out
}

// after is the place after the next words, in any case, else the end.
func after(source []byte, at int, words string) int {
	if next := bytes.Index(bytes.ToLower(source[at:]), []byte(words)); next >= 0 {
		return at + next + len(words)
	}
	return len(source)
}

// tag reads a tag from its name on and returns where it ends.
func tag(out []content.Destination, source []byte, at int) (string, int, []content.Destination) {
	start := at
	for at < len(source) && !endsName(source[at]) {
		at++
	}
	name, wanted := strings.ToLower(string(source[start:at])), ""
	switch name {
	case "a":
		wanted = "href"
	case "img":
		wanted = "src"
	}
	for {
		for at < len(source) && (isBlank(source[at]) || source[at] == '/') {
			at++
		}
		if at >= len(source) || source[at] == '>' {
			return name, at, out
		}
		key, from, to, next := attribute(source, at)
		if key == wanted && from < to {
			out = append(out, content.Destination{
				Start: from, End: to, Target: strings.TrimSpace(html.UnescapeString(string(source[from:to]))), Picture: name == "img", HTML: true, Mark: -1,
			})
			wanted = "" // of several of a name the first counts
		}
		at = next
	}
}

// attribute reads an attribute: its name, where its value stands and where it
// ends.
func attribute(source []byte, at int) (key string, from, to, next int) {
	start := at
	for at++; at < len(source) && !endsName(source[at]) && source[at] != '='; at++ {
	}
	key, next = strings.ToLower(string(source[start:at])), at
	for at < len(source) && isBlank(source[at]) {
		at++
	}
	if at >= len(source) || source[at] != '=' {
		return key, next, next, next
	}
	for at++; at < len(source) && isBlank(source[at]); at++ {
	}
	if at < len(source) && (source[at] == '"' || source[at] == '\'') {
		end := bytes.IndexByte(source[at+1:], source[at])
		if end < 0 {
			return key, len(source), len(source), len(source)
		}
		return key, at + 1, at + 1 + end, at + 2 + end
	}
	from = at
	for at < len(source) && !isBlank(source[at]) && source[at] != '>' {
		at++
	}
	return key, from, at, at
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

func isBlank(b byte) bool { return b == ' ' || '\t' <= b && b <= '\r' }

func endsName(b byte) bool { return isBlank(b) || b == '/' || b == '>' }
