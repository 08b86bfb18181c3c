package importer_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/importertest"
	"staffelstab/internal/fault"
)

// failing is a target that breaks down after a number of calls.
type failing struct {
	*importertest.Memory
	left int
}

func (f *failing) broken() error {
	if f.left--; f.left < 0 {
		return fault.New(fault.Unavailable, "importer.not-written")
	}
	return nil
}

func (f *failing) Current(ctx context.Context, id content.ID) (importer.Current, error) {
	if err := f.broken(); err != nil {
		return importer.Current{}, err
	}
	return f.Memory.Current(ctx, id)
}

// Put writes a part of the batch before it breaks down.
func (f *failing) Put(ctx context.Context, batch []importer.Incoming) ([]importer.Written, error) {
	out := make([]importer.Written, len(batch))
	for i := range batch {
		if err := f.broken(); err != nil {
			return out, err
		}
		written, err := f.Memory.Put(ctx, batch[i:i+1])
		if err != nil {
			return out, err
		}
		out[i] = written[0]
	}
	return out, nil
}

func (f *failing) Retire(ctx context.Context, r importer.Retirement) error {
	if err := f.broken(); err != nil {
		return err
	}
	return f.Memory.Retire(ctx, r)
}

// crowd is more than one batch, with copies, answers, broken documents and the
// same title again and again.
func crowd(words string) func() []any {
	return func() []any {
		var out []any
		for n := range 140 {
			switch {
			case n%50 == 7:
				out = append(out, damaged(n))
			case n%10 == 3:
				out = append(out, text(n, fmt.Sprintf("Antwort %d", n), answer((n+67)%140/10*10)))
			case n%10 == 5:
				out = append(out, text(n, fmt.Sprintf("Die Kopie von Nummer %d hat denselben Wortlaut wie das Original.", n/20), titled("Kopie")))
			default:
				out = append(out, text(n, fmt.Sprintf("%s Nummer %d", words, n), attached("Anlage.txt", fmt.Sprint(n)), titled("Regel")))
			}
		}
		return out
	}
}

// TestKilledAnywhereTheRestMakesItWhole ends runs at records chosen at random,
// by a cancelled context and by a target that breaks down, and goes on with the
// same command: in the end everything is as after one run. Before that there was
// another import, so that articles are updated and taken out of use.
func TestKilledAnywhereTheRestMakesItWhole(t *testing.T) {
	o := options(t)
	o.Renderer, o.Duplicates = importertest.Text{}, true
	later := o
	later.MergeIdentical = true
	prepared := func() *importertest.Memory {
		target := importertest.NewMemory()
		apply(t, target, of(crowd("Alte Regel")), o)
		return target
	}
	whole := prepared()
	clean := apply(t, whole, of(crowd("Neue Regel")), later)
	if clean.Totals.Updated < 80 || clean.Totals.Skipped < 5 {
		t.Fatalf("the test tests nothing: %+v", clean.Totals)
	}
	random := rand.New(rand.NewSource(20))
	for round := range 20 {
		target := prepared()
		ctx, cancel := context.WithCancel(context.Background())
		killed := later
		fails := &failing{target, 1 << 30}
		at := random.Intn(140)
		if round%2 == 0 {
			killed.Progress = func(done, _ int) {
				if done == at {
					cancel()
				}
			}
		} else {
			fails.left = random.Intn(250)
		}
		s := of(crowd("Neue Regel"))
		report, err := importer.Apply(ctx, fails, s, killed)
		cancel()
		settled(t, s, report)
		if err != nil && !errors.Is(err, context.Canceled) && !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
		rest := apply(t, target, of(crowd("Neue Regel")), later)
		if dump(target) != dump(whole) {
			t.Fatalf("round %d: two runs differ from one", round)
		}
		if rest.Totals.Read != clean.Totals.Read || rest.Totals.Failed != clean.Totals.Failed || rest.Totals.Skipped != clean.Totals.Skipped {
			t.Errorf("round %d: totals %+v", round, rest.Totals)
		}
		if last := apply(t, target, of(crowd("Neue Regel")), later); last.Totals.Updated+last.Totals.Imported != 0 {
			t.Errorf("round %d: still something to do: %+v", round, last.Totals)
		}
	}
}
