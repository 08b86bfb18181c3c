package notes

import (
	"fmt"
	"strings"
	"testing"

	"staffelstab/importer"
)

// par writes a paragraph of the definition def.
func par(def, inner string) string { return `<par def='` + def + `'>` + inner + `</par>` }

func styled(style, size, inner string) string {
	return `<run><font style='` + style + `' size='` + size + `'/>` + inner + `</run>`
}

func listDef(id, margin, kind string) string {
	return `<pardef id='` + id + `' leftmargin='` + margin + `' list='` + kind + `'/>`
}

// converts checks the Markdown of rich text.
func converts(t *testing.T, cases map[string]struct{ in, want string }) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := markdown(one(t, doc(7, body(c.in)))); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestListsNestByTheirMarginAlone(t *testing.T) {
	a, b, c := listDef("a", "1.25in", "bullet"), listDef("b", "1.5in", "bullet"), listDef("c", "1.75in", "bullet")
	n, m := listDef("n", "1.25in", "number"), listDef("m", "1.5in", "number")
	converts(t, map[string]struct{ in, want string }{
		"three levels and back":        {a + b + c + par("a", "1") + par("b", "2") + par("c", "3") + par("a", "4"), "- 1\n  - 2\n    - 3\n- 4\n"},
		"a level is left out":          {a + c + par("a", "1") + par("c", "3") + par("a", "4"), "- 1\n  - 3\n- 4\n"},
		"back to a level never seen":   {a + b + c + par("a", "1") + par("c", "3") + par("b", "2"), "- 1\n\n  - 3\n\n  * 2\n"},
		"begins deep":                  {a + c + par("c", "3") + par("a", "1"), "- 3\n\n* 1\n"},
		"numbers within bullets":       {a + m + par("a", "1") + par("m", "2") + par("m", "3") + par("a", "4"), "- 1\n  1. 2\n  2. 3\n- 4\n"},
		"numbering goes on":            {n + b + par("n", "1") + par("b", "x") + par("1", "") + par("n", "2"), "1. 1\n   - x\n2. 2\n"},
		"a text below goes with it":    {n + `<pardef id='t' leftmargin='1.3in'/>` + par("n", "Antrag") + par("t", "siehe Anlage") + par("n", "Beleg"), "1. Antrag\n\n   siehe Anlage\n\n2. Beleg\n"},
		"margins that differ a little": {a + listDef("d", "1.26in", "bullet") + par("a", "1") + par("d", "2"), "- 1\n- 2\n"},
		"margins in other units":       {listDef("x", "25.4mm", "bullet") + listDef("y", "108pt", "bullet") + par("x", "1") + par("y", "2"), "- 1\n  - 2\n"},
		"margins nobody understands":   {listDef("x", "10%", "bullet") + listDef("y", "breit", "bullet") + par("x", "1") + par("y", "2"), "- 1\n- 2\n"},
		"a kind nobody knows":          {listDef("x", "1.25in", "stern") + par("x", "1"), "1\n"},
		"circles and squares":          {listDef("x", "1.25in", "circle") + listDef("y", "1.25in", "square") + par("x", "1") + par("y", "2"), "- 1\n- 2\n"},
		"letters count as numbers":     {listDef("x", "1.25in", "alphaupper") + listDef("y", "1.5in", "romanlower") + par("x", "A") + par("y", "i"), "1. A\n   1. i\n"},
		"boxes among bullets":          {a + listDef("x", "1.25in", "check") + listDef("y", "1.25in", "uncheck") + par("a", "1") + par("x", "2") + par("y", "3"), "- 1\n- [x] 2\n- [ ] 3\n"},
		"a definition never made":      {par("z", "Text"), "Text\n"},
		"definitions count anew":       {a + par("a", "1") + `</richtext></item><item name='Body'><richtext>` + par("a", "2"), "- 1\n\n2\n"},
		"definition within a table":    {`<table><tablerow><tablecell>` + a + par("a", "1") + `</tablecell><tablecell>` + par("1", "x") + `</tablecell></tablerow></table>` + par("a", "2"), "<table><tr><td><ul><li>1</li></ul></td><td>x</td></tr></table>\n\n- 2\n"},
		"a rule ends it":               {a + par("a", "1<horizrule/>") + par("a", "2"), "- 1\n\n---\n\n- 2\n"},
		"three lists of one kind":      {a + n + par("a", "1") + `<table><tablerow><tablecell/></tablerow></table>` + par("n", "2") + par("a", "3"), "- 1\n\n1. 2\n\n- 3\n"},
	})
}

func TestHeadingsAreShortBoldAndLarge(t *testing.T) {
	text := par("1", "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.")
	converts(t, map[string]struct{ in, want string }{
		"ranks by size":                {par("1", styled("bold", "12pt", "C")) + text + par("1", styled("bold", "18pt", "A")) + par("1", styled("bold", "14pt", "B")), "## C\n\nEin gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n## A\n\n### B\n"},
		"never below the sixth":        {text + par("1", styled("bold", "24pt", "A")+"") + par("1", styled("bold", "22pt", "B")) + par("1", styled("bold", "20pt", "C")) + par("1", styled("bold", "18pt", "D")) + par("1", styled("bold", "16pt", "E")) + par("1", styled("bold", "14pt", "F")), "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n## A\n\n### B\n\n#### C\n\n##### D\n\n###### E\n\n###### F\n"},
		"only part of the line":        {text + par("1", styled("bold", "18pt", "Frist:")+" 6 Monate"), "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n**Frist:** 6 Monate\n"},
		"italic stays":                 {text + par("1", styled("bold italic", "18pt", "Ausnahmen")), "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n## *Ausnahmen*\n"},
		"two runs of one size":         {text + par("1", styled("bold", "18pt", "§ 3 ")+styled("bold", "18pt", "Frist")), "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n## § 3 Frist\n"},
		"a long paragraph is none":     {text + par("1", styled("bold", "18pt", strings.Repeat("lang ", 50))), "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n**" + strings.TrimSpace(strings.Repeat("lang ", 50)) + "**\n"},
		"all of it large is the body":  {par("1", styled("", "18pt", "Alles groß geschrieben")) + par("1", styled("bold", "18pt", "Auch das")), "Alles groß geschrieben\n\n**Auch das**\n"},
		"all of it bold has no body":   {par("1", styled("bold", "18pt", "Titel")) + par("1", styled("bold", "12pt", "Alles übrige ist auch fett")), "## Titel\n\n**Alles übrige ist auch fett**\n"},
		"an entry of a list is none":   {listDef("2", "1.25in", "bullet") + text + par("2", styled("bold", "18pt", "Punkt")), "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n- **Punkt**\n"},
		"in a table it is none":        {text + `<table><tablerow><tablecell>` + par("1", styled("bold", "18pt", "Kopf")) + `</tablecell><tablecell>` + par("1", "x") + `</tablecell></tablerow></table>`, "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n| **Kopf** | x |\n| --- | --- |\n"},
		"a size that is no number":     {text + par("1", styled("bold", "groß", "Kopf")), "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n**Kopf**\n"},
		"in a section one level lower": {text + `<section><sectiontitle><text>Teil</text></sectiontitle>` + par("1", styled("bold", "18pt", "Kopf")) + `</section>`, "Ein gewöhnlicher Absatz in der gewöhnlichen Größe.\n\n## Teil\n\n### Kopf\n"},
	})
}

func TestSectionsAreHeadingsWithTheirContent(t *testing.T) {
	section := func(title, inner string) string {
		return `<section><sectiontitle pardef='1'>` + title + `</sectiontitle>` + inner + `</section>`
	}
	deep := par("1", "unten")
	for range 8 {
		deep = section("<text>Teil</text>", deep)
	}
	converts(t, map[string]struct{ in, want string }{
		"a plain title":             {section("<text>Ausnahmen</text>", par("1", "a")) + par("1", "b"), "## Ausnahmen\n\na\n\nb\n"},
		"a title in runs":           {section(styled("bold", "12pt", "Aus")+styled("italic", "12pt", "nahmen"), par("1", "a")), "## Aus*nahmen*\n\na\n"},
		"no title":                  {section("", par("1", "a")), "a\n"},
		"no content":                {section("<text>Leer</text>", ""), "## Leer\n"},
		"eight deep":                {deep, "## Teil\n\n### Teil\n\n#### Teil\n\n##### Teil\n\n###### Teil\n\n###### Teil\n\n###### Teil\n\n###### Teil\n\nunten\n"},
		"in a table":                {`<table><tablerow><tablecell>` + section("<text>Teil</text>", par("1", "a")) + `</tablecell><tablecell>` + par("1", "b") + `</tablecell></tablerow></table>`, "<table><tr><td><p>Teil</p><p>a</p></td><td>b</td></tr></table>\n"},
		"with a list and a table":   {listDef("2", "1.25in", "bullet") + section("<text>T</text>", par("2", "a")+`<table><tablerow><tablecell>`+par("1", "b")+`</tablecell><tablecell/></tablerow></table>`), "## T\n\n- a\n\n| b |  |\n| --- | --- |\n"},
		"neighbours on one level":   {section("<text>A</text>", section("<text>B</text>", "")) + section("<text>C</text>", ""), "## A\n\n### B\n\n## C\n"},
		"a formula behind the fold": {`<section><code event='hidewhen'><formula>@Secret</formula></code><sectiontitle><text>T</text></sectiontitle>` + par("1", "a") + `</section>`, "## T\n\na\n"},
	})
}

func TestTablesKeepWhatStandsWhere(t *testing.T) {
	cell := func(attributes, text string) string {
		return `<tablecell ` + attributes + `>` + par("1", text) + `</tablecell>`
	}
	row := func(cells ...string) string { return `<tablerow>` + strings.Join(cells, "") + `</tablerow>` }
	table := func(rows ...string) string { return `<table>` + strings.Join(rows, "") + `</table>` }
	bold := func(s string) string { return styled("bold", "10pt", s) }
	converts(t, map[string]struct{ in, want string }{
		"head and numbers":          {table(`<tablecolumn width='1in'/><tablecolumn width='2in'/>`, row(cell("", bold("Strecke")), cell("", bold("Betrag"))), row(cell("", "50 km"), cell("", "0,30 €"))), "| Strecke | Betrag |\n| --- | --- |\n| 50 km | 0,30 € |\n"},
		"half a bold row is none":   {table(row(cell("", bold("A")), cell("", "B")), row(cell("", "c"), cell("", "d"))), "| **A** | B |\n| --- | --- |\n| c | d |\n"},
		"a single row is no head":   {table(row(cell("", bold("A")), cell("", bold("B")))), "| **A** | **B** |\n| --- | --- |\n"},
		"spans":                     {table(row(cell("columnspan='2'", bold("A"))), row(cell("rowspan='2'", "b"), cell("", "c")), row(cell("", "d"))), `<table><tr><th scope="col" colspan="2">A</th></tr><tr><td rowspan="2">b</td><td>c</td></tr><tr><td>d</td></tr></table>` + "\n"},
		"spans nobody can mean":     {table(row(cell("columnspan='-1'", "a"), cell("rowspan='999999999'", "b"), cell("columnspan='x'", "c"))), "| a | b | c |\n| --- | --- | --- |\n"},
		"rows of unequal length":    {table(row(cell("", "a")), row(cell("", "b"), cell("", "c"))), "| a |  |\n| --- | --- |\n| b | c |\n"},
		"a table in a table":        {table(row(`<tablecell>`+table(row(cell("", "innen"), cell("", "auch")))+`</tablecell>`, cell("", "außen"))), "<table><tr><td><table><tr><td>innen</td><td>auch</td></tr></table></td><td>außen</td></tr></table>\n"},
		"one cell in one cell":      {table(row(`<tablecell>` + table(row(cell("", "Kasten"))) + par("1", "Rest") + `</tablecell>`)), "Kasten\n\nRest\n"},
		"list in a cell":            {listDef("2", "1.25in", "number") + table(row(`<tablecell>`+par("2", "a")+par("2", "b")+`</tablecell>`, cell("", "c"))), "<table><tr><td><ol><li>a</li><li>b</li></ol></td><td>c</td></tr></table>\n"},
		"lines in a cell":           {table(row(cell("", "Rathaus<break/>Zimmer 3"), cell("", "x"))), "<table><tr><td>Rathaus<br>Zimmer 3</td><td>x</td></tr></table>\n"},
		"empty rows and cells":      {table(`<tablerow/>`, row(`<tablecell/>`, cell("", "a"))), "|  | a |\n| --- | --- |\n"},
		"nothing at all":            {table() + par("1", "Text"), "Text\n"},
		"a picture and a link":      {table(row(cell("", `<picture alttext='Plan | EG'><png>iVBORw==</png></picture>`), cell("", `<urllink href='https://example.org/a|b'>x|y</urllink>`))), "| ![Plan \\| EG](bild-1.png) | [x\\|y](https://example.org/a%7Cb) |\n| --- | --- |\n"},
		"tabs without names":        {`<table rowdisplay='tabs'>` + row(cell("", "a"), cell("", "b")) + `</table>`, "a\n\nb\n"},
		"tabs within a section":     {`<section><sectiontitle><text>T</text></sectiontitle><table rowdisplay='tabs'><tablerow tablabel='Eins'>` + cell("", "a") + `</tablerow></table></section>`, "## T\n\n### Eins\n\na\n"},
		"rows behind other signs":   {`<table rowdisplay='caption'><tablerow tablabel='Eins'>` + cell("", "a") + `</tablerow></table>`, "### Eins\n\na\n"},
		"a hidden line in a cell":   {`<pardef id='9' hide='notes'/>` + table(row(`<tablecell>`+par("9", "geheim")+`</tablecell>`, cell("", "offen"))), "|  | offen |\n| --- | --- |\n"},
		"spans of one cell only":    {table(row(cell("columnspan='3' rowspan='2'", "a"))), "a\n"},
		"bold around a nested list": {table(row(`<tablecell>`+table(row(cell("", bold("A"))))+`</tablecell>`, cell("", bold("B"))), row(cell("", "c"), cell("", "d"))), "| A | B |\n| --- | --- |\n| c | d |\n"},
	})
}

func TestHiddenTextIsWithheldAndTold(t *testing.T) {
	for name, c := range map[string]struct {
		def    string
		hidden bool
	}{
		"from Notes":               {`<pardef id='9' hide='notes'/>`, true},
		"from readers":             {`<pardef id='9' hide='read'/>`, true},
		"from the web":             {`<pardef id='9' hide='edit web print'/>`, true},
		"while editing":            {`<pardef id='9' hide='edit previewedit'/>`, false},
		"in print":                 {`<pardef id='9' hide='print'/>`, false},
		"by a formula":             {`<pardef id='9'><code event='hidewhen'><formula>1</formula></code></pardef>`, true},
		"by a formula that is off": {`<pardef id='9'><code event='hidewhen' enabled='false'><formula>1</formula></code></pardef>`, false},
		"by some other code":       {`<pardef id='9'><code event='click'><formula>1</formula></code></pardef>`, false},
		"in a list":                {`<pardef id='9' list='bullet' hide='notes'/>`, true},
		"never":                    {`<pardef id='9' hide=''/>`, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, doc(7, body(c.def+par("9", styled("bold", "20pt", "Interne")+" Telefonliste")+par("1", "Offen"))))
			if strings.Contains(markdown(d), "Telefonliste") == c.hidden || strings.Contains(d.Visible, "Telefonliste") == c.hidden {
				t.Errorf("text\n%s\nvisible %q", markdown(d), d.Visible)
			}
			if hasNote(d, "importer.hidden-paragraph") != c.hidden {
				t.Errorf("notes %v", d.Notes)
			}
			if c.hidden && !strings.Contains(fmt.Sprint(d.Notes), "Interne Telefonliste") {
				t.Errorf("the note does not quote it: %v", d.Notes)
			}
		})
	}
}

func TestAHiddenParagraphKeepsWhatItHoldsToItself(t *testing.T) {
	d := one(t, doc(7, body(`<pardef id='9' hide='notes'/>`+par("9", `<urllink href='https://intern.example'>x</urllink><popup><popuptext>lang</popuptext>kurz</popup><run><font color='red'/>rot</run>`)+par("1", "Offen"))))
	if got := markdown(d); got != "Offen\n" || len(d.Links) != 0 || hasNote(d, "importer.red-text") {
		t.Errorf("%q, links %v, notes %v", got, d.Links, d.Notes)
	}
}

func TestWhatCountsOftenIsToldOnce(t *testing.T) {
	for key, c := range map[string]struct {
		in   string
		want int
	}{
		"importer.red-text":            {par("1", `<run><font color='red'/>a</run><run><font color='#FF0000'/>b</run><run><font color='red'/> </run><run><font color='#00ff00'/>c</run>`), 2},
		"importer.buttons":             {par("1", `<button>Los</button><actionhotspot>Weiter</actionhotspot>`), 2},
		"importer.computed-texts":      {par("1", `<computedtext><code event='value'><formula>@Now</formula></code></computedtext>`) + par("1", `<computedtext/>`), 2},
		"importer.objects":             {par("1", `<objectref name='x'/><javaapplet/><embeddedview/><imagemap><picture><gif>R0lG</gif></picture></imagemap>`), 4},
		"importer.letter-lists":        {listDef("2", "1.25in", "romanupper") + par("2", "a") + par("2", "b") + par("2", ""), 2},
		"importer.images-without-text": {par("1", `<picture><gif>R0lG</gif></picture><picture><png>R0lG</png></picture><picture alttext='Plan'><jpeg>R0lG</jpeg></picture>`), 2},
	} {
		var found []importer.Note
		for _, n := range one(t, doc(7, body(c.in))).Notes {
			if n.Key == key {
				found = append(found, n)
			}
		}
		if len(found) != 1 || found[0].Args["n"] != c.want || !found[0].Review {
			t.Errorf("%s: %v, want %d", key, found, c.want)
		}
	}
}
