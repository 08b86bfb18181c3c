package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/internal/testkit"
)

// reportOf reads the report of an import.
func reportOf(t *testing.T, folder string) importer.Report {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, "report.json"))
	must(t, err)
	var r importer.Report
	must(t, json.Unmarshal(data, &r))
	if !r.Totals.Balanced() || r.Totals.Read != len(r.Documents) {
		t.Errorf("the report does not add up: %+v and %d documents", r.Totals, len(r.Documents))
	}
	return r
}

// fates says for every document what became of it and where it lies.
func fates(r importer.Report) []string {
	var out []string
	for _, d := range r.Documents {
		out = append(out, fmt.Sprintf("%s %s %s %d/%d", d.Title, d.Status, d.Path, d.LettersIn, d.LettersOut))
	}
	return out
}

// TestAnImportIsTheSameBesideAServerAndAlone takes the DEV database over three
// times: planned, alone, and beside a server. The reports agree on every
// document, and so do the texts.
func TestAnImportIsTheSameBesideAServerAndAlone(t *testing.T) {
	source := filepath.Join(testkit.ModuleRoot(t), "importer/notes/testdata/dev-datenbank.dxl")
	reports := t.TempDir()
	apply := func(name, verb, data string) importer.Report {
		t.Helper()
		folder := filepath.Join(reports, name)
		command(t, "", "import", verb, "--data", data, "--source", "dev", "--report", folder, source).want(t, exitNeedsEyes, "11 gelesen: 6 neu", "Bericht: "+folder)
		for _, file := range []string{"report.html", "report.csv"} {
			if info, err := os.Stat(filepath.Join(folder, file)); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v", file, err)
			}
		}
		return reportOf(t, folder)
	}
	alone, beside := newFolder(t), filepath.Join(t.TempDir(), "d")
	planned := apply("geplant", "plan", alone)
	first := apply("allein", "apply", alone)
	serveHere(t, "--data", beside)
	second := apply("neben", "apply", beside)
	if !planned.DryRun || first.DryRun || first.Run == second.Run {
		t.Errorf("runs %q %v, %q %v, %q %v", planned.Run, planned.DryRun, first.Run, first.DryRun, second.Run, second.DryRun)
	}
	if a, b := fates(first), fates(second); strings.Join(a, "\n") != strings.Join(b, "\n") {
		t.Errorf("alone:\n%s\nbeside a server:\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
	for i, d := range planned.Documents {
		if d.Status != first.Documents[i].Status || d.Title != first.Documents[i].Title {
			t.Errorf("planned was %s %s, but it came as %s %s", d.Status, d.Title, first.Documents[i].Status, first.Documents[i].Title)
		}
	}
	// Two of the six documents are answers, which stand in the text they answer.
	command(t, "", "check", "--data", beside, "--read-data").want(t, exitDone, "4 Texte geprüft, 0 Befunde")
}

// TestTextsChangedByHandSurviveTheNextImport edits one imported text before
// the source itself changes two: the one nobody touched follows, of the other
// both changes are proposed, once, and the text stays as it is.
func TestTextsChangedByHandSurviveTheNextImport(t *testing.T) {
	data, folder := newFolder(t), t.TempDir()
	export, err := os.ReadFile(filepath.Join(testkit.ModuleRoot(t), "importer/notes/testdata/dev-datenbank.dxl"))
	must(t, err)
	write(t, folder, map[string]string{"dev.dxl": string(export)})
	line := []string{"import", "apply", "--data", data, "--source", "dev", "--report", filepath.Join(folder, "bericht"), filepath.Join(folder, "dev.dxl")}
	command(t, "", line...).want(t, exitNeedsEyes, "6 neu")

	app := openHere(t, data)
	trip := byTitle(t, app, "Dienstreise beantragen")
	_, err = app.Library.Save(t.Context(), app.Operator(), trip.ID, trip.ETag, content.Edit{Body: "Erst das Dezernat fragen."})
	must(t, err)
	must(t, app.Close())

	later := strings.NewReplacer("Die Abrechnung muss innerhalb von", "Die Abrechnung muss spätestens nach", "binnen 6 Monaten", "binnen drei Monaten").Replace(string(export))
	write(t, folder, map[string]string{"dev.dxl": later})
	command(t, "", line...).want(t, exitNeedsEyes, "0 neu, 3 aktualisiert, 2 unverändert, 1 vorgeschlagen, 2 ausgelassen")
	proposal := ""
	for _, d := range reportOf(t, filepath.Join(folder, "bericht")).Documents {
		if d.Path == trip.Path && d.Status == importer.StatusProposed && strings.Contains(strings.Join(d.Notes, " "), "stehen als Vorschlag") {
			proposal = d.Proposal
		}
	}
	if proposal == "" {
		t.Error("nobody is told that the text was changed on both sides")
	}
	command(t, "", line...).want(t, exitNeedsEyes, "0 neu, 0 aktualisiert, 5 unverändert, 1 vorgeschlagen, 2 ausgelassen")
	app = openHere(t, data)
	t.Cleanup(func() { must(t, app.Close()) })
	for title, words := range map[string]string{"Dienstreise beantragen": "Erst das Dezernat fragen.", "Reisekosten – Rahmenbedingung": "binnen drei Monaten"} {
		source, err := app.Library.Source(t.Context(), app.Operator(), byTitle(t, app, title).ID, "")
		must(t, err)
		if !strings.Contains(source.Body, words) {
			t.Errorf("%s says %q", title, source.Body)
		}
	}
	waiting, err := app.Store.Proposals(t.Context(), content.ProposalFilter{Article: trip.ID})
	must(t, err)
	if len(waiting) != 1 || string(waiting[0].ID) != proposal || waiting[0].State != content.ProposalSubmitted {
		t.Fatalf("proposals %+v, reported %q", waiting, proposal)
	}
	p, err := app.Store.Proposal(t.Context(), waiting[0].ID)
	must(t, err)
	for _, words := range []string{"Erst das Dezernat fragen.", "Die Abrechnung muss spätestens nach"} {
		if !strings.Contains(string(p.Source), words) {
			t.Errorf("%q is missing from the proposal\n%s", words, p.Source)
		}
	}
}

// byTitle finds a text of the folder.
func byTitle(t *testing.T, app *App, title string) content.Article {
	t.Helper()
	for a, err := range app.Store.AllArticles(t.Context()) {
		must(t, err)
		if a.Title == title {
			return a
		}
	}
	t.Fatalf("there is no %q", title)
	return content.Article{}
}

// TestAKilledImportIsFinishedByTheNext kills the server while it takes over
// many texts, the moment the first ones can be seen. What was written is whole,
// and the same command brings the rest.
func TestAKilledImportIsFinishedByTheNext(t *testing.T) {
	const total = 120
	folder := t.TempDir()
	many := map[string]string{}
	for i := range total {
		many[fmt.Sprintf("texte/%03d.md", i)] = fmt.Sprintf("# Straße %03d\n\n%s\n", i, strings.Repeat("Fahrbahn, Gehweg, Radweg. ", 100))
	}
	write(t, folder, many)
	data := filepath.Join(folder, "d")
	server := exec.Command("staffelstab", "serve", "--data", data, "--listen", "127.0.0.1:0")
	out := &announced{text: make(chan string, 1)}
	server.Stdout = out
	must(t, server.Start())
	s := served{t: t, url: address.FindString(<-out.text)}
	line := []string{"import", "apply", "--data", data, "--source", "markdown", filepath.Join(folder, "texte")}
	cut := make(chan ran, 1)
	go func() { cut <- command(t, "", line...) }()
	for { // until the first text is on disk
		if _, err := os.Stat(filepath.Join(data, "content.git/refs/heads/main")); err == nil {
			break
		}
		s.get("/healthz")
	}
	must(t, server.Process.Kill())
	_ = server.Wait() // killed
	if got := <-cut; got.status != exitFailed || !strings.Contains(got.err, "Die Verbindung zum laufenden Server ist abgebrochen") {
		t.Fatalf("the command ends with %+v", got)
	}
	command(t, "", "check", "--data", data, "--read-data").want(t, exitDone, " 0 Befunde")
	rest := filepath.Join(folder, "bericht")
	command(t, "", append(line, "--report", rest)...).want(t, exitDone)
	totals := reportOf(t, rest).Totals
	if totals.Imported == 0 || totals.Unchanged == 0 || totals.Imported+totals.Unchanged != total {
		t.Errorf("after %d texts the second run brings %d", totals.Unchanged, totals.Imported)
	}
	command(t, "", line...).want(t, exitDone, fmt.Sprintf("%d unverändert", total))
	command(t, "", "check", "--data", data, "--read-data").want(t, exitDone, fmt.Sprintf("%d Texte geprüft, 0 Befunde", total))
}

// TestPseudonymsAreTheSameInEveryRun takes two repositories of one person over
// in two runs; only the key of the folder joins them.
func TestPseudonymsAreTheSameInEveryRun(t *testing.T) {
	app := openHere(t, newFolder(t))
	t.Cleanup(func() { must(t, app.Close()) })
	key, err := app.pseudonymKey()
	must(t, err)
	again, err := app.pseudonymKey()
	must(t, err)
	info, err := os.Stat(filepath.Join(app.Data, pseudonymKeyFile))
	must(t, err)
	if len(key) != 32 || string(again) != string(key) || info.Mode().Perm() != 0o600 {
		t.Errorf("a key of %d bytes, the same again: %v, mode %v", len(key), string(again) == string(key), info.Mode())
	}
	ours, theirs := pseudonymizer{key: key}, pseudonymizer{key: []byte("another folder's")}
	name := "Erika Muster/FB66/Stadt"
	switch {
	case ours.of(name) != (pseudonymizer{key: again}).of(name):
		t.Error("a person has two pseudonyms")
	case ours.of(name) == theirs.of(name):
		t.Error("two folders give a person the same pseudonym: the key does nothing")
	case ours.of(name) == ours.of("Otto Bauer/FB66/Stadt"):
		t.Error("two people have one pseudonym")
	case !strings.HasPrefix(ours.of(name), "u-") || strings.Contains(ours.of(name), "rika"):
		t.Errorf("a pseudonym is %q", ours.of(name))
	case ours.of("") != operatorPseudonym:
		t.Errorf("nobody is %q", ours.of(""))
	}
}
