package main

import (
	"context"
	"runtime/debug"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// openingRetry is the pause after an opening that failed.
const openingRetry = 10 * time.Second

// openingGarbage is how much garbage may lie about while versions are derived, in
// percent of what is in use: a large history makes much of it beside people's
// requests.
const openingGarbage = 50

// bringUp rolls the database forward to the repository. A server whose database
// has to be derived anew serves the newest texts meanwhile; everything else
// waits until it is whole.
func (a *App) bringUp(ctx context.Context) error {
	if !a.Serving {
		if _, err := a.Projector.CatchUp(ctx); err != nil {
			return err
		}
		return a.complete(ctx)
	}
	opening, err := a.Projector.Open(ctx)
	if err != nil {
		return err
	}
	if opening == nil {
		return a.complete(ctx)
	}
	a.Background(func(ctx context.Context) { a.derive(ctx, opening) })
	return nil
}

// derive ends an opening, however often it takes.
func (a *App) derive(ctx context.Context, opening *content.Opening) {
	defer debug.SetGCPercent(debug.SetGCPercent(openingGarbage))
	began := a.Now()
	err := a.rest(ctx, opening)
	for err != nil && ctx.Err() == nil {
		a.Log.Error("versions could not be derived", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(openingRetry):
		}
		if opening, err = a.Projector.Open(ctx); err == nil {
			err = a.rest(ctx, opening)
		}
	}
	if err == nil {
		a.Log.Info("versions derived from the repository", "took", a.Now().Sub(began).Round(time.Millisecond))
	}
}

func (a *App) rest(ctx context.Context, opening *content.Opening) error {
	if opening != nil {
		if _, err := opening.Rest(ctx); err != nil {
			return err
		}
	}
	return a.complete(ctx)
}

// complete starts what needs all of the database.
func (a *App) complete(ctx context.Context) error {
	if err := a.Library.ResumeRedactions(ctx); err != nil {
		return err
	}
	stop := a.Library.Start(a.background)
	a.closers = append(a.closers, func() error { stop(); return nil })
	close(a.ready)
	return nil
}

// Writable refuses changes until the database is whole.
func (a *App) Writable() error {
	select {
	case <-a.ready:
		return nil
	default:
		return fault.New(fault.Unavailable, "cmd.still-opening")
	}
}

// wait returns when the database is whole.
func (a *App) wait(ctx context.Context) error {
	select {
	case <-a.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
