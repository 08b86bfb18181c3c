package demo_test

import (
	"bytes"
	"context"
	"maps"
	"path"
	"strings"
	"testing"

	"staffelstab/content"
	texts "staffelstab/content/demo"
	"staffelstab/content/markdown"
	"staffelstab/lessons/demo"
)

// everything is what the demo shows: texts and modules together.
func everything(t *testing.T) map[string]content.Document {
	t.Helper()
	out := documents(t, texts.Files)
	maps.Copy(out, documents(t, demo.Files))
	return out
}

// anchors are the headings of every text by its id; the empty one is its top.
func anchors(all map[string]content.Document) map[content.ID]map[string]bool {
	out := map[content.ID]map[string]bool{}
	for _, d := range all {
		found := map[string]bool{"": true}
		for _, b := range markdown.New(markdown.Labels{}).Blocks(d.Body) {
			if b.Kind == content.BlockHeading {
				found[b.Anchor] = true
			}
		}
		out[d.Meta.ID] = found
	}
	return out
}

// Every link as the product renders it leads to a text of the demo, and one to
// a section leads to a heading that is there.
func TestRenderedLinksLeadToSections(t *testing.T) {
	all := everything(t)
	known := anchors(all)
	linked := map[content.ID]int{}
	files, err := texts.Attachments()
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range all {
		resolve := func(target string, _ bool) (string, string, bool) {
			if _, beside := files[path.Join(path.Dir(name), target)]; beside {
				return target, "", true
			}
			rest, inside := strings.CutPrefix(target, "/a/")
			id, fragment, _ := strings.Cut(rest, "#")
			if !inside || !known[content.ID(id)][fragment] {
				t.Errorf("%s: %s leads nowhere", name, target)
			}
			if content.ID(id) == d.Meta.ID {
				t.Errorf("%s links to itself", name)
			}
			linked[content.ID(id)]++
			return target, "", true
		}
		if _, err := markdown.New(markdown.Labels{}).Render(context.Background(), d.Body, resolve); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, d := range all {
		if d.Meta.Kind == content.KindModule && linked[d.Meta.ID] == 0 {
			t.Errorf("nothing leads to %s", name)
		}
	}
	if len(linked) < 25 {
		t.Errorf("only %d texts are mentioned elsewhere", len(linked))
	}
}

// A module names what it explains, and leads there.
func TestModulesLinkToWhatTheyExplain(t *testing.T) {
	for name, d := range documents(t, demo.Files) {
		if d.Meta.Kind != content.KindModule {
			continue
		}
		explained, _ := d.Fields()["erklaert"].([]any)
		if len(explained) == 0 {
			t.Errorf("%s explains nothing", name)
		}
		for _, id := range explained {
			if s, _ := id.(string); !bytes.Contains(d.Body, []byte("](/a/"+s)) {
				t.Errorf("%s explains %v without a link to it", name, id)
			}
		}
	}
}

// What was learned yesterday counts today: modules say nothing that moves with
// the day.
func TestModulesDoNotChangeOverNight(t *testing.T) {
	before := documents(t, demo.Files)
	files, err := demo.Files(today.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	for name, source := range files {
		after, err := content.ParseDocument(name, source)
		if err != nil || before[name].ContentHash(nil) != after.ContentHash(nil) {
			t.Errorf("%s means something else tomorrow, %v", name, err)
		}
	}
}

// A lesson fits five minutes on a telephone: not much more than a hundred
// words a minute, with time to think.
func TestLessonsAreShort(t *testing.T) {
	for name, d := range documents(t, demo.Files) {
		if n := len(bytes.Fields(d.Body)); d.Meta.Kind == content.KindLesson && n > 650 {
			t.Errorf("%s has %d words", name, n)
		}
	}
}
