package importer

import (
	"maps"
	"slices"
	"strings"

	"staffelstab/internal/i18n"
)

// unowned is the note about a standard nobody answers for, decided about or not.
// That its department is not set up here is another matter than that it has none:
// the one is mended at the administration, the other in the source or its mapping.
func (r *Report) unowned(department string, decided bool) Note {
	switch {
	case department == "" && decided:
		return NewNote(true, "importer.binding-without-owner")
	case department == "":
		return NewNote(true, "importer.no-owner")
	}
	if r.unknown == nil {
		r.unknown = map[string]int{}
	}
	r.unknown[department]++
	if decided {
		return NewNote(true, "importer.binding-owner-unknown", "department", department)
	}
	return NewNote(true, "importer.owner-unknown", "department", department)
}

// maxUnknown is how many departments a remark names.
const maxUnknown = 20

// remarkUnknown names the departments once that are not set up here, those of most
// standards first.
func (r *Report) remarkUnknown(catalogue *i18n.Catalogue) {
	if len(r.unknown) == 0 {
		return
	}
	departments := slices.Sorted(maps.Keys(r.unknown))
	slices.SortStableFunc(departments, func(a, b string) int { return r.unknown[b] - r.unknown[a] })
	var named []string
	for _, d := range departments[:min(len(departments), maxUnknown)] {
		n := catalogue.Plural(i18n.German, "importer.documents.one", "importer.documents.other", r.unknown[d])
		named = append(named, catalogue.Text(i18n.German, "importer.department-count", map[string]any{"department": d, "documents": n}))
	}
	if len(departments) > maxUnknown {
		named = append(named, "…")
	}
	r.Remarks = append(r.Remarks, catalogue.Text(i18n.German, "importer.departments-unknown", map[string]any{"departments": strings.Join(named, ", ")}))
}
