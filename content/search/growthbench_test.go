package search_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/content/search"
)

// largestGrowth is how many times the laws the largest measured index holds.
const largestGrowth = 16

// shareName names the variable with the part of it to measure, such as 0.25: up to
// four times the laws.
const shareName = "STAFFELSTAB_BENCH_SHARE"

// BenchmarkGrowth tells what becomes of queries, rebuilds, opening and memory when
// there are more texts.
func BenchmarkGrowth(b *testing.B) {
	list, c := readQuestions(b, "gesetze.txt"), laws(b)
	largest := largestGrowth
	if share, err := strconv.ParseFloat(os.Getenv(shareName), 64); err == nil && share > 0 && share < 1 {
		largest = max(1, int(share*largestGrowth))
	}
	for times := 1; times <= largest; times *= 4 {
		b.Run(fmt.Sprintf("x%d", times), func(b *testing.B) { measureGrowth(b, list, c, times) })
	}
}

// repeated is the collection with further copies that have ids of their own.
func (c collection) repeated(times int) iter.Seq2[content.IndexDocument, error] {
	return func(yield func(content.IndexDocument, error) bool) {
		for n := range times {
			for d := range c.stream() {
				d.ID = content.ID(fmt.Sprintf("%s%d", d.ID, n))
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}

func measureGrowth(b *testing.B, list questionList, c collection, times int) {
	folder := b.TempDir()
	memory := watchMemory(b)
	x := openIndex(b, folder)
	began := time.Now()
	if err := x.Rebuild(b.Context(), "c1", c.repeated(times)); err != nil {
		b.Fatal(err)
	}
	indexing, peak := time.Since(began), memory.peak()
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
	began = time.Now()
	x = openIndex(b, folder)
	opening := time.Since(began)
	defer func() {
		if err := x.Close(); err != nil {
			b.Error(err)
		}
	}()
	var queries, suggestions []time.Duration
	for _, q := range list.questions {
		began := time.Now()
		c.found(b, x, q.text, pageSize)
		queries = append(queries, time.Since(began))
		typed := []rune(q.text)
		for n := 2; n <= min(len(typed), 10); n++ { // while somebody types
			began := time.Now()
			if _, err := x.Suggest(b.Context(), string(typed[:n]), []string{"alle"}, 8); err != nil {
				b.Fatal(err)
			}
			suggestions = append(suggestions, time.Since(began))
		}
	}
	show(b, "query", figure{percentile(queries, .50), "p50-ms"}, figure{percentile(queries, .99), "p99-ms"})
	show(b, "suggest", figure{percentile(suggestions, .50), "p50-ms"}, figure{percentile(suggestions, .99), "p99-ms"})
	show(b, "index", figure{indexing.Seconds(), "s"}, figure{float64(folderSize(b, folder)) / (1 << 20), "MB"}, figure{peak, "peak-MB"})
	var hardest []time.Duration
	for _, text := range hardestQueries() {
		began := time.Now()
		c.found(b, x, text, pageSize)
		hardest = append(hardest, time.Since(began))
	}
	show(b, "hardest", figure{percentile(hardest, 1), "worst-ms"})
	show(b, "open", figure{opening.Seconds(), "s"})
}

func openIndex(b *testing.B, folder string) *search.Index {
	b.Helper()
	x, err := search.Open(folder, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	return x
}

// memoryWatch samples what the process holds, the texts to index included.
type memoryWatch struct{ highest atomic.Uint64 }

func watchMemory(b *testing.B) *memoryWatch {
	w := &memoryWatch{}
	ctx, stop := context.WithCancel(b.Context())
	b.Cleanup(stop)
	go func() {
		for ctx.Err() == nil {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			w.highest.Store(max(w.highest.Load(), m.Sys-m.HeapReleased))
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return w
}

func (w *memoryWatch) peak() float64 { return float64(w.highest.Load()) / (1 << 20) }

// hardestQueries are what costs most: many words that stand in every law,
// phrases of them, words nobody knows, and noise.
func hardestQueries() []string {
	common := "Absatz Satz Verordnung Gesetz Nummer Anlage Ausbildung Zeit Person Behörde Antrag Recht Pflicht Stelle Höhe Jahr Monat Bund Land Verfahren Daten Prüfung Kosten Angaben"
	return []string{
		common, strings.ToUpper(common), `"in der" "nach der" "für die" "durch die"`, `"die Person" Absatz Satz "des Gesetzes"`, "-Absatz -Satz Gesetz Verordnung", "§ 1 § 2 § 3 § 4 § 5 Abs. 1 Abs. 2",
		strings.Repeat("verwaltungsgerichtsordnungsänderungsgesetz ", 20), strings.Repeat("xqzv", 200), "abcdefgh ijklmnop qrstuvwx mnbvcxyl gfdsapoi rewqztui zhnmkiol", strings.Repeat("a b c d ", 120), strings.Repeat("*innen ", 140),
	}
}
