package content_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"staffelstab/content"
)

func TestChangesInDifferentPlacesAreJoined(t *testing.T) {
	const base = "Anfang.\n\n## Eins\n\nErster Absatz.\n\n## Zwei\n\nZweiter Absatz.\n"
	for _, c := range []struct{ what, mine, theirs, want string }{
		{"nobody", base, base, base},
		{"only mine", strings.Replace(base, "Erster", "Neuer", 1), base, strings.Replace(base, "Erster", "Neuer", 1)},
		{"only theirs", base, "", ""},
		{"both the same", strings.Replace(base, "Erster", "Neuer", 1), strings.Replace(base, "Erster", "Neuer", 1), strings.Replace(base, "Erster", "Neuer", 1)},
		{"two sections", strings.Replace(base, "Erster", "Neuer", 1), strings.Replace(base, "Zweiter", "Anderer", 1), strings.NewReplacer("Erster", "Neuer", "Zweiter", "Anderer").Replace(base)},
		{"a section each", "Vorab.\n\n" + base, base + "\n## Drei\n\nDritter.\n", "Vorab.\n\n" + base + "\n## Drei\n\nDritter.\n"},
		{"no line break at the end", strings.TrimSpace(base), base, base},
	} {
		m := content.MergeText(base, c.mine, c.theirs)
		if got := m.Body(nil); !m.Clean() || got != c.want {
			t.Errorf("%s: clean %t\n%q\ninstead of\n%q", c.what, m.Clean(), got, c.want)
		}
	}
}

func TestChangesOfOnePassageNeedAChoice(t *testing.T) {
	const base = "Anfang.\n\n## Fristen\n\nZwei Wochen.\n\nEnde.\n"
	m := content.MergeText(base, strings.Replace(base, "Zwei", "Drei", 1), strings.Replace(base, "Zwei", "Vier", 1))
	found := m.Conflicts()
	if len(found) != 1 || found[0] != (content.Conflict{Section: "Fristen", Base: "Zwei Wochen.\n", Mine: "Drei Wochen.\n", Theirs: "Vier Wochen.\n"}) {
		t.Fatalf("conflicts %+v", found)
	}
	for choice, want := range map[content.Choice]string{
		content.ChooseMine: "Drei Wochen.\n", content.ChooseTheirs: "Vier Wochen.\n", content.ChooseBoth: "Drei Wochen.\n\nVier Wochen.\n", "unknown": "Drei Wochen.\n\nVier Wochen.\n",
	} {
		equal(t, string(choice), m.Body([]content.Choice{choice}), strings.Replace(base, "Zwei Wochen.\n", want, 1))
	}
	deleted := content.MergeText(base, strings.Replace(base, "Zwei Wochen.\n\n", "", 1), strings.Replace(base, "Zwei", "Vier", 1))
	if len(deleted.Conflicts()) != 1 || !strings.Contains(deleted.Conflicts()[0].Theirs, "Vier Wochen.") {
		t.Errorf("what was changed was deleted without a word: %+v", deleted)
	}
	neighbours := content.MergeText("a\nb\n", "A\nb\n", "a\nB\n")
	equal(t, "neighbouring lines are joined", neighbours.Clean(), false)
}

// edited changes a text as somebody might: lines come, go, change and move.
func edited(r *rand.Rand, lines []string, who string) []string {
	out := append([]string{}, lines...)
	for n := range 1 + r.IntN(5) {
		at := r.IntN(len(out) + 1)
		fresh := fmt.Sprintf("%s schreibt Satz %d.\n", who, n)
		switch op := r.IntN(5); {
		case op == 0 || len(out) < 2 || at == len(out):
			out = append(out[:at], append([]string{fresh}, out[at:]...)...)
		case op == 1:
			out = append(out[:at], out[at+1:]...)
		case op == 2 && at+1 < len(out):
			out[at], out[at+1] = out[at+1], out[at]
		default:
			out[at] = fresh
		}
	}
	return out
}

func count(lines []string) map[string]int {
	n := map[string]int{}
	for _, line := range lines {
		n[line]++
	}
	return n
}

func TestNoLineVanishesInAMergeWithoutBeingShown(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var base []string
		for i := range 3 + r.IntN(20) {
			base = append(base, []string{"\n", fmt.Sprintf("Zeile %d.\n", i), "Immer gleich.\n", fmt.Sprintf("## Abschnitt %d\n", i)}[r.IntN(4)])
		}
		mine, theirs := edited(r, base, "Ich"), edited(r, base, "Sie")
		b, m, th := strings.Join(base, ""), strings.Join(mine, ""), strings.Join(theirs, "")
		merged := content.MergeText(b, m, th)
		shown := merged.Body(nil)
		for _, c := range merged.Conflicts() {
			shown += c.Mine + c.Theirs
		}
		there, was := count(strings.SplitAfter(shown, "\n")), count(base)
		for who, lines := range map[string][]string{"mine": mine, "theirs": theirs} {
			for line, n := range count(lines) {
				if n > was[line] && there[line] < n {
					t.Fatalf("seed %d: %q of %s is gone from\n%s", seed, line, who, shown)
				}
			}
		}
		inMine, inTheirs := count(mine), count(theirs)
		for line, n := range was {
			if kept := min(n, inMine[line], inTheirs[line]); kept == n && there[line] < n {
				t.Fatalf("seed %d: %q, which both kept, is gone from\n%s", seed, line, shown)
			}
		}
		if got := content.MergeText(b, m, b).Body(nil); got != m && m != "" {
			t.Fatalf("seed %d: one change alone gives\n%q\ninstead of\n%q", seed, got, m)
		}
		if twice := content.MergeText(b, m, m); !twice.Clean() || twice.Body(nil) != m {
			t.Fatalf("seed %d: the same change twice gives %+v", seed, twice)
		}
	}
}

func FuzzMerge(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nB\nc\n", "a\nb\nC\n")
	f.Add("", "x", "y")
	f.Add("## T\n\r\n", "\n\n", "\x00")
	f.Fuzz(func(t *testing.T, base, mine, theirs string) {
		m := content.MergeText(base, mine, theirs)
		if m.Clean() && len(m.Pieces) > 0 && m.Body(nil) == "" {
			t.Errorf("merged into nothing: %q %q %q", base, mine, theirs)
		}
		one := content.MergeText(base, mine, base).Body(nil)
		if strings.TrimSuffix(one, "\n") != strings.TrimSuffix(mine, "\n") {
			t.Errorf("%q became %q", mine, one)
		}
	})
}
