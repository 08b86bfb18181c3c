package content

import (
	"strings"
	"testing"
)

func TestAFileTakenAwayLeavesTheText(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"in a line of its own":  {"Eins.\n\n![Die Pumpe](Plan.pdf)\n\nZwei.\n", "Eins.\n\nZwei.\n"},
		"at the end":            {"Eins.\n\n[Plan](Plan.pdf)\n", "Eins.\n"},
		"alone":                 {"![](Plan.pdf \"Schmuck\")\n", ""},
		"within a sentence":     {"Siehe [den Plan](Plan.pdf) dort.\n", "Siehe  dort.\n"},
		"beside another one":    {"[a](Plan.pdf) [b](Plan-2.pdf)\n", " [b](Plan-2.pdf)\n"},
		"in code":               {"```\n[a](Plan.pdf)\n```\n\n    [a](Plan.pdf)\n", "```\n[a](Plan.pdf)\n```\n\n    [a](Plan.pdf)\n"},
		"with an odd address":   {"[a](%zz)\n", "[a](%zz)\n"},
		"which is not in there": {"Eins.\n\n\n\nZwei.", "Eins.\n\n\n\nZwei."},
	} {
		if got := WithoutFile(c.body, "Plan.pdf"); got != c.want {
			t.Errorf("%s: %q instead of %q", name, got, c.want)
		}
	}
}

func TestWhatFileMarkdownWritesIsFoundAgain(t *testing.T) {
	for _, name := range []string{"Plan.pdf", "Plan-(2).png", "Größe_1.jpg", "a+b.txt"} {
		for _, words := range []string{"", "Der [Plan]", "100 % davon"} {
			mark := FileMarkdown(name, words)
			if left := WithoutFile("Vorher.\n\n"+mark+"\n", name); left != "Vorher.\n" {
				t.Errorf("%q leaves %q", mark, left)
			}
		}
	}
}

func FuzzWithoutFile(f *testing.F) {
	f.Add("Text\n\n![a](b.png)\n", "b.png")
	f.Fuzz(func(t *testing.T, body, name string) {
		left := WithoutFile(body, name)
		if len(left) > len(body) || !strings.Contains(body, "](") && left != body {
			t.Errorf("%q becomes %q", body, left)
		}
	})
}
