package content

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

func TestAnOperationIsRunByOneAtATime(t *testing.T) {
	o := newOperations()
	var inside, most atomic.Int32
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			leave, err := o.enter(t.Context(), "a")
			if err != nil {
				t.Error(err)
				return
			}
			defer leave()
			if n := inside.Add(1); n > most.Load() {
				most.Store(n)
			}
			inside.Add(-1)
		})
	}
	group.Wait()
	if most.Load() != 1 {
		t.Errorf("%d were inside at once", most.Load())
	}
	if len(o.doors) != 0 {
		t.Errorf("%d operations are remembered for ever", len(o.doors))
	}
}

func TestWaitingForAnOperationEndsWithTheContext(t *testing.T) {
	o := newOperations()
	leave, err := o.enter(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	other, err := o.enter(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	other()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.enter(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	for range 2 { // no key: nobody waits
		if _, err := o.enter(t.Context(), ""); err != nil {
			t.Error(err)
		}
	}
	leave()
	if len(o.doors) != 0 {
		t.Errorf("%d operations are remembered for ever", len(o.doors))
	}
}
