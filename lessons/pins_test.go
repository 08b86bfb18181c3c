package lessons

import (
	"testing"

	"staffelstab/content"
	"staffelstab/content/markdown"
)

func TestAnswersStayPinnedToARedactedQuestion(t *testing.T) {
	const before = "## Frage: Wer ruft Krause an?\n<!-- frage: id=q1 -->\n\n1. [x] Wache\n2. [ ] Krause\n\n## Frage: Wann?\n<!-- frage: id=q2 -->\n\n1. [x] heute\n2. [ ] nie\n"
	const after = "## Frage: Wer ruft [geschwärzt] an?\n<!-- frage: id=q1 -->\n\n1. [x] Wache\n2. [ ] [geschwärzt]\n\n## Frage: Wann?\n<!-- frage: id=q2 -->\n\n1. [x] heute\n2. [ ] nie\n"
	renderer := markdown.New(markdown.Labels{})
	blocks := func(text string) []content.Block { return renderer.Blocks([]byte(text)) }
	was, is := questionsIn([]byte(before), blocks(before)), questionsIn([]byte(after), blocks(after))
	if len(was) != 2 || len(is) != 2 {
		t.Fatalf("%d and %d questions", len(was), len(is))
	}
	moved := Pins{}.Pinned(content.KindLesson, []byte(before), []byte(after), blocks(before), blocks(after))
	if len(moved) != 1 || moved[was[0].Hash] != is[0].Hash {
		t.Errorf("moved %v", moved)
	}
	if other := (Pins{}).Pinned(content.KindArticle, []byte(before), []byte(after), blocks(before), blocks(after)); len(other) != 0 {
		t.Errorf("an article has no questions, moved %v", other)
	}
}
