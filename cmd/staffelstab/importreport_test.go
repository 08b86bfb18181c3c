package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"staffelstab/internal/testkit"
)

// TestTheReportOfAnImportIsForEverybody opens the report as it lies on disk:
// nothing comes from elsewhere, axe finds nothing in light and dark and on a
// phone, and the tables can be sorted by keyboard.
func TestTheReportOfAnImportIsForEverybody(t *testing.T) {
	testkit.RequireBrowser(t)
	folder, data := t.TempDir(), newFolder(t)
	write(t, folder, map[string]string{"alt.dxl": export(entry(90, "Nur früher", "Der Hof ist zu streuen."))})
	command(t, "", "import", "apply", "--data", data, "--source", "dev", filepath.Join(folder, "alt.dxl")).want(t, exitNeedsEyes)
	source := filepath.Join(testkit.ModuleRoot(t), "importer/notes/testdata/dev-datenbank.dxl")
	command(t, "", "import", "apply", "--data", data, "--source", "dev", "--full", "--report", filepath.Join(folder, "b"), source).want(t, exitNeedsEyes)
	report := reportOf(t, filepath.Join(folder, "b"))
	if len(report.Pairs) == 0 || len(report.Missing) != 1 {
		t.Fatalf("the report lacks what is to be looked at: %d pairs, %d missing", len(report.Pairs), len(report.Missing))
	}
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(folder, "b"))))
	t.Cleanup(server.Close)
	v := startBrowser(t, server.URL).stranger(t)
	v.open("/report.html")
	v.accessible("bericht-zur-ueberfuehrung")
	v.reportOnAPhone()
	v.dark()
	v.axe("the report in the dark")
	v.picture("bericht-zur-ueberfuehrung-dunkel")
	v.sortsTheReport()
	v.filtersTheReport()
	if len(v.foreign) > 0 {
		t.Errorf("the report asks elsewhere: %v", v.foreign)
	}
}

// reportOnAPhone looks at every document on a narrow screen: nothing of it lies
// beside the screen, and what belongs to it is there.
func (v *visitor) reportOnAPhone() {
	v.t.Helper()
	v.do(chromedp.EmulateViewport(390, 844))
	if beside := v.evaluate(`[...document.querySelectorAll("body *")].filter(e => !e.closest(".hidden") && e.getBoundingClientRect().right > 390).map(e => e.outerHTML.slice(0, 80)).slice(0, 3).join(" | ")`); beside != "" {
		v.t.Errorf("beside a screen of 390 pixels: %s", beside)
	}
	if unseen := v.evaluate(`[...document.querySelectorAll(".documents tbody li")].filter(e => !e.closest("details") && e.getBoundingClientRect().width < 200).length`); unseen != "0" {
		v.t.Errorf("%s notes are squeezed", unseen)
	}
	v.axe("the report on a phone")
	v.do(chromedp.EmulateViewport(1280, 900))
	if wide := v.evaluate(`document.documentElement.scrollWidth`); wide != "1280" {
		v.t.Errorf("the report is %s pixels wide", wide)
	}
}

// sortsTheReport sorts by keyboard. The lines of a document stay together.
func (v *visitor) sortsTheReport() {
	v.t.Helper()
	order := `[...document.querySelector(".documents").tBodies].map(b => b.id).join()`
	lines := `[...document.querySelector(".documents").tBodies].map(b => b.id + b.textContent).sort().join()`
	before, together := v.evaluate(order), v.evaluate(lines)
	for _, want := range []string{"ascending", "descending"} {
		v.evaluate(`document.querySelector(".documents th button").focus()`)
		v.press("\r")
		if got := v.evaluate(`document.querySelector(".documents th").getAttribute("aria-sort")`); got != want {
			v.t.Errorf("sorted %q, want %q", got, want)
		}
	}
	if v.evaluate(order) == before {
		v.t.Errorf("sorting moves nothing: %s", before)
	}
	if v.evaluate(lines) != together {
		v.t.Error("sorting tears documents apart")
	}
	v.axe("the sorted report")
}

// filtersTheReport shows what needs eyes alone, and whoever follows a link to
// another document sees it nevertheless.
func (v *visitor) filtersTheReport() {
	v.t.Helper()
	shown := `[...document.querySelectorAll(".documents tbody")].filter(b => b.getClientRects().length).length`
	all := v.evaluate(shown)
	v.evaluate(`document.querySelector(".filter input[value=eyes]").focus()`)
	v.press(" ")
	eyes := v.evaluate(`document.querySelectorAll(".documents tbody[data-asks=eyes]").length`)
	if got := v.evaluate(shown); got != eyes || got == all || got == "0" {
		v.t.Errorf("%s of %s documents are shown, %s need eyes", got, all, eyes)
	}
	v.axe("the filtered report")
	v.evaluate(`(() => { const l = [...document.querySelectorAll("#verbindlichkeit ~ details a")].find(a => document.querySelector(a.hash).hidden); l.closest("details").open = true; l.focus() })()`)
	v.press("\r")
	if got := v.evaluate(shown); got != all || v.evaluate(`document.querySelector(":target") !== null`) != "true" {
		v.t.Errorf("a link leads to a document that is not shown: %s of %s are", got, all)
	}
}
