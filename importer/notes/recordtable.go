package notes

import (
	"cmp"
	"slices"
	"strconv"
)

// recordTable is a table while its records come.
type recordTable struct {
	element *node
	depth   int // containers open around it
	spots   int // hotspots open around it
	cells   []recordCell
	labels  map[int]string
}

// recordCell is a cell with its place. Hidden cells are covered by a spanning
// one.
type recordCell struct {
	element       *node
	row, column   int
	height, width int
	hidden        bool
}

// readTable takes records of tables.
func (b *recordBuilder) readTable(r cdRecord) bool {
	switch r.signature {
	case cdPreTable:
		const viewer = 14
		b.byOne = len(r.body) > viewer && r.body[viewer] != 0
	case cdTable, cdNestedTable:
		b.beginTable()
	case cdCell, cdNestedCell:
		b.cell(r)
	case cdTableEnd, cdNestedTableEnd:
		if len(b.tables) == 0 {
			b.unknown++
			break
		}
		b.endTable()
	case cdTableLabel:
		b.label(r)
	default:
		return false
	}
	return true
}

func (b *recordBuilder) beginTable() {
	b.endParagraph()
	t := &recordTable{element: b.element("table"), depth: len(b.open), spots: len(b.spots), labels: map[int]string{}}
	if b.byOne {
		t.element.attr = []pair{{"rowdisplay", "tabs"}}
	}
	for row, label := range b.labels {
		t.labels[row] = label
	}
	b.byOne, b.labels = false, nil
	addTo(b.top(), t.element)
	b.tables = append(b.tables, t)
	b.open = append(b.open, t.element)
}

// label reads the name of a tab (CDTABLELABEL): of the row being read, or of
// the next table's rows in their order. Names of rows that are not tabs serve
// scripts.
func (b *recordBuilder) label(r cdRecord) {
	const size, flags, rowName, tabName = 128, 134, 1, 2
	if f := r.word(flags); f&rowName != 0 && f&tabName == 0 {
		return
	}
	text, _ := untilZero(r.from(0, size))
	if n := len(b.tables); n > 0 && len(b.tables[n-1].cells) > 0 {
		t := b.tables[n-1]
		t.labels[t.cells[len(t.cells)-1].row] = b.text(text)
		return
	}
	b.labels = append(b.labels, b.text(text))
}

// cell begins a cell (CDTABLECELL): row, column, margins, border, flags, spans.
func (b *recordBuilder) cell(r cdRecord) {
	const flags, height, width, coveredAcross, coveredDown = 9, 12, 13, 0x04, 0x08
	if len(b.tables) == 0 || len(r.body) < 2 {
		b.unknown++
		return
	}
	t := b.tables[len(b.tables)-1]
	b.leaveCell(t)
	c := recordCell{element: b.element("tablecell"), row: int(r.body[0]), column: int(r.body[1]), height: 1, width: 1}
	if len(r.body) > width {
		c.height, c.width = max(1, int(r.body[height])), max(1, int(r.body[width]))
		c.hidden = r.body[flags]&(coveredAcross|coveredDown) != 0
	}
	t.cells = append(t.cells, c)
	b.open = append(b.open, c.element)
}

// leaveCell ends what is open within the table.
func (b *recordBuilder) leaveCell(t *recordTable) {
	for len(b.spots) > t.spots {
		b.end()
	}
	b.endParagraph()
	b.open = b.open[:min(len(b.open), t.depth+1)]
}

func (b *recordBuilder) endTable() {
	t := b.tables[len(b.tables)-1]
	b.leaveCell(t)
	b.open = b.open[:min(len(b.open), t.depth)]
	b.tables = b.tables[:len(b.tables)-1]
	t.arrange(b)
}

// arrange puts the cells into rows. The cell that spans others stands at their
// lower right in the records, and at their upper left in an export.
func (t *recordTable) arrange(b *recordBuilder) {
	hidden := map[[2]int]bool{}
	for _, c := range t.cells {
		if c.hidden {
			hidden[[2]int{c.row, c.column}] = true
		}
	}
	var shown []recordCell
	for _, c := range t.cells {
		if c.hidden {
			continue
		}
		if top, left := c.row-c.height+1, c.column-c.width+1; (c.height > 1 || c.width > 1) && top >= 0 && left >= 0 && hidden[[2]int{top, left}] {
			c.row, c.column = top, left
		}
		shown = append(shown, c)
	}
	slices.SortStableFunc(shown, func(a, b recordCell) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
	var row *node
	last := -1
	for _, c := range shown {
		for row == nil || last < c.row {
			last++
			row = b.element("tablerow", "tablabel", t.labels[last])
			if last == c.row || t.labels[last] != "" {
				addTo(t.element, row)
			}
		}
		if c.height > 1 || c.width > 1 {
			c.element.attr = []pair{{"rowspan", strconv.Itoa(c.height)}, {"columnspan", strconv.Itoa(c.width)}}
		}
		addTo(row, c.element)
	}
}
