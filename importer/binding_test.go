package importer_test

import (
	"context"
	"strings"
	"testing"

	"staffelstab/content"
	"staffelstab/importer"
	"staffelstab/importer/importertest"
)

// TestEvidenceHasBounds judges a text that is one line without end, with far too
// many sentences before it. What is left of a sentence still proves what binds.
func TestEvidenceHasBounds(t *testing.T) {
	endless := "Zu beachten ist " + strings.Repeat("die Ordnung und ", 5_000) + "Schluss"
	source := of(func() []any {
		return []any{text(1, endless, standard, func(d *importer.Document) {
			d.Department = "11"
			d.Judge = func(text string) importer.Binding {
				return importer.Binding{Proposal: content.BindingYes, Evidence: append([]string{text}, strings.Split(strings.Repeat("Kurz.|", 500), "|")...)}
			}
		})}
	})
	var fingerprint string
	o := options(t)
	o.Found = func(_ context.Context, f importer.Finding) error {
		fingerprint = f.Fingerprint
		return nil
	}
	e := entryOf(t, apply(t, importertest.NewMemory(), source, o), 1)
	if len(e.Evidence) != 20 || len([]rune(e.Evidence[0])) > 400 || !strings.HasSuffix(e.Evidence[0], "…") || e.Evidence[1] != "Kurz." || e.Binding != "ja" {
		t.Errorf("%d sentences, %d bytes, %.60q", len(e.Evidence), len(e.Evidence[0]), e.Evidence)
	}
	o.Decisions = &importer.Decisions{}
	o.Decisions.Put(importer.Decision{Subject: key(1).String(), Choice: importer.ChooseBinding, Fingerprint: fingerprint})
	target := importertest.NewMemory()
	apply(t, target, source, o)
	d, err := content.ParseDocument("index.md", target.Articles()[id(1)].Markdown)
	if err != nil || len(d.Meta.BindingProof) != 1 || d.Meta.BindingProof[0] != e.Evidence[0] {
		t.Errorf("%v %.80q", err, d.Meta.BindingProof)
	}
}
