package importer

import (
	"iter"
	"strconv"
	"strings"

	"staffelstab/internal/i18n"
)

// rows are the documents, then the pairs and what the source no longer has: the
// first column says which.
func (r *Report) rows(catalogue *i18n.Catalogue) iter.Seq[[]string] {
	words := func(key string) string { return catalogue.Text(i18n.German, key, nil) }
	head := []string{
		words("importer.column-record"), words("importer.column-status"), words("importer.column-review"), words("importer.column-title"), words("importer.column-department"),
		words("importer.column-path"), words("importer.column-id"), words("importer.column-replica"), "UNID", words("importer.column-form"), words("importer.column-date"),
		words("importer.column-letters-in"), words("importer.column-letters-out"),
		words("importer.column-attachments-in"), words("importer.column-attachments-out"),
		words("importer.column-links-in"), words("importer.column-links-out"),
		words("importer.column-binding"), words("importer.column-decided"), words("importer.column-evidence"), words("importer.column-proposal"),
		words("importer.column-todos"), words("importer.column-notes"), words("importer.column-file"),
		words("importer.column-other"), words("importer.column-share"), words("importer.column-fingerprint"),
	}
	width := len(head)
	return func(yield func([]string) bool) {
		if !yield(head) {
			return
		}
		for _, e := range r.Documents {
			if !yield(append(e.row(catalogue, r.Verified), "", "", "")) {
				return
			}
		}
		for _, p := range r.Pairs {
			if !yield(p.row(words, width)) {
				return
			}
		}
		for _, m := range r.Missing {
			row := make([]string, width)
			copy(row, []string{
				words("importer.record-missing"), words(missingWord(m.Reason)), words("importer.review"), m.Title, m.Department, m.Path, m.ID, m.ReplicaID, m.UNID,
			})
			if !yield(row) {
				return
			}
		}
	}
}

func (e Entry) row(catalogue *i18n.Catalogue, verified bool) []string {
	words := func(key string) string { return catalogue.Text(i18n.German, key, nil) }
	review := ""
	if e.Review {
		review = words("importer.review")
	}
	var todos []string
	for _, t := range e.Todos {
		todos = append(todos, words(todoWord(t.Kind))+": "+t.Text)
	}
	return []string{
		words("importer.record-document"), statusText(catalogue, e.Status, verified), review, e.Title, e.Department, e.Path, e.ID, e.ReplicaID, e.UNID, e.Form, e.Date,
		strconv.Itoa(e.LettersIn), strconv.Itoa(e.LettersOut), strconv.Itoa(e.AttachmentsIn), strconv.Itoa(e.AttachmentsOut),
		strconv.Itoa(e.LinksIn), strconv.Itoa(e.LinksOut), e.Binding, e.Decided, strings.Join(e.Evidence, " | "), e.Proposal,
		strings.Join(todos, " | "), strings.Join(e.Notes, " | "), e.File,
	}
}

func (p Pair) row(words func(string) string, width int) []string {
	row := make([]string, width)
	copy(row, []string{words("importer.record-pair"), words(classWord(p.Class)), "", p.FirstTitle, p.FirstDepartment, "", "", p.First.ReplicaID, p.First.UNID})
	if p.Open() {
		row[2] = words("importer.review")
	}
	if p.Decision != "" {
		row[width-9] = words(choiceWord(p.Decision))
	}
	var differences []string
	for _, d := range p.Differences {
		differences = append(differences, words(whyWord(d.Why))+": „"+d.First+"“ – „"+d.Second+"“")
	}
	row[width-5] = strings.Join(differences, " | ")
	row[width-3], row[width-2], row[width-1] = p.SecondTitle+" ("+p.Second.String()+")", strconv.Itoa(int(p.Share*100+0.5))+" %", p.Fingerprint
	return row
}
