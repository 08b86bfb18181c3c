package markdown

import (
	"bytes"
	"regexp"
)

// Bounds of what is parsed. Input beyond them is shown as it was written,
// because it is either broken or an attack: each costs the library a multiple
// of its size, in time or in output.
const (
	maxDepth       = 60      // quotes, lists and notes a line opens; columns of indent divided by four
	maxBrackets    = 1200    // open brackets
	maxFilled      = 100_000 // cells a table fills in because its rows are shorter than its head
	maxDefinitions = 5000    // link definitions without a blank line between
)

func tooMuch(source []byte) bool {
	filled, columns, definitions := 0, 0, 0
	for line := range bytes.Lines(source) {
		if tooDeep(line) {
			return true
		}
		inner := bytes.Trim(line, "> \t\r\n")
		switch {
		case len(inner) == 0:
			columns, definitions = 0, 0
		case delimiterRow.Match(inner):
			columns = bytes.Count(inner, []byte("|"))
		default:
			filled += max(0, columns-1-bytes.Count(inner, []byte("|")))
		}
		if bytes.HasPrefix(inner, []byte("[")) {
			definitions++
		}
		if filled > maxFilled || definitions > maxDefinitions {
			return true
		}
	}
	return false
}

var (
	// delimiterRow is the line below the head of a table.
	delimiterRow = regexp.MustCompile(`^[-:| \t]*-[-:| \t]*$`)
	// opener starts a quote, a list item or a footnote. "+-----+" is a drawn
	// table and opens nothing.
	opener = regexp.MustCompile(`^(>|[-*+][ \t\r\n]|[0-9]{1,9}[.)][ \t\r\n]|\[\^[^\]\s]{1,200}\]:)`)
)

// tooDeep looks for a line that opens more than anybody writes.
func tooDeep(line []byte) bool {
	indent := len(line) - len(bytes.TrimLeft(line, " \t"))
	if indent > 4*maxDepth && indent < len(line)-1 {
		return true
	}
	depth := 0
	for rest := line[indent:]; ; depth++ {
		mark := opener.FindIndex(rest)
		if mark == nil {
			break
		}
		rest = bytes.TrimLeft(rest[mark[1]:], " \t")
	}
	if depth > maxDepth && len(bytes.Trim(line, string(line[0])+" \t\r\n")) > 0 { // a rule is one sign many times
		return true
	}
	brackets := 0
	for _, b := range line {
		switch b {
		case '[', '(':
			brackets++
		case ']', ')':
			brackets = max(0, brackets-1)
		}
		if brackets > maxBrackets {
			return true
		}
	}
	return false
}
