package lessons_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
	"staffelstab/lessons"
)

// complaints lists the faults of a lesson as "key:line", and how many
// questions are left.
func complaints(t *testing.T, firstLine int, body string) (found []string, left int) {
	t.Helper()
	segments, err := lessons.ParseLesson("module/k/kasse/01.md", firstLine, []byte(body), blocks(body))
	for _, s := range segments {
		if s.Question != nil {
			left++
		}
	}
	var joined interface{ Unwrap() []error }
	if err == nil {
		return nil, left
	}
	if !errors.As(err, &joined) {
		t.Fatal(err)
	}
	for _, each := range joined.Unwrap() {
		f, ok := fault.Of(each)
		if !ok || f.Path != "module/k/kasse/01.md" || f.Kind != fault.Invalid {
			t.Errorf("%+v", each)
			continue
		}
		found = append(found, fmt.Sprintf("%s:%d", strings.TrimPrefix(f.Key, "lessons.question-"), f.Line))
	}
	return found, left
}

// good is a question with nothing wrong, and of a given id.
func good(id string) string {
	return "## Frage: Wer prüft?\n<!-- frage: id=" + id + " -->\n\n1. [x] zwei\n2. [ ] niemand\n\n"
}

// TestMalformedQuestionsAreNamedAndTheirNeighboursStay writes what authors get
// wrong between two good questions. The mistake has its line in the file, the
// question is left out, and the neighbours are asked as ever.
func TestMalformedQuestionsAreNamedAndTheirNeighboursStay(t *testing.T) {
	const head = "## Frage: Und hier?\n<!-- frage: id=hier -->\n\n" // lines 1 to 3 of the question
	for name, c := range map[string]struct {
		question string
		want     string // with lines of the question
	}{
		"no options":               {head + "Nur Text.\n", "without-options:1"},
		"options as a table":       {head + "| a | b |\n|---|---|\n| x | |\n", "without-options:1"},
		"options in a quote":       {head + "> - [x] a\n> - [ ] b\n", "without-options:1"},
		"a plain list":             {head + "- a\n- b\n", "type-unsupported:4"},
		"one item without a box":   {head + "- [x] a\n- b\n- [ ] c\n", "type-unsupported:5"},
		"a box without a space":    {head + "- [x] a\n- []b\n", "type-unsupported:5"},
		"only one option":          {head + "- [x] a\n", "too-few-options:4"},
		"nothing right":            {head + "1. [ ] a\n2. [ ] b\n", "one-right:4"},
		"nothing right of several": {head + "- [ ] a\n- [ ] b\n", "none-right:4"},
		"two right of one":         {head + "1. [x] a\n2. [X] b\n", "one-right:4"},
		"the same option":          {head + "- [x] Der Betrag\n- [ ] Der  Betrag\n", "option-twice:5"},
		"two lists":                {head + "1. [x] a\n2. [ ] b\n\nund\n\n- [x] c\n- [ ] d\n", "two-lists:9"},
		"a remark nobody knows":    {head + "1. [x] a\n2. [ ] b\n\n> **Tipp:** c\n", "aside-unknown:7"},
		"a hint in plain letters":  {head + "1. [x] a\n2. [ ] b\n\n> Hinweis: c\n", "aside-unknown:7"},
		"no words":                 {strings.Replace(head, "Und hier?", "", 1) + "1. [x] a\n2. [ ] b\n", "without-words:1"},
		"no id":                    {"## Frage: Und hier?\n\n1. [x] a\n2. [ ] b\n", "without-id:1"},
		"an empty id":              {"## Frage: Und hier?\n<!-- frage: id= -->\n\n1. [x] a\n2. [ ] b\n", "bad-id:2 without-id:1"},
		"an id with capitals":      {"## Frage: Und hier?\n<!-- frage: id=Hier -->\n\n1. [x] a\n2. [ ] b\n", "bad-id:1"},
		"an id that begins badly":  {"## Frage: Und hier?\n<!-- frage: id=-hier -->\n\n1. [x] a\n2. [ ] b\n", "bad-id:1"},
		"an id without end":        {"## Frage: Und hier?\n<!-- frage: id=" + strings.Repeat("a", 61) + " -->\n\n1. [x] a\n2. [ ] b\n", "bad-id:1"},
		"the id of the first":      {"## Frage: Und hier?\n<!-- frage: id=vorn -->\n\n1. [x] a\n2. [ ] b\n", "id-twice:1"},
		"no points":                {"## Frage: Und hier?\n<!-- frage: id=hier punkte=0 -->\n\n1. [x] a\n2. [ ] b\n", "bad-points:2"},
		"points below nothing":     {"## Frage: Und hier?\n<!-- frage: id=hier punkte=-1 -->\n\n1. [x] a\n2. [ ] b\n", "bad-points:2"},
		"more points than all":     {"## Frage: Und hier?\n<!-- frage: id=hier punkte=101 -->\n\n1. [x] a\n2. [ ] b\n", "bad-points:2"},
		"half a point":             {"## Frage: Und hier?\n<!-- frage: id=hier punkte=1,5 -->\n\n1. [x] a\n2. [ ] b\n", "bad-points:2"},
		"a setting nobody knows":   {"## Frage: Und hier?\n<!-- frage: id=hier Punkte=2 -->\n\n1. [x] a\n2. [ ] b\n", "setting-unknown:2"},
		"a type there is not":      {"## Frage: Und hier?\n<!-- frage: id=hier typ=lückentext -->\n\n1. [x] a\n2. [ ] b\n", "type-unsupported:2"},
		"three mistakes at once":   {"## Frage: Und hier?\n<!-- frage: id=Hier punkte=viele -->\n\n1. [ ] a\n2. [ ] b\n", "bad-points:2 bad-id:1 one-right:4"},
	} {
		const firstLine = 7
		before := "Einleitung.\n\n" + good("vorn")
		offset := firstLine + strings.Count(before, "\n") - 1
		got, left := complaints(t, firstLine, before+c.question+"\n"+good("hinten"))
		var want []string
		for _, w := range strings.Fields(c.want) {
			var line int
			key, number, _ := strings.Cut(w, ":")
			if _, err := fmt.Sscan(number, &line); err != nil {
				t.Fatal(err)
			}
			want = append(want, fmt.Sprintf("%s:%d", key, offset+line))
		}
		if !slices.Equal(got, want) || left != 2 {
			t.Errorf("%s: %v instead of %v, %d questions left", name, got, want, left)
		}
	}
}

// TestQuestionsMayBeWrittenLikeThis has what looks odd and is right.
func TestQuestionsMayBeWrittenLikeThis(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want string // type, points, options, right ones
	}{
		"no settings but the id":      {good("a"), "single 1 2 1"},
		"all settings":                {strings.Replace(good("a"), "id=a", "id=a punkte=100 mischen=nein", 1), "single 100 2 1"},
		"a deeper heading":            {strings.Replace(good("a"), "## ", "#### ", 1), "single 1 2 1"},
		"stars and capital X":         {"## Frage: A?\n<!-- frage: id=a -->\n\n* [X] a\n* [ ] b\n* [x] c\n", "multiple 1 3 2"},
		"brackets for numbers":        {"## Frage: A?\n<!-- frage: id=a -->\n\n1) [x] a\n2) [ ] b\n", "single 1 2 1"},
		"a loose list":                {"## Frage: A?\n<!-- frage: id=a -->\n\n- [x] a\n\n- [ ] b\n", "multiple 1 2 1"},
		"every option right":          {"## Frage: A?\n<!-- frage: id=a -->\n\n- [x] a\n- [x] b\n", "multiple 1 2 2"},
		"another remark first":        {"## Frage: A?\n<!-- wer das liest: nichts -->\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n", "single 1 2 1"},
		"settings below a blank line": {"## Frage: A?\n\n<!-- frage: id=a punkte=3 -->\n\n1. [x] a\n2. [ ] b\n", "single 3 2 1"},
		"settings in several remarks": {"## Frage: A?\n<!-- frage: id=a -->\n\n<!-- frage: punkte=4 -->\n\n1. [x] a\n2. [ ] b\n", "single 4 2 1"},
		"an id in umlauts":            {good("grüße-2"), "single 1 2 1"},
		"options that hold code":      {"## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] `a`\n2. [ ] `b`\n\n   ```\n   c\n   ```\n", "single 1 2 1"},
		"carriage returns":            {strings.ReplaceAll(good("a"), "\n", "\r\n"), "single 1 2 1"},
		"no question at all":          {"## Fragen: keine\n\n- [x] erledigt\n", ""},
		"a question in the prose":     {"Frage: Wer prüft?\n\n1. [x] a\n2. [ ] b\n", ""},
	} {
		segments, _ := lessons.ParseLesson("x.md", 1, []byte(c.body), blocks(c.body))
		got := ""
		for _, s := range segments {
			if q := s.Question; q != nil {
				right := 0
				for _, o := range q.Options {
					if o.Correct {
						right++
					}
				}
				got += fmt.Sprintf("%s %d %d %d", q.Type, q.Points, len(q.Options), right)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q instead of %q", name, got, c.want)
		}
	}
}

// TestNoMistakeShowsTheSolution conceals lessons whose questions are wrong:
// what cannot be asked must not be printed with its key instead.
func TestNoMistakeShowsTheSolution(t *testing.T) {
	const secret = "Losungswort"
	for name, body := range map[string]string{
		"good":                     "## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] Losungswort\n2. [ ] b\n",
		"no id":                    "## Frage: A?\n\n1. [x] Losungswort\n2. [ ] b\n",
		"two lists":                "## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n\nText\n\n- [x] Losungswort\n",
		"below a deeper heading":   "## Frage: A?\n<!-- frage: id=a -->\n\n### Lösung\n\n1. [x] Losungswort\n2. [ ] b\n",
		"in the feedback":          "## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n   > Losungswort\n2. [ ] b\n",
		"in the explanation":       "## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n\n> **Erklärung:** Losungswort\n",
		"after the explanation":    "## Frage: A?\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n\n> **Erklärung:** x\n\nLosungswort\n",
		"in code":                  "## Frage: A?\n<!-- frage: id=a -->\n\n```\n## Ende\n[x] Losungswort\n```\n",
		"underlined heading":       "Frage: A?\n---------\n<!-- frage: id=a -->\n\n1. [x] Losungswort\n2. [ ] b\n",
		"question in a question":   "## Frage: A?\n\n### Frage: B?\n<!-- frage: id=b -->\n\n1. [x] Losungswort\n2. [ ] b\n",
		"emphasised heading":       "## **Frage:** A?\n<!-- frage: id=a -->\n\n1. [x] Losungswort\n2. [ ] b\n",
		"spaces before":            "##    Frage: A?   ##\n\n1. [x] Losungswort\n2. [ ] b\n",
		"carriage returns":         "## Frage: A?\r\n<!-- frage: id=a -->\r\n\r\n1. [x] Losungswort\r\n2. [ ] b\r\n",
		"no space after the colon": "## Frage:A?\n\n1. [x] Losungswort\n2. [ ] b\n",
	} {
		for _, kind := range []content.Kind{content.KindLesson, content.KindModule} {
			text := "Vorab.\n\n" + body
			shown := string(lessons.Concealer{}.Conceal(kind, []byte(text), blocks(text)))
			if strings.Contains(shown, secret) || !strings.HasPrefix(shown, "Vorab.") {
				t.Errorf("%s, %s: readers see\n%s", name, kind, shown)
			}
		}
	}
}

// TestConcealingKeepsEveryByteThatIsNoQuestion cuts the questions out of a
// lesson and puts them in again.
func TestConcealingKeepsEveryByteThatIsNoQuestion(t *testing.T) {
	parts := []string{"Vorab.\n\n", good("a"), "## Weiter\n\nText\n\n", good("b"), good("c"), "# Schluss\n\nEnde."}
	body := strings.Join(parts, "")
	shown := string(lessons.Concealer{}.Conceal(content.KindLesson, []byte(body), blocks(body)))
	if want := parts[0] + parts[2] + parts[5]; shown != want {
		t.Errorf("readers see\n%q\ninstead of\n%q", shown, want)
	}
	if again := string(lessons.Concealer{}.Conceal(content.KindLesson, []byte(shown), blocks(shown))); again != shown {
		t.Errorf("concealing again changed\n%q", again)
	}
}

// TestMissingIdsAreTheOnlyThingThatIsMended lints what authors send.
func TestMissingIdsAreTheOnlyThingThatIsMended(t *testing.T) {
	nameless := "## Frage: A?\n\n1. [x] a\n2. [ ] b\n\n"
	lint := func(body string) (string, error) {
		out, err := lessons.Linter{}.Lint(content.KindLesson, []byte(body), blocks(body), new(ident.Sequence))
		return string(out), err
	}
	out, err := lint("Vorab.\n\n" + nameless + good("b") + strings.Replace(nameless, "A?", "C?", 1))
	if err != nil || strings.Count(out, "<!-- frage: id=") != 3 || strings.Count(out, "id=b ") != 1 {
		t.Errorf("%v\n%s", err, out)
	}
	for _, line := range []string{"Vorab.\n\n## Frage: A?\n<!-- frage: id=", "\n1. [x] a\n2. [ ] b\n"} {
		if !strings.Contains(out, line) {
			t.Errorf("%q is gone from\n%s", line, out)
		}
	}
	for name, body := range map[string]string{ // an id that is there is found wherever it stands
		"a remark first":    "## Frage: A?\n<!-- geprüft von 66/2 -->\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n",
		"points first":      "## Frage: A?\n<!-- frage: punkte=2 -->\n<!-- frage: id=a -->\n\n1. [x] a\n2. [ ] b\n",
		"below the options": "## Frage: A?\n\n1. [x] a\n2. [ ] b\n\n<!-- frage: id=a -->\n",
	} {
		if out, err := lint(body); err != nil || out != body {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	for name, body := range map[string]string{
		"nameless and wrong": strings.Replace(nameless, "[x]", "[ ]", 1),
		"a wrong one beside": nameless + strings.Replace(good("b"), "[x]", "[ ]", 1),
		"the same id twice":  good("b") + good("b"),
		"an empty id":        strings.Replace(good("b"), "id=b", "id=", 1),
	} {
		out, err := lint(body)
		f, ok := fault.Of(err)
		if !ok || f.Kind != fault.Invalid || f.Field != "body" || f.Line == 0 || out != "" {
			t.Errorf("%s: %v, saved would be %q", name, err, out)
		}
	}
}
