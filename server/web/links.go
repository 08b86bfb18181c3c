package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
)

// aroundView is what stands around a text: who mentions it, and what else may
// be done with it.
type aroundView struct {
	Mentions   []content.Article
	CanMove    bool
	CanArchive bool
}

// around collects it for the newest version; older ones are only looked at.
func (s *Server) around(r *http.Request, actor account.Actor, view content.View) (aroundView, error) {
	a := view.Article
	if !view.Current {
		return aroundView{}, nil
	}
	rules, err := s.Library.ApprovalRules(r.Context(), actor)
	if err != nil {
		return aroundView{}, err
	}
	v := aroundView{CanMove: rules.CanMove(actor, a), CanArchive: rules.CanArchive(actor, a.Meta, s.Library.Today())}
	if v.Mentions, err = s.Library.Backlinks(r.Context(), actor, a.ID); err != nil {
		return v, err
	}
	return v, nil
}

// legacyAddress leads from an address of the old systems, as it is pasted
// behind /notes/, to the text.
func (s *Server) legacyAddress(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	found, err := s.Library.ByAddress(r.Context(), actor, "/notes/"+r.PathValue("address"))
	if err != nil {
		return err
	}
	return s.toOneOf(w, r, found)
}

// toOneOf leads to the text, or lets people choose.
func (s *Server) toOneOf(w http.ResponseWriter, r *http.Request, found []content.Article) error {
	if len(found) == 1 {
		return see(w, r, content.Address(found[0].ID))
	}
	return s.render(w, r, http.StatusMultipleChoices, "choices", s.titled(r, "web.legacy-several"), found)
}

// pastedAddress leads on when what was typed into the search box is an address
// of the old system that is known.
func (s *Server) pastedAddress(w http.ResponseWriter, r *http.Request, actor account.Actor, text string) (bool, error) {
	if !content.IsLegacy(strings.TrimSpace(text)) {
		return false, nil
	}
	found, err := s.Library.ByAddress(r.Context(), actor, text)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	return true, s.toOneOf(w, r, found)
}

// tendView lists what needs attention in a department.
type tendView struct {
	Department   string
	Departments  []account.Department
	Broken       []content.BrokenLink
	BrokenTotal  int
	BrokenNext   string
	Orphans      []content.Article
	OrphansTotal int
	OrphansNext  string
	Duplicates   []duplicateLine
	Archive      archiveList
	Today        content.Date
}

type duplicateLine struct {
	content.Duplicate
	Percent int
}

const tendPerPage = 25

func (s *Server) tend(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	values := r.URL.Query()
	v := tendView{Department: actor.Person.Department, Today: s.Library.Today()}
	if values.Has("fb") {
		v.Department = values.Get("fb")
	}
	ctx, broken, orphans := r.Context(), number(values.Get("leer")), number(values.Get("waisen"))
	var err error
	if v.Broken, v.BrokenTotal, err = s.Library.BrokenLinks(ctx, actor, v.Department, tendPerPage, broken); err != nil {
		return err
	}
	if v.Orphans, v.OrphansTotal, err = s.Library.Orphans(ctx, actor, v.Department, tendPerPage, orphans); err != nil {
		return err
	}
	if v.Archive, err = s.archiveList(r, actor, v.Department); err != nil {
		return err
	}
	pairs, err := s.Library.Duplicates(ctx, actor, v.Department)
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		v.Duplicates = append(v.Duplicates, duplicateLine{pair, int(100 * pair.Share)})
	}
	if v.Departments, err = s.Office.Departments(ctx); err != nil {
		return err
	}
	next := func(name string, start, shown, total int) string {
		if start+shown >= total {
			return ""
		}
		return "/pflege?" + url.Values{"fb": {v.Department}, name: {strconv.Itoa(start + shown)}}.Encode()
	}
	v.BrokenNext, v.OrphansNext = next("leer", broken, len(v.Broken), v.BrokenTotal), next("waisen", orphans, len(v.Orphans), v.OrphansTotal)
	f := s.titled(r, "links.tend")
	f.Crumbs = []Crumb{{f.T("web.menu-knowledge"), "/wissen"}}
	f.Wide = true
	return s.render(w, r, http.StatusOK, "tend", f, v)
}

// similarLine is a text that resembles one that is being written.
type similarLine struct {
	content.SimilarText
	Percent int
}

// lookAlike shows texts that resemble a new one before it is made, unless its
// writer has seen them.
func (s *Server) lookAlike(w http.ResponseWriter, r *http.Request, actor account.Actor, v editorView) (bool, error) {
	kind := content.Kind(v.Form.Kind)
	if r.PostForm.Get("trotzdem") == "ja" || kind.IsLearning() || !content.CanWriteFor(actor, v.Form.Department) {
		return false, nil
	}
	if again, err := s.Library.Repeats(r.Context(), actor, v.Form.edit(actor, v.Operation)); again || err != nil { // it resembles what it made
		return false, err
	}
	found, err := s.Library.Similar(r.Context(), actor, "", v.Form.Title, v.Form.Body)
	if err != nil || len(found) == 0 {
		return err != nil, err
	}
	for _, each := range found {
		v.Similar = append(v.Similar, similarLine{each, int(100 * each.Share)})
	}
	return true, s.showEditor(w, r, http.StatusOK, actor, v)
}

// savedNotice is the word that tells what became of a save: a link may lead to
// one of several texts.
func (s *Server) savedNotice(r *http.Request, actor account.Actor, id content.ID) (string, error) {
	ambiguous, err := s.Library.AmbiguousLinks(r.Context(), actor, id)
	if err != nil {
		return "", err
	}
	if len(ambiguous) > 0 {
		return "mehrdeutig", nil
	}
	return "gespeichert", nil
}

// linkNotice maps the words of this file to sentences.
func linkNotice(word string) string {
	switch word {
	case "verschoben":
		return "links.notice-moved"
	case "archiviert":
		return "links.notice-archived"
	case "zurueckgeholt":
		return "links.notice-unarchived"
	case "mehrdeutig":
		return "links.notice-ambiguous"
	}
	return ""
}
