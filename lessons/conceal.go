package lessons

import (
	"strings"

	"staffelstab/content"
)

// QuestionPrefix opens a question: a heading that starts with it.
const QuestionPrefix = "Frage:"

// Concealer keeps the answers of lessons from everybody who only reads. It
// implements content.Concealer.
type Concealer struct{}

// Conceal returns the body of a lesson without its questions; other kinds stay
// as they are.
func (Concealer) Conceal(kind content.Kind, body []byte, blocks []content.Block) []byte {
	if !kind.IsLearning() {
		return body
	}
	var out []byte
	at := 0
	for _, r := range questionRanges(blocks, len(body)) {
		out = append(out, body[at:r.start]...)
		at = r.end
	}
	if at == 0 {
		return body
	}
	return append(out, body[at:]...)
}

type byteRange struct{ start, end int }

// questionRanges finds the questions: from their heading to the next heading
// of the same or a higher level, or the end of the body.
func questionRanges(blocks []content.Block, size int) []byteRange {
	var out []byteRange
	open := -1
	for _, b := range blocks {
		if b.Kind != content.BlockHeading {
			continue
		}
		if open >= 0 && b.Level <= out[open].level(blocks) {
			out[open].end = b.Start
			open = -1
		}
		if open < 0 && strings.HasPrefix(strings.TrimSpace(b.Text), QuestionPrefix) {
			out = append(out, byteRange{b.Start, size})
			open = len(out) - 1
		}
	}
	return out
}

// level is the level of the heading the range starts with.
func (r byteRange) level(blocks []content.Block) int {
	for _, b := range blocks {
		if b.Kind == content.BlockHeading && b.Start == r.start {
			return b.Level
		}
	}
	return 0
}
