package markdown

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
)

// shape writes a block tree as a line: kind, what matters of it, children.
func shape(blocks []content.Block) string {
	var out []string
	for _, b := range blocks {
		s := string(b.Kind)
		switch {
		case b.Level > 0:
			s += fmt.Sprintf("%d#%s", b.Level, b.Anchor)
		case b.Ordered:
			s += "1."
		case b.Task && b.Checked:
			s += "[x]"
		case b.Task:
			s += "[ ]"
		case b.Info != "":
			s += ":" + b.Info
		}
		if text := strings.TrimSpace(b.Text); text != "" {
			s += fmt.Sprintf(" %q", text)
		}
		if len(b.Children) > 0 {
			s += "(" + shape(b.Children) + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestEveryKindOfBlockIsInTheTree(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"Ein *Satz* mit\nzwei Zeilen.", `paragraph "Ein Satz mit zwei Zeilen."`},
		{"## Zuständig: Amt 11", `heading2#zuständig-amt-11 "Zuständig: Amt 11"`},
		{"Titel\n=====\n\nTeil\n-----", `heading1#titel "Titel", heading2#teil "Teil"`},
		{"- a\n  - b\n- c", `list(item(paragraph "a", list(item(paragraph "b"))), item(paragraph "c"))`},
		{"1. a\n2. b", `list1.(item(paragraph "a"), item(paragraph "b"))`},
		{"- [ ] offen\n- [x] fertig\n- ohne", `list(item[ ](paragraph "offen"), item[x](paragraph "fertig"), item(paragraph "ohne"))`},
		{"> Zitat\n>\n> - Punkt", `quote(paragraph "Zitat", list(item(paragraph "Punkt")))`},
		{"> [!TIP]\n> Rat", `quote(paragraph "Rat")`},
		{"```sql\nSELECT 1;\n```", `code:sql "SELECT 1;"`},
		{"    eingerückt", `code "eingerückt"`},
		{"| Art | Satz |\n|---|--:|\n| Bahn | 100 % |", `table(row(cell "Art", cell "Satz"), row(cell "Bahn", cell "100 %"))`},
		{"<!-- frage: id=abc -->", `html "<!-- frage: id=abc -->"`},
		{"<div>\na\n</div>", `html "<div>\na\n</div>"`},
		{"a\n\n***\n\nb", `paragraph "a", rule, paragraph "b"`},
		{"Begriff\n: Erklärung", `definition(paragraph "Begriff", definition(paragraph "Erklärung"))`},
		{"Text[^1]\n\n[^1]: Note", `paragraph "Text", definition(paragraph "Note")`},
		{"", ``},
		{"\n \n\t\n", ``},
	} {
		if got := shape(New(labels()).Blocks([]byte(c.source))); got != c.want {
			t.Errorf("%q:\ngot  %s\nwant %s", c.source, got, c.want)
		}
	}
}

// The text of a block is what the index finds and the outline shows.
func TestTextOfABlockIsWhatPeopleRead(t *testing.T) {
	for source, want := range map[string]string{
		`§ 13 Abs. 2 \*neu\* &amp; &sect; &#167;`:                              "§ 13 Abs. 2 *neu* & § §",
		"**fett** _schräg_ ~~weg~~ `code`":                                     "fett schräg weg code",
		"`C:\\\\Daten\\*.md &amp; <x>`":                                        `C:\\Daten\*.md &amp; <x>`,
		"[Amt 11](x.md) <https://stadt.example>":                               "Amt 11 https://stadt.example",
		"[[Reisekosten|die Regeln]] und [[Fehlt]]":                             "die Regeln und Fehlt",
		"![Plan der Halle](plan.png) rechts":                                   "Plan der Halle rechts",
		"www.stadt.example":                                                    "www.stadt.example",
		"erste  \nzweite\\\ndritte\nvierte":                                    "erste zweite dritte vierte",
		"vor <b>in</b> nach <!-- geheim -->":                                   "vor in nach ",
		"Mitarbeiter*innen, Bürger*in und **Beamt*innen**, *so* wie M*i*t*t*e": "Mitarbeiter*innen, Bürger*in und Beamt*innen, so wie Mitte",
		"*in* der Stadt, in*halt* und in*nen*":                                 "in der Stadt, inhalt und innen",
		"*Kolleg*innen* und Bürger:innen":                                      "Kolleg*innen und Bürger:innen",
		"Az. 11\\_2026\\_[A]":                                                  "Az. 11_2026_[A]",
		"„Anführung“ – Strich … U\u0308bergang \u00a0":                         "„Anführung“ – Strich … U\u0308bergang \u00a0",
	} {
		blocks := New(labels()).Blocks([]byte(source))
		if len(blocks) != 1 || blocks[0].Text != want {
			t.Errorf("%q reads %q, want %q", source, blocks[0].Text, want)
		}
	}
}

// Lessons are cut at the ranges and questions are hidden by them: a byte in no
// block or in two would show an answer or lose a sentence.
func checkTiles(t testing.TB, source string, blocks []content.Block) {
	t.Helper()
	at := 0
	for i, b := range blocks {
		switch {
		case i == 0 && b.Start >= 0 && b.Start <= len(source):
		case b.Start != at:
			t.Fatalf("block %d of %q begins at %d, the one before ends at %d", i, source, b.Start, at)
		}
		if b.Start > 0 && source[b.Start-1] != '\n' {
			t.Fatalf("block %d of %q begins inside a line", i, source)
		}
		if b.End < b.Start {
			t.Fatalf("block %d of %q ends before it begins", i, source)
		}
		at = b.End
		checkRanges(t, b.Children, len(source))
	}
	if len(blocks) > 0 && at != len(source) {
		t.Fatalf("%q: the last block ends at %d of %d", source, at, len(source))
	}
}

// pieces are blocks as people write them, to be put together at random.
var pieces = []string{
	"Ein Absatz über Straßen.\n", "## Über Maß\n", "Titel\n=====\n", "- eins\n- zwei\n  - drei\n", "1. [ ] falsch\n2. [x] richtig\n   > Weil.\n", "> Zitat\n> weiter\n",
	"> [!NOTE]\n> Hinweis\n", "```go\ncode\n\n```\n", "    eingerückt\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "<!-- frage: id=x -->\n", "<details>\n\n", "</details>\n", "---\n",
	"Begriff\n: Erklärung\n", "Verweis[^n].\n", "[^n]: Die Note\n    geht weiter\n", "[ziel]: https://stadt.example\n", "\n", "\n\n", "\r\n", "   \n", "[[Reisekosten]] [x][ziel]\n",
	"~~~\noffen\n", "<table>\n<tr><td>a\n", "* * *\n", "#\n", "\tTab\n", "![Plan](plan.png)\n",
}

func compose(source *rand.Rand) string {
	var b strings.Builder
	for range source.IntN(12) {
		b.WriteString(pieces[source.IntN(len(pieces))])
		if source.IntN(2) == 0 {
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestBlocksCoverTheTextInOrder(t *testing.T) {
	r := New(labels())
	for seed := range uint64(3000) {
		text := compose(rand.New(rand.NewPCG(seed, 1)))
		blocks := r.Blocks([]byte(text))
		checkTiles(t, text, blocks)
		if len(blocks) > 0 && strings.TrimSpace(text[:blocks[0].Start]) != "" && !strings.HasPrefix(strings.TrimSpace(text), "[^n]:") {
			t.Fatalf("%q: no block holds %q", text, text[:blocks[0].Start])
		}
	}
}

// A footnote stands where it was written, not around the whole text.
func TestFootnotesDoNotReachOverOtherBlocks(t *testing.T) {
	source := "## Frage: Wer?[^1]\n\n- [x] Amt 11\n\n[^1]: Nach Plan.\n\n## Danach\n\nText[^2]\n\n[^2]: Zweite.\n"
	var got []string
	for _, b := range New(labels()).Blocks([]byte(source)) {
		got = append(got, fmt.Sprintf("%s %q", b.Kind, source[b.Start:b.End]))
	}
	want := []string{
		`heading "## Frage: Wer?[^1]\n\n"`, `list "- [x] Amt 11\n\n"`, `definition "[^1]: Nach Plan.\n\n"`,
		`heading "## Danach\n\n"`, `paragraph "Text[^2]\n\n"`, `definition "[^2]: Zweite.\n"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Putting the blocks' own bytes together again gives the text, and each block
// alone is read as what it was: what the block-faithful save relies on.
func TestBlocksSurviveARoundTrip(t *testing.T) {
	r := New(labels())
	source := "Vorab.\n\n## Teil\n\n- a\n- b\n\n1. c\n\n> Zitat\n\n```\ncode\n```\n\n| x |\n|---|\n| 1 |\n\n---\n\n<div>\nroh\n</div>\n\nBegriff\n: Wort\n"
	again := ""
	for _, b := range r.Blocks([]byte(source)) {
		part := source[b.Start:b.End]
		again += part
		if alone := r.Blocks([]byte(part)); len(alone) != 1 || shape(alone) != shape([]content.Block{b}) {
			t.Errorf("%q alone is %s, in its text %s", part, shape(alone), shape([]content.Block{b}))
		}
	}
	if again != source {
		t.Errorf("put together: %q", again)
	}
}

func FuzzBlocks(f *testing.F) {
	for _, p := range pieces {
		f.Add(p + "\n" + p)
	}
	r := New(labels())
	f.Fuzz(func(t *testing.T, source string) { checkTiles(t, source, r.Blocks([]byte(source))) })
}
