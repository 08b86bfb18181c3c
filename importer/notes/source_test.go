package notes

import (
	"context"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

func TestDump(t *testing.T) {
	for _, f := range []string{"dev-datenbank.dxl", "dev-utf16.dxl", "dev-windows-1252.dxl", "mime-dokument.dxl", "mime-raw-items.dxl", "note-format-raw.dxl"} {
		s, err := New(time.UTC, "testdata/"+f)
		if err != nil {
			t.Fatal(err)
		}
		for d, err := range s.Documents(context.Background(), importer.Pass{}) {
			if err != nil {
				t.Log(err)
				continue
			}
			t.Logf("== %+v\n%s %v %s parent=%s conflict=%v readers=%v inc=%v skip=%v\n%s\nNOTES %+v\nATT %+v LINKS %+v\nVISIBLE %q", d.Origin, d.Title, d.Revised, d.Author, d.Parent, d.Conflict, d.Readers, d.Incomplete, d.Skip, cmark.Markdown(d.Blocks), d.Notes, d.Attachments, d.Links, d.Visible)
			d.Close()
		}
	}
}
