package lessons

import (
	"context"
	"slices"
	"sync"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Progress is where a person stands in a module today. It is derived every
// time from attempts, rules and today's text.
type Progress struct {
	Questions int // of the module today
	Answered  int // of them answered rightly in today's wording
	Outdated  int // of them answered rightly, but in an older wording
	Points    int // that can be reached
	Earned    float64
	Lessons   int // of the module
	LessonsOK int // read, or all their questions answered rightly
	Started   bool
	Done      bool
	DoneAt    time.Time // of the attempt or reading that completed it
	ByLesson  []LessonProgress
}

// LessonProgress is where a person stands in one lesson.
type LessonProgress struct {
	Questions int
	Answered  int
	Read      bool
	Done      bool
}

// parsedModule is a module with its questions as they are today.
type parsedModule struct {
	module    Module
	lessons   []parsedLesson
	questions []Question
}

type parsedLesson struct {
	article   content.Article
	segments  []Segment
	questions []Question
}

// apartFrom tells questions from those of earlier lessons that carry the same
// id, as they do when a lesson was begun as a copy of another: answers to one
// must not count for the other. It adds its ids to those seen.
func (p parsedLesson) apartFrom(seen map[string]bool) parsedLesson {
	segments := slices.Clone(p.segments)
	p.questions = nil
	for i, s := range segments {
		if s.Question == nil {
			continue
		}
		q := *s.Question
		if seen[q.ID] {
			q.ID += "-" + string(p.article.ID)
		}
		seen[q.ID] = true
		segments[i].Question = &q
		p.questions = append(p.questions, q)
	}
	p.segments = segments
	return p
}

func (p parsedModule) points() int {
	sum := 0
	for _, q := range p.questions {
		sum += q.Points
	}
	return sum
}

func (p parsedModule) find(id string) (Question, content.Article, bool) {
	for _, lesson := range p.lessons {
		for _, q := range lesson.questions {
			if q.ID == id {
				return q, lesson.article, true
			}
		}
	}
	return Question{}, content.Article{}, false
}

// lessonCache keeps parsed lessons by the object hash of their file, which
// never means anything else.
type lessonCache struct {
	mu      sync.Mutex
	entries map[string]parsedLesson
}

// lessonCacheEntries bounds the cache; it is emptied when full, because a
// lesson is parsed again in a millisecond.
const lessonCacheEntries = 2000

func newLessonCache() *lessonCache { return &lessonCache{entries: map[string]parsedLesson{}} }

func (a *Academy) parse(ctx context.Context, m Module) (parsedModule, error) {
	p := parsedModule{module: m}
	seen := map[string]bool{}
	for _, ref := range m.Lessons {
		lesson, err := a.lesson(ctx, ref.Article)
		if err != nil {
			return parsedModule{}, err
		}
		lesson = lesson.apartFrom(seen)
		p.lessons = append(p.lessons, lesson)
		p.questions = append(p.questions, lesson.questions...)
	}
	return p, nil
}

func (a *Academy) lesson(ctx context.Context, article content.Article) (parsedLesson, error) {
	a.parsed.mu.Lock()
	lesson, ok := a.parsed.entries[article.Blob]
	a.parsed.mu.Unlock()
	if ok {
		lesson.article = article
		return lesson, nil
	}
	d, err := a.library.Document(ctx, article)
	if err != nil {
		return parsedLesson{}, err
	}
	lesson = parsedLesson{article: article}
	lesson.segments, err = ParseLesson(d.Path, d.BodyLine, d.Body, a.blocks.Blocks(d.Body))
	if err != nil && !fault.Is(err, fault.Invalid) {
		return parsedLesson{}, err
	}
	for _, s := range lesson.segments {
		if s.Question != nil {
			lesson.questions = append(lesson.questions, *s.Question)
		}
	}
	a.parsed.mu.Lock()
	defer a.parsed.mu.Unlock()
	if len(a.parsed.entries) >= lessonCacheEntries {
		clear(a.parsed.entries)
	}
	a.parsed.entries[article.Blob] = lesson
	return lesson, nil
}

// StatusOf derives the progress of many people in many modules at once, by
// person and module. It decides no permission: the caller has decided whose
// progress may be seen.
func (a *Academy) StatusOf(ctx context.Context, people []string, modules []Module) (map[string]map[content.ID]Progress, error) {
	moduleIDs := make([]content.ID, len(modules))
	for i, m := range modules {
		moduleIDs[i] = m.Article.ID
	}
	attempts, err := a.results.Attempts(ctx, people, moduleIDs)
	if err != nil {
		return nil, err
	}
	readings, err := a.results.Readings(ctx, people, moduleIDs)
	if err != nil {
		return nil, err
	}
	type key struct {
		person string
		module content.ID
	}
	attemptsBy, readingsBy := map[key][]Attempt{}, map[key][]Reading{}
	for _, x := range attempts {
		k := key{x.Person, x.Module}
		attemptsBy[k] = append(attemptsBy[k], x)
	}
	for _, x := range readings {
		k := key{x.Person, x.Module}
		readingsBy[k] = append(readingsBy[k], x)
	}
	out := make(map[string]map[content.ID]Progress, len(people))
	for _, m := range modules {
		p, err := a.parse(ctx, m)
		if err != nil {
			return nil, err
		}
		for _, person := range people {
			if out[person] == nil {
				out[person] = make(map[content.ID]Progress, len(modules))
			}
			k := key{person, m.Article.ID}
			out[person][m.Article.ID] = derive(p, attemptsBy[k], readingsBy[k])
		}
	}
	return out, nil
}

// ModulesByID returns modules whoever may see them, for the tracker; unknown
// ones are left out.
func (a *Academy) ModulesByID(ctx context.Context, operator account.Actor, wanted []string) ([]Module, error) {
	var out []Module
	for _, id := range wanted {
		m, err := a.module(ctx, operator, content.ID(id))
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// derive computes progress. A question counts by its best attempt at today's
// wording. A module is done when the points reach the share it asks for and
// every lesson without questions was read in its present wording.
func derive(p parsedModule, attempts []Attempt, readings []Reading) Progress {
	out := Progress{
		Questions: len(p.questions), Points: p.points(), Lessons: len(p.lessons),
		Started: len(attempts)+len(readings) > 0,
	}
	t := tallyOf(p, attempts)
	for _, q := range p.questions {
		out.Earned += t.best[q.ID]
		if t.right[q.ID] {
			out.Answered++
		} else if t.outdated[q.ID] {
			out.Outdated++
		}
	}
	last, allRead := t.last, true
	for _, lesson := range p.lessons {
		lp, readAt := lessonProgress(lesson, t, readings)
		if lp.Questions == 0 {
			last = later(last, readAt)
			allRead = allRead && lp.Read
		}
		if lp.Done {
			out.LessonsOK++
		}
		out.ByLesson = append(out.ByLesson, lp)
	}
	share := float64(p.module.PassShare) / 100 * float64(out.Points)
	out.Done = len(p.lessons) > 0 && allRead && out.Earned+1e-9 >= share
	if out.Done {
		out.DoneAt = last
	}
	return out
}

// tally sums up attempts by question id.
type tally struct {
	best     map[string]float64 // highest score at today's wording
	right    map[string]bool    // at today's wording
	outdated map[string]bool    // right at an older wording
	last     time.Time          // of the attempt that last raised a score
}

func tallyOf(p parsedModule, attempts []Attempt) tally {
	t := tally{best: map[string]float64{}, right: map[string]bool{}, outdated: map[string]bool{}}
	current := map[string]Question{}
	for _, q := range p.questions {
		current[q.ID] = q
	}
	for _, x := range attempts {
		q, ok := current[x.Question]
		switch {
		case !ok:
		case x.QuestionHash != q.Hash:
			t.outdated[q.ID] = t.outdated[q.ID] || x.Correct
		default:
			if x.Score > t.best[q.ID] {
				t.best[q.ID] = x.Score
				t.last = later(t.last, x.At)
			}
			t.right[q.ID] = t.right[q.ID] || x.Correct
		}
	}
	return t
}

// lessonProgress also tells when the lesson was read in today's wording, zero
// when it was not.
func lessonProgress(lesson parsedLesson, t tally, readings []Reading) (LessonProgress, time.Time) {
	lp := LessonProgress{Questions: len(lesson.questions)}
	for _, q := range lesson.questions {
		if t.right[q.ID] {
			lp.Answered++
		}
	}
	var readAt time.Time
	i := slices.IndexFunc(readings, func(r Reading) bool {
		return r.Lesson == lesson.article.ID && r.ContentHash == lesson.article.ContentHash
	})
	if lp.Read = i >= 0; lp.Read {
		readAt = readings[i].At
	}
	lp.Done = lp.Questions > 0 && lp.Answered == lp.Questions || lp.Questions == 0 && lp.Read
	return lp, readAt
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
