package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/i18n"
)

// stockFolder names the variable with the folder that keeps the generated
// repository between runs.
const stockFolder = "STAFFELSTAB_BENCH_STOCK"

// stockShare names the variable with the part of the library to generate, such
// as 0.1: a look in a minute instead of the whole.
const stockShare = "STAFFELSTAB_BENCH_SHARE"

// BenchmarkStock measures on 20,000 articles with 100,000 versions what
// knowledge.md §6 promises: from a bare copy of the repository to a page, then
// pages, histories, saves, git gc, a warm start, and the memory all of it needs.
func BenchmarkStock(b *testing.B) {
	if _, err := exec.LookPath("git"); err != nil {
		b.Skip("git is not installed")
	}
	large := stock{articles: 20_000, commits: 100_000}
	if share, err := strconv.ParseFloat(os.Getenv(stockShare), 64); err == nil && share > 0 && share < 1 {
		large = stock{articles: int(share * 20_000), commits: int(share * 100_000)}
	}
	data := large.place(b, os.Getenv(stockFolder))
	memory := watchMemory(b)
	began := time.Now()
	app := openStock(b, data)
	readable, worked := time.Since(began), cpuTime()
	if err := app.wait(b.Context()); err != nil {
		b.Fatal(err)
	}
	derived := time.Since(began)
	b.Logf("readable %v (%v of processors), derived %v (%v), %.0f MB", readable, worked, derived, cpuTime(), memory.peak())
	if !indexed(b.Context(), app, app.Repository.Head(), time.Hour) {
		b.Fatal("the index did not catch up")
	}
	whole := time.Since(began)
	b.Run("bare-copy-readable", func(b *testing.B) { report(b, readable.Seconds(), "s") })
	b.Run("bare-copy-derived", func(b *testing.B) { report(b, derived.Seconds(), "s") })
	b.Run("bare-copy-everything", func(b *testing.B) { report(b, whole.Seconds(), "s") })
	b.Run("memory-deriving", func(b *testing.B) { report(b, memory.peak(), "peak-MB") })
	if err := app.Close(); err != nil {
		b.Fatal(err)
	}
	began = time.Now()
	app = openStock(b, data)
	defer func() {
		if err := app.Close(); err != nil {
			b.Error(err)
		}
	}()
	warm := time.Since(began)
	b.Run("warm-start", func(b *testing.B) { report(b, warm.Seconds(), "s") })
	readStock(b, app)
	saveStock(b, app)
	b.Run("memory-serving", func(b *testing.B) { report(b, memory.now(), "MB") })
}

// cpuTime is what all processors together worked for this process.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func openStock(b *testing.B, data string) *App {
	b.Helper()
	catalogue, err := i18n.Load()
	if err != nil {
		b.Fatal(err)
	}
	app, err := OpenApp(b.Context(), appConfig{
		Data: data, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})), Catalogue: catalogue, Create: true, Serving: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	return app
}

// readStock measures pages and histories over HTTP, most of them seen for the
// first time.
func readStock(b *testing.B, app *App) {
	handler, err := app.Server()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler.HTTPServer().Handler)
	defer server.Close()
	get := signedIn(b, app, server.URL, benchPerson(b, app))
	ids := articleIDs(b, app)
	random := rand.New(rand.NewPCG(3, 4))
	anyID := func() string { return ids[random.IntN(len(ids))] }
	b.Run("page", func(b *testing.B) { percentiles(b, func() { get("/a/" + anyID()) }) })
	b.Run("history", func(b *testing.B) { percentiles(b, func() { get("/a/" + anyID() + "/verlauf") }) })
	b.Run("search", func(b *testing.B) {
		percentiles(b, func() { get("/suche?q=" + stockWords[random.IntN(len(stockWords))]) })
	})
}

// saveStock measures saves alone, in company, beside a rebuild of the index and
// beside git gc, and when search finds what was saved.
func saveStock(b *testing.B, app *App) {
	editor := app.Operator()
	ids := articleIDs(b, app)
	var next atomic.Int64
	save := func(b *testing.B) content.Article {
		n := next.Add(1)
		id := content.ID(ids[int(n*7919)%len(ids)])
		a, err := app.Store.Article(b.Context(), id)
		if err == nil {
			a, err = app.Library.Save(b.Context(), editor, id, a.ETag, content.Edit{Title: a.Title, Body: fmt.Sprintf("Geändert zum %d. Mal, Kennwort merkwort%d.\n", n, n)})
		}
		if err != nil {
			b.Error(err)
		}
		return a
	}
	b.Run("save", func(b *testing.B) { percentiles(b, func() { save(b) }) })
	b.Run("searchable", func(b *testing.B) {
		percentiles(b, func() {
			saved := save(b)
			if !indexed(b.Context(), app, saved.Commit, time.Minute) {
				b.Error("the index did not follow")
			}
		})
	})
	b.Run("saves-16", func(b *testing.B) { together(b, 16, func() { save(b) }) })
	beside(b, "save-beside-index", func(ctx context.Context) error { return app.Library.Reindex(ctx) }, func(b *testing.B) { save(b) })
	beside(b, "save-beside-gc", app.Repository.Compact, func(b *testing.B) { save(b) })
	began := time.Now()
	if err := app.Repository.Compact(b.Context()); err != nil {
		b.Fatal(err)
	}
	took := time.Since(began)
	b.Run("gc", func(b *testing.B) { report(b, took.Seconds(), "s") })
}

// beside measures f while the work is done again and again.
func beside(b *testing.B, name string, work func(context.Context) error, f func(*testing.B)) {
	b.Run(name, func(b *testing.B) {
		ctx, stop := context.WithCancel(b.Context())
		var working sync.WaitGroup
		working.Go(func() {
			for ctx.Err() == nil {
				if err := work(ctx); err != nil && ctx.Err() == nil {
					b.Error(err)
					return
				}
			}
		})
		percentiles(b, func() { f(b) })
		b.StopTimer()
		stop()
		working.Wait()
	})
}

// together runs f b.N times from so many goroutines.
func together(b *testing.B, writers int, f func()) {
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range writers {
		all.Go(func() {
			for next.Add(1) <= int64(b.N) {
				f()
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "saves/s")
}

func articleIDs(b *testing.B, app *App) []string {
	b.Helper()
	var ids []string
	for a, err := range app.Store.AllArticles(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, string(a.ID))
	}
	return slices.Clip(ids)
}
