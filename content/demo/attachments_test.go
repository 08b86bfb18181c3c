package demo_test

import (
	"bytes"
	"image/png"
	"path"
	"strings"
	"testing"

	"staffelstab/content/demo"
	"staffelstab/content/extract"
)

func TestFilesLieBesideTextsThatMentionThem(t *testing.T) {
	files, err := demo.Attachments()
	if err != nil || len(files) != 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	texts := documents(t, days[0])
	for name, data := range files {
		d, ok := texts[path.Join(path.Dir(name), "index.md")]
		if !ok || !strings.Contains(string(d.Body), "]("+path.Base(name)+")") {
			t.Errorf("no text mentions %s", name)
		}
		if len(data) > 20<<10 {
			t.Errorf("%s has %d bytes", name, len(data))
		}
		if strings.HasSuffix(name, ".png") {
			if _, err := png.Decode(bytes.NewReader(data)); err != nil || strings.Contains(string(d.Body), "![]") {
				t.Errorf("%s is no picture or has no words: %v", name, err)
			}
		}
	}
}

// TestTheLeafletSaysWhatNoTextSays is what makes it worth to search in files.
func TestTheLeafletSaysWhatNoTextSays(t *testing.T) {
	files, err := demo.Attachments()
	if err != nil {
		t.Fatal(err)
	}
	const leaflet = "wissen/w/winterdienst-vom-wetterbericht-bis-zum-streubuch/Merkblatt-Streufahrzeug.pdf"
	words, err := extract.New("").Text(t.Context(), leaflet, bytes.NewReader(files[leaflet]))
	if err != nil || !strings.Contains(words, "Schürfleisten") || !strings.Contains(words, "prüfen") {
		t.Errorf("the leaflet says %q, %v", words, err)
	}
	for name, d := range documents(t, days[0]) {
		if strings.Contains(string(d.Source), "chürfleiste") {
			t.Errorf("%s says it too", name)
		}
	}
}
