package web

import (
	"html/template"
	"net/http"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// articleView is a text as people read it.
type articleView struct {
	Actor account.Actor // who looks
	content.View
	Body        template.HTML
	ChangedBy   string
	Contact     string
	Attachments []attachmentLine
	Editing     bool // attachments may be changed
	Department  account.Department
	Lessons     []content.Article
	Notes       bool           // imported from Notes
	Mistake     mistake        // with the attachments
	Proposals   []proposalLine // open ones the reader may see
	Validity    validityView
	Around      aroundView

	Duty      dutyView // what the reader has to take note of
	Favourite bool
	Rates     bool // the reader may see how many took note
	Talk      talkView
	Stamp     stampView
}

// attachmentLine is a file beside a text.
type attachmentLine struct {
	content.Attachment
	Href string
}

func (s *Server) article(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id, at := content.ID(r.PathValue("id")), content.RevisionID(r.URL.Query().Get("stand"))
	if r.URL.Query().Has("gilt-am") {
		return s.articleOn(w, r, actor, id)
	}
	view, err := s.Library.Read(r.Context(), actor, id, at)
	if fault.Is(err, fault.Gone) {
		return s.archived(w, r, actor, id)
	}
	if err != nil {
		return err
	}
	if a := view.Article; a.Kind.IsLearning() && view.Current {
		target, err := s.learningAddress(r, actor, a)
		if err == nil {
			return see(w, r, target)
		}
		if !fault.Is(err, fault.NotFound) { // a lesson outside a module is read like any text
			return err
		}
	}
	return s.showArticle(w, r, http.StatusOK, actor, view, mistake{})
}

func (s *Server) showArticle(w http.ResponseWriter, r *http.Request, status int, actor account.Actor, view content.View, wrong mistake) error {
	a := view.Article
	f := s.frame(r, a.Title)
	f.Crumbs = f.crumbsOf(a)
	v := articleView{
		View: view, Actor: actor, Body: f.HTML(view.HTML), Editing: view.CanEdit && view.Current,
		Notes: a.Origin.UNID != "", Mistake: wrong,
	}
	var err error
	if v.Validity, err = s.validityOf(r, actor, view, wrong); err != nil {
		return err
	}
	if v.ChangedBy, err = s.nameOf(r, actor, a.ChangedBy); err != nil {
		return err
	}
	if v.Contact, err = s.Library.ContactName(r.Context(), actor, a.Contact); err != nil {
		return err
	}
	for _, file := range view.Attachments {
		v.Attachments = append(v.Attachments, attachmentLine{file, content.AttachmentAddress(a.ID, file.Name)})
	}
	if view.CanPropose {
		open, err := s.Library.ListProposals(r.Context(), actor, content.ProposalFilter{Article: a.ID, Open: true})
		if err != nil {
			return err
		}
		if v.Proposals, err = s.proposalLines(r, actor, open); err != nil {
			return err
		}
	}
	if v.Stamp, err = s.stamp(r, actor, view); err != nil {
		return err
	}
	if v.Department, err = s.department(r, a.Department); err != nil {
		return err
	}
	if v.Around, err = s.around(r, actor, view); err != nil {
		return err
	}
	if err := s.ownUse(r, actor, f, &v); err != nil {
		return err
	}
	if v.Talk, err = s.talkOf(r, actor, view); err != nil {
		return err
	}
	return s.render(w, r, status, "article", f, v)
}

// learningAddress is where a module or lesson is learned.
func (s *Server) learningAddress(r *http.Request, actor account.Actor, a content.Article) (string, error) {
	if a.Kind == content.KindModule {
		return "/lernen/" + string(a.ID), nil
	}
	module, n, err := s.Academy.Place(r.Context(), actor, a)
	return lessonAddress(module, n), err
}

// crumbsOf tells where a text belongs.
func (f *Frame) crumbsOf(a content.Article) []Crumb {
	switch {
	case a.Kind.IsLearning():
		return []Crumb{{f.T("web.menu-learning"), "/lernen"}}
	case a.Kind.IsStandard():
		return []Crumb{{f.T("web.menu-standards"), "/standards"}}
	}
	return []Crumb{{f.T("web.menu-knowledge"), "/wissen"}}
}

// nameOf resolves a pseudonym; an erased one has no name any more.
func (s *Server) nameOf(r *http.Request, actor account.Actor, pseudonym string) (string, error) {
	names, err := s.Office.Names(r.Context(), actor, []string{pseudonym})
	return names[pseudonym], err
}

// department names a department; an unknown one keeps its number.
func (s *Server) department(r *http.Request, id string) (account.Department, error) {
	all, err := s.Office.Departments(r.Context())
	if err != nil {
		return account.Department{}, err
	}
	if i := slices.IndexFunc(all, func(d account.Department) bool { return d.ID == id }); i >= 0 {
		return all[i], nil
	}
	return account.Department{ID: id}, nil
}

// legacy leads from an address of the old Notes databases to the text.
func (s *Server) legacy(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	found, err := s.Library.ByOrigin(r.Context(), actor, r.PathValue("replica"), r.PathValue("unid"))
	if err != nil {
		return err
	}
	switch len(found) {
	case 0:
		if number, err := s.Library.ByAddress(r.Context(), actor, r.URL.Path); err == nil { // of a standard
			return s.toOneOf(w, r, number)
		}
		return fault.New(fault.NotFound, "web.legacy-missing")
	case 1:
		return see(w, r, content.Address(found[0].ID))
	}
	f := s.titled(r, "web.legacy-several")
	return s.render(w, r, http.StatusMultipleChoices, "choices", f, found)
}
