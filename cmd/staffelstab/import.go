package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"staffelstab/importer"
	"staffelstab/importer/dev"
	"staffelstab/importer/markdown"
	"staffelstab/importer/notes"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

type importCommands struct {
	Plan  planCommand  `cmd:"" help:"Zeigen, was eine Übernahme tun würde, und nichts schreiben."`
	Apply applyCommand `cmd:"" help:"Altbestände übernehmen."`

	Verify verifyCommand `cmd:"" help:"Die Quelle noch einmal lesen und mit dem vergleichen, was jetzt da ist. Fehlt etwas, endet der Befehl mit Status 3."`
}

// importFlags are the same for planning and applying.
type importFlags struct {
	dataFlags
	Source  string   `help:"Art der Quelle: dev (Normendatenbank als DXL), notes (andere Notes-Datenbanken als DXL), markdown (Ordner, Git-Verzeichnis oder Bundle)." enum:"dev,notes,markdown" required:"" env:"STAFFELSTAB_SOURCE"`
	Mapping string   `help:"YAML-Datei mit Zuordnungen; „alle“ listet Lesereinträge, die alle meinen." type:"path" env:"STAFFELSTAB_MAPPING"`
	Report  string   `help:"Ordner für report.json, report.html und report.csv." type:"path" env:"STAFFELSTAB_REPORT"`
	Files   []string `arg:"" name:"datei" help:"Dateien oder Ordner der Quelle." type:"path"`
}

type planCommand struct {
	importFlags
	decisionFlags
}

// Run plans an import.
func (c planCommand) Run(ctx context.Context, env *environment) error {
	return c.run(ctx, env, &importJob{Dry: true}, c.decisionFlags)
}

type applyCommand struct {
	importFlags
	decisionFlags
}

// Run imports.
func (c applyCommand) Run(ctx context.Context, env *environment) error {
	return c.run(ctx, env, &importJob{}, c.decisionFlags)
}

// run reads what belongs to the command line here, because the server may run
// in another folder, and hands the rest over as a job.
func (c importFlags) run(ctx context.Context, env *environment, j *importJob, decided decisionFlags) error {
	j.Source, j.Report = c.Source, c.Report
	for _, name := range append([]string{c.Report}, c.Files...) {
		if name == "" {
			continue
		}
		absolute, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		if name == c.Report {
			j.Report = absolute
			continue
		}
		if _, err := os.Stat(absolute); err != nil {
			return fault.New(fault.NotFound, "cmd.import-no-file", "file", name).Because(err)
		}
		j.Files = append(j.Files, absolute)
	}
	if c.Mapping != "" {
		var err error
		if j.Mapping, err = readMapping(c.Mapping); err != nil {
			return err
		}
	}
	if err := decided.read(j); err != nil {
		return err
	}
	return runJob(ctx, env, c.dataFlags, j)
}

// readMapping reads the decisions of people about a source.
func readMapping(name string) (importer.Mapping, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return importer.Mapping{}, fault.New(fault.NotFound, "cmd.import-no-file", "file", name).Because(err)
	}
	var file struct {
		Everyone []string `yaml:"alle"`
	}
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.DisallowUnknownField()); err != nil {
		return importer.Mapping{}, fault.New(fault.Invalid, "cmd.import-bad-mapping", "file", name).Because(err)
	}
	return importer.Mapping{Everyone: file.Everyone}, nil
}

// importJob plans or applies an import on the open folder.
type importJob struct {
	Dry     bool
	Source  string
	Files   []string
	Mapping importer.Mapping
	Report  string
	decided
}

// Name implements job.
func (*importJob) Name() string { return "import" }

// Do implements job. Documents somebody has to look at end it with status 3.
func (j *importJob) Do(ctx context.Context, app *App, s streams) error {
	report, err := j.run(ctx, app, s)
	if report != nil && j.Report != "" {
		if writeErr := report.Write(j.Report, app.Catalogue); writeErr != nil {
			return writeErr
		}
	}
	if err != nil {
		return err
	}
	say := func(key string, args map[string]any) {
		fmt.Fprintln(s.out, app.Catalogue.Text(i18n.German, key, args))
	}
	t := report.Totals
	if j.Verify {
		return j.verified(report, s, say)
	}
	say("cmd.import-totals", map[string]any{
		"read": t.Read, "imported": t.Imported, "updated": t.Updated, "unchanged": t.Unchanged,
		"skipped": t.Skipped, "quarantined": t.Quarantined, "failed": t.Failed,
	})
	for _, line := range failures(report) {
		fmt.Fprintln(s.err, line)
	}
	for _, line := range report.Waiting(app.Catalogue) {
		fmt.Fprintln(s.out, line)
	}
	if t.Failed > 0 && t.Failed == t.Read {
		return fault.New(fault.Invalid, "cmd.import-nothing-read", "source", j.Source)
	}
	if j.Dry {
		say("cmd.import-planned", nil)
	}
	if j.Report != "" {
		say("cmd.import-report", map[string]any{"folder": j.Report})
	}
	if report.NeedsEyes() {
		return errNeedsEyes
	}
	return nil
}

// maxFailures is how many failed documents are named on the terminal; all of
// them are in the report.
const maxFailures = 20

// failures says of each document that failed where it stands and why.
func failures(report *importer.Report) []string {
	var lines []string
	for _, e := range report.Documents {
		if e.Status == importer.StatusFailed && len(lines) < maxFailures {
			lines = append(lines, fmt.Sprintf("%s:%d: %s", e.File, e.Line, strings.Join(e.Notes, " ")))
		}
	}
	return lines
}

func (j *importJob) run(ctx context.Context, app *App, s streams) (*importer.Report, error) {
	secret, err := app.pseudonymKey()
	if err != nil {
		return nil, err
	}
	pseudonyms := pseudonymizer{secret}
	options := importer.Options{
		Run: app.IDs.New(), Catalogue: app.Catalogue, Renderer: app.Library.Renderer, Pseudonym: pseudonyms.of,
		Mapping: j.Mapping, SpoolDir: filepath.Join(app.Data, spoolFolder), Place: app.Zone, Progress: progress(s), Showable: app.Library.Showable,
	}
	if err := j.into(app, &options); err != nil {
		return nil, err
	}
	if j.Source == "markdown" {
		return j.markdown(ctx, app, pseudonyms, options)
	}
	exports, err := notes.New(app.Zone, j.Files...)
	if err != nil {
		return nil, err
	}
	var source importer.Source = exports
	if j.Source == "dev" {
		source = dev.New(exports)
	}
	return j.documents(ctx, app, source, options)
}

// markdown takes repositories over with their history and reads folders.
func (j *importJob) markdown(ctx context.Context, app *App, pseudonyms pseudonymizer, options importer.Options) (*importer.Report, error) {
	var repositories, folders []string
	for _, name := range j.Files {
		if markdown.IsRepository(name) {
			repositories = append(repositories, name)
		} else {
			folders = append(folders, name)
		}
	}
	if len(repositories) > 0 && len(folders) > 0 {
		return nil, fault.New(fault.Invalid, "cmd.import-mixed")
	}
	if len(repositories) > 0 && j.Verify {
		return nil, fault.New(fault.Invalid, "cmd.import-verify-repository")
	}
	if len(repositories) > 0 {
		return importer.Adopt(ctx, &adopter{app, pseudonyms}, j.Dry, options, repositories...)
	}
	source, err := markdown.New(folders...)
	if err != nil {
		return nil, err
	}
	return j.documents(ctx, app, source, options)
}

func (j *importJob) documents(ctx context.Context, app *App, source importer.Source, options importer.Options) (*importer.Report, error) {
	if j.Verify {
		return importer.Verify(ctx, libraryTarget{app}, source, options)
	}
	if j.Dry {
		return importer.Plan(ctx, libraryTarget{app}, source, options)
	}
	return importer.Apply(ctx, libraryTarget{app}, source, options)
}

// progress shows on standard error how far a long run is, once a second.
func progress(s streams) func(done, total int) {
	last := time.Now()
	return func(done, total int) {
		if now := time.Now(); now.Sub(last) >= time.Second && done < total {
			last = now
			fmt.Fprintf(s.err, "%d/%d\n", done, total)
		}
	}
}
