package findings_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"staffelstab/content/markdown"
	"staffelstab/importer/findings"
	"staffelstab/internal/i18n"
)

// TestATrialSaysWhatAnImportWouldSay: fields without a place and documents without
// anything to read are told here, too.
func TestATrialSaysWhatAnImportWouldSay(t *testing.T) {
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	reader := findings.Reader{
		Catalogue: catalogue, Renderer: markdown.New(markdown.Labels{Table: "Tabelle", Done: "erledigt", Open: "offen"}), Place: time.UTC, SpoolDir: t.TempDir(),
		Now: func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) },
	}
	const export = `<database xmlns='http://www.lotus.com/dxl' replicaid='C1257A3B00412345'><document form='Vermerk'><noteinfo unid='C1257A3B00412345C1257A4C00000001' sequence='1'/>` +
		`<item name='Subject'><text>Parken</text></item><item name='Regelung'><text>Auf dem Hof ist das Parken nur mit einem Ausweis der Verwaltung erlaubt.</text></item></document></database>`
	kept, err := reader.Keep("a.dxl", strings.NewReader(export))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = kept.Remove() }()
	trial, err := kept.Plan(context.Background(), "notes")
	if err != nil || len(trial.Documents) != 1 {
		t.Fatalf("%+v, %v", trial, err)
	}
	if notes := strings.Join(trial.Documents[0].Notes, "|"); !strings.Contains(notes, "hat keinen Text und keine Anlage") || !strings.Contains(notes, "keinen Platz haben: Regelung") {
		t.Errorf("notes %q", notes)
	}
}
