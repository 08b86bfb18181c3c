package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"staffelstab/internal/i18n"
)

// withdrawCommand takes back what a plan left at the desk where people decide.
type withdrawCommand struct {
	dataFlags
	Plan string `arg:"" optional:"" name:"lauf" help:"Kennung des Laufs; ohne sie werden die Vorschauen aufgelistet."`
}

// Run withdraws a plan.
func (c withdrawCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &withdrawJob{Plan: c.Plan})
}

// withdrawJob withdraws a plan, or lists those there are.
type withdrawJob struct{ Plan string }

// Name implements job.
func (*withdrawJob) Name() string { return "withdraw" }

// Do implements job.
func (j *withdrawJob) Do(ctx context.Context, app *App, s streams) error {
	say := func(key string, args map[string]any) string { return app.Catalogue.Text(i18n.German, key, args) }
	if j.Plan != "" {
		n, err := app.Legacy.WithdrawPlan(ctx, app.Operator(), j.Plan)
		if err != nil {
			return err
		}
		fmt.Fprintln(s.out, app.Catalogue.Plural(i18n.German, "legacy.withdrawn.one", "legacy.withdrawn.other", n))
		return nil
	}
	plans, err := app.Legacy.Plans(ctx, app.Operator())
	if err != nil {
		return err
	}
	if len(plans) == 0 {
		fmt.Fprintln(s.out, say("legacy.no-plans", nil))
		return nil
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, run := range plans {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\n", run.ID, i18n.DateTime(i18n.German, run.At.In(app.Zone)), run.Source, run.Totals["read"])
	}
	return table.Flush()
}
