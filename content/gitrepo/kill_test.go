package gitrepo

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"staffelstab/content"
)

// kills is how often the writing process is killed.
const kills = 50

const childFolder = "STAFFELSTAB_KILL_TEST_DIR"

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		writeUntilKilled(dir, os.Getenv(childFolder+"_ROUND"))
		return
	}
	code := m.Run()
	_ = os.RemoveAll(foreignMaster.dir)
	os.Exit(code)
}

// writeUntilKilled saves with eight writers and prints what was acknowledged.
func writeUntilKilled(dir, round string) {
	r, err := Open(dir, Options{})
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	r.Start(&ledger{})
	var mu sync.Mutex
	for writer := range 8 {
		go func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("wissen/%d/seite-%s-%d.md", writer, round, i)
				if _, err := r.Write(context.Background(), put(name, name)); err != nil {
					return
				}
				mu.Lock()
				fmt.Println("ack", name)
				mu.Unlock()
			}
		}()
	}
	time.Sleep(time.Minute)
}

func TestKillLosesNoAcknowledgedSave(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	kills := kills
	if os.Getenv("STAFFELSTAB_FAULTS") != "" { // the long form: make faults
		kills *= 10
	}
	for round := range kills {
		for _, name := range runAndKill(t, dir, round) {
			acknowledged[name] = true
		}
	}
	if len(acknowledged) < kills {
		t.Fatalf("only %d saves were acknowledged", len(acknowledged))
	}
	began := time.Now()
	r := open(t, dir, &ledger{})
	t.Logf("%d kills, %d acknowledged saves, opened again in %s", kills, len(acknowledged), time.Since(began))
	s, err := r.Snapshot(t.Context(), r.Head())
	if err != nil {
		t.Fatal(err)
	}
	for name := range acknowledged {
		if data, err := s.ReadFile(name); err != nil || string(data) != name {
			t.Fatalf("an acknowledged save is lost: %s: %q %v", name, data, err)
		}
	}
	commits := 0
	for _, err := range r.History(t.Context(), "", r.Head()) {
		if err != nil {
			t.Fatal(err)
		}
		commits++
	}
	if commits < len(acknowledged) {
		t.Errorf("%d commits for %d acknowledged saves", commits, len(acknowledged))
	}
	fsck(t, dir)
}

// runAndKill starts a writing process, kills it at some moment and returns
// what it acknowledged.
func runAndKill(t *testing.T, dir string, round int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir, childFolder+"_ROUND="+fmt.Sprint(round))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var names []string
	lines := bufio.NewScanner(out)
	limit := 1 + round*7%40 // another moment every round
	for len(names) < limit && lines.Scan() {
		name, ok := strings.CutPrefix(lines.Text(), "ack ")
		if !ok {
			t.Fatalf("round %d: %s", round, lines.Text())
		}
		names = append(names, name)
	}
	time.Sleep(time.Duration(round*131%3000) * time.Microsecond)
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it said before it died counts
		if name, ok := strings.CutPrefix(lines.Text(), "ack "); ok {
			names = append(names, name)
		}
	}
	_ = cmd.Wait() // it was killed
	return names
}

func BenchmarkWrite(b *testing.B) {
	for _, writers := range []int{1, 8, 16} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			r := open(b, b.TempDir(), &ledger{})
			next := make(chan int)
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() {
					for i := range next {
						if _, err := r.Write(context.Background(), put(fmt.Sprintf("wissen/%d/s%d/index.md", i%20, i), "Text "+fmt.Sprint(i))); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ResetTimer()
			for i := range b.N {
				next <- i
			}
			close(next)
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "saves/s")
		})
	}
}

var _ content.Repository = (*Repository)(nil)
var _ content.Files = (*Files)(nil)
