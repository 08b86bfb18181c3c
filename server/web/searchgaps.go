package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// gapsView lists what people of a department search for without finding it.
type gapsView struct {
	Department  string
	Departments []account.Department // whole ones the reader looks after
	All         bool                 // every department at once may be chosen
	Gaps        []gapLine
	Total       int
	Next        string
	Synonyms    string // address of the text that keeps synonyms, for who may edit it
}

type gapLine struct {
	content.SearchGap
	How   string // often
	Href  string // of the search
	Write string // address of a new text about it; empty for who may not write
}

func (s *Server) searchGaps(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	values := r.URL.Query()
	ctx, start := r.Context(), number(values.Get("ab"))
	all, err := s.Office.Departments(ctx)
	if err != nil {
		return err
	}
	v := gapsView{All: content.CanSeeGaps(actor, ""), Departments: gapDepartments(actor, all)}
	if v.Department = values.Get("fb"); !values.Has("fb") && !v.All && len(v.Departments) > 0 {
		v.Department = v.Departments[0].ID
		if whole, _, _ := strings.Cut(actor.Person.Department, "/"); content.CanSeeGaps(actor, whole) {
			v.Department = whole
		}
	}
	found, total, err := s.Library.SearchGaps(ctx, actor, v.Department, tendPerPage, start)
	if err != nil {
		return err
	}
	f := s.titled(r, "searchpage.gaps")
	f.Crumbs = []Crumb{{f.T("web.menu-knowledge"), "/wissen"}, {f.T("links.tend"), "/pflege"}}
	f.Wide = true
	v.Total = total
	for _, gap := range found {
		line := gapLine{SearchGap: gap, How: f.howOften(gap), Href: "/suche?" + url.Values{"q": {gap.Text}}.Encode()}
		if content.CanCreate(actor) {
			line.Write = "/neu?" + url.Values{"titel": {gap.Text}}.Encode()
		}
		v.Gaps = append(v.Gaps, line)
	}
	if start+len(found) < total {
		v.Next = "/pflege/suche?" + url.Values{"fb": {v.Department}, "ab": {strconv.Itoa(start + len(found))}}.Encode()
	}
	text, err := s.Library.SynonymsText(ctx, actor)
	if err != nil {
		return err
	}
	if text != "" {
		v.Synonyms = content.Address(text) + "/bearbeiten"
	}
	return s.render(w, r, http.StatusOK, "searchgaps", f, v)
}

// gapDepartments are the whole departments whose searches the actor may see.
func gapDepartments(actor account.Actor, all []account.Department) []account.Department {
	return slices.DeleteFunc(slices.Clone(all), func(d account.Department) bool {
		return strings.Contains(d.ID, "/") || !content.CanSeeGaps(actor, d.ID)
	})
}

func (f *Frame) howOften(gap content.SearchGap) string {
	switch gap.Empty {
	case gap.Times:
		return f.T("searchpage.gaps-never-found", "n", gap.Times)
	case 0:
		return f.T("searchpage.gaps-never-opened", "n", gap.Times)
	}
	return f.T("searchpage.gaps-some-found", "n", gap.Times, "empty", gap.Empty)
}
