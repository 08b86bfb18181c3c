package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"staffelstab/content"
)

// knock sends something to the control socket of a running server, as a
// program would that is not staffelstab.
func knock(t *testing.T, data, method, path, body string) (int, string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(data, socketName))
	}}}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://control"+path, strings.NewReader(body))
	must(t, err)
	answer, err := client.Do(r)
	must(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return answer.StatusCode, string(text)
}

func TestTheSocketTakesJobsAndNothingElse(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	serveHere(t, "--data", data)
	info, err := os.Stat(filepath.Join(data, socketName))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others may use the socket: %v", info.Mode())
	}
	for name, c := range map[string]struct {
		method, path, body string
		status             int
	}{
		"a job nobody knows": {http.MethodPost, "/backup", "{}", http.StatusNotFound},
		"no job":             {http.MethodPost, "/", "{}", http.StatusNotFound},
		"only asking":        {http.MethodGet, "/check", "", http.StatusNotFound},
		"not JSON":           {http.MethodPost, "/check", "prüfe", http.StatusBadRequest},
		"nothing":            {http.MethodPost, "/user", "", http.StatusBadRequest},
		"the wrong shape":    {http.MethodPost, "/token", `{"Days":"viele"}`, http.StatusBadRequest},
	} {
		if status, body := knock(t, data, c.method, c.path, c.body); status != c.status {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	for name, c := range map[string]struct{ path, body string }{
		"an unknown deed to an account": {"/user", `{"Action":"befördern","Login":"niemand"}`},
		"an unknown deed to tokens":     {"/token", `{"Action":"verschenken","Login":"niemand"}`},
	} {
		status, body := knock(t, data, http.MethodPost, c.path, c.body)
		if status != http.StatusOK || !strings.Contains(body, `"status":1`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	command(t, "", "check", "--data", data).want(t, exitDone, "0 Befunde") // it still works
}

// TestCommandsSayTheSameBesideTheServerAndWithoutIt runs a day's commands once
// beside a server and once alone. Both times people read the same.
func TestCommandsSayTheSameBesideTheServerAndWithoutIt(t *testing.T) {
	source := write(t, filepath.Join(t.TempDir(), "texte"), texts())
	write(t, source, map[string]string{"kaputt.md": "---\ntitel: \"offen\n---\n\nx\n"})
	day := []struct{ stdin, line string }{
		{"", "user list"},
		{"ein kurzes", "user add --name Erika erika"},
		{passphrase, "user add --name Erika --department 66 --role author --scope fb:66 erika"},
		{passphrase, "user add --name Erika erika"},
		{"", "user role erika editor --scope fb:66 --from 2026-01-01 --until 2026-12-31"},
		{"", "user role erika kaiserin"},
		{"", "user list"},
		{"", "user disable niemand"},
		{"", "token list --user erika"},
		{"", "token create --user erika --days 731"},
		{"", "import plan --source markdown " + source},
		{"", "import apply --source markdown " + source},
		{"", "import apply --source markdown " + source},
		{"", "check --read-data"},
		{"", "reindex"},
		{"", "user disable erika"},
		{"", "user erase --yes erika"},
		{"", "user list"},
	}
	play := func(data string) []ran {
		var all []ran
		for _, c := range day {
			got := command(t, c.stdin, append(strings.Fields(c.line), "--log-level", "error", "--data", data)...)
			all = append(all, got)
		}
		return all
	}
	alone := play(newFolder(t))
	data := filepath.Join(t.TempDir(), "d")
	serveHere(t, "--data", data)
	beside := play(data)
	seen := map[int]bool{}
	for i, c := range day {
		if alone[i] != beside[i] {
			t.Errorf("%s\nalone:  %+v\nbeside: %+v", c.line, alone[i], beside[i])
		}
		seen[alone[i].status] = true
	}
	if !seen[exitDone] || !seen[exitFailed] || !seen[exitNeedsEyes] {
		t.Errorf("the day only saw the statuses %v", seen)
	}
}

// jobsSeen is a log that tells when a job begins.
type jobsSeen struct {
	slog.Handler
	begun chan struct{}
}

func (j jobsSeen) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "job" {
		j.begun <- struct{}{}
	}
	return nil
}

// stuck is an open folder whose search index will never follow, so that a
// check waits, with a control socket.
func stuck(t *testing.T) (*App, *control, jobsSeen) {
	t.Helper()
	app := openHere(t, newFolder(t))
	t.Cleanup(func() { must(t, app.Close()) })
	app.stop() // what runs in the background, the index among it
	_, err := app.Library.Create(t.Context(), app.Operator(), content.Edit{Title: "Neu", Department: "66", Body: "x"})
	must(t, err)
	seen := jobsSeen{slog.DiscardHandler, make(chan struct{}, 10)}
	c, err := listenControl(app, app.Data, slog.New(listening{seen}))
	must(t, err)
	return app, c, seen
}

// listening lets every record through.
type listening struct{ jobsSeen }

func (listening) Enabled(context.Context, slog.Level) bool { return true }

// ask sends a job and returns how it ended for the one who sent it.
func ask(ctx context.Context, app *App, j job) <-chan error {
	ended := make(chan error, 1)
	go func() {
		env := &environment{streams: streams{out: io.Discard, err: io.Discard}, catalogue: app.Catalogue}
		done, err := overSocket(ctx, env, filepath.Join(app.Data, socketName), j)
		if !done {
			err = errors.New("nobody listens")
		}
		ended <- err
	}()
	return ended
}

// TestAnInterruptedCommandEndsItsJob stops waiting for a check: the server
// ends it too, and the next job has its turn.
func TestAnInterruptedCommandEndsItsJob(t *testing.T) {
	app, c, seen := stuck(t)
	ctx, interrupt := context.WithCancel(t.Context())
	first := ask(ctx, app, &checkJob{ReadData: true})
	<-seen.begun
	interrupt()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the interrupted command ends with %v", err)
	}
	if err := <-ask(t.Context(), app, &userJob{Action: "list"}); err != nil {
		t.Errorf("the next command ends with %v", err)
	}
	must(t, c.Close())
}

// TestWhoHasToWaitIsTold starts a command beside a job that runs: it says at once
// that it waits, and when it is interrupted, why it ends. The job is not disturbed.
func TestWhoHasToWaitIsTold(t *testing.T) {
	app, c, seen := stuck(t)
	first, stop := context.WithCancel(t.Context())
	running := ask(first, app, &checkJob{ReadData: true})
	<-seen.begun
	ctx, interrupt := context.WithCancel(t.Context())
	told, waits := io.Pipe()
	var status int
	ended := make(chan struct{})
	go func() {
		status = run(ctx, []string{"user", "list", "--data", app.Data}, streams{in: strings.NewReader(""), out: io.Discard, err: waits})
		must(t, waits.Close())
		close(ended)
	}()
	lines := bufio.NewScanner(told)
	if !lines.Scan() || lines.Text() != "Wartet auf einen anderen Auftrag …" {
		t.Errorf("it waits with the words %q", lines.Text())
	}
	interrupt()
	if !lines.Scan() || lines.Text() != "staffelstab: Abgebrochen. Was bis dahin gespeichert war, bleibt." {
		t.Errorf("it ends with the words %q", lines.Text())
	}
	if lines.Scan() {
		t.Errorf("it says more: %q", lines.Text())
	}
	<-ended
	if status != exitFailed {
		t.Errorf("exit status %d", status)
	}
	select {
	case err := <-running:
		t.Errorf("the job that ran was disturbed: %v", err)
	default:
	}
	stop()
	<-running
	must(t, c.Close())
}

// TestClosingWaitsForTheJobThatRuns closes the socket in the middle of a
// check. The folder may be closed next, so nothing may still work on it.
func TestClosingWaitsForTheJobThatRuns(t *testing.T) {
	app, c, seen := stuck(t)
	running := ask(t.Context(), app, &checkJob{})
	<-seen.begun
	waiting := ask(t.Context(), app, &checkJob{})
	must(t, c.Close())
	select {
	case c.one <- struct{}{}:
	default:
		t.Error("a job runs on")
	}
	for _, ended := range []<-chan error{running, waiting} {
		if err := <-ended; err == nil || errors.Is(err, errNeedsEyes) {
			t.Errorf("the command that was cut off ends with %v", err)
		}
	}
}

// TestAnInterruptedCheckAccusesNobody cancels a check in this process: neither
// the index nor the repository is to blame.
func TestAnInterruptedCheckAccusesNobody(t *testing.T) {
	app, c, _ := stuck(t)
	must(t, c.Close())
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	err := (&checkJob{ReadData: true}).Do(ctx, app, streams{out: io.Discard, err: io.Discard})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the check ends with %v", err)
	}
}

// TestAServerThatDiesIsMissed reads what a server sent before it went away.
func TestAServerThatDiesIsMissed(t *testing.T) {
	app := openHere(t, newFolder(t))
	t.Cleanup(func() { must(t, app.Close()) })
	line := func(m message) string {
		data, err := json.Marshal(m)
		must(t, err)
		return string(data) + "\n"
	}
	status := func(n int) *int { return &n }
	for name, c := range map[string]struct {
		stream string
		want   error
		out    string
	}{
		"done":             {line(message{Out: []byte("fertig\n")}) + line(message{Status: status(exitDone)}), nil, "fertig\n"},
		"needs eyes":       {line(message{Status: status(exitNeedsEyes)}), errNeedsEyes, ""},
		"failed":           {line(message{Err: []byte("staffelstab: Grund\n")}) + line(message{Status: status(exitFailed)}), errReported, "staffelstab: Grund\n"},
		"nothing more":     {line(message{Out: []byte("halb")}), io.EOF, "halb"},
		"in mid-sentence":  {line(message{Out: []byte("halb")}) + `{"out":"Zm`, io.ErrUnexpectedEOF, "halb"},
		"nothing at all":   {"", io.EOF, ""},
		"more than enough": {line(message{Status: status(exitDone)}) + line(message{Out: []byte("zu spät")}), nil, ""},
	} {
		var out safeBuffer
		err := copyMessages(strings.NewReader(c.stream), &environment{streams: streams{out: &out, err: &out}, catalogue: app.Catalogue})
		if !errors.Is(err, c.want) || out.String() != c.out {
			t.Errorf("%s: %v after %q", name, err, out.String())
		}
		if errors.Is(c.want, io.EOF) && !strings.Contains(sentence(app.Catalogue, err), "Prüfen Sie mit „staffelstab check“") {
			t.Errorf("%s: no advice in %q", name, sentence(app.Catalogue, err))
		}
	}
}
