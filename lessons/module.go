// Package lessons teaches what package content knows.
//
// A Module is a folder of the repository with a goal and Lessons; a lesson is
// an article of kind `lektion` whose Markdown holds Questions. An Attempt is
// one graded answer, stored for ever and pinned to the text it was given on:
// revision, question hash and section hash. Progress is never stored: it is
// derived from attempts, rules and today's text, so that it can never
// contradict either.
//
// The package is plain Go; it reads Markdown only through content.Block. The
// right answers leave it only as feedback on an answer that was given.
package lessons

import (
	"time"

	"staffelstab/content"
)

// Module is a learning module as its front matter describes it.
type Module struct {
	Article       content.Article // the article of kind `lernmodul`
	Goal          string
	Minutes       int
	Occupations   []string
	Skills        []string
	Explains      []content.ID
	Prerequisites []content.ID
	PassShare     int // percent of points needed, 1..100; 80 unless said otherwise
	RepeatMonths  int // 0 = never again
	Lessons       []LessonRef
}

// LessonRef names a lesson of a module in its order.
type LessonRef struct {
	N       int // 1-based
	Article content.Article
}

// Attempt is one graded answer. Attempts are append-only.
type Attempt struct {
	ID           string
	Person       string // account id
	Module       content.ID
	Lesson       content.ID
	Question     string // question id within the module
	Revision     content.RevisionID
	QuestionHash string // "v1:…": wording, options and key
	Answer       []string
	Correct      bool
	Score        float64 // 0..Points
	Points       int
	HintsUsed    int
	Key          string // idempotency key, unique per person
	RequestHash  string // of the answer sent with the key
	At           time.Time
}

// Reading notes that a person went through a lesson without (or before)
// answering: "gelesen", pinned to the revision.
type Reading struct {
	ID          string
	Person      string
	Module      content.ID
	Lesson      content.ID
	Revision    content.RevisionID
	ContentHash content.ContentHash
	At          time.Time
}
