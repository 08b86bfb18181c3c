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
func (l *Library) compareBlocks(ctx context.Context, actor account.Actor, a Article, before, after string, files map[string]string) ([]RenderedBlock, error) {
	words := &alphabet{runes: map[string]rune{}}
	diffs := newDiff().DiffMainRunes(words.spell(l.blockTexts(before)), words.spell(l.blockTexts(after)), false)
	var out []RenderedBlock
	for _, part := range diffs {
		page, err := l.renderWith(ctx, actor, a, []byte(words.read(part.Text, "\n\n")), files)
		if err != nil {
			return nil, err
		}
		out = append(out, RenderedBlock{Kind: kindOfDiff(part.Type), HTML: page.HTML})
	}
	return out, nil
}

// blockTexts is the Markdown of every outermost block.
func (l *Library) blockTexts(text string) []string {
	var out []string
	for _, b := range l.Renderer.Blocks([]byte(text)) {
		out = append(out, strings.TrimRight(text[b.Start:b.End], "\n"))
	}
	return out
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

// CompareRendered is Compare with what changed as people read it.
func (l *Library) CompareRendered(ctx context.Context, actor account.Actor, id ID, from, to RevisionID) (Comparison, []RenderedBlock, error) {
	c, err := l.Compare(ctx, actor, id, from, to)
	if err != nil {
		return Comparison{}, nil, err
	}
	before, err := l.Source(ctx, actor, id, c.From.ID)
	if err != nil {
		return Comparison{}, nil, err
	}
	after, err := l.Source(ctx, actor, id, c.To.ID)
	if err != nil {
		return Comparison{}, nil, err
	}
	blocks, err := l.compareBlocks(ctx, actor, after.Article, before.Body, after.Body, nil)
	return c, blocks, err
}
