package web

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/lessons"
)

// modulesView is the list of modules.
type modulesView struct {
	Modules   []lessons.Overview
	CanCreate bool
}

func (s *Server) modules(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	list, err := s.Academy.Modules(r.Context(), actor)
	if err != nil {
		return err
	}
	v := modulesView{Modules: list, CanCreate: content.CanCreate(actor)}
	return s.render(w, r, http.StatusOK, "modules", s.titled(r, "web.menu-learning"), v)
}

// moduleView is the description of a module with its lessons.
type moduleView struct {
	lessons.Overview
	Body    template.HTML
	CanEdit bool
	Next    int // number of the lesson to go on with
	Status  content.Status
	Before  []content.Article // prerequisites
}

func (s *Server) module(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id := content.ID(r.PathValue("id"))
	overview, err := s.Academy.Module(r.Context(), actor, id)
	if err != nil {
		return err
	}
	text, err := s.Library.Read(r.Context(), actor, id, "")
	if err != nil {
		return err
	}
	s.Library.NoteOpened(actor, id)
	f := s.frame(r, overview.Module.Article.Title)
	f.Crumbs = []Crumb{{f.T("web.menu-learning"), "/lernen"}}
	v := moduleView{Overview: overview, Body: f.HTML(text.HTML), CanEdit: text.CanEdit, Status: text.Status, Next: nextLesson(overview)}
	for _, id := range overview.Module.Prerequisites {
		if a, err := s.Library.Article(r.Context(), actor, id); err == nil {
			v.Before = append(v.Before, a)
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, "module", f, v)
}

// nextLesson is the first one that is not done, or the first one again.
func nextLesson(o lessons.Overview) int {
	for i := range o.Module.Lessons {
		if i >= len(o.Progress.ByLesson) || !o.Progress.ByLesson[i].Done {
			return i + 1
		}
	}
	return min(1, len(o.Module.Lessons))
}

// lessonView is a lesson as a learner meets it.
type lessonView struct {
	ID       content.ID
	Module   lessons.Module
	Lesson   lessons.LessonRef
	Segments []segmentLine
	Progress lessons.LessonProgress
	Done     bool // the whole module
	Previous int
	Next     int
	CanEdit  bool
	Wrong    string // id of the question whose answer was refused
	Error    string
}

// segmentLine is prose or a question.
type segmentLine struct {
	Number   int // of the question in the lesson
	HTML     template.HTML
	Question *questionLine
}

// questionLine is a question with the newest own answer, if any.
type questionLine struct {
	ID, Prompt  string
	Multiple    bool
	Points      int
	HTML        template.HTML
	Options     []optionLine
	Hints       []template.HTML
	Answered    bool
	Correct     bool
	Score       float64
	Explanation template.HTML
	Key         string
	Error       string
}

type optionLine struct {
	ID       string
	HTML     template.HTML
	Chosen   bool
	Feedback template.HTML
}

func (s *Server) lesson(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showLesson(w, r, actor, http.StatusOK, "", "")
}

func (s *Server) showLesson(w http.ResponseWriter, r *http.Request, actor account.Actor, status int, wrong, problem string) error {
	id, n := content.ID(r.PathValue("id")), number(r.PathValue("n"))
	view, err := s.Academy.Lesson(r.Context(), actor, id, n)
	if err != nil {
		return err
	}
	s.Library.NoteOpened(actor, view.Lesson.Article.ID)
	v := lessonView{ID: id, Module: view.Module, Lesson: view.Lesson, Done: view.Progress.Done, Wrong: wrong, Error: problem}
	if n <= len(view.Progress.ByLesson) {
		v.Progress = view.Progress.ByLesson[n-1]
	}
	v.Previous = n - 1
	if n < len(view.Module.Lessons) {
		v.Next = n + 1
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	v.CanEdit = rules.CanEdit(actor, view.Lesson.Article.Kind, view.Lesson.Article.Department)
	f := s.frame(r, view.Lesson.Article.Title)
	f.Crumbs = []Crumb{{f.T("web.menu-learning"), "/lernen"}, {view.Module.Article.Title, "/lernen/" + string(id)}}
	questions := 0
	for _, segment := range view.Segments {
		line := segmentLine{HTML: f.HTML(segment.HTML)}
		if segment.Question != nil {
			questions++
			line.Number = questions
			line.Question = s.question(f, segment)
			if segment.Question.ID == wrong {
				line.Question.Error = problem
			}
		}
		v.Segments = append(v.Segments, line)
	}
	return s.render(w, r, status, "lesson", f, v)
}

func (s *Server) question(f *Frame, segment lessons.SegmentView) *questionLine {
	q := segment.Question
	line := &questionLine{
		ID: q.ID, Prompt: q.Prompt, Multiple: q.Type == lessons.MultipleChoice, Points: q.Points, HTML: f.HTML(segment.Text.Body), Key: s.IDs.New(),
	}
	for _, hint := range segment.Text.Hints {
		line.Hints = append(line.Hints, f.HTML(hint))
	}
	for _, option := range q.Options {
		line.Options = append(line.Options, optionLine{ID: option.ID, HTML: f.HTML(segment.Text.Options[option.ID])})
	}
	last := segment.Last
	if last == nil {
		return line
	}
	line.Answered, line.Correct, line.Score = true, last.Attempt.Correct, last.Attempt.Score
	for i := range line.Options {
		option := &line.Options[i]
		option.Chosen = slices.Contains(last.Attempt.Answer, option.ID)
		option.Feedback = f.HTML(last.Feedback[option.ID])
	}
	line.Explanation = f.HTML(last.Explanation)
	return line
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id, question := content.ID(r.PathValue("id")), r.PathValue("question")
	_, err := s.Academy.Answer(r.Context(), actor, lessons.Submission{
		Module: id, Question: question, Options: r.PostForm["antwort"], Hints: number(r.PostForm.Get("hinweise")), Key: r.PostForm.Get("vorgang"),
	})
	if fault.Is(err, fault.Invalid) {
		return s.showLesson(w, r, actor, fault.Invalid.Status(), question, s.mistakeIn(r, err).Sentence)
	}
	if err != nil {
		return err
	}
	return see(w, r, lessonAddress(id, number(r.PathValue("n")))+"#frage-"+question)
}

func (s *Server) finishLesson(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id, n := content.ID(r.PathValue("id")), number(r.PathValue("n"))
	if err := s.Academy.Finish(r.Context(), actor, id, n); err != nil {
		return err
	}
	overview, err := s.Academy.Module(r.Context(), actor, id)
	if err != nil {
		return err
	}
	if n < len(overview.Module.Lessons) {
		return see(w, r, lessonAddress(id, n+1))
	}
	return see(w, r, "/lernen/"+string(id)+"?meldung=gelesen")
}

func lessonAddress(id content.ID, n int) string {
	return "/lernen/" + string(id) + "/" + strconv.Itoa(n)
}
