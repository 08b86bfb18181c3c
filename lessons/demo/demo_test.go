package demo_test

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	texts "staffelstab/content/demo"
	"staffelstab/content/markdown"
	"staffelstab/internal/ident"
	"staffelstab/lessons"
	"staffelstab/lessons/demo"
)

var today = time.Date(2026, time.March, 4, 0, 0, 0, 0, time.UTC)

// documents parses every file that load returns.
func documents(t *testing.T, load func(time.Time) (map[string][]byte, error)) map[string]content.Document {
	t.Helper()
	files, err := load(today)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]content.Document{}
	for name, source := range files {
		d, err := content.ParseDocument(name, source)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		out[name] = d
	}
	return out
}

// questions parses a lesson, which has to be without fault.
func questions(t *testing.T, d content.Document) []lessons.Question {
	t.Helper()
	blocks := markdown.New(markdown.Labels{}).Blocks(d.Body)
	segments, err := lessons.ParseLesson(d.Path, d.BodyLine, d.Body, blocks)
	if err != nil {
		t.Errorf("%s: %v", d.Path, err)
	}
	var out []lessons.Question
	for _, s := range segments {
		if s.Question != nil {
			out = append(out, *s.Question)
		}
	}
	return out
}

// byFolder groups the lessons by the folder of their module.
func byFolder(docs map[string]content.Document) map[string][]content.Document {
	out := map[string][]content.Document{}
	for name, d := range docs {
		if d.Meta.Kind == content.KindLesson {
			out[path.Dir(name)] = append(out[path.Dir(name)], d)
		}
	}
	return out
}

var lessonName = regexp.MustCompile(`^(0[1-9])-[a-z0-9]+(-[a-z0-9]+)*\.md$`)

func TestFilesAreModulesAndLessons(t *testing.T) {
	for name, d := range documents(t, demo.Files) {
		if !content.IsArticlePath(name) {
			t.Errorf("%s is no path of a text", name)
		}
		if d.Meta.Title == "" || d.Meta.Department == "" {
			t.Errorf("%s: title %q, department %q", name, d.Meta.Title, d.Meta.Department)
		}
		want := content.KindLesson
		if path.Base(name) == "modul.md" {
			want = content.KindModule
		} else if !lessonName.MatchString(path.Base(name)) {
			t.Errorf("%s: a lesson is called 01-name.md", name)
		}
		if d.Meta.Kind != want {
			t.Errorf("%s: kind %q, want %q", name, d.Meta.Kind, want)
		}
	}
}

func TestDepartmentsExist(t *testing.T) {
	for name, d := range documents(t, demo.Files) {
		known := false
		for _, department := range texts.Departments() {
			known = known || department.ID == d.Meta.Department
		}
		if !known {
			t.Errorf("%s: no department %q", name, d.Meta.Department)
		}
	}
}

func TestModulesSayWhatTheyAreFor(t *testing.T) {
	for name, d := range documents(t, demo.Files) {
		if d.Meta.Kind != content.KindModule {
			continue
		}
		if d.Meta.Summary == "" || d.Meta.ReviewDue <= content.Date(today.Format(time.DateOnly)) {
			t.Errorf("%s: summary %q, review due %q", name, d.Meta.Summary, d.Meta.ReviewDue)
		}
		fields := d.Fields()
		for _, key := range []string{"ziel", "minuten", "berufe"} {
			if fields[key] == nil {
				t.Errorf("%s: %s is missing", name, key)
			}
		}
	}
}

func TestEveryModuleHasLessonsInOrder(t *testing.T) {
	docs := documents(t, demo.Files)
	folders := byFolder(docs)
	if len(folders) < 3 {
		t.Errorf("%d modules, want at least 3", len(folders))
	}
	for folder, list := range folders {
		if _, ok := docs[folder+"/modul.md"]; !ok {
			t.Errorf("%s has lessons but no modul.md", folder)
		}
		if len(list) < 3 {
			t.Errorf("%s: %d lessons, want at least 3", folder, len(list))
		}
		var numbers []string
		for _, d := range list {
			numbers = append(numbers, path.Base(d.Path)[:2])
		}
		slices.Sort(numbers)
		for i, n := range numbers {
			if n != "0"+string(rune('1'+i)) {
				t.Errorf("%s: lessons %v leave a gap", folder, numbers)
				break
			}
		}
	}
}

func TestQuestionsAreUniqueInTheirModule(t *testing.T) {
	total, several, hinted := 0, 0, 0
	for folder, list := range byFolder(documents(t, demo.Files)) {
		seen := map[string]string{}
		for _, d := range list {
			found := questions(t, d)
			if len(found) < 2 {
				t.Errorf("%s: %d questions, want at least 2", d.Path, len(found))
			}
			for _, q := range found {
				if other, twice := seen[q.ID]; twice {
					t.Errorf("%s: question %q is in %s and %s", folder, q.ID, other, d.Path)
				}
				seen[q.ID] = d.Path
				total++
				if q.Type == lessons.MultipleChoice {
					several++
				}
				if len(q.Hints) > 0 {
					hinted++
				}
			}
		}
	}
	if total < 24 || several < 8 || hinted == 0 {
		t.Errorf("%d questions, %d with several answers, %d with a hint; want 24, 8 and some", total, several, hinted)
	}
}

func TestQuestionsTeach(t *testing.T) {
	for _, d := range documents(t, demo.Files) {
		if d.Meta.Kind != content.KindLesson {
			continue
		}
		for _, q := range questions(t, d) {
			right, answered := 0, 0
			for _, o := range q.Options {
				switch {
				case o.Correct:
					right++
				case o.Feedback != "":
					answered++
				}
			}
			if len(q.Options) < 2 || right == 0 || right == len(q.Options) || q.Type == lessons.SingleChoice && right != 1 {
				t.Errorf("%s:%d: %s question with %d options, %d right", d.Path, q.Line, q.Type, len(q.Options), right)
			}
			if answered == 0 {
				t.Errorf("%s:%d: no wrong option says why it is wrong", d.Path, q.Line)
			}
			if q.Explanation == "" {
				t.Errorf("%s:%d: no explanation", d.Path, q.Line)
			}
		}
	}
}

// ids maps the id of every text of both packages to its path.
func ids(t *testing.T) map[content.ID]string {
	t.Helper()
	out := map[content.ID]string{}
	for _, docs := range []map[string]content.Document{documents(t, texts.Files), documents(t, demo.Files)} {
		for name, d := range docs {
			if !ident.Valid(string(d.Meta.ID)) {
				t.Errorf("%s: id %q", name, d.Meta.ID)
			}
			if other, twice := out[d.Meta.ID]; twice {
				t.Errorf("id %q is in %s and %s", d.Meta.ID, other, name)
			}
			out[d.Meta.ID] = name
		}
	}
	return out
}

func TestIDsAreUniqueWithTheTexts(t *testing.T) {
	if all := ids(t); len(all) < 14 {
		t.Errorf("only %d texts", len(all))
	}
}

var address = regexp.MustCompile(`\]\(/a/([^)#]*)`)

func TestLinksLeadSomewhere(t *testing.T) {
	known := ids(t)
	found := 0
	for name, d := range documents(t, demo.Files) {
		for _, m := range address.FindAllStringSubmatch(string(d.Body), -1) {
			found++
			if _, ok := known[content.ID(m[1])]; !ok {
				t.Errorf("%s links to %s, which does not exist", name, m[0])
			}
		}
		explained, _ := d.Fields()["erklaert"].([]any)
		for _, id := range explained {
			found++
			if text, _ := id.(string); known[content.ID(text)] == "" {
				t.Errorf("%s explains %v, which does not exist", name, id)
			}
		}
	}
	if found == 0 {
		t.Error("no link at all")
	}
}

// Texts link to the modules that practise them.
func TestTextsLinkToModulesThatExist(t *testing.T) {
	known := ids(t)
	for name, d := range documents(t, texts.Files) {
		for _, m := range address.FindAllStringSubmatch(string(d.Body), -1) {
			if _, ok := known[content.ID(m[1])]; !ok && strings.HasPrefix(m[1], "modul") {
				t.Errorf("%s links to the module %s, which does not exist", name, m[1])
			}
		}
	}
}
