package demo_test

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"staffelstab/content"
	"staffelstab/content/demo"
)

// days are the days the texts have to hold on: an ordinary one, a leap day, the
// last of a year, and one far away.
var days = []string{"2026-11-24", "2028-02-29", "2026-12-31", "2031-07-01"}

func on(t *testing.T, day string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return d.Add(9 * time.Hour)
}

// documents are the texts of a day by their path.
func documents(t *testing.T, day string) map[string]content.Document {
	t.Helper()
	files, err := demo.Files(on(t, day))
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

func TestEveryTextIsCompleteOnEveryDay(t *testing.T) {
	known := map[string]bool{}
	for _, d := range demo.Departments() {
		if known[d.ID] || d.Name == "" {
			t.Errorf("department %q twice or without a name", d.ID)
		}
		known[d.ID] = true
	}
	for _, day := range days {
		ids, titles := map[content.ID]string{}, map[string]string{}
		for name, d := range documents(t, day) {
			m := d.Meta
			if other := ids[m.ID]; m.ID == "" || other != "" {
				t.Errorf("%s: id %q is missing or that of %s", name, m.ID, other)
			}
			if other := titles[m.Title]; other != "" {
				t.Errorf("%s has the title of %s", name, other)
			}
			ids[m.ID], titles[m.Title] = name, name
			if !known[m.Department] {
				t.Errorf("%s: department %q does not exist", name, m.Department)
			}
			if m.Summary == "" || m.Contact == "" || len(m.Topics) == 0 || len(m.Keywords) == 0 {
				t.Errorf("%s: summary, contact, topics or keywords are missing", name)
			}
			if strings.Contains(string(d.Source), "{{") {
				t.Errorf("%s: a token is left", name)
			}
		}
	}
}

func TestTextsLieWhereTheProductWouldPutThem(t *testing.T) {
	roots := map[content.Kind]string{content.KindArticle: "wissen", content.KindTemplate: "formatvorlagen"}
	for name, d := range documents(t, days[0]) {
		root := roots[d.Meta.Kind]
		if d.Meta.Kind.IsStandard() {
			root = "standards"
		}
		slug := content.Slug(d.Meta.Title)
		if want := path.Join(root, slug[:1], slug, "index.md"); name != want {
			t.Errorf("%s should be %s", name, want)
		}
	}
}

func TestTheCityHasEnoughToShow(t *testing.T) {
	kinds := map[content.Kind]int{}
	bindings := map[content.Binding]int{}
	authors := map[string]bool{}
	for _, d := range documents(t, days[0]) {
		kinds[d.Meta.Kind]++
		if d.Meta.Kind == content.KindStandard {
			bindings[d.Meta.Binding]++
		}
		if d.Meta.Kind == content.KindArticle {
			authors[d.Meta.Department] = true
		}
	}
	for kind, least := range map[content.Kind]int{
		content.KindArticle: 14, content.KindStandard: 8, content.KindTemplate: 2,
		content.KindInstruction: 1, content.KindAgreement: 1,
	} {
		if kinds[kind] < least {
			t.Errorf("%d texts of kind %s, want %d", kinds[kind], kind, least)
		}
	}
	for _, b := range []content.Binding{content.BindingYes, content.BindingNo, content.BindingUnchecked} {
		if bindings[b] == 0 {
			t.Errorf("no standard is %q", b)
		}
	}
	if len(authors) < 8 {
		t.Errorf("articles of %d departments only", len(authors))
	}
}

// Dates move with the day, so every state can be seen on any day.
func TestEveryStatusCanBeSeenOnEveryDay(t *testing.T) {
	for _, day := range days {
		standards := map[content.Status]int{}
		overdueArticles := 0
		for _, d := range documents(t, day) {
			status := d.Meta.StatusOn(content.Date(day))
			if d.Meta.Kind == content.KindStandard {
				standards[status]++
			}
			if d.Meta.Kind == content.KindArticle && status == content.StatusReviewOverdue {
				overdueArticles++
			}
		}
		for _, s := range []content.Status{content.StatusFuture, content.StatusReviewOverdue, content.StatusExpired, content.StatusSuperseded} {
			if standards[s] != 1 {
				t.Errorf("%s: %d standards are %s", day, standards[s], s)
			}
		}
		if standards[content.StatusValid] < 4 || overdueArticles == 0 {
			t.Errorf("%s: %d valid standards, %d overdue articles", day, standards[content.StatusValid], overdueArticles)
		}
	}
}

func TestReplacementsPointBothWays(t *testing.T) {
	all := documents(t, days[0])
	byID := map[content.ID]content.Meta{}
	for _, d := range all {
		byID[d.Meta.ID] = d.Meta
	}
	found := 0
	for name, d := range all {
		for _, old := range d.Meta.Replaces {
			found++
			if byID[old].ReplacedBy != d.Meta.ID {
				t.Errorf("%s replaces %s, which does not know it", name, old)
			}
		}
		if by := d.Meta.ReplacedBy; by != "" && !slices.Contains(byID[by].Replaces, d.Meta.ID) {
			t.Errorf("%s is replaced by %s, which does not know it", name, by)
		}
	}
	if found == 0 {
		t.Error("nothing replaces anything")
	}
}

// personal finds what must not stand in a text: mail addresses, telephone
// numbers, people by their title.
var personal = regexp.MustCompile(`\S+@\S+\.\w+|\b0\d{2,4}[ /-]\d{3,}|\b(Herr|Frau) \p{Lu}`)

func TestNoTextNamesAPerson(t *testing.T) {
	for name, d := range documents(t, days[0]) {
		if hit := personal.Find(d.Source); hit != nil {
			t.Errorf("%s: %q", name, hit)
		}
	}
}

func TestTheSameDayGivesTheSameBytes(t *testing.T) {
	morning, err := demo.Files(on(t, days[0]))
	if err != nil {
		t.Fatal(err)
	}
	evening, err := demo.Files(on(t, days[0]).Add(10 * time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if len(morning) != len(evening) {
		t.Fatalf("%d and %d texts", len(morning), len(evening))
	}
	for name, source := range morning {
		if !bytes.Equal(source, evening[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

// A text may move its review with the day; its meaning may not change every
// morning, or everybody who knew it would be asked again. Only what is about
// to begin or just ended moves.
func TestOnlyTextsAboutTodayChangeTheirMeaning(t *testing.T) {
	before, after := documents(t, "2026-11-24"), documents(t, "2026-11-25")
	moved := 0
	for name, d := range before {
		if d.ContentHash(nil) == after[name].ContentHash(nil) {
			continue
		}
		moved++
		if s := d.Meta.StatusOn("2026-11-24"); s != content.StatusFuture && s != content.StatusExpired {
			t.Errorf("%s means something else a day later", name)
		}
	}
	if moved != 2 {
		t.Errorf("%d texts move, want the future and the expired one", moved)
	}
}

func TestTokens(t *testing.T) {
	day := on(t, "2026-11-24")
	for _, c := range []struct{ text, want string }{
		{"a {{heute}} b", "a 2026-11-24 b"},
		{"{{heute-400}}", "2025-10-20"},
		{"{{heute+38}}", "2027-01-01"},
		{"{{tag heute-31}}", "24. Oktober 2026"},
		{"{{tag heute+98}}", "2. März 2027"},
		{"{{jahr heute+60}}", "2027"},
		{"{{heute}}{{heute+1}}", "2026-11-242026-11-25"},
		{"{ {heute} }", "{ {heute} }"},
	} {
		files, err := demo.Load(fstest.MapFS{"texte/a/x.md": {Data: []byte(c.text)}}, "texte", day)
		if err != nil || string(files["a/x.md"]) != c.want {
			t.Errorf("%q became %q, %v; want %q", c.text, files["a/x.md"], err, c.want)
		}
	}
	for _, text := range []string{"{{morgen}}", "{{heute*2}}", "{{ heute }}", "{{monat heute}}", "{{}}", "gut {{heute}}, dann {{heute-}}"} {
		_, err := demo.Load(fstest.MapFS{"texte/x.md": {Data: []byte(text)}}, "texte", day)
		if err == nil || !strings.Contains(err.Error(), "x.md") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := demo.Load(fstest.MapFS{}, "texte", day); err == nil {
		t.Error("a folder that is not there is no demo")
	}
}
