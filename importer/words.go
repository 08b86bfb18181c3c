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

// numberedEntry has a number, which is its address in the page.
type numberedEntry struct {
	*Entry
	N int
}

// Eyes reports whether somebody has to look at the document before anything
// else. That the binding of a standard is to be confirmed is no such reason: the
// desk asks that of every standard, and a mark on all of them would find none.
func (e *Entry) Eyes() bool {
	other := func(t Todo) bool { return t.Kind != TodoBinding }
	return e.Review && (e.Status == StatusFailed || len(e.Todos) == 0 || slices.ContainsFunc(e.Todos, other))
}

// Confirm reports whether nothing but the binding is to be confirmed.
func (e *Entry) Confirm() bool { return !e.Eyes() && len(e.Todos) > 0 }

// Urgent lists what is to be looked at, the most urgent first: of a document that
// failed also why, which is no thing to do about an article.
func (e *Entry) Urgent() []Todo {
	var out []Todo
	for _, t := range e.Todos {
		if t.Kind != TodoBinding {
			out = append(out, t)
		}
	}
	for _, note := range e.Notes {
		if (e.Status == StatusFailed || len(e.Todos) == 0) && !slices.ContainsFunc(out, func(t Todo) bool { return t.Text == note }) {
			out = append(out, Todo{TodoOther, note})
		}
	}
	slices.SortStableFunc(out, func(a, b Todo) int { return urgency(a.Kind) - urgency(b.Kind) })
	return out
}

// Kinds lists the kinds of what is to be looked at, each once.
func (e *Entry) Kinds() []TodoKind {
	var out []TodoKind
	for _, t := range e.Urgent() {
		if t.Kind != TodoOther {
			out = append(out, t.Kind)
		}
	}
	return slices.Compact(out)
}

func urgency(k TodoKind) int { return slices.Index(TodoKinds(), k) }

// departmentPart is what a report says about the documents of a department.
type departmentPart struct {
	Department string
	Entries    []numberedEntry
}

// Count is how many documents there are.
func (d departmentPart) Count() int { return len(d.Entries) }

// byDepartment groups the documents of a kind. What belongs to nobody comes last.
func (r *Report) byDepartment(wanted func(*Entry) bool) []departmentPart {
	at := map[string]int{}
	var out []departmentPart
	for n := range r.Documents {
		e := &r.Documents[n]
		if !wanted(e) {
			continue
		}
		i, ok := at[e.Department]
		if !ok {
			i = len(out)
			at[e.Department], out = i, append(out, departmentPart{Department: e.Department})
		}
		out[i].Entries = append(out[i].Entries, numberedEntry{e, n + 1})
	}
	slices.SortStableFunc(out, func(a, b departmentPart) int {
		if (a.Department == "") != (b.Department == "") {
			return len(b.Department) - len(a.Department)
		}
		return strings.Compare(a.Department, b.Department)
	})
	return out
}

// urgent groups the documents somebody has to look at, the most urgent first.
func (r *Report) urgent() []departmentPart {
	out := r.byDepartment((*Entry).Eyes)
	for _, part := range out {
		slices.SortStableFunc(part.Entries, func(a, b numberedEntry) int { return a.first() - b.first() })
	}
	return out
}

// first is how urgent the most urgent is.
func (e *Entry) first() int {
	if todos := e.Urgent(); len(todos) > 0 && e.Status != StatusFailed {
		return 1 + urgency(todos[0].Kind)
	}
	return 0
}

// bindingPart is the documents of a department of whose binding the same is to be
// said.
type bindingPart struct {
	Text    string
	Entries []numberedEntry
}

// Bindings groups by what is to be said about the binding, which is one of few
// sentences about many documents.
func (d departmentPart) Bindings() []bindingPart {
	var out []bindingPart
	for _, e := range d.Entries {
		for _, t := range e.Todos {
			if t.Kind != TodoBinding {
				continue
			}
			i := slices.IndexFunc(out, func(p bindingPart) bool { return p.Text == t.Text })
			if i < 0 {
				i, out = len(out), append(out, bindingPart{Text: t.Text})
			}
			out[i].Entries = append(out[i].Entries, e)
		}
	}
	return out
}

// asksBinding reports whether something is to be said about the binding.
func (e *Entry) asksBinding() bool {
	return slices.ContainsFunc(e.Todos, func(t Todo) bool { return t.Kind == TodoBinding })
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
