// Command staffelstab is the whole product in one binary: the server, and the
// commands an operator needs beside it or without it.
//
// Everything lies in one data folder that one process owns. A command that is
// started while the server runs hands itself to the server through the control
// socket in that folder; otherwise it opens the folder itself.
//
// Exit status: 0 done, 1 failed, 2 wrong usage, 3 done, but something needs a
// person's eyes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// Exit statuses, part of the outside interface.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitNeedsEyes = 3
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// streams are where a command reads and writes.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// environment is what every command gets.
type environment struct {
	streams
	catalogue *i18n.Catalogue
}

// errNeedsEyes ends a command that did its work with exit status 3.
var errNeedsEyes = errors.New("needs a person's eyes")

// run parses and runs one command and returns its exit status.
func run(ctx context.Context, args []string, s streams) int {
	catalogue, err := i18n.Load()
	if err != nil {
		fmt.Fprintln(s.err, "staffelstab:", err)
		return exitFailed
	}
	var cli commands
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("staffelstab"),
		kong.Description(catalogue.Text(i18n.German, "cmd.description", nil)),
		kong.UsageOnError(),
		kong.Writers(s.out, s.err),
		kong.Exit(func(status int) { exited = status }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&environment{streams: s, catalogue: catalogue}),
	)
	if err != nil {
		fmt.Fprintln(s.err, "staffelstab:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintln(s.err, "staffelstab:", err)
		fmt.Fprintln(s.err, catalogue.Text(i18n.German, "cmd.see-help", nil))
		return exitUsage
	}
	return status(s.err, catalogue, parsed.Run())
}

// status says what went wrong, once, and translates it into an exit status.
func status(w io.Writer, catalogue *i18n.Catalogue, err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errNeedsEyes):
		return exitNeedsEyes
	case errors.Is(err, errReported):
		return exitFailed
	}
	fmt.Fprintln(w, "staffelstab:", sentence(catalogue, err))
	return exitFailed
}

// sentence translates a fault for the terminal, with file and line.
func sentence(catalogue *i18n.Catalogue, err error) string {
	f, ok := fault.Of(err)
	if !ok {
		return err.Error()
	}
	text := catalogue.Text(i18n.German, f.Key, f.Args)
	switch {
	case f.Path != "" && f.Line > 0:
		text = fmt.Sprintf("%s:%d: %s", f.Path, f.Line, text)
	case f.Path != "":
		text = f.Path + ": " + text
	}
	if cause := errors.Unwrap(f); cause != nil {
		if _, told := fault.Of(cause); !told { // else the sentence above says it better
			text += " (" + cause.Error() + ")"
		}
	}
	return text
}
