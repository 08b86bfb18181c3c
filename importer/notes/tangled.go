package notes

import (
	"strings"

	"golang.org/x/net/html"
)

// Limits of HTML. A browser's parser copies every open format into every new
// paragraph, so that a few kilobytes become millions of elements; what would is
// read as plain text.
const (
	maxTags     = 200_000
	maxElements = 1_000_000 // after such copying
)

// tangled reports whether HTML costs more than a text of people ever does.
func tangled(source string) bool {
	if strings.Count(source, "<") < 2000 {
		return false
	}
	z := html.NewTokenizer(strings.NewReader(source))
	tags, elements, open := 0, 0, 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken:
			name, _ := z.TagName()
			tags++
			if formats[string(name)] {
				open++
				elements++
			} else {
				elements += 1 + open
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if formats[string(name)] && open > 0 {
				open--
			} else {
				elements += open
			}
		}
		if tags > maxTags || elements > maxElements {
			return true
		}
	}
}

// formats are the elements a parser opens again in the next paragraph.
var formats = map[string]bool{
	"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true, "s": true,
	"small": true, "strike": true, "strong": true, "tt": true, "u": true,
}
