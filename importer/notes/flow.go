package notes

import "staffelstab/importer/cmark"

// flow collects blocks and nests lists, which Notes expresses by nothing but
// the left margin of each paragraph.
type flow struct {
	out   []cmark.Block
	lists []*openList // outermost first
}

// openList is a list that may get further items.
type openList struct {
	margin  float64
	ordered bool
	items   []cmark.Item
}

// add ends all lists and appends blocks.
func (f *flow) add(blocks ...cmark.Block) {
	if len(blocks) == 0 {
		return
	}
	f.closeTo(0)
	f.out = append(f.out, blocks...)
}

// blank is an empty paragraph. It does not end a list: people part items with
// empty lines.
func (f *flow) blank() {}

// maxLists is how deep lists nest; what is further right stays on that level.
const maxLists = 10

// item adds an entry to the list its margin belongs to.
func (f *flow) item(def pardef, spans []cmark.Span) {
	for n := len(f.lists); n > 0 && f.lists[n-1].margin > def.margin+tolerance; n-- {
		f.closeTo(n - 1)
	}
	ordered := listKinds[def.list]
	if n := len(f.lists); n > 0 && same(f.lists[n-1].margin, def.margin) && f.lists[n-1].ordered != ordered {
		f.closeTo(n - 1)
	}
	if n := len(f.lists); n == 0 || n < maxLists && !same(f.lists[n-1].margin, def.margin) {
		f.lists = append(f.lists, &openList{margin: def.margin, ordered: ordered})
	}
	task := cmark.NoTask
	switch def.list {
	case "check":
		task = cmark.Done
	case "uncheck":
		task = cmark.Open
	}
	top := f.lists[len(f.lists)-1]
	top.items = append(top.items, cmark.Item{Task: task, Blocks: []cmark.Block{cmark.Paragraph{Spans: spans}}})
}

// paragraph adds ordinary text; indented below an entry it belongs to that.
func (f *flow) paragraph(def pardef, spans []cmark.Span) {
	p := cmark.Paragraph{Spans: spans}
	for n := len(f.lists); n > 0 && def.margin > bodyMargin+tolerance; n = len(f.lists) {
		if top := f.lists[n-1]; def.margin >= top.margin-tolerance {
			last := &top.items[len(top.items)-1]
			last.Blocks = append(last.Blocks, p)
			return
		}
		f.closeTo(n - 1)
	}
	f.add(p)
}

// tolerance is what margins may differ by and still be the same, in inches.
const tolerance = 0.02

func same(a, b float64) bool { return a-b < tolerance && b-a < tolerance }

// closeTo ends the inner lists until n are open.
func (f *flow) closeTo(n int) {
	for len(f.lists) > n {
		last := f.lists[len(f.lists)-1]
		f.lists = f.lists[:len(f.lists)-1]
		list := cmark.List{Ordered: last.ordered, Items: last.items}
		if len(f.lists) == 0 {
			f.out = append(f.out, list)
			continue
		}
		outer := f.lists[len(f.lists)-1]
		item := &outer.items[len(outer.items)-1]
		item.Blocks = append(item.Blocks, list)
	}
}

func (f *flow) done() []cmark.Block {
	f.closeTo(0)
	return f.out
}
