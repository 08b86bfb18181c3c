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
	Kind   DiffKind
	HTML   string     // sanitised
	Parts  []DiffPart // the HTML cut where words changed; none when the blocks came or went as a whole
	Folded int        // blocks in a run that stayed and is far from any change, else 0
}

// Of what stayed, one block after a change and two before it (often heading and
// paragraph) say where it is. The rest is folded when it is worth the click.
const (
	blocksAfterChange  = 1
	blocksBeforeChange = 2
	foldFrom           = 4
)

// compareBlocks compares two texts by their outermost blocks, so that somebody
// who does not know Markdown sees what changed.
func (l *Library) compareBlocks(ctx context.Context, actor account.Actor, a Article, before, after string, files map[string]string) ([]RenderedBlock, error) {
	words := &alphabet{runes: map[string]rune{}}
	diffs := newDiff().DiffMainRunes(words.spell(l.blockTexts(before)), words.spell(l.blockTexts(after)), false)
	var out []RenderedBlock
	for i, part := range diffs {
		kind := kindOfDiff(part.Type)
		for _, run := range unfold([]rune(part.Text), kind, i == 0, i == len(diffs)-1) {
			page, err := l.renderWith(ctx, actor, a, []byte(words.read(string(run.blocks), "\n\n")), files)
			if err != nil {
				return nil, err
			}
			out = append(out, RenderedBlock{Kind: kind, HTML: page.HTML, Folded: run.folded})
		}
	}
	markWords(out)
	return out, nil
}

// A blockRun is blocks, one a rune, that are shown together.
type blockRun struct {
	blocks []rune
	folded int
}

// unfold divides a run that stayed into what is beside a change and what is
// folded.
func unfold(blocks []rune, kind DiffKind, first, last bool) []blockRun {
	from, to := blocksAfterChange, len(blocks)-blocksBeforeChange
	if first {
		from = 0
	}
	if last {
		to = len(blocks)
	}
	if kind != DiffSame || to-from < foldFrom {
		return []blockRun{{blocks: blocks}}
	}
	out := []blockRun{{blocks[from:to], to - from}}
	if from > 0 {
		out = append([]blockRun{{blocks: blocks[:from]}}, out...)
	}
	if to < len(blocks) {
		out = append(out, blockRun{blocks: blocks[to:]})
	}
	return out
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
