package web

import (
	"net/http"
	"net/url"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
	"staffelstab/internal/fault"
	"staffelstab/internal/i18n"
)

// standardsView is the list of Städtische Standards, of today or of a day.
type standardsView struct {
	listView
	InForce bool
	Day     string // asked about
	Asked   content.Date
	Then    []content.Revision
	ByTitle string // addresses of the same list in another order
	ByNum   string
	Mistake mistake
}

// standards lists what binds the administration: all of it, or what applied on
// a day.
func (s *Server) standards(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	values := r.URL.Query()
	v := standardsView{listView: listView{
		Path: "/standards", Kinds: content.StandardKinds(), Department: values.Get("fb"), Kind: content.Kind(values.Get("art")),
		Binding: content.Binding(values.Get("verbindlich")), Sort: content.SortTitle, Due: values.Get("faellig") == "ja", Today: s.Library.Today(),
	}, InForce: values.Get("gueltig") == "ja", Day: i18n.ISODay(values.Get("gilt-am"))}
	filter := content.ArticleFilter{Kinds: v.Kinds, Department: v.Department, Binding: v.Binding, Limit: articlesPerPage, Cursor: values.Get("weiter")}
	if slices.Contains(v.Kinds, v.Kind) {
		filter.Kinds = []content.Kind{v.Kind}
	} else {
		v.Kind = ""
	}
	var err error
	if v.Departments, err = s.Office.Departments(r.Context()); err != nil {
		return err
	}
	v.Filtered = v.Department != "" || v.Kind != "" || v.Binding != "" || v.Due || v.InForce || v.Day != ""
	status, next := http.StatusOK, ""
	if v.Day != "" {
		status, next, err = s.standardsThen(r, actor, filter, &v)
	} else {
		next, err = s.standardsNow(r, actor, filter, &v)
	}
	if err != nil {
		return err
	}
	if next != "" {
		v.Next = with(v.Path, values, "weiter", next)
	}
	f := s.titled(r, "web.menu-standards")
	f.Wide = true
	if v.Asked != "" {
		f.Title = f.T("validity.standards-on", "date", f.Day(v.Asked))
	}
	return s.render(w, r, status, "standards", f, v)
}

func (s *Server) standardsThen(r *http.Request, actor account.Actor, filter content.ArticleFilter, v *standardsView) (int, string, error) {
	page, err := s.Library.StandardsOn(r.Context(), actor, filter, content.Date(v.Day))
	if f, ok := fault.Of(err); ok && f.Field == "valid" {
		v.Mistake = mistake{"gilt-am", s.sentence(r, f)}
		return f.Kind.Status(), "", nil
	}
	v.Asked, v.Then, v.Total = content.Date(v.Day), page.Revisions, page.Total
	return http.StatusOK, page.Next, err
}

func (s *Server) standardsNow(r *http.Request, actor account.Actor, filter content.ArticleFilter, v *standardsView) (string, error) {
	values := r.URL.Query()
	if values.Get("sortierung") == string(content.SortNumber) {
		v.Sort = content.SortNumber
	}
	if v.Due {
		filter.DueBefore, v.Sort = v.Today, content.SortDue
	}
	if v.InForce {
		filter.InForceOn = v.Today
	}
	filter.Sort = v.Sort
	v.ByTitle, v.ByNum = with(v.Path, values, "sortierung", "title"), with(v.Path, values, "sortierung", "number")
	page, err := s.Library.List(r.Context(), actor, filter)
	v.Articles, v.Total = page.Articles, page.Total
	v.All = exportAllOf(values, filter.Kinds, v.Total)
	return page.Next, err
}

// with is an address with one value of its query changed; another order begins
// at its first page.
func with(path string, values url.Values, name, value string) string {
	next := url.Values{}
	for k, list := range values {
		if k != "weiter" && k != "meldung" {
			next[k] = list
		}
	}
	next.Set(name, value)
	return path + "?" + next.Encode()
}

// templates lists the Formatvorlagen and starts a text from one.
func (s *Server) templates(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	v := listView{Path: "/formatvorlagen", CanCreate: content.CanCreate(actor)}
	page, err := s.Library.List(r.Context(), actor, content.ArticleFilter{Kinds: []content.Kind{content.KindTemplate}, Cursor: r.URL.Query().Get("weiter"), Limit: articlesPerPage})
	if err != nil {
		return err
	}
	v.Articles, v.Total, v.Today = page.Articles, page.Total, s.Library.Today()
	if page.Next != "" {
		v.Next = with(v.Path, r.URL.Query(), "weiter", page.Next)
	}
	return s.render(w, r, http.StatusOK, "templates", s.titled(r, "validity.templates"), v)
}
