package notes

import (
	"strconv"

	"staffelstab/importer/cmark"
)

// table converts a table. A table of one cell is layout and is unwrapped; one
// with tabs becomes a heading for each tab.
func (c *converter) table(n *node) []cmark.Block {
	var rows []*node
	for _, r := range n.elements() {
		if r.name == "tablerow" {
			rows = append(rows, r)
		}
	}
	switch n.get("rowdisplay") {
	case "tabs", "section", "button", "caption":
		return c.tabs(rows)
	}
	if len(rows) == 1 && len(cells(rows[0])) == 1 {
		return c.blocks(cells(rows[0])[0].elements())
	}
	c.text.inTable++
	defer func() { c.text.inTable-- }()
	var t cmark.Table
	for _, r := range rows {
		var row []cmark.Cell
		for _, cell := range cells(r) {
			row = append(row, cmark.Cell{
				Blocks:  c.blocks(cell.elements()),
				Columns: span(cell.get("columnspan")),
				RowSpan: span(cell.get("rowspan")),
			})
		}
		if len(row) > 0 {
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) > 1 && allBold(t.Rows[0]) {
		t.HeaderRows = 1
		unbold(t.Rows[0])
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []cmark.Block{t}
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
	c.text.nesting++
	defer func() { c.text.nesting-- }()
	for _, r := range rows {
		if label := r.get("tablabel"); label != "" {
			out = append(out, cmark.Heading{Level: min(2+c.text.nesting, 6), Spans: []cmark.Span{{Text: label}}})
		}
		for _, cell := range cells(r) {
			out = append(out, c.blocks(cell.elements())...)
		}
	}
	return out
}

// allBold reports whether every cell of a row is bold: then it is a head.
func allBold(row []cmark.Cell) bool {
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
				if s.Style&cmark.Bold == 0 && !cmark.Blank([]cmark.Span{s}) {
					return false
				}
			}
		}
	}
	return true
}

func unbold(row []cmark.Cell) {
	for _, cell := range row {
		for _, b := range cell.Blocks {
			for i := range b.(cmark.Paragraph).Spans {
				b.(cmark.Paragraph).Spans[i].Style &^= cmark.Bold
			}
		}
	}
}
