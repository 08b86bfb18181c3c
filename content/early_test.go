package content

import (
	"errors"
	"iter"
	"slices"
	"testing"
)

func numbers(n int, end error, ended *bool) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		defer func() { *ended = true }()
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
		if end != nil {
			yield(0, end)
		}
	}
}

func TestEarlyKeepsOrderAndErrors(t *testing.T) {
	for _, n := range []int{0, 1, earlyBy, 5 * earlyBy} {
		var got []int
		var failed error
		ended := false
		for i, err := range early(numbers(n, errors.ErrUnsupported, &ended)) {
			if err != nil {
				failed = err
				continue
			}
			got = append(got, i)
		}
		if len(got) != n || !slices.IsSorted(got) || !errors.Is(failed, errors.ErrUnsupported) || !ended {
			t.Errorf("of %d came %d, then %v", n, len(got), failed)
		}
	}
}

func TestEarlyEndsWithWhoListens(t *testing.T) {
	ended, taken := false, 0
	for range early(numbers(1000*earlyBy, nil, &ended)) {
		if taken++; taken == 3 {
			break
		}
	}
	if !ended { // without a race: early waits for the sequence
		t.Error("the sequence goes on for nobody")
	}
}
