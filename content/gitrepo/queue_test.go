package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"staffelstab/content"
	"staffelstab/internal/fault"
)

// hold keeps the writer busy until the returned func is called.
func hold(t *testing.T, r *Repository) (let func()) {
	t.Helper()
	block := make(chan struct{})
	go func() {
		_, err := r.Write(context.Background(), func(content.Snapshot) (content.Change, error) {
			<-block
			return content.Change{}, nil
		})
		if err != nil {
			t.Error(err)
		}
	}()
	synctest.Wait()
	return func() { close(block) }
}

func TestWaitingWritesShareASync(t *testing.T) {
	for _, c := range []struct {
		name           string
		bulk           bool
		pace           *Pace
		waiting, syncs int
	}{{"people", false, nil, 20, 1}, {"many people", false, nil, 100, 2}, {"an import beside people", true, NewPace(1 << 30), 40, 3}, {"an import alone", true, nil, 60, 1}} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &ledger{}
				r := open(t, t.TempDir(), l)
				let := hold(t, r)
				ctx := context.Background()
				if c.bulk {
					ctx = Bulk(ctx, c.pace)
				}
				var wg sync.WaitGroup
				for i := range c.waiting {
					wg.Go(func() {
						if _, err := r.Write(ctx, put(fmt.Sprintf("%d.md", i), "x")); err != nil {
							t.Error(err)
						}
					})
				}
				synctest.Wait()
				let()
				wg.Wait()
				if len(l.records) != c.waiting || l.groups != c.syncs {
					t.Errorf("%d commits in %d groups, want %d", len(l.records), l.groups, c.syncs)
				}
			})
		})
	}
}

func TestSomebodyWaitingGoesBeforeTheImport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		r := open(t, t.TempDir(), l)
		let := hold(t, r)
		var wg sync.WaitGroup
		save := func(ctx context.Context, name string) {
			wg.Go(func() {
				if _, err := r.Write(ctx, put(name, name)); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait() // it stands in the queue
		}
		for i := range 30 {
			save(Bulk(context.Background(), nil), fmt.Sprintf("import/%d.md", i))
		}
		save(context.Background(), "mensch.md")
		let()
		wg.Wait()
		if first := l.records[0].Changes[0].Path; first != "mensch.md" {
			t.Errorf("%s was served first", first)
		}
		if len(l.records) != 31 {
			t.Errorf("%d commits", len(l.records))
		}
	})
}

func TestWriteThatIsGivenUpWhileItWaitsIsNotDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		r := open(t, t.TempDir(), l)
		let := hold(t, r)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		go func() {
			_, err := r.Write(ctx, put("aufgegeben.md", "x"))
			done <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		let()
		write(t, r, "danach.md", "y")
		if len(l.records) != 1 || l.records[0].Changes[0].Path != "danach.md" {
			t.Errorf("recorded %+v", l.records)
		}
	})
}

func TestClosingEndsTheGroupAndRefusesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		r := open(t, dir, &ledger{})
		block := make(chan struct{})
		working, waiting, closed := make(chan error, 1), make(chan error, 1), make(chan error, 1)
		go func() {
			_, err := r.Write(context.Background(), func(content.Snapshot) (content.Change, error) {
				<-block
				return content.Change{Files: map[string][]byte{"fertig.md": []byte("x")}, Author: "u-abcdefghij", At: time.Unix(1, 0)}, nil
			})
			working <- err
		}()
		synctest.Wait()
		go func() {
			_, err := r.Write(context.Background(), put("zu-spaet.md", "y"))
			waiting <- err
		}()
		synctest.Wait()
		go func() { closed <- r.Close() }()
		synctest.Wait()
		close(block)
		if err := <-working; err != nil {
			t.Errorf("the one at work: %v", err)
		}
		if err := <-waiting; !fault.Is(err, fault.Unavailable) {
			t.Errorf("the one who waited: %v", err)
		}
		if err := <-closed; err != nil {
			t.Errorf("closing: %v", err)
		}
		if _, err := r.Write(context.Background(), put("danach.md", "z")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("after closing: %v", err)
		}
		again := open(t, dir, &ledger{})
		if got := contents(t, again, again.Head()); len(got) != 1 || got["fertig.md"] != "x" {
			t.Errorf("on disk: %q", got)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
}

// twins writes one number into two files at once, so that a reader who sees
// half of a commit, or an older one after a newer, notices.
func twins(writer, n int) func(content.Snapshot) (content.Change, error) {
	a, b := fmt.Sprintf("w/%d/index.md", writer), fmt.Sprintf("v/%d/kopie.md", writer)
	return batch(map[string]string{a: strconv.Itoa(n), b: strconv.Itoa(n)})
}

func TestReadersSeeWholeCommitsWhileManyWrite(t *testing.T) {
	const writers, saves = 8, 8
	dir, l := t.TempDir(), &ledger{}
	r := open(t, dir, l)
	stop := make(chan struct{})
	var readers, wg sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			seen := [writers]int{}
			for {
				readTwins(t, r, &seen)
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for w := range writers {
		wg.Go(func() {
			for n := range saves {
				record, err := r.Write(context.Background(), twins(w, n+1))
				if err != nil {
					t.Error(err)
					return
				}
				own := readAt(t, r, record.Commit, fmt.Sprintf("w/%d/index.md", w))
				now := readAt(t, r, r.Head(), fmt.Sprintf("w/%d/index.md", w))
				if own != strconv.Itoa(n+1) || now != own {
					t.Errorf("writer %d was acknowledged %d, its commit says %s, the head %s", w, n+1, own, now)
				}
			}
		})
	}
	wg.Wait()
	close(stop)
	readers.Wait()
	for i, c := range l.records[1:] {
		if len(c.Parents) != 1 || c.Parents[0] != l.records[i].Commit {
			t.Fatalf("record %d does not follow the one before", i+1)
		}
	}
	if len(l.records) != writers*saves || l.records[len(l.records)-1].Commit != r.Head() {
		t.Errorf("%d records, the last is not the head %s", len(l.records), r.Head())
	}
	fsck(t, dir)
}

// readTwins reads the head and compares it with what was read before.
func readTwins(t *testing.T, r *Repository, seen *[8]int) {
	files := contents(t, r, r.Head())
	for w := range seen {
		a, b := files[fmt.Sprintf("w/%d/index.md", w)], files[fmt.Sprintf("v/%d/kopie.md", w)]
		if a != b {
			t.Errorf("half a commit of writer %d: %q and %q", w, a, b)
		}
		if a == "" {
			continue
		}
		if n, err := strconv.Atoi(a); err != nil || n < seen[w] {
			t.Errorf("writer %d went back from %d to %q", w, seen[w], a)
		} else {
			seen[w] = n
		}
	}
}

func TestOldCommitsStayReadableWhateverFollows(t *testing.T) {
	r := open(t, t.TempDir(), &ledger{})
	var kept []content.CommitRecord
	for i := range 40 {
		kept = append(kept, write(t, r, "wissen/k/kantine/index.md", strings.Repeat("Speiseplan ", i)))
	}
	if _, err := r.Write(t.Context(), batch(map[string]string{"wissen/k/kantine/index.md": gone})); err != nil {
		t.Fatal(err)
	}
	for i, c := range kept {
		s, err := r.Snapshot(t.Context(), c.Commit)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.ReadFile("wissen/k/kantine/index.md"); err != nil || string(got) != strings.Repeat("Speiseplan ", i) {
			t.Errorf("version %d is %q %v", i, got, err)
		}
		if info, err := s.Open("wissen/k/kantine/index.md"); err != nil {
			t.Error(err)
		} else if stat, err := info.Stat(); err != nil || stat.Size() != int64(11*i) {
			t.Errorf("version %d: %+v %v", i, stat, err)
		}
	}
}
