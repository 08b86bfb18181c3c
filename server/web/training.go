package web

import (
	"bytes"
	"mime"
	"net/http"
	"strconv"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
	"staffelstab/lessons"
	"staffelstab/lessons/zak"
)

// cohortsView lists the cohorts somebody cares for.
type cohortsView struct {
	Cohorts     []zak.CohortSummary
	Occupations []zak.Occupation
	CanCreate   bool
	Form        cohortForm
	Mistake     mistake
	New         zak.Occupation // as it was typed
	Adding      mistake        // in the form that adds an occupation
}

// cohortForm is a cohort as it was typed.
type cohortForm struct {
	Name, Occupation, Year string
	Modules                []string
}

func readCohort(r *http.Request) cohortForm {
	return cohortForm{
		Name: r.PostForm.Get("name"), Occupation: r.PostForm.Get("beruf"), Year: r.PostForm.Get("jahr"), Modules: r.PostForm["module"],
	}
}

func (f cohortForm) cohort() zak.Cohort {
	return zak.Cohort{Name: f.Name, Occupation: f.Occupation, Year: number(f.Year), Modules: f.Modules}
}

func (s *Server) cohorts(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showCohorts(w, r, http.StatusOK, actor, cohortsView{})
}

func (s *Server) showCohorts(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v cohortsView) error {
	list, err := s.Tracker.Cohorts(r.Context(), actor)
	if err != nil {
		return err
	}
	v.Cohorts, v.CanCreate = list, zak.CanCreateCohorts(actor)
	if v.Form.Year == "" {
		v.Form.Year = strconv.Itoa(s.Library.Now().In(s.Zone).Year())
	}
	if v.Occupations, err = s.Tracker.Occupations(r.Context(), actor); err != nil {
		return err
	}
	return s.render(w, r, status, "cohorts", s.titled(r, "web.menu-training"), v)
}

func (s *Server) createCohort(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	form := readCohort(r)
	c, err := s.Tracker.CreateCohort(r.Context(), actor, form.cohort())
	if f, ok := fault.Of(err); ok && f.Kind == fault.Invalid {
		return s.showCohorts(w, r, f.Kind.Status(), actor, cohortsView{Form: form, Mistake: s.mistakeIn(r, err)})
	}
	if err != nil {
		return err
	}
	return see(w, r, "/ausbildung/jahrgang/"+c.ID+"?meldung=jahrgang")
}

// cohortView is the progress of a cohort at a glance.
type cohortView struct {
	zak.Table
	Done      []int // per module, how many are through
	CanManage bool
	Modules   []moduleChoice
	Form      cohortForm
	Login     string
	Start     string
	Mistake   mistake // in the cohort's form
	Adding    mistake // in the form that adds a person
}

type moduleChoice struct {
	lessons.Overview
	Chosen bool
}

func (s *Server) cohort(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showCohort(w, r, http.StatusOK, actor, cohortView{})
}

func (s *Server) showCohort(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v cohortView) error {
	id := r.PathValue("id")
	var err error
	if v.Table, err = s.Tracker.Progress(r.Context(), actor, id); err != nil {
		return err
	}
	v.Done = make([]int, len(v.Columns))
	for _, row := range v.Rows {
		for i, mark := range row.Marks {
			if mark.Done {
				v.Done[i]++
			}
		}
	}
	v.CanManage = zak.CanManage(actor, id)
	if v.CanManage {
		if err := s.cohortChoices(r, actor, &v); err != nil {
			return err
		}
	}
	f := s.frame(r, v.Cohort.Name)
	f.Wide = true
	f.Crumbs = []Crumb{{f.T("web.menu-training"), "/ausbildung"}}
	return s.render(w, r, status, "cohort", f, v)
}

func (s *Server) cohortChoices(r *http.Request, actor account.Actor, v *cohortView) error {
	if v.Mistake.Sentence == "" {
		v.Form = cohortForm{Name: v.Cohort.Name, Year: strconv.Itoa(v.Cohort.Year), Modules: v.Cohort.Modules}
	}
	if v.Start == "" {
		v.Start = strconv.Itoa(v.Cohort.Year) + "-08-01"
	}
	modules, err := s.Academy.Modules(r.Context(), actor)
	if err != nil {
		return err
	}
	chosen := map[string]bool{}
	for _, id := range v.Form.Modules {
		chosen[id] = true
	}
	for _, o := range modules {
		v.Modules = append(v.Modules, moduleChoice{o, chosen[string(o.Module.Article.ID)]})
	}
	return nil
}

func (s *Server) updateCohort(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	form := readCohort(r)
	c := form.cohort()
	c.ID = r.PathValue("id")
	_, err := s.Tracker.UpdateCohort(r.Context(), actor, c)
	if f, ok := fault.Of(err); ok && f.Kind == fault.Invalid {
		return s.showCohort(w, r, f.Kind.Status(), actor, cohortView{Form: form, Mistake: s.mistakeIn(r, err)})
	}
	if err != nil {
		return err
	}
	return see(w, r, "/ausbildung/jahrgang/"+c.ID+"?meldung=jahrgang")
}

func (s *Server) addApprentice(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id := r.PathValue("id")
	v := cohortView{Login: r.PostForm.Get("anmeldename"), Start: i18n.ISODay(r.PostForm.Get("beginn"))}
	person, err := s.Tracker.PersonByLogin(r.Context(), actor, id, v.Login)
	if err == nil {
		_, err = s.Tracker.AddApprentice(r.Context(), actor, zak.Apprentice{Person: person.ID, Cohort: id, Start: v.Start})
	}
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		v.Adding = s.mistakeIn(r, err)
		return s.showCohort(w, r, f.Kind.Status(), actor, v)
	}
	if err != nil {
		return err
	}
	return see(w, r, "/ausbildung/jahrgang/"+id+"?meldung=person")
}

// cohortCSV is the table for a spreadsheet.
func (s *Server) cohortCSV(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	table, err := s.Tracker.Progress(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	f := s.titled(r, "web.menu-training")
	var out bytes.Buffer
	words := zak.Words{Name: f.T("web.name"), Start: f.T("web.start"), Done: f.T("web.mark-done"), Begun: f.T("web.mark-begun"), Open: f.T("web.mark-open")}
	if err := table.WriteCSV(&out, words); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": table.Cohort.Name + ".csv"}))
	_, err = w.Write(out.Bytes())
	return err
}

func (s *Server) apprentice(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	table, err := s.Tracker.Apprentice(r.Context(), actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	f := s.frame(r, table.Rows[0].Apprentice.Name)
	if zak.CanTrack(actor, table.Cohort.ID) {
		f.Crumbs = []Crumb{{f.T("web.menu-training"), "/ausbildung"}, {table.Cohort.Name, "/ausbildung/jahrgang/" + table.Cohort.ID}}
	}
	return s.render(w, r, http.StatusOK, "apprentice", f, table)
}
