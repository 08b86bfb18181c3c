package notes

import (
	"strconv"

	"staffelstab/importer/cmark"
)

// shownOneByOne reports whether only one row of a table is shown at a time: as
// tabs, with captions, by a timer or on a click.
func shownOneByOne(n *node) bool {
	display := n.get("rowdisplay")
	return display != "" && display != "all"
}

func rowsOf(n *node) []*node {
	var rows []*node
	for _, r := range n.elements() {
		if r.name == "tablerow" {
			rows = append(rows, r)
		}
	}
	return rows
}

// isGrid reports whether a table remains one. A table of one cell is layout.
func isGrid(n *node) bool {
	rows := rowsOf(n)
	return !shownOneByOne(n) && (len(rows) != 1 || len(cells(rows[0])) != 1)
}

// table converts a table. A table of one cell is layout and is unwrapped; one
// with tabs becomes a heading for each tab.
func (c *converter) table(n *node) []cmark.Block {
	rows := rowsOf(n)
	if shownOneByOne(n) {
		return c.tabs(rows)
	}
	if !isGrid(n) {
		return c.blocks(cells(rows[0])[0].elements())
	}
	c.text.inTable++
	defer func() { c.text.inTable-- }()
	var t cmark.Table
	heads := 0 // rows at the top that are said to be heads
	for _, r := range rows {
		row, head := c.row(r)
		if len(row) == 0 {
			continue
		}
		if head && heads == len(t.Rows) {
			heads++
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t.HeaderRows = min(heads, len(t.Rows)-1)
	if t.HeaderRows == 0 && len(t.Rows) > 1 && allBold(t.Rows[0]) {
		t.HeaderRows = 1
	}
	for _, row := range t.Rows[:t.HeaderRows] {
		unbold(row)
	}
	return []cmark.Block{t}
}

// row converts a row and reports whether every cell says that it heads its
// column.
func (c *converter) row(n *node) (row []cmark.Cell, head bool) {
	head = true
	for _, cell := range cells(n) {
		row = append(row, cmark.Cell{
			Blocks:  c.blocks(cell.elements()),
			Columns: span(cell.get("columnspan")),
			RowSpan: span(cell.get("rowspan")),
			Head:    cell.get("rowheader") == "true",
		})
		head = head && cell.get("columnheader") == "true"
	}
	return row, head
}

func cells(row *node) []*node {
	var out []*node
	for _, e := range row.elements() {
		if e.name == "tablecell" {
			out = append(out, e)
		}
	}
	return out
}

// maxSpan bounds what a cell may claim to cover.
const maxSpan = 1000

func span(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxSpan {
		return 1
	}
	return n
}

// tabs writes the rows of a table shown as tabs one below the other.
func (c *converter) tabs(rows []*node) []cmark.Block {
	var out []cmark.Block
	outer := c.text.nesting
	level := min(max(3, 2+outer), 6)
	c.text.nesting = level - 1
	defer func() { c.text.nesting = outer }()
	for _, r := range rows {
		if label := r.get("tablabel"); label != "" {
			if c.text.inTable == 0 {
				c.text.last = level
			}
			out = append(out, cmark.Heading{Level: level, Spans: []cmark.Span{{Text: label}}})
		}
		for _, cell := range cells(r) {
			out = append(out, c.blocks(cell.elements())...)
		}
	}
	return out
}

// allBold reports whether all text of a row is bold: then it is a head.
func allBold(row []cmark.Cell) bool {
	text := false
	for _, cell := range row {
		if cell.RowSpan > 1 {
			return false
		}
		for _, b := range cell.Blocks {
			p, ok := b.(cmark.Paragraph)
			if !ok {
				return false
			}
			for _, s := range p.Spans {
				if cmark.Blank([]cmark.Span{s}) {
					continue
				}
				if s.Style&cmark.Bold == 0 {
					return false
				}
				text = true
			}
		}
	}
	return text
}

func unbold(row []cmark.Cell) {
	for _, cell := range row {
		for _, b := range cell.Blocks {
			if p, ok := b.(cmark.Paragraph); ok {
				plainStyle(p.Spans)
			}
		}
	}
}
