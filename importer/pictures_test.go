package importer_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
	"staffelstab/importer/importertest"
)

// TestAPictureThatMustNotBeShownIsKeptAndReported: what of a picture tells where
// it was taken cannot be removed, so readers get it as a file, if they want.
func TestAPictureThatMustNotBeShownIsKeptAndReported(t *testing.T) {
	target, o := importertest.NewMemory(), options(t)
	o.Showable = func(_ context.Context, _ string, open func() (io.ReadCloser, error)) (bool, error) {
		r, err := open()
		if err != nil {
			return false, err
		}
		defer r.Close()
		data, err := io.ReadAll(r)
		return string(data) == "ganz", err
	}
	shows := func(d *importer.Document) {
		d.Blocks = append(d.Blocks, cmark.Paragraph{Spans: []cmark.Span{{Text: "Der Hof", Image: "Hof.jpg"}}}, cmark.Paragraph{Spans: []cmark.Span{{Text: "Die Pumpe", Image: "Pumpe.jpg"}}},
			cmark.Paragraph{Spans: []cmark.Span{{Text: "vor"}, {Text: "Bild", Image: "Hof.jpg"}, {Text: "nach, auch "}, {Text: "als Datei", Link: "Hof.jpg"}}})
		d.Links = append(d.Links, importer.Link{Target: "Hof.jpg", Text: "als Datei", Leads: "Hof.jpg"})
	}
	source := of(func() []any {
		return []any{text(1, "Wort", attached("Hof.jpg", "kaputt"), attached("Pumpe.jpg", "ganz"), attached("Notiz.txt", "kaputt"), shows)}
	})
	for range 2 { // a second run finds nothing new
		report := apply(t, target, source, o)
		e := entryOf(t, report, 1)
		if !e.Review || len(e.Notes) == 0 || !strings.Contains(e.Notes[0], "„Hof.jpg“") || e.AttachmentsOut != 3 || e.LinksIn != 1 || e.LinksOut != 1 {
			t.Errorf("the report says %+v", e)
		}
	}
	body := ""
	for _, a := range target.Articles() {
		body += string(a.Markdown)
	}
	if !strings.Contains(body, "[Der Hof](Hof.jpg.original)") || strings.Contains(body, "![Der Hof]") || !strings.Contains(body, "![Die Pumpe](Pumpe.jpg)") {
		t.Errorf("the text is\n%s", body)
	}
	if !strings.Contains(body, "vor [Bild](Hof.jpg.original) nach, auch [als Datei](Hof.jpg.original)") {
		t.Errorf("links to the picture, and words beside it:\n%s", body)
	}
	if target.Commits() != 1 {
		t.Errorf("%d commits instead of one", target.Commits())
	}
}
