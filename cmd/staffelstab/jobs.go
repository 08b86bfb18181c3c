package main

import (
	"time"

	"staffelstab/server/jobs"
)

// day is how often what belongs to a day is done.
const day = 24 * time.Hour

// jobs are what serve does beside answering.
func (a *App) jobs() []jobs.Job {
	return append(jobs.Acknowledgements(a.Library),
		jobs.Job{Name: "remind reviewers", Every: day, Run: a.Library.RemindReviews},
	)
}
