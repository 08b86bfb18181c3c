package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"staffelstab/content/legacy"
)

// recordOld tells the desk of four documents of department 11: two pairs.
func recordOld(t *testing.T, app *App) {
	t.Helper()
	var documents []legacy.Document
	key := func(n int) legacy.Key {
		return legacy.Key{Replica: "C125711122233344", UNID: strings.Repeat("AB", 15) + fmt.Sprintf("%02d", n)}
	}
	for n, text := range []string{
		"Die Frist beträgt sechs Monate.\nBelege sind beizufügen.", "Die Frist beträgt zwölf Monate.\nBelege sind beizufügen.",
		"Kaffee ist selbst zu zahlen.", "Kaffee ist selbst zu zahlen.",
	} {
		documents = append(documents, legacy.Document{
			Key: key(n), Run: "lauf", Position: n, Title: fmt.Sprint("Reisekosten ", n+1), Department: "11", Form: "Beitrag", File: "dev.dxl", Status: "imported",
			Visible: text, Fingerprint: "f", Letters: legacy.InOut{In: 50, Out: 50}, Notes: []string{"Ein Bild hat keine Beschreibung."},
		})
	}
	pair := func(kind legacy.Kind, a, b int, differences ...legacy.Difference) legacy.Question {
		return legacy.Question{Subject: legacy.PairSubject(key(a), key(b)), Kind: kind, Department: "11", Title: documents[a].Title, Fingerprint: "p", Run: "lauf",
			First: key(a), Second: key(b), Share: 0.9, Differences: differences}
	}
	if err := app.Legacy.Record(t.Context(), app.Operator(), documents); err != nil {
		t.Fatal(err)
	}
	err := app.Legacy.EndRun(t.Context(), app.Operator(), legacy.Run{ID: "lauf", Source: "dev", At: app.Now(), Totals: map[string]int{"read": 4, "imported": 4}}, []legacy.Question{
		pair(legacy.Identical, 2, 3),
		pair(legacy.Contradicting, 0, 1, legacy.Difference{First: "Die Frist beträgt sechs Monate.", Second: "Die Frist beträgt zwölf Monate.", Why: "frist"}),
	}, true)
	if err != nil {
		t.Fatal(err)
	}
}

// TestTheDeskByKeyboard tries an export and decides with single keys, as
// somebody does who has five thousand to go.
func TestTheDeskByKeyboard(t *testing.T) {
	export, err := filepath.Abs("../../importer/dev/testdata/dev-datenbank.dxl")
	if err != nil {
		t.Fatal(err)
	}
	d := startDemo(t)
	b := startBrowser(t, d.url)
	v := b.as(t, "redaktion")
	v.open("/ueberfuehrung")
	v.accessible("ueberfuehrung-leer")
	v.open("/ueberfuehrung/probelauf")
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#feld-datei"), []string{export}))
	v.click(`form[enctype] button[type=submit]`)
	v.sees("Gespeichert wurde nichts.")
	v.accessible("probelauf")

	recordOld(t, d.app)
	v.open("/ueberfuehrung")
	v.sees("0 von 2 entschieden")
	v.accessible("ueberfuehrung")
	v.click(".standing a.kern-btn")
	v.sees("Diese zwei Dokumente sagen dasselbe")
	v.press("j")
	v.settle()
	v.sees("Zahlen, Tage oder Pflichten weichen ab")
	v.accessible("ueberfuehrung-widerspruch")
	v.dark()
	v.accessible("ueberfuehrung-widerspruch-dunkel")
	v.press("2")
	v.settle()
	v.sees("Entschieden.")
	v.press("u")
	v.settle()
	v.sees("Zahlen, Tage oder Pflichten weichen ab")
	v.press("2")
	v.settle()
	v.press("1")
	v.settle()
	v.sees("2 von 2 entschieden")
	decisions, err := d.app.Legacy.Decisions(t.Context(), d.app.Operator())
	if err != nil || len(decisions) != 2 {
		t.Fatal(decisions, err)
	}
	for _, decision := range decisions {
		if decision.Choice != legacy.Second && decision.Choice != legacy.Merge {
			t.Errorf("%s was decided as %s", decision.Subject, decision.Choice)
		}
	}

	v.open("/ueberfuehrung/entschieden?fb=11")
	v.sees("2 Antworten")
	v.accessible("ueberfuehrung-entschieden")
	v.click(`.given form button`)
	v.sees("Die Antwort ist zurückgenommen.")
	if left, err := d.app.Legacy.Decisions(t.Context(), d.app.Operator()); err != nil || len(left) != 1 {
		t.Fatal(left, err)
	}

	if err := d.app.Legacy.EndRun(t.Context(), d.app.Operator(), legacy.Run{ID: "plan", Source: "dev", At: d.app.Now(), Dry: true, Totals: map[string]int{"read": 3, "imported": 3}}, nil, false); err != nil {
		t.Fatal(err)
	}
	admin := b.as(t, "admin")
	admin.open("/verwaltung/plaene")
	admin.accessible("plaene")
	admin.click(`.given form button`)
	admin.sees("Die Vorschau ist zurückgezogen.")

	// Whoever does not want single keys switches them off.
	v.open("/ueberfuehrung/frage?frage=" + strings.ReplaceAll(decisions[0].Subject, " ", "+"))
	v.evaluate(`document.querySelector("#tasten").click()`)
	v.press("3")
	v.settle()
	if got := v.evaluate("location.search"); strings.Contains(got, "zuletzt") {
		t.Error("a key decides although keys are switched off")
	}
}
