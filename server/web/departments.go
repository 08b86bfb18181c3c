package web

import (
	"net/http"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/lessons/zak"
)

// departmentsView is the list of departments, which everything written here
// belongs to.
type departmentsView struct {
	Departments []account.Department
	Form        account.Department
	Mistake     mistake
}

func (s *Server) departments(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showDepartments(w, r, http.StatusOK, actor, departmentsView{})
}

func (s *Server) showDepartments(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v departmentsView) error {
	if !account.CanAdminister(actor) {
		return fault.New(fault.Forbidden, "account.admins-only")
	}
	var err error
	if v.Departments, err = s.Office.Departments(r.Context()); err != nil {
		return err
	}
	f := s.titled(r, "web.departments-title")
	f.Crumbs = []Crumb{{f.T("web.menu-administration"), "/verwaltung"}}
	return s.render(w, r, status, "departments", f, v)
}

func (s *Server) saveDepartment(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	d := account.Department{ID: r.PostForm.Get("nummer"), Name: r.PostForm.Get("name")}
	err := s.Office.SaveDepartment(r.Context(), actor, d)
	if fault.Is(err, fault.Invalid) {
		return s.showDepartments(w, r, fault.Invalid.Status(), actor, departmentsView{Form: d, Mistake: s.mistakeIn(r, err, "department", "nummer")})
	}
	if err != nil {
		return err
	}
	return see(w, r, "/verwaltung/bereiche?meldung=bereich")
}

func (s *Server) saveOccupation(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	o := zak.Occupation{ID: r.PostForm.Get("kuerzel"), Title: r.PostForm.Get("bezeichnung")}
	err := s.Tracker.SaveOccupation(r.Context(), actor, o)
	if fault.Is(err, fault.Invalid) {
		return s.showCohorts(w, r, fault.Invalid.Status(), actor, cohortsView{New: o, Adding: s.mistakeIn(r, err, "id", "kuerzel", "title", "bezeichnung")})
	}
	if err != nil {
		return err
	}
	return see(w, r, "/ausbildung?meldung=beruf")
}
