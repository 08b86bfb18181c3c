package importer

import (
	"slices"

	"staffelstab/content"
	"staffelstab/importer/duplicates"
	"staffelstab/internal/i18n"
)

// Status is what became of a document.
type Status string

// The states. Every document that was read has exactly one.
const (
	StatusImported    Status = "imported"
	StatusUnchanged   Status = "unchanged"
	StatusUpdated     Status = "updated"
	StatusProposed    Status = "proposed"
	StatusQuarantined Status = "quarantined"
	StatusSkipped     Status = "skipped"
	StatusFailed      Status = "failed"
)

// Statuses returns all states in the order of the report.
func Statuses() []Status {
	return []Status{StatusImported, StatusUpdated, StatusUnchanged, StatusProposed, StatusQuarantined, StatusSkipped, StatusFailed}
}

// Report is the proof of a run. Its JSON form is an interface: names stay.
type Report struct {
	Source    string    `json:"source"`
	Run       string    `json:"run"`
	DryRun    bool      `json:"dry_run"`
	Verified  bool      `json:"verified,omitempty"` // it compares the source with the library, see Verify
	Summary   []string  `json:"summary"`            // sentences for people
	Remarks   []string  `json:"remarks,omitempty"`  // about the run as a whole
	Totals    Totals    `json:"totals"`
	Documents []Entry   `json:"documents"`
	Pairs     []Pair    `json:"pairs"`
	Missing   []Missing `json:"missing"`
	// Unplaced are fields whose content is in no article. What they say is not here.
	Unplaced []UnplacedField `json:"unplaced_fields,omitempty"`

	Compared bool `json:"-"` // every document was compared with every other like it

	unplaced map[UnplacedField]int
	byKey    map[Key]int // documents that may be an answer's parent
	answers  map[int]Key // entries whose fate is that of another one

	unknown map[string]int // standards by the department, as far as it is not set up here
}

// Totals add up: Read is the sum of the others but Review.
type Totals struct {
	Read        int `json:"read"`
	Imported    int `json:"imported"`
	Unchanged   int `json:"unchanged"`
	Updated     int `json:"updated"`
	Proposed    int `json:"proposed"`
	Quarantined int `json:"quarantined"`
	Skipped     int `json:"skipped"`
	Failed      int `json:"failed"`
	Review      int `json:"review"` // documents somebody has to look at, in any state
}

// Balanced reports whether every document that was read is accounted for.
func (t Totals) Balanced() bool {
	return t.Read == t.Imported+t.Unchanged+t.Updated+t.Proposed+t.Quarantined+t.Skipped+t.Failed
}

// Entry is one document of the report. Letters are those of words people saw
// in the source, and of these the ones found again in the rendered article.
type Entry struct {
	File           string   `json:"file"`
	Line           int      `json:"line,omitempty"`
	ReplicaID      string   `json:"replica_id"`
	UNID           string   `json:"unid"`
	Form           string   `json:"form,omitempty"`
	ID             string   `json:"id,omitempty"`
	VersionOf      string   `json:"version_of,omitempty"` // the article it is a replication conflict of
	Title          string   `json:"title"`
	Path           string   `json:"path"`
	Department     string   `json:"department,omitempty"`
	Date           string   `json:"date,omitempty"`
	Status         Status   `json:"status"`
	Review         bool     `json:"review"`
	LettersIn      int      `json:"letters_in"`
	LettersOut     int      `json:"letters_out"`
	AttachmentsIn  int      `json:"attachments_in"`
	AttachmentsOut int      `json:"attachments_out"`
	LinksIn        int      `json:"links_in"`
	LinksOut       int      `json:"links_out"`
	Binding        string   `json:"binding_proposed,omitempty"`
	Decided        string   `json:"binding_decided,omitempty"` // by a person
	Evidence       []string `json:"evidence,omitempty"`
	Proposal       string   `json:"proposal,omitempty"` // that joins the source with what people changed
	Notes          []string `json:"notes"`
	Todos          []Todo   `json:"todos,omitempty"`
}

// Todo is something a person has to do about an article.
type Todo struct {
	Kind TodoKind `json:"kind"`
	Text string   `json:"text"`
}

// TodoKind groups what is to be done.
type TodoKind string

// The kinds of things to do, in the order of the report.
const (
	TodoContradiction TodoKind = "contradiction"
	TodoLost          TodoKind = "lost" // letters, attachments or pictures that did not arrive
	TodoLink          TodoKind = "link"
	TodoAltText       TodoKind = "alt-text"
	TodoOther         TodoKind = "other"
	TodoBinding       TodoKind = "binding"
)

// TodoKinds returns all kinds in the order of the report.
func TodoKinds() []TodoKind {
	return []TodoKind{TodoContradiction, TodoLost, TodoLink, TodoAltText, TodoOther, TodoBinding}
}

// todoKind is what a note that somebody has to look at asks to be done.
func todoKind(key string) TodoKind {
	switch key {
	case "importer.pair-contradicting", "importer.pair-identical", "importer.pair-contained", "importer.pair-similar", "importer.pair-conflict",
		"importer.pair-outdated", "importer.pair-more":
		return TodoContradiction
	case "importer.no-owner", "importer.binding-without-owner", "importer.owner-unknown", "importer.binding-owner-unknown", "importer.binding-unknown", "importer.decision-outdated":
		return TodoBinding
	case "importer.dead-link", "importer.view-link", "importer.forbidden-link", "importer.links-lost", "importer.answer-links-lost":
		return TodoLink
	case "importer.images-without-text":
		return TodoAltText
	case "importer.letters-lost", "importer.answer-letters-lost", "importer.attachments-lost", "importer.attachment-compressed", "importer.attachment-damaged",
		"importer.attachment-missing", "importer.attachment-too-large", "importer.attachment-executable", "importer.picture-lost", "importer.picture-lost-unnamed", "importer.picture-not-shown":
		return TodoLost
	}
	return TodoOther
}

// todoBinding asks for the binding of a standard that its sentences leave open.
func (e *Entry) todoBinding(catalogue *i18n.Catalogue, d *Document, binding content.Binding) {
	if binding == content.BindingUnchecked && d.Binding != nil && d.Binding.Proposal == content.BindingUnchecked {
		e.Todos = append(e.Todos, Todo{TodoBinding, catalogue.Text(i18n.German, "importer.binding-unknown", nil)})
	}
}

func newReport(source, run string, dry bool) *Report {
	return &Report{
		Source: source, Run: run, DryRun: dry, Summary: []string{}, Documents: []Entry{}, Pairs: []Pair{}, Missing: []Missing{},
		byKey: map[Key]int{}, answers: map[int]Key{}, unplaced: map[UnplacedField]int{},
	}
}

// NeedsEyes reports whether a person has to look at anything (exit status 3).
func (r *Report) NeedsEyes() bool {
	if r.Verified { // what is withheld is meant to be missing
		return r.Totals.Review > 0 || r.Totals.Failed > 0
	}
	open := slices.ContainsFunc(r.Pairs, Pair.Open)
	return r.Totals.Review > 0 || r.Totals.Failed > 0 || r.Totals.Quarantined > 0 || open || len(r.Missing) > 0 || len(r.Remarks) > 0
}

// add begins the entry of a document. What it keeps is measured later, and
// only for what is published.
func (r *Report) add(d *Document, catalogue *i18n.Catalogue) int {
	e := Entry{
		File: d.Origin.File, Line: d.Origin.Line, ReplicaID: d.Origin.ReplicaID, UNID: d.Origin.UNID, Form: d.Origin.Form,
		Title: cut(d.Title, maxTitle), Path: d.Path, Department: d.Department,
		AttachmentsIn: d.AttachmentsIn, LinksIn: len(d.Links), Notes: []string{},
	}
	e.LettersIn, _ = tally{}.take(d.Visible)
	if d.Binding != nil {
		e.Binding, e.Evidence = string(d.Binding.Proposal), d.Binding.Evidence
	}
	for _, n := range d.Notes {
		e.note(catalogue, n)
	}
	r.Documents = append(r.Documents, e)
	return len(r.Documents) - 1
}

// broken adds a document that could not be read.
func (r *Report) broken(b *SourceError, catalogue *i18n.Catalogue) {
	e := Entry{
		File: b.Origin.File, Line: b.Origin.Line, ReplicaID: b.Origin.ReplicaID, UNID: b.Origin.UNID, Form: b.Origin.Form,
		Title: cut(b.Title, maxTitle), Status: StatusFailed, Notes: []string{},
	}
	e.note(catalogue, b.Note)
	r.Documents = append(r.Documents, e)
}

// note writes a note in words.
func (e *Entry) note(catalogue *i18n.Catalogue, n Note) {
	text := catalogue.Text(i18n.German, n.Key, n.Args)
	e.Notes = append(e.Notes, text)
	e.Review = e.Review || n.Review
	if kind := todoKind(n.Key); n.Review && (kind != TodoOther || e.Status != StatusFailed) {
		e.Todos = append(e.Todos, Todo{kind, text})
	}
}

// conceal takes what quotes the text out of the entry of a document that not
// everybody may read.
func (e *Entry) conceal() {
	e.Notes, e.Todos, e.Evidence, e.Binding = []string{}, nil, nil, ""
}

// balance says what did not arrive.
func (e *Entry) balance(catalogue *i18n.Catalogue) {
	if e.LettersOut*100 < e.LettersIn*enough {
		e.note(catalogue, NewNote(true, "importer.letters-lost", "in", e.LettersIn, "out", e.LettersOut))
	}
	if e.AttachmentsOut < e.AttachmentsIn {
		e.note(catalogue, NewNote(true, "importer.attachments-lost", "in", e.AttachmentsIn, "out", e.AttachmentsOut))
	}
	if e.LinksOut < e.LinksIn {
		e.note(catalogue, NewNote(true, "importer.links-lost", "in", e.LinksIn, "out", e.LinksOut))
	}
}

func (e *Entry) balanceAnswer(catalogue *i18n.Catalogue, a *answer) {
	if a.out*100 < a.in*enough {
		e.note(catalogue, NewNote(true, "importer.answer-letters-lost", "title", a.title, "in", a.in, "out", a.out))
	}
	if a.kept < len(a.links) {
		e.note(catalogue, NewNote(true, "importer.answer-links-lost", "title", a.title, "in", len(a.links), "out", a.kept))
	}
}

// count makes the totals.
func (r *Report) count() {
	t := Totals{Read: len(r.Documents)}
	for i := range r.Documents {
		switch r.Documents[i].Status {
		case StatusImported:
			t.Imported++
		case StatusUnchanged:
			t.Unchanged++
		case StatusUpdated:
			t.Updated++
		case StatusProposed:
			t.Proposed++
		case StatusQuarantined:
			t.Quarantined++
		case StatusSkipped:
			t.Skipped++
		case StatusFailed:
			t.Failed++
		}
		if r.Documents[i].Review {
			t.Review++
		}
	}
	r.Totals = t
}

// finish makes the totals and says in words what they mean.
func (r *Report) finish(catalogue *i18n.Catalogue) {
	r.count()
	r.listUnplaced()
	r.remarkUnknown(catalogue)
	say := func(n int, one, other string) {
		if n > 0 {
			r.Summary = append(r.Summary, catalogue.Plural(i18n.German, one, other, n))
		}
	}
	t := r.Totals
	r.Summary = []string{catalogue.Plural(i18n.German, "importer.summary-read.one", "importer.summary-read.other", t.Read)}
	if r.Verified {
		say(t.Unchanged, "importer.summary-present.one", "importer.summary-present.other")
		say(t.Updated, "importer.summary-edited.one", "importer.summary-edited.other")
		say(t.Failed, "importer.summary-absent.one", "importer.summary-absent.other")
	} else {
		say(t.Imported, "importer.summary-imported.one", "importer.summary-imported.other")
		say(t.Updated, "importer.summary-updated.one", "importer.summary-updated.other")
		say(t.Unchanged, "importer.summary-unchanged.one", "importer.summary-unchanged.other")
		say(t.Failed, "importer.summary-failed.one", "importer.summary-failed.other")
	}
	say(t.Quarantined, "importer.summary-quarantined.one", "importer.summary-quarantined.other")
	say(t.Skipped, "importer.summary-skipped.one", "importer.summary-skipped.other")
	r.Summary = append(r.Summary, r.waiting(catalogue)...)
	say(r.number((*Entry).Eyes), "importer.summary-review.one", "importer.summary-review.other")
	confirm := r.number((*Entry).Confirm)
	say(confirm, "importer.summary-confirm.one", "importer.summary-confirm.other")
	if !r.NeedsEyes() && confirm == 0 {
		r.Summary = append(r.Summary, catalogue.Text(i18n.German, "importer.summary-clean", nil))
	}
}

// Waiting says in sentences what the totals do not: what waits for people to
// decide, and what is known about the run as a whole.
func (r *Report) Waiting(catalogue *i18n.Catalogue) []string {
	return append(r.waiting(catalogue), r.Remarks...)
}

func (r *Report) waiting(catalogue *i18n.Catalogue) []string {
	var out []string
	for _, each := range []struct {
		n          int
		one, other string
	}{
		{r.Totals.Proposed, "importer.summary-proposed.one", "importer.summary-proposed.other"},
		{r.openPairs(duplicates.Contradicting), "importer.summary-contradicting.one", "importer.summary-contradicting.other"},
		{r.openPairs(duplicates.Identical, duplicates.Contained, duplicates.Similar), "importer.summary-alike.one", "importer.summary-alike.other"},
		{len(r.Missing), "importer.summary-missing.one", "importer.summary-missing.other"},
	} {
		if each.n > 0 {
			out = append(out, catalogue.Plural(i18n.German, each.one, each.other, each.n))
		}
	}
	return out
}

// openPairs counts the pairs of some classes nobody decided about.
func (r *Report) openPairs(classes ...duplicates.Class) int {
	n := 0
	for _, p := range r.Pairs {
		if p.Open() && slices.Contains(classes, p.Class) {
			n++
		}
	}
	return n
}
