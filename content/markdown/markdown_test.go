package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"staffelstab/content"
)

func labels() Labels {
	return Labels{Note: "Hinweis", Tip: "Tipp", Important: "Wichtig", Warning: "Warnung", Caution: "Vorsicht",
		Table: "Tabelle", BackToText: "zurück", Done: "erledigt", Open: "offen"}
}

// link resolves what the tests' little library holds.
func link(target string, wiki bool) (string, string, bool) {
	if wiki && target == "Reisekosten" {
		return "/a/reisekoste", "", true
	}
	if !wiki && (strings.HasPrefix(target, "#") || target == "plan.png" || target == "../r/index.md") {
		return "/a/x/" + target, "", true
	}
	return "", "", false
}

func render(t testing.TB, source string) content.Rendered {
	t.Helper()
	page, err := New(labels()).Render(t.Context(), []byte(source), link)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestRendering(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"heading keeps umlauts", "## Über Maß & Ziel\n\n## Über Maß & Ziel", `<h2 id="über-maß-ziel">Über Maß &amp; Ziel</h2>
<h2 id="über-maß-ziel-2">Über Maß &amp; Ziel</h2>`},
		{"first level is the page's", "# Titel\n\n## Teil", `<h2 id="titel">Titel</h2>
<h3 id="teil">Teil</h3>`},
		{"wiki link", "Siehe [[Reisekosten|die Regeln]] und [[Fehlt]].", `<p>Siehe <a href="/a/reisekoste">die Regeln</a> und <span class="verweis-fehlt">Fehlt</span>.</p>`},
		{"relative link", "[so](../r/index.md) [weg](../x.md)", `<p><a href="/a/x/../r/index.md">so</a> <span class="verweis-fehlt">weg</span></p>`},
		{"outside link", "<https://example.org>", `<p><a href="https://example.org" class="verweis-extern" rel="noopener noreferrer">https://example.org</a></p>`},
		{"callout", "> [!WARNING]\n> Frist **beachten**\n>\n> zweitens", `<div class="hinweis hinweis--warning" role="note"><p class="hinweis__titel">Warnung</p>
<p>Frist <strong>beachten</strong></p>
<p>zweitens</p>
</div>`},
		{"quote stays a quote", "> [!ANDERS]\n> x", "<blockquote>\n<p>[!ANDERS]\nx</p>\n</blockquote>"},
		{"picture", "![Plan der Halle](plan.png) ![weg](fort.png) ![fremd](https://example.org/x.png)",
			`<p><img loading="lazy" src="/a/x/plan.png" alt="Plan der Halle"> <span class="verweis-fehlt">weg</span> <span class="verweis-fehlt">fremd</span></p>`},
		{"tasks", "- [x] fertig\n- [ ] noch", `<ul>
<li><input type="checkbox" checked="" disabled="" aria-label="erledigt"> fertig</li>
<li><input type="checkbox" disabled="" aria-label="offen"> noch</li>
</ul>`},
		{"table from an import", `<table><tr><td colspan="2" style="color:red" onclick="x()">a</td></tr></table>`, `<table><tr><td colspan="2">a</td></tr></table>`},
		{"comment is invisible", "a <!-- geheim --> b\n\n<!-- frage: id=x -->", "<p>a  b</p>"},
		{"definition list", "Begriff\n:   Erklärung", "<dl>\n<dt>Begriff</dt>\n<dd>Erklärung</dd>\n</dl>"},
	} {
		got := strings.TrimSpace(render(t, c.source).HTML)
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestTableScrollsInItsOwnArea(t *testing.T) {
	got := render(t, "| a | b |\n|---|--:|\n| 1 | 2 |").HTML
	for _, want := range []string{`<div class="tabelle" role="group" tabindex="0" aria-label="Tabelle"><table>`, `<th align="right">b</th>`, "</table></div>"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestFootnotesLeadBothWays(t *testing.T) {
	got := render(t, "Text[^1].\n\n[^1]: Die Note.").HTML
	ids := map[string]bool{}
	var hrefs []string
	walk(t, got, func(n *html.Node) {
		for _, a := range n.Attr {
			switch a.Key {
			case "id":
				ids[a.Val] = true
			case "href":
				hrefs = append(hrefs, strings.TrimPrefix(a.Val, "#"))
			}
		}
	})
	if len(hrefs) != 2 {
		t.Fatalf("%d links in %s", len(hrefs), got)
	}
	for _, h := range hrefs {
		if !ids[h] {
			t.Errorf("#%s leads nowhere in\n%s", h, got)
		}
	}
}

func TestOutlineMatchesAnchors(t *testing.T) {
	page := render(t, "# A\n\n## B `x`\n\n> ## nicht\n\n### C")
	want := []content.Heading{{Level: 2, Text: "A", Anchor: "a"}, {Level: 3, Text: "B x", Anchor: "b-x"}, {Level: 4, Text: "C", Anchor: "c"}}
	for i, h := range page.Outline {
		if i >= len(want) || h.Level != want[i].Level || h.Anchor == "" || !strings.Contains(page.HTML, `id="`+h.Anchor+`"`) {
			t.Errorf("outline %+v", page.Outline)
		}
	}
	if len(page.Outline) != 3 {
		t.Errorf("outline %+v", page.Outline)
	}
}

func TestBlocksHaveRangesAndTasks(t *testing.T) {
	source := "Vorab\n\n## Frage: Wer?\n<!-- frage: id=a -->\n\n1. [ ] Eins\n   > Nein.\n2. [x] **Zwei**\n\n> Erklärung\n"
	blocks := New(labels()).Blocks([]byte(source))
	var got []string
	for _, b := range blocks {
		got = append(got, fmt.Sprintf("%s %q", b.Kind, source[b.Start:b.End]))
	}
	want := []string{
		`paragraph "Vorab\n\n"`, `heading "## Frage: Wer?\n"`, `html "<!-- frage: id=a -->\n\n"`,
		`list "1. [ ] Eins\n   > Nein.\n2. [x] **Zwei**\n\n"`, `quote "> Erklärung\n"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	list := blocks[3]
	if !list.Ordered || len(list.Children) != 2 || !list.Children[0].Task || list.Children[0].Checked || !list.Children[1].Checked {
		t.Errorf("list: %+v", list)
	}
	if first := list.Children[0].Children; len(first) != 2 || first[1].Kind != content.BlockQuote || first[0].Text != "Eins" && first[0].Text != " Eins" {
		t.Errorf("first option: %+v", first)
	}
}

// payloads are ways to run a script, from the collections of OWASP and
// PortSwigger, shortened to their ideas.
func payloads() []string {
	out := []string{
		`<script>alert(1)</script>`, `<ScRiPt src=//e.example/x.js>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`,
		`<svg><script>alert(1)</script></svg>`, `<iframe src=javascript:alert(1)>`, `<body onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
		`<a href="jAvAsCrIpT:alert(1)">x</a>`, `<a href=" javascript:alert(1)">x</a>`, `<a href="java&#x09;script:alert(1)">x</a>`,
		`<a href="&#106;avascript:alert(1)">x</a>`, `<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>`, `<a href="vbscript:x">x</a>`,
		`<form action=javascript:alert(1)><button>x</button></form>`, `<input onfocus=alert(1) autofocus>`, `<details ontoggle=alert(1) open>`,
		`<video><source onerror=alert(1)></video>`, `<math href="javascript:alert(1)">x</math>`, `<style>@import '//e.example'</style>`,
		`<div style="background:url(javascript:alert(1))">x</div>`, `<link rel=stylesheet href=//e.example>`, `<meta http-equiv=refresh content="0;url=//e.example">`,
		`<base href=//e.example/>`, `<object data=javascript:alert(1)>`, `<embed src=javascript:alert(1)>`, `"><script>alert(1)</script>`,
		`'-alert(1)-'`, `" onmouseover="alert(1)`, `javascript:alert(1)`, `JaVaScRiPt:alert(1)`, `javascript&colon;alert(1)`, `data:text/html,<script>alert(1)</script>`,
		`<img src="data:image/svg+xml,<svg onload=alert(1)>">`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
		`<textarea><img title="</textarea><img src=x onerror=alert(1)>">`, `<template><script>alert(1)</script></template>`,
		`<x onclick=alert(1)>x</x>`, `<marquee onstart=alert(1)>`, `<!--><img src=x onerror=alert(1)>-->`, `<![CDATA[<script>alert(1)</script>]]>`,
	}
	for _, handler := range []string{"onclick", "onpointerenter", "onanimationend", "onwheel", "onbeforeinput", "onscrollend"} {
		for _, tag := range []string{"p", "td", "a", "summary", "input type=checkbox", "h2", "li"} {
			out = append(out, "<"+tag+" "+handler+"=alert(1)>x")
		}
	}
	return out
}

func TestNoPayloadSurvivesAnywhere(t *testing.T) {
	positions := []string{
		"%s", "[x](%s)", "[x](<%s>)", "![x](%s)", "![%s](plan.png)", `[x](y "%s")`, "## %s", "> [!NOTE]\n> %s", "[[%s]]", "[[Reisekosten|%s]]",
		"| a |\n|---|\n| %s |", "`%s`", "```%s\nx\n```", "Text[^1]\n\n[^1]: %s", "- [ ] %s", "<%s>", "[x]: %s\n\n[x]", "Begriff\n: %s", "<table><tr><td>%s</td></tr></table>",
		"<div title='%s'>x</div>", "<abbr title=\"%s\">x</abbr>", "# %s\n\n%s",
	}
	n := 0
	for _, payload := range payloads() {
		for _, position := range positions {
			n++
			source := strings.ReplaceAll(position, "%s", payload)
			got := render(t, source).HTML
			if live := alive(t, got); live != "" {
				t.Errorf("%s survived:\n%s\n%s", live, source, got)
			}
		}
	}
	t.Logf("%d combinations", n)
}

// alive names what in a page could run or load something.
func alive(t testing.TB, page string) string {
	found := ""
	walk(t, page, func(n *html.Node) {
		switch n.Data {
		case "script", "style", "iframe", "object", "embed", "svg", "math", "form", "button", "link", "meta", "base", "video", "audio", "template", "textarea", "noscript":
			found = "<" + n.Data + ">"
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(strings.ReplaceAll(a.Val, `\`, "/"))) // as browsers read it
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || a.Key == "formaction" {
				found = a.Key
			}
			if a.Key == "href" || a.Key == "src" {
				for _, scheme := range []string{"javascript:", "data:", "vbscript:"} {
					if strings.HasPrefix(value, scheme) {
						found = scheme
					}
				}
				if a.Key == "src" && (strings.HasPrefix(value, "http") || strings.HasPrefix(value, "//")) {
					found = "another host"
				}
			}
		}
	})
	return found
}

func walk(t testing.TB, page string, visit func(*html.Node)) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			visit(n)
		}
	}
}

func TestPathologicalInputEnds(t *testing.T) {
	for name, source := range map[string]string{
		"quotes":   strings.Repeat(">", 20_000) + "x",
		"lists":    strings.Repeat("- ", 20_000) + "x",
		"brackets": strings.Repeat("[", 50_000),
		"links":    strings.Repeat("[a](", 20_000),
		"stars":    strings.Repeat("*a ", 50_000),
		"wiki":     strings.Repeat("[[", 50_000),
		"html":     strings.Repeat("<div>", 20_000),
		"ticks":    strings.Repeat("`a", 50_000),
		"large":    strings.Repeat("## Teil\n\nEin Absatz mit **Worten** und [Verweis](#teil).\n\n", 30_000),
	} {
		began := time.Now()
		page := render(t, source)
		New(labels()).Blocks([]byte(source))
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s took %s", name, took)
		}
		if name == "html" {
			continue // deeper than the test's own parser goes
		}
		if live := alive(t, page.HTML); live != "" {
			t.Errorf("%s: %s", name, live)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, p := range payloads() {
		f.Add(p)
	}
	r := New(labels())
	f.Fuzz(func(t *testing.T, source string) {
		page, err := r.Render(t.Context(), []byte(source), link)
		if err != nil {
			t.Fatal(err)
		}
		if live := alive(t, page.HTML); live != "" {
			t.Errorf("%s in %q", live, page.HTML)
		}
		checkRanges(t, r.Blocks([]byte(source)), len(source))
	})
}

func checkRanges(t testing.TB, blocks []content.Block, size int) {
	for _, b := range blocks {
		if b.Start < 0 || b.End < b.Start || b.End > size {
			t.Fatalf("range %d..%d of %d", b.Start, b.End, size)
		}
		checkRanges(t, b.Children, size)
	}
}

func BenchmarkRender(b *testing.B) {
	source := strings.Repeat("## Teil\n\nEin Absatz mit **Worten** und [Verweis](#teil), damit es etwas zu tun gibt.\n\n- eins\n- zwei\n\n", 100)
	r := New(labels())
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if _, err := r.Render(b.Context(), []byte(source), link); err != nil {
			b.Fatal(err)
		}
	}
}

var _ content.Renderer = (*Renderer)(nil)
