package notes

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	markdownpage "staffelstab/content/markdown"
	"staffelstab/importer"
	"staffelstab/importer/importertest"
	"staffelstab/internal/i18n"
)

// given is a source of documents that are already there.
type given []*importer.Document

func (given) Name() string { return "notes" }

func (g given) Documents(context.Context, importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for _, d := range g {
			if !yield(d, nil) {
				return
			}
		}
	}
}

var words = sync.OnceValues(i18n.Load)

var pages = sync.OnceValue(func() *markdownpage.Renderer { return markdownpage.New(markdownpage.Labels{Table: "Tabelle"}) })

func planOptions(t testing.TB) importer.Options {
	t.Helper()
	catalogue, err := words()
	if err != nil {
		t.Fatal(err)
	}
	return importer.Options{Run: "x", Catalogue: catalogue, Renderer: pages(), Place: time.UTC, SpoolDir: t.TempDir()}
}

// letters are what a run counts for a document by the product's own pages:
// those people saw, and those found again.
func letters(t testing.TB, d *importer.Document) (in, out int) {
	t.Helper()
	report, err := importer.Plan(context.Background(), importertest.NewMemory(), given{d}, planOptions(t))
	if err != nil || len(report.Documents) != 1 {
		t.Fatal(err)
	}
	return report.Documents[0].LettersIn, report.Documents[0].LettersOut
}

// anyRichText writes what people might have put together in Notes.
type anyRichText struct {
	r *rand.Rand
	b strings.Builder
	n int
}

// word is new every time, so that nothing found can be found for another one.
func (a *anyRichText) word() string {
	a.n++
	signs := []string{"", "", "", "*", "_", "&lt;", "[", "](x)", "#", "1.", "- ", "|", "&amp;amp;", "~", "`", "\\", "&#160;", ">", "!"}
	return signs[a.r.IntN(len(signs))] + fmt.Sprintf("Wort%dä", a.n) + signs[a.r.IntN(len(signs))]
}

func (a *anyRichText) inline(depth int) string {
	switch kind := a.r.IntN(16); {
	case kind == 12 && depth > 0:
		return `<urllink href='https://example.org/r' regionid='` + fmt.Sprint(a.n) + `'>` + a.word() + `</urllink> <region regionid='` + fmt.Sprint(a.n) + `'>` + a.word() + `</region> `
	case kind == 13 && depth > 0:
		return `<layer><par def='a'>` + a.word() + `</par><par def='1'>` + a.word() + `</par></layer> `
	case kind == 14 && depth > 0:
		return `<picture alttext='Plan'><gif>R0lGODlh</gif><caption>` + a.word() + `</caption></picture> `
	case kind == 15 && depth > 0:
		return `<objectref name='x'>` + a.word() + `</objectref> <run highlight='yellow'>` + a.word() + `</run> `
	case kind == 0 && depth > 0:
		return `<urllink href='https://example.org/` + fmt.Sprint(a.r.IntN(3)) + `'>` + a.word() + a.inline(0) + `</urllink>`
	case kind == 1 && depth > 0:
		return `<popup><popuptext>` + a.word() + `</popuptext>` + a.word() + `</popup> ` // in a table its text comes right behind
	case kind == 2 && depth > 0:
		return `<doclink document='` + known + `'>` + a.word() + `</doclink>`
	case kind == 3:
		return a.word() + `<break/>` + a.word()
	case kind == 4 && depth > 0:
		return `<button><code event='click'><formula>@Nein</formula></code>` + a.word() + `</button>`
	case kind == 5:
		return ` `
	case kind == 6 && depth > 0:
		return `<run html='true'>&lt;b&gt;` + fmt.Sprintf("Html%d", a.r.IntN(1000)) + `&lt;/b&gt;&lt;script&gt;nein&lt;/script&gt;</run>`
	case kind < 9 && depth > 0:
		style := []string{"bold", "italic", "bold italic", "strikethrough", "superscript", "subscript", "underline"}[a.r.IntN(7)]
		return styled(style, []string{"10pt", "14pt", "18pt"}[a.r.IntN(3)], a.inline(depth-1)+a.inline(0))
	}
	return a.word()
}

func (a *anyRichText) blocks(depth int) {
	for range 1 + a.r.IntN(4) {
		switch kind := a.r.IntN(11); {
		case kind == 10:
			fmt.Fprintf(&a.b, `<par def='1'><run html='true'>&lt;table&gt;&lt;tr&gt;&lt;td&gt;%s</run></par><par def='1'><run html='true'>&lt;td&gt;%s&lt;/table&gt;</run></par>`, fmt.Sprintf("Feld%d", a.r.IntN(1000)), fmt.Sprintf("Feld%d", a.r.IntN(1000)))
		case kind == 0 && depth > 0:
			fmt.Fprintf(&a.b, `<section><sectiontitle><text>%s</text></sectiontitle>`, a.word())
			a.blocks(depth - 1)
			a.b.WriteString(`</section>`)
		case kind == 1 && depth > 0:
			a.b.WriteString([]string{`<table>`, `<table>`, `<table rowdisplay='tabs'>`}[a.r.IntN(3)])
			for range 1 + a.r.IntN(3) {
				a.b.WriteString(`<tablerow tablabel=''>`)
				for range 1 + a.r.IntN(3) {
					fmt.Fprintf(&a.b, `<tablecell columnspan='%d'>`, max(1, a.r.IntN(6)-3))
					a.blocks(depth - 1)
					a.b.WriteString(`</tablecell>`)
				}
				a.b.WriteString(`</tablerow>`)
			}
			a.b.WriteString(`</table>`)
		case kind == 2:
			fmt.Fprintf(&a.b, `<block html='true'>&lt;ul&gt;&lt;li&gt;%s&lt;li&gt;%s&lt;/ul&gt;</block>`, fmt.Sprintf("Punkt%d", a.r.IntN(1000)), fmt.Sprintf("Punkt%d", a.r.IntN(1000)))
		default:
			definition := []string{"1", "1", "a", "b", "n", "m", "x", "9", "h"}[a.r.IntN(9)]
			fmt.Fprintf(&a.b, `<par def='%s'>`, definition)
			for range a.r.IntN(4) {
				a.b.WriteString(a.inline(2))
			}
			a.b.WriteString(`</par>`)
		}
	}
}

func TestNoLetterPeopleSawIsLost(t *testing.T) {
	definitions := listDef("a", "1.25in", "bullet") + listDef("b", "1.5in", "circle") + listDef("n", "1.25in", "number") + listDef("m", "1.75in", "alphalower") + listDef("x", "1.5in", "check") + `<pardef id='9' hide='notes'/><pardef id='h'><parstyle name='Überschrift 2'/></pardef>`
	for seed := range uint64(80) {
		a := &anyRichText{r: rand.New(rand.NewPCG(seed, 4))}
		a.blocks(3)
		d := one(t, bare("", "", `<item name='Subject'><text>Titel</text></item>`+body(definitions+a.b.String())))
		if in, out := letters(t, d); in != out {
			t.Fatalf("seed %d: %d of %d letters, lacking %q\n%s\n%s\nvisible %q", seed, out, in, lacking(t, d), a.b.String(), markdown(d), d.Visible)
		}
	}
}

// lacking names the words that do not arrive, to find the reason.
func lacking(t *testing.T, d *importer.Document) []string {
	t.Helper()
	shown, err := pages().Render(t.Context(), []byte(markdown(d)), func(target string, _ bool) (string, string, bool) { return target, "", true })
	if err != nil {
		t.Fatal(err)
	}
	split := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	there := split(importer.TextOfHTML(shown.HTML))
	var out []string
	for _, word := range split(d.Visible) {
		if at := slices.Index(there, word); at >= 0 {
			there = slices.Delete(there, at, at+1)
		} else {
			out = append(out, word)
		}
	}
	return append(out, there...)
}
