package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"staffelstab/internal/testkit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"staffelstab": main})
}

// TestScripts plays testdata/script: what an operator types and what comes
// back, with the exit status.
func TestScripts(t *testing.T) {
	root := testkit.ModuleRoot(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("FIXTURES", filepath.Join(root, "importer/notes/testdata"))
			env.Setenv("ROOT", root)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": scriptServe, "stop": scriptStop, "http": scriptHTTP, "status": scriptStatus, "token": scriptToken,
			"withdraw": scriptWithdraw,
		},
	})
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// scriptServe starts a server on a free port: serve [flags]. The address is in
// $URL afterwards.
func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	binary, err := exec.LookPath("staffelstab")
	ts.Check(err)
	output, err := os.Create(ts.MkAbs("server.out"))
	ts.Check(err)
	cmd := exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), output, output
	cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	ts.Check(cmd.Start())
	ts.Defer(func() { _ = cmd.Process.Kill() })
	ts.Setenv("PID", fmt.Sprint(cmd.Process.Pid))
	for range 400 {
		text, err := os.ReadFile(output.Name())
		ts.Check(err)
		if url := address.Find(text); url != nil {
			ts.Setenv("URL", string(url))
			go func() { _ = cmd.Wait() }()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(output.Name())
	ts.Fatalf("the server did not start:\n%s", text)
}

// scriptStop ends the server: stop [kill].
func scriptStop(ts *testscript.TestScript, neg bool, args []string) {
	var pid int
	_, err := fmt.Sscan(ts.Getenv("PID"), &pid)
	ts.Check(err)
	signal := syscall.SIGTERM
	if len(args) > 0 && args[0] == "kill" {
		signal = syscall.SIGKILL
	}
	ts.Check(syscall.Kill(pid, signal))
	for range 400 {
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("the server did not stop")
}

// scriptHTTP calls the server: http METHOD PATH STATUS [BODY]. $TOKEN is sent
// when it is set; the answer is standard output.
func scriptHTTP(ts *testscript.TestScript, neg bool, args []string) {
	var body io.Reader
	if len(args) > 3 {
		body = strings.NewReader(args[3])
	}
	r, err := http.NewRequestWithContext(context.Background(), args[0], ts.Getenv("URL")+args[1], body)
	ts.Check(err)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token := ts.Getenv("TOKEN"); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	_, err = io.Copy(ts.Stdout(), answer.Body)
	ts.Check(err)
	if got := fmt.Sprint(answer.StatusCode); got != args[2] {
		ts.Fatalf("%s %s: status %s instead of %s", args[0], args[1], got, args[2])
	}
}

// scriptStatus runs a command and compares its exit status: status N command…
func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	want := args[0]
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		failed, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = fmt.Sprint(failed.ExitCode())
	}
	if got != want {
		ts.Fatalf("exit status %s instead of %s", got, want)
	}
}

// scriptToken keeps standard output of the last command in $TOKEN.
func scriptToken(ts *testscript.TestScript, neg bool, args []string) {
	ts.Setenv("TOKEN", strings.TrimSpace(ts.ReadFile("stdout")))
}

// scriptWithdraw withdraws the token with a label of erika in the name of
// somebody: withdraw LOGIN LABEL STATUS. Its id is known from the first time.
func scriptWithdraw(ts *testscript.TestScript, neg bool, args []string) {
	if list, err := exec.Command("staffelstab", "token", "list", "--data", ts.MkAbs("d"), "--user", "erika").Output(); err == nil {
		for line := range strings.Lines(string(list)) {
			if fields := strings.Fields(line); len(fields) == 4 && fields[3] == args[1] {
				ts.Setenv("ID", fields[0])
			}
		}
	}
	scriptStatus(ts, neg, []string{args[2], "staffelstab", "token", "withdraw", "--data", "d", "--user", args[0], ts.Getenv("ID")})
}
