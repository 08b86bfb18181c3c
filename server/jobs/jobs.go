// Package jobs runs what happens by the clock: each job is a shell around one
// domain verb or one step of maintenance. It keeps no state and knows no job
// itself; whoever starts the server hands them over.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Job is something to do again and again. The first run comes one Every after
// the start, so that a server that restarts often does not work all the time.
type Job struct {
	Name  string
	Every time.Duration
	Run   func(context.Context) error
}

// Run runs every job at its pace until the context ends, and returns when none
// is at work any more. Runs of one job never overlap. One that fails or panics
// is logged and comes again.
func Run(ctx context.Context, log *slog.Logger, jobs ...Job) {
	var all sync.WaitGroup
	for _, j := range jobs {
		all.Go(func() { j.follow(ctx, log) })
	}
	all.Wait()
}

func (j Job) follow(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(j.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		began := time.Now()
		switch err := j.safely(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("job failed", "job", j.Name, "error", err)
		default:
			log.Info("job done", "job", j.Name, "took", time.Since(began))
		}
	}
}

// safely keeps a panic in one job from ending the server.
func (j Job) safely(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("jobs: %s panicked: %v\n%s", j.Name, v, debug.Stack())
		}
	}()
	return j.Run(ctx)
}
