package web

import (
	"net/http"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// beside is what a search shows beside hits: things of one's own that are in no
// index, and whom to ask.
type beside struct {
	Own      []ownLine
	Contacts []string
}

// ownLine is a draft, proposal, favourite or question of the person who asks.
type ownLine struct{ Kind, Title, Href string }

// ownOfEach is how many of each kind are shown.
const ownOfEach = 3

// beside collects it for a page of hits, and names the module of each hit.
func (s *Server) beside(r *http.Request, f *Frame, actor account.Actor, text string, hits []hitLine) (beside, error) {
	var b beside
	own, err := s.Library.Own(r.Context(), actor, text, ownOfEach)
	if err != nil {
		return b, err
	}
	add := func(kind, title, href string) { b.Own = append(b.Own, ownLine{kind, title, href}) }
	for _, d := range own.Drafts {
		line := f.draftLine(d)
		add(f.T("searchpage.own-draft"), line.Title, line.Href)
	}
	for _, p := range own.Proposals {
		add(f.T("searchpage.own-proposal"), p.Title, proposalAddress(p.ID))
	}
	for _, a := range own.Favourites {
		add(f.T("searchpage.own-favourite"), a.Title, content.Address(a.ID))
	}
	for _, c := range own.Questions {
		add(f.T("searchpage.own-question"), f.Short(strings.TrimSpace(c.Text)), content.Address(c.Article)+"#frage-"+string(c.ID))
	}
	ids := make([]content.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	if b.Contacts, err = s.Library.Contacts(r.Context(), actor, ids); err != nil {
		return b, err
	}
	modules, err := s.Library.ModulesFor(r.Context(), actor, ids)
	if err != nil {
		return b, err
	}
	for i, h := range hits {
		if m, ok := modules[h.ID]; ok {
			hits[i].Module = &m
		}
	}
	return b, nil
}
