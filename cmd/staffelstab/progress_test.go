package main

import (
	"bytes"
	"os"
	"testing"
	"time"
)

func TestProgressIsABarOnATerminalAndLinesElsewhere(t *testing.T) {
	for _, c := range []struct {
		bar  bool
		want string
	}{
		{false, "3/1500\n4/1500\n"},
		{true, "\r\x1b[K[........................................] 1/1.500\r\x1b[K[........................................] 3/1.500\r\x1b[K[........................................] 4/1.500\r\x1b[K"},
	} {
		var out bytes.Buffer
		clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		p := newProgress(&out, c.bar, func() time.Time { return clock })
		for _, step := range []time.Duration{300 * time.Millisecond, 100 * time.Millisecond, 700 * time.Millisecond, time.Second} {
			clock = clock.Add(step)
			n := map[time.Duration]int{300 * time.Millisecond: 1, 100 * time.Millisecond: 2, 700 * time.Millisecond: 3, time.Second: 4}[step]
			p.show(n, 1500)
		}
		clock = clock.Add(time.Second)
		p.show(1500, 1500)
		p.end()
		p.end()
		if out.String() != c.want {
			t.Errorf("bar %v: %q", c.bar, out.String())
		}
	}
	if got := barOf(750, 1500); got != "[####################....................] 750/1.500" {
		t.Errorf("%q", got)
	}
	if got := barOf(0, 0); len(got) == 0 {
		t.Error("nothing of nothing")
	}
}

func TestFilesAreNoTerminals(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/log")
	must(t, err)
	defer f.Close()
	if isTerminal(f) || isTerminal(&bytes.Buffer{}) {
		t.Error("a bar would be written into a file")
	}
}
