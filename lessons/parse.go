package lessons

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// Segment is a piece of a lesson in its order: prose or a question.
type Segment struct {
	Markdown []byte    // of prose
	Question *Question // nil for prose
}

// ParseLesson cuts the body of a lesson into prose and questions. firstLine is
// the line of the file the body begins on. Problems are faults with path and
// line; a question with one is left out and never shown half.
//
// The syntax is a superset of the published quizdown convention: a heading
// that begins with "Frage:", an optional comment with settings, an ordered
// task list (one right option) or a bullet task list (several), indented
// quotes as feedback, quotes at the top level as hint or explanation.
func ParseLesson(path string, firstLine int, body []byte, blocks []content.Block) ([]Segment, error) {
	p := &questionParser{path: path, firstLine: firstLine, body: body, seen: map[string]bool{}}
	var out []Segment
	at := 0
	prose := func(end int) {
		if text := body[at:end]; len(bytes.TrimSpace(text)) > 0 {
			out = append(out, Segment{Markdown: text})
		}
	}
	for _, r := range questionRanges(blocks, len(body)) {
		prose(r.start)
		if q, ok := p.question(within(blocks, r)); ok {
			out = append(out, Segment{Question: &q})
		}
		at = r.end
	}
	prose(len(body))
	return out, errors.Join(p.problems...)
}

func within(blocks []content.Block, r byteRange) []content.Block {
	var out []content.Block
	for _, b := range blocks {
		if b.Start >= r.start && b.Start < r.end {
			out = append(out, b)
		}
	}
	return out
}

type questionParser struct {
	path      string
	firstLine int
	body      []byte
	seen      map[string]bool // question ids
	problems  []error
}

func (p *questionParser) line(b content.Block) int {
	return p.firstLine + bytes.Count(p.body[:b.Start], []byte("\n"))
}

func (p *questionParser) fail(b content.Block, key string, pairs ...any) {
	p.problems = append(p.problems, fault.New(fault.Invalid, key, pairs...).At(p.path, p.line(b)))
}

// question reads the blocks of one question; the first is its heading.
func (p *questionParser) question(blocks []content.Block) (Question, bool) {
	heading := blocks[0]
	q := Question{
		Prompt: strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(heading.Text), QuestionPrefix)),
		Points: 1, Shuffle: true, Line: p.line(heading),
	}
	problems := len(p.problems)
	var list *content.Block
	for i, b := range blocks[1:] {
		switch {
		case b.Kind == content.BlockHTML:
			p.settings(b, &q)
		case b.Kind == content.BlockList && list == nil:
			list = &blocks[i+1]
		case b.Kind == content.BlockQuote && list != nil:
			p.aside(b, &q)
		case list == nil:
			q.Body += string(p.body[b.Start:b.End])
		case b.Kind == content.BlockList:
			p.fail(b, "lessons.question-two-lists")
		}
	}
	q.Body = strings.TrimSpace(q.Body)
	p.identify(heading, &q)
	if list == nil {
		p.fail(heading, "lessons.question-without-options")
	} else {
		p.options(*list, &q)
	}
	q.Hash = q.hash()
	return q, len(p.problems) == problems
}

var (
	settingsPattern = regexp.MustCompile(`^\s*<!--\s*frage:\s*(.*?)\s*-->\s*$`)
	hasID           = regexp.MustCompile(`\sid=`)
	idPattern       = regexp.MustCompile(`^[\p{Ll}0-9][\p{Ll}0-9-]{0,59}$`)
)

// maxPoints keeps one question from outweighing a module.
const maxPoints = 100

// settings reads the comment under the heading.
func (p *questionParser) settings(b content.Block, q *Question) {
	m := settingsPattern.FindStringSubmatch(b.Text)
	if m == nil {
		return
	}
	for word := range strings.FieldsSeq(m[1]) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "id":
			if q.ID = value; value == "" { // InsertQuestionIDs sees an id here and gives none
				p.fail(b, "lessons.question-bad-id", "id", value)
			}
		case "punkte":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > maxPoints {
				p.fail(b, "lessons.question-bad-points", "max", maxPoints)
				continue
			}
			q.Points = n
		case "mischen":
			q.Shuffle = value != "nein"
		case "typ":
			p.fail(b, "lessons.question-type-unsupported", "type", value)
		default:
			p.fail(b, "lessons.question-setting-unknown", "key", key)
		}
	}
}

// identify checks the id. Without one the question has none that survives a
// change of its words, so it is refused; InsertQuestionIDs helps.
func (p *questionParser) identify(heading content.Block, q *Question) {
	switch {
	case q.Prompt == "":
		p.fail(heading, "lessons.question-without-words")
	case q.ID == "":
		p.fail(heading, "lessons.question-without-id", "question", q.Prompt)
	case !idPattern.MatchString(q.ID):
		p.fail(heading, "lessons.question-bad-id", "id", q.ID)
	case p.seen[q.ID]:
		p.fail(heading, "lessons.question-id-twice", "id", q.ID)
	}
	p.seen[q.ID] = true
}

// options reads the list: ordered means one right answer, bullets several.
func (p *questionParser) options(list content.Block, q *Question) {
	q.Type = MultipleChoice
	if list.Ordered {
		q.Type = SingleChoice
	}
	right := 0
	ids := map[string]bool{}
	for _, item := range list.Children {
		if !item.Task {
			p.fail(item, "lessons.question-type-unsupported", "type", "")
			return
		}
		o := p.option(item, q.ID)
		if ids[o.ID] {
			p.fail(item, "lessons.question-option-twice")
		}
		ids[o.ID] = true
		if o.Correct {
			right++
		}
		q.Options = append(q.Options, o)
	}
	switch {
	case len(q.Options) < 2:
		p.fail(list, "lessons.question-too-few-options")
	case q.Type == SingleChoice && right != 1:
		p.fail(list, "lessons.question-one-right", "right", right)
	case right == 0:
		p.fail(list, "lessons.question-none-right")
	}
}

var taskBox = regexp.MustCompile(`^\s*\[[ xX]\]\s+`)

func (p *questionParser) option(item content.Block, question string) Option {
	o := Option{Correct: item.Checked}
	var text []string
	for _, child := range item.Children {
		source := string(p.body[child.Start:child.End])
		if child.Kind == content.BlockQuote {
			o.Feedback = strings.TrimSpace(o.Feedback + "\n\n" + unquote(source))
			continue
		}
		text = append(text, dedent(taskBox.ReplaceAllString(source, "")))
	}
	o.Markdown = strings.TrimSpace(strings.Join(text, "\n\n"))
	o.ID = optionID(question, o.Markdown)
	return o
}

// unquote takes the marks of a quote off every line.
func unquote(source string) string {
	lines := strings.Split(strings.TrimSpace(source), "\n")
	for i, l := range lines {
		l = strings.TrimLeft(l, " \t")
		l = strings.TrimPrefix(l, ">")
		lines[i] = strings.TrimPrefix(l, " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func dedent(source string) string {
	lines := strings.Split(strings.TrimSpace(source), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, "\n")
}

var asidePattern = regexp.MustCompile(`^\*\*(Hinweis|Erklärung):\*\*\s*`)

// aside reads a quote below the options.
func (p *questionParser) aside(b content.Block, q *Question) {
	text := unquote(string(p.body[b.Start:b.End]))
	m := asidePattern.FindStringSubmatch(text)
	if m == nil {
		p.fail(b, "lessons.question-aside-unknown")
		return
	}
	text = strings.TrimPrefix(text, m[0])
	if m[1] == "Hinweis" {
		q.Hints = append(q.Hints, text)
		return
	}
	q.Explanation = strings.TrimSpace(q.Explanation + "\n\n" + text)
}

// InsertQuestionIDs gives every question without an id one, in the settings
// under its heading, so that its results survive a change of words. Everything
// else keeps its bytes.
func InsertQuestionIDs(body []byte, blocks []content.Block, ids ident.Source) []byte {
	var out []byte
	at := 0
	for _, r := range questionRanges(blocks, len(body)) {
		inner := within(blocks, r)
		if slices.ContainsFunc(inner, func(b content.Block) bool { return isSettings(b) && hasID.MatchString(b.Text) }) {
			continue
		}
		if len(inner) > 1 && isSettings(inner[1]) {
			end := inner[1].Start + bytes.Index(body[inner[1].Start:], []byte("frage:")) + len("frage:")
			out = append(out, body[at:end]...)
			out = append(out, " id="+ids.New()...)
			at = end
			continue
		}
		end := r.start + len(firstLineOf(body[r.start:]))
		out = append(out, body[at:end]...)
		out = append(out, "<!-- frage: id="+ids.New()+" -->\n"...)
		at = end
	}
	return append(out, body[at:]...)
}

func isSettings(b content.Block) bool {
	return b.Kind == content.BlockHTML && settingsPattern.MatchString(b.Text)
}

func firstLineOf(b []byte) []byte {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1]
	}
	return b
}
