package lessons_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/lessons"
	"staffelstab/server/servertest"
)

const (
	moduleID = content.ID("modulaaaa2")
	folder   = "module/k/kasse/"
)

// school is a server with a module of two lessons: one with two questions of
// two points each, one only to read.
type school struct {
	*servertest.Server
	t *testing.T
}

const firstLesson = `---
id: lektaaaaa2
art: lektion
titel: Vier Augen
bereich: "66"
---

Ab 5.000 Euro zu zweit.

## Frage: Wer gibt frei?
<!-- frage: id=freigabe punkte=2 -->

1. [ ] Eine Person allein
   > Nein, ab 5.000 Euro zu zweit.
2. [x] Zwei Personen

> **Erklärung:** Vier Augen sehen mehr.

## Frage: Was steht auf der Anordnung?
<!-- frage: id=anordnung punkte=2 -->

- [x] Betrag
- [x] Grund
- [ ] Sternzeichen
`

func newSchool(t *testing.T) *school {
	t.Helper()
	s := &school{servertest.New(t), t}
	s.Place(folder+"modul.md", "---\nid: modulaaaa2\nart: lernmodul\ntitel: Kasse\nbereich: \"66\"\nziel: Niemand zahlt allein aus.\nminuten: 5\nberufe: [VwFAng, FI]\nbestehen:\n  anteil: 100\n---\n\nKurz.\n")
	s.Place(folder+"01-vier-augen.md", firstLesson)
	s.Place(folder+"02-lesen.md", "---\nid: lektbbbbb2\nart: lektion\ntitel: Zum Schluss\nbereich: \"66\"\n---\n\nNur lesen.\n")
	return s
}

// answer sends the options that hold one of the words.
func (s *school) answer(login, question, key string, words ...string) (lessons.Outcome, error) {
	s.t.Helper()
	sub := lessons.Submission{Module: moduleID, Question: question, Key: key}
	view, err := s.Academy.Lesson(s.t.Context(), s.Actor(login), moduleID, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, segment := range view.Segments {
		if segment.Question == nil || segment.Question.ID != question {
			continue
		}
		for id, html := range segment.Text.Options {
			if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(html, w) }) {
				sub.Options = append(sub.Options, id)
			}
		}
	}
	return s.Academy.Answer(s.t.Context(), s.Actor(login), sub)
}

func (s *school) answers(login, question, key string, words ...string) lessons.Outcome {
	s.t.Helper()
	o, err := s.answer(login, question, key, words...)
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

func (s *school) reads(login string, n int) {
	s.t.Helper()
	if err := s.Academy.Finish(s.t.Context(), s.Actor(login), moduleID, n); err != nil {
		s.t.Fatal(err)
	}
}

// completes does everything the module asks for.
func (s *school) completes(login string) {
	s.t.Helper()
	s.answers(login, "freigabe", login+"-1", "Zwei Personen")
	s.answers(login, "anordnung", login+"-2", "Betrag", "Grund")
	s.reads(login, 2)
}

func (s *school) progress(login string) lessons.Progress {
	s.t.Helper()
	o, err := s.Academy.Module(s.t.Context(), s.Actor(login), moduleID)
	if err != nil {
		s.t.Fatal(err)
	}
	return o.Progress
}

// releases writes the first lesson anew.
func (s *school) releases(source string) {
	s.t.Helper()
	s.Place(folder+"01-vier-augen.md", source)
}

func TestModuleIsReadFromItsFolder(t *testing.T) {
	s := newSchool(t)
	all, err := s.Academy.Modules(t.Context(), s.Actor("azubi"))
	if err != nil || len(all) != 1 {
		t.Fatalf("%d modules, %v", len(all), err)
	}
	m := all[0].Module
	if m.Goal != "Niemand zahlt allein aus." || m.Minutes != 5 || m.PassShare != 100 || !slices.Equal(m.Occupations, []string{"VwFAng", "FI"}) {
		t.Errorf("read as %+v", m)
	}
	if len(m.Lessons) != 2 || m.Lessons[0].Article.Title != "Vier Augen" || m.Lessons[1].N != 2 {
		t.Errorf("lessons %+v", m.Lessons)
	}
}

func TestModuleIsDoneWhenEverythingIsAnsweredAndRead(t *testing.T) {
	s := newSchool(t)
	if p := s.progress("azubi"); p.Started || p.Done || p.Questions != 2 || p.Points != 4 || p.Lessons != 2 {
		t.Errorf("before the first step: %+v", p)
	}
	s.answers("azubi", "freigabe", "a", "Zwei Personen")
	s.answers("azubi", "anordnung", "b", "Betrag", "Grund")
	if p := s.progress("azubi"); p.Done || p.Answered != 2 || p.Earned != 4 || p.LessonsOK != 1 {
		t.Errorf("without the last lesson: %+v", p)
	}
	s.Advance(time.Hour)
	s.reads("azubi", 2)
	p := s.progress("azubi")
	if !p.Done || !p.DoneAt.Equal(s.Now()) || p.LessonsOK != 2 {
		t.Errorf("at the end: %+v", p)
	}
	if other := s.progress("azubi2"); other.Started {
		t.Errorf("another person has %+v", other)
	}
}

func TestAnsweringAgainNeverTakesAnythingAway(t *testing.T) {
	s := newSchool(t)
	s.completes("azubi")
	done := s.progress("azubi")
	s.Advance(time.Hour)
	if o := s.answers("azubi", "freigabe", "spaeter", "Eine Person"); o.Attempt.Correct {
		t.Error("a wrong answer counts as right")
	}
	if p := s.progress("azubi"); !p.Done || !p.DoneAt.Equal(done.DoneAt) || p.Earned != done.Earned {
		t.Errorf("after a wrong answer: %+v", p)
	}
}

// Content may change while people learn: only what changed is asked again.
func TestWhatAChangeAsksAgain(t *testing.T) {
	for name, test := range map[string]struct {
		source             string
		done               bool
		answered, outdated int
	}{
		"nothing":                      {firstLesson, true, 2, 0},
		"white space":                  {strings.ReplaceAll(firstLesson, "zu zweit.\n\n##", "zu zweit.  \n\n\n##"), true, 2, 0},
		"prose beside the questions":   {strings.Replace(firstLesson, "Ab 5.000 Euro zu zweit.\n", "Ab 10.000 Euro zu zweit.\n", 1), true, 2, 0},
		"the explanation of an answer": {strings.Replace(firstLesson, "Vier Augen sehen mehr.", "Wirklich.", 1), true, 2, 0},
		"the words of a question":      {strings.Replace(firstLesson, "Wer gibt frei?", "Wer gibt ab 5.000 Euro frei?", 1), false, 1, 1},
		"the right answer":             {strings.Replace(strings.Replace(firstLesson, "1. [ ]", "1. [x]", 1), "2. [x]", "2. [ ]", 1), false, 1, 1},
		"another option":               {firstLesson + "- [ ] Lieblingsfarbe\n", false, 1, 1},
		"a question more":              {firstLesson + "\n## Frage: Und?\n<!-- frage: id=und -->\n\n1. [x] ja\n2. [ ] nein\n", false, 2, 0},
		"a question fewer":             {firstLesson[:strings.Index(firstLesson, "## Frage: Was steht")], true, 1, 0},
		"the order of the questions":   {swapped(), true, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSchool(t)
			s.completes("azubi")
			s.releases(test.source)
			p := s.progress("azubi")
			if p.Done != test.done || p.Answered != test.answered || p.Outdated != test.outdated {
				t.Errorf("done %v, answered %d, outdated %d", p.Done, p.Answered, p.Outdated)
			}
			s.releases(firstLesson)
			if p := s.progress("azubi"); !p.Done || p.Answered != 2 || p.Outdated != 0 {
				t.Errorf("the old text again: %+v", p)
			}
		})
	}
}

// swapped is the first lesson with its questions in the other order.
func swapped() string {
	first, second := strings.Index(firstLesson, "## Frage: Wer"), strings.Index(firstLesson, "## Frage: Was")
	return firstLesson[:first] + firstLesson[second:] + "\n" + firstLesson[first:second]
}

func TestChangedLessonWithoutQuestionsIsReadAgain(t *testing.T) {
	s := newSchool(t)
	s.completes("azubi")
	s.Place(folder+"02-lesen.md", "---\nid: lektbbbbb2\nart: lektion\ntitel: Zum Schluss\nbereich: \"66\"\n---\n\nBitte genau lesen.\n")
	if p := s.progress("azubi"); p.Done || !p.ByLesson[0].Done || p.ByLesson[1].Read {
		t.Errorf("%+v", p)
	}
	s.reads("azubi", 2)
	if p := s.progress("azubi"); !p.Done {
		t.Errorf("read again: %+v", p)
	}
}

func TestResultIsPinnedToTheTextItWasGivenOn(t *testing.T) {
	s := newSchool(t)
	before, err := s.Library.Article(t.Context(), s.Actor("azubi"), "lektaaaaa2")
	if err != nil {
		t.Fatal(err)
	}
	o := s.answers("azubi", "freigabe", "a", "Zwei Personen")
	s.releases(strings.Replace(firstLesson, "Wer gibt frei?", "Wer?", 1))
	if o.Attempt.Revision != before.Revision || o.Attempt.Lesson != "lektaaaaa2" {
		t.Errorf("pinned to %s of %s", o.Attempt.Revision, o.Attempt.Lesson)
	}
	v, err := s.Library.Read(t.Context(), s.Actor("expertin"), "lektaaaaa2", o.Attempt.Revision)
	if err != nil || v.Article.Revision != before.Revision {
		t.Errorf("the text learned then reads %v, %v", v.Article.Revision, err)
	}
}

func TestAnswerSentThriceCountsOnce(t *testing.T) {
	s := newSchool(t)
	var wg sync.WaitGroup
	ids := make([]string, 12)
	options := optionsOf(t, s, "freigabe", "Zwei Personen")
	for i := range ids {
		wg.Go(func() {
			o, err := s.Academy.Answer(t.Context(), s.Actor("azubi"), lessons.Submission{Module: moduleID, Question: "freigabe", Options: options, Key: "dasselbe"})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = o.Attempt.ID
		})
	}
	wg.Wait()
	attempts, err := s.Store.Attempts(t.Context(), []string{s.People["azubi"].ID}, []content.ID{moduleID})
	if err != nil || len(attempts) != 1 {
		t.Fatalf("%d attempts, %v", len(attempts), err)
	}
	for _, id := range ids {
		if id != attempts[0].ID {
			t.Errorf("an answer came back as %q instead of %q", id, attempts[0].ID)
		}
	}
	if _, err := s.answer("azubi", "freigabe", "dasselbe", "Eine Person"); !fault.Is(err, fault.Invalid) {
		t.Errorf("another answer under the same key: %v", err)
	}
	if o := s.answers("azubi2", "freigabe", "dasselbe", "Zwei Personen"); o.Attempt.ID == attempts[0].ID {
		t.Error("keys of two people meet")
	}
}

func optionsOf(t *testing.T, s *school, question, words string) []string {
	t.Helper()
	o := s.answers("leserin", question, "probe-"+question, words)
	return o.Attempt.Answer
}

func TestWrongAnswerExplainsOnlyWhatWasChosen(t *testing.T) {
	s := newSchool(t)
	view, err := s.Academy.Lesson(t.Context(), s.Actor("azubi"), moduleID, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, segment := range view.Segments {
		if segment.Last != nil {
			t.Errorf("before the first answer there is an outcome: %+v", segment.Last)
		}
	}
	o := s.answers("azubi", "freigabe", "a", "Eine Person")
	if o.Attempt.Correct || o.Attempt.Score != 0 || len(o.Feedback) != 1 || o.Explanation == "" {
		t.Errorf("outcome %+v", o)
	}
	half := s.answers("azubi", "anordnung", "b", "Betrag")
	if half.Attempt.Correct || half.Attempt.Score <= 0 || half.Attempt.Score >= 2 {
		t.Errorf("half an answer scores %v", half.Attempt.Score)
	}
	view, err = s.Academy.Lesson(t.Context(), s.Actor("azubi"), moduleID, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, segment := range view.Segments {
		if segment.Question != nil && segment.Last == nil {
			t.Errorf("the outcome of %s is forgotten", segment.Question.ID)
		}
	}
}

func TestWhoMayAnswer(t *testing.T) {
	s := newSchool(t)
	sub := lessons.Submission{Module: moduleID, Question: "freigabe", Options: optionsOf(t, s, "freigabe", "Zwei Personen"), Key: "k"}
	reading := s.Actor("azubi")
	reading.Access = account.ReadAccess
	for who, test := range map[string]struct {
		actor account.Actor
		kind  fault.Kind
	}{
		"nobody":                     {account.Actor{}, fault.Unauthenticated},
		"a token that may only read": {reading, fault.Forbidden},
		"the operator":               {s.Operator, fault.Forbidden},
		"somebody without a role":    {s.Actor("ohnerolle"), fault.Forbidden},
	} {
		if _, err := s.Academy.Answer(t.Context(), test.actor, sub); fault.KindOf(err) != test.kind {
			t.Errorf("%s: %v", who, err)
		}
	}
	sub.Question = "gibtesnicht"
	if _, err := s.Academy.Answer(t.Context(), s.Actor("azubi"), sub); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown question: %v", err)
	}
	sub.Question, sub.Options = "freigabe", []string{"erfunden"}
	if _, err := s.Academy.Answer(t.Context(), s.Actor("azubi"), sub); !fault.Is(err, fault.Invalid) {
		t.Errorf("an option that does not exist: %v", err)
	}
	if err := s.Academy.Finish(t.Context(), s.Actor("azubi"), moduleID, 3); !fault.Is(err, fault.NotFound) {
		t.Errorf("a lesson that does not exist: %v", err)
	}
	if _, err := s.Academy.ModelAnswers(t.Context(), s.Actor("expertin"), moduleID); !fault.Is(err, fault.Forbidden) {
		t.Errorf("an author asks for the answers: %v", err)
	}
}

func TestHiddenModuleIsNotFound(t *testing.T) {
	s := newSchool(t)
	s.Place(folder+"modul.md", "---\nid: modulaaaa2\nart: lernmodul\ntitel: Kasse\nbereich: \"66\"\nsichtbar:\n  bereiche: [\"11\"]\n---\n\nKurz.\n")
	for _, login := range []string{"azubi", "leserin"} {
		if _, err := s.Academy.Module(t.Context(), s.Actor(login), moduleID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", login, err)
		}
		all, err := s.Academy.Modules(t.Context(), s.Actor(login))
		if err != nil || len(all) != 0 {
			t.Errorf("%s lists %d modules, %v", login, len(all), err)
		}
	}
	if _, err := s.Academy.Module(t.Context(), s.Actor("personalerin"), moduleID); err != nil {
		t.Error(err)
	}
}
