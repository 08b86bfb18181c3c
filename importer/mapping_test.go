package importer_test

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
	"staffelstab/importer/table"
	"staffelstab/internal/fault"
)

const mappingFile = `# Kommentar
alle: ["*/O=Musterstadt", '[Alle]']
namen: namen.csv
bereiche:
  Tiefbau: 66
  "Personal und Organisation": "11/4"
masken:
  Arbeitshilfe:
    titel: Betreff
    bereich: Amt
    themen: Schlagworte
    gueltig_ab: InKraft
    autor: Verfasser
    art: standard
    antworten: eigener-artikel
  Rückfrage:
    antworten: anhaengen
  Profil:
    ueberspringen: true
  Leer:
`

func parsed(t testing.TB, source string) importer.Mapping {
	t.Helper()
	m, err := importer.ParseMapping("zuordnung.yaml", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMappingsAreReadAsPeopleWriteThem(t *testing.T) {
	want := importer.Mapping{
		Everyone: []string{"*/O=Musterstadt", "[Alle]"}, NamesFile: "namen.csv",
		Departments: map[string]string{"Tiefbau": "66", "Personal und Organisation": "11/4"},
		Forms: map[string]importer.FormMapping{
			"Arbeitshilfe": {Title: "Betreff", Department: "Amt", Topics: "Schlagworte", ValidFrom: "InKraft", Author: "Verfasser", Kind: content.KindStandard, Answers: importer.AnswersArticle},
			"Rückfrage":    {Answers: importer.AnswersAppend},
			"Profil":       {Skip: true},
			"Leer":         {},
		},
	}
	for name, source := range map[string]string{"as it is": mappingFile, "from Windows": "\ufeff" + strings.ReplaceAll(mappingFile, "\n", "\r\n")} {
		if got := parsed(t, source); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, empty := range []string{"", "\n", "# nichts\n", "alle:\nmasken:\nbereiche:\n", "alle: []"} {
		if got := parsed(t, empty); len(got.Everyone)+len(got.Forms)+len(got.Departments) > 0 {
			t.Errorf("%q: %+v", empty, got)
		}
	}
	if got := parsed(t, "alle: '*/O=Stadt'"); !slices.Equal(got.Everyone, []string{"*/O=Stadt"}) {
		t.Errorf("a single reader: %+v", got)
	}
}

func TestAMappingTravelsToTheServer(t *testing.T) {
	data, err := json.Marshal(parsed(t, mappingFile))
	if err != nil {
		t.Fatal(err)
	}
	var back importer.Mapping
	if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back, parsed(t, mappingFile)) {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestMistakesInAMappingAreNamedWithTheirLine(t *testing.T) {
	for name, c := range map[string]struct {
		source, key string
		line        int
	}{
		"unknown at the top":      {"alle: []\nalles: []\n", "importer.mapping-unknown-key", 2},
		"unknown in a form":       {"masken:\n  A:\n    titel: x\n    Titel: y\n", "importer.mapping-unknown-key", 4},
		"a kind nobody knows":     {"masken:\n  A:\n    art: arbeitshilfe\n", "importer.mapping-kind", 3},
		"a kind of lessons":       {"masken:\n  A:\n    art: lernmodul\n", "importer.mapping-kind", 3},
		"answers":                 {"masken:\n  A:\n    antworten: ja\n", "importer.mapping-answers", 3},
		"neither yes nor no":      {"masken:\n  A:\n    ueberspringen: vielleicht\n", "importer.mapping-yes-or-no", 3},
		"a department's name":     {"bereiche:\n  Tiefbau: Bau\n", "importer.mapping-department", 2},
		"a department of nothing": {"bereiche:\n  Tiefbau:\n", "importer.mapping-department", 2},
		"a list for a field":      {"masken:\n  A:\n    titel: [a, b]\n", "importer.mapping-no-text", 3},
		"a text for the forms":    {"masken: alle\n", "importer.mapping-no-entries", 1},
		"a list for all":          {"- a\n- b\n", "importer.mapping-no-entries", 1},
		"no YAML":                 {"alle: [\n", "importer.mapping-broken", 1},
		"a key twice":             {"alle: []\nalle: [a]\n", "importer.mapping-broken", 2},
		"two documents":           {"alle: []\n---\nalle: []\n", "importer.mapping-broken", 1},
		"an alias":                {"alle: &a x\nnamen: *a\n", "importer.mapping-no-text", 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := importer.ParseMapping("z.yaml", []byte(c.source))
			f, ok := fault.Of(err)
			if !ok || f.Key != c.key || f.Line != c.line || f.Path != "z.yaml" {
				t.Errorf("%v", err)
			}
		})
	}
}

// mapped applies a mapping to one document.
func mapped(t *testing.T, source string, change func(*importer.Document)) *importer.Document {
	t.Helper()
	shelf := of(func() []any { return []any{text(1, "Inhalt", change)} })
	for d, err := range importer.Mapped(shelf, parsed(t, source), time.UTC).Documents(context.Background(), importer.Pass{}) {
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	return nil
}

func TestAMappingNamesFieldsOfAForm(t *testing.T) {
	d := mapped(t, mappingFile, func(d *importer.Document) {
		d.Origin.Form = " arbeitshilfe"
		d.Title, d.Topics = "Falsch", []string{"weg"}
		d.Review("importer.no-title")
		d.Blocks = []cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: "Richtig  so"}}}, cmark.Paragraph{Spans: []cmark.Span{{Text: "Inhalt"}}}}
		d.Fields = map[string]string{"BETREFF": "Richtig\nso", "amt": " tiefbau", "Schlagworte": `Bau\Straße` + "\nBau, Brücken", "InKraft": "20090401T000000,00+02", "Verfasser": "CN=A/O=S\nCN=B/O=S"}
	})
	if d.Title != "Richtig so" || len(d.Blocks) != 1 || d.Noted("importer.no-title") {
		t.Errorf("title %q, %d blocks, %v", d.Title, len(d.Blocks), d.Notes)
	}
	if d.Department != "66" || !slices.Equal(d.Topics, []string{"Bau/Straße", "Bau", "Brücken"}) || d.ValidFrom != "2009-04-01" || d.Author != "CN=B/O=S" || d.Kind != content.KindStandard {
		t.Errorf("%+v", d)
	}
}

func TestOfSeveralAuthorsTheLastCounts(t *testing.T) {
	for value, want := range map[string]string{"CN=A/O=S,CN=B/O=S": "CN=B/O=S", "CN=A/O=S; CN=B/O=S": "CN=B/O=S", "Muster, Erika": "Muster, Erika", "A\nB": "B"} {
		d := mapped(t, mappingFile, func(d *importer.Document) {
			d.Origin.Form, d.Fields = "Arbeitshilfe", map[string]string{"Verfasser": value}
		})
		if d.Author != want {
			t.Errorf("%q: %q", value, d.Author)
		}
	}
}

func TestAFieldThatIsEmptyChangesNothing(t *testing.T) {
	d := mapped(t, mappingFile, func(d *importer.Document) {
		d.Origin.Form, d.Title, d.Topics, d.Department, d.ValidFrom = "Arbeitshilfe", "Bleibt", []string{"a"}, "11", "2001-01-01"
	})
	if d.Title != "Bleibt" || d.Department != "11" || d.ValidFrom != "2001-01-01" || len(d.Topics) != 1 || d.Author == "" || len(d.Notes) != 0 {
		t.Errorf("%+v", d)
	}
}

func TestWhatAFieldHoldsButMeansNothingIsTold(t *testing.T) {
	d := mapped(t, mappingFile, func(d *importer.Document) {
		d.Origin.Form = "Arbeitshilfe"
		d.Fields = map[string]string{"Amt": "Amt für Verschiedenes", "InKraft": "demnächst"}
	})
	if d.Department != "" || d.ValidFrom != "" || !d.Noted("importer.department-unknown") || !d.Noted("importer.field-no-date") {
		t.Errorf("%+v", d)
	}
	for _, n := range d.Notes {
		if !n.Review || strings.Contains(n.Key+n.Args["field"].(string), "Verschiedenes") {
			t.Errorf("%+v", n)
		}
	}
}

func TestNamesOfDepartmentsAreKnownWithoutAForm(t *testing.T) {
	named := func(name string) func(*importer.Document) {
		return func(d *importer.Document) { d.Fields = map[string]string{"Bereich": name} }
	}
	if d := mapped(t, mappingFile, named("Personal  und Organisation")); d.Department != "11/4" {
		t.Errorf("%+v", d)
	}
	if d := mapped(t, "", named("FB 37/1")); d.Department != "37/1" {
		t.Errorf("%+v", d)
	}
	d := mapped(t, "", named("Amt"))
	if d.Department != "" || len(d.Notes) != 1 || d.Notes[0].Review {
		t.Errorf("%+v", d)
	}
}

func TestAMappingDecidesAboutAnswers(t *testing.T) {
	asked := func(form string, appended bool) func(*importer.Document) {
		return func(d *importer.Document) { d.Origin.Form, d.Parent, d.Append = form, unid(9), appended }
	}
	for form, want := range map[string][2]bool{"Arbeitshilfe": {false, false}, "Rückfrage": {true, true}, "Andere": {false, true}} {
		for i, source := range []bool{false, true} {
			if d := mapped(t, mappingFile, asked(form, source)); d.Append != want[i] || d.Apart != (form == "Arbeitshilfe") {
				t.Errorf("%s, %v by its source: %v", form, source, d.Append)
			}
		}
	}
	if d := mapped(t, mappingFile, func(d *importer.Document) { d.Origin.Form = "Rückfrage" }); d.Append {
		t.Error("a document that answers nothing is appended")
	}
}

func TestFormsThatAreSkippedAreCounted(t *testing.T) {
	o := options(t)
	o.Mapping = parsed(t, "masken:\n  ARTIKEL:\n    ueberspringen: ja\n")
	shelf := of(func() []any {
		return []any{text(1, "Inhalt"), text(2, "Bleibt", func(d *importer.Document) { d.Origin.Form = "Anders" })}
	})
	report, err := importer.Apply(context.Background(), importertest.NewMemory(), importer.Mapped(shelf, o.Mapping, time.UTC), o)
	if err != nil || states(report) != "skipped imported" || report.Documents[0].Notes[0] != "Maske „Artikel“: nach der Zuordnung nicht zu übernehmen." {
		t.Errorf("%v %+v", err, report)
	}
}

func TestNamesAreTheSameHoweverNotesWritesThem(t *testing.T) {
	for _, name := range []string{"CN=Erika Muster/OU=FB11/O=Musterstadt", "Erika Muster/FB11/Musterstadt", " cn=erika  muster / ou=FB11/o=musterstadt "} {
		if got := importer.NameKey(name); strings.ReplaceAll(got, " /", "/") != "erika muster/fb11/musterstadt" {
			t.Errorf("%q is %q", name, got)
		}
		if got := importer.DisplayName(name); strings.ToLower(got) != "erika muster" {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
	if importer.NameKey("CN=Erika Muster/OU=FB66/O=M") == importer.NameKey("CN=Erika Muster/OU=FB11/O=M") {
		t.Error("two people are one")
	}
}

func TestPeopleAreReadFromATable(t *testing.T) {
	read := func(data string) ([]importer.Person, error) {
		list, err := table.Read("namen.csv", strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return importer.ReadPeople(list)
	}
	people, err := read("Abteilung;Login;Name\nx;erika;CN=Erika Muster/O=S\nx;;CN=Ohne/O=S\n\nx;otto;CN=Otto/O=S\n")
	if err != nil || !slices.Equal(people, []importer.Person{{Name: "CN=Erika Muster/O=S", Login: "erika", Line: 2}, {Name: "CN=Otto/O=S", Login: "otto", Line: 5}}) {
		t.Errorf("%+v, %v", people, err)
	}
	if _, err := read("Vorname;Nachname\na;b\n"); !fault.Is(err, fault.Invalid) {
		t.Errorf("%v", err)
	}
}

// FuzzMapping: no file panics, and every refusal has a sentence and a line.
func FuzzMapping(f *testing.F) {
	f.Add([]byte(mappingFile))
	for _, seed := range []string{"a: *b", "&a [*a]", "? [x]\n: y", "<<: {a: b}", "!!binary x: y", "masken: {A: {titel: !!str x}}", "alle: |\n  x\n", "\t", "masken:\n  ? {a: b}\n", "{", "alle: [", "- - -", "%YAML", "alle: [[a]]", "masken:\n  1: {}\n  ~: {}\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		m, err := importer.ParseMapping("z.yaml", source)
		if err != nil {
			if got, ok := fault.Of(err); !ok || got.Line < 1 {
				t.Fatalf("no sentence or line for %v", err)
			}
			return
		}
		for _, form := range m.Forms {
			if form.Kind != "" && !slices.Contains(importer.MappableKinds(), form.Kind) {
				t.Errorf("%+v", form)
			}
		}
	})
}
