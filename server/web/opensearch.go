package web

import (
	"encoding/json"
	"encoding/xml"
	"net/http"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// openSearch describes the search to browsers and portals (OpenSearch 1.1).
type openSearch struct {
	XMLName     xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string          `xml:"ShortName"`
	Description string          `xml:"Description"`
	Encoding    string          `xml:"InputEncoding"`
	URLs        []openSearchURL `xml:"Url"`
}

type openSearchURL struct {
	Type     string `xml:"type,attr"`
	Template string `xml:"template,attr"`
}

const (
	openSearchType  = "application/opensearchdescription+xml"
	suggestionsType = "application/x-suggestions+json"
	suggestions     = 8
)

func (s *Server) openSearch(w http.ResponseWriter, r *http.Request, _ account.Actor) error {
	f := s.titled(r, "web.search-label")
	base := s.base(r)
	data, err := xml.MarshalIndent(openSearch{
		ShortName: "Staffelstab", Description: f.Title, Encoding: "UTF-8",
		URLs: []openSearchURL{
			{"text/html", base + "/suche?q={searchTerms}"},
			{suggestionsType, base + "/opensearch/vorschlaege?q={searchTerms}"},
		},
	}, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", openSearchType)
	_, err = w.Write(append([]byte(xml.Header), data...))
	return ignoreGone(s, r, err)
}

// openSuggestions completes what somebody types into the browser's own search
// field: the text, titles, nothing, addresses.
func (s *Server) openSuggestions(w http.ResponseWriter, r *http.Request, actor account.Actor) error {
	q := r.URL.Query().Get("q")
	found, err := s.Library.Suggest(r.Context(), actor, q, suggestions)
	if err != nil {
		return err
	}
	titles, addresses := []string{}, []string{}
	for _, hit := range found {
		if hit.Topic != "" {
			continue // browsers offer texts
		}
		titles, addresses = append(titles, hit.Title), append(addresses, s.base(r)+content.Address(hit.ID))
	}
	data, err := json.Marshal([]any{q, titles, []string{}, addresses})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", suggestionsType)
	w.Header().Set("Cache-Control", "private, no-store")
	_, err = w.Write(data)
	return ignoreGone(s, r, err)
}

// ignoreGone notes that nobody waited for the answer; a page about it would
// reach nobody.
func ignoreGone(s *Server, r *http.Request, err error) error {
	if err != nil {
		s.Log.DebugContext(r.Context(), "client went away", "error", err)
	}
	return nil
}
