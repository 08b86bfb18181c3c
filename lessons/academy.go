package lessons

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// defaultPassShare is the percentage of points a module asks for when it says
// nothing else.
const defaultPassShare = 80

// Library is what the academy needs of package content.
type Library interface {
	Article(ctx context.Context, actor account.Actor, id content.ID) (content.Article, error)
	List(ctx context.Context, actor account.Actor, filter content.ArticleFilter) (content.ArticlePage, error)
	Siblings(ctx context.Context, actor account.Actor, a content.Article) ([]content.Article, error)
	Document(ctx context.Context, a content.Article) (content.Document, error)
	RenderFor(ctx context.Context, actor account.Actor, a content.Article, markdown []byte) (content.Rendered, error)
}

// BlockReader returns the block tree of Markdown.
type BlockReader interface {
	Blocks(markdown []byte) []content.Block
}

// Academy offers what may be done with modules.
type Academy struct {
	library Library
	blocks  BlockReader
	results Results
	now     func() time.Time
	ids     ident.Source
	parsed  *lessonCache
}

// NewAcademy returns an academy over the library.
func NewAcademy(library Library, blocks BlockReader, results Results, now func() time.Time, ids ident.Source) *Academy {
	return &Academy{library: library, blocks: blocks, results: results, now: now, ids: ids, parsed: newLessonCache()}
}

// Overview is a module with where the actor stands.
type Overview struct {
	Module   Module
	Progress Progress
}

// Modules lists the modules the actor may see, by title, with own progress.
func (a *Academy) Modules(ctx context.Context, actor account.Actor) ([]Overview, error) {
	modules, err := a.modules(ctx, actor)
	if err != nil {
		return nil, err
	}
	out := make([]Overview, len(modules))
	for i, m := range modules {
		out[i].Module = m
	}
	return out, a.fillProgress(ctx, actor, out)
}

func (a *Academy) fillProgress(ctx context.Context, actor account.Actor, overviews []Overview) error {
	statuses, err := a.StatusOf(ctx, []string{actor.Person.ID}, modulesOf(overviews))
	if err != nil {
		return err
	}
	for i := range overviews {
		overviews[i].Progress = statuses[actor.Person.ID][overviews[i].Module.Article.ID]
	}
	return nil
}

func modulesOf(overviews []Overview) []Module {
	out := make([]Module, len(overviews))
	for i, o := range overviews {
		out[i] = o.Module
	}
	return out
}

// Module returns a module the actor may see with own progress.
func (a *Academy) Module(ctx context.Context, actor account.Actor, id content.ID) (Overview, error) {
	m, err := a.module(ctx, actor, id)
	if err != nil {
		return Overview{}, err
	}
	o := []Overview{{Module: m}}
	if err := a.fillProgress(ctx, actor, o); err != nil {
		return Overview{}, err
	}
	return o[0], nil
}

func (a *Academy) modules(ctx context.Context, actor account.Actor) ([]Module, error) {
	var out []Module
	filter := content.ArticleFilter{Kinds: []content.Kind{content.KindModule}, Sort: content.SortTitle, Limit: 500}
	for {
		page, err := a.library.List(ctx, actor, filter)
		if err != nil {
			return nil, err
		}
		for _, article := range page.Articles {
			m, err := a.read(ctx, actor, article)
			if err != nil {
				return nil, err
			}
			out = append(out, m)
		}
		if page.Next == "" {
			return out, nil
		}
		filter.Cursor = page.Next
	}
}

func (a *Academy) module(ctx context.Context, actor account.Actor, id content.ID) (Module, error) {
	article, err := a.library.Article(ctx, actor, id)
	if err != nil {
		return Module{}, err
	}
	if article.Kind != content.KindModule {
		return Module{}, fault.New(fault.NotFound, "lessons.module-missing")
	}
	return a.read(ctx, actor, article)
}

// Place tells in which module a lesson stands, and as which one (1-based). A
// lesson without a module is not found.
func (a *Academy) Place(ctx context.Context, actor account.Actor, lesson content.Article) (content.ID, int, error) {
	siblings, err := a.library.Siblings(ctx, actor, lesson)
	if err != nil {
		return "", 0, err
	}
	i := slices.IndexFunc(siblings, func(s content.Article) bool { return s.Kind == content.KindModule })
	if i < 0 {
		return "", 0, fault.New(fault.NotFound, "lessons.module-missing")
	}
	m, err := a.read(ctx, actor, siblings[i])
	if err != nil {
		return "", 0, err
	}
	for _, l := range m.Lessons {
		if l.Article.ID == lesson.ID {
			return m.Article.ID, l.N, nil
		}
	}
	return "", 0, fault.New(fault.NotFound, "lessons.module-missing")
}

// read takes the module's description from its front matter and its lessons
// from the folder.
func (a *Academy) read(ctx context.Context, actor account.Actor, article content.Article) (Module, error) {
	d, err := a.library.Document(ctx, article)
	if err != nil {
		return Module{}, err
	}
	fields := d.Fields()
	m := Module{
		Article:       article,
		Goal:          text(fields["ziel"]),
		Minutes:       number(fields["minuten"]),
		Occupations:   texts(fields["berufe"]),
		Skills:        texts(fields["fertigkeiten"]),
		Explains:      ids(fields["erklaert"]),
		Prerequisites: ids(fields["voraussetzungen"]),
		PassShare:     defaultPassShare,
	}
	if rule, ok := fields["bestehen"].(map[string]any); ok {
		if share := number(rule["anteil"]); share > 0 && share <= 100 {
			m.PassShare = share
		}
	}
	if rule, ok := fields["wiederholung"].(map[string]any); ok {
		m.RepeatMonths = number(rule["monate"])
	}
	siblings, err := a.library.Siblings(ctx, actor, article)
	if err != nil {
		return Module{}, err
	}
	for _, s := range siblings {
		if s.Kind == content.KindLesson {
			m.Lessons = append(m.Lessons, LessonRef{N: len(m.Lessons) + 1, Article: s})
		}
	}
	return m, nil
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func number(v any) int {
	n, err := strconv.Atoi(strings.TrimSpace(text(v)))
	if err != nil {
		return 0
	}
	return n
}

func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		if s := text(v); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, e := range list {
		if s := text(e); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func ids(v any) []content.ID {
	var out []content.ID
	for _, s := range texts(v) {
		out = append(out, content.ID(s))
	}
	return out
}

// LessonView is a lesson as a learner meets it: prose and questions in their
// order, the questions without their answers.
type LessonView struct {
	Module   Module
	Lesson   LessonRef
	Segments []SegmentView
	Progress Progress
}

// SegmentView is a piece of prose or a question.
type SegmentView struct {
	HTML     string // of prose
	Question *Presented
	Text     QuestionText // rendered parts of the question
	Last     *Outcome     // the learner's newest attempt at today's wording
}

// QuestionText is the Markdown of a question, rendered.
type QuestionText struct {
	Body    string
	Options map[string]string // by option id
	Hints   []string
}

// Lesson returns lesson n (1-based) of a module.
func (a *Academy) Lesson(ctx context.Context, actor account.Actor, id content.ID, n int) (LessonView, error) {
	o, err := a.Module(ctx, actor, id)
	if err != nil {
		return LessonView{}, err
	}
	if n < 1 || n > len(o.Module.Lessons) {
		return LessonView{}, fault.New(fault.NotFound, "lessons.lesson-missing")
	}
	ref := o.Module.Lessons[n-1]
	parsed, err := a.parse(ctx, o.Module)
	if err != nil {
		return LessonView{}, err
	}
	attempts, err := a.results.Attempts(ctx, []string{actor.Person.ID}, []content.ID{id})
	if err != nil {
		return LessonView{}, err
	}
	view := LessonView{Module: o.Module, Lesson: ref, Progress: o.Progress}
	for _, s := range parsed.lessons[n-1].segments {
		sv, err := a.segment(ctx, actor, ref.Article, s, attempts)
		if err != nil {
			return LessonView{}, err
		}
		view.Segments = append(view.Segments, sv)
	}
	return view, nil
}

func (a *Academy) segment(ctx context.Context, actor account.Actor, article content.Article, s Segment, attempts []Attempt) (SegmentView, error) {
	if s.Question == nil {
		page, err := a.library.RenderFor(ctx, actor, article, s.Markdown)
		return SegmentView{HTML: page.HTML}, err
	}
	q := *s.Question
	presented := Present(q, seed(actor.Person.ID, q))
	sv := SegmentView{Question: &presented, Text: QuestionText{Options: map[string]string{}}}
	var err error
	render := func(markdown string) string {
		if err != nil || markdown == "" {
			return ""
		}
		var page content.Rendered
		page, err = a.library.RenderFor(ctx, actor, article, []byte(markdown))
		return page.HTML
	}
	sv.Text.Body = render(q.Body)
	for _, option := range q.Options {
		sv.Text.Options[option.ID] = render(option.Markdown)
	}
	for _, hint := range q.Hints {
		sv.Text.Hints = append(sv.Text.Hints, render(hint))
	}
	for _, attempt := range slices.Backward(attempts) {
		if attempt.Question == q.ID && attempt.QuestionHash == q.Hash {
			sv.Last = outcome(q, attempt)
			break
		}
	}
	if sv.Last != nil {
		for id, feedback := range sv.Last.Feedback {
			sv.Last.Feedback[id] = render(feedback)
		}
		sv.Last.Explanation = render(sv.Last.Explanation)
	}
	return sv, err
}

// seed fixes the order of the options for one person and wording.
func seed(person string, q Question) uint64 {
	sum := sha256.Sum256([]byte(person + "\x00" + q.Hash))
	var n uint64
	for _, b := range sum[:8] {
		n = n<<8 | uint64(b)
	}
	return n
}

// Submission is an answer as it was sent. Key makes sending it again
// harmless.
type Submission struct {
	Module   content.ID
	Question string
	Options  []string
	Hints    int
	Key      string
}

func (s Submission) hash() string {
	options := slices.Sorted(slices.Values(s.Options))
	sum := sha256.Sum256([]byte(string(s.Module) + "\x00" + s.Question + "\x00" + strings.Join(options, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Outcome tells a learner how an answer was.
type Outcome struct {
	Attempt     Attempt
	Feedback    map[string]string // Markdown by option id, for the options chosen
	Explanation string            // Markdown
}

// Answer grades and stores an answer. Sending the same key again returns the
// first outcome and counts nothing; another answer under a used key is
// refused.
func (a *Academy) Answer(ctx context.Context, actor account.Actor, s Submission) (Outcome, error) {
	if !actor.SignedIn() {
		return Outcome{}, fault.New(fault.Unauthenticated, "lessons.sign-in-first")
	}
	if !actor.CanWrite() || actor.System {
		return Outcome{}, fault.New(fault.Forbidden, "lessons.read-only-access")
	}
	m, err := a.module(ctx, actor, s.Module)
	if err != nil {
		return Outcome{}, err
	}
	parsed, err := a.parse(ctx, m)
	if err != nil {
		return Outcome{}, err
	}
	q, lesson, ok := parsed.find(s.Question)
	if !ok {
		return Outcome{}, fault.New(fault.NotFound, "lessons.question-missing")
	}
	result, err := Grade(q, Answer{Options: s.Options})
	if err != nil {
		return Outcome{}, err
	}
	if s.Key == "" {
		s.Key = a.ids.New()
	}
	attempt := Attempt{
		ID: a.ids.New(), Person: actor.Person.ID, Module: m.Article.ID, Lesson: lesson.ID, Question: q.ID,
		Revision: lesson.Revision, QuestionHash: q.Hash, Answer: slices.Clone(s.Options),
		Correct: result.Correct, Score: result.Score, Points: q.Points, HintsUsed: s.Hints,
		Key: s.Key, RequestHash: s.hash(), At: a.now().UTC(),
	}
	stored, added, err := a.results.AddAttempt(ctx, attempt)
	if err != nil {
		return Outcome{}, err
	}
	if !added && stored.RequestHash != attempt.RequestHash {
		return Outcome{}, fault.New(fault.Invalid, "lessons.key-reused").InField("Idempotency-Key")
	}
	return *outcome(q, stored), nil
}

// outcome adds the words of the question to a stored attempt.
func outcome(q Question, attempt Attempt) *Outcome {
	o := &Outcome{Attempt: attempt, Feedback: map[string]string{}, Explanation: q.Explanation}
	for _, option := range q.Options {
		if slices.Contains(attempt.Answer, option.ID) && option.Feedback != "" {
			o.Feedback[option.ID] = option.Feedback
		}
	}
	return o
}

// Finish notes that the actor went through a lesson.
func (a *Academy) Finish(ctx context.Context, actor account.Actor, id content.ID, n int) error {
	if !actor.SignedIn() || !actor.CanWrite() || actor.System {
		return fault.New(fault.Forbidden, "lessons.read-only-access")
	}
	m, err := a.module(ctx, actor, id)
	if err != nil {
		return err
	}
	if n < 1 || n > len(m.Lessons) {
		return fault.New(fault.NotFound, "lessons.lesson-missing")
	}
	lesson := m.Lessons[n-1].Article
	return a.results.AddReading(ctx, Reading{
		ID: a.ids.New(), Person: actor.Person.ID, Module: id, Lesson: lesson.ID,
		Revision: lesson.Revision, ContentHash: lesson.ContentHash, At: a.now().UTC(),
	})
}

// ModelAnswers returns the right answer to every question of a module. Only
// the operator gets them, to fill the demo with results.
func (a *Academy) ModelAnswers(ctx context.Context, actor account.Actor, id content.ID) ([]Submission, error) {
	if !actor.System {
		return nil, fault.New(fault.Forbidden, "lessons.read-only-access")
	}
	m, err := a.module(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	parsed, err := a.parse(ctx, m)
	if err != nil {
		return nil, err
	}
	var out []Submission
	for _, q := range parsed.questions {
		s := Submission{Module: id, Question: q.ID}
		for _, option := range q.Options {
			if option.Correct {
				s.Options = append(s.Options, option.ID)
			}
		}
		out = append(out, s)
	}
	return out, nil
}
