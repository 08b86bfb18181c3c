package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"

	"staffelstab/content"
	"staffelstab/content/gitrepo"
	"staffelstab/importer"
	"staffelstab/internal/fault"
	"staffelstab/internal/ident"
)

// libraryTarget writes what a run brings into the library.
type libraryTarget struct{ app *App }

// importOwner marks what an import placed.
const importOwner = "import"

// Current implements importer.Target.
func (t libraryTarget) Current(ctx context.Context, id content.ID) (importer.Current, error) {
	a, err := t.app.Store.Article(ctx, id)
	if err != nil {
		return importer.Current{}, err
	}
	d, err := t.app.Library.Document(ctx, a)
	return importer.Current{Path: a.Path, Markdown: d.Source, Base: a.ETag}, err
}

// Put implements importer.Target.
func (t libraryTarget) Put(ctx context.Context, batch []importer.Incoming) ([]importer.Written, error) {
	ctx = gitrepo.Bulk(ctx)
	out := make([]importer.Written, len(batch))
	for i, in := range batch {
		p := content.Placement{
			Owner: importOwner, Source: in.Markdown, Path: in.Path, Author: in.AuthorKey, At: in.When, Message: in.Message, Trailers: in.Trailers,
		}
		for _, f := range in.Attachments {
			p.Attachments = append(p.Attachments, content.PlacedFile{Name: f.Name, Open: f.Open})
		}
		_, outcome, err := t.app.Library.Place(ctx, t.app.Operator(), p, false)
		switch {
		case err != nil && !mendable(err):
			return out, err
		case err != nil:
			out[i].Err = err
			continue
		case outcome == content.Kept:
			out[i].Err = fault.New(fault.Conflict, "importer.changed-on-both-sides")
			continue
		}
		a, err := t.app.Store.Article(ctx, in.ID)
		if err != nil {
			return out, err
		}
		out[i] = importer.Written{Path: a.Path, Revision: a.Revision}
	}
	return out, nil
}

// mendable reports whether an error is about this one document.
func mendable(err error) bool {
	f, ok := fault.Of(err)
	return ok && f.Kind.Status() < 500
}

// adopter takes over repositories through the writer of this one.
type adopter struct {
	app        *App
	pseudonyms pseudonymizer
}

// Adopt implements importer.Adopter. It first adopts into a scratch folder:
// that shows what would happen, and recognises what is here already.
func (a *adopter) Adopt(ctx context.Context, path string, dry bool) (adopted importer.Adopted, err error) {
	scratch, err := os.MkdirTemp(filepath.Join(a.app.Data, spoolFolder), "adopt-")
	if err != nil {
		return importer.Adopted{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	repository, err := gitrepo.Open(scratch, gitrepo.Options{Now: a.app.Now, Log: a.app.Log})
	if err != nil {
		return importer.Adopted{}, err
	}
	repository.Start(nobody{})
	planned, report, err := a.into(ctx, repository, path, nil)
	if err = errors.Join(err, repository.Close()); err != nil {
		return importer.Adopted{}, err
	}
	known, err := a.known(ctx, report.Head)
	if err != nil {
		return importer.Adopted{}, err
	}
	if known {
		for i := range planned.Articles {
			planned.Articles[i].Unchanged, planned.Articles[i].Completed = true, false
		}
		planned.Commits = 0
	}
	if known || dry {
		return planned, nil
	}
	foreign := map[string]bool{}
	for _, text := range planned.Articles {
		foreign[text.Path] = true
	}
	adopted, _, err = a.into(ctx, a.app.Repository, path, foreign)
	return adopted, err
}

// into adopts into a repository and lists the texts of its tree afterwards,
// or those of them that are foreign.
func (a *adopter) into(ctx context.Context, repository *gitrepo.Repository, path string, foreign map[string]bool) (importer.Adopted, gitrepo.AdoptReport, error) {
	var texts []content.AdoptedText
	report, err := repository.Adopt(ctx, path, gitrepo.Adoption{
		Pseudonym: a.pseudonyms.of,
		Finish: func(tree content.Snapshot) (content.Change, error) {
			files, all, err := content.CompleteAdopted(tree, a.app.IDs)
			texts = all
			return content.Change{
				Files: files, Author: operatorPseudonym, At: a.app.Now().UTC(), Message: "Angaben ergänzt",
			}, err
		},
	})
	adopted := importer.Adopted{Commits: report.Commits}
	for _, t := range texts {
		if foreign != nil && !foreign[t.Path] {
			continue
		}
		adopted.Articles = append(adopted.Articles, importer.AdoptedArticle{ID: t.ID, Path: t.Path, Title: t.Title, Completed: t.Completed, Err: t.Err})
	}
	return adopted, report, err
}

// known reports whether a foreign commit was adopted before.
func (a *adopter) known(ctx context.Context, head content.Commit) (bool, error) {
	for c, err := range a.app.Repository.History(ctx, "", a.app.Repository.Head()) {
		if err != nil {
			return false, err
		}
		if c.Trailer(content.TrailerOrigin) == string(head) {
			return true, nil
		}
	}
	return false, nil
}

// nobody records the commits of a scratch repository.
type nobody struct{}

// Record implements content.Recorder.
func (nobody) Record(context.Context, []content.CommitRecord) error { return nil }

// pseudonymizer turns names of old systems into pseudonyms. Nobody can try out
// names without the key, which stays in the data folder.
type pseudonymizer struct{ key []byte }

func (p pseudonymizer) of(name string) string {
	if name == "" {
		return operatorPseudonym
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(name))
	return "u-" + ident.FromBytes(mac.Sum(nil))
}

const pseudonymKeyFile = "pseudonyms.key"

// pseudonymKey reads the key of the folder and makes it at first.
func (a *App) pseudonymKey() ([]byte, error) {
	name := filepath.Join(a.Data, pseudonymKeyFile)
	key, err := os.ReadFile(name)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	key = make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	return key, os.WriteFile(name, key, 0o600)
}
