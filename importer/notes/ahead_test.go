package notes

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"
	"testing"

	"staffelstab/importer"
)

// counted yields documents and counts those that are open.
func counted(n int, text string, open, made *atomic.Int64) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for i := range n {
			if i%7 == 3 {
				if !yield(nil, &importer.SourceError{Title: fmt.Sprint(i), Err: errUnclosed}) {
					return
				}
				continue
			}
			open.Add(1)
			made.Add(1)
			d := &importer.Document{Title: fmt.Sprint(i), Visible: text}
			d.OnClose(func() error { open.Add(-1); return nil })
			if !yield(d, nil) {
				return
			}
		}
	}
}

func TestReadingAheadKeepsTheOrder(t *testing.T) {
	for name, text := range map[string]string{"short": "x", "long": strings.Repeat("x", aheadText+1)} {
		t.Run(name, func(t *testing.T) {
			var open, made atomic.Int64
			next := 0
			for d, err := range ahead(counted(100, text, &open, &made)) {
				title := ""
				if broken := (*importer.SourceError)(nil); errors.As(err, &broken) {
					title = broken.Title
				} else {
					title = d.Title
				}
				if title != fmt.Sprint(next) {
					t.Fatalf("%q comes as number %d", title, next)
				}
				next++
				if d != nil {
					if text != "x" && open.Load() > 1 {
						t.Errorf("%d long texts at once", open.Load())
					}
					if err := d.Close(); err != nil {
						t.Error(err)
					}
				}
			}
			if next != 100 || open.Load() != 0 {
				t.Errorf("%d documents, %d open", next, open.Load())
			}
		})
	}
}

func TestWhatWasReadAheadIsClosedWhenTheRunStops(t *testing.T) {
	for stop := range 30 {
		for _, text := range []string{"x", strings.Repeat("x", aheadText+1)} {
			var open, made atomic.Int64
			seen := 0
			for d := range ahead(counted(100, text, &open, &made)) {
				if d != nil {
					_ = d.Close()
				}
				if seen++; seen > stop {
					break
				}
			}
			if open.Load() != 0 {
				t.Errorf("stopped after %d: %d documents are open", stop, open.Load())
			}
			if made.Load() > int64(stop+aheadDocuments+3) {
				t.Errorf("stopped after %d: %d were read", stop, made.Load())
			}
		}
	}
}
