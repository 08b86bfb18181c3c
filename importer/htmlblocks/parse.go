package htmlblocks

import (
	"errors"
	"strings"

	"golang.org/x/net/html"
)

// ErrTangled says that HTML costs more than a text of people ever does.
var ErrTangled = errors.New("HTML tangled")

// Limits of HTML. A browser's parser copies every open format into every new
// paragraph, so that a few kilobytes become millions of elements.
const (
	fewTags     = 2000 // that cannot become too many
	maxTags     = 200_000
	maxElements = 1_000_000 // after such copying
)

// Parse parses HTML as browsers do, unless that would take too much of the
// machine.
func Parse(source string) (*html.Node, error) {
	if tangled(source) {
		return nil, ErrTangled
	}
	return html.Parse(strings.NewReader(source))
}

// tangled estimates what the parser makes of the source.
func tangled(source string) bool {
	if strings.Count(source, "<") < fewTags {
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
			if reopened(string(name)) {
				open++
				elements++
			} else {
				elements += 1 + open
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if reopened(string(name)) && open > 0 {
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

// reopened reports whether a parser opens an element again in the next
// paragraph.
func reopened(name string) bool {
	switch name {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}

// legible leaves out characters no text has; HTML can name them by number.
func legible(s string) string {
	if strings.IndexFunc(s, illegible) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if illegible(r) {
			return -1
		}
		return r
	}, s)
}

func illegible(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 || r == '\ufffe' || r == '\uffff'
}
