package importertest

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

// Describe writes everything a run uses of the documents of a source, for
// golden files. Documents are closed.
func Describe(t testing.TB, source importer.Source, pass importer.Pass) string {
	t.Helper()
	var b strings.Builder
	for d, err := range source.Documents(context.Background(), pass) {
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

func describe(t testing.TB, w io.Writer, d *importer.Document) {
	t.Helper()
	fmt.Fprintf(w, "title: %s\norigin: %+v\ncreated: %s\nrevised: %s\nauthor: %s\n", d.Title, d.Origin,
		d.Created.Format(time.RFC3339), d.Revised.Format(time.RFC3339), d.Author)
	fmt.Fprintf(w, "topics: %q\ndepartment: %s\nvalid from: %s\nparent: %s\nconflict: %v\nreaders: %q\nincomplete: %v\nfields: %q\n",
		d.Topics, d.Department, d.ValidFrom, d.Parent, d.Conflict, d.Readers, d.Incomplete, d.Fields)
	if d.Skip != nil {
		fmt.Fprintf(w, "skip: %+v\n", *d.Skip)
	}
	fmt.Fprintf(w, "attachments in: %d\n", d.AttachmentsIn)
	for _, a := range d.Attachments {
		data, err := readAttachment(a)
		if err != nil || int64(len(data)) != a.Size {
			t.Errorf("%s: %d bytes, error %v; want %d", a.Name, len(data), err, a.Size)
		}
		fmt.Fprintf(w, "attachment: %q shown %q, %d bytes, %s\n", a.Name, a.Shown, a.Size, a.SHA256)
	}
	for _, l := range d.Links {
		fmt.Fprintf(w, "link: %+v\n", l)
	}
	for _, n := range d.Notes {
		fmt.Fprintf(w, "note: %+v\n", n)
	}
	fmt.Fprintf(w, "visible: %s\n\n%s\f\n", strings.Join(strings.Fields(d.Visible), " "), cmark.Markdown(d.Blocks))
}

// update is shared by the tests of a package: go test -golden writes its golden
// files anew.
var update = flag.Bool("golden", false, "write the golden files anew")

// Golden compares with a recorded file.
func Golden(t testing.TB, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s:\n%s", file, got)
	}
}
