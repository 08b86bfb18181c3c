package importer

import (
	"strings"

	"staffelstab/content"
)

// Binding is a proposal whether a standard is binding, with its evidence. Only
// a person confirms it.
type Binding struct {
	Proposal content.Binding
	Evidence []string // sentences of the text
}

// Bounds of the evidence of one document.
const (
	maxEvidence        = 20
	maxEvidenceLetters = 400 // of a sentence; text without a full stop is one
)

// judge has a standard read for a proposal. It comes after everything that adds
// to the text or says what it is.
func (d *Document) judge() {
	if d.Judge != nil && d.Kind.IsStandard() && d.Skip == nil && !d.Conflict && !d.Incomplete {
		b := d.Judge(d.Visible)
		d.Binding = &b
		d.Inform("importer.binding-proposed", "value", string(b.Proposal))
	}
	if d.Binding == nil {
		return
	}
	shown := d.Binding.Evidence[:min(len(d.Binding.Evidence), maxEvidence)]
	d.Binding.Evidence = nil
	for _, sentence := range shown {
		d.Binding.Evidence = append(d.Binding.Evidence, cut(sentence, maxEvidenceLetters))
	}
}

// proof is the evidence that stands in the text itself. Of a sentence that was
// cut its beginning does.
func (b *Binding) proof(visible string) []string {
	if b == nil {
		return nil
	}
	visible = oneLine(visible)
	var out []string
	for _, sentence := range b.Evidence {
		if strings.Contains(visible, strings.TrimSuffix(sentence, "…")) {
			out = append(out, sentence)
		}
	}
	return out
}
