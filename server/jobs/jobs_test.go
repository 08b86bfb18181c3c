package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"staffelstab/server/jobs"
)

func TestJobsRunAtOnceAgainAfterAFailureAndEndWithTheContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var log bytes.Buffer
	failing, calls := 0, make(chan struct{})
	jobs.Run(ctx, slog.New(slog.NewTextHandler(&log, nil)),
		jobs.Job{Name: "fails", Every: time.Nanosecond, Run: func(context.Context) error {
			if failing++; failing == 3 {
				close(calls)
			}
			return errors.New("no luck")
		}},
		jobs.Job{Name: "once", Every: 100 * time.Hour, Run: func(context.Context) error { <-calls; stop(); return nil }},
	)
	if failing < 3 {
		t.Errorf("the job that failed was called %d times", failing)
	}
	if got := strings.Count(log.String(), "job=fails"); got < 2 || strings.Contains(log.String(), "job=once") {
		t.Errorf("the log says: %s", log.String())
	}
}
