package content

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"staffelstab/internal/fault"
)

// entry is one key of a random front matter with all its lines.
type entry struct {
	key   string
	lines string
}

// someEntries are keys of ours and of other systems, in every style YAML has.
func someEntries() []entry {
	return []entry{
		{"titel", "titel: Streuplan\n"},
		{"bereich", "bereich: \"66\"   # Tiefbau\n"},
		{"kurz", "kurz: |\n  Erst die Brücken,\n\n  dann die Rampen.\n"},
		{"themen", "themen: [Winter, Straße]\n"},
		{"schlagworte", "schlagworte:\n  - Salz # nicht überall\n  # - Split\n  - Granulat\n"},
		{"sichtbar", "sichtbar:\n    bereiche: [ '66' ]\n    rollen:\n    - trainer\n"},
		{"nummer", "nummer: 'DA 37'\n"},
		{"gueltig_ab", "gueltig_ab:    2024-01-01\n"},
		{"layout", "layout: post\n"},
		{"x-meta", "x-meta: {a: 1, b: [2, 3], \"c d\": null}\n"},
		{"leer", "leer:\n"},
		{"Anker", "Anker: \"Zeile \\\n  weiter\"\n"},
		{"wahr", "wahr: yes\n"},
		{"zahl", "zahl: 0x1F\n"},
		{"faltung", "faltung: >-\n  lang\n  und länger\n"},
	}
}

// randomFront writes some entries in random order, with remarks and blank
// lines between them, and sometimes with the line ends of Windows.
func randomFront(r *rand.Rand) (source string, chosen []entry) {
	var b strings.Builder
	b.WriteString("---\n")
	between := []string{"", "", "", "\n", "# Bemerkung: kein Feld\n", "#titel: auskommentiert\n\n"}
	all := someEntries()
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, e := range all[:1+r.IntN(len(all)-1)] {
		b.WriteString(between[r.IntN(len(between))])
		b.WriteString(e.lines)
		chosen = append(chosen, e)
	}
	b.WriteString(between[r.IntN(len(between))])
	b.WriteString("---\n\n# Text\n\n---\ntitel: kein Feld\n---\n")
	source = b.String()
	if r.IntN(4) == 0 {
		source = strings.ReplaceAll(source, "\n", "\r\n")
		for i := range chosen {
			chosen[i].lines = strings.ReplaceAll(chosen[i].lines, "\n", "\r\n")
		}
	}
	return source, chosen
}

// randomChange is an edit of the form: a new value, an old key taken away, a
// key that is not there yet.
func randomChange(r *rand.Rand) Field {
	values := []any{"Neu: und anders", "2027-01-31", "zwei\nZeilen", "#5", []string{"a", "b: c", "- d"}, nil, "", "ja"}
	keys := []string{"titel", "kurz", "themen", "schlagworte", "nummer", "sprache", "erlassen_von", "leer", "sichtbar"}
	return Field{keys[r.IntN(len(keys))], values[r.IntN(len(values))]}
}

// TestAnEditTouchesNothingElse edits random front matter: taking the lines of
// the edited keys away, before and after give the same bytes.
func TestAnEditTouchesNothingElse(t *testing.T) {
	edited, refused := 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 3))
		source, chosen := randomFront(r)
		change := randomChange(r)
		d, err := ParseDocument("x.md", []byte(source))
		if fault.KindOf(err) != fault.Invalid && err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		out, err := d.WithFields(change)
		if err != nil {
			refused++
			continue
		}
		edited++
		want := source
		i := slices.IndexFunc(chosen, func(e entry) bool { return e.key == change.Key })
		if i >= 0 {
			want = strings.Replace(source, chosen[i].lines, "", 1)
		}
		fresh, err := encodeField(change)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if got := strings.Replace(string(out), string(fresh), "", 1); got != want {
			t.Fatalf("seed %d: %v\n%q\nbecame\n%q", seed, change, source, out)
		}
		if i >= 0 && fresh != nil { // it stands where the old value stood
			before, after := strings.Index(source, chosen[i].lines), strings.Index(string(out), string(fresh))
			if before != after {
				t.Fatalf("seed %d: %s moved from byte %d to %d", seed, change.Key, before, after)
			}
		}
	}
	if edited < 2500 {
		t.Errorf("only %d edits were made, %d refused: the test proves too little", edited, refused)
	}
}

// TestEditsComeBackAsTheyWereMeant reads random edits back, one after another
// on the same file, as a text has over the years.
func TestEditsComeBackAsTheyWereMeant(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 4))
		source, _ := randomFront(r)
		want := map[string]any{}
		for range 12 {
			change := randomChange(r)
			d, _ := ParseDocument("x.md", []byte(source))
			out, err := d.WithFields(change)
			if err != nil {
				continue
			}
			source, want[change.Key] = string(out), change.Value
		}
		d, _ := ParseDocument("x.md", []byte(source))
		got := d.Fields()
		for key, value := range want {
			if value == nil || value == "" {
				if _, there := got[key]; there {
					t.Fatalf("seed %d: %s was taken away and is %v", seed, key, got[key])
				}
				continue
			}
			if flat := flatten(anyList(value)); flatten(got[key]) != flat {
				t.Fatalf("seed %d: %s is %q instead of %q in\n%s", seed, key, flatten(got[key]), flat, source)
			}
		}
		if !strings.HasSuffix(strings.ReplaceAll(source, "\r", ""), "---\n\n# Text\n\n---\ntitel: kein Feld\n---\n") {
			t.Fatalf("seed %d: the text became\n%s", seed, source)
		}
	}
}

// anyList makes a list as Fields returns one.
func anyList(value any) any {
	list, ok := value.([]string)
	if !ok {
		return value
	}
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// TestSeveralEditsAtOnceAreThoseOneAfterAnother changes three keys in one step
// and in three.
func TestSeveralEditsAtOnceAreThoseOneAfterAnother(t *testing.T) {
	changes := []Field{{"nummer", "DA 1"}, {"titel", "Räumplan"}, {"sprache", "de"}, {"themen", nil}, {"pruefer", "Leitung 66"}}
	d := parse(t, sample)
	at := do2(d.WithFields(changes...))(t)
	source := []byte(sample)
	for _, c := range changes {
		source = do2(parse(t, string(source)).WithFields(c))(t)
	}
	if string(at) != string(source) {
		t.Errorf("at once\n%s\none after another\n%s", at, source)
	}
	slices.Reverse(changes)
	if back := parse(t, string(do2(d.WithFields(changes...))(t))); !slices.Equal(keysOf(back)[:3], keysOf(d)[:3]) {
		t.Errorf("the order of the edits moved keys: %v", keysOf(back))
	}
}

func do2(b []byte, err error) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

func keysOf(d Document) []string {
	var out []string
	for _, f := range d.fields {
		out = append(out, f.key)
	}
	return out
}

// TestOddFrontMatterIsLeftAlone has YAML that is right but cannot be edited by
// lines: the edit is refused and no byte changes.
func TestOddFrontMatterIsLeftAlone(t *testing.T) {
	for name, front := range map[string]string{
		"an anchor that is used":   "a: &x Winter\nkurz: *x",
		"a key with question mark": "? kurz\n: Winter",
		"an anchor taken away":     "kurz: &x Winter\nb: *x",
		"a broken one":             "kurz: \"offen",
		"in braces":                "{kurz: Winter}",
		"a list":                   "- kurz",
		"merged":                   "a: &x {b: c}\n<<: *x\nkurz: Winter",
		"two documents":            "kurz: Winter\n--- \nkurz: Sommer",
	} {
		source := "---\n" + front + "\n---\nText\n"
		d, _ := ParseDocument("x.md", []byte(source))
		out, err := d.WithFields(Field{"kurz", "Neu"})
		if err == nil {
			again, err := ParseDocument("x.md", out)
			if err == nil && again.Meta.Summary == "Neu" && strings.HasSuffix(string(out), "---\nText\n") {
				continue // it could be edited after all, and was
			}
			t.Errorf("%s became\n%s(%v)", name, out, err)
			continue
		}
		if !fault.Is(err, fault.Invalid) || string(d.Source) != source {
			t.Errorf("%s: %v; the source is %q", name, err, d.Source)
		}
	}
}

// TestTheHashFollowsTheMeaningOnly hashes one text written in many ways, and
// many texts that differ.
func TestTheHashFollowsTheMeaningOnly(t *testing.T) {
	hash := func(source string, files ...Attachment) ContentHash {
		d, _ := ParseDocument("x.md", []byte(source))
		return d.ContentHash(files)
	}
	base := "---\ntitel: Plan\nthemen: [a, b]\nsichtbar: {bereiche: [\"66\"], rollen: [trainer]}\n---\nEins\nzwei\n"
	for name, same := range map[string]string{
		"keys in another order":  "---\nthemen: [a, b]\nsichtbar: {rollen: [trainer], bereiche: [\"66\"]}\ntitel: Plan\n---\nEins\nzwei\n",
		"another style":          "---\ntitel: \"Plan\" # so\n\nthemen:\n- a\n- 'b'\nsichtbar:\n  bereiche: ['66']\n  rollen: [trainer]\n---\nEins\nzwei\n",
		"line ends of Windows":   strings.ReplaceAll(base, "\n", "\r\n"),
		"blank lines at the end": base + "\n\n",
		"blank lines before":     strings.Replace(base, "---\nEins", "---\n\n\nEins", 1),
		"spaces at a line's end": strings.Replace(base, "Eins\n", "Eins \t\n", 1),
		"reviewed":               strings.Replace(base, "titel:", "geprueft_am: 2026-01-01\ntitel:", 1),
	} {
		if hash(same) != hash(base) {
			t.Errorf("%s: another hash", name)
		}
	}
	seen := map[ContentHash]string{hash(base): "the text itself"}
	for name, other := range map[string]string{
		"another word":        strings.Replace(base, "zwei", "drei", 1),
		"a blank line inside": strings.Replace(base, "Eins\n", "Eins\n\n", 1),
		"indented":            strings.Replace(base, "zwei", "    zwei", 1),
		"topics swapped":      strings.Replace(base, "[a, b]", "[b, a]", 1),
		"topics joined":       strings.Replace(base, "[a, b]", "[ab]", 1),
		"topics as one":       strings.Replace(base, "[a, b]", "\"a, b\"", 1),
		"a key more":          strings.Replace(base, "titel:", "layout: x\ntitel:", 1),
		"a key fewer":         strings.Replace(base, "titel: Plan\n", "", 1),
		"key into value":      strings.Replace(base, "titel: Plan", "titelP: lan", 1),
		"visible to others":   strings.Replace(base, "trainer", "author", 1),
		"nothing":             "",
	} {
		h := hash(other)
		if twin, twice := seen[h]; twice {
			t.Errorf("%s hashes like %s", name, twin)
		}
		seen[h] = name
	}
	a, b := Attachment{Name: "a", Hash: "1"}, Attachment{Name: "b", Hash: "2"}
	if hash(base, a, b) != hash(base, b, a) || etag("x", []Attachment{a, b}) != etag("x", []Attachment{b, a}) {
		t.Error("the order of attachments matters")
	}
	for i, files := range [][]Attachment{{a}, {b}, {a, b}, {{Name: "a1", Hash: ""}}, {{Name: "", Hash: "a1"}}, {{Name: "a", Hash: "2"}}} {
		h := hash(base, files...)
		if twin, twice := seen[h]; twice {
			t.Errorf("attachments %d hash like %s", i, twin)
		}
		seen[h] = fmt.Sprint("attachments ", i)
	}
}

// TestRemarksInFilesFromWindowsAreRead has what the editors of Windows write:
// remarks and blank lines between keys, each line with a carriage return.
func TestRemarksInFilesFromWindowsAreRead(t *testing.T) {
	source := strings.ReplaceAll("---\n# Winter\ntitel: Streuplan\n# für alle\n\nkurz: |\n  Eins\n\n  zwei\n# Liste\nthemen:\n  - a # erstens\n  # - b\n  - c\ngueltig_ab: bald\n---\nText\n", "\n", "\r\n")
	d, err := ParseDocument("x.md", []byte(source))
	if got := complaints(err); !slices.Equal(got, []string{"content.bad-date gueltig_ab:15"}) {
		t.Errorf("complaints %v", got)
	}
	if d.Meta.Title != "Streuplan" || d.Meta.Summary != "Eins\n\nzwei" || strings.Join(d.Meta.Topics, "|") != "a|c" {
		t.Errorf("read as %+v", d.Meta)
	}
	out := do2(d.WithFields(Field{"kurz", "Neu"}))(t)
	if want := strings.Replace(source, "kurz: |\r\n  Eins\r\n\r\n  zwei\r\n", "kurz: Neu\n", 1); string(out) != want {
		t.Errorf("edited to\n%q", out)
	}
}
