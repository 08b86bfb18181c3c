package importer_test

import (
	"strings"
	"testing"

	"staffelstab/importer"
	"staffelstab/importer/htmlblocks"

	"staffelstab/importer/cmark"
)

type noHost struct{}

func (noHost) Link(_ string, text []cmark.Span) []cmark.Span { return text }
func (noHost) Image(string, string) []cmark.Span             { return nil }

// TestWhatControlsShowIsText: the conversion and what it is measured by read forms
// each on its own, and have to see the same words.
func TestWhatControlsShowIsText(t *testing.T) {
	for in, want := range map[string]string{
		"Frist: <input value='vier Wochen'>.":                        "Frist: vier Wochen .",
		"<input type=TEXT value=a /><input value=b>":                 "a b",
		"<input type=hidden value=x><input type=submit value=y>":     "",
		"<select><option>a<option selected>b</select>c":              "b c",
		"<select multiple><option selected>a<option selected>b":      "a b",
		"<select><option>erstes</option><option>zweites</select>":    "erstes",
		"<textarea>Lang &amp; breit <b></textarea>Ende":              "Lang & breit <b> Ende",
		"<noscript><input value=x></noscript>da":                     "da",
		"<script>var a = '<input value=x>'</script>da":               "da",
		"vor<select><option>eins</select>nach <input value='zuletzt": "vor eins nach",
	} {
		words := strings.Join(strings.Fields(importer.TextOfHTML(in)), " ")
		if words != want {
			t.Errorf("%q shows %q, want %q", in, words, want)
		}
		blocks, err := htmlblocks.Read(in, 50, noHost{})
		if err != nil {
			t.Fatal(err)
		}
		got := strings.NewReplacer("\\", "", ",", "").Replace(strings.Join(strings.Fields(cmark.Markdown(blocks)), " "))
		if got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}
