package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/i18n"
	"staffelstab/internal/testkit"
)

// BenchmarkLawCorpus measures what people feel on the 1,402 real laws: how
// long they take to come in, how fast pages and searches answer, how many
// saves a second last, and the memory all of it needs.
func BenchmarkLawCorpus(b *testing.B) {
	bundle := filepath.Join(testkit.RequireCorpus(b), "gesetze.bundle")
	if _, err := os.Stat(bundle); err != nil {
		b.Skip("the corpus has no gesetze.bundle")
	}
	catalogue, err := i18n.Load()
	if err != nil {
		b.Fatal(err)
	}
	data := b.TempDir()
	memory := watchMemory(b)
	app, err := OpenApp(b.Context(), appConfig{Data: data, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), Catalogue: catalogue, Create: true})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := app.Close(); err != nil {
			b.Error(err)
		}
	}()
	adoption, indexing := adoptCorpus(b, app, bundle)
	b.Run("adoption", func(b *testing.B) { report(b, adoption.Seconds(), "s/adoption") })
	b.Run("index", func(b *testing.B) {
		report(b, indexing.Seconds(), "s/index")
		b.ReportMetric(float64(folderSize(b, filepath.Join(data, indexFolder)))/(1<<20), "MB")
	})
	b.Run("memory", func(b *testing.B) { report(b, memory.peak(), "peak-MB") })
	serveCorpus(b, app)
	b.Run("memory-serving", func(b *testing.B) { report(b, memory.now(), "MB") })
}

// report shows a figure that was measured once, outside the loop.
func report(b *testing.B, value float64, unit string) {
	for range b.N {
		runtime.KeepAlive(value)
	}
	b.ReportMetric(value, unit)
	b.ReportMetric(0, "ns/op")
}

func adoptCorpus(b *testing.B, app *App, bundle string) (adoption, indexing time.Duration) {
	b.Helper()
	began := time.Now()
	j := &importJob{Source: "markdown", Files: []string{bundle}}
	if err := j.Do(b.Context(), app, streams{out: io.Discard, err: io.Discard}); err != nil {
		b.Fatal(err)
	}
	adoption = time.Since(began)
	if !indexed(b.Context(), app, app.Repository.Head(), time.Hour) {
		b.Fatal("the index did not catch up")
	}
	began = time.Now()
	if err := app.Library.Reindex(b.Context()); err != nil {
		b.Fatal(err)
	}
	return adoption, time.Since(began)
}

// serveCorpus measures pages, searches and saves over HTTP and the verbs.
func serveCorpus(b *testing.B, app *App) {
	b.Helper()
	handler, err := app.Server()
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler.HTTPServer().Handler)
	defer server.Close()
	writer := benchPerson(b, app)
	get := signedIn(b, app, server.URL, writer)
	ids := articleIDs(b, app)
	random := rand.New(rand.NewPCG(1, 2))
	b.Run("page", func(b *testing.B) {
		percentiles(b, func() { get("/a/" + ids[random.IntN(len(ids))]) })
	})
	words := []string{"kündigung", "ausbildung", "frist", "widerspruch", "elternzeit", "gebühr", "straße", "datenschutz", "vergabe", "arbeitszeit urlaub",
		"beschwerde gericht", "personalrat mitbestimmung", "zustellung bescheid", "schwerbehinderung", "unfallversicherung beitrag", "§ 45 stvo"}
	b.Run("search", func(b *testing.B) {
		percentiles(b, func() {
			q := content.Query{Text: words[random.IntN(len(words))], Limit: 20}
			if r, err := app.Library.Search(b.Context(), writer, q); err != nil || r.Total == 0 {
				b.Fatalf("%q: %d hits, %v", q.Text, r.Total, err)
			}
		})
	})
	for _, writers := range []int{1, 8} {
		b.Run("saves-"+strconv.Itoa(writers), func(b *testing.B) { saves(b, app, writer, writers) })
	}
}

// signedIn returns a func that asks for a page as the person and wants status 200.
func signedIn(b *testing.B, app *App, server string, person account.Actor) func(path string) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	secret, _, err := app.Auth.SignIn(b.Context(), person.Person.Login, benchPassword)
	if err != nil {
		b.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	app.cookies().Set(recorder, secret)
	cookie := strings.SplitN(recorder.Header().Get("Set-Cookie"), ";", 2)[0]
	return func(path string) {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, server+path, nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Cookie", cookie)
		answer, err := client.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
			b.Fatalf("%s: %d %v", path, answer.StatusCode, err)
		}
	}
}

// saves measures acknowledged, durable saves through the verb.
func saves(b *testing.B, app *App, writer account.Actor, writers int) {
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range writers {
		wg.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				_, err := app.Library.Create(b.Context(), writer, content.Edit{
					Title: fmt.Sprintf("Messung %d mit %d", n, writers), Department: "66", Body: "Ein Satz, der bleibt.\n",
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "saves/s")
}

const benchPassword = "messung mit länge"

func benchPerson(b *testing.B, app *App) account.Actor {
	b.Helper()
	p, err := app.Office.CreatePerson(b.Context(), app.Operator(), account.Person{Login: "messung", DisplayName: "Messung", Department: "66"})
	if err != nil {
		b.Fatal(err)
	}
	g, err := app.Office.Grant(b.Context(), app.Operator(), account.Grant{Person: p.ID, Role: account.Editor})
	if err != nil {
		b.Fatal(err)
	}
	if err := app.Auth.SetPassword(b.Context(), app.Operator(), p.ID, benchPassword); err != nil {
		b.Fatal(err)
	}
	return account.NewActor(p, []account.Grant{g}, time.Now().Format(time.DateOnly), account.WriteAccess)
}

// percentiles runs f b.N times and reports how long it took.
func percentiles(b *testing.B, f func()) {
	took := make([]time.Duration, 0, b.N)
	b.ResetTimer()
	for range b.N {
		began := time.Now()
		f()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds()) / 1000
	}
	b.ReportMetric(at(.50), "p50-ms")
	b.ReportMetric(at(.95), "p95-ms")
	b.ReportMetric(at(.99), "p99-ms")
}

// memoryWatch samples what the process holds.
type memoryWatch struct{ highest atomic.Uint64 }

func watchMemory(b *testing.B) *memoryWatch {
	w := &memoryWatch{}
	ctx, stop := context.WithCancel(b.Context())
	b.Cleanup(stop)
	go func() {
		for ctx.Err() == nil {
			if held := heldBytes(); held > w.highest.Load() {
				w.highest.Store(held)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return w
}

func heldBytes() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

func (w *memoryWatch) peak() float64 { return float64(w.highest.Load()) / (1 << 20) }

// now is what is held after the garbage is gone.
func (w *memoryWatch) now() float64 {
	debug.FreeOSMemory()
	return float64(heldBytes()) / (1 << 20)
}

func folderSize(b *testing.B, folder string) (total int64) {
	b.Helper()
	err := filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return total
}
