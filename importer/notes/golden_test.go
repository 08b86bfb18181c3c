package notes

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

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

// fixtures are the exports of a database and, in muster, one for every row of
// the mapping.
func fixtures(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, pattern := range []string{"testdata/*.dxl", "testdata/muster/*.dxl"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no fixtures %s: %v", pattern, err)
		}
		out = append(out, files...)
	}
	return out
}

func TestFixturesConvertAsRecorded(t *testing.T) {
	files := fixtures(t)
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

// inEveryEncoding writes one document in the encodings of the field.
func inEveryEncoding(t *testing.T, text string) map[string][]byte {
	t.Helper()
	declared := func(name string) string { return strings.Replace(text, "utf-8", name, 1) }
	return map[string][]byte{
		"UTF-8 with mark":              []byte("\ufeff" + text),
		"UTF-8 without declaration":    []byte(strings.SplitN(text, "\n", 2)[1]),
		"UTF-16 LE with mark":          encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), declared("utf-16")),
		"UTF-16 LE without mark":       encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), declared("utf-16")),
		"UTF-16 BE with mark":          encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), declared("utf-16")),
		"UTF-16 BE without mark":       encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), declared("utf-16")),
		"windows-1252":                 encode(t, charmap.Windows1252, declared("windows-1252")),
		"ISO-8859-1":                   encode(t, charmap.ISO8859_1, declared("ISO-8859-1")),
		"with the namespace":           []byte(strings.Replace(text, "<database", "<database xmlns='http://www.lotus.com/dxl'", 1)),
		"with a prefix on every name":  []byte(prefixed(text)),
		"line ends of Windows":         []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"declared UTF-16, not so":      []byte(declared("utf-16")),
		"declared wrongly, but a mark": []byte("\ufeff" + declared("iso-8859-1")),
	}
}

var tags = regexp.MustCompile(`<(/?)([a-z])`)

func prefixed(text string) string {
	return tags.ReplaceAllString(strings.Replace(text, "<database", "<database xmlns:dxl='http://www.lotus.com/dxl'", 1), "<${1}dxl:$2")
}

func TestEveryEncodingGivesTheSameDocument(t *testing.T) {
	text, err := os.ReadFile("testdata/muster/zeichensaetze.dxl")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/golden/zeichensaetze.dxl.txt")
	if err != nil {
		t.Fatal(err)
	}
	place := regexp.MustCompile(`Line:\d+`)
	for name, data := range inEveryEncoding(t, string(text)) {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "zeichensaetze.dxl")
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			got := describeFile(t, file)
			if place.ReplaceAllString(got, "") != place.ReplaceAllString(string(want), "") {
				t.Errorf("got\n%s\nwant\n%s", got, want)
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
	if d.Department != "" {
		fmt.Fprintf(w, "department: %s\n", d.Department)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		if !slices.Contains(titleItems, name) {
			fmt.Fprintf(w, "field %s: %q\n", name, d.Fields[name])
		}
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
