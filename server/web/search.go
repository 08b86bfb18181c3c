package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// searchView is a page of hits with the filters that led to it. The whole
// state stands in the address.
type searchView struct {
	Asked      bool
	Text       string
	InForce    bool
	Result     content.SearchResult
	Hits       []hitLine
	Filters    []filterGroup
	Active     int // filters that are set
	Previous   string
	Next       string
	From, To   int
	DidYouMean string // address of the search for it
	Reset      string // address without filters
	Everything string // address with what is not in force; empty when it is shown
	Chips      []chip // filters that are set
	Sorts      []filterOption
	Explain    string // address that switches explaining on or off; empty for who may not
	Explained  bool
	beside
	nothingFound
}

// chip is a filter that is set, with the address without it.
type chip struct{ Text, Href string }

// hitLine is a hit as people read it.
type hitLine struct {
	content.Hit
	Href     string
	Status   content.Status
	FileHref string // the attachment the words stand in
	Over     bool   // it holds no more
	Why      *whyView
	Module   *content.Article // that teaches it
}

// filterGroup is what a search can be narrowed by.
type filterGroup struct {
	Name, Title string
	Options     []filterOption
}

type filterOption struct {
	Value, Text string
	Count       int
	Selected    bool
}

const hitsPerPage = 20

func (s *Server) search(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	values := r.URL.Query()
	q := content.Query{
		Text: values.Get("q"), Departments: values["fb"], Topics: values["thema"], InForce: values.Get("gueltig") != "alle", Limit: hitsPerPage,
		Sort: searchSorts()[values.Get("sortierung")],
	}
	for _, b := range values["verbindlich"] {
		q.Bindings = append(q.Bindings, content.Binding(b))
	}
	for _, k := range values["art"] {
		q.Kinds = append(q.Kinds, content.Kind(k))
	}
	page := max(1, number(values.Get("seite")))
	q.Offset = (page - 1) * hitsPerPage

	if done, err := s.pastedAddress(w, r, actor, q.Text); done || err != nil {
		return err
	}
	f := s.titled(r, "web.search-title")
	f.Query = q.Text
	v := searchView{Asked: q.Text != "" || len(q.Topics)+len(q.Kinds)+len(q.Departments)+len(q.Bindings) > 0, Text: q.Text, InForce: q.InForce}
	ask := s.Library.Search
	if values.Get("erklaeren") != "" && content.CanTend(actor) {
		v.Explained, ask = true, s.Library.ExplainSearch
	}
	if v.Asked {
		if q.Text != "" {
			f.Title = f.T("web.search-title-for", "query", f.Short(q.Text))
		}
		result, err := ask(r.Context(), actor, q)
		if err == nil && len(result.Hits) == 0 && result.Total > 0 { // a page that is no longer there
			q.Offset = (result.Total - 1) / hitsPerPage * hitsPerPage
			result, err = ask(r.Context(), actor, q)
		}
		if err != nil {
			return err
		}
		v.fill(f, values, q, result, s.Library.Today())
		v.choices(f, values, content.CanTend(actor))
		if v.beside, err = s.beside(r, f, actor, q.Text, v.Hits); err != nil {
			return err
		}
		if v.nothingFound, err = s.nothingFound(r, actor, q.Text, result); err != nil {
			return err
		}
	}
	return s.render(w, r, http.StatusOK, "search", f, v)
}

func (v *searchView) fill(f *Frame, values url.Values, q content.Query, result content.SearchResult, today content.Date) {
	v.Result = result
	for _, h := range result.Hits {
		line := hitLine{Hit: h, Href: content.Address(h.ID), Status: content.StatusOfHit(h, today)}
		if h.File != "" {
			line.FileHref = content.AttachmentAddress(h.ID, h.File)
		}
		if h.Anchor != "" {
			line.Href += "#" + h.Anchor
		}
		line.Over = line.Status.Over()
		line.Why = f.why(h.Why)
		v.Hits = append(v.Hits, line)
	}
	v.Active += len(result.Filters)
	v.From, v.To = q.Offset+1, q.Offset+len(v.Hits)
	at := q.Offset/hitsPerPage + 1
	if at > 1 {
		v.Previous = searchAddress(values, "seite", strconv.Itoa(at-1))
	}
	if v.To < result.Total && len(v.Hits) > 0 {
		v.Next = searchAddress(values, "seite", strconv.Itoa(at+1))
	}
	if result.DidYouMean != "" {
		v.DidYouMean = searchAddress(values, "q", result.DidYouMean)
	}
	if v.Reset = "/suche"; result.Words != "" {
		v.Reset = searchAddress(url.Values{}, "q", result.Words)
	}
	kind := func(value string) string { return f.Kind(content.Kind(value)) }
	department := func(value string) string { return f.T("web.department", "department", value) }
	same := func(value string) string { return value }
	v.filter("art", f.T("web.filter-kind"), result.Facets["kind"], values["art"], kind)
	v.filter("fb", f.T("web.filter-department"), result.Facets["department"], values["fb"], department)
	v.filter("thema", f.T("web.filter-topic"), result.Facets["topic"], values["thema"], same)
	binding := func(value string) string { return f.Binding(content.Binding(value)) }
	v.filter("verbindlich", f.T("web.filter-binding"), result.Facets["binding"], values["verbindlich"], binding)
	if !v.InForce {
		v.Active++
	} else {
		v.Everything = searchAddress(values, "gueltig", "alle")
	}
}

// maxFacets keeps a list of filters short enough to read.
const maxFacets = 12

// filter offers the most frequent values and those that are chosen already,
// even when they lead to nothing.
func (v *searchView) filter(name, title string, counts []content.FacetCount, chosen []string, text func(string) string) {
	group := filterGroup{Name: name, Title: title}
	for _, c := range counts {
		selected := slices.Contains(chosen, c.Value)
		if c.Value == "" || len(group.Options) >= maxFacets && !selected {
			continue
		}
		group.Options = append(group.Options, filterOption{c.Value, text(c.Value), c.Count, selected})
	}
	for _, value := range chosen {
		if !slices.ContainsFunc(group.Options, func(o filterOption) bool { return o.Value == value }) {
			group.Options = append(group.Options, filterOption{value, text(value), 0, true})
		}
	}
	v.Active += len(chosen)
	if len(group.Options) > 0 {
		v.Filters = append(v.Filters, group)
	}
}

func searchAddress(values url.Values, key, value string) string {
	next := url.Values{}
	for k, list := range values {
		if k != "seite" && k != "meldung" {
			next[k] = list
		}
	}
	next.Set(key, value)
	return "/suche?" + next.Encode()
}

// number reads a positive number of an address; anything else is 0.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 100000 {
		return 0
	}
	return n
}
