package search

import (
	"cmp"
	"slices"
	"strings"

	"staffelstab/content"
)

// filters is a set of filters: the audience and whatever else is final, and one
// for each facet.
type filters uint8

const (
	finally filters = 1 << iota
	byKind
	byDepartment
	byTopic
	byBinding
)

// alone reports whether a set is one filter of a facet.
func (f filters) alone() bool { return f != finally && f&(f-1) == 0 }

// filter finds out what passes the filters. The audience is one of them, so that
// counts, facets and suggestions agree with what may be seen.
func (a *answer) filter() {
	a.failing = make([]filters, len(a.rows))
	for ord, r := range a.rows {
		failing := filters(0)
		check := func(passes bool, f filters) {
			if !passes {
				failing |= f
			}
		}
		check(a.seen[ord] && !a.excluded[ord] && (a.Authors == nil || slices.Contains(a.Authors, r.Author)) && (!a.InForce || r.inForce(a.On)), finally)
		check(!r.hasAny(a.Without), finally)
		check(len(a.Kinds) == 0 || slices.Contains(a.Kinds, r.Kind), byKind)
		check(len(a.Departments) == 0 || r.belongsTo(a.Departments), byDepartment)
		check(len(a.Topics) == 0 || r.isAbout(a.Topics), byTopic)
		check(len(a.Bindings) == 0 || slices.Contains(a.Bindings, r.Binding), byBinding)
		a.failing[ord] = failing
	}
}

func (r *row) hasAny(a content.Attributes) bool {
	return slices.Contains(a.Kinds, r.Kind) || slices.Contains(a.Bindings, r.Binding) || r.belongsTo(a.Departments) || r.isAbout(a.Topics) ||
		slices.Contains(a.Authors, r.Author)
}

func (r *row) isAbout(topics []string) bool {
	return slices.ContainsFunc(topics, func(t string) bool { return slices.Contains(r.Topics, t) })
}

func (r *row) belongsTo(departments []string) bool {
	return slices.ContainsFunc(departments, func(d string) bool { return within(r.Department, d) })
}

// within reports whether a department is another one or a unit of it.
func within(department, of string) bool {
	return department == of || strings.HasPrefix(department, of+"/")
}

// facetSize is how many values of a facet are told.
const facetSize = 40

// facets counts what hits are. A facet also counts what its own filter keeps
// away: whoever chose one value sees what another would add.
func (a *answer) facets() map[string][]content.FacetCount {
	sums := map[string]map[string]int{"kind": {}, "department": {}, "topic": {}, "binding": {}}
	count := func(ord int32) {
		r, failing := a.rows[ord], a.failing[ord]
		if failing&^byKind == 0 {
			sums["kind"][string(r.Kind)]++
		}
		if failing&^byDepartment == 0 {
			sums["department"][r.Department]++
		}
		if failing&^byBinding == 0 {
			sums["binding"][string(r.Binding)]++
		}
		if failing&^byTopic == 0 {
			for _, t := range r.Topics {
				sums["topic"][t]++
			}
		}
	}
	for _, s := range a.hits {
		count(s.ord)
	}
	for _, ord := range a.near {
		count(ord)
	}
	out := map[string][]content.FacetCount{}
	for name, values := range sums {
		list := []content.FacetCount(nil)
		for value, n := range values {
			if value != "" {
				list = append(list, content.FacetCount{Value: value, Count: n})
			}
		}
		slices.SortFunc(list, func(a, b content.FacetCount) int {
			return cmp.Or(b.Count-a.Count, strings.Compare(a.Value, b.Value))
		})
		out[name] = list[:min(len(list), facetSize)]
	}
	return out
}
