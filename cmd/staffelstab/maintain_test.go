package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
)

func TestMaintainAloneAndBesideTheServer(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	data := filled(t)
	write(t, data, map[string]string{"spool/adopt-1/rest": "x", "spool/half.tmp": "y"})
	write(t, data, map[string]string{"files/0123456789012345678901234567890123456789012345678901234567890123": "nobody's"})
	command(t, "", "maintain", "--data", data).want(t, exitDone, "verdichtet", "Pakete jetzt: 1", "entfernt: 2", "files/0123456789", "Anhänge ohne Text: 1")
	command(t, "", "check", "--data", data).want(t, exitDone, "0 Befunde")

	server := serveHere(t, "--data", data)
	old := time.Now().Add(-25 * time.Hour)
	write(t, data, map[string]string{"spool/running.tmp": "an import's", "spool/old.tmp": "left behind"})
	must(t, os.Chtimes(filepath.Join(data, "spool/old.tmp"), old, old))
	command(t, "", "maintain", "--data", data).want(t, exitDone, "verdichtet", "entfernt: 1")
	if _, err := os.Stat(filepath.Join(data, "spool/running.tmp")); err != nil {
		t.Errorf("the file of an import that may be running is gone: %v", err)
	}
	if status, _ := server.get("/readyz"); status != 200 {
		t.Errorf("after maintain the server answers %d", status)
	}
}

func TestMaintainWithoutGitDoesTheRest(t *testing.T) {
	data := filled(t)
	t.Setenv("PATH", t.TempDir())
	write(t, data, map[string]string{"spool/half.tmp": "y"})
	command(t, "", "maintain", "--data", data).want(t, exitDone, "git ist auf diesem Rechner nicht installiert", "entfernt: 1")
	command(t, "", "check", "--data", data, "--read-data").want(t, exitDone, "5 Texte geprüft")
}

func TestDatabaseIsReadByItsOwnerAlone(t *testing.T) {
	data := filled(t)
	must(t, os.Chmod(filepath.Join(data, databaseFile), 0o644)) // as older versions left it
	must(t, os.Chmod(data, 0o755))
	serveHere(t, "--data", data)
	for name, want := range map[string]os.FileMode{".": 0o700, databaseFile: 0o600, databaseFile + "-wal": 0o600, databaseFile + "-shm": 0o600} {
		info, err := os.Stat(filepath.Join(data, name))
		must(t, err)
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
}

// TestBareRepositoryGrowsEverythingDerivedAgain throws database and index away
// and compares what a start makes of Git alone with what had grown.
func TestBareRepositoryGrowsEverythingDerivedAgain(t *testing.T) {
	data := filled(t)
	grow(t, data)
	grown := derived(t, data)
	if len(grown.revisions) < 9 || len(grown.texts) != 6 {
		t.Fatalf("only %d versions of %d texts; the comparison proves nothing", len(grown.revisions), len(grown.texts))
	}
	for _, gone := range []string{databaseFile, databaseFile + "-wal", databaseFile + "-shm", indexFolder} {
		must(t, os.RemoveAll(filepath.Join(data, gone)))
	}
	again := derived(t, data)
	same(t, "texts", again.texts, grown.texts)
	same(t, "versions", again.revisions, grown.revisions)
	if again.found != grown.found || again.found == 0 {
		t.Errorf("the index finds %d texts, it found %d", again.found, grown.found)
	}
	command(t, "", "check", "--data", data, "--read-data").want(t, exitDone, "6 Texte geprüft, 0 Befunde")
}

// grow writes through the verbs: a new text, changes, an attachment.
func grow(t *testing.T, data string) {
	t.Helper()
	app := openHere(t, data)
	defer func() { must(t, app.Close()) }()
	ctx, lib, operator := t.Context(), app.Library, app.Operator()
	a, err := lib.Create(ctx, operator, content.Edit{Title: "Gehwege", Department: "66", Body: "Wer räumt?\n", Message: "neu"})
	must(t, err)
	a, err = lib.Save(ctx, operator, a.ID, a.ETag, content.Edit{Title: "Gehwege", Body: "Anlieger räumen.\n", Change: content.ChangeMaterial})
	must(t, err)
	a, err = lib.Attach(ctx, operator, a.ID, a.ETag, "karte.txt", strings.NewReader("Karte"))
	must(t, err)
	_, err = lib.Save(ctx, operator, a.ID, a.ETag, content.Edit{Title: "Gehwege im Winter", Body: "Anlieger räumen bis 7 Uhr.\n"})
	must(t, err)
}

// projection is what the database and the index know of Git.
type projection struct {
	texts     []content.Article
	revisions []content.Revision
	found     int
}

func derived(t *testing.T, data string) projection {
	t.Helper()
	app := openHere(t, data)
	defer func() { must(t, app.Close()) }()
	var p projection
	for a, err := range app.Store.AllArticles(t.Context()) {
		must(t, err)
		a.Commit = "" // any commit that contains this state
		p.texts = append(p.texts, a)
		list, err := app.Store.Revisions(t.Context(), a.ID, 0, 0)
		must(t, err)
		p.revisions = append(p.revisions, list...)
	}
	if !indexed(t.Context(), app, app.Repository.Head(), time.Minute) {
		t.Fatal("the index did not catch up")
	}
	r, err := app.Index.Search(t.Context(), content.Query{Text: "Anlieger", Audience: []string{account.Everyone}, Limit: 20})
	must(t, err)
	p.found = r.Total
	return p
}

func same[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d %s instead of %d", len(got), what, len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("%s %d differs:\n%+v\n%+v", what, i, got[i], want[i])
		}
	}
}
