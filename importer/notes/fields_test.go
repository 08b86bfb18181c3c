package notes

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/importer"
)

// bare is a document with only the parts given.
func bare(attributes, info, rest string) string {
	return `<document ` + attributes + `><noteinfo unid='C1257A3B00412345C1257A4C00000001'>` + info + `</noteinfo>` + rest + `</document>`
}

func one(t *testing.T, document string) *importer.Document {
	t.Helper()
	r := readString(t, head+document+`</database>`)
	if len(r.docs) != 1 {
		t.Fatalf("%d documents, errors %v", len(r.docs), r.broken)
	}
	return r.docs[0]
}

func when(s string) string { return `<datetime>` + s + `</datetime>` }

func TestTheDateIsThatOfTheLastRevisionByPeople(t *testing.T) {
	const created, modified, revised = "20090312T101500,00+01", "20200101T000000,00+01", "20171124T093000,00+01"
	for name, c := range map[string]struct {
		info, want string
		note       string
	}{
		"revised wins":             {`<created>` + when(created) + `</created><modified>` + when(modified) + `</modified><revised>` + when(revised) + `</revised>`, "2017-11-24T08:30:00Z", ""},
		"else the last saving":     {`<created>` + when(created) + `</created><modified>` + when(modified) + `</modified><revised>` + when("") + `</revised>`, "2019-12-31T23:00:00Z", "importer.no-revised"},
		"else the creation":        {`<created>` + when(created) + `</created><modified/>`, "2009-03-12T09:15:00Z", "importer.no-revised"},
		"only a time is no date":   {`<created>` + when(created) + `</created><revised>` + when("T093000,00") + `</revised>`, "2009-03-12T09:15:00Z", "importer.no-revised"},
		"nothing at all":           {``, "1970-01-01T00:00:00Z", "importer.no-date"},
		"summer time":              {`<revised><datetime dst='true'>20170624T093000,00+02</datetime></revised>`, "2017-06-24T07:30:00Z", ""},
		"a line break in the date": {"<revised><datetime>\n20171124T093000,00+01\n</datetime></revised>", "2017-11-24T08:30:00Z", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, bare("form='F'", c.info, ""))
			if got := d.Revised.UTC().Format(time.RFC3339); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if c.note != "" != (hasNote(d, "importer.no-revised") || hasNote(d, "importer.no-date")) || c.note != "" && !hasNote(d, c.note) {
				t.Errorf("notes %v, want %q", d.Notes, c.note)
			}
		})
	}
}

func TestFieldsAreReadUnderTheirUsualNames(t *testing.T) {
	list := func(entries ...string) string {
		return `<textlist><text>` + strings.Join(entries, `</text><text>`) + `</text></textlist>`
	}
	for name, c := range map[string]struct {
		items string
		got   func(*importer.Document) string
		want  string
	}{
		"subject":                 {`<item name='Subject'><text> Dienst-` + "\n" + ` reise </text></item>`, func(d *importer.Document) string { return d.Title }, "Dienst- reise"},
		"title in capitals":       {`<item name='TITEL'><text>Frist</text></item>`, func(d *importer.Document) string { return d.Title }, "Frist"},
		"an empty one is none":    {`<item name='Subject'><text> </text></item><item name='Thema'><text>Frist</text></item>`, func(d *importer.Document) string { return d.Title }, "Frist"},
		"subject beats topic":     {`<item name='Thema'><text>b</text></item><item name='Subject'><text>a</text></item>`, func(d *importer.Document) string { return d.Title }, "a"},
		"a title that is a list":  {`<item name='Subject'>` + list("a", "b") + `</item>`, func(d *importer.Document) string { return d.Title }, "a"},
		"categories":              {`<item name='Categories'>` + list(`Personal\Reisen`, ` Formulare `, ``) + `</item>`, func(d *importer.Document) string { return strings.Join(d.Topics, "|") }, "Personal/Reisen|Formulare"},
		"one category":            {`<item name='Kategorie'><text>Gebäude</text></item>`, func(d *importer.Document) string { return strings.Join(d.Topics, "|") }, "Gebäude"},
		"department":              {`<item name='Fachbereich'><text>FB 11/2</text></item>`, func(d *importer.Document) string { return d.Department }, "11/2"},
		"department as number":    {`<item name='FB'><number>66</number></item>`, func(d *importer.Document) string { return d.Department }, "66"},
		"department as a word":    {`<item name='Bereich'><text>Personal</text></item>`, func(d *importer.Document) string { return d.Department }, ""},
		"valid from":              {`<item name='GueltigAb'><datetime>20090401</datetime></item>`, func(d *importer.Document) string { return string(d.ValidFrom) }, "2009-04-01"},
		"valid from in German":    {`<item name='GültigAb'><text>01.04.2009</text></item>`, func(d *importer.Document) string { return string(d.ValidFrom) }, "2009-04-01"},
		"valid from some day":     {`<item name='GültigAb'><text>sofort</text></item>`, func(d *importer.Document) string { return string(d.ValidFrom) }, ""},
		"form of the note":        {`<item name='Form'><text>Arbeitshilfe</text></item>`, func(d *importer.Document) string { return d.Origin.Form }, "Arbeitshilfe"},
		"author of the last word": {`<item name='$UpdatedBy'>` + list("CN=A/O=M", "CN=Ö/O=M") + `</item>`, func(d *importer.Document) string { return d.Author }, "CN=Ö/O=M"},
		"author in its element":   {`<updatedby><name>CN=A/O=M</name><name>CN=` + "\n" + `B/O=M</name></updatedby><item name='$UpdatedBy'><text>CN=C</text></item>`, func(d *importer.Document) string { return d.Author }, "CN= B/O=M"},
		"readers of all items":    {`<item name='Leser' readers='true'>` + list("[FB11]", "[FB66]") + `</item><item name='Mehr' readers='true'><text>CN=A</text></item><item name='Autoren' authors='true'><text>CN=B</text></item>`, func(d *importer.Document) string { return strings.Join(d.Readers, "|") }, "[FB11]|[FB66]|CN=A"},
		"numbers and dates":       {`<item name='Satz'><numberlist><number>0.3</number><number>20</number></numberlist></item><item name='Tag'><datetimelist><datetime>20090401</datetime></datetimelist></item>`, func(d *importer.Document) string { return d.Fields["Satz"] + ";" + d.Fields["Tag"] }, "0.3\n20;20090401"},
		"a formula is no value":   {`<item name='Satz'><formula>@Now</formula></item><item name='Satz'/>`, func(d *importer.Document) string { return d.Fields["Satz"] }, ""},
		"a break in a field":      {`<item name='Ort'><text>Rathaus<break/>Zimmer 3</text></item>`, func(d *importer.Document) string { return d.Fields["Ort"] }, "Rathaus\nZimmer 3"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.got(one(t, bare("", "", c.items))); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestNamesThatDifferInCapitalsAreOneField: Notes does not tell them apart, and
// neither half may get lost.
func TestNamesThatDifferInCapitalsAreOneField(t *testing.T) {
	value := func(name, text string) string { return `<item name='` + name + `'><text>` + text + `</text></item>` }
	d := one(t, doc(1, value("Regeltext", "Die erste Hälfte.")+value("REGELTEXT", "Die zweite Hälfte.")+value("regeltext", "Der Rest.")))
	if got := d.Fields["Regeltext"]; got != "Die erste Hälfte.\nDie zweite Hälfte.\nDer Rest." {
		t.Errorf("got %q of %v", got, d.Fields)
	}
	if got := d.Values("regelText"); len(got) != 3 {
		t.Errorf("%q", got)
	}
}

func TestWhereADocumentComesFrom(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"database":                {head + bare("form='F'", "", "") + `</database>`, "C1257A3B00412345 Test F 0"},
		"document of its own":     {bare("form='F' replicaid='c1257a3b00099999'", "", ""), "C1257A3B00099999  F 0"},
		"document wins":           {head + bare("form='F' replicaid='C1257A3B00099999'", "", "") + `</database>`, "C1257A3B00099999 Test F 0"},
		"without namespace":       {`<database replicaid='C1257A3B00412345' title='Ämter &amp; Orte'>` + bare("form='F'", "", "") + `</database>`, "C1257A3B00412345 Ämter & Orte F 0"},
		"with namespace":          {`<database xmlns='http://www.lotus.com/dxl' xmlns:x='y' replicaid='C1257A3B00412345' x:title='nein' title='Test'>` + bare("form='F'", "", "") + `</database>`, "C1257A3B00412345 Test F 0"},
		"with a prefix":           {`<d:database xmlns:d='x' replicaid='C1257A3B00412345' title='Test'><d:document form='F'><d:noteinfo unid='C1257A3B00412345C1257A4C00000001' sequence='7'/></d:document></d:database>`, "C1257A3B00412345 Test F 7"},
		"sequence that is no one": {head + `<document form='F'><noteinfo unid='C1257A3B00412345C1257A4C00000001' sequence='viele'/></document></database>`, "C1257A3B00412345 Test F 0"},
		"small letters":           {head + `<document form='F'><noteinfo unid='c1257a3b00412345c1257a4c00000001' sequence='2'/></document></database>`, "C1257A3B00412345 Test F 2"},
	} {
		t.Run(name, func(t *testing.T) {
			r := readString(t, c.file)
			if len(r.docs) != 1 {
				t.Fatalf("errors %v", r.broken)
			}
			o := r.docs[0].Origin
			if got := fmt.Sprintf("%s %s %s %d", o.ReplicaID, o.Database, o.Form, o.Sequence); got != c.want || o.UNID != "C1257A3B00412345C1257A4C00000001" || o.File != "test.dxl" {
				t.Errorf("got %q, want %q, %+v", got, c.want, o)
			}
		})
	}
}

func TestTheParentIsFoundInBothForms(t *testing.T) {
	// $REF holds four little-endian double words, a0 a1 b0 b1; the UNID is a1 a0 b1 b0.
	const raw = "AQBFIwBCOko1wQQDAgEMCwoJ" // count 1, then sixteen bytes
	for name, c := range map[string]struct{ attributes, items, want string }{
		"as an attribute":      {"parent='c1257a3b00412345c1257a4c00000009'", "", "C1257A3B00412345C1257A4C00000009"},
		"as a reference":       {"", `<item name='$REF'><rawitemdata type='4'>` + raw + `</rawitemdata></item>`, "C1354A3A42002345090A0B0C01020304"},
		"type with zeros":      {"", `<item name='$Ref'><rawitemdata type='0004'>` + raw + `</rawitemdata></item>`, "C1354A3A42002345090A0B0C01020304"},
		"an empty reference":   {"", `<item name='$REF'><rawitemdata type='4'>AAA=</rawitemdata></item>`, ""},
		"a cut off reference":  {"", `<item name='$REF'><rawitemdata type='4'>AQBFIwBC</rawitemdata></item>`, ""},
		"some other type":      {"", `<item name='$REF'><rawitemdata type='300'>` + raw + `</rawitemdata></item>`, ""},
		"not even binary data": {"", `<item name='$REF'><text>C1257A3B</text></item>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := one(t, bare(c.attributes, "", c.items)).Parent; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatIsNoArticleIsTold(t *testing.T) {
	const note = `<noteinfo unid='C1257A3B00412345C1257A4C00000001'/>`
	for name, c := range map[string]struct {
		in   string
		skip string
		none bool
	}{
		"form":                   {`<note class='form'>` + note + `</note>`, "", true},
		"view":                   {`<note class='view'>` + note + `</note>`, "", true},
		"agent":                  {`<agent name='x'><document/></agent>`, "importer.without-unid", false},
		"note that is one":       {`<note class='document'>` + note + `</note>`, "", false},
		"note without a class":   {`<note>` + note + `</note>`, "", false},
		"profile":                {`<profiledocument form='P'>` + note + `</profiledocument>`, "importer.profile-document", false},
		"without a UNID":         {`<document><noteinfo/></document>`, "importer.without-unid", false},
		"without any info":       {`<document/>`, "importer.without-unid", false},
		"a UNID too short":       {`<document><noteinfo unid='C1257A3B'/></document>`, "importer.without-unid", false},
		"a UNID that is no one":  {`<document><noteinfo unid='ZZ257A3B00412345C1257A4C00000001'/></document>`, "importer.without-unid", false},
		"a path instead of one":  {`<document><noteinfo unid='../../../../../../../etc/passwd'/></document>`, "importer.without-unid", false},
		"conflict by attribute":  {`<document conflict='true'>` + note + `</document>`, "conflict", false},
		"conflict by item":       {`<document>` + note + `<item name='$Conflict'><text/></item></document>`, "conflict", false},
		"truncated":              {`<document truncated='true'>` + note + `</document>`, "importer.truncated", false},
		"sealed":                 {`<document>` + note + `<item name='Body' sealed='true'><rawitemdata type='1'>AAAA</rawitemdata></item></document>`, "importer.sealed", false},
		"sealed says it is none": {`<document>` + note + `<item name='Body' sealed='false'><text>x</text></item></document>`, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := readString(t, head+c.in+`</database>`)
			if len(r.broken) != 0 || (len(r.docs) == 0) != c.none {
				t.Fatalf("%d documents, errors %v", len(r.docs), r.broken)
			}
			if c.none {
				return
			}
			d := r.docs[0]
			got := ""
			switch {
			case d.Skip != nil:
				got = d.Skip.Key
			case d.Conflict:
				got = "conflict"
			case d.Incomplete:
				at := slices.IndexFunc(d.Notes, func(n importer.Note) bool { return n.Review })
				got = d.Notes[at].Key
			}
			if got != c.skip && !(d.Incomplete && hasNote(d, c.skip)) {
				t.Errorf("got %q, want %q", got, c.skip)
			}
		})
	}
}

func TestATitleIsNotRepeatedBelowItself(t *testing.T) {
	subject := `<item name='Subject'><text>Reisekosten</text></item>`
	for name, c := range map[string]struct{ first, want string }{
		"the same line":        {`<par def='1'>REISE<run><font style='bold'/>kosten</run></par>`, "Text\n"},
		"as a heading":         {`<par def='1'><run><font size='20pt' style='bold'/>Reisekosten</run></par>`, "Text\n"},
		"a line that goes on":  {`<par def='1'>Reisekosten im Inland</par>`, "Reisekosten im Inland\n\nText\n"},
		"a line with a link":   {`<par def='1'><urllink href='https://example.org'>Reisekosten</urllink></par>`, "[Reisekosten](https://example.org)\n\nText\n"},
		"a line with a note":   {`<par def='1'><popup><popuptext>lang</popuptext>Reisekosten</popup></par>`, "Reisekosten[^1]\n\nText\n\n[^1]: lang\n"},
		"later in the text":    {`<par def='1'>Vorab</par><par def='1'>Reisekosten</par>`, "Vorab\n\nReisekosten\n\nText\n"},
		"a line with an image": {`<par def='1'>Reisekosten<picture alttext='Plan'><png>iVBORw==</png></picture></par>`, "Reisekosten![Plan](bild-1.png)\n\nText\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := markdown(one(t, bare("", "", subject+body(c.first+`<par def='1'>Text</par>`)))); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestATitleComesFromTheTextWhereNoFieldHasOne(t *testing.T) {
	const noTitle = "C1257A3B00412345C1257A4C00000001" // the UNID
	for name, c := range map[string]struct{ in, want string }{
		"first heading":   {body(`<par def='1'>Vorspann</par><par def='1'><run><font size='20pt' style='bold'/>Die Frist</run></par>`), "Die Frist"},
		"first paragraph": {body(`<par def='1'/><par def='1'>Die  Frist<break/>endet</par>`), "Die Frist endet"},
		"eighty letters":  {body(`<par def='1'>` + strings.Repeat("ä", 81) + `</par>`), strings.Repeat("ä", 79) + "…"},
		"nothing":         {``, noTitle},
		"only a list":     {body(`<pardef id='2' list='bullet'/><par def='2'>x</par>`), noTitle},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, bare("", "", c.in))
			note := "importer.no-title"
			if c.want == noTitle {
				note = "importer.no-title-at-all"
			}
			if d.Title != c.want || !hasNote(d, note) {
				t.Errorf("title %q, want %q, notes %v", d.Title, c.want, noteKeys(d))
			}
		})
	}
}

func TestReadersThatCannotBeReadAreNotEverybody(t *testing.T) {
	for value, want := range map[string]bool{ // whether the document is held back as incomplete
		"<text/>": false, "<textlist/>": false, "<rawitemdata type='501'>AAA=</rawitemdata>": false,
		"<rawitemdata type='501'>AgAFAAUAQQ==</rawitemdata>": true, "<rawitemdata type='77'>QUJDREVGRw==</rawitemdata>": true,
		"<formula>@UserName</formula>": true, "<richtext><par>[Leitung]</par></richtext>": true, "[Leitung]": true,
	} {
		d := one(t, "<document form='A'><item name='Subject'><text>x</text></item><item name='DocReaders' readers='true'>"+value+"</item></document>")
		if d.Incomplete != want || d.Noted("importer.readers-unreadable") != want || len(d.Readers) > 0 {
			t.Errorf("%s: incomplete %v, readers %q, %+v", value, d.Incomplete, d.Readers, d.Notes)
		}
	}
}
