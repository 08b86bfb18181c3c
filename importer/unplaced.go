package importer

import (
	"cmp"
	"slices"
	"strings"
)

// UnplacedField is a field of a form and how many documents have something in it
// that has no place in their articles.
type UnplacedField struct {
	Form      string `json:"form"`
	Field     string `json:"field"`
	Documents int    `json:"documents"`
}

// maxUnplacedFields bounds the list: people may name fields as they like.
const maxUnplacedFields = 2000

// lacksPlace counts the fields of a document that have no place.
func (r *Report) lacksPlace(d *Document) {
	for _, name := range d.Unplaced {
		field := UnplacedField{Form: d.Origin.Form, Field: name}
		if _, known := r.unplaced[field]; known || len(r.unplaced) < maxUnplacedFields {
			r.unplaced[field]++
		}
	}
}

// listUnplaced lists these fields, those of most documents first for each form.
func (r *Report) listUnplaced() {
	for field, n := range r.unplaced {
		field.Documents = n
		r.Unplaced = append(r.Unplaced, field)
	}
	slices.SortFunc(r.Unplaced, func(a, b UnplacedField) int {
		return cmp.Or(strings.Compare(a.Form, b.Form), cmp.Compare(b.Documents, a.Documents), strings.Compare(a.Field, b.Field))
	})
}
