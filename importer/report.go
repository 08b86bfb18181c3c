package importer

import (
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
	Source    string  `json:"source"`
	Run       string  `json:"run"`
	DryRun    bool    `json:"dry_run"`
	Totals    Totals  `json:"totals"`
	Documents []Entry `json:"documents"`

	byKey   map[Key]int // documents that may be an answer's parent
	answers map[int]Key // entries whose fate is that of another one
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
	Evidence       []string `json:"evidence,omitempty"`
	Notes          []string `json:"notes"`
}

func newReport(source, run string, dry bool) *Report {
	return &Report{Source: source, Run: run, DryRun: dry, Documents: []Entry{}, byKey: map[Key]int{}, answers: map[int]Key{}}
}

// NeedsEyes reports whether a person has to look at anything (exit status 3).
func (r *Report) NeedsEyes() bool {
	return r.Totals.Review > 0 || r.Totals.Failed > 0 || r.Totals.Quarantined > 0
}

// add begins the entry of a document. What it keeps is measured later, and
// only for what is published.
func (r *Report) add(d *Document, catalogue *i18n.Catalogue) int {
	e := Entry{
		File: d.Origin.File, Line: d.Origin.Line, ReplicaID: d.Origin.ReplicaID, UNID: d.Origin.UNID, Form: d.Origin.Form,
		Title: d.Title, Path: d.Path, Department: d.Department,
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
		Title: b.Title, Status: StatusFailed, Notes: []string{},
	}
	e.note(catalogue, b.Note)
	r.Documents = append(r.Documents, e)
}

// note writes a note in words.
func (e *Entry) note(catalogue *i18n.Catalogue, n Note) {
	e.Notes = append(e.Notes, catalogue.Text(i18n.German, n.Key, n.Args))
	e.Review = e.Review || n.Review
}

// conceal takes what quotes the text out of the entry of a document that not
// everybody may read.
func (e *Entry) conceal() {
	e.Notes, e.Evidence, e.Binding = []string{}, nil, ""
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
