package htmlblocks

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"staffelstab/importer/cmark"
)

// marks answers with what it was asked.
type marks struct{}

func (marks) Link(href string, text []cmark.Span) []cmark.Span {
	for i := range text {
		text[i].Link = href
	}
	return text
}

func (marks) Image(src, alt string) []cmark.Span { return []cmark.Span{{Text: alt, Image: src}} }

func TestHTMLBecomesBlocks(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"paragraphs and loose text":    {"lose<p>Absatz</p>Ende", "lose\n\nAbsatz\n\nEnde\n"},
		"formats":                      {"<p><b>fett</b> <i>kursiv</i> <s>weg</s> x<sup>2</sup></p>", "**fett** *kursiv* ~~weg~~ x<sup>2</sup>\n"},
		"headings from the second":     {"<h1>A</h1><h3>B</h3>", "## A\n\n### B\n"},
		"large and bold is a heading":  {"<p><font size=4><b>Ablauf</b></font></p><p>Genug Text.</p><p><b>Nur fett</b></p>", "## Ablauf\n\nGenug Text.\n\n**Nur fett**\n"},
		"levels by size":               {"<div style='font-size:14pt;font-weight:bold'>A</div><div style='font-size: 16px; font-weight:700'>B <i>b</i></div><div style='font-size:10pt'>viel Text</div>", "## A\n\n### B *b*\n\nviel Text\n"},
		"steps of size":                {"<font size=2><p>klein und viel</p><p><b><font size='+2'>Groß</font></b></p></font>", "klein und viel\n\n## Groß\n"},
		"all large and bold":           {"<p><font size=5><b>Alles</b></font></p>", "**Alles**\n"},
		"large only in part":           {"<p><font size=5><b>Alles</b></font> nicht</p><p>Genug Text.</p>", "**Alles** nicht\n\nGenug Text.\n"},
		"large in a table":             {"<p>Genug Text steht hier.</p><table><tr><td><p><font size=5><b>a</b></font></p><td>b</table>", "Genug Text steht hier.\n\n| **a** | b |\n| --- | --- |\n"},
		"lists":                        {"<ol start=3><li>a<ul><li>b</ul><li>c</ol>", "3. a\n   - b\n4. c\n"},
		"a list wrongly nested":        {"<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b\n"},
		"text between entries":         {"<ul>a<li>b</li> </ul>", "- a\n- b\n"},
		"table":                        {"<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a | b |\n| --- | --- |\n| 1 | 2 |\n"},
		"table of one cell":            {"<table><tr><td><p>a</p></table>", "a\n"},
		"spans":                        {"<table><tr><td colspan=2>a<tr><td>b<td rowspan=-3>c</table>", "<table><tr><td colspan=\"2\">a</td></tr><tr><td>b</td><td>c</td></tr></table>\n"},
		"pre and quote":                {"<pre>a\n b</pre><blockquote>c</blockquote>", "```\na\n b\n```\n\n> c\n"},
		"nothing that runs":            {"<script>x</script><style>y</style><p onclick=z>a</p><noscript>b</noscript><iframe src=x>c</iframe>", "a\n"},
		"fields of a form":             {"<p>Frist: <input value='vier Wochen'>, <textarea>Vorbelegt\n&amp; lang</textarea></p><input type=hidden value=x><input type=submit value=y><input type=password value=z>", "Frist: vier Wochen , Vorbelegt & lang\n"},
		"lists to choose from":         {"<p>Amt <select><option>66<option selected>11</select>, Art <select><option>A<option>B</select><select></select></p>", "Amt 11 , Art A\n"},
		"boxes to tick":                {"<p><input type=checkbox checked>ja <input type=checkbox>nein <input type=radio checked>x<input type=radio>y</p>", "☒ ja ☐ nein ◉ x ○ y\n"},
		"formats within a link":        {"<a href='x'><b>a</b> b</a>", "[**a** b](x)\n"},
		"a picture that is a link":     {"<a href='x'><img src='y' alt=' a\n b '></a>", "[![a b](y)](x)\n"},
		"a link around blocks":         {"<a href='x'><div>a</div><div>b</div></a>", "[a\\\nb](x)\n"},
		"a link without address":       {"<a name='x'>a</a>", "a\n"},
		"bold around blocks":           {"<b><p>a</p><p>b</p></b>", "a\n\nb\n"},
		"an anchor around a paragraph": {"<a name='x'><p>a</p></a>", "a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			blocks, err := Read(c.in, 100, marks{})
			if got := cmark.Markdown(blocks); err != nil || got != c.want {
				t.Errorf("got %q, want %q, error %v", got, c.want, err)
			}
		})
	}
}

func TestWhatIsTooDeepIsTold(t *testing.T) {
	deep := strings.Repeat("<div>", 60) + "unten" + strings.Repeat("</div>", 60)
	blocks, err := Read("<p>oben</p>"+deep, 50, marks{})
	if !errors.Is(err, ErrDeep) || cmark.Markdown(blocks) != "oben\n" {
		t.Errorf("%q, %v", cmark.Markdown(blocks), err)
	}
	if _, err := Read("<p>oben</p>"+deep, 100, marks{}); err != nil {
		t.Error(err)
	}
}

func TestWhatWouldTakeTheMachineIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		source string
		want   error
	}{
		"formats that are never closed": {strings.Repeat("<b>", 3000) + strings.Repeat("<p>x", 3000), ErrTangled},
		"tags without end":              {strings.Repeat("<p>", maxTags+1), ErrTangled},
		"a long text":                   {strings.Repeat("<p><b>x</b> <i>y</i></p>", 10000), nil},
		"few tags":                      {strings.Repeat("<b><p>", 100), nil},
	} {
		if _, err := Read(c.source, 1<<20, marks{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCharactersNoTextHasStayOut(t *testing.T) {
	blocks, _ := Read("<p>a&#1;b&#x85;c&#xFFFF;d<ul>&#2;e</ul><pre>&#3;f</pre><img alt='&#4;g'>", 100, marks{})
	for _, r := range cmark.Markdown(blocks) {
		if illegible(r) {
			t.Errorf("%U in %q", r, cmark.Markdown(blocks))
		}
	}
}

func TestLineFlattens(t *testing.T) {
	blocks, _ := Read("<p>a</p><ul><li>b<li>c</ul><table><tr><td>d<td>e</table><pre>f</pre><blockquote>g</blockquote>", 100, marks{})
	if got := cmark.Markdown([]cmark.Block{cmark.Paragraph{Spans: Line(blocks)}}); got != "a\\\nb c\\\nd e\\\nf\\\ng\n" {
		t.Errorf("got %q", got)
	}
}

// FuzzRead: no HTML panics or brings anything through that runs.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"<p>a", "<table><tr><td><ul><li>a<table><tr><td>b", "<b><p>x</b><pre>\n\ny</pre><ol start=-9><li></ol>", "<a href=x><a href=y>z", "<svg><script>x</script></svg>",
		"<math><mi><style><img src=x onerror=y>", "<ul><ul><li>a</ul>", "<h7>a", "<plaintext>b<script>", "<select><option>a", "<template><p>a", "<!--", "<table>a<tr>b", "\x00<p>\x01",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		blocks, _ := Read(source, 50, marks{})
		out := cmark.Markdown(blocks)
		if strings.Contains(strings.ReplaceAll(out, `\<`, ""), "<script") || utf8.ValidString(source) && !utf8.ValidString(out) {
			t.Errorf("%q becomes %q", source, out)
		}
	})
}
