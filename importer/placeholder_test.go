package importer_test

import (
	"strings"
	"testing"

	"staffelstab/importer"
	"staffelstab/importer/cmark"
)

func TestWhatOnlyRunningWouldShowHasAWordInItsPlace(t *testing.T) {
	d, _, e := published(t, func() *importer.Document {
		return text(1, "Stand:", func(d *importer.Document) {
			d.Blocks = []cmark.Block{cmark.Paragraph{Spans: []cmark.Span{{Text: "Stand: "}, {Key: "importer.placeholder-computed"}}}}
		})
	})
	if !strings.Contains(string(d.Body), `Stand: \[berechneter Text\]`) || e.LettersIn != e.LettersOut {
		t.Errorf("%s, %+v", d.Body, e)
	}
}

func TestNamesOfManyEqualFilesAreFoundWithoutTryingAll(t *testing.T) {
	var n importer.Names
	seen := map[string]bool{}
	for range 20_000 {
		name, _ := n.Safe("Anlage.pdf")
		if seen[name] {
			t.Fatalf("%q comes twice", name)
		}
		seen[name] = true
	}
	if !seen["Anlage.pdf"] || !seen["Anlage-2.pdf"] || !seen["Anlage-20000.pdf"] {
		t.Errorf("%d names", len(seen))
	}
	if name, _ := n.Safe("ANLAGE-2.pdf"); seen[name] || name == "ANLAGE-2.pdf" {
		t.Errorf("%q differs only in case", name)
	}
}
