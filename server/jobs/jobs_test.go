package jobs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestJobsRunAtTheirPaceAndGoOnAfterFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var log bytes.Buffer
		var hourly, daily, broken atomic.Int64
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			Run(ctx, slog.New(slog.NewTextHandler(&log, nil)),
				Job{Name: "hourly", Every: time.Hour, Run: func(context.Context) error { hourly.Add(1); return errors.New("no luck") }},
				Job{Name: "daily", Every: 24 * time.Hour, Run: func(context.Context) error { daily.Add(1); return nil }},
				Job{Name: "broken", Every: 12 * time.Hour, Run: func(context.Context) error { broken.Add(1); panic("hole") }})
		}()
		time.Sleep(25 * time.Hour) // of the test's own clock
		synctest.Wait()
		stop()
		<-ended
		if hourly.Load() != 25 || daily.Load() != 1 || broken.Load() != 2 {
			t.Errorf("ran %d, %d and %d times", hourly.Load(), daily.Load(), broken.Load())
		}
		for _, said := range []string{"job=hourly error=\"no luck\"", "jobs: broken panicked: hole", "job=daily"} {
			if !strings.Contains(log.String(), said) {
				t.Errorf("the log does not say %s", said)
			}
		}
	})
}

func TestAJobThatRunsIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		done := false
		go func() { time.Sleep(90 * time.Minute); stop() }()
		Run(ctx, slog.New(slog.DiscardHandler), Job{Name: "slow", Every: time.Hour, Run: func(context.Context) error {
			time.Sleep(time.Hour)
			done = true
			return nil
		}})
		if !done {
			t.Error("Run returned while the job was at work")
		}
	})
}
