package content

import (
	"context"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"

	"staffelstab/internal/account"
)

// RenderedBlock is a run of blocks of a text that stayed, came or went, as
// people read it.
type RenderedBlock struct {
	Kind DiffKind
	HTML string // sanitised
}

// compareBlocks compares two texts by their outermost blocks, so that somebody
// who does not know Markdown sees what changed.
func (l *Library) compareBlocks(ctx context.Context, actor account.Actor, a Article, before, after string) ([]RenderedBlock, error) {
	d := newDiff()
	words := &blockWords{runes: map[string]rune{}}
	diffs := d.DiffMainRunes(words.of(l.Renderer.Blocks([]byte(before)), before), words.of(l.Renderer.Blocks([]byte(after)), after), false)
	var out []RenderedBlock
	for _, part := range diffs {
		page, err := l.RenderFor(ctx, actor, a, []byte(words.text(part.Text)))
		if err != nil {
			return nil, err
		}
		out = append(out, RenderedBlock{Kind: kindOfDiff(part.Type), HTML: page.HTML})
	}
	return out, nil
}

func kindOfDiff(operation diffmatchpatch.Operation) DiffKind {
	switch operation {
	case diffmatchpatch.DiffInsert:
		return DiffAdded
	case diffmatchpatch.DiffDelete:
		return DiffRemoved
	}
	return DiffSame
}

// blockWords gives every different block a rune, so that blocks can be
// compared like letters.
type blockWords struct {
	runes  map[string]rune
	blocks []string
}

// firstBlockRune begins a private area that is large enough for every block a
// text of the largest size can have.
const firstBlockRune = 0x10000

func (w *blockWords) of(blocks []Block, text string) []rune {
	var out []rune
	for _, b := range blocks {
		block := strings.TrimRight(text[b.Start:b.End], "\n")
		r, ok := w.runes[block]
		if !ok {
			r = rune(firstBlockRune + len(w.blocks))
			w.runes[block], w.blocks = r, append(w.blocks, block)
		}
		out = append(out, r)
	}
	return out
}

func (w *blockWords) text(word string) string {
	var text strings.Builder
	for _, r := range word {
		text.WriteString(w.blocks[r-firstBlockRune])
		text.WriteString("\n\n")
	}
	return text.String()
}
