package importer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/importertest"
)

// TestOneOfSeveralSpellingsCountsAlways: which one must not be left to chance.
func TestOneOfSeveralSpellingsCountsAlways(t *testing.T) {
	d := importer.Document{Fields: map[string]string{"STAND": "a", "Stand": "b", "stanD": "c", "Leer": ""}}
	for range 50 {
		if exact, other := d.Values("stanD"), d.Values("stand"); exact[0] != "c" || other[0] != "a" {
			t.Fatalf("%q, %q", exact, other)
		}
	}
	if got := d.Values("leer"); got != nil {
		t.Errorf("%q", got)
	}
	if got := d.Values("fehlt"); got != nil {
		t.Errorf("%q", got)
	}
}

// TestEveryFieldWithoutAPlaceIsListedOnceForItsForm: short ones too. What the article
// has as its title, topics, day, author or readers has a place.
func TestEveryFieldWithoutAPlaceIsListedOnceForItsForm(t *testing.T) {
	document := func(n int) *importer.Document {
		return text(n, "Der Text nennt Zimmer 3.14 im Rathaus.", func(d *importer.Document) {
			d.Title, d.Department, d.ValidFrom, d.Topics = "Parken", "66", "2009-04-01", []string{"Haushalt, Finanzen", "Bau/Straße"}
			d.Readers = []string{"*/O=Musterstadt"}
			d.Fields = map[string]string{
				"Subject": "Parken", "Fachbereich": "66\n11", "GueltigAb": "01.04.2009", "Categories": "Haushalt, Finanzen\nBau\\Straße", "Leser": "*/O=Musterstadt",
				"Verfasser": "CN=Erika Muster/O=M", "$Revisions": "1.1.2000", "Raum": "Zimmer 3.14 im Rathaus", "Leer": " ",
				"Frist": "vier Wochen", "Betrag": "125.5", "Nummer": "3", "Art": "Gebraucht",
			}
			d.Used = []string{"ART"}
		})
	}
	target := importertest.NewMemory()
	report, err := importer.Apply(t.Context(), target, importer.Mapped(of(func() []any { return []any{document(1), document(2)} }), importer.Mapping{}, time.UTC), options(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []importer.UnplacedField{{Form: "Artikel", Field: "Betrag", Documents: 2}, {Form: "Artikel", Field: "Frist", Documents: 2}, {Form: "Artikel", Field: "Nummer", Documents: 2}}
	if !slices.Equal(report.Unplaced, want) {
		t.Errorf("%+v", report.Unplaced)
	}
	if e := entryOf(t, report, 1); strings.Join(e.Notes, "|") != "Der Artikel hat einen Fachbereich; das Dokument nennt weitere: 11." || !e.Review {
		t.Errorf("%+v", e)
	}
}

// TestFieldsWithTextAreNamedAndCanBePlaced: in many forms the rule itself stands
// in a plain field.
func TestFieldsWithTextAreNamedAndCanBePlaced(t *testing.T) {
	const rule = "Die Regelung selbst steht in diesem Feld.\n\nUnd geht hier weiter."
	documents := func() []any {
		return []any{text(1, "", func(d *importer.Document) {
			d.Blocks, d.Visible = nil, ""
			d.Fields = map[string]string{
				"Regelungstext": rule, "Subject": "Ein langer Betreff, der schon Titel ist und nirgends fehlt", "$Revisions": strings.Repeat("01.01.2010 ", 20), "Kurz": "nur ein Wort", "Categories": "Personal und Recht\\Dienstreisen, Haushalt und Finanzen",
				"Verfasser": "CN=Erika Muster/OU=FB11/O=Musterstadt CN=Kurt Adam/O=M",
			}
			d.Topics = []string{"Haushalt und Finanzen", "Personal und Recht/Dienstreisen"}
			d.Title = "Ein langer Betreff, der schon Titel ist und nirgends fehlt"
		})}
	}
	run := func(target *importertest.Memory, documents func() []any, m importer.Mapping) *importer.Report {
		report, err := importer.Apply(t.Context(), target, importer.Mapped(of(documents), m, time.UTC), options(t))
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	plain := run(importertest.NewMemory(), documents, importer.Mapping{})
	e := entryOf(t, plain, 1)
	notes := strings.Join(e.Notes, "|")
	if !e.Review || !strings.Contains(notes, "hat keinen Text und keine Anlage") || !strings.Contains(notes, "keinen Platz haben: Regelungstext. Nennen") {
		t.Errorf("%+v", e)
	}
	m := importer.Mapping{Forms: map[string]importer.FormMapping{"Artikel": {Text: []string{"Regelungstext", "Fehlt"}}}}
	target := importertest.NewMemory()
	placed := run(target, documents, m)
	e = entryOf(t, placed, 1)
	if e.Review || e.LettersIn == 0 || e.LettersIn != e.LettersOut || len(e.Notes) > 0 {
		t.Errorf("%+v", e)
	}
	if got := string(target.Articles()[id(1)].Markdown); !strings.HasSuffix(got, "---\n\nDie Regelung selbst steht in diesem Feld.\n\nUnd geht hier weiter.\n") {
		t.Errorf("got\n%s", got)
	}
	before := func() []any {
		return []any{text(1, "Der Text.", func(d *importer.Document) { d.Fields = map[string]string{"Regelungstext": rule} })}
	}
	run(target, before, m)
	if got := string(target.Articles()[id(1)].Markdown); !strings.HasSuffix(got, "hier weiter.\n\nDer Text.\n") {
		t.Errorf("got\n%s", got)
	}
}
