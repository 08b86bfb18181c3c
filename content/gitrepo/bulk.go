package gitrepo

import (
	"context"

	"golang.org/x/time/rate"
)

// bulkLimit is how many writes of an import that keeps a pace share one sync:
// fewer than those of people, so that people wait little behind an import.
const bulkLimit = 16

// aloneLimit is how many writes of an import that nobody waits beside share one
// sync: the waits for the disk were a quarter of its time.
const aloneLimit = 256

// ServingPace is how many bytes a second an import may write beside people: the
// disk they wait for is the same one.
const ServingPace = 20 << 20

// Pace bounds how fast imports write. A nil Pace bounds nothing.
type Pace struct{ limiter *rate.Limiter }

// NewPace allows so many bytes a second, a fifth of them at once.
func NewPace(bytesPerSecond int) *Pace {
	return &Pace{rate.NewLimiter(rate.Limit(bytesPerSecond), max(1, bytesPerSecond/5))}
}

// wait returns when so many bytes may have been written.
func (p *Pace) wait(ctx context.Context, bytes int) error {
	if p == nil {
		return nil
	}
	for bytes > 0 {
		n := min(bytes, p.limiter.Burst())
		if err := p.limiter.WaitN(ctx, n); err != nil {
			return err
		}
		bytes -= n
	}
	return nil
}

type bulkKey struct{}

// Bulk marks writes of an import: they are served when no person waits, and
// keep the pace.
func Bulk(ctx context.Context, pace *Pace) context.Context {
	return context.WithValue(ctx, bulkKey{}, pace)
}

// companyOf is how many writes may share one sync with a write.
func companyOf(ctx context.Context) int {
	switch {
	case !isBulk(ctx):
		return groupLimit
	case paceOf(ctx) != nil:
		return bulkLimit
	}
	return aloneLimit
}

type queuedKey struct{}

// Queued returns a context whose next write calls f once its place among the
// writes is settled. Who writes many things in an order need not wait for each
// of them.
func Queued(ctx context.Context, f func()) context.Context {
	return context.WithValue(ctx, queuedKey{}, f)
}

func queued(ctx context.Context) {
	if f, ok := ctx.Value(queuedKey{}).(func()); ok {
		f()
	}
}

func isBulk(ctx context.Context) bool {
	_, bulk := ctx.Value(bulkKey{}).(*Pace)
	return bulk
}

func paceOf(ctx context.Context) *Pace {
	pace, _ := ctx.Value(bulkKey{}).(*Pace)
	return pace
}
