package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// ran is what a shell sees of a command.
type ran struct {
	status   int
	out, err string
}

// command runs a command in this process, as main does.
func command(t *testing.T, stdin string, args ...string) ran {
	t.Helper()
	var out, errs safeBuffer
	status := run(t.Context(), args, streams{in: strings.NewReader(stdin), out: &out, err: &errs})
	return ran{status, out.String(), errs.String()}
}

// want fails the test unless the command ended with the status and said the
// words, on whichever stream they belong.
func (r ran) want(t *testing.T, status int, words ...string) ran {
	t.Helper()
	if r.status != status {
		t.Fatalf("exit status %d instead of %d\n%s%s", r.status, status, r.out, r.err)
	}
	for _, w := range words {
		if !strings.Contains(r.out+r.err, w) {
			t.Errorf("nothing says %q:\n%s%s", w, r.out, r.err)
		}
	}
	return r
}

// silent fails the test when the command said one of the words.
func (r ran) silent(t *testing.T, words ...string) ran {
	t.Helper()
	for _, w := range words {
		if strings.Contains(r.out+r.err, w) {
			t.Errorf("somebody says %q:\n%s%s", w, r.out, r.err)
		}
	}
	return r
}

// safeBuffer is written by a server while a test reads.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// announced hands on the first thing that is written to it: where the server
// is found.
type announced struct {
	once sync.Once
	text chan string
}

func (a *announced) Write(p []byte) (int, error) {
	a.once.Do(func() { a.text <- string(p) })
	return len(p), nil
}

// served is a server in this process.
type served struct {
	t        *testing.T
	url      string
	greeting string
	log      *safeBuffer
	stop     func() int // returns the exit status
}

// serveHere runs serve on a free port until the test ends it.
func serveHere(t *testing.T, args ...string) served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, log, ended := &announced{text: make(chan string, 1)}, &safeBuffer{}, make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), streams{in: strings.NewReader(""), out: out, err: log})
	}()
	s := served{t: t, log: log}
	s.stop = sync.OnceValue(func() int { cancel(); return <-ended })
	t.Cleanup(func() { s.stop() })
	select {
	case s.greeting = <-out.text:
	case status := <-ended:
		ended <- status
		t.Fatalf("the server ended with status %d:\n%s", status, log)
	}
	s.url = address.FindString(s.greeting)
	return s
}

// get asks for a path with headers in pairs and returns status and body.
func (s served) get(path string, headers ...string) (int, string) {
	s.t.Helper()
	return s.do(http.MethodGet, path, "", headers...)
}

func (s served) do(method, path, body string, headers ...string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(data)
}

// write puts files into a folder; names may have folders of their own.
func write(t *testing.T, folder string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// newFolder makes an empty data folder, as the first start of a server does.
func newFolder(t *testing.T) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "d")
	if status := serveHere(t, "--data", data).stop(); status != exitDone {
		t.Fatalf("the first server ended with status %d", status)
	}
	return data
}

// passphrase is long enough for every account.
const passphrase = "ein langes passwort"
