package webpages

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"staffelstab/importer"
	"staffelstab/importer/htmlblocks"
)

// taken is what prune took off.
type taken struct {
	letters int      // of what belongs to the site
	hidden  []string // beginnings of what nobody saw
}

// prune returns the part of a page that is its text. What is surely around it
// is taken off: everything beside a main part, menus and headers as HTML or
// their names tell them, rows of buttons, and what was hidden from readers.
func prune(tree *html.Node) (*html.Node, taken) {
	body := first(tree, func(n *html.Node) bool { return n.DataAtom == atom.Body })
	if body == nil {
		return tree, taken{}
	}
	var off taken
	takeHidden(body, &off)
	all := letters(body)
	if part := mainPart(body); part != nil {
		body = part
	}
	takeAround(body)
	off.letters = all - letters(body)
	return body, off
}

// mainPart returns the part a page itself calls its text, if it is one.
func mainPart(body *html.Node) *html.Node {
	for _, is := range []func(*html.Node) bool{
		func(n *html.Node) bool { return n.DataAtom == atom.Main },
		func(n *html.Node) bool { return htmlblocks.Attribute(n, "role") == "main" },
		func(n *html.Node) bool { return n.DataAtom == atom.Article },
	} {
		var found []*html.Node
		for n := range body.Descendants() {
			if n.Type == html.ElementNode && is(n) {
				found = append(found, n)
			}
		}
		if len(found) == 1 && letters(found[0]) > 0 {
			return found[0]
		}
	}
	return nil
}

var hiddenStyle = regexp.MustCompile(`(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden)`)

// takeHidden removes what readers did not see. It was hidden on purpose.
func takeHidden(n *html.Node, off *taken) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		if child.Type == html.ElementNode {
			_, hidden := find(child, "hidden")
			if hidden || hiddenStyle.MatchString(htmlblocks.Attribute(child, "style")) {
				if text := importer.OneLine(htmlblocks.TextOf(child)); text != "" {
					off.hidden = append(off.hidden, beginning(text))
				}
				n.RemoveChild(child)
			} else {
				takeHidden(child, off)
			}
		}
		child = next
	}
}

func find(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func beginning(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// takeAround removes what is around the text.
func takeAround(n *html.Node) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		if child.Type == html.ElementNode {
			if around(child) {
				n.RemoveChild(child)
			} else {
				takeAround(child)
			}
		}
		child = next
	}
}

// aroundNames are words of classes and ids that surely name what is around a
// text.
var aroundNames = []string{
	"nav", "navi", "navigation", "navbar", "menu", "menue", "menü", "mainmenu", "hauptmenue", "breadcrumb", "breadcrumbs", "brotkrumen",
	"footer", "fusszeile", "fußzeile", "sidebar", "toolbar", "actionbar", "skiplink", "skiplinks", "pager", "noprint",
}

// around reports whether an element belongs to the site and not to its text.
func around(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Footer, atom.Aside:
		return true
	case atom.Header:
		return first(n, func(n *html.Node) bool { return n.DataAtom == atom.H1 }) == nil
	}
	switch htmlblocks.Attribute(n, "role") {
	case "navigation", "banner", "contentinfo", "search", "complementary", "toolbar", "menu", "menubar":
		return true
	}
	for _, word := range strings.Fields(strings.ToLower(htmlblocks.Attribute(n, "class") + " " + htmlblocks.Attribute(n, "id"))) {
		if slices.Contains(aroundNames, strings.NewReplacer("-", "", "_", "").Replace(word)) {
			return true
		}
	}
	return blockOfCommands(n)
}

// blockOfCommands reports whether an element shows nothing but links that do
// something in the old system: next, edit, open a view.
func blockOfCommands(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Table, atom.Tr, atom.Td, atom.Div, atom.P, atom.Ul, atom.Ol, atom.Li, atom.Center, atom.Form:
	default:
		return false
	}
	links := 0
	var only func(n *html.Node) bool
	only = func(n *html.Node) bool {
		switch {
		case n.Type == html.TextNode:
			return !strings.ContainsFunc(n.Data, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		case n.DataAtom == atom.A && htmlblocks.Attribute(n, "href") != "":
			links++
			return isCommand(htmlblocks.Attribute(n, "href"))
		case n.Type == html.ElementNode && importer.HiddenElement(n.Data):
			return true
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			if !only(child) {
				return false
			}
		}
		return true
	}
	return only(n) && links > 0
}

// isCommand reports whether a link does something in the old system. Addresses
// of other servers are left alone.
func isCommand(href string) bool {
	href = strings.ToLower(strings.TrimSpace(href))
	switch {
	case strings.HasPrefix(href, "javascript:"):
		return true
	case strings.HasPrefix(href, "http") && !strings.Contains(href, ".nsf"):
		return false
	}
	return isView(href)
}

// letters counts the letters and digits a part of a page shows.
func letters(n *html.Node) int {
	count := 0
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			for _, r := range n.Data {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					count++
				}
			}
		}
		if n.Type == html.ElementNode && importer.HiddenElement(n.Data) {
			return
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
	}
	walk(n)
	return count
}

// unwrapLayout turns tables that only arrange a page into plain blocks, so that
// the text in them does not become one.
func unwrapLayout(n *html.Node) {
	for child := range n.Descendants() {
		if child.DataAtom == atom.Table && arranges(child) {
			flatten(child)
		}
	}
}

// arranges reports whether a table holds the page and no data: it says so, or it
// has neither head nor border and holds headings, lines or further tables.
func arranges(table *html.Node) bool {
	if role := htmlblocks.Attribute(table, "role"); role == "presentation" || role == "none" {
		return true
	}
	if border := htmlblocks.Attribute(table, "border"); border != "" && border != "0" {
		return false
	}
	if first(table, func(n *html.Node) bool { return n.DataAtom == atom.Th || n.DataAtom == atom.Caption }) != nil {
		return false
	}
	return first(table, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.Hr, atom.Table:
			return true
		}
		return false
	}) != nil
}

// flatten makes the cells of a table blocks; tables within stay what they are.
func flatten(n *html.Node) {
	n.DataAtom, n.Data, n.Attr = atom.Div, "div", nil
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch child.DataAtom {
		case atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Colgroup:
			flatten(child)
		}
	}
}
