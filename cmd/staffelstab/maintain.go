package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"staffelstab/content/gitrepo"
	"staffelstab/internal/i18n"
	"staffelstab/server/jobs"
)

type maintainCommand struct{ dataFlags }

// Run tidies the folder up.
func (c maintainCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &maintainJob{})
}

// maintainJob packs the Git repository, empties what imports left behind and
// names attachments no version points to.
type maintainJob struct{}

// Name implements job.
func (*maintainJob) Name() string { return "maintain" }

// spoolAge keeps the files of an import that may be running.
const spoolAge = 24 * time.Hour

// Do implements job. Without git everything but the packing is done.
func (*maintainJob) Do(ctx context.Context, app *App, s streams) error {
	say := func(key string, args map[string]any) error {
		_, err := fmt.Fprintln(s.out, app.Catalogue.Text(i18n.German, key, args))
		return err
	}
	removed, err := app.emptySpool()
	if err != nil {
		return err
	}
	if err := app.Store.Checkpoint(ctx); err != nil {
		return err
	}
	if err := compact(ctx, app, say); err != nil {
		return err
	}
	orphans, err := app.Repository.Orphans(ctx, app.Files)
	if err != nil {
		return err
	}
	for _, sha := range orphans {
		if err := say("operate.orphan", map[string]any{"sha256": sha}); err != nil {
			return err
		}
	}
	return say("operate.maintained", map[string]any{"removed": removed, "orphans": len(orphans)})
}

func compact(ctx context.Context, app *App, say func(string, map[string]any) error) error {
	before, err := app.Repository.Usage()
	if err != nil {
		return err
	}
	began := app.Now()
	err = app.Repository.Compact(ctx)
	if errors.Is(err, gitrepo.ErrNoGit) {
		return say("operate.no-git", nil)
	}
	if err != nil {
		return err
	}
	after, err := app.Repository.Usage()
	if err != nil {
		return err
	}
	return say("operate.compacted", map[string]any{
		"loose": before.Loose, "packs": after.Packs, "before": int(before.Bytes >> 20), "after": int(after.Bytes >> 20),
		"seconds": int(app.Now().Sub(began).Round(time.Second).Seconds()),
	})
}

// emptySpool removes what imports left behind and reports how many entries
// went. Beside people only what is a day old goes.
func (a *App) emptySpool() (int, error) {
	folder := filepath.Join(a.Data, spoolFolder)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	removed := 0
	for _, e := range entries {
		info, gone := e.Info()
		if gone != nil || a.Serving && a.Now().Sub(info.ModTime()) < spoolAge {
			continue
		}
		if failed := os.RemoveAll(filepath.Join(folder, e.Name())); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		removed++
	}
	return removed, err
}

// nightly keeps the folder tidy while the server runs.
func nightly(app *App) jobs.Job {
	return jobs.Job{Name: "maintain", Every: day, Later: true, Run: func(ctx context.Context) error {
		return (&maintainJob{}).Do(ctx, app, streams{out: io.Discard, err: io.Discard})
	}}
}
