package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"staffelstab/content/markdown"
	"staffelstab/importer/inspect"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// inspectCommand looks at files before anything is decided. It needs no data
// folder and writes nothing but the mapping it is asked for.
type inspectCommand struct {
	Mapping string   `help:"Eine Zuordnung mit Vorschlägen in diese neue Datei schreiben, zum Bearbeiten." type:"path"`
	Files   []string `arg:"" name:"datei" help:"Dateien oder Ordner, gleich welcher Art." type:"path"`
}

// Run tells what the files are. Files nobody recognises and broken documents
// end it with status 3.
func (c inspectCommand) Run(ctx context.Context, env *environment) error {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return err
	}
	inspector := inspect.Inspector{Place: zone, Destinations: markdown.New(markdown.Labels{})}
	var found []inspect.Statistics
	needsEyes := false
	for i, name := range c.Files {
		if i > 0 {
			fmt.Fprintln(env.out)
		}
		s, err := inspector.Read(ctx, name)
		if err != nil {
			if _, told := fault.Of(err); !told || len(c.Files) == 1 {
				return err
			}
			fmt.Fprintln(env.err, sentence(env.catalogue, err))
			needsEyes = true
			continue
		}
		if err := s.Print(env.out, env.catalogue); err != nil {
			return err
		}
		needsEyes = needsEyes || s.Broken > 0 || s.Kind == inspect.KindUnknown
		found = append(found, s)
	}
	if c.Mapping != "" {
		if err := c.writeMapping(env, found); err != nil {
			return err
		}
	}
	if needsEyes {
		return errNeedsEyes
	}
	return nil
}

// writeMapping never replaces a file: somebody may have worked on it.
func (c inspectCommand) writeMapping(env *environment, found []inspect.Statistics) error {
	var text bytes.Buffer
	if err := inspect.WriteMapping(&text, found, env.catalogue); err != nil {
		return err
	}
	f, err := os.OpenFile(c.Mapping, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if errors.Is(err, fs.ErrExist) {
		return fault.New(fault.Conflict, "cmd.import-mapping-exists", "file", c.Mapping)
	}
	if err != nil {
		return fault.New(fault.Invalid, "cmd.import-mapping-not-written", "file", c.Mapping).Because(err)
	}
	_, err = f.Write(text.Bytes())
	if err := errors.Join(err, f.Close()); err != nil {
		return fault.New(fault.Invalid, "cmd.import-mapping-not-written", "file", c.Mapping).Because(err)
	}
	fmt.Fprintln(env.out, "\n"+env.catalogue.Text(i18n.German, "cmd.import-mapping-written", map[string]any{"file": c.Mapping}))
	return nil
}
