package importer

import (
	"slices"
	"strings"

	"staffelstab/importer/duplicates"
	"staffelstab/importer/wording"
	"staffelstab/internal/i18n"
)

// statusText is a state in words. A verified document is there, changed by
// people, or not there.
func statusText(catalogue *i18n.Catalogue, s Status, verified bool) string {
	keys := map[Status]string{
		StatusImported:    "importer.status-imported",
		StatusUnchanged:   "importer.status-unchanged",
		StatusUpdated:     "importer.status-updated",
		StatusProposed:    "importer.status-proposed",
		StatusQuarantined: "importer.status-quarantined",
		StatusSkipped:     "importer.status-skipped",
		StatusFailed:      "importer.status-failed",
	}
	if verified {
		keys[StatusUnchanged], keys[StatusUpdated], keys[StatusFailed] = "importer.status-present", "importer.status-edited", "importer.status-absent"
	}
	return catalogue.Text(i18n.German, keys[s], nil)
}

func todoWord(k TodoKind) string {
	switch k {
	case TodoContradiction:
		return "importer.todo-contradiction"
	case TodoBinding:
		return "importer.todo-binding"
	case TodoLink:
		return "importer.todo-link"
	case TodoAltText:
		return "importer.todo-alt-text"
	case TodoLost:
		return "importer.todo-lost"
	}
	return "importer.todo-other"
}

func classWord(c duplicates.Class) string {
	switch c {
	case duplicates.Identical:
		return "importer.class-identical"
	case duplicates.Contained:
		return "importer.class-contained"
	case duplicates.Contradicting:
		return "importer.class-contradicting"
	}
	return "importer.class-similar"
}

func choiceWord(c Choice) string {
	switch c {
	case ChooseMerge:
		return "importer.choice-merge"
	case ChooseFirst:
		return "importer.choice-first"
	case ChooseSecond:
		return "importer.choice-second"
	}
	return "importer.choice-both"
}

func whyWord(why string) string {
	switch why {
	case string(wording.Amount):
		return "importer.why-amount"
	case string(wording.Deadline):
		return "importer.why-deadline"
	case string(wording.Date):
		return "importer.why-date"
	case string(wording.Number):
		return "importer.why-number"
	case duplicates.WhyNegation:
		return "importer.why-negation"
	case duplicates.WhyForce:
		return "importer.why-force"
	case duplicates.WhyFiles:
		return "importer.why-files"
	case duplicates.WhyMissing:
		return "importer.why-missing"
	}
	return "importer.why-wording"
}

func missingWord(m MissingReason) string {
	switch m {
	case MissingDeleted:
		return "importer.missing-deleted"
	case MissingBelow:
		return "importer.missing-below"
	}
	return "importer.missing-full"
}

// statusCount is a line of the totals.
type statusCount struct {
	Status Status
	Count  int
}

// statusCounts lists the states that matter for the kind of report.
func (r *Report) statusCounts() []statusCount {
	counts := map[Status]int{}
	for _, e := range r.Documents {
		counts[e.Status]++
	}
	var out []statusCount
	for _, s := range Statuses() {
		if r.Verified && counts[s] == 0 && s != StatusUnchanged && s != StatusUpdated && s != StatusFailed {
			continue
		}
		out = append(out, statusCount{s, counts[s]})
	}
	return out
}

// departmentPart is what a report says about the documents of a department.
type departmentPart struct {
	Department string
	Count      int
	Entries    []Entry
}

// byDepartment groups the documents, or those with something to do, the most
// urgent first. What belongs to nobody comes last.
func (r *Report) byDepartment(todo bool) []departmentPart {
	at := map[string]int{}
	var out []departmentPart
	for _, e := range r.Documents {
		if todo && len(e.Todos) == 0 {
			continue
		}
		i, ok := at[e.Department]
		if !ok {
			i = len(out)
			at[e.Department], out = i, append(out, departmentPart{Department: e.Department})
		}
		if todo {
			e.Todos = slices.Clone(e.Todos)
			slices.SortStableFunc(e.Todos, func(a, b Todo) int {
				return slices.Index(TodoKinds(), a.Kind) - slices.Index(TodoKinds(), b.Kind)
			})
		}
		out[i].Entries, out[i].Count = append(out[i].Entries, e), out[i].Count+1
	}
	slices.SortStableFunc(out, func(a, b departmentPart) int {
		if (a.Department == "") != (b.Department == "") {
			return len(b.Department) - len(a.Department)
		}
		return strings.Compare(a.Department, b.Department)
	})
	return out
}

// classPart is the pairs of one class.
type classPart struct {
	Class duplicates.Class
	Pairs []numberedPair
}

// numberedPair has a number, because two pairs may have the same titles.
type numberedPair struct {
	Pair
	N int
}

func (r *Report) byClass() []classPart {
	var out []classPart
	n := 0
	for _, c := range duplicates.Classes() {
		part := classPart{Class: c}
		for _, p := range r.Pairs {
			if p.Class == c {
				n++
				part.Pairs = append(part.Pairs, numberedPair{p, n})
			}
		}
		if len(part.Pairs) > 0 {
			out = append(out, part)
		}
	}
	return out
}
