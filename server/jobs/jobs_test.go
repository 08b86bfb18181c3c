package jobs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestJobsRunAtTheStartAndWhenTheirTimeHasPassed(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	start := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	var at time.Time // read and written by the one goroutine that runs the jobs
	var ran []string
	var out bytes.Buffer
	clock, ticks, done := make(chan time.Time), make(chan time.Time), make(chan struct{})
	go func() {
		defer close(done)
		follow(ctx, func() time.Time { at = <-clock; return at }, slog.New(slog.NewTextHandler(&out, nil)), ticks,
			Job{"stündlich", time.Hour, func(context.Context) error { ran = append(ran, at.Format("15:04")); return nil }},
			Job{"kaputt", 24 * time.Hour, func(context.Context) error { panic("oh") }},
			Job{"scheitert", 24 * time.Hour, func(context.Context) error { return errors.New("kein Netz") }})
	}()
	clock <- start
	for i := range 4 {
		ticks <- start
		clock <- start.Add(time.Duration(i+1) * 30 * time.Minute)
	}
	stop()
	<-done
	if got := strings.Join(ran, ", "); got != "03:00, 04:00, 05:00" {
		t.Errorf("ran %s", got)
	}
	if log := out.String(); strings.Count(log, "job panicked") != 1 || strings.Count(log, "kein Netz") != 1 {
		t.Errorf("logged %s", log)
	}
}

func TestNothingRunsAfterTheEnd(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	n := 0
	Run(ctx, func() time.Time { return time.Time{} }, slog.New(slog.DiscardHandler), Job{"einmal", time.Hour, func(context.Context) error { n++; stop(); return nil }})
	if n != 1 {
		t.Errorf("ran %d times", n)
	}
}
