package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"staffelstab/internal/i18n"
)

// progress shows on standard error how far a long run is: a bar on a terminal, else
// a line each second.
type progress struct {
	w    io.Writer
	bar  bool
	now  func() time.Time
	last time.Time
	open bool // the bar stands on the last line
}

// How often progress is told.
const (
	everyLine = time.Second
	everyBar  = 200 * time.Millisecond
)

func newProgress(w io.Writer, bar bool, now func() time.Time) *progress {
	return &progress{w: w, bar: bar, now: now, last: now()}
}

// show tells how many of how many are done.
func (p *progress) show(done, total int) {
	every := everyLine
	if p.bar {
		every = everyBar
	}
	now := p.now()
	if now.Sub(p.last) < every || done >= total {
		return
	}
	p.last = now
	if !p.bar {
		fmt.Fprintf(p.w, "%d/%d\n", done, total)
		return
	}
	p.open = true
	fmt.Fprint(p.w, clearLine, barOf(done, total))
}

// end takes the bar away, whatever ended the run.
func (p *progress) end() {
	if p.open {
		fmt.Fprint(p.w, clearLine)
		p.open = false
	}
}

// clearLine goes back to the beginning of a line and empties it (ECMA-48, EL).
const clearLine = "\r\x1b[K"

// barWidth is how many characters a bar takes. With the numbers it stays below 80.
const barWidth = 40

func barOf(done, total int) string {
	full := barWidth * done / max(total, 1)
	return fmt.Sprintf("[%s%s] %s/%s", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), i18n.Number(i18n.German, done), i18n.Number(i18n.German, total))
}

// isTerminal reports whether somebody sees what is written at once.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
