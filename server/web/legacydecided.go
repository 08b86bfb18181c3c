package web

import (
	"net/http"
	"net/url"

	"staffelstab/content/legacy"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// decidedView lists what was decided in a department, or in all, newest first.
type decidedView struct {
	Departments []string // nil: all
	Department  string   // when it is one
	Kind        legacy.Kind
	Kinds       []legacy.Kind // to choose from
	Lines       []decidedLine
	Total       int
	Start       int
	Previous    string
	Next        string
	Open        string // address of the open questions
	Looking     bool   // others decide about some of it
	Mistake     mistake
}

// decidedLine is one answer.
type decidedLine struct {
	legacy.Decided
	Name   string // who decided
	Href   string // of the question; empty when it is asked no more
	WhyNot string // why it cannot be taken back; empty: others decide, or it can
}

func decidedAddress(departments []string, kind string, start int) string {
	return "/ueberfuehrung/entschieden?" + listValues(departments, kind, start).Encode()
}

func (s *Server) legacyDecided(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	values := r.URL.Query()
	return s.showDecided(w, r, http.StatusOK, actor, values, mistake{})
}

// showDecided shows the page of the list the values name.
func (s *Server) showDecided(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, values url.Values, m mistake) error {
	v := decidedView{Departments: departmentsOf(values), Department: values.Get("fb"), Kind: legacy.Kind(values.Get("art")), Kinds: legacy.Kinds(), Start: number(values.Get("ab")), Mistake: m}
	v.Open = listAddress(v.Departments, string(v.Kind), 0)
	filter := legacy.QuestionFilter{Departments: v.Departments, Limit: tendPerPage, Offset: v.Start}
	if v.Kind != "" {
		filter.Kinds = []legacy.Kind{v.Kind}
	}
	found, total, err := s.Legacy.Decided(r.Context(), actor, filter)
	if err != nil {
		return err
	}
	v.Total = total
	pseudonyms := make([]string, len(found))
	for i, each := range found {
		pseudonyms[i] = each.Decision.By
	}
	names, err := s.Office.Names(r.Context(), actor, pseudonyms)
	if err != nil {
		return err
	}
	for _, each := range found {
		line := decidedLine{Decided: each, Name: names[each.Decision.By]}
		if !each.Past {
			line.Href = questionAddress(each.Subject, v.Department)
		}
		switch {
		case each.WhyNot != nil:
			line.WhyNot = s.sentence(r, each.WhyNot)
		case !each.CanUndo:
			v.Looking = true
		}
		v.Lines = append(v.Lines, line)
	}
	if v.Start > 0 {
		v.Previous = decidedAddress(v.Departments, string(v.Kind), max(0, v.Start-tendPerPage))
	}
	if v.Start+tendPerPage < total {
		v.Next = decidedAddress(v.Departments, string(v.Kind), v.Start+tendPerPage)
	}
	f := s.titled(r, "legacy.decided-title")
	f.Crumbs = []Crumb{{f.T("legacy.title"), "/ueberfuehrung"}}
	return s.render(w, r, status, "legacydecided", f, v)
}

// legacyUndo takes an answer back: the last one, or one of the list, to which
// the page leads back then.
func (s *Server) legacyUndo(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	subject, about := r.PostForm.Get("frage"), legacy.About(r.PostForm.Get("worueber"))
	err := s.Legacy.Undo(r.Context(), actor, subject, about)
	if about == "" {
		if err != nil {
			return err
		}
		return see(w, r, questionAddress(subject, r.PostForm.Get("fb")))
	}
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Conflict || f.Kind == fault.Stale || f.Kind == fault.ApprovalRequired) {
		m := s.mistakeIn(r, err)
		m.Field = "" // about a button, which is no field
		return s.showDecided(w, r, f.Kind.Status(), actor, r.PostForm, m)
	}
	if err != nil {
		return err
	}
	values := listValues(departmentsOf(r.PostForm), r.PostForm.Get("art"), number(r.PostForm.Get("ab")))
	values.Set("meldung", "antwort-zurueckgenommen")
	return see(w, r, "/ueberfuehrung/entschieden?"+values.Encode())
}
