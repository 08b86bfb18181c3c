package extract

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"staffelstab/content"
)

func TestReadingsThatNeverEndDoNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, end := New(""), make(chan struct{})
		hangs := func(context.Context, io.ReaderAt) (string, error) { <-end; return "zu spät", nil }
		for range maxAbandoned {
			if words, err := x.aside(t.Context(), nil, hangs); words != "" || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a file that hangs gives %q, %v", words, err)
			}
		}
		ran := false
		quick := func(context.Context, io.ReaderAt) (string, error) { ran = true; return "Wort", nil }
		if _, err := x.aside(t.Context(), nil, quick); !errors.Is(err, content.ErrNotReading) || ran {
			t.Errorf("with %d readings that hang another one is begun: %v", maxAbandoned, err)
		}
		close(end)
		synctest.Wait()
		if words, err := x.aside(t.Context(), nil, quick); words != "Wort" || err != nil {
			t.Errorf("after they ended a file gives %q, %v", words, err)
		}
	})
}

func TestADamagedFileIsAnErrorAndNoEnd(t *testing.T) {
	x := New("")
	panics := func(context.Context, io.ReaderAt) (string, error) { panic("index out of range") }
	if _, err := x.aside(t.Context(), nil, panics); err == nil {
		t.Error("a panic is no error")
	}
	if n := x.abandoned.Load(); n != 0 {
		t.Errorf("%d readings are counted as running", n)
	}
}

func TestNobodyWaitsForAFileAfterTheServerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, end := New(""), make(chan struct{})
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if _, err := x.aside(ctx, nil, func(context.Context, io.ReaderAt) (string, error) { <-end; return "", nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("the reading says %v", err)
		}
		close(end)
	})
}

// TestWhoReadsInCirclesEndsWithThePatience has a reader that never looks at its
// context, as the libraries do.
func TestWhoReadsInCirclesEndsWithThePatience(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	b, rounds := make([]byte, 1), 0
	_, err := calmly(ctx, watch(ctx, strings.NewReader("x"), 1<<40), func(_ context.Context, file io.ReaderAt) (string, error) {
		for {
			if rounds++; rounds == 100 {
				stop()
			}
			if _, err := file.ReadAt(b, 0); err != nil {
				return "", err
			}
		}
	})
	if !errors.Is(err, context.Canceled) || rounds != 100 {
		t.Errorf("after %d rounds: %v", rounds, err)
	}
}

func TestAFileThatNeedsTooMuchMemoryIsGivenUp(t *testing.T) {
	var held [][]byte
	_, err := calmly(t.Context(), watch(t.Context(), strings.NewReader("x"), 8<<20), func(_ context.Context, file io.ReaderAt) (string, error) {
		for range 100 {
			if _, err := file.ReadAt(make([]byte, 1), 0); err != nil {
				panic(err) // as the library for PDF does
			}
			held = append(held, make([]byte, 1<<20))
		}
		return "Wort", nil
	})
	if !errors.Is(err, errGreedy) || !errors.Is(err, context.DeadlineExceeded) || len(held) > 50 {
		t.Errorf("with %d MB held: %v", len(held), err)
	}
}
