package main

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"staffelstab/content"
	"staffelstab/internal/i18n"
)

type checkCommand struct {
	dataFlags
	ReadData bool `help:"Auch jedes Git-Objekt und jeden Anhang lesen und nachrechnen." name:"read-data"`
}

// Run checks the folder.
func (c checkCommand) Run(ctx context.Context, env *environment) error {
	return runJob(ctx, env, c.dataFlags, &checkJob{ReadData: c.ReadData})
}

// checkJob looks for what does not fit together in the open folder.
type checkJob struct{ ReadData bool }

// Name implements job.
func (*checkJob) Name() string { return "check" }

// Do implements job. Every finding is one line; none is status 0, some is 3.
func (j *checkJob) Do(ctx context.Context, app *App, s streams) error {
	findings := 0
	report := func(key string, args map[string]any) {
		findings++
		fmt.Fprintln(s.out, app.Catalogue.Text(i18n.German, key, args))
	}
	total, err := j.articles(ctx, app, report)
	if err != nil {
		return err
	}
	head, ledger := app.Repository.Head(), content.Commit("")
	if ledger, err = app.Store.LedgerHead(ctx); err != nil {
		return err
	}
	complete, err := j.complete(ctx, app, report)
	if err != nil {
		return err
	}
	if ledger != head || !complete {
		report("cmd.check-database-behind", nil)
	}
	if !indexed(ctx, app, head, indexPatience) {
		report("cmd.check-index-behind", nil)
	}
	if err := checkRedactions(ctx, app, s, report); err != nil {
		return err
	}
	if j.ReadData {
		if err := app.Repository.Verify(ctx); err != nil {
			report("cmd.check-repository", map[string]any{"reason": err.Error()})
		}
		if err := app.Files.Verify(ctx); err != nil {
			report("cmd.check-files", map[string]any{"reason": err.Error()})
		}
	}
	if err := ctx.Err(); err != nil { // what an interrupted check found proves nothing
		return err
	}
	fmt.Fprintln(s.out, app.Catalogue.Text(i18n.German, "cmd.check-total", map[string]any{"texts": total, "findings": findings}))
	if findings > 0 {
		return errNeedsEyes
	}
	return nil
}

// checkRedactions tells how many redactions wait for people, and names those
// that were approved and are not finished.
func checkRedactions(ctx context.Context, app *App, s streams, report func(string, map[string]any)) error {
	all, err := app.Store.Redactions(ctx)
	open := 0
	for _, r := range all {
		switch r.State {
		case content.RedactionRequested:
			open++
		case content.RedactionApproved, content.RedactionPruning:
			report("operate.check-redaction", nil)
		}
	}
	if err == nil && open > 0 {
		_, err = fmt.Fprintln(s.out, app.Catalogue.Text(i18n.German, "operate.check-redactions-open", map[string]any{"open": open}))
	}
	return err
}

// indexPatience is how long check waits for the index, which follows the
// repository in the background.
const indexPatience = 2 * time.Minute

func indexed(ctx context.Context, app *App, head content.Commit, patience time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for app.Index.Commit() != head {
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
	return true
}

// articles compares every row with the file it came from.
func (j *checkJob) articles(ctx context.Context, app *App, report func(string, map[string]any)) (int, error) {
	snapshot, err := app.Repository.Snapshot(ctx, app.Repository.Head())
	if err != nil {
		return 0, err
	}
	total := 0
	for a, err := range app.Store.AllArticles(ctx) {
		if err != nil {
			return total, err
		}
		total++
		args := map[string]any{"path": a.Path, "id": string(a.ID)}
		blob, ok := snapshot.Hash(a.Path)
		if !ok {
			report("cmd.check-file-missing", args)
			continue
		}
		if blob != a.Blob {
			report("cmd.check-row-old", args)
			continue
		}
		source, err := snapshot.ReadFile(a.Path)
		if err != nil { // a damaged object: the other texts are looked at all the same
			report("cmd.check-repository", map[string]any{"reason": err.Error()})
			continue
		}
		if _, err := content.ParseDocument(a.Path, source); err != nil {
			args["reason"] = sentence(app.Catalogue, err)
			report("cmd.check-front-matter", args)
		}
	}
	return total, nil
}

// complete reports whether every text of the newest tree has a row. Of several
// files with the same id one has it; files without an id have none.
func (j *checkJob) complete(ctx context.Context, app *App, report func(string, map[string]any)) (bool, error) {
	snapshot, err := app.Repository.Snapshot(ctx, app.Repository.Head())
	if err != nil {
		return false, err
	}
	rows, ids := map[string]bool{}, map[content.ID]bool{}
	for a, err := range app.Store.AllArticles(ctx) {
		if err != nil {
			return false, err
		}
		rows[a.Path], ids[a.ID] = true, true
	}
	complete := true
	err = fs.WalkDir(snapshot, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && (entry.IsDir() || !content.IsArticlePath(name) || rows[name]) {
			return ctx.Err()
		}
		var source []byte
		if err == nil {
			source, err = snapshot.ReadFile(name)
		}
		if err != nil { // a damaged object: the rest is looked at all the same
			report("cmd.check-repository", map[string]any{"reason": err.Error()})
			return ctx.Err()
		}
		d, _ := content.ParseDocument(name, source) // what can be read is enough
		complete = complete && (d.Meta.ID == "" || ids[d.Meta.ID])
		return ctx.Err()
	})
	return complete, err
}
