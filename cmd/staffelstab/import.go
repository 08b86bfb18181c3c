package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/dev"
	"staffelstab/importer/findings"
	"staffelstab/importer/inspect"
	"staffelstab/importer/markdown"
	"staffelstab/importer/metadata"
	"staffelstab/importer/notes"
	"staffelstab/importer/table"
	"staffelstab/importer/text"
	"staffelstab/importer/webpages"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

type importCommands struct {
	Inspect inspectCommand `cmd:"" help:"Dateien ansehen: was sie sind und was in ihnen steht."`

	Plan  planCommand  `cmd:"" help:"Zeigen, was eine Übernahme tun würde, und nichts schreiben."`
	Apply applyCommand `cmd:"" help:"Altbestände übernehmen."`

	Withdraw withdrawCommand `cmd:"" help:"Zurückziehen, was eine Vorschau bei der Überführung hinterlassen hat."`

	Verify verifyCommand `cmd:"" help:"Die Quelle noch einmal lesen und mit dem vergleichen, was jetzt da ist."`
}

// importFlags are the same for planning and applying.
type importFlags struct {
	dataFlags
	Source   string   `help:"Art der Quelle: dev (Normendatenbank), notes (andere Notes-Datenbanken als DXL), text (strukturierter Text aus Notes), web (Ordner gespeicherter Webseiten), markdown (Ordner, Git-Verzeichnis oder Bundle)." enum:"dev,notes,text,web,markdown" required:"" env:"STAFFELSTAB_SOURCE"`
	Mapping  string   `help:"YAML-Datei mit Zuordnungen; „import inspect --mapping“ schreibt eine zum Bearbeiten." type:"path" env:"STAFFELSTAB_MAPPING"`
	Metadata string   `help:"CSV-Datei mit Angaben zu den Dokumenten, etwa aus einer Notes-Ansicht." type:"path" env:"STAFFELSTAB_METADATA"`
	Report   string   `help:"Ordner für report.json, report.html und report.csv." type:"path" env:"STAFFELSTAB_REPORT"`
	Files    []string `arg:"" name:"datei" help:"Dateien oder Ordner der Quelle." type:"path"`
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
	KeepNames bool `help:"Namen von Verfassern ohne Konto in der Datenbank behalten (nie in Git); „user forget“ löscht sie." env:"STAFFELSTAB_KEEP_NAMES"`
}

// Run imports.
func (c applyCommand) Run(ctx context.Context, env *environment) error {
	return c.run(ctx, env, &importJob{KeepNames: c.KeepNames}, c.decisionFlags)
}

// run reads what belongs to the command line here, because the server may run
// in another folder, and hands the rest over as a job.
func (c importFlags) run(ctx context.Context, env *environment, j *importJob, decided decisionFlags) error {
	j.Source, j.Bar = c.Source, isTerminal(env.err)
	var err error
	if c.Report != "" {
		if j.Report, err = filepath.Abs(c.Report); err != nil {
			return err
		}
	}
	for _, name := range c.Files {
		file, err := existing(name)
		if err != nil {
			return err
		}
		files, err := exportsIn(c.Source, file)
		if err != nil {
			return err
		}
		j.Files = append(j.Files, files...)
	}
	if c.Metadata != "" {
		if j.Metadata, err = existing(c.Metadata); err != nil {
			return err
		}
	}
	if c.Mapping != "" {
		if j.Mapping, j.People, err = readMapping(c.Mapping); err != nil {
			return err
		}
	}
	if err := decided.read(j); err != nil {
		return err
	}
	return runJob(ctx, env, c.dataFlags, j)
}

// exportEndings are the ends of names of files a source reads of a folder: what
// the export agent writes, lists of deletions included. Other sources know what
// to do with a folder.
func exportEndings(source string) []string {
	switch source {
	case "notes", "dev":
		return []string{".dxl", ".xml", deletionsEnding}
	case "text":
		return []string{".txt"}
	}
	return nil
}

// exportsIn lists the exports of a folder by name; anything else is itself. A
// folder of the database of rules may be saved web pages.
func exportsIn(source, name string) ([]string, error) {
	endings := exportEndings(source)
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() || endings == nil {
		return []string{name}, err
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() && slices.Contains(endings, strings.ToLower(filepath.Ext(e.Name()))) {
			out = append(out, filepath.Join(name, e.Name()))
		}
	}
	if len(out) == 0 && source == "dev" {
		return []string{name}, nil
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "cmd.import-folder-empty", "folder", name, "source", source, "endings", strings.Join(endings, ", "))
	}
	return out, nil
}

// existing returns where a file lies, whatever the folder of the process.
func existing(name string) (string, error) {
	absolute, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(absolute); err != nil {
		return "", fault.New(fault.NotFound, "cmd.import-no-file", "file", name).Because(err)
	}
	return absolute, nil
}

// readMapping reads the decisions of people about a source, and the table of
// authors with accounts it names.
func readMapping(name string) (importer.Mapping, []importer.Person, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return importer.Mapping{}, nil, fault.New(fault.NotFound, "cmd.import-no-file", "file", name).Because(err)
	}
	m, err := importer.ParseMapping(name, data)
	if err != nil || m.NamesFile == "" {
		return m, nil, err
	}
	file := m.NamesFile
	if !filepath.IsAbs(file) {
		file = filepath.Join(filepath.Dir(name), file)
	}
	t, err := table.Open(file)
	if err != nil {
		return m, nil, err
	}
	people, err := importer.ReadPeople(t)
	return m, people, err
}

// importJob plans or applies an import on the open folder.
type importJob struct {
	Dry      bool
	Source   string
	Files    []string
	Mapping  importer.Mapping
	People   []importer.Person // authors who have an account; never logged
	Metadata string
	Report   string
	Bar      bool // progress is a bar
	// KeepNames keeps what authors without an account were called.
	KeepNames bool
	decided
	followed *importer.Decisions // of people, by the run
}

// Name implements job.
func (*importJob) Name() string { return "import" }

// Do implements job. Documents somebody has to look at end it with status 3.
func (j *importJob) Do(ctx context.Context, app *App, s streams) error {
	report, err := j.run(ctx, app, s)
	if report != nil && j.Report != "" {
		if writeErr := errors.Join(report.Write(j.Report, app.Catalogue), j.keepDecisions()); writeErr != nil {
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
		"read": t.Read, "imported": t.Imported, "updated": t.Updated, "unchanged": t.Unchanged, "proposed": t.Proposed,
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
			place := e.File
			if e.Line > 0 { // else it is about the file as a whole
				place += ":" + strconv.Itoa(e.Line)
			}
			lines = append(lines, place+": "+strings.Join(e.Notes, " "))
		}
	}
	return lines
}

func (j *importJob) run(ctx context.Context, app *App, s streams) (report *importer.Report, err error) {
	pseudonyms, err := j.pseudonyms(ctx, app, s)
	if err != nil {
		return nil, err
	}
	if j.KeepNames { // also of a run that was cut short: its texts are there
		pseudonyms.kept = map[string]string{}
		defer func() {
			err = errors.Join(err, app.Office.KeepNames(context.WithoutCancel(ctx), app.Operator(), pseudonyms.kept))
		}()
	}
	bar := newProgress(s.err, j.Bar, app.Now)
	defer bar.end()
	options := importer.Options{
		Run: app.IDs.New(), Catalogue: app.Catalogue, Renderer: app.Library.Renderer, Pseudonym: pseudonyms.of,
		Mapping: j.Mapping, SpoolDir: filepath.Join(app.Data, spoolFolder), Place: app.Zone, Now: app.Now(),
		Progress: bar.show, Showable: app.Library.Showable,
	}
	if err := j.into(app, &options); err != nil {
		return nil, err
	}
	if j.Source == "markdown" {
		if j.Metadata != "" {
			return nil, fault.New(fault.Invalid, "cmd.import-metadata-markdown")
		}
		return j.markdown(ctx, app, pseudonyms, options)
	}
	source, err := j.source(app.Zone)
	if err != nil {
		return nil, err
	}
	return j.documents(ctx, app, source, options)
}

// source opens the files and applies what people decided and what a table
// knows.
func (j *importJob) source(place *time.Location) (importer.Source, error) {
	source, err := j.exports(place)
	if err != nil {
		return nil, err
	}
	if j.Source == "dev" {
		source = dev.New(source)
	}
	source = importer.Mapped(source, j.Mapping, place)
	if j.Metadata == "" {
		return source, nil
	}
	t, err := table.Open(j.Metadata)
	if err != nil {
		return nil, err
	}
	return metadata.New(source, t, j.Mapping, place)
}

// exports opens the files as what they are. The database of rules may come in
// each of the forms Notes exports.
func (j *importJob) exports(place *time.Location) (importer.Source, error) {
	databases, files, err := notes.Unread(j.Files)
	if err != nil {
		return nil, err
	}
	kind := j.Source
	if kind == "dev" {
		if kind, err = kindOfAll(files); err != nil {
			return nil, err
		}
	}
	source, err := exportsOf(kind, place, files)
	if err != nil {
		return nil, err
	}
	return notes.Beside(source, databases), nil
}

func exportsOf(kind string, place *time.Location, files []string) (importer.Source, error) {
	switch kind {
	case "text":
		return text.New(place, files...)
	case "web":
		return webpages.New(files...)
	}
	return notes.New(place, files...)
}

// kindOfAll tells structured text and web pages by their bytes, when all of the
// files are that.
func kindOfAll(files []string) (string, error) {
	kinds := map[inspect.Kind]bool{}
	for _, name := range files {
		found, err := inspect.Detect(name)
		if err != nil {
			return "", err
		}
		kinds[found.Kind] = true
	}
	switch {
	case len(kinds) != 1:
	case kinds[inspect.KindText]:
		return "text", nil
	case kinds[inspect.KindWeb]:
		return "web", nil
	}
	return "notes", nil
}

// pseudonyms joins the authors who have an account with its pseudonym. A login
// nobody has is told by its line: it is the name of a person.
func (j *importJob) pseudonyms(ctx context.Context, app *App, s streams) (pseudonymizer, error) {
	secret, err := app.pseudonymKey()
	if err != nil {
		return pseudonymizer{}, err
	}
	p := pseudonymizer{key: secret, accounts: map[string]string{}}
	var unknown []string
	for _, person := range j.People {
		account, err := app.Store.PersonByLogin(ctx, strings.ToLower(strings.TrimSpace(person.Login)))
		switch {
		case fault.Is(err, fault.NotFound):
			unknown = append(unknown, strconv.Itoa(person.Line))
		case err != nil:
			return p, err
		default:
			p.accounts[importer.NameKey(person.Name)] = account.Pseudonym
		}
	}
	if len(unknown) > 0 {
		shown := unknown[:min(len(unknown), maxFailures)]
		fmt.Fprintln(s.err, app.Catalogue.Text(i18n.German, "cmd.import-unknown-logins", map[string]any{"n": len(unknown), "lines": strings.Join(shown, ", ")}))
	}
	return p, nil
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
	source, err := markdown.New(app.Library.Renderer, folders...)
	if err != nil {
		return nil, err
	}
	return j.documents(ctx, app, source, options)
}

// importGarbage is how much garbage may lie about during an import with the server
// stopped, in percent of what is in use. What a run knows of tens of thousands of
// documents stays in use; twice of that would be too much.
const importGarbage = 50

// documents runs over a source. People's decisions are followed, and what the
// run finds goes to the desk where they decide; a verification only looks.
func (j *importJob) documents(ctx context.Context, app *App, source importer.Source, options importer.Options) (*importer.Report, error) {
	if err := j.follow(ctx, app, &options); err != nil {
		return nil, err
	}
	options.Earlier = findings.Earlier(app.Legacy, app.Operator())
	if j.Verify {
		return importer.Verify(ctx, libraryTarget{app}, source, options)
	}
	if !app.Serving {
		defer app.Library.HoldIndex()()
		defer debug.SetGCPercent(debug.SetGCPercent(importGarbage))
	}
	recorder := findings.NewRecorder(app.Legacy, app.Operator(), options.Run, app.Now(), j.Dry)
	options.Found = recorder.Found
	start := importer.Apply
	if j.Dry {
		start = importer.Plan
	}
	report, err := start(ctx, libraryTarget{app}, source, options)
	if report != nil {
		err = errors.Join(err, recorder.End(ctx, report))
	}
	return report, err
}
