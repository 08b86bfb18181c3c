package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/markdown"
	"staffelstab/internal/fault"
)

// takeFolder imports a folder of Markdown into the open library.
func (r *redactor) takeFolder(folder string) *importer.Report {
	r.t.Helper()
	source, err := markdown.New(r.app.Library.Renderer, folder)
	must(r.t, err)
	report, err := importer.Apply(r.t.Context(), libraryTarget{r.app}, source, importer.Options{
		Run: "lauf", Catalogue: r.app.Catalogue, Renderer: r.app.Library.Renderer, Place: r.app.Zone, Now: r.app.Now(),
		SpoolDir: r.t.TempDir(), Showable: r.app.Library.Showable,
	})
	must(r.t, err)
	return report
}

// TestAFolderOfMarkdownComesAgain changes the source, then people and the source.
func TestAFolderOfMarkdownComesAgain(t *testing.T) {
	const head = "---\nid: streuplan2\nart: artikel\ntitel: Streuplan\nbereich: \"66\"\n---\n"
	r, folder := newRedactor(t), t.TempDir()
	ctx, lib := t.Context(), r.app.Library
	says := func(body string) {
		write(t, folder, map[string]string{"streuplan.md": head + body, "plan.txt": "Karte"})
	}
	here := func() content.Article {
		a, err := r.app.Store.Article(ctx, "streuplan2")
		must(t, err)
		return a
	}
	totals := func(want importer.Totals) importer.Entry {
		t.Helper()
		report := r.takeFolder(folder)
		if want.Read = 1; report.Totals != want {
			t.Errorf("totals %+v, want %+v, %q", report.Totals, want, report.Documents[0].Notes)
		}
		return report.Documents[0]
	}
	says("Ab 5 Uhr. [Plan](plan.txt)\n\nMit Salz.\n\nErst die Brücken.\n")
	totals(importer.Totals{Imported: 1})
	says("Ab 4 Uhr.\n\nMit Salz.\n\nErst die Brücken.\n")
	totals(importer.Totals{Updated: 1})
	totals(importer.Totals{Unchanged: 1})
	if files, err := lib.Attachments(ctx, r.erna, "streuplan2"); err != nil || len(files) != 0 {
		t.Errorf("what the source took away stays: %+v %v", files, err)
	}
	_, err := lib.Save(ctx, r.erna, "streuplan2", here().ETag, content.Edit{Body: "Ab 4 Uhr.\n\nMit Salz.\n\nErst die Brücken, dann die Rampen.\n"})
	must(t, err)
	totals(importer.Totals{Unchanged: 1})
	says("Ab 3 Uhr.\n\nMit Salz.\n\nErst die Brücken.\n")
	name := totals(importer.Totals{Proposed: 1, Review: 1}).Proposal
	if again := totals(importer.Totals{Proposed: 1, Review: 1}).Proposal; again != name || name == "" {
		t.Errorf("proposed as %q and as %q", name, again)
	}
	p, err := r.app.Store.Proposal(ctx, content.ProposalID(name))
	must(t, err)
	if want := "Ab 3 Uhr.\n\nMit Salz.\n\nErst die Brücken, dann die Rampen.\n"; !strings.HasSuffix(string(p.Source), want) {
		t.Errorf("proposed is\n%s", p.Source)
	}
	_, err = lib.Approve(ctx, r.paul, p.ID, p.ContentHash, "")
	must(t, err)
	totals(importer.Totals{Unchanged: 1})
}

// TestAFileOfAFolderThatPeopleReplacedStays: the source has a file anew, first alone
// and then after people brought one of their own.
func TestAFileOfAFolderThatPeopleReplacedStays(t *testing.T) {
	const head = "---\nid: streuplan2\nart: artikel\ntitel: Streuplan\nbereich: \"66\"\n---\n"
	r, folder := newRedactor(t), t.TempDir()
	ctx, lib := t.Context(), r.app.Library
	after := func(file string, want importer.Totals, says string) {
		t.Helper()
		write(t, folder, map[string]string{"streuplan.md": head + "[Plan](plan.txt)\n", "plan.txt": file})
		report := r.takeFolder(folder)
		if want.Read = 1; report.Totals != want {
			t.Errorf("totals %+v, want %+v, %q", report.Totals, want, report.Documents[0].Notes)
		}
		_, f, err := lib.OpenAttachment(ctx, r.erna, "streuplan2", "plan.txt")
		must(t, err)
		text, err := io.ReadAll(f)
		must(t, err)
		must(t, f.Close())
		if string(text) != says {
			t.Errorf("the file says %q, want %q", text, says)
		}
	}
	after("Nord", importer.Totals{Imported: 1}, "Nord")
	after("Süd", importer.Totals{Updated: 1}, "Süd")
	after("Süd", importer.Totals{Unchanged: 1}, "Süd")
	a, err := r.app.Store.Article(ctx, "streuplan2")
	must(t, err)
	_, err = lib.Attach(ctx, r.erna, a.ID, a.ETag, "plan.txt", strings.NewReader("von Hand"))
	must(t, err)
	after("West", importer.Totals{Unchanged: 1}, "von Hand")
}

// TestARedactedTextIsNotBroughtBack: the folder still says what was redacted here.
func TestARedactedTextIsNotBroughtBack(t *testing.T) {
	const head = "---\nid: vorgang222\nart: artikel\ntitel: Vorgang\nbereich: \"66\"\n---\n"
	r, folder := newRedactor(t), t.TempDir()
	write(t, folder, map[string]string{"vorgang.md": head + "Betrifft " + secretWords + ".\n"})
	if report := r.takeFolder(folder); report.Totals.Imported != 1 {
		t.Fatalf("%+v", report.Totals)
	}
	x := r.request("vorgang222")
	_, err := r.app.Library.ApproveRedaction(t.Context(), r.paul, x.ID)
	must(t, err)
	for _, body := range []string{"", "Neu.\n"} {
		write(t, folder, map[string]string{"vorgang.md": head + "Betrifft " + secretWords + ".\n" + body})
		report := r.takeFolder(folder)
		if report.Totals.Skipped != 1 || !report.Documents[0].Review {
			t.Errorf("%+v %q", report.Totals, report.Documents[0].Notes)
		}
	}
	r.gone()
}

// TestARedactedFileIsNotBroughtBack: a newer export still has the attachment that
// was redacted here, and nobody touched the text beside it.
func TestARedactedFileIsNotBroughtBack(t *testing.T) {
	r := newRedactor(t)
	ctx, target := t.Context(), libraryTarget{r.app}
	put := func(body string) error {
		t.Helper()
		current, err := target.Current(ctx, "vorgang222")
		if !fault.Is(err, fault.NotFound) {
			must(t, err)
		}
		written, err := target.Put(ctx, []importer.Incoming{{
			ID: "vorgang222", Title: "Vorgang", Base: current.Base, When: time.Now(), Message: "Vorgang", AuthorKey: operatorPseudonym,
			Markdown:    []byte("---\nid: vorgang222\nart: artikel\ntitel: Vorgang\nbereich: \"66\"\n---\n\n" + body + "\n"),
			Attachments: []importer.Attachment{{Name: "liste.txt", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(secretWords)), nil }}},
		}})
		must(t, err)
		return written[0].Err
	}
	must(t, put("Alter Stand."))
	x, err := r.app.Library.RequestRedaction(ctx, r.erna, "vorgang222", content.RedactionRequest{Attachment: "liste.txt", Reason: "Personenbezogen"})
	must(t, err)
	_, err = r.app.Library.ApproveRedaction(ctx, r.paul, x.ID)
	must(t, err)
	if err := put("Neuer Stand."); !fault.Is(err, fault.Conflict) {
		t.Errorf("error %v", err)
	}
	r.gone()
}
