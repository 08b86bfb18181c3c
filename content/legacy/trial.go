package legacy

import (
	"context"
	"io"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// Trial is what an import would make of an export.
type Trial struct {
	Totals    map[string]int
	Documents []Document // those somebody has to look at first; without what people saw
	Pairs     []TrialPair
	More      int // documents beyond those listed
}

// TrialPair is two documents somebody would have to decide about.
type TrialPair struct {
	Question
	FirstTitle, SecondTitle string
}

// Reader plans an import of an export. It keeps nothing of it.
type Reader interface {
	// Plan reads an export of the source. A file it cannot read is Invalid.
	Plan(ctx context.Context, source, name string, export io.Reader) (Trial, error)
}

// Sources are what a trial run may read.
func Sources() []string { return []string{"dev", "notes"} }

// Try plans an import of an export somebody brings and keeps nothing. One runs
// at a time: it takes the machine.
func (d *Desk) Try(ctx context.Context, actor account.Actor, source, name string, export io.Reader) (Trial, error) {
	if err := Enter(actor); err != nil {
		return Trial{}, err
	}
	known := false
	for _, each := range Sources() {
		known = known || each == source
	}
	if !known {
		return Trial{}, fault.New(fault.Invalid, "legacy.bad-source", "value", source).InField("source")
	}
	select {
	case d.trying <- struct{}{}:
		defer func() { <-d.trying }()
	default:
		return Trial{}, fault.New(fault.Unavailable, "legacy.trial-busy")
	}
	return d.reader.Plan(ctx, source, name, export)
}
