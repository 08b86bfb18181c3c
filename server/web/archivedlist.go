package web

import (
	"net/http"
	"net/url"
	"strconv"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// archiveList is a page of the archived texts of a department.
type archiveList struct {
	Texts []archivedLine
	Total int
	Next  string // address of the next page
}

type archivedLine struct {
	content.Archived
	ByName string
}

func (s *Server) archiveList(r *http.Request, actor account.Actor, department string) (archiveList, error) {
	if s.opening() { // what went is told by versions
		return archiveList{}, nil
	}
	start := number(r.URL.Query().Get("archiv"))
	found, total, err := s.Library.ArchivedList(r.Context(), actor, department, tendPerPage, start)
	if err != nil {
		return archiveList{}, err
	}
	v, pseudonyms := archiveList{Total: total}, make([]string, len(found))
	for i, a := range found {
		pseudonyms[i] = a.By
	}
	names, err := s.Office.Names(r.Context(), actor, pseudonyms)
	if err != nil {
		return v, err
	}
	for _, a := range found {
		v.Texts = append(v.Texts, archivedLine{a, names[a.By]})
	}
	if start+len(found) < total {
		v.Next = "/pflege?" + url.Values{"fb": {department}, "archiv": {strconv.Itoa(start + len(found))}}.Encode()
	}
	return v, nil
}
