package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/dev"
	"staffelstab/importer/importertest"
	"staffelstab/importer/notes"
	"staffelstab/internal/fault"
	"staffelstab/internal/testkit"
)

const replica = "C1257A3B00412345"

func unid(n int) string { return fmt.Sprintf("%sC1257A4C%08X", replica, n) }

func idOf(n int) content.ID {
	return importer.ArticleID(importer.Key{ReplicaID: replica, UNID: unid(n)})
}

// entry is a document of the database of rules. body is DXL.
func entry(n int, title, body string) string {
	return fmt.Sprintf(`<document form='Arbeitshilfe'><noteinfo unid='%s' sequence='1'><created><datetime>20090312T101500,00+01</datetime></created>`+
		`<revised><datetime>20171124T093000,00+01</datetime></revised></noteinfo><item name='Subject'><text>%s</text></item>`+
		`<item name='Body'><richtext><pardef id='1'/><par def='1'>%s</par></richtext></item></document>`, unid(n), title, body)
}

// export is a file of documents.
func export(documents ...string) string {
	return "<?xml version='1.0' encoding='utf-8'?>\n<database xmlns='http://www.lotus.com/dxl' replicaid='" + replica + "' title='DEV'>\n" + strings.Join(documents, "\n") + "\n</database>\n"
}

func TestTheLibraryIsATarget(t *testing.T) {
	empty := newFolder(t)
	importertest.TargetContract(t, func(t *testing.T) importer.Target {
		app := openHere(t, twin(t, empty))
		t.Cleanup(func() { must(t, app.Close()) })
		return libraryTarget{app}
	})
}

// TestALinkLeadsWhereALaterImportBringsItsTarget imports a text whose link
// leads nowhere yet, and in another run only what it leads to.
func TestALinkLeadsWhereALaterImportBringsItsTarget(t *testing.T) {
	folder, data := t.TempDir(), newFolder(t)
	first := entry(1, "Dienstreise", "Siehe <doclink document='"+unid(2)+"'>die Rahmenbedingung</doclink>.")
	write(t, folder, map[string]string{"a.dxl": export(first), "b.dxl": export(entry(2, "Reisekosten", "Es gilt das Landesrecht."))})
	line := func(file string) []string {
		return []string{"import", "apply", "--data", data, "--source", "dev", filepath.Join(folder, file)}
	}
	command(t, "", line("a.dxl")...).want(t, exitNeedsEyes, "1 neu")
	page := func() (string, int) {
		app := openHere(t, data)
		defer func() { must(t, app.Close()) }()
		view, err := app.Library.Read(t.Context(), app.Operator(), idOf(1), "")
		must(t, err)
		_, broken, err := app.Library.BrokenLinks(t.Context(), app.Operator(), "", 10, 0)
		must(t, err)
		return view.HTML, broken
	}
	if html, broken := page(); strings.Contains(html, "/a/"+string(idOf(2))) || broken != 1 {
		t.Errorf("%d broken links in\n%s", broken, html)
	}
	command(t, "", line("b.dxl")...).want(t, exitNeedsEyes, "1 neu")
	if html, broken := page(); !strings.Contains(html, `href="/a/`+string(idOf(2))+`"`) || broken != 0 {
		t.Errorf("%d broken links in\n%s", broken, html)
	}
	command(t, "", line("a.dxl")...).want(t, exitNeedsEyes, "1 aktualisiert")
	command(t, "", line("a.dxl")...).want(t, exitNeedsEyes, "1 unverändert")
}

// TestVerifyFindsWhatIsMissing compares an import with its source, whole and
// after a text and the bytes of a file are gone.
func TestVerifyFindsWhatIsMissing(t *testing.T) {
	source := filepath.Join(testkit.ModuleRoot(t), "importer/notes/testdata/dev-datenbank.dxl")
	data := newFolder(t)
	command(t, "", "import", "apply", "--data", data, "--source", "dev", source).want(t, exitNeedsEyes, "6 neu")
	verify := []string{"import", "verify", "--data", data, "--source", "dev", "--report", filepath.Join(t.TempDir(), "b"), source}
	command(t, "", verify...).want(t, exitDone, "11 gelesen: 6 da, 0 hier geändert, 0 ganz oder zum Teil fehlend")
	app := openHere(t, data)
	trip := byTitle(t, app, "Dienstreise beantragen")
	gone := byTitle(t, app, "Verweise")
	must(t, app.Library.Archive(t.Context(), app.Operator(), gone.ID, gone.ETag, "weg"))
	must(t, app.Close())
	got := command(t, "", verify...).want(t, exitNeedsEyes, "5 da, 0 hier geändert, 1 ganz oder zum Teil fehlend", "Kein Artikel")
	if strings.Contains(got.err, trip.Title) {
		t.Errorf("what is there is said to be missing: %s", got.err)
	}
	files := 0
	must(t, filepath.WalkDir(filepath.Join(data, "files"), func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			files++
			must(t, os.Chmod(name, 0o600))
			return os.WriteFile(name, []byte("anderes"), 0o600)
		}
		return err
	}))
	if files == 0 {
		t.Fatal("there are no stored files")
	}
	command(t, "", verify...).want(t, exitNeedsEyes, "Anlage „")
}

func TestDecisionsAreGivenAsAFile(t *testing.T) {
	folder, data := t.TempDir(), newFolder(t)
	same := "Vor jeder Dienstreise ist der Antrag bei der Leitung zu stellen."
	write(t, folder, map[string]string{
		"a.dxl":        export(entry(1, "Dienstreise", same), entry(2, "Dienstreise", same), entry(3, "Hof", "Der Hof ist zu streuen.")),
		"kaputt.yaml":  "entscheidungen:\n  - gegenstand: x\n",
		"weniger.dxl":  export(entry(1, "Dienstreise", same), entry(2, "Dienstreise", same)),
		"falsch.unids": "keine\n",
		"weg.unids":    replica + "\n" + unid(3) + "\n",
	})
	at := func(name string) string { return filepath.Join(folder, name) }
	line := func(more ...string) []string {
		return append([]string{"import", "apply", "--data", data, "--source", "dev", "--report", at("bericht")}, more...)
	}
	command(t, "", line("--decisions", at("kaputt.yaml"), at("a.dxl"))...).want(t, exitFailed, "Zeile 2 der Entscheidungen")
	command(t, "", line("--decisions", at("fehlt.yaml"), at("a.dxl"))...).want(t, exitFailed, "lässt sich nicht lesen")
	command(t, "", line(at("a.dxl"), at("falsch.unids"))...).want(t, exitFailed, "Zeile 1 der Löschliste")
	command(t, "", line(at("a.dxl"))...).want(t, exitNeedsEyes, "3 neu")
	report := reportOf(t, at("bericht"))
	if len(report.Pairs) != 1 {
		t.Fatalf("pairs %+v", report.Pairs)
	}
	decisions := &importer.Decisions{}
	decisions.Put(importer.Decision{Subject: report.Pairs[0].Subject(), Choice: importer.ChooseMerge, Fingerprint: report.Pairs[0].Fingerprint})
	f, err := os.Create(at("entscheidungen.yaml"))
	must(t, err)
	must(t, errors.Join(decisions.Write(f), f.Close()))
	command(t, "", line("--decisions", at("entscheidungen.yaml"), at("a.dxl"))...).want(t, exitNeedsEyes, "0 neu, 1 aktualisiert, 1 unverändert, 0 vorgeschlagen, 1 ausgelassen")
	app := openHere(t, data)
	for n := 1; n <= 2; n++ {
		found, err := app.Library.ByOrigin(t.Context(), app.Operator(), replica, unid(n))
		if err != nil || len(found) != 1 || found[0].ID != idOf(1) {
			t.Errorf("document %d leads to %v, %v", n, found, err)
		}
	}
	must(t, app.Close())
	command(t, "", line("--decisions", at("entscheidungen.yaml"), "--full", at("weniger.dxl"))...).want(t, exitNeedsEyes, "1 unverändert")
	if missing := reportOf(t, at("bericht")).Missing; len(missing) != 1 || missing[0].UNID != unid(3) || missing[0].Reason != importer.MissingInFull {
		t.Errorf("%+v", missing)
	}
	command(t, "", line("--decisions", at("entscheidungen.yaml"), at("weniger.dxl"), at("weg.unids"))...).want(t, exitNeedsEyes)
	if missing := reportOf(t, at("bericht")).Missing; len(missing) != 1 || missing[0].Reason != importer.MissingDeleted {
		t.Errorf("%+v", missing)
	}
	command(t, "", "check", "--data", data, "--read-data").want(t, exitDone, " 0 Befunde")
}

// TestAnOldExportIsToldAndChangesNothing applies exports in the wrong order.
func TestAnOldExportIsToldAndChangesNothing(t *testing.T) {
	folder, data := t.TempDir(), newFolder(t)
	saved := func(times int, document string) string {
		return strings.Replace(document, "sequence='1'", fmt.Sprintf("sequence='%d'", times), 1)
	}
	closed := strings.Replace(saved(5, entry(2, "Kasse", "Vertraulich geworden.")), "<item name='Subject'>", "<item name='Leser' readers='true'><textlist><text>[Leitung]</text></textlist></item><item name='Subject'>", 1)
	write(t, folder, map[string]string{
		"alt.dxl": export(entry(1, "Hof", "Der Hof wird gefegt."), entry(2, "Kasse", "Noch offen.")),
		"neu.dxl": export(saved(5, entry(1, "Hof", "Der Hof ist zu streuen.")), closed),
	})
	line := func(verb, file string) []string {
		return []string{"import", verb, "--data", data, "--source", "dev", "--report", filepath.Join(folder, "bericht"), filepath.Join(folder, file)}
	}
	command(t, "", line("plan", "alt.dxl")...).want(t, exitNeedsEyes, "2 neu")
	command(t, "", line("apply", "neu.dxl")...).want(t, exitNeedsEyes, "1 neu, 0 aktualisiert, 0 unverändert, 0 vorgeschlagen, 0 ausgelassen", "1 zurückgehalten")
	command(t, "", line("plan", "alt.dxl")...).want(t, exitNeedsEyes, "0 neu", "1 ausgelassen")
	command(t, "", line("apply", "alt.dxl")...).want(t, exitNeedsEyes, "0 neu, 0 aktualisiert, 0 unverändert, 0 vorgeschlagen, 1 ausgelassen", "1 zurückgehalten", "richtige Export")
	app := openHere(t, data)
	view, err := app.Library.Read(t.Context(), app.Operator(), idOf(1), "")
	must(t, err)
	if !strings.Contains(view.HTML, "streuen") {
		t.Errorf("the old text is back:\n%s", view.HTML)
	}
	if found, err := app.Library.ByOrigin(t.Context(), app.Operator(), replica, unid(2)); err != nil || len(found) != 0 {
		t.Errorf("what was withheld is published: %v, %v", found, err)
	}
	must(t, app.Close())
	command(t, "", line("verify", "alt.dxl")...).want(t, exitDone, "2 gelesen: 0 da")
	command(t, "", line("apply", "neu.dxl")...).want(t, exitNeedsEyes, "1 unverändert")
}

// interrupted is the library of a process that is killed while it writes.
type interrupted struct {
	libraryTarget
	left int
}

var errKilled = errors.New("killed")

func (i *interrupted) Put(ctx context.Context, batch []importer.Incoming) ([]importer.Written, error) {
	out := make([]importer.Written, len(batch))
	for n := range batch {
		if i.left--; i.left < 0 {
			return out, errKilled
		}
		written, err := i.libraryTarget.Put(ctx, batch[n:n+1])
		if err != nil {
			return out, err
		}
		out[n] = written[0]
	}
	return out, nil
}

func (i *interrupted) Retire(ctx context.Context, r importer.Retirement) error {
	if i.left--; i.left < 0 {
		return errKilled
	}
	return i.libraryTarget.Retire(ctx, r)
}

// everything is the tree and the rows of a folder, without what names commits
// and times of runs.
func everything(t *testing.T, app *App) string {
	t.Helper()
	var out []string
	tree, err := app.Repository.Snapshot(t.Context(), app.Repository.Head())
	must(t, err)
	must(t, fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			data, readErr := tree.ReadFile(name)
			out, err = append(out, name+"\n"+string(data)), readErr
		}
		return err
	}))
	for a, err := range app.Store.AllArticles(t.Context()) {
		must(t, err)
		out = append(out, fmt.Sprintf("%s %s %s %s %s %d %+v", a.ID, a.Path, a.Blob, a.ETag, a.ContentHash, a.Words, a.Meta))
		last, err := app.Store.Revision(t.Context(), a.Revision)
		must(t, err)
		out = append(out, fmt.Sprintf("%s %s %s %s", last.Author, last.At, last.Message, last.Title))
		for _, name := range a.Names() {
			found, err := app.Store.NamedArticles(t.Context(), name)
			must(t, err)
			for _, f := range found {
				out = append(out, fmt.Sprintf("%v %s", name, f.ID))
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// TestAKilledImportEndsAsOneThatWasNot kills imports into the library at 20
// records and runs them again: tree and rows are those of one run that was not.
func TestAKilledImportEndsAsOneThatWasNot(t *testing.T) {
	folder, empty := t.TempDir(), newFolder(t)
	documents := func(words string) string {
		var out []string
		for n := range 24 {
			body := fmt.Sprintf("%s %d, siehe <doclink document='%s'>dort</doclink>.", words, n, unid((n+7)%26))
			if n%6 == 5 {
				body = "Diese Kopie hat in jedem Dokument denselben Wortlaut wie im ersten."
			}
			out = append(out, entry(n, fmt.Sprintf("Regel %d", n%5), body))
		}
		return export(out...)
	}
	write(t, folder, map[string]string{"alt.dxl": documents("Der Antrag war zu stellen"), "neu.dxl": documents("Der Antrag ist zu stellen")})
	run := func(app *App, file string, target importer.Target) error {
		exports, err := notes.New(app.Zone, filepath.Join(folder, file))
		must(t, err)
		_, err = importer.Apply(t.Context(), target, dev.New(exports), importer.Options{
			Run: "lauf", Catalogue: app.Catalogue, Renderer: app.Library.Renderer, Pseudonym: func(string) string { return operatorPseudonym },
			SpoolDir: filepath.Join(app.Data, spoolFolder), Place: app.Zone, MergeIdentical: file == "neu.dxl",
		})
		return err
	}
	before := openHere(t, empty)
	must(t, run(before, "alt.dxl", libraryTarget{before}))
	must(t, before.Close())
	whole := openHere(t, twin(t, empty))
	must(t, run(whole, "neu.dxl", libraryTarget{whole}))
	want := everything(t, whole)
	must(t, whole.Close())
	if !strings.Contains(want, "auch:") || strings.Contains(want, "war zu stellen") {
		t.Fatalf("the test tests nothing:\n%s", want)
	}
	random := rand.New(rand.NewSource(12))
	for round := range 20 {
		at := random.Intn(24)
		killed := openHere(t, twin(t, empty))
		if err := run(killed, "neu.dxl", &interrupted{libraryTarget{killed}, at}); err != nil && !errors.Is(err, errKilled) && !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
		must(t, killed.Close())
		again := openHere(t, killed.Data)
		must(t, run(again, "neu.dxl", libraryTarget{again}))
		if got := everything(t, again); got != want {
			t.Errorf("round %d, killed after %d: another result\n%s\nwant\n%s", round, at, got, want)
		}
		must(t, again.Close())
	}
}

// TestABatchMayReferToItself places a text and one that replaces it side by
// side, and tells the truth about a batch that was cut short.
func TestABatchMayReferToItself(t *testing.T) {
	app := openHere(t, newFolder(t))
	t.Cleanup(func() { must(t, app.Close()) })
	text := func(id, more string) importer.Incoming {
		return importer.Incoming{ID: content.ID(id), Kind: content.KindStandard, Title: id, When: app.Now(), Message: id,
			Markdown: []byte("---\nid: " + id + "\nart: standard\ntitel: " + id + "\nverbindlich: ungeprüft\n" + more + "---\n\nText.\n")}
	}
	target := libraryTarget{app}
	written, err := target.Put(t.Context(), []importer.Incoming{text("alteregel2", ""), text("neueregel2", "gueltig_ab: 2026-01-01\nersetzt: [alteregel2]\n"), text("anderes222", "")})
	must(t, err)
	for i, w := range written {
		if w.Err != nil || w.Revision == "" {
			t.Errorf("text %d: %+v", i, w)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if written, err = target.Put(ctx, []importer.Incoming{text("spaeter222", "")}); err == nil || written[0].Revision != "" {
		t.Errorf("a batch nobody waits for: %+v, %v", written, err)
	}
}
