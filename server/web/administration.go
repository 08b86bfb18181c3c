package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// peopleView lists accounts.
type peopleView struct {
	People      []account.Person
	Total       int
	Query       string
	Previous    string
	Next        string
	Departments []account.Department
	Form        personForm
	Mistake     mistake
	OldName     string // a name an import kept, to be forgotten
	Forgetting  mistake
}

// personForm is an account as it was typed.
type personForm struct{ Login, Name, Email, Department string }

const peoplePerPage = 50

func readPerson(r *http.Request) personForm {
	return personForm{
		Login: r.PostForm.Get("anmeldename"), Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"), Department: r.PostForm.Get("bereich"),
	}
}

func (f personForm) person() account.Person {
	return account.Person{Login: f.Login, DisplayName: f.Name, Email: f.Email, Department: f.Department}
}

func (s *Server) people(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showPeople(w, r, http.StatusOK, actor, peopleView{})
}

func (s *Server) showPeople(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v peopleView) error {
	v.Query = r.URL.Query().Get("q")
	page := max(1, number(r.URL.Query().Get("seite")))
	var err error
	if v.People, v.Total, err = s.Office.People(r.Context(), actor, v.Query, peoplePerPage, (page-1)*peoplePerPage); err != nil {
		return err
	}
	if v.Departments, err = s.Office.Departments(r.Context()); err != nil {
		return err
	}
	v.Previous, v.Next = pageLinks("/verwaltung", v.Query, page, peoplePerPage, v.Total)
	f := s.titled(r, "web.menu-administration")
	f.Wide = true
	return s.render(w, r, status, "people", f, v)
}

// pageLinks are the addresses of the pages before and after; "" means none.
func pageLinks(path, query string, page, size, total int) (previous, next string) {
	link := func(n int) string { return path + "?q=" + url.QueryEscape(query) + "&seite=" + strconv.Itoa(n) }
	if page > 1 {
		previous = link(page - 1)
	}
	if page*size < total {
		next = link(page + 1)
	}
	return previous, next
}

// forgetName removes a name that an import kept of somebody without account.
func (s *Server) forgetName(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	name := strings.TrimSpace(r.PostForm.Get("altname"))
	err := s.Office.ForgetName(r.Context(), actor, name)
	if f, ok := fault.Of(err); ok && f.Kind == fault.NotFound {
		return s.showPeople(w, r, http.StatusUnprocessableEntity, actor, peopleView{OldName: name, Forgetting: s.mistakeIn(r, err)})
	}
	if err != nil {
		return err
	}
	return see(w, r, "/verwaltung?meldung=altname")
}

func (s *Server) createPerson(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	form := readPerson(r)
	person, err := s.Office.CreatePerson(r.Context(), actor, form.person())
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		return s.showPeople(w, r, f.Kind.Status(), actor, peopleView{Form: form, Mistake: s.mistakeIn(r, err)})
	}
	if err != nil {
		return err
	}
	return see(w, r, personAddress(person.ID)+"?meldung=konto")
}

func personAddress(id string) string { return "/verwaltung/person/" + id }

// personView is one account with its roles.
type personView struct {
	Person      account.Person
	Form        personForm
	Grants      []grantLine
	Departments []account.Department
	Roles       []account.Role
	Events      []account.Event
	Mistake     mistake
	Grant       grantForm
	Granting    mistake
	Password    mistake
	Locking     mistake
}

// grantForm is a role as it was to be given.
type grantForm struct{ Role, Department, Until string }

type grantLine struct {
	ID string
	roleLine
}

func (s *Server) person(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showPerson(w, r, http.StatusOK, actor, personView{})
}

func (s *Server) showPerson(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v personView) error {
	id := r.PathValue("id")
	var err error
	if v.Person, err = s.Office.Person(r.Context(), actor, id); err != nil {
		return err
	}
	if v.Mistake.Sentence == "" {
		v.Form = personForm{v.Person.Login, v.Person.DisplayName, v.Person.Email, v.Person.Department}
	}
	grants, err := s.Office.Grants(r.Context(), actor, id)
	if err != nil {
		return err
	}
	if v.Departments, err = s.Office.Departments(r.Context()); err != nil {
		return err
	}
	if v.Events, _, err = s.Office.Events(r.Context(), actor, id, 10, 0); err != nil {
		return err
	}
	f := s.frame(r, v.Person.DisplayName)
	f.Crumbs = []Crumb{{f.T("web.menu-administration"), "/verwaltung"}}
	for _, g := range grants {
		v.Grants = append(v.Grants, grantLine{g.ID, f.roleLine(g)})
	}
	v.Roles = account.Roles()
	return s.render(w, r, status, "person", f, v)
}

// personChange runs a change of an account. What can be mended in the form is
// shown beside it, by the given function.
func (s *Server) personChange(w http.ResponseWriter, r *http.Request, actor account.Actor, err error, show func(v *personView, wrong mistake)) error {
	if f, ok := fault.Of(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		var v personView
		show(&v, s.mistakeIn(r, err))
		return s.showPerson(w, r, f.Kind.Status(), actor, v)
	}
	if err != nil {
		return err
	}
	return see(w, r, personAddress(r.PathValue("id"))+"?meldung=konto")
}

func (s *Server) updatePerson(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	form := readPerson(r)
	p := form.person()
	p.ID = r.PathValue("id")
	err := s.Office.UpdatePerson(r.Context(), actor, p)
	return s.personChange(w, r, actor, err, func(v *personView, wrong mistake) { v.Form, v.Mistake = form, wrong })
}

func (s *Server) grant(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	form := grantForm{r.PostForm.Get("rolle"), r.PostForm.Get("bereich"), i18n.ISODay(r.PostForm.Get("bis"))}
	g := account.Grant{
		Person: r.PathValue("id"), Role: account.Role(form.Role), Scope: account.City, From: i18n.ISODay(r.PostForm.Get("von")), Until: form.Until,
	}
	switch cohort := r.PostForm.Get("jahrgang"); {
	case cohort != "":
		g.Scope = account.InCohort(cohort)
	case form.Department != "":
		g.Scope = account.InDepartment(form.Department)
	}
	_, err := s.Office.Grant(r.Context(), actor, g)
	return s.personChange(w, r, actor, err, func(v *personView, wrong mistake) { v.Grant, v.Granting = form, wrong })
}

func (s *Server) revoke(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	err := s.Office.Revoke(r.Context(), actor, r.PathValue("id"), r.PathValue("grant"))
	return s.personChange(w, r, actor, err, func(v *personView, wrong mistake) { v.Granting = wrong })
}

func (s *Server) setActive(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	word := r.PostForm.Get("aktiv")
	if word != "ja" && word != "nein" { // half a form locks nobody
		return fault.New(fault.Invalid, "web.bad-form")
	}
	err := s.Office.SetActive(r.Context(), actor, r.PathValue("id"), word == "ja")
	return s.personChange(w, r, actor, err, func(v *personView, wrong mistake) { v.Locking = wrong })
}

func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	err := s.Auth.SetPassword(r.Context(), actor, r.PathValue("id"), r.PostForm.Get("passwort"))
	return s.personChange(w, r, actor, err, func(v *personView, wrong mistake) { v.Password = wrong })
}

// auditView is the log of what was done with accounts.
type auditView struct {
	Events         []account.Event
	Names          map[string]string // by account id; erased ones are missing
	Total          int
	Previous, Next string
}

func (s *Server) auditLog(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	page := max(1, number(r.URL.Query().Get("seite")))
	events, total, err := s.Office.Events(r.Context(), actor, "", peoplePerPage, (page-1)*peoplePerPage)
	if err != nil {
		return err
	}
	v := auditView{Events: events, Total: total}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.Actor, e.Subject)
	}
	if v.Names, err = s.Office.AccountNames(r.Context(), actor, ids); err != nil {
		return err
	}
	v.Previous, v.Next = pageLinks("/verwaltung/protokoll", "", page, peoplePerPage, total)
	f := s.titled(r, "web.audit-title")
	f.Wide = true
	if account.CanAdminister(actor) {
		f.Crumbs = []Crumb{{f.T("web.menu-administration"), "/verwaltung"}}
	}
	return s.render(w, r, http.StatusOK, "audit", f, v)
}
