package jobs

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestFailedJobIsLoggedAndRunsAgain(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var log strings.Builder
	runs := 0
	Run(ctx, slog.New(slog.NewTextHandler(&log, nil)), Job{Name: "mail", Every: time.Millisecond, Run: func(context.Context) error {
		if runs++; runs == 3 {
			cancel()
		}
		return errors.New("no server")
	}})
	if runs != 3 || strings.Count(log.String(), "job=mail") != 2 {
		t.Errorf("%d runs, log %q", runs, log.String())
	}
}
