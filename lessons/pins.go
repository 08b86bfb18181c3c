package lessons

import "staffelstab/content"

// Pins keeps answers valid when a passage is redacted: an answer is pinned to
// the hash of its question, and the question stays the same one. It implements
// content.Pins.
type Pins struct{}

// Pinned maps the hashes of the questions of a lesson to those of the same
// questions in the text that took its place.
func (Pins) Pinned(kind content.Kind, before, after []byte, blocksBefore, blocksAfter []content.Block) map[string]string {
	if kind != content.KindLesson {
		return nil
	}
	now := map[string]string{}
	for _, q := range questionsIn(after, blocksAfter) {
		now[q.ID] = q.Hash
	}
	moved := map[string]string{}
	for _, q := range questionsIn(before, blocksBefore) {
		if hash, ok := now[q.ID]; ok && hash != q.Hash {
			moved[q.Hash] = hash
		}
	}
	return moved
}

func questionsIn(body []byte, blocks []content.Block) []Question {
	segments, _ := ParseLesson("", 1, body, blocks) // questions that cannot be graded have no answers
	var out []Question
	for _, s := range segments {
		if s.Question != nil {
			out = append(out, *s.Question)
		}
	}
	return out
}
