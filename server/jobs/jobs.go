// Package jobs runs what has to happen again and again while the server serves:
// each Job is a shell around one verb of a domain.
//
// A job runs once at the start, unless it is for later, and then whenever its
// time has passed. One that
// fails is logged and runs again at its next time; its verb has to be harmless
// when repeated. The package knows no domain.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Job is something to do every so often.
type Job struct {
	Name  string
	Every time.Duration
	Later bool // the first time only after Every, so that a server that restarts often does not work all the time
	Run   func(ctx context.Context) error
}

// tick is how often the clock is looked at. Waiting for the whole time at once
// would stretch over the sleep of a machine.
const tick = 10 * time.Second

// Run runs the jobs until the context ends and those that run have returned. A
// job never runs beside itself and never waits for another.
func Run(ctx context.Context, now func() time.Time, log *slog.Logger, jobs ...Job) {
	var running sync.WaitGroup
	for _, job := range jobs {
		running.Go(func() {
			ticker := time.NewTicker(tick)
			defer ticker.Stop()
			follow(ctx, now, log, ticker.C, job)
		})
	}
	running.Wait()
}

// follow looks at the clock at the start and with every tick.
func follow(ctx context.Context, now func() time.Time, log *slog.Logger, ticks <-chan time.Time, job Job) {
	var next time.Time
	if job.Later {
		next = now().Add(job.Every)
	}
	for {
		if at := now(); !at.Before(next) {
			next = at.Add(job.Every)
			job.once(ctx, log)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// once runs the job; one that panics is one that failed.
func (j Job) once(ctx context.Context, log *slog.Logger) {
	defer func() {
		if v := recover(); v != nil {
			log.Error("job panicked", "job", j.Name, "panic", v)
		}
	}()
	if err := j.Run(ctx); err != nil && ctx.Err() == nil {
		log.Error("job failed", "job", j.Name, "error", err)
	}
}
