package web

import (
	"net/http"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// proposalFilter is the narrowed list of proposals, with what narrows it. Its
// address can be kept.
type proposalFilter struct {
	Whose       string // "mir": made by the one who looks; "mich": waits for that one
	State       content.ProposalState
	Department  string
	Kind        content.Kind
	States      []content.ProposalState
	Departments []account.Department
	Kinds       []content.Kind
	Lines       []proposalLine
}

// Filtered reports whether anything narrows the list.
func (v proposalFilter) Filtered() bool {
	return v.Whose != "" || v.State != "" || v.Department != "" || v.Kind != ""
}

// filteredProposals reads the address. A word nobody knows narrows nothing.
func (s *Server) filteredProposals(r *http.Request, actor account.Actor) (proposalFilter, error) {
	get := r.URL.Query().Get
	v := proposalFilter{
		Whose: get("von"), State: content.ProposalState(get("stand")), Department: get("fb"), Kind: content.Kind(get("art")),
		States: content.ProposalStates(), Kinds: append([]content.Kind{content.KindArticle, content.KindTemplate}, content.StandardKinds()...),
	}
	if v.Whose != "mir" && v.Whose != "mich" {
		v.Whose = ""
	}
	if !slices.Contains(v.States, v.State) {
		v.State = ""
	}
	if !slices.Contains(v.Kinds, v.Kind) {
		v.Kind = ""
	}
	var err error
	if v.Departments, err = s.Office.Departments(r.Context()); err != nil || !v.Filtered() {
		return v, err
	}
	q := content.ProposalQuery{State: v.State, Kind: v.Kind, Department: v.Department, Waiting: v.Whose == "mich"}
	if v.Whose == "mir" {
		q.Author = actor.Person.Pseudonym
	}
	found, err := s.Library.FindProposals(r.Context(), actor, q)
	if err != nil {
		return v, err
	}
	v.Lines, err = s.proposalLines(r, actor, found)
	return v, err
}
