package lessons

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// QuestionType is how a question is answered.
type QuestionType string

// The types that can be asked.
const (
	SingleChoice   QuestionType = "single"   // exactly one option is right
	MultipleChoice QuestionType = "multiple" // any number of options is right
)

// Question is a question with its key. It never leaves the server like this;
// Present makes what a learner may see.
type Question struct {
	ID          string
	Type        QuestionType
	Prompt      string // plain text after "Frage:"
	Body        string // Markdown between the heading and the options
	Options     []Option
	Hints       []string // Markdown, one step after another
	Explanation string   // Markdown, shown after an answer
	Points      int
	Shuffle     bool
	Line        int    // of the heading in the file, from 1
	Hash        string // "v1:…" over everything that makes the question what it is
}

// Option is a possible answer.
type Option struct {
	ID       string // derived from the question and the option's words
	Markdown string
	Correct  bool
	Feedback string // Markdown, for those who choose it
}

// Presented is a question as a learner sees it before answering.
type Presented struct {
	ID      string
	Type    QuestionType
	Prompt  string
	Points  int
	Options []PresentedOption
	Hints   int // how many there are
}

// PresentedOption is an option without its key.
type PresentedOption struct{ ID string }

// Present returns what may be shown. The seed fixes the order of the options,
// so that a person meets the same order again.
func Present(q Question, seed uint64) Presented {
	p := Presented{ID: q.ID, Type: q.Type, Prompt: q.Prompt, Points: q.Points, Hints: len(q.Hints)}
	for _, o := range q.Options {
		p.Options = append(p.Options, PresentedOption{o.ID})
	}
	if q.Shuffle {
		r := rand.New(rand.NewPCG(seed, 0))
		r.Shuffle(len(p.Options), func(i, j int) { p.Options[i], p.Options[j] = p.Options[j], p.Options[i] })
	}
	return p
}

// Answer is what a learner chose.
type Answer struct {
	Options []string // option ids
}

// Result is a graded answer.
type Result struct {
	Correct bool    // everything right
	Score   float64 // 0..Points
}

// Grade compares an answer with the key. One choice is all or nothing; of
// several, every right one counts and every wrong one takes one away.
func Grade(q Question, a Answer) (Result, error) {
	chosen := map[string]bool{}
	for _, id := range a.Options {
		if !slices.ContainsFunc(q.Options, func(o Option) bool { return o.ID == id }) {
			return Result{}, fault.New(fault.Invalid, "lessons.option-unknown").InField("answer")
		}
		chosen[id] = true
	}
	if len(chosen) == 0 {
		return Result{}, fault.New(fault.Invalid, "lessons.answer-missing").InField("answer")
	}
	if q.Type == SingleChoice && len(chosen) > 1 {
		return Result{}, fault.New(fault.Invalid, "lessons.one-option-only").InField("answer")
	}
	right, wrong, wanted := 0, 0, 0
	for _, o := range q.Options {
		if o.Correct {
			wanted++
		}
		switch {
		case chosen[o.ID] && o.Correct:
			right++
		case chosen[o.ID]:
			wrong++
		}
	}
	result := Result{Correct: right == wanted && wrong == 0}
	if q.Type == MultipleChoice && wanted > 0 {
		result.Score = float64(q.Points) * float64(max(0, right-wrong)) / float64(wanted)
	} else if result.Correct {
		result.Score = float64(q.Points)
	}
	return result, nil
}

// optionID names an option by its words, so that reordering keeps it, and
// says nothing about whether it is right.
func optionID(question, markdown string) string {
	sum := sha256.Sum256([]byte(question + "\x00" + normalSpace(markdown)))
	return ident.FromBytes(sum[:])
}

func normalSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// hash is version 1 of the question hash. Feedback, hints, explanation and
// points do not change what was asked; the order of the options does not
// either.
func (q Question) hash() string {
	h := sha256.New()
	part := func(s string) { fmt.Fprintf(h, "%d:%s;", len(s), s) }
	part(string(q.Type))
	part(normalSpace(q.Prompt))
	part(normalSpace(q.Body))
	options := make([]string, len(q.Options))
	for i, o := range q.Options {
		options[i] = fmt.Sprintf("%t %s", o.Correct, normalSpace(o.Markdown))
	}
	slices.Sort(options)
	for _, o := range options {
		part(o)
	}
	return "v1:" + hex.EncodeToString(h.Sum(nil))
}
