package importer

import (
	"context"
	"path/filepath"

	"staffelstab/internal/fault"
)

// Adopt brings in Git repositories through an Adopter and reports it like any
// other run. What cannot be taken over does not stop the rest.
func Adopt(ctx context.Context, adopter Adopter, dry bool, options Options, paths ...string) (*Report, error) {
	report := newReport("markdown", options.Run, dry)
	for _, path := range paths {
		adopted, err := adopter.Adopt(ctx, path, dry)
		for _, a := range adopted.Articles {
			report.adopted(filepath.Base(path), a, options)
		}
		if err != nil {
			report.finish(options.Catalogue)
			return report, err
		}
	}
	report.finish(options.Catalogue)
	return report, nil
}

func (r *Report) adopted(file string, a AdoptedArticle, options Options) {
	e := Entry{File: file, ID: string(a.ID), Title: a.Title, Path: a.Path, Status: StatusImported, Notes: []string{}}
	if a.Unchanged {
		e.Status = StatusUnchanged
	}
	if a.Completed {
		e.note(options.Catalogue, NewNote(false, "importer.front-matter-completed"))
	}
	if a.Err != nil {
		e.Status = StatusFailed
		note := NewNote(true, "importer.not-written")
		if f, ok := fault.Of(a.Err); ok {
			note = Note{Key: f.Key, Args: f.Args, Review: true}
		}
		e.note(options.Catalogue, note)
	}
	r.Documents = append(r.Documents, e)
}
