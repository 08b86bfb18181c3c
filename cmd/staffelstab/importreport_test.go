package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

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
	v.dark()
	v.axe("the report in the dark")
	first := `document.querySelector("table.sortable tbody th").textContent`
	before := v.evaluate(first)
	for _, want := range []string{"ascending", "descending"} {
		v.evaluate(`document.querySelector("table.sortable th button").focus()`)
		v.press("\r")
		if got := v.evaluate(`document.querySelector("table.sortable th").getAttribute("aria-sort")`); got != want {
			t.Errorf("sorted %q, want %q", got, want)
		}
	}
	if v.evaluate(first) == before {
		t.Errorf("sorting moves nothing: %s comes first", before)
	}
	v.axe("the sorted report")
	if len(v.foreign) > 0 {
		t.Errorf("the report asks elsewhere: %v", v.foreign)
	}
}
