package extract

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"staffelstab/content"
)

const (
	// patience is how long one file may take.
	patience = 10 * time.Second
	// maxAbandoned is how many readings that do not end are left running. Each may
	// hold a processor and memory, and nothing can stop it from outside.
	maxAbandoned = 2
	// maxHeap is how much memory may be needed while one file is read, in bytes.
	// What the server does meanwhile counts too.
	maxHeap = 256 << 20
)

// errGreedy means what taking too long does: not now, and in the end never.
var errGreedy = fmt.Errorf("extract: the file takes too much memory: %w", context.DeadlineExceeded)

// aside reads a file in a goroutine of its own, because the libraries panic over
// damage and may never come back. After patience nobody waits any more; while
// maxAbandoned such readings still run, nothing is read: ErrNotReading.
func (x *Examiner) aside(ctx context.Context, file io.ReaderAt, read func(context.Context, io.ReaderAt) (string, error)) (string, error) {
	if x.abandoned.Load() >= maxAbandoned {
		return "", content.ErrNotReading
	}
	ctx, cancel := context.WithTimeout(ctx, x.patience)
	defer cancel()
	type answer struct {
		text string
		err  error
	}
	done := make(chan answer, 1)
	var over atomic.Bool // by whichever comes first: the reading ends or the patience does
	go func() {
		text, err := calmly(ctx, watch(ctx, file, maxHeap), read)
		if over.CompareAndSwap(false, true) {
			done <- answer{text, err}
			return
		}
		x.abandoned.Add(-1)
	}()
	select {
	case a := <-done:
		return a.text, a.err
	case <-ctx.Done():
	}
	x.abandoned.Add(1) // before the reading can take it back
	if !over.CompareAndSwap(false, true) {
		x.abandoned.Add(-1)
		a := <-done
		return a.text, a.err
	}
	return "", ctx.Err()
}

// calmly turns a panic into an error, and says what was behind any error.
func calmly(ctx context.Context, file *watched, read func(context.Context, io.ReaderAt) (string, error)) (text string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("extract: damaged file: %v", v)
		}
		if file.greedy.Load() {
			err = errGreedy
		}
	}()
	return read(ctx, file)
}

// watched is a file that can no longer be read when its time is over or the heap
// has grown too much. So a reading nobody can stop comes to an end, because
// libraries go back to the file again and again.
type watched struct {
	ctx    context.Context
	file   io.ReaderAt
	most   uint64 // bytes on the heap
	greedy atomic.Bool
}

func watch(ctx context.Context, file io.ReaderAt, room uint64) *watched {
	return &watched{ctx: ctx, file: file, most: heap() + room}
}

func (w *watched) ReadAt(b []byte, at int64) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	if heap() > w.most {
		if runtime.GC(); heap() > w.most { // and not only what nobody has swept yet
			w.greedy.Store(true)
		}
	}
	if w.greedy.Load() {
		return 0, errGreedy
	}
	return w.file.ReadAt(b, at)
}

// heap is how many bytes lie there, needed or not swept yet.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
