package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"staffelstab/content"
	"staffelstab/internal/account"
)

// nothingFound is what somebody can do whose search found nothing.
type nothingFound struct {
	Departments []account.Department // to ask in; a question belongs to a text
	Write       string               // address of a new text about it; empty for who may not write
}

// longestTopic is how many characters of a search are a title to begin with.
const longestTopic = 120

func (s *Server) nothingFound(r *http.Request, actor account.Actor, text string, result content.SearchResult) (nothingFound, error) {
	var v nothingFound
	if result.Total > 0 {
		return v, nil
	}
	if content.CanCreate(actor) {
		title := strings.Join(strings.Fields(text), " ")
		if utf8.RuneCountInString(title) > longestTopic {
			title = ""
		}
		v.Write = "/neu?" + url.Values{"titel": {title}}.Encode()
	}
	var err error
	v.Departments, err = s.Office.Departments(r.Context())
	return v, err
}
