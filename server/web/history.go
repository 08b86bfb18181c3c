package web

import (
	"net/http"
	"slices"
	"strconv"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// historyView is the list of versions of a text.
type historyView struct {
	Article   content.Article
	Revisions []revisionLine // newest of each group
	Next      string
	CanEdit   bool
}

// revisionLine is a version with the name of its author.
type revisionLine struct {
	content.Revision
	Name    string
	Current bool
	Folded  []content.Revision // quick saves shown as one, newest first; empty when there is one
}

const revisionsPerPage = 50

func (s *Server) history(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id := content.ID(r.PathValue("id"))
	a, err := s.Library.Article(r.Context(), actor, id)
	if err != nil {
		return err
	}
	before, _ := strconv.ParseInt(r.URL.Query().Get("vor"), 10, 64) // anything else begins at the newest
	groups, err := s.Library.FoldedHistory(r.Context(), actor, id, before, revisionsPerPage)
	if err != nil {
		return err
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	v := historyView{Article: a, CanEdit: rules.CanEdit(actor, a.Kind, a.Department)}
	revisions := slices.Concat(groups...)
	if v.Revisions, err = s.foldedLines(r, actor, a, groups); err != nil {
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

// foldedLines is one line for each group, under its newest version.
func (s *Server) foldedLines(r *http.Request, actor account.Actor, a content.Article, groups []content.RevisionGroup) ([]revisionLine, error) {
	newest := make([]content.Revision, len(groups))
	for i, g := range groups {
		newest[i] = g.Newest()
	}
	lines, err := s.withNames(r, actor, a, newest)
	for i, g := range groups {
		if err == nil && len(g) > 1 {
			lines[i].Folded = g
		}
	}
	return lines, err
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
		out[i] = revisionLine{Revision: revision, Name: names[revision.Author], Current: revision.ID == a.Revision}
	}
	return out, nil
}

// compareView shows what changed between two versions.
type compareView struct {
	Article content.Article
	content.Comparison
	FromName, ToName string
	CanRestore       bool
	Source           bool // lines of Markdown instead of the rendered text
	Parts            []changePart
	Count            int // of changes in Parts
}

// changePart is a run of rendered blocks; N counts the changes from 1.
type changePart struct {
	diffPart
	N int
}

func (s *Server) compare(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	id, values := content.ID(r.PathValue("id")), r.URL.Query()
	a, err := s.Library.Article(r.Context(), actor, id)
	if err != nil {
		return err
	}
	from, to, err := s.compared(r, actor, id)
	if err != nil {
		return err
	}
	if from == "" {
		return see(w, r, content.Address(id)+"/verlauf")
	}
	c, blocks, err := s.Library.CompareRendered(r.Context(), actor, id, from, to)
	if err != nil {
		return err
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return err
	}
	f := s.frame(r, "")
	v := compareView{Article: a, Comparison: c, Source: values.Get("ansicht") == "quelltext"}
	for _, b := range blocks {
		part := changePart{diffPart: f.diffPart(b)}
		if b.Kind != content.DiffSame {
			v.Count++
			part.N = v.Count
		}
		v.Parts = append(v.Parts, part)
	}
	v.CanRestore = rules.CanEdit(actor, a.Kind, a.Department) && c.From.ID != a.Revision
	lines, err := s.withNames(r, actor, a, []content.Revision{c.From, c.To})
	if err != nil {
		return err
	}
	v.FromName, v.ToName = lines[0].Name, lines[1].Name
	f.Title, f.Wide = f.T("web.compare-of", "title", a.Title), v.Source
	f.Crumbs = append(f.crumbsOf(a), Crumb{a.Title, content.Address(id)}, Crumb{f.T("web.history-title"), content.Address(id) + "/verlauf"})
	return s.render(w, r, http.StatusOK, "compare", f, v)
}

// compared reads which versions an address asks for: without any, the last two.
// There is no from when a text has one version only.
func (s *Server) compared(r *http.Request, actor account.Actor, id content.ID) (from, to content.RevisionID, err error) {
	from, to = content.RevisionID(r.URL.Query().Get("von")), content.RevisionID(r.URL.Query().Get("bis"))
	switch {
	case from != "":
		return from, to, nil
	case to != "":
		return "", "", fault.New(fault.Invalid, "web.choose-versions")
	}
	last, err := s.Library.History(r.Context(), actor, id, 0, 2)
	if err != nil || len(last) < 2 {
		return "", "", err
	}
	return last[1].ID, last[0].ID, nil
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
