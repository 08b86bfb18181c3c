package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"staffelstab/importer"
	"staffelstab/importer/findings"
	"staffelstab/internal/fault"
)

// decisionFlags are what people decided about a source.
type decisionFlags struct {
	Decisions      string `help:"YAML-Datei mit Entscheidungen zu einzelnen Dokumenten und Paaren (entscheidungen.yaml)." type:"path"`
	Full           bool   `help:"Die Quelle ist vollständig: Artikel, die ihr fehlen, werden gemeldet."`
	Duplicates     bool   `help:"Dokumente auch bei anderen Quellen als dev auf doppelte und widersprüchliche Texte vergleichen."`
	MergeIdentical bool   `help:"Dokumente mit gleichem Wortlaut und gleichen Anlagen ohne Rückfrage zu einem Artikel zusammenführen."`
}

// decided is the part of an import that says what people decided. It goes over
// the socket, so the file of decisions is text.
type decided struct {
	Verify         bool
	Decisions      string
	Full           bool
	Duplicates     bool
	MergeIdentical bool
	Deleted        []importer.Key
}

// deletionsEnding names the lists of deletions the export agent writes.
const deletionsEnding = ".unids"

// maxDecisions bounds what is read of a file before it is looked at.
const maxDecisions = 64 << 20

// read takes over the flags and what the files they name say. Lists of deletions
// among the files of the source are read here.
func (c decisionFlags) read(j *importJob) error {
	j.Full, j.Duplicates, j.MergeIdentical = c.Full, c.Duplicates, c.MergeIdentical
	if c.Decisions != "" {
		info, err := os.Stat(c.Decisions)
		if err != nil || info.Size() > maxDecisions {
			return fault.New(fault.NotFound, "cmd.import-no-file", "file", c.Decisions).Because(err)
		}
		text, err := os.ReadFile(c.Decisions)
		if err != nil {
			return fault.New(fault.NotFound, "cmd.import-no-file", "file", c.Decisions).Because(err)
		}
		if _, err := importer.ReadDecisions(strings.NewReader(string(text))); err != nil {
			return err
		}
		j.Decisions = string(text)
	}
	for _, name := range j.Files {
		if !isDeletions(name) {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return fault.New(fault.NotFound, "cmd.import-no-file", "file", name).Because(err)
		}
		keys, err := importer.ReadDeletions(f)
		_ = f.Close()
		if err != nil {
			return err
		}
		j.Deleted = append(j.Deleted, keys...)
	}
	j.Files = slices.DeleteFunc(j.Files, isDeletions)
	return nil
}

func isDeletions(name string) bool { return strings.EqualFold(filepath.Ext(name), deletionsEnding) }

// into puts what people decided into the options of a run.
func (d decided) into(app *App, options *importer.Options) error {
	options.Full, options.Duplicates, options.MergeIdentical, options.Deleted = d.Full, d.Duplicates, d.MergeIdentical, d.Deleted
	options.Owner = app.owners()
	var err error
	options.Decisions, err = importer.ReadDecisions(strings.NewReader(d.Decisions))
	return err
}

// follow adds the answers people gave at the desk to those of the file; the newer
// one counts. Applying keeps those of the file at the desk, so that the next run
// needs no file.
func (j *importJob) follow(ctx context.Context, app *App, options *importer.Options) error {
	if !j.Verify && !j.Dry {
		if err := app.Legacy.Adopt(ctx, app.Operator(), findings.Answers(options.Decisions)); err != nil {
			return err
		}
	}
	known, err := app.Legacy.Decisions(ctx, app.Operator())
	if err != nil {
		return err
	}
	for _, a := range findings.Decisions(known).All() {
		if own, ok := options.Decisions.Find(a.Subject, a.Choice.Siblings()...); !ok || a.At.After(own.At) {
			options.Decisions.Put(a)
		}
	}
	j.followed = options.Decisions
	return nil
}

// decisionsFile is where a run leaves the answers it followed, beside its report.
const decisionsFile = "entscheidungen.yaml"

// keepDecisions writes them there.
func (j *importJob) keepDecisions() error {
	if j.followed == nil || len(j.followed.All()) == 0 {
		return nil
	}
	return importer.ReplaceFile(filepath.Join(j.Report, decisionsFile), j.followed.Write)
}

// verifyCommand compares a source with what the library shows.
type verifyCommand struct {
	importFlags
	Decisions      string `help:"YAML-Datei mit den Entscheidungen, mit denen übernommen wurde." type:"path"`
	MergeIdentical bool   `help:"Gleiche Dokumente wurden zusammengeführt."`
}

// Run verifies an import.
func (c verifyCommand) Run(ctx context.Context, env *environment) error {
	j := &importJob{decided: decided{Verify: true}}
	return c.run(ctx, env, j, decisionFlags{Decisions: c.Decisions, MergeIdentical: c.MergeIdentical})
}

// verified says what a comparison found.
func (j *importJob) verified(report *importer.Report, s streams, say func(string, map[string]any)) error {
	t := report.Totals
	say("cmd.import-verified", map[string]any{"read": t.Read, "present": t.Unchanged, "edited": t.Updated, "absent": t.Failed, "quarantined": t.Quarantined, "skipped": t.Skipped})
	for _, line := range failures(report) {
		fmt.Fprintln(s.err, line)
	}
	if j.Report != "" {
		say("cmd.import-report", map[string]any{"folder": j.Report})
	}
	if report.NeedsEyes() {
		return errNeedsEyes
	}
	return nil
}
