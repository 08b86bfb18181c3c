package content_test

import (
	"context"
	"html"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/server/servertest"
)

var tag = regexp.MustCompile(`<[^>]*>`)

// read is the words of a page of sanitised HTML, in order.
func read(page string) []string {
	return strings.Fields(html.UnescapeString(tag.ReplaceAllString(page, " ")))
}

// partsOf checks the parts of a block and returns the words that stayed.
func partsOf(t *testing.T, b content.RenderedBlock) (stayed []string) {
	t.Helper()
	whole := ""
	for _, p := range b.Parts {
		whole += p.Text
		if p.Changed && (strings.ContainsAny(p.Text, "<>") || strings.TrimSpace(p.Text) == "") {
			t.Errorf("%q is marked", p.Text)
		}
		if !p.Changed {
			stayed = append(stayed, read(p.Text)...)
		}
	}
	if b.Parts != nil && whole != b.HTML {
		t.Errorf("the parts make %q of %q", whole, b.HTML)
	}
	return stayed
}

// TestChangedWordsAreMarkedAndNothingIsLost compares random texts as people
// read them: each side holds its own words in its own order, what is not marked
// is the same on both, and no tag is torn.
func TestChangedWordsAreMarkedAndNothingIsLost(t *testing.T) {
	s := servertest.New(t)
	words := []string{"Die", "Frist", "**beträgt**", "drei", "Wochen", "<b>&lt;script&gt;</b>", "a<b", "&amp;", "*und so*", "[Plan](https://stadt.example/?a=1&b=\"2\")", "`<i>x</i>`", "~~alt~~", "🏛", "„Zitat“"}
	marked, whole := 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 11))
		before, after := randomSides(r, words)
		a := s.Write("expertin", content.Edit{Title: "Text", Department: "66", Body: before})
		b, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: after})
		if err != nil {
			t.Fatal(err)
		}
		_, blocks, err := s.Library.CompareRendered(t.Context(), s.Actor("leserin"), a.ID, a.Revision, b.Revision)
		if err != nil {
			t.Fatal(err)
		}
		sides := map[content.DiffKind][]string{}
		for i, block := range blocks {
			stayed := partsOf(t, block)
			for _, side := range []content.DiffKind{content.DiffRemoved, content.DiffAdded} {
				if block.Kind == side || block.Kind == content.DiffSame {
					sides[side] = append(sides[side], read(block.HTML)...)
				}
			}
			switch {
			case block.Kind == content.DiffAdded && block.Parts != nil:
				marked++
				if !slices.Equal(stayed, partsOf(t, blocks[i-1])) {
					t.Errorf("seed %d: what stayed differs:\n%+v\n%+v", seed, blocks[i-1], block)
				}
			case block.Kind != content.DiffSame:
				whole++
			}
		}
		for side, body := range map[content.DiffKind]string{content.DiffRemoved: before, content.DiffAdded: after} {
			page, err := s.Library.RenderFor(context.Background(), s.Actor("leserin"), a, []byte(body))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := sides[side], read(page.HTML); !slices.Equal(got, want) {
				t.Errorf("seed %d, %s:\n%q\n%q", seed, side, got, want)
			}
		}
	}
	if marked < 20 || whole < 5 {
		t.Errorf("%d runs with marks and %d whole ones: the test proves too little", marked, whole)
	}
}

// randomSides are two texts of which the second is the first with some words
// exchanged, dropped and put in.
func randomSides(r *rand.Rand, words []string) (before, after string) {
	for range 1 + r.IntN(5) {
		word := func() string { return words[r.IntN(len(words))] }
		var old, fresh []string
		for range 1 + r.IntN(25) {
			w := word()
			old = append(old, w)
			switch r.IntN(10) {
			case 0:
			case 1:
				fresh = append(fresh, word())
			case 2:
				fresh = append(fresh, w, word())
			default:
				fresh = append(fresh, w)
			}
		}
		before += "Text " + strings.Join(old, " ") + "\n\n"
		after += "Text " + strings.Join(fresh, " ") + "\n\n"
	}
	return before, after
}

func TestSidesWithLittleInCommonStayWhole(t *testing.T) {
	s := servertest.New(t)
	for name, c := range map[string]struct {
		before, after string
		gone, fresh   string // what is marked
	}{
		"one word":         {"Die Frist beträgt drei Wochen.", "Die Frist beträgt vier Wochen.", "drei", "vier"},
		"two in a row":     {"Die Frist beträgt genau drei Wochen.", "Die Frist beträgt höchstens vier Wochen.", "genau drei", "höchstens vier"},
		"only something":   {"Die Frist beträgt Wochen.", "Die Frist beträgt **vier** Wochen.", "", "vier"},
		"in a table":       {"| A | B |\n|---|---|\n| eins | zwei |", "| A | B |\n|---|---|\n| eins | drei |", "zwei", "drei"},
		"another sentence": {"Die Frist beträgt drei Wochen.", "Anträge nimmt das Bürgeramt entgegen.", "", ""},
		"only its mark":    {"Die Frist beträgt drei Wochen.", "Die Frist beträgt **drei** Wochen.", "", ""},
	} {
		a := s.Write("expertin", content.Edit{Title: "Text", Department: "66", Body: c.before})
		b, err := s.Library.Save(t.Context(), s.Actor("expertin"), a.ID, a.ETag, content.Edit{Body: c.after})
		if err != nil {
			t.Fatal(err)
		}
		_, blocks, err := s.Library.CompareRendered(t.Context(), s.Actor("leserin"), a.ID, a.Revision, b.Revision)
		if err != nil {
			t.Fatal(err)
		}
		got := map[content.DiffKind]string{}
		for _, block := range blocks {
			partsOf(t, block)
			for _, p := range block.Parts {
				if p.Changed {
					got[block.Kind] += p.Text
				}
			}
		}
		equal(t, name+": gone", got[content.DiffRemoved], c.gone)
		equal(t, name+": new", got[content.DiffAdded], c.fresh)
	}
}
