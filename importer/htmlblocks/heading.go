package htmlblocks

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"staffelstab/importer"
)

// longestHeading is how many letters a heading has at most.
const longestHeading = 150

// headings finds paragraphs that are headings by their looks: the whole of them
// is bold and larger than most of the text. Old pages and mails have no others.
// The largest are of the second level, the next ones of the third and so on.
func headings(root *html.Node) map[*html.Node]int {
	letters := map[float64]int{} // by size, outside the candidates
	sizes := map[*html.Node]float64{}
	measure(root, 0, looks{size: sizeOf("3")}, letters, sizes)
	body := 0.0
	for size, n := range letters {
		if n > letters[body] || n == letters[body] && size < body {
			body = size
		}
	}
	ranks := map[float64]bool{}
	for n, size := range sizes {
		if size <= body || letters[body] == 0 {
			delete(sizes, n)
			continue
		}
		ranks[size] = true
	}
	order := slices.Sorted(maps.Keys(ranks))
	slices.Reverse(order)
	out := map[*html.Node]int{}
	for n, size := range sizes {
		out[n] = min(2+slices.Index(order, size), 6)
	}
	return out
}

// looks is how text is shown.
type looks struct {
	bold bool
	size float64 // points
}

// maxMeasured is how deep pages are looked into for headings.
const maxMeasured = 200

// measure counts letters by their size and notes candidates. It tells whether all
// of a node's text has the same looks, bold.
func measure(n *html.Node, depth int, now looks, letters map[float64]int, candidates map[*html.Node]float64) (text int, whole looks, same bool) {
	whole, same = looks{}, true
	if depth > maxMeasured || importer.HiddenElement(n.Data) && n.Type == html.ElementNode {
		return 0, whole, same
	}
	if n.Type == html.TextNode {
		count := len(strings.Join(strings.Fields(n.Data), ""))
		letters[now.size] += count
		return count, now, true
	}
	now = now.of(n)
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		count, has, alike := measure(child, depth+1, now, letters, candidates)
		switch {
		case count == 0:
			continue
		case text == 0:
			whole, same = has, alike
		default:
			same = same && alike && has == whole
		}
		text += count
	}
	if (n.DataAtom == atom.P || n.DataAtom == atom.Div) && text > 0 && text <= longestHeading && same && whole.bold && !within(n, atom.Table, atom.Li) && !holdsBlock(n, 0) {
		candidates[n] = whole.size
		letters[whole.size] -= text
	}
	return text, whole, same
}

// of is how text within an element is shown.
func (l looks) of(n *html.Node) looks {
	switch n.DataAtom {
	case atom.B, atom.Strong:
		l.bold = true
	case atom.Font:
		if size := sizeOf(Attribute(n, "size")); size > 0 {
			l.size = size
		}
	}
	for _, rule := range strings.Split(Attribute(n, "style"), ";") {
		name, value, _ := strings.Cut(strings.ToLower(rule), ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "font-weight":
			weight, _ := strconv.Atoi(value)
			l.bold = value == "bold" || value == "bolder" || weight >= 600
		case "font-size":
			if points, ok := strings.CutSuffix(value, "pt"); ok {
				if size, err := strconv.ParseFloat(strings.TrimSpace(points), 64); err == nil && size > 0 && size < 200 {
					l.size = size
				}
			}
			if pixels, ok := strings.CutSuffix(value, "px"); ok {
				if size, err := strconv.ParseFloat(strings.TrimSpace(pixels), 64); err == nil && size > 0 && size < 300 {
					l.size = size * 3 / 4
				}
			}
		}
	}
	return l
}

// sizeOf is the size attribute of <font> in points, 0 for what is none: 1 to 7,
// or steps from 3 (HTML Living Standard, rules for parsing a legacy font size).
func sizeOf(attribute string) float64 {
	steps := [...]float64{7.5, 10, 12, 13.5, 18, 24, 36}
	attribute = strings.TrimSpace(attribute)
	n, err := strconv.Atoi(attribute)
	if err != nil {
		return 0
	}
	if strings.HasPrefix(attribute, "+") || strings.HasPrefix(attribute, "-") {
		n += 3
	}
	return steps[min(max(n, 1), len(steps))-1]
}

func within(n *html.Node, kinds ...atom.Atom) bool {
	for at := n.Parent; at != nil; at = at.Parent {
		if slices.Contains(kinds, at.DataAtom) {
			return true
		}
	}
	return false
}
