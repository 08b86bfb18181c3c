package web

import (
	"net/http"
	"net/url"
	"slices"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// exportAll is what a list offers to take along: everything its filter finds.
type exportAll struct {
	Count int
	Href  string // empty when there are too many
	Limit int
}

// exportAllOf offers the texts of a list. The address of the export has the
// filter in the words of the list.
func exportAllOf(values url.Values, kinds []content.Kind, total int) exportAll {
	e := exportAll{Count: total, Limit: content.MaxExport}
	if total == 0 || total > e.Limit {
		return e
	}
	filter := url.Values{"alle": {"ja"}}
	for _, name := range []string{"fb", "thema", "verbindlich", "faellig", "gueltig", "sortierung"} {
		if value := values.Get(name); value != "" {
			filter.Set(name, value)
		}
	}
	for _, k := range kinds {
		filter.Add("art", string(k))
	}
	e.Href = "/export?" + filter.Encode()
	return e
}

// chosen are the texts an address names one by one or by a filter.
func (s *Server) chosen(r *http.Request, actor account.Actor) (content.Selection, error) {
	values := r.URL.Query()
	if values.Get("alle") != "ja" {
		return s.Library.Exportable(r.Context(), actor, wished(r), "")
	}
	filter := content.ArticleFilter{
		Department: values.Get("fb"), Topic: values.Get("thema"), Binding: content.Binding(values.Get("verbindlich")), Sort: content.SortTitle,
	}
	for _, k := range values["art"] {
		filter.Kinds = append(filter.Kinds, content.Kind(k))
	}
	if order := content.ArticleSort(values.Get("sortierung")); slices.Contains([]content.ArticleSort{content.SortChanged, content.SortNumber}, order) {
		filter.Sort = order
	}
	if values.Get("faellig") == "ja" {
		filter.DueBefore, filter.Sort = s.Library.Today(), content.SortDue
	}
	if values.Get("gueltig") == "ja" {
		filter.InForceOn = s.Library.Today()
	}
	return s.Library.ExportableAll(r.Context(), actor, filter, "")
}
