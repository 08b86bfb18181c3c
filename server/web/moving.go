package web

import (
	"net/http"
	"net/url"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// moveView is the form that renames or moves a text.
type moveView struct {
	Article     content.Article
	Title       string
	Department  string
	Why         string
	Tidy        bool
	Keep        bool // the old department goes on seeing it
	Restricted  bool // only its department sees it
	Base        string
	Operation   string
	CanRename   bool // the title needs no approval
	Learning    bool // its file stays where it is
	Departments []account.Department
	Mistake     mistake
}

func (s *Server) moveForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	a, err := s.Library.Article(r.Context(), actor, content.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := moveView{Title: a.Title, Department: a.Department, Tidy: true, Base: a.ETag, Operation: s.IDs.New()}
	return s.showMove(w, r, http.StatusOK, actor, a, v)
}

func (s *Server) showMove(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, a content.Article, v moveView) error {
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	if !rules.CanMove(actor, a) {
		return fault.New(fault.Forbidden, "links.editors-only", "department", a.Department)
	}
	all, err := s.Office.Departments(r.Context())
	if err != nil {
		return err
	}
	v.Restricted = slices.Contains(a.Visibility.Departments, a.Department)
	v.Article, v.CanRename, v.Learning = a, rules.CanEdit(actor, a.Kind, a.Department), a.Kind.IsLearning()
	v.Departments = withDepartment(content.EditableDepartments(actor, all), all, a.Department)
	f := s.frame(r, "")
	f.Title = f.T("links.rename-title", "title", a.Title)
	f.Crumbs = append(f.crumbsOf(a), Crumb{a.Title, content.Address(a.ID)})
	return s.render(w, r, status, "move", f, v)
}

func (s *Server) move(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	a, err := s.Library.Article(r.Context(), actor, content.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	get := r.PostForm.Get
	v := moveView{Title: get("titel"), Department: get("bereich"), Why: get("grund"), Tidy: get("ablegen") == "ja", Keep: get("behalten") == "ja", Base: get("basis"), Operation: get("vorgang")}
	m := content.Move{
		Title: v.Title, Department: v.Department, Tidy: v.Tidy, Keep: v.Keep, Message: v.Why, Operation: content.OperationKey(actor, v.Operation),
	}
	_, err = s.Library.Move(r.Context(), actor, a.ID, v.Base, m)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Stale) || fault.Is(err, fault.ApprovalRequired) {
		v.Base, v.Mistake = a.ETag, s.mistakeIn(r, err)
		return s.showMove(w, r, fault.KindOf(err).Status(), actor, a, v)
	}
	if err != nil {
		return err
	}
	return see(w, r, content.Address(a.ID)+"?meldung=verschoben")
}

// archiveView asks before a text is taken out of use.
type archiveView struct {
	Article  content.Article
	Mentions []content.Article
	Why      string
	Mistake  mistake
}

func (s *Server) archiveForm(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	return s.showArchive(w, r, http.StatusOK, actor, archiveView{})
}

func (s *Server) showArchive(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, v archiveView) error {
	a, err := s.Library.Article(r.Context(), actor, content.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	if !rules.CanArchive(actor, a.Meta, s.Library.Today()) {
		if rules.Approvers(a.Kind, a.Department) > 0 && rules.CanMove(actor, a) {
			return fault.New(fault.ApprovalRequired, "links.standard-in-force")
		}
		return fault.New(fault.Forbidden, "links.editors-only", "department", a.Department)
	}
	if v.Mentions, err = s.Library.Backlinks(r.Context(), actor, a.ID); err != nil {
		return err
	}
	v.Article = a
	f := s.frame(r, "")
	f.Title = f.T("links.archive-title", "title", a.Title)
	f.Crumbs = append(f.crumbsOf(a), Crumb{a.Title, content.Address(a.ID)})
	return s.render(w, r, status, "archive", f, v)
}

func (s *Server) archive(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id, why := content.ID(r.PathValue("id")), r.PostForm.Get("grund")
	err := s.Library.Archive(r.Context(), actor, id, r.PostForm.Get("basis"), why)
	if fault.Is(err, fault.Stale) || fault.Is(err, fault.Conflict) {
		return s.showArchive(w, r, fault.KindOf(err).Status(), actor, archiveView{Why: why, Mistake: s.mistakeIn(r, err)})
	}
	if err != nil {
		return err
	}
	return see(w, r, "/wissen?meldung=archiviert")
}

// archivedView tells what became of a text.
type archivedView struct {
	content.Archived
	ByName string
	Search string // address
}

// archived is the page at the address of a text that was archived.
func (s *Server) archived(w http.ResponseWriter, r *http.Request, actor account.Actor, id content.ID) error {
	was, err := s.Library.Archived(r.Context(), actor, id)
	if err != nil {
		return err
	}
	v := archivedView{Archived: was, Search: searchAddress(url.Values{}, "q", was.Meta.Title)}
	if v.ByName, err = s.nameOf(r, actor, was.By); err != nil {
		return err
	}
	f := s.frame(r, "")
	f.Title = f.T("links.archived-title", "title", was.Meta.Title)
	f.Crumbs = f.crumbsOf(content.Article{Meta: was.Meta})
	return s.render(w, r, fault.Gone.Status(), "archived", f, v)
}

func (s *Server) unarchive(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id := content.ID(r.PathValue("id"))
	if _, err := s.Library.Unarchive(r.Context(), actor, id, s.titled(r, "links.unarchive").Title); err != nil {
		return err
	}
	return see(w, r, content.Address(id)+"?meldung=zurueckgeholt")
}
