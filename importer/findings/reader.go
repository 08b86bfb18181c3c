// Package findings hands what imports find out to the desk where people decide
// (content/legacy), and plans imports of exports that somebody only tries.
package findings

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"staffelstab/content"
	"staffelstab/content/legacy"
	"staffelstab/importer"
	"staffelstab/importer/dev"
	"staffelstab/importer/notes"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// Reader plans imports of single exports into an empty library.
type Reader struct {
	Catalogue *i18n.Catalogue
	Renderer  importer.Renderer
	Place     *time.Location // zone of times without one
	Now       func() time.Time
	SpoolDir  string
}

// maxListed is how many documents a trial lists.
const maxListed = 500

// export is one on disk, in a folder of its own.
type export struct {
	reader             Reader
	folder, file, name string // name is what people call it
}

// Keep implements legacy.Reader.
func (r Reader) Keep(name string, data io.Reader) (legacy.Export, error) {
	folder, err := os.MkdirTemp(r.SpoolDir, "trial-")
	if err != nil {
		return nil, err
	}
	var names importer.Names
	safe, _ := names.Safe(name)
	e := export{r, folder, filepath.Join(folder, safe), name}
	if err := spool(e.file, data); err != nil {
		return nil, errors.Join(err, e.Remove())
	}
	return e, nil
}

// Remove implements legacy.Export.
func (e export) Remove() error { return os.RemoveAll(e.folder) }

// Plan implements legacy.Export.
func (e export) Plan(ctx context.Context, source string) (legacy.Trial, error) {
	exports, err := notes.New(e.reader.Place, e.file)
	if err != nil {
		return legacy.Trial{}, err
	}
	var documents importer.Source = exports
	if source == "dev" {
		documents = dev.New(exports)
	}
	report, err := importer.Plan(ctx, nothing{}, bounded{importer.Mapped(documents, importer.Mapping{}, e.reader.Place)}, importer.Options{
		Run: "probe", Catalogue: e.reader.Catalogue, Renderer: e.reader.Renderer, SpoolDir: e.folder, Place: e.reader.Place, Now: e.reader.Now(),
	})
	if err != nil {
		return legacy.Trial{}, err
	}
	if t := report.Totals; t.Read == t.Failed && (t.Read == 0 || slices.Contains(report.Documents[0].Notes, e.reader.Catalogue.Text(i18n.German, "importer.not-dxl", map[string]any{"file": filepath.Base(e.file)}))) {
		return legacy.Trial{}, fault.New(fault.Invalid, "importer.not-dxl", "line", 1, "file", e.name).InField("file")
	}
	return trialOf(report), nil
}

// maxTried is how many documents a trial run reads. What it finds of each stays in
// the memory of the server that people work with.
const maxTried = 20_000

// bounded is a source that ends with a fault when it holds too much.
type bounded struct{ importer.Source }

// Overlaps implements importer.Overlapping.
func (b bounded) Overlaps() bool { return importer.Overlaps(b.Source) }

// Documents implements importer.Source.
func (b bounded) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		n := 0
		for d, err := range b.Source.Documents(ctx, pass) {
			if n++; n > maxTried {
				yield(nil, fault.New(fault.TooLarge, "legacy.trial-too-many", "limit", maxTried).InField("file"))
				return
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

func spool(name string, export io.Reader) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, export)
	return errors.Join(err, f.Close())
}

// trialOf lists documents that need eyes first, as far as a page takes.
func trialOf(report *importer.Report) legacy.Trial {
	trial := legacy.Trial{Totals: Totals(report)}
	entries := slices.Clone(report.Documents)
	slices.SortStableFunc(entries, func(a, b importer.Entry) int {
		switch {
		case a.Review == b.Review:
			return 0
		case a.Review:
			return -1
		}
		return 1
	})
	for i, e := range entries {
		if i == maxListed {
			trial.More = len(entries) - maxListed
			break
		}
		trial.Documents = append(trial.Documents, documentOf(e, report.Run, i))
	}
	titles := map[string][2]string{}
	for _, p := range report.Pairs {
		titles[p.Subject()] = [2]string{cmp.Or(p.FirstTitle, p.First.UNID), cmp.Or(p.SecondTitle, p.Second.UNID)}
	}
	for _, q := range questionsOf(report) {
		trial.Pairs = append(trial.Pairs, legacy.TrialPair{Question: q, FirstTitle: titles[q.Subject][0], SecondTitle: titles[q.Subject][1]})
	}
	return trial
}

// Totals are the numbers of a report by status.
func Totals(report *importer.Report) map[string]int {
	t := report.Totals
	return map[string]int{
		"read": t.Read, "imported": t.Imported, "unchanged": t.Unchanged, "updated": t.Updated, "proposed": t.Proposed,
		"quarantined": t.Quarantined, "skipped": t.Skipped, "failed": t.Failed, "review": t.Review,
	}
}

func documentOf(e importer.Entry, run string, position int) legacy.Document {
	return legacy.Document{
		Key: legacy.Key{Replica: e.ReplicaID, UNID: e.UNID}, Run: run, Position: position, Article: content.ID(e.ID), VersionOf: content.ID(e.VersionOf), Title: e.Title,
		Department: e.Department, Form: e.Form, File: e.File, Status: string(e.Status), Review: e.Review,
		Letters: legacy.InOut{In: e.LettersIn, Out: e.LettersOut}, Attachments: legacy.InOut{In: e.AttachmentsIn, Out: e.AttachmentsOut},
		Links: legacy.InOut{In: e.LinksIn, Out: e.LinksOut}, Binding: content.Binding(e.Binding), Evidence: e.Evidence, Notes: e.Notes,
	}
}

// nothing is the library of a trial: empty, and never written to.
type nothing struct{}

// Current implements importer.Target.
func (nothing) Current(context.Context, content.ID) (importer.Current, error) {
	return importer.Current{}, fault.New(fault.NotFound, "content.article-missing")
}

// Former implements importer.Target.
func (nothing) Former(context.Context, content.ID, func([]byte) bool) ([]byte, error) {
	return nil, fault.New(fault.NotFound, "content.article-missing")
}

// Known implements importer.Target.
func (nothing) Known(context.Context, string) iter.Seq2[importer.Known, error] {
	return func(func(importer.Known, error) bool) {}
}

// Put implements importer.Target. A plan comes neither here nor to what follows.
func (nothing) Put(context.Context, []importer.Incoming) ([]importer.Written, error) {
	return nil, errors.ErrUnsupported
}

// Propose implements importer.Target.
func (nothing) Propose(context.Context, importer.Incoming, []byte) (string, error) {
	return "", errors.ErrUnsupported
}

// Retire implements importer.Target.
func (nothing) Retire(context.Context, importer.Retirement) error { return errors.ErrUnsupported }
