package lessons_test

import (
	"strings"
	"testing"

	"staffelstab/lessons"
)

func TestCopiedQuestionIsAnsweredForItself(t *testing.T) {
	s := newSchool(t)
	copied := strings.NewReplacer("lektaaaaa2", "lektccccc2", "titel: Vier Augen", "titel: Sechs Augen", "Wer gibt frei?", "Wer gibt Großes frei?").Replace(firstLesson)
	s.Place(folder+"03-sechs-augen.md", copied)

	s.answers("azubi", "freigabe", "1", "Zwei Personen")
	if p := s.progress("azubi"); p.Questions != 4 || p.Answered != 1 || p.ByLesson[0].Answered != 1 || p.ByLesson[2].Answered != 0 {
		t.Fatalf("after the first question: %+v", p)
	}
	view, err := s.Academy.Lesson(t.Context(), s.Actor("azubi"), moduleID, 3)
	if err != nil {
		t.Fatal(err)
	}
	q := view.Segments[1].Question
	if q.ID != "freigabe-lektccccc2" || q.Prompt != "Wer gibt Großes frei?" || view.Segments[1].Last != nil {
		t.Fatalf("the copy is shown as %+v", view.Segments[1])
	}
	o, err := s.Academy.Answer(t.Context(), s.Actor("azubi"), lessons.Submission{Module: moduleID, Question: q.ID, Options: []string{q.Options[0].ID}, Key: "2"})
	if err != nil {
		t.Fatal(err)
	}
	if o.Attempt.Lesson != "lektccccc2" {
		t.Errorf("the answer counts for lesson %s", o.Attempt.Lesson)
	}
}
