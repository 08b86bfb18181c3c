package markdown

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"staffelstab/content"
)

func TestEveryKindOfMarkupIsRendered(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"emphasis", "*schräg* **fett** ***beides*** ~~weg~~", "<p><em>schräg</em> <strong>fett</strong> <em><strong>beides</strong></em> <del>weg</del></p>"},
		{"gender stars are no emphasis", "Mitarbeiter*innen und Bürger*innen", "<p>Mitarbeiter*innen und Bürger*innen</p>"},
		{"line breaks", "a  \nb\\\nc\nd", "<p>a<br>\nb<br>\nc\nd</p>"},
		{"code in a line", "`a < b` und ``c`d``", "<p><code>a &lt; b</code> und <code>c`d</code></p>"},
		{"code block with language", "```sql\nSELECT '<x>';\n```", "<pre><code class=\"language-sql\">SELECT &#39;&lt;x&gt;&#39;;\n</code></pre>"},
		{"language of nobody", "```\" onload=x\ny\n```", "<pre><code>y\n</code></pre>"},
		{"indented code", "    a\n    b", "<pre><code>a\nb\n</code></pre>"},
		{"nested lists", "1. a\n   - b\n2. c", "<ol>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ol>"},
		{"a list begins at its number", "3) drei\n4) vier", "<ol start=\"3\">\n<li>drei</li>\n<li>vier</li>\n</ol>"},
		{"quote", "> a\n> > b", "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>"},
		{"rule", "***", "<hr>"},
		{"sixth level stays the sixth", "# A\n\n###### B", "<h2 id=\"a\">A</h2>\n<h6 id=\"b\">B</h6>"},
		{"entities", "&sect; 13 &euro; &lt;b&gt; &#x1F600;", "<p>§ 13 € &lt;b&gt; 😀</p>"},
		{"mail and phone", "[Post](mailto:amt11@stadt.example) [Telefon](tel:+493831252)", `<p><a href="mailto:amt11@stadt.example">Post</a> <a href="tel:+493831252">Telefon</a></p>`},
		{"bare addresses", "www.stadt.example, info@stadt.example", `<p><a href="http://www.stadt.example" class="verweis-extern" rel="noopener noreferrer">www.stadt.example</a>, <a href="mailto:info@stadt.example">info@stadt.example</a></p>`},
		{"outside in capitals", "[Land](HTTPS://Land.example/Ä)", `<p><a href="https://Land.example/%C3%84" class="verweis-extern" rel="noopener noreferrer">Land</a></p>`},
		{"reference link", "[Amt][1]\n\n[1]: ../r/index.md", `<p><a href="/a/x/../r/index.md">Amt</a></p>`},
		{"wiki link to nowhere keeps its words", "[[Fehlt|<b>Worte</b>]]", `<p><span class="verweis-fehlt">&lt;b&gt;Worte&lt;/b&gt;</span></p>`},
		{"no wiki link", "[[]] [[ ]] [[a\nb]] [[a[b]] [x]", "<p>[[]] [[ ]] [[a\nb]] [[a[b]] [x]</p>"},
		{"picture without words", "![](plan.png)", `<p><img loading="lazy" src="/a/x/plan.png" alt=""></p>`},
		{"picture with markup in its words", "![Plan *neu* & `alt`](plan.png)", `<p><img loading="lazy" src="/a/x/plan.png" alt="Plan neu &amp; alt"></p>`},
		{"callout in small letters", "> [!important]\n> x", "<div class=\"hinweis hinweis--important\" role=\"note\"><p class=\"hinweis__titel\">Wichtig</p>\n<p>x</p>\n</div>"},
		{"callout around a list", "> [!CAUTION]\n> - a", "<div class=\"hinweis hinweis--caution\" role=\"note\"><p class=\"hinweis__titel\">Vorsicht</p>\n<ul>\n<li>a</li>\n</ul>\n</div>"},
		{"callout with nothing", "> [!TIP]", "<div class=\"hinweis hinweis--tip\" role=\"note\"><p class=\"hinweis__titel\">Tipp</p>\n</div>"},
		{"words behind the mark", "> [!NOTE] wichtig\n> x", "<blockquote>\n<p>[!NOTE] wichtig\nx</p>\n</blockquote>"},
		{"definition list", "Amt\n: Teil der Verwaltung\n: Pflicht", "<dl>\n<dt>Amt</dt>\n<dd>Teil der Verwaltung</dd>\n<dd>Pflicht</dd>\n</dl>"},
		{"folded text", "<details><summary>Mehr</summary>\n\n**fett**\n\n</details>", "<details><summary>Mehr</summary>\n<p><strong>fett</strong></p>\n</details>"},
		{"other language", `<span lang="en">deadline</span> <span lang="x&quot;y">z</span>`, `<p><span lang="en">deadline</span> <span>z</span></p>`},
		{"Windows line ends", "## A\r\n\r\n- b\r\n- c\r\n", "<h2 id=\"a\">A</h2>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>"},
		{"a drawn table is text", "+" + strings.Repeat("-", 80) + "+\n| x |", "<p>+" + strings.Repeat("-", 80) + "+\n| x |</p>"},
	} {
		if got := strings.TrimSpace(render(t, c.source).HTML); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// A screen reader needs header cells, a name for the scroll area and a way to
// it by keyboard.
func TestTablesAreAccessible(t *testing.T) {
	got := render(t, "| Art | Satz | Ab |\n|:--|--:|:-:|\n| Bahn | 100 % | 2026 |\n| \\| | `a` | |").HTML
	want := `<div class="tabelle" role="group" tabindex="0" aria-label="Tabelle"><table>
<thead>
<tr>
<th align="left">Art</th>
<th align="right">Satz</th>
<th align="center">Ab</th>
</tr>
</thead>
<tbody>
<tr>
<td align="left">Bahn</td>
<td align="right">100 %</td>
<td align="center">2026</td>
</tr>
<tr>
<td align="left">|</td>
<td align="right"><code>a</code></td>
<td align="center"></td>
</tr>
</tbody>
</table></div>
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	raw := `<table><caption>Sätze</caption><tr><th scope="row" rowspan="2">a</th><td colspan="99999">b</td></tr></table>`
	if got := render(t, raw).HTML; got != strings.ReplaceAll(raw, ` colspan="99999"`, "") {
		t.Errorf("an import's table became %s", got)
	}
}

// attributes collects the values of an attribute in a page.
func attributes(t testing.TB, page, key string) []string {
	t.Helper()
	var out []string
	walk(t, page, func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == key {
				out = append(out, a.Val)
			}
		}
	})
	return out
}

func TestAnchorsAreUniqueAndTheSameEverywhere(t *testing.T) {
	source := "# Übersicht\n\n## Fristen\n\nText[^1]\n\n## Fristen\n\n### Fristen 2\n\n## U\u0308bersicht\n\n## § 13 Abs. 2 – „Satz“\n\n## \n\n## !!!\n\n## Straße & Haus `x` **y**\n\n" +
		"## " + strings.Repeat("Donaudampfschifffahrt ", 20) + "\n\n## Ελλάδα 東京\n\n> ## im Zitat\n\n## fn:1\n\n[^1]: Note\n"
	r := New(labels())
	page := render(t, source)
	ids := attributes(t, page.HTML, "id")
	if sorted := slices.Sorted(slices.Values(ids)); len(slices.Compact(sorted)) != len(ids) {
		t.Errorf("an id is there twice: %q", ids)
	}
	var outline, blocks []string
	for _, h := range page.Outline {
		outline = append(outline, h.Anchor)
	}
	for _, b := range r.Blocks([]byte(source)) {
		if b.Kind == content.BlockHeading {
			blocks = append(blocks, b.Anchor)
		}
	}
	want := []string{"übersicht", "fristen", "fristen-2", "fristen-2-2", "übersicht-2", "13-abs-2-satz", "abschnitt", "abschnitt-2", "straße-haus-x-y"}
	if !slices.Equal(outline, blocks) || !slices.Equal(outline[:len(want)], want) {
		t.Errorf("outline %q\nblocks  %q\nwant    %q", outline, blocks, want)
	}
	for _, anchor := range outline {
		if !slices.Contains(ids, anchor) {
			t.Errorf("%q leads nowhere: %q", anchor, ids)
		}
	}
	// A link to a section still works when the text around it changes.
	if changed := render(t, strings.ReplaceAll(source, "Text[^1]", "Anderer Text[^1], länger.")); fmt.Sprint(changed.Outline) != fmt.Sprint(page.Outline) {
		t.Errorf("the anchors changed: %+v", changed.Outline)
	}
}

func TestFootnotesAreNumberedAndLeadToEveryPlace(t *testing.T) {
	page := render(t, "Eins[^b] zwei[^a] wieder[^b] fehlt[^c].\n\n[^a]: A\n[^b]: B mit\n\n    zweitem Absatz\n[^d]: nie benutzt\n").HTML
	ids := attributes(t, page, "id")
	links := attributes(t, page, "href")
	if len(links) != 6 { // three places, two of them lead to one note, three ways back
		t.Errorf("links %q", links)
	}
	for _, link := range links {
		if !slices.Contains(ids, strings.TrimPrefix(link, "#")) {
			t.Errorf("%s leads nowhere among %q", link, ids)
		}
	}
	if first, second := strings.Index(page, "B mit"), strings.Index(page, "<p>A"); first < 0 || second < first || strings.Contains(page, "nie benutzt") {
		t.Errorf("not in the order of the text:\n%s", page)
	}
	if !strings.Contains(page, "fehlt[^c]") || !strings.Contains(page, "zweitem Absatz") || strings.Count(page, `title="zurück"`) != 3 {
		t.Errorf("got\n%s", page)
	}
}

// hostile are addresses that run, load or deceive when they reach a page.
var hostile = []string{
	"javascript:alert(1)", "JAVASCRIPT:alert(1)", "java\tscript:alert(1)", "java&#10;script:alert(1)", "&#x6A;avascript:alert(1)", "javascript&#58;alert(1)", "\x01javascript:alert(1)",
	"%6Aavascript:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>", "data:image/svg+xml;base64,PHN2Zz4=", "file:///etc/passwd", "ftp://stadt.example/x",
	"blob:https://stadt.example/1", "about:blank", "view-source:https://stadt.example", "ms-word:ofe|u|https://boese.example/x.docx", "intent://x#Intent;end", "//boese.example/x", `/\boese.example/x`,
	`\\boese.example\freigabe`, "feed:javascript:alert(1)", "jar:https://boese.example!/x", "search-ms:query=x", "https://boese.example/x.png", "http://boese.example/x.png", "HTTP://boese.example/x.png", " //boese.example/x.png",
}

func TestHostileAddressesReachNoPage(t *testing.T) {
	for _, address := range hostile {
		for _, position := range []string{
			"[x](<%s>)", "[x](%s)", "[x][1]\n\n[1]: <%s>", "<%s>", "![x](<%s>)", "[[%s]]", "[[%s|x]]", `<a href="%s">x</a>`, `<img src="%s" alt="x">`, `<img alt="x" src='%s'>`,
			`<blockquote cite="%s">x</blockquote>`, `<div background="%s">x</div>`, `<img srcset="%s 2x" src="plan.png">`, `<img lowsrc="%s" dynsrc="%s">`, `<video poster="%s"></video>`,
			`<a href="x" ping="%s">x</a>`, `<table background="%s"><tr><td background="%s">x`, `<svg><use href="%s"/></svg>`, `<q cite="%s">x</q>`,
		} {
			source := strings.ReplaceAll(position, "%s", address)
			for name, resolver := range map[string]content.LinkResolver{"library": link, "nobody": nil, "importer": func(target string, _ bool) (string, string, bool) { return target, "", true }} {
				page, err := New(labels()).Render(t.Context(), []byte(source), resolver)
				if err != nil {
					t.Fatal(err)
				}
				if live := alive(t, page.HTML); live != "" {
					t.Errorf("%s (%s): %q became %s", live, name, source, page.HTML)
				}
				for _, href := range attributes(t, page.HTML, "href") {
					if scheme, _, ok := strings.Cut(href, ":"); ok && !slices.Contains([]string{"http", "https", "mailto", "tel"}, strings.ToLower(scheme)) && !strings.ContainsAny(scheme, "/#?%") {
						t.Errorf("%q leads to %q", source, href)
					}
				}
			}
		}
	}
}

// An editor's or import's HTML must not reach out of its text: the page goes
// on behind it.
func TestRawHTMLStaysInItsText(t *testing.T) {
	for source, want := range map[string]string{
		"</div></section></div>Text":                                            "Text",
		"<div><section>offen":                                                   "<div><section>offen</section></div>",
		"<details><summary>Mehr</summary>\n\nText":                              "<details><summary>Mehr</summary>\n<p>Text</p>\n</details>",
		"a <b>fett <i>beides</b> weiter":                                        "<p>a <b>fett <i>beides</i></b> weiter</p>",
		"<table><tr><td>offen":                                                  "<table><tr><td>offen</table>",
		"<ul><li>a<li>b</ul>":                                                   "<ul><li>a<li>b</ul>",
		"<p>a<p>b<br>c<hr>":                                                     "<p>a<p>b<br>c<hr>",
		"</main></body></html>x":                                                "x",
		"<main><header>x</header></main>":                                       "x",
		"<a href=\"https://stadt.example\">offen":                               "<p><a href=\"https://stadt.example\">offen</p>\n</a>",
		"<h1>Titel</h1><h2 id=\"a b\">x</h2><font>y</font>":                     "Titel<h2>x</h2>y",
		"<form><input name=x value=y><button>z</button></form>":                 "z",
		"<div class=\"hinweis kern-dialog\" id=\"x\">y</div>":                   "<div id=\"x\">y</div>",
		"<input type=\"checkbox\" checked onclick=x> <input type=\"password\">": "<p><input type=\"checkbox\" checked=\"\"> </p>",
	} {
		if got := strings.TrimSpace(render(t, source).HTML); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", source, got, want)
		}
	}
}

// checkContained puts a page into a frame and looks whether the frame is whole.
func checkContained(t testing.TB, source, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(`<main><article id="rahmen">` + page + `</article><footer id="danach">x</footer></main>`))
	if err != nil {
		t.Skip("deeper than the test's parser goes")
	}
	for n := range root.Descendants() {
		if n.Data == "footer" && n.Type == html.ElementNode && n.Parent.Data == "main" && n.PrevSibling != nil && n.PrevSibling.Data == "article" {
			return
		}
	}
	t.Errorf("%q reaches out of its text:\n%s", source, page)
}

func TestAnythingPutTogetherIsHarmlessAndContained(t *testing.T) {
	broken := []string{"</div>", "<div>", "<b>", "</b>", "<table>", "<td>", "</table>", "<details>", "<ul><li>", "</ul>", "<blockquote>", "<a href=x>", "<h2>", "<pre>", "<section>", "<p>"}
	all := slices.Concat(pieces, payloads(), broken)
	for seed := range uint64(1500) {
		source := rand.New(rand.NewPCG(seed, 3))
		var b bytes.Buffer
		for range 1 + source.IntN(6) {
			b.WriteString(all[source.IntN(len(all))] + []string{"", " ", "\n", "\n\n"}[source.IntN(4)])
		}
		page := render(t, b.String()).HTML
		if live := alive(t, page); live != "" {
			t.Errorf("%s in %q:\n%s", live, b.String(), page)
		}
		checkContained(t, b.String(), page)
	}
}

func TestRenderingEndsWithItsRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(labels()).Render(ctx, []byte("x"), link); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// What would cost a multiple of its size to read is shown as it was written, in
// Blocks as one paragraph, and never half.
func TestTooMuchIsShownAsWritten(t *testing.T) {
	for _, source := range []string{
		strings.Repeat("> ", 61) + "<b>tief</b>", strings.Repeat("- ", 61) + "tief", strings.Repeat("* > + ", 21) + "tief", strings.Repeat(" ", 241) + "- tief", strings.Repeat("[", 1201),
		strings.Repeat("1. ", 61) + "tief", strings.Repeat("7) > ", 31) + "tief", strings.Repeat("[^n]: ", 61) + "tief",
		strings.Repeat("|a", 500) + "|\n" + strings.Repeat("|-", 500) + "|\n" + strings.Repeat("|b\n", 250), strings.Repeat("[a]: b\n", 5001),
	} {
		got := render(t, source).HTML
		if want := "<pre>" + strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(source) + "</pre>"; got != want {
			t.Errorf("%.20q became %.80q", source, got)
		}
		if blocks := New(labels()).Blocks([]byte(source)); len(blocks) != 1 || blocks[0].Text != source || blocks[0].End != len(source) {
			t.Errorf("%.20q: %d blocks", source, len(blocks))
		}
	}
	for _, source := range []string{strings.Repeat("> ", 59) + "x", strings.Repeat("-", 200), strings.Repeat("* ", 200), strings.Repeat("=", 300), "x " + strings.Repeat("> ", 100), strings.Repeat("[x] ", 2000),
		"|a|b|c|\n|-|-|-|\n" + strings.Repeat("|1|2|3|\n", 2000), strings.Repeat("[a]: b\n\n", 6000), "1. 2. 3. vier", strings.Repeat("|a|b|\n|-|-|\n|1|\n\n", 1000)} {
		if got := render(t, source).HTML; strings.HasPrefix(got, "<pre>") {
			t.Errorf("%.20q is not too deep", source)
		}
	}
}
