// Package jobs runs what has to happen without anybody asking for it. A job is
// a shell that calls one domain verb again and again; what the verb does, and
// that doing it twice does no harm, is decided in the domain.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Job is a verb and how often it is called.
type Job struct {
	Name  string
	Every time.Duration
	Run   func(context.Context) error
}

// Run calls every job at once and then again after its time, until the context
// ends and what runs has returned. A job never runs beside itself. One that
// fails is logged and called again in its turn.
func Run(ctx context.Context, log *slog.Logger, jobs ...Job) {
	var running sync.WaitGroup
	for _, job := range jobs {
		running.Go(func() { job.repeat(ctx, log) })
	}
	running.Wait()
}

func (j Job) repeat(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(j.Every)
	defer ticker.Stop()
	for {
		if err := j.Run(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "job failed", "job", j.Name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
