package main

import (
	"database/sql"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/i18n"
)

// texts are a small folder of Markdown with an attachment.
func texts() map[string]string {
	return map[string]string{
		"schneefang.md":   "---\ntitel: Schneefang\nbereich: \"66\"\n---\n\nGitter im Oktober prüfen.\n",
		"streuplan.md":    "---\ntitel: Streuplan\nbereich: \"66\"\n---\n\nErst die Brücken, siehe [Plan](plan.txt).\n",
		"plan.txt":        "Brücke, Rampe, Platz",
		"sub/winter.md":   "# Winterdienst\n\nRufbereitschaft ab November.\n",
		"sub/sommer.md":   "# Sommerdienst\n\nBäume wässern.\n",
		"sub/frühling.md": "# Frühjahrsputz\n\nSplitt aufnehmen.\n",
	}
}

// filled is a data folder with the texts in it, and an account.
func filled(t *testing.T) string {
	t.Helper()
	data := newFolder(t)
	source := write(t, filepath.Join(t.TempDir(), "texte"), texts())
	command(t, "", "import", "apply", "--data", data, "--source", "markdown", source).want(t, exitDone, "5 gelesen: 5 neu")
	command(t, passphrase, "user", "add", "--data", data, "--name", "Erika Muster", "erika").want(t, exitDone)
	command(t, "", "check", "--data", data, "--read-data").want(t, exitDone, "5 Texte geprüft, 0 Befunde.")
	return data
}

// twin copies a data folder, so that it can be damaged.
func twin(t *testing.T, data string) string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "d")
	if err := os.CopyFS(copied, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	return copied
}

// openHere opens a data folder as a command does.
func openHere(t *testing.T, data string) *App {
	t.Helper()
	catalogue, err := i18n.Load()
	must(t, err)
	app, err := OpenApp(t.Context(), appConfig{Data: data, Log: slog.New(slog.DiscardHandler), Catalogue: catalogue})
	must(t, err)
	return app
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhatIsBrokenIsFoundAndSaid damages one part of a data folder after
// another and asks check. What is derived comes back by itself or by reindex;
// what is not is named, with advice, and nothing pretends to be well.
func TestWhatIsBrokenIsFoundAndSaid(t *testing.T) {
	data := filled(t)
	for name, c := range map[string]struct {
		breaks func(t *testing.T, data string)
		check  int
		says   string
		after  string // what the manual says helps; "" where only a backup does
	}{
		"index gone":             {remove("index"), exitDone, "0 Befunde", "check"},
		"index damaged":          {scribble("index"), exitDone, "0 Befunde", "check"},
		"index half written":     {truncate("index"), exitDone, "0 Befunde", "check"},
		"spool gone":             {remove("spool"), exitDone, "0 Befunde", "check"},
		"database gone":          {remove(databaseFile), exitDone, "5 Texte geprüft, 0 Befunde", "check"},
		"database is no one":     {scribble(databaseFile), exitFailed, "Die Datenbank ist beschädigt", ""},
		"newer program's":        {newerSchema, exitFailed, "bitte starten Sie die neuere Programmversion", ""},
		"row of a text lost":     {statement("DELETE FROM articles WHERE path LIKE '%schnee%'"), exitNeedsEyes, "Die Datenbank steht nicht auf dem neuesten Stand", "reindex"},
		"row of an old version":  {statement("UPDATE articles SET blob_hash = '0123456789012345678901234567890123456789' WHERE path LIKE '%schnee%'"), exitNeedsEyes, "eine andere Fassung", "reindex"},
		"row without a file":     {statement("UPDATE articles SET path = 'wissen/weg/index.md' WHERE path LIKE '%schnee%'"), exitNeedsEyes, "aber nicht im Git-Verzeichnis", "reindex"},
		"reference emptied":      {write0("content.git/refs/heads/main", ""), exitDone, "0 Befunde", "check"},
		"reference scribbled on": {write0("content.git/refs/heads/main", "kaputt\n"), exitDone, "0 Befunde", "check"},
		"reference locked":       {write0("content.git/refs/heads/main.lock", ""), exitDone, "0 Befunde", "check"},
		"repository emptied":     {remove("content.git/refs/heads/main"), exitFailed, "steht auf –. Bitte spielen Sie die passende Sicherung ein", ""},
		"repository gone":        {remove("content.git"), exitFailed, "kein Staffelstab-Datenordner", ""},
		"text damaged":           {scribbleBlobs, exitNeedsEyes, "Das Git-Verzeichnis ist beschädigt", ""},
	} {
		t.Run(name, func(t *testing.T) {
			broken := twin(t, data)
			c.breaks(t, broken)
			got := command(t, "", "check", "--data", broken)
			if got.status != c.check || !strings.Contains(strings.ToLower(got.out+got.err), strings.ToLower(c.says)) {
				t.Fatalf("check ends with %d:\n%s%s", got.status, got.out, got.err)
			}
			if c.after == "" {
				return
			}
			command(t, "", c.after, "--data", broken).want(t, exitDone)
			command(t, "", "check", "--data", broken, "--read-data").want(t, exitDone, "5 Texte geprüft, 0 Befunde.")
		})
	}
}

func remove(name string) func(*testing.T, string) {
	return func(t *testing.T, data string) {
		must(t, os.RemoveAll(filepath.Join(data, name)))
		if name == databaseFile { // what SQLite keeps beside it
			must(t, os.RemoveAll(filepath.Join(data, name+"-wal")))
		}
	}
}

func write0(name, text string) func(*testing.T, string) {
	return func(t *testing.T, data string) { write(t, data, map[string]string{name: text}) }
}

// eachFile does something to every file under a name.
func eachFile(t *testing.T, root string, do func(path string)) {
	t.Helper()
	files := 0
	must(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			must(t, os.Chmod(path, 0o600))
			do(path)
			files++
		}
		return err
	}))
	if files == 0 {
		t.Fatalf("nothing to damage under %s", root)
	}
}

func scribble(name string) func(*testing.T, string) {
	return func(t *testing.T, data string) {
		eachFile(t, filepath.Join(data, name), func(path string) {
			must(t, os.WriteFile(path, []byte(strings.Repeat("kaputt ", 40)), 0o600))
		})
	}
}

func truncate(name string) func(*testing.T, string) {
	return func(t *testing.T, data string) {
		eachFile(t, filepath.Join(data, name), func(path string) {
			info, err := os.Stat(path)
			must(t, err)
			must(t, os.Truncate(path, info.Size()/2))
		})
	}
}

func statement(sentence string) func(*testing.T, string) {
	return func(t *testing.T, data string) {
		db, err := sql.Open("sqlite", filepath.Join(data, databaseFile))
		must(t, err)
		defer db.Close()
		result, err := db.ExecContext(t.Context(), sentence)
		must(t, err)
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			t.Fatalf("%q changed %d rows (%v)", sentence, n, err)
		}
	}
}

func newerSchema(t *testing.T, data string) {
	statement("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)")(t, data)
}

// scribbleBlobs damages the object of one text and leaves trees and commits.
func scribbleBlobs(t *testing.T, data string) {
	app := openHere(t, data)
	a := someText(t, app)
	must(t, app.Close())
	name := filepath.Join(data, "content.git/objects", a.Blob[:2], a.Blob[2:])
	must(t, os.Chmod(name, 0o600))
	must(t, os.WriteFile(name, []byte("kaputt"), 0o600))
}

func someText(t *testing.T, app *App) content.Article {
	t.Helper()
	for a, err := range app.Store.AllArticles(t.Context()) {
		must(t, err)
		return a
	}
	t.Fatal("the folder holds no text")
	return content.Article{}
}

// TestADamagedTextDoesNotHideTheOthers has one object damaged: check goes on
// and finds the damaged attachment, too.
func TestADamagedTextDoesNotHideTheOthers(t *testing.T) {
	data := filled(t)
	scribbleBlobs(t, data)
	eachFile(t, filepath.Join(data, "files"), func(path string) {
		must(t, os.WriteFile(path, []byte("Brücke, Rampe, Plätze"), 0o600))
	})
	got := command(t, "", "check", "--data", data, "--read-data").want(t, exitNeedsEyes,
		"Das Git-Verzeichnis ist beschädigt", "Anhänge sind beschädigt", "Stellen Sie „files“ aus der letzten Sicherung wieder her", "5 Texte geprüft, ")
	if strings.Contains(got.out, " 0 Befunde") {
		t.Errorf("there are findings, but none is counted:\n%s", got.out)
	}
	command(t, "", "check", "--data", data).silent(t, "Anhänge") // attachments are read only when asked
}

// TestACommandNeedsAFolder names what is not a data folder, and makes none.
func TestACommandNeedsAFolder(t *testing.T) {
	t.Chdir(write(t, t.TempDir(), map[string]string{"notiz.txt": "x", "fremd/bericht.doc": "x"}))
	for _, data := range []string{"fehlt", "notiz.txt", "fremd", "notiz.txt/d"} {
		for _, line := range []string{
			"check", "reindex", "user list", "user add --name Erika erika", "user role erika author", "user disable erika", "user erase --yes erika",
			"token create --user erika", "token list --user erika", "token withdraw --user erika x",
			"import plan --source markdown fremd", "import apply --source markdown fremd", "import withdraw",
		} {
			args := append(strings.Fields(line), "--data", data)
			command(t, passphrase, args...).want(t, exitFailed, "liegt kein Staffelstab-Datenordner", "--data")
		}
	}
	entries, err := os.ReadDir("fremd")
	must(t, err)
	if _, err := os.Stat("fehlt"); err == nil || len(entries) != 1 {
		t.Errorf("a command made a folder or left something in %v", entries)
	}
	if got := command(t, "", "serve", "--listen", "127.0.0.1:0", "--data", "notiz.txt"); got.status != exitFailed || got.err == "" {
		t.Errorf("a server on a file: %+v", got)
	}
}

// TestOneProcessOwnsTheFolder holds a folder open in a process that takes no
// jobs, as an import does.
func TestOneProcessOwnsTheFolder(t *testing.T) {
	data := newFolder(t)
	app := openHere(t, data)
	for _, line := range []string{"check", "reindex", "user list", "serve --listen 127.0.0.1:0"} {
		command(t, "", append(strings.Fields(line), "--data", data)...).want(t, exitFailed, "wird schon von einem anderen Prozess benutzt")
	}
	must(t, app.Close())
	command(t, "", "check", "--data", data).want(t, exitDone, "0 Befunde")
}

// TestACrashLeavesNoDoor starts a command on a folder whose server was killed:
// the socket file is there and nobody listens.
func TestACrashLeavesNoDoor(t *testing.T) {
	data := newFolder(t)
	write(t, data, map[string]string{socketName: ""})
	command(t, "", "user", "list", "--data", data).want(t, exitDone)
	s := serveHere(t, "--data", data)
	command(t, "", "check", "--data", data).want(t, exitDone, "0 Befunde")
	if status, _ := s.get("/readyz"); status != 200 {
		t.Errorf("the server answers %d", status)
	}
}
