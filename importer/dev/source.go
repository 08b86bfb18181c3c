// Package dev imports the database "Dezentrale Ergebnisverantwortung" (DEV),
// in which the city kept its rules.
//
// Every entry becomes a Städtischer Standard. The old division into
// Arbeitshilfe and Rahmenbedingung is given up and survives only as origin;
// whether a standard is binding is proposed from its sentences, shown with the
// evidence, and confirmed by nobody but a person, for a department that answers
// for it. Comments go under the entry they belong to. Entries are compared with
// each other. The reading itself is done by another source, usually notes.
package dev

import (
	"context"
	"iter"
	"slices"
	"strings"

	"staffelstab/content"
	"staffelstab/importer"
)

// Source gives documents of another source the meaning they have in DEV.
type Source struct {
	documents importer.Source
}

// New returns a source over the documents of another one.
func New(documents importer.Source) *Source { return &Source{documents: documents} }

// Name implements importer.Source.
func (s *Source) Name() string { return "dev" }

// Overlaps implements importer.Overlapping: the departments wrote their rules
// side by side for years.
func (s *Source) Overlaps() bool { return true }

// Documents implements importer.Source.
func (s *Source) Documents(ctx context.Context, pass importer.Pass) iter.Seq2[*importer.Document, error] {
	return func(yield func(*importer.Document, error) bool) {
		for d, err := range s.documents.Documents(ctx, pass) {
			if err == nil {
				classify(d)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// The kinds of entry DEV knew.
const (
	aid       = "Arbeitshilfe"
	framework = "Rahmenbedingung"
)

// Fields of the database itself.
const (
	kindField    = "DEV_Art"
	bindingField = "Verbindlich"
)

// classify applies the rules of DEV to one document.
func classify(d *importer.Document) {
	if d.Skip != nil {
		return
	}
	d.DevKind = kindOf(d)
	d.Used = []string{kindField, bindingField}
	if d.DevKind == "" && d.Parent != "" {
		d.Append = true // a comment; alone it stays an ordinary article
		return
	}
	d.Kind = content.KindStandard
	d.Topics = subjects(d.Topics)
	d.Judge = func(text string) importer.Binding { return Propose(text, strings.Join(d.Values(bindingField), " ")) }
}

// subjects are topics without the given up kinds, which named no subject:
// "Arbeitshilfen/Personal" becomes "Personal".
func subjects(topics []string) []string {
	var out []string
	for _, topic := range topics {
		parts := slices.DeleteFunc(strings.Split(topic, "/"), func(part string) bool {
			switch strings.ToLower(strings.TrimSpace(part)) {
			case "arbeitshilfe", "arbeitshilfen", "rahmenbedingung", "rahmenbedingungen":
				return true
			}
			return false
		})
		if topic = strings.Join(parts, "/"); topic != "" && !slices.Contains(out, topic) {
			out = append(out, topic)
		}
	}
	return out
}

// kindOf returns the kind an entry had: by its field, else by its form.
func kindOf(d *importer.Document) string {
	for _, word := range []string{strings.Join(d.Values(kindField), " "), d.Origin.Form} {
		for _, kind := range []string{aid, framework} {
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(word)), strings.ToLower(kind)) {
				return kind
			}
		}
	}
	return ""
}
