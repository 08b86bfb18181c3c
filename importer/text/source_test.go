package text

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"staffelstab/content"
	"staffelstab/content/markdown"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
	"staffelstab/internal/i18n"
)

const fixture = "testdata/strukturierter-text.txt"

func berlin(t testing.TB) *time.Location {
	t.Helper()
	place, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return place
}

func file(t testing.TB, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "export.txt")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func source(t testing.TB, files ...string) *Source {
	t.Helper()
	s, err := New(berlin(t), files...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documents reads a text; errors come as their keys.
func documents(t testing.TB, files ...string) (out []*importer.Document, broken []string) {
	t.Helper()
	for d, err := range source(t, files...).Documents(context.Background(), importer.Pass{}) {
		var b *importer.SourceError
		switch {
		case errors.As(err, &b):
			broken = append(broken, fmt.Sprintf("%s:%d", b.Note.Key, b.Origin.Line))
		case err != nil:
			t.Fatal(err)
		default:
			out = append(out, d)
		}
	}
	return out, broken
}

func one(t testing.TB, text string) *importer.Document {
	t.Helper()
	list, broken := documents(t, file(t, text))
	if len(list) != 1 || len(broken) != 0 {
		t.Fatalf("%d documents, %v", len(list), broken)
	}
	return list[0]
}

func TestTheFixtureIsReadAsRecorded(t *testing.T) {
	importertest.Golden(t, fixture+".golden", importertest.Describe(t, source(t, fixture), importer.Pass{}))
}

func options(t testing.TB) importer.Options {
	t.Helper()
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return importer.Options{
		Run: "lauf-1", Catalogue: catalogue, Place: berlin(t), Pseudonym: func(string) string { return "u-x" },
		Renderer: markdown.New(markdown.Labels{Table: "Tabelle", Done: "erledigt", Open: "offen"}),
	}
}

func apply(t testing.TB, target importer.Target, s importer.Source) *importer.Report {
	t.Helper()
	report, err := importer.Apply(context.Background(), target, s, options(t))
	if err != nil || !report.Totals.Balanced() {
		t.Fatalf("%v %+v", err, report.Totals)
	}
	return report
}

func TestARunLosesNothingAndASecondChangesNothing(t *testing.T) {
	target := importertest.NewMemory()
	report := apply(t, target, source(t, fixture))
	if report.Totals.Imported != 2 || report.Totals.Read != 2 {
		t.Errorf("%+v", report.Totals)
	}
	for _, e := range report.Documents {
		if e.LettersIn == 0 || e.LettersIn != e.LettersOut {
			t.Errorf("%s: %d of %d letters", e.Title, e.LettersOut, e.LettersIn)
		}
	}
	for _, a := range target.Articles() {
		d, err := content.ParseDocument(a.Path, a.Markdown)
		if err != nil || len(d.Meta.Origin.UNID) != 32 || d.Meta.Origin.ReplicaID != replica {
			t.Errorf("%+v, %v", d.Meta.Origin, err)
		}
		if strings.Contains(string(a.Markdown), "Muster") {
			t.Errorf("names a person:\n%s", a.Markdown)
		}
	}
	if again := apply(t, target, source(t, fixture)); again.Totals.Unchanged != 2 || target.Commits() != 2 {
		t.Errorf("%+v", again.Totals)
	}
}

func TestEncodingsGiveTheSameDocuments(t *testing.T) {
	text := "Form:  A\nSubject:  Prüfung der Schließanlage\n\nBody:  Täglich „prüfen“ – für 5 €.\n"
	dos, err := charmap.CodePage850.NewEncoder().String(strings.NewReplacer("„", `"`, "“", `"`, "–", "-", "€", "EUR").Replace(text))
	if err != nil {
		t.Fatal(err)
	}
	windows, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := one(t, text), one(t, windows), one(t, dos)
	if a.Title != "Prüfung der Schließanlage" || a.Visible != b.Visible || a.Origin.UNID != b.Origin.UNID {
		t.Errorf("%+v\n%+v", a, b)
	}
	if c.Title != a.Title || c.Visible != "Täglich \"prüfen\" - für 5 EUR.\n\n" || c.Origin.UNID != a.Origin.UNID {
		t.Errorf("%q %q", c.Title, c.Visible)
	}
}

func TestFieldsAreToldFromText(t *testing.T) {
	for name, c := range map[string]struct {
		in, fields, body string
	}{
		"one blank behind the colon is text": {"Form:  A\nSubject:  B\nBody:  x\nHinweis: y\n", "Subject=B", "x\\\nHinweis: y\n"},
		"two blanks below the text are text": {"Form:  A\nSubject:  B\nBody:  x\nHinweis:  y\n", "Subject=B", "x\\\nHinweis: y\n"},
		"a name the head had is text below":  {"Form:  A\nSubject:  B\nBody:  x\nSubject:  nur Text\n1. eins\n", "Subject=B", "x\\\nSubject: nur Text\\\n1\\. eins\n"},
		"a field of Notes ends the text":     {"Form:  A\nSubject:  B\nBody:  x\n$UpdatedBy:  CN=a/O=b\n", "$UpdatedBy=CN=a/O=b Subject=B", "x\n"},
		"a heading with a colon is text":     {"Form:  A\nSubject:  B\nBody:  x\nForm:\ny\n", "Subject=B", "x\\\nForm:\\\ny\n"},
		"values of several lines":            {"Form:  A\nSubject:  B\nRemark:  c\n  d\n\nBody:  x\n", "Remark=c|d Subject=B", "x\n"},
		"empty fields":                       {"Form:  A\nSubject:  B\nLeer:  \nAuch:\nBody:  x\n", "Subject=B", "x\n"},
		"two texts":                          {"Form:  A\nDetails:  y\nSubject:  B\nBody:  x\n", "", "y\\\nSubject: B\n\nx\n"},
		"no usual name for the text":         {"Form:  A\nSubject:  B\nErläuterung:  x\ny\n", "Subject=B", "x\\\ny\n"},
		"no text at all":                     {"Form:  A\nSubject:  B\n", "Subject=B", ""},
		"Markdown means nothing":             {"Form:  A\nSubject:  B\nBody:  # x\n- *y*\n", "Subject=B", "\\# x\\\n\\- \\*y\\*\n"},
		"something before the first field":   {"\ufeff\r\n \nForm:  A\r\nSubject:  B\r\nBody:  x\r\n\r\ny\r\n", "Subject=B", "x\n\ny\n"},
	} {
		t.Run(name, func(t *testing.T) {
			d := one(t, c.in)
			var fields []string
			for _, name := range sorted(d.Fields) {
				fields = append(fields, name+"="+strings.Join(d.Values(name), "|"))
			}
			if got := strings.Join(strings.Fields(strings.Join(fields, " ")), " "); got != c.fields || cmark.Markdown(d.Blocks) != c.body {
				t.Errorf("fields %s, text %q", got, cmark.Markdown(d.Blocks))
			}
		})
	}
}

func sorted(m map[string]string) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func TestTheFirstRecordSaysWhatEndsAText(t *testing.T) {
	list, _ := documents(t, file(t, "Form:  A\nSubject:  B\nStand:  1\nBody:  x\n\fForm:  A\nSubject:  C\nNeu:  2\nBody:  y\nNeu:  kein Feld\nStand:  2\n"))
	if len(list) != 2 || list[1].Fields["Neu"] != "2" || list[1].Fields["Stand"] != "2" || cmark.Markdown(list[1].Blocks) != "y\\\nNeu: kein Feld\n" {
		t.Errorf("%+v", list[1])
	}
}

func TestWhatARecordSaysAboutItself(t *testing.T) {
	d := one(t, "Form:  Arbeitshilfe\nSubject:  Titel  mit\n  Umbruch\nCategories:  Bau\\Straße,Sicherheit;Bau\\Straße\nFachbereich:  FB 66/2\nGueltigAb:  01.04.2009\n"+
		"erstellt:  12.03.2009 10:15:00\n$Revisions:  12.03.2009 10:20:11,24.11.2017 09:30:00\n$UpdatedBy:  CN=A/O=S,CN=B/O=S\nDocReaders:  [Leitung],CN=C/O=S\n$Ref:  c1257a3b00412345c1257a4c003b0002\n$Conflict:  \n\n"+
		"Body:  Siehe Plan. (Siehe angehängte Datei: plan.pdf)\n")
	if d.Title != "Titel mit Umbruch" || !slices.Equal(d.Topics, []string{"Bau/Straße", "Sicherheit"}) || d.Department != "66/2" || d.ValidFrom != "2009-04-01" || d.Author != "CN=B/O=S" {
		t.Errorf("%+v", d)
	}
	if got := d.Created.Format(time.RFC3339); got != "2009-03-12T10:15:00+01:00" || d.Revised.Format(time.RFC3339) != "2017-11-24T09:30:00+01:00" {
		t.Errorf("%s, %s", got, d.Revised)
	}
	if !slices.Equal(d.Readers, []string{"[Leitung]", "CN=C/O=S"}) || d.Parent != "C1257A3B00412345C1257A4C003B0002" || !d.Conflict {
		t.Errorf("readers %q, parent %s", d.Readers, d.Parent)
	}
	if d.AttachmentsIn != 1 || len(d.Attachments) != 0 || !d.Noted("importer.attachment-missing") {
		t.Errorf("attachments %d, %v", d.AttachmentsIn, d.Notes)
	}
}

// TestLinesLikeFieldsWithinATextAreText: fields stand in one block at the end of a
// record, so what is followed by text is text, whatever it looks like.
func TestLinesLikeFieldsWithinATextAreText(t *testing.T) {
	const head = "Form:  A\nSubject:  Erste\nFrist:  zwei Wochen\nBody:  x\n\f"
	for name, c := range map[string]struct {
		in, body, fields string
		behind           bool
	}{
		"a name the first head had":    {"Form:  A\nSubject:  B\nBody:  Anfang.\nFrist:  vier Wochen\nDanach ist Schluss.\n", "Anfang.\nFrist:  vier Wochen\nDanach ist Schluss.", "Subject=B", false},
		"the same at the end":          {"Form:  A\nSubject:  B\nBody:  Anfang.\nFrist:  vier Wochen\n", "Anfang.", "Frist=vier Wochen Subject=B", false},
		"a name for texts":             {"Form:  A\nSubject:  B\nBody:  Anfang.\nText:  So schreiben\nEnde.\n", "Anfang.\nText:  So schreiben\nEnde.", "Subject=B", false},
		"a dollar sign":                {"Form:  A\nSubject:  B\nBody:  Anfang.\n$Preis:  zwölf Euro\nEnde.\n", "Anfang.\n$Preis:  zwölf Euro\nEnde.", "Subject=B", false},
		"several of them":              {"Form:  A\nSubject:  B\nBody:  a\n$x:  1\n\nFrist:  2\nb\n$y:  3\nc\n", "a\n$x:  1\n\nFrist:  2\nb\n$y:  3\nc", "Subject=B", false},
		"beside a field of Notes":      {"Form:  A\nSubject:  B\nBody:  a\n$Revisions:  01.01.2004\n$x:  1\nb\n", "a\n$x:  1\nb", "$Revisions=01.01.2004 Subject=B", false},
		"names of people stay a field": {"Form:  A\nSubject:  B\nBody:  a\n$Bearbeiter:  CN=Erika Muster/O=S\nb\n", "a", "$Bearbeiter=CN=Erika Muster/O=S|b Subject=B", true},
		"as do readers":                {"Form:  A\nSubject:  B\nBody:  a\nDocReaders:  [X]\nb\n", "a", "DocReaders=[X]|b Subject=B", true},
		"a second text":                {"Form:  A\nSubject:  B\nDetails:  a\nBody:  b\nc\n", "a\n\nb\nc", "Subject=B", false},
	} {
		t.Run(name, func(t *testing.T) {
			list, _ := documents(t, file(t, head+c.in))
			d := list[1]
			var fields []string
			for _, name := range sorted(d.Fields) {
				fields = append(fields, name+"="+strings.Join(d.Values(name), "|"))
			}
			if got := strings.TrimSpace(d.Visible); got != c.body || strings.Join(fields, " ") != c.fields || d.Noted("importer.lines-behind") != c.behind {
				t.Errorf("text %q, fields %s, notes %v", got, strings.Join(fields, " "), d.Notes)
			}
		})
	}
}

// TestLinesThatMayBeFieldsAreTold: the names of people in them must not get into an
// article unseen, nor into it at all where the name of the field says so.
func TestLinesThatMayBeFieldsAreTold(t *testing.T) {
	list, _ := documents(t, file(t, "Form:  A\nSubject:  Erste\nBearbeiter:  Kurt\nFrist:  1\nBody:  x\n\f"+
		"Form:  A\nSubject:  Kühlung\nBody:  Die Kühlung läuft nur im Sommer.\nBearbeiter:  Anna Beispiel\nAbteilung:  Lager\n\f"+
		"Form:  A\nSubject:  C\nBody:  eins\nFrist:  drei Wochen\nzwei\nOrt:  Rathaus\n"))
	told := func(d *importer.Document) string {
		for _, n := range d.Notes {
			if n.Key == "importer.lines-like-fields" {
				return n.Args["names"].(string)
			}
		}
		return ""
	}
	if d := list[1]; strings.Contains(d.Visible, "Beispiel") || told(d) != "" || !d.Noted("importer.lines-behind") {
		t.Errorf("%q %v", d.Visible, d.Notes)
	}
	if d := list[2]; told(d) != "Frist, Ort" || !strings.Contains(d.Visible, "Frist:  drei Wochen\nzwei\nOrt:  Rathaus") {
		t.Errorf("%q %v", d.Visible, d.Notes)
	}
	if d := list[0]; told(d) != "" {
		t.Errorf("%v", d.Notes)
	}
}

// TestALongFieldIsRemarkedOnOnce reads a record with a field of several lines
// that is not its text: the run says so, unless the mapping gives it a place.
func TestALongFieldIsRemarkedOnOnce(t *testing.T) {
	const long = "Diese Kurzbeschreibung ist ein längerer Text über mehrere Zeilen,\nder in der Maske über dem eigentlichen Inhalt stand\nund auf der Seite zu lesen war, bevor jemand sie abschaltete."
	name := file(t, "Form:  A\nSubject:  B\nKurzbeschreibung:  "+long+"\nBody:  Der Text.\n")
	for want, m := range map[string]importer.Mapping{
		"importer.fields-unplaced": {}, "": {Forms: map[string]importer.FormMapping{"A": {Text: []string{"Kurzbeschreibung"}}}},
	} {
		for d, err := range importer.Mapped(source(t, name), m, time.UTC).Documents(t.Context(), importer.Pass{}) {
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, n := range d.Notes {
				if n.Args["field"] != nil || n.Args["fields"] != nil {
					keys = append(keys, n.Key)
				}
			}
			if strings.Join(keys, " ") != want {
				t.Errorf("%q, want %q", keys, want)
			}
		}
	}
}

func TestFieldsThatOnlySoundLikeReaders(t *testing.T) {
	for name, restricted := range map[string]bool{"Readers": true, "$Readers": true, "DocReaders": true, "ReaderNames": true, "Leserfelder": true, "Leser": true, "HauptLeser": true, "Leserzahl": false, "Leserbrief": false, "Verfasser": false} {
		if d := one(t, "Form:  A\n"+name+":  12\nBody:  x\n"); (len(d.Readers) > 0) != restricted {
			t.Errorf("%s: %q", name, d.Readers)
		}
	}
}

func TestIdentityStaysWhilePeopleWork(t *testing.T) {
	record := func(subject, created, revised, body string) string {
		return "Form:  A\nSubject:  " + subject + "\nerstellt:  " + created + "\n$Revisions:  " + revised + "\nBody:  " + body + "\n"
	}
	base := one(t, record("B", "01.02.2003 04:05:06", "01.02.2004 00:00:00", "x")).Origin.UNID
	for name, c := range map[string]struct {
		in   string
		same bool
	}{
		"another text":     {record("B", "01.02.2003 04:05:06", "01.02.2005 00:00:00", "y"), true},
		"other blanks":     {record(" b ", "1.2.2003 04:05:06", "01.02.2004 00:00:00", "x"), true},
		"another title":    {record("C", "01.02.2003 04:05:06", "01.02.2004 00:00:00", "x"), false},
		"another creation": {record("B", "01.02.2003 04:05:07", "01.02.2004 00:00:00", "x"), false},
	} {
		if d := one(t, c.in); (d.Origin.UNID == base) != c.same || len(d.Origin.UNID) != 32 {
			t.Errorf("%s: %s, was %s", name, d.Origin.UNID, base)
		}
	}
}

func TestDocumentsThatShareAnIdentityAreKeptApart(t *testing.T) {
	a, b := "Form:  A\nSubject:  B\nBody:  eins\n", "Form:  A\nSubject:  B\nBody:  zwei\n"
	one, _ := documents(t, file(t, a+"\f"+b))
	other, _ := documents(t, file(t, b+"\f"+a))
	if one[0].Origin.UNID == one[1].Origin.UNID || one[0].Origin.UNID != other[1].Origin.UNID || one[1].Origin.UNID != other[0].Origin.UNID {
		t.Errorf("%s %s, turned round %s %s", one[0].Origin.UNID, one[1].Origin.UNID, other[0].Origin.UNID, other[1].Origin.UNID)
	}
	if !one[0].Noted("importer.identity-shared") || !one[1].Noted("importer.identity-shared") {
		t.Errorf("%v %v", one[0].Notes, one[1].Notes)
	}
	report := apply(t, importertest.NewMemory(), source(t, file(t, a+"\f"+b)))
	if report.Totals.Imported != 2 || report.Totals.Review != 2 {
		t.Errorf("%+v", report.Totals)
	}
	if same := apply(t, importertest.NewMemory(), source(t, file(t, a+"\f"+a))); same.Totals.Imported != 1 || same.Totals.Skipped != 1 {
		t.Errorf("the same twice: %+v", same.Totals)
	}
}

func TestOfStatesTheNewestCounts(t *testing.T) {
	state := func(day, body string) string {
		return "Form:  A\nSubject:  B\nModified:  " + day + "\nBody:  " + body + "\n"
	}
	for _, order := range []string{state("01.01.2004", "alt") + "\f" + state("01.01.2005", "neu"), state("01.01.2005", "neu") + "\f" + state("01.01.2004", "alt")} {
		target := importertest.NewMemory()
		report := apply(t, target, source(t, file(t, order)))
		if report.Totals.Imported != 1 || report.Totals.Skipped != 1 {
			t.Errorf("%+v", report.Totals)
		}
		for _, stored := range target.Articles() {
			if !strings.Contains(string(stored.Markdown), "neu") {
				t.Errorf("%s", stored.Markdown)
			}
		}
	}
}

func TestOneBadRecordCostsOnlyItself(t *testing.T) {
	list, broken := documents(t, file(t, "Form:  A\nSubject:  B\nBody:  x\n\fnur Text\nohne Feld\n\f\n\f  \f\nForm:  A\nSubject:  C\nBody:  y\x01z\n\f"))
	if len(list) != 2 || !slices.Equal(broken, []string{"importer.record-without-fields:4"}) || list[1].Visible != "yz\n\n" || !list[1].Noted("importer.illegal-characters") {
		t.Errorf("%d documents, %v", len(list), broken)
	}
	s := source(t, file(t, "Form:  A\nBody:  x\n\fForm:  A\nBody:  "+strings.Repeat("lang ", 100)+"\n\fForm:  A\nBody:  z\n"))
	s.limit = 100
	var got []string
	for d, err := range s.Documents(context.Background(), importer.Pass{}) {
		if err != nil {
			got = append(got, err.(*importer.SourceError).Note.Key)
			continue
		}
		got = append(got, strings.TrimSpace(d.Visible))
	}
	if !slices.Equal(got, []string{"x", "importer.document-too-large", "z"}) {
		t.Errorf("%q", got)
	}
}

func TestFilesThatAreSomethingElse(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "blank": "\n\f\n"} {
		if _, broken := documents(t, file(t, text)); !slices.Equal(broken, []string{"importer.not-structured-text:1"}) {
			t.Errorf("%s: %v", name, broken)
		}
	}
	if _, broken := documents(t, file(t, "Ein Brief.\nOhne Felder.")); len(broken) != 1 {
		t.Errorf("a letter: %v", broken)
	}
	if _, err := New(time.UTC, filepath.Join(t.TempDir(), "fehlt.txt")); err == nil {
		t.Error("a missing file is none")
	}
}

// FuzzSource: whatever the bytes, every document has an identity and clean
// text, and a second reading finds the same.
func FuzzSource(f *testing.F) {
	data, err := os.ReadFile(fixture)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, seed := range []string{"\f", "A:  \f\f", "Form:  A\nBody:  x\n\f\fForm:  A\nBody:  y", ":  x\n", "$:  a\nB:\n", "\xff\xfeA\x00:\x00", "A:  b\r\rC:  d\x00\u2028", "Body:\n\n\nBody:  x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := source(t, file(t, string(data)))
		s.limit = 1 << 16
		read := func() (out []string) {
			for d, err := range s.Documents(context.Background(), importer.Pass{}) {
				var broken *importer.SourceError
				if err != nil {
					if !errors.As(err, &broken) {
						t.Fatal(err)
					}
					continue
				}
				markdown := cmark.Markdown(d.Blocks)
				if len(d.Origin.UNID) != 32 || d.Title == "" || !utf8.ValidString(markdown+d.Title) || strings.ContainsRune(markdown, 0) {
					t.Errorf("%+v %q", d.Origin, markdown)
				}
				out = append(out, d.Origin.UNID+markdown)
			}
			return out
		}
		if first, second := read(), read(); !slices.Equal(first, second) {
			t.Errorf("%q then %q", first, second)
		}
	})
}

func TestReadersBelowTheTextAreReaders(t *testing.T) {
	docs, broken := documents(t, file(t, "Form:  A\nSubject:  offen\nBody:  Text\n\fForm:  A\nSubject:  zu\nBody:  Geheim\nDocReaders:  CN=Erna Muster/O=Stadt, [Personal]\n"))
	if len(broken) > 0 || len(docs) != 2 || len(docs[1].Readers) != 2 || strings.Contains(docs[1].Visible, "Erna") {
		t.Errorf("%v %+v", broken, docs)
	}
}
