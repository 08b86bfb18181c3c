package content

import "iter"

// earlyBy is how many values a sequence is ahead of who takes them.
const earlyBy = 64

// early runs a sequence in a goroutine of its own, a little ahead: what makes
// the values and what takes them each have a core. It ends with the sequence or
// when nobody takes any more.
func early[V any](sequence iter.Seq2[V, error]) iter.Seq2[V, error] {
	type value struct {
		v   V
		err error
	}
	return func(yield func(V, error) bool) {
		values, enough := make(chan value, earlyBy), make(chan struct{})
		go func() {
			defer close(values)
			for v, err := range sequence {
				select {
				case values <- value{v, err}:
				case <-enough:
					return
				}
			}
		}()
		defer func() {
			close(enough)
			for range values { // until it has ended
			}
		}()
		for next := range values {
			if !yield(next.v, next.err) {
				return
			}
		}
	}
}
