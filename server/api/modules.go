package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/lessons"
)

// Module is a learning module with the reader's own progress.
type Module struct {
	ID          string     `json:"id"`
	Title       string     `json:"title"`
	Goal        string     `json:"goal,omitempty"`
	Minutes     int        `json:"minutes,omitempty"`
	Department  string     `json:"department,omitempty"`
	Occupations []string   `json:"occupations"`
	PassShare   int        `json:"pass_share" doc:"Percent of points needed"`
	Lessons     []LessonID `json:"lessons"`
	Progress    Progress   `json:"progress"`
}

// LessonID names a lesson of a module.
type LessonID struct {
	N     int    `json:"n"`
	ID    string `json:"id"`
	Title string `json:"title"`
	Done  bool   `json:"done"`
}

// Progress is where the reader stands today. It is derived, never stored.
type Progress struct {
	Questions int        `json:"questions"`
	Answered  int        `json:"answered" doc:"Answered rightly in today's wording"`
	Outdated  int        `json:"outdated" doc:"Answered rightly, but in an older wording"`
	Points    int        `json:"points"`
	Earned    float64    `json:"earned"`
	Started   bool       `json:"started"`
	Done      bool       `json:"done"`
	DoneAt    *time.Time `json:"done_at,omitempty"`
}

// Lesson is a lesson with its questions, without their answers.
type Lesson struct {
	Module   string    `json:"module"`
	N        int       `json:"n"`
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Revision string    `json:"revision"`
	Segments []Segment `json:"segments"`
}

// Segment is prose or a question.
type Segment struct {
	HTML     string    `json:"html,omitempty"`
	Question *Question `json:"question,omitempty"`
}

// Question is a question as it is asked.
type Question struct {
	ID      string   `json:"id"`
	Type    string   `json:"type"`
	Prompt  string   `json:"prompt"`
	HTML    string   `json:"html,omitempty"`
	Points  int      `json:"points"`
	Options []Option `json:"options"`
	Hints   []string `json:"hints"`
}

// Option is a possible answer.
type Option struct {
	ID   string `json:"id"`
	HTML string `json:"html"`
}

// AttemptResult tells how an answer was.
type AttemptResult struct {
	Correct     bool             `json:"correct"`
	Score       float64          `json:"score"`
	Points      int              `json:"points"`
	Feedback    []OptionFeedback `json:"feedback"`
	Explanation string           `json:"explanation,omitempty" doc:"Markdown"`
	Revision    string           `json:"revision" doc:"Revision of the lesson the answer was given on"`
	At          time.Time        `json:"at"`
}

// OptionFeedback is what the author says about a chosen option.
type OptionFeedback struct {
	Option string `json:"option"`
	Text   string `json:"text" doc:"Markdown"`
}

func (a *API) modules() {
	tags := []string{"learning"}
	register(a, huma.Operation{Method: http.MethodGet, Path: "/modules", Tags: tags, Summary: "List modules with own progress"},
		func(ctx context.Context, actor account.Actor, _ *struct{}) (*struct{ Body []Module }, error) {
			list, err := a.Academy.Modules(ctx, actor)
			if err != nil {
				return nil, err
			}
			out := make([]Module, len(list))
			for i, o := range list {
				out[i] = module(o)
			}
			return &struct{ Body []Module }{out}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/modules/{id}", Tags: tags, Summary: "A module with own progress"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID string `path:"id" maxLength:"40"`
		}) (*struct{ Body Module }, error) {
			o, err := a.Academy.Module(ctx, actor, content.ID(in.ID))
			if err != nil {
				return nil, err
			}
			return &struct{ Body Module }{module(o)}, nil
		})
	register(a, huma.Operation{Method: http.MethodGet, Path: "/modules/{id}/lessons/{n}", Tags: tags, Summary: "A lesson; questions without their answers"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID string `path:"id" maxLength:"40"`
			N  int    `path:"n" minimum:"1" maximum:"1000"`
		}) (*struct{ Body Lesson }, error) {
			view, err := a.Academy.Lesson(ctx, actor, content.ID(in.ID), in.N)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Lesson }{lesson(view)}, nil
		})
	register(a, huma.Operation{Method: http.MethodPost, Path: "/modules/{id}/questions/{question}/attempts", Tags: tags, Summary: "Answer a question"},
		func(ctx context.Context, actor account.Actor, in *struct {
			ID       string `path:"id" maxLength:"40"`
			Question string `path:"question" maxLength:"200"`
			Key      string `header:"Idempotency-Key" maxLength:"200" doc:"Sending it again counts once"`
			Body     struct {
				Answer []string `json:"answer" doc:"Ids of the chosen options" maxItems:"100"`
				Hints  int      `json:"hints,omitempty" doc:"Hints that were opened" minimum:"0" maximum:"100"`
			}
		}) (*struct{ Body AttemptResult }, error) {
			outcome, err := a.Academy.Answer(ctx, actor, lessons.Submission{
				Module: content.ID(in.ID), Question: in.Question, Options: in.Body.Answer, Hints: in.Body.Hints, Key: in.Key,
			})
			if err != nil {
				return nil, err
			}
			return &struct{ Body AttemptResult }{attemptResult(outcome)}, nil
		})
}

func module(o lessons.Overview) Module {
	m := Module{
		ID: string(o.Module.Article.ID), Title: o.Module.Article.Title, Goal: o.Module.Goal, Minutes: o.Module.Minutes,
		Department: o.Module.Article.Department, Occupations: orEmpty(o.Module.Occupations), PassShare: o.Module.PassShare,
		Lessons: []LessonID{}, Progress: progress(o.Progress),
	}
	for i, ref := range o.Module.Lessons {
		id := LessonID{N: ref.N, ID: string(ref.Article.ID), Title: ref.Article.Title}
		if i < len(o.Progress.ByLesson) {
			id.Done = o.Progress.ByLesson[i].Done
		}
		m.Lessons = append(m.Lessons, id)
	}
	return m
}

func progress(p lessons.Progress) Progress {
	out := Progress{
		Questions: p.Questions, Answered: p.Answered, Outdated: p.Outdated, Points: p.Points, Earned: p.Earned,
		Started: p.Started, Done: p.Done,
	}
	if p.Done {
		out.DoneAt = &p.DoneAt
	}
	return out
}

func lesson(view lessons.LessonView) Lesson {
	out := Lesson{
		Module: string(view.Module.Article.ID), N: view.Lesson.N, ID: string(view.Lesson.Article.ID),
		Title: view.Lesson.Article.Title, Revision: string(view.Lesson.Article.Revision), Segments: []Segment{},
	}
	for _, s := range view.Segments {
		segment := Segment{HTML: s.HTML}
		if q := s.Question; q != nil {
			segment.Question = &Question{
				ID: q.ID, Type: string(q.Type), Prompt: q.Prompt, HTML: s.Text.Body, Points: q.Points,
				Options: []Option{}, Hints: orEmpty(s.Text.Hints),
			}
			for _, option := range q.Options {
				segment.Question.Options = append(segment.Question.Options, Option{ID: option.ID, HTML: s.Text.Options[option.ID]})
			}
		}
		out.Segments = append(out.Segments, segment)
	}
	return out
}

func attemptResult(o lessons.Outcome) AttemptResult {
	out := AttemptResult{
		Correct: o.Attempt.Correct, Score: o.Attempt.Score, Points: o.Attempt.Points, Feedback: []OptionFeedback{},
		Explanation: o.Explanation, Revision: string(o.Attempt.Revision), At: o.Attempt.At,
	}
	for _, option := range o.Attempt.Answer {
		if text := o.Feedback[option]; text != "" {
			out.Feedback = append(out.Feedback, OptionFeedback{Option: option, Text: text})
		}
	}
	return out
}
