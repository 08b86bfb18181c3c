package export

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// cellPad is the space inside a cell, in millimetres.
const cellPad = 1.2

// table draws rows with a grid. The head stands again on every page; a row
// that is longer than a page goes on on the next one.
func (p *sheet) table(n *html.Node) {
	var rows [][]*html.Node
	columns := 0
	for row := range n.Descendants() {
		if row.DataAtom != atom.Tr {
			continue
		}
		var cells []*html.Node
		for c := range row.ChildNodes() {
			if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
				cells = append(cells, c)
			}
		}
		rows, columns = append(rows, cells), max(columns, len(cells))
	}
	if columns == 0 {
		return
	}
	left, _, right, _ := p.GetMargins()
	page, _ := p.GetPageSize()
	width := (page - left - right) / float64(columns)
	p.size = 9
	for i, row := range rows {
		lines := p.cells(row, width)
		if i > 0 && p.fits() < tallest(lines) && tallest(lines) <= p.whole() {
			p.AddPage()
			p.row(rows[0], p.cells(rows[0], width), width)
		}
		p.row(row, lines, width)
	}
	p.size = textSize
	p.use()
	p.Ln(lineHeight)
}

// cells breaks the text of every cell into lines.
func (p *sheet) cells(row []*html.Node, width float64) [][]string {
	out := make([][]string, len(row))
	for i, c := range row {
		p.style = ""
		if c.DataAtom == atom.Th {
			p.style = "B"
		}
		p.use()
		out[i] = p.SplitText(words(c), max(width-2*cellPad-1, 4))
	}
	p.style = ""
	return out
}

// tallest is how many lines the tallest cell has, at least one.
func tallest(cells [][]string) int {
	n := 1
	for _, lines := range cells {
		n = max(n, len(lines))
	}
	return n
}

// fits is how many lines still fit on this page, whole how many on an empty
// one below the head.
func (p *sheet) fits() int {
	_, page := p.GetPageSize()
	return int((page - margin - 5 - p.GetY() - 2*cellPad) / p.line())
}

func (p *sheet) whole() int {
	_, page := p.GetPageSize()
	return int((page-2*margin-5)/p.line()) - 6
}

// row draws a row, in pieces when the page is too short for it.
func (p *sheet) row(nodes []*html.Node, cells [][]string, width float64) {
	left, _, _, _ := p.GetMargins()
	for at, total := 0, tallest(cells); at < total; {
		fit := p.fits()
		if fit < 1 {
			p.AddPage()
			continue
		}
		n := min(fit, total-at)
		top, height := p.GetY(), float64(n)*p.line()+2*cellPad
		for i, lines := range cells {
			p.style = ""
			if nodes[i].DataAtom == atom.Th {
				p.style = "B"
			}
			p.use()
			x := left + float64(i)*width
			p.Rect(x, top, width, height, "D")
			for j := at; j < min(at+n, len(lines)); j++ {
				p.SetXY(x+cellPad, top+cellPad+float64(j-at)*p.line())
				p.CellFormat(width-2*cellPad, p.line(), lines[j], "", 0, "L", false, 0, "")
			}
		}
		p.style = ""
		p.SetXY(left, top+height)
		at += n
	}
}
