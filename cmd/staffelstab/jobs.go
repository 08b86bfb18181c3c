package main

import (
	"context"
	"time"

	"staffelstab/server/jobs"
)

// How often the jobs look.
const (
	tellEvery   = 20 * time.Second
	mailEvery   = time.Minute
	digestEvery = 10 * time.Minute
	day         = 24 * time.Hour
)

// startJobs begins what happens by the clock.
func (c serveCommand) startJobs(app *App) error {
	list, err := c.mailJobs(app)
	if err != nil {
		return err
	}
	list = append(list, app.jobs()...)
	app.Background(func(ctx context.Context) {
		if app.wait(ctx) == nil {
			jobs.Run(ctx, app.Now, app.Log, list...)
		}
	})
	return nil
}

// jobs are what serve does beside answering.
func (a *App) jobs() []jobs.Job {
	return append(append(jobs.Acknowledgements(a.Library), jobs.Searches(a.Library)...),
		jobs.Job{Name: "tell-followers", Every: tellEvery, Run: a.Library.TellFollowers},
		jobs.Job{Name: "escalate-proposals", Every: time.Hour, Run: a.Library.EscalateProposals},
		jobs.Job{Name: "return-questions", Every: time.Hour, Run: a.Library.ReturnQuestions},
		jobs.Job{Name: "remind-reviewers", Every: day, Run: a.Library.RemindReviews},
		nightly(a),
	)
}
