package importer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/internal/fault"
)

func key(n int) importer.Key { return importer.Key{ReplicaID: replica, UNID: unid(n)} }

func decided(subject string, choice importer.Choice, fingerprint string) importer.Decision {
	return importer.Decision{
		Subject: subject, Choice: choice, Fingerprint: fingerprint, By: "u-aaaaaaaaaa", At: time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC), Note: `Rücksprache: "ja" & <nein>`,
	}
}

// written is the file of decisions as text.
func written(t testing.TB, d *importer.Decisions) string {
	t.Helper()
	var b strings.Builder
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDecisionsSurviveAFile(t *testing.T) {
	all := []importer.Decision{
		decided(key(1).String(), importer.ChoosePublish, "d-1"),
		decided(key(1).String(), importer.ChooseBinding, "d-1"),
		decided(importer.PairSubject(key(2), key(1)), importer.ChooseMerge, "p-1"),
		{Subject: key(3).String(), Choice: importer.ChooseWithhold, Fingerprint: "d-3"},
	}
	forwards, backwards := &importer.Decisions{}, &importer.Decisions{}
	for i := range all {
		forwards.Put(all[i])
		backwards.Put(all[len(all)-1-i])
	}
	text := written(t, forwards)
	if written(t, backwards) != text {
		t.Error("the order of putting shows in the file")
	}
	again, err := importer.ReadDecisions(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if !slices.Equal(again.All(), forwards.All()) || written(t, again) != text {
		t.Errorf("%+v became %+v", forwards.All(), again.All())
	}
	if !strings.Contains(text, `    wahl: "zusammenfuehren"`) || !strings.Contains(text, "  - gegenstand: \""+key(1).String()+" "+key(2).String()+"\"\n") {
		t.Errorf("the file is\n%s", text)
	}
}

func TestADocumentHasOneAnswerToEachQuestion(t *testing.T) {
	d := &importer.Decisions{}
	subject := key(1).String()
	d.Put(decided(subject, importer.ChoosePublish, "a"))
	d.Put(decided(subject, importer.ChooseNotBinding, "a"))
	d.Put(decided(subject, importer.ChooseWithhold, "b"))
	if len(d.All()) != 2 {
		t.Errorf("%+v", d.All())
	}
	if found, ok := d.Find(subject); !ok || found.Choice != importer.ChooseWithhold || found.Fingerprint != "b" {
		t.Errorf("%+v %v", found, ok)
	}
	if found, ok := d.Find(subject, importer.ChooseBinding, importer.ChooseNotBinding); !ok || found.Choice != importer.ChooseNotBinding {
		t.Errorf("%+v %v", found, ok)
	}
	if _, ok := d.Find(subject, importer.ChoosePublish); ok {
		t.Error("what was decided before is found")
	}
	var none *importer.Decisions
	if _, ok := none.Find(subject); ok || none.All() != nil || written(t, none) != "entscheidungen: []\n" {
		t.Error("nobody decided, yet there are decisions")
	}
}

func TestWrongDecisionsAreRefusedWithTheirLine(t *testing.T) {
	entry := func(lines ...string) string { return "entscheidungen:\n  - " + strings.Join(lines, "\n    ") + "\n" }
	one, pair := "gegenstand: "+key(1).String(), "gegenstand: "+importer.PairSubject(key(1), key(2))
	for name, c := range map[string]struct {
		file string
		key  string
		line int
	}{
		"no mapping":         {"- a\n", "importer.decisions-broken", 1},
		"another key":        {"entscheidung:\n  - x: y\n", "importer.decisions-broken", 1},
		"no list":            {"entscheidungen: ja\n", "importer.decisions-broken", 1},
		"not YAML":           {"entscheidungen:\n  - gegenstand: \"x\n", "importer.decisions-broken", 2},
		"an unknown field":   {entry(one, "wahl: verbindlich", "fingerabdruck: a", "grund: x"), "importer.decision-broken", 2},
		"a list in a field":  {entry(one, "wahl: [verbindlich]", "fingerabdruck: a"), "importer.decision-broken", 2},
		"no choice":          {entry(one, "fingerabdruck: a"), "importer.decision-choice", 2},
		"an unknown choice":  {"# Kopf\n" + entry(one, "wahl: vielleicht", "fingerabdruck: a"), "importer.decision-choice", 3},
		"one, but for two":   {entry(one, "wahl: erster", "fingerabdruck: a"), "importer.decision-subject", 2},
		"two, but for one":   {entry(pair, "wahl: verbindlich", "fingerabdruck: a"), "importer.decision-subject", 2},
		"in the wrong order": {entry("gegenstand: "+key(2).String()+" "+key(1).String(), "wahl: beide", "fingerabdruck: a"), "importer.decision-subject", 2},
		"with itself":        {entry("gegenstand: "+key(2).String()+" "+key(2).String(), "wahl: beide", "fingerabdruck: a"), "importer.decision-subject", 2},
		"no document":        {entry("gegenstand: Dienstreise", "wahl: verbindlich", "fingerabdruck: a"), "importer.decision-subject", 2},
		"about nothing":      {entry(one, "wahl: verbindlich"), "importer.decision-fingerprint", 2},
		"at no time":         {entry(one, "wahl: verbindlich", "fingerabdruck: a", "am: gestern"), "importer.decision-time", 2},
		"twice":              {entry(one, "wahl: verbindlich", "fingerabdruck: a") + "  - " + one + "\n    wahl: unverbindlich\n    fingerabdruck: a\n", "importer.decision-twice", 5},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := importer.ReadDecisions(strings.NewReader(c.file))
			f, ok := fault.Of(err)
			if !ok || f.Kind != fault.Invalid || f.Key != c.key || f.Line != c.line {
				t.Errorf("%v, want %s in line %d", err, c.key, c.line)
			}
		})
	}
	for _, empty := range []string{"", "# nichts\n", "entscheidungen:\n", "entscheidungen: []\n"} {
		if d, err := importer.ReadDecisions(strings.NewReader(empty)); err != nil || len(d.All()) != 0 {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

func FuzzDecisions(f *testing.F) {
	d := &importer.Decisions{}
	d.Put(decided(key(1).String(), importer.ChooseBinding, "a"))
	d.Put(decided(importer.PairSubject(key(1), key(2)), importer.ChooseFirst, "b"))
	f.Add(written(f, d))
	for _, s := range []string{"entscheidungen: &a [*a]", "entscheidungen:\n  - {}", "? x", "a: !!binary x", "\x00", "entscheidungen:\n- gegenstand: |\n   x", "{entscheidungen: [{wahl: 1}]}", "---\n---\n", "entscheidungen: [1, 2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := importer.ReadDecisions(strings.NewReader(text))
		if err != nil {
			if _, ok := fault.Of(err); !ok {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		first := written(t, d)
		again, err := importer.ReadDecisions(strings.NewReader(first))
		if err != nil || written(t, again) != first {
			t.Fatalf("%q is read, but not read back: %v\n%s", text, err, first)
		}
	})
}
