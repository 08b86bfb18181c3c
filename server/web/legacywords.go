package web

import (
	"strconv"

	"staffelstab/content/legacy"
)

// LegacyKind names what a question is about.
func (f *Frame) LegacyKind(k legacy.Kind) string {
	return f.word(map[string]string{
		string(legacy.Identical): "legacy.kind-identisch", string(legacy.Contained): "legacy.kind-enthalten",
		string(legacy.Contradicting): "legacy.kind-widerspruch", string(legacy.Restricted): "legacy.kind-gesperrt",
		string(legacy.Binding): "legacy.kind-verbindlichkeit", string(legacy.Alike): "legacy.kind-aehnlich", string(legacy.Unseen): "legacy.kind-ungesehen",
	}, string(k))
}

// LegacyAsk puts a question of a kind.
func (f *Frame) LegacyAsk(k legacy.Kind) string {
	return f.word(map[string]string{
		string(legacy.Identical): "legacy.ask-identisch", string(legacy.Contained): "legacy.ask-enthalten",
		string(legacy.Contradicting): "legacy.ask-widerspruch", string(legacy.Restricted): "legacy.ask-gesperrt",
		string(legacy.Binding): "legacy.ask-verbindlichkeit", string(legacy.Alike): "legacy.ask-aehnlich", string(legacy.Unseen): "legacy.ask-ungesehen",
	}, string(k))
}

// LegacyChoice names an answer.
func (f *Frame) LegacyChoice(c legacy.Choice) string {
	return f.word(map[string]string{
		string(legacy.Merge): "legacy.choice-zusammenfuehren", string(legacy.First): "legacy.choice-erster", string(legacy.Second): "legacy.choice-zweiter",
		string(legacy.Both): "legacy.choice-beide", string(legacy.Publish): "legacy.choice-veroeffentlichen", string(legacy.Withhold): "legacy.choice-zurueckhalten",
		string(legacy.Binds): "legacy.choice-verbindlich", string(legacy.BindsNot): "legacy.choice-unverbindlich",
		string(legacy.Fine): "legacy.choice-in-ordnung", string(legacy.NeedsWork): "legacy.choice-nacharbeiten",
	}, string(c))
}

// LegacyWhy names what sets two documents apart.
func (f *Frame) LegacyWhy(why string) string {
	return f.word(map[string]string{
		"zahl": "legacy.why-zahl", "datum": "legacy.why-datum", "betrag": "legacy.why-betrag", "frist": "legacy.why-frist",
		"verneinung": "legacy.why-verneinung", "verpflichtung": "legacy.why-pflicht", "wortlaut": "legacy.why-text",
		"fehlt": "legacy.why-fehlt", "anlagen": "legacy.why-anlagen",
	}, why)
}

// LegacyTitle is what a document is called. That of a document only some could
// read is not told.
func (f *Frame) LegacyTitle(d legacy.Document) string {
	switch {
	case d.Title != "":
		return d.Title
	case d.Restricted:
		return f.T("legacy.untold")
	}
	return f.T("legacy.no-title")
}

// LegacySource names a kind of export.
func (f *Frame) LegacySource(source string) string {
	return f.word(map[string]string{"dev": "legacy.source-dev", "notes": "legacy.source-notes"}, source)
}

// statuses are what may become of a document, in the order of reports.
func statuses() []string {
	return []string{"imported", "updated", "unchanged", "proposed", "quarantined", "skipped", "failed"}
}

// LegacyStatus names what became of a document.
func (f *Frame) LegacyStatus(status string) string {
	return f.word(map[string]string{
		"imported": "importer.status-imported", "updated": "importer.status-updated", "unchanged": "importer.status-unchanged",
		"proposed": "importer.status-proposed", "quarantined": "importer.status-quarantined", "skipped": "importer.status-skipped",
		"failed": "importer.status-failed",
	}, status)
}

// word is the sentence of a key, or the word itself when nothing is known of it.
func (f *Frame) word(keys map[string]string, word string) string {
	if key, ok := keys[word]; ok {
		return f.T(key)
	}
	return word
}

// Totals names the numbers of a run that are not zero.
func (f *Frame) Totals(totals map[string]int) []string {
	var out []string
	for _, status := range statuses() {
		if n := totals[status]; n > 0 {
			out = append(out, strconv.Itoa(n)+" "+f.LegacyStatus(status))
		}
	}
	return out
}
