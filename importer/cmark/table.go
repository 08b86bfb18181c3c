package cmark

import (
	"html"
	"strconv"
	"strings"
)

// table writes a GitHub table where that can hold everything, else HTML.
func (w *writer) table(t Table) {
	if len(t.Rows) == 0 {
		return
	}
	if !simple(t) {
		w.line(strings.TrimSpace(htmlTable(t)))
		return
	}
	columns := 0
	for _, row := range t.Rows {
		columns = max(columns, len(row))
	}
	for i, row := range t.Rows {
		cells := make([]string, columns)
		for j, c := range row {
			var spans []Span
			for _, b := range c.Blocks {
				spans = append(spans, b.(Paragraph).Spans...)
			}
			cells[j] = strings.ReplaceAll(w.inline(spans), "|", `\|`)
		}
		w.line("| " + strings.Join(cells, " | ") + " |")
		if i == 0 {
			w.line("|" + strings.Repeat(" --- |", columns))
		}
	}
}

// maxPadding is how many empty cells a GitHub table may need to be even.
const maxPadding = 1000

// simple reports whether every cell is at most one paragraph without breaks
// and nothing spans. GitHub tables always have exactly one head row, and all
// rows the same length.
func simple(t Table) bool {
	if t.HeaderRows > 1 {
		return false
	}
	columns, cells := 0, 0
	for _, row := range t.Rows {
		columns, cells = max(columns, len(row)), cells+len(row)
	}
	if columns*len(t.Rows)-cells > maxPadding+cells {
		return false
	}
	for _, row := range t.Rows {
		for _, c := range row {
			if c.Columns > 1 || c.RowSpan > 1 || len(c.Blocks) > 1 || c.Head {
				return false
			}
			for _, b := range c.Blocks {
				p, ok := b.(Paragraph)
				if !ok || hasBreak(p.Spans) {
					return false
				}
			}
		}
	}
	return true
}

func hasBreak(spans []Span) bool {
	for _, s := range tidy(spans) {
		if s.Break {
			return true
		}
	}
	return false
}

// htmlTable writes a table on one line, because a blank line would end the
// HTML inside Markdown.
func htmlTable(t Table) string {
	var b strings.Builder
	b.WriteString("<table>")
	for i, row := range t.Rows {
		b.WriteString("<tr>")
		for _, c := range row {
			name, attributes := "td", ""
			switch {
			case i < t.HeaderRows:
				name, attributes = "th", ` scope="col"`
			case c.Head:
				name, attributes = "th", ` scope="row"`
			}
			if c.Columns > 1 {
				attributes += ` colspan="` + strconv.Itoa(c.Columns) + `"`
			}
			if c.RowSpan > 1 {
				attributes += ` rowspan="` + strconv.Itoa(c.RowSpan) + `"`
			}
			b.WriteString("<" + name + attributes + ">" + htmlBlocks(c.Blocks, true) + "</" + name + ">")
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</table>")
	return b.String()
}

// htmlBlocks writes blocks as HTML; a lone paragraph needs no tag of its own.
func htmlBlocks(blocks []Block, bare bool) string {
	var b strings.Builder
	for _, block := range blocks {
		switch v := block.(type) {
		case Paragraph:
			if bare && len(blocks) == 1 {
				return htmlSpans(v.Spans)
			}
			if !Blank(v.Spans) {
				b.WriteString("<p>" + htmlSpans(v.Spans) + "</p>")
			}
		case Heading:
			b.WriteString("<p><strong>" + htmlSpans(v.Spans) + "</strong></p>")
		case List:
			b.WriteString(htmlList(v))
		case Table:
			b.WriteString(htmlTable(v))
		case Code:
			lines := strings.Split(strings.TrimRight(v.Text, "\n"), "\n")
			for i := range lines {
				lines[i] = html.EscapeString(lines[i])
			}
			b.WriteString("<p><code>" + strings.Join(lines, "<br>") + "</code></p>")
		case Quote:
			b.WriteString("<blockquote>" + htmlBlocks(v.Blocks, false) + "</blockquote>")
		case Rule:
			b.WriteString("<hr>")
		}
	}
	return b.String()
}

func htmlList(l List) string {
	open, end := "<ul>", "</ul>"
	if l.Ordered {
		open, end = "<ol>", "</ol>"
		if l.Start > 1 {
			open = `<ol start="` + strconv.Itoa(l.Start) + `">`
		}
	}
	var b strings.Builder
	b.WriteString(open)
	for _, item := range l.Items {
		mark := map[Task]string{Open: "☐ ", Done: "☑ "}[item.Task]
		b.WriteString("<li>" + mark + htmlBlocks(item.Blocks, true) + "</li>")
	}
	return b.String() + end
}

func htmlSpans(spans []Span) string {
	var b strings.Builder
	for _, s := range tidy(spans) {
		switch {
		case s.Break:
			b.WriteString("<br>")
			continue
		case s.Image != "":
			b.WriteString(`<img src="` + html.EscapeString(destination(s.Image)) + `" alt="` + html.EscapeString(collapse(s.Text)) + `">`)
			continue
		}
		text := html.EscapeString(s.Text)
		for _, style := range []Style{Subscript, Superscript, Strike, Italic, Bold, Highlight} {
			if s.Style&style != 0 {
				open, end := tag(style)
				text = open + text + end
			}
		}
		if s.Link != "" {
			text = `<a href="` + html.EscapeString(destination(s.Link)) + `">` + text + "</a>"
		}
		b.WriteString(text)
		if s.Note != "" {
			b.WriteString(" (" + html.EscapeString(strings.TrimSpace(collapse(s.Note))) + ")")
		}
	}
	return strings.TrimSpace(b.String())
}
