package content_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"staffelstab/content"
)

// sides writes both texts of a comparison back, filling the left-out lines in
// from the text they were left out of. It fails when the two do not agree.
func sides(t *testing.T, lines []content.DiffLine, before []string) (old, fresh []string) {
	t.Helper()
	for _, l := range lines {
		var b strings.Builder
		for _, p := range l.Parts {
			b.WriteString(p.Text)
		}
		switch l.Kind {
		case content.DiffRemoved:
			old = append(old, b.String())
		case content.DiffAdded:
			fresh = append(fresh, b.String())
		case content.DiffSame:
			old, fresh = append(old, b.String()), append(fresh, b.String())
		case content.DiffSkipped:
			if len(old)+l.Count > len(before) {
				t.Fatalf("more lines are left out than there are")
			}
			same := before[len(old) : len(old)+l.Count]
			old, fresh = append(old, same...), append(fresh, same...)
		}
	}
	return old, fresh
}

// TestAppliedDifferenceGivesTheNewText compares random texts, long enough for
// lines to be left out.
func TestAppliedDifferenceGivesTheNewText(t *testing.T) {
	words := []string{"Die ", "Frist", " beträgt", " drei ", "§ 13", "", "  ", "ü", "🏛", "\t", "und so weiter", "- [x] "}
	skipped := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		sentence := func() string {
			var b strings.Builder
			for range r.IntN(5) {
				b.WriteString(words[r.IntN(len(words))])
			}
			return b.String()
		}
		var before, after []string
		for range r.IntN(60) {
			before = append(before, sentence())
		}
		for _, l := range before { // most lines stay
			switch r.IntN(12) {
			case 0:
			case 1:
				after = append(after, sentence())
			case 2:
				after = append(after, l, sentence())
			default:
				after = append(after, l)
			}
		}
		lines := content.CompareText(joined(before), joined(after))
		old, fresh := sides(t, lines, before)
		if joined(old) != joined(before) || joined(fresh) != joined(after) {
			t.Fatalf("seed %d:\n%q\n%q\nbecame\n%q\n%q", seed, before, after, old, fresh)
		}
		for _, l := range lines {
			skipped += l.Count
			if l.Kind == content.DiffSame && len(l.Parts) != 1 || l.Kind == content.DiffSkipped && l.Count == 0 {
				t.Fatalf("seed %d: %+v", seed, l)
			}
		}
	}
	if skipped == 0 {
		t.Error("no line was ever left out: the test proves too little")
	}
}

func joined(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestEdgesOfComparing(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		want          string
	}{
		"both empty":      {"", "", ""},
		"all new":         {"", "a\nb\n", "+a +b"},
		"all gone":        {"a\nb\n", "", "-a -b"},
		"same":            {"a\n", "a\n", "…1"},
		"no line break":   {"a", "a\n", "…1"},
		"line inserted":   {"a\nb\n", "a\nneu\nb\n", "=a +neu =b"},
		"far apart":       {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nX\n", "…5 =6 =7 =8 -9 +X"},
		"an empty line":   {"a\nb\n", "a\n\nb\n", "=a + =b"},
		"line ends alike": {"a\nb\nc\n", "a\nB\nc\n", "=a -b +B =c"},
	} {
		var got []string
		for _, l := range content.CompareText(c.before, c.after) {
			text := map[content.DiffKind]string{content.DiffAdded: "+", content.DiffRemoved: "-", content.DiffSame: "=", content.DiffSkipped: "…"}[l.Kind]
			for _, p := range l.Parts {
				text += p.Text
			}
			if l.Kind == content.DiffSkipped {
				text += string(rune('0' + l.Count))
			}
			got = append(got, text)
		}
		equal(t, name, strings.Join(got, " "), c.want)
	}
}

func FuzzCompareText(f *testing.F) {
	f.Add("a\nb\n", "a\nc\n")
	f.Add("", "\n\n")
	f.Add("a\r\nb", "a b\u2028c\x00")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before)+len(after) > 2000 {
			return
		}
		complete := func(s string) string {
			if s != "" && !strings.HasSuffix(s, "\n") {
				s += "\n"
			}
			return s
		}
		lines := strings.Split(strings.TrimSuffix(complete(before), "\n"), "\n")
		if before == "" {
			lines = nil
		}
		old, fresh := sides(t, content.CompareText(before, after), lines)
		if joined(old) != complete(before) || joined(fresh) != complete(after) {
			t.Fatalf("%q %q became %q %q", before, after, joined(old), joined(fresh))
		}
	})
}
