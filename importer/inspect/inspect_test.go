package inspect

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/importertest"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

const fixtures = "../notes/testdata/"

// loaded takes its time and never changes.
var loaded = sync.OnceValues(i18n.Load)

func catalogue(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, data := range files {
		full := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func read(t testing.TB, name string) Statistics {
	t.Helper()
	s, err := Inspector{Place: time.UTC, SpoolDir: t.TempDir()}.Read(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFilesAreToldByTheirBytes(t *testing.T) {
	nsf := append([]byte{0x1a, 0}, make([]byte, 500)...)
	root := write(t, map[string]string{
		"a.txt": "UNID;Titel\n1;b\n", "b.txt": "UNID\tTitel\n1\tb\n", "c.dat": "Form:  A\r\nSubject:  B\r\n\r\nBody:  Gr\xf6\xdfe\r\n", "d.csv": string(nsf), "e.txt": "<!DOCTYPE html><html>",
		"f.html": "<?xml version='1.0'?><document form='x'/>", "g.dxl": "nichts davon", "h.txt": "Liebe Kollegin: bitte, lesen.\nDanke.\n", "i.zip": "PK\x03\x04\x00\x00\x00\x00\x00\x00", "j.txt": "", "k.csv": "nur eine\nSpalte\n",
		"l.txt": "\xff\xfeU\x00N\x00I\x00D\x00;\x00b\x00\n\x001\x00;\x002\x00\n\x00",
		"m.txt": "Liebe Kollegin, bitte lesen\nDanke, und Gruß, Erika\n", "n.csv": "Titel;Stand;\nA;1;\n", "o.csv": "\"Titel; lang\",Stand\nA,1\nB,2\n", "p.txt": "a,a\n1,2\n",
		"web/x/seite?OpenDocument": "<html><p>x", "web/bild.gif": "GIF89a", "texte/a.md": "# A", "texte/b.html": "<html>", "texte/c.md": "x", "repo/.git/HEAD": "ref: refs/heads/main", "repo/.git/objects/x": "",
		"leer/.x": "", "bundle": "# v2 git bundle\n",
	})
	for name, want := range map[string]Kind{
		"a.txt": KindTable, "b.txt": KindTable, "c.dat": KindText, "d.csv": KindNSF, "e.txt": KindPage, "f.html": KindDXL, "g.dxl": KindUnknown, "h.txt": KindUnknown, "i.zip": KindUnknown,
		"j.txt": KindUnknown, "k.csv": KindUnknown, "m.txt": KindUnknown, "n.csv": KindTable, "o.csv": KindTable, "p.txt": KindUnknown, "l.txt": KindTable, "web": KindWeb, "texte": KindMarkdown, "repo": KindRepository, "leer": KindUnknown, "bundle": KindRepository,
	} {
		if got, err := Detect(filepath.Join(root, name)); err != nil || got.Kind != want {
			t.Errorf("%s is %s, want %s, error %v", name, got.Kind, want, err)
		}
	}
	if _, err := Detect(filepath.Join(root, "fehlt")); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestADatabaseIsCounted(t *testing.T) {
	s := read(t, fixtures+"dev-datenbank.dxl")
	if s.Documents != 11 || s.Broken != 0 || s.Sealed != 1 || s.Truncated != 1 || s.Conflicts != 1 || s.Answers == 0 || s.Readers == 0 || s.Attachments == 0 || s.Charset != "UTF-8" {
		t.Errorf("%+v", s)
	}
	total := 0
	for _, f := range s.Forms {
		total += f.Documents
		for _, field := range f.Fields {
			if field.Filled == 0 || field.Filled > f.Documents || field.Longest == 0 || field.Values == "" {
				t.Errorf("%s: %+v", f.Name, field)
			}
		}
	}
	if total != s.Documents-s.Skipped {
		t.Errorf("%d documents in forms, %d in all", total, s.Documents)
	}
}

// TestNothingQuotesAValue looks for what stands in the fields of the fixtures.
func TestNothingQuotesAValue(t *testing.T) {
	var out bytes.Buffer
	var all []Statistics
	for _, name := range []string{fixtures + "dev-datenbank.dxl", fixtures + "mime-dokument.dxl", "../text/testdata/strukturierter-text.txt"} {
		s := read(t, name)
		all = append(all, s)
		if err := s.Print(&out, catalogue(t)); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteMapping(&out, all, catalogue(t)); err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"Erika", "Muster/", "CN=", "Beispiel/", "Dienstreise", "Schlüssel"} {
		if strings.Contains(out.String(), value) {
			t.Errorf("%q is told:\n%s", value, out.String())
		}
	}
}

func TestWhatIsPrintedIsAsRecorded(t *testing.T) {
	root := write(t, map[string]string{
		"ansicht.csv": "UNID;Titel;Geändert;Seiten\nC1257A3B00412345C1257A4C003B0001;Größe;31.12.2019;3\nC1257A3B00412345C1257A4C003B0002;;01.02.2003;12,5\n",
		"a.nsf":       "\x1a\x00" + strings.Repeat("\x00", 300), "unbekannt.bin": "\x00\x01\x02", "seite.html": "<html><p>x", "texte/a.md": "---\nid: aaaaaaaaaa\nart: artikel\ntitel: A\n---\n\nx\n", "texte/b.md": "# B\n",
		"leer.txt": "Form:  A\nSubject:  B\n\f\fohne Feld\n",
	})
	var out bytes.Buffer
	var all []Statistics
	for _, name := range []string{
		fixtures + "dev-datenbank.dxl", "../text/testdata/strukturierter-text.txt", "../webpages/testdata/seiten",
		filepath.Join(root, "ansicht.csv"), filepath.Join(root, "a.nsf"), filepath.Join(root, "unbekannt.bin"), filepath.Join(root, "seite.html"), filepath.Join(root, "texte"), filepath.Join(root, "leer.txt"),
	} {
		s := read(t, name)
		all = append(all, s)
		if err := s.Print(&out, catalogue(t)); err != nil {
			t.Fatal(err)
		}
		out.WriteByte('\n')
	}
	importertest.Golden(t, "testdata/ausgabe.golden", out.String())
	out.Reset()
	if err := WriteMapping(&out, all, catalogue(t)); err != nil {
		t.Fatal(err)
	}
	importertest.Golden(t, "testdata/zuordnung.golden.yaml", out.String())
	m, err := importer.ParseMapping("zuordnung.yaml", out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if f := m.Forms["Arbeitshilfe"]; f.Title != "Subject" || f.Topics != "Categories" || f.Skip || f.Kind != "" {
		t.Errorf("%+v", m.Forms)
	}
}

func TestFieldsAreProposedByTheirNames(t *testing.T) {
	form := Form{Name: "Art: \"x\"\n#", Documents: 10, Answers: 10, Fields: []Field{
		{"Titel", 10, 3, ValuesText}, {"Subject", 4, 3, ValuesText}, {"$X", 10, 3, ValuesDay}, {"Beginn", 9, 3, ValuesDay}, {"Ende\x1b[2J", 8, 3, ValuesDay}, {"FB", 2, 3, ValuesNumber},
	}}
	var out bytes.Buffer
	if err := WriteMapping(&out, []Statistics{{Forms: []Form{form}}, {Forms: []Form{form}}}, catalogue(t)); err != nil {
		t.Fatal(err)
	}
	m, err := importer.ParseMapping("z.yaml", out.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if f := m.Forms[form.Name]; !reflect.DeepEqual(f, importer.FormMapping{Title: "Titel", Department: "FB", Answers: importer.AnswersAppend}) {
		t.Errorf("%+v", m.Forms)
	}
	for _, line := range []string{"titel: Titel # 100 %", "bereich: FB # 20 %", "# gueltig_ab: möglich: Beginn (90 %), Ende�[2J (80 %)", "# autor:", "Dokumente: 20 · Antworten: 20"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is missing:\n%s", line, &out)
		}
	}
}

func TestKindsOfValues(t *testing.T) {
	for name, c := range map[string]struct {
		values []string
		want   ValueKind
	}{
		"days":          {[]string{"31.12.2019", "20090401T000000,00+02", "2009-04-01"}, ValuesDay},
		"numbers":       {[]string{"1", "2,5", "-3"}, ValuesNumber},
		"years":         {[]string{"2019", "2020"}, ValuesNumber},
		"people":        {[]string{"CN=A/O=S", "CN=B/OU=C/O=S"}, ValuesPerson},
		"lists":         {[]string{"a\nb", "c", "d", "e", "f"}, ValuesList},
		"mostly text":   {[]string{"31.12.2019", "bald", "nie"}, ValuesText},
		"nothing known": {[]string{"a"}, ValuesText},
	} {
		var u usage
		for _, v := range c.values {
			u.see(strings.Split(v, "\n"), time.UTC)
		}
		if got := u.field(name); got.Values != c.want || got.Filled != len(c.values) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	var u usage
	u.see(nil, time.UTC)
	if f := u.field("leer"); f.Filled != 0 || f.Values != ValuesText {
		t.Errorf("%+v", f)
	}
}

func TestWhatIsCountedIsBounded(t *testing.T) {
	var b strings.Builder
	for i := range maxForms + 50 {
		fmt.Fprintf(&b, "Form:  F%d\nSubject:  x\n\f", i)
	}
	if s := read(t, filepath.Join(write(t, map[string]string{"a.txt": b.String()}), "a.txt")); len(s.Forms) != maxForms || s.Documents != maxForms+50 {
		t.Errorf("%d forms of %d documents", len(s.Forms), s.Documents)
	}
}

// FuzzMapping: whatever forms and fields are called, the mapping is a mapping
// and means them.
func FuzzMapping(f *testing.F) {
	for _, seed := range []string{"Arbeitshilfe", "ja", "null", "- x", "a: b", "#", "'", `"`, "\n", "\u2028", "\\", "*x", "&x", "!x", "1", "1.5", "0x1", "~", "", " x ", "x #y", "\x7f", "ä b", "{", "[", "%", "@", "`", "|", ">", "? x", "=", "<<", "🎂"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, form, field string) {
		form, field = strings.ToValidUTF8(form, ""), strings.ToValidUTF8(field, "")
		var out bytes.Buffer
		fields := []Field{{Name: "Subject", Filled: 1}, {Name: field, Filled: 1, Values: ValuesDay}}
		if err := WriteMapping(&out, []Statistics{{Forms: []Form{{Name: form, Documents: 1, Fields: fields}}}}, catalogue(t)); err != nil {
			t.Fatal(err)
		}
		m, err := importer.ParseMapping("z.yaml", out.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, &out)
		}
		got, ok := m.Forms[form]
		if !ok || len(m.Forms) != 1 || got.Title != "Subject" && !strings.EqualFold(field, "Title") {
			t.Errorf("%q: %+v\n%s", form, m.Forms, &out)
		}
	})
}
