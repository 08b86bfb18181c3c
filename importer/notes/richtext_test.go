package notes

import (
	"strings"
	"testing"
	"time"

	"staffelstab/importer"
)

func TestRichTextConstructs(t *testing.T) {
	list := func(id, margin, kind string) string {
		return `<pardef id='` + id + `' leftmargin='` + margin + `in' list='` + kind + `'/>`
	}
	for name, c := range map[string]struct{ in, want string }{
		"bold part of a word":          {`<par def='1'>Dienst<run><font style='bold'/>reise</run></par>`, "Dienst**reise**\n"},
		"bold with blanks inside":      {`<par def='1'>a<run><font style='bold'/> b </run>c</par>`, "a **b** c\n"},
		"bold italic":                  {`<par def='1'><run><font style='bold italic'/>x</run></par>`, "***x***\n"},
		"bold then italic, no blank":   {`<par def='1'><run><font style='bold'/>a</run><run><font style='italic'/>b</run></par>`, "**a**<em>b</em>\n"},
		"bold bracket inside a word":   {`<par def='1'>Mitarbeiter<run><font style='bold'/>(innen)</run>x</par>`, "Mitarbeiter<strong>(innen)</strong>x\n"},
		"strike, super and subscript":  {`<par def='1'><run><font style='strikethrough'/>alt</run> m<run><font style='superscript'/>2</run> CO<run><font style='subscript'/>2</run></par>`, "~~alt~~ m<sup>2</sup> CO<sub>2</sub>\n"},
		"underline has no counterpart": {`<par def='1'><run><font style='underline'/>x</run></par>`, "x\n"},
		"characters of Markdown":       {`<par def='1'># 1. *a* _b_ [c] ` + "`d`" + ` a_b ~e~</par>`, "\\# 1. \\*a\\* \\_b\\_ \\[c\\] \\`d\\` a_b \\~e\\~\n"},
		"a number is no list":          {`<par def='1'>3. Oktober</par>`, "3\\. Oktober\n"},
		"a dash is no list":            {`<par def='1'>- kein Punkt</par>`, "\\- kein Punkt\n"},
		"break":                        {`<par def='1'>a<break/>- b</par>`, "a\\\n\\- b\n"},
		"heading by size, no level skipped": {
			`<par def='1'><run><font size='24pt' style='bold'/>Groß</run></par><par def='1'>Text Text</par><par def='1'><run><font size='14pt' style='bold'/>Klein</run></par>`,
			"## Groß\n\nText Text\n\n### Klein\n",
		},
		"bold alone is no heading":  {`<par def='1'><run><font style='bold'/>Achtung</run></par><par def='1'>Text</par>`, "**Achtung**\n\nText\n"},
		"large alone is no heading": {`<par def='1'><run><font size='20pt'/>Groß</run></par>`, "Groß\n"},
		"nested lists": {
			list("2", "1.25", "number") + list("3", "1.5", "bullet") + list("4", "1.75", "circle") +
				`<par def='2'>a</par><par def='3'>b</par><par def='4'>c</par><par def='3'>d</par><par def='2'>e</par>`,
			"1. a\n   - b\n     - c\n   - d\n2. e\n",
		},
		"empty line within a list":       {list("2", "1.25", "number") + `<par def='2'>a</par><par def='1'/><par def='2'>b</par>`, "1. a\n2. b\n"},
		"text below an entry":            {list("2", "1.25", "bullet") + `<pardef id='3' leftmargin='1.25in'/><par def='2'>a</par><par def='3'>mehr</par><par def='2'>b</par>`, "- a\n\n  mehr\n\n- b\n"},
		"text at the margin ends a list": {list("2", "1.25", "number") + `<par def='2'>a</par><par def='1'>Text</par><par def='2'>b</par>`, "1. a\n\nText\n\n1. b\n"},
		"other kind at the same margin":  {list("2", "1.25", "number") + list("3", "1.25", "bullet") + `<par def='2'>a</par><par def='3'>b</par>`, "1. a\n\n- b\n"},
		"list in centimetres":            {`<pardef id='2' leftmargin='3cm' list='bullet'/><pardef id='3' leftmargin='4cm' list='bullet'/><par def='2'>a</par><par def='3'>b</par>`, "- a\n  - b\n"},
		"boxes":                          {list("2", "1", "check") + list("3", "1", "uncheck") + `<par def='2'>a</par><par def='3'>b</par>`, "- [x] a\n- [ ] b\n"},
		"simple table": {
			`<table><tablerow><tablecell><par def='1'><run><font style='bold'/>A|B</run></par></tablecell><tablecell><par def='1'><run><font style='bold'/>C</run></par></tablecell></tablerow><tablerow><tablecell><par def='1'>1</par></tablecell><tablecell><par def='1'/></tablecell></tablerow></table>`,
			"| A\\|B | C |\n| --- | --- |\n| 1 |  |\n",
		},
		"table with two paragraphs": {
			`<table><tablerow><tablecell><par def='1'>a</par><par def='1'>b</par></tablecell><tablecell><par def='1'>&lt;c&gt;</par></tablecell></tablerow></table>`,
			"<table><tr><td><p>a</p><p>b</p></td><td>&lt;c&gt;</td></tr></table>\n",
		},
		"table of one cell is layout": {`<table><tablerow><tablecell><par def='1'>Kasten</par></tablecell></tablerow></table>`, "Kasten\n"},
		"tabs":                        {`<table rowdisplay='tabs'><tablerow tablabel='Eins'><tablecell><par def='1'>a</par></tablecell></tablerow><tablerow tablabel='Zwei'><tablecell><par def='1'>b</par></tablecell></tablerow></table>`, "### Eins\n\na\n\n### Zwei\n\nb\n"},
		"a hidden title of a section": {`<pardef id='9' hide='notes web'/><section><sectiontitle pardef='9'><text>geheim</text></sectiontitle><par def='1'>a</par></section>`, "a\n"},
		"sections":                    {`<section><sectiontitle><text>A</text></sectiontitle><par def='1'>a</par><section><sectiontitle><text>B</text></sectiontitle><par def='1'>b</par></section></section>`, "## A\n\na\n\n### B\n\nb\n"},
		"link to a known document":    {`<par def='1'><doclink document='c1257a3b00412345c1257a4c003b0002' database='C1257A3B:00412345'/></par>`, "[Reisekosten – Rahmenbedingung](/a/" + string(knownID) + ")\n"},
		"legacy address":              {`<par def='1'><urllink href='http://srv/dev.nsf/0/C1257A3B00412345C1257A4C003B0002?OpenDocument'>dort</urllink></par>`, "[dort](/a/" + string(knownID) + ")\n"},
		"notes address":               {`<par def='1'><urllink href='notes://srv/C1257A3B00412345.nsf/0/C1257A3B00412345C1257A4C003B0002'>dort</urllink></par>`, "[dort](/a/" + string(knownID) + ")\n"},
		"dead link":                   {`<par def='1'><doclink document='FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'>weg</doclink></par>`, "[weg](/notes/C1257A3B00412345/FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF)\n"},
		"script address":              {`<par def='1'><urllink href='javascript:alert(1)'>klick</urllink></par>`, "klick\n"},
		"data address":                {`<par def='1'><urllink href='data:text/html,x'>klick</urllink></par>`, "klick\n"},
		"address with brackets":       {`<par def='1'><urllink href='https://example.org/a_(b)?q=1 2'>x</urllink></par>`, "[x](https://example.org/a_%28b%29?q=1%202)\n"},
		"footnote":                    {`<par def='1'><popup><popuptext>lang</popuptext>kurz</popup> und</par>`, "kurz[^1] und\n\n[^1]: lang\n"},
		"button":                      {`<par def='1'><button><code event='click'><formula>@Do</formula></code>Los</button></par>`, "Los\n"},
		"pass-through HTML":           {`<par def='1'><run html='true'>&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;x&lt;/script&gt;&lt;i&gt;gut&lt;/i&gt;</run></par>`, "*gut*\n"},
		"HTML block":                  {`<block html='true'>&lt;ul&gt;&lt;li&gt;a&lt;/li&gt;&lt;li&gt;b&lt;/li&gt;&lt;/ul&gt;</block>`, "- a\n- b\n"},
		"hidden":                      {`<pardef id='9' hide='web'/><par def='9'>geheim</par><par def='1'>offen</par>`, "offen\n"},
		"hidden by formula":           {`<pardef id='9'><code event='hidewhen'><formula>x</formula></code></pardef><par def='9'>geheim</par>`, ""},
		"hidden when printing":        {`<pardef id='9' hide='print'/><par def='9'>offen</par>`, "offen\n"},
		"unknown elements keep text":  {`<par def='1'><neu>Text</neu></par><kasten><par def='1'>innen</par></kasten>`, "Text\n\ninnen\n"},
		"layer within a line":         {`<par def='1'>vor<layer><par def='1'>a</par><par def='1'>b</par></layer>nach</par>`, "vornach\n\na\n\nb\n"},
		"a field of a stored form":    {`<par def='1'>a<field name='x'><keywords><textlist><text>Auswahl</text></textlist></keywords></field>b</par>`, "ab\n"},
		"rule":                        {`<par def='1'>a<horizrule/></par><par def='1'>b</par>`, "a\n\n---\n\nb\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := readString(t, head+doc(7, body(c.in))+`</database>`)
			if len(r.docs) != 1 {
				t.Fatalf("errors %v", r.broken)
			}
			if got := markdown(r.docs[0]); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

var knownID = importer.ArticleID(keyOf("C1257A3B00412345C1257A4C003B0002"))

func TestWhatIsLeftOutIsReported(t *testing.T) {
	for key, in := range map[string]string{
		"importer.hidden-paragraph":      body(`<pardef id='9' hide='notes'/><par def='9'>geheim</par>`),
		"importer.buttons":               body(`<par def='1'><button>x</button></par>`),
		"importer.computed-texts":        body(`<par def='1'><computedtext/></par>`),
		"importer.objects":               body(`<par def='1'><objectref name='x'/></par>`),
		"importer.letter-lists":          body(`<pardef id='2' list='alphalower'/><par def='2'>x</par>`),
		"importer.red-text":              body(`<par def='1'><run><font color='red'/>wichtig</run></par>`),
		"importer.dead-link":             body(`<par def='1'><doclink document='FF'/></par>`),
		"importer.view-link":             body(`<par def='1'><viewlink view='FF'/></par>`),
		"importer.forbidden-link":        body(`<par def='1'><urllink href='file:///x'/></par>`),
		"importer.images-without-text":   body(`<par def='1'><picture><gif>R0lG</gif></picture></par>`),
		"importer.picture-lost":          body(`<par def='1'><picture alttext='Plan'><notesbitmap>R0lG</notesbitmap></picture></par>`),
		"importer.picture-lost-unnamed":  body(`<par def='1'>a<picture><gif></gif></picture>b</par>`), // no bytes are no picture
		"importer.attachment-missing":    body(`<par def='1'><attachmentref name='weg'/></par>`),
		"importer.attachment-compressed": `<item name='$FILE'><object><file name='a' compression='huffman'><filedata>AAAA</filedata></file></object></item>`,
		"importer.attachment-executable": `<item name='$FILE'><object><file name='a.EXE'><filedata>AAAA</filedata></file></object></item>`,
		"importer.attachment-damaged":    `<item name='$FILE'><object><file name='a' size='99'><filedata>AAAA</filedata></file></object></item>`,
		"importer.sealed":                `<item name='Body' sealed='true'><rawitemdata type='1'>AAAA</rawitemdata></item>`,
		"importer.records-unknown":       `<item name='Body'><rawitemdata type='1'>ggKDAg==</rawitemdata></item>` + `<item name='x'><rawitemdata type='1'>kQI=</rawitemdata></item>`,
		"importer.records-broken":        `<item name='Body'><rawitemdata type='1'>gf////8=</rawitemdata></item>`,
	} {
		r := readString(t, head+doc(7, in)+`</database>`)
		if len(r.docs) != 1 || !hasNote(r.docs[0], key) {
			t.Errorf("%s is not reported: %+v %v", key, r.docs, r.broken)
		}
	}
}

func TestTimes(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	for in, want := range map[string]string{
		"19990713T060306,52+05":     "1999-07-13T01:03:06.52Z",
		"20130606T120000,00+02":     "2013-06-06T10:00:00Z",
		"20130606T120000,00-0330":   "2013-06-06T15:30:00Z",
		"20130606T120000Z":          "2013-06-06T12:00:00Z",
		"20130606T120000":           "2013-06-06T11:00:00Z",
		"20090401":                  "2009-03-31T23:00:00Z",
		"":                          "",
		"T120000,00":                "",
		"20091301":                  "",
		"20090401T250000":           "",
		"20090401T120000+99":        "",
		"20090401T120000+x1":        "",
		"morgen":                    "",
		" 20090401T120000,00+01\n ": "2009-04-01T11:00:00Z",
	} {
		got := ""
		if at, ok := parseTime(in, berlin); ok {
			got = at.UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestLMBCS(t *testing.T) {
	for in, want := range map[string]string{
		"Stra\xe1e":                "Straße",
		"a\x00b":                   "a\nb",
		"\x14\x20\xac":             "€",
		"\x14\xf6\xe4":             "ä",
		"\x14\xd8\x3d\x14\xde\x00": "😀",
		"\x05\xcf":                 "П",
		"\x01\x84":                 "ä",
		"":                         "",
		"\x10\x82\xa0":             "あ",
	} {
		if got, ok := decodeLMBCS([]byte(in)); got != want || !ok {
			t.Errorf("%q is %q (%v), want %q", in, got, ok, want)
		}
	}
	if _, ok := decodeLMBCS([]byte("\x0f\x01")); ok {
		t.Error("an unknown group counts as known")
	}
}

func TestRepeatedItemsContinue(t *testing.T) {
	r := readString(t, head+doc(7, body(`<par def='1'>eins</par>`)+body(`<par def='1'>zwei</par>`))+`</database>`)
	if got := markdown(r.docs[0]); got != "eins\n\nzwei\n" {
		t.Errorf("got %q", got)
	}
}

func TestATitleIsFoundSomewhere(t *testing.T) {
	untitled := strings.Replace(doc(7, body(`<par def='1'>`+strings.Repeat("Wort ", 40)+`</par>`)), "<text>Titel 7</text>", "<text/>", 1)
	r := readString(t, head+untitled+`</database>`)
	if title := r.docs[0].Title; !strings.HasPrefix(title, "Wort Wort") || len([]rune(title)) > 80 || !hasNote(r.docs[0], "importer.no-title") {
		t.Errorf("title %q, notes %v", title, r.docs[0].Notes)
	}
}
