package importer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// enough is the share of letters that has to arrive, in percent. Below it
// somebody has to look.
const enough = 99

// tally counts words. A letter counts as kept when its whole word is found
// again, and every word of the result answers for one word of the source only.
type tally struct {
	words map[string]int
	title map[string]int // in small letters
}

// tallyOf counts the words of an article. Those of its title answer for a first
// line that said the same in capitals, too.
func tallyOf(title, text string) tally {
	t := tally{map[string]int{}, map[string]int{}}
	eachWord(text, func(word string) { t.words[word]++ })
	eachWord(title, func(word string) { t.title[strings.ToLower(word)]++ })
	return t
}

// take counts the letters of text and those of its words that are in the
// tally, and takes these words out of it.
func (t tally) take(text string) (in, out int) {
	eachWord(text, func(word string) {
		n := utf8.RuneCountInString(word)
		in += n
		if t.words[word] > 0 {
			t.words[word]--
			out += n
		} else if small := strings.ToLower(word); t.title[small] > 0 {
			t.title[small]--
			out += n
		}
	})
	return in, out
}

// eachWord yields the words of a text in one form, however its letters are
// put together.
func eachWord(text string, yield func(string)) {
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
	}
	start := -1
	for i, r := range text {
		switch part := wordRune(r); {
		case part && start < 0:
			start = i
		case !part && start >= 0:
			yield(text[start:i])
			start = -1
		}
	}
	if start >= 0 {
		yield(text[start:])
	}
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// TextOfHTML returns the text a browser shows of HTML, with line ends between
// blocks, the values of form fields among it. Marks of footnotes are left out:
// they are not part of the text.
func TextOfHTML(source string) string {
	z := html.NewTokenizer(strings.NewReader(source))
	var b strings.Builder
	var c controls
	hidden, mark := 0, false
	for {
		switch z.Next() {
		case html.ErrorToken:
			if c.list { // it never ended
				b.WriteString(c.end("select"))
			}
			return b.String()
		case html.TextToken:
			switch {
			case c.list:
				c.text(string(z.Text()))
			case hidden == 0 && !mark:
				b.Write(z.Text())
			}
		case html.StartTagToken:
			name, more := z.TagName()
			tag := string(name)
			if hides(tag) {
				hidden++
			}
			if tag == "a" && more {
				mark = footnoteMark(z)
			} else if shown := c.start(z, tag, more); hidden == 0 {
				b.WriteString(shown)
			}
			b.WriteString(gap(tag))
		case html.EndTagToken:
			name, _ := z.TagName()
			tag := string(name)
			if hides(tag) && hidden > 0 {
				hidden--
			}
			if tag == "a" {
				mark = false
			}
			if shown := c.end(tag); hidden == 0 {
				b.WriteString(shown)
			}
			b.WriteString(gap(tag))
		case html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			if shown := c.start(z, tag, more); hidden == 0 && tag == "input" {
				b.WriteString(shown)
			}
			b.WriteString(gap(tag))
		}
	}
}

// hides reports whether the content of an element is no text, nor what a control
// of a form shows.
func hides(tag string) bool { return tag != "textarea" && tag != "select" && HiddenElement(tag) }

// footnoteMark reports whether the link being read leads to or from a
// footnote.
func footnoteMark(z *html.Tokenizer) bool {
	for {
		key, value, more := z.TagAttr()
		if string(key) == "href" && strings.HasPrefix(string(value), "#fn") {
			return true
		}
		if !more {
			return false
		}
	}
}

// HiddenElement reports whether the content of an HTML element is no text.
func HiddenElement(name string) bool {
	switch name {
	case "script", "style", "head", "title", "template", "noscript", "iframe", "object", "textarea", "select", "svg", "math":
		return true
	}
	return false
}

// InlineElement reports whether an HTML element stands within a word or line.
func InlineElement(name string) bool {
	switch name {
	case "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "span", "font", "a", "sub", "sup", "small", "big", "code", "tt", "abbr", "mark":
		return true
	}
	return false
}

func gap(name string) string {
	switch name {
	case "script", "style", "template", "noscript": // take no room on the page
		return ""
	}
	if InlineElement(name) {
		return ""
	}
	return "\n"
}
