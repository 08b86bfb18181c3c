package lessons_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/lessons"
)

// everythingSeen asks for all that the library and the academy show somebody
// of the first lesson, and writes it down in one text.
func (s *school) everythingSeen(login string, revisions ...content.RevisionID) string {
	s.t.Helper()
	ctx, who := s.t.Context(), s.Actor(login)
	var b strings.Builder
	keep := func(what string, value any, err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatalf("%s: %v", what, err)
		}
		data, err := json.Marshal(value)
		if err != nil {
			s.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %s\n", what, strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(data)))
	}
	for _, at := range append(revisions, "") {
		view, err := s.Library.Read(ctx, who, "lektaaaaa2", at)
		keep("read "+string(at), view, err)
		source, err := s.Library.Source(ctx, who, "lektaaaaa2", at)
		keep("source "+string(at), source, err)
	}
	for _, from := range revisions {
		comparison, err := s.Library.Compare(ctx, who, "lektaaaaa2", from, "")
		keep("compare", comparison, err)
	}
	history, err := s.Library.History(ctx, who, "lektaaaaa2", 0, 10)
	keep("history", history, err)
	for _, words := range []string{"Augen", "Euro", "Zwei Personen", "Sternzeichen", "Vier Augen sehen mehr"} {
		found, err := s.Library.Search(ctx, who, content.Query{Text: words})
		found.DidYouMean, found.Words = "", "" // may be, or are, what was asked for
		keep("search", found, err)
		offered, err := s.Library.Suggest(ctx, who, words, 10)
		keep("suggest", offered, err)
	}
	lesson, err := s.Academy.Lesson(ctx, who, moduleID, 1)
	keep("lesson", lesson, err)
	module, err := s.Academy.Module(ctx, who, moduleID)
	keep("module", module, err)
	modules, err := s.Academy.Modules(ctx, who)
	keep("modules", modules, err)
	return b.String()
}

// secrets are the words of the first lesson that say what is right or wrong.
func secrets() []string {
	return []string{"Nein, ab 5.000 Euro zu zweit", "Vier Augen sehen mehr", "[x]", "[X]", "Correct", "Erklärung"}
}

// TestNothingShowsTheSolutionBeforeAnAnswer reads a lesson by every verb, its
// older versions included.
func TestNothingShowsTheSolutionBeforeAnAnswer(t *testing.T) {
	s := newSchool(t)
	first, err := s.Library.Article(t.Context(), s.Operator, "lektaaaaa2")
	if err != nil {
		t.Fatal(err)
	}
	s.releases(strings.Replace(firstLesson, "Eine Person allein", "Eine einzige Person", 1))
	s.Indexed()
	for _, login := range []string{"azubi", "leserin", "leitung", "personalerin"} {
		seen := s.everythingSeen(login, first.Revision)
		for _, secret := range secrets() {
			if i := strings.Index(seen, secret); i >= 0 {
				t.Errorf("%s is shown %q in …%s…", login, secret, seen[max(0, i-200):min(len(seen), i+100)])
			}
		}
		for _, asked := range []string{"Wer gibt frei?", "Ab 5.000 Euro", "Zwei Personen"} {
			if !strings.Contains(seen, asked) {
				t.Errorf("%s is not even shown %q: the test proves nothing", login, asked)
			}
		}
	}
	writer, err := s.Library.Source(t.Context(), s.Actor("expertin"), "lektaaaaa2", "")
	if err != nil || !strings.Contains(writer.Body, "[x] Zwei Personen") {
		t.Errorf("who writes the lesson reads %q (%v)", writer.Body, err)
	}
}

// TestAnAnswerShowsNoMoreThanItsOwn answers wrongly: the feedback on what was
// chosen and the explanation are shown, what is right about the rest is not.
func TestAnAnswerShowsNoMoreThanItsOwn(t *testing.T) {
	s := newSchool(t)
	s.answers("azubi", "anordnung", "k", "Sternzeichen")
	seen := s.everythingSeen("azubi")
	for _, secret := range secrets() {
		if strings.Contains(strings.ReplaceAll(seen, `"Correct":false`, ""), secret) {
			t.Errorf("the answer to another question shows %q", secret)
		}
	}
	s.answers("azubi", "freigabe", "l", "Zwei Personen")
	seen = s.everythingSeen("azubi")
	if !strings.Contains(seen, "Vier Augen sehen mehr") || strings.Contains(seen, "Nein, ab 5.000 Euro zu zweit") {
		t.Error("the right answer shows the feedback on the wrong one, or no explanation")
	}
	if other := s.everythingSeen("azubi2"); strings.Contains(other, "Vier Augen sehen mehr") {
		t.Error("somebody else's answer explains the question to all")
	}
}

// TestOptionsDoNotGiveThemselvesAway presents a question to many people: the
// names of the options and their order say nothing about which is right.
func TestOptionsDoNotGiveThemselvesAway(t *testing.T) {
	one := questions(t, "## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] ja\n2. [ ] nein\n3. [ ] vielleicht\n")[0]
	other := questions(t, "## Frage: A?\n<!-- frage: id=a -->\n\n1. [ ] ja\n2. [x] nein\n3. [ ] vielleicht\n")[0]
	places := map[int]int{}
	for i, o := range one.Options {
		if o.ID != other.Options[i].ID {
			t.Errorf("%q is called %s or %s, by whether it is right", o.Markdown, o.ID, other.Options[i].ID)
		}
	}
	for seed := range uint64(300) {
		for place, o := range lessons.Present(one, seed).Options {
			if o.ID == one.Options[0].ID {
				places[place]++
			}
		}
	}
	for place := range 3 {
		if places[place] < 50 {
			t.Errorf("the right option stands at place %d only %d times in 300", place+1, places[place])
		}
	}
	fixed := questions(t, "## Frage: A?\n<!-- frage: id=a mischen=nein -->\n\n1. [x] ja\n2. [ ] nein\n")[0]
	for seed := range uint64(20) {
		if lessons.Present(fixed, seed).Options[0].ID != fixed.Options[0].ID {
			t.Fatal("options that are to stay in their order do not")
		}
	}
}

// TestGradingAddsUp grades every possible choice of a question with several
// right options: points never leave their range, only the key earns all, and a
// wrong option more never earns more.
func TestGradingAddsUp(t *testing.T) {
	q := questions(t, "## Frage: A?\n<!-- frage: id=a punkte=6 -->\n\n- [x] eins\n- [x] zwei\n- [ ] drei\n- [x] vier\n- [ ] fünf\n")[0]
	const key = 0b01011
	scores := map[int]float64{}
	for choice := 1; choice < 1<<len(q.Options); choice++ {
		var a lessons.Answer
		right, wrong := 0, 0
		for i, o := range q.Options {
			if choice&(1<<i) == 0 {
				continue
			}
			a.Options = append(a.Options, o.ID)
			if o.Correct {
				right++
			} else {
				wrong++
			}
		}
		r, err := lessons.Grade(q, a)
		if err != nil {
			t.Fatal(err)
		}
		scores[choice] = r.Score
		if want := 2 * float64(max(0, right-wrong)); r.Score != want || r.Correct != (choice == key) {
			t.Errorf("%d right and %d wrong: %+v instead of %v points", right, wrong, r, want)
		}
	}
	for choice, score := range scores {
		for i, o := range q.Options {
			more, there := scores[choice|1<<i]
			if there && choice&(1<<i) == 0 && !o.Correct && more > score {
				t.Errorf("choosing the wrong %q as well earns %v instead of %v", o.Markdown, more, score)
			}
		}
	}
}

// TestWhenAModuleIsDone takes modules that ask for different shares through
// answers that are partly right.
func TestWhenAModuleIsDone(t *testing.T) {
	for name, c := range map[string]struct {
		rule    string // in the module's front matter
		answers [][]string
		earned  float64
		done    bool
	}{
		"nothing said, nothing done":  {"", nil, 0, false},
		"nothing said, three of four": {"", [][]string{{"freigabe", "Zwei Personen"}, {"anordnung", "Betrag"}}, 3, false}, // 80 % are 3.2
		"three quarters asked":        {"bestehen: {anteil: 75}", [][]string{{"freigabe", "Zwei Personen"}, {"anordnung", "Betrag"}}, 3, true},
		"half asked, half earned":     {"bestehen: {anteil: 50}", [][]string{{"freigabe", "Zwei Personen"}}, 2, true},
		"half asked, less earned":     {"bestehen: {anteil: 50}", [][]string{{"anordnung", "Betrag"}}, 1, false},
		"the best of three tries":     {"bestehen: {anteil: 50}", [][]string{{"anordnung", "Sternzeichen"}, {"anordnung", "Betrag", "Grund"}, {"anordnung", "Betrag"}}, 2, true},
		"halves of tries do not add":  {"bestehen: {anteil: 50}", [][]string{{"anordnung", "Betrag"}, {"anordnung", "Grund"}}, 1, false},
		"a share nobody can mean":     {"bestehen: {anteil: 500}", [][]string{{"freigabe", "Zwei Personen"}, {"anordnung", "Betrag", "Grund"}}, 4, true}, // 80 % as ever
		"a share in words":            {"bestehen: alles", [][]string{{"freigabe", "Zwei Personen"}, {"anordnung", "Betrag"}}, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSchool(t)
			s.Place(folder+"modul.md", "---\nid: modulaaaa2\nart: lernmodul\ntitel: Kasse\nbereich: \"66\"\n"+c.rule+"\n---\n\nKurz.\n")
			for i, a := range c.answers {
				s.answers("azubi", a[0], fmt.Sprint(i), a[1:]...)
			}
			s.reads("azubi", 2)
			if p := s.progress("azubi"); p.Earned != c.earned || p.Done != c.done || p.Done == p.DoneAt.IsZero() {
				t.Errorf("earned %v, done %v at %v", p.Earned, p.Done, p.DoneAt)
			}
		})
	}
}
