package main

import (
	"log/slog"
	"os/exec"
	"testing"

	"staffelstab/content"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// serving opens a data folder as the server does.
func serving(t *testing.T, data string) *App {
	t.Helper()
	catalogue, err := i18n.Load()
	must(t, err)
	app, err := OpenApp(t.Context(), appConfig{Data: data, Log: slog.New(slog.DiscardHandler), Catalogue: catalogue, Create: true, Serving: true})
	must(t, err)
	return app
}

// Whoever has nothing but a copy of the repository reads before the versions
// are derived, however often that is broken off.
func TestABareCopyIsServedAtOnce(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	cache := t.TempDir()
	small := stock{articles: 60, commits: 600}
	want := derived(t, small.place(t, cache))

	data := small.place(t, cache)
	for range 3 { // ended in the middle of it, or just behind
		app := serving(t, data)
		page, err := app.Library.List(t.Context(), app.Operator(), content.ArticleFilter{Limit: 1})
		must(t, err)
		if page.Total != 60 {
			t.Errorf("%d texts can be read", page.Total)
		}
		if err := app.Writable(); err != nil && !fault.Is(err, fault.Unavailable) {
			t.Error(err)
		}
		must(t, app.Close())
	}
	app := serving(t, data)
	must(t, app.wait(t.Context()))
	must(t, app.Writable())
	must(t, app.Close())
	got := derived(t, data)
	same(t, "texts", got.texts, want.texts)
	same(t, "versions", got.revisions, want.revisions)
}
