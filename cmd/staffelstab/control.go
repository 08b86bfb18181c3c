package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// A job is a command that needs the open data folder. It runs in the process
// that owns the folder: in this one, or in the server, which receives it as
// JSON over the control socket and streams back what it prints.
type job interface {
	// Name is the job's stable name on the socket.
	Name() string
	// Do works on the open folder.
	Do(ctx context.Context, app *App, s streams) error
}

// newJob makes an empty job to decode into.
func newJob(name string) (job, bool) {
	switch name {
	case "import":
		return &importJob{}, true
	case "withdraw":
		return &withdrawJob{}, true
	case "reindex":
		return &reindexJob{}, true
	case "check":
		return &checkJob{}, true
	case "maintain":
		return &maintainJob{}, true
	case "user":
		return &userJob{}, true
	case "token":
		return &tokenJob{}, true
	}
	return nil, false
}

const socketName = "control.sock"

// runJob runs a job beside the server when there is one, else here.
func runJob(ctx context.Context, env *environment, flags dataFlags, j job) error {
	if err := flags.mustExist(); err != nil {
		return err
	}
	done, err := overSocket(ctx, env, filepath.Join(flags.Data, socketName), j)
	if done || err != nil {
		return cutShort(ctx, err)
	}
	app, err := OpenApp(ctx, appConfig{Data: flags.Data, DatabaseURL: flags.DatabaseURL, Log: flags.logger(env), Catalogue: env.catalogue})
	if err != nil {
		return err
	}
	return cutShort(ctx, errors.Join(j.Do(ctx, app, env.streams), app.Close()))
}

// cutShort puts into words that a person or the system ended a command: what
// failed because of that is no news.
func cutShort(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return fault.New(fault.Unavailable, "cmd.interrupted")
	}
	return err
}

// message is a line from the server to a command: output or the end.
type message struct {
	Out    []byte `json:"out,omitempty"`
	Err    []byte `json:"err,omitempty"`
	Status *int   `json:"status,omitempty"`
}

// overSocket hands the job to a running server. Not done and no error means
// that none is running.
func overSocket(ctx context.Context, env *environment, socket string, j job) (bool, error) {
	dialer := net.Dialer{Timeout: 2 * time.Second}
	probe, err := dialer.DialContext(ctx, "unix", socket)
	if err != nil {
		return false, nil
	}
	_ = probe.Close() // only showed that somebody listens
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "unix", socket)
	}}}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(json.NewEncoder(writer).Encode(j)) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://control/"+j.Name(), reader)
	if err != nil {
		return true, err
	}
	response, err := client.Do(request)
	if err != nil && ctx.Err() == nil { // it died before it said anything
		return true, fault.New(fault.Unavailable, "cmd.server-went-away").Because(err)
	}
	if err != nil {
		return true, err
	}
	defer response.Body.Close()
	err = copyMessages(response.Body, env)
	if fault.Is(err, fault.Unavailable) && ctx.Err() != nil { // it was not the server that went away
		err = context.Cause(ctx)
	}
	return true, err
}

func copyMessages(r io.Reader, env *environment) error {
	decoder := json.NewDecoder(bufio.NewReader(r))
	for {
		var m message
		if err := decoder.Decode(&m); err != nil {
			return fault.New(fault.Unavailable, "cmd.server-went-away").Because(err)
		}
		if _, err := env.out.Write(m.Out); err != nil {
			return err
		}
		if _, err := env.err.Write(m.Err); err != nil {
			return err
		}
		switch {
		case m.Status == nil:
		case *m.Status == exitDone:
			return nil
		case *m.Status == exitNeedsEyes:
			return errNeedsEyes
		default:
			return errReported
		}
	}
}

// errReported ends a command whose failure the server already put into words.
var errReported = errors.New("failed in the server")

// control listens for jobs while the server runs.
type control struct {
	app      *App
	log      *slog.Logger
	listener net.Listener
	server   *http.Server
	one      chan struct{} // holds the job that runs: they run one after another
	closed   bool          // guarded by one
}

// listenControl opens the socket. Only the owner of the data folder may use
// it: the file is made with mode 0600.
func listenControl(app *App, data string, log *slog.Logger) (*control, error) {
	path := filepath.Join(data, socketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	c := &control{app: app, log: log, listener: listener, one: make(chan struct{}, 1)}
	c.server = &http.Server{Handler: c, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := c.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("control socket failed", "error", err)
		}
	}()
	return c, nil
}

// Close stops taking jobs and removes the socket. The job that runs is told to
// end and is waited for, because the folder is closed next.
func (c *control) Close() error {
	err := c.server.Close()
	c.one <- struct{}{}
	defer func() { <-c.one }()
	c.closed = true
	return err
}

// ServeHTTP runs one job and streams what it prints.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	j, ok := newJob(filepath.Base(r.URL.Path))
	if !ok || r.Method != http.MethodPost {
		http.NotFound(w, r)
		return
	}
	if err := json.NewDecoder(r.Body).Decode(j); err != nil {
		http.Error(w, "not a job", http.StatusBadRequest)
		return
	}
	// Only behind the end of the request does the server notice that the
	// command went away, and end the job.
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	out := &messageWriter{encoder: json.NewEncoder(w), flush: http.NewResponseController(w)}
	s := streams{out: writerFunc(func(b []byte) error { return out.send(message{Out: b}) }),
		err: writerFunc(func(b []byte) error { return out.send(message{Err: b}) })}
	result, ran := c.turn(r.Context(), j, s)
	if !ran {
		return
	}
	if err := out.send(message{Status: &result}); err != nil {
		c.log.Warn("command went away", "job", j.Name(), "error", err)
	}
}

// turn runs a job once it has its turn. The turn is over before the command hears
// of the end: the next one need not wait.
func (c *control) turn(ctx context.Context, j job, s streams) (result int, ran bool) {
	if !c.enter(ctx, s) {
		return 0, false
	}
	defer func() { <-c.one }()
	if c.closed || c.app.wait(ctx) != nil {
		return 0, false
	}
	c.log.Info("job", "name", j.Name())
	return status(s.err, c.app.Catalogue, j.Do(ctx, c.app, s)), true
}

// enter waits for the jobs that came before, and tells who has to wait. It reports
// whether the job has its turn: a command that went away meanwhile has none.
func (c *control) enter(ctx context.Context, s streams) bool {
	select {
	case c.one <- struct{}{}:
		return true
	default:
	}
	fmt.Fprintln(s.err, c.app.Catalogue.Text(i18n.German, "cmd.job-waits", nil))
	select {
	case c.one <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	if ctx.Err() != nil { // of two that are ready select takes either
		<-c.one
		return false
	}
	return true
}

// messageWriter sends messages one after another.
type messageWriter struct {
	mu      sync.Mutex
	encoder *json.Encoder
	flush   *http.ResponseController
}

func (m *messageWriter) send(msg message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.encoder.Encode(msg); err != nil {
		return fmt.Errorf("control: %w", err)
	}
	return m.flush.Flush()
}

type writerFunc func([]byte) error

func (f writerFunc) Write(b []byte) (int, error) {
	if err := f(b); err != nil {
		return 0, err
	}
	return len(b), nil
}
