package web

import (
	"net/http"
	"strconv"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// historyView is the list of versions of a text.
type historyView struct {
	Article   content.Article
	Revisions []revisionLine
	Next      string
	CanEdit   bool
}

// revisionLine is a version with the name of its author.
type revisionLine struct {
	content.Revision
	Name    string
	Current bool
}

const revisionsPerPage = 50

func (s *Server) history(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id := content.ID(r.PathValue("id"))
	a, err := s.Library.Article(r.Context(), actor, id)
	if err != nil {
		return err
	}
	before, _ := strconv.ParseInt(r.URL.Query().Get("vor"), 10, 64) // anything else begins at the newest
	revisions, err := s.Library.History(r.Context(), actor, id, before, revisionsPerPage)
	if err != nil {
		return err
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	v := historyView{Article: a, CanEdit: rules.CanEdit(actor, a.Kind, a.Department)}
	if v.Revisions, err = s.withNames(r, actor, a, revisions); err != nil {
		return err
	}
	if len(revisions) == revisionsPerPage {
		v.Next = content.Address(id) + "/verlauf?vor=" + strconv.FormatInt(revisions[len(revisions)-1].Sequence, 10)
	}
	f := s.frame(r, "")
	f.Title = f.T("web.history-of", "title", a.Title)
	f.Crumbs = append(f.crumbsOf(a), Crumb{a.Title, content.Address(id)})
	return s.render(w, r, http.StatusOK, "history", f, v)
}

func (s *Server) withNames(r *http.Request, actor account.Actor, a content.Article, revisions []content.Revision) ([]revisionLine, error) {
	var pseudonyms []string
	for _, revision := range revisions {
		pseudonyms = append(pseudonyms, revision.Author)
	}
	names, err := s.Office.Names(r.Context(), actor, pseudonyms)
	if err != nil {
		return nil, err
	}
	out := make([]revisionLine, len(revisions))
	for i, revision := range revisions {
		out[i] = revisionLine{revision, names[revision.Author], revision.ID == a.Revision}
	}
	return out, nil
}

// compareView shows what changed between two versions.
type compareView struct {
	Article content.Article
	content.Comparison
	FromName, ToName string
	CanRestore       bool
}

func (s *Server) compare(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id, values := content.ID(r.PathValue("id")), r.URL.Query()
	a, err := s.Library.Article(r.Context(), actor, id)
	if err != nil {
		return err
	}
	if values.Get("von") == "" {
		return fault.New(fault.Invalid, "web.choose-versions")
	}
	c, err := s.Library.Compare(r.Context(), actor, id, content.RevisionID(values.Get("von")), content.RevisionID(values.Get("bis")))
	if err != nil {
		return err
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	v := compareView{Article: a, Comparison: c}
	v.CanRestore = rules.CanEdit(actor, a.Kind, a.Department) && c.From.ID != a.Revision
	lines, err := s.withNames(r, actor, a, []content.Revision{c.From, c.To})
	if err != nil {
		return err
	}
	v.FromName, v.ToName = lines[0].Name, lines[1].Name
	f := s.frame(r, "")
	f.Title, f.Wide = f.T("web.compare-of", "title", a.Title), true
	f.Crumbs = append(f.crumbsOf(a), Crumb{a.Title, content.Address(id)}, Crumb{f.T("web.history-title"), content.Address(id) + "/verlauf"})
	return s.render(w, r, http.StatusOK, "compare", f, v)
}

func (s *Server) restore(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	id, at := content.ID(r.PathValue("id")), content.RevisionID(r.PostForm.Get("stand"))
	f := s.titled(r, "web.restore")
	message := f.T("web.restored-from", "date", r.PostForm.Get("datum"))
	if _, err := s.Library.Restore(r.Context(), actor, id, at, r.PostForm.Get("basis"), message); err != nil {
		return err
	}
	return see(w, r, content.Address(id)+"?meldung=wiederhergestellt")
}
