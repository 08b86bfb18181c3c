package lessons

import (
	"errors"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// Linter looks over lessons before they are saved, so that no question is lost
// to its learners: one that cannot be graded would not be shown. It implements
// content.Linter.
type Linter struct{}

// Lint gives questions without an id one and refuses those that could never be
// graded. Other kinds of text pass as they are.
func (Linter) Lint(kind content.Kind, body []byte, blocks []content.Block, ids ident.Source) ([]byte, error) {
	if kind != content.KindLesson {
		return body, nil
	}
	_, err := ParseLesson("", 1, body, blocks)
	var rest []error
	for _, problem := range problems(err) {
		f, ok := fault.Of(problem)
		if !ok {
			return nil, err
		}
		if f.Key != "lessons.question-without-id" {
			rest = append(rest, f.InField("body"))
		}
	}
	if len(rest) > 0 {
		return nil, errors.Join(rest...)
	}
	return InsertQuestionIDs(body, blocks, ids), nil
}

func problems(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err != nil {
		return []error{err}
	}
	return nil
}
