package notes

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

var update = flag.Bool("update", false, "write the golden files anew")

// resolveFixture knows the one document other fixtures link to.
func resolveFixture(k importer.Key) (importer.LinkTarget, bool) {
	if k.UNID == "C1257A3B00412345C1257A4C003B0002" {
		return importer.LinkTarget{ID: importer.ArticleID(k), Title: "Reisekosten – Rahmenbedingung"}, true
	}
	return importer.LinkTarget{}, false
}

func TestFixturesConvertAsRecorded(t *testing.T) {
	files, err := filepath.Glob("testdata/*.dxl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			golden := filepath.Join("testdata/golden", filepath.Base(file)+".txt")
			got := describeFile(t, file)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("differs from %s:\n%s", golden, got)
			}
		})
	}
}

func TestSameInputGivesSameOutput(t *testing.T) {
	first := describeFile(t, "testdata/dev-datenbank.dxl")
	if second := describeFile(t, "testdata/dev-datenbank.dxl"); first != second {
		t.Error("two readings differ")
	}
}

func TestUTF16AndUTF8HoldTheSameDocument(t *testing.T) {
	utf8 := strings.SplitAfter(describeFile(t, "testdata/dev-datenbank.dxl"), "\f")[0]
	utf16 := strings.SplitAfter(describeFile(t, "testdata/dev-utf16.dxl"), "\f")[0]
	if strings.ReplaceAll(utf16, "dev-utf16", "dev-datenbank") != utf8 {
		t.Errorf("UTF-16:\n%s\nUTF-8:\n%s", utf16, utf8)
	}
}

func describeFile(t *testing.T, file string) string {
	t.Helper()
	source, err := New(time.UTC, file)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for d, err := range source.Documents(context.Background(), importer.Pass{Resolve: resolveFixture, SpoolDir: t.TempDir()}) {
		if err != nil {
			fmt.Fprintf(&b, "ERROR %v\n\f\n", err)
			continue
		}
		describe(t, &b, d)
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	return b.String()
}

// describe writes everything a run uses of a document.
func describe(t *testing.T, w io.Writer, d *importer.Document) {
	t.Helper()
	fmt.Fprintf(w, "title: %s\norigin: %+v\ncreated: %s\nrevised: %s\nauthor: %s\n", d.Title, d.Origin,
		d.Created.Format(time.RFC3339Nano), d.Revised.Format(time.RFC3339Nano), d.Author)
	fmt.Fprintf(w, "topics: %q\nvalid from: %s\nparent: %s\nconflict: %v\nreaders: %q\nincomplete: %v\n", d.Topics, d.ValidFrom, d.Parent, d.Conflict, d.Readers, d.Incomplete)
	if d.Skip != nil {
		fmt.Fprintf(w, "skip: %s\n", d.Skip.Key)
	}
	fmt.Fprintf(w, "attachments in: %d\n", d.AttachmentsIn)
	for _, a := range d.Attachments {
		f, err := a.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err != nil || int64(len(data)) != a.Size {
			t.Errorf("%s: %d bytes, error %v; want %d", a.Name, len(data), err, a.Size)
		}
		_ = f.Close()
		fmt.Fprintf(w, "attachment: %q shown %q, %d bytes, %s\n", a.Name, a.Shown, a.Size, a.SHA256)
	}
	for _, l := range d.Links {
		fmt.Fprintf(w, "link: %+v\n", l)
	}
	for _, n := range d.Notes {
		fmt.Fprintf(w, "note: %+v\n", n)
	}
	blocks := cmark.EachSpan(d.Blocks, func(s *cmark.Span) {
		if s.Key != "" {
			s.Text, s.Key = "{"+s.Key+"}", ""
		}
	})
	fmt.Fprintf(w, "visible: %s\n\n%s\f\n", strings.Join(strings.Fields(d.Visible), " "), cmark.Markdown(blocks))
}
