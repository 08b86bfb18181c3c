package main

import (
	"context"
	"fmt"

	"staffelstab/internal/i18n"
)

type reindexCommand struct{ dataFlags }

// Run derives database and index again.
func (c reindexCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &reindexJob{})
}

// reindexJob rebuilds everything that is derived from Git.
type reindexJob struct{}

// Name implements job.
func (*reindexJob) Name() string { return "reindex" }

// Do implements job.
func (*reindexJob) Do(ctx context.Context, app *App, s streams) error {
	commits, err := app.Library.Projector.Rebuild(ctx)
	if err != nil {
		return err
	}
	if err := app.Library.Reindex(ctx); err != nil {
		return err
	}
	fmt.Fprintln(s.out, app.Catalogue.Text(i18n.German, "cmd.reindexed", map[string]any{"commits": commits}))
	return nil
}
