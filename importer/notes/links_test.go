package notes

import (
	"fmt"
	"strings"
	"testing"

	"staffelstab/importer"
)

const known = "C1257A3B00412345C1257A4C003B0002" // the one document resolveFixture knows

func TestLinksOfNotesLeadToTheArticle(t *testing.T) {
	article := "/a/" + string(knownID)
	other := "/a/" + string(importer.ArticleID(importer.Key{ReplicaID: "C1257A3B00099999", UNID: known}))
	lower := strings.ToLower(known)
	for name, c := range map[string]struct{ in, want string }{
		"link icon":                  {`<doclink document='` + known + `'/>`, "[Reisekosten – Rahmenbedingung](" + article + ")"},
		"icon with a description":    {`<doclink document='` + known + `' description='Die Regel'/>`, "[Die Regel](" + article + ")"},
		"text beats description":     {`<doclink document='` + lower + `' description='Die Regel'>hier</doclink>`, "[hier](" + article + ")"},
		"link within bold":           {`<run><font style='bold'/>siehe <doclink document='` + known + `'>dort</doclink>!</run>`, "**siehe** [**dort**](" + article + ")**!**"},
		"link over two lines":        {`<doclink document='` + known + `'>oben<break/>unten</doclink>`, "[oben unten](" + article + ")"},
		"picture in a link":          {`<doclink document='` + known + `'><picture alttext='Plan'><gif>R0lG</gif></picture></doclink>`, "![Plan](bild-1.gif)"},
		"database in the link":       {`<doclink database='C1257A3B:00412345' view='x' document='` + known + `'>dort</doclink>`, "[dort](" + article + ")"},
		"another database":           {`<doclink database='C1257A3B:00099999' document='` + known + `'>dort</doclink>`, "[dort](" + other + ")"},
		"nobody knows it":            {`<doclink document='FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF' description='Alt'/>`, "[Alt](/notes/C1257A3B00412345/FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF)"},
		"nothing behind it":          {`<doclink document=''/>`, "→"},
		"notes address":              {`<urllink href='notes://server/C1257A3B00412345.nsf/0/` + known + `'>dort</urllink>`, "[dort](" + article + ")"},
		"notes address, no server":   {`<urllink href='Notes:///__C1257A3B00412345/0/` + known + `?OpenDocument'>dort</urllink>`, "[dort](" + article + ")"},
		"web address of Notes":       {`<urllink href='HTTPS://intranet/dev.nsf/Alle/` + lower + `?OpenDocument#2'>dort</urllink>`, "[dort](" + article + ")"},
		"another replica":            {`<urllink href='notes://server/C1257A3B00099999.nsf/0/` + known + `'>dort</urllink>`, "[dort](" + other + ")"},
		"only looks like one":        {`<urllink href='https://example.org/` + lower + `'>dort</urllink>`, "[dort](https://example.org/" + lower + ")"},
		"address of a view":          {`<urllink href='https://intranet/dev.nsf/Alle?OpenView'>dort</urllink>`, "[dort](https://intranet/dev.nsf/Alle?OpenView)"},
		"address without text":       {`<urllink href='https://example.org/a b'/>`, "[https://example.org/a b](https://example.org/a%20b)"},
		"umlauts in an address":      {`<urllink href='https://example.org/Straße?q=ü'>x</urllink>`, "[x](https://example.org/Stra%C3%9Fe?q=ü)"},
		"blanks around an address":   {"<urllink href=' https://example.org \n'>x</urllink>", "[x](https://example.org)"},
		"mail and telephone":         {`<urllink href='mailto:post@musterstadt.example?subject=A%20B'>Post</urllink> <urllink href='tel:+49511123'>Ruf</urllink>`, "[Post](mailto:post@musterstadt.example?subject=A%20B) [Ruf](tel:+49511123)"},
		"script":                     {`<urllink href=' JavaScript:alert(1)'>x</urllink>`, "x"},
		"data":                       {`<urllink href='data:text/html;base64,PHNjcmlwdD4='>x</urllink>`, "x"},
		"file of a drive":            {`<urllink href='file:///G:/Vorlagen'>x</urllink> <urllink href='\\server\vorlagen'>y</urllink>`, "x y"},
		"no address":                 {`<urllink href=''>x</urllink> <urllink>y</urllink>`, "x y"},
		"relative":                   {`<urllink href='/dev.nsf'>x</urllink> <urllink href='//evil.example/x'>y</urllink>`, "x y"},
		"scheme without a host":      {`<urllink href='https:///x'>x</urllink> <urllink href='https:x'>y</urllink>`, "x y"},
		"an address nobody can read": {`<urllink href='https://exa mple.org/%zz'>x</urllink>`, "x"},
		"a way out of the link":      {`<urllink href='https://example.org/x)[y](javascript:alert(1)'>x</urllink>`, "[x](https://example.org/x%29[y]%28javascript:alert%281%29)"},
		"view and database":          {`<viewlink view='x' description='Alle'/> <databaselink database='y'>DEV</databaselink>`, "Alle DEV"},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(7, body(par("1", c.in))))
			if got := markdown(d); got != c.want+"\n" {
				t.Errorf("got %q, want %q", got, c.want)
			}
			dead := 0
			for _, l := range d.Links {
				if l.Dead {
					dead++
				}
			}
			if want := len(d.Links) - strings.Count(c.want, "](") + strings.Count(c.want, "](/notes/"); name != "picture in a link" && name != "a way out of the link" && dead != want {
				t.Errorf("%d of %d links are dead, want %d: %v", dead, len(d.Links), want, d.Links)
			}
			if dead > 0 != (hasNote(d, "importer.dead-link") || hasNote(d, "importer.forbidden-link") || hasNote(d, "importer.view-link")) {
				t.Errorf("notes %v", d.Notes)
			}
		})
	}
}

func TestInTheSurveyNoLinkIsCalledDead(t *testing.T) {
	s := &Source{Limits: DefaultLimits()}
	s.read(t.Context(), "test.dxl", strings.NewReader(head+doc(7, body(par("1", `<doclink document='`+known+`'>x</doclink>`)))+`</database>`), importer.Pass{Survey: true}, func(d *importer.Document, err error) bool {
		if err != nil || hasNote(d, "importer.dead-link") || len(d.Links) != 1 || !d.Links[0].Dead {
			t.Errorf("%v %+v", err, d)
		}
		return true
	})
}

func TestPopupsAreFootnotes(t *testing.T) {
	converts(t, map[string]struct{ in, want string }{
		"text over words":       {par("1", `nach <popup><popuptext>Landes&#173;reisekosten</popuptext>LRKG</popup>.`), "nach LRKG[^1].\n\n[^1]: Landes\u00adreisekosten\n"},
		"several lines":         {par("1", `<popup><popuptext>erste<break/>zweite `+"\n"+` Zeile</popuptext>x</popup>`), "x[^1]\n\n[^1]: erste zweite Zeile\n"},
		"two of them":           {par("1", `<popup><popuptext>a</popuptext>x</popup>`) + par("1", `<popup><popuptext>b</popuptext>y</popup>`), "x[^1]\n\ny[^2]\n\n[^1]: a\n\n[^2]: b\n"},
		"nothing to say":        {par("1", `<popup><popuptext> </popuptext>x</popup>`), "x\n"},
		"no words to hang it":   {par("1", `siehe <popup><popuptext>Anlage</popuptext></popup>`), "siehe Anlage\n"},
		"made by a formula":     {par("1", `<popup><code event='value'><formula>@Now</formula></code>x</popup>`), "x\n"},
		"within bold":           {par("1", styled("bold", "10pt", `<popup><popuptext>a</popuptext>x</popup>`)+`y`), "<strong>x[^1]</strong>y\n\n[^1]: a\n"},
		"in a list":             {listDef("2", "1.25in", "bullet") + par("2", `<popup><popuptext>a</popuptext>x</popup>`), "- x[^1]\n\n[^1]: a\n"},
		"in an HTML table":      {`<table><tablerow><tablecell columnspan='2'>` + par("1", `<popup><popuptext>a</popuptext>x</popup>`) + `</tablecell></tablerow><tablerow><tablecell>` + par("1", "b") + `</tablecell><tablecell/></tablerow></table>`, "<table><tr><td colspan=\"2\">x (a)</td></tr><tr><td>b</td><td></td></tr></table>\n"},
		"in a heading":          {par("1", "Text Text Text") + par("1", styled("bold", "20pt", `<popup><popuptext>a</popuptext>Frist</popup>`)), "Text Text Text\n\n## Frist[^1]\n\n[^1]: a\n"},
		"words that are a link": {par("1", `<popup><popuptext>a</popuptext><urllink href='https://example.org'>x</urllink></popup>`), "[x[^1]](https://example.org)\n\n[^1]: a\n"},
	})
}

func TestPassThroughHTMLIsMadeHarmless(t *testing.T) {
	escape := strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;")
	for name, c := range map[string]struct{ in, want string }{
		"script and style":       {`<script>alert(1)</script><style>p{}</style><p>gut</p>`, "gut\n"},
		"events and forms":       {`<p onclick="x()">a<input value="b"><select><option>c</select><textarea>d</textarea></p>`, "a b c d\n"},
		"frames and objects":     {`<iframe src="x">a</iframe><object data="x">b</object><svg><text>c</text></svg><p>gut</p>`, "gut\n"},
		"script address":         {`<a href="javascript:alert(1)">klick</a>`, "klick\n"},
		"link":                   {`<a href="https://example.org/x"><b>dort</b></a>`, "[**dort**](https://example.org/x)\n"},
		"link of Notes":          {`<a href="/dev.nsf/0/` + known + `">x</a> <a href="http://srv/dev.nsf/0/` + known + `">dort</a>`, "x [dort](/a/" + string(knownID) + ")\n"},
		"picture from elsewhere": {`<img src="https://spion.example/x.gif" alt="Plan"> <img src="x.gif">`, "Plan\n"},
		"headings":               {`<h1>A</h1><h3>B</h3>`, "## A\n\n### B\n"},
		"lists":                  {`<ol start="3"><li>a<ul><li>b</li></ul></li><ul><li>c</li></ul></ol>`, "3. a\n\n   - b\n\n   * c\n"},
		"table":                  {`<table><thead><tr><th>A</th><th>B</th></tr></thead><tr><td>1<td>2</table>`, "| A | B |\n| --- | --- |\n| 1 | 2 |\n"},
		"table with spans":       {`<table><caption>Sätze</caption><tr><td colspan=2>1<td rowspan=3>2</table>`, "<table><tr><td>Sätze</td></tr><tr><td colspan=\"2\">1</td><td rowspan=\"3\">2</td></tr></table>\n"},
		"layout table":           {`<table><tr><td><p>a</p><p>b</p></td></tr></table>`, "a\n\nb\n"},
		"code and quote":         {"<pre>a\n  b</pre><blockquote>c</blockquote><hr>", "```\na\n  b\n```\n\n> c\n\n---\n"},
		"styles":                 {`<b>a</b> <em>b</em> <del>c</del> m<sup>2</sup> <u>d</u> <font color=red>e</font>`, "**a** *b* ~~c~~ m<sup>2</sup> d e\n"},
		"inline around blocks":   {`<b><p>a</p></b><span><div>b</div></span>`, "a\n\nb\n"},
		"line breaks":            {"a<br>b<br><br>c", "a\\\nb\\\nc\n"},
		"not closed":             {`<p>a<b>b<p>c`, "a**b**\n\n**c**\n"},
		"text that is Markdown":  {`<p># 1. *a* [b](c)</p>`, "\\# 1. \\*a\\* \\[b\\](c)\n"},
		"entities":               {`a&nbsp;b &auml; &lt;c&gt; &#8364;`, "a\u00a0b ä \\<c> €\n"},
		"comment":                {`a<!-- <p>b</p> -->c`, "ac\n"},
		"nothing":                {`<div><p> </p></div>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(7, body(`<block html='true'>`+escape.Replace(c.in)+`</block>`)))
			if got := markdown(d); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestHTMLNestedBeyondReasonIsTold(t *testing.T) {
	for name, in := range map[string]string{
		"divisions": strings.Repeat("&lt;div&gt;", 400) + "tief",
		"lists":     strings.Repeat("&lt;ul&gt;&lt;li&gt;", 400) + "tief",
		"tables":    strings.Repeat("&lt;table&gt;&lt;tr&gt;&lt;td&gt;", 400) + "tief",
		"quotes":    strings.Repeat("&lt;blockquote&gt;", 400) + "tief",
		"bold":      strings.Repeat("&lt;b&gt;", 400) + "tief",
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(7, body(`<block html='true'>`+in+`</block>`)))
			if !strings.Contains(markdown(d), "tief") && !d.Incomplete {
				t.Errorf("text is lost without a word: %v", fmt.Sprint(d.Notes))
			}
		})
	}
}
