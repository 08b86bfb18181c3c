package legacy

import (
	"context"
	"errors"
	"io"
	"slices"

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

// Reader reads exports for trial runs.
type Reader interface {
	// Keep puts an export aside while it is tried.
	Keep(name string, export io.Reader) (Export, error)
}

// Export is an export somebody brought.
type Export interface {
	// Plan tells what an import of it would make, as of the source. A file it cannot
	// read is Invalid.
	Plan(ctx context.Context, source string) (Trial, error)
	// Remove forgets the export.
	Remove() error
}

// maxBrought is how many exports people bring at the same time. Each waits on disk
// until it has come as a whole, and a line may be slow.
const maxBrought = 5

// Sources are what a trial run may read.
func Sources() []string { return []string{"dev", "notes"} }

// Try plans an import of an export somebody brings and keeps nothing. One is
// planned at a time: that takes the machine. Who brings one meanwhile is in
// nobody's way.
func (d *Desk) Try(ctx context.Context, actor account.Actor, source, name string, export io.Reader) (trial Trial, err error) {
	if err := enterToWrite(actor); err != nil { // it changes nothing, but takes the machine
		return Trial{}, err
	}
	if !slices.Contains(Sources(), source) {
		return Trial{}, fault.New(fault.Invalid, "legacy.bad-source", "value", source).InField("source")
	}
	if len(d.trying) == cap(d.trying) { // nobody should bring for minutes what is refused then
		return Trial{}, fault.New(fault.Unavailable, "legacy.trial-busy")
	}
	kept, err := d.bring(name, export)
	if err != nil {
		return Trial{}, err
	}
	defer func() { err = errors.Join(err, kept.Remove()) }()
	select {
	case d.trying <- struct{}{}:
		defer func() { <-d.trying }()
	default:
		return Trial{}, fault.New(fault.Unavailable, "legacy.trial-busy")
	}
	return kept.Plan(ctx, source)
}

// bring keeps an export, unless too many come at once.
func (d *Desk) bring(name string, export io.Reader) (Export, error) {
	select {
	case d.bringing <- struct{}{}:
		defer func() { <-d.bringing }()
	default:
		return nil, fault.New(fault.Unavailable, "legacy.trial-crowded")
	}
	return d.reader.Keep(name, export)
}
