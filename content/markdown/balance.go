package markdown

import (
	"bytes"

	"golang.org/x/net/html"
)

// balance closes what a text leaves open and drops what closes something the
// text did not open. Otherwise "</div></div>" or an unclosed <details> of an
// import would reach out of the text into the page around it. Elements that
// the page's parser closes by itself, such as <p> and <li>, pass as they are.
func balance(page []byte) []byte {
	out := bytes.NewBuffer(make([]byte, 0, len(page)+64))
	var open []string
	times := map[string]int{} // each name stands in open
	closeLast := func() {
		last := open[len(open)-1]
		open = open[:len(open)-1]
		times[last]--
		out.WriteString("</" + last + ">")
	}
	tokens := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			for len(open) > 0 {
				closeLast()
			}
			return out.Bytes()
		}
		raw := bytes.Clone(tokens.Raw())
		name, _ := tokens.TagName()
		switch tag := string(name); {
		case kind != html.StartTagToken && kind != html.EndTagToken || closesItself(tag):
			out.Write(raw)
		case kind == html.StartTagToken:
			open = append(open, tag)
			times[tag]++
			out.Write(raw)
		default:
			for times[tag] > 0 {
				last := open[len(open)-1]
				closeLast()
				if last == tag {
					break
				}
			}
		}
	}
}

// closesItself lists elements without content and those whose end may be left
// out (HTML, "Optional tags").
func closesItself(tag string) bool {
	switch tag {
	case "br", "hr", "img", "input", "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot":
		return true
	}
	return false
}
