package jobs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestJobRunsAtTheStartAndWhenItsTimeHasPassed(t *testing.T) {
	for name, c := range map[string]struct {
		run  func() error
		logs string
	}{
		"works":  {func() error { return nil }, ""},
		"fails":  {func() error { return errors.New("kein Netz") }, "kein Netz"},
		"panics": {func() error { panic("oh") }, "job panicked"},
	} {
		ctx, stop := context.WithCancel(t.Context())
		start := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
		var at time.Time // read and written by the one goroutine that runs the job
		var ran []string
		var out bytes.Buffer
		clock, ticks, done := make(chan time.Time), make(chan time.Time), make(chan struct{})
		go func() {
			defer close(done)
			follow(ctx, func() time.Time { at = <-clock; return at }, slog.New(slog.NewTextHandler(&out, nil)), ticks,
				Job{Name: "stündlich", Every: time.Hour, Run: func(context.Context) error { ran = append(ran, at.Format("15:04")); return c.run() }})
		}()
		clock <- start
		for i := range 4 {
			ticks <- start
			clock <- start.Add(time.Duration(i+1) * 30 * time.Minute)
		}
		ticks <- start
		clock <- start.Add(2 * time.Hour)
		stop()
		<-done
		if got := strings.Join(ran, ", "); got != "03:00, 04:00, 05:00" {
			t.Errorf("%s: ran %s", name, got)
		}
		if log := out.String(); c.logs == "" && log != "" || c.logs != "" && strings.Count(log, c.logs) != 3 {
			t.Errorf("%s: logged %s", name, log)
		}
	}
}

func TestNothingRunsAfterTheEnd(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	n := 0
	Run(ctx, func() time.Time { return time.Time{} }, slog.New(slog.DiscardHandler), Job{Name: "einmal", Every: time.Hour, Run: func(context.Context) error { n++; stop(); return nil }})
	if n != 1 {
		t.Errorf("ran %d times", n)
	}
}

func TestJobsHaveTheirOwnPaceAndAreWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var hourly, nightly int // each of one goroutine until Run returns
		slow := false
		go func() { time.Sleep(25*time.Hour + time.Minute); stop() }() // of the test's own clock
		Run(ctx, time.Now, slog.New(slog.DiscardHandler),
			Job{Name: "hourly", Every: time.Hour, Run: func(context.Context) error { hourly++; return nil }},
			Job{Name: "nightly", Every: 24 * time.Hour, Later: true, Run: func(context.Context) error { nightly++; return nil }},
			Job{Name: "slow", Every: time.Hour, Run: func(context.Context) error { time.Sleep(40 * time.Hour); slow = true; return nil }})
		if hourly != 26 || nightly != 1 || !slow {
			t.Errorf("ran %d and %d times, the slow one ended: %v", hourly, nightly, slow)
		}
	})
}
