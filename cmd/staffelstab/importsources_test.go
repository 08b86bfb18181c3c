package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/importer"
	"staffelstab/internal/testkit"
)

// fixture returns a file of the importer's test data.
func fixture(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(testkit.ModuleRoot(t), "importer", name)
}

// TestInspectNeedsNoFolderAndWritesOnlyTheMapping looks at files of every kind.
// The mapping it proposes is one that plan accepts.
func TestInspectNeedsNoFolderAndWritesOnlyTheMapping(t *testing.T) {
	dxl, text := fixture(t, "notes/testdata/dev-datenbank.dxl"), fixture(t, "text/testdata/strukturierter-text.txt")
	t.Chdir(t.TempDir())
	command(t, "", "import", "inspect", dxl).want(t, exitDone, "dev-datenbank.dxl: Export aus Notes (DXL), UTF-8", "Dokumente: 11", "Maske „Arbeitshilfe“", "Subject").silent(t, "Erika", "Dienstreise")
	nothingHere(t)

	elsewhere := t.TempDir()
	mapping := filepath.Join(elsewhere, "zuordnung.yaml")
	line := []string{"import", "inspect", "--mapping", mapping, dxl, text}
	command(t, "", line...).want(t, exitDone, "Strukturierter Text aus Notes, Windows-1252", "Zuordnung zum Bearbeiten: "+mapping)
	written, err := os.ReadFile(mapping)
	must(t, err)
	command(t, "", line...).want(t, exitFailed, "gibt es schon")
	if again, err := os.ReadFile(mapping); err != nil || string(again) != string(written) {
		t.Errorf("the mapping was written over: %v", err)
	}
	nothingHere(t)
	command(t, "", "import", "plan", "--data", newFolder(t), "--source", "dev", "--mapping", mapping, dxl).want(t, exitNeedsEyes, "11 gelesen: 6 neu")
}

func TestInspectTellsWhatItDoesNotKnow(t *testing.T) {
	folder := write(t, t.TempDir(), map[string]string{"a.bin": "\x00\x01", "b.nsf": "\x1a\x00" + strings.Repeat("\x00", 300)})
	a, b := filepath.Join(folder, "a.bin"), filepath.Join(folder, "b.nsf")
	command(t, "", "import", "inspect", b).want(t, exitDone, "Notes-Datenbank (NSF)", "mit dem beiliegenden Agenten als DXL exportieren")
	command(t, "", "import", "inspect", a, b).want(t, exitNeedsEyes, "a.bin: nicht erkannt", "b.nsf: Notes-Datenbank")
	command(t, "", "import", "inspect", filepath.Join(folder, "fehlt"), b).want(t, exitNeedsEyes, "fehlt kann nicht gelesen werden", "b.nsf: Notes-Datenbank")
	command(t, "", "import", "inspect", filepath.Join(folder, "fehlt")).want(t, exitFailed, "fehlt kann nicht gelesen werden")
	command(t, "", "import", "inspect", "--mapping", filepath.Join(folder, "kein", "ordner.yaml"), b).want(t, exitFailed, "lässt sich nicht schreiben")
}

// TestEverySourceComesIn takes over structured text and saved pages, with a
// mapping and a table, and once as the database of rules.
func TestEverySourceComesIn(t *testing.T) {
	data, folder := newFolder(t), t.TempDir()
	write(t, folder, map[string]string{
		"m.yaml":      "bereiche:\n  Hochbau: 19\nmasken:\n  Rahmenbedingung:\n    art: dienstanweisung\n",
		"ansicht.csv": "Titel;Fachbereich;G\xfcltig ab;Ge\xe4ndert am\r\nSchlie\xdfanlage;Hochbau;01.04.2009;31.12.2019\r\nGibt es nicht;66;;\r\n",
		"seiten.csv":  "UNID;Fachbereich\nC1257A3B00412345C1257A4C003B0002;11\n",
	})
	in := func(name string) string { return filepath.Join(folder, name) }
	text := fixture(t, "text/testdata/strukturierter-text.txt")
	line := []string{"import", "apply", "--data", data, "--source", "text", "--mapping", in("m.yaml"), "--metadata", in("ansicht.csv"), "--report", in("bericht"), text}
	command(t, "", line...).want(t, exitNeedsEyes, "3 gelesen: 2 neu, 0 aktualisiert, 0 unverändert, 0 vorgeschlagen, 1 ausgelassen")
	for _, d := range reportOf(t, in("bericht")).Documents {
		if d.Status == importer.StatusImported && (d.LettersIn == 0 || d.LettersIn != d.LettersOut) {
			t.Errorf("%s: %d of %d letters", d.Title, d.LettersOut, d.LettersIn)
		}
	}
	command(t, "", line...).want(t, exitNeedsEyes, "0 neu, 0 aktualisiert, 2 unverändert, 0 vorgeschlagen, 1 ausgelassen")
	pages := fixture(t, "webpages/testdata/seiten")
	command(t, "", "import", "apply", "--data", data, "--source", "web", "--metadata", in("seiten.csv"), pages).want(t, exitNeedsEyes, "6 gelesen: 3 neu", "2 fehlgeschlagen", "Anmeldeseite")
	command(t, "", "import", "plan", "--data", data, "--source", "dev", text).want(t, exitNeedsEyes, "2 gelesen: 0 neu, 2 aktualisiert")
	command(t, "", "check", "--data", data, "--read-data").want(t, exitDone, "5 Texte geprüft, 0 Befunde")

	app := openHere(t, data)
	t.Cleanup(func() { must(t, app.Close()) })
	if a := byTitle(t, app, "Schließanlage"); a.Department != "19" || a.Kind != "dienstanweisung" || a.ValidFrom != "2009-04-01" {
		t.Errorf("%+v", a)
	}
	if a := byTitle(t, app, "Reisekosten – Rahmenbedingung"); a.Department != "11" || a.Origin.UNID != "C1257A3B00412345C1257A4C003B0002" {
		t.Errorf("%+v", a)
	}
}

// TestADatabaseFileAmongOthersDoesNotEndTheRun brings a Notes database beside an
// export, beside structured text, and alone.
func TestADatabaseFileAmongOthersDoesNotEndTheRun(t *testing.T) {
	data := newFolder(t)
	folder := write(t, t.TempDir(), map[string]string{"alt.nsf": "\x1a\x00" + strings.Repeat("\x00", 300)})
	nsf, report := filepath.Join(folder, "alt.nsf"), filepath.Join(folder, "bericht")
	line := func(more ...string) []string {
		return append([]string{"import", "apply", "--data", data, "--source", "dev", "--full", "--report", report}, more...)
	}
	command(t, "", line(nsf)...).want(t, exitFailed, "alt.nsf ist eine Notes-Datenbank", "mit dem beiliegenden Agenten als DXL exportieren")
	command(t, "", line(nsf, fixture(t, "notes/testdata/dev-datenbank.dxl"))...).
		want(t, exitNeedsEyes, "12 gelesen: 6 neu", "1 fehlgeschlagen", "alt.nsf: alt.nsf ist eine Notes-Datenbank", "mit dem beiliegenden Agenten")
	command(t, "", line(nsf, fixture(t, "notes/testdata/dev-utf16.dxl"))...).want(t, exitNeedsEyes, "1 fehlgeschlagen")
	if r := reportOf(t, report); len(r.Missing) != 0 || len(r.Remarks) != 1 {
		t.Errorf("%+v %q", r.Missing, r.Remarks)
	}
	command(t, "", line(fixture(t, "text/testdata/strukturierter-text.txt"), nsf)...).want(t, exitNeedsEyes, "3 gelesen: 2 neu", "1 fehlgeschlagen")
}

func TestWhatIsWrongWithAMappingOrATableIsSaid(t *testing.T) {
	data, folder := newFolder(t), t.TempDir()
	dxl := fixture(t, "notes/testdata/dev-datenbank.dxl")
	write(t, folder, map[string]string{
		"a.yaml": "alle: []\nmaske:\n  A:\n", "b.yaml": "namen: fehlt.csv\n", "c.yaml": "namen: spalten.csv\n", "spalten.csv": "Vorname;Nachname\nA;B\n",
		"ohne.csv": "Fachbereich;Autor\n66;A\n", "text.csv": "nichts\n",
	})
	plan := func(more ...string) ran {
		return command(t, "", append(append([]string{"import", "plan", "--data", data, "--source", "dev"}, more...), dxl)...)
	}
	in := func(name string) string { return filepath.Join(folder, name) }
	plan("--mapping", in("a.yaml")).want(t, exitFailed, "a.yaml:2: „maske“ ist in einer Zuordnung nicht vorgesehen")
	plan("--mapping", in("b.yaml")).want(t, exitFailed, "fehlt.csv kann nicht gelesen werden")
	plan("--mapping", in("c.yaml")).want(t, exitFailed, "spalten.csv braucht die Spalten „Name“ und „Login“")
	plan("--metadata", in("ohne.csv")).want(t, exitFailed, "weder eine Spalte UNID noch eine Spalte Titel")
	plan("--metadata", in("text.csv")).want(t, exitFailed, "keine Tabelle")
	plan("--metadata", in("fehlt.csv")).want(t, exitFailed, "fehlt.csv lässt sich nicht lesen")
	command(t, "", "import", "plan", "--data", data, "--source", "markdown", "--metadata", in("ohne.csv"), folder).want(t, exitFailed, "Kopf der Dateien")
}

// TestAuthorsWithAnAccountKeepTheirTexts names one author of the database by
// login; the other stays a pseudonym without an account.
func TestAuthorsWithAnAccountKeepTheirTexts(t *testing.T) {
	data, folder := newFolder(t), t.TempDir()
	command(t, passphrase+"\n", "user", "add", "--data", data, "erika", "--name", "Erika Muster").want(t, exitDone)
	write(t, folder, map[string]string{
		"m.yaml":    "namen: namen.csv\n",
		"namen.csv": "Name;Login\nJürgen Beispiel/FB11/Musterstadt;ERIKA\nCN=Otto/O=Musterstadt;otto\n",
	})
	text := fixture(t, "text/testdata/strukturierter-text.txt")
	command(t, "", "import", "apply", "--data", data, "--source", "text", "--mapping", filepath.Join(folder, "m.yaml"), text).
		want(t, exitNeedsEyes, "2 gelesen: 2 neu", "1 Anmeldenamen der Namenstabelle gibt es hier nicht (Zeilen 3)").silent(t, "Otto", "otto", "Jürgen")
	app := openHere(t, data)
	t.Cleanup(func() { must(t, app.Close()) })
	person, err := app.Store.PersonByLogin(t.Context(), "erika")
	must(t, err)
	byTitle(t, app, "Schlüsselausgabe")
	authors := map[string]bool{}
	for c, err := range app.Repository.History(t.Context(), "", app.Repository.Head()) {
		must(t, err)
		authors[c.Author] = true
	}
	if !authors[person.Pseudonym] {
		t.Errorf("authors %v, want %s among them", authors, person.Pseudonym)
	}
}
