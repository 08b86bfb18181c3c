package lessons_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"staffelstab/content"
	"staffelstab/content/markdown"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/lessons"
)

const lesson = `Lesen Sie zuerst den Grundsatz.

## Frage: Wer gibt eine Auszahlung über 5.000 € frei?
<!-- frage: id=freigabe punkte=2 -->

Denken Sie an **beide** Seiten.

1. [ ] Die Sachbearbeitung allein
   > Nein: ab 5.000 € gilt das Vier-Augen-Prinzip.
2. [x] Sachbearbeitung **und** Kassenleitung

> **Hinweis:** Es sind vier Augen.

> **Erklärung:** Siehe [Grundsatz](../vier-augen/index.md#grundsatz).

## Weiter

Danach.

## Frage: Was gehört auf die Anordnung?
<!-- frage: id=anordnung mischen=nein -->

- [x] Betrag
- [x] Grund
- [ ] Lieblingsfarbe
- [ ] Sternzeichen
`

func blocks(body string) []content.Block {
	return markdown.New(markdown.Labels{}).Blocks([]byte(body))
}

func parse(t *testing.T, body string) []lessons.Segment {
	t.Helper()
	segments, err := lessons.ParseLesson("01.md", 1, []byte(body), blocks(body))
	if err != nil {
		t.Fatal(err)
	}
	return segments
}

func questions(t *testing.T, body string) []lessons.Question {
	t.Helper()
	var out []lessons.Question
	for _, s := range parse(t, body) {
		if s.Question != nil {
			out = append(out, *s.Question)
		}
	}
	return out
}

func TestLessonIsCutIntoProseAndQuestions(t *testing.T) {
	segments := parse(t, lesson)
	var kinds []string
	for _, s := range segments {
		if s.Question != nil {
			kinds = append(kinds, s.Question.ID)
			continue
		}
		kinds = append(kinds, strings.TrimSpace(string(s.Markdown)))
	}
	want := []string{"Lesen Sie zuerst den Grundsatz.", "freigabe", "## Weiter\n\nDanach.", "anordnung"}
	if !slices.Equal(kinds, want) {
		t.Errorf("got %q", kinds)
	}
}

func TestQuestionIsRead(t *testing.T) {
	q := questions(t, lesson)[0]
	if q.Type != lessons.SingleChoice || q.Points != 2 || !q.Shuffle || q.Line != 3 || q.Prompt != "Wer gibt eine Auszahlung über 5.000 € frei?" {
		t.Errorf("%+v", q)
	}
	if q.Body != "Denken Sie an **beide** Seiten." || q.Explanation != "Siehe [Grundsatz](../vier-augen/index.md#grundsatz)." || !slices.Equal(q.Hints, []string{"Es sind vier Augen."}) {
		t.Errorf("%q %q %q", q.Body, q.Explanation, q.Hints)
	}
	if len(q.Options) != 2 {
		t.Fatalf("%+v", q.Options)
	}
	first, second := q.Options[0], q.Options[1]
	if first.Markdown != "Die Sachbearbeitung allein" || first.Correct || first.Feedback != "Nein: ab 5.000 € gilt das Vier-Augen-Prinzip." {
		t.Errorf("%+v", first)
	}
	if second.Markdown != "Sachbearbeitung **und** Kassenleitung" || !second.Correct || second.Feedback != "" {
		t.Errorf("%+v", second)
	}
	if many := questions(t, lesson)[1]; many.Type != lessons.MultipleChoice || many.Shuffle {
		t.Errorf("%+v", many)
	}
}

func TestGrading(t *testing.T) {
	all := questions(t, lesson)
	one, many := all[0], all[1]
	option := func(q lessons.Question, n ...int) lessons.Answer {
		var a lessons.Answer
		for _, i := range n {
			a.Options = append(a.Options, q.Options[i].ID)
		}
		return a
	}
	for _, c := range []struct {
		name    string
		q       lessons.Question
		answer  lessons.Answer
		correct bool
		score   float64
	}{
		{"right", one, option(one, 1), true, 2},
		{"wrong", one, option(one, 0), false, 0},
		{"all", many, option(many, 0, 1), true, 1},
		{"order does not matter", many, option(many, 1, 0), true, 1},
		{"named twice", many, option(many, 0, 0, 1), true, 1},
		{"half", many, option(many, 0), false, .5},
		{"one too many", many, option(many, 0, 1, 2), false, .5},
		{"guessed", many, option(many, 0, 1, 2, 3), false, 0},
		{"only wrong", many, option(many, 2), false, 0},
	} {
		got, err := lessons.Grade(c.q, c.answer)
		if err != nil || got.Correct != c.correct || got.Score != c.score {
			t.Errorf("%s: %+v %v", c.name, got, err)
		}
	}
	for name, a := range map[string]lessons.Answer{"nothing": {}, "unknown": {Options: []string{"x"}}, "two of one": option(one, 0, 1)} {
		if _, err := lessons.Grade(one, a); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPresentedOrderIsStableAndComplete(t *testing.T) {
	q := questions(t, lesson)[0]
	property := func(seed uint64) bool {
		a, b := lessons.Present(q, seed), lessons.Present(q, seed)
		if !slices.Equal(a.Options, b.Options) || len(a.Options) != len(q.Options) {
			return false
		}
		for _, o := range q.Options {
			if !slices.Contains(a.Options, lessons.PresentedOption{ID: o.ID}) {
				return false
			}
		}
		return true
	}
	if err := quick.Check(property, nil); err != nil {
		t.Error(err)
	}
	orders := map[string]bool{}
	for seed := range uint64(20) {
		orders[lessons.Present(q, seed).Options[0].ID] = true
	}
	if len(orders) != 2 {
		t.Error("the options never change places")
	}
}

func TestHashFollowsTheMeaning(t *testing.T) {
	base := questions(t, lesson)[0].Hash
	for name, c := range map[string]struct {
		old, fresh string
		same       bool
	}{
		"feedback":   {"Nein: ab", "Leider nein: ab", true},
		"hint":       {"Es sind vier", "Es sind doch vier", true},
		"points":     {"punkte=2", "punkte=3", true},
		"line break": {"Sachbearbeitung **und** Kassenleitung", "Sachbearbeitung **und**\n   Kassenleitung", true},
		"prompt":     {"5.000 € frei?", "10.000 € frei?", false},
		"option":     {"Kassenleitung", "Amtsleitung", false},
		"body":       {"**beide** Seiten", "**alle** Seiten", false},
	} {
		hash := questions(t, strings.Replace(lesson, c.old, c.fresh, 1))[0].Hash
		if (hash == base) != c.same {
			t.Errorf("%s: hash equal is %v", name, hash == base)
		}
	}
	swapped := strings.NewReplacer("1. [ ] Die Sachbearbeitung allein\n   > Nein: ab 5.000 € gilt das Vier-Augen-Prinzip.\n2. [x] Sachbearbeitung **und** Kassenleitung",
		"1. [x] Sachbearbeitung **und** Kassenleitung\n2. [ ] Die Sachbearbeitung allein").Replace(lesson)
	if questions(t, swapped)[0].Hash != base {
		t.Error("the order of the options must not change the hash")
	}
	key := strings.NewReplacer("1. [ ] Die", "1. [x] Die", "2. [x] Sach", "2. [ ] Sach").Replace(lesson)
	if questions(t, key)[0].Hash == base {
		t.Error("another key must change the hash")
	}
}

func TestMistakesAreNamedWithTheirLine(t *testing.T) {
	for _, c := range []struct {
		body, key string
		line      int
	}{
		{"## Frage: A?\n\n1. [x] a\n2. [ ] b\n", "lessons.question-without-id", 1},
		{"## Frage:\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n", "lessons.question-without-words", 1},
		{"## Frage: A?\n<!-- frage: id=a -->\n\nNur Text\n", "lessons.question-without-options", 1},
		{"## Frage: A?\n<!-- frage: id=a -->\n\n1. [ ] a\n2. [ ] b\n", "lessons.question-one-right", 4},
		{"## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n2. [x] b\n", "lessons.question-one-right", 4},
		{"## Frage: A?\n<!-- frage: id=a -->\n\n- [ ] a\n- [ ] b\n", "lessons.question-none-right", 4},
		{"## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n", "lessons.question-too-few-options", 4},
		{"## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] a\n", "lessons.question-option-twice", 5},
		{"## Frage: A?\n<!-- frage: id=a -->\n\n1. a\n2. b\n", "lessons.question-type-unsupported", 4},
		{"## Frage: A?\n<!-- frage: id=a typ=freitext -->\n\n1. [x] a\n2. [ ] b\n", "lessons.question-type-unsupported", 2},
		{"## Frage: A?\n<!-- frage: id=a punkte=viele -->\n\n1. [x] a\n2. [ ] b\n", "lessons.question-bad-points", 2},
		{"## Frage: A?\n<!-- frage: id=Ä! -->\n\n1. [x] a\n2. [ ] b\n", "lessons.question-bad-id", 1},
		{"## Frage: A?\n<!-- frage: id=a farbe=rot -->\n\n1. [x] a\n2. [ ] b\n", "lessons.question-setting-unknown", 2},
		{"## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n\n> Einfach so\n", "lessons.question-aside-unknown", 7},
		{"## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n\n## Frage: B?\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n", "lessons.question-id-twice", 7},
	} {
		segments, err := lessons.ParseLesson("x.md", 1, []byte(c.body), blocks(c.body))
		found := false
		var joined interface{ Unwrap() []error }
		if errors.As(err, &joined) {
			for _, each := range joined.Unwrap() {
				f, ok := fault.Of(each)
				found = found || ok && f.Key == c.key && f.Line == c.line && f.Path == "x.md"
			}
		}
		if !found {
			t.Errorf("%q: no %s on line %d in %v", c.body, c.key, c.line, err)
		}
		for _, s := range segments {
			if s.Question != nil && c.key != "lessons.question-id-twice" {
				t.Errorf("%q: a broken question is shown", c.body)
			}
		}
	}
}

func TestConcealedLessonHoldsNoKey(t *testing.T) {
	got := string(lessons.Concealer{}.Conceal(content.KindLesson, []byte(lesson), blocks(lesson)))
	for _, secret := range []string{"Kassenleitung", "[x]", "Vier-Augen-Prinzip", "Erklärung", "Lieblingsfarbe"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is shown in\n%s", secret, got)
		}
	}
	for _, prose := range []string{"Lesen Sie zuerst", "## Weiter", "Danach."} {
		if !strings.Contains(got, prose) {
			t.Errorf("%q is missing", prose)
		}
	}
	if article := string(lessons.Concealer{}.Conceal(content.KindArticle, []byte(lesson), blocks(lesson))); article != lesson {
		t.Error("an article was changed")
	}
}

func TestIdsAreInsertedOnceAndNothingElseChanges(t *testing.T) {
	body := strings.Replace(lesson, "<!-- frage: id=freigabe punkte=2 -->\n", "", 1)
	out := string(lessons.InsertQuestionIDs([]byte(body), blocks(body), new(ident.Sequence)))
	if strings.Count(out, "<!-- frage: id=") != 2 {
		t.Errorf("got\n%s", out)
	}
	again := string(lessons.InsertQuestionIDs([]byte(out), blocks(out), new(ident.Sequence)))
	if again != out {
		t.Error("a second run changed something")
	}
	parse(t, out)
}

func TestSettingsWithoutAnIdGetOne(t *testing.T) {
	body := strings.Replace(lesson, "id=freigabe ", "", 1)
	out := string(lessons.InsertQuestionIDs([]byte(body), blocks(body), new(ident.Sequence)))
	q := questions(t, out)
	if len(q) != 2 || q[0].Points != 2 || !ident.Valid(q[0].ID) || q[1].ID != "anordnung" {
		t.Errorf("got\n%s", out)
	}
}

func TestLessonsAreLookedOverBeforeTheyAreSaved(t *testing.T) {
	lint := func(kind content.Kind, body string) (string, error) {
		out, err := lessons.Linter{}.Lint(kind, []byte(body), blocks(body), new(ident.Sequence))
		return string(out), err
	}
	if out, err := lint(content.KindLesson, lesson); err != nil || out != lesson {
		t.Errorf("a good lesson: %v\n%s", err, out)
	}
	nameless := strings.ReplaceAll(lesson, "<!-- frage: id=freigabe punkte=2 -->\n", "")
	if out, err := lint(content.KindLesson, nameless); err != nil || len(questions(t, out)) != 2 {
		t.Errorf("a question without an id: %v\n%s", err, out)
	}
	keyless := strings.Replace(lesson, "2. [x]", "2. [ ]", 1)
	_, err := lint(content.KindLesson, keyless)
	f, ok := fault.Of(err)
	if !ok || f.Kind != fault.Invalid || f.Key != "lessons.question-one-right" || f.Field != "body" || f.Line != 8 {
		t.Errorf("a question nobody can answer: %v", err)
	}
	if out, err := lint(content.KindArticle, keyless); err != nil || out != keyless {
		t.Errorf("an article: %v", err)
	}
}

func FuzzParseLesson(f *testing.F) {
	f.Add(lesson)
	f.Add("## Frage: A?\n- [x]\n-\n")
	f.Fuzz(func(t *testing.T, body string) {
		tree := blocks(body)
		segments, err := lessons.ParseLesson("x.md", 1, []byte(body), tree)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
		for _, s := range segments {
			if s.Question == nil {
				continue
			}
			var key lessons.Answer
			for _, o := range s.Question.Options {
				if o.Correct {
					key.Options = append(key.Options, o.ID)
				}
			}
			if r, err := lessons.Grade(*s.Question, key); err != nil || !r.Correct || r.Score != float64(s.Question.Points) {
				t.Fatalf("the key of %+v is graded %+v %v", s.Question, r, err)
			}
		}
	})
}
