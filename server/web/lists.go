package web

import (
	"net/http"
	"net/url"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// listView is a list of texts with its filters in the address.
type listView struct {
	Path        string
	Articles    []content.Article
	Total       int
	Next        string
	Today       content.Date
	Departments []account.Department
	Kinds       []content.Kind
	Department  string
	Kind        content.Kind
	Sort        content.ArticleSort
	Binding     content.Binding
	Due         bool
	CanCreate   bool
	CanTend     bool
	Filtered    bool
	Topic       string
	All         exportAll
}

const articlesPerPage = 50

func (s *Server) knowledge(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	kinds := []content.Kind{content.KindArticle, content.KindTemplate}
	return s.list(w, r, actor, "web.menu-knowledge", listView{Path: "/wissen", Kinds: kinds})
}

func (s *Server) list(w http.ResponseWriter, r *http.Request, actor account.Actor, title string, v listView) error {
	values := r.URL.Query()
	v.Department, v.Kind, v.Due = values.Get("fb"), content.Kind(values.Get("art")), values.Get("faellig") == "ja"
	v.Binding, v.Sort = content.Binding(values.Get("verbindlich")), content.SortTitle
	filter := content.ArticleFilter{
		Kinds: v.Kinds, Department: v.Department, Binding: v.Binding, Limit: articlesPerPage, Cursor: values.Get("weiter"),
	}
	v.Topic = values.Get("thema")
	filter.Topic = v.Topic
	if slices.Contains(v.Kinds, v.Kind) {
		filter.Kinds = []content.Kind{v.Kind}
	} else {
		v.Kind = ""
	}
	if values.Get("sortierung") == string(content.SortChanged) {
		v.Sort = content.SortChanged
	}
	if v.Due {
		filter.DueBefore, v.Sort = s.Library.Today(), content.SortDue
	}
	filter.Sort = v.Sort
	page, err := s.Library.List(r.Context(), actor, filter)
	if err != nil {
		return err
	}
	if v.Departments, err = s.Office.Departments(r.Context()); err != nil {
		return err
	}
	v.Articles, v.Total, v.Today = page.Articles, page.Total, s.Library.Today()
	v.CanCreate = content.CanCreate(actor)
	v.CanTend = content.CanTend(actor)
	v.Filtered = v.Department != "" || v.Kind != "" || v.Binding != "" || v.Due || v.Topic != ""
	v.All = exportAllOf(values, filter.Kinds, v.Total)
	if page.Next != "" {
		next := url.Values{}
		for k, list := range values {
			next[k] = list
		}
		next.Set("weiter", page.Next)
		v.Next = v.Path + "?" + next.Encode()
	}
	f := s.titled(r, title)
	f.Wide = true
	return s.render(w, r, http.StatusOK, "list", f, v)
}
