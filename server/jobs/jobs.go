// Package jobs runs what happens by the clock: shells that each call one verb
// of a domain, again and again.
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

// Run calls every job at once and then at its interval until the context ends,
// and waits for those that run. A job that fails is logged and called again.
func Run(ctx context.Context, log *slog.Logger, jobs ...Job) {
	var all sync.WaitGroup
	for _, j := range jobs {
		all.Go(func() {
			ticker := time.NewTicker(j.Every)
			defer ticker.Stop()
			for ctx.Err() == nil {
				if err := j.Run(ctx); err != nil && ctx.Err() == nil {
					log.ErrorContext(ctx, "job failed", "job", j.Name, "error", err)
				}
				select {
				case <-ctx.Done():
				case <-ticker.C:
				}
			}
		})
	}
	all.Wait()
}
